"""The country-year panel: indicators and OGP membership side by side; every join says what it lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import pandas as pd

from ogp_analysis import membership
from ogp_analysis.countries import country
from ogp_analysis.errors import JoinError, ParameterError, listed
from ogp_analysis.indicators import Indicator, indicator
from ogp_analysis.store import hand_out

KEY = ["iso3", "year"]
_BOUNDED = ["term", "year", "value", "low", "high"]
#: Standard errors on each side of a value that cover .68 of a normal distribution, the level of V-Dem's bounds.
_NORMAL_68 = 0.994457883209753


@dataclass(frozen=True)
class Panel:
    """Countries by years.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row a country in a year, sorted: ``iso3, year``, a column for each indicator by its id,
        with ``<id>_low`` and ``<id>_high`` where bounds are published, and the OGP columns of
        :func:`ogp_analysis.membership.country_year_status`. Missing is missing.
    joins : pandas.DataFrame
        One row a source table: ``dataset, table, version, rows, matched, without_iso3, units_without_iso3``.
    absent : tuple of str
        Ids that the edition does not hold.
    first_year, last_year : int
        The years asked for.
    """

    frame: pd.DataFrame
    joins: pd.DataFrame
    absent: tuple[str, ...]
    first_year: int
    last_year: int

    def series(self, id: str) -> pd.DataFrame:
        """Return one indicator as ``unit, year, value``, rows with a value only."""
        frame = self.frame[[*KEY, id]].dropna(subset=[id])
        return frame.rename(columns={"iso3": "unit", id: "value"}).reset_index(drop=True)

    def spanning(self, id: str, first: int, last: int) -> pd.DataFrame:
        """Return one indicator as :meth:`series` does, if any country has a value in both years.

        Raises
        ------
        ParameterError
            If none has.
        """
        series = self.series(id) if id in self.frame.columns else pd.DataFrame(columns=["unit", "year", "value"])
        units = [set(series.loc[series["year"] == year, "unit"]) for year in (first, last)]
        if not units[0] & units[1]:
            raise ParameterError(f"{id}, {first} and {last}", "no country here has a value in both years",
                                 "Choose another year, region or indicator")  # fmt: skip
        return series

    def of(self, iso3: str) -> pd.DataFrame:
        """Return the rows of one country.

        Raises
        ------
        ParameterError
            If the panel holds no value for it.
        """
        rows = self.frame[self.frame["iso3"] == iso3].reset_index(drop=True)
        if rows.empty:
            raise ParameterError(
                f"country {iso3}",
                f"no source here covers it from {self.first_year} to {self.last_year}",
                "Choose another country or other years",
            )
        return rows

    def only(self, region: str) -> Panel:
        """Return the panel of the countries of one region, or of all for ``"world"``."""
        return replace(self, frame=self.within(region))

    def points(self, x: str, y: str, year: int) -> pd.DataFrame:
        """Return two indicators of one year: ``iso3``, a column for each, and ``ogp`` (ever joined)."""
        frame = self.frame.loc[self.frame["year"] == year, ["iso3", x, y, "ogp_ever"]]
        return frame.rename(columns={"ogp_ever": "ogp"}).reset_index(drop=True)

    def median(self, id: str, year: int) -> float:
        """Return the median of an indicator in a year over the countries of the panel: where quadrants are cut.

        The middle of a scale would say nothing: few countries stand below it on most of these indices.
        """
        return float(self.frame.loc[self.frame["year"] == year, id].median())

    @property
    def members(self) -> frozenset[str]:
        """The countries of the panel that ever joined OGP."""
        return frozenset(self.frame.loc[self.frame["ogp_ever"], "iso3"])

    def within(self, region: str) -> pd.DataFrame:
        """Return the rows of the countries of a region; all rows for ``"world"``."""
        if region == "world":
            return self.frame
        inside = {iso3 for iso3 in self.frame["iso3"].unique() if country(iso3).region == region}
        return self.frame[self.frame["iso3"].isin(inside)].reset_index(drop=True)

    def coverage(self, iso3: str | None = None) -> pd.DataFrame:
        """Return, by year and indicator, how many countries have a value; for one country, whether it has."""
        frame = self.frame if iso3 is None else self.of(iso3)
        ids = [c for c in frame.columns if c in self.ids]
        return frame.groupby("year")[ids].count()

    def quantiles(self, id: str) -> pd.DataFrame:
        """Return ``year, p10, q1, median, q3, p90, n`` of the countries with a value in every year shown."""
        by_year = self.fixed(id).groupby("year")["value"]
        names = {0.1: "p10", 0.25: "q1", 0.5: "median", 0.75: "q3", 0.9: "p90"}
        frame = by_year.quantile(list(names)).unstack().rename(columns=names)
        return frame.assign(n=by_year.size()).reset_index()

    def medians(self, region: str, without: str) -> pd.DataFrame:
        """Return the median of each indicator by year over the countries of a region but one, and ``n``, how many.

        ``n`` counts the countries with a row in that year; a single indicator may have fewer.
        """
        frame = self.within(region)
        by_year = frame[frame["iso3"] != without].groupby("year")
        return by_year[self.ids].median().assign(n=by_year["iso3"].nunique()).reset_index()

    def bounded(self, iso3: str) -> pd.DataFrame:
        """Return ``term, year, value, low, high`` of the indicators of a country that have bounds.

        Bounds have coverage .68: as published, or where a standard error is published, that far from the value.
        """
        own = self.of(iso3)
        parts = [pd.DataFrame({"term": one, "year": own["year"], "value": own[one], "low": own[f"{one}_low"],
                               "high": own[f"{one}_high"]})
                 for one in self.ids if f"{one}_low" in own.columns]  # fmt: skip
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_BOUNDED)

    def fixed(self, id: str, last_year: int | None = None) -> pd.DataFrame:
        """Return ``unit, year, value, ogp, cohort`` of the countries that have a value in every year shown.

        Membership is held fixed: ``ogp`` and ``cohort`` say whether and when a country ever joined,
        in all its years alike, so that a moving spread is never a change of who is counted.
        """
        frame = self.frame[self.frame["year"] <= (last_year or self.last_year)].dropna(subset=[id])
        whole = frame.groupby("iso3")["year"].transform("nunique") == frame["year"].nunique()
        part = frame[whole]
        return pd.DataFrame({"unit": part["iso3"], "year": part["year"], "value": part[id],
                             "ogp": part["ogp_ever"].map({True: "ever", False: "never"}),
                             "cohort": part["ogp_cohort"].map(_cohort)}).reset_index(drop=True)  # fmt: skip

    @property
    def ids(self) -> list[str]:
        """The indicators it holds."""
        return [
            c
            for c in self.frame.columns
            if c not in KEY and not c.startswith("ogp_") and not c.endswith(("_low", "_high"))
        ]


def _cohort(year) -> str:
    """Return the group of a year of joining: nearly all members joined in the first three years."""
    if pd.isna(year):
        return "never"
    return "2011" if year == 2011 else "2012_2013" if year <= 2013 else "later"


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
        If no source has a value in these years.
    """
    wanted = sorted((indicator(id) for id in ids), key=lambda one: (one.dataset, one.table))
    parts, joins, absent = [], [], []
    for (dataset, table), group in groupby(wanted, key=lambda one: (one.dataset, one.table)):
        members = list(group)
        if not hand_out.has(dataset, table, edition):
            absent += [one.id for one in members]
            continue
        part, join, missing = _part(members, first_year, last_year, edition)
        parts, joins, absent = [*parts, part], [*joins, join], absent + missing
    frame = _joined(parts, first_year, last_year)
    return Panel(
        _with_membership(frame, first_year, last_year, edition),
        pd.DataFrame(joins),
        tuple(i for i in ids if i in absent),
        first_year,
        last_year,
    )


def _part(members: list[Indicator], first_year: int, last_year: int, edition: str):
    """Return one source table as panel columns, what its join loses, and the ids it lacks."""
    first = members[0]
    frame = hand_out.load(first.dataset, first.table, edition)
    present = [one for one in members if one.column in frame.columns]
    inside = frame[frame["year"].between(first_year, last_year)]
    whole = inside["iso3"].notna() & ~_part_of_country(inside)
    named, outside = inside[whole], inside[~whole]
    join = {
        "dataset": first.dataset,
        "table": first.table,
        "version": first.version,
        "rows": len(inside),
        "matched": len(named),
        "without_iso3": len(outside),
        "units_without_iso3": _units(outside),
    }
    columns = {source: target for one in present for source, target in _columns(one).items() if source in frame.columns}
    part = _with_errors(named[[*KEY, *columns]].rename(columns=columns), named, present)
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


def _columns(one: Indicator) -> dict[str, str]:
    bounds = {one.low: f"{one.id}_low", one.high: f"{one.id}_high"} if one.low else {}
    return {one.column: one.id, **bounds}


def _with_errors(part: pd.DataFrame, named: pd.DataFrame, members: list[Indicator]) -> pd.DataFrame:
    """Add bounds of coverage .68 to indicators that are published with a standard error only."""
    for one in members:
        if one.std_error in named.columns and not one.low:
            reach = _NORMAL_68 * named[one.std_error]
            part = part.assign(**{f"{one.id}_low": part[one.id] - reach, f"{one.id}_high": part[one.id] + reach})
    return part


def _units(rows: pd.DataFrame) -> str:
    names = [c for c in ("country_name", "unit", "economy") if c in rows.columns]
    return ", ".join(sorted(rows[names[0]].unique())) if names and len(rows) else ""


def _joined(parts: list[pd.DataFrame], first_year: int, last_year: int) -> pd.DataFrame:
    if not parts or not any(len(part) for part in parts):
        raise ParameterError(
            "first_year, last_year",
            f"no source here has a value from {first_year} to {last_year}",
            "Choose other years",
        )
    frame = parts[0]
    for part in parts[1:]:
        frame = frame.merge(part, on=KEY, how="outer", validate="one_to_one")
    return frame.sort_values(KEY, ignore_index=True)


def _with_membership(frame: pd.DataFrame, first_year: int, last_year: int, edition: str) -> pd.DataFrame:
    """Add the OGP columns; a country that never joined is stated as such, not left empty."""
    countries = hand_out.load("ogp_membership", "countries", edition)
    spells = hand_out.load("ogp_membership", "spells", edition)
    others = sorted(frame["iso3"].unique())
    status = membership.country_year_status(countries, spells, first_year, last_year, others=others)
    return frame.merge(status, on=KEY, how="left", validate="one_to_one")
