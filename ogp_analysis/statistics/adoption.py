"""Panels in which units adopt something for good, each in its own year, as the estimators of its effect need them.

Nothing here estimates. A frame with one row per unit and time becomes matrices with one row per unit, in the order
of the units' names, so that the order of the rows of the frame changes no number. Letters are those of Callaway and
Sant'Anna (2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.sample import complete, numbers


@dataclass(frozen=True, eq=False)
class Panel:
    """Units by times.

    Attributes
    ----------
    units, times : numpy.ndarray
        Names of the rows and of the columns, both sorted.
    Y : numpy.ndarray
        The outcome, units by times; NaN where a unit is not observed.
    X : numpy.ndarray
        Units by times by covariates; NaN as `Y`.
    clusters : numpy.ndarray
        A number for the cluster of each unit; of its own if nothing else was named.
    left_out : tuple of (str, int)
        Rows of the frame that are in no matrix, by the reason: a column without value, or a code.
    G : numpy.ndarray
        First time under treatment, of each unit; infinite for a unit that is not treated within the times. Empty where
        nothing is adopted.
    delta : int
        Times before adoption in which a unit may already react.
    """

    units: np.ndarray
    times: np.ndarray
    Y: np.ndarray
    X: np.ndarray
    clusters: np.ndarray
    left_out: tuple[tuple[str, int], ...] = ()
    G: np.ndarray = field(default_factory=lambda: np.empty(0))
    delta: int = 0

    @property
    def observed(self) -> np.ndarray:
        """Whether a unit is observed at a time."""
        return np.isfinite(self.Y)

    @property
    def never(self) -> np.ndarray:
        """Whether a unit is not treated within the times."""
        return np.isinf(self.G)

    @property
    def cohorts(self) -> np.ndarray:
        """The values g of `G`: times at which a unit adopts."""
        return np.unique(self.G[~self.never])

    @property
    def e(self) -> np.ndarray:
        """Time from adoption, t − G, units by times; minus infinity for a unit that is not treated."""
        return self.times[None, :] - self.G[:, None]

    @property
    def sizes(self) -> dict[int, int]:
        """Units of each cohort."""
        return {int(g): int((g == self.G).sum()) for g in self.cohorts}

    @property
    def cluster_count(self) -> int:
        """Number of clusters."""
        return len(np.unique(self.clusters))


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
    fixed = [*([cluster] if cluster else []), *constant]
    needed = dict.fromkeys([unit, time, outcome, *covariates, *([cluster] if cluster else [])])
    held, left_out = complete(frame, list(needed), where, also=constant)
    # Column by column: selecting several at once takes longer than all that follows.
    rows = {column: frame[column][held] for column in [*needed, *constant]}
    row, units = pd.factorize(np.asarray(rows[unit]), sort=True)
    at, times = pd.factorize(numbers(rows[time], where, booleans=False), sort=True)
    times = times.astype("int64") if pd.api.types.is_integer_dtype(rows[time]) else times
    names, cell = units.tolist(), row * len(times) + at
    repeated = np.flatnonzero(np.bincount(cell) > 1)
    if len(repeated):
        name, when = names[repeated[0] // len(times)], times[repeated[0] % len(times)]
        many = len(cell) - len(np.unique(cell))
        raise ModelError(
            where,
            f"{many} rows repeat a unit and time, for example {name!r} in {when:g}",
            "Keep one row per unit and time",
        )
    first_row = np.unique(row, return_index=True)[1]
    for column in fixed:
        codes = pd.factorize(rows[column])[0]
        varying = np.unique(row[codes != codes[first_row][row]])
        if len(varying):
            raise ModelError(
                where,
                f"{column} varies within {len(varying)} units, for example {names[varying[0]]!r}",
                "A unit has one value of it",
            )
    values = np.full((len(units), len(times), 1 + len(covariates)), np.nan)
    values[row, at] = np.column_stack(
        [numbers(rows[column], where, booleans=False) for column in (outcome, *covariates)]
    )
    gaps = ~np.isfinite(values[:, :, 0])
    short = gaps.any(axis=1)
    if short.any() and unbalanced == "refuse":
        first = int(np.flatnonzero(short)[0])
        lacking = times[np.flatnonzero(gaps[first])[0]]
        many = f"{int(short.sum())} of {len(short)} units are not observed at every {time}"
        raise ModelError(
            where,
            f"{many}, for example {names[first]!r} in {lacking:g}",
            'Set unbalanced="drop" to leave them out, or "keep" to use the rows they have',
        )
    if short.any() and unbalanced == "drop":
        if short.all():
            raise ModelError(where, f"no unit is observed at every {time}", 'Set unbalanced="keep", or choose years')
        left_out += (("unbalanced", int((~gaps[short]).sum())),)
        units, values, first_row = units[~short], values[~short], first_row[~short]
    codes = pd.factorize(rows[cluster].iloc[first_row], sort=True)[0] if cluster else np.arange(len(units))
    panel = Panel(units, times, values[:, :, 0], values[:, :, 1:], codes, left_out)
    return panel, pd.DataFrame({column: rows[column].iloc[first_row] for column in constant})


def adoption_of(frame: pd.DataFrame, where: str, *, cohort: str, anticipation: int = 0, **columns) -> Panel:
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
        raise ModelError(
            where,
            f"{cohort} holds {fixed[cohort].dtype}, not times",
            "Give the first time under treatment; missing for a unit that never adopts",
        )
    first, last = fixed[cohort].to_numpy(float, na_value=np.nan), panel.times[-1]
    if (first <= 0).any() and panel.times[0] > 0:
        raise ModelError(
            where,
            f"{cohort} is 0 or less in {int((first <= 0).sum())} units",
            "If it stands for units that never adopt, make it missing",
        )
    G = np.where(np.isnan(first) | (first > last), np.inf, first)
    if np.isinf(G).all():
        raise ModelError(where, f"no unit adopts between {panel.times[0]:g} and {last:g}", f"Look at {cohort}")
    start = G - anticipation <= panel.times[0]
    if start[np.isfinite(G)].all():
        raise ModelError(
            where,
            f"all {int(start.sum())} units that adopt have no time before it or its anticipation",
            "Begin the panel earlier",
        )
    left_out = panel.left_out
    if start.any():
        left_out += (("treated_from_the_start", int(panel.observed[start].sum())),)
    clusters = np.unique(panel.clusters[~start], return_inverse=True)[1]
    return replace(
        panel,
        units=panel.units[~start],
        Y=panel.Y[~start],
        X=panel.X[~start],
        clusters=clusters,
        left_out=left_out,
        G=G[~start],
        delta=anticipation,
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
        pair = " and ".join(f"{time:g}" for time in panel.times[gaps[0] : gaps[0] + 2])
        raise ModelError(
            where,
            f"times are not one apart at {len(gaps)} places, for example {pair}",
            "Number them one by one, those of adoption too",
        )
