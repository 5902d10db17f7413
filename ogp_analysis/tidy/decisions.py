"""Corrections and notes that stand as data beside a cleaner, one entry a decision."""

from __future__ import annotations

import tomllib

from msgspec import Struct

from ogp_analysis.base import fingerprint, source_code
from ogp_analysis.tidy.catalog import DATASETS

#: Where a cleaner lies, and what it shares with others.
_ROOM = "ogp_analysis.tidy."
_DATASETS = ".datasets."
#: Modules of the room that are about cleaning as such.
_SHARED = {_ROOM + name for name in ("catalog", "dataset")}
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


def modules(dataset: str) -> list[str]:
    """Return the modules of the cleaner of a dataset, itself and what it imports from its room, sorted."""
    found = fingerprint.closure([DATASETS[dataset]])
    return [n for n in found if (n.startswith(_ROOM) or _DATASETS in n) and n not in _SHARED]


def decisions(dataset: str) -> dict[str, list[Decision]]:
    """Return the corrections and notes in the data files of a cleaner, by the path of the file inside the package."""
    found = {}
    for name in modules(dataset):
        file = fingerprint.module_file(name)
        for resource in source_code.read(file.read_text(encoding="utf-8")).resources:
            if resource.endswith(".toml"):
                data = tomllib.loads((file.parent / resource).read_text(encoding="utf-8"))
                lists = [
                    of for key, of in data.items() if isinstance(of, list) and (key == dataset or key not in DATASETS)
                ]
                entries = [entry for of in lists for entry in of if isinstance(entry, dict)]
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
                    for entry in entries
                    if {"rule", "reason", "note"} & entry.keys()
                ]
                if stated:
                    found["/".join([*name.split(".")[:-1], resource])] = stated
    return dict(sorted(found.items()))


def corrections(dataset: str) -> list[Decision]:
    """Return the corrections of a dataset: entries that say what the source has and what it is set to."""
    return [one for entries in decisions(dataset).values() for one in entries if one.rule and one.expect]


def _short(value) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} = {_short(part)}" for key, part in value.items())
    if isinstance(value, list):
        return f"{len(value)} rows" if value and isinstance(value[0], list) else ", ".join(map(str, value))
    return str(value)
