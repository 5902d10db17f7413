"""Drawings with one row per thing: an estimate with its interval, or beside another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import pandas as pd

from ogp_analysis.base.words import Sentence
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.numbers import index
from ogp_analysis.display.figure import captioned, drawable, drawing
from ogp_analysis.display.rows import SHARE_ENDS, SHARES, RowChart, dots, ranges
from ogp_analysis.display.sheet import Ticks, ticks
from ogp_analysis.display.table import in_language, in_words


@drawing
def estimates_by_row(
    rows: pd.DataFrame,
    *,
    name: str,
    texts: Mapping[str, Sentence],
    unit: Literal["share", "points"] = "share",
    top: float | None = None,
    size: float = 8.0,
    keys: Sequence[Mapping[str, str]] = (),
):
    """Draw an estimate a row as a dot, with a line over its interval or to what it is set beside.

    Parameters
    ----------
    rows : pandas.DataFrame
        From the top: ``label`` and ``note``, what stands at the left and at the right, as text or as text by language;
        ``value``; ``low, high`` of its interval, or ``beside``, the value that it is set beside. What is missing is not
        drawn. On a narrow sheet ``note_narrow`` stands in place of the note, if there is such a column.
    name : str
        File name.
    texts : mapping of str to Sentence
        ``title``, ``about``, ``source``, ``caption`` and ``alt``, the text alternative.
    unit : {"share", "points"}
        Shares, from 0 to 1, or points, with a line at 0.
    top : float or None
        Where the axis of shares ends; by default at 1.
    size : float
        Of the dots.
    keys : sequence of texts by language
        What a value is, and what it is set beside.

    Returns
    -------
    Figure
        A panel, also for a telephone.

    Examples
    --------
    >>> rows = pd.DataFrame({"label": ["open data"], "note": ["18/26"], "value": [0.7], "beside": [0.6]})
    >>> texts = dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("Themes"))
    >>> ogp.open_government.estimates_by_row(rows, name="themes", texts=texts).caption
    'Themes'
    """
    drawable(rows, name)
    where = f"figure {name!r}"
    rows = in_words(where, rows)
    said = {part: in_language(where, text) for part, text in texts.items()}
    low, high = (min(rows["low"].min(), 0) - 2, max(rows["high"].max(), 0) + 2) if unit == "points" else (0, top)

    def axis(narrow: bool) -> Ticks:
        if unit == "points":
            return [(at, index(at, 0, signed=True).written(language())) for at in ticks(low, high, 3 if narrow else 8)]
        if top is None:
            return SHARES[:: 2 if narrow else 1]
        return [(at, f"{100 * at:.0f} %" if at else "0") for at in ticks(0, top, 3 if narrow else 6)]

    def notes(narrow: bool) -> list[str]:
        return list(rows["note_narrow" if narrow and "note_narrow" in rows else "note"])

    marks, value = [dots(rows["value"], size=size)], rows["value"]
    if "beside" in rows:
        marks = [ranges(value, rows["beside"], width=1.6), dots(rows["beside"], "region", 6, "D"), *marks]
    else:
        marks = [ranges(rows["low"], rows["high"]), *marks]
    looks = zip(keys, (("o", "own"), ("D", "region")), strict=False)
    ends = (low, high) if unit == "points" else SHARE_ENDS if top is None else (-0.01, top)
    chart = RowChart(
        list(rows["label"]), notes, marks, ends, axis,
        keys=[(in_language(where, text), *look) for text, look in looks], rule=(0, 1.4) if unit == "points" else None,
    )  # fmt: skip
    return captioned(name, "", {}, chart, **said)
