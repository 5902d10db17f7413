"""Ceilings in pesos below which federal buyers in Mexico may award directly or invite three suppliers, by year.

The federal budget decree (Presupuesto de Egresos de la Federación) sets them each year in brackets by the
budget of the buyer. The files give one ceiling for each kind of contract. For 2026 all six are those of the
highest bracket in a transcription of the annex by a third party; that they are so in the other years has not
been checked against the decrees. 2020 to 2023 are in no file.

References
----------
Ley de Adquisiciones, Arrendamientos y Servicios del Sector Público, article 42 of the law of 2000, and Ley de
Obras Públicas y Servicios Relacionados con las Mismas, article 43; annex of each budget decree.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ogp_analysis.base.schema import schemas
from ogp_analysis.procurement.datasets.checks import matching, refuse
from ogp_analysis.tidy.country_year import known, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.invariants import Invariants
from ogp_analysis.tidy.record import Cleaned, kept_all

KINDS = ("goods", "services", "leases", "works", "services_related_to_works")
PROCEDURES = ("direct_award", "restricted_invitation")
BRACKETS = ("highest",)
#: Years whose ceilings are 1.16 times a whole number of thousands, so that they hold the value-added tax of
#: 16 percent; the decrees give whole thousands without it.
WITH_VAT = ("2018", "2019")
_PERCENT = 116
_THOUSAND = 1000

_OLD_KINDS = {
    "Adquisiciones": "goods",
    "Servicios": "services",
    "Arrendamientos": "leases",
    "Obra Pública": "works",
    "Obra pública": "works",
    "Servicios relacionados con la OP": "services_related_to_works",
}
_OLD_PROCEDURES = {"Adjudicación directa": "direct_award", "INV3": "restricted_invitation"}
_LAASSP, _WORKS, _SERVICES = ("goods", "services", "leases"), ("works",), ("services_related_to_works",)
_NEW_COLUMNS = {
    "Adjudicación Directa - LAASSP": ("direct_award", _LAASSP),
    "Invitación cuando menos a tres personas - LAASSP": ("restricted_invitation", _LAASSP),
    "Adjudicación Directa - Obra Pública LOPSRM": ("direct_award", _WORKS),
    "Adjudicación Directa - Servicios LOPSRM": ("direct_award", _SERVICES),
    "Invitación cuando menos a tres personas - Obra Pública LOPSRM": ("restricted_invitation", _WORKS),
    "Invitación cuando menos a tres personas - Servicios LOPSRM": ("restricted_invitation", _SERVICES),
}
_OLD_LAYOUT, _NEW_LAYOUT = ("Año", "Tipo de contratación", *_OLD_PROCEDURES), ("Año", *_NEW_COLUMNS)
_AMOUNT = r"[1-9]\d*(?:\.0)?"


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``ceilings``: one kind of contract and procedure in one year. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, a kind or year is unknown, or a ceiling is not a whole number of thousands of
        pesos without tax.
    """
    if "Tipo de contratación" in chunk.columns:
        require(chunk, _OLD_LAYOUT)
        kind = known(chunk, "Tipo de contratación", _OLD_KINDS).map(_OLD_KINDS)
        cells = [_cells(chunk, column, procedure, kind) for column, procedure in _OLD_PROCEDURES.items()]
    else:
        require(chunk, _NEW_LAYOUT)
        cells = [
            _cells(chunk, column, procedure, pd.Series(kind, index=chunk.index, dtype="str"))
            for column, (procedure, kinds) in _NEW_COLUMNS.items()
            for kind in kinds
        ]
    return Cleaned({"ceilings": pd.concat(cells, ignore_index=True)}, kept_all(chunk))


def _cells(chunk: pd.DataFrame, column: str, procedure: str, kind: pd.Series) -> pd.DataFrame:
    year = matching(chunk, "Año", r"20\d\d", "years that are none")
    ceiling = matching(chunk, column, _AMOUNT, "ceilings that are not whole pesos").astype("float64").astype("int64")
    taxed = year.isin(WITH_VAT)
    without = ceiling.mask(taxed, ceiling * 100 // _PERCENT)
    exact = (without * _PERCENT == ceiling * 100) | ~taxed
    refuse(chunk, column, ~exact | (without % _THOUSAND != 0), "ceilings that are not whole thousands without tax")
    return pd.DataFrame(
        {
            "year": year,
            "kind": kind,
            "procedure": procedure,
            "bracket": BRACKETS[0],
            "ceiling_published": ceiling,
            "vat": taxed.map({True: "included", False: "excluded"}),
            "ceiling": without,
        }
    )


RESOURCES = ("mexico_thresholds.toml",)
(SCHEMA,) = schemas(Path(__file__).with_name(RESOURCES[0]), brackets=BRACKETS, kinds=KINDS, procedures=PROCEDURES)

DATASET = Dataset(
    name="mexico_thresholds",
    title="Ceilings for direct award and invitation in federal procurement, Mexico, 2012-2019 and 2024-2026",
    inputs=(Input("mexico_thresholds", "2012-2019"), Input("mexico_thresholds", "2024-2026", "*.xlsx")),
    clean=clean,
    schemas=(SCHEMA,),
    invariants=Invariants(
        unsummed={
            "year": "of a row with several ceilings",
            "ceiling_published": "one cell is the ceiling of goods, leases and services",
            "ceiling": "some are published with VAT; see the cleaner",
        }
    ),
    layouts=(
        Layout("by_kind", required=_OLD_LAYOUT, last="Año"),
        Layout("by_law", required=_NEW_LAYOUT, last="Año"),
    ),
)
