"""The panel itself: countries by years, and what can be read off it without writing what may only be drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.indicators import Break, indicator
from ogp_analysis.civic_space import views
from ogp_analysis.civic_space.breaks import between, segments

KEY = ["iso3", "year"]
_BOUNDED = ["term", "year", "value", "low", "high", "sd", "segment"]
#: Years read before the first that is shown: changes up to a shown year may begin in them.
EARLIER = 10


@dataclass(frozen=True)
class Panel:
    """Countries by years.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row a country in a year, sorted: ``iso3, year``, a column for each indicator by its id,
        with ``<id>_low`` and ``<id>_high`` where bounds are published and ``<id>_sd`` where a
        standard deviation of the error is, and the OGP columns of
        :func:`ogp_analysis.open_government.membership.country_year_status`. Missing is missing.
        Indicators whose values may be drawn only are not in it.
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
        :class:`~ogp_analysis.base.disclosure.Withheld`, never as numbers.
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
        """Return one indicator of a country in the years shown: ``year, value, low, high, sd, segment``.

        No empty rows; bounds and standard deviation are missing where none are published.
        """
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
        """Return ``term, year, value, low, high, sd, segment`` of the open indicators of a country that have bounds.

        Bounds have coverage .68: as published, or where a standard error is published, that far from the value.
        ``sd`` is the published standard deviation (or standard error) of the value; missing where none is published.
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
    return pd.DataFrame({"term": id, "year": own["year"], "value": own[id], **views.errors(own, id),
                         "segment": segment})  # fmt: skip
