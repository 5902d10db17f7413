"""Contracting processes in the Open Contracting Data Standard (OCDS), any version and any kind of file, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, Record
from ogp_analysis.data.datasets.procurement.ocds import cleaner
from ogp_analysis.data.datasets.procurement.ocds.cleaner import BLOCK, CHUNK, Cleaner, Element, Made, named
from ogp_analysis.data.datasets.procurement.ocds.schemas import TABLES
from ogp_analysis.data.datasets.procurement.persons import masked_elsewhere

#: How errors name files that hold no element.
ELEMENTS_OF = "ocds"
#: Column of the raw chunks: the JSON of a release or record.
ELEMENT = "element"


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the releases and records of a chunk as they came; what they say is known when all have come.

    Parameters
    ----------
    chunk : pandas.DataFrame
        :data:`ELEMENT`, the JSON of one release or record a row, with file and line.
    """
    rows = {str(name): int(count) for name, count in chunk[FILE].value_counts().items()}
    return Cleaned({ELEMENT: chunk[[FILE, LINE, ELEMENT]]}, Record(rows, rows))


def finish(parts: Iterable[Cleaned]) -> Cleaned:
    """Merge what was said about each process, in the order in which it is first named, and return the tables.

    Raises
    ------
    CleaningError
        If nothing of it could be kept.
    """
    chunk = pd.concat([part.tables[ELEMENT] for part in parts], ignore_index=True)
    files, labels = pd.factorize(chunk[FILE])
    by_process: dict[Any, list[Element]] = {}
    rows = zip(chunk[ELEMENT], files.tolist(), chunk[LINE].tolist(), strict=True)
    for number, (element, file, line) in enumerate(rows):
        raw = element.encode()
        ocid = cleaner.process_of(raw)
        by_process.setdefault(number if ocid is None else ocid, []).append((raw, file, line))
    processes = list(by_process.values())
    made = _blocks(processes, labels)
    if names := named(made):
        made = _blocks(processes, labels, names)
    if not any(one.tables for one in made):
        hold = "holds" if len(labels) == 1 else "hold"
        what = f"{hold} {len(chunk)} releases and records, of which none could be kept"
        raise CleaningError(", ".join(labels[:3]) or ELEMENTS_OF, what, "Check that they are in OCDS")
    tables = {
        schema.name: _frame(pa.concat_tables([one.tables[schema.name] for one in made if one.tables]))
        for schema in TABLES
    }
    rows_in, kept = np.bincount(files, minlength=len(labels)), np.sum([one.kept for one in made], axis=0, dtype=int)
    counts = [dict(zip(labels, numbers.tolist(), strict=True)) for numbers in (rows_in, kept)]
    record = Record(*counts, _frame(pa.concat_tables([one.entries for one in made])))
    places = tables["processes"][["ocid", "file", "line"]].rename(columns={"file": FILE, "line": LINE})
    of = {name: table[["ocid"]].merge(places, on="ocid", how="left") for name, table in tables.items()}
    return masked_elsewhere(Cleaned(tables, record), (one.people for one in made), of)


def _blocks(processes: list, labels: Sequence[str], names: frozenset[str] = frozenset()) -> list[Made]:
    made = []
    for first in range(0, max(len(processes), 1), BLOCK):
        cleaner, block = Cleaner(labels, names), processes[first : first + BLOCK]
        for start in range(0, len(block), CHUNK):
            cleaner.add(block[start : start + CHUNK])
        made.append(cleaner.made())
    return made


def _frame(table: pa.Table) -> pd.DataFrame:
    columns = [one.cast(one.type.value_type) if pa.types.is_dictionary(one.type) else one for one in table.columns]
    return pa.table(columns, names=table.column_names).to_pandas()


DATASET = declare("ocds", clean, TABLES, finish)
