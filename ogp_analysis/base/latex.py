"""Text from data as LaTeX: nothing in it is a command, a comment, a brace or an active character."""

from __future__ import annotations

from ogp_analysis.base.words.sentence import flat

_MARKS = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        # BibTeX counts braces, escaped or not, so none is written.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        **{mark: rf"\{mark}" for mark in "&%$#_"},
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        # Babel's Spanish makes a letter behind it an ordinal, as in "a.
        '"': r"\symbol{34}",
        # What pdfLaTeX has no letter for, and this package writes.
        "−": r"\ensuremath{-}",
        "≤": r"\ensuremath{\leq}",
        "≥": r"\ensuremath{\geq}",
        "≈": r"\ensuremath{\approx}",
        "→": r"\ensuremath{\rightarrow}",
        "←": r"\ensuremath{\leftarrow}",
        "χ": r"\ensuremath{\chi}",
        "\u00a0": "~",
        "\u202f": r"\,",
        "\u2009": r"\,",
    }
)


def escaped(text: str) -> str:
    r"""Return text on one line as LaTeX, for running text, a cell, a caption or a field of BibTeX.

    Examples
    --------
    >>> escaped("50% of $1_000")
    '50\\% of \\$1\\_000'
    """
    return flat(text).translate(_MARKS).strip()
