"""Clean a user's own files as a dataset of the catalogue: tables, record, and the facts for the page."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ogp_analysis.base import fingerprint
from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.procurement.own_files import cleaning_facts
from ogp_analysis.procurement.own_files.cleaning_facts import COUNTS, Outcome, Progress
from ogp_analysis.procurement.own_files.growing import RECORD, Growing
from ogp_analysis.procurement.own_files.tally import Rules, balanced
from ogp_analysis.store.adding import built_apart

#: Rows that are copied at once.
_ROWS = 50_000


def clean(files: list[Path], name: str, out: Path, progress: Progress) -> list[Outcome]:
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

    Returns
    -------
    list of Outcome
        One for each table read; one for all files if they cannot be cleaned.
    """
    label, slug = cleaning_facts.label([file.name for file in files]), name.replace("_", "-")
    try:
        contents = {file.name: fingerprint.of_file(file) for file in files}
        names = fingerprint.of_value([file.name for file in files])
        basis = {"sha256": fingerprint.of_value(contents), "names": names, "files": contents, "kind": name}
        basis |= cleaning_facts.code()
        facts, what = cleaning_facts.known(out, slug), "current"
        if not cleaning_facts.is_current(out, facts, basis):
            cleaning_facts.remove(out, slug, facts)
            out.mkdir(parents=True, exist_ok=True)
            facts, what = _cleaned(files, name, out, slug, progress) | {"basis": basis}, "cleaned"
            cleaning_facts.put(out, slug, facts)
    except (OSError, OgpAnalysisError) as error:
        return [Outcome(label, "failed", fault=cleaning_facts.fault(label, error))]
    return [Outcome(of, what, **counts, counted=facts["counted"][of]) for of, counts in facts["files"].items()]


def _cleaned(files: list[Path], name: str, out: Path, slug: str, progress: Progress) -> dict:
    rules = Rules()
    with tempfile.TemporaryDirectory(prefix=".work-", dir=out) as work, Growing(out, slug) as growing:
        built = built_apart(Path(work), name, files)
        tables = {resource["name"]: resource for resource in built.package["resources"]}
        for table in (*tables, RECORD):
            with pq.ParquetFile(built.folder / f"{table}.parquet", pre_buffer=False) as opened:
                growing.append({table: opened.schema_arrow.empty_table()})
                for batch in opened.iter_batches(_ROWS, use_threads=False):
                    piece = pa.Table.from_batches([batch])
                    growing.append({table: piece})
                    if table == RECORD:
                        rules.add(piece)
        # The working folder is not a name that the user knows.
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
