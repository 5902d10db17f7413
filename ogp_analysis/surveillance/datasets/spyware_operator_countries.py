"""Countries named as operators, customers or suspected users of five spyware vendors, 2013-2025, list by list.

A supplement of November 2026 holds later reports, on Predator and SORM, each of which was read in a secondary source.

Each list has its own standard of evidence, which `status` states: a server located in a country is not
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
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.invariants import Invariants, Sum
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
#: What a vendor of the supplement sells; SORM is interception at the network, and no spyware.
_LATER_CATEGORIES = {"Intellexa": "spyware", "Russian providers": "network_interception"}
_LATER_STATUSES = {
    "reported sale (press investigation)": "reported_sale",
    "infrastructure evidence (Amnesty Security Lab)": "infrastructure",
    "named among at least eleven countries with active operators": "active_operator",
    "operator linked by infrastructure, first time": "infrastructure",
    "deployment reported": "reported_deployment",
    "indicators likely associated": "indicators",
    "very likely acquired": "very_likely_acquired",
}
_LATER_PUBLISHERS = {
    "European Investigative Collaborations / Amnesty Security Lab, as reported by INCYBER": "incyber_on_predator_files",
    "INK Centre for Investigative Journalism on Recorded Future": "ink_on_recorded_future",
    "Insikt Group, as reported by CySecurity News": "cysecurity_on_insikt",
    "The Record on Recorded Future Insikt Group": "record_on_insikt",
    "Recorded Future, as summarised on stacker.news": "stacker_on_recorded_future",
}
#: What is to be kept in mind of a later report.
_LATER_CAVEATS = {
    "secondary source; re-open the EIC report": "secondary",
    "secondary source; re-open the Security Lab report": "secondary",
    "secondary source": "secondary",
    "the source does not say which Congo": "country_ambiguous",
    "the list of eleven lies past the stored excerpt": "list_not_seen",
    "publisher of the article belongs to Recorded Future": "publisher_not_independent",
    "not a claim of a Pakistani government customer": "no_government_customer",
    "interception at the network, not spyware; weak (tertiary) source: find the original of January 2025 before use":
        "tertiary",
}  # fmt: skip
_HERE = "surveillance/datasets/spyware_operator_countries.py"
_COLUMNS = ("vendor", "product", "year", "country", "status", "source_publisher", "source_url")
_LATER_COLUMNS = ("vendor", "product", "year", "country", "status", "source_publisher", "caveat")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return ``operators``, one country on one list, or ``later_reports``. Every row is kept and nothing is changed.

    Raises
    ------
    CleaningError
        If a column is absent, or a vendor, a status, a publisher or a year is unknown.
    UnknownName
        If a country is none.
    """
    if source.tables == ("later_reports",):
        require(chunk, _LATER_COLUMNS)
        vendor, caveat = known(chunk, "vendor", _LATER_CATEGORIES), translated(chunk, "caveat", _LATER_CAVEATS, _HERE)
        sure = caveat != "country_ambiguous"
        iso3 = pd.Series(iso3_of(chunk.loc[sure, "country"], f"{_HERE}, country"), index=chunk.index[sure])
        table = pd.DataFrame(
            {
                "vendor": vendor,
                "product": chunk["product"],
                "category": vendor.map(_LATER_CATEGORIES),
                "place": chunk["country"],
                "iso3": iso3.reindex(chunk.index).fillna(""),
                "year": chunk["year"],
                "status": translated(chunk, "status", _LATER_STATUSES, _HERE),
                "publisher": translated(chunk, "source_publisher", _LATER_PUBLISHERS, _HERE),
                "caveat": caveat,
            }
        )
        return Cleaned({"later_reports": table}, kept_all(chunk))
    require(chunk, _COLUMNS)
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

LATER = TableSchema(
    "later_reports",
    "one country in one later report on a product",
    ("product", "year", "place"),
    (
        Column("vendor", "category", "Firm or firms", categories=tuple(_LATER_CATEGORIES), required=True),
        Column("product", "string", "Product", required=True),
        Column("category", "category", "Kind of technology; count the kinds apart", required=True,
               categories=tuple(dict.fromkeys(_LATER_CATEGORIES.values()))),
        Column("place", "string", "Country, as the table writes it", required=True),
        Column("iso3", "string", "Country, ISO 3166 alpha-3; missing where the source does not say which of two"),
        Column("year", "integer", "Year of the report", "year", minimum=2020, required=True),
        Column("status", "category", "What the report says. indicators: no claim of a government customer",
               categories=tuple(dict.fromkeys(_LATER_STATUSES.values())), required=True),
        Column("publisher", "category", "Where it was read, and on whom that rests", required=True,
               categories=tuple(_LATER_PUBLISHERS.values())),
        Column("caveat", "category", "What is to be kept in mind; every report was read in a secondary source, "
               "tertiary ones say so", categories=tuple(dict.fromkeys(_LATER_CAVEATS.values())), required=True),
    ),
    left_alone="Addresses are left out, as they are those of secondary sources, and an entity that one report names",
)  # fmt: skip

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
    schemas=(SCHEMA, LATER),
    invariants=Invariants(
        sums=(Sum("later_reports", "year", files="*supplement*"),),
        unsummed=dict.fromkeys(("list_first_year", "list_last_year"), "read from text"),
    ),
    layouts=(
        Layout(
            "lists",
            required=_COLUMNS,
            unread="entity|source_text|caveat",
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
