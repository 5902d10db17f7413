"""Synthetic difference in differences (Arkhangelsky et al. 2021): weights for donors and times, then the difference.

Donors weigh so that together they move as the treated units did before the event, up to a constant; times before it so
that donors were then as they are after it, up to a constant.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import nnls

from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.base.words.sentence import count
from ogp_analysis.display.figure import Figure
from ogp_analysis.statistics.adoption import Panel, panel_of
from ogp_analysis.statistics.figures import paths
from ogp_analysis.statistics.group_time import OVERALL
from ogp_analysis.statistics.models import Model
from ogp_analysis.statistics.result import Estimate, checked_level
from ogp_analysis.statistics.sample import check_choices, present

ESTIMATORS = ("synthetic_did", "synthetic_control", "did")
#: Ridge of weights that need none but for being unique, in units of the noise.
SMALL_RIDGE = 1e-6


@dataclass(frozen=True, kw_only=True)
class SyntheticDid(Model):
    """The mean effect on the treated units after an event.

    Attributes
    ----------
    estimator : str
        One of ``synthetic_did``, ``synthetic_control`` (donor weights alone, no constant) and ``did`` (all alike).
    event : float
        First time under treatment.
    donors : pandas.DataFrame
        ``unit, weight``, the heaviest first.
    times : pandas.DataFrame
        ``time, weight`` of the times before the event.
    path : pandas.DataFrame
        ``time, treated, synthetic``: means of the treated units, and the donors' weighted mean moved by the constant
        that makes both alike over the weighted times.
    placebos : tuple of float
        Effects where donors take the place of the treated units; empty for other errors.
    treated : tuple
        The treated units.
    """

    estimator: str
    event: float
    donors: pd.DataFrame = field(repr=False, compare=False)
    times: pd.DataFrame = field(repr=False, compare=False)
    path: pd.DataFrame = field(repr=False, compare=False)
    placebos: tuple[float, ...] = field(default=(), repr=False)
    treated: tuple[Hashable, ...] = ()

    def plot(self, *, name: str = "synthetic_did", ax=None) -> Figure:
        """Draw the treated units beside their weighted donors.

        Parameters
        ----------
        name : str
            File name of the figure.
        ax : matplotlib.axes.Axes or None
            Axes to draw on; by default new ones.
        """
        return paths(
            self.path,
            name=name,
            outcome=self.outcome,
            unit=listed_units(self.treated),
            event=self.event,
            donors=int((self.donors["weight"] > 0).sum()),
            ax=ax,
        )


def synthetic_did(
    frame: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    time: str,
    treated: Hashable | Sequence[Hashable],
    event: float,
    estimator: str = "synthetic_did",
    errors: str = "placebo",
    excluded: Sequence[Hashable] = (),
    unbalanced: str = "refuse",
    level: float = 0.95,
    draws: int = 200,
    seed: int = 0,
) -> SyntheticDid:
    """Return the effect of an event on the units it fell on, by synthetic difference in differences.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit and time.
    outcome, unit, time : str
        Columns; time is a number.
    treated : hashable or sequence of hashable
        The unit, or units, that the event falls on, all at once.
    event : float
        First time under treatment.
    estimator : {"synthetic_did", "synthetic_control", "did"}
        Donors and times weighed, donors alone, or none: the three estimates of the paper's table 1.
    errors : {"placebo", "jackknife"}
        Donors in the place of the treated units, which takes more donors than treated units; or units left out one by
        one with the weights held, which takes two treated units.
    excluded : sequence of hashable
        Units that are not donors.
    unbalanced : {"refuse", "drop"}
        What becomes of donors that are not observed at every time.
    level : float
        Nominal coverage.
    draws, seed : int
        Of placebos, if several units are treated; with one, every donor is a placebo once.

    Returns
    -------
    SyntheticDid
        On the scale of the outcome.

    Raises
    ------
    ModelError
        If the frame is not such a panel, a treated unit is not in it, there are fewer than two times before the event
        or none after it, or the units do not allow the errors asked for.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [(unit, year, unit * year % 5 + 3 * (unit == 0 and year > 2006)) for unit in range(8)
    ...         for year in range(2000, 2010)]
    >>> frame = pd.DataFrame(rows, columns=["unit", "year", "index"])
    >>> fit = synthetic_did(frame, outcome="index", unit="unit", time="year", treated=0, event=2007)
    >>> round(fit["ATT"].estimate, 2), len(fit.placebos)
    (3.0, 7)
    """
    where, level = "synthetic_did", checked_level(level, "synthetic_did")
    check_choices(
        where,
        estimator=(estimator, ESTIMATORS),
        errors=(errors, ("placebo", "jackknife")),
        unbalanced=(unbalanced, ("refuse", "drop")),
    )
    wanted = list(treated) if isinstance(treated, (list, tuple, set, np.ndarray, pd.Series)) else [treated]
    panel, first, is_treated = block(
        frame,
        where,
        outcome=outcome,
        unit=unit,
        time=time,
        treated=wanted,
        event=event,
        excluded=excluded,
        unbalanced=unbalanced,
    )
    y, own = panel.Y[~is_treated], panel.Y[is_treated]
    n0, n1 = len(y), len(own)
    if errors == "placebo" and n0 <= n1:
        raise ModelError(
            where,
            f"there are {n0} donors for {n1} treated units",
            'Placebos take more donors; ask for errors="jackknife"',
        )
    if errors == "jackknife" and n1 < 2:
        raise ModelError(where, "there is one treated unit", 'The jackknife takes two; ask for errors="placebo"')
    mean = own.mean(axis=0)
    (effect,), (omega,), (lam,) = _weighed(y[None], mean[None], first, n1, estimator)
    placebos = np.array([])
    if errors == "placebo":
        rng = np.random.default_rng(seed)
        groups = [[one] for one in range(n0)]
        if n1 > 1:
            groups = [rng.choice(n0, n1, replace=False) for _ in range(draws)]
        rest = np.array([np.setdiff1d(np.arange(n0), group) for group in groups])
        instead = np.array([y[group].mean(axis=0) for group in groups])
        placebos, *_ = _weighed(y[rest], instead, first, n1, estimator)
        error = float(placebos.std())
    else:
        if (omega > 0).sum() < 2:
            raise ModelError(where, "one donor has all the weight", 'The jackknife takes two; ask for errors="placebo"')

        def left(donors: np.ndarray, weights: np.ndarray, adopters: np.ndarray) -> float:
            apart = adopters.mean(axis=0) - weights @ donors / weights.sum()
            return apart[first:].mean() - lam @ apart[:first]

        without = [left(np.delete(y, i, 0), np.delete(omega, i), own) for i in range(n0)]
        without += [left(y, omega, np.delete(own, i, 0)) for i in range(n1)]
        error = float(np.sqrt((len(without) - 1) * np.var(without)))
    reach = float(stats.norm.ppf((1 + level) / 2)) * error
    p = float(2 * stats.norm.sf(abs(effect) / error)) if error > 0 else None
    at = np.argsort(-omega, kind="stable")
    synthetic = omega @ y
    constant = float(lam @ (mean - synthetic)[:first])
    return SyntheticDid(
        estimates=(Estimate(OVERALL, effect, error, effect - reach, effect + reach, p, level),),
        n=int(panel.Y.size),
        clusters=len(panel.units),
        method=estimator,
        references=("arkhangelsky_et_al_2021",),
        outcome=outcome,
        errors=errors,
        clustered_by=((unit, len(panel.units)),),
        left_out=panel.left_out,
        main=(OVERALL,),
        fit=(("units", count(len(panel.units))), ("treated_units", count(n1))),
        estimator=estimator,
        event=float(event),
        placebos=tuple(placebos.tolist()),
        path=pd.DataFrame({"time": panel.times, "treated": mean, "synthetic": synthetic + constant}),
        donors=pd.DataFrame({"unit": panel.units[~is_treated][at], "weight": omega[at]}),
        times=pd.DataFrame({"time": panel.times[:first], "weight": lam}),
        treated=tuple(panel.units[is_treated].tolist()),
    )


def block(frame, where, *, treated, event, excluded, unit, **columns) -> tuple[Panel, int, np.ndarray]:
    """Return the panel, how many times lie before the event, and whether a unit is treated.

    Raises
    ------
    ModelError
        If a treated unit is absent or not observed at every time, no donor is left, or times do not part at the event.
    """
    present(frame, [unit], where)
    absent = [one for one in treated if one not in set(frame[unit].unique())]
    if absent or not treated:
        raise ModelError(
            where, f"{len(absent)} treated units are not in the frame, {listed(absent)}", f"Name units of {unit}"
        )
    if set(treated) & set(excluded):
        raise ModelError(where, "a treated unit is excluded", "Take it off the list")
    panel, _ = panel_of(frame[~frame[unit].isin(list(excluded))], where, unit=unit, **columns)
    is_treated = np.isin(panel.units, treated)
    if is_treated.sum() < len(treated):
        raise ModelError(where, "a treated unit is not observed at every time", "Choose times at which it is")
    if is_treated.all():
        raise ModelError(where, "there is no donor", "Add units that the event did not affect")
    first = int((panel.times < event).sum())
    if first < 2 or first == len(panel.times):
        raise ModelError(
            where,
            f"{first} times lie before {event:g} and {len(panel.times) - first} from it on",
            "Two before and one from it on are needed",
        )
    return panel, first, is_treated


def listed_units(units: Sequence[Hashable]) -> str:
    """Name up to three units, and how many more there are."""
    return ", ".join(map(str, units[:3])) + (f" +{len(units) - 3}" if len(units) > 3 else "")


def _weighed(y, own, first, n1, estimator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return effects, donor weights and time weights of many problems: donors by times each, and the treated mean."""
    problems, n0, times = y.shape
    before, after = y[:, :, :first], y[:, :, first:].mean(axis=2)
    lam, noise = np.zeros((problems, first)), np.diff(before, axis=2).reshape(problems, -1).std(axis=1, ddof=1)
    by_time, own_before = before.transpose(0, 2, 1), own[:, :first]
    if estimator == "did":
        omega, lam = np.full((problems, n0), 1 / n0), lam + 1 / first
    elif estimator == "synthetic_control":
        omega = _mixtures(by_time, own_before, SMALL_RIDGE * noise, False)
    else:
        omega = _mixtures(by_time, own_before, (n1 * (times - first)) ** 0.25 * noise, True)
        lam = _mixtures(before, after, SMALL_RIDGE * noise, True)
    apart = own - np.einsum("pn,pnt->pt", omega, y)
    return apart[:, first:].mean(axis=1) - (lam * apart[:, :first]).sum(axis=1), omega, lam


def _mixtures(points, target, zeta, constant) -> np.ndarray:
    if constant:
        points = points - points.mean(axis=1, keepdims=True)
        target = target - target.mean(axis=1, keepdims=True)
    ridge = target.shape[1] * zeta**2
    return np.array([closest_mixture(a, b, r) for a, b, r in zip(points, target, ridge, strict=True)])


def closest_mixture(points: np.ndarray, target: np.ndarray, ridge: float = 0.0) -> np.ndarray:
    """Return the weights, not negative and summing to 1, with which the columns of `points` come closest to `target`.

    The squared distance, plus `ridge` times the sum of squared weights, is least. With the target taken off every
    column it is the point of a polytope next to the origin, which non-negative least squares finds exactly: there the
    weights may sum to anything, at a price, and the best ones are those looked for, up to their sum.

    Parameters
    ----------
    points : numpy.ndarray
        Measures by donors.
    target : numpy.ndarray
        One value per measure.
    ridge : float
        0 or more.
    """
    apart = points - target[:, None]
    if ridge:
        apart = np.vstack([apart, np.sqrt(ridge) * np.eye(points.shape[1])])
    size = np.abs(apart).max()
    if size == 0:
        return np.full(points.shape[1], 1 / points.shape[1])
    rows, aim = np.ones((len(apart) + 1, points.shape[1])), np.zeros(len(apart) + 1)
    np.divide(apart, size, out=rows[:-1])
    aim[-1] = 1.0
    weights, _ = nnls(rows, aim, maxiter=50 * points.shape[1])
    return weights / weights.sum()
