"""What is said about contracting processes, in any shape, as blocks of tables: the way from JSON to Arrow."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.data.cleaning.record import ENTRY_COLUMNS
from ogp_analysis.data.datasets.procurement.mentions import People
from ogp_analysis.data.datasets.procurement.ocds import merging, parsing
from ogp_analysis.data.datasets.procurement.ocds.columns import Columns, tables
from ogp_analysis.data.datasets.procurement.ocds.merging import compiled as compiled_release
from ogp_analysis.data.datasets.procurement.ocds.parsing import repeats_a_key
from ogp_analysis.data.datasets.procurement.ocds.rows import arrays, take
from ogp_analysis.data.datasets.procurement.ocds.schemas import ANY_RELEASE, Aside, Change, Odd

# What a file says about one contracting process: releases, and records with what they hold.
# A statement is a release, or the compiled release of a record. The same release is often published as version 1.0, in
# its conversion to 1.1 and again in a record; it counts once.


@dataclass
class Statement:
    """One release or record.

    Attributes
    ----------
    file, line : int
        Number of the file, and place in it.
    release : dict
        In :data:`.fields.ANY_RELEASE`.
    ocid : str
        The process.
    compiled : bool
        Whether it is a compiled release: the sum of the releases up to its date.
    old : bool
        Whether it is of a version before 1.1.
    changes : list of Change
        What was changed in reading it.
    """

    file: int
    line: int
    release: dict[str, Any]
    ocid: str
    compiled: bool = False
    old: bool = False
    changes: list[Change] = field(default_factory=list)

    @property
    def date(self) -> str:
        """The date as published, empty if there is none."""
        return str(self.release.get("date") or "")

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags, sorted."""
        return tuple(sorted(self.release.get("tag") or ()))


def read(raw: Any, file: int, line: int) -> Statement | Aside:
    """Read one element of a file, whatever its version.

    Set aside are, by rule: ``not_json``, ``nested_too_deep``, ``not_an_object``, ``only_links`` (a record that names
    its releases by address and has neither a compiled nor a versioned release: it holds nothing), ``no_ocid``.
    """
    changes: list[Change] = []
    named = _named(raw, file, line, changes)
    if isinstance(named, Aside):
        return named
    ocid, release, compiled = named
    release, names = parsing.renamed(release)
    changes += [Change("other_name", name, name, "(the name in the standard)") for name in names]
    if not isinstance(ocid, str):
        changes.append(Change("number_as_text", "ocid", f"{ocid}", f'"{ocid}"'))
    release = parsing.in_shape(release, ANY_RELEASE, changes) | {"ocid": str(ocid)}
    old = parsing.is_old(release)
    release = parsing.upgraded(release, changes) if old else release
    return Statement(file, line, release, str(ocid), compiled, old, changes)


class _Named(msgspec.Struct):
    ocid: str | None = None
    releases: msgspec.Raw | None = None
    compiledRelease: msgspec.Raw | None = None


_decode = msgspec.json.Decoder(_Named).decode


def process_of(raw: Any) -> str | None:
    """Return the process that an element is about; None if :func:`read` sets it aside."""
    with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        one = _decode(raw)
        if one.ocid and (one.releases is None or one.compiledRelease is not None):
            return one.ocid
    named = _named(raw, 0, 0, [])
    return None if isinstance(named, Aside) else str(named[0])


def _named(raw: Any, file: int, line: int, changes: list[Change]) -> tuple[Any, dict[str, Any], bool] | Aside:
    """Return the ocid of an element as it is written, the release that it holds and whether that is compiled."""
    try:
        data = parsing.parsed(bytes(raw), changes)
    except parsing.TooDeep:
        return Aside(file, line, "nested_too_deep", "release", "(nested too deep)")
    except ValueError:
        return Aside(file, line, "not_json", "release", "(no JSON)")
    if not isinstance(data, dict):
        return Aside(file, line, "not_an_object", "release", parsing.kind(data))
    ocid, content = data.get("ocid"), _content(data, changes)
    if content is None:
        return Aside(file, line, "only_links", "records/releases", f"{len(data['releases'])} links")
    release, compiled = content
    ocid = release.get("ocid") if ocid in (None, "") else ocid
    if ocid in (None, "") or isinstance(ocid, (dict, list, bool)):
        return Aside(file, line, "no_ocid", "ocid", parsing.kind(ocid))
    return ocid, release, compiled


def _content(data: dict[str, Any], changes: list[Change]) -> tuple[dict[str, Any], bool] | None:
    """Return the release that an element holds and whether it is compiled; None if it holds links only."""
    compiled, releases, versioned = (data.get(name) for name in ("compiledRelease", "releases", "versionedRelease"))
    if isinstance(compiled, dict) and compiled:
        return compiled, True
    has_versions = isinstance(versioned, dict) and parsing.is_versioned(versioned)
    if not has_versions and parsing.is_versioned(data):
        return _latest(data, changes), True
    if not isinstance(releases, list) or "tender" in data:
        return (_latest(versioned, changes), True) if has_versions else (data, "compiled" in _tags(data))
    whole = [one for one in releases if isinstance(one, dict) and "ocid" in one]
    if not whole:
        return (_latest(versioned, changes), True) if has_versions else None
    if len(whole) == 1:
        return whole[0], "compiled" in _tags(whole[0])
    return compiled_release(sorted(whole, key=lambda one: str(one.get("date") or ""))), True


def _latest(versioned: dict[str, Any], changes: list[Change]) -> dict[str, Any]:
    changes.append(Change("versioned_release", "release", "(all values)", "(the latest)"))
    return parsing.latest(versioned)


def _tags(release: dict[str, Any]) -> tuple[str, ...]:
    tags = release.get("tag")
    return (tags,) if isinstance(tags, str) else tuple(str(t) for t in tags) if isinstance(tags, list) else ()


@dataclass(frozen=True)
class Process:
    """What the statements on one process come to.

    Attributes
    ----------
    release : dict
        The compiled release; with the identifier, date and tags of the releases that went into it.
    statement : Statement
        The latest of them: the row that is kept.
    gone : list of tuple of (Statement, str)
        The others, and by which rule each was merged.
    n_releases : int
        How many releases went into it.
    """

    release: dict[str, Any]
    statement: Statement
    gone: list[tuple[Statement, str]]
    n_releases: int


def merged_process(statements: list[Statement]) -> Process:
    """Merge what is said about one process.

    ``same_release``: of statements with the same id and tags the latest counts; at the same time, that in version
    1.1; then the first. ``older_version``: a release before 1.1 does not count beside one of 1.1 with the same date and
    tags. ``in_compiled_release``: releases that are not later than the compiled release are in it. The others are
    merged (``merged_into_process``).

    Parameters
    ----------
    statements : list of Statement
        On one ocid, in the order of the files.
    """
    gone: list[tuple[Statement, str]] = []
    best: dict[Any, Statement] = {}
    for number, one in enumerate(statements):
        key = (str(one.release["id"]), one.tags) if one.release.get("id") is not None else number
        rival = best.setdefault(key, one)
        if (one.date, not one.old) > (rival.date, not rival.old):
            best[key] = one
            gone.append((rival, "same_release"))
        elif rival is not one:
            gone.append((one, "same_release"))
    left = list(best.values())
    # What an older version of the standard says at the same time as a newer one is not needed.
    new = {(one.date, one.tags) for one in left if not one.old}
    gone += [(one, "older_version") for one in left if one.old and (one.date, one.tags) in new]
    left = [one for one in left if not (one.old and (one.date, one.tags) in new)]
    if compiled := [one for one in left if one.compiled]:
        # A compiled release holds what was said until then.
        base = max(compiled, key=lambda one: (one.date, not one.old))
        others = [one for one in left if one is not base]
        is_held = [one.compiled or not base.date or one.date <= base.date for one in others]
        gone += [(one, "in_compiled_release") for one in itertools.compress(others, is_held)]
        left = [base, *(one for one, held in zip(others, is_held, strict=True) if not held)]
    left = sorted(left, key=lambda one: one.date)
    last = left[-1]
    gone += [(one, "merged_into_process") for one in left[:-1]]
    release = last.release
    if len(left) > 1:
        tags = sorted({tag for one in left for tag in one.tags})
        kept = {key: last.release.get(key) for key in ("id", "date")}
        release = compiled_release([one.release for one in left]) | kept | {"tag": tags}
    return Process(release, last, gone, len(left))


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
        alone = [merging.read(elements[0][0]) if len(elements) == 1 else None for elements in processes]
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
        changed = pa.table(
            {
                "_file": files.take(at).cast(pa.string()),
                "_line": places["line"].take(at),
                "action": pa.array(["changed"] * len(at), pa.string()),
                **{name: pa.array(getattr(notes, name), pa.string()) for name in ("rule", "column", "old", "new")},
            }
        )
        return Made(made, pa.concat_tables([entries, changed]), self._kept, *masked[1:])

    def _read(self, elements: list[Element], release: Any) -> Iterator[Kept]:
        """Read what is said about a process: in haste if nothing in it is unusual, else by the rules.

        `release` is what was read of a single element, None if that is unusual or there are several.
        """
        raw, file, line = elements[0]
        if release is None or repeats_a_key(bytes(raw)):
            yield from self._unusual(elements)
        else:
            yield release, file, line, 1

    def _unusual(self, elements: list[Element]) -> Iterator[Kept]:
        """Read elements of any version and shape, and merge those on one process by the rules."""
        by_ocid: dict[str, list[Statement]] = {}
        for element in elements:
            told = read(*element)
            if isinstance(told, Aside):
                self._gone.append((told.file, told.line, "set_aside", told.rule, told.column, told.value, ""))
            else:
                by_ocid.setdefault(told.ocid, []).append(told)
        for ocid, of_process in by_ocid.items():
            process = merged_process(of_process)
            last = process.statement
            for one, rule in process.gone:
                into = f"{self.labels[last.file]}, {last.line}"
                self._gone.append((one.file, one.line, "merged", rule, "ocid", ocid, into))
            for one in of_process:
                self._gone += [(one.file, one.line, "changed", *change) for change in one.changes]
            yield merging.built(process.release), last.file, last.line, process.n_releases


def named(blocks: Iterable[Made]) -> frozenset[str]:
    """Return the names that are a natural person's in some process and were left in another: blocks are made again."""
    persons, others = set(), set()
    for block in blocks:
        persons |= block.persons
        others |= block.others
    return frozenset(persons & others)
