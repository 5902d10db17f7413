"""What a new version of a dataset changed in the past of its series: a revision, no event in any country."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import say, word
from ogp_analysis.base.words.numbers import facts, year
from ogp_analysis.civic_space.joining import unit_name
from ogp_analysis.civic_space.measures.catalogue import version_pairs
from ogp_analysis.civic_space.tables.headings import tabled
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table
from ogp_analysis.statistics.agreement import VersionRevision, version_revision

#: The revision that is said in words.
SAID = "v2x_polyarchy_v15"


@dataclass(frozen=True)
class Revisions(Shown):
    """Series held in two versions, value by value over the units that both give, parts of countries included.

    Attributes
    ----------
    rows : tuple of VersionRevision
        Two a series: the last common year, then all common years.
    """

    rows: tuple[VersionRevision, ...] = field(repr=False)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per series and span of years, with the fields of ``VersionRevision`` as columns."""
        return pd.DataFrame([vars(row) for row in self.rows], columns=list(VersionRevision.__dataclass_fields__))

    def text(self) -> Parts:
        """Say how far electoral democracy was revised in the last common year."""
        if not self.rows:
            return Parts([say("measures.revision", case="absent")])
        return Parts(
            say("measures.revision", case="found", indicator=word(f"measures.series.{one.new}"), year=year(one.last),
                **facts(one) | {"old": _version(one.old), "new": _version(one.new),
                                "place": unit_name(one.largest_unit)})
            for one in self.rows[::2]
            if one.new == SAID and one.n
        )  # fmt: skip

    def table(self) -> Table | Parts:
        """Return what changed, one row per series and span of years; nothing if no series is held twice."""
        if not self.rows:
            return Parts()
        frame = self.frame
        frame = frame.assign(
            indicator=[word(f"measures.series.{id}") for id in frame["new"]],
            old=frame["old"].map(_version),
            new=frame["new"].map(_version),
            place=frame["largest_unit"].map(unit_name),
            outside=["not_published" if one.outside is None else one.outside for one in self.rows],
        )
        return tabled("versions", word("measures.table.versions"), frame)


def revisions(ids: Iterable[str], edition: str) -> Revisions:
    """Return how far the newer version of each series that is held twice differs from the older.

    Parameters
    ----------
    ids : iterable of str
        The measures that are held.
    edition : str
        Which data, as in ``ogp.load``.
    """
    rows: list[VersionRevision] = []
    for old, new in version_pairs(ids):
        both = both_versions(edition, old, new)
        bounds = ("low", "high") if "low" in both.columns else ()
        end = both[both["year"] == both["year"].max()]
        rows += [version_revision(part, old, new, *bounds) for part in (end, both)]
    return Revisions(tuple(rows))


def both_versions(edition: str, old: str, new: str) -> pd.DataFrame:
    """Return two versions of a series by the units of their tables: ``unit, year``, a column for each, the new bounds.

    All units in both versions count, those without an ISO code too: a revision concerns a value, whatever the unit.
    The bounds are ``low`` and ``high``; they are left out if the newer version publishes none.
    """
    before, after = indicator(old), indicator(new)
    first = hand_out.load(before.dataset, before.table, edition)[["unit", "year", before.column]]
    bounds = {after.low: "low", after.high: "high"} if after.low else {}
    second = hand_out.load(after.dataset, after.table, edition)[["unit", "year", after.column, *bounds]]
    first = first.rename(columns={before.column: old})
    second = second.rename(columns={after.column: new, **bounds})
    both = first.merge(second, on=["unit", "year"], how="inner", validate="one_to_one").dropna(subset=[old, new])
    numbers = {name: both[name].astype("float64") for name in (old, new, *bounds.values())}
    return both.assign(year=both["year"].astype("int64"), **numbers).reset_index(drop=True)


def _version(id: str) -> str:
    one = indicator(id)
    return f"{word(f'measures.dataset.{one.dataset}')} {one.version}"
