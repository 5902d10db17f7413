"""What was done to get a clean table, what is missing in it, and what it was held against.

Everything comes from the table itself and from the account that was made with it; nothing is read from raw files again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import UnknownName
from ogp_analysis.open_government.commitment_revision import KEY, RATINGS, Revision, revision
from ogp_analysis.statistics.version_revision import VersionRevision, version_revision
from ogp_analysis.store import hand_out
from ogp_analysis.store.account import Account, Field
from ogp_analysis.tidy.applied import is_open
from ogp_analysis.tidy.catalog import dataset as declared

#: Categories that say why there is no value. They are counted beside empty cells, never as such.
STATED = ("not_reviewed", "no_data", "not_applicable")
ACTIONS = {"changed": "changed_values", "set_aside": "set_aside", "merged": "merged"}
#: Years side by side that a drawing can hold, and how many may be put into one.
MOST_PERIODS = 26
_WIDTHS = (1, 2, 5, 10, 20, 50, 100)
#: Columns that name a unit, and columns in which its publisher writes its name.
_UNITS = ("unit", "economy", "jurisdiction")
_NAMES = ("country_name", "country")
_VERSION = re.compile(r"v(\d+)")
_COUNTS = ["rows_in", "kept", "set_aside", "merged", "changed_values"]


@dataclass(frozen=True)
class Missing:
    """Empty cells of a table, by column and by year.

    Attributes
    ----------
    time : str
        The column that dates a row; empty if the table has none.
    columns : pandas.DataFrame
        One row a column: ``column, n, missing, share``, and a count for each of :data:`STATED`.
    periods : pandas.DataFrame
        One row a period: ``period, first, n``, and the share of empty cells of each column, missing where no row is
        of the period; a last row of rows without a year has no ``first``. Empty if the table has no time.
    """

    time: str
    columns: pd.DataFrame
    periods: pd.DataFrame

    @property
    def cells(self) -> int:
        """All cells of the table."""
        return int(self.columns["n"].sum())

    @property
    def empty(self) -> int:
        """Its empty cells."""
        return int(self.columns["missing"].sum())

    @property
    def stated(self) -> int:
        """Cells that say why they have no value."""
        return int(self.columns[list(STATED)].to_numpy().sum())


@dataclass(frozen=True)
class DataQuality:
    """A clean table and the account of its cleaning.

    Attributes
    ----------
    dataset, table, edition : str
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
    table: str
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
        return f"{self.dataset}.{self.table}"

    @property
    def fields(self) -> list[Field]:
        """The columns that are held, in order."""
        return [one for one in self.account.columns[self.table] if one.name in self.frame.columns]

    @property
    def absent_columns(self) -> list[str]:
        """Columns that only the full edition has."""
        return [one.name for one in self.account.columns[self.table] if one.name not in self.frame.columns]

    @property
    def absent_folders(self) -> list[str]:
        """Folders of raw files that only the full edition is made from."""
        return [one for one in self.account.folders[self.table] if one not in set(self.balance["folder"])]

    @cached_property
    def balance(self) -> pd.DataFrame:
        """Rows in = kept + set aside + merged, one row a folder of raw files."""
        folders = self.files["file"].str.split("/").str[:2].str.join("/")
        return self.files.groupby(folders.rename("folder"), sort=True)[_COUNTS].sum().reset_index()

    @cached_property
    def rules(self) -> pd.DataFrame:
        """What each rule did in these folders, one row a rule and raw column, the most frequent first.

        ``rule, column, changed_values, set_aside, merged, place, old, new``.
        """
        here = set(self.balance["folder"])
        rows: dict[tuple[str, str], dict] = {}
        for one in self.account.rules:
            if one.folder in here:
                empty = {**dict.fromkeys(ACTIONS.values(), 0), "place": "", "old": "", "new": ""}
                row = rows.setdefault((one.rule, one.column), {"rule": one.rule, "column": one.column, **empty})
                row[ACTIONS[one.action]] += one.count
                if one.place and not row["place"]:
                    row |= {"place": f"{one.folder}/{one.place}", "old": one.old, "new": one.new}
        columns = ["rule", "column", *ACTIONS.values(), "place", "old", "new"]
        frame = pd.DataFrame(list(rows.values()), columns=columns)
        order = frame.assign(n=-frame[list(ACTIONS.values())].sum(axis=1)).sort_values(["n", "rule", "column"])
        return frame.loc[order.index].reset_index(drop=True)

    @cached_property
    def missing(self) -> Missing:
        """Empty cells by column, and by year if the table has one."""
        return missing(self.frame, self.fields)

    @cached_property
    def unmatched(self) -> pd.DataFrame:
        """Units without an ISO code: ``unit, name, rows``; empty if the table has no countries, or all have one."""
        return unmatched(self.frame, self._shown("iso3", *_UNITS, *_NAMES))

    @cached_property
    def aliases(self) -> pd.DataFrame:
        """Names of countries that are written otherwise than here: ``name, iso3, rows``."""
        return aliases(self.frame, self._shown("iso3", *_NAMES))

    @property
    def of_countries(self) -> bool:
        """Whether the table matches its rows to countries."""
        return "iso3" in self.frame.columns

    @cached_property
    def corrections(self) -> pd.DataFrame:
        """Values set otherwise by decision, with what is expected there, why, and how many values changed here."""
        rules = self.rules.groupby("rule")[list(ACTIONS.values())].sum().sum(axis=1)
        every = [one for fields in self.account.columns.values() for one in fields]
        rows = []
        for one in self.account.corrections:
            shown = is_open(every, one.column)
            rows.append({"rule": one.rule, "column": one.column, "expect": one.expect, "value": one.value,
                         "reason": one.reason, "reason_es": one.reason_es, "document": one.document,
                         "decided": one.decided, "changed_values": int(rules.get(one.rule, 0)),
                         "shown": shown})  # fmt: skip
        columns = ["rule", "column", "expect", "value", "reason", "reason_es", "document", "decided", "changed_values"]
        return pd.DataFrame(rows, columns=[*columns, "shown"])

    @cached_property
    def version_revisions(self) -> tuple[VersionRevision, ...]:
        """What changed in each series from one version of the table to the next; columns ``version.series``."""
        tables = sorted((one for one in self.account.columns if _VERSION.fullmatch(one)), key=_number)
        held = [one for one in tables if hand_out.has(self.dataset, one, self.edition)]
        pairs = [two for two in pairwise(held) if self.table in two]
        return tuple(one for old, new in pairs for one in self._versions(old, new))

    def _versions(self, old: str, new: str) -> list[VersionRevision]:
        open_, frames = {}, {}
        for table in (old, new):
            fields = [one for one in self.account.columns[table] if one.type == "number" and one.redistribute]
            whole = hand_out.load(self.dataset, table, self.edition)
            open_[table] = [one.name for one in fields if one.name in whole.columns]
            frames[table] = whole.set_index(["unit", "year"])[open_[table]].add_prefix(f"{table}.")
        both = frames[old].join(frames[new], how="inner").reset_index()
        bounds = {name for name in open_[new] if re.search(r"_(codelow|codehigh|sd)$", name)}
        found = []
        for name in open_[old]:
            if name in open_[new] and name not in bounds:
                low, high = f"{name}_codelow", f"{name}_codehigh"
                limits = (f"{new}.{low}", f"{new}.{high}") if {low, high} <= bounds else ("", "")
                found.append(version_revision(both, f"{old}.{name}", f"{new}.{name}", *limits))
        return found

    @cached_property
    def vintage_revisions(self) -> tuple[tuple[str, str, Revision], ...]:
        """What changed from one vintage of commitments to the next: old, new, and the revision."""
        if not {"vintage", "commitment_id", *KEY, *RATINGS} <= set(self.frame.columns):
            return ()
        parts = dict(iter(self.frame.groupby("vintage", sort=True)))
        found = [(old, new, revision(parts[old], parts[new])) for old, new in pairwise(parts)]
        return tuple(one for one in found if one[2].n)

    @cached_property
    def invariants(self) -> pd.DataFrame:
        """What the table was held against: ``kind, column, against, n, total, reason``.

        Kinds are ``sum``, ``unsummed``, ``child`` and ``parent`` of a link, and ``days``. ``n`` counts values that are
        there, of a link the rows that belong to one of the other table.
        """
        closed = {one.name for one in self.fields if not one.redistribute}
        held = {one.name for one in self.fields}
        rows = []
        for one in self.account.sums:
            if one.table == self.table and one.column in held:
                values = self.frame[one.column]
                total = None if one.column in closed else float(values.astype("float64").sum())
                rows.append(("sum", one.column, ", ".join(one.raw), int(values.notna().sum()), total, ""))
        for name, reason in self.account.unsummed.items():
            if name.split(".")[-1] in held and name.split(".")[0] in (self.table, name):
                rows.append(("unsummed", name.split(".")[-1], "", int(self.frame[name.split(".")[-1]].notna().sum()),
                             None, reason))  # fmt: skip
        rows += self._links()
        bound = max(self.account.as_of.values(), default="")
        for one in self.account.days:
            if one.table == self.table and bound:
                rows += [("days", name, bound, int(self.frame[name].notna().sum()), None, "")
                         for name in one.columns if name in held]  # fmt: skip
        return pd.DataFrame(rows, columns=["kind", "column", "against", "n", "total", "reason"])

    @property
    def checks(self) -> dict[str, int]:
        """How many checks of each kind there are: ``sum``, ``link``, ``days``, ``unsummed``, those that occur."""
        kinds = self.invariants["kind"].replace({"child": "link", "parent": "link"})
        return {kind: int(n) for kind in ("sum", "link", "days", "unsummed") if (n := (kinds == kind).sum())}

    def _links(self) -> list[tuple]:
        rows = []
        for one in self.account.links:
            if self.table not in (one.child, one.parent):
                continue
            other = one.parent if one.child == self.table else one.child
            if not hand_out.has(self.dataset, other, self.edition):
                continue
            frames = {self.table: self.frame, other: hand_out.load(self.dataset, other, self.edition)}
            children = frames[one.child][one.columns].dropna()
            parents = pd.MultiIndex.from_frame(frames[one.parent][one.columns].dropna())
            belong = int(pd.MultiIndex.from_frame(children).isin(parents).sum())
            kind = "child" if one.child == self.table else "parent"
            rows.append((kind, ", ".join(one.columns), f"{self.dataset}.{other}", belong, None, ""))
        return rows

    def _shown(self, *names: str) -> list[str]:
        return [one.name for one in self.fields if one.name in names and one.redistribute]


def data_quality(table: str, edition: str = "embedded") -> DataQuality:
    """Return what is on record of a clean table.

    Parameters
    ----------
    table : str
        ``dataset.table``, as in the codebook.
    edition : {"embedded", "full"}
        Which data.

    Raises
    ------
    UnknownName
        If the catalogue has no such dataset.
    CleaningError
        If the dataset has no such table.
    """
    name, _, part = table.partition(".")
    own = declared(name)
    part = own.schema(part).name
    if not hand_out.has(name, part, edition):
        behind = [one for one in own.inputs if not one.tables or part in one.tables]
        sources = tuple(sorted({one.source for one in behind or own.inputs}))
        return DataQuality(name, part, edition, pd.DataFrame(), None, sources, pd.DataFrame())
    frame, account = hand_out.load(name, part, edition), hand_out.account(name, edition)
    return DataQuality(name, part, edition, frame, account, (), hand_out.balance_of(name, part, edition))


def missing(frame: pd.DataFrame, fields: list[Field]) -> Missing:
    """Return the empty cells of a table, by column and by year.

    A row is dated by ``year``; else by the first column named ``…_year`` that at least half of the rows have; else by
    the column of dates that most rows have. Years are put together so that at most :data:`MOST_PERIODS` stand side by
    side.

    Parameters
    ----------
    frame : pandas.DataFrame
    fields : list of Field
        Its columns.
    """
    rows = []
    for one in fields:
        values = frame[one.name]
        empty = int(values.isna().sum())
        stated = {code: int((values == code).sum()) if one.type in ("category", "string") else 0 for code in STATED}
        share = empty / len(frame) if len(frame) else None
        rows.append({"column": one.name, "n": len(frame), "missing": empty, "share": share, **stated})
    columns = pd.DataFrame(rows, columns=["column", "n", "missing", "share", *STATED])
    time, years = _years(frame, fields)
    return Missing(time, columns, _by_period(frame, years, [one.name for one in fields]) if time else pd.DataFrame())


def _years(frame: pd.DataFrame, fields: list[Field]) -> tuple[str, pd.Series]:
    numbers = [one.name for one in fields if one.type == "integer"]
    if "year" in numbers:
        return "year", frame["year"]
    for name in numbers:
        if name.endswith("_year") and len(frame) and frame[name].notna().mean() >= 0.5:
            return name, frame[name]
    dates = [one.name for one in fields if one.type == "date" and frame[one.name].notna().any()]
    if not dates:
        return "", pd.Series(dtype="Int64")
    most = max(dates, key=lambda name: frame[name].notna().sum())
    return most, frame[most].dt.year.astype("Int64")


def _by_period(frame: pd.DataFrame, years: pd.Series, names: list[str]) -> pd.DataFrame:
    known = years.dropna()
    first, last = int(known.min()), int(known.max())
    width = next((one for one in _WIDTHS if (last // one - first // one) < MOST_PERIODS), _WIDTHS[-1])
    starts = (years // width * width).astype("Int64")
    empty = frame[names].isna().groupby(starts, dropna=False, sort=True)
    shares = empty.mean().astype("float64")
    shares.insert(0, "n", empty.size().astype("int64"))
    whole = pd.Index(range(first // width * width, last + 1, width), dtype="Int64")
    undated = shares[shares.index.isna()]
    shares = pd.concat([shares.reindex(whole), undated]).reset_index(names="first")
    shares["n"] = shares["n"].fillna(0).astype("int64")
    label = shares["first"].map(
        lambda one: "" if pd.isna(one) else str(one) if width == 1 else f"{one}–{one + width - 1}"
    )
    shares.insert(0, "period", label.astype("str"))
    return shares.sort_values("first", na_position="last", ignore_index=True)


def unmatched(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the units of rows without an ISO code: ``unit, name, rows``, sorted by unit and name.

    Parameters
    ----------
    frame : pandas.DataFrame
    columns : list of str
        Of its columns ``iso3`` and those that name a unit, those that may be shown.
    """
    empty = pd.DataFrame(
        {"unit": pd.Series(dtype="str"), "name": pd.Series(dtype="str"), "rows": pd.Series(dtype="int64")}
    )
    if "iso3" not in columns:
        return empty
    rows = frame[frame["iso3"].isna()]
    told = {
        new: next((one for one in names if one in columns), "") for new, names in (("unit", _UNITS), ("name", _NAMES))
    }
    parts = pd.DataFrame(
        {new: rows[name].fillna("").astype(str) if name else "" for new, name in told.items()}, index=rows.index
    )
    return parts.groupby(["unit", "name"], sort=True).size().rename("rows").reset_index() if len(parts) else empty


def aliases(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the names that a publisher writes otherwise than the short English one: ``name, iso3, rows``.

    Parameters
    ----------
    frame : pandas.DataFrame
    columns : list of str
        Of its columns ``iso3`` and those with a name, those that may be shown.
    """
    name = next((one for one in _NAMES if one in columns), "")
    if not name or "iso3" not in columns:
        return pd.DataFrame(
            {"name": pd.Series(dtype="str"), "iso3": pd.Series(dtype="str"), "rows": pd.Series(dtype="int64")}
        )
    counts = frame.dropna(subset=[name, "iso3"]).groupby([name, "iso3"], sort=True).size().rename("rows").reset_index()
    counts = counts.rename(columns={name: "name"})
    return counts[[_other(*pair) for pair in zip(counts["name"], counts["iso3"], strict=True)]].reset_index(drop=True)


def _other(name: str, iso3: str) -> bool:
    try:
        return country(iso3).name_en != name
    except UnknownName:
        return True


def _number(table: str) -> int:
    return int(_VERSION.fullmatch(table)[1])
