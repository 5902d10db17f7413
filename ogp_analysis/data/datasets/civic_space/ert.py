"""Episodes of Regime Transformation: which countries democratise or autocratise in which years, 1900-2024.

An episode is a stretch of years in which electoral democracy (V-Dem 15) moves by 0.10 or more in all,
by small or large steps.

References
----------
Maerz, Edgell, Wilson, Hellmeier and Lindberg (2024), Episodes of Regime Transformation, Journal of
Peace Research 61(6). Edgell et al., Episodes of Regime Transformation Dataset v15 (2025).
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import bounded, known
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import read
from ogp_analysis.data.cleaning.record import Cleaned, kept_but
from ogp_analysis.data.datasets.civic_space.index_rows import SPECIAL_UNITS, unit_columns, units_of_vdem

#: The units of V-Dem 14 and the one that only these episodes have.
UNITS = SPECIAL_UNITS | {"PSB": "former_state"}  # Palestine under the British Mandate


(SCHEMA,) = schemas(toml(__file__, "ert.toml"), unit_columns(UNITS))
#: Columns of values, in the publisher's order.
_VALUES = SCHEMA.columns[5:]
_POLYARCHY = ("v2x_polyarchy", "v2x_polyarchy_codelow", "v2x_polyarchy_codehigh")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one chunk of the file of episodes into the table ``country_year``.

    Grain: one V-Dem country unit in one year. Every row is kept and no value is changed; the file's
    ``NA`` is missing.

    Raises
    ------
    CleaningError
        If a column is absent, a unit is unknown, a value is not a number, a flag is neither 0 nor 1,
        or electoral democracy does not lie within its bounds.
    """
    present = chunk.assign(**{one.name: chunk[one.name].mask(chunk[one.name] == "NA", "") for one in _VALUES})
    for one in _VALUES:
        if one.type == "boolean":
            known(present, one.name, ("0", "1", ""))
        elif one.type == "integer" and one.maximum is not None:
            codes = map(str, range(int(one.minimum), int(one.maximum) + 1))
            known(present, one.name, ("", *codes))
    units = units_of_vdem(chunk, "country_text_id", UNITS)
    return Cleaned({"country_year": read(present, SCHEMA, **units, **bounded(present, *_POLYARCHY))}, kept_but(chunk))


DATASET = declare("ert", clean, (SCHEMA,), measured=[one.name for one in _VALUES])
