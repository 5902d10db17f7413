"""How two measures go together across units: rank correlation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
from scipy.stats import norm, permutation_test, rankdata, spearmanr

from ogp_analysis.base.disclosure import scale_free
from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words.numbers import Count, Measure
from ogp_analysis.statistics.result import Estimate, OneEstimate, checked_level
from ogp_analysis.statistics.series import checked

#: Up to this many units the p value of a rank correlation is counted over all permutations.
EXACT_UP_TO = 8


@dataclass(frozen=True, kw_only=True)
class Association(OneEstimate):
    """Spearman's rank correlation of two measures.

    Attributes
    ----------
    x, y : str
        The measures.
    n : int
        Rows with both.
    only_x, only_y, neither : int
        Rows left out, by what they have.
    tied : int
        Rows that share their value with another row in at least one measure.
    note : str
        ``"estimated"``, or ``"perfect"`` when the ranks agree or oppose exactly: there the
        approximation breaks down, and standard error and interval are None.
    """

    x: str
    y: str
    only_x: Count
    only_y: Count
    neither: Count
    tied: Count

    @property
    def rho(self) -> Annotated[float, Measure("ratio", 2)]:
        """The correlation, between −1 and 1."""
        return self.estimates[0].estimate


@scale_free
def spearman(frame: pd.DataFrame, x: str, y: str, level: float = 0.95) -> Association:
    """Return Spearman's rank correlation of two columns, with its interval.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per independent unit. Years of one country are not independent of each other.
    x, y : str
        Columns of numbers. Rows that lack one are left out and counted.
    level : float
        Coverage of the interval.

    Returns
    -------
    Association
        Between −1 and 1, with its interval, p value, and what was left out.

    Raises
    ------
    ModelError
        If a column is absent or not numeric, fewer than 4 rows have both, or a measure is constant.

    Notes
    -----
    The interval is Fisher's z with the standard error of Bonett and Wright (2000),
    sqrt((1 + rho²/2) / (n − 3)); `std_error` is that one brought to the scale of rho, times 1 − rho².
    It supposes continuous measures: with many ties, as on short scales, it is rough, so `tied` is
    part of the result. The p value is counted over all permutations up to :data:`EXACT_UP_TO` rows
    and from the t approximation above; a perfect correlation of more rows has none.

    Examples
    --------
    >>> import pandas as pd
    >>> scores = pd.DataFrame({"a": [1, 2, 3, 4, 5, 6], "b": [2, 1, 4, 3, 6, None]})
    >>> together = spearman(scores, "a", "b")
    >>> round(together.rho, 2), together.n, together.only_x
    (0.8, 5, 1)
    """
    checked_level(level, "spearman")
    columns = checked(frame.assign(row=range(len(frame))), ("row",), tuple(dict.fromkeys((x, y))), "spearman")
    pairs = pd.DataFrame({"x": columns[x], "y": columns[y]})
    has_x, has_y = pairs["x"].notna(), pairs["y"].notna()
    left_out = {"only_x": has_x & ~has_y, "only_y": has_y & ~has_x, "neither": ~has_x & ~has_y}
    both = pairs.dropna(ignore_index=True)
    n = len(both)
    if n < 4 or (both.nunique() < 2).any():
        what = f"{n} rows with both, or a constant measure"
        raise ModelError(f"spearman of {x} and {y}", what, "Use at least 4 rows that vary")
    test = spearmanr(both["x"], both["y"])
    rho = snapped(float(test.statistic))
    perfect = abs(rho) == 1.0
    std_error, low, high = (None, None, None) if perfect else fisher_interval(rho, n, level)
    p_value = None if perfect else float(test.pvalue)
    if n <= EXACT_UP_TO:
        # Twice the mid-ranks are whole numbers, so that equal correlations compare equal.
        x_ranks, y_ranks = (np.rint(2 * rankdata(both[name])) for name in ("x", "y"))

        def size(ranks, axis=-1):
            return np.abs((ranks * y_ranks).sum(axis=axis) - n * (n + 1) ** 2)

        every = {"permutation_type": "pairings", "alternative": "greater", "n_resamples": np.inf}
        p_value = float(permutation_test((x_ranks,), size, **every).pvalue)
    return Association(
        estimates=(Estimate("rho", rho, std_error, low, high, p_value, level),),
        n=n,
        note="perfect" if perfect else "estimated",
        method="spearman",
        references=("spearman_1904", "bonett_wright_2000"),
        x=x,
        y=y,
        tied=int((both["x"].duplicated(keep=False) | both["y"].duplicated(keep=False)).sum()),
        **{name: int(rows.sum()) for name, rows in left_out.items()},
    )


def snapped(rho: float) -> float:
    """Return a correlation that is 1 or −1 but for the last bit, as ranks that agree exactly can give, as just that."""
    return math.copysign(1.0, rho) if math.isclose(abs(rho), 1.0, rel_tol=0, abs_tol=1e-12) else rho


def fisher_interval(rho: float, n: int, level: float) -> tuple[float, float, float]:
    """Return standard error and bounds of a rank correlation by Fisher's transform (Bonett and Wright 2000).

    Parameters
    ----------
    rho : float
        The correlation, neither 1 nor -1.
    n : int
        Pairs, at least 4.
    level : float
        Nominal coverage.
    """
    se = math.sqrt((1 + rho**2 / 2) / (n - 3))
    reach = float(norm.ppf((1 + level) / 2)) * se
    return (1 - rho**2) * se, math.tanh(math.atanh(rho) - reach), math.tanh(math.atanh(rho) + reach)
