"""Which values of a series can be compared: scales with distances, and segments between its breaks."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.indicators import Break, Indicator, indicator

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
