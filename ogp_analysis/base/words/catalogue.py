"""The texts, by key and language.

They stand in ``<area>_<language>.toml`` in the folder ``words`` of a room, one tree for each area. What an area says of
many things alike may stand in a file for each of them, ``<area>/<thing>.toml``, with a table for each language.

A function decorated with :func:`spoken` returns something that can be made again in another language. Displayed, it
carries the language in force as its output and the others as metadata; each page of a report takes its own.
"""

from __future__ import annotations

import contextvars
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial, wraps
from pathlib import Path
from typing import TypeVar, cast

from ogp_analysis.base.errors import MessageError, ParameterError
from ogp_analysis.base.terminal import one_screen

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


def taught(key: str, texts: Mapping[str, object]) -> None:
    """Let texts that no file holds stand under a key from here on, by language: names of what a user added."""
    area, *names, last = key.split(".")
    for spoken in LANGUAGES:
        node = tree(area, spoken)
        for name in names:
            node = node[name]
        node[last] = texts[spoken]


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


FIGURE_MIME = "application/vnd.ogp-analysis.figure+json"
#: The same drawing for a telephone, as SVG.
NARROW_MIME = "application/vnd.ogp-analysis.narrow+svg"
#: Marks the caption that is shown below a drawing, which the drawing carries itself.
CAPTION_MIME = "application/vnd.ogp-analysis.caption+json"
TABLE_MIME = "application/vnd.ogp-analysis.table+json"


_Given = TypeVar("_Given", bound=Callable)
#: Where the metadata of an output hold it in all languages: which one is shown, and data and metadata of the others.
IN_LANGUAGES = "ogp_analysis"


def spoken(make: _Given) -> _Given:
    """Decorate a function so that its result can be made again in another language."""

    @wraps(make)
    def made(*given, **named):
        thing = make(*given, **named)
        if other_languages():
            _remember(thing, _Again(partial(make, *given, **named)))
        return thing

    return cast(_Given, made)


def made_by(thing, make: Callable):
    """Return an output with the function `make` that makes it again in another language."""
    object.__setattr__(thing, "again", _Again(make, own=True))
    return thing


class _Again:
    """Makes an output again, once for each language."""

    def __init__(self, make: Callable, own: bool = False) -> None:
        self.own, self.made = own, cache(lambda _: make())

    def __call__(self):
        return self.made(language())


def _remember(thing, again: Callable) -> None:
    if isinstance(thing, tuple):
        # The outer function was given no words yet: what an inner one was given may be words already.
        for number, part in enumerate(thing):
            _remember(part, partial(_part, again, number, len(thing)))
    if hasattr(thing, "__dict__") and not getattr(getattr(thing, "again", None), "own", False):
        object.__setattr__(thing, "again", again)  # a frozen dataclass is no less frozen by it


def _part(again: Callable, number: int, of: int):
    """Return one part of an output that has several when it is made again."""
    made = again()
    if len(made) != of:
        what = f"has {len(made)} parts in {language()!r} and {of} in another language"
        raise MessageError(type(made).__name__, what, "Choose parts by what was found, not by the language")
    return made[number]


def anew(thing):
    """Return an output in the language in force; an output without words is the same in both."""
    return thing.again() if hasattr(thing, "again") else thing


class Displayed:
    """What has outputs: a notebook shows them in every language, and a terminal the first screen of their text."""

    def __repr__(self) -> str:
        return one_screen(plain(self))

    def _ipython_display_(self) -> None:
        show(self)


def plain(thing) -> str:
    """Return what a thing shows in plain text."""
    if not hasattr(thing, "outputs"):
        return repr(thing)
    return "\n".join(str(data.get("text/plain", "")) for data, _ in thing.outputs())


def show(*things) -> None:
    """Show things as outputs of a cell that carry every language; in a terminal, the first screen of them as text.

    Parameters
    ----------
    *things : object
        With a method ``outputs``, which returns data by media type and metadata of one or more outputs; IPython shows
        all others.

    Raises
    ------
    MessageError
        If a thing has more outputs in one language than in another.
    """
    from IPython import get_ipython
    from IPython.display import display

    if type(get_ipython()).__name__ == "TerminalInteractiveShell":
        print(one_screen("\n".join(map(plain, things))))
        return
    for thing in things:
        if not hasattr(thing, "outputs"):
            display(thing)
            continue
        shown, others = thing.outputs(), {}
        for other in other_languages() if hasattr(thing, "again") else ():
            with speaking(other):
                others[other] = anew(thing).outputs()
            if len(others[other]) != len(shown):
                what = f"has {len(shown)} outputs in {language()!r} and {len(others[other])} in {other!r}"
                raise MessageError(type(thing).__name__, what, "Report the fault")
        for number, (data, metadata) in enumerate(shown):
            carried = {
                other: dict(zip(("data", "metadata"), made[number], strict=True)) for other, made in others.items()
            }
            more = {IN_LANGUAGES: {"shown": language(), **carried}} if carried else {}
            display(data, raw=True, metadata=metadata | more)
