"""Ordered categories: the proportional-odds logit, whether its odds are proportional, and probabilities from it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import optimize, stats
from scipy.special import expit, logsumexp
from statsmodels.stats.sandwich_covariance import S_crosssection
from statsmodels.tools.numdiff import approx_hess3

from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.base.words.sentence import Number
from ogp_analysis.statistics.models import Model
from ogp_analysis.statistics.result import checked_level, quantile, with_errors
from ogp_analysis.statistics.sample import numbers, sample, summed_by

#: Bend of the log likelihood by the logarithm of the spread of random effects below which it says nothing of it.
_FLAT = 1e-2


@dataclass(frozen=True, kw_only=True)
class OrderedLogit(Model):
    """A proportional-odds logit: positive coefficients go with higher categories.

    Estimates are log odds, then the cut-points ``a|b`` between categories: the log odds of ``a`` or lower where all
    terms are 0.

    Attributes
    ----------
    categories : tuple of str
        From the lowest to the highest.
    log_likelihood : float
        At the estimates.
    random_sd : float or None
        Standard deviation of the random effects, if there are any.
    terms : tuple of str
        Those with a coefficient, without the cut-points.
    covariance : numpy.ndarray
        Of the estimates, in their order.
    odds : pandas.DataFrame or None
        If it was asked for, whether each term, and ``all`` of them, go with all cut-points alike: ``term, degrees,
        likelihood_ratio, likelihood_ratio_p, wald, wald_p``. The likelihood ratio lets the term have a coefficient of
        its own at every cut-point and holds for independent observations. The Wald test (Brant 1990) compares the
        coefficients of separate logits, one a cut-point, with the sandwich over clusters where there are some.
    predicted : pandas.DataFrame or None
        If it was asked for, the probability of each category at values of a term, averaged over the observations, which
        else stay as they are: ``term, value, category, probability, std_error, low, high``. Intervals are those of the
        delta method, with the quantile of the model's own.
    """

    categories: tuple[str, ...]
    log_likelihood: float
    random_sd: float | None
    terms: tuple[str, ...]
    covariance: np.ndarray = field(repr=False, compare=False)
    odds: pd.DataFrame | None = field(repr=False, compare=False)
    predicted: pd.DataFrame | None = field(repr=False, compare=False)


def ordered_logit(
    frame: pd.DataFrame,
    outcome: str,
    terms: Sequence[str],
    *,
    clusters: str = "",
    random: str = "",
    odds: bool = False,
    at: Mapping[str, Sequence[float]] | None = None,
    level: float = 0.95,
) -> OrderedLogit:
    """Fit a proportional-odds logit of ordered categories by maximum likelihood.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per observation, in any order. Rows that lack a value that is used are left out, and counted.
    outcome : str
        Column of numbers, or of a pandas category whose order counts. Two categories give an ordinary logit.
    terms : sequence of str
        As in :func:`~ogp_analysis.statistics.regression.ols`.
    clusters : str
        Column of clusters of the standard errors, whose variance is multiplied by G / (G − 1); without it they are
        those of the likelihood.
    random : str
        Column of groups that each have a normal random effect, integrated out over 15 adaptive Gauss–Hermite points.
    odds : bool
        Whether it is tested that odds are proportional.
    at : mapping of str to sequence of float or None
        Terms with a coefficient, each with the values at which categories are predicted.
    level : float
        Nominal coverage of the intervals.

    Returns
    -------
    OrderedLogit
        Intervals and p values are those of the normal distribution, with clusters of t with G − 1 degrees of freedom.

    Raises
    ------
    ModelError
        If a column is absent or of the wrong kind, there is one category or one cluster only, random effects go with
        clusters, odds or predictions, or the terms separate the categories perfectly, so that a coefficient is
        infinite; where odds are tested, also if there are two categories only, or terms separate the two sides of a
        cut-point.

    Notes
    -----
    McCullagh (1980); clusters as in Liang and Zeger (1986); random effects as in Tutz and Hennevogl (1996).

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"done": [0, 1, 0, 2, 1, 2, 0, 1, 2, 2, 1, 0] * 3, "clear": [1, 1, 2, 2, 3, 3] * 6})
    >>> fit = ogp.statistics.ordered_logit(frame, "done", ["clear"], odds=True, at={"clear": [1]})
    >>> [e.term for e in fit.estimates], round(fit["clear"].estimate, 3)
    (['clear', '0|1', '1|2'], 0.511)
    >>> fit.odds["degrees"].tolist(), fit.predicted["probability"].round(2).tolist()
    ([1, 1], [0.45, 0.33, 0.23])
    """
    level, where = checked_level(level, "ordered_logit"), "ordered_logit"
    if not terms or (random and (clusters or odds or at)):
        what = "no term is named, or random effects go with clusters, odds or predictions"
        raise ModelError(where, what, "Change the arguments")
    categories, coded = _coded(frame, outcome, where)
    made = sample(coded, outcome, terms, keys=[key for key in (clusters, random) if key], where=where)
    there, codes = np.unique(made.y.astype(int), return_inverse=True)
    names, x = [categories[i] for i in there], made.x
    cuts, k = len(names) - 1, x.shape[1]
    if unknown := [term for term in at or () if term not in made.terms]:
        raise ModelError(where, f"{unknown[0]!r} has no coefficient", "Terms are " + listed(made.terms, most=20))
    if odds and cuts < 2:
        raise ModelError(where, "there are two categories only, whose odds cannot differ", "Leave odds out")
    design = _thresholds(x, cuts)
    _unseparated(design, codes, made.terms, where)
    theta, likelihood, hessian, scores = _fitted(design, codes, _start(codes, k, cuts), where)
    covariance, groups, degrees, clustered_by, sd = np.linalg.inv(-hessian), None, None, (), None
    if clusters:
        groups = pd.factorize(made.rows[clusters])[0]
        g = int(groups.max()) + 1
        if g < 2:
            raise ModelError(where, f"all rows are in one cluster of {clusters!r}", "Name a column with more clusters")
        covariance = g / (g - 1) * covariance @ S_crosssection(scores, groups) @ covariance
        degrees, clustered_by = g - 1, ((clusters, g),)
    if random:
        effects = pd.factorize(made.rows[random])[0]
        theta, sd, likelihood, covariance = _with_random_effects(design, codes, effects, theta)
        clustered_by = ((random, int(effects.max()) + 1),)
    labels = [*made.terms, *(f"{a}|{b}" for a, b in itertools.pairwise(names))]
    wide = quantile((1 + level) / 2, degrees)
    return OrderedLogit(
        estimates=with_errors(labels, theta, covariance, degrees, level),
        n=len(x),
        outcome=outcome,
        errors=f"likelihood{'_cluster_each' if clusters else '_random' if random else ''}",
        degrees=degrees,
        clusters=clustered_by[0][1] if clustered_by else None,
        random_sd=sd,
        clustered_by=clustered_by,
        left_out=made.left_out,
        main=made.terms,
        fit=(
            ("log_likelihood", Number(likelihood, "ratio", 2)),
            *([("random_sd", Number(sd, "ratio", 3))] if random else []),
        ),
        method="ordered_logit",
        references=(
            "mccullagh_1980",
            *["liang_zeger_1986"][: bool(clusters)],
            *["tutz_hennevogl_1996"][: bool(random)],
        ),
        categories=tuple(names),
        log_likelihood=likelihood,
        terms=made.terms,
        covariance=covariance,
        odds=_odds(x, codes, groups, made.terms, names, theta, likelihood) if odds else None,
        predicted=_predicted(x, made.terms, names, theta, covariance, wide, at) if at else None,
    )


def _odds(x: np.ndarray, codes: np.ndarray, groups, terms: Sequence[str], names: list[str], theta, likelihood: float):
    """Return the tests of proportional odds, by term and of all together."""
    k, cuts, where, one, influence, found = len(terms), len(names) - 1, "proportional odds", _thresholds(x, 1), [], []
    for cut in range(cuts):  # one logit a cut-point; coefficients and their joint covariance are without the constants
        above = (codes > cut).astype(int)
        _unseparated(one, above, terms, f"{where}, above {names[cut]!r}")
        own, _, hessian, scores = _fitted(one, above, _start(above, k, 1), where)
        found.append(own[:k])
        influence.append((scores @ np.linalg.inv(-hessian))[:, :k])
    psi, factor = np.hstack(influence), 1.0
    if groups is not None:
        psi, factor = summed_by(psi, groups), (groups.max() + 1) / groups.max()
    b, covariance, rows = np.concatenate(found), factor * psi.T @ psi, []
    for term in (*terms, "all"):
        at = list(range(k)) if term == "all" else [terms.index(term)]
        # The coefficients of the first cut-point less those of each other.
        contrast = np.kron(np.hstack([np.ones((cuts - 1, 1)), -np.eye(cuts - 1)]), np.eye(k)[at])
        apart, degrees, kept = contrast @ b, (cuts - 1) * len(at), np.delete(np.arange(k), at)
        wald = float(apart @ np.linalg.solve(contrast @ covariance @ contrast.T, apart))
        start = np.concatenate([theta[kept], theta[k:], np.repeat(theta[at], cuts)])
        nominal = _fitted(_thresholds(x[:, kept], cuts, x[:, at]), codes, start, where)[1]
        ratio = 2 * (nominal - likelihood)
        rows.append((term, degrees, ratio, stats.chi2.sf(ratio, degrees), wald, stats.chi2.sf(wald, degrees)))
    return pd.DataFrame(rows, columns=["term", "degrees", "likelihood_ratio", "likelihood_ratio_p", "wald", "wald_p"])


def _predicted(x: np.ndarray, terms, names: list[str], theta, covariance, wide: float, at: Mapping) -> pd.DataFrame:
    """Return the mean probability of each category at values of terms, with its interval."""
    rows = []
    for term, value in ((term, value) for term, values in at.items() for value in values):
        moved = x.copy()
        moved[:, terms.index(term)] = value
        design = _thresholds(moved, len(names) - 1)
        line = design @ theta
        # The share below each cut-point with its gradient; a category lies between two.
        below = np.array([0.0, *expit(line).mean(axis=1), 1.0])
        gradients = np.einsum("cn,cnk->ck", expit(line) * expit(-line) / len(x), design)
        gradients = np.diff(np.pad(gradients, ((1, 1), (0, 0))), axis=0)
        sizes = np.sqrt(np.einsum("ck,kl,cl->c", gradients, covariance, gradients))
        for category, p, size in zip(names, np.diff(below), sizes, strict=True):
            ends = max(p - wide * size, 0.0), min(p + wide * size, 1.0)
            rows.append((term, float(value), category, p, size, *ends))
    return pd.DataFrame(rows, columns=["term", "value", "category", "probability", "std_error", "low", "high"])


def _coded(frame: pd.DataFrame, outcome: str, where: str) -> tuple[list[str], pd.DataFrame]:
    """Return the categories from the lowest, and the frame with the place of each row's category among them."""
    if outcome not in frame.columns:
        raise ModelError(where, f"column {outcome!r} is absent", "Name a column of the frame")
    column = frame[outcome]
    if isinstance(column.dtype, pd.CategoricalDtype):
        if not column.cat.ordered:
            raise ModelError(where, f"the categories of {outcome!r} have no order", "Make them an ordered category")
        codes = column.cat.codes.to_numpy("float64")
        return [str(c) for c in column.cat.categories], frame.assign(**{outcome: np.where(codes < 0, np.nan, codes)})
    values = numbers(column.dropna(), where)
    there = np.unique(values)
    codes = pd.Series(np.searchsorted(there, values).astype(float), column.dropna().index)
    return [f"{value:g}" for value in there], frame.assign(**{outcome: codes.reindex(frame.index)})


def _thresholds(x: np.ndarray, cuts: int, own: np.ndarray | None = None) -> np.ndarray:
    """Return by cut-point what each row's coefficients are multiplied by: terms, cut-points, and `own` of each cut."""
    one = np.eye(cuts)
    parts = [np.tile(-x, (cuts, 1, 1)), np.tile(one[:, None, :], (1, len(x), 1))]
    parts += [-column[None, :, None] * one[:, None, :] for column in (() if own is None else own.T)]
    return np.concatenate(parts, axis=2)


def _unseparated(design: np.ndarray, codes: np.ndarray, terms: Sequence[str], where: str) -> None:
    """Refuse complete and quasi-complete separation, found by a linear program (Konis 2007).

    Under separation the likelihood has no maximum: along some direction of the coefficients it never falls.
    """
    rows, upper, lower = np.arange(len(codes)), codes < len(design), codes > 0
    ways = np.vstack([design[codes[upper], rows[upper]], -design[codes[lower] - 1, rows[lower]]])
    ways = np.unique(ways / np.maximum(np.abs(ways).max(axis=0), 1e-12), axis=0)
    found = optimize.linprog(-ways.sum(axis=0), A_ub=-ways, b_ub=np.zeros(len(ways)), bounds=(-1, 1)).x
    if (ways @ found).sum() > 1e-6 * len(ways):
        apart = listed((term for term, size in zip(terms, found, strict=False) if abs(size) > 1e-6), most=20)
        raise ModelError(where, f"{apart} separates the categories perfectly", "Leave it out, or merge categories")


def _start(codes: np.ndarray, k: int, cuts: int) -> np.ndarray:
    """Return coefficients of 0 with the cut-points of the shares."""
    shares = np.cumsum(np.bincount(codes, minlength=cuts + 1))[:-1] / len(codes)
    return np.concatenate([np.zeros(k), np.log(shares / (1 - shares))])


def _likelihood(design: np.ndarray, codes: np.ndarray, theta: np.ndarray, shift: np.ndarray | float = 0.0):
    """Return for each row its probability, and of the two cut-points around it place, value, slope and bend."""
    rows, found = np.arange(len(codes)), []
    for step, end in ((0, np.inf), (-1, -np.inf)):  # the cut-points around each row's category
        at = codes + step
        inside = (at >= 0) & (at < len(design))
        w = np.where(inside[:, None], design[at.clip(0, len(design) - 1), rows], 0.0)
        line = np.where(inside, w @ theta - shift, end)
        f = expit(line)
        found.append((w, line, f, f * expit(-line)))
    upper, lower = found
    # In the upper half the difference of what is left over keeps its digits.
    p = np.where(lower[1] > 0, expit(-lower[1]) - expit(-upper[1]), upper[2] - lower[2])
    return p, upper, lower


def _derivatives(design: np.ndarray, codes: np.ndarray, theta: np.ndarray):
    """Return the log likelihood, its slope by row, and its bend."""
    p, (wu, _, fu, du), (wl, _, fl, dl) = _likelihood(design, codes, theta)
    if (p <= 0).any():
        return -np.inf, None, None
    scores = (du[:, None] * wu - dl[:, None] * wl) / p[:, None]
    bend_u, bend_l = (d * (1 - 2 * f) / p for d, f in ((du, fu), (dl, fl)))
    hessian = (wu.T * bend_u) @ wu - (wl.T * bend_l) @ wl - scores.T @ scores
    return float(np.ones(len(p)) @ np.log(p)), scores, hessian


def _fitted(design: np.ndarray, codes: np.ndarray, theta: np.ndarray, where: str):
    """Return coefficients, log likelihood, its bend and its slope by row, by Newton's steps, halved where too long."""
    value, scores, hessian = _derivatives(design, codes, theta)
    for _ in range(200):
        slope = np.ones(len(codes)) @ scores  # a product: a sum by pairs is rounded otherwise
        bends, ways = np.linalg.eigh(-hessian)
        # Where the likelihood does not bend down, as it may far from its highest point, a short step goes uphill.
        step = ways @ ((ways.T @ slope) / np.maximum(bends, 1e-10 * bends[-1]))
        near = slope @ step < 1e-9
        for halvings in range(60):
            new = _derivatives(design, codes, theta + step / 2**halvings)
            if new[0] >= value:
                break
        else:
            return theta, value, hessian, scores
        theta, (value, scores, hessian) = theta + step / 2**halvings, new
        if near:  # Newton's steps square the distance: this one was the last that changes any digit
            return theta, value, hessian, scores
    raise ModelError(
        where,
        "the likelihood has no maximum: terms separate the categories perfectly",
        "Leave terms out, or merge categories",
    )


def _with_random_effects(design: np.ndarray, codes: np.ndarray, groups: np.ndarray, theta: np.ndarray):
    """Return coefficients, standard deviation of the effects, log likelihood, and covariance of the coefficients."""
    nodes, node_weights = np.polynomial.hermite.hermgauss(15)
    log_weights = np.log(node_weights) + nodes**2
    count_of = int(groups.max()) + 1

    def given(theta: np.ndarray, effects: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return by group the log likelihood with its effect, and its first two derivatives by it."""
        p, (_, _, fu, du), (_, _, fl, dl) = _likelihood(design, codes, theta, effects[groups])
        p = p.clip(1e-300)
        slope = -(du - dl) / p
        bend = (du * (1 - 2 * fu) - dl * (1 - 2 * fl)) / p - slope**2
        return tuple(np.bincount(groups, one, count_of) for one in (np.log(p), slope, bend))

    def minus_likelihood(parameters: np.ndarray) -> float:
        theta, sd = parameters[:-1], np.exp(parameters[-1])
        if (np.diff(theta[cut_points]) <= 0).any():
            return 1e10
        modes = np.zeros(count_of)
        for _ in range(50):
            _, slope, bend = given(theta, modes)
            step = (slope - modes / sd**2) / (1 / sd**2 - bend)
            modes = modes + step
            if abs(step).max() < 1e-10:
                break
        spread = 1 / np.sqrt(1 / sd**2 - given(theta, modes)[2])
        terms = []
        for node, weight in zip(nodes, log_weights, strict=True):
            effects = modes + np.sqrt(2) * spread * node
            terms.append(weight + given(theta, effects)[0] - effects**2 / (2 * sd**2))
        total = logsumexp(np.stack(terms), axis=0) + np.log(np.sqrt(2) * spread) - np.log(sd) - np.log(2 * np.pi) / 2
        return -float(total.sum())

    cut_points = slice(len(theta) - len(design), len(theta))
    start = np.append(theta, np.log(0.5))
    found = optimize.minimize(minus_likelihood, start, method="BFGS", options={"gtol": 1e-5, "maxiter": 500})
    if not np.isfinite(found.fun) or abs(found.jac).max() > 0.05:
        raise ModelError("ordered_logit", "the random effects have no estimate", "Fit it with clusters instead")
    hessian = approx_hess3(found.x, minus_likelihood, epsilon=1e-4 * np.maximum(1.0, abs(found.x)))
    # Where the groups do not differ the likelihood is flat in the spread, which then tells nothing of the coefficients.
    flat = hessian[-1, -1] < _FLAT
    covariance = np.linalg.inv(hessian[:-1, :-1]) if flat else np.linalg.inv(hessian)[:-1, :-1]
    return found.x[:-1], float(np.exp(found.x[-1])), -float(found.fun), covariance
