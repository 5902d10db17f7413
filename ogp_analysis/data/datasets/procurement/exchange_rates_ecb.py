"""Euro foreign exchange reference rates: units of a currency for one euro, by working day from 1999.

References
----------
European Central Bank, Euro foreign exchange reference rates: set from a concertation of central banks at
14:15 Central European time, for information.
"""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError, listed
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import require
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, kept_but

#: What the file writes where a currency has no rate on a day.
NO_RATE = "N/A"
#: Columns of the file, ISO 4217. ROL and TRL are older units than RON and TRY.
CODES = tuple(
    "USD JPY BGN CYP CZK DKK EEK GBP HUF LTL LVL MTL PLN ROL RON SEK SIT SKK CHF ISK NOK HRK RUB TRL TRY AUD BRL CAD "
    "CNY HKD IDR ILS INR KRW MXN MYR NZD PHP SGD THB ZAR".split()
)
#: A column of three capital letters is a currency; one that is not among :data:`CODES` was added later.
_CODE = "[A-Z]{3}"


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``daily``: one currency on one day that has a rate. Every row (day) of the file is kept.

    Raises
    ------
    CleaningError
        If a column is absent, a day has no rate at all, or a cell is neither a positive number nor
        :data:`NO_RATE`.
    """
    require(chunk, ("Date", *CODES[:1]))
    further = [name for name in chunk.columns if re.fullmatch(_CODE, name) and name not in CODES]
    codes = [name for name in CODES if name in chunk.columns] + further
    cells = chunk.melt(["Date", FILE, LINE], codes, "currency", "text")
    rates = cells[cells["text"] != NO_RATE]
    per_eur = pd.to_numeric(rates["text"], errors="coerce")
    wrong = ~(per_eur > 0)
    if wrong.any():
        first = rates[wrong].iloc[0]
        where = f"{first[FILE]} line {first[LINE]}, column {first['currency']}"
        what = f"{int(wrong.sum())} cells are neither a positive number nor {NO_RATE}, for example {first['text']!r}"
        raise CleaningError(where, what, "Correct the source row")
    if empty := sorted(set(chunk["Date"]) - set(rates["Date"])):
        what = f"{len(empty)} days have no rate, {listed(empty)}"
        raise CleaningError("exchange_rates_ecb", what, "Set these rows aside by a rule")
    table = pd.DataFrame({"currency": rates["currency"], "date": rates["Date"], "per_eur": per_eur})
    return Cleaned({"daily": table.reset_index(drop=True)}, kept_but(chunk))


(SCHEMA,) = schemas(toml(__file__, "exchange_rates_ecb.toml"), codes=CODES)

DATASET = declare("exchange_rates_ecb", clean, (SCHEMA,))
