"""What cleaning did to the rows behind a table, value by value decided, and what the table was held against."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base import links
from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import UnknownName
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.numbers import count
from ogp_analysis.data.cleaning.account import Account, Field, is_open
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table

#: What an entry of the record did, and the column in which it is counted.
ACTIONS = {"changed": "changed_values", "set_aside": "set_aside", "merged": "merged"}
_COUNTS = list(ACTIONS.values())


@dataclass(frozen=True)
class Rules(Shown):
    """What each rule of the cleaner did to the files behind a table.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per rule and raw column, the most frequent first: ``rule, column, changed_values, set_aside, merged,
        place, old, new``. ``place, old, new`` are the first entry that may be shown; empty if none may.
    """

    frame: pd.DataFrame = field(repr=False)

    @property
    def by_rule(self) -> pd.Series:
        """Entries of each rule, over all raw columns."""
        return self.frame.groupby("rule")[_COUNTS].sum().sum(axis=1)

    def glance(self) -> Parts:
        """Say how many values were changed by how many rules, and which is the most frequent."""
        if self.frame.empty:
            return Parts([say("quality.glance.rules", role="number", case="none")])
        by_rule = self.by_rule.sort_values(ascending=False, kind="stable")
        return Parts([
            say("quality.glance.rules", role="number", case="some", rules=count(len(by_rule)),
                changed=count(int(self.frame["changed_values"].sum())), entries=count(int(by_rule.sum())),
                most=by_rule.index[0], most_count=count(int(by_rule.iloc[0])))
        ])  # fmt: skip

    def text(self) -> Parts:
        """Say that no rule did anything, if so."""
        return Parts([say("quality.rules.none")] if self.frame.empty else [])

    def table(self) -> Table | Parts:
        """Return what each rule did, by raw column, with an example where one may be shown."""
        if self.frame.empty:
            return Parts()
        examples = []
        for place, old, new, changed in self.frame[["place", "old", "new", "changed_values"]].itertuples(index=False):
            after = f" → {new or word('quality.blank')}" if changed else ""
            example = f"{place.split('/', 2)[-1]}: {old or word('quality.blank')}{after}"
            examples.append(example if place else "not_written")
        frame = self.frame.assign(example=examples)
        headings = {
            "rule": Heading("quality.column.rule", "code"), "column": Heading("quality.column.raw_column", "code"),
            **{name: Heading(name, "count") for name in _COUNTS}, "example": Heading("quality.column.example", "code"),
        }  # fmt: skip
        caption = sentence("quality.table.rules", n=count(len(frame)), shown=count(int((frame["place"] != "").sum())))
        return table("rules_applied", caption, frame, headings)


def rules(account: Account, folders: set[str]) -> Rules:
    """Return what each rule did in some folders of raw files."""
    rows: dict[tuple[str, str], dict] = {}
    for one in account.rules:
        if one.folder in folders:
            empty = {**dict.fromkeys(_COUNTS, 0), "place": "", "old": "", "new": ""}
            row = rows.setdefault((one.rule, one.column), {"rule": one.rule, "column": one.column, **empty})
            row[ACTIONS[one.action]] += one.count
            if one.place and not row["place"]:
                row |= {"place": f"{one.folder}/{one.place}", "old": one.old, "new": one.new}
    frame = pd.DataFrame(list(rows.values()), columns=["rule", "column", *_COUNTS, "place", "old", "new"])
    order = frame.assign(n=-frame[_COUNTS].sum(axis=1)).sort_values(["n", "rule", "column"])
    return Rules(frame.loc[order.index].reset_index(drop=True))


@dataclass(frozen=True)
class Corrections(Shown):
    """Values corrected by decision.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per correction: ``rule, column, expect, value, reason, reason_es, document, decided``,
        ``changed_values`` (in the files behind the table), ``shown`` (whether its values may be).
    """

    frame: pd.DataFrame = field(repr=False)

    def text(self) -> Parts:
        """Say how many there are, and how many changed a value here."""
        n, made = len(self.frame), int((self.frame["changed_values"] > 0).sum())
        return Parts([say("quality.corrections", case="some" if n else "none", n=count(n), made=count(made))])

    def table(self) -> Table | Parts:
        """Return what the file must say, how it is read, why, and by which document; nothing if there is none."""
        frame = self.frame
        if frame.empty:
            return Parts()
        closed = ~frame["shown"]
        said = (frame["expect"] + " → " + frame["value"]).str.replace("(blank)", word("quality.blank"))
        document = [one if links.may_be_printed(one) and one else word("quality.file") for one in frame["document"]]
        frame = frame.assign(
            said=said.mask(closed, "drawn_only"),
            reason=frame["reason_es" if language() == "es" else "reason"].mask(closed, "drawn_only"),
            document=document,
            column=frame["column"].replace("", "not_written"),
        )
        headings = {
            "rule": Heading("quality.column.rule", "code"), "column": Heading("quality.column.raw_column", "code"),
            "said": Heading("quality.column.said", "code"), "changed_values": Heading("changed_values", "count"),
            "reason": Heading("quality.column.why"), "document": Heading("quality.column.document", "link"),
        }  # fmt: skip
        return table("corrections", sentence("quality.table.corrections", n=count(len(frame))), frame, headings)


def corrections(account: Account, done: Rules) -> Corrections:
    """Return the corrections of a dataset, with how many values each changed where `done` counts."""
    every = [one for fields in account.columns.values() for one in fields]
    names = ("rule", "column", "expect", "value", "reason", "reason_es", "document", "decided")
    changed = done.by_rule
    rows = [
        (*(getattr(one, name) for name in names), int(changed.get(one.rule, 0)), is_open(every, one.column))
        for one in account.corrections
    ]
    return Corrections(pd.DataFrame(rows, columns=[*names, "changed_values", "shown"]))


@dataclass(frozen=True)
class Invariants(Shown):
    """What a table was held against.

    Attributes
    ----------
    frame : pandas.DataFrame
        ``kind, column, against, n, total, reason``. Kinds are ``sum``, ``unsummed`` (a number without a raw sum, with
        the reason), ``child`` and ``parent`` of a link, and ``days``. ``n`` counts values that are there, of a link
        the rows that belong to one of the other table; ``total`` is missing of a value that may be drawn only.
    closed : frozenset of str
        Columns whose values may be drawn only.
    """

    frame: pd.DataFrame = field(repr=False)
    closed: frozenset[str] = field(repr=False)

    @property
    def counts(self) -> dict[str, int]:
        """How many checks of each kind there are: ``sum``, ``link``, ``days``, ``unsummed``, those that occur."""
        kinds = self.frame["kind"].replace({"child": "link", "parent": "link"})
        return {kind: int(n) for kind in ("sum", "link", "days", "unsummed") if (n := (kinds == kind).sum())}

    def text(self) -> Parts:
        """Say how many checks of each kind there are."""
        found = Parts(say(f"quality.checks.{kind}", n=count(n)) for kind, n in self.counts.items())
        return found or Parts([say("quality.checks.none")])

    def table(self) -> Parts:
        """Return the checks, and the numbers without a raw sum; what has no row is left out."""
        unsummed = self.frame["kind"] == "unsummed"
        made = ((self._held_against, self.frame[~unsummed]), (self._without_sum, self.frame[unsummed]))
        return Parts(tabled(frame) for tabled, frame in made if len(frame))

    def _held_against(self, frame: pd.DataFrame) -> Table:
        totals = [
            "not_written" if one.kind != "sum" else "drawn_only" if one.column in self.closed else one.total
            for one in frame.itertuples()
        ]
        # Sums of years and counts are whole: decimals are written only where a sum has any.
        whole = all(float(one).is_integer() for one in totals if not isinstance(one, str))
        frame = frame.assign(
            total=pd.Series(totals, index=frame.index, dtype=object),
            against=frame["against"].replace("", "not_written"),
            kind=[word(f"quality.kind.{one}") for one in frame["kind"]],
        )
        headings = {
            "kind": Heading("quality.column.kind"), "column": Heading("quality.column.column", "code"),
            "against": Heading("quality.column.against", "code"), "n": Heading("quality.column.values", "count"),
            "total": Heading("quality.column.total", "index", 0 if whole else 3),
        }  # fmt: skip
        return table("held_against", sentence("quality.table.invariants", n=count(len(frame))), frame, headings)

    def _without_sum(self, frame: pd.DataFrame) -> Table:
        headings = {"column": Heading("quality.column.column", "code"), "n": Heading("quality.column.values", "count"),
                    "reason": Heading("quality.column.reason")}  # fmt: skip
        frame = frame.assign(reason=frame["reason"].map(reason))
        return table("unsummed", sentence("quality.table.unsummed", n=count(len(frame))), frame, headings)


def reason(text: str) -> str:
    """Return in the language in force why a number has no sum to hold it against."""
    return word("quality.reason." + re.sub(r"\W+", "_", text).strip("_").lower())


def invariants(
    account: Account, frame: pd.DataFrame, fields: list[Field], dataset: str, name: str, edition: str
) -> Invariants:
    """Return what the table `name` of a dataset was held against.

    Parameters
    ----------
    account : Account
    frame : pandas.DataFrame
        The table.
    fields : list of Field
        Its columns.
    dataset, name, edition : str
        Which table.
    """
    closed = frozenset(one.name for one in fields if not one.redistribute)
    held = {one.name for one in fields}
    rows = []
    for one in account.sums:
        if one.table == name and one.column in held:
            values = frame[one.column]
            total = None if one.column in closed else float(values.astype("float64").sum())
            rows.append(("sum", one.column, ", ".join(one.raw), int(values.notna().sum()), total, ""))
    summed = {column for _, column, *_ in rows}
    for key, why in account.unsummed.items():
        column = key.split(".")[-1]
        # A column may have a sum in one table of a dataset and none in another.
        if column in held - summed and key.split(".")[0] in (name, key):
            rows.append(("unsummed", column, "", int(frame[column].notna().sum()), None, why))
    for one in account.links:
        other = one.parent if one.child == name else one.child
        if name in (one.child, one.parent) and hand_out.has(dataset, other, edition):
            frames = {name: frame, other: hand_out.load(dataset, other, edition)}
            children = frames[one.child][list(one.columns)].dropna()
            parents = pd.MultiIndex.from_frame(frames[one.parent][list(one.columns)].dropna())
            belong = int(pd.MultiIndex.from_frame(children).isin(parents).sum())
            kind = "child" if one.child == name else "parent"
            rows.append((kind, ", ".join(one.columns), f"{dataset}.{other}", belong, None, ""))
    bound = max(account.as_of.values(), default="")
    for one in account.days:
        if one.table == name and bound:
            rows += [("days", column, bound, int(frame[column].notna().sum()), None, "")
                     for column in one.columns if column in held]  # fmt: skip
    return Invariants(pd.DataFrame(rows, columns=["kind", "column", "against", "n", "total", "reason"]), closed)


# How a clean table names countries: units that are not countries, and names spelled differently from ours.

#: Columns that name a unit, and columns in which its publisher writes its name.
_UNITS = ("unit", "economy", "jurisdiction")
_NAMES = ("country_name", "country")
#: Rows that a page holds; a table says how many more there are.
_MOST_ROWS = 60


@dataclass(frozen=True)
class Names(Shown):
    """How the rows of a table are matched to countries.

    Attributes
    ----------
    codes : pandas.Series or None
        The ISO code of each row; None if the table does not match its rows to countries.
    part_of_pse : int
        How many rows with the code PSE are of a part of what the code stands for.
    named : bool
        Whether the table has names as published that may be shown.
    frame : pandas.DataFrame
        Units without an ISO code: ``unit, name, rows``.
    aliases : pandas.DataFrame
        Names of countries that are spelled differently from ours: ``name, iso3, rows``.
    """

    codes: pd.Series | None = field(repr=False)
    part_of_pse: int
    named: bool
    frame: pd.DataFrame = field(repr=False)
    aliases: pd.DataFrame = field(repr=False)

    def text(self) -> Parts:
        """Say how many rows have no code, of how many units, and how many names needed an alias."""
        if self.codes is None:
            return Parts([say("quality.names", case="none")])
        without = int(self.codes.isna().sum())
        case = ("named" if self.named else "coded") + ("" if without else "_all")
        parts = Parts([
            say("quality.names", case=case, without=count(without), rows=count(len(self.codes)),
                units=count(len(self.frame)), countries=count(self.codes.nunique()), aliases=count(len(self.aliases)))
        ])  # fmt: skip
        return parts + Parts([say("quality.palestine.text", n=count(self.part_of_pse))] if self.part_of_pse else [])

    def table(self) -> Parts:
        """Return the units without a code, and the names that needed an alias; what has no row is left out."""
        unit, name = Heading("quality.column.unit", "code"), Heading("quality.column.name", "code")
        rows, code = Heading("quality.column.rows", "count"), Heading("quality.column.iso3", "code")
        more = {"unmatched": {"rows": count(int(self.frame["rows"].sum()))}, "aliases": {}}
        tables = {"unmatched": (self.frame, {"unit": unit, "name": name, "rows": rows}),
                  "aliases": (self.aliases, {"name": name, "iso3": code, "rows": rows})}  # fmt: skip
        return Parts(
            table(key, sentence(f"quality.table.{key}", n=count(len(frame)), most=count(_MOST_ROWS), **more[key]),
                  frame.head(_MOST_ROWS), headings)
            for key, (frame, headings) in tables.items()
            if len(frame)
        )  # fmt: skip


def names(frame: pd.DataFrame, fields: list[Field]) -> Names:
    """Return how the rows of a table are matched to countries.

    Parameters
    ----------
    frame : pandas.DataFrame
    fields : list of Field
        Its columns; of those that may not be passed on nothing is shown.
    """
    shown = [one.name for one in fields if one.redistribute]
    codes = frame["iso3"] if "iso3" in frame.columns else None
    named = any(name in shown for name in _NAMES)
    kind = frame.get("unit_kind", pd.Series(dtype="object"))
    part_of_pse = 0 if codes is None else int(((codes == "PSE") & (kind == "part_of_country")).sum())
    return Names(codes, part_of_pse, named, unmatched(frame, shown), aliases(frame, shown))


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
    others = []
    for name, iso3 in zip(counts["name"], counts["iso3"], strict=True):
        try:
            others.append(country(iso3).name_en != name)
        except UnknownName:
            others.append(True)
    return counts[others].reset_index(drop=True)
