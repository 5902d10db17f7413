"""The same unit asked twice: whether more changed one way than the other."""

from __future__ import annotations

from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

from ogp_analysis.statistics.result import REFERENCES, Estimate

MCNEMAR = REFERENCES["mcnemar_1947"]
CLOPPER_PEARSON = REFERENCES["clopper_pearson_1934"]


def mcnemar_exact(term: str, both: int, only_first: int, only_second: int, neither: int, level: float) -> Estimate:
    """Return the share of the units that changed which changed to yes, with McNemar's exact test that it is a half.

    Parameters
    ----------
    term : str
        What was asked.
    both, only_first, only_second, neither : int
        Units by their answers at the first and the second time.
    level : float
        Of the Clopper-Pearson interval, which allows for the error of drawing units independently.

    Returns
    -------
    Estimate
        A share in [0, 1] of ``only_first + only_second`` units; None where no unit changed, with a p-value of 1 if
        there are pairs at all.

    Examples
    --------
    >>> found = mcnemar_exact("forum", both=5, only_first=2, only_second=8, neither=1, level=0.95)
    >>> found.estimate, found.n, round(found.p_value, 4)
    (0.8, 10, 0.1094)
    """
    changed = only_first + only_second
    if not changed:
        return Estimate(term, None, p_value=1.0 if both + neither else None, level=level, n=0)
    low, high = proportion_confint(only_second, changed, alpha=1 - level, method="beta")
    p_value = float(mcnemar([[both, only_first], [only_second, neither]], exact=True).pvalue)
    return Estimate(term, only_second / changed, None, float(low), float(high), p_value, level, changed)
