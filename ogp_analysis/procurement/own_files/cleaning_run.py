"""Clean files of a user's own: tidy tables, the record and a page that says what was done, one chunk at a time."""

from __future__ import annotations

import base64
import hashlib
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import replace
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import jinja2
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ogp_analysis.base import beside, collector, fingerprint, kept
from ogp_analysis.base.conformance import promised
from ogp_analysis.base.countries import known as known_name
from ogp_analysis.base.errors import CleaningError, MessageError, OgpAnalysisError, ParameterError, SourceError
from ogp_analysis.base.fingerprint import unchanged
from ogp_analysis.base.lock import only_one
from ogp_analysis.base.processes import Machines, results
from ogp_analysis.base.schema import FILE
from ogp_analysis.base.words import LANGUAGES, word
from ogp_analysis.base.words.catalogue import entry
from ogp_analysis.base.words.sentence import Sentence, count, decimal, flat
from ogp_analysis.data.cleaning.catalog import DATASETS
from ogp_analysis.data.cleaning.dataset import freed, noted
from ogp_analysis.data.cleaning.overrides import NONE, Overrides
from ogp_analysis.data.cleaning.record import Cleaned
from ogp_analysis.data.datasets.procurement import layouts
from ogp_analysis.data.datasets.procurement.compranet.dataset import layouts_by_content
from ogp_analysis.data.datasets.procurement.mentions import everybody
from ogp_analysis.data.sources import counting, delimited
from ogp_analysis.data.sources.packed import Table, tables
from ogp_analysis.data.store.adding import built_apart
from ogp_analysis.procurement.own_files import cleaning_facts, contract_rows, growing, ocds_run
from ogp_analysis.procurement.own_files.cleaning_facts import COUNTS, Outcome, Progress, Rules, balanced
from ogp_analysis.procurement.own_files.column_map import ColumnMap
from ogp_analysis.procurement.own_files.given_files import files_in, kind_of_all
from ogp_analysis.procurement.own_files.growing import RECORD, Growing
from ogp_analysis.procurement.own_files.masking_again import MaskingAgain
from ogp_analysis.procurement.publications import STATUSES, Links

# One page that says what a cleaning did to a user's files, in the language asked for.

PAGE = "summary.html"
AREA = "cleaning"
_ACTIONS = ("set_aside", "merged", "changed")
#: Rules on whole columns, which the page names by themselves.
_APART = {"unused": "column_not_used", "absent": "column_absent"}
#: Kinds of files of which every rule and layout has its words.
_WORDED = ("compranet", "ocds", "table")
#: What a record says in place of a value or about a row, and the message that says it in each language.
_SAID = {
    "natural_person": r"\(natural person\)",
    "as_published": r"\(as published\)",
    "tidied": r"\(tidied\)",
    "text_names_person": r"\(text names a natural person\)",
    "text_names_official": r"\(text names an official\)",
    "withheld": r"\(withheld\)",
    "values": r"\((\d+) values\)",
    "same": r"the same as line (\d+)",
    "cells": r"line (\d+): (\d+) cells instead of (\d+)",
    "cells_of_lines": r"lines (\d+) to (\d+): (\d+) cells instead of (\d+)",
}


def write_page(out: Path, facts: list[dict], done: list, language: str, links: Links | None = None) -> Path:
    """Write ``summary.html`` from what is known of each table, and return its path.

    Whatever comes from the files is escaped and freed of marks of direction; the page runs no script
    and loads nothing.

    Parameters
    ----------
    out : pathlib.Path
        Folder of the page.
    facts : list of dict
        What was done to each table.
    done : list of Outcome
        What became of each table this time; those that failed or were passed over are named.
    language : str
        One of ``messages.LANGUAGES``.
    links : Links or None
        How contracts are joined to procedures, where there are files of procedures.

    Raises
    ------
    SourceError
        If it cannot be written, or the facts name what no message is about; a page that was there before stays.
    """
    files = sorted(facts, key=lambda f: (f["file"], f["basis"]["sha256"]))
    page = out / PAGE
    try:
        kept.replace(page, _page(files, done, language, links).encode())
    except MessageError as error:
        what = f"names a rule or layout that this version has no words for ({error.where})"
        raise SourceError(f"{out.name}/runs", what, "Clean into an empty folder") from error
    except OSError as error:
        what = f"cannot be written ({error.strerror}); the tables that were cleaned are whole"
        raise SourceError(f"{out.name}/{PAGE}", what, "Make room, then run the same command again") from error
    return page


def _linked(links: Links, language: str) -> str:
    """Return how many contracts of a folder are joined to a procedure of its files of procedures."""
    sums = {name: count(links.frame[name].sum()) for name in (*STATUSES, "contracts")}
    sums |= {"procedures": count(links.procedures), "without": count(links.without)}
    return Sentence(f"{AREA}.links", sums, language=language).plain()


def _page(files: list[dict], done: list, language: str, links: Links | None) -> str:
    style = flat(
        beside.text(__file__, "cleaning_summary.css")
    )  # as the template writes it: the policy names its digest
    total = {name: count(sum(file["balance"][name] for file in files)) for name in (*COUNTS, "changed")}
    doubts = [(one.label, {"read": count(one.rows_in), "counted": count(one.counted)}) for one in done if one.in_doubt]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return _template(language).render(
        language=language,
        policy=f"default-src 'none'; style-src 'sha256-{digest}'",
        style=style,
        total=Sentence(f"{AREA}.total", total, language=language).plain(),
        counts=COUNTS,
        links=links and _linked(links, language),
        files=[_ordered(file) for file in files],
        failed=[one for one in done if one.what == "failed"],
        passed_over=[one for one in done if one.what == "passed over"],
        in_doubt=[(of, Sentence(f"{AREA}.in_doubt", doubt, language=language).plain()) for of, doubt in doubts],
    )


def _ordered(file: dict) -> dict:
    """Return what is known of a table: rules on rows, then on values, and unused and absent columns by themselves."""
    rules = sorted(file["rules"], key=lambda rule: (_ACTIONS.index(rule["action"]), rule["rule"], rule["column"]))
    apart = {name: [rule for rule in rules if rule["rule"] == code] for name, code in _APART.items()}
    return file | {"rules": [rule for rule in rules if rule["rule"] not in _APART.values()], **apart}


def said(text: str, language: str) -> str:
    """Return what a record says in place of a value or about a row in `language`; any other text as it is."""
    for name, pattern in _SAID.items():
        if found := re.fullmatch(pattern, text):
            return word(f"{AREA}.value.{name}", language).format(*found.groups())
    return text


@cache  # to compile it takes longer than to clean a small file
def _template(language: str):

    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: type(value)(flat(value)) if isinstance(value, str) else value,
    )
    environment.filters["number"] = lambda value: decimal(value, 0, language)
    environment.filters["said"] = lambda text: said(text, language)
    environment.globals["say"] = lambda key, **values: word(f"{AREA}.{key}", language).format(**values)

    def named(group: str, name: str, kind: str) -> str:
        """Return the words for a table or rule; those of other datasets of the catalogue have their codes only."""
        coded = kind not in _WORDED and name not in entry(f"{AREA}.{group}", language)
        return name.replace("_", " ") if coded else word(f"{AREA}.{group}.{name}", language)

    environment.globals |= {"named": named, "kinds": _WORDED}
    return environment.from_string(beside.text(__file__, "cleaning_summary.html.j2"))


# Clean a user's own files as a dataset of the catalogue: tables, record, and the facts for the page.

#: Rows that are copied at once.
_ROWS = 50_000


def clean_as_dataset(
    files: list[Path], name: str, out: Path, progress: Progress, said: Overrides = NONE
) -> list[Outcome]:
    """Clean files of one dataset together, unless nothing changed since; what was there before is replaced.

    Files go through what a file goes through that is added: columns are recognised by name, rows are counted a second
    time, and the tables keep the promises of the dataset. They are in memory as a whole, as when the dataset is built.

    Parameters
    ----------
    files : list of pathlib.Path
        Delimited texts, workbooks, or what else the dataset is published as; a zip stands for the tables in it.
    name : str
        A dataset of the catalogue.
    out : pathlib.Path
        Folder to write into.
    progress : callable
        Called with the name of a file and the number of its rows that are clean.
    said : Overrides, optional
        What the user says of columns and values.

    Returns
    -------
    list of Outcome
        One for each table read; one for all files if they cannot be cleaned.
    """
    label, slug = cleaning_facts.label([file.name for file in files]), name.replace("_", "-")
    try:
        contents = {file.name: fingerprint.of_file(file) for file in files}
        names = fingerprint.of_value([file.name for file in files])
        basis = {
            "sha256": fingerprint.of_value(contents),
            "names": names,
            "files": contents,
            "kind": name,
            "layout": said.text(),
        }
        basis |= cleaning_facts.code()
        facts, what = cleaning_facts.known(out, slug), "current"
        if not cleaning_facts.is_current(out, facts, basis):
            cleaning_facts.remove(out, slug, facts)
            out.mkdir(parents=True, exist_ok=True)
            facts, what = _cleaned_dataset(files, name, out, slug, progress, said) | {"basis": basis}, "cleaned"
            cleaning_facts.put(out, slug, facts)
    except (OSError, OgpAnalysisError) as error:
        return [Outcome(label, "failed", fault=cleaning_facts.fault(label, error))]
    return [Outcome(of, what, **counts, counted=facts["counted"][of]) for of, counts in facts["files"].items()]


def _cleaned_dataset(files: list[Path], name: str, out: Path, slug: str, progress: Progress, said: Overrides) -> dict:
    rules = Rules()
    with tempfile.TemporaryDirectory(prefix=".work-", dir=out) as work, Growing(out, slug) as growing:
        built = built_apart(Path(work), name, files, said=said)
        tables = {resource["name"]: resource for resource in built.package["resources"]}
        for table in (*tables, RECORD):
            with pq.ParquetFile(built.folder / f"{table}.parquet", pre_buffer=False) as opened:
                growing.append({table: opened.schema_arrow.empty_table()})
                for batch in opened.iter_batches(_ROWS, use_threads=False):
                    piece = pa.Table.from_batches([batch])
                    if table == RECORD:
                        # The working folder is not a name that the user knows.
                        files_of = pc.replace_substring_regex(piece[FILE], "^[^/]+/[^/]+/", "")
                        piece = piece.set_column(piece.schema.get_field_index(FILE), FILE, files_of)
                        rules.add(piece)
                    growing.append({table: piece})
        balance = {row["file"].split("/", 2)[2]: row for row in built.package["balance"]}
        for of_file, row in balance.items():
            balanced(of_file, row, "rows", "layout of the file")
            progress(of_file, row["rows_in"])
        layouts = {reading.layout.name for readings in built.readings.values() for reading in readings}
    counts = {of_file: {key: row[key] for key in COUNTS} for of_file, row in balance.items()}
    return {
        "file": cleaning_facts.label([file.name for file in files]),
        "balance": {key: sum(row[key] for row in counts.values()) for key in COUNTS}
        | {"changed": sum(row["changed_values"] for row in balance.values())},
        "files": counts,
        # Rows were held against a second count while the tables were built, which stops where they differ.
        "counted": {of_file: row["rows_in"] for of_file, row in counts.items()},
        "rules": rules.listed(),
        "tables": {table: resource["rows"] for table, resource in tables.items()},
        "generations": sorted(layouts),
        "outputs": growing.outputs,
    }


#: Kinds of files that can be cleaned this way, and the module that has the cleaner and its layouts.
KINDS = {
    "compranet": "ogp_analysis.data.datasets.procurement.compranet.dataset",
    "ocds": "ogp_analysis.data.datasets.procurement.ocds.dataset",
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
    said: Overrides


def clean_files(
    files: Iterable[Path],
    kind: str,
    out: Path,
    layout: str = "",
    progress: Progress = lambda label, rows: None,
    language: str = LANGUAGES[0],
    csv: bool = False,
    jobs: int | Machines = 1,
    columns: ColumnMap | Overrides | None = None,
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
    columns : ColumnMap or Overrides, optional
        What each column holds in a table of an unknown layout, for the kind ``table`` only; or what the user says of
        columns and values of files of CompraNet or of a dataset.

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
    kind = kind and known_name("kind of file", kind, (*KINDS, *DATASETS))
    if layout:
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
    mapped = isinstance(columns, ColumnMap)
    said = columns if isinstance(columns, Overrides) else NONE
    if not kind and mapped:
        kind = MAPPED
    elif not kind:
        kind = kind_of_all(given)
    if (kind == MAPPED) != mapped or (said != NONE and kind in _TOGETHER) or (said.accepted and kind in KINDS):
        what = "needs a map of its columns" if kind == MAPPED else "takes no such map, or no --accept"
        raise ParameterError(f"kind of file {kind!r}", what, "Name with --as the kind that the map is for")
    with only_one(out / ".lock", f"cleaning into {out.name}"):
        cleaning_facts.check_folders(out)
        cleaning_facts.every(out)
        growing.remove(out)
        if kind not in KINDS:
            done = clean_as_dataset(given, kind, out, progress, said)
        elif kind in _TOGETHER:
            done = ocds_run.clean(given, kind, out, csv, progress, jobs)
        else:
            order = _Order(kind, out, columns if mapped else layout, progress, jobs, said)
            done = [one for file in given for one in _of_file(file, order)]
        done = [*(Outcome(nothing.where, "failed", fault=str(nothing)) for nothing in empty), *done]
        found = contract_rows.write(out) if kind == "compranet" else None
        write_page(out, cleaning_facts.every(out), done, language, found)
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
        layout = order.layout + order.said.text() if isinstance(order.layout, str) else order.layout.text()
        basis = {"sha256": content, "name": table.label, "kind": order.kind, "layout": layout}
        basis |= cleaning_facts.code()
        # Readable, and its own as long as labels and contents differ.
        readable = re.sub(r"[^A-Za-z0-9]+", "-", re.sub(r"\.\w{2,4}(?=$|[/ ])", "", table.label)).strip("-")
        hashed = fingerprint.of_value([table.label, content])[:_HASH]
        slug = f"{readable[:_SLUG]}-{hashed}"
        slug = slug if (facts := cleaning_facts.known(order.out, slug)) else f"{_UNNAMED}{hashed}"
        facts, what = facts or cleaning_facts.known(order.out, slug), "current"
        if not cleaning_facts.is_current(order.out, facts, basis):
            # Processes beside this one would cost memory and save no time: most is done here, with the pieces in order.
            machines = None if isinstance(order.jobs, int) or file.stat().st_size <= _SMALL else order.jobs
            with machines.pool(KINDS[order.kind]) if machines else nullcontext() as pool:
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

    cleaner = import_module(KINDS[order.kind])
    schemas = cleaner.SCHEMAS if order.kind == MAPPED else cleaner.DATASET.schemas
    table_file, layout = _opened(table, order.layout, order.said.columns)
    sizes, generations, counts = Counter(), set(), dict.fromkeys((*COUNTS, "changed"), 0)
    with Growing(order.out, slug) as growing:
        finisher = cleaner.Finisher()
        tasks = ((order.kind, layout, chunk) for chunk in delimited.mended(table_file))
        beside = results(pool, partial(pool.submit, clean_chunk), tasks, ordered=True) if pool else ()
        for part, entries in (future.result() for _, future in beside) if pool else map(clean_chunk, tasks):
            # Chunks of frames hold no cycles that a search would find, but thousands of objects that it looks at.
            with collector.off():
                part = noted(finisher.finish(part), entries)
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

    kind, layout, chunk = task
    chunk, entries = freed(chunk)
    return import_module(KINDS[kind]).clean_contracts(chunk, layout), entries


def _opened(table: Table, layout: str | ColumnMap, names: Mapping[str, str]) -> tuple:
    """Return how to read a table, and its layout if no line of column names shows it."""

    head = delimited.head(table.content, table.label, 40, sheet=table.sheet, is_workbook=table.is_workbook)
    if isinstance(layout, ColumnMap):
        # The line with most names of the map holds the column names.
        known = set(layout.names)
        names = [(line, {" ".join(cell.split()) for cell in cells}) for line, cells in head.records]
        line = max(names, key=lambda one: (len(known & one[1]), -one[0]), default=(1, set()))[0]
        opened = delimited.opened(table.content, table.label, line - 1, sheet=table.sheet, known=head)
        if table.sheet and known.isdisjoint(opened.columns):
            raise Unrecognised(table.label, "has no column of the map", "Correct the map, if it should be read")
        layout.check(opened.columns, table.label)
        return opened, layout
    if names:
        records = [(line, [names.get(" ".join(cell.split()), cell) for cell in cells]) for line, cells in head.records]
        head = replace(head, records=records)
    for line, cells in head.records:
        if layouts.recognised(cells):
            return delimited.opened(table.content, table.label, line - 1, sheet=table.sheet, known=head), ""
    if layout:
        return delimited.opened(table.content, table.label, names=False, sheet=table.sheet, known=head), layout

    records = [cells for _, cells in head.records]
    if not any(cell.strip() for cells in records for cell in cells):
        raise Unrecognised(table.label, "is empty", "Download it again")
    fitting = layouts_by_content(records)
    if len(fitting) == 1:
        return delimited.opened(table.content, table.label, names=False, sheet=table.sheet, known=head), fitting[0]
    what = "none of its first lines holds the column names of a layout that is known"
    misses, likeliest = layouts.near_misses(records)
    if misses:
        what += f"; it has {'; or '.join(misses[:2])}"
    action = likeliest or "If it is a table of contracts without column names, name its layout, for example --layout B2"
    if fitting:
        what += f", and its cells fit the layouts {' and '.join(fitting)}"
        action = f"Name the one it has: --layout {fitting[0]}"
    raise Unrecognised(table.label, what, action)
