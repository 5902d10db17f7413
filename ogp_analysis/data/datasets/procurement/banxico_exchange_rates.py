"""Rates of the Banco de México: pesos for one unit of a currency, by working day, 2018 to May 2020.

References
----------
Banco de México, Sistema de Información Económica, quotations of the currencies in the basket of the special
drawing right, and of that right, in pesos. They are not the FIX rate of the Diario Oficial.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import require
from ogp_analysis.data.cleaning.dataset import Input, declare
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


(SCHEMA,) = schemas(toml(__file__, "banxico_exchange_rates.toml"), codes=SERIES.values())

DATASET = declare("banxico_exchange_rates", clean, (SCHEMA,))
