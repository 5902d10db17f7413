"""Whether one contract carries a sum, so that what is said of the sum is said of that contract."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

#: Part of a sum from which on one amount is said to carry it. Without such an amount any share in the sum can change by
#: twenty points or more, so every share is given with it and without it.
CARRIES = 0.2


@dataclass(frozen=True)
class Carrier:
    """The one amount that carries a sum.

    Attributes
    ----------
    label
        Its label in the index of the amounts.
    amount, share : float
        What it is, and its part of the sum.
    rest : float
        The sum without it.
    """

    label: object
    amount: float
    share: float
    rest: float


def carrier(amounts: pd.Series) -> Carrier | None:
    """Return the largest amount if it is at least :data:`CARRIES` of the sum; None if it is less, or there is no other.

    Parameters
    ----------
    amounts : pandas.Series
        Amounts in one currency with a label each, missing where not counted. Of equal ones the first counts.
    """
    known = amounts.dropna()
    whole = math.fsum(known)
    if len(known) < 2 or whole <= 0:
        return None
    label = known.index[int(known.to_numpy().argmax())]
    amount = float(known.loc[label])
    rest = math.fsum(known.drop(label))
    return Carrier(label, amount, amount / whole, rest) if amount / whole >= CARRIES and rest > 0 else None
