"""Clean files in OCDS that belong together: one set of tables, in which each contracting process is there once.

A process is told by releases in one file and by a record in another, so files are cleaned together, not one by one.
Memory does not grow with them: where elements stand is found first, and then each process is read and merged, a few at
a time, in the order in which the files first name them.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa

from ogp_analysis.cleaning.procurement import ocds, ocds_statements
from ogp_analysis.sources.json_corpus import Corpus
from ogp_analysis.sources.json_elements import LISTS, hash_of
from ogp_analysis.store.ocds_tables import Rules, Tables, balanced

KEY = "ocid"
_NOT_JSON = "not_json"

Progress = Callable[[str, int], None]


class _Guessed(Exception):
    """Something in the file is not where it was guessed to be."""


def cleaned(files: list[Path], out: Path, slug: str, csv: bool, progress: Progress) -> dict:
    """Clean files in OCDS, and return what was done.

    Parameters
    ----------
    files : list of pathlib.Path
        JSON, JSON lines, or gz or zip files of them, of any version of the standard.
    out : pathlib.Path
        Folder to write into.
    slug : str
        Name of the files to write.
    csv : bool
        Whether to write CSV beside Parquet.
    progress : callable
        Told the name of a file and how many elements are done in all.

    Returns
    -------
    dict
        ``balance``, ``files`` (balance by file), ``faults`` (files that could not be read), ``rules``, ``tables``,
        ``outputs``.

    Raises
    ------
    OgpAnalysisError
        If nothing can be read, or nothing of it kept.
    """
    try:
        return _run(Corpus(files, KEY, LISTS, out), out, slug, csv, progress)
    except _Guessed:
        return _run(Corpus(files, KEY, LISTS, out, _ocid), out, slug, csv, progress)


def _ocid(raw: bytes) -> str | None:
    told = ocds_statements.read(raw, 0, 0)
    return None if isinstance(told, ocds_statements.Aside) else told.ocid


def _run(corpus: Corpus, out: Path, slug: str, csv: bool, progress: Progress) -> dict:
    rules, gone = Rules(), Counter()
    with closing(corpus), Tables(out, slug, csv) as tables, _without_collector():
        hashes: list[np.ndarray] = []

        def emit(made: dict[str, pa.Table], entries: pa.Table) -> None:
            _count(entries, gone, corpus)
            tables.add(made, entries)
            rules.add(entries)

        cleaner = ocds.Cleaner(corpus.labels, emit)
        for groups in corpus.groups(ocds.CHUNK):
            ocids = cleaner.add(corpus.take(groups))
            hashes.append(np.fromiter(map(hash_of, ocids), np.int64, len(ocids)))
            progress(corpus.labels[-1], sum(cleaner.rows_in))
        cleaner.flush()
        tables.whole()
        _check_once(hashes, corpus)
        facts = _facts(cleaner, gone, rules)
    return facts | {"faults": corpus.faults, "tables": tables.rows, "outputs": tables.outputs}


def _check_once(hashes: list[np.ndarray], corpus: Corpus) -> None:
    """Each process must have come out once; if not, keys were not where they were looked for."""
    found = np.concatenate(hashes) if hashes else np.empty(0, np.int64)
    if not corpus.exact and len(found) and (np.diff(np.sort(found)) == 0).any():
        raise _Guessed


def _count(entries: pa.Table, gone: Counter, corpus: Corpus) -> None:
    away = entries.filter(pa.compute.not_equal(entries["action"], "changed"))
    if not away.num_rows:
        return
    if corpus.guessed and _NOT_JSON in set(away["rule"].to_pylist()):
        raise _Guessed
    gone.update(zip(away["_file"].to_pylist(), away["action"].to_pylist(), strict=True))


def _facts(cleaner: ocds.Cleaner, gone: Counter, rules: Rules) -> dict:
    files = {}
    for label, rows_in, kept in zip(cleaner.labels, cleaner.rows_in, cleaner.kept, strict=True):
        counts = {"rows_in": rows_in, "kept": kept}
        counts |= {action: gone[label, action] for action in ("set_aside", "merged")}
        balanced(label, **counts)
        files[label] = counts
    total = {name: sum(one[name] for one in files.values()) for name in ("rows_in", "kept", "set_aside", "merged")}
    return {"balance": total | {"changed": rules.count("changed")}, "files": files, "rules": rules.listed()}


@contextmanager
def _without_collector() -> Iterator[None]:
    """Nothing that is made here refers to itself; looking for what does takes a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
