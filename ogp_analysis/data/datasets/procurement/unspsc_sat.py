"""UNSPSC codes with the Spanish names that Mexico's tax office uses in invoices (c_ClaveProdServ).

References
----------
Servicio de Administración Tributaria, catalogues of the CFDI (annex 20), c_ClaveProdServ; United Nations
Standard Products and Services Code.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.data.cleaning.country_year import refuse, require
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout
from ogp_analysis.data.cleaning.record import Cleaned, kept_but
from ogp_analysis.data.datasets.procurement.checks import matching

#: The tax office's own code for "not in the catalogue"; no UNSPSC code.
NOT_LISTED = "01010101"
LEVELS = ("segment", "family", "class", "commodity", "not_listed")
_COLUMNS = ("code", "description_es")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``codes``: one code. Every row is kept, names are left alone.

    Raises
    ------
    CleaningError
        If a column is absent, a code has not eight digits, or a name is blank.
    """
    require(chunk, _COLUMNS)
    code = matching(chunk, "code", r"\d{8}", "codes that have not eight digits")
    refuse(chunk, "description_es", chunk["description_es"] == "", "codes without a name")
    level = pd.Series("commodity", index=code.index, dtype="str").mask(code.str.endswith("00"), "class")
    level = level.mask(code.str.endswith("0000"), "family").mask(code.str.endswith("000000"), "segment")
    table = pd.DataFrame(
        {
            "code": code,
            "level": level.mask(code == NOT_LISTED, "not_listed"),
            "segment": code.str[:2],
            "family": code.str[:4],
            "class": code.str[:6],
            "name_es": chunk["description_es"],
        }
    )
    return Cleaned({"codes": table}, kept_but(chunk))


SCHEMA = TableSchema(
    "codes",
    "one code",
    ("code",),
    (
        Column("code", "string", "Eight digits", required=True),
        Column("level", "category", "How fine it is; the file has classes and commodities only, and 01010101, the tax "
               "office's code for what is not in the catalogue", categories=LEVELS, required=True),
        Column("segment", "string", "First two digits", required=True),
        Column("family", "string", "First four digits", required=True),
        Column("class", "string", "First six digits", required=True),
        Column("name_es", "string", "Name in Spanish", required=True, redistribute=False),
    ),
    left_alone="Contract files rarely carry these codes; not joined to CUCoP, partidas or CPV",
)  # fmt: skip

DATASET = Dataset(
    name="unspsc_sat",
    title="UNSPSC codes in Spanish, as in Mexican invoices",
    inputs=(Input("unspsc_sat", "es"),),
    clean=clean,
    schemas=(SCHEMA,),
    layouts=(Layout("catalogue", required=_COLUMNS, version=r"(20\d\d)"),),
)
