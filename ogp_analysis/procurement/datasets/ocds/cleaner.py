"""What is said about contracting processes, in any shape, as blocks of tables: the way from JSON to Arrow."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.procurement.datasets.mentions import People
from ogp_analysis.procurement.datasets.ocds import merging, releases, rules, statements
from ogp_analysis.procurement.datasets.ocds.columns import Columns
from ogp_analysis.procurement.datasets.ocds.parsing import repeats_a_key
from ogp_analysis.procurement.datasets.ocds.rows import arrays, take
from ogp_analysis.procurement.datasets.ocds.rules import Aside, Odd
from ogp_analysis.procurement.datasets.ocds.statements import Statement
from ogp_analysis.procurement.datasets.ocds.tables import tables
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
        As :class:`.masking.Masked` has them.
    people : People
        Who was masked.
    """

    tables: dict[str, pa.Table]
    entries: pa.Table
    kept: list[int]
    persons: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    people: People = People()


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
        self._gone: list[tuple] = []
        self._kept = [0] * len(labels)
        self._n = 0
        self._columns: dict[str, list[pa.Array]] = defaultdict(list)
        self._rows: dict[str, int] = defaultdict(int)
        self._odd: list[Odd] = []
        self._places: dict[str, list[int]] = {"file": [], "line": [], "n_releases": []}

    def add(self, processes: list[list[Element]]) -> None:
        """Add all that is said about each of some processes: an element that says nothing stands alone."""
        # All are read before any is looked at again: what a reader works with stays in the processor's cache.
        alone = [releases.read(elements[0][0]) if len(elements) == 1 else None for elements in processes]
        kept = [
            one for elements, release in zip(processes, alone, strict=True) for one in self._read(elements, release)
        ]
        if not kept:
            return
        found, *places = map(list, zip(*kept, strict=True))
        for name, more in zip(self._places, places, strict=True):
            self._places[name] += more
        for file, count in Counter(places[0]).items():
            self._kept[file] += count
        odd: list[Odd] = []
        columns = arrays(take(found), odd)
        # Rows of items and processes come counted within the chunk, and are counted within the block here.
        for name in [name for name in columns if "@" in name and name != "items@section"]:
            before = self._n if name == "items@process" else self._rows["items"]
            columns[name] = pc.add(columns[name], pa.scalar(before, pa.int32()))
        self._odd += [one._replace(row=one.row + self._rows[one.name.partition(".")[0]]) for one in odd]
        self._append(columns)
        self._n += len(found)

    def _append(self, columns: dict[str, pa.Array]) -> None:
        """Append columns; those that only some chunks have (texts of amounts) get as many rows as their table."""
        sizes = {name.partition(".")[0]: len(values) for name, values in columns.items() if "." in name}
        for name in sorted(self._columns.keys() ^ columns.keys()):
            table = name.partition(".")[0]
            if name not in columns:
                columns[name] = pa.nulls(sizes[table], self._columns[name][0].type)
            elif "." in name and self._rows[table]:
                self._columns[name].append(pa.nulls(self._rows[table], columns[name].type))
        for table, size in sizes.items():
            self._rows[table] += size
        for name, values in columns.items():
            self._columns[name].append(values)

    def made(self) -> Made:
        """Return the tables of all that was added."""
        gone = list(zip(*self._gone, strict=True)) or [()] * len(ENTRY_COLUMNS)
        files = pa.array([self.labels[number] for number in gone[0]], pa.string())
        texts = [pa.array(values, pa.string()) for values in gone[2:]]
        entries = pa.table([files, pa.array(gone[1], pa.int64()), *texts], names=ENTRY_COLUMNS)
        if not self._n:
            return Made({}, entries, self._kept)
        # Pieces are let go one column after the other: all of them and all columns would be twice the memory.
        values = {}
        for name in list(self._columns):
            parts = self._columns.pop(name)
            values[name] = parts[0] if len(parts) == 1 else pa.concat_arrays(parts)
            del parts
        columns = Columns(values, self._n)
        labels = pa.array(self.labels, pa.string())
        files = pa.DictionaryArray.from_arrays(pa.array(self._places["file"], pa.int32()), labels)
        columns.values["processes.file"] = files.cast(pa.string())
        masked = columns.clean(self._odd, self.names)
        places = {
            "file": columns.values.pop("processes.file"),
            **{name: pa.array(self._places[name], pa.int64()) for name in ("line", "n_releases")},
        }
        made = tables(columns, places)
        notes = columns.notes
        at = pa.array(notes.process, pa.int64())
        changed = pa.table({
            "_file": files.take(at).cast(pa.string()),
            "_line": places["line"].take(at),
            "action": pa.array(["changed"] * len(at), pa.string()),
            **{name: pa.array(getattr(notes, name), pa.string()) for name in ("rule", "column", "old", "new")},
        })  # fmt: skip
        return Made(made, pa.concat_tables([entries, changed]), self._kept, *masked[1:])

    def _read(self, elements: list[Element], release: Any) -> Iterator[Kept]:
        """Read what is said about a process: in haste if nothing in it is unusual, else by the rules.

        `release` is what was read of a single element, None if that is unusual.
        """
        if len(elements) == 1:
            raw, file, line = elements[0]
            if release is not None and not repeats_a_key(bytes(raw)):
                yield release, file, line, 1
                return
        elif not any(repeats_a_key(bytes(raw)) for raw, _, _ in elements):
            try:
                release, order = merging.joined([raw for raw, _, _ in elements])
            except merging.Unfit:
                yield from self._unusual(elements)
                return
            *before, last = (elements[number] for number in order)
            self._merge(((file, line) for _, file, line in before), last[1], last[2], release.ocid)
            yield release, last[1], last[2], len(elements)
            return
        yield from self._unusual(elements)

    def _unusual(self, elements: list[Element]) -> Iterator[Kept]:
        """Read elements of any version and shape, and merge those on one process by the rules."""
        by_ocid: dict[str, list[Statement]] = {}
        for element in elements:
            told = statements.read(*element)
            if isinstance(told, Aside):
                self._gone.append((told.file, told.line, "set_aside", told.rule, told.column, told.value, ""))
            else:
                by_ocid.setdefault(told.ocid, []).append(told)
        for ocid, of_process in by_ocid.items():
            process = statements.process(of_process)
            last = process.statement
            for one, rule in process.gone:
                self._merge([(one.file, one.line)], last.file, last.line, ocid, rule)
            for one in of_process:
                self._gone += [(one.file, one.line, "changed", *change) for change in one.changes]
            yield releases.built(process.release), last.file, last.line, process.n_releases

    def _merge(self, places: Iterable, file: int, line: int, ocid: str, rule: str = rules.MERGED_INTO_PROCESS) -> None:
        into = f"{self.labels[file]}, {line}"
        self._gone += [(*place, "merged", rule, "ocid", ocid, into) for place in places]


def named(blocks: Iterable[Made]) -> frozenset[str]:
    """Return the names that are a natural person's in some process and were left in another: blocks are made again."""
    persons, others = set(), set()
    for block in blocks:
        persons |= block.persons
        others |= block.others
    return frozenset(persons & others)
