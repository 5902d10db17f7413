"""What was done to get a clean table, what is missing in it, and what it was checked against.

Everything comes from the table itself and from the account that was made with it; nothing is read from raw files again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import pandas as pd

from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count, share
from ogp_analysis.data.cleaning.account import Account, Field
from ogp_analysis.data.cleaning.catalog import TABLES
from ogp_analysis.data.cleaning.catalog import dataset as declared
from ogp_analysis.data.quality.missing import Missing, missing
from ogp_analysis.data.quality.record import (
    Corrections,
    Invariants,
    Names,
    Rules,
    corrections,
    invariants,
    names,
    rules,
)
from ogp_analysis.data.quality.vintages import KEY, RATINGS, Revision, revision
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.result import Parts, Shown, edition_name
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.statistics.agreement import VersionRevision, version_revision

# What a publisher changed in a table from one version or vintage to the next.

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


_COUNTS = ["rows_in", "kept", "set_aside", "merged", "changed_values"]


@dataclass(frozen=True)
class DataQuality(Shown):
    """A clean table and the account of its cleaning.

    Of a table that the edition does not hold, everything that it shows is empty but the answer.

    Attributes
    ----------
    dataset, table_name, edition : str
        Which table.
    frame : pandas.DataFrame
        The table; empty if the edition does not hold it.
    account : Account or None
        What was done; None if the edition does not hold the table.
    sources : tuple of str
        Sources that would have to be fetched for a table that is not held.
    files : pandas.DataFrame
        The balance of the raw files behind the table: ``file`` and its counts.
    """

    dataset: str
    table_name: str
    edition: str
    frame: pd.DataFrame = field(repr=False)
    account: Account | None = field(repr=False)
    sources: tuple[str, ...]
    files: pd.DataFrame = field(repr=False)

    @property
    def held(self) -> bool:
        """Whether the edition holds the table."""
        return self.account is not None

    @property
    def name(self) -> str:
        """``dataset.table``."""
        return f"{self.dataset}.{self.table_name}"

    @property
    def fields(self) -> list[Field]:
        """The columns that are held, in order."""
        return [one for one in self.account.columns[self.table_name] if one.name in self.frame.columns]

    @property
    def absent_columns(self) -> list[str]:
        """Columns that only the full edition has."""
        return [one.name for one in self.account.columns[self.table_name] if one.name not in self.frame.columns]

    @property
    def absent_folders(self) -> list[str]:
        """Folders of raw files that only the full edition is made from."""
        return [one for one in self.account.folders[self.table_name] if one not in set(self.balance["folder"])]

    @cached_property
    def balance(self) -> pd.DataFrame:
        """Rows in = kept + set aside + merged, one row per folder of raw files: ``folder`` and the counts."""
        folders = self.files["file"].str.split("/").str[:2].str.join("/")
        return self.files.groupby(folders.rename("folder"), sort=True)[_COUNTS].sum().reset_index()

    def rules(self) -> Rules | Parts:
        """Return what each rule of the cleaner did in these folders."""
        return rules(self.account, set(self.balance["folder"])) if self.held else Parts()

    def missing(self) -> Missing | Parts:
        """Return the empty cells, by column, and by year if the table has one."""
        return missing(self.frame, self.fields, self.name) if self.held else Parts()

    def names(self) -> Names | Parts:
        """Return how its rows are matched to countries."""
        return names(self.frame, self.fields) if self.held else Parts()

    def corrections(self) -> Corrections | Parts:
        """Return the values corrected by decision."""
        return corrections(self.account, self.rules()) if self.held else Parts()

    def revisions(self) -> Revisions | Parts:
        """Return what its publisher changed from one version or vintage to the next."""
        if not self.held:
            return Parts()
        return revisions(self.account, self.frame, self.dataset, self.table_name, self.edition)

    def invariants(self) -> Invariants | Parts:
        """Return the sums, links and days that it was held against."""
        if not self.held:
            return Parts()
        return invariants(self.account, self.frame, self.fields, self.dataset, self.table_name, self.edition)

    def answer(self) -> Parts:
        """Say, after the headline, what became of the rows, what rules did and what is missing; or what to fetch."""
        edition = {"table": self.name, "edition": edition_name(self.edition)}
        if not self.held:
            sources = "; ".join(f"ogp-analysis fetch {one}" for one in self.sources)
            absent = say("quality.absent.text", role="finding", **edition, n=count(len(self.sources)), sources=sources)
            return Parts([say("quality.headline", role="headline", case="absent", **edition), absent])
        total, empty = self.balance[_COUNTS].sum(), self.missing()
        counts = {name: count(int(total[name])) for name in ("rows_in", "kept", "set_aside", "merged")}
        headline = say("quality.headline", role="headline", case="held" if empty.cells else "empty", table=self.name,
                       kept=counts["kept"], rows_in=counts["rows_in"], changed=count(int(total["changed_values"])),
                       share=share(empty.empty / empty.cells if empty.cells else 0, 1))  # fmt: skip
        case = "same" if len(self.frame) == total["kept"] else "other"
        rows = say("quality.glance.rows", role="finding", case=case, **counts, files=count(len(self.files)),
                   rows=count(len(self.frame)))  # fmt: skip
        return Parts([headline, rows]) + self.rules().glance() + empty.glance()

    def limit(self) -> Parts:
        """Say what the page cannot show."""
        return Parts([say("quality.glance.limit", role="limit")])

    def text(self) -> Parts:
        """Say which part of the table the edition holds."""
        if not self.held:
            return Parts()
        columns, folders = len(self.absent_columns), self.absent_folders
        case = "both" if columns and folders else "columns" if columns else "folders" if folders else "whole"
        held = {"rows": len(self.frame), "held": len(self.fields), "all": len(self.fields) + columns,
                "folders": len(self.balance), "all_folders": len(self.balance) + len(folders)}  # fmt: skip
        return Parts([
            say("quality.scope.held", case=case, edition=edition_name(self.edition),
                absent_folders=", ".join(folders), **{name: count(n) for name, n in held.items()})
        ])  # fmt: skip

    def table(self) -> Table | Parts:
        """Return the balance of the rows, one row per folder of published files."""
        if not self.held:
            return Parts()
        headings = {"folder": Heading("quality.column.folder", "code"), **{n: Heading(n, "count") for n in _COUNTS}}
        return table("balance_by_folder", word("quality.table.balance"), self.balance, headings)


def check(table: str, edition: str = "embedded") -> DataQuality:
    """Return what is on record of a clean table.

    Parameters
    ----------
    table : str
        ``dataset.table``, as in the codebook; of a dataset alone the table that is usually meant.
    edition : {"embedded", "full"}
        Which data.

    Raises
    ------
    UnknownName
        If the catalogue has no such dataset.
    CleaningError
        If the dataset has no such table.

    Examples
    --------
    >>> quality = ogp.quality.check("ogp_membership.countries")
    >>> quality.rules().frame.set_index("rule").loc["pakistan_exit_month", ["old", "new"]].to_list()
    ['2022', '2022-03']
    """
    name, _, part = table.partition(".")
    own = declared(name)
    part = own.schema(part or TABLES[name][0]).name
    if not hand_out.has(name, part, edition):
        behind = [one for one in own.inputs if not one.tables or part in one.tables]
        sources = tuple(sorted({one.source for one in behind or own.inputs}))
        return DataQuality(name, part, edition, pd.DataFrame(), None, sources, pd.DataFrame())
    frame, account = hand_out.load(name, part, edition), hand_out.account(name, edition, part)
    return DataQuality(name, part, edition, frame, account, (), hand_out.balance_of(name, part, edition))
