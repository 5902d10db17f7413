"""Tables of a report as LaTeX, no wider than the line of a manuscript: measured in the letters of Computer Modern."""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from typing import NamedTuple

from ogp_analysis.base.latex import escaped
from ogp_analysis.display.table import aligned_right, lines_of, numbered, with_numbers


class _Size(NamedTuple):
    """How a table is set: the command, the points that an em takes, and those at each side of a column.

    Small sizes of Computer Modern are cut wider: an em of 7 points takes as much room as 8 points would of the size of
    10.
    """

    command: str
    em: float
    gap: float


#: A table that has room as it is; and smaller, the first in which no word is wider than its column.
_AS_IS = _Size(r"\small", 9.25, 6.0)
_SMALLER = (
    _Size(r"\footnotesize\setlength{\tabcolsep}{3pt}", 8.5, 3.0),
    _Size(r"\scriptsize\setlength{\tabcolsep}{2pt}", 7.98, 2.0),
)
#: A table of so many columns that it does not fit otherwise.
_TIGHT = _Size(r"\scriptsize\setlength{\tabcolsep}{1pt}", 7.98, 1.0)
#: Points of a line of LaTeX's class `article`, and of a page of it on its side.
_LINE, _SIDE = 345.0, 550.0
#: More lines than these do not fit on a page, and on a page on its side.
PAGE_LINES, SIDE_LINES = 40, 22
#: Ems after which text in a cell breaks.
_TEXT = 16.0
#: Letters that hyphens leave together, in the languages of the reports.
_HYPHENATED = 8
#: Where a line may break: between words, but for a sign of per cent; inside names in the data, addresses, ranges.
_BREAKS = re.compile(r"(?<=[_/–-])(?=\w)|(?<=\.)(?=[a-z])| +(?!%)")
#: The same inside a word, as it stands in LaTeX.
_AFTER = re.compile(r"(\\_|[/–])(?=\w)|\.(?=[a-z])")
#: Ems of letters in Computer Modern of 10 points, by letters of one width; and of signs that stand in other fonts.
_WIDTHS = {
    letter: width / 1000
    for width, letters in {
        278: "il!',.:;[]`", 306: "fj", 333: "-", 361: "I", 389: "t()", 392: "r", 394: "s", 444: "cez", 472: "?",
        500: 'ago0123456789"$*/–“”„«»_·', 514: "J", 528: "kqvxy", 556: "bdhnpuS", 611: "Z", 625: "L", 653: "F",
        681: "EP", 708: "B", 722: "wCT", 736: "R", 750: "AHNUVXY", 764: "D", 778: "KOQ&@", 785: "G", 833: "m#",
        917: "M", 1028: "W", 780: "+<=>≤≥≈−±×", 340: " \u00a0", 170: "\u2009\u202f", 1000: "%—→…{}|\\~^",
    }.items()
    for letter in letters
}  # fmt: skip
#: Ems of a letter that Computer Modern lacks.
_OTHER = 0.8
#: Ems by which a measured width may be wrong, because of kerns and of signs set in mathematics.
_SLACK = 0.15


def as_latex(payload: dict, note: str = "", *, turned: bool = True) -> str:
    r"""Return a carried table as LaTeX, numbers as the page writes them, for the packages ``booktabs`` and ``array``.

    A table wider than the line breaks the text of its cells, and is set smaller if that is not enough; then it
    hyphenates long words. A table that is too wide even so stands on its side on a page of its own, for the package
    ``rotating``; in the class ``article`` and on longer lines no cell runs over. A table longer than a page runs over
    pages, for the package ``longtable``, and ``pdflscape`` if on its side. Lines of one cell stand below one another,
    as a standard error below its estimate.

    Parameters
    ----------
    payload : dict
        As :meth:`Table.payload` makes it.
    note : str
        Stands below the table, behind its own notes and before the addresses that it links.
    turned : bool
        Whether a table may stand on its side; if not, cells of the widest tables run over.
    """
    columns, spoken = with_numbers(payload), payload["language"]
    rows = [[lines_of(v, c, spoken) for v, c in zip(row, columns, strict=True)] for row in payload["rows"]]
    labels = [c["label"] for c in columns]
    texts = [[label, *(max(row[i], key=len) for row in rows)] for i, label in enumerate(labels)]
    size, spec, height = _AS_IS, "".join("r" if aligned_right(c) else "l" for c in columns), len(rows)
    write, side = escaped, False
    ems = [[_ems(text) for text in column] for column in texts]
    if sum(max(column) * size.em + 2 * size.gap for column in ems) > _LINE:
        write, (size, side, shares, height) = _breakable, _fitted(texts, ems, turned)
        spec = "".join(
            rf">{{\ragged{'left' if aligned_right(c) else 'right'}\arraybackslash\hspace{{0pt}}}}"
            rf"p{{\dimexpr{share:.4f}\linewidth-2\tabcolsep\relax}}"
            for c, share in zip(columns, shares, strict=True)
        )
    body = []
    for number, row in enumerate(rows, 1):
        for depth in range(max(map(len, row), default=1)):
            body.append(" & ".join(write(c[depth]) if depth < len(c) else "" for c in row) + r" \\")
        if number == payload.get("terms") and number < len(rows):
            body.append(r"\midrule")
    caption = rf"\caption{{{escaped(payload['caption'])}}}\label{{tab:{payload['name']}}}"
    head = [r"\toprule", " & ".join(write(label) for label in labels) + r" \\", r"\midrule"]
    notes = escaped(" ".join(filter(None, [*payload.get("notes", []), note])))
    notes = " ".join(filter(None, [notes, *map(_breakable, numbered(payload))]))
    notes = [rf"\par\smallskip{{\footnotesize\raggedright {notes}\par}}"] if notes else []
    if height > (SIDE_LINES if side else PAGE_LINES):
        begin = [rf"{{{size.command}", rf"\begin{{longtable}}{{{spec}}}", caption + r" \\"]
        begin += [*head, r"\endfirsthead", *head, r"\endhead"]
        end = [r"\bottomrule", r"\end{longtable}", *notes, "}", ""]
        if side:
            begin, end = [r"\begin{landscape}", *begin], [*end[:-1], r"\end{landscape}", ""]
    else:
        kind = "sidewaystable" if side else "table"
        begin = [rf"\begin{{{kind}}}", r"\centering", size.command, caption, rf"\begin{{tabular}}{{{spec}}}", *head]
        end = [r"\bottomrule", r"\end{tabular}", *notes, rf"\end{{{kind}}}", ""]
    return "\n".join([*begin, *body, *end])


def _fitted(texts: list[list[str]], ems: list[list[float]], turned: bool) -> tuple[_Size, bool, list[float], int]:
    """Return size, whether on its side, shares of the line and lines of a table, given by column, the heading first.

    Each column has room for its longest word; what is left goes to those whose text would break.
    """
    whole, cut = [], []
    for column in texts:
        longest, widest = 0.0, 0.0
        for text in dict.fromkeys(column):
            for part in filter(None, _BREAKS.split(text)):
                longest = max(longest, em := _ems(part))
                # No piece of a word is wider than the word with a hyphen. Names in the data have no hyphens of the
                # language around them.
                if em + _WIDTHS["-"] > widest:
                    if part.strip("(),;:").isalpha() and not re.search("[_/]", text) and len(part) > _HYPHENATED:
                        ends = range(_HYPHENATED, len(part) + 1)
                        em = max(_ems(part[end - _HYPHENATED : end] + "-") for end in ends)
                    widest = max(widest, em)
        whole.append(longest + _SLACK)
        cut.append(widest + _SLACK)
    lines = (_LINE, _SIDE) if turned else (_LINE,)
    ways = [(line, least, size) for line in lines for least in (whole, cut) for size in _SMALLER]
    ways.append((lines[-1], cut, _TIGHT))
    fitting = (way for way in ways if sum(way[1]) * way[2].em + 2 * way[2].gap * len(texts) <= way[0])
    line, least, size = next(fitting, ways[-1])
    room = (line - 2 * size.gap * len(texts)) / size.em
    longest = [max(column[1:], default=0.0) + _SLACK for column in ems]  # a heading may break
    wanted = [max(word, min(cell, _TEXT + cell / 4)) for word, cell in zip(least, longest, strict=True)]
    free = min(1.0, max(0.0, room - sum(least)) / max(1.0, sum(wanted) - sum(least)))
    given = [word + free * (want - word) for word, want in zip(least, wanted, strict=True)]
    given = [one * min(1.0, room / sum(given)) for one in given]
    height = sum(
        max(math.ceil(em / width) for em, width in zip(row, given, strict=True)) for row in zip(*ems, strict=True)
    )
    return size, line == _SIDE, [(one * size.em + 2 * size.gap) / line for one in given], height


@functools.lru_cache(maxsize=4096)
def _ems(text: str) -> float:
    return sum(map(_advance, text))


@functools.cache
def _advance(letter: str) -> float:
    """Return the ems that a letter takes, without its accents."""
    return _WIDTHS.get(letter) or _WIDTHS.get(unicodedata.normalize("NFD", letter)[0], _OTHER)


@functools.lru_cache(maxsize=4096)
def _breakable(text: str) -> str:
    r"""Return a cell as LaTeX, with places where a long name may break."""
    return _AFTER.sub(r"\g<0>\\allowbreak{}", escaped(text))
