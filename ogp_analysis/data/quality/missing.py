"""The drawing of what is missing in a table: its empty cells, by column and by year."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.collections import PolyCollection

from ogp_analysis.base.words import word
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.sentence import Measure, counts, share, written
from ogp_analysis.display.figure import captioned, drawable, drawing
from ogp_analysis.display.rows import RowChart, bars
from ogp_analysis.display.sheet import Panel, Ticks, extent

#: Rows of a drawing; the columns that are emptiest are drawn.
MOST_COLUMNS = 30
_SHARE = Measure("share")
#: Pixels of the highest bar of a row, and of the lowest that is not nothing.
_TALL, _LOW = 17.0, 1.5
#: Shares below it are written as smaller.
_LEAST = 0.01


@drawing
def missing_by_year(columns: pd.DataFrame, periods: pd.DataFrame, *, name: str, table: str, time: str):
    """Draw the share of empty cells of each column that has any, by year or by no time at all.

    Parameters
    ----------
    columns : pandas.DataFrame
        ``column, n, missing, share``: of each column of the table the rows, those that are empty, and their share.
    periods : pandas.DataFrame
        ``period, first, n`` and the share of empty cells of each column, missing where no row is of the period; a last
        row, of the rows without a year, has no ``first``. Empty if no column dates the rows.
    name, table, time : str
        File name; what the table is called; the column that dates a row, empty if there is none.

    Returns
    -------
    Figure
        It takes axes `ax` of a user.

    Examples
    --------
    >>> columns = pd.DataFrame({"column": ["rating"], "n": [4], "missing": [1], "share": [0.25]})
    >>> ogp.quality.missing_by_year(columns, pd.DataFrame(), name="missing", table="mine", time="").name
    'missing'
    """
    some = columns[columns["missing"] > 0]
    drawable(some, name)
    shown = some.sort_values("missing", ascending=False, kind="stable").head(MOST_COLUMNS).index.sort_values()
    rows = some.loc[shown]
    top = rows.loc[rows["missing"].idxmax()]
    labels = [label or word("quality.undated") for label in periods["period"]] if time else [word("quality.all_rows")]
    dated = int(periods["first"].notna().sum()) if time else 1
    empty = (columns["missing"] == columns["n"]).sum()
    values = {"table": table, "time": time, "top": top["column"], "share": share(float(top["share"]), 1)}
    values |= {"first": labels[0], "last": labels[dated - 1]}
    values |= counts(n=len(rows), all=len(columns), full=len(columns) - len(some), empty=empty)
    notes = [
        ("" if part >= _LEAST else "<") + written(max(float(part), _LEAST), _SHARE, language())
        for part in rows["share"]
    ]

    def years(narrow: bool) -> Ticks:
        # As many years are written as have room, and the rows without a year if there are any.
        room = (150 if narrow else 560) / len(labels)
        step = int(np.ceil((extent(labels[0], 13) + 12) / room))
        end = len(labels) - (step if dated < len(labels) else 0)
        return [(at + 0.5, labels[at]) for at in (*range(0, min(dated, end), step), *range(dated, len(labels)))]

    shares = periods[list(rows["column"])].to_numpy(dtype=float).T if time else []

    def cells(panel: Panel, row: int, height: float) -> None:
        foot, here = height + _TALL / 2, shares[row]
        tall = np.where(np.isnan(here), _TALL, np.where(here > 0, np.maximum(_LOW, _TALL * here), 0.0))
        corners = [
            [(at + 0.08, foot), (at + 0.92, foot), (at + 0.92, foot - top), (at + 0.08, foot - top)]
            for at, top in enumerate(tall)
        ]
        looks = {"edgecolors": "none", "transform": panel.transform, "zorder": 2}
        colours = [panel.colour("band" if empty else "region") for empty in np.isnan(here)]
        panel.add(PolyCollection(corners, facecolors=colours, **looks))

    drawn = cells if time else bars(0, rows["share"].clip(lower=0.004), "region", _TALL)
    axis = {"xlim": (0, len(labels)), "xticks": years} if time else {"xlim": (0, 1)}
    chart = RowChart(list(rows["column"]), notes, [drawn], **axis)
    case = "time" if time else "no_time"
    cases = dict.fromkeys(("caption", "alt", "about"), case) | {"title": "whole" if empty else "part"}
    return captioned(name, "quality.figure", values, chart, case=cases)
