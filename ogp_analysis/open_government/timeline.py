"""A country's history in OGP: standing, spells and dated events, with how far each is verified."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.words import Sentence, language, say, sentence, word
from ogp_analysis.base.words.numbers import count, partial_day
from ogp_analysis.display.links import source
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.open_government import membership
from ogp_analysis.store import hand_out

#: Events that turn the standing of a country in OGP, or civil society's part in the process.
TURNS = frozenset({
    "joined", "letter_of_intent", "response_policy_started", "contrary_to_process", "under_review", "inactive",
    "active_again", "suspended", "suspended_for_good", "exit_withdrawn", "exit_removed", "core_group_left",
    "core_group_suspends", "plan_support_withdrawn", "resumed",
})  # fmt: skip
#: Events that a chart of a country names where there is no room for all, the weightiest first; joining is not an event
#: among them, since the standing says it.
WEIGHTIEST = (
    *("suspended_for_good", "suspended", "exit_removed", "exit_withdrawn", "inactive", "active_again"),
    *("core_group_left", "core_group_suspends", "response_policy_started", "response_policy_closed", "under_review"),
    *("contrary_to_process", "rapid_response_protocol", "civil_society_appeal", "plan_support_withdrawn"),
    *("review_resolution", "participation_resolution", "response_policy_report", "resumed", "recommitted", "warned"),
)


@dataclass(frozen=True)
class Timeline(Shown):
    """A country's history in OGP.

    Attributes
    ----------
    iso3 : str
    facts : dict
        Row of the membership table; empty if the country never joined.
    spells : pandas.DataFrame
        ``start, end, status``, from joining on.
    events : pandas.DataFrame
        ``number, date, date_text, event_code, plan_number, confidence, source_url``, by date.
    """

    iso3: str
    facts: dict = field(repr=False)
    spells: pd.DataFrame = field(repr=False)
    events: pd.DataFrame = field(repr=False)

    @property
    def frame(self) -> pd.DataFrame:
        """The events."""
        return self.events

    def text(self) -> Parts:
        """Say its standing and how far that is verified, and how many events are on record."""
        n = count(len(self.events))
        return Parts([say("ogp.standing", case=self.case, place=country(self.iso3).in_text, **self.values),
                      say("ogp.history.events", name="profile.ogp.events", n=n)])  # fmt: skip

    def meanwhile(self, first: int, last: int) -> Sentence:
        """Say when it joined, and which turns of its standing and of civil society in the process are on record.

        Parameters
        ----------
        first, last : int
            First and last year.

        Examples
        --------
        >>> print(ogp.open_government.timeline("Hungary").meanwhile(2015, 2018).plain())
        In OGP, meanwhile: organisations ask for a Response Policy case (2015); government withdraws from OGP (2016).
        """
        years = self.events["date_text"].str[:4].astype("int64")
        turns = self.events[years.between(first, last) & self.events["event_code"].isin(TURNS)]
        happened = list(zip(turns["event_code"], turns["date_text"].str[:4], strict=True))
        # Few countries have an event for their joining; the year from which membership counts is that of the letter.
        letter, dated = self.facts.get("joined_letter"), turns["event_code"].isin(["joined", "letter_of_intent"]).any()
        if isinstance(letter, str) and first <= int(letter[:4]) <= last and not dated:
            happened = sorted([("joined", letter[:4]), *happened], key=lambda turn: turn[1])
        if not happened:
            case = "quiet" if self.ever else "never"
            return say("ogp.meanwhile", role="finding", case=case, place=country(self.iso3).in_text)
        named = [(word(f"ogp.event.{code}"), when) for code, when in happened]
        events = "; ".join(f"{text[0].lower()}{text[1:]} ({when})" for text, when in named)
        return say("ogp.meanwhile", role="finding", case="events", events=events)

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
            if isinstance(row["confidence"], str):
                notes.append(word("ogp.confidence_of") + " " + word(f"ogp.confidence.{row['confidence']}"))
            events.append(word(f"ogp.event.{row['event_code']}") + (f" ({'; '.join(notes)})" if notes else ""))
        frame = self.events.assign(
            event=events,
            source_url=[
                source(row["source_url"], date=row["date_text"],
                       row=f"ogp_status_events ({self.iso3}, {row['date_text']}, {row['event_code']})")
                for row in rows
            ],
        )  # fmt: skip
        headings = {"number": Heading("number", "count"), "date_text": Heading("date"), "event": Heading("event"),
                    "source_url": Heading("source", "link")}  # fmt: skip
        caption = sentence("ogp.history.table", place=country(self.iso3).in_text, n=count(len(rows)))
        return table("events", caption, frame, headings, ["ogp_status_events"])

    @property
    def weighty(self) -> pd.DataFrame:
        """The events of :data:`WEIGHTIEST` in words: ``date, date_text, text, weight``, by date, 0 the weightiest."""
        found = self.events[self.events["event_code"].isin(WEIGHTIEST)]
        return found[["date", "date_text"]].assign(
            text=[word(f"ogp.event.{code}") for code in found["event_code"]],
            weight=[WEIGHTIEST.index(code) for code in found["event_code"]],
        )

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
    def standing(self) -> str:
        """Status with its note, in the language in force: a member under review is not merely participating."""
        known = word(f"ogp.status.{self.status}")
        return known if self.note is None else f"{known}; {word(f'ogp.status_note.{self.note}')}"

    @property
    def verified_until(self) -> pd.Timestamp | None:
        """Last day for which its standing is known; None if it is known for good: it never joined, or has left."""
        if not self.ever or (isinstance(self.facts["left"], str) and self.facts["exit_confidence"] != "unconfirmed"):
            return None
        return pd.Period(self.facts["status_verified_to"]).end_time.normalize()

    @property
    def case(self) -> str:
        """Which sentence states its standing.

        ``"founder"``, ``"member"``, ``"member_formal"`` (entry is dated too), ``"member_between"`` (only a span in
        which it joined is known) or ``"never"``.
        """
        if not self.ever:
            return "never"
        if self.facts["entry_cohort"] == "founders_2011":
            return "founder"
        if not isinstance(self.facts["joined_letter"], str):
            return "member_between"
        return "member_formal" if isinstance(self.facts["joined_formal"], str) else "member"

    @property
    def values(self) -> dict[str, str]:
        """What that sentence says, in the language in force."""
        if not self.ever:
            return {}
        dates = {
            "letter": "joined_letter", "formal": "joined_formal", "earliest": "joined_earliest",
            "latest": "joined_latest", "verified_to": "status_verified_to",
        }  # fmt: skip
        known = {name: self.facts[column] for name, column in dates.items() if isinstance(self.facts[column], str)}
        return {
            **{name: partial_day(date, language()) for name, date in known.items()},
            "confidence": word(f"ogp.confidence.{self.facts['joined_confidence']}"),
            "status": self.standing,
        }


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
    'participating; last procedure on record: placed under review (Procedural Review)'
    """
    iso3, (countries, spells) = country(place).iso3, _membership(edition)
    events = hand_out.load("ogp_status_events", "events", edition)
    facts = countries[countries["iso3"] == iso3].to_dict("records")
    own = events[events["iso3"] == iso3].sort_values(["date", "event_code"], kind="stable", ignore_index=True)
    columns = ["date", "date_text", "event_code", "plan_number", "confidence", "source_url"]
    spells = spells[spells["iso3"] == iso3].reset_index(drop=True)
    return Timeline(iso3, facts[0] if facts else {}, spells, own[columns].assign(number=range(1, len(own) + 1)))


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
