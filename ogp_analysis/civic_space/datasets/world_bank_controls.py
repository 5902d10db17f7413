"""World Bank development indicators used as controls: income, growth, trade, internet use, population.

References
----------
World Bank, World Development Indicators: NY.GDP.PCAP.KD, NY.GDP.MKTP.KD.ZG, NE.TRD.GNFS.ZS,
NY.GDP.TOTL.RT.ZS, SP.URB.TOTL.IN.ZS, MS.MIL.XPND.GD.ZS, SP.POP.TOTL; Gapminder and the International
Telecommunication Union for internet users (IT.NET.USER.ZS).
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.tidy.country_year import known, number, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.iso_codes import REGISTER_LINE, current
from ogp_analysis.tidy.record import Cleaned, kept_all

LICENCE = "CC BY 4.0"
POPULATION_LICENCE = "ODC-PDDL"
_MORE = "higher is more"
SERIES = (
    Column("gdp_pc", "number", "Gross domestic product a head, at constant prices", "constant US dollars of 2015",
           _MORE, minimum=0, licence=LICENCE),
    Column("gdp_growth", "number", "Yearly growth of gross domestic product at constant prices", "percent a year",
           _MORE, licence=LICENCE),
    Column("trade_openness", "number", "Exports and imports of goods and services; more than 100 where trade passes "
           "through", "percent of GDP", _MORE, minimum=0, licence=LICENCE),
    Column("resource_rents", "number", "Rents of oil, gas, coal, minerals and forests; ends in 2021",
           "percent of GDP", _MORE, minimum=0, licence=LICENCE),
    Column("urbanization", "number", "People who live in towns and cities", "percent of the population", _MORE,
           minimum=0, maximum=100, licence=LICENCE),
    Column("military_spending", "number", "Military expenditure; may exceed 100 in a year of war", "percent of GDP",
           _MORE, minimum=0, licence=LICENCE),
    Column("internet_users_pct", "number", "People who used the internet within the last three months. National "
           "surveys replace estimates in different years, so that steps are often changes of method",
           "percent of the population", _MORE, minimum=0, maximum=100, licence=LICENCE),
    Column("population", "integer", "People living in the economy at mid-year", "people", _MORE, minimum=1,
           licence=POPULATION_LICENCE),
)  # fmt: skip


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one chunk of the compiled indicators into the table ``country_year``.

    Grain: one economy in one year. Every row is kept, also the empty ones, and no value is changed:
    steps in the internet series and trade or military shares near zero or above 100 are as published.

    Raises
    ------
    CleaningError
        If a column is absent, an economy is unknown or a value is not a number.
    """
    require(chunk, ("iso3", "year", *(column.name for column in SERIES)))
    table = pd.DataFrame({
        "iso3": known(chunk, "iso3", current(), REGISTER_LINE),
        "year": chunk["year"],
        **{column.name: number(chunk, column.name) for column in SERIES},
    })  # fmt: skip
    return Cleaned({"country_year": table}, kept_all(chunk))


SCHEMA = TableSchema(
    "country_year",
    "one economy in one year",
    ("iso3", "year"),
    (
        Column("iso3", "string", "ISO 3166 alpha-3 code; XKX (Kosovo) is user-assigned, PSE is the West Bank and Gaza. "
               "No group of economies", required=True),
        Column("year", "integer", "Calendar year", "year", minimum=1970, required=True),
        *SERIES,
    ),
    left_alone="Steps in the internet series (Mexico +13.0, -6.5 and +13.0 points in 2015, 2017 and 2019) stand as "
    "published. Taiwan is not in the file",
)  # fmt: skip

INPUT = Input("world_bank_controls", "2024", "controls_wdi_1970_2024.csv")
SERIES_BY_ECONOMY = Layout("series", required=("iso3", "year", *(one.name for one in SERIES)), like=INPUT, last="year")

DATASET = Dataset(
    name="world_bank_controls",
    title="World Bank development indicators by economy and year, 1970-2024",
    inputs=(INPUT,),
    clean=clean,
    schemas=(SCHEMA,),
    layouts=(SERIES_BY_ECONOMY,),
)
