"""The country-year panel: indicators and OGP membership side by side; every join says what it lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

import pandas as pd

from ogp_analysis import membership, views
from ogp_analysis.breaks import between, segments
from ogp_analysis.countries import country
from ogp_analysis.disclosure import Withheld
from ogp_analysis.errors import JoinError, ParameterError, UnknownName, listed
from ogp_analysis.indicators import Break, Indicator, indicator, indicators
from ogp_analysis.store import hand_out
from ogp_analysis.store.state import remedy

KEY = ["iso3", "year"]
_BOUNDED = ["term", "year", "value", "low", "high", "segment"]
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
        :func:`ogp_analysis.membership.country_year_status`. Missing is missing. Indicators whose values may be
        drawn only are not in it.
    earlier : pandas.DataFrame
        The same for the :data:`EARLIER` years before `first_year`: read for changes, never shown.
    joins : pandas.DataFrame
        One row a source table, for the years asked for: ``dataset, table, version, rows, matched,
        without_iso3, not_comparable, units_without_iso3``.
    absent : tuple of str
        Ids that the edition does not hold.
    first_year, last_year : int
        The years asked for.
    drawn_only : tuple of str
        Ids whose values may be drawn, but not written: every method returns them
        :class:`~ogp_analysis.disclosure.Withheld`, never as numbers.
    withheld : Withheld or None
        All columns of all years with those of `drawn_only`; None if there are none.
    there : pandas.DataFrame
        ``iso3, year`` and, for every indicator, whether there is a value, in the years asked for.
    """

    frame: pd.DataFrame
    earlier: pd.DataFrame
    joins: pd.DataFrame
    absent: tuple[str, ...]
    first_year: int
    last_year: int
    drawn_only: tuple[str, ...]
    withheld: Withheld | None
    there: pd.DataFrame

    def series(self, id: str) -> pd.DataFrame | Withheld:
        """Return one indicator as ``unit, year, value, segment``, rows with a value only.

        Values of one unit in two segments are not comparable: a break lies between them.
        """
        return self._view(views.series, (id,), id, since=self.first_year)

    def history(self, id: str) -> pd.DataFrame | Withheld:
        """Return :meth:`series` with the years before `first_year` in which a change may begin."""
        return self._view(views.series, (id,), id)

    def own(self, id: str, iso3: str) -> pd.DataFrame | Withheld:
        """Return one indicator of a country in the years shown: ``year, value, low, high, segment``; no empty rows."""
        return self._own(id, iso3, since=self.first_year)

    def median(self, id: str, region: str, without: str) -> pd.DataFrame | Withheld:
        """Return ``year, median, n, segment`` of an indicator over a region but one country, in the years shown."""
        return self._view(views.median, (id,), id, region, without, since=self.first_year)

    def groups(self, id: str, at_least: float | None = None) -> pd.DataFrame | Withheld:
        """Return an indicator for the countries that ever joined OGP and for the others, by year.

        A country counts in a segment if it has a value in each of its years in which any country has one, so that no
        movement inside a segment is a change of who is counted.

        Parameters
        ----------
        id : str
        at_least : float or None
            For ordered categories: how many countries stand at this category or above is counted too.

        Returns
        -------
        pandas.DataFrame
            ``year, group`` ("ever", "never"), ``segment, n, q1, median, q3, count`` (missing without
            `at_least`), sorted.
        """
        return self._view(views.groups, (id,), id, at_least, since=self.first_year)

    def of(self, iso3: str) -> pd.DataFrame:
        """Return the rows of one country, one for each year asked for.

        Raises
        ------
        ParameterError
            If the panel holds no value for it.
        """
        if not self.there.loc[self.there["iso3"] == iso3, self.ids].any(axis=None):
            raise ParameterError(
                f"country {iso3}",
                f"no value from {self.first_year} to {self.last_year} bears its code here; units without a code of "
                "ISO 3166 are set aside, and so are parts of countries",
                "Choose another country or other years",
            )
        years = pd.DataFrame({"iso3": iso3, "year": range(self.first_year, self.last_year + 1)})
        return years.merge(self.frame[self.frame["iso3"] == iso3], on=KEY, how="left", validate="one_to_one")

    def only(self, region: str) -> Panel:
        """Return the panel of the countries of one region, or of all for ``"world"``."""
        parts = {name: views.within(getattr(self, name), region) for name in ("frame", "earlier", "there")}
        withheld = self.withheld.then(views.within, region) if self.withheld is not None else None
        return replace(self, withheld=withheld, **parts)

    def points(self, x: str, y: str, year: int) -> pd.DataFrame | Withheld:
        """Return two indicators of one year: ``iso3``, a column for each, and ``ogp`` (ever joined)."""
        return self._view(views.points, (x, y), x, y, year)

    def cuts(self, x: str, y: str, year: int) -> tuple[float | Withheld, float | Withheld]:
        """Return where quadrants are cut: the medians of two indicators over the countries that have both in a year.

        The middle of a scale would say nothing: few countries stand below it on most of these indices.
        """
        there = self.there[self.there["year"] == year]
        both = set(there.loc[there[self._held(x)] & there[self._held(y)], "iso3"])
        return self._view(views.cut, (x,), x, both, year), self._view(views.cut, (y,), y, both, year)

    @property
    def members(self) -> frozenset[str]:
        """The countries of the panel that ever joined OGP."""
        return frozenset(self.frame.loc[self.frame["ogp_ever"], "iso3"])

    def coverage(self, iso3: str | None = None) -> pd.DataFrame:
        """Return, by year and indicator, how many countries have a value; for one country, whether it has.

        Every year asked for has a row, those in which no source has one included.
        """
        rows = self.there if iso3 is None else self.there[self.there["iso3"] == self._covered(iso3)]
        years = pd.RangeIndex(self.first_year, self.last_year + 1, name="year")
        return rows.groupby("year")[self.ids].sum().reindex(years, fill_value=0).astype("int64")

    def sample(self, id: str) -> tuple[int, int]:
        """Return how many countries, and how many country-years, have a value of an indicator in the years shown."""
        rows = self.there[self.there[self._held(id)]]
        return int(rows["iso3"].nunique()), len(rows)

    def quantiles(self, id: str) -> pd.DataFrame | Withheld:
        """Return ``year, p10, q1, median, q3, p90, n, segment`` of the countries with a value in every year shown."""
        fixed = self.fixed(id)
        return fixed.then(views.quantiles, id) if isinstance(fixed, Withheld) else views.quantiles(fixed, id)

    def medians(self, region: str, without: str) -> pd.DataFrame:
        """Return the median of each open indicator by year over a region but one country, and ``n``, how many.

        ``n`` counts the countries with a row in that year; a single indicator may have fewer.
        """
        frame = views.within(self.frame, region)
        by_year = frame[frame["iso3"] != without].groupby("year")
        return by_year[self.open_ids].median().assign(n=by_year["iso3"].nunique()).reset_index()

    def bounded(self, iso3: str) -> pd.DataFrame:
        """Return ``term, year, value, low, high, segment`` of the open indicators of a country that have bounds.

        Bounds have coverage .68: as published, or where a standard error is published, that far from the value.
        The years before `first_year` in which a change may begin are among them.
        """
        own = pd.concat([self.earlier[self.earlier["iso3"] == iso3], self.of(iso3)], ignore_index=True)
        parts = [_bounds(own, one) for one in self.open_ids if f"{one}_low" in own.columns]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_BOUNDED)

    def past(self, id: str, iso3: str) -> pd.DataFrame | Withheld:
        """Return :meth:`own` with the years before `first_year` in which a change may begin."""
        return self._own(id, iso3)

    def fixed(self, id: str, last_year: int | None = None) -> pd.DataFrame | Withheld:
        """Return ``unit, year, value, segment, ogp, cohort`` of the countries that have a value in every year shown.

        Membership is held fixed: ``ogp`` and ``cohort`` say whether and when a country ever joined,
        in all its years alike, so that a moving spread is never a change of who is counted.
        """
        return self._view(views.fixed, (id,), id, self.first_year, last_year or self.last_year)

    def broken(self, id: str, iso3: str, first: int, last: int) -> Break | None:
        """Return the break of a country's series that makes its values of two years not comparable; None if none."""
        return between(indicator(id), iso3, first, last)

    @property
    def ids(self) -> list[str]:
        """The indicators it holds, those that may be drawn only included."""
        return [column for column in self.there.columns if column not in KEY]

    @property
    def open_ids(self) -> list[str]:
        """The indicators whose values may be written."""
        return [id for id in self.ids if id not in self.drawn_only]

    @cached_property
    def _open(self) -> pd.DataFrame:
        return pd.concat([self.earlier, self.frame], ignore_index=True)

    @cached_property
    def _countries(self) -> dict[str, pd.DataFrame]:
        """The open rows of the countries that were asked for."""
        return {}

    def _own(self, id: str, iso3: str, **since):
        if self._held(id) in self.drawn_only:
            return self._view(views.own, (id,), id, iso3, **since)
        if iso3 not in self._countries:
            self._countries[iso3] = self._open[self._open["iso3"] == iso3]
        return views.own(self._countries[iso3], id, iso3, **since)

    def _view(self, make, of: tuple[str, ...], *args, **kwargs):
        """Return what `make` reads off the whole frame: withheld if one of the indicators is."""
        closed = [id for id in of if self._held(id) in self.drawn_only]
        if closed:
            return self.withheld.about(*closed).then(make, *args, **kwargs)
        return make(self._open, *args, **kwargs)

    def _covered(self, iso3: str) -> str:
        self.of(iso3)
        return iso3

    def _held(self, id: str) -> str:
        if id not in self.ids:
            raise ParameterError(
                f"indicator {id}", "is not in the data of this edition", "Choose another, or the full edition"
            )
        return id


def _bounds(own: pd.DataFrame, id: str) -> pd.DataFrame:
    """Return the values and bounds of one indicator of a country, for every row."""
    segment = segments(indicator(id), own["iso3"], own["year"])
    return pd.DataFrame({"term": id, "year": own["year"], "value": own[id], "low": own[f"{id}_low"],
                         "high": own[f"{id}_high"], "segment": segment})  # fmt: skip


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
    plain = column.removesuffix("_low").removesuffix("_high")
    return plain if plain in ids else column


def two_measures(
    outcome: str,
    openness: str,
    region: str,
    first_year: int,
    last_year: int,
    edition: str = "embedded",
    beside: Sequence[str] = (),
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
    beside : sequence of str
        Ids of further indicators to read; nothing is asked of them, and they may be absent.

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
    crossed = between(indicator(outcome), "", first_year, last_year)
    if crossed is not None:
        raise ParameterError(
            "outcome",
            f"{outcome} has a break in {crossed.year} ({crossed.code.replace('_', ' ')}): its values of {first_year} "
            f"and {last_year} are not comparable",
            f"Choose a last year from {crossed.year + last_year - first_year} on, or another outcome",
        )
    panel = country_years([outcome, openness, *beside], first_year, last_year, edition).only(region)
    for name, id, year in (
        ("outcome", outcome, first_year),
        ("outcome", outcome, last_year),
        ("openness", openness, last_year),
    ):
        _check_year(panel, name, indicator(id), year, f"in {year} ({region})", edition)
    return panel


def _check_year(panel: Panel, name: str, one: Indicator, year: int, when: str, edition: str) -> None:
    if one.id in panel.ids and panel.there.loc[panel.there["year"] == year, one.id].any():
        return
    panel.series(one.id)
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
    # Each part has a country and year once: laid side by side, every row finds its own.
    return pd.concat([part.set_index(KEY) for part in parts], axis=1).sort_index().reset_index()


def _with_membership(frame: pd.DataFrame, first_year: int, last_year: int, edition: str) -> pd.DataFrame:
    """Add the OGP columns; a country that never joined is stated as such, not left empty."""
    countries = hand_out.load("ogp_membership", "countries", edition)
    spells = hand_out.load("ogp_membership", "spells", edition)
    others = sorted(frame["iso3"].unique())
    status = membership.country_year_status(countries, spells, first_year, last_year, others=others)
    return frame.merge(status, on=KEY, how="left", validate="one_to_one")
