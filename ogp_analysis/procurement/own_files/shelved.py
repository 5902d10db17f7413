"""A folder that ``ogp-analysis clean`` wrote, on its way to a report: checked, and taken onto the shelf."""

from __future__ import annotations

from collections import Counter
from os import PathLike
from pathlib import Path

import pyarrow.compute as pc

from ogp_analysis.base import fingerprint
from ogp_analysis.base.errors import ParameterError, UnknownName, few
from ogp_analysis.base.paths import Project, is_own, is_there, project
from ogp_analysis.data.cleaning.catalog import TABLES, dataset
from ogp_analysis.data.quality.account import found
from ogp_analysis.data.store import making
from ogp_analysis.procurement.own_files import cleaning_facts, mapped
from ogp_analysis.procurement.own_files.contract_rows import batches
from ogp_analysis.procurement.own_files.growing import RECORD
from ogp_analysis.procurement.publications import PUBLICATIONS, publication

#: Kinds of folders of which there is a report on contracts, and the table that it needs.
REPORTED = {"compranet": "contracts", "ocds": "processes", "table": "contracts"}
_AGAIN = "Name the folder that `ogp-analysis clean FILE… --as compranet`, `--as ocds` or `--as table` wrote into"
#: More files than these are cited together.
_MOST_FILES = 20


def publication_name(dataset: str | PathLike[str]) -> str:
    """Return the name of a publication, or that on the shelf of what a cleaned folder holds.

    Raises
    ------
    UnknownName
        If it is neither.
    ParameterError, SourceError
        As :func:`shelved`.
    """
    name = str(dataset)
    if name in PUBLICATIONS or (is_own(name) and not Path(name).is_dir()):
        return name
    if is_there(Path(name)) and Path(name).is_dir():
        return shelved(Path(name), project())
    try:
        return publication(name).name
    except UnknownName as error:
        raise UnknownName(f"contracts {name[-80:]!r}", "are neither a publication nor a folder", error.action) from None


def table_name(table: str) -> str:
    """Return the name of a table that a user cleaned, given by that or by the folder; of a folder the usual one."""
    folder = Path(table)
    name, _, schema = found(shelved(folder, project(), reported=False) if folder.is_dir() else table)
    return f"{name}.{schema.name}"


def shelved(folder: Path, here: Project, reported: bool = True) -> str:
    """Take the tables of a cleaned folder onto the shelf, and return their name there, which is their content.

    Parameters
    ----------
    folder : pathlib.Path
        The ``--out`` of ``ogp-analysis clean``.
    here : Project
    reported : bool
        Whether it is to hold contracts, for a report on them.

    Raises
    ------
    ParameterError
        If it is not such a folder, or lacks that.
    SourceError
        If what is in it is not what a cleaning writes.
    """
    cleaning_facts.check_folders(folder)
    facts = cleaning_facts.every(folder)
    kinds = {one["basis"]["kind"] for one in facts}
    if not facts:
        raise ParameterError(f"folder {folder.name[:80]!r}", "holds no cleaned tables", _AGAIN)
    if len(kinds) > 1 or not kinds <= (set(REPORTED) if reported else {*TABLES, "table"}):
        what = f"holds tables of the kind {' and '.join(sorted(kinds))}, for which there is no report"
        raise ParameterError(f"folder {folder.name[:80]!r}", what, _AGAIN)
    [kind] = kinds
    schemas = dataset(kind).schemas if kind in TABLES else mapped.SCHEMAS
    outputs = [output for one in facts for output in one["outputs"] if output.endswith(".parquet")]
    files = {name: [o for o in outputs if o.split("/")[1] == name] for name in (*(s.name for s in schemas), RECORD)}
    needed = [REPORTED[kind]] if reported else [schema.name for schema in schemas]
    if not any(files[name] for name in needed):
        raise ParameterError(f"folder {folder.name[:80]!r}", f"holds no table {few(needed)}", _AGAIN)
    closed = any(not one.redistribute and one.type != "string" for schema in schemas for one in schema.columns)
    about = {"sources": _sources(facts, not closed), "balance": _balance(facts, folder)}
    return making.take_in(here, kind, folder, {n: f for n, f in files.items() if f}, schemas, about)


def _sources(facts: list[dict], redistribute: bool) -> list[dict]:
    """Return each given file as a source, with its name and the hash by which anybody can recognise it."""
    files: dict[str, str] = {}
    for one in facts:
        basis = one["basis"]
        if "files" in basis:
            files |= {content: label for label, content in sorted(basis["files"].items(), reverse=True)}
        else:
            # Of a zip or a workbook with several tables the file is cited.
            several = sum(other["basis"]["sha256"] == basis["sha256"] for other in facts) > 1
            files[basis["sha256"]] = one["file"].split("/")[0] if several else one["file"]
    named = sorted((label, content) for content, label in files.items())
    if len(named) > _MOST_FILES:
        whole = fingerprint.of_value(named)
        named = [(cleaning_facts.label([label for label, _ in named]), whole)]
    empty = {"tables": [], "authors": [], "urls": [], "publisher": "", "doi": "", "licence": "", "accessed": ""}
    return [
        {"source": label, "title": label, "version": content[:12], "citation": f"{label}. SHA-256 {content}."}
        | {**empty, "redistribute": redistribute, "year": None}
        for label, content in named
    ]


def _balance(facts: list[dict], folder: Path) -> list[dict]:
    changed: Counter[str] = Counter()
    for piece in batches(folder, RECORD):
        changed.update(piece.filter(pc.equal(piece["action"], "changed"))["_file"].to_pylist())
    rows = [files for one in facts for files in one.get("files", {one["file"]: one["balance"]}).items()]
    return [
        {"file": label, **{name: counts[name] for name in cleaning_facts.COUNTS}, "changed_values": changed[label]}
        for label, counts in sorted(rows, key=lambda row: row[0])
    ]
