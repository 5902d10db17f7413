"""The register of named numbers: what each number in a sentence is, and how it is written.

``numbers.toml`` beside this module has a table for each message and in it one for each number:

``unit``
    A key of :data:`UNITS`.
``decimals``
    How many are written (the number itself is never rounded).
``low``, ``high``
    Fields of the same sentence that hold the bounds of its interval.
``level``
    The level of that interval, for example 0.95.
``signed``
    Whether a plus sign is written.
"""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ogp_analysis.base.errors import MessageError

#: Unit of a number and what it means. ``share`` is stored 0-1 and written as a percentage.
UNITS = {
    "index": "points of an index or scale",
    "share": "share, stored 0-1, written in per cent",
    "count": "number of things counted",
    "rank": "rank, 1 is first",
    "year": "calendar year",
    "years": "duration in years",
    "ratio": "ratio or test statistic",
    "probability": "probability, p or q value",
    "money": "amount in the currency named beside it",
}
#: Significant digits of every number that is carried or written into a file.
DIGITS = 10
LOCALES = {"en": "en_US", "es": "es_MX"}
_FILE = Path(__file__).resolve().parent / "numbers.toml"


@dataclass(frozen=True)
class Number:
    """One registered number of a message; the fields are those of ``numbers.toml``."""

    unit: str
    decimals: int = 0
    low: str = ""
    high: str = ""
    level: float | None = None
    signed: bool = False

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise MessageError(
                "base/words/numbers.toml", f"unit {self.unit!r} is not known", "Use one of " + ", ".join(UNITS)
            )


@cache
def register() -> dict[str, dict[str, Number]]:
    """Return the registered numbers of each message key."""
    with _FILE.open("rb") as handle:
        tables = tomllib.load(handle)
    return {key: {name: Number(**spec) for name, spec in fields.items()} for key, fields in tables.items()}


def number(key: str, field: str) -> Number:
    """Return how the number `field` of message `key` is registered.

    Raises
    ------
    MessageError
        If it is not.
    """
    try:
        return register()[key][field]
    except KeyError:
        raise MessageError(
            f"message {key!r}",
            f"its number {field!r} is not registered",
            "Add its unit and decimals to base/words/numbers.toml",
        ) from None


def rounded(value: float) -> float | None:
    """Return a number to :data:`DIGITS` significant digits, or None if it is missing."""
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None


def written(value: float, spec: Number, language: str) -> str:
    """Return a number as the reader of `language` writes it, with a true minus sign.

    A probability too small for its decimals is written as less than the smallest they can show, one too near to 1 as
    more than the largest: none is zero, and none that is below 1 is certain.

    Raises
    ------
    MessageError
        If it is not finite: a missing number has its own sentence.
    """
    if not math.isfinite(value):
        raise MessageError("number", f"{value!r} cannot be written", "Choose the sentence for a missing value")
    if spec.unit == "year":
        return str(int(value))
    scaled = value * 100 if spec.unit == "share" else value
    text = decimal(scaled, spec.decimals, language)
    if spec.unit == "probability" and value > 0 and not _digits(text):
        return "<" + decimal(10**-spec.decimals, spec.decimals, language)
    if spec.unit == "probability" and rounded(value) < 1 and text == decimal(1, spec.decimals, language):
        return ">" + decimal(1 - 10**-spec.decimals, spec.decimals, language)
    if spec.signed and value > 0 and _digits(text):
        text = "+" + text
    return text + (" %" if language == "es" else "%") if spec.unit == "share" else text


@lru_cache(maxsize=4096)
def decimal(value: float, decimals: int, language: str) -> str:
    """Return `value` with exactly `decimals` decimals and the separators of the language.

    A value that rounds to zero has no sign.
    """
    from babel.numbers import format_decimal

    locale, pattern = _manner(decimals, language)
    text = format_decimal(value, format=pattern, locale=locale)
    return text.replace("-", "−" if _digits(text) else "")


@cache
def _manner(decimals: int, language: str) -> tuple:
    """Return locale and pattern as objects: Babel would read their names anew for each number of a page."""
    from babel import Locale
    from babel.numbers import parse_pattern

    return Locale.parse(LOCALES[language]), parse_pattern("#,##0" + ("." + "0" * decimals if decimals else ""))


def _digits(text: str) -> bool:
    """Whether a written number has a digit other than zero."""
    return bool(text.strip("-0.,"))


def day(value: dt.date, language: str) -> str:
    """Return a date in words, for example ``19 de junio de 2017``."""
    from babel.dates import format_date

    patterns = {"en": "d MMMM y", "es": "d 'de' MMMM 'de' y"}
    return format_date(value, format=patterns[language], locale=LOCALES[language])


def partial_day(text: str, language: str) -> str:
    """Return in words a date that is known to the day, the month or the year: YYYY[-MM[-DD]].

    Raises
    ------
    MessageError
        If it is not such a date.
    """
    from babel.dates import format_date

    if len(text) == 4 and text.isascii() and text.isdecimal():
        return text
    if len(text) == 7:
        patterns = {"en": "MMMM y", "es": "MMMM 'de' y"}
        return format_date(as_date(text + "-01"), format=patterns[language], locale=LOCALES[language])
    return day(as_date(text), language)


def as_date(text: str) -> dt.date:
    """Return a date written YYYY-MM-DD, to be said in words.

    Raises
    ------
    MessageError
        If it is not such a date.
    """
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise MessageError("date", f"{text[:20]!r} is not a date", "Write it YYYY-MM-DD")
    return found
