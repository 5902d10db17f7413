"""Sentences: a message key with its values, shown in a notebook and carried in it for the report."""

from __future__ import annotations

import datetime as dt
import numbers as abstract
import re
import string
from dataclasses import asdict, dataclass, field, fields

from ogp_analysis.base.disclosure import Withheld, check_said
from ogp_analysis.base.errors import MessageError
from ogp_analysis.base.words import catalogue
from ogp_analysis.base.words.numbers import Number, day, rounded
from ogp_analysis.base.words.spoken import Displayed, spoken

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
        units = {name: value.unit for name, value in self.values.items() if isinstance(value, Number)}
        check_said(self.key, units, self.values)
        self.markdown()

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
        """Return its named numbers: value, unit, decimals, interval with its level, and how they are written.

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
            | ({"label": self.labels[name][self.language]} if name in self.labels else {})
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
