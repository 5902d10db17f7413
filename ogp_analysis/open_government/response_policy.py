"""Cases under OGP's Response Policy: opened when, through which stages, and how they ended.

The policy lets organisations raise a concern about the space for civil society in a member country. Stage one sets
the government tasks and a date; stage two takes away its standing (inactive, or suspended). A pure function on the
clean table ``ogp_status_events.events``, which is not a complete register: these are the cases that were found. Where
report and first tasks are one event, as for Azerbaijan, it is the report, and stage one has no date.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.errors import ParameterError, listed
from ogp_analysis.base.words import language, sentence, word
from ogp_analysis.base.words.sentence import partial_day
from ogp_analysis.data.cleaning import coding

#: How a case stands by the last confirmed event that decides it. ``undecided``: there is none.
OUTCOMES = ("resumed", "withdrew", "removed", "inactive", "suspended", "undecided")
#: Event that decides the outcome, and the outcome.
_DECIDES = {
    "resumed": "resumed",
    "exit_withdrawn": "withdrew",
    "exit_removed": "removed",
    "inactive": "inactive",
    "inactive_extended": "inactive",
    "suspended": "suspended",
    "suspended_for_good": "suspended",
}
#: Events after which there is no case any more.
_CLOSES = ("response_policy_closed", "exit_withdrawn", "exit_removed", "suspended_for_good")
#: Column of a stage, and the events whose first one dates it.
_STAGES = {
    "government_informed": ("response_policy_government_informed",),
    "government_replied": ("response_policy_government_reply",),
    "report": ("response_policy_report",),
    "stage_one": ("response_policy_stage_one",),
    "stage_two": ("inactive", "suspended"),
}
_OPENS = "response_policy_started"
#: Events by which organisations end their part in a process that had been resumed.
_ENDS_AGAIN = ("core_group_left", "core_group_suspends")
_MECHANISMS = ("response_policy", "withdrawal", "national_process")
_WORST = ("unconfirmed", "low", "medium", "high")
COLUMNS = (
    "iso3",
    "opened",
    *_STAGES,
    "outcome",
    "outcome_since",
    "closed",
    "days_to_report",
    "days_to_stage_two",
    "days_to_close",
    "confidence",
    "exit_reported",
    "suspended_again",
    "suspended_again_confidence",
)


def response_policy_cases(events: pd.DataFrame) -> pd.DataFrame:
    """Return the cases under the Response Policy, one row per case, sorted by country and opening.

    Parameters
    ----------
    events : pandas.DataFrame
        The ``events`` of ``ogp_status_events``. What else happens in the country while the case is open counts only
        if it belongs to the policy, to a withdrawal or to the national process.

    Returns
    -------
    pandas.DataFrame
        Dates are text as far as they are known (year, month or day), and missing where no event dates them:
        ``opened``; ``government_informed``, ``government_replied``, ``report``, ``stage_one``, ``stage_two`` (the
        first of each); ``closed`` (the case is resolved, or the country is no longer a participant). ``outcome`` is
        one of :data:`OUTCOMES`, ``outcome_since`` the first day of the unbroken series of events that say so.
        ``days_to_report``, ``days_to_stage_two``, ``days_to_close`` count days from the opening and are missing
        unless both ends are known to the day. ``confidence`` is the lowest stated for an event of the case; missing
        if none is assessed. ``exit_reported`` dates an unconfirmed report of an exit, which decides nothing.

    Raises
    ------
    ParameterError
        If a stage of the policy belongs to no case that was opened.

    Examples
    --------
    >>> ogp.open_government.response_policy_cases(ogp.load("ogp_status_events", "events"))["iso3"].to_list()
    ['AZE', 'GEO', 'HUN', 'MEX', 'USA']
    """
    own = events[events["mechanism"].isin(_MECHANISMS)]
    own = own.sort_values(["iso3", "date", "event_code"], kind="stable", ignore_index=True)
    policy = own[own["mechanism"] == "response_policy"]
    first = policy.groupby("iso3")["date"].min()
    opened = policy[policy["event_code"] == _OPENS].groupby("iso3")["date"].min()
    odd = sorted(iso3 for iso3, date in first.items() if not opened.get(iso3, pd.Timestamp.max) <= date)
    if odd:
        raise ParameterError(
            "events",
            f"{len(odd)} countries have a stage of the Response Policy before a case was opened, {listed(odd)}",
            f"Give the event {_OPENS!r} of the case",
        )
    # A case goes from its opening to its closing, or to the next opening.
    number = (own["event_code"] == _OPENS).groupby(own["iso3"]).cumsum()
    rows = []
    for _, case in own[number > 0].groupby([own["iso3"], number]):
        ends = case.loc[case["event_code"].isin(_CLOSES) & _confirmed(case), "date"]
        case = case[case["date"] <= ends.iloc[0]] if len(ends) else case
        sure = case[_confirmed(case)]
        closed = _first(sure, _CLOSES)
        row = {"iso3": case["iso3"].iloc[0], "opened": case["date_text"].iloc[0]}
        row |= {stage: _first(sure, codes) for stage, codes in _STAGES.items()}
        # The last decision is the outcome; it holds since the first of the decisions in a row that say the same.
        decided = sure.assign(outcome=sure["event_code"].map(_DECIDES)).dropna(subset="outcome")
        outcome, since = "undecided", None
        if len(decided):
            outcome = decided["outcome"].iloc[-1]
            before = decided.index[decided["outcome"] != outcome]
            series = decided.loc[decided["date"] >= decided.loc[before[-1], "date"]] if len(before) else decided
            since = series.loc[series["outcome"] == outcome, "date_text"].iloc[0]
        unsure = case[~_confirmed(case) & (case["event_category"] == "exit")]
        rows.append(
            row
            | {
                "outcome": outcome,
                "outcome_since": since,
                "closed": closed,
                "days_to_report": _days(row["opened"], row["report"]),
                "days_to_stage_two": _days(row["opened"], row["stage_two"]),
                "days_to_close": _days(row["opened"], closed),
                "confidence": min(sure["confidence"].dropna(), key=_WORST.index, default=None),
                "exit_reported": unsure["date_text"].iloc[0] if len(unsure) else None,
                **_suspended_again(events, row["iso3"], outcome, since),
            }
        )
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    days = {name: "Int64" for name in COLUMNS if name.startswith("days_")}
    return frame.astype({name: days.get(name, "str") for name in COLUMNS})


def _suspended_again(events: pd.DataFrame, iso3: str, outcome: str, since: str | None) -> dict[str, str | None]:
    """Return when organisations ended their part in a process that had been resumed, and how sure that is."""
    found = events[(events["iso3"] == iso3) & events["event_code"].isin(_ENDS_AGAIN)].sort_values("date", kind="stable")
    found = found[found["date_text"] > since] if outcome == "resumed" and since else found[:0]
    values = found.iloc[0] if len(found) else {}
    return {"suspended_again": values.get("date_text"), "suspended_again_confidence": values.get("confidence")}


def _confirmed(events: pd.DataFrame) -> pd.Series:
    return (events["confidence"] != "unconfirmed").fillna(True)


def _first(events: pd.DataFrame, codes: tuple[str, ...]) -> str | None:
    found = events.loc[events["event_code"].isin(codes), "date_text"]
    return found.iloc[0] if len(found) else None


def _days(first: str, last: str | None) -> int | None:
    dates = pd.Series([first, last], dtype="str")
    if (coding.precision(dates) != "day").fillna(True).any():
        return None
    return coding.first_day(dates).diff().iloc[1].days


def outcome_said(row: dict) -> str:
    """Say the outcome of a case, an exit that is reported only, and what ended a process that had been resumed."""
    said = word(f"process.outcome.{row['outcome']}")
    if isinstance(row["exit_reported"], str):
        date = partial_day(row["exit_reported"], language())
        said += f" ({sentence('process.reported', date=date).plain()})"
    if isinstance(row["suspended_again"], str):
        said += f" ({suspended_again(row)})"
    return said


def suspended_again(row: dict) -> str:
    """Say when organisations ended their part in a process that had been resumed, and how sure that is if not quite."""
    date, level = partial_day(row["suspended_again"][:7], language()), row["suspended_again_confidence"]
    sure = f", {word('ogp.confidence_of')} {word(f'ogp.confidence.{level}')}" if isinstance(level, str) else ""
    return sentence("process.suspended_again", date=date, sure=sure).plain()
