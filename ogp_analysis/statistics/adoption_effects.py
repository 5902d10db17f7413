"""What the effect of an adoption looks like: its mean, its path, its trends before, and how far these may fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy import stats

from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.base.words import Sentence, say, word
from ogp_analysis.base.words.numbers import Number, count, probability
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts
from ogp_analysis.statistics import group_time, sensitivity, two_way
from ogp_analysis.statistics.adoption import Adoption, consecutive
from ogp_analysis.statistics.aggregated import (
    BY,
    Averages,
    averages,
    covariance,
    simultaneous_critical_value,
    wald,
)
from ogp_analysis.statistics.group_time import Cells
from ogp_analysis.statistics.models import Model, ModelTable, table
from ogp_analysis.statistics.result import REFERENCES, Estimate

RAMBACHAN_ROTH = REFERENCES["rambachan_roth_2023"]
#: Why rows that lack no value are left out.
REASONS = ("treated_from_the_start", "last_cohort", "unbalanced")
#: Term of the mean effect on those that adopted, over the times from adoption on.
OVERALL = "ATT"


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
        From the chi-squared distribution with as many degrees of freedom as effects; None where there are none, or as
        many as units adopt (of a cohort: as many as it has units), or more than the clusters can distinguish.
    """

    effects: int
    statistic: float | None
    p_value: float | None


@dataclass(frozen=True, eq=False)
class Evidence:
    """What effects and their averages are computed from.

    Attributes
    ----------
    panel : Adoption
        Units by times.
    cells : Cells or None
        Effects by cohort and time; None for a method that does not distinguish cohorts.
    events : Averages
        Effects by time from adoption.
    shares_estimated : bool
        Whether the sizes of cohorts count as estimated.
    degrees : float or None
        Of the t distribution; None for the normal one.
    draws, seed : int
        Of the multiplier bootstrap.
    level : float
        Nominal coverage.
    chosen : dict
        Choices that belong to the method.
    """

    panel: Adoption
    cells: Cells | None
    events: Averages
    shares_estimated: bool
    degrees: float | None
    draws: int
    seed: int
    level: float
    chosen: dict

    @property
    def sizes(self) -> dict[float, int]:
        """Treated units behind the effect at each time from adoption."""
        sizes, cells = self.panel.seen, self.cells
        if cells is not None:
            event = cells.time - cells.cohort
            sizes |= {key: int(cells.treated[event == key].sum()) for key in np.unique(event).tolist()}
        return sizes

    @property
    def often_seen(self) -> list[float]:
        """The times from adoption at which at least half of the units that adopt are seen."""
        half = np.isfinite(self.panel.cohort).sum() / 2
        return [key for key, size in self.sizes.items() if size >= half]


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
    _evidence: Evidence = field(repr=False, compare=False)

    @property
    def cells(self) -> pd.DataFrame:
        """One row per effect by cohort and time: ``cohort, time, estimate, std_error, low, high, treated, controls``.

        Empty for a method that does not distinguish cohorts. An effect that is 0 by construction has no error.
        """
        cells, kept = self._evidence.cells, ["term", "estimate", "std_error", "low", "high"]
        if cells is None:
            return pd.DataFrame(columns=["cohort", "time", *kept[1:], "treated", "controls"])
        terms = [""] * len(cells.effect)
        estimates = estimates_of(cells.effect, cells.influence, terms, self._evidence)
        frame = Model(estimates=estimates, n=self.n, outcome=self.outcome, errors=self.errors).tidy()[kept[1:]]
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
        >>> rows = [(unit, year, 2.0 * year + (start is not None and year >= start), start)
        ...         for unit, start in first.items() for year in range(2000, 2005)]
        >>> frame = pd.DataFrame(rows, columns=["unit", "year", "index", "first"])
        >>> fit = ogp.statistics.did(frame, outcome="index", unit="unit", time="year", cohort="first")
        >>> fit.by("group").frame[["term", "estimate"]].round(3).to_numpy().tolist()
        [['ATT', 1.0], ['2002', 1.0], ['2003', 1.0]]
        """
        if key not in BY:
            raise ModelError("by", f"{key!r} is not a key", "Keys are " + listed(BY, 4))
        if self._evidence.cells is None and key != "event":
            raise ModelError("by", f"{self.method} does not distinguish cohorts", 'Use method="callaway_santanna"')
        evidence = self._evidence
        means = evidence.events if key == "event" else averages(
            evidence.cells, evidence.panel.cohort, key, evidence.shares_estimated)  # fmt: skip
        parts = estimates_of(means.effect, means.influence, [f"{label:g}" for label in means.key], evidence)
        whole = estimates_of([means.overall], means.overall_influence[:, None], [OVERALL], evidence)
        when = (float("nan"), *(float(label) for label in means.key)) if key == "event" else ()
        bands = ((float("nan"), float("nan")), *bands_of(means, evidence)) if parts else ()
        return Model(estimates=(*whole, *parts), n=self.n, clusters=self.clusters, method=self.method,
                     references=self.references, outcome=self.outcome, errors=self.errors, degrees=self.degrees,
                     clustered_by=self.clustered_by, left_out=self.left_out, when=when, bands=bands)  # fmt: skip

    def pretrends(self, by: str = "event") -> PreTrends:
        """Test that the effects before adoption, or before it is anticipated, are 0 together.

        That they are not distinguishable from 0 is not proof of parallel trends.

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
        >>> fit = ogp.statistics.did(frame, outcome="index", unit="unit", time="year", cohort="first", control="never")
        >>> fit.pretrends().effects
        2
        """
        if by not in ("event", "cells"):
            raise ModelError("pretrends", f"{by!r} is not a choice", "Choices are 'event', 'cells'")
        panel, cells = self._evidence.panel, self._evidence.cells
        if by == "cells" and cells is None:
            raise ModelError("pretrends", f"{self.method} does not distinguish cohorts", 'Use by="event"')
        if by == "cells":
            chosen = (cells.time < cells.cohort - panel.anticipation) & ~cells.reference
            effect, influence = cells.effect[chosen], cells.influence[:, chosen]
            too_many = any((cells.cohort[chosen] == g).sum() >= size for g, size in panel.sizes.items())
        else:
            events = self._evidence.events
            error = np.abs(events.influence).max(axis=0, initial=0)
            chosen = (events.key < -panel.anticipation) & (error > 0)
            chosen &= np.isin(events.key, self._evidence.often_seen)
            effect, influence = events.effect[chosen], events.influence[:, chosen]
            too_many = len(effect) >= sum(panel.sizes.values())
        if not len(effect):
            return PreTrends(0, None, None)
        statistic, degrees, p = wald(effect, covariance(influence, panel.clusters))
        if degrees < len(effect) or too_many:
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
        >>> fit = ogp.statistics.did(frame, outcome="index", unit="unit", time="year", cohort="first")
        >>> bounds = fit.sensitivity(bounds=[0, 1])
        >>> bounds.frame[["bound", "low", "high"]].round(1).to_numpy().tolist()
        [[0.0, 6.8, 10.7], [1.0, 4.1, 13.2]]
        """
        if kind not in ("relative_magnitudes", "smoothness"):
            raise ModelError("sensitivity", f"{kind!r} is not a kind", "Kinds are 'relative_magnitudes', 'smoothness'")
        if self.method in ("imputation", "means"):
            raise ModelError("sensitivity", f"with {self.method} effects before and after adoption are not "
                             "estimated alike", 'Use method="callaway_santanna" or "sun_abraham"')  # fmt: skip
        consecutive(self._evidence.panel, "sensitivity")
        evidence, reference = self._evidence, two_way.REFERENCE - self._evidence.panel.anticipation
        if evidence.chosen.get("base") == "varying":
            chosen = {**evidence.chosen, "base": "universal"}
            cells = group_time.group_time_effects(evidence.panel, "sensitivity", **chosen)
            evidence = replace(evidence, cells=cells, events=averages(cells, evidence.panel.cohort, "event"))
        events = evidence.events
        kept = np.isin(events.key, evidence.often_seen) & ((events.key < reference) | (events.key >= 0))
        keys, before = events.key[kept], int((events.key[kept] < reference).sum())
        after = len(keys) - before
        if before < 2 or not after:
            raise ModelError("sensitivity", f"there are {before} times before the reference, {after} after it",
                             "Two before and one after are needed: begin the panel earlier")  # fmt: skip
        own = np.full(after, 1 / after) if weights is None else np.asarray(weights, float)
        if own.shape != (after,) or not np.isclose(own.sum(), 1):
            raise ModelError("sensitivity", f"{own.size} weights sum to {own.sum():g}",
                             f"Give {after} that sum to 1, one for each time from adoption on")  # fmt: skip
        variance = covariance(events.influence[:, kept], evidence.panel.clusters)
        if not len(bounds):
            scale = float(np.sqrt(variance[before, before])) if kind == "smoothness" else 1.0
            bounds = tuple(scale * step for step in (0, 0.5, 1, 1.5, 2))
        if min(bounds) < 0:
            raise ModelError("sensitivity", f"a bound is {min(bounds)}", "Bounds are 0 or more")
        compute = getattr(sensitivity, kind)
        intervals = [compute(events.effect[kept], variance, before, own, float(b), evidence.level) for b in bounds]
        point = float(own @ events.effect[kept][before:])
        error = float(np.sqrt(own @ variance[before:, before:] @ own))
        return Sensitivity(
            estimates=tuple(Estimate(f"{float(bound):g}", min(max(point, low), high), low=low, high=high,
                                     level=evidence.level)
                            for bound, (low, high) in zip(bounds, intervals, strict=True)),
            n=self.n, clusters=self.clusters, method=kind, references=(RAMBACHAN_ROTH,), outcome=self.outcome,
            errors=self.errors, left_out=self.left_out, clustered_by=self.clustered_by, kind=kind,
            bounds=tuple(float(bound) for bound in bounds), point=point, point_error=error,
            leads=before, lags=after,
        )  # fmt: skip

    def text(self) -> Parts:
        """Say the mean effect, the smallest it could have shown, trends before it, and who is left out."""
        mean, panel = self[OVERALL], self._evidence.panel
        case, numbers = self._in_numbers(OVERALL)
        values = {"outcome": self.outcome, "method": word(f"adoption.method.{self.method}"),
                  "control": word(f"adoption.control.{self.control}"), "units": count(len(panel.units)),
                  "treated": count(sum(panel.sizes.values())), "cohorts": count(len(panel.cohorts))}  # fmt: skip
        said = [say("adoption.overall", case=case, **values, **numbers)]
        tested = self.pretrends()
        if tested.p_value is not None:
            case = "differ" if tested.p_value < 1 - mean.level else "do_not_differ"
            said.append(say("adoption.pretrends", case=case, effects=count(tested.effects),
                            p=probability(tested.p_value)))  # fmt: skip
        said += self._left_out()
        if (cells := self._evidence.cells) is not None and cells.without:
            said.append(say("adoption.left_out", case="no_controls", effects=count(cells.without)))
        return Parts(said)

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
        columns = tuple(pair for pair in self.left_out if pair[0] not in REASONS)
        said = say("adoption.note", case="covariates" if self.covariates else "plain",
                   method=word(f"adoption.method.{self.method}"), control=word(f"adoption.control.{self.control}"),
                   covariates=", ".join(self.covariates))  # fmt: skip
        return super(AdoptionEffects, replace(self, left_out=columns)).notes() + (*self._left_out(), said)

    def plot(self, terms: Sequence[str] | None = None, *, first: float | None = None, last: float | None = None,
             name: str = "", labels: Mapping[str, str] | None = None) -> Figure | Parts:  # fmt: skip
        """Draw the effects by time from adoption, with intervals, band, and the units behind each.

        Parameters
        ----------
        terms : sequence of str or None
            As of every model; effects by time are all drawn between `first` and `last`.
        first, last : float or None
            Times from adoption; by default those between which half of the units that adopt are seen.
        name : str
            File name of the figure.
        labels : mapping of str to str or None
            What the outcome is called in the drawing.
        """
        low, high = self._window(first, last)
        kept = [number for number, when in enumerate(self.when) if low <= when <= high]
        parts = {name: tuple(getattr(self, name)[number] for number in kept)
                 for name in ("estimates", "when", "bands", "sizes")}  # fmt: skip
        shown = replace(self, **parts)
        return super(AdoptionEffects, shown).plot(terms, name=name, labels=labels)

    def table(self) -> ModelTable:
        """Return the mean effect and those by time from adoption at which half of the units that adopt are seen.

        :func:`ogp_analysis.statistics.models.table` puts several fits side by side, with all terms or those named.
        """
        low, high = self._window(None, None)
        terms = [e.term for e, when in zip(self.estimates, self.when, strict=True) if low <= when <= high]
        return table([self], terms=[OVERALL, *terms])

    def _window(self, first: float | None, last: float | None) -> tuple[float, float]:
        often = [key for key in self._evidence.often_seen if key in self.when] or [0.0]
        return min(often) if first is None else first, max(often) if last is None else last

    def _left_out(self) -> list[Sentence]:
        reasons = dict(self.left_out)
        return [say("adoption.left_out", case=reason, rows=count(reasons[reason]))
                for reason in REASONS if reason in reasons]  # fmt: skip


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
        """As in all models, one row per bound, with ``bound``. The estimate is that of parallel trends, kept within."""
        frame = super().frame
        frame.insert(1, "bound", list(self.bounds))
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
        breakdown = self.breakdown
        case = "never" if breakdown is None else "at_once" if breakdown == min(self.bounds) else "from"
        bound = max(self.bounds) if breakdown is None else breakdown
        values["bound"] = Number(bound, "index", 1 if bound == 0 or abs(bound) >= 0.1 else 4)
        return Parts([say("adoption.breakdown", case=case, **values)])


def estimates_of(
    effects: Sequence[float], influence: np.ndarray, terms: Sequence[str], evidence: Evidence
) -> tuple[Estimate, ...]:
    """Return effects with their errors and pointwise intervals; one that is fixed has neither."""
    errors = np.sqrt(np.diag(covariance(influence, evidence.panel.clusters)))
    # One call for all p values: a call takes longer than an estimate.
    law, degrees = (stats.norm, ()) if evidence.degrees is None else (stats.t, (evidence.degrees,))
    reach, estimates, level = float(law.ppf((1 + evidence.level) / 2, *degrees)), [], evidence.level
    sizes = np.divide(np.abs(effects), errors, out=np.zeros(len(errors)), where=errors > 0)
    for term, effect, error, p in zip(terms, effects, errors, 2 * law.sf(sizes, *degrees), strict=True):
        if error > 0:
            p, ends = float(p), (effect - reach * error, effect + reach * error)
            estimates.append(Estimate(term, effect, error, *ends, p, level))
        else:
            estimates.append(Estimate(term, effect, level=level))
    return tuple(estimates)


def bands_of(means: Averages, evidence: Evidence) -> tuple[tuple[float, float], ...]:
    """Return the ends of the band that holds all effects at once."""
    clusters = evidence.panel.clusters
    errors = np.sqrt(np.diag(covariance(means.influence, clusters)))
    reach = simultaneous_critical_value(means.influence, clusters, evidence.level, evidence.draws, evidence.seed)
    if evidence.degrees is not None:
        reach = max(reach, float(stats.t.ppf((1 + evidence.level) / 2, evidence.degrees)))
    return tuple((float(e - reach * s), float(e + reach * s)) for e, s in zip(means.effect, errors, strict=True))
