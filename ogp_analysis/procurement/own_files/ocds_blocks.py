"""Blocks of contracting processes, cleaned one after the other or several side by side: the same blocks either way."""

from __future__ import annotations

import json
import tempfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, Future, wait
from contextlib import ExitStack
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from ogp_analysis.base import collector
from ogp_analysis.base.processes import results
from ogp_analysis.procurement.datasets.ocds.cleaner import BLOCK, CHUNK, MOST, Cleaner, Made
from ogp_analysis.procurement.own_files.parts import SPOOL
from ogp_analysis.sources.json_corpus import Corpus
from ogp_analysis.sources.json_places import Places, Streams

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
