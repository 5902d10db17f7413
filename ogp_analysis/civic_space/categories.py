"""The categories that publishers themselves sort countries into, never our own quantiles.

The facts are data, in ``categories.toml``: cut points as published, and on which of three levels each category
stands. The levels are our reading: a result that depends on them is to be shown for every other reading too.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError, ParameterError, few
from ogp_analysis.base.indicators import indicator


@dataclass(frozen=True)
class Categories:
    """What one publisher's categories are.

    Attributes
    ----------
    id : str
        Id of the measure, or ``"fiw_status"``, which is published as a category only.
    categories : tuple of str
        From the least free.
    level : tuple of int
        Level of each category, 0 to 2, never falling.
    source : str
        Where the publisher states them.
    cuts : tuple of tuple of float
        For each segment of the series the lowest value of every category but the first; empty if the value itself
        is the category.
    base : int
        Number of the first category where the value is the category.
    """

    id: str
    categories: tuple[str, ...]
    level: tuple[int, ...]
    source: str
    cuts: tuple[tuple[float, ...], ...] = ()
    base: int = 0


def _read() -> dict[str, Categories]:
    made = {}
    for id, facts in toml(__file__, "categories.toml").items():
        cuts = tuple(tuple(cuts) for cuts in facts.get("cuts", ()))
        named = tuple(facts["categories"]), tuple(facts["level"]), facts["source"]
        made[id] = Categories(id, *named, cuts=cuts, base=facts.get("base", 0))
    return made


#: The categories that publishers print, by the id of their measure, in a fixed order: what they are called, on which of
#: three levels each stands, and how the measure is cut into them.
CATEGORIES = _read()


def categorised(rows: pd.DataFrame, id: str) -> pd.DataFrame:
    """Return the category of every value of a measure that is published with categories.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``unit, year, value, segment``, the segment counting changes of method.
    id : str
        Id or name of a measure of :data:`CATEGORIES`.

    Returns
    -------
    pandas.DataFrame
        ``unit, year, category``, counted from 0, the least free.

    Raises
    ------
    ParameterError
        If the measure has no published categories.
    UnknownName
        If it is not in the catalogue of indicators.
    CleaningError
        If a value has no category.

    Examples
    --------
    >>> import pandas as pd
    >>> regimes = pd.DataFrame({"unit": ["MEX"], "year": [2023], "value": [2.0], "segment": [0]})
    >>> categorised(regimes, "ert_regime")["category"].tolist()
    [2]
    """
    id, published = indicator(id).id, CATEGORIES
    if id not in published:
        raise ParameterError(f"categories of {id}", "are not published", f"Use {few(list(published), 10)}")
    one = published[id]
    if one.cuts:
        pairs = zip(rows["value"], rows["segment"], strict=True)
        category = pd.Series([bisect_right(one.cuts[segment], value) for value, segment in pairs], index=rows.index)
    else:
        category = rows["value"].astype("int64") - one.base
    outside = rows[(category < 0) | (category >= len(one.categories))]
    if len(outside):
        what = f"{len(outside)} values have no category, first {outside['value'].iloc[0]:g}"
        raise CleaningError(f"categories of {id}", what, "Add it to categories.toml")
    return rows[["unit", "year"]].assign(category=category.astype("int64"))
