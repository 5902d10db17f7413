"""Rates of red flags of a group of awards, by method, kind or buyer, against those of all others.

Only contracts drawn at random give intervals and tests: they say what holds among all contracts there are. Of contracts
that are complete, or whose selection is unknown, differences are counts.
"""

from __future__ import annotations

import pandas as pd
from statsmodels.stats.multitest import multipletests

from ogp_analysis.statistics.rates import counted, counted_difference, proportion_difference
from ogp_analysis.statistics.sample import present

COLUMNS = ["measure", "by", "group", "count", "n"]


def group_differences(counts: pd.DataFrame, at_random: bool = False, fewest: int = 30) -> pd.DataFrame:
    """Return the difference between each group's rate and that of all others together.

    Parameters
    ----------
    counts : pandas.DataFrame
        ``measure, by, group, count, n``: units with the signal, of those for which it could be computed.
    at_random : bool
        Whether the units were drawn at random: then differences have an interval and are tested.
    fewest : int
        Units that a group, and the rest, need to be compared.

    Returns
    -------
    pandas.DataFrame
        One row per group, sorted by ``measure, by, group``: ``count, n, share`` of the group and, with ``rest_`` before
        them, of the rest; ``difference``, the first minus the second, missing where a group is too small, with
        ``low, high`` and ``p_value``; ``q_value``, Benjamini and Hochberg's over all differences. The last four are
        missing if nothing is tested.

    Raises
    ------
    ModelError
        If a column is absent.

    Notes
    -----
    Newcombe (1998), method 10; p by Fisher's exact test, q by Benjamini and Hochberg over all differences. In a random
    draw of contracts these are errors of the draw, however alike the contracts of one buyer are. Of two groups that
    make up the whole one is given: the other is its mirror. A measure that no unit, or every unit, carries is not
    compared: no test of it could find anything (Tarone 1990).
    """
    present(counts, COLUMNS, "group differences")
    rows = []
    for (measure, by), part in counts.sort_values(["measure", "by", "group"]).groupby(["measure", "by"], sort=True):
        whole, n = int(part["count"].sum()), int(part["n"].sum())
        if whole in (0, n):
            continue
        for group, own, of in part[["group", "count", "n"]].head(1 if len(part) == 2 else None).itertuples(index=False):
            numbers = int(own), int(of), whole - int(own), n - int(of)
            row = measure, by, group, *counted(*numbers[:2]).cells[:3], *counted(*numbers[2:]).cells[:3]
            one = None
            if min(of, n - of) >= fewest:
                one = proportion_difference(*numbers) if at_random else counted_difference(*numbers)
            rows.append((*row, *((one.difference, one.low, one.high, one.p_value) if one else (None,) * 4)))
    names = [*COLUMNS, "share", "rest_count", "rest_n", "rest_share", "difference", "low", "high", "p_value"]
    frame = pd.DataFrame(rows, columns=names)
    real = ["share", "rest_share", "difference", "low", "high", "p_value"]
    frame = frame.astype(dict.fromkeys(real, "float64"))
    known = frame["p_value"].dropna()  # q values of Benjamini and Hochberg (1995)
    adjusted = multipletests(known, method="fdr_bh")[1] if len(known) else known
    return frame.assign(q_value=pd.Series(adjusted, known.index, dtype="float64").reindex(frame.index))
