"""The country-year panel: indicators and OGP membership side by side; every join says what it lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import pandas as pd

from ogp_analysis import membership
from ogp_analysis.countries import country
from ogp_analysis.errors import JoinError, ParameterError, UnknownName, listed
from ogp_analysis.indicators import Indicator, indicator, indicators
from ogp_analysis.store import hand_out
from ogp_analysis.store.state import remedy

KEY = ["iso3", "year"]
_BOUNDED = ["term", "year", "value", "low", "high"]
#: Scales of freedom, democracy and participation on which a difference has a size.
_WITH_DISTANCES = ("index", "interval", "points")
#: Years read before the first that is shown: changes up to a shown year may begin in them.
EARLIER = 10
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
    earlier : pandas.DataFrame
        The same for the :data:`EARLIER` years before `first_year`: read for changes, never shown.
    joins : pandas.DataFrame
        One row a source table, for the years asked for: ``dataset, table, version, rows, matched,
        without_iso3, units_without_iso3``.
    absent : tuple of str
        Ids that the edition does not hold.
    first_year, last_year : int
        The years asked for.
    """

    frame: pd.DataFrame
    earlier: pd.DataFrame
    joins: pd.DataFrame
    absent: tuple[str, ...]
    first_year: int
    last_year: int

    def series(self, id: str) -> pd.DataFrame:
        """Return one indicator as ``unit, year, value``, rows with a value only."""
        return _series(self.frame, self._held(id))

    def history(self, id: str) -> pd.DataFrame:
        """Return :meth:`series` with the years before `first_year` in which a change may begin."""
        return _series(pd.concat([self.earlier, self.frame], ignore_index=True), self._held(id))

    def of(self, iso3: str) -> pd.DataFrame:
        """Return the rows of one country, one for each year asked for.

        Raises
        ------
        ParameterError
            If the panel holds no value for it.
        """
        rows = self.frame[self.frame["iso3"] == iso3]
        if rows[self.ids].isna().all(axis=None):
            raise ParameterError(
                f"country {iso3}",
                f"no value from {self.first_year} to {self.last_year} bears its code here; units without a code of "
                "ISO 3166 are set aside, and so are parts of countries",
                "Choose another country or other years",
            )
        years = pd.DataFrame({"iso3": iso3, "year": range(self.first_year, self.last_year + 1)})
        return years.merge(rows, on=KEY, how="left", validate="one_to_one")

    def only(self, region: str) -> Panel:
        """Return the panel of the countries of one region, or of all for ``"world"``."""
        return replace(self, frame=_within(self.frame, region), earlier=_within(self.earlier, region))

    def points(self, x: str, y: str, year: int) -> pd.DataFrame:
        """Return two indicators of one year: ``iso3``, a column for each, and ``ogp`` (ever joined)."""
        x, y = self._held(x), self._held(y)
        frame = self.frame.loc[self.frame["year"] == year, ["iso3", x, y, "ogp_ever"]]
        return frame.rename(columns={"ogp_ever": "ogp"}).reset_index(drop=True)

    def cuts(self, x: str, y: str, year: int) -> tuple[float, float]:
        """Return where quadrants are cut: the medians of two indicators over the countries that have both in a year.

        The middle of a scale would say nothing: few countries stand below it on most of these indices.
        """
        both = self.points(x, y, year).dropna(subset=[x, y])
        return float(both[x].median()), float(both[y].median())

    @property
    def members(self) -> frozenset[str]:
        """The countries of the panel that ever joined OGP."""
        return frozenset(self.frame.loc[self.frame["ogp_ever"], "iso3"])

    def coverage(self, iso3: str | None = None) -> pd.DataFrame:
        """Return, by year and indicator, how many countries have a value; for one country, whether it has.

        Every year asked for has a row, those in which no source has one included.
        """
        frame = self.frame if iso3 is None else self.of(iso3)
        years = pd.RangeIndex(self.first_year, self.last_year + 1, name="year")
        return frame.groupby("year")[self.ids].count().reindex(years, fill_value=0)

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
        frame = _within(self.frame, region)
        by_year = frame[frame["iso3"] != without].groupby("year")
        return by_year[self.ids].median().assign(n=by_year["iso3"].nunique()).reset_index()

    def bounded(self, iso3: str) -> pd.DataFrame:
        """Return ``term, year, value, low, high`` of the indicators of a country that have bounds.

        Bounds have coverage .68: as published, or where a standard error is published, that far from the value.
        The years before `first_year` in which a change may begin are among them.
        """
        own = pd.concat([self.earlier[self.earlier["iso3"] == iso3], self.of(iso3)], ignore_index=True)
        parts = [pd.DataFrame({"term": one, "year": own["year"], "value": own[one], "low": own[f"{one}_low"],
                               "high": own[f"{one}_high"]})
                 for one in self.ids if f"{one}_low" in own.columns]  # fmt: skip
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_BOUNDED)

    def fixed(self, id: str, last_year: int | None = None) -> pd.DataFrame:
        """Return ``unit, year, value, ogp, cohort`` of the countries that have a value in every year shown.

        Membership is held fixed: ``ogp`` and ``cohort`` say whether and when a country ever joined,
        in all its years alike, so that a moving spread is never a change of who is counted.
        """
        frame = self.frame[self.frame["year"] <= (last_year or self.last_year)].dropna(subset=[self._held(id)])
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

    def _held(self, id: str) -> str:
        if id not in self.ids:
            raise ParameterError(
                f"indicator {id}", "is not in the data of this edition", "Choose another, or the full edition"
            )
        return id


def _series(frame: pd.DataFrame, id: str) -> pd.DataFrame:
    frame = frame[[*KEY, id]].dropna(subset=[id])
    return frame.rename(columns={"iso3": "unit", id: "value"}).reset_index(drop=True)


def _within(frame: pd.DataFrame, region: str) -> pd.DataFrame:
    """Return the rows of the countries of a region; all rows for ``"world"``."""
    if region == "world":
        return frame
    inside = {iso3 for iso3 in frame["iso3"].unique() if country(iso3).region == region}
    return frame[frame["iso3"].isin(inside)].reset_index(drop=True)


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
    shown = frame["year"] >= first_year
    return Panel(
        frame[shown].reset_index(drop=True),
        frame[~shown].reset_index(drop=True),
        pd.DataFrame(joins),
        tuple(i for i in ids if i in absent),
        first_year,
        last_year,
    )


def two_measures(
    outcome: str, openness: str, region: str, first_year: int, last_year: int, edition: str = "embedded"
) -> Panel:
    """Return the panel of a measure of civic space and one of openness in a region, for a comparison of two years.

    Parameters
    ----------
    outcome, openness : str
        Ids of two indicators on a scale with distances, on which higher is freer, more democratic or more
        participation.
    region : str
        A region of the countries, or ``"world"``.
    first_year, last_year : int
        The two years; those between are read as well.
    edition : {"embedded", "full"}
        Which data are read.

    Raises
    ------
    ParameterError
        If the two are one, one of them is not such a measure or not in the edition, the values of the outcome may not
        be passed on (they are tabled), or no country of the region has them in the years they are needed for.
    UnknownName
        If an id is not in the catalogue.
    """
    for name, id in (("outcome", outcome), ("openness", openness)):
        _check_measure(name, indicator(id))
    if not indicator(outcome).redistribute:
        raise ParameterError(
            "outcome",
            f"the values of {outcome} may be drawn but not passed on, and here they are tabled",
            "Use it for openness, or choose another outcome",
        )
    if outcome == openness:
        raise ParameterError("outcome, openness", f"both are {outcome}", "Name two different measures")
    panel = country_years([outcome, openness], first_year, last_year, edition).only(region)
    for name, id, year in (
        ("outcome", outcome, first_year),
        ("outcome", outcome, last_year),
        ("openness", openness, last_year),
    ):
        _check_year(panel, name, indicator(id), year, f"in {year} ({region})", edition)
    return panel


def _check_year(panel: Panel, name: str, one: Indicator, year: int, when: str, edition: str) -> None:
    if (panel.series(one.id)["year"] == year).any():
        return
    whole = hand_out.load(one.dataset, one.table, edition).dropna(subset=[one.column])["year"]
    raise ParameterError(
        name,
        f"{one.id} has no value {when}; the {edition} edition holds it for {whole.min()} to {whole.max()}",
        f"Choose a year in these, with {panel.last_year - panel.first_year} years before it",
    )


def _check_measure(name: str, one: Indicator) -> None:
    if one.scale not in _WITH_DISTANCES:
        measures = [other.id for other in indicators() if other.scale in _WITH_DISTANCES]
        raise ParameterError(
            name, f"{one.id} does not measure on a scale from less to more free", f"Use one of {', '.join(measures)}"
        )


def _part(members: list[Indicator], first_year: int, last_year: int, edition: str):
    """Return one source table as panel columns, what its join loses, and the ids it lacks."""
    first = members[0]
    frame = hand_out.load(first.dataset, first.table, edition)
    present = [one for one in members if one.column in frame.columns]
    whole = frame["iso3"].notna() & ~_part_of_country(frame)
    shown = frame["year"].between(first_year, last_year)
    named, outside = frame[whole & frame["year"].between(first_year - EARLIER, last_year)], frame[shown & ~whole]
    join = {
        "dataset": first.dataset,
        "table": first.table,
        "version": first.version,
        "rows": int(shown.sum()),
        "matched": int((shown & whole).sum()),
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
