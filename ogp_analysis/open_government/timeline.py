"""A country's history in OGP: standing, spells and dated events, with how far each is verified."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.links import source
from ogp_analysis.base.words import Sentence, language, say, sentence, word
from ogp_analysis.base.words.sentence import count, partial_day
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, columns, table
from ogp_analysis.open_government import membership

# What turned a country's standing in OGP, in sentences: one place decides when it joined, what came, how it left.
# Joining is that of the membership table; inactivity and suspension are its spells; an exit is its date with what that
# is the date of; the rest are dated events. The figure, the first screen and the section below it say the same by
# this.

#: Events that the first screen says, beside joining, the spells and the exit.
SAID = frozenset(
    "response_policy_started response_policy_report response_policy_closed resumed contrary_to_process under_review "
    "review_resolution participation_resolution inactive_recommended inactivity_letter eligibility_review "
    "core_group_left core_group_suspends plan_support_withdrawn review_found_contrary review_found_in_order "
    "return_discussed".split()
)
#: Reasons that are about letters, not about an exit.
_OF_LETTERS = ("participation_short", "little_engagement")
_LETTER = "contrary_to_process"


def dated(date: str) -> dict[str, str]:
    """Return a date known to the day, the month or the year as sentences have it: ``when``, ``of``, ``as_of``, ``by``.

    English has *on 6 December 2016* for ``when``.
    """
    case = precision(date)
    forms = {
        form: sentence(f"ogp.{form}", case=case, date=known_date(date)).plain()
        for form in ("when", "of", "span", "as_of", "by")
    }
    return {**forms, "date": known_date(date)}


def when(date: str) -> str:
    """Return a date as it says when: *on 6 December 2016*."""
    return dated(date)["when"]


def known_date(date: str) -> str:
    """Return a date known to the day, the month or the year in words."""
    return partial_day(date, language())


def precision(date: str) -> str:
    """Return ``day``, ``month`` or ``year``."""
    return ("year", "month", "day")[date.count("-")]


def has(value) -> bool:
    """Whether a cell of a clean table has a text."""
    return isinstance(value, str)


def beside(row) -> str:
    """Return in brackets whose page says a fact, if it is not OGP's, what is to be kept in mind, and how sure it is."""
    return _bracketed(notes_on(row) + sureness([row.get("confidence")]))


def _bracketed(notes: list[str]) -> str:
    return f" ({'; '.join(notes)})" if notes else ""


def sureness(levels) -> list[str]:
    """Return the lowest confidence of those given, in words; none if all are high or were not judged apart."""
    return [f"{word('ogp.confidence_of')} {word(f'ogp.confidence.{a}')}" for a in ("low", "medium") if a in levels][:1]


def notes_on(row) -> list[str]:
    """Return whose page says a fact, if it is not OGP's, and what is to be kept in mind."""
    kind, caveat = row.get("source_kind"), row.get("caveat")
    notes = [word(f"ogp.said_by.{kind}")] if has(kind) and kind != "ogp" else []
    if has(caveat):
        # These say themselves that it is the press.
        own = caveat in ("news_report", "one_outlet", "effect_not_seen")
        notes = [*([] if own else notes), word(f"ogp.caveat.{caveat}")]
    return notes


def named(iso3: str) -> dict[str, str]:
    """Return the name of a country as it stands in a sentence, and the verbs that agree with it."""
    place = country(iso3).in_text
    number = "many" if place.startswith(("los ", "las ")) else "one"
    return {"place": place, **{name: word(f"ogp.{name}.{number}") for name in ("verb", "has")}}


def joined_case(facts: dict) -> str:
    """Return how the joining of a country is dated: ``founder``, ``member``, or ``member_between`` two dates."""
    if facts["entry_cohort"] == "founders_2011":
        return "founder"
    return "member" if has(facts["joined_letter"]) else "member_between"


def said_joined(facts: dict) -> str:
    """Say when a country joined, by the date of its letter or the span in which it did."""
    case, name = joined_case(facts), named(facts["iso3"])
    if case == "member_between":
        span = {end: dated(facts[f"joined_{end}"])["span"] for end in ("earliest", "latest")}
        return sentence("ogp.turn.member_between", **name, **span).plain()
    # The launch of the founders is known to the day; a year is enough where it is one of many turns.
    return sentence(f"ogp.turn.{case}", **name, when=when(facts["joined_letter"][:4])).plain()


def is_out(facts: dict) -> bool:
    """Whether a country has left for certain, or has decided to."""
    return has(facts["left"]) and facts["exit_confidence"] != "unconfirmed"


def ended(facts: dict, read: dict, spells: pd.DataFrame, events: pd.DataFrame, *, whole: bool = False) -> str:
    """Say how the membership ended, and whose page says so; if `whole`, why, as far as read, and its other date.

    Parameters
    ----------
    facts, read : dict
        Rows of the membership table and of the standings.
    spells, events : pandas.DataFrame
        Its spells, the last of which bears the bound of the exit, and its dated events.
    """
    if not is_out(facts):
        return sentence("ogp.ended.reported", when=when(facts["left"])).plain()
    act, reason = facts["left_act"], read.get("reason")
    last = spells.iloc[-1]
    case = "ended_by" if act == "ended" and last["start_bound"] == "by" else act
    notes = notes_on({"source_kind": last["source_kind"], "caveat": "effect_not_seen" if act == "decided" else None})
    exits = events.loc[
        events["event_code"].str.startswith("exit_") & (events["date_text"] == facts["left"]), "confidence"
    ]
    notes += sureness([last["confidence"], *exits])
    notes += [word(f"ogp.reason.{reason if has(reason) else 'not_read'}")] if whole else []
    said = sentence(f"ogp.ended.{case}", beside=_bracketed(notes), **dated(facts["left"])).plain()
    if whole and has(facts["left_other"]):
        also = sentence(f"ogp.ended_also.{facts['left_other_act']}", **dated(facts["left_other"])).plain()
        said = f"{said} {also}"
    return said


def turns(facts: dict, read: dict, spells: pd.DataFrame, events: pd.DataFrame, first: int) -> Iterator[str]:
    """Yield a sentence for each turn from a year on, in the order of time: spells and events, then the exit.

    Parameters
    ----------
    facts, read : dict
        Rows of the membership table and of the standings.
    spells, events : pandas.DataFrame
        Its spells and its dated events.
    first : int
        Turns before this year are not said; an exit always is.
    """
    changes = spells[spells["basis"] != "exit"].iloc[1:]
    found = [(_place(row), _spell(row, events)) for row in changes.to_dict("records")]
    begun, inactive = set(changes["start_text"]), "inactive" in set(changes["status"])
    for row in events[events["event_code"].isin(SAID) & (events["event_code"] != _LETTER)].to_dict("records"):
        # The resolution by which a spell begins, and the letter that recommended it, are said with the spell.
        resolved = row["event_code"] == "participation_resolution" and row["date_text"] in begun
        if not resolved and not (row["event_code"] == "inactive_recommended" and inactive):
            named = facts["iso3"] == "MEX" and row["event_code"] in ("core_group_left", "core_group_suspends")
            key = f"ogp.turn{'_mex' if named else ''}.{row['event_code']}"
            said = sentence(key, beside=beside(row), **dated(row["date_text"][:7])).plain()
            found.append((row["date_text"], said))
    letters = events.loc[events["event_code"] == _LETTER, "date_text"]
    if recent := letters[letters.str[:4].astype("int64") >= first].tolist():
        found.append((recent[0], _letters(recent, read)))
    if has(facts["left"]):
        found.append((facts["left"], ended(facts, read, spells, events)))
    for date, text in sorted(found, key=lambda turn: turn[0]):
        if int(date[:4]) >= first or date == facts["left"]:
            yield text


def _place(row: dict) -> str:
    """Return a text by which a spell is sorted among dated turns: a year or a bound lies late in what it allows."""
    date = row["start_text"]
    return f"{date}-99" if row["start_bound"] == "by" else f"{date}-07" if len(date) == 4 else date


def _spell(row: dict, events: pd.DataFrame) -> str:
    """Say how a spell begins: inactive, suspended, or active again, and whose page says so of the event itself."""
    same = events[(events["event_code"] == row["status"]) & (events["date_text"] == row["start_text"])]
    source = same.iloc[0] if len(same) else row
    case = row["status"]
    if case == "participating":
        case = {"plan": "active_plan", "news": "active_news"}.get(row["basis"], "active_decision")
    elif row["basis"] == "estimate":
        case = f"{case}_estimate"
    return sentence(f"ogp.turn.{case}", beside=beside(source), **dated(row["start_text"][:7])).plain()


def _letters(dates: list[str], read: dict) -> str:
    """Say letters *contrary to process* in one sentence, with their reason and what answered them, as far as known."""
    many, reason, answer = len(dates) > 1, read.get("reason"), read.get("answer")
    why = word(f"ogp.reason.{reason}") if reason in _OF_LETTERS else word(f"ogp.not_read.{'more' if many else 'one'}")
    # A finding that is an event is said as one.
    if has(answer) and answer != "plan_found_in_order":
        why += "; " + sentence(f"ogp.answer.{answer}", date=known_date(read["answered"])).plain()
    *before, last = (when(date[:7]) for date in dates)
    listed = f"{', '.join(before)} {word('ogp.and')} {last}" if before else last
    key = "ogp.turn.contrary_to_process" + ("_more" if many else "")
    return sentence(key, when=listed, why=why).plain()


#: Events that a chart of a country names where there is no room for all, the weightiest first; joining is not an event
#: among them, since the standing says it.
WEIGHTIEST = (
    *("suspended_for_good", "suspended", "exit_removed", "exit_withdrawn", "exit_decided", "inactive", "active_again"),
    *("core_group_left", "core_group_suspends", "response_policy_started", "response_policy_closed", "under_review"),
    *("eligibility_review", "contrary_to_process", "rapid_response_protocol", "civil_society_appeal"),
    *("plan_support_withdrawn", "review_found_contrary", "review_found_in_order", "inactivity_letter"),
    *("review_resolution", "participation_resolution", "response_policy_report", "resumed", "recommitted", "warned"),
)


#: So many turns, the newest, stand on the first screen.
_TOLD = 3
#: Notes on a standing that its date and its basis say.
_SAID_BY_DATE = ("later_status_not_verified", "news_only")


@dataclass(frozen=True)
class Timeline(Shown):
    """A country's history in OGP.

    Attributes
    ----------
    iso3 : str
    facts : dict
        Row of the membership table; empty if the country never joined.
    read : dict
        Row of the standings of November 2026; empty if there is none.
    spells : pandas.DataFrame
        ``start, end, status``, from joining on.
    events : pandas.DataFrame
        ``number, date, date_text, event_code, plan_number, confidence, caveat, source_kind, source_url``, by date.
    """

    iso3: str
    facts: dict = field(repr=False)
    read: dict = field(repr=False)
    spells: pd.DataFrame = field(repr=False)
    events: pd.DataFrame = field(repr=False)

    @property
    def frame(self) -> pd.DataFrame:
        """The events."""
        return self.events

    def text(self) -> Parts:
        """Say when it joined, its last known standing and how far that is verified, and how many events are listed."""
        said = [say("ogp.standing", case=self.case, **named(self.iso3), **self.values)]
        if self.ever:
            if others := self.otherwise:
                dates = f" {word('ogp.and')} ".join(map(known_date, others))
                said.append(say("ogp.otherwise.dates", dates=dates))
            said.append(say("ogp.now", case=self.now, **self._said_now()))
            # What the sentence before says by itself is not noted again, nor a letter that was answered.
            again = self.now in ("under_review", "return_not_stated") or self.note in _SAID_BY_DATE
            answered = self.note == "contrary_to_process" and has(self.read.get("answer"))
            if self.note and not again and not answered:
                said.append(say("ogp.now", case="noted", name="ogp.noted", note=word(f"ogp.status_note.{self.note}")))
        return Parts([*said, say("ogp.history.events", n=count(len(self.events)))])

    def meanwhile(self, first: int, role: str = "finding") -> Sentence:
        """Say when it joined, the newest turns of its standing from a year on, and how it left.

        Older turns are in the figure and in the table, and the sentence says so.

        Parameters
        ----------
        first : int
            First year.
        role : str
            What the sentence is on its page.

        Examples
        --------
        >>> print(ogp.open_government.timeline("Luxembourg").meanwhile(2013).plain()[:30])
        Luxembourg joined OGP in 2016.
        """
        if not self.ever:
            return say("ogp.meanwhile", role=role, case="never", **named(self.iso3))
        joined = said_joined(self.facts)
        found = list(turns(self.facts, self.read, self.spells, self.events, first))
        since = self.facts["joined_letter"] if has(self.facts["joined_letter"]) else self.facts["joined_latest"]
        if not found and joined_case(self.facts) == "member_between":
            return say("ogp.meanwhile", role=role, case="events", events=joined)
        if not found:
            since = known_date(max(str(first), since[:4]))
            return say("ogp.meanwhile", role=role, case="quiet", entry=joined, since=since)
        newest = found[-_TOLD:]
        return say(
            "ogp.meanwhile",
            role=role,
            case="events" if newest == found else "newest",
            events=" ".join([joined, *newest]),
        )

    def table(self) -> Table | Parts:
        """Return the dated events with their sources, numbered by date; nothing if none is on record."""
        if self.events.empty:
            return Parts()
        rows = self.events.to_dict("records")
        events = []
        for row in rows:
            # What happened, with the number of the plan and the confidence where the record states them.
            notes = []
            if not pd.isna(row["plan_number"]):
                notes.append(f"{word('tables.column.plan_number').lower()} {row['plan_number']}")
            notes += notes_on(row)
            if has(row["confidence"]):
                notes.append(word("ogp.confidence_of") + " " + word(f"ogp.confidence.{row['confidence']}"))
            events.append(self._label(row["event_code"]) + (f" ({'; '.join(notes)})" if notes else ""))
        frame = self.events.assign(
            event=events,
            source_url=[
                source(
                    row["source_url"].split(" | "),
                    row=f"ogp_status_events ({self.iso3}, {row['date_text']}, {row['event_code']})",
                )
                for row in rows
            ],
        )
        headings = (
            columns(number="count")
            | {"date_text": Heading("date")}
            | columns(event="")
            | {"source_url": Heading("source", "link")}
        )
        caption = sentence("ogp.history.table", place=country(self.iso3).in_text, n=count(len(rows)))
        return table("events", caption, frame, headings, ["ogp_status_events"])

    @property
    def weighty(self) -> pd.DataFrame:
        """The events of :data:`WEIGHTIEST` in words: ``date, date_text, text, weight``, by date, 0 the weightiest."""
        found = self.events[self.events["event_code"].isin(WEIGHTIEST)]
        return found[["date", "date_text"]].assign(
            text=[
                self._label(row["event_code"]) + (beside(row) if has(row["confidence"]) else "")
                for row in found.to_dict("records")
            ],
            weight=[WEIGHTIEST.index(code) for code in found["event_code"]],
        )

    @property
    def otherwise(self) -> list[str]:
        """Other dates of joining that sources give, but for that of the formal entry, which is said by itself."""
        others, formal = self.facts.get("joined_otherwise"), self.facts.get("joined_formal")
        given = others.split(" | ") if has(others) else []
        return [date for date in given if not (has(formal) and formal.startswith(date))]

    def _label(self, code: str) -> str:
        named = self.iso3 == "MEX" and code in ("core_group_left", "core_group_suspends", "plan_started")
        return word(f"ogp.event_mex.{code}" if named else f"ogp.event.{code}")

    @property
    def ever(self) -> bool:
        """Whether the country ever joined."""
        return bool(self.facts)

    @property
    def status(self) -> str:
        """Its last known status, a code of :data:`.membership.STATUSES`. See :attr:`standing`."""
        return self.spells["status"].iloc[-1] if self.ever else "never_member"

    @property
    def note(self) -> str | None:
        """What the record notes beside a present membership, such as ``"under_review"``; None if nothing is noted."""
        noted = self.facts.get("status_note")
        return noted if isinstance(noted, str) and noted != "member" else None

    @property
    def exit(self) -> str | None:
        """How it left: ``withdrew``, ``decided`` (the day of effect is not known), ``removed``; None if it did not."""
        if not self.ever or not is_out(self.facts):
            return None
        if self.facts["left_act"] == "decided":
            return "decided"
        kinds = {"withdrawn": "withdrew", "removed": "removed", "suspended_for_good": "suspended_for_good"}
        return kinds[self.facts["exit_kind"]]

    @property
    def now(self) -> str:
        """Which sentence states its last known standing: see the cases of ``ogp.now``."""
        if self.exit:
            return "gone"
        if self.status == "suspended":
            return "suspended"
        basis, held = self.read.get("standing_basis"), self.facts["status_verified_to"]
        if self.read.get("standing") == "under_review" or basis == "return_not_stated":
            return "under_review" if basis != "return_not_stated" else basis
        if basis in (None, "nothing_newer") or not self.read["read"]:
            return "nothing_newer"
        if self.read["as_of_basis"] == "undated":
            return "undated"
        # A standing of an older date than the one held says nothing newer.
        return "member" if held.startswith(self.read["as_of"]) else "nothing_newer"

    @property
    def standing(self) -> str:
        """Its last known standing, the date of which it is known and a low confidence, in the language in force."""
        if not self.ever:
            return word("ogp.short.never")
        case, date = self.exit or self.now, self.facts["left"] if self.exit else self.facts["status_verified_to"]
        if case == "suspended":
            date = self.spells["start_text"].iloc[-1]
        elif not self.exit and case != "under_review":
            case = {"participating": "member"}.get(self.status, self.status)
        low = {self.read.get("confidence")} & {"low"} if self.now in ("member", "undated") else ()
        return sentence(f"ogp.short.{case}", **dated(date)).plain() + _bracketed(sureness(low))

    @property
    def strip(self) -> pd.DataFrame:
        """Its spells for drawing; ``standing`` says how it left, ``earliest`` from when on it may have joined."""
        standing = self.spells["status"].astype("str").replace({"left": self.exit or "left"})
        earliest = [pd.NaT] * len(self.spells)
        if self.ever and has(self.facts["joined_earliest"]):
            earliest[0] = pd.Timestamp(self.facts["joined_earliest"])
        return self.spells.assign(standing=standing, earliest=pd.Series(earliest, dtype="datetime64[us]"))

    @property
    def verified_until(self) -> pd.Timestamp | None:
        """Last day for which its standing is known; None if it is known for good: it never joined, or has left."""
        if not self.ever or is_out(self.facts):
            return None
        return pd.Period(self.facts["status_verified_to"]).end_time.normalize()

    @property
    def case(self) -> str:
        """Which sentence states its joining.

        ``"founder"``, ``"member"``, ``"member_formal"`` (entry is dated too), ``"member_between"`` (only a span in
        which it joined is known) or ``"never"``.
        """
        case = joined_case(self.facts) if self.ever else "never"
        return "member_formal" if case == "member" and has(self.facts["joined_formal"]) else case

    @property
    def values(self) -> dict[str, str]:
        """What that sentence says, in the language in force."""
        if not self.ever:
            return {}
        dates = {
            "letter": "joined_letter",
            "formal": "joined_formal",
            "earliest": "joined_earliest",
            "latest": "joined_latest",
        }
        known = {name: self.facts[column] for name, column in dates.items() if has(self.facts[column])}
        return {
            **{name: known_date(date) for name, date in known.items()},
            **({"letter_when": when(known["letter"])} if "letter" in known else {}),
            **({"formal": dated(known["formal"])["of"]} if "formal" in known else {}),
            **{end: dated(known[end])["span"] for end in ("earliest", "latest") if end in known},
            "confidence": word(f"ogp.confidence.{self.facts['joined_confidence']}"),
        }

    def _said_now(self) -> dict[str, str]:
        verified = dated(self.facts["status_verified_to"])
        values = {"verified_to": verified["date"], "verified_of": verified["of"], "as_of": verified["as_of"]}
        values["since"] = when(self.spells["start_text"].iloc[-1])
        if has(self.facts["left"]):
            values["ending"] = ended(self.facts, self.read, self.spells, self.events, whole=True)
        if self.now in ("member", "undated"):
            who = word(f"ogp.who.{self.read['source_kind']}")
            values["basis"] = sentence(f"ogp.basis.{self.read['standing_basis']}", who=who).plain()
            confidence, caveat = word(f"ogp.confidence.{self.read['confidence']}"), self.read["caveat"]
            values["confidence"] = f"{confidence}; {word(f'ogp.caveat.{caveat}')}" if has(caveat) else confidence
        return values


def timeline(place: str, edition: str = "embedded") -> Timeline:
    """Return the history of a country in OGP, as far as it is known.

    Parameters
    ----------
    place : str
        Any usual name or code of a country.
    edition : str
        Which data are read, as in ``ogp.load``.

    Raises
    ------
    UnknownName
        If no country bears that name.

    Examples
    --------
    >>> history = ogp.open_government.timeline("Mexico")
    >>> history.standing
    'under review as of April 2024'
    """
    iso3, (countries, spells) = country(place).iso3, _membership(edition)
    events = hand_out.load("ogp_status_events", "events", edition)
    facts = countries[countries["iso3"] == iso3].to_dict("records")
    own = events[events["iso3"] == iso3].sort_values(["date", "event_code"], kind="stable", ignore_index=True)
    columns = ["date", "date_text", "event_code", "plan_number", "confidence", "caveat", "source_kind", "source_url"]
    spells = spells[spells["iso3"] == iso3].reset_index(drop=True)
    own = own[columns].assign(number=range(1, len(own) + 1))
    read = hand_out.load("ogp_membership", "standings", edition)
    read = read[read["iso3"] == iso3].to_dict("records")
    return Timeline(iso3, facts[0] if facts else {}, read[0] if read else {}, spells, own)


def status(place: str, date: str, edition: str = "embedded") -> membership.Status:
    """Return the standing of a country in OGP on a day, with its note and its action plan, as far as they are known.

    Parameters
    ----------
    place : str
        Any usual name or code of a country.
    date : str
        YYYY-MM-DD.
    edition : str
        Which data are read, as in ``ogp.load``.

    Returns
    -------
    Status
        ``status``, ``since``, ``note``, ``confidence`` and ``verified_to``, the date of the newest evidence; ``plan``
        is None if no plan was seen.

    Raises
    ------
    UnknownName
        If no country bears that name.
    ParameterError
        If `date` is not a day.

    Examples
    --------
    >>> found = ogp.open_government.status("Mexico", "2018-08-01")
    >>> found.status, found.plan.number, found.verified_to
    ('participating', 3, '2024-04')
    """
    iso3, (countries, spells) = country(place).iso3, _membership(edition)
    events = hand_out.load("ogp_status_events", "events", edition)
    plans = hand_out.load("ogp_action_plans", "plans", edition)
    note = membership.note_on(countries, spells, events, iso3, date)
    plan = membership.plan_in_force(plans, iso3, date)
    return replace(membership.status_on(spells, iso3, date), note=note, plan=plan)


def _membership(edition: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    return tuple(hand_out.load("ogp_membership", name, edition) for name in ("countries", "spells"))
