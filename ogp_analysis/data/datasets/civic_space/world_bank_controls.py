"""World Bank development indicators used as controls: income, growth, trade, internet use, population.

References
----------
World Bank, World Development Indicators: NY.GDP.PCAP.KD, NY.GDP.MKTP.KD.ZG, NE.TRD.GNFS.ZS,
NY.GDP.TOTL.RT.ZS, SP.URB.TOTL.IN.ZS, MS.MIL.XPND.GD.ZS, SP.POP.TOTL; Gapminder and the International
Telecommunication Union for internet users (IT.NET.USER.ZS).
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import current_codes, known
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import read
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

(SCHEMA,) = schemas(toml(__file__, "world_bank_controls.toml"))
SERIES = SCHEMA.columns[2:]


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one chunk of the compiled indicators into the table ``country_year``.

    Grain: one economy in one year. Every row is kept, also the empty ones, and no value is changed:
    steps in the internet series and trade or military shares near zero or above 100 are as published.

    Raises
    ------
    CleaningError
        If a column is absent, an economy is unknown or a value is not a number.
    """
    table = read(chunk, SCHEMA, iso3=known(chunk, "iso3", current_codes(), units=True))
    return Cleaned({"country_year": table}, kept_but(chunk))


DATASET = declare("world_bank_controls", clean, (SCHEMA,), measured=SCHEMA.names[2:])
