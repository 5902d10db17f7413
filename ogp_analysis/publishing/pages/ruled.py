"""A table on paper: how wide its columns are, measured in the font it is set in.

Left to itself, typst gives all columns of a wide table the same room, whatever stands in them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

#: Points in which a table is set, by the columns above which it is set smaller.
_SIZES = {0: 7.4, 5: 6.6, 8: 6.0}
#: Points of a line of the page, and those between two columns.
LINE, GAP = 493.2, 6.0
#: Ems after which text in a cell breaks.
_TEXT = 17.0
#: By how much a text may be wider than its letters, for kerns that push them apart: they do by at most 0.2 %.
_KERNS = 1.005
#: Where a line may break.
_PARTS = re.compile(r"[^\S\xa0\u2007\u202f]+|(?<=[/–])|(?<=-)(?=\D)")


def ruled(numbered: str, caption: str, heads: Sequence[tuple[str, str]], rows: list[list[str]], rest: str = "") -> dict:
    """Return a table as ``report.typ`` takes it: no wider than the line, no word of it wider than its column.

    Parameters
    ----------
    numbered, caption : str
        What stands above it.
    heads : sequence of (str, {"left", "right"})
        The heading of each column, and its side; what stands at the right is numbers, which do not break.
    rows : list of list of str
    rest : str
        What stands below it.

    Returns
    -------
    dict
        As given, with ``size`` and ``widths`` in points.

    Examples
    --------
    >>> table = ruled("Table 1", "Peers", [("Country", "left"), ("Rank", "right")], [["Chile", "12"]])
    >>> [round(width) for width in table["widths"]]
    [33, 21]
    """
    size = next(size for columns, size in reversed(_SIZES.items()) if len(heads) > columns)
    line = (LINE - GAP * (len(heads) - 1)) / size
    texts = [[label for label, _ in heads], *rows]
    cells = [[measure(text, bold=not number) for text in row] for number, row in enumerate(texts)]
    wanted = [max(column) for column in zip(*cells, strict=True)]
    if sum(wanted) > line:
        wanted = _fitted(texts, cells, [side == "right" for _, side in heads], line)
    widths = [width * size for width in wanted]
    return {"label": numbered, "caption": caption, "heads": [*map(list, heads)], "rows": rows, "rest": rest,
            "size": size, "widths": widths}  # fmt: skip


def _fitted(texts: list[list[str]], cells: list[list[float]], numbers: list[bool], line: float) -> list[float]:
    """Return the ems of each column of a table that is wider than the line.

    Each has room for its longest word; what is left goes to those whose text breaks. Of words that no line has room for
    each column has its share.
    """
    least, wanted, whole = [], [], []
    for column, number in enumerate(numbers):
        longest = max((row[column] for row in cells[1:]), default=0.0)
        words = [measure(part, bold=True) for part in texts[0][column].split()]
        words += [longest] if number else [measure(part) for row in texts[1:] for part in _PARTS.split(row[column])]
        least.append(max(words, default=0.0))
        wanted.append(longest if number else min(longest, _TEXT + longest / 4))
        whole.append(longest)
    given = least
    for goal in (wanted, whole):
        more = [max(0.0, want - have) for want, have in zip(goal, given, strict=True)]
        part = min(1.0, max(0.0, line - sum(given)) / max(1e-6, sum(more)))
        given = [have + part * one for have, one in zip(given, more, strict=True)]
    return [one * line / sum(given) for one in given]


def measure(text: str, bold: bool = False) -> float:
    """Return how many ems a text on one line takes at most."""
    return sum(map(_ADVANCES[bold].__getitem__, text)) * _KERNS


class _Advances(dict):
    """The ems that each letter takes; of what the font lacks, those of the mark that is printed in its place."""

    def __init__(self, bold: bool) -> None:
        super().__init__()
        self._file = f"DejaVuSans{'-Bold' if bold else ''}.ttf"

    def __missing__(self, letter: str) -> float:
        import matplotlib
        from matplotlib.font_manager import get_font
        from matplotlib.ft2font import LoadFlags

        font = get_font(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / self._file)
        known = letter if font.get_char_index(ord(letter)) else "\N{REPLACEMENT CHARACTER}"
        self[letter] = font.load_char(ord(known), flags=LoadFlags.NO_SCALE).horiAdvance / font.units_per_EM
        return self[letter]


_ADVANCES = {bold: _Advances(bold) for bold in (False, True)}
