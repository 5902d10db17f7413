"""What a panel shows of its indicators: from the frame of countries by years to series, medians and groups.

Also here: the measures beside the core index, the segments within which a series is comparable, and two series outside
the catalogue on which higher is less free: legal barriers to civil-society organisations, 1990–2013 (the
law as written, not its use), and Feldstein (2021), one year, not to be joined to the Digital Society Survey.

Frames here have one row per country in a year, ``iso3, year``, a column for each indicator and ``ogp_ever``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.indicators import Break, Indicator, indicator, indicators
from ogp_analysis.base.words import word
from ogp_analysis.civic_space import views
from ogp_analysis.data.store import hand_out

#: Civil society and the other sides of civic space in V-Dem 14, published without bounds. The core index is the first.
CORE_INDICES = (
    *("v2xcs_ccsi", "v2x_cspart", "v2csreprss", "v2cseeorgs", "v2x_freexp_altinf", "v2x_frassoc_thick"),
    *("v2x_civlib", "v2caassemb", "v2csprtcpt", "v2cscnsult", "v2mecenefi", "v2meharjrn", "v2meslfcen"),
)
#: All measures of civic space, liberties and democracy in the catalogue, in its order, beside those of V-Dem 14: what
#: version 15 repeats of them is shown with bounds, and what version 16 repeats, to 2025, only where a page names it.
#: Controls such as income are not such measures.
OTHER_MEASURES = tuple(
    one.id
    for one in indicators()
    if one.direction != "higher is more" and not (one.dataset == "vdem" and one.version in ("14", "16"))
)
#: Series of V-Dem 16 for all countries, to 2025; in no other measure's line or change.
NEWER_RELEASE = tuple(one.id for one in indicators() if (one.dataset, one.version) == ("vdem", "16"))


#: Scales from less to more on which a difference has a size.
WITH_DISTANCES = ("index", "interval", "points")


def with_distances(id: str, parameter: str = "outcome", written: bool = True) -> Indicator:
    """Return an indicator whose differences have a size and, unless they are only drawn, may be written.

    Parameters
    ----------
    id : str
        Its id or name.
    parameter : str
        What the user gave it as.
    written : bool
        Whether its values are tabled.

    Returns
    -------
    Indicator

    Raises
    ------
    UnknownName
        If the indicator is not in the catalogue.
    ParameterError
        If it does not measure on a scale with distances, or its values may be drawn only and would be tabled.

    Examples
    --------
    >>> with_distances("ert_regime")
    Traceback (most recent call last):
    ogp_analysis.base.errors.ParameterError: outcome: ert_regime does not measure on a scale from less to more free...
    """
    one = indicator(id)
    if one.scale not in WITH_DISTANCES:
        what = f"{id} does not measure on a scale from less to more free"
        raise ParameterError(parameter, what, "Choose an index, such as v2xcs_ccsi")
    if written and not one.redistribute:
        what = f"the values of {id} may be drawn but not passed on, and here they are tabled"
        raise ParameterError(parameter, what, "Choose another measure, such as v2xcs_ccsi")
    return one


def breaks_of(one: Indicator, iso3: str = "") -> tuple[Break, ...]:
    """Return the breaks that concern a country, or all countries alike if none is named, by year."""
    return tuple(sorted((b for b in one.breaks if b.iso3 in ("", iso3)), key=lambda b: b.year))


def between(one: Indicator, iso3: str, first: int, last: int) -> Break | None:
    """Return the last break of a country's series that lies after `first` and not after `last`; None if none does."""
    crossed = [b for b in breaks_of(one, iso3) if first < b.year <= last]
    return crossed[-1] if crossed else None


def unbroken(one: Indicator, first: int, last: int) -> None:
    """Raise if an indicator, for all countries, has a break after `first` and not after `last`.

    Parameters
    ----------
    one : Indicator
    first, last : int
        The years compared.

    Raises
    ------
    ParameterError
        With its last such break.

    Examples
    --------
    >>> unbroken(ogp.indicator("va_est"), 2013, 2023)
    >>> unbroken(ogp.indicator("va_est"), 2000, 2010)
    Traceback (most recent call last):
    ogp_analysis.base.errors.ParameterError: outcome: va_est has a break in 2002...
    """
    if crossed := between(one, "", first, last):
        why = f"{crossed.year} ({crossed.code.replace('_', ' ')}): its values of {first} and {last} are not comparable"
        action = f"Choose years that begin in {crossed.year} or later, or another measure such as v2xcs_ccsi"
        raise ParameterError("outcome", f"{one.id} has a break in {why}", action)


def method_years(one: Indicator) -> tuple[int, ...]:
    """Return the first years of new methods, for all countries."""
    return tuple(b.year for b in breaks_of(one) if b.code == "method")


def method_spans(one: Indicator) -> list[tuple[int, int]]:
    """Return the first and last year of each segment of an indicator that is made in one way."""
    starts = [one.first_year, *(year for year in method_years(one) if one.first_year < year <= one.last_year)]
    return list(zip(starts, [year - 1 for year in starts[1:]] + [one.last_year], strict=True))


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


GROUPS = {True: "ever", False: "never"}
#: Groups of the year of joining, in the order in which they are shown.
COHORTS = ("2011", "2012_2013", "later", "undated", "never")


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a panel and what was read off them: a view that is asked for again is not made again.

    Attributes
    ----------
    frame : pandas.DataFrame
        Of all years, and no caller's: it is never changed.
    """

    frame: pd.DataFrame = field(repr=False)
    _made: dict[tuple, pd.DataFrame | float] = field(default_factory=dict, repr=False)

    def view(self, make: Callable[..., pd.DataFrame | float], *args, **kwargs) -> pd.DataFrame | float:
        """Return what `make` makes of the rows and of further arguments, the caller's own."""
        asked = (make, args, tuple(kwargs.items()))
        if asked not in self._made:
            self._made[asked] = make(self.frame, *args, **kwargs)
        found = self._made[asked]
        return found.copy(deep=False) if isinstance(found, pd.DataFrame) else found


def of(frame: pd.DataFrame, iso3: str, first: int, last: int) -> pd.DataFrame:
    """Return the rows of a country, one for each year from `first` to `last`."""
    years = pd.DataFrame({"iso3": iso3, "year": range(first, last + 1)})
    return years.merge(frame[frame["iso3"] == iso3], on=["iso3", "year"], how="left", validate="one_to_one")


def series(frame: pd.DataFrame, id: str, since: int = 0) -> pd.DataFrame:
    """Return one indicator from a year on as ``unit, year, value, segment``, rows with a value only."""
    part = _valued(frame, id, since)
    return pd.DataFrame({"unit": part["iso3"], "year": part["year"], "value": part[id],
                         "segment": segments(indicator(id), part["iso3"], part["year"])})  # fmt: skip


def own(frame: pd.DataFrame, id: str, iso3: str, since: int = 0) -> pd.DataFrame:
    """Return one indicator of a country from a year on, rows with a value only.

    ``year, value, low, high, sd, segment``; bounds and standard deviation are missing where none are published.
    """
    there = ((frame["iso3"] == iso3) & (frame["year"] >= since) & frame[id].notna()).to_numpy(bool)
    columns = ("iso3", "year", id, f"{id}_low", f"{id}_high", f"{id}_sd")
    # Column by column, which takes a third of the time: a page asks for thirty of them.
    part = {name: pd.Series(frame[name].array[there]) for name in columns if name in frame}
    return pd.DataFrame({"year": part["year"], "value": part[id], **errors(part, id),
                         "segment": segments(indicator(id), part["iso3"], part["year"])})  # fmt: skip


def errors(rows: Mapping[str, pd.Series] | pd.DataFrame, id: str) -> dict[str, pd.Series | float]:
    """Return what is published of the error of an indicator, by column: ``low``, ``high``, ``sd``, or missing."""
    return {name: rows[f"{id}_{name}"] if f"{id}_{name}" in rows else float("nan") for name in ("low", "high", "sd")}


def median(frame: pd.DataFrame, id: str, region: str, without: str, since: int = 0) -> pd.DataFrame:
    """Return ``year, median, n, segment`` of an indicator over the countries of a region but one."""
    part = _valued(frame, id, since)
    part = part[part["iso3"].isin(inside(part["iso3"], region) - {without})]
    by_year = part.groupby("year")[id].agg(median="median", n="size").reset_index()
    return by_year.assign(segment=_for_all(id, by_year["year"]))


def groups(frame: pd.DataFrame, id: str, at_least: float | None = None, since: int = 0) -> pd.DataFrame:
    """Return an indicator of countries that ever joined OGP and of the others: see :meth:`Panel.groups`."""
    part = _valued(frame, id, since)
    part = part.assign(segment=_for_all(id, part["year"]), group=part["ogp_ever"].map(GROUPS))
    # Only countries with a value in every year of their segment that has a value at all: the groups stay the same.
    years = part.groupby("segment")["year"].transform("nunique")
    part = part[years == part.groupby(["segment", "iso3"])["year"].transform("nunique")]
    by = part.groupby(["year", "group", "segment"])[id]
    found = by.quantile([0.25, 0.5, 0.75]).unstack().reindex(columns=[0.25, 0.5, 0.75])
    found.columns = ["q1", "median", "q3"]
    found.insert(0, "n", by.size())
    high = part[id] >= at_least if at_least is not None else pd.Series(pd.NA, index=part.index, dtype="boolean")
    count = high.groupby([part["year"], part["group"], part["segment"]]).sum(min_count=1)
    return found.assign(count=count).reset_index()


def points(frame: pd.DataFrame, x: str, y: str, year: int) -> pd.DataFrame:
    """Return two indicators of one year: ``iso3``, a column for each, and ``ogp`` (ever joined)."""
    part = frame.loc[frame["year"] == year, ["iso3", x, y, "ogp_ever"]]
    return part.rename(columns={"ogp_ever": "ogp"}).reset_index(drop=True)


def cut(frame: pd.DataFrame, id: str, codes: frozenset[str], year: int) -> float:
    """Return the median of an indicator over some countries in a year."""
    return float(frame.loc[(frame["year"] == year) & frame["iso3"].isin(codes), id].median())


def fixed(frame: pd.DataFrame, id: str, since: int, until: int) -> pd.DataFrame:
    """Return ``unit, year, value, segment, ogp, cohort`` of the countries with a value in every year there is one.

    ``cohort`` is one of :data:`COHORTS`: the group of the year of joining, ``undated`` for a member whose letter is
    not dated, ``never`` for the countries that ``ogp`` calls so.
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


def quantiles(frame: pd.DataFrame, id: str, since: int, until: int) -> pd.DataFrame:
    """Return ``year, p10, q1, median, q3, p90, n, segment`` of :func:`fixed`."""
    by_year = fixed(frame, id, since, until).groupby("year")["value"]
    names = {0.1: "p10", 0.25: "q1", 0.5: "median", 0.75: "q3", 0.9: "p90"}
    frame = by_year.quantile(list(names)).unstack().rename(columns=names)
    frame = frame.assign(n=by_year.size()).reset_index()
    return frame.assign(segment=_for_all(id, frame["year"]))


def present(frame: pd.DataFrame, ids: list[str], since: int = 0) -> pd.DataFrame:
    """Return ``iso3, year`` and, for each indicator, whether there is a value, not which."""
    part = frame[frame["year"] >= since]
    return pd.concat([part[["iso3", "year"]], part[ids].notna()], axis=1).reset_index(drop=True)


def within(frame: pd.DataFrame, region: str) -> pd.DataFrame:
    """Return the rows of the countries of a region; all rows for ``"world"``."""
    if region == "world":
        return frame
    return frame[frame["iso3"].isin(inside(frame["iso3"], region))].reset_index(drop=True)


def inside(iso3: pd.Series, region: str) -> set[str]:
    """Return which of some countries lie in a region."""
    return {code for code in iso3.unique() if region == "world" or country(code).region == region}


def _valued(frame: pd.DataFrame, id: str, since: int) -> pd.DataFrame:
    """Return the rows with a value, with no column of another indicator: a panel has forty."""
    there = ((frame["year"] >= since) & frame[id].notna()).to_numpy()
    columns = ["iso3", "year", id, *(name for name in ("ogp_ever", "ogp_cohort") if name in frame)]
    return frame[columns][there].reset_index(drop=True)


def _for_all(id: str, year: pd.Series) -> pd.Series:
    """Return the segments of years for all countries alike."""
    return segments(indicator(id), pd.Series("", index=year.index), year)


#: By id: dataset, table and column. Both columns are closed; a test holds them to their schemas.
SERIES = {
    "ngo_barriers": ("ngo_legal_barriers", "country_year", "barriers_total"),
    "digital_repression": ("feldstein_digital_repression", "digital_repression", "digital_repression"),
}


def words_of(id: str, what: str) -> str:
    """Return a word of one of :data:`SERIES` or of an indicator, such as its ``"name"`` or ``"unit"``."""
    return word(f"others.series.{id}.{what}" if id in SERIES else f"indicators.{id}.{what}")


def held_barriers(edition: str = "embedded") -> tuple[str, ...]:
    """Return which of :data:`SERIES` an edition holds."""
    return tuple(id for id, (dataset, table, _) in SERIES.items() if hand_out.has(dataset, table, edition))


def barrier(
    id: str, iso3: str, region: str, first_year: int, last_year: int, edition: str = "embedded"
) -> tuple[Withheld, Withheld]:
    """Return one of :data:`SERIES` for a country and for the others of its region, as a panel gives an indicator.

    Returns
    -------
    Withheld, Withheld
        ``year, value, low, high, segment`` of the country, and ``year, median, n, segment`` of the region without it.
        The grain is a year. Units without a code of ISO 3166 are left out, but for Kosovo.
    """
    dataset, table, column = SERIES[id]
    rows = hand_out.load(dataset, table, edition)
    rows = rows[rows["year"].between(first_year, last_year)].dropna(subset=[column])
    codes = rows["iso3"] if "iso3" in rows.columns else rows["unit"].map(
        {unit: unit if country(unit).numeric or unit == "XKX" else None for unit in rows["unit"].unique()}
    )  # fmt: skip
    frame = pd.DataFrame({"iso3": codes, "year": rows["year"].astype("int64"), "value": rows[column].astype("float64")})
    whole = Withheld(frame.dropna(subset=["iso3"]), (id,))

    def own(frame: pd.DataFrame) -> pd.DataFrame:
        part = frame[frame["iso3"] == iso3].sort_values("year", ignore_index=True)
        return part[["year", "value"]].assign(low=float("nan"), high=float("nan"), segment=0)

    def others(frame: pd.DataFrame) -> pd.DataFrame:
        part = frame[(frame["iso3"] != iso3) & frame["iso3"].isin(views.inside(frame["iso3"], region))]
        return part.groupby("year")["value"].agg(median="median", n="size").reset_index().assign(segment=0)

    return whole.pipe(own), whole.pipe(others)


def barriers(
    place: str, first_year: int, last_year: int, edition: str = "embedded"
) -> dict[str, tuple[Withheld, Withheld]]:
    """Return those of :data:`SERIES` that have a value for a country, as :func:`barrier` gives them, by id."""
    own, found = country(place), {}
    for id in held_barriers(edition):
        dataset, table, column = SERIES[id]
        rows = hand_out.load(dataset, table, edition).dropna(subset=[column])
        code = rows["iso3"] if "iso3" in rows.columns else rows["unit"]
        if ((code == own.iso3) & rows["year"].between(first_year, last_year)).any():
            found[id] = barrier(id, own.iso3, own.region, first_year, last_year, edition)
    return found
