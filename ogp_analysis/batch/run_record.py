"""``run.json``: what a published folder is, what it rests on, and the hash of every file in it."""

from __future__ import annotations

import json
from pathlib import Path

from ogp_analysis import fingerprint
from ogp_analysis.paths import Project

NAME = "run.json"
FORMAT = 1
#: The only part of ``run.json`` that differs between two equal runs: when and where, not what.
CLOCK = "log"


def dumps(record: dict) -> bytes:
    """Return a record as the bytes of its file."""
    return (json.dumps(record, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def read(folder: Path) -> dict | None:
    """Return the record of a folder, or None if it has none that can be read."""
    try:
        record = json.loads((folder / NAME).read_bytes())
        return record if record["format"] == FORMAT else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def whole(folder: Path, record: dict, deep: bool = False) -> str:
    """Return what is wrong with the files of a published folder, or an empty text.

    Parameters
    ----------
    folder : pathlib.Path
        The published folder.
    record : dict
        Its record.
    deep : bool
        Whether to compare contents too; else sizes only.
    """
    for name, file in record["files"].items():
        try:
            size = (folder / name).stat().st_size
        except OSError:
            return f"{name} is missing"
        if size != file["bytes"] or (deep and fingerprint.of_file(folder / name) != file["sha256"]):
            return f"{name} was changed"
    return ""


def published(project: Project) -> dict[tuple[str, str], dict]:
    """Return the record of every published folder, by notebook and slug, sorted."""
    found = {}
    for file in sorted(project.reports.glob(f"[a-z]*/*/{NAME}")):
        record = read(file.parent)
        if record is not None and record["slug"] == file.parent.name:
            found[record["notebook"], record["slug"]] = record
    return found
