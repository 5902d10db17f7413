"""OCDS in other shapes than releases: as tables, by the conventions of flatten-tool, or in the wrapper of a service."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from ogp_analysis.base.errors import OgpAnalysisError, SourceError
from ogp_analysis.base.schema import FAULT, FILE, LINE
from ogp_analysis.data.sources import delimited, packed
from ogp_analysis.data.sources.json_corpus import ENDINGS
from ogp_analysis.data.sources.packed import Table, tables

# OCDS as tables, by the conventions of flatten-tool, put back into releases.
# A column is called by the path of its field: ``tender/items/0/description``; a number in it is a place in a list. The
# main table has a row a release or record, the others a row an element of a list, with the ocid and the ids of all
# that it lies in. Elements of a list with one id are one. Lists of codes are one cell with ``;`` between.

#: Names of the columns that lead to the ocid, and what stands before the paths of a record.
_OCID = ("ocid", "compiledRelease/ocid")
_OF_RECORD = "compiledRelease/"
#: Fields that are a list of codes, and fields that are a number, by the last part of their path.
_CODES = ("tag", "roles", "submissionMethod", "additionalProcurementCategories")
_NUMBERS = ("amount", "quantity", "numberOfTenderers", "durationInDays")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
#: More faults than this are not slips.
MOST_FAULTS = 1_000
_FIRST_LINES, _DEEPEST = 25, 20


def is_flat(records: Iterable[Sequence[str]]) -> bool:
    """Return whether the line of column names among some records is that of OCDS as a table."""
    return any(_names_at(cells) for cells in records)


def flat_tables(file: Path, label: str) -> list[Table]:
    """Return the tables of a file that hold OCDS; none if it is JSON, or cannot be read as tables."""
    try:
        found, _ = tables(file, label)
        return [table for table in found if is_flat(cells for _, cells in _head(table).records)]
    except (OSError, OgpAnalysisError):
        return []


def write_releases(given: Iterable[Table], work: Path, into: BinaryIO) -> dict[str, str]:
    """Write the releases of some tables as JSON lines, in the order in which their first rows stand.

    Rows wait in a file below `work`, so that memory does not grow with the tables.

    Returns
    -------
    dict of str to str
        By place, the sentence on each row that is left out because it has no ocid or another number of cells than its
        table, and on each field of which a later row says something else than the first, which stands.

    Raises
    ------
    SourceError
        If there are more such places than :data:`MOST_FAULTS`.
    """
    faults: dict[str, str] = {}
    with sqlite3.connect(work / "rows.sqlite") as rows:
        rows.execute("create table rows (n integer primary key, release text, place text, cells text)")
        for table in given:
            rows.executemany("insert into rows (release, place, cells) values (?, ?, ?)", _rows(table, faults))
        rows.execute("create index by_release on rows (release)")
        for (release,) in rows.execute("select release from rows group by release order by min(n)"):
            whole: dict[str, Any] = {}
            of_release = rows.execute("select place, cells from rows where release = ? order by n", (release,))
            for place, cells in of_release:
                _join(whole, _nested(json.loads(cells)), place, faults)
            into.write(json.dumps(whole, ensure_ascii=False).encode() + b"\n")
    rows.close()
    return faults


def _names_at(cells: Sequence[str]) -> bool:
    names = {cell.strip().removeprefix("\ufeff") for cell in cells}
    return bool(names & set(_OCID)) and len(names) > 1 and any("/" in name or name in ("id", "tag") for name in names)


def _head(table: Table) -> delimited.Head:
    how = {"sheet": table.sheet, "is_workbook": table.is_workbook}
    return delimited.head(table.content, table.label, _FIRST_LINES, **how)


def _note(faults: dict[str, str], place: str, what: str, action: str) -> None:
    fault = SourceError(place, what, action)
    if len(faults) == MOST_FAULTS:
        raise fault
    faults[place] = str(fault)


def _rows(table: Table, faults: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield the release that each row of a table is of, its place, and its cells by path."""
    head = _head(table)
    line = next(line for line, cells in head.records if _names_at(cells))
    for chunk in delimited.mended(
        delimited.opened(table.content, table.label, line - 1, sheet=table.sheet, known=head)
    ):
        columns = [name for name in chunk.columns if name not in (FILE, LINE, FAULT)]
        if deep := [name for name in columns if name.count("/") > _DEEPEST]:
            what = f"has a column whose path has more than {_DEEPEST} parts, {deep[0][:40]!r}"
            raise SourceError(table.label, what, "Check that it is OCDS as a table")
        wrong = chunk[FAULT] if FAULT in chunk else [""] * len(chunk)
        for cells, number, fault in zip(chunk[columns].to_numpy().tolist(), chunk[LINE], wrong, strict=True):
            place = f"{table.label}, line {number}"
            row = {name.strip(): cell for name, cell in zip(columns, cells, strict=True) if cell.strip()}
            ocid = next((row[name].strip() for name in _OCID if name in row), "")
            if fault or not ocid:
                what = f"is left out: {fault}" if fault else "is left out: it has no ocid"
                _note(faults, place, what, "Correct the row in a copy")
                continue
            is_record = any(name.startswith(_OF_RECORD) for name in columns)
            yield json.dumps([ocid, "" if is_record else row.get("id", "")]), place, json.dumps(row)


def _nested(row: dict[str, str]) -> dict[str, Any]:
    """Return the object that a row is; its lists are objects by place, as :func:`_join` takes them."""
    found: dict[str, Any] = {}
    for path, cell in row.items():
        at, (*above, last) = found, path.removeprefix(_OF_RECORD).split("/")
        for part in above:
            at = at.setdefault(part, {}) if isinstance(at.get(part, {}), dict) else {}
        value: Any = cell
        if last in _CODES:
            value = [code.strip() for code in re.split("[;,]", cell) if code.strip()]
        elif last in _NUMBERS and _NUMBER.fullmatch(cell.strip()):
            value = json.loads(cell.strip())
        at[last] = value
    return found


def _join(into: dict[str, Any], row: dict[str, Any], place: str, faults: dict[str, str]) -> None:
    """Add what a row says to a release."""
    for name, value in row.items():
        if isinstance(value, dict) and value and all(part.isdigit() for part in value):
            elements = into.setdefault(name, [])
            for element in value.values():
                same = isinstance(element, dict) and element.get("id")
                known = next((one for one in elements if same and one.get("id") == element["id"]), None)
                if known is None:
                    elements.append(known := {} if isinstance(element, dict) else element)
                if isinstance(element, dict):
                    _join(known, element, place, faults)
        elif isinstance(value, dict):
            inner = into.setdefault(name, {})
            if isinstance(inner, dict):
                _join(inner, value, place, faults)
        elif into.setdefault(name, value) != value:
            what = (
                f"says {str(value)[:40]!r} in {name!r}, where another row of its release says {str(into[name])[:40]!r}"
            )
            _note(faults, place, f"{what}, which stands", "Correct one of the two in a copy")


# OCDS in the wrapper of a service: packages in a list under ``data`` or ``results``, or in an object under them.

_KEY = "ocid"
_WRAPPERS, _LISTS = ("data", "results"), ("releases", "records")
#: By one of these an object without ocid is a package, and no record.
_OF_PACKAGE = ("uri", "version", "publishedDate", "publisher", "license", "publicationPolicy")
#: The answer of a service is read whole; a larger file is not taken for such an answer.
_LARGEST, _HEAD = 64 * 2**20, 2**16
_MAY_BE = re.compile(rb'"(?:data|results)"\s*:\s*[\[{]')
_DEEPEST_WRAPPER = 4
_Object = dict[str, msgspec.Raw]


def unwrapped(file: Path, label: str) -> list[bytes]:
    """Return the releases or records of a file that are wrapped, a line each; none if nothing is wrapped.

    Lists that stand directly under ``data`` or ``results`` are read where they are, as those of a package.
    """
    try:
        ((_, content),) = packed.documents(file, label, ENDINGS)
        with content.open("rb") as stream:
            text = stream.read(_HEAD)
            if not _MAY_BE.search(text):
                return []
            text += stream.read(_LARGEST + 1 - len(text))
        whole = msgspec.json.decode(text.removeprefix(b"\xef\xbb\xbf"), type=_Object) if len(text) <= _LARGEST else {}
        if _KEY in whole or not any(_is_wrapper(whole[name]) for name in _WRAPPERS if name in whole):
            return []
        return [bytes(one).replace(b"\r", b" ").replace(b"\n", b" ") for one in _inside(whole, 0)]
    except (OSError, ValueError, OgpAnalysisError, msgspec.MsgspecError, RecursionError):
        return []  # the cleaner reports the fault


def _is_wrapper(value: msgspec.Raw) -> bool:
    """Whether what stands under a name of a wrapper is an object, or a list of packages."""
    sign = bytes(value)[:1]
    if sign != b"[":
        return sign == b"{"
    members = msgspec.json.decode(value, type=list[msgspec.Raw])
    return bool(members) and _package(members[0]) is not None


def _package(value: msgspec.Raw) -> _Object | None:
    if bytes(value)[:1] != b"{":
        return None
    one = msgspec.json.decode(value, type=_Object)
    is_package = _KEY not in one and any(name in one for name in _LISTS) and any(name in one for name in _OF_PACKAGE)
    return one if is_package else None


def _inside(one: _Object, depth: int) -> Iterator[msgspec.Raw]:
    """Yield the elements inside an object that is not itself an element."""
    for name, value in one.items():
        sign = bytes(value)[:1]
        if name in _WRAPPERS and sign == b"{" and depth < _DEEPEST_WRAPPER:
            inner = msgspec.json.decode(value, type=_Object)
            yield from [value] if _KEY in inner else _inside(inner, depth + 1)
        elif name in (*_WRAPPERS, *_LISTS) and sign == b"[":
            for member in msgspec.json.decode(value, type=list[msgspec.Raw]):
                package = _package(member) if name in _WRAPPERS and depth < _DEEPEST_WRAPPER else None
                yield from [member] if package is None else _inside(package, depth + 1)
