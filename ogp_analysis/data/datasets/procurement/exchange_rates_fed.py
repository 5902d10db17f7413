"""Exchange rates of the US Federal Reserve: units of a currency for one US dollar, by year and by month.

References
----------
Board of Governors of the Federal Reserve System, Foreign Exchange Rates (G.5 monthly, G.5A yearly): noon
buying rates in New York. Four currencies (AUD, EUR, GBP, NZD) are published as dollars for one unit; the
file has them the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import known, require
from ogp_analysis.data.cleaning.dataset import Input, concatenate, declare
from ogp_analysis.data.cleaning.record import Cleaned, kept_but
from ogp_analysis.data.datasets.procurement.checks import matching, positive

#: Name in the file and ISO 4217 code. The euro's forerunners end with 2001, Greece's with 2000.
CURRENCIES = dict(
    pair.rsplit(" ", 1)
    for pair in (
        "Australia AUD, Austria ATS, Belgium BEF, Brazil BRL, Canada CAD, China CNY, Denmark DKK, Euro EUR, "
        "Finland FIM, France FRF, Germany DEM, Greece GRD, Hong Kong HKD, India INR, Ireland IEP, Italy ITL, "
        "Japan JPY, Malaysia MYR, Mexico MXN, Netherlands NLG, New Zealand NZD, Norway NOK, Portugal PTE, "
        "Singapore SGD, South Africa ZAR, South Korea KRW, Spain ESP, Sri Lanka LKR, Sweden SEK, Switzerland CHF, "
        "Taiwan TWD, Thailand THB, United Kingdom GBP"
    ).split(", ")
)
#: Venezuela struck zeros off its money twice inside the series, which goes on in the new unit: the code, and
#: the last month and last year in that unit. The years of change are in the older unit throughout. Until
#: 2007 the figures are in the unit of 2008, not in the bolívares of the time.
VENEZUELA = (("VEF", (2018, 8), 2018), ("VES", (2021, 10), 2021), ("VED", (9999, 12), 9999))
CODES = tuple(sorted({*CURRENCIES.values(), *(code for code, *_ in VENEZUELA)}))
_COLUMNS = ("Date", "Country", "Exchange rate")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``yearly`` or ``monthly``: one currency in one year or month. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, a name is unknown, a date is not the first of a month (of January in the
        yearly file), or a rate is not a positive number.
    """
    require(chunk, _COLUMNS)
    yearly = source.tables == ("yearly",)
    known(chunk, "Country", (*CURRENCIES, "Venezuela"))
    pattern = r"\d{4}-01-01" if yearly else r"\d{4}-(?:0[1-9]|1[0-2])-01"
    text = matching(chunk, "Date", pattern, "dates that do not stand for their year or month")
    year, month = text.str[:4].astype("int64"), text.str[5:7].astype("int64")
    names = chunk["Country"]
    code, when = names.map(CURRENCIES), year if yearly else year * 12 + month
    for unit, (last_year, last_month), last in reversed(VENEZUELA):
        until = last if yearly else last_year * 12 + last_month
        code = code.mask((names == "Venezuela") & (when <= until), unit)
    table = pd.DataFrame(
        {
            "currency": code,
            "year": year,
            **({} if yearly else {"month": month}),
            "per_usd": positive(chunk, "Exchange rate"),
        }
    )
    return Cleaned({source.tables[0]: table}, kept_but(chunk))


def finish(parts: Iterable[Cleaned]) -> Cleaned:
    """Put the tables together, and say of each yearly rate how many of its months the monthly file has."""
    whole = concatenate(parts)
    if {"yearly", "monthly"} - set(whole.tables):
        raise CleaningError("exchange_rates_fed", "needs the yearly and the monthly file", "Put both in place")
    yearly, monthly = whole.tables["yearly"], whole.tables["monthly"]
    months = monthly.groupby(["currency", "year"]).size().rename("months").reset_index()
    yearly = yearly.merge(months, on=["currency", "year"], how="left")
    yearly["months"] = yearly["months"].fillna(0).astype("int64")
    return Cleaned({"yearly": yearly, "monthly": monthly}, whole.record)


YEARLY, MONTHLY = schemas(toml(__file__, "exchange_rates_fed.toml"), codes=CODES)

DATASET = declare("exchange_rates_fed", clean, (YEARLY, MONTHLY), finish)
