"""Rates of the Banco de México: pesos for one unit of a currency, by working day, 2018 to May 2020.

References
----------
Banco de México, Sistema de Información Económica, quotations of the currencies in the basket of the special
drawing right, and of that right, in pesos. They are not the FIX rate of the Diario Oficial.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.data.cleaning.country_year import require
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout
from ogp_analysis.data.cleaning.invariants import Invariants, Past, Sum, every_but
from ogp_analysis.data.cleaning.record import Cleaned, kept_but
from ogp_analysis.data.datasets.procurement.checks import matching, positive

#: Series of the file and ISO 4217 code; XDR is the special drawing right.
SERIES = {"SF46405": "USD", "SF46410": "EUR", "SF46406": "JPY", "SF46407": "GBP", "SF290383": "CNY", "SF46411": "XDR"}
_DAY = r"(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/(\d{4})"
_COLUMNS = ("Fecha", *SERIES)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``daily``: one currency on one day. Every row (day) is kept; dates are dd/mm/yyyy.

    Raises
    ------
    CleaningError
        If a series is absent, or a day or a rate cannot be read.
    """
    require(chunk, _COLUMNS)
    text = matching(chunk, "Fecha", _DAY, "days that are not written dd/mm/yyyy")
    days = text.str.replace(_DAY, r"\3-\2-\1", regex=True)
    parts = [
        pd.DataFrame({"currency": code, "date": days, "mxn": positive(chunk, series)})
        for series, code in SERIES.items()
    ]
    return Cleaned({"daily": pd.concat(parts, ignore_index=True)}, kept_but(chunk))


SCHEMA = TableSchema(
    "daily",
    "one currency on one working day",
    ("currency", "date"),
    (
        Column("currency", "category", "ISO 4217 code", categories=tuple(SERIES.values()), required=True),
        Column("date", "date", "Day of the quotation", required=True),
        Column("mxn", "number", "Quotation, to four decimals: for JPY that is three or four digits, a precision "
               "of 0.03 percent", "Mexican pesos for one unit of the currency", minimum=0, required=True),
    ),
    left_alone="Weekends and holidays are not filled in; no day before 2018-01-02 or after 2020-05-27",
)  # fmt: skip

DATASET = Dataset(
    name="banxico_exchange_rates",
    title="Exchange rates of the peso by day, January 2018 to May 2020",
    inputs=(Input("banxico_exchange_rates", "2020", header=17),),
    clean=clean,
    schemas=(SCHEMA,),
    invariants=Invariants(sums=(Sum("daily", "mxn", every_but("Fecha")),), past=(Past("daily", ("date",)),)),
    layouts=(Layout("daily", required=_COLUMNS, version=r"(20\d\d)"),),
)
