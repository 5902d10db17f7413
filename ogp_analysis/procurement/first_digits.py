"""First digits of the amounts of buyers beside Benford's law: a description, no alert."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ogp_analysis.procurement.flags.on_awards import grouped

# First digits of amounts beside Benford's law.
# References: Nigrini, M. (2012): Benford's law. Wiley, chapter 7: bounds of the mean absolute deviation of first
# digits.

DIGITS = range(1, 10)
#: Fewest amounts that are held against the law. Of amounts drawn from the law itself, 100 are called nonconforming by
#: Nigrini's bounds nine times in ten, because chance alone moves the deviation past 0.015; 1,000 once in a thousand.
FEWEST_AMOUNTS = 1000
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


# R029 First digits beside Benford's law: a description, not a flag, where legal thresholds bend the amounts.
# References: Nigrini, M. (2012): Benford's law. Wiley, chapter 7: bounds of the mean absolute deviation of first
# digits.

#: Upper bounds of the mean absolute deviation, and what it is called up to there.
CONFORMITY = ((0.006, "close"), (0.012, "acceptable"), (0.015, "marginal"), (np.inf, "none"))


def digits_of_buyers(awards: pd.DataFrame, minimum: int = FEWEST_AMOUNTS) -> pd.DataFrame:
    """Return how far the first digits of each buyer's amounts are from Benford's law.

    Parameters
    ----------
    awards : pandas.DataFrame
        Awarded contracts.
    minimum : int
        Buyers with fewer positive amounts have no deviation: it is not computable.

    Returns
    -------
    pandas.DataFrame
        One row per buyer, sorted: ``unit, n, deviation`` (mean absolute deviation of the nine shares), ``conformity``
        (Nigrini's words), ``share_1`` … ``share_9``, ``under_ceiling`` (awards whose amount is up to the highest
        ceiling of their year for direct awards: where they are many, the law bends the digits, not the buyer).
    """
    frame = grouped(awards, "buyer_id")
    frame = frame[frame["amount"] > 0]
    counts = pd.crosstab(frame["unit"], leading_digits(frame["amount"])).reindex(columns=DIGITS, fill_value=0)
    n = counts.sum(axis=1)
    shares = counts.div(n, axis=0)
    deviation = shares.apply(mean_absolute_deviation, axis=1, raw=True).astype("float64").where(n >= minimum)
    under = (frame["amount"] <= frame["highest_ceiling"]).groupby(frame["unit"]).sum()
    called, named = deviation.map(conformity), shares.rename(columns=lambda d: f"share_{d}")
    found = pd.DataFrame({"n": n, "deviation": deviation, "conformity": called, "under_ceiling": under})
    return found.join(named).rename_axis("unit").reset_index()


def conformity(deviation: float) -> str | None:
    """Return what a mean absolute deviation is called, by :data:`CONFORMITY`; None if it is missing.

    Examples
    --------
    >>> conformity(0.006), conformity(0.02)
    ('close', 'none')
    """
    return None if np.isnan(deviation) else next(word for bound, word in CONFORMITY if deviation <= bound)
