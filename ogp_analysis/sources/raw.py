"""The only door to the raw files: verified, as text, in chunks, every row with its file and line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from ogp_analysis.base.errors import SourceError, listed
from ogp_analysis.base.paths import project
from ogp_analysis.sources import (
    integrity,
    json_elements,
    json_map,
    packed,
    quick_table,
    stata,
    text_table,
    workbook,
    yaml_map,
)
from ogp_analysis.sources.catalog import Source, SourceFile, source
from ogp_analysis.sources.integrity import sha256
from ogp_analysis.sources.mirror import has_content

#: Columns added to every chunk: the file, and the line (row of a sheet) on which the record starts.
FILE, LINE = "_file", "_line"
_WORKBOOKS = (".xlsx", ".xls", ".xlsb", ".ods")


@dataclass(frozen=True)
class RawFile:
    """A file that is there, with what its sidecar says of it.

    Attributes
    ----------
    label : str
        ``source/version/name``: how tables and errors name it, the same on every machine.
    path : pathlib.Path
        Where it lies on this one.
    entry : SourceFile
        Its entry in the sidecar.
    """

    label: str
    path: Path
    entry: SourceFile


def chunks(
    root: Path | None,
    source_id: str,
    version: str,
    files: str = "*.csv",
    header: int = 0,
    sheet: str = "",
    *,
    rows: int = 100_000,
    sidecars: Path | None = None,
) -> Iterator[pd.DataFrame]:
    """Return the rows of the tables (text, workbook, JSON, YAML, Stata) of one version, in chunks of one file each.

    A chunk is text in every column: an empty cell is ``""``, and ``NA`` stays ``NA``. Two columns
    follow: ``_file`` (``source/version/name``, and the sheet in brackets if one is asked for) and
    ``_line``, the line on which the record starts, counted from 1 with header, blank lines and line
    breaks inside cells; for a workbook the row of the sheet. A column without a name is called
    ``Unnamed: <position from 0>``, a second column of the same name gets ``.1``, as pandas does.
    A file that its sidecar calls damaged is read by :mod:`ogp_analysis.sources.messy_table`: a third
    column, ``_fault``, says what is wrong with a record.
    Files come in the order of their names. A file without rows gives one empty chunk.

    Parameters
    ----------
    root : pathlib.Path or None
        Where the files are, laid out like ``data/raw``, which is the default.
    source_id, version : str
        The folder below `root`.
    files : str
        A glob inside that folder (``*`` stays inside one folder, ``**`` does not).
    header : int
        How many lines (rows of a sheet) stand before the one with the column names.
    sheet : str
        Sheet of a workbook; empty for the first.
    rows : int
        Most rows in a chunk.
    sidecars : pathlib.Path, optional
        Where the sidecars are, if not below `root`.

    Raises
    ------
    SourceError
        At once if a file is missing (says which command gets it); before its first row if a file is
        not the one its sidecar describes; on the way if a record has too many or too few cells.
    UnknownName
        If the version has no sidecar.
    """
    found = _present(root, source_id, version, files, sidecars)
    return (chunk for file in found for chunk in _held(file, header, sheet, rows))


def _held(file: RawFile, header: int, sheet: str, rows: int) -> Iterator[pd.DataFrame]:
    """Yield the chunks of a file that holds the same bytes before and after."""
    yield from _frames(_verified(file), header, sheet, rows)
    integrity.unchanged(file.path, file.label, file.entry.sha256)


def verified(
    root: Path | None, source_id: str, version: str, files: str = "**", *, sidecars: Path | None = None
) -> Iterator[RawFile]:
    """Return the files of one version, each with its bytes verified, for readers of other formats.

    Parameters and errors are those of :func:`chunks`.
    """
    return (_verified(file) for file in _present(root, source_id, version, files, sidecars))


def missing(
    root: Path | None, source_id: str, version: str, files: str = "**", *, sidecars: Path | None = None
) -> list[str]:
    """Return the names of the files of one version that are not there, sorted; empty if all are.

    Nothing is hashed. Parameters are those of :func:`chunks`.
    """
    return [file.entry.name for file in _listed(root, source_id, version, files, sidecars) if not file.path.is_file()]


def _listed(root, source_id: str, version: str, files: str, sidecars) -> list[RawFile]:
    if root is None:
        here = project()
        root, sidecars = here.files_of(source_id, version), sidecars or here.sidecars
    root = Path(root)
    described: Source = source(root if sidecars is None else Path(sidecars), source_id, version)
    found = [
        RawFile(f"{described.folder}/{entry.name}", _place(root / source_id / version, entry), entry)
        for entry in sorted(described.files, key=lambda entry: entry.name)
        if matches(entry.name, files)
    ]
    if not found:
        raise SourceError(
            f"{described.folder}/source.toml",
            f"names no file like {files!r}",
            f"It names {listed(entry.name for entry in described.files)}",
        )
    return found


def _place(folder: Path, entry: SourceFile) -> Path:
    """Return where a file lies: under its own name, or, if it has another here, wherever its content is."""
    path = folder / entry.name
    if entry.renamed and not path.is_file() and folder.is_dir():
        return next((other for other in sorted(folder.rglob("*")) if has_content(other, entry)), path)
    return path


def _present(root, source_id: str, version: str, files: str, sidecars) -> list[RawFile]:
    found = _listed(root, source_id, version, files, sidecars)
    absent = [file.entry.name for file in found if not file.path.is_file()]
    if absent:
        raise SourceError(
            f"{source_id}/{version}",
            f"{len(absent)} of {len(found)} files are not there, {listed(absent)}",
            f"Get them with `ogp-analysis fetch {source_id}`",
        )
    return found


def place(label: str, sheet: str) -> str:
    """Return how ``_file`` names a file of which one sheet is read; rows of two sheets have the same numbers."""
    return f"{label} [{sheet.strip()}]" if sheet else label


def matches(name: str, pattern: str) -> bool:
    """Whether the path `name` fits the glob `pattern`, case counting; ``**`` stands for any folders."""
    return _match(name.split("/"), pattern.split("/"))


def _match(parts: list[str], pattern: list[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        rest = pattern[1:] or ["*"]
        return any(_match(parts[skip:], rest) for skip in range(len(parts)))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _match(parts[1:], pattern[1:])


def _verified(file: RawFile) -> RawFile:
    try:
        found = sha256(file.path)
    except OSError as error:
        raise SourceError(file.label, f"cannot be read ({error.strerror})", "Check the file and the disk") from error
    if found != file.entry.sha256:
        command = f"`ogp-analysis fetch {file.label.partition('/')[0]}`"
        raise SourceError(
            file.label,
            f"is not the file that its sidecar describes (sha256 {found[:12]}… instead of {file.entry.sha256[:12]}…)",
            f"Move it away and get the right one with {command}, or give it a version and a sidecar of its own",
        )
    return file


def _records(file: RawFile, header: int, sheet: str) -> Iterator[tuple[int, list[str]]]:
    if file.entry.delimiter:
        return text_table.records(file.path, file.label, file.entry.encoding, file.entry.delimiter, header)
    if file.entry.element_key:
        return json_elements.records(file.path, file.label, file.entry.element_key, file.entry.encoding)
    if file.path.suffix.lower() in _WORKBOOKS:
        return workbook.rows(file.path, file.label, sheet, header)
    if file.path.suffix.lower() == ".json":
        return json_map.records(file.path, file.label, file.entry.encoding)
    if file.path.suffix.lower() in (".yaml", ".yml"):
        return yaml_map.records(file.path, file.label, file.entry.encoding)
    if file.path.suffix.lower() == ".dta":
        return stata.records(file.path, file.label)
    raise SourceError(
        file.label,
        "is neither a delimited text, a workbook nor a JSON object of records, and no YAML or Stata file",
        "Give its delimiter in the sidecar, or read it with a reader for its format",
    )


def _frames(file: RawFile, header: int, sheet: str, rows: int) -> Iterator[pd.DataFrame]:
    if file.entry.delimiter:
        with file.path.open("rb") as stream:
            packed.refuse_page(stream.read(1024), file.label)
    if file.entry.damaged:
        yield from _mended(file, header)
        return
    quick = None
    if file.entry.delimiter and file.entry.header:
        quick = quick_table.read(file.path, file.entry.encoding, file.entry.delimiter, header)
    if quick is not None:
        yield from _quick(quick, file, rows)
        return
    records = _records(file, header, sheet)
    line, cells = next(records, (header + 1, []))
    columns = _columns(cells if file.entry.header else [""] * len(cells), f"{file.label}, line {line}")
    if not file.entry.header:
        records = chain([(line, cells)], records)
    file = replace(file, label=place(file.label, sheet))
    chunk = list(islice(records, rows))
    while True:
        yield _frame(chunk, columns, file)
        if len(chunk) < rows or not (chunk := list(islice(records, rows))):
            return


def _quick(table: quick_table.Table, file: RawFile, rows: int) -> Iterator[pd.DataFrame]:
    columns = _columns(table.names, f"{file.label}, line {table.name_line}")
    for start in range(0, max(len(table.lines), 1), rows):
        cells = {
            name: pd.array(cut.slice(start, rows), dtype="str")
            for name, cut in zip(columns, table.columns, strict=True)
        }
        yield _placed(cells, file, table.lines[start : start + rows])


def _mended(file: RawFile, header: int) -> Iterator[pd.DataFrame]:
    from ogp_analysis.sources import messy_table

    yield from messy_table.chunks(messy_table.opened(file.path, file.label, header, names=file.entry.header))


def _columns(cells: list[str], where: str) -> list[str]:
    if not cells:
        raise SourceError(where, "no line with column names stands here", "Correct how many lines stand before it")
    names: list[str] = []
    for position, cell in enumerate(cells):
        name = wanted = cell or f"Unnamed: {position}"
        number = 0
        while name in names or (number and name in cells):
            number += 1
            name = f"{wanted}.{number}"
        names.append(name)
    if FILE in names or LINE in names:
        raise SourceError(
            where, f"a column is called {FILE} or {LINE}, which this reader adds", "Give the file a reader of its own"
        )
    return names


def _frame(chunk: list[tuple[int, list[str]]], columns: list[str], file: RawFile) -> pd.DataFrame:
    lines, records = [line for line, _ in chunk], [cells for _, cells in chunk]
    width = len(columns)
    for position, cells in enumerate(records):
        if len(cells) != width:
            records[position] = _filled(cells, width, lines[position], file)
    cells = zip(*records, strict=True) if records else [()] * width
    arrays = (pd.array(pa.array(column, pa.large_string()), dtype="str") for column in cells)
    return _placed(dict(zip(columns, arrays, strict=True)), file, lines)


def _placed(cells: dict, file: RawFile, lines) -> pd.DataFrame:
    label = pa.repeat(pa.scalar(file.label, pa.large_string()), len(lines))
    placed = {**cells, FILE: pd.array(label, dtype="str"), LINE: np.array(lines, dtype="int64")}
    return pd.DataFrame(placed, copy=False)


def _filled(cells: list[str], width: int, line: int, file: RawFile) -> list[str]:
    if len(cells) < width and line in file.entry.short_lines:
        return cells + [""] * (width - len(cells))
    raise SourceError(
        f"{file.label}, line {line}",
        f"the record has {len(cells)} cells, the header {width}",
        "Give the file a reader of its own, or correct encoding, delimiter and header",
    )
