"""Which methods awards were made by: by number and by amount, each with its denominator."""

from __future__ import annotations

import math

import pandas as pd

from ogp_analysis.procurement.awarded.frame import METHODS
from ogp_analysis.statistics.rates import carrier, counted, proportion
from ogp_analysis.statistics.sample import present

_COLUMNS = (
    "group method count n share low high amount of_amount amounts amount_share largest_share share_without "
    "amount_share_without untold"
).split()


def method_mix(awards: pd.DataFrame, by: str | None = None, at_random: bool = False) -> pd.DataFrame:
    """Return how awards spread over methods.

    Parameters
    ----------
    awards : pandas.DataFrame
        ``method`` (open, limited, direct, other, or missing), ``value`` (amounts in one currency, missing where not
        counted).
    by : str or None
        Column of groups; None for all as one. An award without a group is in none.
    at_random : bool
        Whether the awards were drawn at random: then the shares by number have Wilson's interval, which says what they
        may be among all awards there are. Else they are counts and have none.

    Returns
    -------
    pandas.DataFrame
        One row per group (``"all"`` for all) and method: ``count`` of ``n``, the awards whose method is stated, with
        ``share, low, high``; ``amount`` of ``of_amount``, what these amount to, in ``amounts`` of them, and
        ``amount_share``. Where one contract carries the amount of the group, ``largest_share`` is its part, and
        ``share_without`` and ``amount_share_without`` leave it out. ``untold`` are the awards of the group whose method
        is not stated.

    Raises
    ------
    ModelError
        If a column is absent.

    Examples
    --------
    >>> mix = method_mix(ogp.procurement.contracts("compranet_2017").frame)
    >>> mix[["method", "count", "n"]].head(2).values.tolist()
    [['open', 303, 2211], ['limited', 199, 2211]]
    """
    present(awards, ("method", "value", *((by,) if by else ())), "method mix")
    labels = awards[by] if by else pd.Series("all", index=awards.index)
    awards = awards[["method", "value"]]  # a part of a wide frame takes long to make
    rows: list[tuple] = []
    for group in sorted(labels.dropna().unique(), key=lambda label: (str(type(label)), label)):
        own = awards[labels == group]
        told = own[own["method"].notna()].reset_index(drop=True)
        whole, untold = math.fsum(told["value"].dropna()), len(own) - len(told)
        carried = carrier(told["value"])
        rest = told.drop(carried.label) if carried else told
        for method in METHODS:
            of, of_rest = told[told["method"] == method], rest[rest["method"] == method]
            number = (proportion if at_random else counted)(len(of), len(told)).cells[:5]
            amount = math.fsum(of["value"].dropna())
            share = amount / whole if whole > 0 else None
            without = (None, None, None)
            if carried:
                amount_without = math.fsum(of_rest["value"].dropna()) / carried.rest
                without = (carried.share, len(of_rest) / len(rest), amount_without)
            rows.append(
                (str(group), method, *number, amount, whole, of["value"].notna().sum(), share, *without, untold)
            )
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    real = "share low high amount_share largest_share share_without amount_share_without".split()
    return frame.astype(dict.fromkeys(real, "float64"))
