"""The kind of a user's own files, recognised by their columns where none is given; else the near misses."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ogp_analysis.base.errors import ParameterError, SourceError, listed
from ogp_analysis.procurement.datasets import layouts
from ogp_analysis.procurement.datasets.compranet.dataset import layouts_by_content
from ogp_analysis.procurement.own_files.flattened import is_flat
from ogp_analysis.procurement.own_files.given_files import kind_of
from ogp_analysis.sources.delimited import opening
from ogp_analysis.sources.packed import tables
from ogp_analysis.tidy.recognising import recognise

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
    misses: list[str] = []
    is_ocds, fault = False, None
    try:
        for table in tables(file, file.name)[0]:
            head = opening.head(
                table.content, table.label, _FIRST_LINES, sheet=table.sheet, is_workbook=table.is_workbook
            )
            records = [cells for _, cells in head.records]
            if any(map(layouts.recognised, records)) or layouts_by_content(records):
                return "compranet"
            is_ocds |= is_flat(records)
            misses += layouts.near_misses(records)
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
        action = "Name what it is with --as, or correct the names of the columns in a copy"
        raise SourceError(file.name, f"{what}. It has {'; or '.join(near[:3])}", action)
    raise SourceError(file.name, what, "Give a map of its columns with --columns, or name what it is with --as")
