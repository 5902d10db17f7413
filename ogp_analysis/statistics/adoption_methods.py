"""The five ways of :func:`~ogp_analysis.statistics.did.did`: a panel of adopters to effects with influence functions.

Each takes the units by times, the mean effect asked for (one of :data:`~ogp_analysis.statistics.aggregated.BY`) and
what all evidence holds besides, and returns the evidence with the mean effect and its influence function.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics import group_time, two_way
from ogp_analysis.statistics.adoption import Adoption, consecutive
from ogp_analysis.statistics.adoption_effects import Evidence
from ogp_analysis.statistics.aggregated import Averages, averages
from ogp_analysis.statistics.group_time import Cells

#: The evidence, and the mean effect with its influence function.
Estimated = tuple[Evidence, tuple[float, np.ndarray]]
#: Leads of which imputation says whether they differ from the times before them; no more than there are.
LEADS = 5
WHERE = "did"


def callaway_santanna(panel: Adoption, overall: str, about: dict) -> Estimated:
    """Compare each cohort with units not treated yet, or never (Callaway and Sant'Anna 2021)."""
    cells = group_time.group_time_effects(panel, WHERE, **about["chosen"])
    events, whole = averages(cells, panel.cohort, "event"), averages(cells, panel.cohort, overall)
    evidence = Evidence(panel=panel, cells=cells, events=events, shares_estimated=True, degrees=None, **about)
    return evidence, (whole.overall, whole.overall_influence)


def sun_abraham(panel: Adoption, overall: str, about: dict) -> Estimated:
    """Regress on cohorts by time from adoption, with effects of units and times (Sun and Abraham 2021).

    Where all adopt, the last cohort serves as control, up to its own adoption.

    Raises
    ------
    ModelError
        If times do not follow one another, or all units adopt at the same time.
    """
    consecutive(panel, WHERE)
    if np.isfinite(panel.cohort).all():
        if len(panel.cohorts) < 2:
            raise ModelError(
                WHERE, f"all {len(panel.units)} units adopt at the same time", "There is nothing to compare with"
            )
        last = panel.cohorts[-1]
        kept = panel.times < last - panel.anticipation
        lost = int(panel.observed[:, ~kept].sum())
        panel = replace(panel, times=panel.times[kept], outcome=panel.outcome[:, kept],
                        covariates=panel.covariates[:, kept],
                        cohort=np.where(panel.cohort >= last, np.inf, panel.cohort),
                        left_out=(*panel.left_out, ("last_cohort", lost)))  # fmt: skip
    reference = two_way.REFERENCE - panel.anticipation
    g, e, columns = two_way.interacted_columns(panel, reference)
    fit = two_way.fixed_effects(panel, columns, WHERE)
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
    evidence = Evidence(panel=panel, cells=cells, events=events, shares_estimated=False, degrees=degrees, **about)
    return evidence, (whole.overall, whole.overall_influence)


def imputation(panel: Adoption, overall: str, about: dict) -> Estimated:
    """Compare with what units and times not yet treated lead one to expect (Borusyak, Jaravel and Spiess 2024).

    Before adoption: leads that untreated rows alone have, each held against the times before all of them, as many as
    can be told from these.
    """
    effects = two_way.imputed(panel, WHERE)
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
    event = panel.times[None, :] - panel.cohort[:, None]
    hidden = replace(panel, outcome=np.where(waiting, panel.outcome, np.nan))
    untreated = np.unique(event[waiting & np.isfinite(event)])
    for n in range(min(LEADS, len(untreated) - 1), 0, -1):
        leads = untreated[len(untreated) - n :]
        try:
            fit = two_way.fixed_effects(hidden, (event[:, :, None] == leads[None, None, :]).astype(float), WHERE)
        except ModelError:
            continue  # fewer leads can be distinguished from the times before them
        events = replace(events, key=np.concatenate([leads, events.key]),
                         effect=np.concatenate([fit.coefficients[:n], events.effect]),
                         influence=np.hstack([fit.influence[:, :n], events.influence]))  # fmt: skip
        break
    evidence = Evidence(panel=panel, cells=cells, events=events, shares_estimated=False, degrees=None, **about)
    return evidence, (whole.overall, whole.overall_influence)


def two_way_fixed_effects(panel: Adoption, overall: str, about: dict) -> Estimated:
    """Regress on being treated, with effects of units and times: one mean effect, and one per time from adoption.

    Raises
    ------
    ModelError
        If times do not follow one another, or another mean than the simple one is asked for.
    """
    consecutive(panel, WHERE)
    if overall != "simple":
        raise ModelError(WHERE, "two-way fixed effects have one mean effect", 'Leave overall at "simple"')
    reference = two_way.REFERENCE - panel.anticipation
    event = panel.times[None, :] - panel.cohort[:, None]
    columns = [panel.treated]
    if panel.anticipation:
        columns.append((event < 0) & (event >= -panel.anticipation))
    whole = two_way.fixed_effects(panel, np.stack(columns, axis=2).astype(float), WHERE)
    keys, indicators = two_way.event_columns(panel, reference)
    # Where every unit adopts, a trend in the time from adoption is one of the effects of units and times: the earliest
    # time is fixed too, and where cohorts lie evenly apart some after it.
    free = np.ones(len(keys), bool)
    while True:
        try:
            fit = two_way.fixed_effects(panel, indicators[:, :, free], WHERE)
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
    evidence = Evidence(panel=panel, cells=None, events=events, shares_estimated=False, degrees=degrees, **about)
    return evidence, (float(whole.coefficients[0]), whole.influence[:, 0])


def means(panel: Adoption, overall: str, about: dict) -> Estimated:
    """Compare the means of two groups at two times (as Card and Krueger 1994), with Welch's degrees of freedom.

    Raises
    ------
    ModelError
        If there are other times, covariates or clusters, if no unit is never treated, or fewer than two are seen.
    """
    if len(panel.times) != 2 or panel.covariates.shape[2] or overall != "simple":
        raise ModelError(WHERE, f"there are {len(panel.times)} times and {panel.covariates.shape[2]} covariates",
                         "A comparison of means takes two times, no covariates and the simple mean")  # fmt: skip
    if len(np.unique(panel.clusters)) < len(panel.units):
        raise ModelError(WHERE, "a comparison of means takes no clusters", 'Use method="callaway_santanna"')
    if np.isfinite(panel.cohort).all():
        raise ModelError(WHERE, "no unit is never treated", "There is nothing to compare with")
    effect, influence, parts = 0.0, np.zeros(len(panel.units)), []
    for sign, group in ((1, np.isfinite(panel.cohort)), (-1, np.isinf(panel.cohort))):
        values = panel.outcome[group]
        samples = [(1, values[:, 1] - values[:, 0])] if panel.balanced else [(1, values[:, 1]), (-1, values[:, 0])]
        for part, column in samples:
            seen = np.isfinite(column)
            n = int(seen.sum())
            if n < 2:
                raise ModelError(WHERE, f"{n} units of a group are seen at a time", "Two or more are needed")
            mean = column[seen].mean()
            effect += sign * part * mean
            # Scaled so that the sum of squares is the variance over n, with n − 1 in it.
            own = np.where(seen, column - mean, 0.0) / np.sqrt(n * (n - 1)) * len(panel.units)
            influence[group] = np.sqrt(influence[group] ** 2 + own**2)
            parts.append((float(column[seen].var(ddof=1)) / n, n - 1))
    degrees = sum(v for v, _ in parts) ** 2 / sum(v**2 / d for v, d in parts)
    events = Averages(np.array([0.0]), np.array([effect]), influence[:, None], effect, influence)
    evidence = Evidence(panel=panel, cells=None, events=events, shares_estimated=False, degrees=degrees, **about)
    return evidence, (effect, influence)
