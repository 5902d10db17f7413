"""What a publisher changed in a table from one version, or from one vintage of its commitments, to the next.

Rows of two vintages are matched by their key. A key that repeats in either names no row: it is counted and left out.
Filling a gap is not revising a rating; the two are kept apart. All rows are compared, so that shares have no interval.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

import pandas as pd

from ogp_analysis.base.words import say, sentence
from ogp_analysis.base.words.numbers import count, counts
from ogp_analysis.data.cleaning.dataset import Dataset
from ogp_analysis.data.datasets.open_government.commitment_columns import NOT_RATED
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.statistics.agreement import VersionRevision, version_revision

KEY = ["unit", "plan_number", "commitment_number"]
#: Ratings compared if no others are named.
RATINGS = (
    "specificity",
    "relevance",
    "value_information",
    "value_participation",
    "value_accountability",
    "value_technology",
    "potential_impact",
    "completion",
    "star_pre_june_2014",
    "star_2015",
    "star_current",
)
#: Words that a plan without numbers has in their place.
NO_NUMBER = ("NA", "NR")
_VERSION = re.compile(r"v(\d+)")


@dataclass(frozen=True)
class Revision(Shown):
    """What changed between two vintages of commitments.

    Attributes
    ----------
    n_old, n_new : int
        Rows of the two vintages.
    only_old, only_new : int
        Rows whose key the other vintage does not have.
    ambiguous, unnumbered : int
        Rows of both that bear a key that stands several times in a vintage, or no number.
    n : int
        Pairs of rows compared.
    frame : pandas.DataFrame
        One row a rating, in the order asked for: ``column, n, unchanged, filled, emptied, revised, both_rated,
        reason_changed``. Pairs are ``unchanged``, with the same value or none in both vintages; rated only in the new
        (``filled``) or the old one (``emptied``); ``revised``, of those rated in both; or rated in neither with another
        reason, for example from not reviewed to no data.
    """

    n_old: int
    n_new: int
    only_old: int
    only_new: int
    ambiguous: int
    unnumbered: int
    n: int
    frame: pd.DataFrame = field(repr=False)

    def table(self) -> Table:
        """Return what changed in each rating between the two vintages, over the rows that can be compared."""
        headings = {name: Heading(name, "count") for name in self.frame.columns} | {"column": Heading("column")}
        told = counts(n=self.n, n_old=self.n_old, n_new=self.n_new, only_old=self.only_old, only_new=self.only_new)
        caption = sentence("commitments.table.revision", **told, **counts(ambiguous=self.ambiguous))
        return table("revision", caption, self.frame, headings, ["ogp_commitments"])


def revision(old: pd.DataFrame, new: pd.DataFrame, columns: tuple[str, ...] = RATINGS) -> Revision:
    """Return what changed from one vintage of commitments to another.

    A number that was given to another commitment counts as a revision.

    Parameters
    ----------
    old, new : pandas.DataFrame
        Clean commitments of the two vintages.
    columns : tuple of str
        Ratings to compare.
    """
    numbers = [frame["commitment_number"] for frame in (old, new)]
    numbered = [frame[~one.fillna("").isin(["", *NO_NUMBER])] for frame, one in zip((old, new), numbers, strict=True)]
    keyed = [frame.set_index(KEY) for frame in numbered]
    twice = pd.concat([frame.index[frame.index.duplicated()].to_frame() for frame in keyed])
    first, second = (frame[~frame.index.isin(pd.MultiIndex.from_frame(twice))] for frame in keyed)
    both = first.index.intersection(second.index)
    rows = []
    for column in columns:
        was, now = (side.loc[both, column].astype("str").fillna("missing") for side in (first, second))
        moved, before, after = was != now, ~was.isin(["missing", *NOT_RATED]), ~now.isin(["missing", *NOT_RATED])
        counted = {
            "unchanged": ~moved,
            "filled": ~before & after,
            "emptied": before & ~after,
            "revised": moved & before & after,
            "both_rated": before & after,
            "reason_changed": moved & ~before & ~after,
        }
        rows.append({"column": column, "n": len(both)} | {name: int(mask.sum()) for name, mask in counted.items()})
    return Revision(
        n_old=len(old),
        n_new=len(new),
        only_old=len(first) - len(both),
        only_new=len(second) - len(both),
        ambiguous=sum(map(len, keyed)) - len(first) - len(second),
        unnumbered=len(old) + len(new) - sum(map(len, keyed)),
        n=len(both),
        frame=pd.DataFrame(rows),
    )


@dataclass(frozen=True)
class Revisions(Shown):
    """What changed from one version of a table to the next, and from one vintage of commitments to the next.

    Attributes
    ----------
    versions : tuple of VersionRevision
        One a series, whose names are ``version.series``.
    vintages : tuple of Revision
        One a pair of vintages that follow one another.
    one_vintage : bool
        Whether the table has vintages: if so and none was compared, the edition holds one only.
    """

    versions: tuple[VersionRevision, ...] = field(repr=False)
    vintages: tuple[Revision, ...] = field(repr=False)
    one_vintage: bool

    @property
    def frame(self) -> pd.DataFrame:
        """One row per series in two versions, with the fields of ``VersionRevision`` as columns."""
        return pd.DataFrame([vars(one) for one in self.versions], columns=list(VersionRevision.__dataclass_fields__))

    def text(self) -> Parts:
        """Say how many published values differ, or why that cannot be said."""
        if self.versions:
            n, changed = int(self.frame["n"].sum()), int(self.frame["changed"].sum())
            told = counts(n=n, changed=changed, series=len(self.versions))
            return Parts([say("quality.revisions", case="versions", **told)])
        if self.vintages:
            changed = sum(int(one.frame["revised"].sum()) for one in self.vintages)
            told = counts(n=sum(one.n for one in self.vintages), changed=changed, pairs=len(self.vintages))
            return Parts([say("quality.revisions", case="vintages", **told)])
        return Parts([say("quality.revisions", case="absent" if self.one_vintage else "none")])

    def table(self) -> Parts:
        """Return the revisions of series, and that of the last vintage; what has no row is left out."""
        series = (self._series(),) if self.versions else ()
        return Parts((*series, *(one.table() for one in self.vintages[-1:])))

    def _series(self) -> Table:
        headings = {
            "old": Heading("older_version", "code"), "new": Heading("newer_version", "code"),
            "first": Heading("first", "year"), "last": Heading("last", "year"),
            "n": Heading("quality.column.values", "count"), "changed": Heading("values_changed", "count"),
            "mean_absolute": Heading("mean_absolute", "index", 3), "largest": Heading("largest", "index", 3, True),
            "place": Heading("quality.column.unit", "code"), "largest_year": Heading("year", "year"),
            "outside": Heading("outside_bounds", "count"),
        }  # fmt: skip
        frame = self.frame.assign(
            outside=["not_published" if one.outside is None else one.outside for one in self.versions],
            place=[one.largest_unit or "not_written" for one in self.versions],
        )
        return table("revisions", sentence("quality.table.revisions", n=count(len(frame))), frame, headings)


def revisions(declared: Dataset, frame: pd.DataFrame, name: str, edition: str) -> Revisions:
    """Return what changed from one version or vintage of the table `name` to the next, as far as two are held.

    Parameters
    ----------
    declared : Dataset
    frame : pandas.DataFrame
        The table.
    name, edition : str
        Which table.
    """
    versions = [one for one in declared.schemas if _VERSION.fullmatch(one.name)]
    versions.sort(key=lambda one: int(_VERSION.fullmatch(one.name)[1]))
    held = [one for one in versions if hand_out.has(declared.name, one.name, edition)]
    pairs = [two for two in pairwise(held) if name in (two[0].name, two[1].name)]
    series = []
    for pair in pairs:
        series_of, frames = {}, []
        for schema in pair:
            whole, version = hand_out.load(declared.name, schema.name, edition), schema.name
            numbers = [one.name for one in schema.columns if one.type == "number" and one.redistribute]
            series_of[version] = [one for one in numbers if one in whole.columns]
            frames.append(whole.set_index(["unit", "year"])[series_of[version]].add_prefix(f"{version}."))
        (old, of_old), (new, of_new) = series_of.items()
        both = frames[0].join(frames[1], how="inner").reset_index()
        bounds = {one for one in of_new if re.search(r"_(codelow|codehigh|sd)$", one)}
        for one in (one for one in of_old if one in of_new and one not in bounds):
            low, high = f"{one}_codelow", f"{one}_codehigh"
            limits = (f"{new}.{low}", f"{new}.{high}") if {low, high} <= bounds else ("", "")
            series.append(version_revision(both, f"{old}.{one}", f"{new}.{one}", *limits))
    vintages = ()
    if {"vintage", "commitment_id", *KEY, *RATINGS} <= set(frame.columns):
        parts = dict(iter(frame.groupby("vintage", sort=True)))
        vintages = tuple(revision(parts[old], parts[new]) for old, new in pairwise(parts))
    return Revisions(tuple(series), tuple(one for one in vintages if one.n), "vintage" in frame.columns)
