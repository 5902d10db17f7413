"""What an analysis returns: its frame, and how it looks and reads."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterable
from inspect import isfunction

from ogp_analysis.base.terminal import one_screen
from ogp_analysis.base.words.catalogue import Term, show, spoken

#: Types of what has words, in the annotation of a method.
_WORDS = re.compile(r"\b(Parts|Sentence|Figure|Table)\b")


class Parts(tuple):
    """Sentences, figures and tables, shown one after the other as the last line of a cell.

    Examples
    --------
    >>> from ogp_analysis.base.words import say
    >>> print(Parts([say("scan.limit")]))
    A hit is a contract to read, not a finding, and a contract without a hit is not thereby cleared.
    """

    @classmethod
    def of(cls, *parts) -> Parts:
        """Return some parts together.

        Parameters
        ----------
        *parts : Sentence, Figure or Table
            In the order in which they are shown.

        Examples
        --------
        >>> len(Parts.of(ogp.say("One."), ogp.say("Two.")))
        2
        """
        return cls(parts)

    def __add__(self, other: Iterable) -> Parts:
        return Parts((*self, *other))

    def outputs(self) -> list[tuple[dict, dict]]:
        """Return the outputs of all its parts: data by media type, and metadata of each.

        Examples
        --------
        >>> len(Parts([ogp.say("One."), ogp.say("Two.")]).outputs())
        2
        """
        return [output for part in self for output in part.outputs()]

    def __str__(self) -> str:
        return "\n".join(part.outputs()[0][0]["text/plain"] for part in self)

    def __repr__(self) -> str:
        return one_screen(str(self))

    def _ipython_display_(self) -> None:
        show(*self)


class Shown:
    """Base of the results: what a result has of these four, it shows as the last line of a cell.

    A result is a frozen dataclass in the wing or room that computes it. It has

    ``frame``
        The plain pandas DataFrame behind it, with documented columns.
    ``text()``
        What it says, as :class:`Parts` of sentences in the language in force.
    ``plot(ax=None)``
        Its :class:`~ogp_analysis.display.figure.Figure`, drawn into the axes `ax` of a user, or one for each panel, if
        they are given: in their style, at the values of the data, with what is drawn there already left as it is. It
        then stands for the user's whole figure, with caption and text alternative. Else it is on its own.
    ``table()``
        Its :class:`~ogp_analysis.display.table.Table`.

    What a result says, draws or tables in more than one way is a method of its own name or a parameter. Nothing to
    draw or to table is an empty :class:`Parts`, so that a cell needs no condition. Only a result without any of the
    three methods shows its frame.
    """

    def __init_subclass__(cls, **options) -> None:
        """Let every result of its methods be made again in the other language, and state a result in short."""
        super().__init_subclass__(**options)
        if "__repr__" not in vars(cls):  # else a dataclass would state every record
            cls.__repr__ = Shown.__repr__
        for name, method in list(vars(cls).items()):
            if isfunction(method) and _WORDS.search(str(method.__annotations__.get("return", ""))):
                setattr(cls, name, spoken(method))

    def __repr__(self) -> str:
        stated = [one for one in getattr(self, "__dataclass_fields__", {}).values() if one.repr]
        said = (f"{one.name}={reprlib.repr(getattr(self, one.name))}" for one in stated)
        return one_screen(f"{type(self).__qualname__}({', '.join(said)})")

    @spoken
    def parts(self) -> Parts:
        """Return what the result shows: its sentences, its figure and its table."""
        found = Parts()
        for name in ("text", "plot", "table"):
            if method := getattr(self, name, None):
                part = method()
                found += part if isinstance(part, Parts) else (part,)
        return found

    def _ipython_display_(self) -> None:
        shows = any(hasattr(self, name) for name in ("text", "plot", "table"))
        show(*(self.parts() if shows else [self.frame]))


def parts(*shown: object) -> Parts:
    """Return what is to be shown in one cell, results and parts of results opened; what is None is left out."""
    opened = (one.parts() if isinstance(one, Shown) else one if isinstance(one, Parts) else (one,) for one in shown)
    return Parts(part for some in opened for part in some if part is not None)


def edition_name(edition: str) -> Term:
    """Return the name of an edition in the language in force, with the versions that it pins.

    Parameters
    ----------
    edition : str
        As for ``ogp.load``.

    Returns
    -------
    Term
        Its name, as a sentence or a table takes it.

    Examples
    --------
    >>> ogp.edition_name("latest, vdem=16").name
    'latest (vdem=16)'
    """
    pins = [part.strip() for part in edition.split(",") if "=" in part]
    base = edition.partition(",")[0] if "=" not in edition.partition(",")[0] else "embedded"
    return Term(f"tables.edition.{base}", f" ({', '.join(pins)})" if pins else "")
