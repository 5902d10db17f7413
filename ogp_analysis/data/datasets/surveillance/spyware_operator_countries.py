"""Countries named as operators, customers or suspected users of five spyware vendors, 2013-2025, list by list.

A supplement of November 2026 holds later reports, on Predator and SORM, each of which was read in a secondary source.

Each list has its own standard of evidence, which `status` states: a server located in a country is not
evidence of a customer, a scan points to a likely user, a purchase may be confirmed by the government.
Lists overlap and are not independent.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning.country_year import codes_of_names
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return ``operators``, one country on one list, or ``later_reports``. Every row is kept; one status is corrected.

    Raises
    ------
    CleaningError
        If a column is absent, a vendor, a status, a publisher, a caveat or a year is unknown, or the corrected row says
        something else.
    UnknownName
        If a name is that of no country.
    """
    if source.tables == ("later_reports",):
        own = chunk["caveat"].map(STATED["later_caveats"]) != "country_ambiguous"
        table = STATED.read(chunk, "later_reports", iso3=codes_of_names(chunk, "country", own))
        return Cleaned({"later_reports": table}, kept_but(chunk))
    chunk, entries = STATED.corrected(chunk, source)
    table = STATED.read(chunk, "operators", iso3=codes_of_names(chunk, "country"))
    return Cleaned({"operators": table}, kept_but(chunk, *entries))


DATASET = declare("spyware_operator_countries", clean, STATED.tables)
