"""Global State of Democracy indices of International IDEA, 1975-2021, on the scale 0 to 100 of the file.

Built in good part on V-Dem's indicators: agreement with V-Dem is not independent evidence.

References
----------
International IDEA, The Global State of Democracy Indices Methodology, version 5 (2021).
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import agreeing_codes
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import read
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

(SCHEMA,) = schemas(toml(__file__, "idea_gsod.toml"))
#: The indices.
SERIES = SCHEMA.names[3:]


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one chunk of the indices into the table ``country_year``.

    Grain: one country in one year. Every row is kept and no value is changed.

    Raises
    ------
    CleaningError
        If a column is absent, a value is not a number, or name and code are of two countries.
    UnknownName
        If a name is that of no country.
    """
    table = read(chunk, SCHEMA, iso3=agreeing_codes(chunk, "country_name", "iso3"))
    return Cleaned({"country_year": table}, kept_but(chunk))


DATASET = declare("idea_gsod", clean, (SCHEMA,), measured=SERIES)
