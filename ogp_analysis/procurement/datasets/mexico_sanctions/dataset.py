"""The federal list of sanctioned suppliers and contractors of Mexico, in the layouts of 2017, 2021 and 2026."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.procurement.datasets import amounts, dates, persons
from ogp_analysis.procurement.datasets.fields import Fields, digests
from ogp_analysis.procurement.datasets.layouts import fitting
from ogp_analysis.procurement.datasets.mexico_sanctions import columns
from ogp_analysis.procurement.datasets.mexico_sanctions.repairs import moved_back, own_columns, without_commas
from ogp_analysis.tidy.dataset import Dataset, Input, Layout, concatenate
from ogp_analysis.tidy.invariants import Invariants, Past
from ogp_analysis.tidy.record import FILE, LINE, Cleaned, kept_but, merged

_CONTENT = ["_content", "_content_rest"]
#: Columns of the layout of 2026, as the file writes them.
_REQUIRED = ("Proveedor y Contratista", "Expediente", "Inicio de la sanción", "Fin de la sanción", "Monto de la Multa",
             "Periodo de Inhabilitación")  # fmt: skip
_OPTIONAL = ("OIC Responsable", "Procedimiento Administrativo", "Ley infringida")
(SANCTIONS,) = schemas(
    toml(__file__, "tables.toml"),
    amount_statuses=amounts.AMOUNT_STATUSES,
    bases=columns.BASES,
    date_statuses=dates.STATUSES,
    orders=columns.ORDERS,
    resolutions=tuple(columns.facts()["resolutions"]),
    supplier_kinds=persons.KINDS,
)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the sanctions of a chunk; natural persons are masked, officials not read."""
    return clean_sanctions(chunk)


def clean_sanctions(chunk: pd.DataFrame, *, reveal: bool = False) -> Cleaned:
    """Return the sanctions of a chunk, by the layout that its column names tell.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    reveal : bool
        Leave natural persons as published, for work in memory whose result names nobody.

    Raises
    ------
    CleaningError
        If no layout fits, a resolution is unknown, or a period cannot be read.
    """
    one = fitting(columns.layouts().values(), own_columns(chunk), "known list of sanctioned suppliers")
    plain, commas = without_commas(chunk)
    plain, moved = moved_back(plain)
    fields = Fields(plain.reset_index(drop=True), one)
    table = columns.table(fields, reveal)
    bits = pd.DataFrame(digests(chunk[own_columns(chunk)]), columns=_CONTENT, index=table.index)
    return Cleaned({"sanctions": pd.concat([table, bits], axis=1)}, kept_but(chunk, *commas, *moved, *fields.entries))


def finish(parts: Iterable[Cleaned]) -> Cleaned:
    """Put chunks together; a row equal to an earlier one of the same list is merged on the record."""
    whole = concatenate(parts)
    table = whole.tables["sanctions"]
    again = table.duplicated(["list", *_CONTENT])
    first = table.groupby(["list", *_CONTENT])[["file", "line"]].transform("first")
    into = "the same as line " + first["line"].astype("str") + " of " + first["file"]
    rows = table.rename(columns={"file": FILE, "line": LINE})
    record = whole.record.without(merged(rows, again, "exact_repeat", "expediente", into))
    return Cleaned({"sanctions": table.loc[~again, SANCTIONS.names].reset_index(drop=True)}, record)


DATASET = Dataset(
    name="mexico_sanctions",
    title="Suppliers and contractors sanctioned by the federation of Mexico",
    inputs=(
        Input("mexico_sanctions", "2017"),
        Input("mexico_sanctions", "2021"),
        Input("mexico_sanctions", "2026", "*.xlsx"),
    ),
    clean=clean,
    schemas=(SANCTIONS,),
    finish=finish,
    invariants=Invariants(
        unsummed={
            "line": "a running number",
            "ban_months": "read from text",
            "fine": "written in three ways, some of them not in pesos; see the cleaner",
        },
        past=(Past("sanctions", ("notification_date", "resolution_date"), "file"),),
    ),
    layouts=(
        Layout(
            "list",
            required=_REQUIRED,
            optional=_OPTIONAL,
            version=r"(20\d\d)",
            last="Inicio de la sanción",
        ),
    ),
)
