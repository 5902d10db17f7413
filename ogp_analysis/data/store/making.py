"""Making clean tables: of raw files, cleaned and held against what they promise; and of what a user cleaned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec.structs import asdict

from ogp_analysis.base import collector, fingerprint, kept
from ogp_analysis.base.conformance import cast, check
from ogp_analysis.base.errors import SchemaError, SourceError
from ogp_analysis.base.lock import only_one
from ogp_analysis.base.paths import OWN, Project
from ogp_analysis.base.schema import FILE, LINE, Column, TableSchema
from ogp_analysis.base.scratch import Scratch
from ogp_analysis.data.cleaning.account import applied, of_cleaning
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.dataset import Dataset, cleaned, concatenate, promised, raw_chunks
from ogp_analysis.data.cleaning.invariants import check_past
from ogp_analysis.data.cleaning.recognising import recognise
from ogp_analysis.data.cleaning.record import HEADER_RULE, Cleaned, Record, kept_but
from ogp_analysis.data.sources import counting, raw, sidecar
from ogp_analysis.data.sources.sidecar import Input, matches
from ogp_analysis.data.store import shelf


def make(project: Project, name: str, edition: str, inputs: tuple[Input, ...]) -> None:
    """Clean the inputs of a dataset and put its tables on the shelf.

    Raises
    ------
    OgpAnalysisError
        If a raw file is not what its sidecar says, or cleaning it fails. Tables built before stay.
    """
    declared = _declared(project, name, inputs)
    with collector.off():
        if edition == "embedded":
            result, balance, schemas = _from_extracts(project, declared, inputs)
            extracts = {(item.source, item.version): shelf.sidecar(project, item) for item in inputs}
            rules = [rule for source in extracts.values() for rule in source.rules]
        else:
            result = cleaned(declared, raw_chunks(inputs, project.places_of, dataset(name).layouts))
            rules = applied(result.record.entries, declared.schemas)
            balance = result.record.balance().to_dict("records")
            schemas = {schema.name: schema for schema in declared.schemas}
        _hold_rows(project, inputs, result.record)
        as_of = _as_of(project, inputs)
        check_past(name, result.tables, declared.invariants.past, as_of)
    about = {
        "title": declared.title,
        "built_from": shelf.rests_on(project, name, inputs),
        "balance": balance,
        "sources": [_about(project, i, edition) for i in inputs],
    }
    tables = {table: [frame] for table, frame in result.tables.items()}
    shelf.put(project, edition, name, tables, [result.record.entries], about, schemas, of_cleaning(rules, as_of))


def _hold_rows(project: Project, inputs: tuple[Input, ...], record: Record) -> None:
    """Hold the rows that were read of each file against a plain count of them, and against the number in the sidecar.

    Raises
    ------
    SourceError
        If a file has more or fewer rows than that.
    """
    header = record.entries.loc[record.entries["rule"] == HEADER_RULE, FILE].value_counts()
    for item in inputs:
        folder = project.files_of(item.source, item.version) / item.source / item.version
        for file in shelf.sidecar(project, item).files:
            label = raw.place(f"{item.source}/{item.version}/{file.name}", item.sheet)
            if label not in record.rows_in or not matches(file.name, item.files):
                continue
            read, path = record.rows_in[label], raw.found(folder, file)
            # The sidecar of a workbook counts one of its sheets; that of a file that was added has the plain count.
            stated = file.rows if item.sheet.strip() == file.sheet.strip() else None
            is_counted = item.layout and stated is not None
            counted = stated if is_counted else counting.of_entry(path, file, item.header, item.sheet)
            counts = {"a plain count of its records finds": counted}
            if stated is not None and not item.layout:
                counts["its sidecar counts"] = stated + int(header.get(label, 0))
            for by, count in counts.items():
                if count not in (None, read):
                    what = f"{read} rows were read, but {by} {count}"
                    raise SourceError(label, what, "Count the rows again and correct the sidecar, or the reader")


def _as_of(project: Project, inputs: tuple[Input, ...]) -> dict[str, date]:
    """Return the last day that each folder of files can know of, where that is known."""
    found = {}
    for source, version in dict.fromkeys((i.source, i.version) for i in inputs):
        about = sidecar.source(project.sidecars_of(source, version), source, version)
        if about.as_of:
            found[f"{source}/{about.release}"] = about.as_of
    return found


def _declared(project: Project, name: str, inputs: tuple[Input, ...]) -> Dataset:
    """Return what is declared of a dataset made from these inputs; of an added version, what its layouts make."""
    declared = dataset(name)
    for item in inputs:
        layout = next((one for one in declared.layouts if item.layout == one.name), None)
        if layout and layout.made:
            about = shelf.sidecar(project, item)
            folder = project.files_of(item.source, item.version) / item.source / item.version
            [file] = [folder / file.name for file in about.files if matches(file.name, item.files)]
            readings = recognise(file, [name], names=about.column_names).checked()
            columns = {c: None for reading in readings for c in reading.columns}
            named = layout.with_names(about.column_names).renamed(columns)
            declared = layout.made(declared, about.release, tuple(named.values()))
    return replace(declared, inputs=inputs) if any(item.layout for item in inputs) else declared


def _from_extracts(project: Project, declared: Dataset, inputs: tuple[Input, ...]):
    """Read clean tables back from their extract; the balance is that of the cleaning that made them."""
    parts, schemas, balance = [], {}, []
    for item in inputs:
        text = pd.concat([chunk for _, chunk in raw_chunks((item,), project.places_of)], ignore_index=True)
        name = Path(item.files).stem
        schemas[name] = only(declared.schema(name), [c for c in text.columns if c not in (FILE, LINE)])
        parts.append(Cleaned({name: promised(text, schemas[name])}, kept_but(text)))
        balance += [row for row in map(asdict, shelf.sidecar(project, item).balance) if row not in balance]
    result = concatenate(parts)
    return Cleaned(result.tables, result.record.checked()), balance, schemas


def only(schema: TableSchema, columns: list[str]) -> TableSchema:
    """Return the promise of a table that holds some of the columns.

    Raises
    ------
    SourceError
        If a column of the key is not among them, or one is not promised at all.
    """
    if odd := sorted(set(columns) - set(schema.names)) + [k for k in schema.key if k not in columns]:
        action = "Compile the extracts again: python -m ogp_analysis.data.cleaning.embedding"
        raise SourceError(f"extract of {schema.name}", f"column {odd[0]!r} does not fit the table", action)
    return replace(schema, columns=tuple(c for c in schema.columns if c.name in columns))


def _about(project: Project, item: Input, edition: str) -> dict:
    source = shelf.sidecar(project, item)
    # An extract stands for the folder whose rows its balance counts: its own if it was compiled by hand.
    counted = [row.file for row in shelf.sidecar(project, item).balance]
    own = edition != "embedded" or any(file.startswith(f"{item.source}/{item.version}/") for file in counted)
    version = item.version if own else source.release
    names = ("title", "publisher", "doi", "citation", "licence", "redistribute")
    return {
        "source": item.source,
        "folder": f"{item.source}/{version}",
        "tables": list(item.tables),
        "version": source.release,
        "authors": list(source.authors),
        "urls": list(source.urls),
        "accessed": str(source.accessed or ""),
        "year": source.year,
        **{name: getattr(source, name) for name in names},
    }


# Whether clean tables are what their raw files give: they are made again beside the shelf, and compared.


def unlike_raw(project: Project, tables: Iterable[str]) -> str:
    """Return the first clean table that is not what its raw files give here, or an empty text.

    A description beside a table can be changed with it, and neither is in the repository. So each dataset is made
    again, once for a process. Tables that a user cleaned from other files have no raw files here, and are passed over.

    Parameters
    ----------
    project : Project
    tables : iterable of str
        ``edition/dataset/table``.

    Raises
    ------
    OgpAnalysisError
        If a raw file is not what its sidecar says, or cleaning it fails.
    """
    places = sorted({tuple(table.split("/")[:2]) for table in tables})
    return next((found for place in places if (found := _unlike(project, *place))), "")


@cache
def _unlike(project: Project, edition: str, dataset: str) -> str:
    inputs = shelf.places(project, dataset, edition)
    there = shelf.package(project, edition, dataset)
    if not inputs or there is None:
        return ""
    with Scratch() as scratch:
        beside = Project(Path(scratch), behind=project)
        make(beside, dataset, edition, inputs)
        made = shelf.package(beside, edition, dataset)
        files = [*made["resources"], made["record"], made["account"]]
        for file in files:
            name = f"{edition}/{dataset}/{file['path']}"
            try:
                same = kept.sha256(project.processed, name) == shelf.sha256(file)
            except (OSError, kept.NotKept):
                same = False
            if not same:
                old, new = (shelf.folder(one, edition, dataset) / file["path"] for one in (project, beside))
                return f"{name}: it is not what the raw files give here{_where(old, new)}"
    return "" if there == made else f"{edition}/{dataset}/{shelf.PACKAGE}: it is not what the raw files give here"


def _where(old: Path, new: Path) -> str:
    """Return in which column, and how many rows, a clean table differs from the same made again."""
    try:
        was, made = shelf.take(old), shelf.take(new)
    except (OSError, ValueError):
        return ""
    if list(was.columns) != list(made.columns) or len(was) != len(made):
        return f" ({len(made)} rows)"
    for name in made.columns:
        one, other = (frame[name].astype("string").fillna("\0") for frame in (was, made))
        if differs := int((one != other).sum()):
            return f" ({name} differs in {differs} of {len(made)} rows)"
    return ""


# Tables that a user cleaned, taken onto the shelf under a name that is their content: the same files, the same name.
# A report on them rests on the shelf, as any other does: the folder they came from may move or go, and no path of it
# reaches the report.

#: Rows that are in memory at once.
_ROWS = 50_000
_RECORD = TableSchema(
    shelf.RECORD,
    "one changed, merged or set-aside value or row",
    (),
    (
        Column(FILE, "string", "File as the user gave it.", required=True),
        Column(LINE, "integer", "Line or place in it.", required=True),
        *(Column(name, "string", "As in every record.") for name in ("action", "rule", "column", "old", "new")),
    ),
)


def take_in(
    project: Project,
    title: str,
    folder: Path,
    files: Mapping[str, Sequence[str]],
    schemas: Sequence[TableSchema],
    about: Mapping[str, list[dict]],
) -> str:
    """Put a user's tables on the shelf, unless they are there, and return their name.

    Each table is read some rows at a time and held against its schema.

    Parameters
    ----------
    project : Project
    title : str
        What the tables are.
    folder : pathlib.Path
        Where the files are; no link below it is followed.
    files : mapping of str to sequence of str
        Parquet files of each table, and of the record, as paths below `folder`; rows keep their order.
    schemas : sequence of TableSchema
        Of the tables.
    about : mapping
        ``sources`` and ``balance`` as a description on the shelf has them, with an empty ``folder`` and files without
        one: both get the name.

    Raises
    ------
    SourceError
        If a file is a link, cannot be read, or breaks a promise of its schema; or the shelf cannot be written.
    """
    hashes = {}
    for file in (file for of_table in files.values() for file in of_table):
        try:
            hashes[file] = kept.sha256(folder, file)
        except (OSError, kept.NotKept) as error:
            raise _unread(folder, file, error) from error
    basis = [title, {table: [hashes[file] for file in of_table] for table, of_table in files.items()}, dict(about)]
    name = OWN + fingerprint.of_value(basis)[:12]
    if shelf.package(project, shelf.OWN, name):
        return name

    described = {
        "title": title,
        "built_from": {"code": fingerprint.of_value(basis), "sources": {}, "files": hashes},
        "sources": [source | {"folder": name} for source in about["sources"]],
        "balance": [row | {"file": f"{name}/{row['file']}"} for row in about["balance"]],
    }
    promised = {schema.name: schema for schema in (*schemas, _RECORD)}
    pieces = {table: _pieces(folder, of_table, promised[table]) for table, of_table in files.items()}
    with only_one(project.processed / shelf.OWN / ".lock", "taking tables onto the shelf"):
        record = pieces.pop(shelf.RECORD)
        # What was done is in the record; rules of single columns are in the page of the cleaning.
        shelf.put(project, shelf.OWN, name, pieces, record, described, promised, of_cleaning((), {}))
    return name


def _pieces(folder: Path, files: Sequence[str], schema: TableSchema) -> Iterator[pd.DataFrame]:
    """Yield the rows of a table, each piece held against its schema."""
    for file in files:
        try:
            with kept.opened(folder, file) as stream, pq.ParquetFile(stream, pre_buffer=False) as opened:
                batches = opened.iter_batches(_ROWS, use_threads=False)
                # Of a table without rows there is one piece all the same.
                nothing = () if opened.metadata.num_rows else (opened.schema_arrow.empty_table(),)
                for piece in chain(nothing, (pa.Table.from_batches([batch]) for batch in batches)):
                    frame = cast(shelf.as_frame(piece), schema)
                    yield check(frame, schema) if schema.key else frame
        except (OSError, kept.NotKept, pa.ArrowException, SchemaError) as error:
            raise _unread(folder, file, error) from error


def _unread(folder: Path, file: str, error: Exception) -> SourceError:
    what = f"is not what `ogp-analysis clean` writes ({str(getattr(error, 'strerror', None) or error)[:160]})"
    return SourceError(f"{folder.name}/{file}", what, "Clean the files again: ogp-analysis clean")
