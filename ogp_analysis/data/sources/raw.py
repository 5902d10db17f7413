"""The only door to the raw files: verified, as text, in chunks, every row with its file and line."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ogp_analysis.base.errors import SourceError, listed
from ogp_analysis.base.fingerprint import sha256, unchanged
from ogp_analysis.base.paths import project
from ogp_analysis.data.sources import delimited, frames, json_elements, packed, workbook
from ogp_analysis.data.sources.download import has_content
from ogp_analysis.data.sources.sidecar import Columns, RawFile, SourceFile, matches, source

# Observations of a Stata file as text, each with its number.


def stata_records(path: Path, label: str) -> Iterator[tuple[int, list[str]]]:
    """Yield ``(number, cells)`` of each observation from 1, the names of the variables first.

    Numbers are written with the fewest digits that give the same number in the width in which they
    are stored, whole numbers without a point; a missing value is ``""``. Value labels are not applied.

    Parameters
    ----------
    path : pathlib.Path
        A file with the ending ``.dta``.
    label : str
        The file as errors name it.

    Raises
    ------
    SourceError
        If the file cannot be read.
    """
    try:
        frame = pd.read_stata(path, convert_categoricals=False, convert_dates=False, convert_missing=False)
    except (OSError, ValueError, KeyError, struct.error, IndexError) as error:
        raise SourceError(label, f"is not a readable Stata file ({error})", "Check the file") from error
    yield 0, [str(name) for name in frame.columns]
    texts = []
    for name in frame.columns:
        values = frame[name]
        if values.dtype.kind in "iu":
            texts.append([str(value) for value in values.tolist()])
        elif values.dtype.kind == "f":
            # In its own width: a single-precision 0.1 is 0.1, not 0.10000000149011612.
            texts.append(["" if value != value else str(value).removesuffix(".0") for value in values.to_numpy()])
        else:
            texts.append(["" if pd.isna(value) else str(value) for value in values])
    yield from enumerate(map(list, zip(*texts, strict=True)), 1)


# Pairs of a YAML file that is one map from text to text, each with the line it stands on.

#: Names of the two columns.
COLUMNS = ("key", "value")
_ANOTHER_READER = "Give the file a reader of its own"


def yaml_records(path: Path, label: str, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Yield ``(line, [key, value])`` of each pair, the names of the two columns first.

    Both are text as it stands: ``No``, ``Norway`` and ``1.0`` mean no more than they say.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    label : str
        The file as errors name it.
    encoding : str
        Of the text.

    Raises
    ------
    SourceError
        If the file cannot be read, is not such a map, or holds a key twice; names the line.
    """
    import yaml

    try:
        # The node tree keeps every scalar as text; loaded values would not.
        node = yaml.compose(path.read_text(encoding=encoding), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SourceError(label, f"cannot be read ({error})", "Check the file and its sidecar") from error
    if not isinstance(node, yaml.MappingNode):
        raise SourceError(label, "is not a YAML map", _ANOTHER_READER)
    yield 1, list(COLUMNS)
    seen: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        flat = isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)
        if not flat or key.value in seen:
            what = f"{key.value!r} stands here twice" if flat else "the pair is not of two texts"
            raise SourceError(f"{label}, line {line}", what, _ANOTHER_READER)
        seen.add(key.value)
        yield line, [key.value, value.value]


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
    columns: Columns | None = None,
) -> Iterator[pd.DataFrame]:
    """Return the rows of the tables (text, workbook, JSON, YAML, Stata) of one version, in chunks of one file each.

    A chunk is text in every column: an empty cell is ``""``, and ``NA`` stays ``NA``. Two columns
    follow: ``_file`` (``source/version/name``, and the sheet in brackets if one is asked for) and
    ``_line``, the line on which the record starts, counted from 1 with header, blank lines and line
    breaks inside cells; for a workbook the row of the sheet. A column without a name is called
    ``Unnamed: <position from 0>``, a second column of the same name gets ``.1``, as pandas does.
    A file that its sidecar calls damaged is read by :func:`ogp_analysis.data.sources.delimited.mended`: a third
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
    columns : callable, optional
        Given the names of all columns, returns those that are wanted: of a large text only these are read.

    Raises
    ------
    SourceError
        At once if a file is missing (says which command gets it); before its first row if a file is
        not the one its sidecar describes; on the way if a record has too many or too few cells.
    UnknownName
        If the version has no sidecar.
    """
    if root is None:
        here = project()
        root, sidecars = here.files_of(source_id, version), sidecars or here.sidecars
    root = Path(root)
    described = source(root if sidecars is None else Path(sidecars), source_id, version)
    entries = sorted((entry for entry in described.files if matches(entry.name, files)), key=lambda entry: entry.name)
    folder = root / source_id / version
    of_version = [RawFile(f"{described.folder}/{entry.name}", found(folder, entry), entry) for entry in entries]
    if not of_version:
        action = f"It names {listed(entry.name for entry in described.files)}"
        raise SourceError(f"{described.folder}/source.toml", f"names no file like {files!r}", action)
    if absent := [file.entry.name for file in of_version if not file.path.is_file()]:
        what = f"{len(absent)} of {len(of_version)} files are not there, {listed(absent)}"
        raise SourceError(f"{source_id}/{version}", what, f"Get them with `ogp-analysis fetch {source_id}`")
    return (chunk for file in of_version for chunk in held(file, header, sheet, rows, columns))


def found(folder: Path, entry: SourceFile) -> Path:
    """Return the path of a file of a version; a renamed file is found by its content."""
    path = folder / entry.name
    if not entry.renamed or path.is_file() or not folder.is_dir():
        return path
    return next((other for other in sorted(folder.rglob("*")) if has_content(other, entry)), path)


def held(
    file: RawFile, header: int, sheet: str, rows: int = 100_000, columns: Columns | None = None
) -> Iterator[pd.DataFrame]:
    """Yield the chunks of a file that holds the same bytes before and after, those its sidecar describes.

    Parameters are those of :func:`chunks`.
    """
    try:
        there, right = sha256(file.path), file.entry.sha256
    except OSError as error:
        raise SourceError(file.label, f"cannot be read ({error.strerror})", "Check the file and the disk") from error
    if there != right:
        command = f"`ogp-analysis fetch {file.label.partition('/')[0]}`"
        what = f"is not the file that its sidecar describes (sha256 {there[:12]}… instead of {right[:12]}…)"
        action = f"Move it away and get the right one with {command}, or give it a version and a sidecar of its own"
        raise SourceError(file.label, what, action)
    path, label, entry, ending = file.path, file.label, file.entry, file.path.suffix.lower()
    records = None
    if entry.delimiter:
        packed.refuse_page(path, label)
    elif entry.element_key:
        records = json_elements.records(path, label, entry.element_key, entry.encoding)
    elif ending in workbook.ENDINGS:
        packed.refuse_page(path, label)
        records = workbook.rows(path, label, sheet, header)
    elif ending == ".json":
        records = json_elements.flat_records(path, label, entry.encoding)
    elif ending in (".yaml", ".yml"):
        records = yaml_records(path, label, entry.encoding)
    elif ending == ".dta":
        records = stata_records(path, label)
    else:
        what = "is neither a delimited text, a workbook nor a JSON object of records, and no YAML or Stata file"
        raise SourceError(label, what, "Give its delimiter in the sidecar, or read it with a reader for its format")
    if records is None:
        yield from delimited.of_entry(file, header, rows, columns)
    else:
        yield from frames.of_records(records, label, place(label, sheet), rows, header=entry.header, before=header)
    unchanged(file.path, file.label, right)


def place(label: str, sheet: str) -> str:
    """Return how ``_file`` names a file of which one sheet is read; rows of two sheets have the same numbers."""
    return f"{label} [{sheet.strip()}]" if sheet else label
