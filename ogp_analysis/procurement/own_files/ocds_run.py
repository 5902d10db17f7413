"""Clean files in OCDS that belong together: one set of tables, in which each contracting process is there once.

Releases in one file and a record in another may describe one process, so files are cleaned together.
Memory grows with them by some 65 bytes a release only: where elements stand is found first, and then each process is
read and merged, a few at a time, in the order in which the files first name them.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing, nullcontext
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from ogp_analysis.base import collector, fingerprint
from ogp_analysis.base.errors import CleaningError, OgpAnalysisError, SchemaError
from ogp_analysis.base.fingerprint import changed, unchanged
from ogp_analysis.base.processes import Machines, opened, results
from ogp_analysis.data.datasets.procurement.mentions import People, everybody
from ogp_analysis.data.datasets.procurement.ocds import cleaner
from ogp_analysis.data.datasets.procurement.ocds.cleaner import BLOCK, CHUNK, MOST, Cleaner, Made
from ogp_analysis.data.datasets.procurement.ocds.columns import TYPES
from ogp_analysis.data.datasets.procurement.ocds.schemas import TABLES
from ogp_analysis.data.sources.json_corpus import Corpus, Places, Streams
from ogp_analysis.data.sources.json_elements import LISTS
from ogp_analysis.procurement.own_files import cleaning_facts
from ogp_analysis.procurement.own_files.cleaning_facts import COUNTS, Outcome, Progress, Rules, balanced, label
from ogp_analysis.procurement.own_files.flattened import flat_tables, unwrapped, write_releases
from ogp_analysis.procurement.own_files.growing import RECORD, SPOOL, Again, Growing
from ogp_analysis.procurement.own_files.masking_again import MaskingAgain

# Blocks of contracting processes, cleaned one after the other or several side by side: the same blocks either way.

#: Blocks that may be on their way for each process: one at work, one at hand, one that waits for its turn.
_AHEAD = 3
_FILES = "files"


class Task(NamedTuple):
    """A block for another process here: which one, where its elements stand, and in which folder to leave it."""

    number: int
    places: Places
    folder: str


class Sent(NamedTuple):
    """A block for another machine: its elements themselves, and what else a cleaner is given."""

    labels: list[str]
    names: frozenset[str]
    places: Places
    elements: bytes


class Left(NamedTuple):
    """A block that waits in a file: which tables are in it, how many elements it had, and the rest of what was made."""

    file: str
    tables: list[str]
    rows: int
    made: Made


def blocks(
    corpus: Corpus, out: Path, pool: Executor | None, names: frozenset[str] = frozenset()
) -> Iterator[tuple[Made, int]]:
    """Yield the blocks of a corpus in their order, each with how many releases and records came in.

    Parameters
    ----------
    corpus : Corpus
    out : pathlib.Path
        On the disk that has room for blocks that are ready before it is their turn.
    pool : concurrent.futures.Executor or None
        What :func:`ogp_analysis.base.processes.opened` returns; without it blocks are made here.
    names : frozenset of str
        Plain names of natural persons that are known from elsewhere in the files.
    """
    coming = corpus.places(BLOCK, MOST)
    if pool is not None and not pool.near:
        sent = (Sent(corpus.labels, names, *corpus.streams.packed(places)) for places in coming)
        for _, future in results(pool, partial(pool.submit, make_there), sent, ordered=True):
            yield future.result()
        return
    paths = corpus.streams.paths() if pool else None
    if pool is None or paths is None or len(corpus) <= BLOCK:
        for places in coming:
            yield made(corpus.streams, places, names), len(places.files)
        return
    begun: deque[Future] = deque(maxlen=_AHEAD * pool.size)

    def begin(task: Task) -> Future:
        begun.append(pool.submit(make, task))
        return begun[-1]

    with tempfile.TemporaryDirectory(prefix=SPOOL, dir=out) as folder, ExitStack() as last:
        # When a process was lost the others still work in the folder, which goes after they have ended.
        last.callback(lambda: wait([future for future in begun if not future.cancel()]))
        (Path(folder) / _FILES).write_text(json.dumps([corpus.labels, paths, sorted(names)]), "utf-8")
        tasks = (Task(number, places, folder) for number, places in enumerate(coming))
        for _, future in results(pool, begin, tasks, _AHEAD, ordered=True):
            left = future.result()
            with pa.memory_map(left.file) as stream:
                entries, *tables = [pa.ipc.open_stream(stream).read_all() for _ in (None, *left.tables)]
            Path(left.file).unlink()
            yield left.made._replace(tables=dict(zip(left.tables, tables, strict=True)), entries=entries), left.rows


def made(streams: Streams, places: Places, names: frozenset[str] = frozenset()) -> Made:
    """Clean a block."""
    with collector.off():
        cleaner = Cleaner(streams.labels, names)
        for some in places.parts(CHUNK):
            cleaner.add(streams.take(some))
        return cleaner.made()


def make(task: Task) -> Left:
    """Clean a block and leave it in a file."""
    streams, names = _given(task.folder)
    block = made(streams, task.places, names)
    file = Path(task.folder) / f"{task.number}.arrow"
    with pa.OSFile(str(file), "wb") as stream:
        for table in (block.entries, *block.tables.values()):
            with pa.ipc.new_stream(stream, table.schema) as writer:
                writer.write_table(table)
    rest = block._replace(tables={}, entries=block.entries.schema.empty_table())
    left = Left(str(file), list(block.tables), len(task.places.files), rest)
    del block
    pa.default_memory_pool().release_unused()
    return left


def make_there(sent: Sent) -> tuple[Made, int]:
    """Clean a block on another machine; return it, and how many elements it was made of."""
    return made(Streams.sent(sent.labels, sent.elements), sent.places, sent.names), len(sent.places.files)


@lru_cache(maxsize=1)
def _given(folder: str) -> tuple[Streams, frozenset[str]]:
    labels, paths, names = json.loads((Path(folder) / _FILES).read_bytes())
    return Streams.of(labels, paths), frozenset(names)


# Tables of OCDS that are written block by block, and appear under their names only when they are whole.

#: Columns of whose values most are there once.
_UNIQUE = tuple(
    (
        "ocid release_id tender_id bid_id award_id contract_id tenderer_id tenderer_name supplier_id supplier_name "
        "party_id party_name identifier_id"
    ).split()
)
#: Blocks of a row group: fewer and larger ones are read faster, and take less to describe, memory included.
_BLOCKS = 2


class Tables(Growing):
    """The files of a cleaning; CSV takes as long again as all the rest.

    Attributes
    ----------
    rows : dict of str to int
        Rows of each table.
    """

    def __init__(self, out: Path, slug: str, csv: bool) -> None:
        super().__init__(out, slug, csv)
        self.rows = {schema.name: 0 for schema in TABLES}
        self._held: dict[str, list[pa.Table]] = {}

    def options(self, first: pa.Table) -> dict:
        """Return how a table is written: looking for repetitions among values that do not repeat saves nothing."""
        texts = [one.name for one in first.schema if pa.types.is_string(one.type) and one.name not in _UNIQUE]
        coded = [one.name for one in first.schema if pa.types.is_dictionary(one.type)]
        options = {"compression": "zstd", "compression_level": 1, "store_schema": False, "write_statistics": False}
        return options | {"use_dictionary": [*texts, *coded]}

    def plain(self, kind: pa.DataType) -> pa.DataType:
        """Return the type of a column in a CSV file, where texts are not coded."""
        return kind.value_type if pa.types.is_dictionary(kind) else kind

    def add(self, tables: Mapping[str, pa.Table], entries: pa.Table) -> None:
        """Append a block.

        Raises
        ------
        SchemaError
            If a table does not keep its promise.
        """
        for schema in TABLES if tables else ():
            table = tables[schema.name]
            # Keys are whole by the way they are made.
            for field, column, wanted in zip(table.schema, table.columns, schema.columns, strict=True):
                kind = self.plain(field.type)
                if field.name != wanted.name or kind != TYPES[wanted.type] or (wanted.required and column.null_count):
                    where = f"{schema.name}.{wanted.name}"
                    raise SchemaError(where, "does not match its schema", "Report this with the file")
            self.rows[schema.name] += table.num_rows
            self._held.setdefault(schema.name, []).append(table)
        self._held.setdefault(RECORD, []).append(entries)
        if len(self._held[RECORD]) == _BLOCKS:
            self._write_held()

    def _write_held(self) -> None:
        held, self._held = self._held, {}
        for name, tables in held.items():
            self.append({name: pa.concat_tables(tables).unify_dictionaries()})

    def whole(self, again: Again | None = None) -> None:
        """Write what is held, and a table without rows where none had any, so that all of them are there."""
        self._write_held()
        for schema in TABLES:
            if schema.name not in self._writers:
                nothing = [pa.nulls(0, TYPES[column.type]) for column in schema.columns]
                self.append({schema.name: pa.table(nothing, names=schema.names)})
        super().whole(again)


KEY = "ocid"
_NOT_JSON = "not_json"
_SLUG = "ocds"
#: Bytes below which starting processes takes longer than they save.
_SMALL = 32 * 2**20


class _Again(Exception):
    """All files must be read again, for a reason that a reading has shown.

    Attributes
    ----------
    unsound : dict of str to OgpAnalysisError
        Files that are not valid JSON, so that their elements cannot be kept apart.
    names : frozenset of str
        Plain names that are natural persons' in one process and were left in another.
    """

    def __init__(self, unsound: dict | None = None, names: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.unsound, self.names = unsound or {}, names


def clean(
    files: list[Path], kind: str, out: Path, csv: bool, progress: Progress, jobs: int | Machines = 1
) -> list[Outcome]:
    """Clean files in OCDS that belong together, unless nothing changed since; what was there before is replaced.

    Parameters
    ----------
    files : list of pathlib.Path
        As :func:`cleaned`.
    kind : str
        Of the files.
    out : pathlib.Path
        Folder to write into; it holds one set of files in OCDS.
    csv : bool
        Whether to write CSV beside Parquet.
    progress : callable
        As :func:`cleaned`.
    jobs : int or Machines
        As :func:`cleaned`.

    Returns
    -------
    list of Outcome
        One for each file, also inside a zip, in the order given; files that cannot be read fail alone.
    """
    named = labelled(files)
    try:
        facts, what = cleaning_facts.known(out, _SLUG), "current"
        with ThreadPoolExecutor(1) as beside:
            # Hash in the background: only an earlier cleaning needs the hashes at the start.
            contents = beside.submit(_contents, named)
            basis = beside.submit(_basis, named, contents, kind, csv)
            if not cleaning_facts.is_current(out, facts, facts and basis.result()):
                # No table may mix two sets of files.
                cleaning_facts.remove(out, _SLUG, facts)
                out.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryDirectory(prefix=SPOOL, dir=out) as work:
                    read, faults = _as_releases(named, Path(work))
                    hashes = contents.result if read == named else None
                    facts, what = cleaned(read, out, _SLUG, csv, progress, jobs, hashes), "cleaned"
                    facts["faults"] |= faults
                _check_unchanged(named, _times(named), contents.result())
                masked, found = facts.pop("masked"), basis.result()
                shown = {masked.get(name, name): content for name, content in found["files"].items()}
                facts["basis"] = found | {"files": shown}
                cleaning_facts.put(out, _SLUG, facts)
    except (OSError, OgpAnalysisError) as error:
        fault = cleaning_facts.fault(label(list(named)), error)
        return [Outcome(name, "failed", fault=fault) for name in named]
    done = []
    for name, counts in facts["files"].items():
        if counts["rows_in"] or facts["counted"][name]:
            done.append(Outcome(name, what, **counts, counted=facts["counted"][name]))
        else:
            done.append(Outcome(name, "passed over", fault=f"{name}: holds no release or record."))
    return done + [Outcome(name, "failed", fault=fault) for name, fault in facts["faults"].items()]


def _as_releases(named: dict[str, Path], work: Path) -> tuple[dict[str, Path], dict[str, str]]:
    """Return the files to read, flat tables as releases and packages without their wrapper, and the rows left out."""
    flat = {name: found for name, file in named.items() if (found := flat_tables(file, name))}
    read = dict(named)
    for number, (name, file) in enumerate(named.items()):
        if name not in flat and (found := unwrapped(file, name)):
            read[name] = work / f"{number}.jsonl"
            read[name].write_bytes(b"".join(one + b"\n" for one in found))
    if not flat:
        return read, {}
    releases = work / "releases.jsonl"
    with releases.open("wb") as stream:
        faults = write_releases((table for found in flat.values() for table in found), work, stream)
    return {n: file for n, file in read.items() if n not in flat} | {label(list(flat)): releases}, faults


def labelled(files: list[Path]) -> dict[str, Path]:
    """Return files by name; if two share theirs, all by their path below the folder that they have in common."""
    names = {file.name: file for file in files}
    if len(names) == len(files):
        return names
    whole = [file.absolute() for file in files]
    folder = Path(os.path.commonpath([file.parent for file in whole]))
    return {file.relative_to(folder).as_posix(): file for file in dict.fromkeys(whole)}


def _contents(files: Mapping[str, Path]) -> dict[str, str]:
    return {name: fingerprint.of_file(file) for name, file in files.items() if file.is_file()}


def _times(files: Mapping[str, Path]) -> dict[str, tuple[int, ...]]:
    found = {name: file.stat() for name, file in files.items() if file.is_file()}
    return {name: (one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns) for name, one in found.items()}


def _check_unchanged(files: Mapping[str, Path], times: dict[str, tuple[int, ...]], contents: dict[str, str]) -> None:
    """Raise if a file has changed; hashing ran while the files were read, so their times count too."""
    for name, file in files.items():
        if name in contents:
            unchanged(file, name, contents[name])
    after = _times(files)
    for name in {**times, **after}:
        if times.get(name) != after.get(name):
            raise changed(name)


def _basis(files: dict[str, Path], hashed: Future[dict[str, str]], kind: str, csv: bool) -> dict:
    contents = hashed.result()
    return {
        "sha256": next(iter(contents.values())) if len(contents) == 1 else fingerprint.of_value(contents),
        "names": fingerprint.of_value(list(files)),
        "files": contents,
        "kind": kind,
        "csv": csv,
        **cleaning_facts.code(),
    }


def cleaned(
    files: Mapping[str, Path],
    out: Path,
    slug: str,
    csv: bool,
    progress: Progress,
    jobs: int | Machines = 1,
    contents: Callable[[], dict[str, str]] | None = None,
) -> dict:
    """Clean files in OCDS, and return what was done.

    Parameters
    ----------
    files : mapping of str to pathlib.Path
        JSON, JSON lines, or gz or zip files of them, of any version of the standard, each with its label.
    out : pathlib.Path
        Folder to write into.
    slug : str
        Name of the files to write.
    csv : bool
        Whether to write CSV beside Parquet.
    progress : callable
        Called with the names of the files and the number of elements done in all.
    jobs : int or Machines
        How many processes work in parallel, or on which cluster; the result is the same.
    contents : callable, optional
        Returns the SHA-256 of each file by its label; by default they are hashed first.

    Returns
    -------
    dict
        ``file`` (what the page calls them), ``balance``, ``files`` (balance by file), ``faults`` (files that could
        not be read), ``rules``, ``tables``, ``outputs``; ``masked``, what stands for names of files that name a person.

    Raises
    ------
    OgpAnalysisError
        If nothing can be read, nothing of it kept, or a file changes on the way.
    """
    times, hashes = _times(files), contents or partial(dict, _contents(files))

    def still() -> None:
        _check_unchanged(files, times, hashes())

    size = sum(file.stat().st_size for file in files.values() if file.is_file())
    # Processes begin while files are searched.
    pool = opened(jobs, __name__) if size > _SMALL else nullcontext()
    known = _Again()
    with pool as at_work:
        while True:
            corpus = Corpus(files, KEY, LISTS, out, cleaner.process_of, known=known.unsound)
            try:
                return _run(files, corpus, Tables(out, slug, csv), progress, at_work, known.names, still)
            except _Again as found:
                known = _Again(known.unsound | found.unsound, known.names | found.names)


def _run(
    files: Iterable[str],
    corpus: Corpus,
    tables: Tables,
    progress: Progress,
    pool: Executor | None,
    names: frozenset[str],
    still: Callable[[], None],
) -> dict:
    gone, rows = Counter(), 0
    persons: set[str] = set()
    others: set[str] = set()
    people: list[People] = []
    kept = np.zeros(len(corpus.labels), np.int64)
    with closing(corpus), tables:
        for block, count in blocks(corpus, tables.out, pool, names):
            _count(block.entries, gone, corpus)
            tables.add(block.tables, block.entries)
            kept += block.kept
            persons |= block.persons
            others |= block.others
            people.append(block.people)
            rows += count
            progress(label(corpus.labels), rows)
            del block  # not to be kept while the next one is made
        if left := frozenset(persons & others) - names:
            raise _Again(names=left)
        again = MaskingAgain(everybody(people), [*files, *corpus.labels])
        tables.whole(again)
        facts = _facts(corpus, kept.tolist(), gone, again.rules) | {"counted": corpus.counted()}
        still()
    pa.default_memory_pool().release_unused()
    faults = {name: str(fault) for name, fault in corpus.faults.items()}
    facts |= {"faults": faults, "tables": tables.rows, "outputs": tables.outputs, "generations": [_SLUG]}
    for of in ("files", "counted", "faults"):
        facts[of] = {again.files.get(name, name): told for name, told in facts[of].items()}
    for name, mask in again.files.items():
        facts["faults"] = {shown: told.replace(name, mask) for shown, told in facts["faults"].items()}
    return facts | {"file": label(list(facts["files"])), "masked": again.files}


def _count(entries: pa.Table, gone: Counter, corpus: Corpus) -> None:
    away = entries.filter(pa.compute.not_equal(entries["action"], "changed"))
    if not away.num_rows:
        return
    if _NOT_JSON in set(away["rule"].to_pylist()):
        odd = away.filter(pa.compute.equal(away["rule"], _NOT_JSON))
        for name, number in zip(odd["_file"].to_pylist(), odd["_line"].to_pylist(), strict=True):
            if fault := corpus.unsound(name, number):
                raise _Again(unsound={name: fault})
    gone.update(zip(away["_file"].to_pylist(), away["action"].to_pylist(), strict=True))


def _facts(corpus: Corpus, kept: list[int], gone: Counter, rules: Rules) -> dict:
    files = {}
    for name, rows_in, of_file in zip(corpus.labels, corpus.sizes, kept, strict=True):
        files[name] = {"rows_in": rows_in, "kept": of_file}
        files[name] |= {action: gone[name, action] for action in ("set_aside", "merged")}
        balanced(name, files[name], "releases and records", "file")
    total = {name: sum(one[name] for one in files.values()) for name in COUNTS}
    if not total["kept"]:
        if not corpus.labels and corpus.faults:
            raise next(iter(corpus.faults.values()))
        hold = "holds" if len(corpus.labels) == 1 else "hold"
        found = f"{hold} {total['rows_in']} releases and records, of which none could be kept"
        what = found if total["rows_in"] else f"{hold} no release or record"
        raise CleaningError(label(corpus.labels), what, "Check that they are in OCDS")
    return {
        "file": label(corpus.labels),
        "balance": total | {"changed": rules.entries["changed"]},
        "files": files,
        "rules": rules.listed(),
    }
