"""When a linear relation changed: Bai and Perron's break dates, by dynamic programming over all partitions."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from scipy import optimize, stats

from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words import say
from ogp_analysis.base.words.sentence import count
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.table import Heading, Table
from ogp_analysis.display.table import table as as_table
from ogp_analysis.statistics.figures import broken
from ogp_analysis.statistics.models import INTERCEPT
from ogp_analysis.statistics.result import Estimate, Result, checked_level
from ogp_analysis.statistics.sample import check_choices, one_series, sample

#: Fewer observations than this give break dates no interval: its theory is one of long segments.
FEWEST_FOR_INTERVALS = 40
#: Above this probability the approximation to that of the test is not good enough to be printed.
LARGEST_P = 0.25


@dataclass(frozen=True)
class Break:
    """A date after which a relation is another one.

    Attributes
    ----------
    date : float
        Time of the last observation before the change.
    low, high : float or None
        Its interval; None where there is none.
    """

    date: float
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True)
class Breaks(Result):
    """The break dates of a linear relation; its estimates are the dates.

    Attributes
    ----------
    outcome, time : str
        Columns.
    dates : tuple of Break
        In the order of time; empty if the criterion chooses none, and none was asked for.
    chosen_by : str
        ``"bic"``, ``"lwz"`` or ``"number"``.
    partitions : pandas.DataFrame
        One row per number of breaks: breaks, rss, bic, lwz and ``dates``, the last observation before each.
    segments : pandas.DataFrame
        One row per segment and term: ``first, last, n, term, estimate``.
    sup_f : float
        The largest of the Wald statistics of one break, over all dates with enough observations on both sides.
    sup_f_p : float or None
        Its probability without a break (DeLong's approximation); None above .25, where that is not good enough.
    cusum : float
        The largest distance from 0 of the cumulated residuals of a fit without breaks, as a Brownian bridge has it.
    cusum_p : float
        Its probability without a break.
    shortest : int
        Observations of the shortest segment that was allowed.
    path : pandas.DataFrame
        One row per observation: time, observed, fitted.
    """

    outcome: str
    time: str
    dates: tuple[Break, ...]
    chosen_by: str
    partitions: pd.DataFrame = field(repr=False, compare=False)
    segments: pd.DataFrame = field(repr=False, compare=False)
    sup_f: float
    sup_f_p: float | None
    cusum: float
    cusum_p: float
    shortest: int
    path: pd.DataFrame = field(repr=False, compare=False)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per break: ``date, low, high``; missing ends where there is no interval."""
        return pd.DataFrame(list(self.dates), columns=["date", "low", "high"], dtype="float64")

    def plot(self, *, name: str = "breaks", ax=None) -> Figure:
        """Draw the series, its fit in each segment, and the breaks with their intervals.

        Parameters
        ----------
        name : str
            File name of the figure.
        ax : matplotlib.axes.Axes or None
            Axes to draw on; by default new ones.
        """
        return broken(self.path, self.frame, name=name, outcome=self.outcome, n=self.n, ax=ax)

    def table(self) -> Table:
        """Return what each number of breaks leaves, with both criteria and the dates."""
        dates = [", ".join(f"{date:g}" for date in one) for one in self.partitions["dates"]]
        units = {"breaks": ("count", 0), "rss": ("ratio", 3), "bic": ("ratio", 2), "lwz": ("ratio", 3), "dates": ()}
        headings = {name: Heading(f"models.breaks.column.{name}", *unit) for name, unit in units.items()}
        caption = say("models.breaks.caption", outcome=self.outcome, n=count(self.n), shortest=count(self.shortest))
        return as_table("breaks", caption.plain(), self.partitions.assign(dates=dates), headings)


def breaks(
    frame: pd.DataFrame,
    outcome: str,
    time: str,
    terms: Sequence[str] = (),
    *,
    number: int | None = None,
    criterion: Literal["bic", "lwz"] = "bic",
    most: int = 5,
    shortest: float = 0.15,
    level: float = 0.95,
) -> Breaks:
    """Date the breaks of a linear regression on one series, all of whose coefficients may change.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per time of one series, in any order. Rows that lack a value are left out.
    outcome, time : str
        Columns of numbers.
    terms : sequence of str
        What is regressed on beside the constant, such as lags or time; by default only the mean may change.
    number : int or None
        How many breaks; by default as many as the criterion chooses, from none to `most`.
    criterion : {"bic", "lwz"}
        Schwarz's, or that of Liu, Wu and Zidek, which chooses fewer.
    most : int
        Most breaks looked at; fewer where segments would be too short.
    shortest : float
        Shortest segment: a share of the observations below 1, or their number.
    level : float
        Nominal coverage of the intervals of the dates.

    Returns
    -------
    Breaks
        The partition with the smallest sum of squares of all with so many breaks. Intervals are Bai's, with moments of
        the terms and a variance of the errors of their own in each segment; with fewer than 40 observations there are
        none.

    Raises
    ------
    ModelError
        If a column is absent or not of numbers, a time is repeated, segments would be no longer than the number of
        coefficients, or more breaks are asked for than they leave room for.

    Notes
    -----
    Bai and Perron (2003); intervals Bai (1997); the test of any break is Andrews' (1993) supF with DeLong's (1981)
    approximation to its probability, and the CUSUM of residuals Ploberger and Krämer's (1992). Errors are taken as
    uncorrelated: in a persistent series breaks are found where there are none.

    Examples
    --------
    >>> import pandas as pd
    >>> values = [5.0, 5.1, 4.9, 5.0, 5.2, 5.1, 3.0, 3.1, 2.9, 3.0, 3.1, 2.8]
    >>> series = pd.DataFrame({"year": range(2011, 2023), "value": values})
    >>> found = ogp.statistics.breaks(series, "value", "year", shortest=3)
    >>> found.frame["date"].tolist()
    [2016.0]
    """
    level = checked_level(level, "breaks")
    check_choices("breaks", criterion=(criterion, ("bic", "lwz")))
    made = sample(frame, outcome, terms, keys=[time], where="breaks")
    t, y = made.rows[time].to_numpy("float64"), made.y
    one_series(t, time, "breaks")
    x = np.column_stack([np.ones(len(y)), made.x])
    n, k = x.shape
    h = math.floor(shortest * n) if shortest < 1 else int(shortest)
    if h <= k or 2 * h > n:
        raise ModelError(
            "breaks",
            f"{n} observations do not part into segments of {h} for {k} coefficients",
            f"Give more, or a shortest segment from {k + 1} to {n // 2}",
        )
    room = n // h - 1
    if number is not None and not 0 <= number <= room:
        raise ModelError("breaks", f"there is no room for {number} breaks", f"Ask for 0 to {room}")
    rss = sums_of_squares(y, x, h)
    found, rows = partitions(rss, h, min(max(most, number or 0), room)), []
    for m, (total, at) in enumerate(found):
        # Schwarz's criterion, and that of Liu, Wu and Zidek.
        size, p = math.log(max(total, 1e-300)), (m + 1) * k + m
        bic = n * (size + 1 - math.log(n) + math.log(2 * math.pi)) + math.log(n) * (p + 1)
        lwz = size - math.log(n - p) + p / n * 0.299 * math.log(n) ** 2.1 if n > p else math.inf
        rows.append((m, total, bic, lwz, tuple(t[i] for i in at)))
    table = pd.DataFrame(rows, columns=["breaks", "rss", "bic", "lwz", "dates"])
    at = found[int(table[criterion].idxmin()) if number is None else number][1]
    ends = [0, *(i + 1 for i in at), n]
    parts = list(itertools.pairwise(ends))
    fits = [np.linalg.lstsq(x[a:b], y[a:b], rcond=None)[0] for a, b in parts]
    fitted = np.concatenate([x[a:b] @ fit for (a, b), fit in zip(parts, fits, strict=True)])
    bounds = intervals(y, x, ends, fits, level) if n >= FEWEST_FOR_INTERVALS else [None] * len(at)
    reaches = [(t[max(i - b[0], 0)], t[min(i + b[1], n - 1)]) if b else None for i, b in zip(at, bounds, strict=True)]
    dates = tuple(
        Break(float(t[i]), *(map(float, ends) if ends else (None, None))) for i, ends in zip(at, reaches, strict=True)
    )
    segments = [
        (t[a], t[b - 1], b - a, term, value)
        for (a, b), fit in zip(parts, fits, strict=True)
        for term, value in zip((INTERCEPT, *made.terms), fit, strict=True)
    ]
    least = min(rss[0, i] + rss[i + 1, n - 1] for i in range(h - 1, n - h))
    whole = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    sup_f = float((whole @ whole - least) / (least / (n - 2 * k))) if least else float("inf")
    cusum = float(abs(np.cumsum(whole)).max() / np.sqrt(n * (whole @ whole) / (n - k)))
    return Breaks(
        estimates=tuple(
            Estimate(f"break {i}", d.date, low=d.low, high=d.high, level=level) for i, d in enumerate(dates, 1)
        ),
        n=n,
        method="bai_perron",
        references=tuple(
            "bai_perron_2003 bai_1997 andrews_1993 delong_1981 ploberger_kramer_1992 liu_wu_zidek_1997".split()
        ),
        outcome=outcome,
        time=time,
        dates=dates,
        chosen_by=criterion if number is None else "number",
        partitions=table,
        segments=pd.DataFrame(segments, columns=["first", "last", "n", "term", "estimate"]),
        sup_f=sup_f,
        sup_f_p=sup_f_probability(sup_f, k, h / n),
        cusum=cusum,
        cusum_p=float(stats.kstwobign.sf(cusum)),
        shortest=h,
        path=pd.DataFrame({"time": t, "observed": y, "fitted": fitted}),
    )


def sums_of_squares(y: np.ndarray, x: np.ndarray, h: int) -> np.ndarray:
    """Return what a regression leaves of every run of observations, by its first and last; infinite below `h` of them.

    Every run is fitted at once, from running sums of products. Columns are first made orthogonal on the whole sample,
    which changes no fit and keeps digits.
    """
    n = len(y)
    x, y = np.linalg.qr(x)[0] * np.sqrt(n), y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    size = np.sqrt(y @ y / n) or 1.0
    z = np.column_stack([x, y / size])
    products = np.concatenate([np.zeros((1, z.shape[1], z.shape[1])), np.cumsum(z[:, :, None] * z[:, None, :], axis=0)])
    first, last = np.triu_indices(n, h - 1)
    run = products[last + 1] - products[first]
    inverse = np.linalg.pinv(run[:, :-1, :-1], rcond=1e-10, hermitian=True) if x.shape[1] > 1 else 1 / run[:, :-1, :-1]
    cross = run[:, :-1, -1]
    left = run[:, -1, -1] - np.einsum("ri,rij,rj->r", cross, inverse, cross)
    found = np.full((n, n), np.inf)
    found[first, last] = left.clip(min=0) * size**2
    return found


def partitions(rss: np.ndarray, h: int, most: int) -> list[tuple[float, tuple[int, ...]]]:
    """Return for 0 to `most` breaks the least sum of squares, and the last observation before each break.

    ``best[j]`` is the least of the first j + 1 observations with the breaks so far; one more break stands where the
    sum with the run behind it is least. Of equal sums the earliest date is taken.
    """
    n = len(rss)
    best, found, steps = rss[0], [(float(rss[0, -1]), ())], []
    for _ in range(most):
        # Row i: the last break comes after observation i, and the run from i + 1 to j stands behind it.
        sums = best[:-1, None] + rss[1:, :]
        steps.append(sums.argmin(axis=0))
        best = sums.min(axis=0)
        at, end = [], n - 1
        for step in reversed(steps):
            end = int(step[end])
            at.append(end)
        found.append((float(best[-1]), tuple(reversed(at))))
    return found


def sup_f_probability(statistic: float, k: int, trimmed: float) -> float | None:
    """Return the probability of a supF as large without a break, for `k` coefficients; None if it is not small."""
    if statistic <= k:
        return None
    spread = 2 * math.log((1 - trimmed) / trimmed)
    size = k / 2 * math.log(statistic / 2) - statistic / 2 - math.lgamma(k / 2)
    p = math.exp(size) * (spread * (1 - k / statistic) + 2 / statistic)
    return p if p <= LARGEST_P else None


def intervals(
    y: np.ndarray, x: np.ndarray, ends: Sequence[int], fits: Sequence[np.ndarray], level: float
) -> list[tuple[int, int] | None]:
    """Return how many observations the interval of each break reaches back and forth; None where theory has none."""
    parts = [slice(a, b) for a, b in itertools.pairwise(ends)]
    moments = [x[part].T @ x[part] / (part.stop - part.start) for part in parts]
    variances = [float(np.mean((y[part] - x[part] @ fit) ** 2)) for part, fit in zip(parts, fits, strict=True)]
    found: list[tuple[int, int] | None] = []
    tail = (1 - level) / 2
    for i in range(len(fits) - 1):
        apart, ends_of = fits[i + 1] - fits[i], [None]
        before, after = (float(apart @ moments[j] @ apart) for j in (i, i + 1))
        if min(before, after, variances[i], variances[i + 1]) > 0:
            law = ArgMax(after / before, variances[i + 1] / variances[i])
            ends_of = [law.quantile(p) for p in (tail, 1 - tail)]
        if None in ends_of:
            found.append(None)
            continue
        low, high = (q * variances[i] / before for q in ends_of)
        # A date is late by as much as the quantile is high: the ends change sides.
        found.append((math.ceil(high), -math.floor(low)))
    return found


@dataclass(frozen=True)
class ArgMax:
    """Where a two-sided Brownian motion with drift is highest: the law of an estimated break date (Bai 1997).

    Attributes
    ----------
    xi : float
        Drift of the right side over that of the left, which is 1/2.
    noise : float
        Variance of the errors on the right side over that on the left.
    """

    xi: float
    noise: float

    def probability(self, x: float) -> float:
        """Return the probability that it is at or left of `x`."""
        xi, phi, size = self.xi, self.xi * self.noise, abs(x)
        root, log_tail = math.sqrt(size), stats.norm.logcdf
        if x < 0:
            share = xi / phi
            near = -math.exp(-size / 8) * math.sqrt(size / (2 * math.pi))
            far = share * (1 + share) * size / 2 + log_tail(-(0.5 + share) * root)
            far = -phi / xi * (phi + 2 * xi) / (phi + xi) * math.exp(far)
            rest = (phi + 2 * xi) ** 2 / ((phi + xi) * xi) - 2 + size / 2
            return float(near + far + rest * math.exp(log_tail(-root / 2)))
        share = xi**2 / phi
        near = math.sqrt(share) * math.exp(-share * size / 8) * math.sqrt(size / (2 * math.pi))
        far = (phi + xi) * size / 2 + log_tail(-(phi + xi / 2) / math.sqrt(phi) * root)
        far = xi / phi * (2 * phi + xi) / (phi + xi) * math.exp(far)
        rest = (2 * phi + xi) ** 2 / ((phi + xi) * phi) - 2 + share * size / 2
        return float(1 + near + far - rest * math.exp(log_tail(-math.sqrt(share * size) / 2)))

    def quantile(self, p: float) -> float | None:
        """Return where the probability reaches `p`; None if it does so on the other side of 0."""
        centre = self.probability(0.0)
        if (p < 0.5) != (p < centre):
            return None
        side, far = (-1.0 if p < 0.5 else 1.0), 1.0
        while (self.probability(side * far) - p) * side < 0:
            far *= 2
        return float(optimize.brentq(lambda x: self.probability(x) - p, *sorted((0.0, side * far)), xtol=1e-12))
