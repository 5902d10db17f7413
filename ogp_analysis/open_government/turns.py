"""What turned a country's standing in OGP, in sentences: one place decides when it joined, what came, how it left.

Joining is that of the membership table; inactivity and suspension are its spells; an exit is its date with what that is
the date of; the rest are dated events. The figure, the first screen and the section below it say the same by this.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.words import language, sentence, word
from ogp_analysis.base.words.numbers import partial_day
from ogp_analysis.tidy import partial_dates

#: Events that the first screen says, beside joining, the spells and the exit.
SAID = frozenset({
    "response_policy_started", "response_policy_report", "response_policy_closed", "resumed", "contrary_to_process",
    "under_review", "review_resolution", "participation_resolution", "inactive_recommended", "inactivity_letter",
    "eligibility_review", "core_group_left", "core_group_suspends", "plan_support_withdrawn", "review_found_contrary",
    "review_found_in_order", "return_discussed",
})  # fmt: skip
#: Reasons that are about letters, not about an exit.
_OF_LETTERS = ("participation_short", "little_engagement")
_LETTER = "contrary_to_process"


def dated(date: str) -> dict[str, str]:
    """Return a date known to the day, the month or the year as sentences have it: ``when``, ``of``, ``as_of``, ``by``.

    English has *on 6 December 2016* for ``when``.
    """
    case = precision(date)
    forms = {
        form: sentence(f"ogp.{form}", case=case, date=known(date)).plain()
        for form in ("when", "of", "span", "as_of", "by")
    }
    return {**forms, "date": known(date)}


def when(date: str) -> str:
    """Return a date as it says when: *on 6 December 2016*."""
    return dated(date)["when"]


def known(date: str) -> str:
    """Return a date known to the day, the month or the year in words."""
    return partial_day(date, language())


def precision(date: str) -> str:
    """Return ``day``, ``month`` or ``year``."""
    return partial_dates.precision(pd.Series([date]))[0]


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
    lowest = next((level for level in ("low", "medium") if level in list(levels)), None)
    return [f"{word('ogp.confidence_of')} {word(f'ogp.confidence.{lowest}')}"] if lowest else []


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


def joined(facts: dict) -> str:
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
        why += "; " + sentence(f"ogp.answer.{answer}", date=known(read["answered"])).plain()
    *before, last = (when(date[:7]) for date in dates)
    listed = f"{', '.join(before)} {word('ogp.and')} {last}" if before else last
    key = "ogp.turn.contrary_to_process" + ("_more" if many else "")
    return sentence(key, when=listed, why=why).plain()
