"""The effect of something that units adopt for good, each in its own year: difference in differences.

Every method here rests on parallel trends: without adoption, those that adopted would have moved like those they are
compared with. How far that may fail before the answer is lost is what :meth:`AdoptionEffects.sensitivity` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.base.words.numbers import count
from ogp_analysis.statistics import group_time, two_way
from ogp_analysis.statistics.adoption import Adoption, adoption_of, consecutive
from ogp_analysis.statistics.adoption_effects import (
    OVERALL,
    AdoptionEffects,
    Evidence,
    bands_of,
    estimates_of,
)
from ogp_analysis.statistics.aggregated import BY, Averages, averages
from ogp_analysis.statistics.group_time import Cells
from ogp_analysis.statistics.result import Reference, checked_level

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
CARD_KRUEGER = Reference(
    "card_krueger_1994",
    "Card, D.; Krueger, A. B.",
    1994,
    "Minimum wages and employment: a case study of the fast-food industry in New Jersey and Pennsylvania",
    "American Economic Review 84(4), 772–793",
)
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
    "base": ("universal", "varying"),
}
#: Leads of which imputation says whether they differ from the times before them; no more than there are.
LEADS = 5


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
    base : {"universal", "varying"} or None
        What a time before adoption is compared with there: the last before adoption, as the times after it are, by
        default; or the one before it, with which a trend that parts slowly looks like none.
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
        If the frame is not such a panel, nobody can be compared, or a choice does not belong to the method.

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
    if method in ("sun_abraham", "two_way"):
        consecutive(panel, where)
    if method == "sun_abraham" and np.isfinite(panel.cohort).all():
        panel = _without_last_cohort(panel, where)
    about = {"panel": panel, "draws": draws, "seed": seed, "level": level, "chosen": chosen}
    build = {"callaway_santanna": _callaway_santanna, "sun_abraham": _sun_abraham, "imputation": _imputation,
             "two_way": _two_way, "means": _means}[method]  # fmt: skip
    evidence, whole = build(panel, where, overall, about)
    events = evidence.events
    terms = [OVERALL, *(f"{OVERALL}({e:g})" for e in events.key)]
    mean = estimates_of(whole[:1], whole[1][:, None], terms[:1], evidence)
    behind = evidence.sizes
    sizes = [int(np.isfinite(panel.cohort).sum()), *(behind[key] for key in events.key)]
    clusters = len(np.unique(panel.clusters))
    if method == "sun_abraham":
        compared_with = "last" if "last_cohort" in dict(panel.left_out) else "never"
    else:
        compared_with = chosen.get("control") or {"means": "never", "two_way": "all"}.get(method, "not_yet")
    return AdoptionEffects(
        estimates=mean + estimates_of(events.effect, events.influence, terms[1:], evidence),
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
        bands=((float("nan"), float("nan")), *bands_of(events, evidence)),
        sizes=tuple(sizes),
        control=compared_with,
        covariates=tuple(covariates),
        _evidence=evidence,
    )  # fmt: skip


def _callaway_santanna(panel, where, overall, about):
    cells = group_time.group_time_effects(panel, where, **about["chosen"])
    events, whole = averages(cells, panel.cohort, "event"), averages(cells, panel.cohort, overall)
    return Evidence(cells=cells, events=events, shares_estimated=True, degrees=None, **about), _overall(whole)


def _sun_abraham(panel, where, overall, about):
    reference = two_way.REFERENCE - panel.anticipation
    g, e, columns = two_way.interacted_columns(panel, reference)
    fit = two_way.fixed_effects(panel, columns, where)
    fixed = [(h, reference) for h in panel.cohorts if h + reference in panel.times]
    cohort, event = np.array([*g, *(h for h, _ in fixed)]), np.array([*e, *(r for _, r in fixed)])
    cohorts, never = [panel.cohort == h for h in cohort], np.isinf(panel.cohort)
    seen = [panel.observed[:, panel.times == time].ravel() for time in cohort + event]
    treated = np.array([(observed & own).sum() for observed, own in zip(seen, cohorts, strict=True)])
    controls = np.array([(observed & never).sum() for observed in seen])
    effect = np.concatenate([fit.coefficients[: len(g)], np.zeros(len(fixed))])
    influence = np.hstack([fit.influence[:, : len(g)], np.zeros((len(panel.units), len(fixed)))])
    order = np.lexsort([event, cohort])
    cells = Cells(cohort[order], (cohort + event)[order], effect[order], influence[:, order],
                  np.arange(len(effect))[order] >= len(g), treated[order], controls[order])  # fmt: skip
    events, whole = averages(cells, panel.cohort, "event", False), averages(cells, panel.cohort, overall, False)
    degrees = float(len(np.unique(panel.clusters)) - 1)
    return Evidence(cells=cells, events=events, shares_estimated=False, degrees=degrees, **about), _overall(whole)


def _imputation(panel, where, overall, about):
    effects = two_way.imputed(panel, where)
    pairs = np.array([panel.cohort[effects.row], panel.times[effects.at]])
    there, cell = np.unique(pairs, axis=1, return_inverse=True)
    weights = (cell.ravel()[None, :] == np.arange(there.shape[1])[:, None]).astype(float)
    treated = weights.sum(axis=1)
    effect, influence = effects.averaged(weights / treated[:, None])
    waiting = panel.observed & (panel.times[None, :] < panel.cohort[:, None] - panel.anticipation)
    controls = np.array([waiting[:, panel.times == t].sum() for t in there[1]])
    row, at = np.nonzero(panel.observed & panel.treated)
    sought = np.unique(np.array([panel.cohort[row], panel.times[at]]), axis=1).shape[1]
    cells = Cells(there[0], there[1], effect, influence, np.zeros(len(effect), bool), treated.astype(int), controls,
                  sought - there.shape[1])  # fmt: skip
    events, whole = averages(cells, panel.cohort, "event", False), averages(cells, panel.cohort, overall, False)
    if (leads := _imputation_leads(panel)) is not None:
        events = replace(events, key=np.concatenate([leads[0], events.key]),
                         effect=np.concatenate([leads[1], events.effect]),
                         influence=np.hstack([leads[2], events.influence]))  # fmt: skip
    return Evidence(cells=cells, events=events, shares_estimated=False, degrees=None, **about), _overall(whole)


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
            continue  # fewer leads can be distinguished from the times before them
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
    # Where every unit adopts, a trend in the time from adoption is one of the effects of units and times: the earliest
    # time is fixed too, and where cohorts lie evenly apart some after it.
    free = np.ones(len(keys), bool)
    while True:
        try:
            fit = two_way.fixed_effects(panel, indicators[:, :, free], where)
            break
        except ModelError:
            if np.isinf(panel.cohort).any() or not (free & (keys < reference)).any():
                raise
            free[np.flatnonzero(free)[0]] = False
    influence, effect = np.zeros((len(panel.units), len(keys) + 1)), np.zeros(len(keys) + 1)
    influence[:, :-1][:, free], effect[:-1][free] = fit.influence[:, : free.sum()], fit.coefficients[: free.sum()]
    keys = np.append(keys, reference)
    order = np.argsort(keys)
    effect, influence = effect[order], influence[:, order]
    events = Averages(keys[order], effect, influence, 0.0, np.zeros(len(panel.units)))
    degrees = float(len(np.unique(panel.clusters)) - 1)
    evidence = Evidence(cells=None, events=events, shares_estimated=False, degrees=degrees, **about)
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
    return Evidence(cells=None, events=events, shares_estimated=False, degrees=degrees, **about), (effect, influence)


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


def _overall(means: Averages) -> tuple[float, np.ndarray]:
    return means.overall, means.overall_influence
