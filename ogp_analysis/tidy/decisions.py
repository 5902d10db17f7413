"""Corrections and notes that stand as data beside a cleaner, one entry a decision."""

from __future__ import annotations

from msgspec import Struct

from ogp_analysis.base import fingerprint
from ogp_analysis.base.beside import toml
from ogp_analysis.tidy.catalog import DATASETS, DECISIONS

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
