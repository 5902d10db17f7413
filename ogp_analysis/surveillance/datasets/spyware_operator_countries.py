"""Countries named as operators, customers or suspected users of five spyware vendors, 2013-2025, list by list.

Each list has its own standard of evidence, which `status` states: a server located in a country is no
evidence of a customer, a scan points to a likely user, a purchase may be confirmed by the government.
Lists overlap and are not independent.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.countries import iso3_of
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.surveillance.datasets import periods
from ogp_analysis.tidy.coding import translated
from ogp_analysis.tidy.country_year import known, require
from ogp_analysis.tidy.dataset import Dataset, Input
from ogp_analysis.tidy.invariants import Invariants
from ogp_analysis.tidy.record import Cleaned, kept_all

#: Words of the table and our code for each standard of evidence, from the weakest to the strongest.
STATUSES = {
    "command-and-control server located (NOT evidence of a government customer by itself)": "server_located",
    "suspected deployment": "suspected_deployment",
    "suspected government user (infrastructure scan)": "suspected_user",
    "likely government user (infrastructure scan)": "likely_user",
    "likely government customer (infrastructure scan)": "likely_customer",
    "operator country previously linked to abusive use": "linked_to_abuse",
    "client government named by Pegasus Project consortium": "named_as_client",
    "contract acknowledged by government": "contract_acknowledged",
    "purchase confirmed by the government": "purchase_confirmed",
}
#: What a vendor sells; a platform for interception in telephone networks is not software on a device.
CATEGORIES = {
    "FinFisher": "spyware",
    "Hacking Team": "spyware",
    "NSO Group": "spyware",
    "Paragon": "spyware",
    "Circles": "network_interception",
}
_PUBLISHERS = {
    "Citizen Lab": "citizen_lab",
    "CyberScoop (on Citizen Lab)": "press_on_citizen_lab",
    'press and case database on Citizen Lab "Hide and Seek"': "press_on_citizen_lab",
    "Pegasus Project material (deployment copy)": "pegasus_project",
}
_HERE = "surveillance/datasets/spyware_operator_countries.py"


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``operators``: one country on one list. Every row is kept and nothing is changed.

    Raises
    ------
    CleaningError
        If a column is absent, or a vendor, a status, a publisher or a year is unknown.
    UnknownName
        If a country is none.
    """
    require(chunk, ("vendor", "product", "year", "country", "status", "source_publisher", "source_url"))
    vendor = known(chunk, "vendor", CATEGORIES)
    table = pd.DataFrame(
        {
            "vendor": vendor,
            "product": chunk["product"],
            "category": vendor.map(CATEGORIES),
            "iso3": iso3_of(chunk["country"], f"{_HERE}, country"),
            **periods.read(chunk, "year", "list"),
            "status": translated(chunk, "status", STATUSES, _HERE),
            "publisher": translated(chunk, "source_publisher", _PUBLISHERS, _HERE),
            "source_urls": chunk["source_url"],
        }
    )
    return Cleaned({"operators": table}, kept_all(chunk))


SCHEMA = TableSchema(
    "operators",
    "one country on one list of operators or customers of a vendor",
    ("vendor", "list_text", "iso3", "status"),
    (
        Column("vendor", "category", "Firm", categories=tuple(CATEGORIES), required=True),
        Column("product", "string", "Product", required=True),
        Column("category", "category", "Kind of technology; count the kinds apart", required=True,
               categories=tuple(dict.fromkeys(CATEGORIES.values()))),
        Column("iso3", "string", "Country, ISO 3166 alpha-3", required=True),
        *periods.columns("list", "Year of the list"),
        Column("status", "category", "Standard of evidence of the list. server_located: no evidence of a government "
               "customer by itself", categories=tuple(STATUSES.values()), required=True),
        Column("publisher", "category", "Who published the list, or on whom the report rests", required=True,
               categories=tuple(dict.fromkeys(_PUBLISHERS.values()))),
        Column("source_urls", "string", "Pages, joined by ' | '", required=True),
    ),
    left_alone="Bodies, quotations and caveats of the table are not taken over. The lists of 2013 and 2014 count "
    "infrastructure, which moves; later corrections of a list are not applied. A country on no list is not one without "
    "spyware",
)  # fmt: skip

DATASET = Dataset(
    name="spyware_operator_countries",
    title="Countries on published lists of operators and customers of spyware vendors, 2013-2025",
    inputs=(Input("spyware_operator_countries", "compiled", "operator_countries.csv"),),
    clean=clean,
    schemas=(SCHEMA,),
    invariants=Invariants(unsummed=dict.fromkeys(("list_first_year", "list_last_year"), "read from text")),
)
