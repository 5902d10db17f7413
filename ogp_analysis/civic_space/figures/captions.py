"""The words around a drawing: its title, the line below the title, its caption and its text alternative."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ogp_analysis.base.words import sentence
from ogp_analysis.display.sheet import Sheet


def captioned(
    name: str, key: str, values: Mapping, draw: Callable[[bool, str, str], Sheet], **of_title
) -> tuple[str, str, str, tuple[Sheet, Sheet]]:
    """Return a drawing as :func:`~ogp_analysis.display.figure.drawing` takes it: name, caption, alternative, sheets.

    Parameters
    ----------
    name : str
        File name.
    key : str
        Key of the words, below which stand ``title``, ``about``, ``caption`` and ``alt``.
    values : mapping
        Values of all four.
    draw : callable
        ``draw(narrow, title, about) -> Sheet``; it is called for a wide and for a narrow sheet.
    **of_title
        Further values of the title, and its case.
    """
    title = sentence(f"{key}.title", **{**values, **of_title}).plain()
    about, caption, alt = (sentence(f"{key}.{part}", **values).plain() for part in ("about", "caption", "alt"))
    return name, caption, alt, (draw(False, title, about), draw(True, title, about))
