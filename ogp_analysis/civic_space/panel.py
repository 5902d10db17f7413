"""The country-year panel: indicators and OGP membership side by side, and what can be read off them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ogp_analysis.base.cached import cached, matters
from ogp_analysis.base.countries import country
from ogp_analysis.base.countries import region as region_code
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import ParameterError, UnknownName, few
from ogp_analysis.base.indicators import Break, indicator
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.catalogue import Term, language
from ogp_analysis.base.words.sentence import Count, Year, count, facts, year
from ogp_analysis.civic_space import views
from ogp_analysis.civic_space.changes import Changes
from ogp_analysis.civic_space.figures.country import bounded_series, coverage_strip
from ogp_analysis.civic_space.figures.overview import distribution_by_year, side_by_side
from ogp_analysis.civic_space.joining import KEY, by_table, indicator_of, join, unit_name
from ogp_analysis.civic_space.levels import cohorts, tabled
from ogp_analysis.civic_space.views import SERIES, barriers, between, held_barriers, segments, words_of
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table
from ogp_analysis.open_government import membership

_BOUNDED = ["term", "year", "value", "low", "high", "sd", "segment"]
#: Years read before the first that is shown: changes up to a shown year may begin in them.
EARLIER = 10
#: Of more countries than this, the distribution is drawn, not each by itself.
_FEW = 12
#: The tables of OGP membership that a panel reads.
_MEMBERSHIP = ("countries", "spells")


@dataclass(frozen=True)
class Sample(Shown):
    """What the sources gave to a panel, and what was left out.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per source table, for the years asked for: ``dataset, table, version, indicators, rows, matched,
        without_iso3, not_comparable, units_without_iso3``. Rows are matched, or of units without a code of ISO 3166,
        or made by their publisher for a part of the world only.
    first, last : int
        The years asked for.
    """

    frame: pd.DataFrame = field(repr=False)
    first: Year
    last: Year

    @property
    def sources(self) -> Count:
        """Source tables read."""
        return len(self.frame)

    @property
    def rows(self) -> Count:
        """Their rows."""
        return int(self.frame["rows"].sum())

    @property
    def matched(self) -> Count:
        """Rows of countries, which are in the panel."""
        return int(self.frame["matched"].sum())

    @property
    def without_iso3(self) -> Count:
        """Rows of other units, which are left out."""
        return int(self.frame["without_iso3"].sum())

    def text(self) -> Parts:
        """Say how many rows were read, and how many were left out."""
        return Parts([say("panel.sample", **facts(self))])

    def table(self) -> Table:
        """Return what each source gave and what its join lost, one row per source table."""
        units = [
            ", ".join(sorted(map(unit_name, filter(None, text.split("; ")))))
            for text in self.frame["units_without_iso3"]
        ]
        frame = self.frame.assign(units_without_iso3=[text or "not_applicable" for text in units])
        caption = sentence("panel.table.scope", first=year(self.first), last=year(self.last))
        return tabled("scope", caption, frame)


@dataclass(frozen=True)
class Panel(Shown):
    """Countries by years.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per country in a year, sorted: ``iso3, year, region``, the OGP columns of
        :func:`ogp_analysis.open_government.membership.country_year_status` (``ogp_status``, ``ogp_cohort`` and so on),
        and a column for each indicator by its id, with ``<id>_low`` and ``<id>_high`` where bounds are published and
        ``<id>_sd`` where a standard deviation of the error is. Missing is missing. Indicators whose values may be
        drawn only are not in it.
    sample : Sample
        What the sources gave, and what was left out.
    first_year, last_year : int
        The years asked for.
    edition : str
        Which data were read.
    absent : tuple of str
        Indicators that the edition does not hold.
    drawn_only : tuple of str
        Indicators whose values may be drawn, but not written: every method returns them
        :class:`~ogp_analysis.base.disclosure.Withheld`, never as numbers.
    region : str
        ``"world"``, a region, or ``"chosen"`` for countries chosen by name.
    earlier : pandas.DataFrame
        As `frame`, for the :data:`EARLIER` years before `first_year`: read for changes, never shown.
    withheld : Withheld or None
        All columns of all years with those of `drawn_only`; None if there are none.
    there : pandas.DataFrame
        ``iso3, year`` and, for every indicator, whether there is a value, in the years asked for.
    """

    frame: pd.DataFrame = field(repr=False)
    sample: Sample = field(repr=False)
    first_year: int
    last_year: int
    edition: str
    absent: tuple[str, ...]
    drawn_only: tuple[str, ...]
    region: str
    earlier: pd.DataFrame = field(repr=False)
    withheld: Withheld | None = field(repr=False)
    there: pd.DataFrame = field(repr=False)
    _rows: views.Rows = field(repr=False)

    def text(self) -> Parts:
        """Say what was read for it and what was left out."""
        return self.sample.text()

    def plot(self, indicator: str | None = None, ax=None) -> Figure:
        """Draw an indicator in the years shown, by default the first.

        One country with published bounds is drawn with them, up to twelve countries each by itself, more as median,
        quartiles and deciles of those with a value in every year.

        Parameters
        ----------
        indicator : str, optional
            Its id or name; by default the first.
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.

        Raises
        ------
        ParameterError
            If the panel does not hold it.
        MessageError
            If there is nothing to draw.

        Examples
        --------
        >>> panel = ogp.civic_space.panel("v2xcs_ccsi", 2013, 2023)
        >>> panel.countries("Poland", "HUN").plot().name
        'v2xcs_ccsi'
        """
        id, codes = self._held(indicator or self.ids[0]), sorted(self.there["iso3"].unique())
        if len(codes) > _FEW:
            spread = self._view(views.quantiles, (id,), self.first_year, self.last_year)
            return distribution_by_year(spread, name="distribution", id=id, region=self.region, ax=ax)
        own = {code: self.own(id, code) for code in codes}
        if len(codes) == 1 and f"{id}_low" in self.frame.columns:
            return bounded_series(own[codes[0]], name=id, id=id, place=country(codes[0]).name, ax=ax)
        return side_by_side(own, name=id, id=id, ax=ax)

    def table(self, indicators: Iterable[str] | None = None, of: str | None = None) -> Table:
        """Return what each indicator asks, whether bounds are published, and its sample.

        Parameters
        ----------
        indicators : iterable of str, optional
            By default all that the panel holds; those that it does not hold are passed over.
        of : str, optional
            A country, whose years with a value and mean are added.
        """
        place = country(of) if of else None
        own = self.of(place.iso3) if place else None
        asked = self.ids if indicators is None else ids_of(indicators)
        ids = [id for id in self.ids if id in asked]
        rows = [self._row(id, own) for id in ids]
        years = {"first": year(self.first_year), "last": year(self.last_year)}
        caption = sentence("panel.table.measures", **years)
        if place:
            caption = sentence("panel.table.indicators", place=place.in_text, **years)
        return tabled("indicators", caption, rows, "indicators_of_country" if place else "", ids)

    def _row(self, id: str, own: pd.DataFrame | None) -> dict:
        known, rows, closed = indicator(id), self.there["iso3"][self.there[id]], id in self.drawn_only
        kind = "low" if known.low else "std_error" if known.std_error else "none"
        row = {"indicator": word(f"indicators.{id}.name"), "construct": word(f"indicators.{id}.construct"),
               "bounds": word(f"tables.bounds.{kind}"), "countries": rows.nunique(), "observations": len(rows),
               "mean": "drawn_only" if closed else self.frame[id].mean()}  # fmt: skip
        if own is not None:
            row["own_years"] = int((rows == own["iso3"].iloc[0]).sum())
            row["own_mean"] = "drawn_only" if closed else own[id].mean()
        return row

    def asks(self, ids: str | Iterable[str]) -> Parts:
        """Return what measures ask, their scales with their directions, and whether their values are written here.

        Parameters
        ----------
        ids : str or iterable of str
            Indicators, and series of :data:`ogp_analysis.civic_space.views.SERIES`. Nothing is tabled if there are
            none.

        Examples
        --------
        >>> [made] = ogp.civic_space.panel("va_est", 2013, 2023).asks(["va_est"])
        >>> made.frame["values"].tolist()
        ['listed and drawn']
        """
        rows = []
        for id in [id if id in SERIES else indicator(id).id for id in ([ids] if isinstance(ids, str) else ids)]:
            written = "open" if id not in SERIES and indicator(id).redistribute else "drawn_only"
            name, construct, unit, way = (words_of(id, what) for what in ("name", "construct", "unit", "direction"))
            rows.append((name, construct, f"{unit}; {way}", word(f"others.values.{written}")))
        caption = sentence("others.table.asks", n=count(len(rows)))
        return Parts([tabled("what_measures_ask", caption, rows)] if rows else ())

    def absences(self, with_barriers: bool = False) -> Parts:
        """Say how many measures the edition lacks and how many may be drawn only, and table what is absent.

        Each absent measure stands with the command that fetches its files.

        Parameters
        ----------
        with_barriers : bool
            Whether :data:`ogp_analysis.civic_space.views.SERIES` are among the measures asked for.

        Examples
        --------
        >>> panel = ogp.civic_space.panel(["v2xcs_ccsi", "fiw_e2"], 2020, 2023)
        >>> panel.absences()[1].frame["fetch"].tolist()
        ['ogp-analysis fetch freedom_in_the_world']
        """
        barriers = tuple(SERIES) if with_barriers else ()
        held = [id for id in barriers if id in held_barriers(self.edition)]
        missing = [*self.absent, *(id for id in barriers if id not in held)]
        n, closed = count(len(missing)), len(self.drawn_only) + len(held)
        asked = count(len(self.ids) + len(held) + len(missing))
        shown = Parts([say("others.scope.absent" if missing else "others.scope.complete", n=n, asked=asked)])
        if missing:
            sources = {id: SERIES[id][0] if id in SERIES else indicator(id).dataset for id in missing}
            rows = [(words_of(id, "name"), f"ogp-analysis fetch {sources[id]}") for id in missing]
            shown += [tabled("absent_measures", sentence("others.table.absent", n=n), rows)]
        return shown + ([say("others.scope.drawn_only", n=count(closed))] if closed else [])

    def barriers(self, place: str) -> dict[str, tuple[Withheld, Withheld]]:
        """Return the series beside the catalogue that have a value for a country in the years shown.

        By id of :data:`ogp_analysis.civic_space.views.SERIES`, as :meth:`own` and :meth:`median` give an indicator.

        Parameters
        ----------
        place : str
            Any usual name or code.

        Examples
        --------
        >>> ogp.civic_space.panel("va_est", 2013, 2023).barriers("Mexico")  # the repository may not hold them
        {}
        """
        return barriers(place, self.first_year, self.last_year, self.edition)

    def years(self, place: str) -> Figure:
        """Draw which indicator has a value for a country in which year.

        Parameters
        ----------
        place : str
            Any usual name or code.

        Examples
        --------
        >>> ogp.civic_space.panel("v2xcs_ccsi", 2013, 2023).years("KEN").alt[-27:]
        'Cells without one: 0 of 11.'
        """
        return coverage_strip(self.coverage(place), name="coverage", place=country(place))

    def countries(self, *places: str) -> Panel:
        """Return the panel of some countries.

        Parameters
        ----------
        *places : str
            Any usual name or code of each.

        Raises
        ------
        UnknownName
            If one is not a country.
        ParameterError
            If the panel holds no value for one.

        Examples
        --------
        >>> panel = ogp.civic_space.panel("v2xcs_ccsi", 2022, 2023)
        >>> panel.countries("Poland", "HUN").frame[["iso3", "year", "v2xcs_ccsi"]].to_dict("split")["data"]
        [['HUN', 2022, 0.524], ['HUN', 2023, 0.501], ['POL', 2022, 0.707], ['POL', 2023, 0.723]]
        """
        codes = {self._covered(place) for place in places}
        return self._of(lambda frame: frame[frame["iso3"].isin(codes)].reset_index(drop=True), "chosen")

    def only(self, region: str) -> Panel:
        """Return the panel of the countries of one region, or of all for ``"world"``.

        Raises
        ------
        UnknownName
            If there is no such region.

        Examples
        --------
        >>> ogp.civic_space.panel("v2xcs_ccsi", 2023, 2023).only("latin_america_caribbean").frame["iso3"].nunique()
        25
        """
        region = region_code(region)
        return self._of(lambda frame: views.within(frame, region), region)

    def _of(self, part, region: str) -> Panel:
        frames = {name: part(getattr(self, name)) for name in ("frame", "earlier", "there")}
        withheld = self.withheld.pipe(part) if self.withheld is not None else None
        return replace(self, region=region, withheld=withheld, _rows=views.Rows(part(self._rows.frame)), **frames)

    def change(self, indicator: str, first: int, last: int) -> Changes:
        """Return how far each country moved between two years: last minus first, exact in the published decimals.

        Parameters
        ----------
        indicator : str
        first, last : int
            `first` may lie up to ten years before the first year shown.

        Raises
        ------
        ParameterError
            If the panel does not hold the indicator.
        ModelError
            If the years are the wrong way round.
        DisclosureError
            When a value is asked for of an indicator that may be drawn only.

        Examples
        --------
        >>> change = ogp.civic_space.panel("v2xcs_ccsi", 2013, 2023).change("v2xcs_ccsi", 2013, 2023)
        >>> change.of("Mexico").rank_fall, len(change.frame)
        (53, 175)
        """
        id = self._held(indicator)
        series = self.series(id) if first >= self.first_year else self.history(id)
        return Changes(id, first, last, series)

    def series(self, id: str) -> pd.DataFrame | Withheld:
        """Return one indicator as ``unit, year, value, segment``, rows with a value only.

        Values of one unit in two segments are not comparable: a break lies between them.
        """
        return self._view(views.series, (id,), since=self.first_year)

    def history(self, id: str) -> pd.DataFrame | Withheld:
        """Return :meth:`series` with the years before `first_year` in which a change may begin."""
        return self._view(views.series, (id,))

    def own(self, id: str, iso3: str) -> pd.DataFrame | Withheld:
        """Return one indicator of a country in the years shown: ``year, value, low, high, sd, segment``.

        No empty rows; bounds and standard deviation are missing where none are published.
        """
        return self._view(views.own, (id,), country(iso3).iso3, since=self.first_year)

    def median(self, id: str, region: str, without: str) -> pd.DataFrame | Withheld:
        """Return ``year, median, n, segment`` of an indicator over a region but one country, in the years shown."""
        return self._view(views.median, (id,), region_code(region), country(without).iso3, since=self.first_year)

    def groups(self, id: str, at_least: float | None = None) -> pd.DataFrame | Withheld:
        """Return an indicator for the countries that ever joined OGP and for the others, by year.

        A country counts in a segment if it has a value in every year in which any country does. So no movement inside a
        segment comes from a change in who is counted.

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
        return self._view(views.groups, (id,), at_least, since=self.first_year)

    def counted(self, id: str) -> Term:
        """Return what :meth:`groups` counts of an indicator of ordered categories, in the language of the page.

        Parameters
        ----------
        id : str
            Its id or name.

        Examples
        --------
        >>> ogp.civic_space.panel("ert_regime", 2013, 2023).counted("ert_regime").name
        'share of countries that are democracies (2 or 3), %'
        """
        return Term(f"indicators.{self._held(id)}.share")

    def of(self, iso3: str) -> pd.DataFrame:
        """Return the rows of one country, given by any usual name or code: one for each year asked for.

        Raises
        ------
        UnknownName
            If it is not a country.
        ParameterError
            If the panel holds no value for it.
        """
        iso3 = country(iso3).iso3
        if iso3 not in self._covering:
            what = f"no value from {self.first_year} to {self.last_year} bears its code here; units without a code of "
            what += "ISO 3166 are set aside, and so are parts of countries"
            raise ParameterError(f"country {iso3}", what, "Choose another country or other years")
        return self._rows.view(views.of, iso3, self.first_year, self.last_year)

    def points(self, x: str, y: str, year: int) -> pd.DataFrame | Withheld:
        """Return two indicators of one year: ``iso3``, a column for each, and ``ogp`` (ever joined)."""
        return self._view(views.points, (x, y), year)

    def cuts(self, x: str, y: str, year: int) -> tuple[float | Withheld, float | Withheld]:
        """Return where quadrants are cut: the medians of two indicators over the countries that have both in a year.

        The middle of a scale would say nothing: few countries stand below it on most of these indices.
        """
        there = self.there[self.there["year"] == year]
        both = frozenset(there.loc[there[self._held(x)] & there[self._held(y)], "iso3"])
        return self._view(views.cut, (x,), both, year), self._view(views.cut, (y,), both, year)

    def coverage(self, iso3: str | None = None) -> pd.DataFrame:
        """Return, by year and indicator, how many countries have a value; for one country, whether it has.

        Every year asked for has a row, those in which no source has one included.
        """
        if iso3 is not None:
            iso3 = self._covered(iso3)
        if iso3 not in self._counted:
            rows = self.there if iso3 is None else self.there[self.there["iso3"] == iso3]
            years = pd.RangeIndex(self.first_year, self.last_year + 1, name="year")
            self._counted[iso3] = rows.groupby("year")[self.ids].sum().reindex(years, fill_value=0)
        return self._counted[iso3].copy(deep=False)

    def bounded(self, iso3: str) -> pd.DataFrame:
        """Return ``term, year, value, low, high, sd, segment`` of the open indicators of a country that have bounds.

        Bounds have coverage .68: as published, or where a standard error is published, that far from the value.
        ``sd`` is the published standard deviation (or standard error) of the value; missing where none is published.
        The years before `first_year` in which a change may begin are among them.
        """
        iso3 = self._covered(iso3)
        own = pd.concat([self.earlier[self.earlier["iso3"] == iso3], self.of(iso3)], ignore_index=True)
        parts = [
            pd.DataFrame({"term": id, "year": own["year"], "value": own[id], **views.errors(own, id),
                          "segment": segments(indicator(id), own["iso3"], own["year"])})
            for id in self.open_ids if f"{id}_low" in own.columns
        ]  # fmt: skip
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_BOUNDED)

    def past(self, id: str, iso3: str) -> pd.DataFrame | Withheld:
        """Return :meth:`own` with the years before `first_year` in which a change may begin."""
        return self._view(views.own, (id,), country(iso3).iso3)

    def fixed(self, id: str, last_year: int | None = None) -> pd.DataFrame | Withheld:
        """Return ``unit, year, value, segment, ogp, cohort`` of the countries that have a value in every year shown.

        Membership is held fixed: ``ogp`` and ``cohort`` say whether and when a country ever joined,
        in all its years alike, so that a moving spread is never a change of who is counted.
        """
        return self._view(views.fixed, (id,), self.first_year, last_year or self.last_year)

    def cohorts(self, id: str, last_year: int | None = None) -> Table | Parts:
        """Return the spread of :meth:`fixed` at both ends by the year in which countries joined OGP, if there are any.

        Parameters
        ----------
        id : str
            Its id or name.
        last_year : int, optional
            By default the last year shown.

        Examples
        --------
        >>> made = ogp.civic_space.panel("v2xcs_ccsi", 2013, 2023).cohorts("v2xcs_ccsi")
        >>> made.frame["n"].tolist()[:4]
        [49, 49, 13, 13]
        """
        return cohorts(self.fixed(id, last_year), self._held(id))

    def broken(self, id: str, iso3: str, first: int, last: int) -> Break | None:
        """Return the break of a country's series, or one of all countries, between two years; None if there is none."""
        return between(indicator(id), country(iso3).iso3 if iso3 else "", first, last)

    @property
    def where(self) -> Term:
        """The name of its region, or of the world, in the language of the page."""
        return Term(f"regions.{self.region}")

    @property
    def ids(self) -> list[str]:
        """The indicators it holds, those that may be drawn only included."""
        return [column for column in self.there.columns if column not in KEY]

    @property
    def open_ids(self) -> list[str]:
        """The indicators whose values may be written."""
        return [id for id in self.ids if id not in self.drawn_only]

    @cached_property
    def _covering(self) -> frozenset[str]:
        """The countries with a value in the years shown."""
        return frozenset(self.there["iso3"][self.there[self.ids].to_numpy(bool).any(axis=1)].unique())

    @cached_property
    def _counted(self) -> dict[str | None, pd.DataFrame]:
        """Where there are values, of the countries that were asked for; under None of all."""
        return {}

    def _view(self, make, of: tuple[str, ...], *args, **kwargs):
        """Return what `make` reads of indicators off the whole frame: withheld if one of them is."""
        ids = [self._held(id) for id in of]
        closed = [id for id in ids if id in self.drawn_only]
        if closed:
            return self.withheld.about(*closed).pipe(make, *ids, *args, **kwargs)
        return self._rows.view(make, *ids, *args, **kwargs)

    def _covered(self, place: str) -> str:
        """Return the code of a country that the panel has a value for."""
        return self.of(place)["iso3"].iloc[0]

    def _held(self, id: str) -> str:
        """Return the id of an indicator of the panel, given by id or name."""
        id = indicator(id).id
        if id in self.ids:
            return id
        if id in self.absent:
            what, action = "is not in the data of this edition", "Choose another, or the full edition"
        else:
            what, action = f"is not in this panel, which holds {few(self.ids)}", "Name it in ogp.civic_space.panel"
        raise ParameterError(f"indicator {id}", what, action)


def ids_of(indicators: str | Iterable[str]) -> list[str]:
    """Return the ids of some indicators, or of one, each given by id or name."""
    return [indicator(one).id for one in ([indicators] if isinstance(indicators, str) else indicators)]


def checked_year(name: str, year: int) -> None:
    """Refuse what is not a year of any source.

    Raises
    ------
    ParameterError
        Naming the parameter.
    """
    if isinstance(year, bool) or not isinstance(year, int | np.integer) or not 1700 <= year <= 2200:
        raise ParameterError(name, f"{str(year)[:20]!r} is not a year", "Give a whole number, such as 2013")


def panel(
    indicators: str | Iterable[str], first_year: int = 2000, last_year: int = 2023, edition: str = "embedded"
) -> Panel:
    """Return countries by years: some indicators, and membership of OGP beside them.

    Parameters
    ----------
    indicators : str or iterable of str
        Ids or names in the catalogue (``ogp.indicators()``), or one. Series of different versions are different ids
        and never mixed.
    first_year, last_year : int
        Both included.
    edition : str
        Which data are read, as in ``ogp.load``. What an edition does not hold is listed in ``absent``.

    Raises
    ------
    JoinError
        If a source has two rows for a country in a year.
    UnknownName
        If an id is not in the catalogue; those spelt most like it are named.
    ParameterError
        If the years are the wrong way round, the edition holds none of the indicators, or no source has a row in
        these years.

    Examples
    --------
    >>> panel = ogp.civic_space.panel(["v2xcs_ccsi", "va_est"], 2022, 2023)
    >>> panel.of("Mexico")[["year", "ogp_status", "v2xcs_ccsi"]].to_dict("split")["data"]
    [[2022, 'participating', 0.688], [2023, 'participating', 0.701]]
    """
    for name, at in (("first_year", first_year), ("last_year", last_year)):
        checked_year(name, at)
    if first_year > last_year:
        raise ParameterError("first_year", f"{first_year} lies after last_year, {last_year}", "Swap them")
    ids = list(dict.fromkeys(ids_of(indicators)))
    # What it reads is handed out here and stands for itself by hashes; names of units are in the language in force.
    read: tuple = ()
    if matters():
        groups, hashes = by_table(ids, edition), []
        for name in [*(name for name, _ in groups), *(("ogp_membership", part) for part in _MEMBERSHIP)]:
            with suppress(UnknownName):  # the edition does not hold it: the panel says so
                hashes.append((*name, hand_out.sha256(*name, edition)))
        read = (groups, hashes)
    made = _read(tuple(ids), first_year, last_year, edition, language(), read)
    frames = {name: getattr(made, name).copy(deep=False) for name in ("frame", "earlier", "there")}
    return replace(made, sample=replace(made.sample, frame=made.sample.frame.copy(deep=False)), **frames)


@cached
def _read(ids: tuple[str, ...], first_year: int, last_year: int, edition: str, language: str, read: tuple) -> Panel:
    joined = join(ids, first_year, last_year, edition, EARLIER)
    held = [id for id in ids if id not in joined.absent]
    closed = tuple(id for id in held if not indicator(id).redistribute)
    # A country that never joined OGP is stated as such, not left empty.
    frame, codes = joined.frame, sorted(joined.frame["iso3"].unique())
    countries, spells = (hand_out.load("ogp_membership", name, edition) for name in _MEMBERSHIP)
    status = membership.country_year_status(countries, spells, first_year - EARLIER, last_year, others=codes)
    regions = frame["iso3"].map({code: country(code).region for code in codes})
    beside = frame[KEY].assign(region=regions).merge(status, on=KEY, how="left", validate="one_to_one")
    frame = beside.merge(frame, on=KEY, how="left", validate="one_to_one")
    kept = frame[[name for name in frame.columns if indicator_of(name, held) not in closed]]
    shown = frame["year"] >= first_year
    return Panel(
        frame=kept[shown].reset_index(drop=True),
        sample=Sample(joined.sources, first_year, last_year),
        first_year=first_year,
        last_year=last_year,
        edition=edition,
        absent=joined.absent,
        drawn_only=closed,
        region="world",
        earlier=kept[~shown].reset_index(drop=True),
        withheld=Withheld(frame, closed) if closed else None,
        there=views.present(frame, held, first_year),
        _rows=views.Rows(kept),
    )
