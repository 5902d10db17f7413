"""Mexico's list of taxpayers with operations presumed not to exist (article 69-B of the federal tax code)."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.procurement.datasets import persons
from ogp_analysis.procurement.datasets.fields import Fields
from ogp_analysis.procurement.datasets.layouts import fitting
from ogp_analysis.procurement.datasets.sat_69b import columns
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.invariants import Invariants, Past
from ogp_analysis.tidy.record import Cleaned, kept_but

#: Columns as the files write them.
_TAXPAYER_COLUMNS = ("RFC", "Nombre del Contribuyente", "Situación del contribuyente")
_NOTICE_COLUMNS = ("Publicación página SAT presuntos", "Publicación DOF presuntos",
                   "Publicación página SAT definitivos", "Publicación DOF definitivos")  # fmt: skip
_FAVOURABLE_COLUMNS = ("Publicación página SAT sentencia favorable", "Publicación DOF sentencia favorable")
SITUATIONS, DEFINITIVE = schemas(
    toml(__file__, "tables.toml"),
    notice_statuses=columns.STATUSES,
    rfc_statuses=persons.RFC_STATUSES,
    situations=tuple(columns.facts()["situations"]),
    taxpayer_kinds=columns.KINDS,
)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the rows of a chunk of either list; natural persons are masked."""
    # The complete list as the SAT publishes it has the columns of the definitive one, too.
    return clean_listings(chunk, layout="complete" if source.tables == (SITUATIONS.name,) else "")


def clean_listings(chunk: pd.DataFrame, *, layout: str = "", reveal: bool = False) -> Cleaned:
    """Return ``situations`` or ``definitive``, by the layout that the column names tell.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    layout : str
        ``complete`` or ``definitive``; empty to go by the columns.
    reveal : bool
        Leave natural persons as published, for work in memory whose result names nobody.

    Raises
    ------
    CleaningError
        If no layout fits, a situation is unknown, or a day cannot be read.
    """
    known = [columns.layouts()[layout]] if layout else columns.layouts().values()
    one = fitting(known, chunk.columns, "known list of article 69-B")
    fields = Fields(chunk.reset_index(drop=True), one)
    schema = DEFINITIVE if one.name == "definitive" else SITUATIONS
    table = columns.table(fields, reveal)[schema.names]
    return Cleaned({schema.name: table}, kept_but(chunk, *fields.entries))


DATASET = Dataset(
    name="sat_69b",
    title="Taxpayers of Mexico whose operations are presumed not to exist (article 69-B)",
    inputs=(
        Input("sat_69b", "2026", "Listado_completo_69-B.csv", tables=("situations",)),
        Input("sat_69b", "2026", "efos_definitivos.csv", header=2, tables=("definitive",)),
    ),
    clean=clean,
    schemas=(SITUATIONS, DEFINITIVE),
    invariants=Invariants(
        unsummed={"line": "a running number"},
        past=(Past("definitive", tuple(c.name for c in DEFINITIVE.columns if c.type == "date"), "file"),),
    ),
    layouts=(
        Layout(
            "complete",
            required=_TAXPAYER_COLUMNS,
            unread=r"No\.|Número y fecha de oficio .*|Publicación .*",
            tables=("situations",),
            version=r"(20\d\d)",
            file="(?i)(?!.*definitiv).*",
        ),
        Layout(
            "definitive",
            required=(*_TAXPAYER_COLUMNS, *_NOTICE_COLUMNS),
            unread=r"No\.|Número y fecha de oficio .*|Publicación .* desvirtuados",
            optional=_FAVOURABLE_COLUMNS,
            tables=("definitive",),
            version=r"(20\d\d)",
            file="(?i).*definitiv.*",
        ),
    ),
)
