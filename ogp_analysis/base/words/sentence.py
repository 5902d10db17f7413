"""Numbers with their units and intervals, and the sentences that contain them.

A number has a unit, decimals and the interval it stands in, and is registered where it is computed: a field of a result
is annotated, as in ``n: Count``, and :func:`measured` reads it off; any other comes from a constructor, as in
``count(12)``. A sentence is a message key with its values, shown in a notebook and carried in it for the report; it
refers to a number by name, and :func:`facts` gives it all that a result has to say.
"""

from __future__ import annotations

import datetime as dt
import math
import numbers as abstract
import re
import string
import typing
from dataclasses import asdict, dataclass, field, fields
from functools import cache, lru_cache
from typing import Annotated

from ogp_analysis.base.disclosure import Withheld, being_drawn
from ogp_analysis.base.errors import DisclosureError, MessageError, listed
from ogp_analysis.base.words import catalogue
from ogp_analysis.base.words.catalogue import Displayed, spoken

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
#: Units of numbers that say how much was drawn, but not what.
_HARMLESS = ("count", "year", "years")
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


SENTENCE_MIME = "application/vnd.ogp-analysis.sentence+json"
#: What a notebook was handed, as its last code cell shows it.
PROVENANCE_MIME = "application/vnd.ogp-analysis.provenance+json"
#: What a sentence is in its report: its title and the scope under it, the finding, the numbers that explain it, and the
#: limit of what they show.
ROLES = ("text", "headline", "scope", "finding", "number", "limit", "warning")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+.!|~$^=:-])")
#: What Spanish writes as one word before an article in lower case: *del Reino Unido*, but *de El Salvador*.
_CONTRACTED = re.compile(r"\b([Dd]e|[Aa]) el\b")
#: Controls, marks of direction, invisible characters, and halves of characters, which no file can hold.
_LAYOUT = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")


class Counted(str):
    """A number as it is written, which also knows the words that agree with it.

    In a message ``{n}`` is the number and ``{n:country|countries}`` the first word if it is one, else the second: so
    English and Spanish have it, zero included. Of a rank, ``{rank:largest}`` is "largest", "2nd-largest" and so on.
    """

    def __new__(cls, text: str, value: float, unit: str) -> Counted:
        made = super().__new__(cls, text)
        made.value, made.unit = value, unit
        return made

    def __format__(self, words: str) -> str:
        if not words:
            return str(self)
        if self.unit == "rank" and "|" not in words:
            # What English writes after the figures of an ordinal.
            ending = {1: "st", 2: "nd", 3: "rd"}.get(self.value % 10, "th") if not 10 < self.value % 100 < 14 else "th"
            return words if self.value == 1 else f"{self}{ending}-{words}"
        if self.unit != "count":
            what = f"has words that agree with {self}, which is not a count"
            raise MessageError("message", what, "Write them without")
        singular, _, plural = words.partition("|")
        return singular if self.value == 1 else plural


@dataclass(frozen=True, repr=False)
class Sentence(Displayed):
    """One sentence of a report.

    Attributes
    ----------
    key : str
        Message key, ``area.name``.
    values : dict
        What is put in: numbers with their units, dates and texts.
    case : str
        Which of the message's cases; empty if it has none.
    name : str
        Prefix of the names of its numbers; the key, unless the same key is said more than once.
    role : str
        One of :data:`ROLES`.
    language : str
        The language it is said in.
    texts : dict of str to str
        Of a sentence of a notebook: its text by language; else empty.
    labels : dict of str to dict
        What its numbers are called, by name and language.
    """

    key: str
    values: dict = field(default_factory=dict)
    case: str = ""
    name: str = ""
    role: str = "text"
    language: str = "en"
    texts: dict = field(default_factory=dict)
    labels: dict = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise self._fault(f"has the unknown role {self.role!r}", "Use one of " + ", ".join(ROLES))
        self._check_open()
        self.markdown()

    def _check_open(self) -> None:
        """Raise if a value is withheld, or withheld values are being drawn and a number stands on a scale."""
        for name, value in self.values.items():
            if isinstance(value, Withheld):
                raise value.fault(f"may be drawn, but not said, as {name!r} of message {self.key!r} would")
        units = {name: value.unit for name, value in self.values.items() if isinstance(value, Number)}
        odd = [name for name, unit in units.items() if unit not in _HARMLESS]
        if odd and (drawn := ", ".join(being_drawn.get())):
            what = f"states {listed(odd)} of a drawing of {drawn}, whose values may be drawn only"
            raise DisclosureError(f"message {self.key!r}", what, "Say what is drawn without numbers of the scale")

    def template(self) -> str:
        """Return the text with its fields unfilled."""
        if self.texts:
            return flat(self.texts[self.language])
        text = catalogue.entry(self.key, self.language)
        if isinstance(text, dict):
            if self.case not in text:
                raise self._fault(f"has no case {self.case!r}", "It has " + ", ".join(sorted(text)))
            return text[self.case]
        if self.case:
            raise self._fault(f"has no cases, but {self.case!r} was asked for", "Leave the case out")
        return text

    def markdown(self) -> str:
        """Return the sentence as Markdown; texts from data are escaped."""
        return self._filled(self.template(), escaped)

    def plain(self) -> str:
        """Return the sentence as plain text."""
        return self._filled(self.template().replace("**", ""), flat)

    def _filled(self, template: str, text) -> str:
        parts = list(string.Formatter().parse(template))
        wanted = {name for _, name, _, _ in parts if name is not None}
        absent = sorted(wanted - set(self.values))
        if absent:
            where = f"message {self.key!r} ({self.language})"
            raise MessageError(where, f"lacks the value {absent[0]!r}", "Give it a value")
        odd = [name for _, name, words, how in parts if how or (words and not isinstance(self.values[name], Number))]
        if odd or any("{" in (words or "") for _, _, words, _ in parts):
            raise self._fault("has words that agree with what is no number", "Write the name of the value alone")
        filled = template.format_map({name: self._written(name, text) for name in wanted})
        if template.startswith(("{place}", "{measure}")):  # a name with its article, at the beginning
            filled = filled[:1].upper() + filled[1:]
        return _CONTRACTED.sub(r"\1l", filled) if self.language == "es" else filled

    def _written(self, name: str, text) -> str:
        value = self.values[name]
        if isinstance(value, Number):
            return Counted(value.written(self.language).replace("<", text("<")), value.value, value.unit)
        if isinstance(value, dt.date):
            return text(day(value, self.language))
        if isinstance(value, str):
            return text(value)
        if isinstance(value, abstract.Real) and not isinstance(value, bool):
            raise self._fault(f"its number {name!r} has no unit", "Give it with its unit, as count() does")
        what = f"{name!r} is {value!r}, neither number, date nor text"
        raise self._fault(what, "Choose the sentence for a missing value")

    def _fault(self, what: str, action: str) -> MessageError:
        return MessageError(f"message {self.key!r}", what, action)

    def numbers(self) -> dict[str, dict]:
        """Return its named numbers: value, unit, decimals, interval with its level, how they are written, and labels.

        Named are those that the message states in any of its cases, and the ends of their intervals.
        """
        text = self.template() if self.texts else catalogue.entry(self.key, self.language)
        texts = text.values() if isinstance(text, dict) else (text,)
        stated = {name for one in texts for _, name, _, _ in string.Formatter().parse(one) if name}
        # In words, as an interval; and what the words of a notebook describe, whichever case is said.
        stated |= {name for name in self.values if name.endswith(("low", "high"))} | set(self.labels)
        parts = ("value", "unit", "decimals", "signed", "low", "high", "level")
        return {
            f"{self.name or self.key}.{name}": {part: getattr(value, part) for part in parts}
            | {"written": value.written(self.language)}
            | ({"label": self.labels[name]} if name in self.labels else {})
            for name, value in self.values.items()
            if isinstance(value, Number) and name in stated
        }

    def payload(self) -> dict:
        """Return the sentence as JSON, the form in which a notebook carries it."""
        values = dict(sorted(self.values.items()))
        for name, value in values.items():
            if isinstance(value, Number):
                values[name] = {"number": asdict(value)}
            elif isinstance(value, dt.date):
                values[name] = {"date": value.isoformat()}
        return {one.name: getattr(self, one.name) for one in fields(self)} | {"values": values}

    @classmethod
    def unpacked(cls, payload: dict) -> Sentence:
        """Return the sentence a notebook carries."""
        values = dict(payload["values"])
        for name, value in values.items():
            if isinstance(value, dict):
                number = "number" in value
                values[name] = Number(**value["number"]) if number else dt.date.fromisoformat(value["date"])
        return cls(**{**payload, "values": values})

    def outputs(self) -> list[tuple[dict, dict]]:
        """Return the output of a cell: data by media type, and metadata.

        Examples
        --------
        >>> [(data, _)] = ogp.say("Two words.").outputs()
        >>> data["text/plain"]
        'Two words.'
        """
        return [({"text/plain": self.plain(), "text/markdown": self.markdown(), SENTENCE_MIME: self.payload()}, {})]


def sentence(key: str, *, case: str = "", name: str = "", role: str = "text", **values) -> Sentence:
    """Return a sentence in the language in force, without showing it."""
    values = {said: plain_value(value) for said, value in values.items()}
    return Sentence(key, values, case, name, role, catalogue.language())


def plain_value(value):
    """Return a value as JSON holds it; what has a name in each language, such as a country, becomes that name.

    Of a number that of Python, not of numpy, to the digits that are carried; of a time its day.
    """
    if isinstance(value, Withheld):
        return value
    if hasattr(value, "in_text"):
        return value.in_text
    value = value.item() if hasattr(value, "item") else value
    value = value.date() if isinstance(value, dt.datetime) else value
    return rounded(value) if isinstance(value, float) else value


@spoken
def say(key: str, *, case: str = "", name: str = "", role: str = "text", **values) -> Sentence:
    """Return a sentence of a report in the language in force; its numbers are carried into the report.

    As :func:`sentence`, which is for captions.

    Parameters
    ----------
    key : str
        Message key, ``area.name``.
    case : str
        Which variant of the message.
    name : str
        Prefix of the names of its numbers, where the same key is said more than once.
    role : str
        One of :data:`ROLES`.
    **values
        Numbers with their units, dates and texts.

    Raises
    ------
    MessageError
        If the message, its case or a value is missing, or a number has no unit.
    """
    return sentence(key, case=case, name=name, role=role, **values)


def flat(text: str) -> str:
    """Return text from data on one line, without control or direction marks."""
    return _LAYOUT.sub(" ", text)


def escaped(text: str) -> str:
    """Return text from data so that neither Markdown nor HTML sees markup in it."""
    text = flat(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(r"\\\1", text)
