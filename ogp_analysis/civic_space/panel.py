"""The country-year panel: indicators and OGP membership side by side, and what can be read off them.

In this order: what a panel gives (:class:`Panel`), how its series are read off its frame, :func:`panel`, which makes
it, the one join of the tables of sources (:func:`join`), and names of dated events (:func:`event`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ogp_analysis.base.conformance import first_row
from ogp_analysis.base.countries import country
from ogp_analysis.base.countries import region as region_code
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import JoinError, ParameterError, UnknownName, few, listed
from ogp_analysis.base.fingerprint import cached, matters
from ogp_analysis.base.indicators import Indicator, indicator, keeps_version, read_from, stated
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.catalogue import entry, language
from ogp_analysis.base.words.sentence import Count, Year, as_date, count, facts, year
from ogp_analysis.civic_space.levels import cohorts, tabled
from ogp_analysis.civic_space.views import SERIES, held_barriers, inside, words_of
from ogp_analysis.data.store import editions, hand_out, shelf
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table
from ogp_analysis.open_government import membership
from ogp_analysis.statistics.change import all_changes

if TYPE_CHECKING:
    from ogp_analysis.display.figure import Figure

KEY = ["iso3", "year"]
#: Standard errors on each side of a value that cover .68 of a normal distribution, the level of V-Dem's bounds.
_NORMAL_68 = 0.994457883209753
#: How V-Dem names the columns of the bounds and of the standard deviation of an estimate.
_PUBLISHED = ("_codelow", "_codehigh", "_sd")
#: Whether a country ever joined OGP, as frames have it.
GROUPS = {True: "ever", False: "never"}
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
    withheld: Withheld | None = field(repr=False)
    there: pd.DataFrame = field(repr=False)
    _all: pd.DataFrame = field(repr=False)  # as `frame`, with the years before, which are read for changes

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
        >>> panel = ogp.panel("v2xcs_ccsi", 2013, 2023)
        >>> panel.countries("Poland", "HUN").plot().name
        'v2xcs_ccsi'
        """
        # Drawing is loaded when something is drawn: a panel alone is in hand in half the time.
        from ogp_analysis.civic_space.figures.country import bounded_series
        from ogp_analysis.civic_space.figures.overview import distribution_by_year, side_by_side

        id = self._held(indicator or self.ids[0])
        codes = sorted(self.there.loc[self.there[id], "iso3"].unique())
        if len(codes) > _FEW:
            spread = self._view(_quantiles, id, self.first_year, self.last_year)
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
        own = self.frame[self.frame["iso3"] == self._covered(place.iso3)] if place else None
        asked = self.ids if indicators is None else ids_of(indicators)
        ids = [id for id in self.ids if id in asked]
        rows = [self._row(id, own, place.iso3 if place else "") for id in ids]
        years = {"first": year(self.first_year), "last": year(self.last_year)}
        caption = sentence("panel.table.measures", **years)
        if place:
            caption = sentence("panel.table.indicators", place=place.in_text, **years)
        return tabled("indicators", caption, rows, "indicators_of_country" if place else "", ids)

    def _row(self, id: str, own: pd.DataFrame | None, iso3: str) -> dict:
        known, rows, closed = indicator(id), self.there["iso3"][self.there[id]], id in self.drawn_only
        kind = "low" if known.low else "std_error" if known.std_error else "none"
        row = {"indicator": word(f"indicators.{id}.name"), "construct": word(f"indicators.{id}.construct"),
               "bounds": word(f"tables.bounds.{kind}"), "countries": rows.nunique(), "observations": len(rows),
               "mean": "drawn_only" if closed else self.frame[id].mean()}  # fmt: skip
        if own is not None:
            row["own_years"] = int((rows == iso3).sum())
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
        >>> [made] = ogp.panel("va_est", 2013, 2023).asks(["va_est"])
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
        >>> panel = ogp.panel(["v2xcs_ccsi", "fiw_e2"], 2020, 2023)
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
        >>> panel = ogp.panel("v2xcs_ccsi", 2022, 2023)
        >>> panel.countries("Poland", "HUN").frame[["iso3", "year", "v2xcs_ccsi"]].to_dict("split")["data"]
        [['HUN', 2022, 0.524], ['HUN', 2023, 0.501], ['POL', 2022, 0.707], ['POL', 2023, 0.723]]
        """
        return self._of({self._covered(place) for place in places}, "chosen")

    def _of(self, codes: set[str], region: str) -> Panel:
        def part(frame: pd.DataFrame) -> pd.DataFrame:
            return frame[frame["iso3"].isin(codes)].reset_index(drop=True)

        frames = {name: part(getattr(self, name)) for name in ("frame", "there", "_all")}
        withheld = self.withheld.pipe(part) if self.withheld is not None else None
        return replace(self, region=region, withheld=withheld, **frames)

    def change(self, indicator: str, first: int, last: int) -> pd.DataFrame | Withheld:
        """Return how far each country moved between two years: last minus first, exact in the published decimals.

        A description: nothing is imputed and no break is crossed.

        Parameters
        ----------
        indicator : str
        first, last : int
            `first` may lie up to ten years before the first year shown, `last` not after the last.

        Returns
        -------
        pandas.DataFrame
            One row per country with comparable values in both years, by code, from the largest fall on:
            ``first_value, last_value, difference, rank_fall, rank_rise``. Ranks are counted from the largest fall and
            from the largest rise; tied countries share the smallest.

        Raises
        ------
        ParameterError
            If the panel does not hold the indicator, or the years lie outside those that it read.
        ModelError
            If the years are the wrong way round.

        Examples
        --------
        >>> change = ogp.panel("v2xcs_ccsi", 2013, 2023).change("v2xcs_ccsi", 2013, 2023)
        >>> int(change.at["MEX", "rank_fall"]), len(change)
        (53, 175)
        """
        read = range(self.first_year - EARLIER, self.last_year + 1)
        if not {first, last} <= {*read}:
            what = f"{first} to {last} is not within {read[0]} to {read[-1]}, the years read"
            raise ParameterError("first, last", what, "Give the panel these years")
        return self.series(indicator, earlier=True).pipe(_ranked_changes, first, last)

    def series(self, id: str, earlier: bool = False) -> pd.DataFrame | Withheld:
        """Return one indicator as ``unit, year, value, segment``, rows with a value only.

        The grain is a country and year; values are in the unit of the indicator. Values of one unit in two segments are
        not comparable: a break lies between them. With `earlier` the ten years before `first_year` are among them, in
        which a change may begin.

        Raises
        ------
        ParameterError
            If the panel does not hold the indicator.

        Examples
        --------
        >>> series = ogp.panel("va_est", 2000, 2010).series("va_est")
        >>> series.groupby("segment")["year"].agg(["min", "max"]).to_numpy().tolist()
        [[2000, 2000], [2002, 2010]]
        """
        return self._view(_series, id, 0 if earlier else self.first_year)

    def own(self, id: str, iso3: str, earlier: bool = False) -> pd.DataFrame | Withheld:
        """Return one indicator of a country: ``year, value, low, high, sd, segment``, rows with a value only.

        Bounds and standard deviation are missing where none are published; they have coverage .68: as published, or
        where a standard error is published, that far from the value. `earlier` as in :meth:`series`. A country that
        other indicators of the panel cover, and this one does not, has no row.

        Raises
        ------
        UnknownName
            If it is not a country.
        ParameterError
            If the panel does not hold the indicator, or no value of the country.

        Examples
        --------
        >>> ogp.panel("v2xcs_ccsi", 2022, 2023).own("v2xcs_ccsi", "Mexico")["value"].tolist()
        [0.688, 0.701]
        """
        return self._view(_own, id, self._covered(iso3), 0 if earlier else self.first_year)

    def coverage(self, iso3: str | None = None) -> pd.DataFrame:
        """Return, by year and indicator, how many countries have a value; for one country, whether it has.

        Every year asked for has a row, those in which no source has one included.

        Raises
        ------
        UnknownName
            If it is not a country.
        ParameterError
            If the panel holds no value for it.
        """
        rows = self.there if iso3 is None else self.there[self.there["iso3"] == self._covered(iso3)]
        years = pd.RangeIndex(self.first_year, self.last_year + 1, name="year")
        return rows.groupby("year")[self.ids].sum().reindex(years, fill_value=0)

    def fixed(self, id: str, last_year: int | None = None) -> pd.DataFrame | Withheld:
        """Return ``unit, year, value, segment, ogp, cohort`` of the countries that have a value in every year shown.

        Membership is held fixed: ``ogp`` and ``cohort`` say whether and when a country ever joined,
        in all its years alike, so that a moving spread is never a change of who is counted.
        """
        return self._view(_fixed, id, self.first_year, last_year or self.last_year)

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
        >>> made = ogp.panel("v2xcs_ccsi", 2013, 2023).cohorts("v2xcs_ccsi")
        >>> made.frame["n"].tolist()[:4]
        [49, 49, 13, 13]
        """
        return cohorts(self.fixed(id, last_year), self._held(id))

    @property
    def ids(self) -> list[str]:
        """The indicators it holds, those that may be drawn only included."""
        return [column for column in self.there.columns if column not in KEY]

    @property
    def open_ids(self) -> list[str]:
        """The indicators whose values may be written."""
        return [id for id in self.ids if id not in self.drawn_only]

    def _view(self, make, id: str, *args):
        """Return what `make` reads of an indicator off the whole frame: withheld if its values are."""
        id = self._held(id)
        if id in self.drawn_only:
            return self.withheld.about(id).pipe(make, id, *args)
        return make(self._all, id, *args)

    def _covered(self, place: str) -> str:
        """Return the code of a country that the panel has a value for."""
        iso3 = country(place).iso3
        if not self.there.loc[self.there["iso3"] == iso3, self.ids].any(axis=None):
            what = f"no value from {self.first_year} to {self.last_year} bears its code here; units without a code of "
            what += "ISO 3166 are set aside, and so are parts of countries"
            raise ParameterError(f"country {iso3}", what, "Choose another country, other years or another region")
        return iso3

    def _held(self, id: str) -> str:
        """Return the id of an indicator of the panel, given by id or name."""
        id = indicator(id).id
        if id in self.ids:
            return id
        if id in self.absent:
            what, action = "is not in the data of this edition", "Choose another, or the full edition"
        else:
            what, action = f"is not in this panel, which holds {few(self.ids)}", "Name it in ogp.panel"
        raise ParameterError(f"indicator {id}", what, action)


def segments(one: Indicator, iso3: pd.Series, year: pd.Series, code: str = "") -> pd.Series:
    """Return the segment of each row: how many breaks lie between the start of its series and its year.

    Two values of one country are comparable if, and only if, their segments are the same.

    Parameters
    ----------
    one : Indicator
    iso3, year : pandas.Series
        Country and year of each row, on one index.
    code : str
        Which breaks count, as in :class:`~ogp_analysis.base.indicators.Break`; all if empty.

    Returns
    -------
    pandas.Series of int64
    """
    found = pd.Series(0, index=year.index, dtype="int64")
    for b in (b for b in one.breaks if code in ("", b.code)):
        after = year >= b.year
        found += (after & (iso3 == b.iso3) if b.iso3 else after).astype("int64")
    return found


def _series(frame: pd.DataFrame, id: str, since: int) -> pd.DataFrame:
    part = _valued(frame, id, since)
    return pd.DataFrame({"unit": part["iso3"], "year": part["year"], "value": part[id],
                         "segment": segments(indicator(id), part["iso3"], part["year"])})  # fmt: skip


def _own(frame: pd.DataFrame, id: str, iso3: str, since: int) -> pd.DataFrame:
    part = frame[(frame["iso3"] == iso3) & (frame["year"] >= since) & frame[id].notna()].reset_index(drop=True)
    published = {name: part.get(f"{id}_{name}", float("nan")) for name in ("low", "high", "sd")}
    return pd.DataFrame({"year": part["year"], "value": part[id], **published,
                         "segment": segments(indicator(id), part["iso3"], part["year"])})  # fmt: skip


def _ranked_changes(series: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    moved = all_changes(series, first, last).rename_axis("iso3")
    ranks = {f"rank_{way}": moved["difference"].rank(method="min", ascending=way == "fall") for way in ("fall", "rise")}
    return moved.assign(**ranks).astype(dict.fromkeys(ranks, "int64")).sort_values(["difference", "iso3"])


def _fixed(frame: pd.DataFrame, id: str, since: int, until: int) -> pd.DataFrame:
    """Return ``unit, year, value, segment, ogp, cohort`` of the countries with a value in every year there is one.

    ``cohort`` is one of :data:`~ogp_analysis.civic_space.levels.COHORTS`: the group of the year of joining, ``undated``
    for a member whose letter is not dated, ``never`` for the countries that ``ogp`` calls so.
    """
    part = _valued(frame, id, since)
    part = part[part["year"] <= until]
    whole = part.groupby("iso3")["year"].transform("nunique") == part["year"].nunique()
    part = part[whole].reset_index(drop=True)
    # Nearly all members joined in the first three years. Without a year a country has either never joined, or its
    # letter is not dated: the column of members decides.
    joined = part["ogp_cohort"].astype("Float64")
    cohort = pd.Series("later", index=part.index).mask(joined.le(2013), "2012_2013").mask(joined.eq(2011), "2011")
    cohort = cohort.mask(joined.isna(), "undated").mask(~part["ogp_ever"].astype(bool), "never")
    return pd.DataFrame({"unit": part["iso3"], "year": part["year"], "value": part[id],
                         "segment": segments(indicator(id), part["iso3"], part["year"]),
                         "ogp": part["ogp_ever"].map(GROUPS), "cohort": cohort})  # fmt: skip


def _quantiles(frame: pd.DataFrame, id: str, since: int, until: int) -> pd.DataFrame:
    """Return ``year, p10, q1, median, q3, p90, n`` of :func:`_fixed`."""
    by_year = _fixed(frame, id, since, until).groupby("year")["value"]
    names = {0.1: "p10", 0.25: "q1", 0.5: "median", 0.75: "q3", 0.9: "p90"}
    frame = by_year.quantile(list(names)).unstack().rename(columns=names)
    return frame.assign(n=by_year.size()).reset_index()


def _valued(frame: pd.DataFrame, id: str, since: int) -> pd.DataFrame:
    """Return the rows with a value, with no column of another indicator: a panel has forty."""
    there = ((frame["year"] >= since) & frame[id].notna()).to_numpy()
    columns = ["iso3", "year", id, *(name for name in ("ogp_ever", "ogp_cohort") if name in frame)]
    return frame[columns][there].reset_index(drop=True)


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
    indicators: str | Iterable[str],
    first_year: int = 2000,
    last_year: int = 2023,
    edition: str = "embedded",
    region: str = "world",
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
    region : str
        The countries of a region, or ``"world"``.

    Raises
    ------
    JoinError
        If a source has two rows for a country in a year.
    UnknownName
        If an id is not in the catalogue, or there is no such region; those spelt most like it are named.
    ParameterError
        If no indicator is named, the years are the wrong way round, the edition holds none of the indicators, or no
        source has a row in these years.

    Examples
    --------
    >>> panel = ogp.panel(["v2xcs_ccsi", "va_est"], 2022, 2023)
    >>> panel.countries("Mexico").frame[["year", "ogp_status", "v2xcs_ccsi"]].to_dict("split")["data"]
    [[2022, 'participating', 0.688], [2023, 'participating', 0.701]]
    """
    for name, at in (("first_year", first_year), ("last_year", last_year)):
        checked_year(name, at)
    if first_year > last_year:
        raise ParameterError("first_year", f"{first_year} lies after last_year, {last_year}", "Swap them")
    ids = list(dict.fromkeys(ids_of(indicators)))
    if not ids:
        raise ParameterError("indicators", "names none", "Name one or more, such as v2xcs_ccsi")
    # What it reads is handed out here and stands for itself by hashes; names of units are in the language in force.
    read: tuple = ()
    if matters():
        groups, hashes = by_table(ids, edition), []
        for name in [*(name for name, _ in groups), *(("ogp_membership", part) for part in _MEMBERSHIP)]:
            with suppress(UnknownName):  # the edition does not hold it: the panel says so
                hashes.append((*name, hand_out.sha256(*name, edition)))
        read = (groups, hashes)
    made = _read(tuple(ids), first_year, last_year, edition, language(), read)
    frames = {name: getattr(made, name).copy(deep=False) for name in ("frame", "there")}
    made = replace(made, sample=replace(made.sample, frame=made.sample.frame.copy(deep=False)), **frames)
    region = region_code(region)
    return made if region == "world" else made._of(inside(made._all["iso3"], region), region)


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
        withheld=Withheld(frame, closed) if closed else None,
        there=frame[KEY].join(frame[held].notna())[shown].reset_index(drop=True),
        _all=kept,
    )


# From the tables of the sources to countries by years: the one join, which states its cardinality and its losses.


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
            shelf.remedy(by_table(ids, edition)[0][0][0], edition),
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
    version = one.version if table == one.table else table.removeprefix("v")
    version = editions.added_version(place) if place.startswith(shelf.VERSION) else version
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


# Names of dated events, so that no title gives a date alone.


@dataclass(frozen=True)
class Event:
    """Something that happened in a country on a day.

    Attributes
    ----------
    iso3 : str
    date : datetime.date
    """

    iso3: str
    date: dt.date

    @property
    def year(self) -> int:
        """The year in which it happened."""
        return self.date.year

    @property
    def in_text(self) -> str:
        """What the list in ``words/events_*.toml`` calls it within a sentence, in the language in force."""
        return entry("events.of").get(f"{self.iso3}_{self.date.isoformat()}") or word("events.unnamed")


def event(place: str, date: str | None, last_year: int | None = None) -> Event | None:
    """Return what happened in a country on a day; None if no day is given.

    Parameters
    ----------
    place : str
        Any usual name or code.
    date : str or None
        YYYY-MM-DD.
    last_year : int, optional
        Last year with a value of the country: the day must lie in an earlier one.

    Returns
    -------
    Event or None
        Its day and, in either language, its name.

    Raises
    ------
    MessageError
        If the text is not a date.
    ParameterError
        If no year with a value follows.

    Examples
    --------
    >>> ogp.civic_space.event("Mexico", "2017-06-19").in_text
    'the report “Gobierno Espía”'
    """
    if date is None:
        return None
    known, day = country(place), as_date(date)
    if last_year and day.year >= last_year:
        what = f"no year after that of {date} has a value; the last one shown of {known.name_en} is of {last_year}"
        raise ParameterError("event_date", what, "Choose an earlier date, or later years")
    return Event(known.iso3, day)
