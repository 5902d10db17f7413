"""Ordered categories: the proportional-odds logit, whether its odds are proportional, and probabilities from it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from scipy import optimize, stats
from scipy.special import expit, logsumexp
from statsmodels.stats.sandwich_covariance import S_crosssection
from statsmodels.tools.numdiff import approx_hess3

from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.base.words import say
from ogp_analysis.base.words.sentence import Number, count, counts
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Shown
from ogp_analysis.display.table import Heading, Table, columns
from ogp_analysis.display.table import table as as_table
from ogp_analysis.statistics.figures import probabilities
from ogp_analysis.statistics.models import Model
from ogp_analysis.statistics.result import checked_level, with_errors
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
    design, codes, weights : numpy.ndarray
        One row per observation: the terms, the category from 0, how often it occurs.
    groups : numpy.ndarray or None
        Cluster of each observation.
    factor : float
        What the variance over clusters was multiplied by.
    """

    categories: tuple[str, ...]
    log_likelihood: float
    random_sd: float | None = None
    terms: tuple[str, ...]
    covariance: np.ndarray = field(repr=False, compare=False)
    design: np.ndarray = field(repr=False, compare=False)
    codes: np.ndarray = field(repr=False, compare=False)
    weights: np.ndarray = field(repr=False, compare=False)
    groups: np.ndarray | None = field(default=None, repr=False, compare=False)
    factor: float = field(default=1.0, repr=False)

    def proportional_odds(self) -> ProportionalOdds:
        """Test whether each term goes with all cut-points alike.

        Two tests of each term. The likelihood ratio lets the term have a coefficient of its own at every cut-point and
        holds for independent observations. The Wald test (Brant 1990) compares the coefficients of separate logits, one
        a cut-point, with the sandwich over clusters where there are some.

        Returns
        -------
        ProportionalOdds
            Tests by term, and of all terms together.

        Raises
        ------
        ModelError
            If there are only two categories, effects are random, or terms separate the two sides of a cut-point, so
            that its logit has no solution.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"done": [0, 1, 0, 2, 1, 2, 0, 1, 2, 2, 1, 0] * 3, "clear": [1, 1, 2, 2, 3, 3] * 6})
        >>> test = ogp.statistics.ordered_logit(frame, "done", ["clear"]).proportional_odds()
        >>> test.frame["degrees"].tolist()
        [1, 1]
        """
        if len(self.categories) < 3 or self.random_sd is not None:
            raise ModelError(
                "proportional_odds",
                "there are two categories only, or random effects",
                "Fit three or more categories without random effects",
            )
        j, k = len(self.categories), len(self.terms)
        b, covariance = self._separate()
        rows = []
        for term in (*self.terms, ""):
            at = list(range(k)) if not term else [self.terms.index(term)]
            # The coefficients of the first cut-point less those of each other.
            contrast = np.kron(np.hstack([np.ones((j - 2, 1)), -np.eye(j - 2)]), np.eye(k)[at])
            apart, degrees = contrast @ b, (j - 2) * len(at)
            wald = float(apart @ np.linalg.solve(contrast @ covariance @ contrast.T, apart))
            ratio = 2 * (self._nominal(at) - self.log_likelihood)
            ps = stats.chi2.sf([ratio, wald], degrees)
            rows.append((term or "all", degrees, ratio, ps[0], wald, ps[1]))
        columns = ["term", "degrees", "likelihood_ratio", "likelihood_ratio_p", "wald", "wald_p"]
        return ProportionalOdds(pd.DataFrame(rows, columns=columns), self.outcome, self.n, self.clusters)

    def _nominal(self, at: list[int]) -> float:
        """Return the log likelihood with a coefficient of its own at every cut-point for some terms."""
        cuts, k, theta = len(self.categories) - 1, len(self.terms), self._values()
        kept = np.delete(np.arange(k), at)
        design = _thresholds(self.design[:, kept], cuts, self.design[:, at])
        start = np.concatenate([theta[kept], theta[k:], np.repeat(theta[at], cuts)])
        return _fitted(design, self.codes, self.weights, start, "proportional_odds")[1]

    def _values(self) -> np.ndarray:
        return np.array([e.estimate for e in self.estimates])

    def _separate(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the coefficients of one logit a cut-point and their joint covariance, both without the constants."""
        k, design, influence, found = len(self.terms), _thresholds(self.design, 1), [], []
        for cut in range(len(self.categories) - 1):
            codes = (self.codes > cut).astype(int)
            _unseparated(design, codes, self.terms, f"proportional_odds, above {self.categories[cut]!r}")
            start = _start(codes, self.weights, k, 1)
            theta, _, hessian, scores = _fitted(design, codes, self.weights, start, "proportional_odds")
            found.append(theta[:k])
            influence.append((scores @ np.linalg.inv(-hessian))[:, :k])
        psi, weights = np.hstack(influence), self.weights[:, None]
        if self.groups is None:  # a row that stands for several observations adds its square once for each
            return np.concatenate(found), psi.T @ (psi * weights)
        sums = summed_by(psi * weights, self.groups)
        return np.concatenate(found), self.factor * sums.T @ sums

    def predicted(self, term: str, values: Sequence[float] | None = None) -> Predicted:
        """Return the probability of each category at values of a term, averaged over the observations.

        Everything else is left as it is in each observation. Intervals are those of the delta method, with the quantile
        of the model's own: t with G − 1 degrees of freedom for clusters.

        Parameters
        ----------
        term : str
            A term with a coefficient.
        values : sequence of float or None
            By default those that the term has, or 0 and 1 of a category, up to 12; of more, the deciles.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"done": [0, 1, 0, 2, 1, 2, 0, 1, 2, 2, 1, 0] * 3, "clear": [1, 1, 2, 2, 3, 3] * 6})
        >>> found = ogp.statistics.ordered_logit(frame, "done", ["clear"]).predicted("clear", [1])
        >>> found.frame["probability"].round(2).tolist()
        [0.45, 0.33, 0.23]
        """
        if term not in self.terms or self.random_sd is not None:
            raise ModelError(
                "predicted",
                f"{term!r} is not a term with a coefficient, or effects are random",
                "Terms are " + listed(self.terms, most=20),
            )
        at, theta, cuts = self.terms.index(term), self._values(), len(self.categories) - 1
        if values is None:
            there = np.unique(self.design[:, at])
            values = there if len(there) <= 12 else np.quantile(self.design[:, at], np.linspace(0.1, 0.9, 9))
        level, share, rows = self.estimates[0].level, self.weights / self.weights.sum(), []
        wide = (stats.t(self.degrees) if self.degrees else stats.norm).ppf((1 + level) / 2)
        for value in values:
            x = self.design.copy()
            x[:, at] = value
            design = _thresholds(x, cuts)
            line = design @ theta
            # The share below each cut-point with its gradient; a category lies between two.
            below = np.array([0.0, *(expit(line) @ share), 1.0])
            gradients = np.einsum("cn,cnk->ck", expit(line) * expit(-line) * share, design)
            gradients = np.diff(np.pad(gradients, ((1, 1), (0, 0))), axis=0)
            sizes = np.sqrt(np.einsum("ck,kl,cl->c", gradients, self.covariance, gradients))
            for category, p, size in zip(self.categories, np.diff(below), sizes, strict=True):
                rows.append((float(value), category, p, size, max(p - wide * size, 0.0), min(p + wide * size, 1.0)))
        frame = pd.DataFrame(rows, columns=["value", "category", "probability", "std_error", "low", "high"])
        return Predicted(frame, term, self.outcome, self.n, level)


@dataclass(frozen=True)
class ProportionalOdds(Shown):
    """Tests of proportional odds.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per term, and ``all`` of them: ``term, degrees, likelihood_ratio, likelihood_ratio_p, wald, wald_p``.
    outcome : str
        What the categories are of.
    n : int
        Observations.
    clusters : int or None
        Clusters behind the Wald tests.
    """

    frame: pd.DataFrame
    outcome: str
    n: int
    clusters: int | None

    def table(self) -> Table:
        """Return the tests by term."""
        headings = columns("models", term="") | columns("models.odds", degrees="count")
        for name in ("likelihood_ratio", "wald"):
            headings |= {
                name: Heading(f"models.odds.{name}", "ratio", 2),
                f"{name}_p": Heading("models.odds.p", "probability", 3),
            }
        case, clusters = ("independent", {}) if self.clusters is None else ("clustered", counts(clusters=self.clusters))
        caption = say("models.odds.caption", case=case, outcome=self.outcome, n=count(self.n), **clusters)
        return as_table("proportional_odds", caption.plain(), self.frame, headings)


@dataclass(frozen=True)
class Predicted(Shown):
    """Predicted probabilities of the categories.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per value and category: ``value, category, probability, std_error, low, high``.
    term, outcome : str
        What varies, and what is predicted.
    n : int
        Observations that are averaged over.
    level : float
        Coverage of the intervals.
    """

    frame: pd.DataFrame
    term: str
    outcome: str
    n: int
    level: float

    def plot(self, *, name: str = "predicted", ax=None) -> Figure:
        """Draw a line a category, with its interval.

        Parameters
        ----------
        name : str
            File name of the figure.
        ax : matplotlib.axes.Axes or None
            Axes to draw on; by default new ones.
        """
        about = {"term": self.term, "outcome": self.outcome, "n": self.n, "level": self.level}
        return probabilities(self.frame, name=name, ax=ax, **about)

    def table(self) -> Table:
        """Return the probabilities with their intervals."""
        headings = columns("models.odds", value=("ratio", 2), category="")
        headings |= {c: Heading(f"models.odds.{c}", "share", 1) for c in ("probability", "low", "high")}
        caption = say(
            "models.odds.predicted",
            term=self.term,
            outcome=self.outcome,
            n=count(self.n),
            level=Number(self.level, "share"),
        )
        return as_table("predicted", caption.plain(), self.frame, headings)


def ordered_logit(
    frame: pd.DataFrame,
    outcome: str,
    terms: Sequence[str],
    *,
    clusters: str = "",
    small_sample: Literal["each", "none"] = "each",
    weights: str = "",
    random: str = "",
    points: int = 7,
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
        Column of clusters of the standard errors; without it they are those of the likelihood.
    small_sample : {"each", "none"}
        Whether the variance over G clusters is multiplied by G / (G − 1).
    weights : str
        Column of how many observations a row stands for.
    random : str
        Column of groups that each have a normal random effect.
    points : int
        Points of the adaptive Gauss–Hermite integral over it; 1 is Laplace's approximation.
    level : float
        Nominal coverage of the intervals.

    Returns
    -------
    OrderedLogit
        Intervals and p values are those of the normal distribution, with clusters of t with G − 1 degrees of freedom.

    Raises
    ------
    ModelError
        If a column is absent or of the wrong kind, there is one category or one cluster only, weights are not counts,
        arguments do not go together, or the terms separate the categories perfectly, so that a coefficient is
        infinite.

    Notes
    -----
    McCullagh (1980); clusters as in Liang and Zeger (1986); random effects as in Tutz and Hennevogl (1996).

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"done": [0, 1, 0, 2, 1, 2, 0, 1, 2, 2, 1, 0] * 3, "clear": [1, 1, 2, 2, 3, 3] * 6})
    >>> fit = ogp.statistics.ordered_logit(frame, "done", ["clear"])
    >>> [e.term for e in fit.estimates], round(fit["clear"].estimate, 3)
    (['clear', '0|1', '1|2'], 0.511)
    """
    level, where = checked_level(level, "ordered_logit"), "ordered_logit"
    if (random and (clusters or weights)) or small_sample not in ("each", "none") or points < 1 or not terms:
        raise ModelError(
            where,
            "random effects go without clusters and weights, small_sample is each or none, points "
            "are 1 or more and terms are named",
            "Change the arguments",
        )
    categories, coded = _coded(frame, outcome, where)
    made = sample(coded, outcome, terms, keys=[key for key in (clusters, weights, random) if key], where=where)
    size = numbers(made.rows[weights], where) if weights else np.ones(len(made.y))
    if (size % 1 != 0).any() or (size < 0).any():
        raise ModelError(where, f"column {weights!r} holds weights that are not counts", "Give how often a row occurs")
    # Only the rows that stand for an observation.
    held = size > 0
    there, codes = np.unique(made.y.astype(int), return_inverse=True)
    names, rows, x, codes, size = [categories[i] for i in there], made.rows[held], made.x[held], codes[held], size[held]
    cuts, k = len(names) - 1, x.shape[1]
    design = _thresholds(x, cuts)
    _unseparated(design, codes, made.terms, where)
    theta, likelihood, hessian, scores = _fitted(design, codes, size, _start(codes, size, k, cuts), where)
    covariance, groups, errors, degrees, factor, sd = np.linalg.inv(-hessian), None, "likelihood", None, 1.0, None
    measures, references = {"log_likelihood": Number(float(likelihood), "ratio", 2)}, ["mccullagh_1980"]
    clustered_by = ()
    if clusters:
        groups = pd.factorize(rows[clusters])[0]
        g = int(groups.max()) + 1
        if g < 2:
            raise ModelError(where, f"all rows are in one cluster of {clusters!r}", "Name a column with more clusters")
        factor = g / (g - 1) if small_sample == "each" else 1.0
        covariance = factor * covariance @ S_crosssection(scores * size[:, None], groups) @ covariance
        errors, degrees, clustered_by = f"likelihood_cluster_{small_sample}", g - 1, ((clusters, g),)
        references.append("liang_zeger_1986")
    if random:
        effects = pd.factorize(rows[random])[0]
        theta, sd, likelihood, covariance = _with_random_effects(design, codes, effects, theta, points)
        errors, clustered_by = "likelihood_random", ((random, int(effects.max()) + 1),)
        measures = {"log_likelihood": Number(float(likelihood), "ratio", 2), "random_sd": Number(sd, "ratio", 3)}
        references.append("tutz_hennevogl_1996")
    labels = [*made.terms, *(f"{a}|{b}" for a, b in itertools.pairwise(names))]
    return OrderedLogit(
        estimates=with_errors(labels, theta, covariance, degrees, level),
        n=int(size.sum()),
        outcome=outcome,
        errors=errors,
        degrees=degrees,
        clusters=clustered_by[0][1] if clustered_by else None,
        clustered_by=clustered_by,
        left_out=made.left_out,
        main=made.terms,
        fit=tuple(measures.items()),
        method="ordered_logit",
        references=tuple(references),
        categories=tuple(names),
        log_likelihood=float(likelihood),
        random_sd=sd,
        terms=made.terms,
        covariance=covariance,
        design=x,
        codes=codes,
        weights=size,
        groups=groups,
        factor=factor,
    )


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


def _start(codes: np.ndarray, size: np.ndarray, k: int, cuts: int) -> np.ndarray:
    """Return coefficients of 0 with the cut-points of the shares."""
    shares = np.cumsum(np.bincount(codes, size, cuts + 1))[:-1] / size.sum()
    return np.concatenate([np.zeros(k), np.log(shares / (1 - shares))])


def _likelihood(design: np.ndarray, codes: np.ndarray, theta: np.ndarray, shift: np.ndarray | float = 0.0):
    """Return for each row its probability, and of the two cut-points around it place, value, slope and bend."""
    n, cuts = len(codes), len(design)
    rows, found = np.arange(n), []
    for step, end in ((0, 1.0), (-1, 0.0)):
        at = codes + step
        inside = (at >= 0) & (at < cuts)
        w = np.where(inside[:, None], design[at.clip(0, cuts - 1), rows], 0.0)
        line = np.where(inside, w @ theta - shift, np.inf if end else -np.inf)
        f = expit(line)
        found.append((w, line, f, f * expit(-line)))
    (upper, lower) = found
    # In the upper half the difference of what is left over keeps its digits.
    high = lower[1] > 0
    p = np.where(high, expit(-lower[1]) - expit(-upper[1]), upper[2] - lower[2])
    return p, upper, lower


def _derivatives(design: np.ndarray, codes: np.ndarray, size: np.ndarray, theta: np.ndarray):
    """Return the log likelihood, its slope by row, and its bend."""
    p, (wu, _, fu, du), (wl, _, fl, dl) = _likelihood(design, codes, theta)
    if (p <= 0).any():
        return -np.inf, None, None
    scores = (du[:, None] * wu - dl[:, None] * wl) / p[:, None]
    bend_u, bend_l = (size * d * (1 - 2 * f) / p for d, f in ((du, fu), (dl, fl)))
    hessian = (wu.T * bend_u) @ wu - (wl.T * bend_l) @ wl - (scores.T * size) @ scores
    return float(size @ np.log(p)), scores, hessian


def _fitted(design: np.ndarray, codes: np.ndarray, size: np.ndarray, theta: np.ndarray, where: str):
    """Return coefficients, log likelihood, its bend and its slope by row, by Newton's steps, halved where too long."""
    value, scores, hessian = _derivatives(design, codes, size, theta)
    for _ in range(200):
        slope = size @ scores
        bends, ways = np.linalg.eigh(-hessian)
        # Where the likelihood does not bend down, as it may far from its highest point, a short step goes uphill.
        step = ways @ ((ways.T @ slope) / np.maximum(bends, 1e-10 * bends[-1]))
        near = slope @ step < 1e-9
        for halvings in range(60):
            new = _derivatives(design, codes, size, theta + step / 2**halvings)
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


def _with_random_effects(design: np.ndarray, codes: np.ndarray, groups: np.ndarray, theta: np.ndarray, points: int):
    """Return coefficients, standard deviation of the effects, log likelihood, and covariance of the coefficients."""
    nodes, node_weights = np.polynomial.hermite.hermgauss(points)
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
