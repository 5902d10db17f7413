"""A trend without a model of its shape: Mann and Kendall's test, corrected for autocorrelation, and Sen's slope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.models import Model
from ogp_analysis.statistics.result import Estimate, checked_level
from ogp_analysis.statistics.sample import check_choices, numbers, one_series, sample

#: Fewer values than this have too few orders for a normal approximation of the test.
FEWEST = 8


@dataclass(frozen=True, kw_only=True)
class Trend(Model):
    """Sen's slope with Mann and Kendall's test; the slope is the only estimate, in units of the outcome a unit of time.

    Attributes
    ----------
    score : int
        Kendall's S: pairs that rise minus pairs that fall.
    variance : float
        Of S without a trend, corrected for ties and by `correction`.
    z : float
        S, one nearer to 0, over its standard error.
    tau : float
        Kendall's tau-b, −1 to 1.
    correction : float
        What the variance was multiplied by for autocorrelation; 1 without correction.
    p_value : float
        Two-sided, of the test.
    """

    score: int
    variance: float
    z: float
    tau: float
    correction: float
    p_value: float


def trend(
    frame: pd.DataFrame,
    value: str,
    time: str,
    *,
    correction: Literal["hamed_rao", "none"] = "hamed_rao",
    level: float = 0.95,
) -> Trend:
    """Test one series for a trend in either direction, and estimate its slope.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per period of one series, in any order. Rows without a value are left out.
    value, time : str
        Columns of numbers; no period occurs twice.
    correction : {"hamed_rao", "none"}
        Whether the variance of the test is corrected for autocorrelation of the ranks that a trend leaves. It takes
        periods at equal distances.
    level : float
        Nominal coverage of the interval of the slope, and of the band outside which an autocorrelation counts.

    Returns
    -------
    Trend
        Sen's slope with its interval, and the test.

    Raises
    ------
    ModelError
        If a column is absent or not of numbers, a period is repeated, there are fewer than eight values or they are all
        the same, periods lie at unequal distances, or the correction leaves no variance.

    Notes
    -----
    Mann (1945), with Kendall's variance under ties; Sen (1968); Hamed and Rao (1998). On short series the correction is
    itself uncertain; it uses autocorrelations outside their own interval only.

    Examples
    --------
    >>> import pandas as pd
    >>> series = pd.DataFrame({"year": range(2001, 2011), "value": [3.0, 4, 4, 5, 7, 6, 8, 8, 9, 9]})
    >>> found = ogp.statistics.trend(series, "value", "year", correction="none")
    >>> round(found["slope"].estimate, 3), found.score, round(found.p_value, 4)
    (0.714, 40, 0.0004)
    """
    level = checked_level(level, "trend")
    check_choices("trend", correction=(correction, ("hamed_rao", "none")))
    made = sample(frame, value, [], keys=[time], where="trend")
    y, t, n = made.y, numbers(made.rows[time], "trend"), len(made.y)
    one_series(t, time, "trend")
    if n < FEWEST:
        raise ModelError("trend", f"{n} values are too few", f"Give {FEWEST} or more")
    first, second = np.triu_indices(n, 1)
    rises = np.sign(y[second] - y[first])
    score, ties = int(rises.sum()), np.unique(y, return_counts=True)[1]
    variance = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    slopes = np.sort((y[second] - y[first]) / (t[second] - t[first]))
    slope = float(np.median(slopes))
    factor = 1.0
    if correction == "hamed_rao":
        # The variance of the score is multiplied for the autocorrelation of the ranks of what the slope leaves.
        if len(set(np.diff(t).round(9))) > 1:
            raise ModelError(
                "trend",
                "periods lie at unequal distances, so no autocorrelation can be estimated",
                "Fill the series, or use correction='none'",
            )
        ranks = stats.rankdata(y - slope * t)
        ranks, lags = ranks - ranks.mean(), np.arange(1, n)
        correlations = np.array([ranks[lag:] @ ranks[:-lag] for lag in range(1, n)]) / (ranks @ ranks)
        counts = abs(correlations) > stats.norm.ppf((1 + level) / 2) / np.sqrt(n)
        weights = (n - lags) * (n - lags - 1) * (n - lags - 2)
        factor = 1 + 2 / (n * (n - 1) * (n - 2)) * float((weights * correlations)[counts].sum())
        if factor <= 0:
            raise ModelError("trend", "the correction for autocorrelation leaves no variance", "Use correction='none'")
    variance *= factor
    z = (score - np.sign(score)) / np.sqrt(variance)
    reach = stats.norm.ppf((1 + level) / 2) * np.sqrt(variance)
    low, high = max(round((len(slopes) - reach) / 2) - 1, 0), min(round((len(slopes) + reach) / 2), len(slopes) - 1)
    p = float(2 * stats.norm.sf(abs(z)))
    estimate = Estimate("slope", slope, None, slopes[low], slopes[high], p, level)
    return Trend(
        estimates=(estimate,),
        n=n,
        outcome=value,
        errors="rank",
        named=(("slope", "sen_slope"),),
        left_out=made.left_out,
        method="mann_kendall",
        references=("mann_1945", "sen_1968", *(("hamed_rao_1998",) if correction == "hamed_rao" else ())),
        score=score,
        variance=float(variance),
        z=float(z),
        tau=float(stats.kendalltau(t, y).statistic),
        correction=float(factor),
        p_value=p,
    )
