"""Membership as spells: from joining on, each day of a country lies in exactly one of them."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.errors import CleaningError, listed
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.open_government.datasets import membership_columns
from ogp_analysis.tidy import partial_dates

STATUSES = ("participating", "inactive", "suspended", "left")
BOUNDS = ("on", "by")
BASES = ("joining", "decision", "plan", "estimate", "exit")

SPELLS = TableSchema(
    name="spells",
    grain="one country and one unbroken time in one status; the spells of a country follow on each other without "
    "gap or overlap, each as [start, end)",
    key=("iso3", "start"),
    columns=(
        Column("iso3", "string", "Country, ISO 3166-1 alpha-3 (XKX for Kosovo).", required=True),
        Column("spell", "integer", "Number of the spell within its country.", required=True, minimum=1),
        Column(
            "status",
            "category",
            "participating: a member, also while a Response Policy case or a review is open; "
            "inactive: declared inactive; suspended: suspended, for a time or for good (see exit_kind of "
            "countries); left: no longer a member.",
            categories=STATUSES,
            required=True,
        ),
        Column(
            "start",
            "date",
            "First day in this status. A start known to the month or year counts from the first "
            "day of it if start_bound is on, from the last if it is by; none lies before the launch of the "
            "partnership, 2011-09-20.",
            required=True,
        ),
        Column("start_text", "string", "The start as far as it is known: year, month or day.", required=True),
        Column(
            "start_precision",
            "category",
            "What start_text is known to.",
            categories=partial_dates.PRECISIONS,
            required=True,
        ),
        Column(
            "start_bound",
            "category",
            "on: the change happened then; by: at the latest then, no earlier date is known.",
            categories=BOUNDS,
            required=True,
        ),
        Column(
            "end",
            "date",
            "First day no longer in this status: the start of the next spell. Missing: the last status known.",
        ),
        Column("end_precision", "category", "What the end is known to.", categories=partial_dates.PRECISIONS),
        Column("end_bound", "category", "As start_bound, of the end.", categories=BOUNDS),
        Column(
            "basis",
            "category",
            "What the start rests on. joining: letter of intent, launch or window of joining; "
            "decision: dated act of OGP; plan: the next action plan was delivered, no return is dated; estimate: "
            "counted back from a report; exit: withdrawal or removal.",
            categories=BASES,
            required=True,
        ),
        Column(
            "confidence",
            "category",
            "How sure the start of the spell is.",
            categories=membership_columns.CONFIDENCES,
            required=True,
        ),
        Column(
            "exit_reported",
            "string",
            "Date of an unconfirmed report that this status ended in an exit; the report is not followed here.",
        ),
        Column(
            "verified_to",
            "string",
            "Date of the newest evidence for the country's present status; a year or month alone is a lower bound.",
            required=True,
        ),
        Column("source_url", "string", "Page the change was read on.", required=True),
    ),
    left_alone="The letter of intent opens the first spell; formal entry, where it differs, is in countries. "
    "Under review and contrary to process are letters, not statuses: see ogp_status_events.",
)

_STEP = ["iso3", "status", "date", "bound", "basis", "confidence", "source_url"]


def spells(countries: pd.DataFrame, changes: list[dict], exits: dict[str, dict]) -> pd.DataFrame:
    """Return the spells of all countries.

    Parameters
    ----------
    countries : pandas.DataFrame
        Columns of the clean countries table, as text.
    changes : list of dict
        Dated changes of status between joining and exit.
    exits : dict
        Bound and source of the exits, by iso3.

    Raises
    ------
    CleaningError
        If a country stands twice, an exit has no source, or the spells of a country are out of order.
    """
    if again := countries.loc[countries["iso3"].duplicated(), "iso3"].tolist():
        raise CleaningError(
            "membership_facts.csv", f"{len(again)} countries stand twice, {listed(again)}", "Keep one row"
        )
    steps = steps_of_status(countries, changes, exits)
    # A change is of the first day that its date allows, or of the last where the date is a bound.
    day = partial_dates.first_day(steps["date"]).mask(steps["bound"] == "by", partial_dates.last_day(steps["date"]))
    frame = (
        steps.rename(columns={"date": "start_text", "bound": "start_bound"})
        .assign(
            start=day.clip(lower=pd.Timestamp(membership_columns.LAUNCH)),
            start_precision=partial_dates.precision(steps["date"]),
        )
        .sort_values(["iso3", "start"], kind="stable", ignore_index=True)
    )
    by_country = frame.groupby("iso3")
    frame["spell"] = by_country.cumcount() + 1
    for column in ("start", "start_precision", "start_bound"):
        frame[column.replace("start", "end")] = by_country[column].shift(-1)
    frame["verified_to"] = frame["iso3"].map(countries.set_index("iso3")["status_verified_to"])
    # An exit that is reported but not confirmed ends no spell.
    reported = countries[(countries["left"] != "") & (countries["exit_confidence"] == "unconfirmed")]
    frame["exit_reported"] = frame["iso3"].map(reported.set_index("iso3")["left"]).where(frame["end"].isna())
    backwards = frame[frame["end"] <= frame["start"]]
    repeated = frame[(frame["iso3"] == frame["iso3"].shift()) & (frame["status"] == frame["status"].shift())]
    if odd := sorted({*backwards["iso3"], *repeated["iso3"]}):
        raise CleaningError(
            "spells",
            f"{len(odd)} countries have two changes on one day, or the same status twice running, {listed(odd)}",
            "Correct the changes in membership.toml",
        )
    return frame[SPELLS.names]


def steps_of_status(countries: pd.DataFrame, changes: list[dict], exits: dict[str, dict]) -> pd.DataFrame:
    """Return every step into a status: joining, the dated changes, and exits that are confirmed.

    Parameters
    ----------
    countries, changes, exits
        As for :func:`spells`.

    Returns
    -------
    pandas.DataFrame
        One row a step: ``iso3, status, date, bound, basis, confidence, source_url``, as text.

    Raises
    ------
    CleaningError
        If an exit has no source.
    """
    # Without a date of the letter, a country had joined by the end of its window.
    window = countries["joined_letter"] == ""
    joining = {
        "iso3": countries["iso3"],
        "status": "participating",
        "date": countries["joined_letter"].mask(window, countries["joined_latest"]),
        "bound": pd.Series("on", index=countries.index).mask(window, "by"),
        "basis": "joining",
        "confidence": countries["joined_confidence"],
        "source_url": membership_columns.page_links(countries["sources"]),
    }
    changed = pd.DataFrame(changes, columns=[*_STEP[:-1], "source"]).rename(columns={"source": "source_url"})
    changed = changed[changed["iso3"].isin(countries["iso3"])]
    left = countries[(countries["left"] != "") & (countries["exit_confidence"] != "unconfirmed")]
    if unknown := sorted(set(left["iso3"]) - set(exits)):
        raise CleaningError(
            "membership.toml, exits",
            f"{len(unknown)} exits have no source, {listed(unknown)}",
            "Add the country with bound and source",
        )
    leaving = {
        "iso3": left["iso3"],
        "status": pd.Series("left", index=left.index).mask(left["exit_kind"] == "suspended_for_good", "suspended"),
        "date": left["left"],
        "bound": left["iso3"].map(lambda iso3: exits[iso3]["bound"]),
        "basis": "exit",
        "confidence": left["exit_confidence"],
        "source_url": left["iso3"].map(lambda iso3: exits[iso3]["source"]),
    }
    parts = [pd.DataFrame(joining, columns=_STEP), changed[_STEP], pd.DataFrame(leaving, columns=_STEP)]
    return pd.concat(parts, ignore_index=True)
