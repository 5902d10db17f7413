"""Sentences of a notebook: in a file beside it, or in the cell itself, in English and Spanish.

The file is ``words/NAME_en.toml``, with one table for each sentence; ``words/NAME_es.toml`` has the same in Spanish::

    [finding]
    role = "finding"
    numbers.gap = {label = "gap after the event", unit = "index", decimals = 3}
    unusual.text = "After “{event}” {measure} moved {gap}; {rank} of {n} {n:country|countries} moved more."
    ordinary.text = "..."

A sentence without cases has its ``text`` at once. A number has its label and unit once, in its sentence or, where
several state it, in a table ``[numbers]`` of the file; the Spanish file translates the label,
``numbers.gap = "distancia después del hecho"``. Which case holds is decided in the cell. What is said as the
caption of a table can have the columns of the table likewise, ``columns.gap = {label = "Gap", unit = "index"}``.
"""

from __future__ import annotations

import datetime as dt
import math
import os
import re
import string
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from numbers import Integral, Real
from pathlib import Path

from ogp_analysis.base.errors import MessageError, ParameterError, near
from ogp_analysis.base.paths import project
from ogp_analysis.base.words.catalogue import LANGUAGES, anew, language, spoken
from ogp_analysis.base.words.sentence import ROLES, UNITS, Number, Sentence, plain_value

#: Names the folder of the notebook that is run, in its environment.
FOLDER = "OGP_ANALYSIS_NOTEBOOK"
_OF_NUMBER = ("label", "unit", "decimals", "signed")
_SAME = 1e-9
_NAME = re.compile(r"[a-z0-9_]{1,61}")


def number(
    value: float, low: float | None = None, high: float | None = None, *, level: float | None = None,
    unit: str = "index", decimals: int | None = None, signed: bool = False,
) -> Number:  # fmt: skip
    """Return a number for a sentence, with the interval that it stands in.

    Parameters
    ----------
    value : float
        In the unit; a share is given 0-1.
    low, high : float, optional
        Bounds of its interval; a sentence can state them as ``{name_low}`` and ``{name_high}``, written alike unless
        they are given to it as numbers of their own.
    level : float, optional
        Of the interval, for example 0.95.
    unit : str
        ``index`` (points of a scale), ``share`` (given 0-1, written in per cent), ``count``, ``rank``, ``year``,
        ``years``, ``ratio``, ``probability`` or ``money``.
    decimals : int, optional
        How many are written: by default 3 of an index, ratio or probability, else none.
    signed : bool
        Whether a plus sign is written.

    Returns
    -------
    Number
        It is written as a sentence writes it, in either language.

    Raises
    ------
    MessageError
        If it is not a finite number, or the unit is not one of these.

    Examples
    --------
    >>> ogp.number(0.123, 0.1, 0.2, level=0.95).written("es")
    '0.123'
    """
    if decimals is None:
        decimals = 3 if unit in ("index", "ratio", "probability") else 0
    return Number(value, unit, decimals, signed, low, high, level)


@spoken
def say(texts: Mapping[str, str] | str, *, id: str = "", role: str = "text", **values) -> Sentence:
    """Return a sentence of one's own, for the page of each language.

    Parameters
    ----------
    texts : mapping of str to str, or str
        The text by language, ``en`` and ``es``, with a field in braces for each value; a single text stands on both
        pages.
    id : str
        Begins the names of its numbers; needed where two sentences have numbers of one name.
    role : str
        What it is on its page: ``headline, scope, finding, number, limit, warning`` or ``text``.
    **values
        Numbers, as :func:`number` makes them, or plain: one that is named ``year``, or ends in ``_year``, is a year,
        one that is named ``rank`` a rank, another whole number a count, a fraction points of an index. Also dates,
        texts, texts by language, what has a name in each language, such as a country, another sentence, a list of
        texts, names or sentences, and a function without arguments that returns one of these in the language in force.

    Returns
    -------
    Sentence
        In both languages; Jupyter shows that of ``OGP_LANGUAGE``, English by default.

    Raises
    ------
    MessageError
        If a language or a value is missing, or a value is neither number, date nor text.

    Examples
    --------
    >>> ogp.say({"en": "{n} {n:country|countries}", "es": "{n} {n:país|países}"}, n=1).plain()
    '1 country'
    """
    by_language = dict.fromkeys(LANGUAGES, texts) if isinstance(texts, str) else dict(texts)
    return _said("say", id or "said", by_language, {}, role, values)


def words(name: str) -> Words:
    """Return the sentences that stand beside a notebook.

    They are looked for in ``words/`` beside the notebook that is run, then in the working folder, then in
    ``notebooks/``.

    Parameters
    ----------
    name : str
        Of the notebook.

    Returns
    -------
    Words
        :meth:`Words.say` says each by its name.

    Raises
    ------
    MessageError
        If there are none, a file is not valid, or the two languages do not say the same with the same values.
    ParameterError
        If ``language`` was given to a notebook that has both.

    Examples
    --------
    >>> ogp.words("no_such_notebook")
    Traceback (most recent call last):
    ogp_analysis.base.errors.MessageError: words of 'no_such_notebook': there are none. Write ...
    """
    _check_no_language(name)
    if not _NAME.fullmatch(name):
        raise MessageError(
            f"words of {name!r}", "that is no name of a notebook", "Use lower-case letters, digits and _"
        )
    folders = [os.environ.get(FOLDER), Path.cwd(), project().notebooks]
    places = [Path(folder) / "words" for folder in folders if folder]
    found = next((one for one in places if (one / f"{name}_{LANGUAGES[0]}.toml").is_file()), None)
    if found is None:
        action = f"Write words/{name}_en.toml and words/{name}_es.toml beside the notebook, or use ogp.say"
        raise MessageError(f"words of {name!r}", "there are none", action)
    return Words(name, {one: _read(found / f"{name}_{one}.toml") for one in LANGUAGES})


class Words:
    """The sentences of a notebook, by name; :func:`words` opens them."""

    def __init__(self, name: str, trees: dict[str, dict]) -> None:
        self.name, self._entries = name, {}
        english, spanish = (dict(trees[one]) for one in LANGUAGES)
        common = english.pop("numbers", {}), spanish.pop("numbers", {})
        odd = sorted({*english} ^ ({*spanish} - {"cell"}))
        if odd:
            raise MessageError(f"words of {name!r}", f"{odd[0]!r} stands in one language only", "Write it in the other")
        for key, entry in english.items():
            self._entries[key] = _Entry(f"words of {name!r}: {key}", entry, spanish[key], *common)

    def __repr__(self) -> str:
        return f"words of {self.name}: {', '.join(self._entries)}"

    @spoken
    def say(self, key: str, case: str = "", *, id: str = "", role: str = "", **values) -> Sentence:
        """Return a sentence.

        Parameters
        ----------
        key : str
            Its name in the file.
        case : str
            Which of its cases.
        id : str
            Begins the names of its numbers in place of the key, where it is said more than once.
        role : str
            What it is on its page; by default as the file says.
        **values
            As for :func:`say`; a number that the file describes has label, unit and decimals from there.

        Raises
        ------
        MessageError
            If there is no such sentence or case, or as for :func:`say`.

        Examples
        --------
        >>> text = {"text": "{n} {n:word|words}"}
        >>> Words("mine", {"en": {"size": text}, "es": {"size": text}}).say("size", n=2).plain()
        '2 words'
        """
        entry = self._entry(key)
        if case not in entry.texts:
            cases = ", ".join(one for one in entry.texts if one) or "none"
            action = f"It has {cases}; write another in both files of words"
            raise MessageError(entry.where, f"has no case {case!r}", action)
        return _said(key, id or key, entry.texts[case], entry.numbers, role or entry.role, values, case)

    def texts(self, key: str) -> dict[str, dict[str, str]]:
        """Return the texts of a key without values: by case, in each language.

        Parameters
        ----------
        key : str
            As for :meth:`say`.

        Raises
        ------
        MessageError
            If there is no such key.

        Examples
        --------
        >>> text = {"near": {"text": "near"}}
        >>> Words("mine", {"en": {"rule": text}, "es": {"rule": text}}).texts("rule")["near"]["es"]
        'near'
        """
        return self._entry(key).texts

    def columns(self, key: str) -> dict[str, dict]:
        """Return the columns of a table by name: ``label`` in each language, ``unit``, ``decimals`` and ``signed``.

        Parameters
        ----------
        key : str
            That of its caption.

        Raises
        ------
        MessageError
            If there is no such key.

        Examples
        --------
        >>> texts = {"text": "Gaps", "columns": {"gap": {"label": "Gap", "unit": "index"}}}
        >>> words = Words("mine", {"en": {"gaps": texts}, "es": {"gaps": {"text": "Gaps", "columns": {"gap": "Gap"}}}})
        >>> words.columns("gaps")["gap"]["unit"]
        'index'
        """
        return self._entry(key).columns

    def _entry(self, key: str) -> _Entry:
        if key not in self._entries:
            what = "there is no such sentence"
            raise MessageError(f"words of {self.name!r}: {key!r}", what, near(key, self._entries, "See its file"))
        return self._entries[key]


class _Entry:
    """A sentence of a file: its texts by case and language, what its numbers and columns are, and its role."""

    def __init__(self, where: str, english: dict, spanish: dict, known: dict, labels: dict) -> None:
        self.where, self.texts = where, {}
        cases = [one for one in english if one not in ("role", "numbers", "columns", "text")]
        try:
            self.role = english.get("role", "text")
            for case in [*([""] if "text" in english else []), *cases]:
                both = (english, spanish) if case == "" else (english[case], spanish[case])
                self.texts[case] = {one: tree["text"] for one, tree in zip(LANGUAGES, both, strict=True)}
            # Of the numbers that several state, those that it states in one of its cases.
            stated = set().union(*(_check_same(where, texts) for texts in self.texts.values()))
            common = {name: about for name, about in known.items() if name in stated}
            english = english | {"numbers": common | english.get("numbers", {})}
            spanish = spanish | {"numbers": labels | spanish.get("numbers", {})}
            self.numbers, self.columns = (
                {
                    name: {**about, "label": {"en": about["label"], "es": spanish[kind][name]}}
                    for name, about in english.get(kind, {}).items()
                }
                for kind in ("numbers", "columns")
            )
        except (KeyError, TypeError, AttributeError) as error:
            action = "Write text, role and numbers as the documentation of ogp.words says"
            raise MessageError(where, f"lacks {error} in one language", action) from None
        described = [*self.numbers.values(), *self.columns.values()]
        odd = [f for about in described for f in about if f not in _OF_NUMBER]
        # A column may also hold sources, names in the data or days.
        odd += [one["unit"] for one in described if one.get("unit", "index") not in (*UNITS, "link", "code", "date")]
        odd += [self.role] if self.role not in ROLES else []
        if odd or not self.texts:
            raise MessageError(where, f"holds {odd[0]!r}, which is not known" if odd else "has no text", "Correct it")


def holds(what: str, parts: float | Iterable[float], whole: float) -> None:
    """Check that numbers of a notebook agree; a run whose numbers do not agree is refused.

    Parameters
    ----------
    what : str
        What must hold, in words: ``"methods add up"``.
    parts : float or iterable of float
        What must add up to the whole, or be equal to it.
    whole : float
        The number that they are held against.

    Raises
    ------
    MessageError
        If it does not, to nine digits.

    Examples
    --------
    >>> ogp.holds("halves add up", [1, 1], 2)
    """
    added = parts if isinstance(parts, Real) else math.fsum(float(one) for one in parts)
    if not math.isclose(added, whole, rel_tol=_SAME, abs_tol=_SAME):
        raise MessageError(what, f"does not hold: {added:.12g} and {whole:.12g}", "Find which of the two is wrong")


def _said(
    key: str, name: str, texts: dict[str, str], known: Mapping, role: str, values: dict, case: str = ""
) -> Sentence:
    where = f"sentence {name!r}"
    if lacking := [one for one in LANGUAGES if not isinstance(texts.get(one), str)]:
        raise MessageError(where, f"has no text in {lacking[0]!r}", "Give both, as {'en': ..., 'es': ...}")
    used = _check_same(where, texts)
    if empty := [field for field in sorted(used) if isinstance(values.get(field), list | tuple) and not values[field]]:
        what = f"{empty[0]!r} is a list of nothing"
        raise MessageError(where, what, "Say that there is none in a sentence of its own")
    made = {field: _value(where, field, value, known.get(field, {})) for field, value in values.items()}
    for field, value in list(made.items()):
        if isinstance(value, Number):
            bounds = {"low": value.low, "high": value.high}
            made |= {
                f"{field}_{end}": replace(value, value=bound, low=None, high=None, level=None)
                for end, bound in bounds.items()
                if bound is not None and f"{field}_{end}" not in values
            }
    labels = {field: about["label"] for field, about in known.items() if field in made}
    return Sentence(key, made, case, name, role, language(), dict(texts), labels)


def _value(where: str, name: str, value, about: Mapping):
    """Return a value as a sentence takes it, in the language in force."""
    value = value() if callable(value) else value
    if isinstance(value, Mapping) and language() in value:
        value = value[language()]
    if isinstance(value, list | tuple):
        texts = [_value(where, name, item, about) for item in value]
        if not all(isinstance(text, str) for text in texts):
            raise MessageError(where, f"{name!r} lists something else than texts", "Give texts, names or sentences")
        return "; ".join(texts)
    if isinstance(value, Sentence):
        return anew(value).plain()
    written = {field: about[field] for field in ("unit", "decimals", "signed") if field in about}
    if isinstance(value, Real) and not isinstance(value, bool):
        return number(value, **written) if "unit" in written else replace(_number(name, value), **written)
    value = plain_value(value)
    if isinstance(value, Number):
        return replace(value, **written)
    if not isinstance(value, str | dt.date):
        raise MessageError(
            where, f"{name!r} is {str(value)[:40]!r}, neither number, date nor text", "Give one of these"
        )
    return value


def _number(name: str, value: float) -> Number:
    if isinstance(value, Integral):
        unit = "year" if name == "year" or name.endswith("_year") else "rank" if name == "rank" else "count"
        return number(value, unit=unit)
    return number(value)


def _check_same(where: str, texts: Mapping[str, str]) -> set[str]:
    """Return what a text states; raise if the languages use different values, or format a value as only code may."""
    fields = {}
    for spoken_in, text in texts.items():
        try:
            parts = list(string.Formatter().parse(text))
        except ValueError as error:
            what = f"its text in {spoken_in!r} cannot be read ({error})"
            raise MessageError(where, what, "Correct its braces") from None
        fields[spoken_in] = {name for _, name, _, _ in parts if name is not None}
        named = [(name, spec or "", how) for _, name, spec, how in parts if name is not None]
        odd = [name for name, spec, how in named if how or "{" in spec or not name.isidentifier()]
        if odd:
            what = f"its field {odd[0][:40]!r} is not the name of a value"
            raise MessageError(where, what, "Write {name} or {n:one|many}")
    first, *others = fields.values()
    if odd := sorted(one for other in others for one in first ^ other):
        raise MessageError(where, f"says {odd[0]!r} in one language only", "Take the same values in both")
    return first


def _read(file: Path) -> dict:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MessageError(f"words/{file.name}", f"cannot be read ({error})", "Correct it") from None


def _check_no_language(name: str) -> None:
    """Raise if papermill has put a language into a notebook whose pages are made in both."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    given = shell.user_ns.get("language") if shell else None
    if given in LANGUAGES:
        what = "both pages are made, and nothing takes a language"
        raise ParameterError(
            f"{name}: parameter 'language'", what, f"Leave it out; OGP_LANGUAGE={given} shows that one"
        )
