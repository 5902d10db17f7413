"""Tables of the notebook on data quality, and the values of its sentences."""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.display import links
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.quality.data_quality import STATED, DataQuality
from ogp_analysis.statistics.version_revision import VersionRevision

#: Rows that a page holds; a table says how many more there are.
_MOST_ROWS = 60


def quality_tables(found: DataQuality, *parts: str) -> list[Table]:
    """Return those of the named tables that have rows.

    Parameters
    ----------
    found : DataQuality
    *parts : str
        Of ``balance``, ``rules``, ``columns``, ``unmatched``, ``aliases``, ``corrections``, ``revisions``,
        ``invariants`` and ``unsummed``.
    """
    if not found.held:
        return []
    return [one for part in parts for one in _PARTS[part](found)]


def quality_values(found: DataQuality, part: str) -> dict:
    """Return the case and the values of the sentence on one part.

    Parameters
    ----------
    found : DataQuality
    part : str
        Of ``headline``, ``rows``, ``rules``, ``missing``, ``held``, ``names``, ``corrections``,
        ``revisions``; of a table that is not held, ``headline`` and ``absent``.
    """
    return _VALUES[part](found)


def reason(text: str) -> str:
    """Return in the language in force why a number has no sum to hold it against."""
    return word(f"quality.reason.{slug(text)}")


def slug(text: str) -> str:
    """Return the key of a reason."""
    return re.sub(r"\W+", "_", text).strip("_").lower()


def _headline(found: DataQuality) -> dict:
    if not found.held:
        return {"case": "absent", "table": found.name, "edition": word(f"tables.edition.{found.edition}")}
    total, missing = found.balance.sum(numeric_only=True), found.missing
    return {"case": "held" if missing.cells else "empty", "table": found.name, "kept": int(total["kept"]),
            "rows_in": int(total["rows_in"]), "changed": int(total["changed_values"]),
            "share": missing.empty / missing.cells if missing.cells else 0}  # fmt: skip


def _absent(found: DataQuality) -> dict:
    return {"table": found.name, "edition": word(f"tables.edition.{found.edition}"), "n": len(found.sources),
            "sources": "; ".join(f"ogp-analysis fetch {one}" for one in found.sources)}  # fmt: skip


def _rows(found: DataQuality) -> dict:
    total = found.balance.sum(numeric_only=True)
    counts = {name: int(total[name]) for name in ("rows_in", "kept", "set_aside", "merged")}
    return {**counts, "files": len(found.files), "rows": len(found.frame)}


def _rules(found: DataQuality) -> dict:
    rules = found.rules
    if rules.empty:
        return {"case": "none"}
    entries = int(rules[["changed_values", "set_aside", "merged"]].to_numpy().sum())
    by_rule = rules.groupby("rule")[["changed_values", "set_aside", "merged"]].sum().sum(axis=1)
    most = by_rule.sort_values(ascending=False, kind="stable").index[0]
    return {"case": "some", "rules": len(by_rule), "changed": int(rules["changed_values"].sum()), "entries": entries,
            "most": most, "most_count": int(by_rule[most])}  # fmt: skip


def _missing(found: DataQuality) -> dict:
    missing = found.missing
    if not missing.empty:
        return {"case": "none", "cells": missing.cells, "columns": len(missing.columns)}
    worst = missing.columns.sort_values("missing", ascending=False, kind="stable").iloc[0]
    return {"case": "some", "cells": missing.cells, "empty": missing.empty, "columns": len(missing.columns),
            "share": missing.empty / missing.cells, "worst": worst["column"], "worst_share": float(worst["share"]),
            "full": int((missing.columns["missing"] == 0).sum())}  # fmt: skip


def _held(found: DataQuality) -> dict:
    columns, folders = found.absent_columns, found.absent_folders
    case = "both" if columns and folders else "columns" if columns else "folders" if folders else "whole"
    return {"case": case, "edition": word(f"tables.edition.{found.edition}"), "rows": len(found.frame),
            "held": len(found.fields), "all": len(found.fields) + len(columns),
            "folders": len(found.balance), "all_folders": len(found.balance) + len(folders),
            "absent_folders": ", ".join(folders)}  # fmt: skip


def _names(found: DataQuality) -> dict:
    if not found.of_countries:
        return {"case": "none"}
    without = int(found.frame["iso3"].isna().sum())
    named = any(one.name in ("country_name", "country") and one.redistribute for one in found.fields)
    case = ("named" if named else "coded") + ("" if without else "_all")
    return {"case": case, "without": without, "rows": len(found.frame),
            "units": len(found.unmatched), "countries": int(found.frame["iso3"].nunique()),
            "aliases": len(found.aliases)}  # fmt: skip


def _corrections(found: DataQuality) -> dict:
    n = len(found.corrections)
    return {"case": "some" if n else "none", "n": n, "made": int((found.corrections["changed_values"] > 0).sum())}


def _revisions(found: DataQuality) -> dict:
    series, vintages = found.version_revisions, found.vintage_revisions
    if series:
        return {"case": "versions", "n": sum(one.n for one in series), "series": len(series),
                "changed": sum(one.changed for one in series)}  # fmt: skip
    if vintages:
        revised = sum(one.revised.count for _, _, pair in vintages for one in pair.columns)
        return {"case": "vintages", "n": sum(pair.n for _, _, pair in vintages), "pairs": len(vintages),
                "changed": revised}  # fmt: skip
    return {"case": "absent" if "vintage" in found.frame.columns else "none"}


_VALUES = {
    "headline": _headline,
    "absent": _absent,
    "rows": _rows,
    "rules": _rules,
    "missing": _missing,
    "held": _held,
    "names": _names,
    "corrections": _corrections,
    "revisions": _revisions,
}


def _own(name: str, *more) -> Heading:
    return Heading(f"quality.column.{name}", *more)


def _shortened(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.head(_MOST_ROWS)


def _balance_table(found: DataQuality) -> list[Table]:
    headings = {"folder": _own("folder", "code")}
    counts = ("rows_in", "kept", "set_aside", "merged", "changed_values")
    headings |= {name: Heading(name, "count") for name in counts}
    return [table("balance_by_folder", word("quality.table.balance"), found.balance, headings)]


def _rules_table(found: DataQuality) -> list[Table]:
    rules = found.rules
    if rules.empty:
        return []
    frame = rules.assign(
        example=[_example(*one) for one in rules[["place", "old", "new", "changed_values"]].itertuples(index=False)]
    )
    headings = {"rule": _own("rule", "code"), "column": _own("raw_column", "code")}
    headings |= {name: Heading(name, "count") for name in ("changed_values", "set_aside", "merged")}
    headings |= {"example": _own("example", "code")}
    shown = int((rules["place"] != "").sum())
    return [table("rules_applied", sentence("quality.table.rules", n=len(rules), shown=shown), frame, headings)]


def _example(place: str, old: str, new: str, changed: int) -> str:
    if not place:
        return "not_written"
    after = f" → {new or word('quality.blank')}" if changed else ""
    return f"{place.split('/', 2)[-1]}: {old or word('quality.blank')}{after}"


def _columns_table(found: DataQuality) -> list[Table]:
    every = found.missing.columns
    frame = every[every[["missing", *STATED]].sum(axis=1) > 0].rename(columns={"column": "variable"})
    headings = {"variable": _own("column", "code"), "n": _own("rows", "count"), "missing": _own("missing", "count"),
                "share": _own("share", "share", 1)}  # fmt: skip
    headings |= {name: _own(name, "count") for name in STATED}
    caption = sentence("quality.table.columns", n=len(frame), cells=found.missing.cells, empty=found.missing.empty)
    return [table("missing_by_column", caption, frame, headings)] if len(frame) else []


def _unmatched_table(found: DataQuality) -> list[Table]:
    frame = found.unmatched
    headings = {"unit": _own("unit", "code"), "name": _own("name", "code"), "rows": _own("rows", "count")}
    caption = sentence("quality.table.unmatched", n=len(frame), rows=int(frame["rows"].sum()), most=_MOST_ROWS)
    return [table("unmatched", caption, _shortened(frame), headings)] if len(frame) else []


def _aliases_table(found: DataQuality) -> list[Table]:
    frame = found.aliases
    headings = {"name": _own("name", "code"), "iso3": _own("iso3", "code"), "rows": _own("rows", "count")}
    caption = sentence("quality.table.aliases", n=len(frame), most=_MOST_ROWS)
    return [table("aliases", caption, _shortened(frame), headings)] if len(frame) else []


def _corrections_table(found: DataQuality) -> list[Table]:
    frame = found.corrections
    if frame.empty:
        return []
    closed = ~frame["shown"]
    said = (frame["expect"] + " → " + frame["value"]).str.replace("(blank)", word("quality.blank"))
    why = frame["reason_es" if language() == "es" else "reason"].mask(closed, "drawn_only")
    document = [one if links.may_be_printed(one) and one else word("quality.file") for one in frame["document"]]
    frame = frame.assign(
        said=said.mask(closed, "drawn_only"),
        reason=why,
        document=document,
        column=frame["column"].replace("", "not_written"),
    )
    headings = {"rule": _own("rule", "code"), "column": _own("raw_column", "code"), "said": _own("said", "code"),
                "changed_values": Heading("changed_values", "count"), "reason": _own("why"),
                "document": _own("document", "link")}  # fmt: skip
    return [table("corrections", sentence("quality.table.corrections", n=len(frame)), frame, headings)]


def _revisions_tables(found: DataQuality) -> list[Table]:
    tables = []
    if found.version_revisions:
        tables.append(_series_table(found.version_revisions))
    tables += [pair.table() for _, _, pair in found.vintage_revisions[-1:]]
    return tables


def _series_table(found: tuple[VersionRevision, ...]) -> Table:
    rows = [{**vars(one), "outside": "not_published" if one.outside is None else one.outside,
             "place": one.largest_unit or "not_written"} for one in found]  # fmt: skip
    headings = {"old": Heading("older_version", "code"), "new": Heading("newer_version", "code"),
                "first": Heading("first", "year"), "last": Heading("last", "year"), "n": _own("values", "count"),
                "changed": Heading("values_changed", "count"), "mean_absolute": Heading("mean_absolute", "index", 3),
                "largest": Heading("largest", "index", 3, True), "place": _own("unit", "code"),
                "largest_year": Heading("year", "year"), "outside": Heading("outside_bounds", "count")}  # fmt: skip
    caption = sentence("quality.table.revisions", n=len(rows))
    return table("revisions", caption, pd.DataFrame(rows, columns=list(headings)), headings)


def _invariants_table(found: DataQuality) -> list[Table]:
    frame = found.invariants[found.invariants["kind"] != "unsummed"]
    if frame.empty:
        return []
    closed = {one.name for one in found.fields if not one.redistribute}
    totals = [
        "not_written" if one.kind != "sum" else "drawn_only" if one.column in closed else one.total
        for one in frame.itertuples()
    ]
    frame = frame.assign(
        total=pd.Series(totals, index=frame.index, dtype=object),
        against=frame["against"].replace("", "not_written"),
        kind=[word(f"quality.kind.{one}") for one in frame["kind"]],
    )
    headings = {"kind": _own("kind"), "column": _own("column", "code"), "against": _own("against", "code"),
                "n": _own("values", "count"), "total": _own("total", "index", 3)}  # fmt: skip
    return [table("held_against", sentence("quality.table.invariants", n=len(frame)), frame, headings)]


def _unsummed_table(found: DataQuality) -> list[Table]:
    frame = found.invariants[found.invariants["kind"] == "unsummed"]
    frame = frame.assign(reason=[reason(one) for one in frame["reason"]])
    headings = {"column": _own("column", "code"), "n": _own("values", "count"), "reason": _own("reason")}
    return [table("unsummed", sentence("quality.table.unsummed", n=len(frame)), frame, headings)] if len(frame) else []


_PARTS = {
    "balance": _balance_table,
    "rules": _rules_table,
    "columns": _columns_table,
    "unmatched": _unmatched_table,
    "aliases": _aliases_table,
    "corrections": _corrections_table,
    "revisions": _revisions_tables,
    "invariants": _invariants_table,
    "unsummed": _unsummed_table,
}
