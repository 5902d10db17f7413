"""Contracting processes in the Open Contracting Data Standard (OCDS), any version and any kind of file, as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from ogp_analysis.cleaning.dataset import Dataset, Input
from ogp_analysis.cleaning.procurement import ocds_join, ocds_nodes, ocds_rules, ocds_statements
from ogp_analysis.cleaning.procurement.ocds_block import Block
from ogp_analysis.cleaning.procurement.ocds_rules import Aside
from ogp_analysis.cleaning.procurement.ocds_schemas import TABLES
from ogp_analysis.cleaning.procurement.ocds_statements import Statement
from ogp_analysis.cleaning.record import ENTRY_COLUMNS, FILE, LINE, Cleaned, Record

#: Column of the raw chunks: the JSON of a release or record.
ELEMENT = "element"
#: Processes of a block: as many as fit into a group of rows of a file without need of much memory.
BLOCK = 16_384
#: Processes that are taken apart together: few enough for the processor's cache.
CHUNK = 160

#: One element of a file: its JSON (bytes), the number of the file, the place in it.
Element = tuple[Any, int, int]
#: A process: its release, file and place of the latest element that told it, and how many releases were merged.
Kept = tuple[Any, int, int, int]


class Cleaner:
    """Takes what is said about processes, and hands out tables a block at a time.

    Parameters
    ----------
    labels : list of str
        Names of the files.
    emit : callable
        ``emit(tables, entries)``: a block's tables by name, and entries of the record, in Arrow.

    Attributes
    ----------
    rows_in, kept : list of int
        By number of the file: releases and records that came in, and those that are a row of ``processes``.
    """

    def __init__(self, labels: Sequence[str], emit: Callable[[dict[str, pa.Table], pa.Table], None]) -> None:
        self.labels, self._emit = list(labels), emit
        self.rows_in, self.kept = [0] * len(labels), [0] * len(labels)
        self._block = Block()
        self._gone: list[tuple] = []

    def add(self, processes: list[list[Element]]) -> list[str]:
        """Add all that is said about each of some processes, and return their ocids in order.

        An element that says nothing has no ocid; elements of different processes have theirs each.
        """
        notes: list[tuple] = []
        kept = list(self._read(processes, notes))
        for one in processes:
            for _, file, _ in one:
                self.rows_in[file] += 1
        self._gone += notes
        if kept:
            releases, files, lines, counts = map(list, zip(*kept, strict=True))
            self._block.add(releases, files, lines, counts)
            for file in files:
                self.kept[file] += 1
        if self._block.n >= BLOCK or len(self._gone) >= BLOCK:
            self.flush()
        return [one[0].ocid for one in kept]

    def _read(self, processes: list[list[Element]], notes: list[tuple]) -> Iterator[Kept]:
        alone = iter(ocds_nodes.read([one[0][0] for one in processes if len(one) == 1]))
        for elements in processes:
            if len(elements) > 1:
                yield from self._several(elements, notes)
            elif (release := next(alone)) is not None:
                yield release, elements[0][1], elements[0][2], 1
            else:
                yield from self._unusual(elements, notes)

    def _several(self, elements: list[Element], notes: list[tuple]) -> Iterator[Kept]:
        """Join releases in which nothing is unusual."""
        try:
            release, order = ocds_join.joined([element[0] for element in elements])
        except ocds_join.Unfit:
            yield from self._unusual(elements, notes)
            return
        _, file, line = elements[order[-1]]
        into = f"{self.labels[file]}, {line}"
        for _, one, at in (elements[number] for number in order[:-1]):
            notes.append((one, at, "merged", ocds_rules.MERGED_INTO_PROCESS, "ocid", release.ocid, into))
        yield release, file, line, len(elements)

    def _unusual(self, elements: list[Element], notes: list[tuple]) -> Iterator[Kept]:
        """Read elements of any version and shape, and merge those on one process by the rules."""
        by_ocid: dict[str, list[Statement]] = {}
        for element in elements:
            told = ocds_statements.read(*element)
            if isinstance(told, Aside):
                notes.append((told.file, told.line, "set_aside", told.rule, told.column, told.value, ""))
            else:
                by_ocid.setdefault(told.ocid, []).append(told)
        for statements in by_ocid.values():
            yield self._merged(statements, notes)

    def _merged(self, statements: list[Statement], notes: list[tuple]) -> Kept:
        process = ocds_statements.process(statements)
        last = process.statement
        into = f"{self.labels[last.file]}, {last.line}"
        for one, rule in process.gone:
            notes.append((one.file, one.line, "merged", rule, "ocid", one.ocid, into))
        for one in statements:
            notes += [(one.file, one.line, "changed", *change) for change in one.changes]
        return ocds_nodes.built(process.release), last.file, last.line, process.n_releases

    def flush(self) -> None:
        """Hand out what has come in since the last time."""
        if not self._block.n and not self._gone:
            return
        block, self._block = self._block, Block()
        gone, self._gone = self._gone, []
        entries = _entries(gone, self.labels)
        if block.n:
            tables, changed = block.finish(self.labels)
            entries = pa.concat_tables([entries, changed])
        else:
            tables = {}
        self._emit(tables, entries)


def _entries(gone: list[tuple], labels: list[str]) -> pa.Table:
    """Return entries of the record for what is changed, merged or set aside as a whole."""
    columns = list(zip(*gone, strict=True)) if gone else [()] * len(ENTRY_COLUMNS)
    files = pa.array([labels[number] for number in columns[0]], pa.string())
    rest = [pa.array(values, pa.string()) for values in columns[2:]]
    return pa.table([files, pa.array(columns[1], pa.int64()), *rest], names=ENTRY_COLUMNS)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the releases and records of a chunk as they came; what they say is known when all have come.

    Parameters
    ----------
    chunk : pandas.DataFrame
        :data:`ELEMENT`, the JSON of one release or record a row, with file and line.
    """
    rows = {str(name): int(count) for name, count in chunk[FILE].value_counts().items()}
    return Cleaned({ELEMENT: chunk[[FILE, LINE, ELEMENT]]}, Record(rows, rows))


def finish(parts: Iterable[Cleaned]) -> Cleaned:
    """Merge what was said about each process, in the order in which it is first named, and return the tables."""
    chunk = pd.concat([part.tables[ELEMENT] for part in parts], ignore_index=True)
    files, labels = pd.factorize(chunk[FILE])
    made: list[tuple[dict[str, pa.Table], pa.Table]] = []
    cleaner = Cleaner(labels, lambda tables, entries: made.append((tables, entries)))
    processes = list(_by_process(chunk[ELEMENT], files.tolist(), chunk[LINE].tolist()).values())
    for start in range(0, len(processes), CHUNK):
        cleaner.add(processes[start : start + CHUNK])
    cleaner.flush()
    tables = {
        schema.name: _frame(pa.concat_tables([tables[schema.name] for tables, _ in made if tables]))
        for schema in TABLES
    }
    counts = [dict(zip(labels, numbers, strict=True)) for numbers in (cleaner.rows_in, cleaner.kept)]
    return Cleaned(tables, Record(*counts, _frame(pa.concat_tables([entries for _, entries in made]))))


def _by_process(elements: pd.Series, files: list[int], lines: list[int]) -> dict[Any, list[Element]]:
    found: dict[Any, list[Element]] = {}
    for number, (element, file, line) in enumerate(zip(elements, files, lines, strict=True)):
        raw = element.encode()
        told = ocds_statements.read(raw, file, line)
        key = number if isinstance(told, Aside) else told.ocid
        found.setdefault(key, []).append((raw, file, line))
    return found


def _frame(table: pa.Table) -> pd.DataFrame:
    columns = [one.cast(one.type.value_type) if pa.types.is_dictionary(one.type) else one for one in table.columns]
    return pa.table(columns, names=table.column_names).to_pandas()


DATASET = Dataset(
    name="ocds",
    title="Procurement in the Open Contracting Data Standard, seventeen publishers",
    inputs=tuple(
        Input("ocds", publisher, "**")
        for publisher in (
            "armenia",
            "australia-nsw",
            "buyandsell",
            "canada-buyandsell",
            "canada-montreal",
            "colombia",
            "mexico-apf",
            "mexico-cdmx",
            "mexico-gacm",
            "mexico-inai",
            "mexico-jalisco",
            "mexico-states-pdn",
            "moldova",
            "paraguay",
            "taiwan",
            "uk-contracts-finder",
            "ukraine",
        )
    ),
    clean=clean,
    schemas=TABLES,
    finish=finish,
)
