"""How much of a clean table is empty, by column and year."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap

from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.numbers import Measure, written
from ogp_analysis.display.figure import canvas, drawable, drawing
from ogp_analysis.display.style import COLOURS
from ogp_analysis.quality.data_quality import Missing

#: Rows of a drawing; the columns that are emptiest are drawn.
MOST_COLUMNS = 30
_SHARE = Measure("share")


@drawing
def missing_by_year(found: Missing, *, name: str, table: str):
    """Draw the share of empty cells of each column that has any, by year or by no time at all.

    Parameters
    ----------
    found : Missing
        Of the table.
    name, table : str
        File name; ``dataset.table``.
    """
    some = found.columns[found.columns["missing"] > 0]
    drawable(some, name)
    shown = some.sort_values("missing", ascending=False, kind="stable").head(MOST_COLUMNS).index.sort_values()
    rows = some.loc[shown]
    left = min(2.4, 0.25 + 0.062 * max(map(len, rows["column"])))
    figure, axes = canvas(7, 0.19 * len(rows) + 1.35, (left, 0.55, 0.95, 0.35))
    if found.time:
        labels = [one or word("quality.undated") for one in found.periods["period"]]
        shares = found.periods[list(rows["column"])].to_numpy(dtype=float).T
    else:
        labels, shares = [word("quality.all_rows")], rows[["share"]].to_numpy(dtype=float)
    colours = LinearSegmentedColormap.from_list("missing", ["#FFFFFF", COLOURS["country"]])
    colours = colours.with_extremes(bad=COLOURS["light"])
    edges = np.arange(len(labels) + 1) - 0.5, np.arange(len(rows) + 1) - 0.5
    axes.pcolormesh(*edges, np.ma.masked_invalid(_shades(shares)), cmap=colours, vmin=0, vmax=1,
                    edgecolors=COLOURS["light"], linewidth=0.4)  # fmt: skip
    for at, share in enumerate(rows["share"]):
        axes.text(1.01, at, _written(float(share)), va="center", fontsize=6.5,
                  transform=axes.get_yaxis_transform())  # fmt: skip
    axes.set_yticks(range(len(rows)), list(rows["column"]), fontsize=6.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks(range(len(labels)), labels, fontsize=6.5, rotation=90 if found.time else 0)
    axes.grid(visible=False)
    axes.set_title(word("quality.figure.title"))
    axes.set_xlabel(word("quality.figure.axis"), fontsize=7, loc="left")
    values = {"table": table, "n": len(rows), "all": len(found.columns), "full": len(found.columns) - len(some)}
    case = "time" if found.time else "no_time"
    top = rows.loc[rows["missing"].idxmax()]
    caption = sentence("quality.figure.caption", case=case, time=found.time, **values).plain()
    alt = sentence("quality.figure.alt", case=case, time=found.time, top=top["column"], share=float(top["share"]),
                   first=labels[0], last=_last(found, labels), **values).plain()  # fmt: skip
    return name, caption, alt, figure


def _shades(shares: np.ndarray) -> np.ndarray:
    """Return how dark each share is drawn: the smallest that is not zero can be told from white."""
    return np.where(shares > 0, 0.12 + 0.88 * shares, shares)


def _written(share: float) -> str:
    least = 0.01
    return "<" + written(least, _SHARE, language()) if share < least else written(share, _SHARE, language())


def _last(found: Missing, labels: list[str]) -> str:
    dated = found.periods["first"].notna() if found.time else pd.Series([True])
    return labels[int(dated.sum()) - 1]
