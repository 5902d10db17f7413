"""Countries named as operators, customers or suspected users of five spyware vendors, 2013-2025, list by list.

A supplement of November 2026 holds later reports, on Predator and SORM, each of which was read in a secondary source.

Each list has its own standard of evidence, which `status` states: a server located in a country is not
evidence of a customer, a scan points to a likely user, a purchase may be confirmed by the government.
Lists overlap and are not independent.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning.country_year import codes_of_names
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout
from ogp_analysis.data.cleaning.invariants import Invariants, Sum
from ogp_analysis.data.cleaning.reading import Declared
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)
_LATER_COLUMNS = ("vendor", "product", "year", "country", "status", "source_publisher", "caveat")
_COLUMNS = (*_LATER_COLUMNS, "source_url")


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


DATASET = Dataset(
    name="spyware_operator_countries",
    title="Countries on published lists of operators and customers of spyware vendors, 2013-2025",
    inputs=(
        Input("spyware_operator_countries", "compiled", "operator_countries.csv", tables=("operators",)),
        Input(
            "spyware_operator_countries",
            "supplement-2026-11",
            "operator_countries_supplement.csv",
            tables=("later_reports",),
        ),
    ),
    clean=clean,
    schemas=STATED.tables,
    invariants=Invariants(
        sums=(Sum("later_reports", "year", files="*supplement*"),),
        unsummed=dict.fromkeys(("list_first_year", "list_last_year"), "read from text"),
    ),
    layouts=(
        Layout(
            "lists",
            required=_COLUMNS,
            unread="entity|source_text",
            tables=("operators",),
            version=r"(20\d\d)",
            last="year",
            file="(?!.*supplement).*",
        ),
        Layout(
            "supplement",
            required=_LATER_COLUMNS,
            unread="entity|source_url",
            tables=("later_reports",),
            version=r"(20\d\d)",
            last="year",
            file=".*supplement.*",
        ),
    ),
)
