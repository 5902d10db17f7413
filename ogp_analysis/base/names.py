"""What a name denotes: a region, an indicator, a dataset, by its code or by its name in either language.

Countries have spellings of their own, which :mod:`ogp_analysis.base.countries` knows.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable

from ogp_analysis.base.errors import UnknownName, few, printable

_SEPARATORS = re.compile(r"[\s,()/\-‐‑–—]+")
#: Of a name that is not known, so much is shown.
_LONGEST = 40


def folded(text: str) -> str:
    """Return what spellings of one name have in common, whatever their case, accents and punctuation."""
    letters = text.casefold()
    if not letters.isascii():
        letters = "".join(c for c in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(c))
    letters = letters.replace("&", " and ")
    words = ["saint" if word == "st" else word for word in _SEPARATORS.sub(" ", letters).split()]
    return " ".join(word for word in words if word != "the")


def known(
    kind: str, given: str, codes: Collection[str], names: Callable[[str], Iterable[str]] = lambda code: (), of: str = ""
) -> str:
    """Return the code that a name denotes.

    Parameters
    ----------
    kind : str
        What it is a name of, for the error.
    given : str
        A code, or a name of what it stands for, in any case, with or without accents.
    codes : collection of str
        All codes.
    names : callable
        Returns the names of a code; asked only if `given` is not a code itself.
    of : str
        Where all are listed, if they are more than a sentence can name.

    Raises
    ------
    UnknownName
        With the codes whose names are most like it, or that hold it.

    Examples
    --------
    >>> known("fruit", "Manzana", ["apple", "pear"], {"apple": ["manzana"], "pear": ["pera"]}.get)
    'apple'
    """
    if isinstance(given, str) and given in codes:
        return given
    wanted, spellings = _plain(given), {}
    for code in codes:
        for text in (code, *names(code)):
            spellings.setdefault(_plain(text), code)
    if isinstance(given, str) and wanted in spellings:
        return spellings[wanted]
    near = difflib.get_close_matches(wanted, spellings, n=3) or [one for one in spellings if wanted and wanted in one]
    close = list(dict.fromkeys(spellings[one] for one in near))[:3]
    listed = f"{of} lists them" if of else f"Use {few(list(codes), 20)}"
    action = f"Did you mean {' or '.join(close)}?" if close else listed
    what = "is not in the catalogue" if of else "is not known"
    raise UnknownName(f"{kind} {printable(str(given))[:_LONGEST]!r}", what, action)


def _plain(text) -> str:
    return folded(str(text)[:120].replace("_", " "))
