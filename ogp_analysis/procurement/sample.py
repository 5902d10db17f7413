"""What contracts rest on: the way from the files, what is stated of them, what is read otherwise, who is masked."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count, share
from ogp_analysis.data.datasets.procurement.ocds.schemas import REASONS, WHY
from ogp_analysis.data.store.hand_out import provenance
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.procurement.awarded.published import PublishedContracts
from ogp_analysis.procurement.labels import MILLION, headings, in_words, reason, year_or_undated
from ogp_analysis.procurement.publications import COMPRANET, Publication

#: What a reader wants to know is there, and the column of the awards that tells it.
FIELDS = {
    "method": "method",
    "amount": "value",
    "supplier": "supplier_id",
    "call_date": "call_date",
    "deadline": "deadline",
    "award_date": "award_date",
    "signature_date": "signature_date",
    "classification": "classification",
    "rationale": "rationale",
    "bids": "n_bids",
}
#: Why a supplier of CompraNet is masked, by its kind: the tax code tells, or nothing tells that it is a legal entity.
_BY_KIND = {"natural_person": "personal_identifier", "presumed_natural_person": "no_sign"}


@dataclass(frozen=True)
class SampleFlow(Shown):
    """From the published files to the contracts looked at.

    Attributes
    ----------
    steps : tuple of (str, int)
        Steps from the file to the awards looked at, as codes, and what was left after each.
    left_out : dict of str to int
        Rows that are not an awarded contract of their own, by reason.
    agreed : int
        Contracts of the publication joined to an award that they do not name, because number, amount or day agree.
    unpaired : int
        Contracts and awards of one process that could not be joined, in the whole publication; each is a row.
    publication : Publication
    """

    steps: tuple[tuple[str, int], ...]
    left_out: dict[str, int]
    agreed: int
    unpaired: int
    publication: Publication = field(repr=False)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per step, then a reason why rows were left out, then a way of joining: ``kind, code, rows``."""
        joined = {"agreed": self.agreed, "unpaired": self.unpaired}
        rows = [("step", code, n) for code, n in self.steps]
        rows += [("left_out", code, n) for code, n in sorted(self.left_out.items())]
        rows += [("joined", code, n) for code, n in joined.items() if n]
        return pd.DataFrame(rows, columns=["kind", "code", "rows"])

    def text(self) -> Parts:
        """Say how many contracts were joined to an award that they do not name, or could not be joined."""
        if not self.agreed and not self.unpaired:
            return Parts()
        values = {"agreed": count(self.agreed), "unpaired": count(self.unpaired)}
        return Parts([say("procurement.scope.joined.text", **values)])

    def table(self) -> Table:
        """Return what was left after each step, what was left out, and how contracts were joined to awards."""
        words = {
            "step": lambda code: word(f"procurement.step.{code}"),
            "left_out": lambda code: f"− {reason(code)}",
            "joined": lambda code: f"· {word(f'procurement.step.{code}')}",
        }
        frame = self.frame.assign(step=[words[kind](code) for kind, code, _ in self.frame.itertuples(index=False)])
        return table("sample_flow", word("procurement.table.flow"), frame, headings("step", "rows"))

    def folders(self) -> Table:
        """Return the balance of the cleaning by folder of raw files: a publication in OCDS may have thousands of files.

        Of the dataset that holds the publication, only the folder of the publication is stated.
        """
        columns = ["rows_in", "kept", "set_aside", "merged", "changed_values"]
        frame = pd.DataFrame(provenance().payload["balance"], columns=["dataset", "file", *columns])
        other = frame["dataset"] != self.publication.dataset
        frame = frame[other | frame["file"].str.startswith(self.publication.place)]
        folder = frame["file"].str.split("/").str[:2].str.join("/")
        sums = frame.groupby(folder.rename("folder"), sort=True)[columns].sum().reset_index()
        counts = headings("folder") | {name: Heading(name, "count") for name in columns}
        return table("balance_by_folder", word("procurement.table.folders"), sums, counts)


@dataclass(frozen=True)
class Coverage(Shown):
    """What is stated of contracts, field by field and year by year.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per year: ``year`` (missing for undated awards), ``awards`` and one share a field of :data:`FIELDS`; the
        last row, whose ``whole`` is true, is that of all years.
    """

    frame: pd.DataFrame = field(repr=False)

    def table(self) -> Table:
        """Return the share of contracts of which each field is stated, by year."""
        every = word("procurement.all_years")
        years = [every if one.whole else year_or_undated(one.year) for one in self.frame.itertuples()]
        frame = self.frame.assign(year=years)
        columns = {"year": Heading("year"), **headings(awards="contracts")}
        columns |= {name: Heading(f"procurement.column.{name}", "share") for name in FIELDS}
        caption = sentence("procurement.table.coverage", n=count(frame["awards"].iloc[-1]))
        return table("coverage_by_year", caption, frame, columns)


def coverage(awards: pd.DataFrame) -> Coverage:
    """Return the share of awarded contracts, with their ``value``, that state each field, by year and in all."""
    told = pd.DataFrame({name: awards[column].notna() for name, column in FIELDS.items()})
    years = told.groupby(awards["year"].astype("Int64"), dropna=False)
    rows = years.mean()
    rows.insert(0, "awards", years.size())
    rows = rows.rename_axis("year").reset_index().sort_values("year", ignore_index=True).assign(whole=False)
    whole = pd.DataFrame([{"awards": len(awards), **told.mean().to_dict(), "whole": True}])
    return Coverage(pd.concat([rows, whole], ignore_index=True).astype({"year": "Int64"}))


@dataclass(frozen=True)
class ReadOtherwise(Shown):
    """Methods and dates of contracts that are read otherwise than published.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per value, with :data:`ogp_analysis.procurement.awarded.ocds.COLUMNS`.
    awards : pandas.DataFrame
        The contracts: ``process_id``, ``value``.
    currency : str
        ISO 4217 code of the values.
    listable : bool
        Whether the terms of the source let single values be shown.
    """

    frame: pd.DataFrame = field(repr=False)
    awards: pd.DataFrame = field(repr=False)
    currency: str
    listable: bool = True

    @property
    def methods(self) -> pd.DataFrame:
        """One row per contract read under another method: ``process_id, value, published, told_by, read_as, rule``."""
        read = self.frame[self.frame["what"] == "method"].drop(columns="what")
        return self.awards[["process_id", "value"]].merge(read, on="process_id", validate="many_to_one")

    def text(self) -> Parts:
        """Say how many contracts are read under another method than coded, and how many dates are set aside."""
        parts = Parts()
        if otherwise := len(self.methods):
            values = {"otherwise": count(otherwise), "n": count(len(self.awards))}
            parts += (say("procurement.methods.otherwise", role="warning", **values),)
        if dates := int((self.frame["what"] != "method").sum()):
            parts += (say("procurement.scope.dates.text", dates=count(dates)),)
        return parts

    def table(self) -> Table | Parts:
        """Return how many contracts are read under another method, and their amount, by code, rule and method."""
        frame = self.methods
        if frame.empty:
            return Parts()
        keys = ["published", "rule", "read_as"]
        frame = frame.assign(published=frame["published"].fillna(word("procurement.reading.no_code")))
        frame = frame.groupby(keys, sort=True)["value"].agg(count="size", amount="sum").reset_index()
        frame = in_words(frame, rule="reading", read_as="method").assign(amount=frame["amount"] / MILLION)
        columns = headings(*keys, count="contracts", amount="millions")
        caption = sentence("procurement.table.readings", currency=self.currency)
        return table("methods_read_otherwise", caption, frame, columns)

    def listed(self) -> Table | Parts:
        """Return every method and date that is read otherwise, by process and rule, where they may be listed."""
        if not self.listable or self.frame.empty:
            return Parts()
        aside = word("procurement.reading.set_aside")
        read_as = [aside if pd.isna(one) else word(f"procurement.method.{one}") for one in self.frame["read_as"]]
        published = self.frame["published"].fillna(word("procurement.reading.no_code"))
        frame = in_words(self.frame, what="reading", rule="reading")
        frame = frame.assign(published=published, told_by=frame["told_by"].fillna(""), read_as=read_as)
        columns = headings(process_id="process") | headings(*frame.columns[1:])
        return table("read_otherwise", sentence("procurement.table.record", n=count(len(frame))), frame, columns)


@dataclass(frozen=True)
class MaskedSuppliers(Shown):
    """Suppliers of contracts that are masked as natural persons, each as often as it supplies.

    Attributes
    ----------
    n : int
        Suppliers with a name or an identifier, masked or not.
    missing : int
        Awards of which no supplier is published.
    reasons : dict of str to int
        Masked suppliers by the reason, all of :data:`ogp_analysis.data.datasets.procurement.ocds.schemas.REASONS`.
    """

    n: int
    missing: int
    reasons: dict[str, int]

    @property
    def masked(self) -> int:
        """How many are masked."""
        return sum(self.reasons.values())

    @property
    def frame(self) -> pd.DataFrame:
        """One row per reason: ``reason, rows``."""
        return pd.DataFrame(list(self.reasons.items()), columns=["reason", "rows"])

    def text(self) -> Parts:
        """Say how many suppliers are masked, of how many."""
        if not self.n:
            return Parts()
        values = {"masked": count(self.masked), "n": count(self.n), "missing": count(self.missing)}
        values["share"] = share(self.masked / self.n, 1)
        return Parts([say("procurement.scope.masked", case="some" if self.masked else "none", **values)])

    def table(self) -> Table | Parts:
        """Return why suppliers are masked, and how many for each reason."""
        if not self.masked:
            return Parts()
        frame = in_words(self.frame[self.frame["rows"] > 0], reason="masked_for")
        caption = sentence("procurement.table.masked", n=count(self.n), masked=count(self.masked))
        return table("masked_suppliers", caption, frame, headings("reason", rows="suppliers"))


def masked_suppliers(published: PublishedContracts, awards: pd.DataFrame) -> MaskedSuppliers:
    """Return how many suppliers of some contracts of a publication are masked as natural persons, and why."""
    if published.publication.dataset == COMPRANET:
        kind = published.firms.loc[awards.index, "supplier_kind"]
        reasons, missing = kind.map(_BY_KIND), int((kind == "missing").sum())
        n = len(kind) - missing
    else:
        rows = published.tables["suppliers"]
        rows = rows[rows["ocid"].isin(set(awards["process_id"]))]
        rows = rows[rows["supplier_id"].notna() | rows["supplier_name"].notna()]
        reasons, n = rows[f"supplier_{WHY}"], len(rows)
        missing = int((~awards["process_id"].isin(set(rows["ocid"]))).sum())
    found = reasons.astype("object").value_counts()
    return MaskedSuppliers(n, missing, {code: int(found.get(code, 0)) for code in REASONS})
