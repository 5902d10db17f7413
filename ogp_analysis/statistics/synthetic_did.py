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

from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.base.words import say, word
from ogp_analysis.base.words.numbers import count
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts
from ogp_analysis.statistics.adoption import panel_of
from ogp_analysis.statistics.figures import paths
from ogp_analysis.statistics.group_time import OVERALL
from ogp_analysis.statistics.models import Model
from ogp_analysis.statistics.result import REFERENCES, Estimate, checked_level
from ogp_analysis.statistics.sample import refuse_withheld
from ogp_analysis.statistics.weights import closest_mixture, frank_wolfe

ARKHANGELSKY = REFERENCES["arkhangelsky_et_al_2021"]
ESTIMATORS = ("synthetic_did", "synthetic_control", "did")
#: Ridge of weights that need none but for being unique, in units of the noise; and when the search for weights stops.
SMALL_RIDGE, CLOSE = 1e-6, 1e-5
#: Steps of the search before small weights are set to 0, and after it.
FIRST_STEPS, STEPS = 100, 10_000
#: A weight at most this share of the largest is small.
SMALL_WEIGHT = 0.25


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

    def plot(self, *, name: str = "synthetic_did") -> Figure:
        """Draw the treated units beside their weighted donors.

        Parameters
        ----------
        name : str
            File name of the figure.
        """
        return paths(self.path, name=name, outcome=self.outcome, unit=listed_units(self.treated), event=self.event,
                     donors=int((self.donors["weight"] > 0).sum()))  # fmt: skip

    def text(self) -> Parts:
        """Say the effect, and the smallest it could have shown."""
        case, numbers = self._in_numbers(OVERALL)
        values = {"outcome": self.outcome, "unit": listed_units(self.treated), "donors": count(len(self.donors)),
                  "event": f"{self.event:g}", "method": word(f"synthetic.estimator.{self.estimator}"),
                  "errors": word(f"models.errors.{self.errors}")}  # fmt: skip
        return Parts([say("synthetic.did", case=case, **values, **numbers)])


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
    solver: str = "exact",
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
    solver : {"exact", "frank_wolfe"}
        The weights that solve the problem, or the search of the authors' software, which stops a little before them
        and gives the published numbers.
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
    for name, value, known in (("estimator", estimator, ESTIMATORS), ("errors", errors, ("placebo", "jackknife")),
                               ("solver", solver, ("frank_wolfe", "exact")),
                               ("unbalanced", unbalanced, ("refuse", "drop"))):  # fmt: skip
        if value not in known:
            raise ModelError(where, f"{name} is {value!r}", "Choices are " + listed(known, 9))
    wanted = list(treated) if isinstance(treated, (list, tuple, set, np.ndarray, pd.Series)) else [treated]
    panel, first, is_treated, left_out = block(frame, where, outcome=outcome, unit=unit, time=time, treated=wanted,
                                               event=event, excluded=excluded, unbalanced=unbalanced)  # fmt: skip
    y, own = panel.Y[~is_treated], panel.Y[is_treated]
    n0, n1 = len(y), len(own)
    if errors == "placebo" and n0 <= n1:
        raise ModelError(where, f"there are {n0} donors for {n1} treated units",
                         'Placebos take more donors; ask for errors="jackknife"')  # fmt: skip
    if errors == "jackknife" and n1 < 2:
        raise ModelError(where, "there is one treated unit", 'The jackknife takes two; ask for errors="placebo"')
    effect, omega, lam = _weighed(y[None], own.mean(axis=0)[None], first, n1, estimator, solver)
    effect, omega, lam = float(effect[0]), omega[0], lam[0]
    placebos = np.array([])
    if errors == "placebo":
        rng = np.random.default_rng(seed)
        groups = [[one] for one in range(n0)] if n1 == 1 else [
            rng.choice(n0, n1, replace=False) for _ in range(draws)]  # fmt: skip
        rest = np.array([np.setdiff1d(np.arange(n0), group) for group in groups])
        placebos = _weighed(y[rest], np.array([y[group].mean(axis=0) for group in groups]), first, n1, estimator,
                            solver)[0]  # fmt: skip
        error = float(placebos.std())
    else:
        if (omega > 0).sum() < 2:
            raise ModelError(where, "one donor has all the weight", 'The jackknife takes two; ask for errors="placebo"')

        def left(donors: np.ndarray, weights: np.ndarray, adopters: np.ndarray) -> float:
            apart = adopters.mean(axis=0) - weights @ donors / weights.sum()
            return apart[first:].mean() - lam @ apart[:first]

        without = [left(np.delete(y, i, 0), np.delete(omega, i), own) for i in range(n0)]
        without += [left(y, omega, np.delete(own, i, 0)) for i in range(n1)]
        n = len(without)
        error = float(np.sqrt((n - 1) / n * ((np.array(without) - np.mean(without)) ** 2).sum()))
    reach = float(stats.norm.ppf((1 + level) / 2))
    p = float(2 * stats.norm.sf(abs(effect) / error)) if error > 0 else None
    at = np.argsort(-omega, kind="stable")
    synthetic = omega @ y
    constant = float(lam @ (own.mean(axis=0) - synthetic)[:first])
    path = pd.DataFrame({"time": panel.times, "treated": own.mean(axis=0), "synthetic": synthetic + constant})
    return SyntheticDid(
        estimates=(Estimate(OVERALL, effect, error, effect - reach * error, effect + reach * error, p, level),),
        n=int(panel.Y.size), clusters=len(panel.units), method=estimator, references=(ARKHANGELSKY,),
        outcome=outcome, errors=errors, clustered_by=((unit, len(panel.units)),), left_out=left_out, main=(OVERALL,),
        fit=(("units", count(len(panel.units))), ("treated_units", count(n1))), estimator=estimator,
        event=float(event), placebos=tuple(float(one) for one in placebos), path=path,
        donors=pd.DataFrame({"unit": panel.units[~is_treated][at], "weight": omega[at]}),
        times=pd.DataFrame({"time": panel.times[:first], "weight": lam}),
        treated=tuple(panel.units[is_treated].tolist()),
    )  # fmt: skip


def block(frame, where, *, outcome, unit, time, treated, event, excluded, unbalanced):
    """Return the panel, how many times lie before the event, whether a unit is treated, and what is left out.

    Raises
    ------
    ModelError
        If a treated unit is absent or not observed at every time, no donor is left, or times do not part at the event.
    """
    refuse_withheld(frame)
    if unit in frame.columns:
        there = set(frame[unit].unique())
        absent = [one for one in treated if one not in there]
        if absent or not treated:
            raise ModelError(where, f"{len(absent)} treated units are not in the frame, {listed(absent)}",
                             f"Name units of {unit}")  # fmt: skip
        out = frame[unit].isin(list(excluded))
        if frame.loc[out, unit].isin(treated).any():
            raise ModelError(where, "a treated unit is excluded", "Take it off the list")
        frame = frame[~out]
    panel, _ = panel_of(frame, where, outcome=outcome, unit=unit, time=time, unbalanced=unbalanced)
    is_treated = np.isin(panel.units, treated)
    if is_treated.sum() < len(treated):
        raise ModelError(where, "a treated unit is not observed at every time", "Choose times at which it is")
    if is_treated.all():
        raise ModelError(where, "there is no donor", "Add units that the event did not affect")
    first = int((panel.times < event).sum())
    if first < 2 or first == len(panel.times):
        raise ModelError(where, f"{first} times lie before {event:g} and {len(panel.times) - first} from it on",
                         "Two before and one from it on are needed")  # fmt: skip
    return panel, first, is_treated, panel.left_out


def listed_units(units: Sequence[Hashable]) -> str:
    """Name up to three units, and how many more there are."""
    names = [str(unit) for unit in units]
    return ", ".join(names[:3]) + (f" +{len(names) - 3}" if len(names) > 3 else "")


def _weighed(y, own, first, n1, estimator, solver) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return effects, donor weights and time weights of many problems: donors by times each, and the treated mean."""
    problems, n0, times = y.shape
    before, after = y[:, :, :first], y[:, :, first:].mean(axis=2)
    if estimator == "did":
        omega, lam = np.full((problems, n0), 1 / n0), np.full((problems, first), 1 / first)
    else:
        noise = np.array([np.diff(one, axis=1).std(ddof=1) for one in before])
        ridge = (n1 * (times - first)) ** 0.25 if estimator == "synthetic_did" else SMALL_RIDGE
        constant = estimator == "synthetic_did"
        omega = _mixtures(before.transpose(0, 2, 1), own[:, :first], ridge * noise, noise, constant, solver)
        lam = np.zeros((problems, first))
        if estimator == "synthetic_did":
            lam = _mixtures(before, after, SMALL_RIDGE * noise, noise, True, solver)
    apart = own - np.einsum("pn,pnt->pt", omega, y)
    return apart[:, first:].mean(axis=1) - (lam * apart[:, :first]).sum(axis=1), omega, lam


def _mixtures(points, target, zeta, noise, constant, solver) -> np.ndarray:
    if constant:
        points = points - points.mean(axis=1, keepdims=True)
        target = target - target.mean(axis=1, keepdims=True)
    ridge = target.shape[1] * zeta**2
    if solver == "exact":
        return np.array([closest_mixture(a, b, r) for a, b, r in zip(points, target, ridge, strict=True)])
    close = (CLOSE * noise) ** 2
    start = np.full((len(points), points.shape[2]), 1 / points.shape[2])
    weights = frank_wolfe(points, target, ridge, start, close, FIRST_STEPS)
    weights = np.where(weights <= SMALL_WEIGHT * weights.max(axis=1, keepdims=True), 0, weights)
    return frank_wolfe(points, target, ridge, weights / weights.sum(axis=1, keepdims=True), close, STEPS)
