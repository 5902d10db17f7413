"""What was done to get a clean table, what is missing in it, and what it was checked against.

Everything comes from the table itself and from the account that was made with it; nothing is read from raw files again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from ogp_analysis.base.schema import Column
from ogp_analysis.base.words import say, word
from ogp_analysis.base.words.numbers import count, counts, share
from ogp_analysis.data.cleaning.account import Account
from ogp_analysis.data.cleaning.catalog import TABLES, dataset, named
from ogp_analysis.data.cleaning.dataset import Dataset
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
from ogp_analysis.data.quality.vintages import Revisions, revisions
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.result import Parts, Shown, edition_name
from ogp_analysis.display.table import Heading, Table, table

_COUNTS = ["rows_in", "kept", "set_aside", "merged", "changed_values"]


@dataclass(frozen=True)
class AbsentTable(Shown):
    """A clean table that the edition does not hold: everything that it shows is empty but the answer.

    Attributes
    ----------
    name, edition : str
        Which table.
    sources : tuple of str
        Sources that would have to be fetched for it.
    """

    name: str
    edition: str
    sources: tuple[str, ...]

    @property
    def frame(self) -> pd.DataFrame:
        """No rows and no columns."""
        return pd.DataFrame()

    def answer(self) -> Parts:
        """Say what to fetch.

        Examples
        --------
        >>> "fetch rsf_press_freedom" in str(ogp.quality.check("rsf_press_freedom", "full").answer())
        True
        """
        told = {"table": self.name, "edition": edition_name(self.edition)}
        sources = "; ".join(f"ogp-analysis fetch {one}" for one in self.sources)
        absent = say("quality.absent.text", role="finding", **told, n=count(len(self.sources)), sources=sources)
        return Parts([say("quality.headline", role="headline", case="absent", **told), absent])

    def nothing(self) -> Parts:
        """Return nothing to show.

        Examples
        --------
        >>> len(ogp.quality.check("rsf_press_freedom", "full").nothing())
        0
        """
        return Parts()

    rules = missing = names = corrections = revisions = invariants = text = table = nothing

    def limit(self) -> Parts:
        """Say what the page cannot show.

        Examples
        --------
        >>> "can still be wrong" in str(ogp.quality.check("rsf_press_freedom", "full").limit())
        True
        """
        return Parts([say("quality.glance.limit", role="limit")])


@dataclass(frozen=True)
class DataQuality(Shown):
    """A clean table and the account of its cleaning.

    Attributes
    ----------
    declared : Dataset
        What its cleaner declares.
    table_name, edition : str
        Which table.
    frame : pandas.DataFrame
        The table.
    account : Account
        What was done.
    files : pandas.DataFrame
        The balance of the raw files behind the table: ``file`` and its counts.
    """

    declared: Dataset = field(repr=False)
    table_name: str
    edition: str
    frame: pd.DataFrame = field(repr=False)
    account: Account = field(repr=False)
    files: pd.DataFrame = field(repr=False)

    @property
    def name(self) -> str:
        """``dataset.table``."""
        return f"{self.declared.name}.{self.table_name}"

    @property
    def fields(self) -> list[Column]:
        """The columns that are held, in order; the full edition may have others."""
        return [one for one in self.declared.schema(self.table_name).columns if one.name in self.frame.columns]

    @cached_property
    def balance(self) -> pd.DataFrame:
        """Rows in = kept + set aside + merged, one row per folder of raw files: ``folder`` and the counts."""
        folders = self.files["file"].str.split("/").str[:2].str.join("/")
        return self.files.groupby(folders.rename("folder"), sort=True)[_COUNTS].sum().reset_index()

    def rules(self) -> Rules:
        """Return what each rule of the cleaner did in these folders."""
        return rules(self.account, set(self.balance["folder"]))

    def missing(self) -> Missing:
        """Return the empty cells, by column, and by year if the table has one."""
        return missing(self.frame, self.fields, self.name)

    def names(self) -> Names:
        """Return how its rows are matched to countries."""
        return names(self.frame, self.fields)

    def corrections(self) -> Corrections:
        """Return the values corrected by decision."""
        return corrections(self.declared, self.rules())

    def revisions(self) -> Revisions:
        """Return what its publisher changed from one version or vintage to the next."""
        return revisions(self.declared, self.frame, self.table_name, self.edition)

    def invariants(self) -> Invariants:
        """Return the sums, links and days that it was held against."""
        as_of = str(max(self.account.as_of.values(), default=""))
        return invariants(self.declared, self.frame, self.fields, self.table_name, self.edition, as_of)

    def answer(self) -> Parts:
        """Say, after the headline, what became of the rows, what rules did and what is missing."""
        total, empty, rows = self.balance[_COUNTS].sum().astype(int), self.missing(), len(self.frame)
        of_rows = counts(**total[["rows_in", "kept", "set_aside", "merged"]])
        headline = say(
            "quality.headline",
            role="headline",
            case="held" if empty.cells else "empty",
            table=self.name,
            kept=of_rows["kept"],
            rows_in=of_rows["rows_in"],
            changed=count(total["changed_values"]),
            share=share(empty.empty / empty.cells if empty.cells else 0, 1),
        )
        case, more = "same" if rows == total["kept"] else "other", counts(files=len(self.files), rows=rows)
        told = say("quality.glance.rows", role="finding", case=case, **of_rows, **more)
        return Parts([headline, told]) + self.rules().glance() + empty.glance()

    limit = AbsentTable.limit

    def text(self) -> Parts:
        """Say which part of the table the edition holds."""
        here, every = len(self.balance), self.declared.inputs_of(self.table_name)
        folders = sorted({f"{one.source}/{one.version}" for one in every} - set(self.balance["folder"]))
        held, columns = len(self.fields), len(self.declared.schema(self.table_name).columns)
        case = (
            "both" if columns > held and folders else "columns" if columns > held else "folders" if folders else "whole"
        )
        numbers = counts(rows=len(self.frame), held=held, all=columns, folders=here, all_folders=here + len(folders))
        edition, absent = edition_name(self.edition), ", ".join(folders)
        return Parts([say("quality.scope.held", case=case, edition=edition, absent_folders=absent, **numbers)])

    def table(self) -> Table:
        """Return the balance of the rows, one row per folder of published files."""
        headings = {"folder": Heading("quality.column.folder", "code"), **{n: Heading(n, "count") for n in _COUNTS}}
        return table("balance_by_folder", word("quality.table.balance"), self.balance, headings)


def check(table: str, edition: str = "embedded") -> DataQuality | AbsentTable:
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
    given, _, part = table.partition(".")
    name = named(given)
    own = dataset(name)
    part = own.schema(part or TABLES[name][0]).name
    if not hand_out.has(name, part, edition):
        sources = tuple(sorted({one.source for one in own.inputs_of(part)}))
        return AbsentTable(f"{name}.{part}", edition, sources)
    frame, account = hand_out.load(name, part, edition), hand_out.account(name, edition, part)
    return DataQuality(own, part, edition, frame, account, hand_out.balance_of(name, part, edition))
