"""Clean files in OCDS that belong together: one set of tables, in which each contracting process is there once.

Releases in one file and a record in another may describe one process, so files are cleaned together.
Memory does not grow with them: where elements stand is found first, and then each process is read and merged, a few at
a time, in the order in which the files first name them.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing, nullcontext
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from ogp_analysis.base import fingerprint
from ogp_analysis.base.contents import changed, unchanged
from ogp_analysis.base.errors import CleaningError, OgpAnalysisError
from ogp_analysis.base.processes import Machines, opened
from ogp_analysis.procurement.datasets.mentions import People, everybody
from ogp_analysis.procurement.datasets.ocds import statements
from ogp_analysis.procurement.own_files import cleaning_facts, ocds_blocks
from ogp_analysis.procurement.own_files.cleaning_facts import COUNTS, Outcome, Progress, label
from ogp_analysis.procurement.own_files.flattened import flat_tables, write_releases
from ogp_analysis.procurement.own_files.masking_again import MaskingAgain
from ogp_analysis.procurement.own_files.ocds_tables import Tables
from ogp_analysis.procurement.own_files.parts import SPOOL
from ogp_analysis.procurement.own_files.tally import Rules, balanced
from ogp_analysis.procurement.own_files.wrapped import unwrapped
from ogp_analysis.sources.json_corpus import Corpus
from ogp_analysis.sources.json_elements import LISTS, hash_of

KEY = "ocid"
_NOT_JSON = "not_json"
_SLUG = "ocds"
#: Bytes below which starting processes takes longer than they save.
_SMALL = 32 * 2**20


class _Again(Exception):
    """All files must be read again, for a reason that a reading has shown.

    Attributes
    ----------
    key : tuple
        How the process of an element is found, if it is not where it was guessed to be.
    unsound : dict of str to OgpAnalysisError
        Files that are not valid JSON, so that their elements cannot be kept apart.
    names : frozenset of str
        Plain names that are natural persons' in one process and were left in another.
    """

    def __init__(self, key: tuple = (), unsound: dict | None = None, names: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.key, self.unsound, self.names = key, unsound or {}, names


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
    pool = opened(jobs, ocds_blocks.__name__) if size > _SMALL else nullcontext()
    known = _Again()
    with pool as at_work:
        while True:
            corpus = Corpus(files, KEY, LISTS, out, *known.key, known=known.unsound)
            try:
                return _run(files, corpus, Tables(out, slug, csv), progress, at_work, known.names, still)
            except _Again as found:
                unsound = known.unsound | found.unsound
                known = _Again(found.key or known.key, unsound, known.names | found.names)


def _run(
    files: Iterable[str],
    corpus: Corpus,
    tables: Tables,
    progress: Progress,
    pool: Executor | None,
    names: frozenset[str],
    still: Callable[[], None],
) -> dict:
    gone, hashes, rows = Counter(), [], 0
    persons: set[str] = set()
    others: set[str] = set()
    people: list[People] = []
    kept = np.zeros(len(corpus.labels), np.int64)
    with closing(corpus), tables:
        for block, count in ocds_blocks.blocks(corpus, tables.out, pool, names):
            _count(block.entries, gone, corpus)
            tables.add(block.tables, block.entries)
            ocids = block.tables["processes"]["ocid"].to_pylist() if block.tables else []
            hashes.append(np.fromiter(map(hash_of, ocids), np.int64, len(ocids)))
            kept += block.kept
            persons |= block.persons
            others |= block.others
            people.append(block.people)
            rows += count
            progress(label(corpus.labels), rows)
            del block  # not to be kept while the next one is made
        if hashes and not corpus.exact:
            # Each process must have come out once; if not, keys were not where they were looked for.
            found = np.concatenate(hashes)
            hashes.clear()
            found.sort()
            if (found[1:] == found[:-1]).any():
                raise _Again((statements.process_of,))
        if left := frozenset(persons & others) - names:
            raise _Again(names=left)
        again = MaskingAgain(everybody(people), [*files, *corpus.labels])
        tables.whole(again)
        counted = corpus.counted()
        if corpus.guessed and list(counted.values()) != corpus.sizes:
            raise _Again((statements.process_of,))
        facts = _facts(corpus, kept.tolist(), gone, again.rules) | {"counted": counted}
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
        if corpus.guessed:
            raise _Again((statements.process_of,))
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
