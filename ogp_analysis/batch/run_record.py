"""``run.json``: what a published folder is, what it rests on, and the hash of every file in it.

A record may come from someone else, so it is taken for one only if it is one in every part: what
reads a record can rely on its form, and on names of files that stay inside the folder.
"""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath

from ogp_analysis import fingerprint
from ogp_analysis.batch import keys
from ogp_analysis.paths import Project

NAME = "run.json"
FORMAT = 2
#: The only part of ``run.json`` that differs between two equal runs: when and where, not what.
CLOCK = "log"

_NOTEBOOK = re.compile(r"[a-z][a-z0-9_]{0,60}\Z")
_SLUG = re.compile(r"[A-Za-z0-9-]{1,80}\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_KEY = {"notebook": str, "modules": dict, "distributions": dict, "parameters": dict, "tables": dict}


def dumps(record: dict) -> bytes:
    """Return a record as the bytes of its file."""
    return (json.dumps(record, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def read(folder: Path) -> dict | None:
    """Return the record of a folder, or None if it has none that can be read and is whole in its form."""
    try:
        record = json.loads((folder / NAME).read_bytes())
        return record if _is_record(record) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _is_record(record: dict) -> bool:
    key = record["key"]
    return bool(
        record["format"] == FORMAT
        and _NOTEBOOK.match(record["notebook"])
        and _SLUG.match(record["slug"])
        and all(isinstance(key[name], kind) for name, kind in _KEY.items())
        and record["parameters"] == key["parameters"]
        and record["id"] == keys.identifier(key)
        and all(name.count("/") == 2 for name in key["tables"])
        and isinstance(record["prose"], dict | None)
        and _is_about(record["about"])
        and isinstance(record[CLOCK].get("seconds", 0.0), int | float)
        and "notebook.ipynb" in record["files"]
        and all(_is_file(name, file) for name, file in record["files"].items())
    )


def _is_about(about: dict | None) -> bool:
    return about is None or (
        all(isinstance(about[name], str) for name in ("title", "question", "language", "edition"))
        and isinstance(about["last_year"], int | None)
    )


def _is_file(name: str, file: dict) -> bool:
    path = PurePosixPath(name)
    inside = not path.is_absolute() and ".." not in path.parts and str(path) == name and "\0" not in name
    return inside and name != NAME and isinstance(file["bytes"], int) and bool(_HASH.match(file["sha256"]))


def files(contents: dict[str, bytes]) -> dict[str, dict]:
    """Return what a record says of files: the hash and the size of each, sorted by name."""
    return {n: {"sha256": fingerprint.of_bytes(c), "bytes": len(c)} for n, c in sorted(contents.items())}


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
            same = size == file["bytes"] and (not deep or fingerprint.of_file(folder / name) == file["sha256"])
        except FileNotFoundError:
            return f"{name} is missing"
        except OSError as error:
            return f"{name} cannot be read ({error.strerror})"
        if not same:
            return f"{name} was changed"
    return ""


def published(project: Project) -> dict[tuple[str, str], dict]:
    """Return the record of every published folder, by notebook and slug, sorted."""
    found = {}
    for file in sorted(project.reports.glob(f"[a-z]*/*/{NAME}")):
        record = read(file.parent)
        place = (file.parent.parent.name, file.parent.name)
        if record is not None and (record["notebook"], record["slug"]) == place:
            found[place] = record
    return found
