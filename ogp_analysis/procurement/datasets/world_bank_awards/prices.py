"""Prices in World Bank award notices, read from their texts: one currency and one amount, or no price."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from ogp_analysis.procurement.datasets.checks import refuse
from ogp_analysis.procurement.datasets.world_bank_awards.words import facts
from ogp_analysis.tidy.record import changed

#: ``several``: amounts in two or more currencies, which are parts of one price; ``currency_only``: no amount.
STATUSES = ("ok", "zero", "several", "currency_only", "unreadable", "missing")
#: Amounts in several currencies are parts of one price; the file's own reading takes the first for the whole.
SEVERAL_RULE = "price_in_several_currencies"
#: Points for commas, or the currency after the amount: which digits are cents is not certain.
UNREADABLE_RULE = "unreadable_price"
#: RMB is the name of the money whose code is CNY.
SAME_RULE = "another_name_of_the_currency"
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_ONE = rf"([A-Z]{{3}})\s*({_NUMBER})\s*;?"


def read(chunk: pd.DataFrame, stage: str) -> tuple[dict[str, pd.Series], list[pd.DataFrame]]:
    """Return amount, currency, status and text of the price at one stage, and the entries of the record.

    The file's own reading cuts cents off and takes the first of several currencies for the whole price. It is held
    against ours, not taken over.

    Raises
    ------
    CleaningError
        If a currency is unknown, or the file's own reading is of another price.
    """
    column = f"{stage}.price.raw"
    text = chunk[column].str.strip()
    parts = text.str.extract(rf"^{_ONE}$")
    found = parts[1].notna()
    amount = pd.to_numeric(parts[1].where(found, "").str.replace(",", ""), errors="coerce").astype("float64")
    status = pd.Series("unreadable", index=text.index, dtype="str").mask(text.str.count(r"[A-Z]{3}") > 1, "several")
    status = status.mask(text.str.fullmatch(r"[A-Z]{3};?"), "currency_only").mask(text == "", "missing")
    status = status.mask(found, "ok").mask(amount == 0, "zero")
    own = pd.to_numeric(chunk[f"{stage}.price.amount"], errors="coerce")
    # The file's reader did not know the blanks inside some prices.
    differs = found & own.notna() & (amount // 1 != own)
    refuse(chunk, f"{stage}.price.amount", differs, "amounts that differ from the text beside them")
    code, entry = currency(chunk, column, parts[0].where(found, ""))
    nothing = text.mask(text != "", "")
    lost = [
        changed(chunk[status == "several"], column, nothing[status == "several"], SEVERAL_RULE),
        changed(chunk[status == "unreadable"], column, nothing[status == "unreadable"], UNREADABLE_RULE),
    ]
    made = {"price": amount, "currency": code, "price_status": status, "price_text": text}
    return {f"{stage}_{name}": values for name, values in made.items()}, [*lost, entry]


def currency(chunk: pd.DataFrame, column: str, codes: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    """Return the ISO 4217 code of each currency, and an entry for each that goes by another name.

    Raises
    ------
    CleaningError
        If a code is unknown.
    """
    stated = facts()["currencies"]
    same = codes.replace(stated["same"])
    refuse(chunk, column, ~same.isin(["", *stated["known"]]), "currencies that are not known")
    moved = same != codes
    text = chunk.loc[moved, column].mask(chunk.loc[moved, column] == codes[moved], same[moved])
    for name, code in stated["same"].items():
        text = text.str.replace(name, code)
    return same, changed(chunk[moved], column, text, SAME_RULE)


def with_cents(stage: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return a function that gives the amounts of the file, which are cut, the cents that end the text beside them."""
    amount, text = f"{stage}.price.amount", f"{stage}.price.raw"

    def numbers(chunk: pd.DataFrame) -> pd.DataFrame:
        if amount not in chunk.columns or text not in chunk.columns:
            return pd.DataFrame(index=chunk.index)
        whole = chunk[amount].str.replace(r"\.0*$", "", regex=True)
        cents = chunk[text].str.extract(r"(\.\d+)\s*;?\s*$")[0].fillna("")
        return pd.DataFrame({amount: whole.mask(whole != "", whole + cents)})

    return numbers
