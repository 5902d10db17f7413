"""Figures of contracts: shares that add up, and the joint share of the largest suppliers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ogp_analysis.base.words import Sentence
from ogp_analysis.display.figure import drawable, drawing, worded
from ogp_analysis.display.lines import Line, LineChart, Plot, band
from ogp_analysis.display.rows import SHARES, RowChart, bars
from ogp_analysis.display.table import in_language, in_words
from ogp_analysis.procurement.concentration import Concentration

#: Fill of each part, from light to dark so that it is read in grey, too.
_FILLS = ("region", "review", "own", "dots")
#: An unknown share as small as this is not a band that can be seen.
_SEEN = 0.01


@drawing
def stacked_shares(
    rows: pd.DataFrame, parts: Mapping[str, Mapping], *, name: str, texts: Mapping, fills: Sequence[str] = _FILLS
):
    """Draw parts of a whole as a bar in each row, beside each other.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row per bar, from the top: ``label``, at its left; a row without one belongs to the row above; ``note`` and
        ``note_narrow``, at its right; and a column of shares for each part, which add up to 1. Texts may differ by
        language.
    parts : mapping of str to texts by language
        The columns, in their order, and what each is called; four at most.
    name : str
        File name.
    texts : mapping of str to Sentence or str
        ``title``, ``about``, ``source``, ``caption`` and ``alt``, the text alternative.
    fills : sequence of str
        The colours of the palette that the parts have, in their order.

    Returns
    -------
    Figure
        It takes axes `ax` of a user.

    Examples
    --------
    >>> rows = pd.DataFrame({"label": ["All"], "note": "4", "note_narrow": "4", "open": 0.25, "direct": 0.75})
    >>> words = {one: {"en": one, "es": one} for one in ("open", "direct")}
    >>> texts = dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("Methods"))
    >>> stacked_shares(rows, words, name="methods", texts=texts).caption
    'Methods'
    """
    drawable(rows, name)
    where = f"figure {name!r}"
    rows = in_words(where, rows)
    ends = rows[list(parts)].to_numpy("float64").cumsum(axis=1)
    starts = np.column_stack([np.zeros(len(rows)), ends[:, :-1]])
    marks = [bars(starts[:, at], ends[:, at], fill, 16) for at, fill in zip(range(len(parts)), fills, strict=False)]
    keys = [(in_language(where, text), "s", fill) for text, fill in zip(parts.values(), fills, strict=False)]
    notes = [list(rows[one]) for one in ("note", "note_narrow")]
    return worded(name, RowChart(list(rows["label"]), notes.__getitem__, marks, (0, 1), keys=keys), texts)


@drawing
def joint_shares(
    found: Concentration,
    labels: Mapping[str, Mapping[str, str]],
    *,
    name: str,
    texts: Mapping[str, Sentence | str],
):
    """Draw the joint share of the largest suppliers, with a band for what is not known.

    Where one contract carries the amount, a second line leaves it out.

    Parameters
    ----------
    found : Concentration
        Whose firms are drawn, the largest first.
    labels : mapping of str to texts by language
        What ``known``, ``unknown`` and ``without`` are called beside their lines.
    name : str
        File name.
    texts : mapping of str to Sentence or str
        ``title``, ``about``, ``source``, ``caption`` and ``alt``, the text alternative.

    Returns
    -------
    Figure
        It takes axes `ax` of a user.

    Examples
    --------
    >>> spread = ogp.procurement.concentration(ogp.procurement.contracts("ocds_mexico_inai").frame)
    >>> labels = {one: {"en": one, "es": one} for one in ("known", "unknown", "without")}
    >>> texts = dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("Suppliers"))
    >>> joint_shares(spread, labels, name="suppliers", texts=texts).caption
    'Suppliers'
    """
    drawable(found.firms, name)
    where = f"figure {name!r}"
    labels = {part: in_language(where, text) for part, text in labels.items()}
    curve, others = _joint(found), _joint(found.without) if found.without and found.without.suppliers else None
    curve = curve.assign(ceiling=np.minimum(curve["share"] + found.unknown_share, 1.0))
    end = max(1.0, math.log10(len(curve)))
    layers = [
        band(curve, "share", "ceiling", "band", x="place"),
        Line(curve, "share", label=labels["known"], width=2.6, bold=True, dot=6, x="place"),
    ]
    if others is not None:
        layers.insert(1, Line(others, "share", "muted", labels["without"], dashed=True, width=1.6, x="place"))
    unknown = [(float(curve["ceiling"].iloc[-1]), labels["unknown"], "muted")] if found.unknown_share > _SEEN else []
    plot = Plot(
        layers,
        (0, end),
        (0, 1),
        xticks=[(power, f"{10**power:,}") for power in range(6) if power <= end],
        yticks=SHARES,
        labels=unknown,
    )
    return worded(name, LineChart([plot]), texts)


def _joint(found: Concentration) -> pd.DataFrame:
    """Return the joint share of so many of the largest firms, by the logarithm of how many."""
    joint = found.firms["share"].cumsum()
    return pd.DataFrame({"place": np.log10(np.arange(1, len(joint) + 1)), "share": joint.to_numpy()})
