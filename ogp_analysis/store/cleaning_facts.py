"""What is known of tables that were cleaned, so that what has not changed is not cleaned again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FOLDER = "runs"
#: Told the label of a table and how many of its rows are done.
Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one table.

    Attributes
    ----------
    label : str
        Name of the file; of the file or sheet inside it too, if there are several.
    what : str
        ``"cleaned"``, ``"current"`` (nothing changed since it was cleaned), ``"passed over"`` (beside
        others in a zip or workbook, but of no layout that is known) or ``"failed"``.
    rows_in, kept, set_aside, merged : int
        Rows of the table.
    fault : str
        The sentence that says why it failed or was passed over.
    """

    label: str
    what: str
    rows_in: int = 0
    kept: int = 0
    set_aside: int = 0
    merged: int = 0
    fault: str = ""


def known(out: Path, slug: str) -> dict | None:
    """Return what was done to a table, None if that is not known."""
    try:
        return json.loads((out / FOLDER / f"{slug}.json").read_bytes())
    except (OSError, ValueError):
        return None


def is_current(out: Path, facts: dict | None, basis: dict) -> bool:
    """Return whether a table was cleaned from the same, and what came of it is all there."""
    return facts is not None and facts["basis"] == basis and all((out / name).is_file() for name in facts["outputs"])


def put(out: Path, slug: str, facts: dict) -> None:
    """Write what was done to a table; the last step, so that its presence says that all is there."""
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{slug}.part"
    part.write_text(json.dumps(facts, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
    part.replace(folder / f"{slug}.json")
