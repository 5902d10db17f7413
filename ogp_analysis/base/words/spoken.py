"""Output with words: shown in the language in force, and carried in the other language for the other page of a report.

A function that returns sentences, figures or tables is marked as :func:`spoken`: what it returns can be made again in
another language. When such a thing is shown, its output holds the language in force, and the metadata of the output
hold the same in the others. A page of a report takes its language out of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial, wraps
from typing import TypeVar, cast

from ogp_analysis.base.errors import MessageError
from ogp_analysis.base.terminal import one_screen
from ogp_analysis.base.words.catalogue import language, other_languages, speaking

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
