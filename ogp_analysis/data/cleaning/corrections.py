"""Corrections of raw files as data: each says what it expects to find, and fails once that has changed."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from msgspec import Struct

from ogp_analysis.base import fingerprint
from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError, listed
from ogp_analysis.data.cleaning.catalog import DATASETS, DECISIONS
from ogp_analysis.data.cleaning.record import FILE, LINE, changed


def corrected(
    chunk: pd.DataFrame, corrections: Iterable[dict], file: str, *, written_for: bool = True
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return a chunk with the corrections of its file made, and their entries for the record.

    A correction names the file, the row (``row``: columns and their values) and the column; a row that
    is not in the chunk is not a fault, as it may stand in another.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line; unchanged.
    corrections : iterable of dict
        Entries of a data file beside the cleaner.
    file : str
        Name of that file.
    written_for : bool
        Whether `chunk` is of the version for which they were written. A file of another may have another name, and a
        correction may not be needed there.

    Raises
    ------
    CleaningError
        If the row of that version does not hold what the correction expects.
    """
    entries = []
    for one in corrections:
        rows = chunk[FILE].str.contains(one["file"], regex=False) | (not written_for)
        for column, value in one["row"].items():
            rows &= chunk[column] == value if column in chunk.columns else False
        if rows.any() or not written_for:
            chunk, told = made(chunk, rows, one, file, written_for=written_for)
            entries += told
    return chunk, entries


def made(
    chunk: pd.DataFrame, rows: pd.Series, one: dict, file: str, *, written_for: bool
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return a chunk with one correction made, and its entries for the record.

    Parameters and errors are those of :func:`needed`; the correction also has its ``value``.
    """
    rows, told = needed(chunk, rows, one, file, written_for=written_for)
    new = chunk[one["column"]].mask(rows, one["value"])
    entry = changed(chunk, one["column"], new, one["rule"])
    return chunk.assign(**{one["column"]: new}), [*told, entry]


def needed(
    chunk: pd.DataFrame, rows: pd.Series, one: dict, file: str, *, written_for: bool
) -> tuple[pd.Series, list[pd.DataFrame]]:
    """Return the rows on which a correction is to be made, and the entries that say where it is not needed.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    rows : pandas.Series
        The rows that the correction names, a mask.
    one : dict
        The correction: ``rule``, ``column``, ``expect``.
    file : str
        Name of the file that holds it.
    written_for : bool
        Whether `chunk` is of the version for which it was written; there, a row that says something else is a fault.

    Raises
    ------
    CleaningError
        If a row of that version does not hold what the correction expects.
    """
    column, stale = one["column"], rows & (chunk[one["column"]] != one["expect"])
    if written_for:
        if stale.any():
            first = chunk[stale].iloc[0]
            raise CleaningError(
                f"{file}, {one['rule']}",
                f"expects {one['expect']!r} in column {column} and finds {first[column]!r} in line "
                f"{first[LINE]} of {first[FILE]}",
                "Look at the source again; correct or take out the rule",
            )
        return rows, []
    if rows.any():
        now = "value is now " + chunk.loc[stale, column].map(repr)
    else:
        now = pd.Series("no such row", chunk.index[:1], dtype="str")
    return rows & ~stale, [not_needed(chunk, column, f"{one['rule']} expects {one['expect']!r}", now)]


def not_needed(chunk: pd.DataFrame, column: str, decision: str, now: pd.Series) -> pd.DataFrame:
    """Return the entries that say of a decision what stands `now` (on the index of some rows) in its place."""
    return changed(
        chunk.loc[now.index, [FILE, LINE]].assign(**{column: decision}), column, now, "correction_not_needed"
    )


def lacking(
    facts: pd.DataFrame, table: pd.DataFrame, key: list[str], what: str, column: str, file: str, *, written_for: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the facts of our own that a compiled table lacks, and the entries that say which it has by now.

    Parameters
    ----------
    facts, table : pandas.DataFrame
        Our facts, and the compiled rows with file and line; both have the columns `key`.
    key : list of str
        The columns that together name a fact.
    what : str
        What a fact is, in a word: ``"plan"``.
    column : str
        The raw column under which the entries stand.
    file : str
        Name of the data file that holds the facts.
    written_for : bool
        Whether the table is of the version for which the facts were written; there, a fact that it has is a fault.

    Raises
    ------
    CleaningError
        If a table of that version has one of the facts.
    """
    own, compiled = (pd.MultiIndex.from_frame(one[key]) for one in (facts, table))
    twice = table.loc[compiled.isin(own), key]
    keys = list(twice.itertuples(index=False, name=None))
    if keys and written_for:
        what = f"{len(keys)} added {what}s are already in the compiled table, {listed(keys)}"
        raise CleaningError(file, what, "Take them out of the file")
    named = ["stands in the compiled table: " + " ".join(map(str, one)) for one in keys]
    now = pd.Series(named, index=twice.index, dtype="str")
    return facts[~own.isin(compiled)], not_needed(table, column, f"{what} of our own table", now)


# Corrections and notes that stand as data beside a cleaner, one entry a decision.

#: Keys of an entry that have a field of their own; patterns are long, and stand in the file.
_OWN = ("rule", "reason", "reason_es", "note", "expect", "value", "decided", "pattern", "patterns", "source_url",
        "description")  # fmt: skip


class Decision(Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of a data file of the cleaner: a correction, or a fact noted beside the data.

    Attributes
    ----------
    rule : str
        Its name; empty for a note.
    where : str
        What it is about: the keys of the entry that name file, rows and column.
    column : str
        The raw column of a correction; empty if the entry names none.
    expect, value : str
        What the source says, and what it is set to.
    reason, reason_es : str
        Why, in English and in Spanish; a note has no Spanish.
    document : str
        Address of the document that says so; empty if the reason names it or the file itself does.
    decided : str
        The day on which it was decided.
    """

    rule: str
    where: str
    column: str
    expect: str
    value: str
    reason: str
    reason_es: str
    document: str
    decided: str


def decisions(dataset: str) -> dict[str, list[Decision]]:
    """Return the corrections and notes in the data files of a cleaner, by the path of the file inside the package.

    Those are the file named as its module, all in its folder if it has one, and those that the catalogue names.
    """
    *folder, module = DATASETS[dataset].split(".")[1:]
    names = ["*.toml" if module == "dataset" else f"{module}.toml", *DECISIONS.get(dataset, ())]
    found = {}
    for name, file in fingerprint.files(*("/".join([*folder, name]) for name in names)).items():
        stated = [
            Decision(
                entry.get("rule", ""),
                "; ".join(f"{key}: {_short(value)}" for key, value in entry.items() if key not in _OWN),
                str(entry.get("column", "")),
                *(_short(entry[key]) or "(blank)" if key in entry else "" for key in ("expect", "value")),
                " ".join(entry[key] for key in ("reason", "note") if key in entry),
                entry.get("reason_es", ""),
                entry.get("source_url", ""),
                str(entry.get("decided", "")),
            )
            for key, entries in toml(str(file), file.name).items()
            if isinstance(entries, list) and (key == dataset or key not in DATASETS)
            for entry in entries
            if isinstance(entry, dict) and {"rule", "reason", "note"} & entry.keys()
        ]
        if stated:
            found[f"ogp_analysis/{name}"] = stated
    return found


def corrections(dataset: str) -> list[Decision]:
    """Return the corrections of a dataset: entries that say what the source has and what it is set to."""
    return [one for entries in decisions(dataset).values() for one in entries if one.rule and one.expect]


def _short(value) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} = {_short(part)}" for key, part in value.items())
    if isinstance(value, list):
        return f"{len(value)} rows" if value and isinstance(value[0], list) else ", ".join(map(str, value))
    return str(value)
