"""From a frame and names of columns to the sample or the country-year series that a model is fitted to."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

import numpy as np
import pandas as pd

from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.base.fingerprint import cached

#: A column is a combination of others if what they leave of it is smaller than this share of it.
COLLINEAR = 1e-9


@dataclass(frozen=True)
class Sample:
    """Complete rows, in an order that depends on their values alone.

    Attributes
    ----------
    y : numpy.ndarray
        The outcome.
    x : numpy.ndarray
        One column per term.
    terms : tuple of str
        Names of these: a column of numbers has its own name, a category is ``column[category]``, a product ``a:b``.
    rows : pandas.DataFrame
        The rows themselves, with all columns of the frame.
    left_out : tuple of (str, int)
        Why rows are left out, and how many: the first of the named columns in which they lack a value.
    """

    y: np.ndarray = field(repr=False)
    x: np.ndarray = field(repr=False)
    terms: tuple[str, ...]
    rows: pd.DataFrame = field(repr=False)
    left_out: tuple[tuple[str, int], ...]


def sample(
    frame: pd.DataFrame,
    outcome: str,
    terms: Sequence[str],
    *,
    keys: Sequence[str] = (),
    where: str,
) -> Sample:
    """Return the rows of a frame that have all of the named columns, as numbers.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per observation; left unchanged.
    outcome : str
        A column of numbers or truth values.
    terms : sequence of str
        Columns of numbers, truth values or categories, and products ``a:b`` of them. A column of categories becomes one
        term a category but the first, in the order of a pandas category, else of the alphabet.
    keys : sequence of str
        Further columns that a row must have, such as those of clusters. Rows are sorted by them first.
    where : str
        The caller, for the fault.

    Raises
    ------
    ModelError
        If a column is absent, is not of numbers, holds infinite values, does not vary, or is a combination of others;
        if nothing varies in the outcome, or there are not more rows than terms.
    """
    refuse_withheld(frame)
    repeated = sorted({term for term in terms if list(terms).count(term) > 1})
    if repeated:
        raise ModelError(where, f"{listed(repeated)} is named twice", "Name each term once")
    named = [outcome, *keys, *(part for term in terms for part in _parts(term, frame))]
    if outcome in named[1 + len(keys) :]:
        raise ModelError(where, f"{outcome!r} is both outcome and term", "Leave it out of the terms")
    named = list(dict.fromkeys(named))
    held, left_out = complete(frame, named, where)
    rows = frame[held]
    # By all that is used of them, so that no number hangs on the order in which the rows came.
    by = (rows[name] for name in [*keys, *(n for n in named if n not in keys)])
    ranks = [
        c.to_numpy() if pd.api.types.is_numeric_dtype(c) else pd.factorize(c.astype(str), sort=True)[0] for c in by
    ]
    rows = rows.iloc[np.lexsort(ranks[::-1])]
    y = numbers(rows[outcome], where)
    columns = {}
    for term in terms:  # each stands for one column of numbers, or, with categories, for several
        for one in itertools.product(*(_columns(rows[name], where) for name in _parts(term, rows))):
            columns[":".join(n for n, _ in one)] = np.prod([c for _, c in one], axis=0)
    x = np.column_stack(list(columns.values())) if columns else np.empty((len(rows), 0))
    if np.ptp(y) == 0:
        raise ModelError(where, f"{outcome!r} is {y[0]:g} in all {len(y)} rows", "There is nothing to explain")
    flat = [term for term, column in zip(columns, x.T, strict=True) if np.ptp(column) == 0]
    if flat:
        raise ModelError(where, f"{len(flat)} terms do not vary in the sample, {listed(flat)}", "Leave them out")
    least = x.shape[1] + 1  # with the constant
    if len(x) <= least:
        raise ModelError(
            where, f"{len(x)} rows are too few for {least} coefficients", "Name fewer terms, or give more rows"
        )
    if spanned := combinations(x - x.mean(axis=0), tuple(columns)):
        raise ModelError(
            where, f"{len(spanned)} terms are combinations of the others, {listed(spanned)}", "Leave them out"
        )
    return Sample(y, x, tuple(columns), rows.reset_index(drop=True), left_out)


def present(frame: pd.DataFrame, columns: Iterable[str], where: str) -> None:
    """Raise if a frame lacks a column.

    Raises
    ------
    ModelError
        With those that are absent.
    """
    if absent := [name for name in columns if name not in frame.columns]:
        raise ModelError(where, f"{len(absent)} columns are absent, {listed(absent)}", "Name columns of the frame")


def complete(
    frame: pd.DataFrame, named: Sequence[str], where: str, also: Sequence[str] = ()
) -> tuple[np.ndarray, tuple[tuple[str, int], ...]]:
    """Return which rows have a value in all named columns, and how many of the others lack one, by the first they lack.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per observation.
    named, also : sequence of str
        Columns that a row must have, and others that must only be there.
    where : str
        The caller, for the fault.

    Raises
    ------
    ModelError
        If a column is absent, or no row is complete.
    """
    refuse_withheld(frame)
    present(frame, [*named, *also], where)
    # Column by column: selecting several at once takes ten times as long.
    lacking = np.column_stack([frame[name].isna().to_numpy() for name in named])
    first = np.where(lacking.any(axis=1), lacking.argmax(axis=1), len(named))
    held = first == len(named)
    if not held.any():
        raise ModelError(where, f"no row of {len(frame)} has all of {listed(named)}", "Name columns that go together")
    return held, tuple((name, int(n)) for i, name in enumerate(named) if (n := (first == i).sum()))


def check_choices(where: str, **chosen: tuple[object, Collection]) -> None:
    """Raise if the value of an argument is not among its choices.

    Parameters
    ----------
    where : str
        The caller, for the fault.
    **chosen : (object, collection)
        Of each argument its value and its choices.

    Raises
    ------
    ModelError
        With the first argument that is not.
    """
    for name, (value, choices) in chosen.items():
        if value not in choices:
            raise ModelError(where, f"{name} is {value!r}", "Choices are " + listed(choices, 9))


def refuse_withheld(frame: pd.DataFrame) -> None:
    """Raise if the values of a frame may be drawn only."""
    if isinstance(frame, Withheld):
        raise frame.fault("may be drawn, but no model is fitted to them")


def one_series(times: np.ndarray, name: str, where: str) -> None:
    """Raise if a time, of times in order, is repeated.

    Raises
    ------
    ModelError
        With the first time that is.
    """
    repeated = times[1:][np.diff(times) == 0]
    if len(repeated):
        raise ModelError(where, f"{name} {repeated[0]:g} occurs twice", "Pass one series")


def summed_by(values: np.ndarray, groups: np.ndarray, number: int = 0) -> np.ndarray:
    """Return the sums of rows by group, for groups numbered from 0, at least `number` of them."""
    sums = np.empty((max(number, groups.max(initial=-1) + 1), values.shape[1]))
    for place, column in enumerate(values.T):
        sums[:, place] = np.bincount(groups, column, len(sums))
    return sums


def numbers(column: pd.Series, where: str, *, booleans: bool = True) -> np.ndarray:
    """Return a column as floats, NaN where it lacks a value.

    Raises
    ------
    ModelError
        If it is not of numbers, nor of truth values where `booleans` are allowed, or holds infinite ones.
    """
    truth = pd.api.types.is_bool_dtype(column)
    if not (booleans if truth else pd.api.types.is_numeric_dtype(column)):
        raise ModelError(where, f"column {column.name!r} is {column.dtype}, not a number", "Pass a column of numbers")
    values = column.to_numpy("float64", na_value=np.nan)
    if infinite := int(np.isinf(values).sum()):
        raise ModelError(
            where, f"column {column.name!r} has {infinite} infinite values", "Make them missing, or take them out"
        )
    return values


def _parts(term: str, frame: pd.DataFrame) -> list[str]:
    return [term] if term in frame.columns else term.split(":")


def _columns(column: pd.Series, where: str) -> list[tuple[str, np.ndarray]]:
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return [(str(column.name), numbers(column, where))]
    there = set(column)
    ordered = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else sorted(there, key=str)
    kept = [category for category in ordered if category in there]
    if len(kept) < 2:
        raise ModelError(where, f"{column.name!r} is {kept[0]!r} in all rows", "Leave it out")
    return [(f"{column.name}[{category}]", (column == category).to_numpy("float64")) for category in kept[1:]]


def combinations(x: np.ndarray, terms: tuple[str, ...]) -> list[str]:
    """Return the terms whose columns are linear combinations of others."""
    from scipy.linalg import qr  # a panel needs none of it

    sizes = np.sqrt((x**2).sum(axis=0))
    _, r, order = qr(x / np.where(sizes > 0, sizes, 1), mode="economic", pivoting=True)
    left = abs(np.diag(r))
    return sorted(terms[i] for i, size in zip(order, left, strict=False) if size < COLLINEAR)


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


def across_break(series: pd.DataFrame, first: int, last: int) -> frozenset[str]:
    """Return the units of a checked series that have values at both years, but a break of the series between them."""
    if "segment" not in series.columns:
        return frozenset()
    start, end = (_by_unit(series, "segment", year, series["value"].notna().to_numpy()) for year in (first, last))
    return frozenset(unit for unit in start if unit in end and start[unit] != end[unit])


def _by_unit(series: pd.DataFrame, column: str, year: int, known: np.ndarray | bool = True) -> dict[str, float]:
    rows = (series["year"] == year).to_numpy() & known
    return dict(zip(series["unit"].array[rows].tolist(), series[column].to_numpy()[rows].tolist(), strict=True))


def checked_window(first: int, last: int, where: str) -> None:
    """Raise if `first` is not a year before `last`.

    Raises
    ------
    ModelError
        If it is not.
    """
    if first >= last:
        raise ModelError(where, f"the window runs from {first} to {last}", "Give a first year before the last")
