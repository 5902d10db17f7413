"""Files of a researcher's own on their way to a scan: found, cleaned, searched; and what was set aside on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import pyarrow.compute as pc

from ogp_analysis.base.errors import WorkerLost
from ogp_analysis.base.processes import Machines
from ogp_analysis.base.words import word
from ogp_analysis.procurement.own_files.cleaning_facts import Outcome, Progress
from ogp_analysis.procurement.own_files.cleaning_run import MAPPED, clean_files, forget
from ogp_analysis.procurement.own_files.column_map import ColumnMap
from ogp_analysis.procurement.own_files.contract_rows import batches, contract_rows
from ogp_analysis.procurement.own_files.given_files import files_in, kind_of
from ogp_analysis.procurement.own_files.review_table import review_table
from ogp_analysis.surveillance.scan import Scan, scanned, with_flags

__all__ = ["ColumnMap", "Outcome", "Progress", "cleaned", "kinds_of", "review_table", "searched", "set_aside"]


#: Bytes of tables below which starting processes takes longer than they save.
_SMALL = 32 * 2**20


def kinds_of(given: Iterable[Path], out: Path, kind: str = "", columns: ColumnMap | None = None) -> dict[Path, str]:
    """Return the files that are given, also in folders, each with its kind: as stated, else by its first bytes.

    Files in `out` belong to an earlier scan and do not count.

    Raises
    ------
    ParameterError
        If a file is absent, or a folder holds no file.
    """
    return {file: MAPPED if columns else kind or kind_of(file) for file in files_in(given, out)}


def cleaned(
    kinds: dict[Path, str],
    work: Path,
    layout: str,
    columns: ColumnMap | None,
    language: str,
    jobs: int | Machines,
    progress: Progress,
) -> tuple[list[Outcome], list[Path]]:
    """Clean files, each kind into a folder below `work`; return what became of each, and the folders with tables.

    Tables of files that are not among them any more are removed.
    """
    done, folders = [], []
    for kind in sorted(set(kinds.values())):
        own, folder = [file for file in kinds if kinds[file] == kind], work / kind
        named = layout if kind == "compranet" else ""
        done += clean_files(own, kind, folder, named, progress, language, False, jobs, columns)
        forget(folder, own)
        if (folder / "parquet").is_dir() and any((folder / "runs").glob("[!.]*.json")):
            folders.append(folder)
    return done, folders


def searched(folders: Iterable[Path], jobs: int | Machines = 1) -> Scan:
    """Return the scan of all contracts in folders of cleaned tables, with flags; of many, searched side by side."""
    folders = list(folders)
    size = sum(file.stat().st_size for folder in folders for file in folder.glob("parquet/*/*.parquet"))
    try:
        found = scanned(chain.from_iterable(map(contract_rows, folders)), jobs=jobs if size > _SMALL else 1)
    except WorkerLost as lost:
        raise lost.on("search of the contracts") from None
    return with_flags(found, folders)


def set_aside(folders: Iterable[Path]) -> Iterator[tuple[str, int, str, str | None]]:
    """Yield each row that was set aside: file, line, the reason in words, and what is wrong with a damaged record."""
    for folder in folders:
        for piece in batches(folder, "record"):
            for row in piece.filter(pc.equal(piece["action"], "set_aside")).to_pylist():
                what = row["old"] if row["rule"] == "wrong_number_of_cells" else None
                yield row["_file"], row["_line"], word(f"cleaning.rule.{row['rule']}"), what
