"""Panels in which units adopt something for good, each in its own year, as the estimators of its effect need them.

Nothing here estimates. A frame with one row per unit and time becomes matrices with one row per unit, in the order
of the units' names, so that the order of the rows of the frame changes no number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.statistics.sample import refuse_withheld


@dataclass(frozen=True, eq=False)
class Panel:
    """Units by times.

    Attributes
    ----------
    units, times : numpy.ndarray
        Names of the rows and of the columns, both sorted.
    outcome : numpy.ndarray
        Units by times; NaN where a unit is not observed.
    covariates : numpy.ndarray
        Units by times by covariates; NaN as `outcome`.
    clusters : numpy.ndarray
        A number for the cluster of each unit; of its own if nothing else was named.
    left_out : tuple of (str, int)
        Rows of the frame that are in no matrix, by the reason: a column without value, or a code.
    """

    units: np.ndarray
    times: np.ndarray
    outcome: np.ndarray
    covariates: np.ndarray
    clusters: np.ndarray
    left_out: tuple[tuple[str, int], ...] = ()

    @property
    def observed(self) -> np.ndarray:
        """Whether a unit is observed at a time."""
        return np.isfinite(self.outcome)

    @property
    def balanced(self) -> bool:
        """Whether every unit is observed at every time."""
        return bool(self.observed.all())


@dataclass(frozen=True, eq=False)
class Adoption(Panel):
    """A panel of units that adopt something once, for good.

    Attributes
    ----------
    cohort : numpy.ndarray
        First time under treatment, of each unit; infinite for a unit that is not treated within the times.
    anticipation : int
        Times before adoption in which a unit may already react.
    """

    cohort: np.ndarray = None
    anticipation: int = 0

    @property
    def cohorts(self) -> np.ndarray:
        """Times at which a unit adopts."""
        return np.unique(self.cohort[np.isfinite(self.cohort)])

    @property
    def treated(self) -> np.ndarray:
        """Whether a unit is under treatment at a time, units by times."""
        return self.times[None, :] >= self.cohort[:, None]

    @property
    def sizes(self) -> dict[int, int]:
        """Units of each cohort."""
        return {int(g): int((self.cohort == g).sum()) for g in self.cohorts}

    @property
    def seen(self) -> dict[float, int]:
        """How many units that adopt are observed at each time from adoption."""
        event = (self.times[None, :] - self.cohort[:, None])[self.observed]
        keys, sizes = np.unique(event[np.isfinite(event)], return_counts=True)
        return dict(zip(keys.tolist(), sizes.tolist(), strict=True))


def panel_of(
    frame: pd.DataFrame,
    where: str,
    *,
    outcome: str,
    unit: str,
    time: str,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    constant: Sequence[str] = (),
    unbalanced: str = "refuse",
) -> tuple[Panel, pd.DataFrame]:
    """Return the matrices of a frame, and one row per unit of the columns in `constant`, in the same order.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit and time.
    where : str
        Who asks: what a fault names first.
    outcome, unit, time : str
        Columns.
    covariates : sequence of str
        Columns of numbers.
    cluster : str or None
        A column that is constant within a unit.
    constant : sequence of str
        Further columns that must be constant within a unit; they may be missing.
    unbalanced : {"refuse", "drop", "keep"}
        What becomes of units that are not observed at every time.

    Raises
    ------
    ModelError
        If a column is absent or holds no numbers, a unit has two rows at a time, a constant column varies within a
        unit, nothing is left, or units are not observed at every time and `unbalanced` is ``"refuse"``.
    """
    refuse_withheld(frame)
    kept_columns = list(dict.fromkeys([unit, time, outcome, *covariates, *([cluster] if cluster else []), *constant]))
    absent = [column for column in kept_columns if column not in frame.columns]
    if absent:
        raise ModelError(where, f"the frame has no column {listed(absent)}", "Columns are " + listed(frame.columns, 20))
    # Column by column: selecting several at once takes longer than all that follows.
    rows, left_out, kept = {column: frame[column] for column in kept_columns}, [], np.ones(len(frame), bool)
    for column in dict.fromkeys([unit, time, outcome, *covariates, *([cluster] if cluster else [])]):
        lacking = kept & rows[column].isna().to_numpy()
        if lacking.any():
            left_out.append((column, int(lacking.sum())))
            kept &= ~lacking
    if left_out:
        rows = {column: values[kept] for column, values in rows.items()}
    if not kept.any():
        raise ModelError(where, "no row has a value in every column", f"Look at {listed(kept_columns, 9)}")
    for column in (time, outcome, *covariates):
        if not pd.api.types.is_numeric_dtype(rows[column]) or pd.api.types.is_bool_dtype(rows[column]):
            raise ModelError(where, f"{column} holds {rows[column].dtype}, not numbers", "Make it numbers first")
        if not np.isfinite(rows[column].to_numpy(float)).all():
            raise ModelError(where, f"{column} holds infinite values", "Make them missing")
    row, units = pd.factorize(np.asarray(rows[unit]), sort=True)
    whole = pd.api.types.is_integer_dtype(rows[time])
    at, times = pd.factorize(rows[time].to_numpy("int64" if whole else "float64"), sort=True)
    names, cell = units.tolist(), row * len(times) + at
    repeated = np.flatnonzero(np.bincount(cell) > 1)
    if len(repeated):
        name, when = names[repeated[0] // len(times)], _written(times[repeated[0] % len(times)])
        raise ModelError(where, f"{len(cell) - len(np.unique(cell))} rows repeat a unit and time, for example {name!r} "
                         f"in {when}", "Keep one row per unit and time")  # fmt: skip
    of_unit = np.unique(row, return_index=True)[1]
    for column in [*([cluster] if cluster else []), *constant]:
        codes = pd.factorize(rows[column])[0]
        varying = np.unique(row[codes != codes[of_unit][row]])
        if len(varying):
            raise ModelError(where, f"{column} varies within {len(varying)} units, for example {names[varying[0]]!r}",
                             "A unit has one value of it")  # fmt: skip
    values = np.full((len(units), len(times), 1 + len(covariates)), np.nan)
    values[row, at] = np.column_stack([rows[column].to_numpy(float) for column in (outcome, *covariates)])
    gaps = ~np.isfinite(values[:, :, 0])
    short = gaps.any(axis=1)
    if short.any() and unbalanced == "refuse":
        first = int(np.flatnonzero(short)[0])
        raise ModelError(
            where,
            f"{int(short.sum())} of {len(short)} units are not observed at every {time}, for example {names[first]!r} "
            f"in {_written(times[np.flatnonzero(gaps[first])[0]])}",
            'Set unbalanced="drop" to leave them out, or "keep" to use the rows they have',
        )
    if short.any() and unbalanced == "drop":
        left_out.append(("unbalanced", int((~gaps[short]).sum())))
        units, values, of_unit = units[~short], values[~short], of_unit[~short]
        if not len(units):
            raise ModelError(where, f"no unit is observed at every {time}", 'Set unbalanced="keep", or choose years')
    codes = pd.factorize(rows[cluster].iloc[of_unit], sort=True)[0] if cluster else np.arange(len(units))
    panel = Panel(units, times, values[:, :, 0], values[:, :, 1:], codes, tuple(left_out))
    return panel, pd.DataFrame({column: rows[column].iloc[of_unit] for column in constant})


def adoption_of(frame: pd.DataFrame, where: str, *, cohort: str, anticipation: int = 0, **columns) -> Adoption:
    """Return the matrices of a frame whose column `cohort` has the first time under treatment of each unit.

    A missing or infinite cohort is a unit that never adopts; one after the last time counts as not treated within the
    times. Units that adopted at or before the first time have no time to compare with: they are left out and counted,
    as ``treated_from_the_start``.

    Raises
    ------
    ModelError
        As :func:`panel_of`; if a cohort is 0 or less, if no unit adopts within the times, or if every one did so from
        the start.
    """
    if not isinstance(anticipation, int) or isinstance(anticipation, bool) or anticipation < 0:
        raise ModelError(where, f"anticipation is {anticipation!r}", "Give a whole number of times, 0 or more")
    panel, fixed = panel_of(frame, where, constant=[cohort], **columns)
    if not pd.api.types.is_numeric_dtype(fixed[cohort]):
        raise ModelError(where, f"{cohort} holds {fixed[cohort].dtype}, not times",
                         "Give the first time under treatment; missing for a unit that never adopts")  # fmt: skip
    first = fixed[cohort].to_numpy(float, na_value=np.nan)
    if (first <= 0).any() and panel.times[0] > 0:
        raise ModelError(where, f"{cohort} is 0 or less in {int((first <= 0).sum())} units",
                         "If it stands for units that never adopt, make it missing")  # fmt: skip
    first = np.where(np.isnan(first) | (first > panel.times[-1]), np.inf, first)
    if not np.isfinite(first).any():
        raise ModelError(where, f"no unit adopts between {_written(panel.times[0])} and {_written(panel.times[-1])}",
                         f"Look at {cohort}")  # fmt: skip
    start = first - anticipation <= panel.times[0]
    if start[np.isfinite(first)].all():
        raise ModelError(where, f"all {int(start.sum())} units that adopt have no time before it or its anticipation",
                         "Begin the panel earlier")  # fmt: skip
    kept, left_out = ~start, panel.left_out
    if start.any():
        left_out += (("treated_from_the_start", int(panel.observed[start].sum())),)
    return Adoption(
        panel.units[kept],
        panel.times,
        panel.outcome[kept],
        panel.covariates[kept],
        np.unique(panel.clusters[kept], return_inverse=True)[1],
        left_out,
        first[kept],
        anticipation,
    )


def consecutive(panel: Panel, where: str) -> None:
    """Raise if the times are not whole numbers without a gap, so that the time before adoption is always seen.

    Raises
    ------
    ModelError
        If one is missing between the first and the last.
    """
    gaps = np.flatnonzero(np.diff(panel.times) != 1)
    if len(gaps):
        pair = " and ".join(_written(time) for time in panel.times[gaps[0] : gaps[0] + 2])
        raise ModelError(where, f"times are not one apart at {len(gaps)} places, for example {pair}",
                         "Number them one by one, those of adoption too")  # fmt: skip


def _written(value) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)
