"""Numbers that know what they are: unit, decimals, and the interval they stand in.

A number is registered where it is computed. A result declares its fields with one of the annotations below, as in
``n: Count`` or ``difference: Annotated[float, Measure("index", 3, signed=True)]``, and :func:`measured` reads them off;
a number that is not a field of a result is made by one of the constructors, as in ``count(12)``. A sentence only refers
to a number by its name: :func:`facts` gives it all that a result has to say.
"""

from __future__ import annotations

import datetime as dt
import math
import numbers as abstract
import typing
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from typing import Annotated

from ogp_analysis.base.disclosure import Withheld
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


@dataclass(frozen=True)
class Measure:
    """What a number measures and how it is written.

    Attributes
    ----------
    unit : str
        A key of :data:`UNITS`.
    decimals : int
        How many are written; the number itself is never rounded.
    signed : bool
        Whether a plus sign is written.
    low, high : str
        Fields of the same result that hold the bounds of its interval.
    level : float or None
        The level of that interval, for example 0.95.
    """

    unit: str
    decimals: int = 0
    signed: bool = False
    low: str = ""
    high: str = ""
    level: float | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.unit, str) or self.unit not in UNITS:
            raise MessageError("number", f"unit {self.unit!r} is not known", "Use one of " + ", ".join(UNITS))
        if not isinstance(self.decimals, int) or not 0 <= self.decimals <= DIGITS:
            fault = f"cannot be written with {self.decimals!r} decimals"
            raise MessageError("number", fault, f"Use a whole number from 0 to {DIGITS}")


Count = Annotated[int, Measure("count")]
Rank = Annotated[int, Measure("rank")]
Year = Annotated[int, Measure("year")]
Years = Annotated[int, Measure("years")]
Share = Annotated[float, Measure("share")]
Index = Annotated[float, Measure("index", 3)]
Difference = Annotated[float, Measure("index", 3, signed=True)]
Probability = Annotated[float, Measure("probability", 3)]


@dataclass(frozen=True)
class Number:
    """A value with what it measures; bounds and level where it stands in an interval. Nothing is rounded."""

    value: float
    unit: str
    decimals: int = 0
    signed: bool = False
    low: float | None = None
    high: float | None = None
    level: float | None = None

    def __post_init__(self) -> None:
        Measure(self.unit, self.decimals, self.signed)
        for name in ("value", "low", "high", "level"):
            value = getattr(self, name)
            if isinstance(value, Withheld):
                raise value.fault("may be drawn, but not said: they cannot be numbers of a sentence")
            value = value.item() if hasattr(value, "item") else value
            if value is not None or name == "value":
                if not isinstance(value, abstract.Real) or isinstance(value, bool):
                    said = f"its {name} is {value!r}, which is not a number"
                    raise MessageError("number", said, "Choose the sentence without it")
                if not math.isfinite(value):
                    said = f"its {name} is {value!r}"
                    raise MessageError("number", said, "Choose the sentence for a missing value")
            # A number of Python, not of numpy, to the digits that are carried.
            object.__setattr__(self, name, rounded(value) if isinstance(value, float) else value)

    def written(self, language: str) -> str:
        """Return the number as the reader of `language` writes it."""
        return written(float(self.value), self, language)


def count(value: int) -> Number:
    """Return a number of things counted."""
    return Number(value, "count")


def counts(**values: int) -> dict[str, Number]:
    """Return numbers of things counted, by name."""
    return {name: count(value) for name, value in values.items()}


def years(**values: int) -> dict[str, Number]:
    """Return calendar years, by name."""
    return {name: year(value) for name, value in values.items()}


def indices(**values: float) -> dict[str, Number]:
    """Return points of an index or scale, by name."""
    return {name: index(value) for name, value in values.items()}


def rank(value: int) -> Number:
    """Return a rank, 1 being the first."""
    return Number(value, "rank")


def year(value: int) -> Number:
    """Return a calendar year."""
    return Number(value, "year")


def share(value: float, decimals: int = 0, **interval) -> Number:
    """Return a share, given 0-1 and written in per cent; `interval` is ``low``, ``high`` and ``level``."""
    return Number(value, "share", decimals, **interval)


def index(value: float, decimals: int = 3, **more) -> Number:
    """Return points of an index or scale; `more` as for :class:`Number`."""
    return Number(value, "index", decimals, **more)


def probability(value: float) -> Number:
    """Return a probability, a p or a q value."""
    return Number(value, "probability", 3)


@cache
def measures(kind: type) -> dict[str, Measure]:
    """Return what the fields and properties of a class measure, by name, as their annotations say."""
    hints = typing.get_type_hints(kind, include_extras=True)
    for base in kind.__mro__:
        for name, member in vars(base).items():
            if isinstance(member, property) and name not in hints:
                hints[name] = typing.get_type_hints(member.fget, include_extras=True).get("return")
    found = {name: _measure_of(hint) for name, hint in hints.items()}
    return {name: measure for name, measure in found.items() if measure}


def _measure_of(hint) -> Measure | None:
    """Return the measure in an annotation, or in a part of it, as in ``Count | None``."""
    own = (extra for extra in getattr(hint, "__metadata__", ()) if isinstance(extra, Measure))
    parts = (_measure_of(part) for part in typing.get_args(hint) if not isinstance(part, str))
    return next(own, None) or next((part for part in parts if part), None)


def measured(result) -> dict[str, Number]:
    """Return the numbers of a result by name: its annotated fields and properties that have a value."""
    declared, numbers = measures(type(result)), {}
    values = {name: getattr(result, name) for name in declared}
    for name, m in declared.items():
        if isinstance(value := values[name], abstract.Real) and not isinstance(value, bool):
            low, high = values.get(m.low), values.get(m.high)
            level = None if low is None else m.level
            numbers[name] = Number(value, m.unit, m.decimals, m.signed, low, high, level)
    return numbers


def facts(result, prefix: str = "", decimals: int = 0) -> dict:
    """Return the numbers and texts of a result by name, as a sentence takes them.

    A number keeps the unit that the annotation of its field states. A field that is several numbers, such as a
    proportion with its denominator and interval, gives those of its method ``facts``. What is missing is left out, so
    that a sentence that needs it cannot be said.

    Parameters
    ----------
    result : dataclass
        A frozen result, or a proportion by itself.
    prefix : str
        Name of a proportion that is given by itself; without it the parts have their own names.
    decimals : int
        Decimals of the shares of proportions, in per cent.

    Raises
    ------
    DisclosureError
        If the result rests on values that may be drawn only.
    """
    if isinstance(result, Withheld):
        raise result.fault("may be drawn, but not said: they cannot be the values of a sentence")
    if hasattr(type(result), "facts"):
        return result.facts(prefix, decimals)
    named = {n for kind in type(result).__mro__ for n, value in vars(kind).items() if isinstance(value, property)}
    found: dict = {}
    # A frame is not a value of a sentence, and is made anew each time.
    for name in [f.name for f in fields(result)] + sorted(named - {"frame"}):
        value = getattr(result, name)
        if hasattr(type(value), "facts"):
            found |= value.facts(name, decimals)
        elif isinstance(value, int | float | str) and not isinstance(value, bool) and value != "":
            found[name] = value
    return found | measured(result)


def rounded(value: float) -> float | None:
    """Return a number to :data:`DIGITS` significant digits, or None if it is missing."""
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None


def written(value: float, spec: Measure | Number, language: str) -> str:
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
    except (ValueError, TypeError):
        found = None
    if found is None or found.isoformat() != text:
        raise MessageError("date", f"{str(text)[:20]!r} is not a date", "Write it YYYY-MM-DD")
    return found
