"""End users that a vendor's leaked client list names, by year of order, as taken from the Surveillance Industry Index.

The list shows whom the vendor counted as a client. It does not show that a body used the product, nor
that a use was unlawful.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning.country_year import agreeing_codes, known
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``clients``: one end user in the list. Every row is kept and nothing is changed.

    Raises
    ------
    CleaningError
        If a column is absent, a vendor, a category or a caveat is unknown, or name and code are of two countries.
    UnknownName
        If a name is that of no country.
    """
    known(chunk, "tech_category", ("intrusion_spyware",))
    iso3 = agreeing_codes(chunk, "country", "iso3")
    return Cleaned({"clients": STATED.read(chunk, "clients", iso3=iso3, category="spyware")}, kept_but(chunk))


DATASET = declare("hacking_team_clients", clean, STATED.tables)
