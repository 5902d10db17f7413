"""Synthetic control (Abadie, Diamond and Hainmueller 2010): one unit beside a weighted mean of others, and placebos.

Donors weigh so that their mean is close to the unit in predictors before the event; how much each predictor counts is
chosen so that the mean is close in the outcome too. That choice need not be unique: the search starts from several
places, and the result says what each came to. Inference is by placebos, ranked by how much worse the fit became.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.base.fingerprint import cached
from ogp_analysis.base.words.sentence import count
from ogp_analysis.display.figure import Figure
from ogp_analysis.statistics.figures import paths
from ogp_analysis.statistics.models import Model
from ogp_analysis.statistics.result import Estimate
from ogp_analysis.statistics.sample import check_choices, present
from ogp_analysis.statistics.synthetic_did import block, closest_mixture

#: Term of the mean gap from the event on.
GAP = "gap"
#: A predictor: a column, and the first and the last time that it is averaged over; None for all before the event.
Predictor = tuple[str, float | None, float | None]
_IMPORTANCE = ("search", "regression", "equal")
#: Starts of the search beside equal importance and that by regression, and their seed.
STARTS, SEED = 2, 0
#: Importance relative to the largest below which a predictor counts for nothing, as a logarithm.
_LEAST = -30.0
#: Where the search stops: trials for each predictor, and differences of logarithms and of the loss.
_TRIALS, _CLOSE, _CLOSE_LOSS = 2000, 1e-3, 1e-9
#: Errors before the event below this share of the largest outcome count as 0.
_NO_ERROR = 1e-9


@dataclass(frozen=True, kw_only=True)
class SyntheticControl(Model):
    """One unit beside its synthetic control. The estimate is the mean gap from the event on.

    Its p value is the share of units, the treated one among them, whose ratio of errors is at least as large: it is
    never below one over the number of units. There is none without placebos, or where the unit is fitted without error.

    Attributes
    ----------
    unit : hashable
        The treated unit.
    event : float
        First time under treatment.
    donors : pandas.DataFrame
        ``unit, weight, excluded``: every other unit of the frame, the heaviest first, and why it is not a donor.
    predictors : pandas.DataFrame
        ``predictor, importance, treated, synthetic, donors``: values of the unit, of its control, and the donors' mean.
        Empty if the outcome before the event was matched directly.
    path : pandas.DataFrame
        ``time, treated, synthetic, gap``.
    loss : float
        Mean squared gap over the times that were fitted.
    starts : tuple of (str, float)
        From where the search for the importance began, and the loss it came to.
    placebos : pandas.DataFrame
        ``unit, before, after, ratio``: of each unit, the treated one first, the root mean squared gap before and from
        the event on, and the ratio of the two, infinite for a fit without error.
    placebo_gaps : pandas.DataFrame
        Times by placebo units.
    """

    unit: Hashable
    event: float
    donors: pd.DataFrame = field(repr=False, compare=False)
    predictors: pd.DataFrame = field(repr=False, compare=False)
    path: pd.DataFrame = field(repr=False, compare=False)
    loss: float
    starts: tuple[tuple[str, float], ...] = field(default=(), repr=False)
    placebos: pd.DataFrame = field(repr=False, compare=False)
    placebo_gaps: pd.DataFrame = field(repr=False, compare=False)
    _asked: dict = field(default_factory=dict, repr=False, compare=False)

    @property
    def rank(self) -> int:
        """Place of the unit among all by the ratio of errors, 1 for the largest; ties share the worst."""
        ratio = self.placebos["ratio"]
        return int((ratio >= ratio.iloc[0]).sum())

    def at(self, event: float, predictors: Sequence[Predictor] | None = None) -> SyntheticControl:
        """Return the same for an earlier event that did not happen, with the times before the true one alone.

        Parameters
        ----------
        event : float
            A time before the true event.
        predictors : sequence of Predictor or None
            In place of those of the true event, whose times must lie before this one.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = [(unit, year, unit * year % 7 + 4 * (unit == 3 and year > 2006)) for unit in range(1, 8)
        ...         for year in range(2000, 2010)]
        >>> frame = pd.DataFrame(rows, columns=["unit", "year", "index"])
        >>> fit = synthetic_control(frame, outcome="index", unit="unit", time="year", treated=3, event=2007)
        >>> int(fit.at(2004).path["time"].max())
        2006
        """
        if event >= self.event:
            raise ModelError("at", f"{event:g} does not lie before the event, {self.event:g}", "Choose an earlier time")
        frame, more = self._asked["frame"], {} if predictors is None else {"predictors": predictors}
        more |= {"frame": frame[frame[self._asked["time"]] < self.event], "event": event, "fitted": None}
        return synthetic_control(**self._asked | more)

    @property
    def weighing(self) -> int:
        """Donors that the control is made of."""
        return int((self.donors["weight"] > 0).sum())

    def plot(self, *, name: str = "synthetic_control", ax=None) -> Figure:
        """Draw the unit beside its synthetic control.

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
            unit=str(self.unit),
            event=self.event,
            donors=self.weighing,
            ax=ax,
        )


@cached
def synthetic_control(
    frame: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    time: str,
    treated: Hashable,
    event: float,
    predictors: Sequence[Predictor] | None = None,
    importance: str | Sequence[float] = "search",
    fitted: tuple[float, float] | None = None,
    excluded: Mapping[Hashable, str] | None = None,
    unbalanced: str = "refuse",
    placebos: bool = True,
) -> SyntheticControl:
    """Return one unit beside its synthetic control, and the same for every donor as a placebo.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit and time.
    outcome, unit, time : str
        Columns; time is a number.
    treated : hashable
        The unit that the event falls on.
    event : float
        First time under treatment.
    predictors : sequence of (str, float or None, float or None) or None
        Columns, each with the first and the last time it is averaged over; None for all times before the event. With
        None in place of the list, donors are matched on the outcome at every time before the event.
    importance : {"search", "regression", "equal"} or sequence of float
        How much predictors count, each in units of its standard deviation over all units: searched for so that the
        outcome fits, from a regression of the outcome on them, all alike, or as given.
    fitted : (float, float) or None
        First and last time over which the outcome is fitted; by default all before the event.
    excluded : mapping of hashable to str or None
        Units that are not donors, with the reason.
    unbalanced : {"refuse", "drop"}
        What becomes of donors that are not observed at every time.
    placebos : bool
        Whether every donor takes the place of the treated unit once; the treated unit is then no donor.

    Returns
    -------
    SyntheticControl
        On the scale of the outcome.

    Raises
    ------
    ModelError
        If the frame is not such a panel, the unit is not in it, a predictor has no value for a unit, there are fewer
        than two times before the event or none after it, or fewer than two donors.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [(unit, year, unit * year % 7 + 4 * (unit == 3 and year > 2006)) for unit in range(1, 8)
    ...         for year in range(2000, 2010)]
    >>> frame = pd.DataFrame(rows, columns=["unit", "year", "index"])
    >>> fit = synthetic_control(frame, outcome="index", unit="unit", time="year", treated=3, event=2007)
    >>> len(fit.placebos), fit.donors["weight"].sum().round(6)
    (7, np.float64(1.0))
    """
    asked = dict(locals())  # with which it is fitted again
    where, reasons = "synthetic_control", dict(excluded or {})
    check_choices(where, unbalanced=(unbalanced, ("refuse", "drop")))
    if isinstance(importance, str):
        check_choices(where, importance=(importance, _IMPORTANCE))
    panel, first, is_treated = block(
        frame,
        where,
        outcome=outcome,
        unit=unit,
        time=time,
        treated=[treated],
        event=event,
        excluded=list(reasons),
        unbalanced=unbalanced,
    )
    if (~is_treated).sum() < 2:
        raise ModelError(where, "there is only one donor", "A synthetic control needs two or more")
    low, high = fitted or (panel.times[0], panel.times[first - 1])
    window, after = (panel.times >= low) & (panel.times <= min(high, panel.times[first - 1])), panel.times >= event
    if window.sum() < 2:
        raise ModelError(
            where, f"{int(window.sum())} times are fitted, {low:g} to {high:g}", "Fit two or more before the event"
        )
    order = np.argsort(~is_treated, kind="stable")
    units, y = panel.units[order], panel.Y[order].T
    fit = y[window]
    values = None if predictors is None else _values(frame, where, units, unit, time, predictors, panel.times, event)
    weights, shares, loss, starts = _control(values, fit, importance, where)
    gaps_of = [y[:, 0] - y[:, 1:] @ weights]
    if placebos and len(units) > 3:
        for one in range(1, len(units)):
            chosen = np.array([one, *(i for i in range(1, len(units)) if i != one)])
            again, *_ = _control(
                None if values is None else values[:, chosen], fit[:, chosen], importance, where, shares
            )
            gaps_of.append(y[:, one] - y[:, chosen[1:]] @ again)
    every = np.column_stack(gaps_of)
    before_error, after_error = (np.sqrt((every[one] ** 2).mean(axis=0)) for one in (window, after))
    # A fit without error, as that of a unit that more donors than times make up, is not a gauge for what comes after.
    gauged = before_error > _NO_ERROR * np.abs(y).max()
    ratio = np.divide(after_error, before_error, out=np.full(len(gauged), np.inf), where=gauged)
    p = float((ratio >= ratio[0]).mean()) if len(ratio) > 1 and gauged[0] else None
    table = {"unit": units[: len(ratio)], "before": before_error, "after": after_error, "ratio": ratio}
    dropped = [one for one in pd.unique(frame[unit].dropna()) if one not in set(units) and one not in reasons]
    donors = [
        *((units[1:][i], weights[i], "") for i in np.argsort(-weights, kind="stable")),
        *((one, 0.0, why) for one, why in reasons.items()),
        *((one, 0.0, "not observed at every time") for one in sorted(dropped, key=str)),
    ]
    gap = every[:, 0]
    return SyntheticControl(
        estimates=(Estimate(GAP, float(gap[after].mean()), p_value=p),),
        n=int(panel.Y.size),
        method="synthetic_control",
        references=("abadie_diamond_hainmueller_2010",),
        outcome=outcome,
        errors="placebo",
        left_out=panel.left_out,
        main=(GAP,),
        fit=(("units", count(len(units))),),
        unit=treated,
        event=float(event),
        loss=loss,
        starts=starts,
        donors=pd.DataFrame(donors, columns=["unit", "weight", "excluded"]),
        predictors=_balance(predictors, values, shares, weights),
        placebos=pd.DataFrame(table),
        path=pd.DataFrame({"time": panel.times, "treated": y[:, 0], "synthetic": y[:, 0] - gap, "gap": gap}),
        placebo_gaps=pd.DataFrame(every[:, 1:], index=panel.times, columns=units[1 : len(ratio)]),
        _asked=asked,
    )


def _values(frame, where, units, unit, time, predictors, times, event) -> np.ndarray:
    """Return the predictors by units, each the mean of its column over its times."""
    means, last = [], times[times < event][-1]
    for predictor in predictors:
        if isinstance(predictor, str) or len(predictor) != 3:
            raise ModelError(where, f"{predictor!r} is not a predictor", "Give column, first and last time, or None")
        column, low, high = predictor
        present(frame, [column], where)
        low, high = times[0] if low is None else low, last if high is None else high
        if high >= event:
            raise ModelError(where, f"{column} is averaged until {high:g}, after the event", "Average it before that")
        rows = frame[(frame[time] >= low) & (frame[time] <= high)].sort_values([unit, time])
        mean = rows.groupby(unit)[column].mean().reindex(units).to_numpy(float, na_value=np.nan)
        lacking = units[~np.isfinite(mean)]
        if len(lacking):
            raise ModelError(
                where,
                f"{column} has no value from {low:g} to {high:g} for {len(lacking)} units, {listed(lacking.tolist())}",
                "Exclude them, or choose other times",
            )
        if not np.ptp(mean):
            raise ModelError(where, f"{column} does not vary over units", "Leave it out")
        means.append(mean)
    return np.array(means)


def _control(values, fit, importance, where, near=None):
    """Return donor weights, importance of predictors, loss, and what each start came to; column 0 is treated."""
    z1, z0 = fit[:, 0], fit[:, 1:]

    def loss_of(weights: np.ndarray) -> float:
        return float(((z1 - z0 @ weights) ** 2).mean())

    if values is None:
        weights = closest_mixture(z0, z1)
        return weights, None, loss_of(weights), ()
    k, scaled = len(values), values / values.std(axis=1, ddof=1, keepdims=True)
    apart, origin = scaled[:, 1:] - scaled[:, :1], np.zeros(k)

    def v(logs: np.ndarray) -> np.ndarray:
        """Return the importance relative to the largest."""
        return np.exp(np.maximum(logs - logs.max(), _LEAST))

    def weights_of(logs: np.ndarray) -> np.ndarray:
        return closest_mixture(apart * np.sqrt(v(logs))[:, None], origin)

    def logs_of(size: np.ndarray) -> np.ndarray:
        return np.log(np.maximum(size / size.max(), np.exp(_LEAST))) if size.max() > 0 else np.zeros(k)

    # The importance that a regression of the outcome on the predictors gives them.
    design = np.column_stack([np.ones(scaled.shape[1]), scaled.T])
    slopes = np.linalg.lstsq(design, fit.T, rcond=None)[0][1:]
    regression, equal = logs_of((slopes**2).sum(axis=1)), np.zeros(k)
    if not isinstance(importance, str) or importance != "search":
        if isinstance(importance, str):
            logs = regression if importance == "regression" else equal
            shares = v(logs) / v(logs).sum()
        else:
            given = np.asarray(importance, float)
            if given.shape != (k,) or (given < 0).any() or not given.sum() > 0:
                raise ModelError(where, f"importance has {given.size} values", f"Give {k}, none below 0")
            logs, shares = logs_of(given), given / given.sum()
        weights = weights_of(logs)
        return weights, shares, loss_of(weights), ()
    if near is not None:
        begin = {"treated": np.log(np.maximum(near, np.exp(_LEAST))), "regression": regression}
    else:
        rng = np.random.default_rng(SEED)
        begin = {"regression": regression, "equal": equal}
        begin |= {f"random {number + 1}": rng.normal(0, 2, k) for number in range(STARTS)}

    def objective(logs: np.ndarray) -> float:
        return loss_of(weights_of(logs))

    ends, trials = {}, {"maxfev": _TRIALS * k}
    for name, logs in begin.items():
        options = {**trials, "xatol": _CLOSE, "fatol": _CLOSE_LOSS, "adaptive": True}
        end = minimize(objective, logs, method="Nelder-Mead", options=options)
        if near is None:
            further = minimize(objective, end.x, method="Powell", options={**trials, "ftol": _CLOSE_LOSS})
            end = min(end, further, key=lambda result: result.fun)
        ends[name] = end
    best = min(ends.values(), key=lambda result: result.fun)
    shares = v(best.x) / v(best.x).sum()
    return weights_of(best.x), shares, float(best.fun), tuple((name, float(e.fun)) for name, e in ends.items())


def _balance(predictors, values, shares, weights) -> pd.DataFrame:
    columns = ["predictor", "importance", "treated", "synthetic", "donors"]
    if values is None:
        return pd.DataFrame(columns=columns)
    names = []
    for column, low, high in predictors:
        ends = [f"{end:g}" for end in dict.fromkeys((low, high)) if end is not None]
        names.append(", ".join([column, "–".join(ends)] if ends else [column]))
    rows = zip(names, shares, values[:, 0], values[:, 1:] @ weights, values[:, 1:].mean(axis=1), strict=True)
    return pd.DataFrame(list(rows), columns=columns)
