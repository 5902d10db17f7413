"""The texts, by key and language.

They stand in ``<area>_<language>.toml`` in the folder ``words`` of a room, one tree for each area. What an area says of
many things alike may stand in a file for each of them, ``<area>/<thing>.toml``, with a table for each language.
"""

from __future__ import annotations

import contextvars
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ogp_analysis.base.errors import MessageError, ParameterError

LANGUAGES = ("en", "es")
#: Names in the environment the language that is shown where none was chosen.
VARIABLE = "OGP_LANGUAGE"
#: The package: a room has its words in a folder of that name.
_PACKAGE = Path(__file__).resolve().parents[2]
_language: contextvars.ContextVar[str | None] = contextvars.ContextVar("language", default=None)


def use_language(language: str) -> None:
    """From here on, write sentences, figures and tables in one language only.

    Without it a notebook shows the language that ``OGP_LANGUAGE`` names, English by default, and its outputs carry the
    other one too, for the other page of its report.

    Parameters
    ----------
    language : {"en", "es"}
        English, or Spanish as written in Mexico.

    Raises
    ------
    ParameterError
        If it is not one of :data:`LANGUAGES`.

    Examples
    --------
    >>> ogp.use_language("es")
    >>> ogp.country("MEX").name
    'México'
    >>> ogp.use_language("en")
    >>> ogp.country("MEX").name
    'Mexico'
    """
    _language.set(_known(language, "language"))


def language() -> str:
    """Return the language in force."""
    return _in_force()


def _in_force() -> str:
    return _language.get() or _known(os.environ.get(VARIABLE) or LANGUAGES[0], VARIABLE)


def other_languages() -> tuple[str, ...]:
    """Return the languages that outputs carry besides the one in force; none if a language was chosen."""
    return () if _language.get() else tuple(one for one in LANGUAGES if one != language())


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Choose a language, or with None choose none, inside this context."""
    before = _language.set(language)
    try:
        yield
    finally:
        _language.reset(before)


def _known(language: str, where: str) -> str:
    if language not in LANGUAGES:
        raise ParameterError(where, f"{str(language)[:20]!r} is not supported", "Use " + " or ".join(LANGUAGES))
    return language


@cache
def areas(language: str) -> tuple[str, ...]:
    """Return the names of the areas that have texts in `language`, sorted."""
    return tuple(sorted(_files(language)))


@cache
def _files(language: str) -> dict[str, Path]:
    """Return the file of each area."""
    return {path.stem[: -len(language) - 1]: path for path in _PACKAGE.glob(f"*/words/*_{language}.toml")}


@cache
def tree(area: str, language: str) -> dict:
    """Return all texts of an area, nested as in its file.

    Raises
    ------
    MessageError
        If the file is not valid TOML, or there is none.
    """
    file = _files(language).get(area)
    if file is None:
        raise MessageError(f"message area {area!r}", f"has no texts in {language!r}", f"Add {area}_{language}.toml")
    # Files that are about one thing each, in all languages.
    things = sorted((file.parent / area).glob("*.toml"))
    return _loaded(file) | {one.stem: _loaded(one)[language] for one in things}


def _loaded(file: Path) -> dict:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        where = file.relative_to(_PACKAGE).as_posix()
        raise MessageError(where, f"is not valid TOML ({error})", "Correct that line") from error


def entry(key: str, language: str | None = None):
    """Return what stands under ``area.name[.name]``: a text, or a table of cases.

    Raises
    ------
    MessageError
        If there is no such key.
    """
    language = language or _in_force()
    area, *names = key.split(".")
    node = tree(area, language)
    for name in names:
        node = node.get(name) if isinstance(node, dict) else None
    if node is None:
        raise MessageError(f"message {key!r}", f"has no text in {language!r}", f"Add it to {area}_{language}.toml")
    return node


def word(key: str, language: str | None = None) -> str:
    """Return a text without values: a label, a heading, a name.

    Raises
    ------
    MessageError
        If there is no such key, or it stands for a table of texts.
    """
    text = entry(key, language)
    if not isinstance(text, str):
        raise MessageError(f"message {key!r}", "is a group of texts, not one text", "Name one of them")
    for start, (old, new) in _replaced.items():
        if key.startswith(start):
            text = text.replace(old, new)
    return text


@dataclass(frozen=True)
class Term:
    """A word of the package, looked up where it is shown, so that each page has it in its language.

    Attributes
    ----------
    key : str
        As :func:`word` takes it.
    after : str
        What follows it, the same in every language.
    """

    key: str
    after: str = ""

    @property
    def name(self) -> str:
        """The word in the language in force."""
        return word(self.key) + self.after

    in_text = name


#: Parts of texts that are said otherwise for now, by how their keys begin.
_replaced: dict[str, tuple[str, str]] = {}


def replaced(start: str, old: str, new: str) -> None:
    """Say `new` in place of `old` in the texts whose keys begin so; where the two are the same, as they are written."""
    _replaced[start] = old, new
    if old == new:
        del _replaced[start]


def keys(language: str) -> dict[str, str]:
    """Return every text of a language by its full key."""
    found: dict[str, str] = {}
    for area in areas(language):
        _flatten(area, tree(area, language), found)
    return found


def _flatten(prefix: str, node, found: dict[str, str]) -> None:
    if isinstance(node, str):
        found[prefix] = node
        return
    for name, child in node.items():
        _flatten(f"{prefix}.{name}", child, found)
