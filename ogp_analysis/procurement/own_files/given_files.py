"""The files that a user gives a command: found in folders, each with its kind."""

from __future__ import annotations

import csv
import difflib
import gzip
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import pandas as pd

from ogp_analysis.base import spreadsheet
from ogp_analysis.base.errors import ParameterError, SourceError, listed
from ogp_analysis.base.paths import is_there
from ogp_analysis.data.cleaning.recognising import recognise
from ogp_analysis.data.datasets.procurement import layouts
from ogp_analysis.data.datasets.procurement.compranet.dataset import layouts_by_content
from ogp_analysis.data.sources import delimited
from ogp_analysis.data.sources.frames import named
from ogp_analysis.data.sources.packed import TEXTS, tables
from ogp_analysis.data.sources.unpacking import BROKEN, ZIPS
from ogp_analysis.data.sources.workbook import ENDINGS
from ogp_analysis.procurement.own_files.flattened import is_flat

#: Files of OCDS by their names inside a zip, and what is looked for in a folder.
JSON = (".json", ".jsonl", ".ndjson")
_FOUND = (*TEXTS, *ENDINGS, *JSON, ".zip", ".gz")


def files_in(given: Iterable[Path], out: Path) -> list[Path]:
    """Return files as given, and those in folders at any depth that may be tables or OCDS, sorted; each once.

    What lies below `out` in a folder is what an earlier command has made of them, and is passed over.

    Raises
    ------
    ParameterError
        If a file does not exist (the message names files with similar names) or is a pipe or a device; if a folder
        holds no file, or the user may not read it or a folder below it.
    """

    def unread(error: OSError) -> NoReturn:
        """Refuse a folder whose files would be left out without a word."""
        action = "Check its rights, or name the files that are meant"
        raise ParameterError(Path(error.filename).name, f"cannot be read ({error.strerror})", action) from error

    found: list[Path] = []
    own = Path(out).resolve()
    for path in map(Path, given):
        if not is_there(path):
            above = path.parent
            there = [one.name for one in above.iterdir()] if is_there(above) and above.is_dir() else []
            near = difflib.get_close_matches(path.name, there, n=3, cutoff=0.6)
            raise ParameterError(path.name[:80], "is not there", f"Near: {listed(near)}" if near else "Check the name")
        if not path.is_dir():
            if not path.is_file():  # it would be read several times, and a pipe cannot be
                raise ParameterError(path.name[:80], "is not a regular file", "Save it as a file first")
            found.append(path)
            continue
        below: list[Path] = []
        for folder, folders, names in os.walk(path, onerror=unread):
            folders[:] = [name for name in folders if not name.startswith(".")]
            below += [Path(folder, name) for name in names if not name.startswith(".")]
        inside = sorted(
            file for file in below
            if file.suffix.lower() in _FOUND and file.is_file() and not file.is_symlink()
            and not file.resolve().is_relative_to(own)
        )  # fmt: skip
        if not inside:
            what = "is the folder that is written into" if path.resolve() == own else "holds no file that is read"
            raise ParameterError(path.name, what, "Use files ending in " + ", ".join(_FOUND))
        found += inside
    return list(dict.fromkeys(found))


def kind_of(file: Path) -> str:
    """Return ``ocds`` for JSON, also packed, else ``compranet``, by the first bytes or by the names inside a zip."""
    try:
        with file.open("rb") as stream:
            start = stream.read(1024)
        if start.startswith(b"\x1f\x8b"):
            with gzip.open(file) as stream:
                start = stream.read(1024)
        elif start.startswith(ZIPS):
            with zipfile.ZipFile(file) as packed:
                return "ocds" if any(name.lower().endswith(JSON) for name in packed.namelist()) else "compranet"
    except (*BROKEN, ValueError):
        return "compranet"  # whoever cleans it says what is wrong
    return "ocds" if start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[") else "compranet"


# The kind of a user's own files, recognised by their columns where none is given; else the near misses.

_FIRST_LINES = 40


def kind_of_all(files: Iterable[Path]) -> str:
    """Return the kind of files that are cleaned together.

    A file of no kind, or one that cannot be read, does not stop the others: cleaned as they are, it fails alone.

    Raises
    ------
    ParameterError
        If they are of several kinds: their tables would have one name and different columns.
    SourceError
        If none of them is of a kind: for the first, the layouts that it nearly has, or why it cannot be read.
    """
    kinds: dict[str, list[str]] = {}
    faults: list[SourceError] = []
    for file in files:
        try:
            kinds.setdefault(_kind(file), []).append(file.name)
        except OSError as error:
            faults.append(SourceError(file.name, f"cannot be read ({error.strerror})", "Check its rights and the disk"))
        except SourceError as error:
            faults.append(error)
    if faults and not kinds:
        raise faults[0]
    if len(kinds) != 1:
        found = "; ".join(f"{kind} ({listed(names, 2)})" for kind, names in sorted(kinds.items()))
        raise ParameterError("files", f"are of several kinds: {found}", "Clean each kind into a folder of its own")
    return next(iter(kinds))


def _kind(file: Path) -> str:
    if kind_of(file) == "ocds":
        with file.open("rb") as stream:
            packed = stream.read(2) in (b"\x1f\x8b", b"PK")
        readings = () if packed else recognise(file).readings
        return readings[0].dataset if readings else "ocds"
    misses, action = [], ""
    is_ocds, fault = False, None
    try:
        for table in tables(file, file.name)[0]:
            head = delimited.head(
                table.content, table.label, _FIRST_LINES, sheet=table.sheet, is_workbook=table.is_workbook
            )
            records = [cells for _, cells in head.records]
            if any(map(layouts.recognised, records)) or layouts_by_content(records):
                return "compranet"
            is_ocds |= is_flat(records)
            near, likeliest = layouts.near_misses(records)
            misses, action = misses + near, action or likeliest
    except SourceError as error:
        fault = error  # no table: YAML, Stata, or what the catalogue says of it
    if is_ocds:
        return "ocds"  # also what a dataset of the catalogue was made from; --as can name that
    found = recognise(file)
    if found.readings:
        return found.checked()[0].dataset
    if fault:
        raise fault
    what = "has the columns of no layout that is known"
    if near := [*misses, *map(str, found.near)]:
        action = action or next((one.proposed for one in found.near if one.proposed), "Name what it is with --as")
        raise SourceError(file.name, f"{what}. It has {'; or '.join(near[:3])}", action)
    raise SourceError(file.name, what, "Give a map of its columns with --columns, or name what it is with --as")


# A table that a command wrote for a reviewer, read back with what the reviewer wrote into it.

_FIRST_LINE = 2**16


def review_table(file: Path, name: str) -> pd.DataFrame:
    """Return key, verdict and note of a table of hits, as a spreadsheet may have saved it; of a workbook, one sheet.

    Raises
    ------
    SourceError
        If a column is not there any more, or a row is damaged: a verdict may stand in it.
    """
    wanted = ["key", "verdict", "note"]
    found, _ = tables(file, file.name)
    table = next((one for one in found if one.sheet == name), found[0])
    if table.is_workbook:
        head = delimited.head(table.content, table.label, 1, sheet=table.sheet, is_workbook=True)
        opened = delimited.opened(table.content, table.label, sheet=table.sheet, known=head)
    else:
        # Its first line tells how a text is to be read, since objects hold many signs of all kinds.
        encoding = delimited.encoding_of(table.content, table.label)
        with table.content.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as stream:
            first = stream.readline(_FIRST_LINE)
        delimiter = max(",;\t|", key=first.count)
        (cells,) = csv.reader([first.strip("\r\n")], delimiter=delimiter) if first.strip() else ([],)
        columns = tuple(named(cells, table.label))
        opened = delimited.TableFile(table.content, table.label, encoding, delimiter, columns, 1)
    if absent := [name for name in wanted if name not in opened.columns]:
        raise SourceError(file.name, f"has no column {absent[0]!r} any more", "Give the column its name back")
    pieces = list(delimited.mended(opened))
    if damaged := [fault for piece in pieces for fault in piece["_fault"] if fault]:
        what = f"{len(damaged)} rows are damaged, for example {damaged[0]}, and a verdict may stand there"
        raise SourceError(file.name, what, "Mend the table, or save it again")
    frame = pd.concat([piece[wanted] for piece in pieces], ignore_index=True)
    return frame.fillna("").map(spreadsheet.unguarded)
