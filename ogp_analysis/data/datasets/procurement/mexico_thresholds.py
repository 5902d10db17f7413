"""Ceilings in pesos below which federal buyers in Mexico may award directly or invite three suppliers, by year.

The federal budget decree (Presupuesto de Egresos de la Federación) sets them each year in brackets by the
budget of the buyer. For 2025 and 2026 annex 9 of the decree was read, in a third party's copy, with all its
brackets. For the other years a third party's table has one ceiling for each kind of contract, taken for that of the
highest bracket: of 2025 it is. That it is so in those years has not been checked against the decrees.
2020 to 2023 are in no file.

References
----------
Ley de Adquisiciones, Arrendamientos y Servicios del Sector Público, article 42 of the law of 2000, and Ley de
Obras Públicas y Servicios Relacionados con las Mismas, article 43; annex of each budget decree.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import known, refuse, require
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.record import Cleaned, kept_but, set_aside
from ogp_analysis.data.datasets.procurement.checks import matching

KINDS = ("goods", "services", "leases", "works", "services_related_to_works")
PROCEDURES = ("direct_award", "restricted_invitation")
#: The bracket without an upper end; others are named by the two ends of the budget, in pesos.
HIGHEST = "highest"
#: Years whose annex 9 was read, with every bracket: a table of one ceiling a year is set aside for them.
READ = ("2025", "2026")
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
_ANNEX_LAYOUT = ("year", "kind", "procedure", "budget_over", "budget_to", "ceiling", "vat")
_OLD_LAYOUT, _NEW_LAYOUT = ("Año", "Tipo de contratación", *_OLD_PROCEDURES), ("Año", *_NEW_COLUMNS)
_AMOUNT = r"[1-9]\d*(?:\.0)?"


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``ceilings``: one kind of contract and procedure in one year, for one bracket of budgets.

    Rows of a table of one ceiling a year are set aside where annex 9 of that year was read.

    Raises
    ------
    CleaningError
        If a column is absent, a kind or year is unknown, or a ceiling is not a whole number of thousands of
        pesos without tax.
    """
    if "budget_over" in chunk.columns:
        return Cleaned({"ceilings": _annex(chunk)}, kept_but(chunk))
    by_kind = "Tipo de contratación" in chunk.columns
    require(chunk, _OLD_LAYOUT if by_kind else _NEW_LAYOUT)
    read = chunk["Año"].isin(READ)
    rows = chunk[~read]
    if by_kind:
        kind = known(rows, "Tipo de contratación", _OLD_KINDS).map(_OLD_KINDS)
        cells = [_cells(rows, column, procedure, kind) for column, procedure in _OLD_PROCEDURES.items()]
    else:
        cells = [
            _cells(rows, column, procedure, pd.Series(kind, index=rows.index, dtype="str"))
            for column, (procedure, kinds) in _NEW_COLUMNS.items()
            for kind in kinds
        ]
    record = kept_but(chunk, set_aside(chunk, read, "annex_9_was_read", "Año"))
    return Cleaned({"ceilings": pd.concat(cells, ignore_index=True)}, record)


def _annex(chunk: pd.DataFrame) -> pd.DataFrame:
    require(chunk, _ANNEX_LAYOUT)
    refuse(chunk, "vat", chunk["vat"] != "excluded", "ceilings of an annex that hold tax")
    over = matching(chunk, "budget_over", r"\d+", "budgets that are not whole pesos").astype("Int64")
    end = matching(chunk, "budget_to", r"\d*", "budgets that are not whole pesos")
    ceiling = matching(chunk, "ceiling", _AMOUNT, "ceilings that are not whole pesos").astype("int64")
    refuse(chunk, "ceiling", ceiling % _THOUSAND != 0, "ceilings that are not whole thousands")
    year = matching(chunk, "year", r"20\d\d", "values that are not years")
    kind, procedure = known(chunk, "kind", KINDS), known(chunk, "procedure", PROCEDURES)
    budgets = {
        "bracket": (over.astype("str") + "-" + end).where(end != "", HIGHEST),
        "budget_over": over,
        "budget_to": end.where(end != "").astype("Int64"),
    }
    return _ceilings(year, kind, procedure, ceiling, ceiling, vat="excluded", read=True).assign(**budgets)


def _ceilings(year, kind, procedure, published: pd.Series, ceiling: pd.Series, **more) -> pd.DataFrame:
    """Return ceilings of the highest bracket of budgets."""
    own = {"year": year, "kind": kind, "procedure": procedure, "ceiling_published": published, "ceiling": ceiling}
    no_bounds = dict.fromkeys(("budget_over", "budget_to"), pd.array([pd.NA] * len(ceiling), dtype="Int64"))
    return pd.DataFrame({**own, **no_bounds, "bracket": HIGHEST, **more}, index=ceiling.index)


def _cells(chunk: pd.DataFrame, column: str, procedure: str, kind: pd.Series) -> pd.DataFrame:
    year = matching(chunk, "Año", r"20\d\d", "values that are not years")
    ceiling = matching(chunk, column, _AMOUNT, "ceilings that are not whole pesos").astype("float64").astype("int64")
    taxed = year.isin(WITH_VAT)
    without = ceiling.mask(taxed, ceiling * 100 // _PERCENT)
    exact = (without * _PERCENT == ceiling * 100) | ~taxed
    refuse(chunk, column, ~exact | (without % _THOUSAND != 0), "ceilings that are not whole thousands without tax")
    vat = taxed.map({True: "included", False: "excluded"})
    return _ceilings(year, kind, procedure, ceiling, without, vat=vat, read=False)


(SCHEMA,) = schemas(toml(__file__, "mexico_thresholds.toml"), kinds=KINDS, procedures=PROCEDURES)

DATASET = declare("mexico_thresholds", clean, (SCHEMA,))
