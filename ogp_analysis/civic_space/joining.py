"""From the tables of the sources to countries by years: the one join, which states its cardinality and its losses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

import pandas as pd

from ogp_analysis.base.conformance import first_row
from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import JoinError, ParameterError, UnknownName, listed
from ogp_analysis.base.indicators import Indicator, keeps_version, read_from, stated
from ogp_analysis.data.store import editions, hand_out
from ogp_analysis.data.store.shelf import remedy

KEY = ["iso3", "year"]
#: Standard errors on each side of a value that cover .68 of a normal distribution, the level of V-Dem's bounds.
_NORMAL_68 = 0.994457883209753
#: How V-Dem names the columns of the bounds and of the standard deviation of an estimate.
_PUBLISHED = ("_codelow", "_codehigh", "_sd")


@dataclass(frozen=True)
class Joined:
    """Indicators of countries by years, as their sources have them.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per country and year in which a source has a row, sorted: ``iso3, year``, a column of floats for each
        indicator that is held, by its id, with ``<id>_low`` and ``<id>_high`` where bounds are published (coverage
        .68) and ``<id>_sd`` where a standard deviation of the error is. Values that may be drawn only are among them.
    sources : pandas.DataFrame
        One row per source table, counted over the years asked for: ``dataset, table, version, indicators`` (how many it
        gave), ``rows, matched, without_iso3, not_comparable, units_without_iso3``. ``rows`` is the sum of the next
        three.
    absent : tuple of str
        Indicators that the edition does not hold, in the order asked for.
    """

    frame: pd.DataFrame
    sources: pd.DataFrame
    absent: tuple[str, ...]


def join(ids: Iterable[str], first_year: int, last_year: int, edition: str = "embedded", earlier: int = 0) -> Joined:
    """Join indicators to one row per country and year.

    Rows without a code of ISO 3166, rows of parts of countries, and rows that their publisher made for a part of the
    world only, to be compared with no other year (CIVICUS Monitor 2022), are left out and counted.

    Parameters
    ----------
    ids : iterable of str
        Ids in the catalogue. Series of different versions are different ids and never mixed. Under an edition that
        reads newer versions, a series is that of one version from its first year to its last.
    first_year, last_year : int
        Both included.
    edition : str
        Which data are read, as for :func:`ogp_analysis.data.store.hand_out.load`.
    earlier : int
        Years before `first_year` whose rows are in the frame, but in no count of `sources`.

    Raises
    ------
    JoinError
        If a source has two rows for a country in a year.
    UnknownName
        If an id is not in the catalogue.
    ParameterError
        If the edition holds none of the indicators, or no source has a row in these years.
    """
    ids = list(dict.fromkeys(ids))
    parts, sources, absent = [], [], set(ids)
    for (dataset, table), group in by_table(ids, edition):
        rows = hand_out.load(dataset, table, edition) if hand_out.has(dataset, table, edition) else pd.DataFrame()
        held = [one for one in group if one.column in rows.columns]
        if held:
            part, source = one_table(rows, held, first_year, last_year, earlier)
            parts, sources, absent = [*parts, part], [*sources, source], absent - {one.id for one in held}
    if not parts:
        raise ParameterError(
            "indicators",
            f"none is in the data of the {edition} edition here, {listed(ids)}",
            remedy(by_table(ids, edition)[0][0][0], edition),
        )
    # Each part has a country and year once: laid side by side, every row finds its own.
    frame = pd.concat([part.set_index(KEY) for part in parts], axis=1).sort_index().reset_index()
    if not (frame["year"] >= first_year).any():
        raise ParameterError(
            "first_year, last_year",
            f"no source here has a value from {first_year} to {last_year}",
            "Choose other years",
        )
    return Joined(frame, pd.DataFrame(sources), tuple(id for id in ids if id in absent))


def by_table(ids: Iterable[str], edition: str) -> list[tuple[tuple[str, str], list[Indicator]]]:
    """Return indicators as they are read under an edition, by dataset and table, sorted; faults are those of `as_read`.

    Examples
    --------
    >>> [(where, [one.id for one in some]) for where, some in by_table(["va_est", "v2xcs_ccsi"], "embedded")]
    [(('vdem', 'v14'), ['v2xcs_ccsi']), (('wgi_voice_accountability', 'country_year'), ['va_est'])]
    """
    wanted = sorted((as_read(id, edition) for id in ids), key=lambda one: (one.dataset, one.table))
    return [(where, list(some)) for where, some in groupby(wanted, key=lambda one: (one.dataset, one.table))]


def as_read(id: str, edition: str) -> Indicator:
    """Return an indicator with the table, version, bounds and last year that it has under an edition.

    From then on :func:`ogp_analysis.base.indicators.indicator` returns it so, until it is read under another edition.

    Raises
    ------
    UnknownName
        If the id is not in the catalogue, or a version that is pinned is not here.
    """
    one = stated(id)
    place, table = hand_out.where(one.dataset, one.table, edition, "" if keeps_version(one) else one.column)
    version = editions.version_of(place, table, one)
    if version != one.version:
        columns = hand_out.load(one.dataset, table, edition).columns
        low, high, sd = (f"{one.column}{end}" if f"{one.column}{end}" in columns else "" for end in _PUBLISHED)
        bounds = (
            {"low": low, "high": high, "level": 0.68, "std_error": sd} if table != one.table and low and high else {}
        )
        values = hand_out.load(one.dataset, table, edition, ["year", one.column]).dropna()["year"]
        years = {"first_year": int(values.min()), "last_year": int(values.max())} if len(values) else {}
        one = replace(one, table=table, version=version, **bounds, **years)
    read_from(one)
    return one


def one_table(
    rows: pd.DataFrame, held: list[Indicator], first_year: int, last_year: int, earlier: int = 0
) -> tuple[pd.DataFrame, dict]:
    """Return one source table as columns of indicators, and what its join loses.

    Parameters
    ----------
    rows : pandas.DataFrame
        The table, with ``iso3`` and ``year``.
    held : list of Indicator
        The indicators that are read from it, all of them columns of it.
    first_year, last_year, earlier : int
        As for :func:`join`.

    Returns
    -------
    pandas.DataFrame, dict
        One row per country and year, with the columns of `Joined.frame`, and the row of `Joined.sources`.

    Raises
    ------
    JoinError
        If two rows are of the same country and year.
    """
    everyone = pd.Series(True, index=rows.index)
    # V-Dem's PSE is the West Bank, a part of a country; the World Bank's is the country.
    country_rows = rows["iso3"].notna() & (rows["unit_kind"] != "part_of_country" if "unit_kind" in rows else everyone)
    comparable = rows["comparable"].fillna(False).astype(bool) if "comparable" in rows else everyone
    shown = rows["year"].between(first_year, last_year)
    outside = rows[shown & ~country_rows]
    named_by = next((name for name in ("country_name", "unit", "economy") if name in rows.columns), None)
    source = {
        "dataset": held[0].dataset,
        "table": held[0].table,
        "version": held[0].version,
        "indicators": len(held),
        "rows": int(shown.sum()),
        "matched": int((shown & country_rows & comparable).sum()),
        "without_iso3": len(outside),
        "not_comparable": int((shown & country_rows & ~comparable).sum()),
        "units_without_iso3": "; ".join(sorted(outside[named_by].unique())) if named_by else "",
    }
    at = (country_rows & comparable & rows["year"].between(first_year - earlier, last_year)).to_numpy(bool)
    keys = rows[KEY][at]
    twice = keys[keys.duplicated()]
    if len(twice):
        raise JoinError(
            f"{held[0].dataset}.{held[0].table}",
            f"{len(twice)} rows repeat a country and year, {listed([first_row(twice)])}",
            "Correct the codes in its cleaner",
        )
    columns = {}
    for one in held:
        published = {"": one.column, "_low": one.low, "_high": one.high, "_sd": one.std_error}
        there = {f"{one.id}{end}": column for end, column in published.items() if column in rows.columns}
        columns |= {name: rows[column][at].astype("float64") for name, column in there.items()}
        if one.std_error in rows.columns and not one.low:
            value, reach = columns[one.id], _NORMAL_68 * columns[f"{one.id}_sd"]
            columns |= {f"{one.id}_low": value - reach, f"{one.id}_high": value + reach}
    return keys.assign(**columns), source


def indicator_of(column: str, ids: Iterable[str]) -> str:
    """Return the indicator of which a column of `Joined.frame` is the value or error; the column itself if of none.

    Examples
    --------
    >>> indicator_of("va_est_low", ["va_est"]), indicator_of("year", ["va_est"])
    ('va_est', 'year')
    """
    plain = column.removesuffix("_low").removesuffix("_high").removesuffix("_sd")
    return plain if plain in ids else column


def unit_name(unit: str) -> str:
    """Return the name of a unit in the language in force, or the unit as written if the register does not know it.

    Examples
    --------
    >>> unit_name("MEX"), unit_name("V-Dem's own unit")
    ('Mexico', "V-Dem's own unit")
    """
    try:
        return country(unit).name
    except UnknownName:
        return unit
