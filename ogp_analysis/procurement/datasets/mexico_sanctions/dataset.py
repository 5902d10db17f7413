"""The federal list of sanctioned suppliers and contractors of Mexico, in the layouts of 2017, 2021 and 2026."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.procurement.datasets import amounts, dates, persons
from ogp_analysis.procurement.datasets.fields import Fields, digests
from ogp_analysis.procurement.datasets.layouts import fitting
from ogp_analysis.procurement.datasets.mexico_sanctions import columns
from ogp_analysis.procurement.datasets.mexico_sanctions.repairs import moved_back, own_columns, without_commas
from ogp_analysis.tidy.dataset import Dataset, Input, Layout, concatenate
from ogp_analysis.tidy.invariants import Invariants, Past
from ogp_analysis.tidy.record import FILE, LINE, Cleaned, kept_but, merged

_CONTENT = ["_content", "_content_rest"]
_LISTS = ("2017", "2021", "2026")
#: Columns of the layout of 2026, as the file writes them.
_REQUIRED = ("Proveedor y Contratista", "Expediente", "Inicio de la sanción", "Fin de la sanción", "Monto de la Multa",
             "Periodo de Inhabilitación")  # fmt: skip
_OPTIONAL = ("OIC Responsable", "Procedimiento Administrativo", "Ley infringida")


def _text(name: str, description: str) -> Column:
    return Column(name, "string", description, redistribute=False)


def _date(name: str, description: str) -> tuple[Column, Column, Column]:
    return (
        Column(name, "date", description),
        _text(f"{name}_text", f"As published: {name}."),
        Column(f"{name}_status", "category", f"How {name} was read.", categories=dates.STATUSES, required=True),
    )


SANCTIONS = TableSchema(
    name="sanctions",
    grain="one resolution against one supplier, as one of the lists has it; the lists overlap",
    key=("list", "line"),
    columns=(
        Column("list", "category", "Year of the list.", categories=_LISTS, others=r"20\d\d",
               required=True),
        Column("file", "string", "File the row comes from.", required=True),
        Column("line", "integer", "Line (row of a sheet) on which it starts.", required=True),
        _text("supplier_name", "Supplier as published, without outer blanks and tabs; natural persons are masked."),
        Column("supplier_kind", "category", "Told by the legal form in the name: no list has a tax code.",
               categories=persons.KINDS, required=True),
        _text("authority", "Authority that sanctioned, or whose internal control did."),
        _text("expediente", "Number of the file; an authority numbers its own."),
        _text("procedure", "Number of the administrative procedure (2026)."),
        _text("law", "Law that was broken (2026)."),
        Column("resolution", "category", "What was resolved (2017, 2021).",
               categories=tuple(columns.facts()["resolutions"])),
        _text("resolution_text", "As published."),
        *_date("notification_date", "Day on which the supplier was notified (2017, 2021)."),
        *_date("resolution_date", "Day of the resolution (2017, 2021)."),
        *_date("start_date", "First day of the sanction (2026)."),
        *_date("end_date", "Last day of the sanction (2026)."),
        _text("period_text", "Period of the ban as published."),
        Column("ban_months", "integer", "Period of the ban.", "months", minimum=0),
        Column("fine", "number", "Fine. One peso stands in some rows for a fine that is not stated.", "MXN, current"),
        _text("fine_text", "As published."),
        Column("fine_status", "category", "What is to be known of the fine.", categories=amounts.AMOUNT_STATUSES,
               required=True),
        Column("ban", "boolean", "Whether the supplier is barred from contracting (inhabilitación), which a fine "
               "alone does not do. Missing where words or a first day say so, but no period."),
        Column("ban_start", "date", "First day of the ban; in 2017 and 2021 the notification, some days before it."),
        Column("ban_end", "date", "Last day of the ban; in 2017 and 2021 the notification and the period."),
        Column("ban_basis", "category", "Where these days come from.", categories=columns.BASES, required=True),
        Column("ban_order", "category", "What is to be known of them.", categories=columns.ORDERS, required=True),
    ),
    left_alone="Days of a ban that end before they start or differ from the period are not corrected; suppliers are "
    "not joined; a stay by a court is not in the lists. Facts, objects of firms and officials are not read: they name "
    "persons.",
)  # fmt: skip


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
        If no layout fits, or a resolution or period is of no known kind.
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
