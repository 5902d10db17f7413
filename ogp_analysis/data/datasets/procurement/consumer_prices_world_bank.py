"""Consumer prices: an index to 2014 and yearly changes to 2024, which are two different things under one name.

Both files call their value ``CPI``. That of 2016 holds the index FP.CPI.TOTL (2010 = 100); that of 2025 says
so too, but holds the yearly change FP.CPI.TOTL.ZG in percent. Each is read as what it holds and refused if it
holds the other.

References
----------
World Bank, World Development Indicators, FP.CPI.TOTL and FP.CPI.TOTL.ZG, from the International Financial
Statistics of the International Monetary Fund.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning import country_year
from ogp_analysis.data.cleaning.country_year import number, refuse, require
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.record import FILE, Cleaned, kept_but
from ogp_analysis.data.datasets.procurement.checks import matching

BASE_YEAR = 2010
#: How far from 100 an economy's index may be in its base year: South Sudan has 101.17, Indonesia 99.998.
BASE_TOLERANCE = 2.0
#: The median change of a year is far below this, the median of an index in its base year is 100.
_MEDIAN_CHANGE = 50.0


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``price_index`` or ``price_change``: one economy in one year. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, a code, year or value cannot be read, or the file holds the other measure.
    """
    require(chunk, ("Country Code", "Year", "CPI"))
    codes, entries = country_year.economies(chunk, "Country Code")
    year = matching(chunk, "Year", r"(?:19|20)\d\d", "values that are not years").astype("int64")
    value = number(chunk, "CPI")
    refuse(chunk, "CPI", value.isna(), "values that are missing")
    of_base_year = value[year == BASE_YEAR]
    if source.tables == ("price_index",):
        _check(chunk, bool(len(of_base_year)) and bool((of_base_year - 100).abs().le(BASE_TOLERANCE).all()), "an index")
        refuse(chunk, "CPI", ~(value > 0), "index values that are not positive")
    else:
        _check(chunk, bool(len(of_base_year)) and bool(of_base_year.median() < _MEDIAN_CHANGE), "yearly changes")
        refuse(chunk, "CPI", ~(value > -100), "changes of -100 percent or less")
    (table,) = source.tables
    return Cleaned({table: pd.DataFrame({**codes, "year": year, table: value})}, kept_but(chunk, entries))


def _check(chunk: pd.DataFrame, holds: bool, what: str) -> None:
    if not holds:
        raise CleaningError(
            str(chunk[FILE].iloc[0]) if len(chunk) else "consumer_prices_world_bank",
            f"does not hold {what}: the values of {BASE_YEAR} show another measure",
            "Give the file to the input that reads what it holds",
        )


INDEX, CHANGE = schemas(toml(__file__, "consumer_prices_world_bank.toml"))

DATASET = declare("consumer_prices_world_bank", clean, (INDEX, CHANGE))
