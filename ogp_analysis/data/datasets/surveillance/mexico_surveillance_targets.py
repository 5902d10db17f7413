"""Publications on targets of spyware in Mexico, 2016-2025: who published, how many more, by which measure.

Measures differ (targeted, infected, selected) and reports overlap: nothing of this table is to be added up. The totals
of one laboratory from June 2017 to March 2019 are one series.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning import addresses
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``parts``: one publication. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, a measure or a confidence is unknown, or a text is no date or number.
    """
    links, named = addresses.without_names(chunk, "source_url")
    key = "P-" + chunk["part"].str.split().str[0].str.zfill(2)
    return Cleaned({"parts": STATED.read(chunk, "parts", part=key, source_urls=links)}, kept_but(chunk, *named))


DATASET = declare("mexico_surveillance_targets", clean, STATED.tables)
