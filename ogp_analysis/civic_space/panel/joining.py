"""From the tables of the sources to the panel: every join states its cardinality and reports its losses."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import JoinError, ParameterError, UnknownName, listed
from ogp_analysis.base.indicators import Indicator, indicator
from ogp_analysis.civic_space import views
from ogp_analysis.civic_space.panel.frame import EARLIER, KEY, Panel
from ogp_analysis.open_government import membership
from ogp_analysis.store import hand_out
from ogp_analysis.store.state import remedy

#: Standard errors on each side of a value that cover .68 of a normal distribution, the level of V-Dem's bounds.
_NORMAL_68 = 0.994457883209753


def country_years(ids: Sequence[str], first_year: int, last_year: int, edition: str = "embedded") -> Panel:
    """Return the panel of some indicators.

    Parameters
    ----------
    ids : sequence of str
        Ids in the catalogue. Series of different versions are different ids and never mixed.
    first_year, last_year : int
        Both included.
    edition : {"embedded", "full"}
        Which data are read. What an edition does not hold is listed in ``absent``.

    Raises
    ------
    JoinError
        If a source has two rows for a country in a year.
    UnknownName
        If an id is not in the catalogue.
    ParameterError
        If the years are the wrong way round, the edition holds none of the indicators, or no source has a row in
        these years.
    """
    if first_year > last_year:
        raise ParameterError("first_year", f"{first_year} lies after last_year, {last_year}", "Exchange them")
    ids = list(dict.fromkeys(ids))
    wanted = sorted((indicator(id) for id in ids), key=lambda one: (one.dataset, one.table))
    parts, joins, absent = [], [], []
    for (dataset, table), group in groupby(wanted, key=lambda one: (one.dataset, one.table)):
        members = list(group)
        if not hand_out.has(dataset, table, edition):
            absent += [one.id for one in members]
            continue
        part, join, missing = _part(members, first_year, last_year, edition)
        parts, joins, absent = [*parts, part], [*joins, join], absent + missing
    if not parts:
        raise ParameterError(
            "indicators",
            f"none is in the data of the {edition} edition here, {listed(ids)}",
            remedy(wanted[0].dataset, edition),
        )
    frame = _with_membership(_joined(parts, first_year, last_year), first_year - EARLIER, last_year, edition)
    held = [id for id in ids if id not in absent]
    closed = tuple(id for id in held if not indicator(id).redistribute)
    shown, kept = frame["year"] >= first_year, frame[[c for c in frame.columns if _whose(c, held) not in closed]]
    return Panel(
        kept[shown].reset_index(drop=True),
        kept[~shown].reset_index(drop=True),
        pd.DataFrame(joins),
        tuple(i for i in ids if i in absent),
        first_year,
        last_year,
        closed,
        Withheld(frame, closed) if closed else None,
        views.present(frame, held, first_year),
    )


def _whose(column: str, ids: list[str]) -> str:
    """Return the indicator that a column of the panel belongs to; the column itself if to none."""
    plain = column.removesuffix("_low").removesuffix("_high").removesuffix("_sd")
    return plain if plain in ids else column


def _part(members: list[Indicator], first_year: int, last_year: int, edition: str):
    """Return one source table as panel columns, what its join loses, and the ids it lacks."""
    first = members[0]
    frame = hand_out.load(first.dataset, first.table, edition)
    present = [one for one in members if one.column in frame.columns]
    whole, apart = frame["iso3"].notna() & ~_part_of_country(frame), _not_comparable(frame)
    shown = frame["year"].between(first_year, last_year)
    named = frame[whole & ~apart & frame["year"].between(first_year - EARLIER, last_year)]
    outside = frame[shown & ~whole]
    join = {
        "dataset": first.dataset,
        "table": first.table,
        "version": first.version,
        "rows": int(shown.sum()),
        "matched": int((shown & whole & ~apart).sum()),
        "without_iso3": len(outside),
        "not_comparable": int((shown & whole & apart).sum()),
        "units_without_iso3": _units(outside),
    }
    columns = {source: target for one in present for source, target in _columns(one).items() if source in frame.columns}
    part = named[[*KEY, *columns]].rename(columns=columns).astype(dict.fromkeys(columns.values(), "float64"))
    part = _with_errors(part, named, present)
    twice = part[part.duplicated(KEY)]
    if len(twice):
        raise JoinError(
            f"{first.dataset}.{first.table}",
            f"{len(twice)} rows repeat a country and year, {listed([tuple(twice.iloc[0][KEY])])}",
            "Correct the codes in its cleaner",
        )
    return part, join, [one.id for one in members if one not in present]


def _part_of_country(rows: pd.DataFrame) -> pd.Series:
    """Return which rows are of a part of a country: V-Dem's PSE is the West Bank, the World Bank's is not."""
    return rows["unit_kind"] == "part_of_country" if "unit_kind" in rows.columns else pd.Series(False, index=rows.index)


def _not_comparable(rows: pd.DataFrame) -> pd.Series:
    """Return which rows their publisher made for a part of the world only, to be compared with no other year."""
    return ~rows["comparable"].astype(bool) if "comparable" in rows.columns else pd.Series(False, index=rows.index)


def _columns(one: Indicator) -> dict[str, str]:
    bounds = {one.low: f"{one.id}_low", one.high: f"{one.id}_high"} if one.low else {}
    errors = {one.std_error: f"{one.id}_sd"} if one.std_error else {}
    return {one.column: one.id, **bounds, **errors}


def _with_errors(part: pd.DataFrame, named: pd.DataFrame, members: list[Indicator]) -> pd.DataFrame:
    """Add bounds of coverage .68 to indicators that are published with a standard error only."""
    for one in members:
        if one.std_error in named.columns and not one.low:
            reach = _NORMAL_68 * named[one.std_error]
            part = part.assign(**{f"{one.id}_low": part[one.id] - reach, f"{one.id}_high": part[one.id] + reach})
    return part


def _units(rows: pd.DataFrame) -> str:
    """Return the names of the units in the language in force, or as their source writes them."""
    names = [c for c in ("country_name", "unit", "economy") if c in rows.columns]
    return ", ".join(sorted({_unit(name) for name in rows[names[0]].unique()})) if names else ""


def _unit(name: str) -> str:
    try:
        return country(name).name
    except UnknownName:
        return name


def _joined(parts: list[pd.DataFrame], first_year: int, last_year: int) -> pd.DataFrame:
    if not any((part["year"] >= first_year).any() for part in parts):
        raise ParameterError(
            "first_year, last_year",
            f"no source here has a value from {first_year} to {last_year}",
            "Choose other years",
        )
    # Each part has a country and year once: laid side by side, every row finds its own.
    return pd.concat([part.set_index(KEY) for part in parts], axis=1).sort_index().reset_index()


def _with_membership(frame: pd.DataFrame, first_year: int, last_year: int, edition: str) -> pd.DataFrame:
    """Add the OGP columns; a country that never joined is stated as such, not left empty."""
    countries = hand_out.load("ogp_membership", "countries", edition)
    spells = hand_out.load("ogp_membership", "spells", edition)
    others = sorted(frame["iso3"].unique())
    status = membership.country_year_status(countries, spells, first_year, last_year, others=others)
    return frame.merge(status, on=KEY, how="left", validate="one_to_one")
