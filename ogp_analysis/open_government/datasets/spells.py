"""Membership as spells: from joining on, each day of a country lies in exactly one of them."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError, listed
from ogp_analysis.base.schema import schemas
from ogp_analysis.open_government.datasets import addresses, membership_columns
from ogp_analysis.tidy import partial_dates

(SPELLS,) = schemas(
    toml(__file__, "spells.toml")["table"],
    precisions=partial_dates.PRECISIONS,
    confidences=membership_columns.CONFIDENCES,
    source_kinds=addresses.KINDS,
)
STATUSES = SPELLS["status"].categories

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
        If a country is repeated, an exit has no source, or the spells of a country are out of order.
    """
    if again := countries.loc[countries["iso3"].duplicated(), "iso3"].tolist():
        raise CleaningError(
            "membership_facts.csv", f"{len(again)} countries are listed twice, {listed(again)}", "Keep one row"
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
    frame["source_kind"] = frame["source_url"].map(addresses.kind)
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
        One row per step: ``iso3, status, date, bound, basis, confidence, source_url``, as text.

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
