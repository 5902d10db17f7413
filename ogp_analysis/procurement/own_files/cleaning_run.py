"""Clean files of a user's own: tidy tables, the record and a page that says what was done, one chunk at a time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from contextlib import ExitStack, closing, nullcontext
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ogp_analysis.base import collector, fingerprint
from ogp_analysis.base.contents import unchanged
from ogp_analysis.base.errors import (
    CleaningError,
    OgpAnalysisError,
    ParameterError,
    UnknownName,
    near,
)
from ogp_analysis.base.lock import only_one
from ogp_analysis.base.processes import Machines, opened, results
from ogp_analysis.base.words import LANGUAGES
from ogp_analysis.procurement.own_files import cleaning_facts, cleaning_summary, links, parts
from ogp_analysis.procurement.own_files.cleaning_facts import COUNTS, Outcome, Progress
from ogp_analysis.procurement.own_files.column_map import ColumnMap
from ogp_analysis.procurement.own_files.given_files import files_in
from ogp_analysis.procurement.own_files.spilled import Spilled
from ogp_analysis.sources import counting
from ogp_analysis.sources.delimited import opening
from ogp_analysis.sources.packed import Table, tables
from ogp_analysis.tidy.catalog import DATASETS

if TYPE_CHECKING:
    import pandas as pd

    from ogp_analysis.tidy.record import Cleaned

#: Kinds of files that can be cleaned this way, and the module that has the cleaner and its layouts.
KINDS = {
    "compranet": "ogp_analysis.procurement.datasets.compranet.dataset",
    "ocds": "ogp_analysis.procurement.datasets.ocds.dataset",
    "table": "ogp_analysis.procurement.own_files.mapped",
}
#: The kind of a table in a form of its own, which takes a map of its columns.
MAPPED = "table"
#: Those of which all files given are cleaned together.
_TOGETHER = ("ocds",)
#: Bytes below which starting processes takes longer than they save.
_SMALL = 32 * 2**20
_SLUG = 60
#: Signs of the hash at the end of it, and what stands before that of a file whose name names a natural person.
_HASH, _UNNAMED = 8, "unnamed-"


class Unrecognised(CleaningError):
    """None of the first lines of a table holds column names that are known."""


class _Order(NamedTuple):
    """What :func:`clean_files` is asked for, with the layout or the map of columns."""

    kind: str
    out: Path
    layout: str | ColumnMap
    progress: Progress
    jobs: int | Machines


def clean_files(
    files: Iterable[Path],
    kind: str,
    out: Path,
    layout: str = "",
    progress: Progress = lambda label, rows: None,
    language: str = LANGUAGES[0],
    csv: bool = False,
    jobs: int | Machines = 1,
    columns: ColumnMap | None = None,
) -> list[Outcome]:
    """Clean files and write ``out``: tables and record as Parquet and CSV, one file each a table read, and a page.

    ``parquet/<table>/`` and ``csv/<table>/`` can be read as one table each. A table that was cleaned
    before is skipped if the content of its file, the layout asked for and the code are the same. A table
    that fails does not stop the others. Repeats are recognised within a table. Memory is bounded by the chunk; only a
    workbook is in memory as a whole. Files in OCDS are cleaned together, since one process may stand in
    several of them: see :mod:`.ocds_run`.

    Parameters
    ----------
    files : iterable of pathlib.Path
        Delimited texts, workbooks, or zip or gz files of them; of a folder, those that may be tables or OCDS.
    kind : str
        A key of :data:`KINDS`, or a dataset of the catalogue; empty to tell it from the files.
    out : pathlib.Path
        Folder to write into.
    layout : str
        Layout of those tables that have no line of column names; files it is given for are of CompraNet.
    progress : callable
        Called with the label of a table and the number of its rows that are clean so far.
    language : str
        Of the page.
    csv : bool
        Whether tables of OCDS are written as CSV too; those of other kinds always are.
    jobs : int or Machines
        How many processes clean large files in parallel, or on which cluster; the result is the same.
    columns : ColumnMap, optional
        What each column holds in a table of an unknown layout; for the kind ``table`` only.

    Returns
    -------
    list of Outcome
        Missing files first, then the others in the order given; a file given twice is cleaned once.

    Raises
    ------
    UnknownName
        If there is no such kind or layout.
    ParameterError
        If no file exists, or the files are of several kinds; if `out` is not a folder.
        If a layout is given for files that are not of CompraNet.
        If the map of columns is missing, or comes with files whose columns are known.
    BusyError
        If another process writes into `out`.
    SourceError
        If no kind is given and no file's columns show it; names the nearest layouts.
        If the facts of an earlier cleaning in `out` are not in the form that a cleaning writes.
        If the page cannot be written.
    """
    if kind not in ("", *KINDS, *DATASETS):
        nearest = near(kind, {*KINDS, *DATASETS}, "ogp-analysis list")
        raise UnknownName(f"kind of file {kind[:40]!r}", "is not known", nearest)
    if layout:
        from ogp_analysis.procurement.datasets import layouts

        kind = kind or "compranet"
        if kind != "compranet":
            what = f"goes with files of CompraNet alone, not with the kind {kind!r}"
            raise ParameterError(f"layout {layout[:40]!r}", what, "Leave it out")
        layouts.layout(layout)
    out = Path(out)
    if out.exists() and not out.is_dir():
        raise ParameterError(out.name, "is not a folder", "Name a folder for --out")
    given, empty = [], []
    for file in map(Path, dict.fromkeys(files)):
        try:
            given += files_in([file], out)
        except ParameterError as nothing:
            empty.append(nothing)
    if empty and not given:
        raise empty[0]
    if not kind and columns is not None:
        kind = MAPPED
    elif not kind:
        from ogp_analysis.procurement.own_files.recognised_kind import kind_of_all

        kind = kind_of_all(given)
    if (kind == MAPPED) != (columns is not None):
        what = "needs a map of its columns" if columns is None else "takes no map of columns"
        raise ParameterError(f"kind of file {kind!r}", what, f"Give a map with the kind {MAPPED!r}, and only with it")
    with only_one(out / ".lock", f"cleaning into {out.name}"):
        cleaning_facts.check_folders(out)
        cleaning_facts.every(out)
        parts.remove(out)
        if kind not in KINDS:
            from ogp_analysis.procurement.own_files import catalogue_run

            done = catalogue_run.clean(given, kind, out, progress)
        elif kind in _TOGETHER:
            from ogp_analysis.procurement.own_files import ocds_run

            done = ocds_run.clean(given, kind, out, csv, progress, jobs)
        else:
            order = _Order(kind, out, columns or layout, progress, jobs)
            done = [one for file in given for one in _of_file(file, order)]
        done = [*(Outcome(nothing.where, "failed", fault=str(nothing)) for nothing in empty), *done]
        found = links.write(out) if kind == "compranet" else None
        cleaning_summary.write(out, cleaning_facts.every(out), done, language, found)
    return done


def forget(out: Path, files: Iterable[Path]) -> None:
    """Remove the cleaned tables of files that are no longer among `files`, or have changed since.

    Each cleaning of OCDS files replaces the one before, so their tables stay.
    """
    contents = {fingerprint.of_file(file) for file in files if Path(file).is_file()}
    with only_one(out / ".lock", f"cleaning into {out.name}"):
        cleaning_facts.check_folders(out)
        for file in sorted((out / cleaning_facts.FOLDER).glob("[!.]*.json")):
            facts = cleaning_facts.known(out, file.stem)
            if facts["basis"]["kind"] not in _TOGETHER and facts["basis"]["sha256"] not in contents:
                cleaning_facts.remove(out, file.stem, facts)


def _of_file(file: Path, order: _Order) -> list[Outcome]:
    try:
        content = fingerprint.of_file(file)
        found, others = tables(file, file.name)
    except (OSError, OgpAnalysisError) as error:
        return [Outcome(file.name, "failed", fault=cleaning_facts.fault(file.name, error))]
    done = [_of_table(file, table, content, order) for table in found]
    unknown = [one for one in done if one.what == "passed over"]
    if len(unknown) == len(done):
        return [Outcome(one.label, "failed", fault=one.fault) for one in unknown]
    return done + [Outcome(name, "passed over", fault=f"{name}: is not a table.") for name in others]


def _of_table(file: Path, table: Table, content: str, order: _Order) -> Outcome:
    try:
        layout = order.layout if isinstance(order.layout, str) else order.layout.text()
        basis = {"sha256": content, "name": table.label, "kind": order.kind, "layout": layout}
        basis |= cleaning_facts.code()
        # Readable, and its own as long as labels and contents differ.
        readable = re.sub(r"[^A-Za-z0-9]+", "-", re.sub(r"\.\w{2,4}(?=$|[/ ])", "", table.label)).strip("-")
        hashed = fingerprint.of_value([table.label, content])[:_HASH]
        slug = f"{readable[:_SLUG]}-{hashed}"
        slug = slug if (facts := cleaning_facts.known(order.out, slug)) else f"{_UNNAMED}{hashed}"
        facts, what = facts or cleaning_facts.known(order.out, slug), "current"
        if not cleaning_facts.is_current(order.out, facts, basis):
            many = opened(order.jobs, KINDS[order.kind]) if file.stat().st_size > _SMALL else nullcontext()
            with many as pool:
                still = partial(unchanged, file, table.label, content)
                made, done = _cleaned(table, order, f"{readable[:_SLUG]}-{hashed}", still, pool)
            if made != slug:
                cleaning_facts.remove(order.out, slug, facts)
            slug, facts, what = made, done, "cleaned"
            cleaning_facts.put(order.out, slug, facts | {"basis": basis | {"name": facts["file"]}})
        counts = (facts["balance"][name] for name in COUNTS)
        return Outcome(table.label, what, *counts, *facts["counted"].values())
    except (OSError, OgpAnalysisError) as error:
        what = "passed over" if isinstance(error, Unrecognised) else "failed"
        return Outcome(table.label, what, fault=cleaning_facts.fault(table.label, error))


def _cleaned(table: Table, order: _Order, slug: str, still: Callable[[], None], pool: Executor | None) -> tuple:
    """Clean a table, and return the name of its files, without ending, and what was done."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from ogp_analysis.base.conformance import promised
    from ogp_analysis.procurement.datasets.mentions import everybody
    from ogp_analysis.procurement.own_files.growing import RECORD, Growing
    from ogp_analysis.procurement.own_files.masking_again import MaskingAgain
    from ogp_analysis.procurement.own_files.tally import balanced
    from ogp_analysis.sources.delimited import reading
    from ogp_analysis.tidy import raw_text

    cleaner = import_module(KINDS[order.kind])
    schemas = cleaner.SCHEMAS if order.kind == MAPPED else cleaner.DATASET.schemas
    table_file, layout = _opened(table, order.layout)
    sizes, generations, counts = Counter(), set(), dict.fromkeys((*COUNTS, "changed"), 0)
    with ExitStack() as spills, Growing(order.out, slug) as growing:
        finisher = cleaner.Finisher(lambda: spills.enter_context(closing(Spilled(order.out))))
        tasks = ((order.kind, layout, chunk) for chunk in reading.mended(table_file))
        beside = results(pool, partial(pool.submit, clean_chunk), tasks, ordered=True) if pool else ()
        for part, entries in (future.result() for _, future in beside) if pool else map(clean_chunk, tasks):
            # Chunks of frames hold no cycles that a search would find, but thousands of objects that it looks at.
            with collector.off():
                part = raw_text.noted(finisher.finish(part), entries)
                found = promised(part.tables, schemas)
                told = pa.Table.from_pandas(part.record.entries, preserve_index=False).replace_schema_metadata(None)
                growing.append(found | {RECORD: told})
                for name, piece in found.items():
                    sizes[name] += len(piece)
                    generations.update(pc.unique(piece["generation"]).to_pylist())
                counts["rows_in"] += sum(part.record.rows_in.values())
                counts["kept"] += sum(part.record.kept.values())
                order.progress(table.label, counts["rows_in"])
                # Nothing of a chunk stays in memory while the next is read.
                del part, entries, found, piece, told
        again = MaskingAgain(everybody(one for one in finisher.people if one), [table.label])
        growing.whole(again)
        if again.files:
            growing.rename(f"{_UNNAMED}{slug[-_HASH:]}")
        rules = again.rules
        counts |= {action: rules.entries[action] for action in ("set_aside", "merged", "changed")}
        if counts["rows_in"] and not counts["kept"]:
            what = f"none of its {counts['rows_in']} rows could be kept, for example {rules.example()}"
            raise CleaningError(table.label, what, "Check delimiter and column names in a text editor")
        balanced(table.label, counts, "rows", "layout of the file")
        still()
        # Rows are counted a second time, in a way that shares nothing with the reader, where there is one.
        if table.is_workbook:
            counted = counting.rows(table.content, table.label, table.sheet, table_file.before)
            counted = counts["rows_in"] if counted is None else counted
        else:
            counted = counting.lines(table.content, table_file.before, table_file.delimiter, cells_say=True)
    label = again.files.get(table.label, table.label)
    return growing.slug, {
        "file": label,
        "balance": counts,
        "counted": {label: counted},
        "rules": rules.listed(),
        "tables": dict(sizes),
        "generations": sorted(generations),
        "outputs": growing.outputs,
    }


@collector.off()
def clean_chunk(task: tuple[str, str | ColumnMap, pd.DataFrame]) -> tuple[Cleaned, list[pd.DataFrame]]:
    """Return a chunk of raw text cleaned by itself, and the entries on what was removed from its text before."""
    from ogp_analysis.tidy import raw_text

    kind, layout, chunk = task
    chunk, entries = raw_text.freed(chunk)
    return import_module(KINDS[kind]).clean_contracts(chunk, layout), entries


def _opened(table: Table, layout: str | ColumnMap) -> tuple:
    """Return how to read a table, and its layout if no line of column names shows it."""
    from ogp_analysis.procurement.datasets import layouts

    head = opening.head(table.content, table.label, 40, sheet=table.sheet, is_workbook=table.is_workbook)
    if isinstance(layout, ColumnMap):
        # The line with most names of the map holds the column names.
        known = set(layout.names)
        names = [(line, {" ".join(cell.split()) for cell in cells}) for line, cells in head.records]
        line = max(names, key=lambda one: (len(known & one[1]), -one[0]), default=(1, set()))[0]
        opened = opening.opened(table.content, table.label, line - 1, sheet=table.sheet, known=head)
        layout.check(opened.columns, table.label)
        return opened, layout
    for line, cells in head.records:
        if layouts.recognised(cells):
            return opening.opened(table.content, table.label, line - 1, sheet=table.sheet, known=head), ""
    if layout:
        return opening.opened(table.content, table.label, names=False, sheet=table.sheet, known=head), layout
    from ogp_analysis.procurement.datasets.compranet.dataset import layouts_by_content

    records = [cells for _, cells in head.records]
    if not any(cell.strip() for cells in records for cell in cells):
        raise Unrecognised(table.label, "is empty", "Download it again")
    fitting = layouts_by_content(records)
    if len(fitting) == 1:
        return opening.opened(table.content, table.label, names=False, sheet=table.sheet, known=head), fitting[0]
    what = "none of its first lines holds the column names of a layout that is known"
    if misses := layouts.near_misses(records):
        what += f"; it has {'; or '.join(misses[:2])}"
    action = "If it is a table of contracts without column names, name its layout, for example --layout B2"
    if fitting:
        what += f", and its cells fit the layouts {' and '.join(fitting)}"
        action = f"Name the one it has: --layout {fitting[0]}"
    raise Unrecognised(table.label, what, action)
