"""First digits of the amounts of buyers beside Benford's law: a description, no alert."""

from __future__ import annotations

import numpy as np
import pandas as pd

# First digits of amounts beside Benford's law.
# References: Nigrini, M. (2012): Benford's law. Wiley, chapter 7: bounds of the mean absolute deviation of first
# digits.

#: Share of each first digit by Benford's law.
EXPECTED = np.log10(1 + 1 / np.arange(1, 10))


def leading_digits(amounts: pd.Series) -> pd.Series:
    """Return the first significant digit of positive amounts, as they are written.

    Read from the decimal text: a quotient by a power of ten is rounded, and 1,999,999,999.99 becomes a 2.
    """
    return amounts.map(lambda amount: int(f"{amount:.15e}"[0])).astype("int64")


def shares(digits: pd.Series) -> np.ndarray:
    """Return the share of each digit from 1 to 9."""
    return np.bincount(digits, minlength=10)[1:10] / len(digits)


def mean_absolute_deviation(shares: np.ndarray) -> float:
    """Return how far nine shares are from Benford's law, on average."""
    return float(np.abs(shares - EXPECTED).mean())


#: R029, a description and not a flag, where legal thresholds bend the amounts: upper bounds of the mean absolute
#: deviation, and what it is called up to there.
CONFORMITY = ((0.006, "close"), (0.012, "acceptable"), (0.015, "marginal"), (np.inf, "none"))
