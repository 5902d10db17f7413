"""Mexico's catalogue of goods and services (CUCoP+) and, apart from it, the budget lines (partidas) it names.

CUCoP+ codes say what is bought, partidas from which line of the budget it is paid. They are two
classifications; that the first five digits of a CUCoP+ code are a partida does not make them one.

References
----------
Secretaría Anticorrupción y Buen Gobierno, Clasificador Único de las Contrataciones Públicas (CUCoP+), 1 March
2026; Secretaría de Hacienda y Crédito Público, Clasificador por Objeto del Gasto.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import known, refuse, require
from ogp_analysis.data.cleaning.dataset import Input, concatenate, declare
from ogp_analysis.data.cleaning.record import Cleaned, changed, kept_but
from ogp_analysis.data.datasets.procurement import checks
from ogp_analysis.data.datasets.procurement.checks import matching

_KINDS = {
    "ADQUISICIONES": "goods",
    "OBRA PÚBLICA": "works",
    "SERVICIOS": "services",
    "SERVICIOS RELACIONADOS CON LA OBRA": "services_related_to_works",
    "ARRENDAMIENTOS": "leases",
}
_UNITS = {
    "PIEZA": "piece", "KILOGRAMO": "kilogram", "OBRA": "work", "SERVICIO": "service",
    "SERVICIO DE OBRA PÚBLICA": "service_for_works", "LITRO": "litre", "METRO CUADRADO": "square_metre",
    "METRO": "metre", "UNIDAD": "unit", "METRO CUBICO": "cubic_metre", "MILIGRAMO": "milligram",
}  # fmt: skip
_LEVELS = {
    "partida": ("PARTIDA ESPECÍFICA", r"\d{5}"),
    "partida_generica": ("PARTIDA GENÉRICA", r"\d{4}"),
    "concepto": ("CONCEPTO", r"\d{4}"),
    "capitulo": ("CAPÍTULO", r"\d{4}"),
}
_DATES = {"added_date": "FECHA ALTA CUCOP", "modified_date": "FECHA MODIFICACIÓN CUCOP"}
_COLUMNS = ("CLAVE CUCoP +", "CLAVE CUCoP", "DESCRIPCIÓN", "UNIDAD DE MEDIDA (sugerida)", "TIPO DE CONTRATACIÓN",
            *_DATES.values(), *(name for line, _ in _LEVELS.values() for name in (line, f"DESC. {line}")))  # fmt: skip


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the tables ``products`` (one CUCoP+ code) and ``partidas`` (one budget line). Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, or a code, a kind, a unit or a date cannot be read.
    """
    require(chunk, _COLUMNS)
    key = matching(chunk, "CLAVE CUCoP +", r"\d{5}-\d{4,5}", "codes that are not CUCoP+ codes")
    refuse(chunk, "CLAVE CUCoP +", key.str[:5] != chunk["PARTIDA ESPECÍFICA"], "codes of another partida")
    days, centuries = {}, []
    for name, column in _DATES.items():
        text = chunk[column].str.replace(r"^(\d\d/\d\d/)00(\d\d)$", r"\g<1>20\2", regex=True)
        days[name] = checks.read_dates(text)["date"]
        refuse(chunk, column, days[name].isna() & (text != ""), "dates that cannot be read")
        centuries.append(changed(chunk, column, text, "year_without_century"))
    products = pd.DataFrame(
        {
            "cucop_plus": key,
            "cucop": matching(chunk, "CLAVE CUCoP", r"\d{8,9}", "codes that are not CUCoP codes"),
            "description": chunk["DESCRIPCIÓN"].str.strip(),
            "unit": known(chunk, "UNIDAD DE MEDIDA (sugerida)", _UNITS).map(_UNITS),
            "kind": known(chunk, "TIPO DE CONTRATACIÓN", _KINDS).map(_KINDS),
            "partida": chunk["PARTIDA ESPECÍFICA"],
            **days,
        }
    )
    entries = [changed(chunk, "DESCRIPCIÓN", products["description"], "outer_blanks"), *centuries]
    partidas = {}
    for name, (column, pattern) in _LEVELS.items():
        partidas[name] = matching(chunk, column, pattern, "codes of another length")
        partidas[f"{name}_name"] = chunk[f"DESC. {column}"].str.strip()
    return Cleaned({"products": products, "partidas": pd.DataFrame(partidas)}, kept_but(chunk, *entries))


def finish(parts: Iterable[Cleaned]) -> Cleaned:
    """Put chunks together; each partida once, with one name and place."""
    whole = concatenate(parts)
    partidas = whole.tables["partidas"].drop_duplicates(ignore_index=True)
    return Cleaned({"products": whole.tables["products"], "partidas": partidas}, whole.record)


PRODUCTS, PARTIDAS = schemas(toml(__file__, "cucop.toml"), kinds=_KINDS.values(), units=_UNITS.values())

DATASET = declare("cucop", clean, (PRODUCTS, PARTIDAS), finish)
