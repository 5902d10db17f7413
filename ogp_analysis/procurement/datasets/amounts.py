"""Amounts and currencies as published: nothing is converted, nothing is guessed in silence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.text_column import array_of
from ogp_analysis.procurement.datasets.folding import by_value
from ogp_analysis.procurement.datasets.layouts import facts

AMOUNT_STATUSES = ("ok", "zero", "negative", "suspicious", "absurd", "test", "unreadable", "missing")
CURRENCY_STATUSES = ("ok", "from_header", "unlabelled", "misspelt", "test", "unknown")
_PLAIN = r"-?\$? ?\d+(?:\.\d+)?"
_GROUPED = r"-?\$? ?\d{1,3}(?:,\d{3})+(?:\.\d+)?"


def read(values: pd.Series) -> pd.DataFrame:
    """Return ``amount`` (in units of its currency) and ``status`` for each text.

    A comma is read as a mark of thousands only where it stands before every third digit; the
    decimal sign is a point. Above 10,000 million a value is ``suspicious`` and kept; above 100,000
    million it is ``absurd`` and missing (7 of 3.1 million published contracts exceed it, all errors).
    """
    return by_value(values, _read)


def _read(values: pd.Series) -> pd.DataFrame:
    text = values.str.strip()
    readable = text.str.fullmatch(f"(?:{_PLAIN})|(?:{_GROUPED})")
    number = _numbers(text.where(readable, "").str.replace(r"[$, ]", "", regex=True))
    limits = facts()["amounts"]
    status = pd.Series("ok", index=values.index, dtype="str").mask(number == 0, "zero").mask(number < 0, "negative")
    status = status.mask(number > limits["suspicious_above"], "suspicious")
    status = status.mask(number > limits["absurd_above"], "absurd")
    status = status.mask(~readable, "unreadable").mask(text == "", "missing")
    return pd.DataFrame({"amount": number.mask(status == "absurd"), "status": status})


#: A number of no more signs has no more digits than a float holds, so that there is one way to round it.
_SHORT = 15


def _numbers(texts: pd.Series) -> pd.Series:
    """Return plain decimal numbers as floats, missing where a text is blank; Arrow reads the short ones, faster."""
    cells = array_of(texts)
    short = pc.less_equal(pc.binary_length(pc.replace_substring(cells, ".", "")), _SHORT)
    filled = pc.and_(short, pc.not_equal(cells, ""))
    number = np.full(len(cells), np.nan)
    number[filled.to_numpy(zero_copy_only=False)] = cells.filter(filled).cast(pa.float64()).to_numpy()
    long = pc.invert(short).to_numpy(zero_copy_only=False)
    number[long] = pd.to_numeric(texts[long])
    return pd.Series(number, index=texts.index)


def grouped(values: pd.Series) -> pd.Series:
    """Return whether each text holds marks of thousands that are read as such."""
    return by_value(values, lambda distinct: distinct.str.strip().str.fullmatch(_GROUPED))


def currencies(values: pd.Series | None, from_header: str, index: pd.Index) -> pd.DataFrame:
    """Return ``currency`` (ISO 4217, empty unless it is certain) and ``status`` for each text.

    ``MNX`` may be a slip for MXN, ``TEST`` and ``OTH`` are not currencies, a blank says nothing: none
    of them becomes MXN. Only a header that states the currency does that.
    """
    if values is None:
        status = "from_header" if from_header else "unlabelled"
        return pd.DataFrame({"currency": from_header, "status": status}, index=index, dtype="str")
    return by_value(values, _currencies)


def _currencies(values: pd.Series) -> pd.DataFrame:
    text, lists = values.str.strip().str.upper(), facts()["currencies"]
    known = text.isin(lists["known"])
    status = pd.Series("unknown", index=values.index, dtype="str").mask(text == "", "unlabelled").mask(known, "ok")
    status = status.mask(text.isin(lists["misspelt"]), "misspelt").mask(text.isin(lists["test"]), "test")
    return pd.DataFrame({"currency": text.where(known, ""), "status": status})
