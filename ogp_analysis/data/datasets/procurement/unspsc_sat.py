"""UNSPSC codes with the Spanish names that Mexico's tax office uses in invoices (c_ClaveProdServ).

References
----------
Servicio de Administración Tributaria, catalogues of the CFDI (annex 20), c_ClaveProdServ; United Nations
Standard Products and Services Code.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import refuse, require
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.record import Cleaned, kept_but
from ogp_analysis.data.datasets.procurement.checks import matching

#: The tax office's own code for "not in the catalogue"; no UNSPSC code.
NOT_LISTED = "01010101"
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


(SCHEMA,) = schemas(toml(__file__, "unspsc_sat.toml"))

DATASET = declare("unspsc_sat", clean, (SCHEMA,))
