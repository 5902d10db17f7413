"""Surveillance Industry Index of 2018: how many of its records carry each value of each facet.

Counts of records in an index, not of deals: there is no link of a firm to a country, and what was easy
to find is in it more often.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.countries import iso3_of
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.tidy.country_year import known, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.record import Cleaned, changed, kept_but

#: The facets of the index.
FACETS = (
    "bibtex_type", "category", "company_name", "export_data_or_open_source", "found_in", "goods", "hardware_software",
    "hq_city", "offices_in", "parent_product", "product", "recipient_country", "spy_files_release_volume",
    "technology_sold", "trade_show", "transfer_to_enduser_reported_as_complete", "type_of_media",
)  # fmt: skip
#: The facet whose values are read as countries.
COUNTRY_FACET = "recipient_country"
#: Rule for the misspelt country of that facet.
SPELLING_RULE = "spelling_of_country"
_SPELLINGS = {"Norwat": "Norway"}
_HERE = "surveillance/datasets/sii_facets.py"
_COLUMNS = ("facet", "value", "n_records")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``facets``: one value of one facet. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent or a facet is unknown.
    UnknownName
        If a value of :data:`COUNTRY_FACET` is not a country.
    """
    require(chunk, _COLUMNS)
    facet = known(chunk, "facet", FACETS)
    recipients = facet == COUNTRY_FACET
    name = chunk["value"].mask(recipients, chunk["value"].replace(_SPELLINGS))
    iso3 = pd.Series(iso3_of(name[recipients], f"{_HERE}, {COUNTRY_FACET}"), index=chunk.index[recipients])
    table = pd.DataFrame(
        {
            "facet": facet,
            "value": chunk["value"],
            "iso3": iso3.reindex(chunk.index).fillna(""),
            "n_records": chunk["n_records"],
        }
    )
    return Cleaned({"facets": table}, kept_but(chunk, changed(chunk, "value", name, SPELLING_RULE)))


SCHEMA = TableSchema(
    "facets",
    "one value of one facet of the index",
    ("facet", "value"),
    (
        Column("facet", "category", "Facet of the index", categories=FACETS, required=True),
        Column("value", "string", "Value as the index writes it", required=True, redistribute=False),
        Column("iso3", "string", "Country of a value of recipient_country, ISO 3166 alpha-3; missing for all else",
               redistribute=False),
        Column("n_records", "integer", "Records of the index that carry the value", "records", minimum=1,
               required=True, redistribute=False),
    ),
    left_alone="Spellings of firms, cities and goods are the index's own: one thing may stand under several. Two "
    "spellings of a country are two rows with one iso3",
)  # fmt: skip

DATASET = Dataset(
    name="sii_facets",
    title="Counts of companies, countries and technologies in the Surveillance Industry Index, 2018",
    inputs=(Input("sii_facets", "2018", "sii_facets_2018-01-07.csv"),),
    clean=clean,
    schemas=(SCHEMA,),
    layouts=(Layout("facets", required=_COLUMNS, version=r"(20\d\d)"),),
)
