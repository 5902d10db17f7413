"""How often each country stands in the lists of surveillance technology: counts by country, side by side.

Counted from the other sources of this folder. They overlap: the same report of Citizen Lab may stand
behind several columns, so the number of lists is not a number of independent findings. Zero means that a
list does not name the country, not that nothing is used there.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning.country_year import agreeing_codes
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``countries``: one country. Every row is kept and nothing is changed.

    Raises
    ------
    CleaningError
        If a column is absent, a value is not a number, or name and code are of two countries.
    UnknownName
        If a name is that of no country.
    """
    table = STATED.read(chunk, "countries", iso3=agreeing_codes(chunk, "country", "iso3"))
    return Cleaned({"countries": table}, kept_but(chunk))


DATASET = declare("country_surveillance_panel", clean, STATED.tables, counts=STATED.tables[0].names[1:])
