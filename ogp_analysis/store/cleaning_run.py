"""Clean files of a user's own: tidy tables, the record and a page that says what was done, one chunk at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from ogp_analysis import fingerprint
from ogp_analysis.errors import CleaningError, OgpAnalysisError, SourceError, UnknownName
from ogp_analysis.lock import only_one
from ogp_analysis.store import cleaning_summary
from ogp_analysis.store.growing import Growing

#: Kinds of files that can be cleaned this way, and the module that has the cleaner and its layouts.
KINDS = {"compranet": "ogp_analysis.cleaning.procurement.compranet"}
_FACTS = "runs"
_SLUG = 40


@dataclass(frozen=True)
class Outcome:
    """What became of one file.

    Attributes
    ----------
    label : str
        Name of the file.
    what : str
        ``"cleaned"``, ``"current"`` (nothing changed since it was cleaned) or ``"failed"``.
    rows_in, kept, set_aside, merged : int
        Rows of the file.
    fault : str
        The sentence that says why it failed.
    """

    label: str
    what: str
    rows_in: int = 0
    kept: int = 0
    set_aside: int = 0
    merged: int = 0
    fault: str = ""


Progress = Callable[[str, int], None]


def clean_files(
    files: Iterable[Path], kind: str, out: Path, layout: str = "", progress: Progress = lambda label, rows: None
) -> list[Outcome]:
    """Clean files and write ``out``: tables and record as Parquet and CSV, one file each an input, and a page.

    ``parquet/<table>/`` and ``csv/<table>/`` can be read as one table each. A file that was cleaned
    before is skipped if its content, the layout asked for and the code are the same. A file that
    fails fails alone. Repeats are told within a file. Memory is bounded by the chunk.

    Parameters
    ----------
    files : iterable of pathlib.Path
        Delimited texts or workbooks.
    kind : str
        A key of :data:`KINDS`.
    out : pathlib.Path
        Folder to write into.
    layout : str
        Layout of those files that have no line of column names.
    progress : callable
        Told the name of the file and how many of its rows are done.

    Returns
    -------
    list of Outcome
        In the order given; the same file twice is cleaned once.

    Raises
    ------
    UnknownName
        If there is no such kind.
    BusyError
        If another process writes into `out`.
    """
    if kind not in KINDS:
        raise UnknownName(f"kind of file {kind!r}", "is not known", "Known are " + ", ".join(sorted(KINDS)))
    out = Path(out)
    with only_one(out / ".lock", f"cleaning into {out.name}"):
        done = [_one(Path(file), kind, out, layout, progress) for file in dict.fromkeys(files)]
        cleaning_summary.write(out, sorted(out.glob(f"{_FACTS}/*.json")), [o for o in done if o.fault])
    return done


def _one(file: Path, kind: str, out: Path, layout: str, progress: Progress) -> Outcome:
    try:
        basis = _basis(file, kind, layout)
        slug = re.sub(r"[^A-Za-z0-9._-]+", "-", file.stem)[:_SLUG] + "-" + basis["sha256"][:8]
        facts = _facts(out, slug)
        what = "current"
        if facts is None or facts["basis"] != basis or not all((out / name).is_file() for name in facts["outputs"]):
            facts, what = _cleaned(file, kind, out, slug, layout, progress) | {"basis": basis}, "cleaned"
            _put(out, slug, facts)
        balance = facts["balance"]
        return Outcome(file.name, what, *(balance[name] for name in ("rows_in", "kept", "set_aside", "merged")))
    except OSError as error:
        where = SourceError(file.name, f"cannot be read or written ({error.strerror})", "Check the file and the disk")
        return Outcome(file.name, "failed", fault=str(where))
    except OgpAnalysisError as error:
        return Outcome(file.name, "failed", fault=str(error))


def _basis(file: Path, kind: str, layout: str) -> dict:
    code = fingerprint.closure([KINDS[kind], __name__])
    return {
        "sha256": fingerprint.of_file(file),
        "name": file.name,
        "kind": kind,
        "layout": layout,
        "code": fingerprint.of_value(code),
        "versions": fingerprint.distributions(code),
    }


def _facts(out: Path, slug: str) -> dict | None:
    try:
        return json.loads((out / _FACTS / f"{slug}.json").read_bytes())
    except (OSError, ValueError):
        return None


def _put(out: Path, slug: str, facts: dict) -> None:
    """Write what was done to a file; the last step, so that its presence says that all is there."""
    folder = out / _FACTS
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{slug}.part"
    part.write_text(json.dumps(facts, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
    part.replace(folder / f"{slug}.json")


def _cleaned(file: Path, kind: str, out: Path, slug: str, layout: str, progress: Progress) -> dict:
    from ogp_analysis.sources import messy_table
    from ogp_analysis.store.tally import Tally

    cleaner = import_module(KINDS[kind])
    opened, layout = _opened(file, layout)
    finisher, tally = cleaner.Finisher(), Tally()
    with Growing(out, slug, cleaner.DATASET.schemas) as growing:
        for chunk in messy_table.chunks(opened):
            part = finisher.finish(cleaner.clean_contracts(chunk, layout))
            growing.add(part)
            tally.add(part)
            progress(file.name, tally.balance["rows_in"])
            del chunk, part
        if tally.balance["rows_in"] and not tally.balance["kept"]:
            raise CleaningError(
                file.name,
                f"none of its {tally.balance['rows_in']} rows could be kept, for example {tally.example()}",
                "Check delimiter and column names in a text editor",
            )
        balance = tally.checked(file.name)
    return {"file": file.name, "balance": balance, "rules": tally.rules(), "tables": tally.tables,
            "generations": sorted(tally.generations), "outputs": growing.outputs}  # fmt: skip


def _opened(file: Path, layout: str) -> tuple:
    """Return how the file is to be read, and its layout if no line of column names tells it."""
    from ogp_analysis.cleaning.procurement import layouts
    from ogp_analysis.sources import messy_table

    _, _, records = messy_table.head(file, file.name)
    for line, cells in records:
        if layouts.recognised(cells):
            return messy_table.opened(file, file.name, line - 1), ""
    if layout:
        return messy_table.opened(file, file.name, names=False), layout
    raise CleaningError(
        file.name,
        "none of its first lines holds the column names of a layout that is known",
        "If it is a file of contracts without column names, name its layout, for example --layout B2",
    )
