"""Inference with few clusters: the wild cluster bootstrap."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from ogp_analysis.base.words import say
from ogp_analysis.base.words.numbers import Count, Number, count, probability
from ogp_analysis.display.result import Parts
from ogp_analysis.statistics.result import REFERENCES, Estimate, OneEstimate, decimals
from ogp_analysis.statistics.sample import summed_by

WILD = REFERENCES["cameron_gelbach_miller_2008"]
FAST_WILD = REFERENCES["roodman_nielsen_mackinnon_webb_2019"]
#: Two statistics this near are the same: signs that only turn all residuals give the same one but for the last digits.
_SAME = 1e-9


@dataclass(frozen=True, kw_only=True)
class WildBootstrap(OneEstimate):
    """A coefficient with the p value and interval of the wild cluster bootstrap.

    Attributes
    ----------
    term : str
        The coefficient.
    value : float
        What it is under the null hypothesis.
    statistic : float
        Its t with clustered standard errors.
    draws : int
        Signs drawn; if `enumerated`, all there are.
    enumerated : bool
        Whether every pattern of signs was taken, so that no chance is left.
    note : str
        ``"bootstrapped"``, or ``"no_interval"`` where too few patterns of signs exist to leave any value out.
    """

    term: str
    value: float
    statistic: float
    draws: Count
    enumerated: bool

    def text(self) -> Parts:
        """Say the coefficient with its p value and interval."""
        (one,) = self.estimates
        places = decimals(one)
        values = {"term": self.term, "estimate": Number(one.estimate, "index", places, signed=True)}
        values |= {"p": probability(one.p_value), "clusters": count(self.clusters), "draws": count(self.draws)}
        if one.low is None:
            return Parts([say("models.wild", case="no_interval", **values)])
        values |= {end: Number(getattr(one, end), "index", places) for end in ("low", "high")}
        values |= {"level": Number(one.level, "share")}
        return Parts([say("models.wild", case="enumerated" if self.enumerated else "drawn", **values)])


def wild_bootstrap(
    term: str, response: np.ndarray, design: np.ndarray, at: int, groups: np.ndarray, *, value: float, draws: int,
    seed: int, level: float, factor: float,
) -> WildBootstrap:  # fmt: skip
    """Return the wild cluster bootstrap of one coefficient: null imposed, Rademacher's signs, t with clusters.

    Parameters
    ----------
    term : str
        Name of the coefficient.
    response, design : numpy.ndarray
        Of the regression.
    at : int
        Column of the coefficient.
    groups : numpy.ndarray
        Code of the cluster of each row, from 0.
    value : float
        The coefficient under the null hypothesis.
    factor : float
        What the variance over clusters is multiplied by; it makes no difference to the test.
    draws, seed, level
        As in :meth:`~ogp_analysis.statistics.regression.Regression.wild_bootstrap`.
    """
    g = int(groups.max()) + 1
    enumerated = 2**g <= draws
    if enumerated:
        signs = np.array(list(itertools.product((1.0, -1.0), repeat=g)))
    else:
        signs = np.random.default_rng(seed).choice([1.0, -1.0], size=(draws, g))
    # Nothing is fitted again: of a draw only the sum of its signs over clusters of a few products counts.
    others = np.delete(design, at, axis=1)
    basis = np.linalg.qr(others)[0]
    own = design[:, at] - basis @ (basis.T @ design[:, at])
    left = response - basis @ (basis.T @ response)
    square = own @ own
    estimate = own @ left / square

    # Orthogonal columns: what the regression on all of them takes out of a draw is their products with it.
    all_of_them = np.column_stack([basis, own / np.sqrt(square)])
    inner = summed_by(own[:, None] * all_of_them, groups)  # clusters × columns
    residual = left - estimate * own
    error = np.sqrt((summed_by((own * residual)[:, None], groups) ** 2).sum()) / square

    def tested(coefficient: float) -> tuple[float, float]:
        restricted = left - coefficient * own
        pieces = np.bincount(groups, own * restricted)
        outer = summed_by(all_of_them * restricted[:, None], groups)
        taken = signs @ outer
        scores = signs * pieces - taken @ inner.T
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn = abs((signs @ pieces) / np.sqrt((scores**2).sum(axis=-1)))
        t = (estimate - coefficient) / error
        as_large = int((drawn >= abs(t) * (1 - _SAME)).sum())
        return float(t), as_large / len(signs) if enumerated else (as_large + 1) / (len(signs) + 1)

    _, p = tested(value)
    size = error * np.sqrt(factor)
    # The interval ends where the p value falls below 1 - level; there is none if on one side it never does.
    ends = []
    for side in (-1, 1):
        inside, far = 0.0, 2.0
        while far <= 1e4 and tested(estimate + side * far * size)[1] > 1 - level:
            inside, far = far, far * 2
        if far > 1e4:
            break
        for _ in range(25):
            middle = (inside + far) / 2
            is_in = tested(estimate + side * middle * size)[1] > 1 - level
            inside, far = (middle, far) if is_in else (inside, middle)
        ends.append(float(estimate + side * inside * size))
    low, high = ends if len(ends) == 2 else (None, None)
    return WildBootstrap(
        estimates=(Estimate(term, float(estimate), float(size), low, high, p, level),), n=len(response), clusters=g,
        note="bootstrapped" if low is not None else "no_interval", method="wild_cluster_bootstrap",
        references=(WILD, FAST_WILD), term=term, value=value,
        statistic=float((estimate - value) / size), draws=len(signs), enumerated=enumerated,
    )  # fmt: skip
