"""Intervals of shares."""

from __future__ import annotations

import math

import pandas as pd
from scipy.stats import t


def clustered(reached: pd.Series, country: pd.Series) -> tuple[float, float]:
    """Interval of 95 % of a share with countries as the units drawn.

    The residuals of a country are summed before they are squared: error² = Σ (Σ e)² / n², times G / (G - 1) for G
    countries. The interval is symmetric in the logit, whose error is error / (p (1 - p)), by Student's distribution
    with G - 1 degrees of freedom.
    """
    share, count = reached.mean(), country.nunique()
    sums = (reached - share).groupby(country).sum()
    error = ((sums**2).sum() * count / (count - 1)) ** 0.5 / len(reached)
    half = t.ppf(0.975, count - 1) * error / (share * (1 - share))
    middle = math.log(share / (1 - share))
    return tuple(1 / (1 + math.exp(-one)) for one in (middle - half, middle + half))
