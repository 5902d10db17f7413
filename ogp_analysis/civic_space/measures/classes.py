"""The categories that publishers themselves sort countries into, never quantiles of ours.

The facts are data, in ``classes.toml``: cut points as published, and on which of three levels each category
stands. The levels are a reading of ours, so that what depends on them is shown for every other reading too.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

import pandas as pd

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.indicators import indicator
from ogp_analysis.civic_space.measures.held import FIRST_YEAR, KEY, Measures, house
from ogp_analysis.store import hand_out

RESOURCES = ("classes.toml",)
#: Levels on which publishers with different numbers of categories are compared: least, middle, most free.
LEVELS = 3
_CUT_FROM = {"fiw_status": "fiw_total"}


@dataclass(frozen=True)
class Classes:
    """What one publisher's categories are.

    Attributes
    ----------
    id : str
        Id of the measure, or ``"fiw_status"``, which is published as a category only.
    categories : tuple of str
        From the least free.
    level : tuple of int
        Level of each category, 0 to :data:`LEVELS` − 1, never falling.
    source : str
        Where the publisher states them.
    cuts : tuple of tuple of float
        For each stretch of the series the lowest value of every category but the first; empty if the value itself
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


@dataclass(frozen=True)
class ClassPair:
    """Two publishers' categories of the same countries in the last year that both rated.

    Attributes
    ----------
    x, y : str
        Ids as in :func:`classes`.
    shared : bool
        Whether the catalogue knows inputs that both take in.
    year : int
    frame : pandas.DataFrame
        ``unit, x, y``: categories counted from 0, one row a country that both rate.
    """

    x: str
    y: str
    shared: bool
    year: int
    frame: pd.DataFrame

    @property
    def as_published(self) -> bool:
        """Whether both have the same number of categories, so that none is put together."""
        return len(classes()[self.x].categories) == len(classes()[self.y].categories)


def classes() -> dict[str, Classes]:
    """Return the published categories by the id of their measure, in a fixed order."""
    return {id: _classes(id, fields) for id, fields in _facts().items()}


def classified(found: Measures) -> dict[str, pd.DataFrame]:
    """Return the category of every country and year by measure: ``iso3, year, category``, counted from 0.

    Measures that the edition does not hold are left out, and so is the older version of a series held twice.
    """
    made = {id: _of_measure(found, one) for id, one in classes().items() if id in found.ids}
    if "ert_regime" in made:
        made.pop("v2x_regime", None)
    status = _status(found.edition)
    return {id: status if id == "fiw_status" else made[id] for id in classes()
            if id in made or (id == "fiw_status" and len(status))}  # fmt: skip


def class_pairs(found: Measures) -> list[ClassPair]:
    """Return every two publishers' categories, in the last year in which both rate the same countries."""
    held = classified(found)
    pairs = [(x, y) for x, y in combinations(held, 2) if _publisher(x) != _publisher(y)]
    made = [_class_pair(x, y, held[x].merge(held[y], on=KEY, validate="one_to_one")) for x, y in pairs]
    return [one for one in made if one is not None]


def _class_pair(x: str, y: str, both: pd.DataFrame) -> ClassPair | None:
    if both.empty:
        return None
    year = int(both["year"].max())
    rows = both[both["year"] == year].sort_values("iso3", ignore_index=True)
    frame = pd.DataFrame({"unit": rows["iso3"], "x": rows["category_x"], "y": rows["category_y"]})
    return ClassPair(x, y, _cut_from(y) in indicator(_cut_from(x)).shares_inputs_with, year, frame)


def _publisher(id: str) -> str:
    return house(_cut_from(id))


def _cut_from(id: str) -> str:
    """Return the measure that categories are cut from."""
    return _CUT_FROM.get(id, id)


def merges(categories: int, levels: int = LEVELS) -> list[tuple[int, ...]]:
    """Return every way to put ordered categories on fewer levels that keeps their order and leaves no level empty.

    Examples
    --------
    >>> merges(4)
    [(0, 1, 2, 2), (0, 1, 1, 2), (0, 0, 1, 2)]
    """
    places = combinations(range(1, categories), levels - 1)
    return [tuple(bisect_right(cuts, category) for category in range(categories)) for cuts in places]


def _of_measure(found: Measures, one: Classes) -> pd.DataFrame:
    rows = found.of(one.id)
    if not one.cuts:
        category = rows["value"].astype("int64") - one.base
    else:
        pairs = zip(rows["value"], rows["stretch"], strict=True)
        category = pd.Series([bisect_right(one.cuts[stretch], value) for value, stretch in pairs], index=rows.index)
    outside = rows[(category < 0) | (category >= len(one.categories))]
    if len(outside):
        first = float(outside["value"].iloc[0])
        raise CleaningError(
            f"categories of {one.id}", f"{len(outside)} values have none, first {first:g}", "Add it to classes.toml"
        )
    return pd.DataFrame({"iso3": rows["iso3"], "year": rows["year"], "category": category.astype("int64")})


def _status(edition: str) -> pd.DataFrame:
    """Return the status that Freedom in the World prints, if the edition holds it."""
    fields = _facts()["fiw_status"]
    empty = pd.DataFrame({"iso3": [], "year": [], "category": []})
    if not hand_out.has(fields["dataset"], fields["table"], edition):
        return empty
    rows = hand_out.load(fields["dataset"], fields["table"], edition)
    rows = rows[rows["iso3"].notna() & rows[fields["column"]].notna() & (rows["year"] >= FIRST_YEAR)].sort_values(KEY)
    category = [fields["categories"].index(status) for status in rows[fields["column"]]]
    return pd.DataFrame({"iso3": rows["iso3"].astype(str), "year": rows["year"].astype("int64"),
                         "category": category}).reset_index(drop=True)  # fmt: skip


@cache
def _facts() -> dict:
    return tomllib.loads((Path(__file__).resolve().parent / RESOURCES[0]).read_text(encoding="utf-8"))


def _classes(id: str, fields: dict) -> Classes:
    return Classes(
        id,
        tuple(fields["categories"]),
        tuple(fields["level"]),
        fields["source"],
        tuple(tuple(cuts) for cuts in fields.get("cuts", ())),
        fields.get("base", 0),
    )
