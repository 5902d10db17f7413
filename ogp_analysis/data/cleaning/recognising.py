"""Which dataset a file is of, and how it is opened: recognised by the names of its columns; only its head is read."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from ogp_analysis.base.errors import ParameterError, SourceError, listed, near
from ogp_analysis.data.cleaning.catalog import DATASETS, dataset
from ogp_analysis.data.cleaning.dataset import Layout, folded
from ogp_analysis.data.cleaning.overrides import bare, proposed
from ogp_analysis.data.sources import delimited, json_elements, packed, raw, workbook
from ogp_analysis.data.sources.unpacking import members, start

#: Bytes of a text that tell what it is; V-Dem's line of column names alone has 80,000.
_HEAD = 2**20
#: Records among which the column names are looked for: some publishers write a title and notes above them.
_TOP = 25
#: A layout of which fewer of the columns are there, by share and number, is no near miss.
_NEAR, _FEWEST = 0.5, 2


@dataclass(frozen=True)
class Reading:
    """One table of a file, as a layout reads it.

    Attributes
    ----------
    dataset : str
    layout : Layout
    sheet : str
        Of a workbook; empty if it has one only.
    before : int
        Lines (rows of the sheet) above the column names.
    columns : tuple of str
        The names as the file has them.
    encoding, delimiter : str
        Of a delimited text; empty for others.
    """

    dataset: str
    layout: Layout
    sheet: str
    before: int
    columns: tuple[str, ...]
    encoding: str = ""
    delimiter: str = ""

    @property
    def unknown(self) -> list[str]:
        """The columns that are passed over."""
        return self.layout.unknown(self.columns)

    @property
    def lacking(self) -> list[str]:
        """The optional columns that the file does not have."""
        there = set(self.layout.renamed(self.columns).values())
        return [name for name in self.layout.optional if name not in there]


@dataclass(frozen=True)
class NearMiss:
    """A layout that has some of the columns of a file.

    Attributes
    ----------
    dataset, layout : str
    found, needed : int
        How many of its required columns there are, however written, of how many.
    absent : tuple of str
        Those that are not there under their names.
    proposed : str
        A map of the columns of the file that are likeliest those.
    """

    dataset: str
    layout: str
    found: int
    needed: int
    absent: tuple[str, ...]
    proposed: str = ""

    def __str__(self) -> str:
        name = f"{self.dataset} ({self.layout})"
        return f"{self.needed - len(self.absent)} of {self.needed} columns of {name}; no {listed(self.absent, 6)}"


@dataclass(frozen=True)
class Recognition:
    """What a file was recognised as.

    Attributes
    ----------
    label : str
        How errors name the file.
    readings : tuple of Reading
        Its tables, all of one dataset; empty if no layout fits.
    near : tuple of NearMiss
        Where none fits, those that are nearest, the nearest first.
    other : tuple of str
        Further datasets that have a layout which fits as well as that of `readings`.
    """

    label: str
    readings: tuple[Reading, ...]
    near: tuple[NearMiss, ...] = ()
    other: tuple[str, ...] = ()

    def checked(self) -> tuple[Reading, ...]:
        """Return the readings.

        Raises
        ------
        SourceError
            If no layout fits: with the near misses, and what each lacks. If several datasets do.
        """
        if self.other:
            several = ", ".join((self.readings[0].dataset, *self.other))
            raise SourceError(self.label, f"has the columns of several datasets: {several}", "Say which it is")
        if not self.readings:
            what = "has the columns of no known layout"
            if self.near:
                what += ". It has " + "; or ".join(str(miss) for miss in self.near)
            action = "Check that it is the file you mean, or state the names of its columns in a map: --as, --columns"
            action = next((miss.proposed for miss in self.near if miss.proposed), action)
            raise SourceError(self.label, what, action)
        return self.readings


@dataclass(frozen=True)
class _Table:
    """The first records of one table of a file; `element_keys` of JSON are those that its head holds."""

    sheet: str
    records: list[tuple[int, list[str]]]
    encoding: str = ""
    delimiter: str = ""
    text: bytes = b""


def recognise(
    file: Path, only: Iterable[str] | None = None, label: str = "", names: Mapping[str, str] | None = None
) -> Recognition:
    """Say which dataset a file is of and how its tables are opened.

    First bytes and ending tell what the file is: delimited text, gz or zip of it, workbook, JSON, YAML, Stata.
    The line of column names is looked for among the first records, so that a title above it does no harm.

    Parameters
    ----------
    file : pathlib.Path
    only : iterable of str, optional
        Datasets that come into question; all that have layouts by default.
    label : str
        How errors name the file; its name by default.
    names : mapping of str to str
        Names that the user gives columns of the file.

    Returns
    -------
    Recognition
        With the readings of the best layout of one dataset, one per sheet; or with the near misses.

    Raises
    ------
    UnknownName
        If there is no such dataset.
    SourceError
        If the file cannot be read, or is not a table at all (a page of the web, an archive).
    """
    label = label or file.name
    known = [
        (name, layout.with_names(names) if names else layout)
        for name in (DATASETS if only is None else only)
        for layout in dataset(name).layouts
        if re.fullmatch(layout.file or ".*", file.name)
    ]
    if not file.is_file():
        raise SourceError(label, "is not a file", "Check its name")
    if not file.stat().st_size:
        raise SourceError(label, "is empty", "Download it again")
    found: dict[str, list[tuple[int, Reading]]] = {}
    tables = []
    keys = {layout.element_key for _, layout in known if layout.element_key}
    for table in _tables(file, label, keys):
        tables.append(table)
        for name in dict.fromkeys(name for name, _ in known):
            fits = []
            for layout in (layout for of, layout in known if of == name):
                if reading := _read_as(name, layout, table):
                    fits.append((len(layout.renamed(reading.columns)) or 1, reading))
            if fits:
                found.setdefault(name, []).append(max(fits, key=lambda fit: fit[0]))
    if names:
        there = {folded(cell) for table in tables for _, cells in table.records for cell in cells}
        _check(names, there, [layout for _, layout in known], label)
    if not found:
        return Recognition(label, (), tuple(_near(known, tables, least=1 if only is not None else _FEWEST)))
    matched = {name: sum(count for count, _ in fits) for name, fits in found.items()}
    best = max(matched.values())
    first, *rest = (name for name in found if matched[name] == best)
    return Recognition(label, tuple(reading for _, reading in found[first]), (), tuple(rest))


def _read_as(name: str, layout: Layout, table: _Table) -> Reading | None:
    """Return a table as a layout reads it, if it has its columns."""
    if layout.sheet and table.sheet and not re.fullmatch(layout.sheet, table.sheet.strip()):
        return None
    if layout.element_key:
        there = f'"{layout.element_key}"'.encode() in table.text
        return Reading(name, layout, "", 0, (), table.encoding) if there else None
    for line, cells in table.records if layout.required else ():
        cells = tuple(" ".join(cell.split()) for cell in cells)
        if not layout.absent(cells):
            return Reading(name, layout, table.sheet, max(line - 1, 0), cells, table.encoding, table.delimiter)
    return None


def _near(known: list[tuple[str, Layout]], tables: list[_Table], least: int) -> Iterator[NearMiss]:
    """Yield the nearest of the layouts of which some columns are there, however written; of the first with a map."""
    lines = [(cells, {bare(cell) for cell in cells}) for table in tables for _, cells in table.records]
    misses = []
    for name, layout in known:
        wanted = {bare(one) for one in layout.required}
        cells, found = max(
            ((cells, len(wanted & names)) for cells, names in lines), key=lambda one: one[1], default=((), 0)
        )
        if found >= (least if least == 1 else max(least, _NEAR * len(wanted))):
            miss = NearMiss(name, layout.name, found, len(layout.required), tuple(layout.absent(cells)))
            misses.append((miss.found / miss.needed, -len(miss.absent), miss, layout, cells))
    for place, (*_, miss, layout, cells) in enumerate(sorted(misses, key=lambda one: one[:2], reverse=True)[:3]):
        to = set(layout.renamed(cells).values())
        wanted = [one for one in (*layout.required, *layout.optional) if one not in to]
        yield miss if place else replace(miss, proposed=proposed(wanted, layout.unknown(cells), miss.dataset))


def _check(names: Mapping[str, str], there: set[str], layouts: list[Layout], label: str) -> None:
    """Raise if a map names a column that the file lacks, or one that no layout reads."""
    if absent := [one for one in names if folded(one) not in there]:
        raise SourceError(label, f"has no column {listed(absent, 6)}, which the map names", "Correct the map")
    read = {name for layout in layouts for name in (*layout.required, *layout.optional)}
    odd = [one for one in names.values() if one not in read and not any(re.fullmatch(x.further, one) for x in layouts)]
    if odd:
        action = "Correct the map: " + near(odd[0], read, "docs/codebook")
        raise ParameterError("map of columns", f"{listed(odd, 6)} is not a column that is read", action)


def _tables(file: Path, label: str, keys: set[str]) -> Iterator[_Table]:
    """Yield the first records of each table of a file; JSON without one of the `keys` is read whole for its fields."""
    ending = file.suffix.lower()
    if ending == ".dta":
        import pandas as pd

        try:
            with pd.read_stata(file, iterator=True) as reader:
                variables = list(reader.variable_labels())
        except (OSError, ValueError, KeyError) as error:
            raise SourceError(label, f"is not a readable Stata file ({error})", "Check the file") from error
        yield _Table("", [(1, variables)])
        return
    if ending in (".yaml", ".yml"):
        yield _Table("", [(1, list(raw.COLUMNS))])
        return
    endings = (".json", ".jsonl", ".ndjson")
    holds_json = any(member.name.lower().endswith(endings) for member in members(file, label))
    top = start(file, _HEAD)
    if holds_json or top.startswith(b"\x1f\x8b"):
        top = start(packed.documents(file, label, endings)[0][1], _HEAD)
    if top.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        records = []
        if ending == ".json" and not any(key.encode() in top for key in keys):
            with suppress(SourceError):  # not flat records: releases and records are known by their key
                records = list(islice(json_elements.flat_records(file, label, "utf-8-sig"), 1))
        yield _Table("", records, "utf-8", text=top)
        return
    for table in packed.tables(file, label)[0]:
        if table.is_workbook:
            rows = workbook.rows(table.content, table.label, table.sheet, 0)
            yield _Table(table.sheet, list(islice(rows, _TOP)))
        else:
            try:
                codecs.utf_8_decode(start(table.content, _HEAD), "strict", False)
                encoding = "utf-8"
            except UnicodeDecodeError:
                encoding = "cp1252"
            first = delimited.head(table.content, table.label, _TOP, encoding=encoding)
            yield _Table("", first.records, encoding, first.delimiter)
