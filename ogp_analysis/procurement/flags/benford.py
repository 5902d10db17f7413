"""R029 First digits beside Benford's law: a description, not a flag, where legal thresholds bend the amounts.

References
----------
Nigrini, M. (2012): Benford's law. Wiley, chapter 7: bounds of the mean absolute deviation of first digits.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ogp_analysis.procurement.benford_law import DIGITS, FEWEST_AMOUNTS, mean_absolute_deviation
from ogp_analysis.procurement.benford_law import first_digits as digits_of
from ogp_analysis.procurement.flags.awarded_rows import grouped, rows

#: Upper bounds of the mean absolute deviation, and what it is called up to there.
CONFORMITY = ((0.006, "close"), (0.012, "acceptable"), (0.015, "marginal"), (np.inf, "none"))


def first_digits(tables, minimum: int = FEWEST_AMOUNTS) -> pd.DataFrame:
    """Return how far the first digits of each buyer's amounts are from Benford's law.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Awarded contracts, or tables of OCDS.
    minimum : int
        Buyers with fewer positive amounts have no deviation: it is not computable.

    Returns
    -------
    pandas.DataFrame
        One row per buyer, sorted: ``unit, n, deviation`` (mean absolute deviation of the nine shares), ``conformity``
        (Nigrini's words), ``share_1`` … ``share_9``, ``under_ceiling`` (awards whose amount is up to the highest
        ceiling of their year for direct awards: where they are many, the law bends the digits, not the buyer).
    """
    frame = grouped(rows(tables), "buyer_id")
    frame = frame[frame["amount"] > 0]
    counts = pd.crosstab(frame["unit"], digits_of(frame["amount"])).reindex(columns=DIGITS, fill_value=0)
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
