"""The effect of something that units adopt for good, each in its own year: difference in differences.

Every method here rests on parallel trends: without adoption, those that adopted would have moved like those they are
compared with. How far that may fail before the answer is lost is what :meth:`AdoptionEffects.sensitivity` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words import say, word
from ogp_analysis.base.words.sentence import count
from ogp_analysis.display.result import Parts
from ogp_analysis.statistics import sensitivity, two_way
from ogp_analysis.statistics.adoption import adoption_of, consecutive
from ogp_analysis.statistics.group_time import (
    BY,
    OVERALL,
    Effects,
    PreTrends,
    aggregate,
    callaway_santanna,
    pretrends,
)
from ogp_analysis.statistics.models import Model
from ogp_analysis.statistics.result import Estimate, checked_level
from ogp_analysis.statistics.sample import check_choices
from ogp_analysis.statistics.sensitivity import Sensitivity
from ogp_analysis.statistics.two_way import imputation

#: Why rows that lack no value are left out.
REASONS = ("treated_from_the_start", "last_cohort", "unbalanced")


#: Of each method: how it estimates, its source, the code of its standard errors, and with whom it compares.
METHODS = {
    "callaway_santanna": (callaway_santanna, "callaway_santanna_2021", "influence", ""),
    "sun_abraham": (two_way.sun_abraham, "sun_abraham_2021", "cluster_nested", "never"),
    "imputation": (imputation, "borusyak_jaravel_spiess_2024", "imputation", "not_yet"),
    "two_way": (two_way.two_way_fixed_effects, "goodman_bacon_2021", "cluster_nested", "all"),
}
#: What Callaway and Sant'Anna's method lets be chosen; the first is the default.
_CHOICES = {
    "control": ("not_yet", "never"),
    "estimator": ("doubly_robust", "regression", "weighting"),
    "base": ("universal", "varying"),
}


def did(
    frame: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    time: str,
    cohort: str,
    method: str = "callaway_santanna",
    control: str | None = None,
    covariates: Sequence[str] = (),
    estimator: str | None = None,
    base: str | None = None,
    anticipation: int = 0,
    overall: str = "simple",
    by: str = "event",
    cluster: str | None = None,
    unbalanced: str = "refuse",
    level: float = 0.95,
    draws: int = 999,
    seed: int = 0,
) -> AdoptionEffects:
    """Return the effect of something that units adopt for good, each in its own year.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit and time.
    outcome, unit, time : str
        Columns; time is a number, such as a year.
    cohort : str
        Column with the first time under treatment, the same in all rows of a unit; missing for a unit that never
        adopts. Units treated at the first time or before it have nothing to be compared with: they are left out.
    method : {"callaway_santanna", "sun_abraham", "imputation", "two_way"}
        How effects are estimated. ``two_way`` is the regression with fixed effects of units and times: it weighs
        comparisons with units that adopted already, see :attr:`AdoptionEffects.comparisons`.
    control : {"not_yet", "never"} or None
        Whom Callaway and Sant'Anna compare with: units not treated yet, by default, or never treated.
    covariates : sequence of str
        What is held equal. Callaway and Sant'Anna take it at the base time; the regressions at each time.
    estimator : {"doubly_robust", "regression", "weighting"} or None
        How Callaway and Sant'Anna hold covariates equal; by default doubly robust.
    base : {"universal", "varying"} or None
        What a time before adoption is compared with there: the last before adoption, as the times after it are, by
        default; or the one before it, with which a trend that parts slowly looks like none.
    anticipation : int
        Times before adoption in which units may already react.
    overall, by : {"simple", "group", "event", "calendar"}
        What the mean effect averages, and which effects stand beside it: by cohort, by time from adoption or by time,
        or none.
    cluster : str or None
        Column of clusters; by default each unit is one.
    unbalanced : {"refuse", "drop", "keep"}
        What becomes of units that are not observed at every time: a fault, out of the sample, or in it with the rows
        that they have.
    level : float
        Nominal coverage of intervals and bands.
    draws, seed : int
        Of the multiplier bootstrap behind the simultaneous bands.

    Returns
    -------
    AdoptionEffects
        On the scale of the outcome.

    Raises
    ------
    ModelError
        If the frame is not such a panel, no units can be compared, or a choice does not fit the method.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [(unit, year, unit + year % 3 + 2 * (unit < 4 and year >= 2003), 2003 if unit < 4 else None)
    ...         for unit in range(10) for year in range(2000, 2006)]
    >>> frame = pd.DataFrame(rows, columns=["unit", "year", "index", "first"])
    >>> fit = did(frame, outcome="index", unit="unit", time="year", cohort="first")
    >>> round(fit["ATT"].estimate, 3), fit.cohorts["units"].tolist()
    (2.0, [4, 6])
    """
    level = checked_level(level, "did")
    check_choices(
        "did",
        method=(method, METHODS),
        overall=(overall, BY),
        by=(by, BY),
        unbalanced=(unbalanced, ("refuse", "drop", "keep")),
    )
    estimate, source, errors, compared_with = METHODS[method]
    choices = {"control": control, "estimator": estimator, "base": base}
    if method == "callaway_santanna":
        choices = {name: value or _CHOICES[name][0] for name, value in choices.items()}
        check_choices("did", **{name: (value, _CHOICES[name]) for name, value in choices.items()})
        compared_with = choices["control"]
    elif given := [name for name, value in choices.items() if value is not None]:
        raise ModelError("did", f"method {method!r} has no choice of {given[0]}", f"Leave {given[0]} out")
    else:
        choices = {}
    if not isinstance(draws, int) or draws < 0:
        raise ModelError("did", f"draws is {draws!r}", "Give a whole number, 0 for no simultaneous band")
    panel = adoption_of(
        frame,
        "did",
        cohort=cohort,
        anticipation=anticipation,
        outcome=outcome,
        unit=unit,
        time=time,
        covariates=list(covariates),
        cluster=cluster,
        unbalanced=unbalanced,
    )
    clusters = panel.cluster_count
    if clusters < 2:
        raise ModelError("did", "there is only one cluster", "Standard errors need two or more")
    effects = replace(estimate(panel, "did", overall, **choices), draws=draws, seed=seed, level=level)
    panel, cells, timed, parts = effects.panel, effects.cells, by == "event", effects.events
    if cells is None and not timed:
        raise ModelError("did", f"{method} does not distinguish cohorts", 'Use method="callaway_santanna"')
    if not timed:
        parts = aggregate(cells, panel.G, by, effects.shares_estimated)
    att, psi = np.append(effects.whole[0], parts.att), np.column_stack([effects.whole[1], parts.psi])
    treated, nothing, sizes = int((~panel.never).sum()), float("nan"), effects.sizes
    taken_apart = method == "two_way" and panel.observed.all() and not covariates
    return AdoptionEffects(
        estimates=effects.estimates(
            att, psi, [OVERALL, *(f"{OVERALL}({e:g})" if timed else f"{e:g}" for e in parts.key)]
        ),
        n=int(panel.observed.sum()),
        clusters=clusters,
        method=method,
        references=(source,),
        outcome=outcome,
        errors=errors,
        degrees=effects.degrees,
        clustered_by=((cluster or unit, clusters),),
        left_out=panel.left_out,
        main=(OVERALL,),
        when=(nothing, *parts.key.tolist()) if timed else (),
        bands=((nothing, nothing), *effects.bands(parts)) if len(parts.key) else (),
        sizes=(treated, *(sizes[e] for e in parts.key)) if timed else (),
        fit=(
            ("units", count(len(panel.units))),
            ("treated_units", count(treated)),
            ("cohorts", count(len(panel.cohorts))),
        ),
        control="last" if "last_cohort" in dict(panel.left_out) else compared_with,
        covariates=tuple(covariates),
        pretrends=pretrends(effects),
        pretrends_of_cells=pretrends(effects, of_cells=True),
        comparisons=two_way.decomposition(panel) if taken_apart else None,
        _effects=effects,
        _choices=choices,
    )


@dataclass(frozen=True, kw_only=True)
class AdoptionEffects(Model):
    """The mean effect on those that adopted, and effects by time from adoption.

    Terms are ``ATT``, and ``ATT(e)`` for the effect `e` times after adoption, below 0 before it.

    Attributes
    ----------
    control : str
        The units that those that adopted are compared with: ``"never"``, ``"not_yet"``, ``"last"`` (the last cohort,
        before it adopts) or ``"all"`` (also those that adopted already).
    covariates : tuple of str
        What is held equal.
    pretrends, pretrends_of_cells : PreTrends
        Whether the effects before adoption, or before it is anticipated, are 0 together: those by time from adoption at
        which at least half of the units that adopt are seen; and all by cohort and time, none of a method without
        cohorts. That they are not distinguishable from 0 is not proof of parallel trends.
    comparisons : pandas.DataFrame or None
        Of two-way fixed effects, without covariates and with every unit observed at every time, the comparisons of two
        groups that the estimate averages (Goodman-Bacon 2021): ``kind`` (``treated_never``, ``earlier_later``,
        ``later_earlier``), ``treated, control, estimate, weight``. In ``later_earlier`` units that adopted already
        serve as controls: what adoption still changes in them is taken off the effect.
    """

    control: str
    covariates: tuple[str, ...] = ()
    pretrends: PreTrends
    pretrends_of_cells: PreTrends
    comparisons: pd.DataFrame | None = field(default=None, repr=False, compare=False)
    _effects: Effects = field(repr=False, compare=False)
    _choices: dict[str, str] = field(repr=False, compare=False)

    @property
    def cells(self) -> pd.DataFrame:
        """One row per effect by cohort and time: ``cohort, time, estimate, std_error, low, high, treated, controls``.

        Empty for a method that does not distinguish cohorts. An effect that is 0 by construction has no error.
        """
        effects, cells = self._effects, self._effects.cells
        columns = ["estimate", "std_error", "low", "high"]
        if cells is None:
            return pd.DataFrame(columns=["cohort", "time", *columns, "treated", "controls"])
        estimates = effects.estimates(cells.att, cells.psi, [""] * len(cells.att))
        frame = pd.DataFrame([[getattr(e, c) for c in columns] for e in estimates], columns=columns, dtype="float64")
        frame.insert(0, "cohort", cells.g.astype(int))
        frame.insert(1, "time", cells.t.astype(effects.panel.times.dtype))
        return frame.assign(treated=cells.treated, controls=cells.controls)

    @property
    def cohorts(self) -> pd.DataFrame:
        """Units of each cohort, ``cohort, units``; the cohort of units that do not adopt is missing."""
        panel = self._effects.panel
        rows = [*panel.sizes.items(), *([(pd.NA, int(panel.never.sum()))] if panel.never.any() else [])]
        return pd.DataFrame(rows, columns=["cohort", "units"]).astype({"cohort": "Int64"})

    def sensitivity(self, kind: str = "relative_magnitudes", bounds: Sequence[float] = ()) -> Sensitivity:
        """Return intervals that hold if parallel trends fail, by how far (Rambachan and Roth 2023).

        Parameters
        ----------
        kind : {"relative_magnitudes", "smoothness"}
            From one time to the next the difference of trends moves at most `bound` times as much as it did at most
            before adoption; or its slope changes by at most `bound`, on the scale of the outcome.
        bounds : sequence of float
            By default 0, 0.5, 1, 1.5 and 2; for smoothness, 0 to 2 standard errors of the first effect, in five steps.

        Raises
        ------
        ModelError
            If there are fewer than two times before adoption beside the reference, or the method
            is one whose estimates before adoption come from another comparison.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = [(unit, year, unit * year % 7 + 9 * (unit < 6 and year > 2003), 2004 if unit < 6 else None)
        ...         for unit in range(12) for year in range(2000, 2006)]
        >>> frame = pd.DataFrame(rows, columns=["unit", "year", "index", "first"])
        >>> fit = ogp.statistics.did(frame, outcome="index", unit="unit", time="year", cohort="first")
        >>> bounds = fit.sensitivity(bounds=[0, 1])
        >>> bounds.frame[["term", "low", "high"]].round(1).to_numpy().tolist()
        [['0', 6.8, 10.7], ['1', 4.1, 13.2]]
        """
        check_choices("sensitivity", kind=(kind, ("relative_magnitudes", "smoothness")))
        if self.method == "imputation":
            what = "with imputation effects before and after adoption are not estimated alike"
            raise ModelError("sensitivity", what, 'Use method="callaway_santanna" or "sun_abraham"')
        effects, panel = self._effects, self._effects.panel
        consecutive(panel, "sensitivity")
        if self._choices.get("base") == "varying":
            effects = callaway_santanna(panel, "sensitivity", "simple", **{**self._choices, "base": "universal"})
        events, reference = effects.events, two_way.REFERENCE - panel.delta
        kept = np.isin(events.key, effects.often_seen) & ((events.key < reference) | (events.key >= 0))
        beta, sigma = events.att[kept], effects.covariance(events.psi[:, kept])
        n_pre = int((events.key[kept] < reference).sum())
        n_post = len(beta) - n_pre
        if n_pre < 2 or not n_post:
            raise ModelError(
                "sensitivity",
                f"there are {n_pre} times before the reference, {n_post} after it",
                "Two before and one after are needed: begin the panel earlier",
            )
        l_vec = np.full(n_post, 1 / n_post)
        if not len(bounds):
            scale = float(np.sqrt(sigma[n_pre, n_pre])) if kind == "smoothness" else 1.0
            bounds = [scale * step for step in (0, 0.5, 1, 1.5, 2)]
        level, bounds = self.estimates[0].level, tuple(float(bound) for bound in bounds)
        interval = getattr(sensitivity, kind)
        intervals = [interval(beta, sigma, n_pre, l_vec, bound, level) for bound in bounds]
        point = float(l_vec @ beta[n_pre:])
        basis = {**self.basis(), "references": ("rambachan_roth_2023",), "degrees": None, "lags": n_post}
        return Sensitivity(
            **basis,
            method=kind,
            bounds=bounds,
            breakdown=min(
                (b for b, (low, high) in zip(bounds, intervals, strict=True) if low <= 0 <= high), default=None
            ),
            estimates=tuple(
                Estimate(f"{bound:g}", min(max(point, low), high), low=low, high=high, level=level)
                for bound, (low, high) in zip(bounds, intervals, strict=True)
            ),
            point=point,
            point_error=float(np.sqrt(l_vec @ sigma[n_pre:, n_pre:] @ l_vec)),
            leads=n_pre,
        )

    def notes(self) -> Parts:
        """Say what stands below a table: errors, method, controls, covariates, and what was left out.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = [(unit, year, unit * year % 7, 2003 if unit < 6 else None) for unit in range(12)
        ...         for year in range(2000, 2005)]
        >>> frame = pd.DataFrame(rows, columns=["unit", "year", "index", "first"])
        >>> fit = ogp.statistics.did(frame, outcome="index", unit="unit", time="year", cohort="first")
        >>> print(fit.notes()[-1].plain())
        Callaway and Sant'Anna; compared with units that have not adopted yet.
        """
        reasons = dict(self.left_out)
        columns = tuple(pair for pair in self.left_out if pair[0] not in REASONS)
        said = say(
            "adoption.note",
            case="covariates" if self.covariates else "plain",
            method=word(f"adoption.method.{self.method}"),
            control=word(f"adoption.control.{self.control}"),
            covariates=", ".join(self.covariates),
        )
        out = [say("adoption.left_out", case=one, rows=count(reasons[one])) for one in REASONS if one in reasons]
        if (cells := self._effects.cells) is not None and cells.without:
            out.append(say("adoption.left_out", case="no_controls", effects=count(cells.without)))
        return super(AdoptionEffects, replace(self, left_out=columns)).notes() + (*out, said)

    def _shown(self) -> AdoptionEffects:
        """Return it with the effects by time at which half of the units that adopt are seen, and those between."""
        often = [key for key in self._effects.often_seen if key in self.when] or [0.0]
        kept = [at for at, when in enumerate(self.when) if not (when < min(often) or when > max(often))]
        parts = ("estimates", "when", "bands", "sizes") if self.when else ()
        return replace(self, **{name: tuple(getattr(self, name)[at] for at in kept) for name in parts})
