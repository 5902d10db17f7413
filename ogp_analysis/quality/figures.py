"""How much of a clean table is empty, by column and year."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.collections import PolyCollection

from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.numbers import Measure, count, share, written
from ogp_analysis.display.figure import drawable, drawing
from ogp_analysis.display.rows import row_chart
from ogp_analysis.display.sheet import PALETTE, PERCENT, extent

#: Rows of a drawing; the columns that are emptiest are drawn.
MOST_COLUMNS = 30
_SHARE = Measure("share")
#: Pixels of the highest bar of a row, and of the lowest that is not nothing.
_TALL, _LOW = 17.0, 1.5


@drawing
def missing_by_year(columns: pd.DataFrame, periods: pd.DataFrame, *, name: str, table: str, time: str):
    """Draw the share of empty cells of each column that has any, by year or by no time at all.

    Parameters
    ----------
    columns, periods : pandas.DataFrame
        As ``frame`` and ``periods`` of :class:`ogp_analysis.quality.missing.Missing`.
    name, table, time : str
        File name; ``dataset.table``; the column that dates a row, empty if there is none.
    """
    some = columns[columns["missing"] > 0]
    drawable(some, name)
    shown = some.sort_values("missing", ascending=False, kind="stable").head(MOST_COLUMNS).index.sort_values()
    rows = some.loc[shown]
    top = rows.loc[rows["missing"].idxmax()]
    labels = [label or word("quality.undated") for label in periods["period"]] if time else [word("quality.all_rows")]
    dated = int(periods["first"].notna().sum()) if time else 1
    counts = {"n": len(rows), "all": len(columns), "full": len(columns) - len(some)}
    values = {"table": table, "time": time, "top": top["column"], "share": share(float(top["share"]), 1)}
    values |= {"first": labels[0], "last": labels[dated - 1], **{name: count(n) for name, n in counts.items()}}
    case = "time" if time else "no_time"
    caption, alt, about = (
        sentence(f"quality.figure.{part}", case=case, **values).plain() for part in ("caption", "alt", "about")
    )
    empty = int((columns["missing"] == columns["n"]).sum())
    title = sentence("quality.figure.title", case="whole" if empty else "part", empty=count(empty), **values).plain()
    source = sentence("quality.figure.source", **values).plain()

    def drawn(narrow: bool):
        least = 0.01
        notes = [
            written(float(empty), _SHARE, language()) if empty >= least else "<" + written(least, _SHARE, language())
            for empty in rows["share"]
        ]
        wide = len(labels) if time else 1.0
        ticks = [*zip(*PERCENT, strict=True)]
        if time:
            # As many years are written as have room, and the rows without a year if there are any.
            room = (150 if narrow else 560) / len(labels)
            step = int(np.ceil((extent(labels[0], 13) + 12) / room))
            end = len(labels) - (step if dated < len(labels) else 0)
            ticks = [(at + 0.5, labels[at]) for at in (*range(0, min(dated, end), step), *range(dated, len(labels)))]
        panel, middles = row_chart(list(rows["column"]), notes, (0, wide), ticks, title, about, source, narrow)
        if not time:
            for middle, empty in zip(middles, rows["share"], strict=True):
                panel.bar(0, max(float(empty), 0.004), middle - _TALL / 2, middle + _TALL / 2, PALETTE["region"])
            return panel.sheet
        shares, full, none = periods[list(rows["column"])].to_numpy(dtype=float).T, [], []
        for middle, row in zip(middles, shares, strict=True):
            for at, empty in enumerate(row):
                foot = middle + _TALL / 2
                tall = _TALL if np.isnan(empty) else max(_LOW, _TALL * empty) if empty else 0.0
                cell = [(at + 0.08, foot), (at + 0.92, foot), (at + 0.92, foot - tall), (at + 0.08, foot - tall)]
                (none if np.isnan(empty) else full).append(cell)
        for cells, colour in ((none, PALETTE["band"]), (full, PALETTE["region"])):
            panel.add(PolyCollection(cells, facecolors=colour, edgecolors="none", transform=panel.transform, zorder=2))
        return panel.sheet

    return name, caption, alt, (drawn(False), drawn(True))
