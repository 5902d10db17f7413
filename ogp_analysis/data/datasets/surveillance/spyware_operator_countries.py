"""Countries named as operators, customers or suspected users of five spyware vendors, 2013-2025, list by list.

A supplement of November 2026 holds later reports, on Predator and SORM, each of which was read in a secondary source.

Each list has its own standard of evidence, which `status` states: a server located in a country is not
evidence of a customer, a scan points to a likely user, a purchase may be confirmed by the government.
Lists overlap and are not independent.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning import coding, corrections
from ogp_analysis.data.cleaning.coding import coded, declared, rules, translated
from ogp_analysis.data.cleaning.country_year import codes_of_names, known, require
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout
from ogp_analysis.data.cleaning.invariants import Invariants, Sum
from ogp_analysis.data.cleaning.record import Cleaned, kept_all, kept_but

_CODES, _TABLES = declared(__file__, {"period": coding.period_columns})

_HERE = "data/datasets/surveillance/spyware_operator_countries.toml"
_COLUMNS = ("vendor", "product", "year", "country", "status", "source_publisher", "source_url",
            "caveat")  # fmt: skip
_LATER_COLUMNS = ("vendor", "product", "year", "country", "status", "source_publisher", "caveat")


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
        require(chunk, _LATER_COLUMNS)
        vendor = known(chunk, "vendor", _CODES["later_categories"])
        caveat = translated(chunk, "caveat", _CODES["later_caveats"], _HERE)
        table = pd.DataFrame(
            {
                "vendor": vendor,
                "product": chunk["product"],
                "category": vendor.map(_CODES["later_categories"]),
                "place": chunk["country"],
                "iso3": codes_of_names(chunk, "country", caveat != "country_ambiguous"),
                "year": chunk["year"],
                "status": translated(chunk, "status", _CODES["later_statuses"], _HERE),
                "publisher": translated(chunk, "source_publisher", _CODES["later_publishers"], _HERE),
                "confidence": _confidence(caveat),
                "caveat": caveat,
            }
        )
        return Cleaned({"later_reports": table}, kept_all(chunk))
    require(chunk, _COLUMNS)
    chunk, entries = corrections.corrected(
        chunk, _CODES["correction"], "spyware_operator_countries.toml", written_for=not source.layout
    )
    vendor = known(chunk, "vendor", _CODES["categories"])
    caveat = coded(chunk, "caveat", rules(_CODES["caveats"]), _HERE)
    table = pd.DataFrame(
        {
            "vendor": vendor,
            "product": chunk["product"],
            "category": vendor.map(_CODES["categories"]),
            "iso3": codes_of_names(chunk, "country"),
            **coding.period(chunk, "year", "list"),
            "status": translated(chunk, "status", _CODES["statuses"], _HERE),
            "publisher": translated(chunk, "source_publisher", _CODES["publishers"], _HERE),
            "confidence": _confidence(caveat),
            "caveat": caveat,
            "source_urls": chunk["source_url"],
        }
    )
    return Cleaned({"operators": table}, kept_but(chunk, *entries))


def _confidence(caveat: pd.Series) -> pd.Series:
    """Return ``low`` where the caveat makes it so, else ``not_graded``."""
    return caveat.isin(list(_CODES["low"])).map({True: "low", False: "not_graded"})


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
    schemas=_TABLES,
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
