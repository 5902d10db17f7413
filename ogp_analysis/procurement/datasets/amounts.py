"""Amounts and currencies as published: nothing is converted, nothing is guessed in silence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.text_column import array_of, bytes_of
from ogp_analysis.procurement.datasets.folding import by_value, fits, texts_of
from ogp_analysis.procurement.datasets.layouts import facts

AMOUNT_STATUSES = ("ok", "zero", "negative", "suspicious", "absurd", "test", "unreadable", "missing")
CURRENCY_STATUSES = ("ok", "from_header", "unlabelled", "misspelt", "test", "unknown")
_PLAIN = r"-?\$? ?[0-9]+(?:\.[0-9]+)?"
_GROUPED = r"-?\$? ?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?"


def read(values: pd.Series) -> pd.DataFrame:
    """Return ``amount`` (in units of its currency) and ``status`` for each text.

    A comma is read as a mark of thousands only where it stands before every third digit; the
    decimal sign is a point. Above 10,000 million a value is ``suspicious`` and kept; above 100,000
    million it is ``absurd`` and missing (7 of 3.1 million published contracts exceed it, all errors).
    """
    text, limits = pc.utf8_trim_whitespace(array_of(values)), facts()["amounts"]
    readable = fits(text, f"{_PLAIN}|{_GROUPED}")
    plain = text.filter(pa.array(readable))
    if len(marked := bytes_of(plain)) and marked.min() < ord("-"):
        plain = pc.replace_substring_regex(plain, "[$, ]", "")
    number = np.full(len(text), np.nan)
    number[readable] = _numbers(plain)
    status = np.full(len(text), AMOUNT_STATUSES.index("ok"))
    for name, rows in (
        ("zero", number == 0),
        ("negative", number < 0),
        ("suspicious", number > limits["suspicious_above"]),
        ("absurd", absurd := (number > limits["absurd_above"]) | np.isinf(number)),
        ("unreadable", ~readable),
        ("missing", pc.equal(text, "").to_numpy(zero_copy_only=False)),
    ):
        status[rows] = AMOUNT_STATUSES.index(name)
    number[absurd] = np.nan
    return pd.DataFrame({"amount": number, "status": texts_of(status, AMOUNT_STATUSES)}, values.index, copy=False)


#: A number of no more signs has no more digits than a float holds, so that there is one way to round it.
_SHORT = 15


def _numbers(texts: pa.Array) -> np.ndarray:
    """Return plain decimal numbers as floats; Arrow reads the short ones, faster than pandas."""
    short = pc.less_equal(pc.binary_length(texts), _SHORT)
    if not pc.all(short).as_py():
        short = pc.less_equal(pc.binary_length(pc.replace_substring(texts, ".", "")), _SHORT)
    numbers, rows = np.empty(len(texts)), short.to_numpy(zero_copy_only=False)
    numbers[rows] = texts.filter(short).cast(pa.float64()).to_numpy()
    # Beyond what a float holds a number is infinite here, so that it is absurd.
    numbers[~rows] = [float(text) for text in texts.filter(pc.invert(short)).to_pylist()]
    return numbers


def grouped(values: pd.Series) -> pd.Series:
    """Return whether each text holds marks of thousands that are read as such."""
    cells = array_of(values)
    if not (bytes_of(cells) == ord(",")).any():
        return pd.Series(False, index=values.index)
    return pd.Series(fits(pc.utf8_trim_whitespace(cells), _GROUPED), index=values.index)


def currencies(values: pd.Series | None, from_header: str, index: pd.Index) -> pd.DataFrame:
    """Return ``currency`` (ISO 4217, empty unless it is certain) and ``status`` for each text.

    ``MNX`` may be a slip for MXN, ``TEST`` and ``OTH`` are not currencies, a blank says nothing: none
    of them becomes MXN. Only a header that states the currency does that.
    """
    if values is None:
        status = "from_header" if from_header else "unlabelled"
        return pd.DataFrame({"currency": from_header, "status": status}, index=index, dtype="str")
    columns = ["currency", "status"]
    return by_value(values, lambda distinct: pd.DataFrame(map(_currency, distinct), columns=columns, dtype="str"))


def _currency(text: str) -> tuple[str, str]:
    code, lists = text.strip().upper(), facts()["currencies"]
    for status, name in (("test", "test"), ("misspelt", "misspelt"), ("ok", "known")):
        if code in lists[name]:
            return code if code in lists["known"] else "", status
    return "", "unknown" if code else "unlabelled"
