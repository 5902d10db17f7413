"""What cleaning did to the rows behind a table, value by value decided, and what the table was held against."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base import links
from ogp_analysis.base.countries import countries
from ogp_analysis.base.schema import Column
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.numbers import count, counts
from ogp_analysis.data.cleaning.account import Account, is_open
from ogp_analysis.data.cleaning.corrections import corrections as decided
from ogp_analysis.data.cleaning.dataset import Dataset
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table

#: What an entry of the record did, and the column in which it is counted.
ACTIONS = {"changed": "changed_values", "set_aside": "set_aside", "merged": "merged"}
_COUNTS = list(ACTIONS.values())
_CODES = ("rule", "raw_column", "example", "said", "column", "against", "unit", "name", "iso3")


def _headings(*columns: str, **others: str) -> dict[str, Heading]:
    """Return the headings of columns, each with what it holds; `others` are those with the heading of another name."""
    own = {one: Heading(f"quality.column.{one}", "code") for one in _CODES}
    own |= {one: Heading(one, "count") for one in _COUNTS}
    own |= {"rows": Heading("quality.column.rows", "count"), "n": Heading("quality.column.values", "count")}
    own |= {"kind": Heading("quality.column.kind"), "why": Heading("quality.column.why")}
    own |= {"reason": Heading("quality.column.reason"), "document": Heading("quality.column.document", "link")}
    return {one: own[others.get(one, one)] for one in columns}


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
        told = counts(rules=len(by_rule), changed=int(self.frame["changed_values"].sum()), entries=int(by_rule.sum()))
        told |= counts(most_count=int(by_rule.iloc[0]))
        return Parts([say("quality.glance.rules", role="number", case="some", most=by_rule.index[0], **told)])

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
        headings = _headings("rule", "column", *_COUNTS, "example", column="raw_column")
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
        names = ("rule", "column", "said", "changed_values", "reason", "document")
        headings = _headings(*names, column="raw_column", reason="why")
        return table("corrections", sentence("quality.table.corrections", n=count(len(frame))), frame, headings)


def corrections(declared: Dataset, done: Rules) -> Corrections:
    """Return the corrections of a dataset, with how many values each changed where `done` counts."""
    every = [column for schema in declared.schemas for column in schema.columns]
    names = ("rule", "column", "expect", "value", "reason", "reason_es", "document", "decided")
    changed = done.by_rule
    rows = [
        (*(getattr(one, name) for name in names), int(changed.get(one.rule, 0)), is_open(every, one.column))
        for one in decided(declared.name)
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
        total = {"total": Heading("quality.column.total", "index", 0 if whole else 3)}
        headings = _headings("kind", "column", "against", "n") | total
        return table("held_against", sentence("quality.table.invariants", n=count(len(frame))), frame, headings)

    def _without_sum(self, frame: pd.DataFrame) -> Table:
        headings = _headings("column", "n", "reason")
        frame = frame.assign(reason=frame["reason"].map(reason))
        return table("unsummed", sentence("quality.table.unsummed", n=count(len(frame))), frame, headings)


def reason(text: str) -> str:
    """Return in the language in force why a number has no sum to hold it against."""
    return word("quality.reason." + re.sub(r"\W+", "_", text).strip("_").lower())


def invariants(
    declared: Dataset, frame: pd.DataFrame, fields: list[Column], name: str, edition: str, as_of: str
) -> Invariants:
    """Return what the table `name` of a dataset was held against.

    Parameters
    ----------
    declared : Dataset
    frame : pandas.DataFrame
        The table.
    fields : list of Column
        Its columns.
    name, edition : str
        Which table.
    as_of : str
        Day on which its newest file was published; empty if that is not known.
    """
    closed = frozenset(one.name for one in fields if not one.redistribute)
    held = {one.name for one in fields}
    rows = []
    for one in declared.sums:
        if one.table == name and one.column in held:
            values = frame[one.column]
            total = None if one.column in closed else float(values.astype("float64").sum())
            raw = ", ".join(one.raw or (one.column,)) if isinstance(one.raw, tuple) else ""
            rows.append(("sum", one.column, raw, int(values.notna().sum()), total, ""))
    summed = {column for _, column, *_ in rows}
    for key, why in sorted(declared.invariants.unsummed.items()):
        column = key.split(".")[-1]
        # A column may have a sum in one table of a dataset and none in another.
        if column in held - summed and key.split(".")[0] in (name, key):
            rows.append(("unsummed", column, "", int(frame[column].notna().sum()), None, why))
    for one in declared.invariants.links:
        other = one.parent if one.child == name else one.child
        if name in (one.child, one.parent) and hand_out.has(declared.name, other, edition):
            frames = {name: frame, other: hand_out.load(declared.name, other, edition)}
            children = frames[one.child][list(one.columns)].dropna()
            parents = pd.MultiIndex.from_frame(frames[one.parent][list(one.columns)].dropna())
            belong = int(pd.MultiIndex.from_frame(children).isin(parents).sum())
            kind = "child" if one.child == name else "parent"
            rows.append((kind, ", ".join(one.columns), f"{declared.name}.{other}", belong, None, ""))
    for one in declared.invariants.past:
        if one.table == name and as_of:
            rows += [("days", column, as_of, int(frame[column].notna().sum()), None, "")
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
        told = counts(without=without, rows=len(self.codes), units=len(self.frame), countries=self.codes.nunique())
        parts = Parts([say("quality.names", case=case, **told, **counts(aliases=len(self.aliases)))])
        return parts + Parts([say("quality.palestine.text", n=count(self.part_of_pse))] if self.part_of_pse else [])

    def table(self) -> Parts:
        """Return the units without a code, and the names that needed an alias; what has no row is left out."""
        more = {"unmatched": {"rows": count(int(self.frame["rows"].sum()))}, "aliases": {}}
        found = []
        for key, frame in (("unmatched", self.frame), ("aliases", self.aliases)):
            if len(frame):
                caption = sentence(f"quality.table.{key}", n=count(len(frame)), most=count(_MOST_ROWS), **more[key])
                found.append(table(key, caption, frame.head(_MOST_ROWS), _headings(*frame.columns)))
        return Parts(found)


def names(frame: pd.DataFrame, fields: list[Column]) -> Names:
    """Return how the rows of a table are matched to countries.

    Parameters
    ----------
    frame : pandas.DataFrame
    fields : list of Column
        Its columns; of those that may not be passed on nothing is shown.
    """
    shown = [one.name for one in fields if one.redistribute]
    codes = frame.get("iso3")
    kind = frame.get("unit_kind", pd.Series(dtype="object"))
    part_of_pse = 0 if codes is None else int(((codes == "PSE") & (kind == "part_of_country")).sum())
    named = any(name in shown for name in _NAMES)
    return Names(codes, part_of_pse, named, unmatched(frame, shown), aliases(frame, shown))


def unmatched(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the units of rows without an ISO code: ``unit, name, rows``, sorted by unit and name.

    Parameters
    ----------
    frame : pandas.DataFrame
    columns : list of str
        Of its columns ``iso3`` and those that name a unit, those that may be shown.
    """
    rows = frame[frame["iso3"].isna()] if "iso3" in columns else frame.iloc[:0]
    return _counted(rows, columns, unit=_UNITS, name=_NAMES)


def aliases(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the names that a publisher writes otherwise than the short English one: ``name, iso3, rows``.

    Parameters
    ----------
    frame : pandas.DataFrame
    columns : list of str
        Of its columns ``iso3`` and those with a name, those that may be shown.
    """
    held = "iso3" in columns and any(name in columns for name in _NAMES)
    counts = _counted(frame if held else frame.iloc[:0], columns, name=_NAMES, iso3=("iso3",))
    ours = {one.iso3: one.name_en for one in countries(None)}
    counts = counts[(counts["name"] != "") & (counts["iso3"] != "")]
    return counts[counts["name"] != counts["iso3"].map(ours)].reset_index(drop=True)


def _counted(rows: pd.DataFrame, columns: list[str], **wanted: tuple[str, ...]) -> pd.DataFrame:
    """Count the rows with the same texts, taking each text from the first column present."""
    held = {new: next((one for one in names if one in columns), None) for new, names in wanted.items()}
    texts = {new: rows[name].astype("str").fillna("") if name else "" for new, name in held.items()}
    parts = pd.DataFrame(texts, index=rows.index, dtype="str")
    return parts.groupby([*wanted], sort=True).size().rename("rows").reset_index()
