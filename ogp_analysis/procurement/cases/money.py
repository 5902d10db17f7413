"""Amounts of awards in one currency, with what was converted and what could not be counted."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ogp_analysis.procurement.exchange_rates import available
from ogp_analysis.procurement.money import convert
from ogp_analysis.procurement.totals import NO_AMOUNT, WHICH, Total, total


@dataclass(frozen=True)
class Money:
    """What awards amount to in one currency.

    Attributes
    ----------
    currency : str
        ISO 4217 code.
    values : pandas.Series
        Amount in the currency, on the index of the awards; missing where it is not counted.
    total : Total
        Their sum, with what was left out and why.
    others : pandas.DataFrame
        ``currency, awards, converted``: what was in another currency or in none that is named, sorted.
    """

    currency: str
    values: pd.Series
    total: Total
    others: pd.DataFrame


def in_one_currency(awards: pd.DataFrame, currency: str, edition: str) -> Money:
    """Return the amounts of awards in `currency`, at the rate of their day as the edition knows it.

    Amounts of contracts count: no amendment, no maximum of a framework, nothing that is zero, negative or absurd.

    Parameters
    ----------
    awards : pandas.DataFrame
        Awarded contracts with ``amount_status``, ``amount_basis`` and ``currency_status``.
    currency : str
        ISO 4217 code.
    edition : {"embedded", "full"}
        Which exchange rates there are.
    """
    foreign = awards["currency"].notna() & (awards["currency"] != currency)
    rates = available(edition) if foreign.any() else ()
    conversion = convert(awards["amount"], awards["currency"], awards["date"], currency, rates)
    counts = ~awards["amount_status"].isin(NO_AMOUNT) & awards["amount_basis"].isin(WHICH["contract"])
    values = conversion["converted"].where(counts)
    whole = total(awards, "contract", currency, conversion=conversion)
    return Money(currency, values, whole, _others(awards, currency, values))


def _others(awards: pd.DataFrame, currency: str, values: pd.Series) -> pd.DataFrame:
    named = awards["currency"].fillna("").astype("str")
    rows = pd.DataFrame({"currency": named, "converted": values.notna()})[
        (named != currency) & awards["amount"].notna()
    ]
    found = rows.groupby("currency", sort=True)["converted"].agg(awards="size", converted="sum")
    return found.reset_index().astype({"awards": "int64", "converted": "int64"})
