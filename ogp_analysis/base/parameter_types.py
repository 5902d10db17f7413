"""The kinds of value a notebook parameter can have.

Used as annotations in the cell tagged ``parameters``; the batch checks values against them before
anything runs. A tag says what the text or number must be beyond its type. Each is one plain name,
because papermill reads annotations with a pattern that knows neither dots nor bars.
"""

from __future__ import annotations

from typing import Annotated, Literal

#: Any usual name or code of a country; becomes its ISO 3166 alpha-3 code.
CountryCode = Annotated[str, "country"]
#: Id of an indicator in the catalogue.
IndicatorId = Annotated[str, "indicator"]
#: Two to eight countries, their usual names or codes with commas between them; becomes their alpha-3 codes.
CountryCodes = Annotated[str, "countries"]
#: One to four ids of indicators of the catalogue, with commas between them.
IndicatorIds = Annotated[str, "indicators"]
#: A region of the politico-geographic grouping used by V-Dem, or "world".
RegionCode = Annotated[str, "region"]
#: A clean table, ``dataset.table``.
CleanTable = Annotated[str, "table"]
#: A calendar year.
Year = Annotated[int, "year"]
#: A date written YYYY-MM-DD.
IsoDate = Annotated[str, "date"]
#: A date written YYYY-MM-DD, or None.
OptionalDate = Annotated[str, "date"] | None
#: Which data the notebook reads: what the repository holds (embedded), the published files fetched by the user (full),
#: the newest version of each dataset that is here (latest), or pins such as vdem=16; several with commas between them.
Edition = Annotated[str, "edition"]
#: Any usual name or code of a country, or None for all.
OptionalCountry = Annotated[str, "country"] | None
#: The number of an action plan, or None for all.
OptionalPlan = int | None
#: A vintage of OGP's table of commitments.
Vintage = Literal["2015", "2016", "2024_parliament"]
#: A theme of commitments.
Theme = Literal[
    "access_to_information", "anti_corruption", "asset_disclosure", "beneficial_ownership", "civic_space",
    "fiscal_openness", "human_rights", "justice", "open_data", "privacy", "procurement", "public_participation",
    "state_surveillance", "whistleblower_protection",
]  # fmt: skip
#: A calendar year, or None for no bound.
OptionalYear = Annotated[int, "year"] | None
#: A text, or None.
OptionalText = str | None
#: A publication of public contracts.
ProcurementDataset = Literal[
    "compranet_2010_2012", "compranet_2013", "compranet_2014", "compranet_2017", "compranet_2018",
    "compranet_imss_2023", "comprasmx_imss_2026", "ocds_mexico_apf", "ocds_mexico_cdmx", "ocds_mexico_gacm",
    "ocds_mexico_inai", "ocds_mexico_jalisco", "ocds_mexico_states_pdn", "ocds_armenia", "ocds_australia_nsw",
    "ocds_buyandsell", "ocds_canada_buyandsell", "ocds_canada_montreal", "ocds_colombia", "ocds_moldova",
    "ocds_paraguay", "ocds_taiwan", "ocds_uk_contracts_finder", "ocds_ukraine",
]  # fmt: skip
#: A publication of public contracts, or a folder that ``ogp-analysis clean`` wrote; that becomes a name of its content.
ContractsDataset = Annotated[str, "contracts"]
