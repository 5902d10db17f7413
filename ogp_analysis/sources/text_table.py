"""Records of a delimited text file, each with the line it starts on."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from ogp_analysis.base.errors import SourceError

_ANOTHER_READER = "Give the file a reader of its own, or correct the encoding and delimiter of its sidecar"


def records(path: Path, label: str, encoding: str, delimiter: str, header: int) -> Iterator[tuple[int, list[str]]]:
    """Yield ``(line, cells)`` of each record, the one with the column names first.

    Lines are physical and count from 1: a quoted cell may hold line breaks, so a record may take
    several. Blank lines are no records, but count. A line ends with LF, CR LF or CR. A byte order
    mark is dropped. Quoting follows RFC 4180: a quotation mark in the middle of things is a fault,
    not a guess.

    Parameters
    ----------
    path : pathlib.Path
        The file; read through gzip if its name ends in ``.gz``.
    label : str
        The file as errors name it.
    encoding, delimiter : str
        Of the text.
    header : int
        How many lines stand before the line with the column names.

    Raises
    ------
    SourceError
        If the file cannot be opened, decoded or split into cells; names the line.
    """
    line, width = header, 0
    try:
        with _opened(path, encoding) as stream:
            reader = csv.reader(islice(stream, header, None), delimiter=delimiter, strict=True)
            for cells in reader:
                if not _blank(cells, width):
                    width = width or len(cells)
                    yield line + 1, cells
                line = header + reader.line_num
    except csv.Error as error:
        raise SourceError(f"{label}, line {line + 1}", f"is not a proper record ({error})", _ANOTHER_READER) from error
    except UnicodeDecodeError as error:
        what = f"bytes after line {line} are not {encoding} ({error.reason})"
        raise SourceError(label, what, _ANOTHER_READER) from error
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(
            label, f"cannot be read after line {line} ({error})", "Check the file and the disk"
        ) from error


def _opened(path: Path, encoding: str) -> TextIO:
    encoding = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
    if path.name.endswith(".gz"):
        return gzip.open(path, "rt", encoding=encoding, newline="")
    return path.open(encoding=encoding, newline="")


def _blank(cells: list[str], width: int) -> bool:
    # In a table of one column, blanks are a value.
    return not cells or (width != 1 and len(cells) == 1 and cells[0].isspace())
