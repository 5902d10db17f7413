"""Imputation (Borusyak, Jaravel and Spiess 2024): treated rows beside what untreated rows lead one to expect."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.adoption import Panel
from ogp_analysis.statistics.group_time import Averages, Effects, GroupTime
from ogp_analysis.statistics.sample import summed_by
from ogp_analysis.statistics.two_way import SMALL, centred_by, fixed_effects, means_by

#: Leads of which imputation says whether they differ from the times before them; no more than there are.
LEADS = 5


def imputation(panel: Panel, where: str, overall: str) -> Effects:
    """Return the effects by cohort and time, and leads before adoption.

    Leads are those that untreated rows alone have, each held against the times before all of them, as many as can be
    told from these.
    """
    untreated = panel.observed & (panel.times[None, :] < panel.G[:, None] - panel.delta)
    effects = Effects.of(panel, imputed(panel, untreated, where), overall)
    hidden = replace(panel, Y=np.where(untreated, panel.Y, np.nan))
    e = np.unique(panel.e[untreated & ~panel.never[:, None]])
    for n in range(min(LEADS, len(e) - 1), 0, -1):
        leads, events = e[len(e) - n :], effects.events
        try:
            beta, psi = fixed_effects(hidden, (panel.e[:, :, None] == leads).astype(float), where)
        except ModelError:
            continue  # fewer leads can be distinguished from the times before them
        keys, att = np.concatenate([leads, events.key]), np.concatenate([beta[:n], events.att])
        events = Averages(keys, att, np.hstack([psi[:, :n], events.psi]), events.overall, events.overall_psi)
        return replace(effects, events=events)
    return effects


def imputed(panel: Panel, untreated: np.ndarray, where: str) -> GroupTime:
    """Return the means by cohort and time of the effects that can be imputed.

    Effects of units and times, and coefficients of covariates, are fitted to the rows before treatment (less the
    anticipation). A row whose time or unit has none of these cannot be imputed and is in no effect. Standard errors are
    conservative, since effects may differ around their mean by cohort and time only.

    Parameters
    ----------
    panel : Panel
        Units by times.
    untreated : numpy.ndarray
        Whether a row of the panel is observed before treatment.
    where : str
        Who asks.

    Raises
    ------
    ModelError
        If no effect can be imputed, or a covariate follows from the fixed effects.
    """
    known, N = untreated.any(axis=0), len(panel.units)
    sought = panel.observed & (panel.e >= 0)
    treated = sought & untreated.any(axis=1)[:, None] & known
    if not treated.any():
        raise ModelError(
            where, "no unit is untreated at a time at which others are treated", "Add units that adopt later, or never"
        )

    def columns(i, t):
        return np.hstack([(t[:, None] == np.flatnonzero(known)[None, 1:]).astype(float), panel.X[i, t]])

    i0, t0 = np.nonzero(untreated)
    X, Y = columns(i0, t0), panel.Y[i0, t0]
    within, y = centred_by(X, i0), centred_by(Y[:, None], i0)[:, 0]
    size = np.maximum(np.sqrt((X**2).sum(axis=0)), 1e-300)
    if np.linalg.matrix_rank(within / size, tol=SMALL) < X.shape[1]:
        raise ModelError(
            where,
            "a covariate follows from effects of units and times, or the rows before treatment "
            "do not join all units and times",
            "Leave such covariates out, or choose years",
        )
    inverse = np.linalg.inv(within.T @ within)
    beta = inverse @ (within.T @ y)
    i1, t1 = np.nonzero(treated)
    means = means_by(np.column_stack([X, Y]), i0, N)[i1]
    beyond = columns(i1, t1) - means[:, :-1]
    tau = panel.Y[i1, t1] - means[:, -1] - beyond @ beta
    # The mean by cohort and time, and what each row weighs in it: treated rows outright, untreated ones implied.
    pairs = np.array([panel.G[i1], panel.times[t1]])
    (g, t), cell = np.unique(pairs, axis=1, return_inverse=True)
    member = cell.ravel()[:, None] == np.arange(len(g))
    w = member / member.sum(axis=0)
    att = tau @ w
    of_unit = summed_by(w, i1, N) / np.maximum(untreated.sum(axis=1), 1)[:, None]
    v = -of_unit[i0] - within @ (inverse @ (beyond.T @ w))
    psi = summed_by(w * (tau[:, None] - att), i1, N) + summed_by(v * (y - within @ beta)[:, None], i0, N)
    controls = np.array([untreated[:, panel.times == one].sum() for one in t])
    i, at = np.nonzero(sought)
    without = np.unique(np.array([panel.G[i], panel.times[at]]), axis=1).shape[1] - len(g)
    return GroupTime(g, t, att, psi * N, np.zeros(len(g), bool), member.sum(axis=0), controls, without)
