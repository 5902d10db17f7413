"""How much of a clean table is empty, by column and year."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap

from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.numbers import Measure, count, share, written
from ogp_analysis.display.figure import canvas, drawable, drawing
from ogp_analysis.display.style import COLOURS

#: Rows of a drawing; the columns that are emptiest are drawn.
MOST_COLUMNS = 30
_SHARE = Measure("share")


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
    left = min(2.4, 0.25 + 0.062 * max(map(len, rows["column"])))
    figure, axes = canvas(7, 0.19 * len(rows) + 1.35, (left, 0.55, 0.95, 0.35))
    if time:
        labels = [one or word("quality.undated") for one in periods["period"]]
        shares = periods[list(rows["column"])].to_numpy(dtype=float).T
    else:
        labels, shares = [word("quality.all_rows")], rows[["share"]].to_numpy(dtype=float)
    colours = LinearSegmentedColormap.from_list("missing", ["#FFFFFF", COLOURS["country"]])
    colours = colours.with_extremes(bad=COLOURS["light"])
    edges = np.arange(len(labels) + 1) - 0.5, np.arange(len(rows) + 1) - 0.5
    axes.pcolormesh(*edges, np.ma.masked_invalid(_shades(shares)), cmap=colours, vmin=0, vmax=1,
                    edgecolors=COLOURS["light"], linewidth=0.4)  # fmt: skip
    for at, empty in enumerate(rows["share"]):
        axes.text(1.01, at, _written(float(empty)), va="center", fontsize=6.5,
                  transform=axes.get_yaxis_transform())  # fmt: skip
    axes.set_yticks(range(len(rows)), list(rows["column"]), fontsize=6.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks(range(len(labels)), labels, fontsize=6.5, rotation=90 if time else 0)
    axes.grid(visible=False)
    axes.set_title(word("quality.figure.title"))
    axes.set_xlabel(word("quality.figure.axis"), fontsize=7, loc="left")
    dated = int(periods["first"].notna().sum()) if time else 1
    counts = {"n": len(rows), "all": len(columns), "full": len(columns) - len(some)}
    values = {"table": table, "time": time, **{name: count(n) for name, n in counts.items()}}
    case = "time" if time else "no_time"
    top = rows.loc[rows["missing"].idxmax()]
    caption = sentence("quality.figure.caption", case=case, **values).plain()
    alt = sentence("quality.figure.alt", case=case, top=top["column"], share=share(float(top["share"]), 1),
                   first=labels[0], last=labels[dated - 1], **values).plain()  # fmt: skip
    return name, caption, alt, figure


def _shades(shares: np.ndarray) -> np.ndarray:
    """Return how dark each share is drawn: the smallest that is not zero can be told from white."""
    return np.where(shares > 0, 0.12 + 0.88 * shares, shares)


def _written(empty: float) -> str:
    least = 0.01
    return "<" + written(least, _SHARE, language()) if empty < least else written(empty, _SHARE, language())
