"""What is said about contracting processes, in any shape, as blocks of tables: the way from JSON to Arrow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from ogp_analysis.procurement.datasets import ocds_join, ocds_nodes, ocds_rules, ocds_statements
from ogp_analysis.procurement.datasets.ocds_block import Block
from ogp_analysis.procurement.datasets.ocds_parsing import repeats_a_key
from ogp_analysis.procurement.datasets.ocds_rules import Aside
from ogp_analysis.procurement.datasets.ocds_statements import Statement
from ogp_analysis.tidy.entries import ENTRY_COLUMNS

#: Processes of a block, and releases and records: as many as fit into a group of rows without need of much memory.
BLOCK, MOST = 4_096, 16_384
#: Processes that are taken apart together: few enough for the processor's cache.
CHUNK = 320

#: One element of a file: its JSON (bytes), the number of the file, the place in it.
Element = tuple[Any, int, int]
#: A process: its release, file and place of the latest element that told it, and how many releases were merged.
Kept = tuple[Any, int, int, int]


class Made(NamedTuple):
    """A block of processes.

    Attributes
    ----------
    tables : dict of str to pyarrow.Table
        All tables by name; none if no process could be kept.
    entries : pyarrow.Table
        Of the record.
    kept : list of int
        By number of the file: releases and records that are a row of ``processes``.
    persons, others : frozenset of str
        As :class:`.ocds_masking.Masked` has them.
    """

    tables: dict[str, pa.Table]
    entries: pa.Table
    kept: list[int]
    persons: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()


class Cleaner:
    """Takes what is said about the processes of a block, and makes its tables.

    Parameters
    ----------
    labels : list of str
        Names of the files.
    names : frozenset of str
        Plain names of natural persons that are known from elsewhere in the same files.
    """

    def __init__(self, labels: Sequence[str], names: frozenset[str] = frozenset()) -> None:
        self.labels, self.names = list(labels), names
        self._block = Block()
        self._gone: list[tuple] = []
        self._kept = [0] * len(labels)

    def add(self, processes: list[list[Element]]) -> None:
        """Add all that is said about each of some processes: an element that says nothing stands alone."""
        alone = ocds_nodes.read([one[0][0] for one in processes if len(one) == 1])
        for place, (element,) in enumerate(one for one in processes if len(one) == 1):
            if alone[place] is not None and repeats_a_key(bytes(element[0])):
                alone[place] = None
        if len(alone) == len(processes) and not any(release is None for release in alone):
            releases, counts = alone, [1] * len(alone)
            files, lines = [one[0][1] for one in processes], [one[0][2] for one in processes]
        elif kept := list(self._read(processes, iter(alone))):
            releases, files, lines, counts = map(list, zip(*kept, strict=True))
        else:
            return
        self._block.add(releases, files, lines, counts)
        for file, count in Counter(files).items():
            self._kept[file] += count

    def made(self) -> Made:
        """Return the tables of all that was added."""
        entries = _entries(self._gone, self.labels)
        if not self._block.n:
            return Made({}, entries, self._kept)
        tables, changed, masked = self._block.finish(self.labels, self.names)
        return Made(tables, pa.concat_tables([entries, changed]), self._kept, masked.persons, masked.others)

    def _read(self, processes: list[list[Element]], alone: Iterator[Any]) -> Iterator[Kept]:
        """Read what is said about each process; `alone`: what was read of those of one element, None if unusual."""
        for elements in processes:
            if len(elements) > 1:
                yield from self._several(elements)
            elif (release := next(alone)) is not None:
                yield release, elements[0][1], elements[0][2], 1
            else:
                yield from self._unusual(elements)

    def _several(self, elements: list[Element]) -> Iterator[Kept]:
        """Join releases in which nothing is unusual."""
        if any(repeats_a_key(bytes(raw)) for raw, _, _ in elements):
            yield from self._unusual(elements)
            return
        try:
            release, order = ocds_join.joined([element[0] for element in elements])
        except ocds_join.Unfit:
            yield from self._unusual(elements)
            return
        _, file, line = elements[order[-1]]
        into = f"{self.labels[file]}, {line}"
        for _, one, at in (elements[number] for number in order[:-1]):
            self._gone.append((one, at, "merged", ocds_rules.MERGED_INTO_PROCESS, "ocid", release.ocid, into))
        yield release, file, line, len(elements)

    def _unusual(self, elements: list[Element]) -> Iterator[Kept]:
        """Read elements of any version and shape, and merge those on one process by the rules."""
        by_ocid: dict[str, list[Statement]] = {}
        for element in elements:
            told = ocds_statements.read(*element)
            if isinstance(told, Aside):
                self._gone.append((told.file, told.line, "set_aside", told.rule, told.column, told.value, ""))
            else:
                by_ocid.setdefault(told.ocid, []).append(told)
        for statements in by_ocid.values():
            yield self._merged(statements)

    def _merged(self, statements: list[Statement]) -> Kept:
        process = ocds_statements.process(statements)
        last = process.statement
        into = f"{self.labels[last.file]}, {last.line}"
        for one, rule in process.gone:
            self._gone.append((one.file, one.line, "merged", rule, "ocid", one.ocid, into))
        for one in statements:
            self._gone += [(one.file, one.line, "changed", *change) for change in one.changes]
        return ocds_nodes.built(process.release), last.file, last.line, process.n_releases


def _entries(gone: list[tuple], labels: list[str]) -> pa.Table:
    """Return entries of the record for what is changed, merged or set aside as a whole."""
    columns = list(zip(*gone, strict=True)) if gone else [()] * len(ENTRY_COLUMNS)
    files = pa.array([labels[number] for number in columns[0]], pa.string())
    rest = [pa.array(values, pa.string()) for values in columns[2:]]
    return pa.table([files, pa.array(columns[1], pa.int64()), *rest], names=ENTRY_COLUMNS)


def named(blocks: Iterable[Made]) -> frozenset[str]:
    """Return the names that are a natural person's in some process and were left in another: blocks are made again."""
    persons, others = set(), set()
    for block in blocks:
        persons |= block.persons
        others |= block.others
    return frozenset(persons & others)
