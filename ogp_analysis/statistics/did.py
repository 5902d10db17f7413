"""The effect of something that units adopt for good, each in its own year: difference in differences.

Every method here rests on parallel trends: without adoption, those that adopted would have moved like those they are
compared with. How far that may fail before the answer is lost is what :meth:`AdoptionEffects.sensitivity` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import stats

from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.base.words import say, word
from ogp_analysis.base.words.numbers import Number, count, probability
from ogp_analysis.display.result import Parts
from ogp_analysis.statistics import group_time, sensitivity, two_way
from ogp_analysis.statistics.adoption import Adoption, adoption_of
from ogp_analysis.statistics.aggregated import (
    BY,
    Averages,
    averages,
    covariance,
    simultaneous_critical_value,
    wald,
)
from ogp_analysis.statistics.group_time import Cells
from ogp_analysis.statistics.models import POWER, Model, decimals
from ogp_analysis.statistics.result import Estimate, Reference, checked_level

CALLAWAY_SANTANNA = Reference(
    "callaway_santanna_2021",
    "Callaway, B.; Sant'Anna, P. H. C.",
    2021,
    "Difference-in-differences with multiple time periods",
    "Journal of Econometrics 225(2), 200–230",
    "10.1016/j.jeconom.2020.12.001",
)
SUN_ABRAHAM = Reference(
    "sun_abraham_2021",
    "Sun, L.; Abraham, S.",
    2021,
    "Estimating dynamic treatment effects in event studies with heterogeneous treatment effects",
    "Journal of Econometrics 225(2), 175–199",
    "10.1016/j.jeconom.2020.09.006",
)
BORUSYAK = Reference(
    "borusyak_jaravel_spiess_2024",
    "Borusyak, K.; Jaravel, X.; Spiess, J.",
    2024,
    "Revisiting event-study designs: robust and efficient estimation",
    "Review of Economic Studies 91(6), 3253–3285",
    "10.1093/restud/rdae007",
)
GOODMAN_BACON = Reference(
    "goodman_bacon_2021",
    "Goodman-Bacon, A.",
    2021,
    "Difference-in-differences with variation in treatment timing",
    "Journal of Econometrics 225(2), 254–277",
    "10.1016/j.jeconom.2021.03.014",
)
RAMBACHAN_ROTH = Reference(
    "rambachan_roth_2023",
    "Rambachan, A.; Roth, J.",
    2023,
    "A more credible approach to parallel trends",
    "Review of Economic Studies 90(5), 2555–2591",
    "10.1093/restud/rdad018",
)
CARD_KRUEGER = Reference(
    "card_krueger_1994",
    "Card, D.; Krueger, A. B.",
    1994,
    "Minimum wages and employment: a case study of the fast-food industry in New Jersey and Pennsylvania",
    "American Economic Review 84(4), 772–793",
)
#: Term of the mean effect on those that adopted, over the times from adoption on.
OVERALL = "ATT"
#: Of each method: its source, the code of its standard errors, and what it lets be chosen.
METHODS = {
    "callaway_santanna": (CALLAWAY_SANTANNA, "influence", {"control", "estimator", "base"}),
    "sun_abraham": (SUN_ABRAHAM, "cluster_nested", set()),
    "imputation": (BORUSYAK, "imputation", set()),
    "two_way": (GOODMAN_BACON, "cluster_nested", set()),
    "means": (CARD_KRUEGER, "welch", set()),
}
_CHOICES = {
    "control": ("not_yet", "never"),
    "estimator": ("doubly_robust", "regression", "weighting"),
    "base": ("varying", "universal"),
}
#: Leads of which imputation says whether they differ from the times before them; no more than there are.
LEADS = 5


@dataclass(frozen=True)
class PreTrends:
    """Whether effects before adoption are 0 together.

    Attributes
    ----------
    effects : int
        How many are tested.
    statistic : float or None
        Wald statistic.
    p_value : float or None
        From the chi-squared distribution with as many degrees of freedom as effects; None where there are none, or
        more than the units let be told apart.
    """

    effects: int
    statistic: float | None
    p_value: float | None


@dataclass(frozen=True, eq=False)
class _Evidence:
    panel: Adoption
    cells: Cells | None
    events: Averages
    shares_estimated: bool
    degrees: float | None
    draws: int
    seed: int
    level: float
    chosen: dict


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
    """

    control: str
    covariates: tuple[str, ...] = ()
    _evidence: _Evidence = field(repr=False, compare=False)

    @property
    def cells(self) -> pd.DataFrame:
        """One row an effect by cohort and time: ``cohort, time, estimate, std_error, low, high, treated, controls``.

        Empty for a method that does not tell cohorts apart. An effect that is 0 by construction has no error.
        """
        cells, kept = self._evidence.cells, ["term", "estimate", "std_error", "low", "high"]
        if cells is None:
            return pd.DataFrame(columns=["cohort", "time", *kept[1:], "treated", "controls"])
        made = self._averaged(Averages(cells.time, cells.effect, cells.influence, 0.0, np.zeros(len(cells.influence))))
        frame = Model(estimates=made, n=self.n, outcome=self.outcome, errors=self.errors).tidy()[kept[1:]]
        frame.insert(0, "cohort", cells.cohort.astype(int))
        frame.insert(1, "time", cells.time.astype(self._evidence.panel.times.dtype))
        return frame.assign(treated=cells.treated, controls=cells.controls)

    @property
    def cohorts(self) -> pd.DataFrame:
        """Units of each cohort, ``cohort, units``; the cohort of units that do not adopt is missing."""
        sizes, never = self._evidence.panel.sizes, int(np.isinf(self._evidence.panel.cohort).sum())
        rows = [*sizes.items(), *([(pd.NA, never)] if never else [])]
        return pd.DataFrame(rows, columns=["cohort", "units"]).astype({"cohort": "Int64"})

    @property
    def comparisons(self) -> pd.DataFrame:
        """The comparisons of two groups that the two-way fixed effects estimate averages (Goodman-Bacon 2021).

        ``kind`` (``treated_never``, ``earlier_later``, ``later_earlier``), ``treated, control, estimate, weight``. In
        ``later_earlier`` units that adopted already serve as controls: what adoption still changes in them is taken
        off the effect.
        """
        return two_way.decomposition(self._evidence.panel, "comparisons")

    def by(self, key: str) -> Model:
        """Return the effects averaged by one key, each kind with its own overall mean.

        Parameters
        ----------
        key : {"group", "calendar", "event", "simple"}
            Cohort, time, or time from adoption.

        Examples
        --------
        >>> import pandas as pd
        >>> first = {"A": 2002, "B": 2002, "C": 2003, "D": None, "E": None}
        >>> rows = [(unit, year, year % 5 + len(unit) + (first[unit] or 9999 <= year) * (unit in "ABC") * (year >= (
        ...         first[unit] or 9999)), first[unit]) for unit in first for year in range(2000, 2005)]
        >>> frame = pd.DataFrame(rows, columns=["unit", "year", "index", "first"])
        >>> fit = did(frame, outcome="index", unit="unit", time="year", cohort="first")
        >>> fit.by("group").frame[["term", "estimate"]].round(3).to_numpy().tolist()
        [['ATT', 1.0], ['2002', 1.0], ['2003', 1.0]]
        """
        if key not in BY:
            raise ModelError("by", f"{key!r} is no key", "Keys are " + listed(BY, 4))
        if self._evidence.cells is None and key != "event":
            raise ModelError("by", f"{self.method} does not tell cohorts apart", 'Use method="callaway_santanna"')
        found = self._averages(key)
        terms = [f"{one:g}" for one in found.key]
        parts = self._averaged(found, terms)
        whole = self._averaged(_alone(found.overall, found.overall_influence), [OVERALL])
        when = (float("nan"), *(float(one) for one in found.key)) if key == "event" else ()
        bands = ((float("nan"), float("nan")), *self._bands(found)) if len(parts) else ()
        return Model(estimates=(*whole, *parts), n=self.n, clusters=self.clusters, method=self.method,
                     references=self.references, outcome=self.outcome, errors=self.errors, degrees=self.degrees,
                     clustered_by=self.clustered_by, left_out=self.left_out, when=when, bands=bands)  # fmt: skip

    def pretrends(self, by: str = "event") -> PreTrends:
        """Test that the effects before adoption, or before it is anticipated, are 0 together.

        That they are not told from 0 is no proof of parallel trends.

        Parameters
        ----------
        by : {"event", "cells"}
            Effects by time from adoption, at the times at which at least half of the units that adopt are seen; or all
            effects by cohort and time.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = [(unit, year, unit * year % 7, 2003 if unit < 6 else None) for unit in range(12)
        ...         for year in range(2000, 2005)]
        >>> frame = pd.DataFrame(rows, columns=["unit", "year", "index", "first"])
        >>> fit = did(frame, outcome="index", unit="unit", time="year", cohort="first", control="never")
        >>> fit.pretrends().effects
        2
        """
        if by not in ("event", "cells"):
            raise ModelError("pretrends", f"{by!r} is no choice", "Choices are 'event', 'cells'")
        panel, cells = self._evidence.panel, self._evidence.cells
        if by == "cells" and cells is None:
            raise ModelError("pretrends", f"{self.method} does not tell cohorts apart", 'Use by="event"')
        if by == "cells":
            chosen = (cells.time < cells.cohort - panel.anticipation) & ~cells.reference
            effect, influence = cells.effect[chosen], cells.influence[:, chosen]
        else:
            events = self._evidence.events
            error = np.abs(events.influence).max(axis=0, initial=0)
            chosen = (events.key < -panel.anticipation) & (error > 0) & np.isin(events.key, self._often_seen())
            effect, influence = events.effect[chosen], events.influence[:, chosen]
        if not len(effect):
            return PreTrends(0, None, None)
        statistic, degrees, p = wald(effect, covariance(influence, panel.clusters))
        if degrees < len(effect):
            return PreTrends(len(effect), None, None)
        return PreTrends(len(effect), statistic, p)

    def sensitivity(
        self,
        kind: str = "relative_magnitudes",
        bounds: Sequence[float] = (),
        weights: Sequence[float] | None = None,
    ) -> Sensitivity:
        """Return intervals that hold if parallel trends fail, by how far (Rambachan and Roth 2023).

        Parameters
        ----------
        kind : {"relative_magnitudes", "smoothness"}
            From one time to the next the difference of trends moves at most `bound` times as much as it did at most
            before adoption; or its slope changes by at most `bound`, on the scale of the outcome.
        bounds : sequence of float
            By default 0, 0.5, 1, 1.5 and 2; for smoothness, 0 to 2 standard errors of the first effect, in five steps.
        weights : sequence of float or None
            Of the effects at adoption and after it, summing to 1; by default all alike.

        Raises
        ------
        ModelError
            If there are fewer than two times before adoption beside the reference, weights do not fit, or the method
            is one whose estimates before adoption come from another comparison.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = [(unit, year, unit * year % 7 + 9 * (unit < 6 and year > 2003), 2004 if unit < 6 else None)
        ...         for unit in range(12) for year in range(2000, 2006)]
        >>> frame = pd.DataFrame(rows, columns=["unit", "year", "index", "first"])
        >>> fit = did(frame, outcome="index", unit="unit", time="year", cohort="first")
        >>> bounds = fit.sensitivity(bounds=[0, 1])
        >>> bounds.frame[["bound", "low", "high"]].round(1).to_numpy().tolist()
        [[0.0, 5.6, 10.4], [1.0, -1.5, 18.0]]
        """
        if kind not in ("relative_magnitudes", "smoothness"):
            raise ModelError("sensitivity", f"{kind!r} is no kind", "Kinds are 'relative_magnitudes', 'smoothness'")
        if self.method in ("imputation", "means"):
            raise ModelError("sensitivity", f"with {self.method} effects before and after adoption are not "
                             "estimated alike", 'Use method="callaway_santanna" or "sun_abraham"')  # fmt: skip
        evidence, reference = self._evidence, two_way.REFERENCE - self._evidence.panel.anticipation
        events = evidence.events
        if evidence.chosen.get("base") == "varying":
            chosen = {**evidence.chosen, "base": "universal"}
            events = averages(group_time.group_time_effects(evidence.panel, "sensitivity", **chosen),
                              evidence.panel.cohort, "event")  # fmt: skip
        seen = [key for key in events.key if key in self._often_seen() and not reference < key < 0]
        kept = np.isin(events.key, seen) & (events.key != reference)
        keys, before = events.key[kept], int((events.key[kept] < reference).sum())
        after = len(keys) - before
        if before < 2 or not after:
            raise ModelError("sensitivity", f"there are {before} times before the reference, {after} after it",
                             "It takes two before and one after: begin the panel earlier")  # fmt: skip
        own = np.full(after, 1 / after) if weights is None else np.asarray(weights, float)
        if own.shape != (after,) or not np.isclose(own.sum(), 1):
            raise ModelError("sensitivity", f"{own.size} weights sum to {own.sum():g}",
                             f"Give {after} that sum to 1, one for each time from adoption on")  # fmt: skip
        variance = covariance(events.influence[:, kept], evidence.panel.clusters)
        if not len(bounds):
            step = float(np.sqrt(variance[before, before])) if kind == "smoothness" else 2.0
            bounds = tuple(step * part * (2 if kind == "smoothness" else 1) for part in (0, 0.25, 0.5, 0.75, 1))
        if min(bounds) < 0:
            raise ModelError("sensitivity", f"a bound is {min(bounds)}", "Bounds are 0 or more")
        compute = getattr(sensitivity, kind)
        found = [compute(events.effect[kept], variance, before, own, float(b), evidence.level) for b in bounds]
        point = float(own @ events.effect[kept][before:])
        error = float(np.sqrt(own @ variance[before:, before:] @ own))
        return Sensitivity(
            estimates=tuple(Estimate(f"{float(bound):g}", min(max(point, low), high), low=low, high=high,
                                     level=evidence.level)
                            for bound, (low, high) in zip(bounds, found, strict=True)),
            n=self.n, clusters=self.clusters, method=kind, references=(RAMBACHAN_ROTH,), outcome=self.outcome,
            errors=self.errors, left_out=self.left_out, clustered_by=self.clustered_by, kind=kind,
            bounds=tuple(float(bound) for bound in bounds), point=point, point_error=error,
            leads=before, lags=after,
        )  # fmt: skip

    def text(self) -> Parts:
        """Say the mean effect, how small one would have been told from none, about trends before it, and who is left out."""
        one, panel = self[OVERALL], self._evidence.panel
        places = decimals(one)
        values = {"outcome": self.outcome, "method": word(f"adoption.method.{self.method}"),
                  "control": word(f"adoption.control.{self.control}"), "units": count(len(panel.units)),
                  "treated": count(sum(panel.sizes.values())), "cohorts": count(len(panel.cohorts))}  # fmt: skip
        said = []
        if one.low is None or one.high is None:
            said.append(say("adoption.overall", case="alone", **values,
                            estimate=Number(one.estimate, "index", places, signed=True)))  # fmt: skip
        else:
            interval = {"low": one.low, "high": one.high, "level": one.level}
            values |= {"estimate": Number(one.estimate, "index", places, signed=True, **interval),
                       "low": Number(one.low, "index", places), "high": Number(one.high, "index", places),
                       "level": Number(one.level, "share")}  # fmt: skip
            case = "not_told_from_none" if one.low <= 0 <= one.high else "interval"
            if case == "not_told_from_none":
                values |= {"smallest": Number(self.smallest_detectable(OVERALL), "index", places),
                           "power": Number(POWER, "share")}  # fmt: skip
            said.append(say("adoption.overall", case=case, **values))
        tested = self.pretrends()
        if tested.p_value is not None:
            case = "differ" if tested.p_value < 1 - one.level else "not_told_apart"
            said.append(say("adoption.pretrends", case=case, effects=count(tested.effects),
                            p=probability(tested.p_value)))  # fmt: skip
        reasons = dict(self.left_out)
        for reason in ("treated_from_the_start", "last_cohort", "unbalanced"):
            if reason in reasons:
                said.append(say("adoption.left_out", case=reason, rows=count(reasons[reason])))
        return Parts(said)

    def notes(self) -> Parts:
        """Say what stands below a table: errors, method, controls, covariates, and what was left out."""
        codes = {reason: word(f"adoption.reason.{reason}")
                 for reason in ("treated_from_the_start", "last_cohort", "unbalanced")}  # fmt: skip
        named = replace(self, left_out=tuple((codes.get(reason, reason), n) for reason, n in self.left_out))
        said = say("adoption.note", case="covariates" if self.covariates else "plain",
                   method=word(f"adoption.method.{self.method}"), control=word(f"adoption.control.{self.control}"),
                   covariates=", ".join(self.covariates))  # fmt: skip
        return super(AdoptionEffects, named).notes() + (said,)

    @cached_property
    def _sizes(self) -> dict[float, int]:
        panel = self._evidence.panel
        event = (panel.times[None, :] - panel.cohort[:, None])[panel.observed]
        keys, sizes = np.unique(event[np.isfinite(event)], return_counts=True)
        return dict(zip(keys.tolist(), sizes.tolist(), strict=True))

    def _often_seen(self) -> np.ndarray:
        """Return the times from adoption at which at least half of the units that adopt are seen."""
        half = np.isfinite(self._evidence.panel.cohort).sum() / 2
        return np.array([key for key, size in self._sizes.items() if size >= half])

    def _averages(self, key: str) -> Averages:
        evidence = self._evidence
        if key == "event":
            return evidence.events
        return averages(evidence.cells, evidence.panel.cohort, key, evidence.shares_estimated)

    def _averaged(self, found: Averages, terms: Sequence[str] = ()) -> tuple[Estimate, ...]:
        return _estimates(found, terms or [""] * len(found.effect), self._evidence)

    def _bands(self, found: Averages) -> tuple[tuple[float, float], ...]:
        return _bands(found, self._evidence)


@dataclass(frozen=True, kw_only=True)
class Sensitivity(Model):
    """Intervals of the mean effect that hold if parallel trends fail within a bound.

    Attributes
    ----------
    kind : str
        ``"relative_magnitudes"`` or ``"smoothness"``.
    bounds : tuple of float
        In the order of the estimates.
    point, point_error : float
        The mean of the effects, and its standard error, if trends were parallel.
    leads, lags : int
        Times before the reference, and from adoption on, that it rests on.
    """

    kind: str
    bounds: tuple[float, ...]
    point: float
    point_error: float
    leads: int
    lags: int

    @property
    def frame(self) -> pd.DataFrame:
        """One row a bound: ``bound, estimate, low, high``. The estimate is that of parallel trends, kept within."""
        frame = self.tidy()[["estimate", "low", "high"]]
        frame.insert(0, "bound", list(self.bounds))
        return frame

    @property
    def breakdown(self) -> float | None:
        """The smallest of the bounds whose interval holds 0; None if none does."""
        held = [b for b, e in zip(self.bounds, self.estimates, strict=True) if e.low <= 0 <= e.high]
        return min(held) if held else None

    def text(self) -> Parts:
        """Say at which bound 0 is no longer left out."""
        values = {"outcome": self.outcome, "leads": count(self.leads), "lags": count(self.lags),
                  "level": Number(self.estimates[0].level, "share"),
                  "kind": word(f"adoption.sensitivity.{self.kind}")}  # fmt: skip
        least, most, found = min(self.bounds), max(self.bounds), self.breakdown
        case = "never" if found is None else "at_once" if found == least else "from"
        bound = most if found is None else found
        return Parts([say("adoption.breakdown", case=case, bound=Number(bound, "index", _places(bound)), **values)])


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
        One row a unit and time.
    outcome, unit, time : str
        Columns; time is a number, such as a year.
    cohort : str
        Column with the first time under treatment, the same in all rows of a unit; missing for a unit that never
        adopts. Units treated at the first time or before it have nothing to be compared with: they are left out.
    method : {"callaway_santanna", "sun_abraham", "imputation", "two_way", "means"}
        How effects are estimated. ``two_way`` is the regression with fixed effects of units and times: it weighs
        comparisons with units that adopted already, see :attr:`AdoptionEffects.comparisons`. ``means`` compares two
        groups at two times, and takes units that are seen only once with ``unbalanced="keep"``.
    control : {"not_yet", "never"} or None
        Whom Callaway and Sant'Anna compare with: units not treated yet, by default, or never treated.
    covariates : sequence of str
        What is held equal. Callaway and Sant'Anna take it at the base time; the regressions at each time.
    estimator : {"doubly_robust", "regression", "weighting"} or None
        How Callaway and Sant'Anna hold covariates equal; by default doubly robust.
    base : {"varying", "universal"} or None
        What a time before adoption is compared with there: the one before it, by default, or the last before adoption.
    anticipation : int
        Times before adoption in which units may already react.
    overall : {"simple", "group", "event", "calendar"}
        What the mean effect averages; see :meth:`AdoptionEffects.by`.
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
        If the frame is no such panel, nobody can be compared, or a choice does not belong to the method.

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
    where, level = "did", checked_level(level, "did")
    for name, value, known in (("method", method, METHODS), ("overall", overall, BY),
                               ("unbalanced", unbalanced, ("refuse", "drop", "keep"))):  # fmt: skip
        if value not in known:
            raise ModelError(where, f"{name} is {value!r}", "Choices are " + listed(known, 9))
    source, errors, open_choices = METHODS[method]
    given = {"control": control, "estimator": estimator, "base": base}
    chosen = {}
    for name, value in given.items():
        if value is not None and name not in open_choices:
            raise ModelError(where, f"method {method!r} has no choice of {name}", f"Leave {name} out")
        if name in open_choices:
            chosen[name] = value or _CHOICES[name][0]
            if chosen[name] not in _CHOICES[name]:
                raise ModelError(where, f"{name} is {value!r}", "Choices are " + listed(_CHOICES[name], 9))
    if not isinstance(draws, int) or draws < 0:
        raise ModelError(where, f"draws is {draws!r}", "Give a whole number, 0 for no simultaneous band")
    panel = adoption_of(frame, where, cohort=cohort, anticipation=anticipation, outcome=outcome, unit=unit, time=time,
                        covariates=list(covariates), cluster=cluster, unbalanced=unbalanced)  # fmt: skip
    if len(np.unique(panel.clusters)) < 2:
        raise ModelError(where, "there is one cluster", "It takes two or more to have an error")
    if method in ("sun_abraham", "two_way") and np.isinf(panel.cohort).sum() == 0:
        panel = _without_last_cohort(panel, where)
    about = {"panel": panel, "draws": draws, "seed": seed, "level": level, "chosen": chosen}
    build = {"callaway_santanna": _callaway_santanna, "sun_abraham": _sun_abraham, "imputation": _imputation,
             "two_way": _two_way, "means": _means}[method]  # fmt: skip
    evidence, whole = build(panel, where, overall, about)
    events = evidence.events
    terms = [OVERALL, *(f"{OVERALL}({e:g})" for e in events.key)]
    made = _estimates(_alone(*whole), terms[:1], evidence) + _estimates(events, terms[1:], evidence)
    seen = (panel.times[None, :] - panel.cohort[:, None])[panel.observed]
    sizes = [int(np.isfinite(panel.cohort).sum()), *(int((seen == key).sum()) for key in events.key)]
    clusters = len(np.unique(panel.clusters))
    return AdoptionEffects(
        estimates=made,
        n=int(panel.observed.sum()),
        clusters=clusters,
        method=method,
        references=(source,),
        outcome=outcome,
        errors=errors,
        degrees=evidence.degrees,
        clustered_by=((cluster or unit, clusters),),
        left_out=panel.left_out,
        main=(OVERALL,),
        fit=(("units", count(len(panel.units))), ("treated_units", count(sizes[0])),
             ("cohorts", count(len(panel.cohorts)))),
        when=(float("nan"), *(float(e) for e in events.key)),
        bands=((float("nan"), float("nan")), *_bands(events, evidence)),
        sizes=tuple(sizes),
        control=_compared_with(method, chosen, panel),
        covariates=tuple(covariates),
        _evidence=evidence,
    )  # fmt: skip


def _compared_with(method: str, chosen: dict, panel: Adoption) -> str:
    if method == "sun_abraham":
        return "last" if "last_cohort" in dict(panel.left_out) else "never"
    return chosen.get("control") or {"means": "never", "two_way": "all"}.get(method, "not_yet")


def _callaway_santanna(panel, where, overall, about):
    cells = group_time.group_time_effects(panel, where, **about["chosen"])
    events, whole = averages(cells, panel.cohort, "event"), averages(cells, panel.cohort, overall)
    return _Evidence(cells=cells, events=events, shares_estimated=True, degrees=None, **about), _overall(whole)


def _sun_abraham(panel, where, overall, about):
    reference = two_way.REFERENCE - panel.anticipation
    g, e, columns = two_way.interacted_columns(panel, reference)
    fit = two_way.fixed_effects(panel, columns, where)
    there = {(a, b) for a, b in zip(g, e, strict=True)}
    fixed = [(h, reference) for h in panel.cohorts if (h, reference) not in there and h + reference in panel.times]
    cohort, event = np.array([*g, *(h for h, _ in fixed)]), np.array([*e, *(r for _, r in fixed)])
    zeros = np.zeros(len(fixed))
    seen = panel.observed[:, None, :] & (panel.cohort[:, None] == cohort)[:, :, None]
    treated = np.array(
        [seen[:, i, panel.times == c + d].sum() for i, (c, d) in enumerate(zip(cohort, event, strict=True))]
    )
    never = np.isinf(panel.cohort)
    controls = np.array(
        [panel.observed[never][:, panel.times == c + d].sum() for c, d in zip(cohort, event, strict=True)]
    )
    order = np.lexsort([event, cohort])
    influence = np.hstack([fit.influence[:, : len(g)], np.zeros((len(panel.units), len(fixed)))])
    cells = Cells(cohort[order], (cohort + event)[order], np.concatenate([fit.coefficients[: len(g)], zeros])[order],
                  influence[:, order], np.concatenate([zeros[:0], np.zeros(len(g), bool), zeros == 0])[order].astype(bool),
                  treated[order], controls[order])  # fmt: skip
    events, whole = averages(cells, panel.cohort, "event", False), averages(cells, panel.cohort, overall, False)
    degrees = float(len(np.unique(panel.clusters)) - 1)
    return _Evidence(cells=cells, events=events, shares_estimated=False, degrees=degrees, **about), _overall(whole)


def _imputation(panel, where, overall, about):
    effects = two_way.imputed(panel, where)
    pairs = np.array([panel.cohort[effects.row], panel.times[effects.at]])
    there, cell = np.unique(pairs, axis=1, return_inverse=True)
    weights = (cell.ravel()[None, :] == np.arange(there.shape[1])[:, None]).astype(float)
    treated = weights.sum(axis=1)
    effect, influence = effects.averaged(weights / treated[:, None])
    waiting = panel.observed & (panel.times[None, :] < panel.cohort[:, None] - panel.anticipation)
    controls = np.array([waiting[:, panel.times == t].sum() for t in there[1]])
    cells = Cells(there[0], there[1], effect, influence, np.zeros(len(effect), bool), treated.astype(int), controls)
    events, whole = averages(cells, panel.cohort, "event", False), averages(cells, panel.cohort, overall, False)
    if (leads := _imputation_leads(panel)) is not None:
        key, effect, influence = leads
        events = Averages(np.concatenate([key, events.key]), np.concatenate([effect, events.effect]),
                          np.hstack([influence, events.influence]), events.overall, events.overall_influence)  # fmt: skip
    return _Evidence(cells=cells, events=events, shares_estimated=False, degrees=None, **about), _overall(whole)


def _imputation_leads(panel: Adoption):
    """Return the leads that untreated rows alone have, each held against the times before all of them; None without."""
    event = panel.times[None, :] - panel.cohort[:, None]
    waiting = panel.observed & (event < -panel.anticipation)
    hidden = replace(panel, outcome=np.where(waiting, panel.outcome, np.nan))
    there = np.unique(event[waiting & np.isfinite(event)])
    most = min(LEADS, len(there) - 1)
    for chosen in (there[len(there) - n :] for n in range(most, 0, -1)):
        columns = (event[:, :, None] == chosen[None, None, :]).astype(float)
        try:
            fit = two_way.fixed_effects(hidden, columns, "did")
        except ModelError:
            continue  # fewer leads can be told from the times before them
        return chosen, fit.coefficients[: len(chosen)], fit.influence[:, : len(chosen)]
    return None


def _two_way(panel, where, overall, about):
    if overall != "simple":
        raise ModelError(where, "two-way fixed effects have one mean effect", 'Leave overall at "simple"')
    reference = two_way.REFERENCE - panel.anticipation
    event = panel.times[None, :] - panel.cohort[:, None]
    columns = [panel.treated]
    if panel.anticipation:
        columns.append((event < 0) & (event >= -panel.anticipation))
    whole = two_way.fixed_effects(panel, np.stack(columns, axis=2).astype(float), where)
    keys, indicators = two_way.event_columns(panel, reference)
    fit = two_way.fixed_effects(panel, indicators, where)
    keys = np.append(keys, reference)
    order = np.argsort(keys)
    effect = np.append(fit.coefficients[: len(keys) - 1], 0.0)[order]
    influence = np.column_stack([fit.influence[:, : len(keys) - 1], np.zeros(len(panel.units))])[:, order]
    events = Averages(keys[order], effect, influence, 0.0, np.zeros(len(panel.units)))
    degrees = float(len(np.unique(panel.clusters)) - 1)
    evidence = _Evidence(cells=None, events=events, shares_estimated=False, degrees=degrees, **about)
    return evidence, (float(whole.coefficients[0]), whole.influence[:, 0])


def _means(panel, where, overall, about):
    if len(panel.times) != 2 or panel.covariates.shape[2] or overall != "simple":
        raise ModelError(where, f"there are {len(panel.times)} times and {panel.covariates.shape[2]} covariates",
                         "A comparison of means takes two times, no covariates and the simple mean")  # fmt: skip
    if len(np.unique(panel.clusters)) < len(panel.units):
        raise ModelError(where, "a comparison of means takes no clusters", 'Use method="callaway_santanna"')
    if np.isfinite(panel.cohort).all():
        raise ModelError(where, "no unit is never treated", "There is nobody to compare with")
    effect, influence, parts = 0.0, np.zeros(len(panel.units)), []
    for sign, group in ((1, np.isfinite(panel.cohort)), (-1, np.isinf(panel.cohort))):
        values = panel.outcome[group]
        samples = [(1, values[:, 1] - values[:, 0])] if panel.balanced else [(1, values[:, 1]), (-1, values[:, 0])]
        for part, column in samples:
            seen = np.isfinite(column)
            n = int(seen.sum())
            if n < 2:
                raise ModelError(where, f"{n} units of a group are seen at a time", "It takes two or more")
            mean = column[seen].mean()
            effect += sign * part * mean
            # Scaled so that the sum of squares is the variance over n, with n − 1 in it.
            own = np.where(seen, column - mean, 0.0) / np.sqrt(n * (n - 1)) * len(panel.units)
            influence[group] = np.sqrt(influence[group] ** 2 + own**2)
            parts.append((float(column[seen].var(ddof=1)) / n, n - 1))
    degrees = sum(v for v, _ in parts) ** 2 / sum(v**2 / d for v, d in parts)
    events = Averages(np.array([0.0]), np.array([effect]), influence[:, None], effect, influence)
    return _Evidence(cells=None, events=events, shares_estimated=False, degrees=degrees, **about), (effect, influence)


def _without_last_cohort(panel: Adoption, where: str) -> Adoption:
    """Return the panel of times before the last cohort is treated, which then serves as control."""
    last = panel.cohorts[-1]
    if len(panel.cohorts) < 2:
        raise ModelError(
            where, f"all {len(panel.units)} units adopt at the same time", "There is nobody to compare with"
        )
    kept = panel.times < last - panel.anticipation
    lost = int(panel.observed[:, ~kept].sum())
    return replace(panel, times=panel.times[kept], outcome=panel.outcome[:, kept], covariates=panel.covariates[:, kept],
                   cohort=np.where(panel.cohort >= last, np.inf, panel.cohort),
                   left_out=(*panel.left_out, ("last_cohort", lost)))  # fmt: skip


def _overall(found: Averages) -> tuple[float, np.ndarray]:
    return found.overall, found.overall_influence


def _alone(effect: float, influence: np.ndarray) -> Averages:
    return Averages(np.array([np.nan]), np.array([effect]), influence[:, None], effect, influence)


def _estimates(found: Averages, terms: Sequence[str], evidence: _Evidence) -> tuple[Estimate, ...]:
    """Return the averages with their errors and pointwise intervals; one that is fixed has neither."""
    errors = np.sqrt(np.diag(covariance(found.influence, evidence.panel.clusters)))
    law = stats.norm if evidence.degrees is None else stats.t(evidence.degrees)
    reach, made = float(law.ppf((1 + evidence.level) / 2)), []
    for term, effect, error in zip(terms, found.effect, errors, strict=True):
        if error > 0:
            p = float(2 * law.sf(abs(effect) / error))
            made.append(
                Estimate(term, effect, error, effect - reach * error, effect + reach * error, p, evidence.level)
            )
        else:
            made.append(Estimate(term, effect, level=evidence.level))
    return tuple(made)


def _bands(found: Averages, evidence: _Evidence) -> tuple[tuple[float, float], ...]:
    clusters = evidence.panel.clusters
    errors = np.sqrt(np.diag(covariance(found.influence, clusters)))
    reach = simultaneous_critical_value(found.influence, clusters, evidence.level, evidence.draws, evidence.seed)
    if evidence.degrees is not None:
        reach = max(reach, float(stats.t.ppf((1 + evidence.level) / 2, evidence.degrees)))
    return tuple((float(e - reach * s), float(e + reach * s)) for e, s in zip(found.effect, errors, strict=True))


def _places(value: float) -> int:
    return 1 if value == 0 or abs(value) >= 0.1 else 4
