"""The columns of OGP commitments: which raw column each comes from in each vintage, and what its values mean.

The mapping stands in ``commitments.toml``; this module reads it and makes the one-column functions from it.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd

from ogp_analysis.base.errors import CleaningError, listed
from ogp_analysis.base.schema import Column
from ogp_analysis.tidy.coding import translated
from ogp_analysis.tidy.country_year import known
from ogp_analysis.tidy.record import FILE, LINE

RESOURCES = ("commitments.toml", "commitment_tags.toml")
MAPPING, TAGS = (tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8")) for name in RESOURCES)

#: Vintages of the data, the oldest first.
VINTAGES = tuple(MAPPING["vintage"])
#: Vintage of each folder of the source.
BY_FOLDER = {entry["folder"]: vintage for vintage, entry in MAPPING["vintage"].items()}
#: Why a rating is not there. A missing value is a blank cell, or a column that the vintage does not have.
NOT_RATED = ("not_reviewed", "no_data")
KINDS = tuple(TAGS)


def raw_name(field: str, vintage: str) -> str | None:
    """Return the raw column of an identity field in a vintage; None if the vintage has none."""
    return MAPPING["identity"][field].get(vintage)


def text(chunk: pd.DataFrame, field: str, vintage: str) -> pd.Series:
    """Return the raw text of an identity field; blank if the vintage does not have it."""
    name = raw_name(field, vintage)
    return pd.Series("", index=chunk.index, dtype="str") if name is None else chunk[name]


def answers(chunk: pd.DataFrame, vintage: str) -> dict[str, pd.Series]:
    """Return every rating and flag of a vintage by name, as codes; those it does not have are missing.

    Raises
    ------
    CleaningError
        If a value is in no list, or a label and its number do not say the same.
    """
    return {
        name: column
        for entry in MAPPING["answer"]
        for name, column in zip(_names(entry), _answer(chunk, entry, vintage), strict=True)
    }


def answer_columns() -> tuple[Column, ...]:
    """Return the promise of every rating and flag, in the order of :func:`answers`."""
    return tuple(column for entry in MAPPING["answer"] for column in _columns(entry))


def require_known(chunk: pd.DataFrame, vintage: str) -> None:
    """Raise if a raw file lacks a column of its vintage, or has one that nobody has looked at.

    Raises
    ------
    CleaningError
        Naming the columns.
    """
    taken, left = _taken(vintage), _left(vintage)
    absent = [name for name in taken if name not in chunk.columns]
    strange = [name for name in chunk.columns if name not in {*taken, *left, FILE, LINE}]
    if absent or strange:
        where = str(chunk[FILE].iloc[0]) if len(chunk) else f"commitments of {vintage}"
        raise CleaningError(
            where,
            f"{len(absent)} columns are absent, {listed(absent)}; {len(strange)} are not known, {listed(strange)}",
            f"Get the file that the sidecar names, or add the columns to {RESOURCES[0]}",
        )


def _taken(vintage: str) -> list[str]:
    identity = [names[vintage] for names in MAPPING["identity"].values() if vintage in names]
    answers = [
        entry[part][vintage] for entry in MAPPING["answer"] for part in ("raw", "twin") if _has(entry, part, vintage)
    ]
    tags = [names[vintage] for kind in KINDS for names in TAGS[kind].values() if vintage in names]
    return identity + answers + tags


def _left(vintage: str) -> list[str]:
    return [name for entry in MAPPING["not_taken"] for name in entry.get(vintage, ())]


def _has(entry: dict, part: str, vintage: str) -> bool:
    return vintage in entry.get(part, {})


def _names(entry: dict) -> list[str]:
    return [entry["name"], f"{entry['name']}_coded"] if entry.get("coded") else [entry["name"]]


def _columns(entry: dict) -> list[Column]:
    codes = tuple(dict.fromkeys(code for code in MAPPING["codes"][entry["codes"]].values() if code))
    about = {"direction": entry.get("direction", "")}
    columns = [Column(entry["name"], "category", entry["description"], categories=codes, **about)]
    if entry.get("coded"):
        numbers = [int(number) for number in MAPPING["twins"][entry["codes"]].values()]
        words = f"Number that the file gives beside {entry['name']}. unclear has the number of none: go by the label."
        low, high = min(numbers), max(numbers)
        columns.append(
            Column(f"{entry['name']}_coded", "integer", words, f"{low} to {high}", minimum=low, maximum=high, **about)
        )
    return columns


def _answer(chunk: pd.DataFrame, entry: dict, vintage: str) -> list[pd.Series]:
    if not _has(entry, "raw", vintage):
        return [pd.Series("", index=chunk.index, dtype="str") for _ in _names(entry)]
    raw, codes = entry["raw"][vintage], MAPPING["codes"][entry["codes"]]
    label = translated(chunk, raw, codes, RESOURCES[0])
    if not _has(entry, "twin", vintage):
        return [label]
    number = _confirmed(chunk, raw, entry["twin"][vintage], label, MAPPING["twins"][entry["codes"]])
    return [label, number][: len(_names(entry))]


def _confirmed(chunk: pd.DataFrame, raw: str, twin: str, label: pd.Series, numbers: dict[str, str]) -> pd.Series:
    """Return the number of each label, which its twin must say; blank where the label is not rated."""
    expected = label.map(numbers).fillna(chunk[raw])
    wrong = chunk[twin] != expected
    if wrong.any():
        row = chunk[wrong].iloc[0]
        raise CleaningError(
            f"{row[FILE]} line {row[LINE]}, {twin}",
            f"{int(wrong.sum())} numbers are not that of the label in {raw}, for example {row[twin]!r} beside "
            f"{row[raw]!r}",
            "Decide which is right, in commitment_corrections.toml",
        )
    return expected.where(label.isin(list(numbers)), "")


def tag_names(vintage: str) -> dict[str, tuple[str, str]]:
    """Return the tags of a vintage: code and, for each, its kind and the name of its raw column."""
    return {code: (kind, names[vintage]) for kind in KINDS for code, names in TAGS[kind].items() if vintage in names}


def dummy(chunk: pd.DataFrame, vintage: str) -> pd.Series:
    """Return ``commitment``, or ``milestone`` for the ten rows of 2015 that are a part of one."""
    name = raw_name("commitment_dummy", vintage)
    return known(chunk, name, ("1", "0")).map({"1": "commitment", "0": "milestone"})
