"""Country-year series: what a model may rely on, and differences that are exact in the published decimals."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

import numpy as np
import pandas as pd

from ogp_analysis.base.cached import cached
from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.result import plain
from ogp_analysis.statistics.sample import numbers, present

#: Decimals that differences are rounded to: more than sources that round publish, fewer than floating point keeps.
DECIMALS = 12


@cached
def checked(frame: pd.DataFrame, keys: tuple[str, ...], values: tuple[str, ...], where: str) -> pd.DataFrame:
    """Return the named columns of `frame`, sorted by key, with the numbers as floats; missing stays missing.

    Parameters
    ----------
    frame : pandas.DataFrame
        Left unchanged; other columns are ignored.
    keys : tuple of str
        Columns that together name a row. ``year`` becomes an integer.
    values : tuple of str
        Columns of numbers.
    where : str
        The caller, for the error.

    Raises
    ------
    ModelError
        If a column is absent or not numeric, a value is infinite, or a key is missing or repeated.
    """
    present(frame, (*keys, *values), where)
    empty = np.logical_or.reduce([frame[key].isna().to_numpy() for key in keys])
    if empty.any():
        raise ModelError(where, f"{' or '.join(keys)} is missing in {empty.sum()} rows", "Take these rows out first")
    columns = {key: frame[key] for key in keys}
    if "year" in keys:
        years = numbers(frame["year"], where, booleans=False)
        if (years % 1 != 0).any():
            raise ModelError(where, f"year is {years[years % 1 != 0][0]:g}", "Give whole years")
        columns["year"] = pd.Series(years.astype("int64"), frame.index)
    # Whether each row comes after the one before it, so that no key is repeated; most frames are so already.
    later = np.zeros(max(len(frame) - 1, 0), dtype=bool)
    for key in reversed(keys):
        own = columns[key].to_numpy() if key == "year" else columns[key].astype(str).to_numpy(object)
        later = (own[1:] > own[:-1]) | ((own[1:] == own[:-1]) & later)
    in_order = bool(later.all())
    repeated = frame.iloc[:0] if in_order else frame.loc[frame.duplicated(list(keys)), list(keys)]
    if len(repeated):
        example = " ".join(str(value) for value in repeated.iloc[0])
        raise ModelError(
            where,
            f"{len(repeated)} rows repeat a {'-'.join(keys)}, for example {example}",
            "Pass one series, with one row for each " + "-".join(keys),
        )
    columns |= {name: pd.Series(numbers(frame[name], where, booleans=False), frame.index) for name in values}
    series = pd.DataFrame(columns)
    if in_order:
        return series.reset_index(drop=True)
    by_text = {"key": lambda column: column if column.name == "year" else column.astype(str)}
    return series.sort_values(list(keys), kind="stable", ignore_index=True, **by_text)


def checked_series(frame: pd.DataFrame, where: str) -> pd.DataFrame:
    """Return a series ``unit, year, value`` of one row per unit and year; see :func:`checked`.

    If the frame has a column ``segment``, it is kept: values of two segments are not comparable.
    """
    return checked(frame, ("unit", "year"), ("value", *(("segment",) if "segment" in frame.columns else ())), where)


@lru_cache(maxsize=65_536)
def exact(value: float) -> Fraction:
    """Return a float as the shortest decimal that names it: the number as it was published.

    The difference of two published numbers is exact on this scale, so that equal changes are equal.
    In floating point .500 − .402 and .505 − .407 differ, and ties between units would be lost.
    """
    return Fraction(*Decimal(repr(float(value))).as_integer_ratio())


def at_both(series: pd.DataFrame, first: int, last: int) -> dict[str, tuple[float | None, float | None]]:
    """Return, for every unit of a checked series, its values at `first` and at `last`; None where there is none."""
    start, end = (_by_unit(series, "value", year) for year in (first, last))
    return {unit: (plain(start.get(unit)), plain(end.get(unit))) for unit in series["unit"].unique().tolist()}


def across_break(series: pd.DataFrame, first: int, last: int) -> frozenset[str]:
    """Return the units of a checked series that have values at both years, but a break of the series between them."""
    if "segment" not in series.columns:
        return frozenset()
    start, end = (_by_unit(series, "segment", year, series["value"].notna().to_numpy()) for year in (first, last))
    return frozenset(unit for unit in start if unit in end and start[unit] != end[unit])


def _by_unit(series: pd.DataFrame, column: str, year: int, known: np.ndarray | bool = True) -> dict[str, float]:
    rows = (series["year"] == year).to_numpy() & known
    return dict(zip(series["unit"].array[rows].tolist(), series[column].to_numpy()[rows].tolist(), strict=True))


def comparable(series: pd.DataFrame, first: int, last: int) -> dict[str, tuple[float | None, float | None]]:
    """Return :func:`at_both` of the units without a break of the series between the two years."""
    crossed = across_break(series, first, last)
    return {unit: pair for unit, pair in at_both(series, first, last).items() if unit not in crossed}


def differences(pairs: dict[str, tuple[float | None, float | None]]) -> pd.Series:
    """Return last minus first, in the published decimals, by unit, for the units observed at both ends.

    Rounded to :data:`DECIMALS`, so that equal changes of published numbers are equal.
    """
    both = pd.DataFrame.from_dict(pairs, orient="index", columns=["first", "last"], dtype="float64")
    # Adding 0 turns −0 into 0.
    return (both["last"] - both["first"]).dropna().round(DECIMALS) + 0.0


def observed_at(pairs: dict[str, tuple[float | None, float | None]]) -> dict[str, int]:
    """Return how many units are observed at both ends, at one, and at neither."""
    seen = [(a is not None, b is not None) for a, b in pairs.values()]
    return {
        "both": seen.count((True, True)),
        "only_first": seen.count((True, False)),
        "only_last": seen.count((False, True)),
        "neither": seen.count((False, False)),
    }


def checked_window(first: int, last: int, where: str) -> None:
    """Raise if `first` is not a year before `last`.

    Raises
    ------
    ModelError
        If it is not.
    """
    if first >= last:
        raise ModelError(where, f"the window runs from {first} to {last}", "Give a first year before the last")
