"""What a publisher changed in a table from one version or vintage to the next."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

import pandas as pd

from ogp_analysis.base.words import say, sentence
from ogp_analysis.base.words.numbers import count
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.open_government.commitment_revision import KEY, RATINGS, Revision, revision
from ogp_analysis.statistics.agreement import VersionRevision, version_revision
from ogp_analysis.store import hand_out
from ogp_analysis.store.account import Account

_VERSION = re.compile(r"v(\d+)")


@dataclass(frozen=True)
class Revisions(Shown):
    """What changed from one version of a table to the next, and from one vintage of commitments to the next.

    Attributes
    ----------
    versions : tuple of VersionRevision
        One a series, whose names are ``version.series``.
    vintages : tuple of (str, str, Revision)
        Old vintage, new vintage, and the revision.
    one_vintage : bool
        Whether the table has vintages: if so and none was compared, the edition holds one only.
    """

    versions: tuple[VersionRevision, ...] = field(repr=False)
    vintages: tuple[tuple[str, str, Revision], ...] = field(repr=False)
    one_vintage: bool

    @property
    def frame(self) -> pd.DataFrame:
        """One row per series in two versions, with the fields of ``VersionRevision`` as columns."""
        return pd.DataFrame([vars(one) for one in self.versions], columns=list(VersionRevision.__dataclass_fields__))

    def text(self) -> Parts:
        """Say how many published values differ, or why that cannot be said."""
        case, values = "absent" if self.one_vintage else "none", {}
        if self.vintages:
            revised = sum(one.revised.count for _, _, pair in self.vintages for one in pair.columns)
            case, values = "vintages", {"n": count(sum(pair.n for _, _, pair in self.vintages)),
                                        "pairs": count(len(self.vintages)), "changed": count(revised)}  # fmt: skip
        if self.versions:
            case, values = "versions", {"n": count(int(self.frame["n"].sum())), "series": count(len(self.versions)),
                                        "changed": count(int(self.frame["changed"].sum()))}  # fmt: skip
        return Parts([say("quality.revisions", case=case, **values)])

    def table(self) -> Parts:
        """Return the revisions of series, and that of the last vintage; what has no row is left out."""
        series = (self._series(),) if self.versions else ()
        return Parts((*series, *(pair.table() for _, _, pair in self.vintages[-1:])))

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


def revisions(account: Account, frame: pd.DataFrame, dataset: str, name: str, edition: str) -> Revisions:
    """Return what changed from one version or vintage of the table `name` to the next, as far as two are held.

    Parameters
    ----------
    account : Account
    frame : pandas.DataFrame
        The table.
    dataset, name, edition : str
        Which table.
    """
    versions = sorted(
        (one for one in account.columns if _VERSION.fullmatch(one)), key=lambda one: int(_VERSION.fullmatch(one)[1])
    )
    held = [one for one in versions if hand_out.has(dataset, one, edition)]
    pairs = [two for two in pairwise(held) if name in two]
    series = []
    for old, new in pairs:
        open_, frames = {}, {}
        for version in (old, new):
            fields = [one for one in account.columns[version] if one.type == "number" and one.redistribute]
            whole = hand_out.load(dataset, version, edition)
            open_[version] = [one.name for one in fields if one.name in whole.columns]
            frames[version] = whole.set_index(["unit", "year"])[open_[version]].add_prefix(f"{version}.")
        both = frames[old].join(frames[new], how="inner").reset_index()
        bounds = {one for one in open_[new] if re.search(r"_(codelow|codehigh|sd)$", one)}
        for one in open_[old]:
            if one in open_[new] and one not in bounds:
                low, high = f"{one}_codelow", f"{one}_codehigh"
                limits = (f"{new}.{low}", f"{new}.{high}") if {low, high} <= bounds else ("", "")
                series.append(version_revision(both, f"{old}.{one}", f"{new}.{one}", *limits))
    vintages = ()
    if {"vintage", "commitment_id", *KEY, *RATINGS} <= set(frame.columns):
        parts = dict(iter(frame.groupby("vintage", sort=True)))
        vintages = tuple((old, new, revision(parts[old], parts[new])) for old, new in pairwise(parts))
    return Revisions(tuple(series), tuple(one for one in vintages if one[2].n), "vintage" in frame.columns)
