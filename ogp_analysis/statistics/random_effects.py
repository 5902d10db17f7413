"""Random effects of the units of a balanced panel, and Hausman's comparison with fixed ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words.numbers import Probability
from ogp_analysis.statistics.models import INTERCEPT, Model
from ogp_analysis.statistics.regression import ols
from ogp_analysis.statistics.result import checked_level, with_errors
from ogp_analysis.statistics.sample import sample, summed_by


@dataclass(frozen=True, kw_only=True)
class RandomEffects(Model):
    """A regression with random effects of units.

    Attributes
    ----------
    share : float
        The part of a unit's mean that is taken off: 0 is least squares, 1 is fixed effects.
    hausman : float or None
        Hausman's statistic against fixed effects, chi-squared with as many degrees of freedom as terms; None where the
        difference of the two covariances is not a covariance.
    hausman_p : float or None
        Its p value: a small one says that the effects are correlated with the terms, which calls for fixed effects.
    """

    share: float
    hausman: float | None
    hausman_p: Probability | None


def random_effects(
    frame: pd.DataFrame, outcome: str, terms: Sequence[str], unit: str, *, level: float = 0.95
) -> RandomEffects:
    """Fit a linear regression with a random effect of each unit, by feasible generalised least squares.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit and time, in any order. Rows that lack a value are left out, and counted.
    outcome : str
        Column of numbers.
    terms : sequence of str
        As in :func:`~ogp_analysis.statistics.regression.ols`; each varies within units.
    unit : str
        Column of units.
    level : float
        Nominal coverage of the intervals.

    Returns
    -------
    RandomEffects
        Swamy and Arora's estimator, with classical standard errors, and Hausman's test.

    Raises
    ------
    ModelError
        As :func:`~ogp_analysis.statistics.regression.ols`, or if units have different numbers of rows, or are too few.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"firm": [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], "x": [1, 2, 4, 2, 3, 3, 5, 4, 6, 1, 3, 2]})
    >>> frame["y"] = 2 * frame["x"] + frame["firm"] + [0.1, -0.2, 0.1, 0.2, 0, -0.1, 0, 0.1, -0.2, 0, 0.1, -0.1]
    >>> round(ogp.statistics.random_effects(frame, "y", ["x"], "firm")["x"].estimate, 2)
    1.97
    """
    level, where = checked_level(level, "random_effects"), "random_effects"
    made = sample(frame, outcome, terms, keys=[unit], where=where)
    code = pd.factorize(made.rows[unit])[0]
    sizes = np.bincount(code)
    g, t, k = len(sizes), int(sizes[0]), made.x.shape[1]
    if (sizes != t).any():
        raise ModelError(where, f"units have {sizes.min()} to {sizes.max()} rows", "Give a balanced panel")
    if g <= k + 1:
        raise ModelError(where, f"{g} units are too few for {k} terms", "Name fewer terms")
    within = ols(made.rows, outcome, terms, fixed=unit, errors="classical", level=level)
    x = np.column_stack([np.ones(len(made.y)), made.x])
    means = summed_by(np.column_stack([made.y, x]), code) / t
    left = means[:, 0] - means[:, 1:] @ np.linalg.lstsq(means[:, 1:], means[:, 0], rcond=None)[0]
    between = t * (left @ left) / (g - k - 1)
    noise = within.residuals @ within.residuals / (len(made.y) - g - k)
    share = float(1 - np.sqrt(min(noise / between, 1.0)))
    y, x = made.y - share * means[code, 0], x - share * means[code, 1:]
    inverse = np.linalg.inv(x.T @ x)
    b = inverse @ (x.T @ y)
    residuals = y - x @ b
    degrees = len(y) - k - 1
    covariance = inverse * (residuals @ residuals) / degrees
    apart = np.array([e.estimate for e in within.estimates[1:]]) - b[1:]
    spread = within.covariance[1:, 1:] - covariance[1:, 1:]
    hausman = p = None
    if np.linalg.eigvalsh(spread)[0] > 0:
        hausman = float(apart @ np.linalg.solve(spread, apart))
        p = float(stats.chi2.sf(hausman, k))
    return RandomEffects(
        estimates=with_errors([INTERCEPT, *made.terms], b, covariance, degrees, level),
        n=len(y),
        outcome=outcome,
        errors="classical",
        degrees=degrees,
        left_out=made.left_out,
        main=made.terms,
        method="random_effects",
        references=("swamy_arora_1972", "hausman_1978"),
        share=share,
        hausman=hausman,
        hausman_p=p,
    )
