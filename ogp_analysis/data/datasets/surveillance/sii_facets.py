"""Surveillance Industry Index of 2018: how many of its records carry each value of each facet.

Counts of records in an index, not of deals: there is no link of a firm to a country, and what was easy
to find is in it more often.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning.country_year import codes_of_names
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared
from ogp_analysis.data.cleaning.record import Cleaned, changed, kept_but

STATED = Declared(__file__)
#: The facet whose values are read as countries.
COUNTRY_FACET = "recipient_country"


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``facets``: one value of one facet. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent or a facet is unknown.
    UnknownName
        If a value of :data:`COUNTRY_FACET` is not a country.
    """
    recipients = chunk["facet"] == COUNTRY_FACET
    name = chunk["value"].mask(recipients, chunk["value"].replace(STATED["spellings"]))
    table = STATED.read(chunk, "facets", iso3=codes_of_names(chunk.assign(value=name), "value", recipients))
    return Cleaned({"facets": table}, kept_but(chunk, changed(chunk, "value", name, "spelling_of_country")))


DATASET = declare("sii_facets", clean, STATED.tables)
