"""Shares with their denominators, and their intervals over countries where they have one."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.words import sentence, word
from ogp_analysis.display.figure import canvas, drawing
from ogp_analysis.display.style import COLOURS
from ogp_analysis.statistics.rates import FEWEST_CLUSTERS


@drawing
def shares_with_intervals(shares: pd.DataFrame, *, name: str, title: str, about: str):
    """Draw shares as dots with their 95% intervals over countries, each with its count and denominator.

    Parameters
    ----------
    shares : pandas.DataFrame
        ``label, count, n, share, low, high, clusters``, one row a dot, from the top; a row without a share is
        written, not drawn, and one without an interval has a dot only.
    name, title, about : str
        File name; title; what is counted, in the reader's language.
    """
    figure, axes = canvas(7, 0.34 * len(shares) + 0.9, (2.9, 0.75, 0.5, 0.35))
    for row, one in enumerate(shares.itertuples()):
        if pd.notna(one.share):
            if pd.notna(one.low):
                axes.plot([one.low, one.high], [row, row], color=COLOURS["band"], linewidth=2)
            axes.plot(one.share, row, "o", color=COLOURS["country"], markersize=5)
        axes.text(1.02, row, f"{one.count}/{one.n}", va="center", fontsize=7, transform=axes.get_yaxis_transform())
    axes.set_yticks(range(len(shares)), list(shares["label"]), fontsize=8)
    axes.set_ylim(len(shares) - 0.5, -0.5)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
    caption = _caption(shares, about)
    axes.set_xlabel(word(f"figures.shares.axis{'' if shares['low'].notna().any() else '_counted'}"))
    axes.set_title(title)
    drawn = shares.dropna(subset=["share"])
    values = {"about": about, "n": len(shares)}
    if drawn.empty:
        return name, caption, sentence("figures.shares.empty", **values).plain(), figure
    top, low = drawn.loc[drawn["share"].idxmax()], drawn.loc[drawn["share"].idxmin()]
    ends = {"top": top["label"], "high": top["share"], "bottom": low["label"], "low": low["share"]}
    alt = sentence("figures.shares.alt", **values, **ends).plain()
    return name, caption, alt, figure


def _caption(shares: pd.DataFrame, about: str) -> str:
    held = shares.dropna(subset=["low"])
    if held.empty:
        return sentence("figures.shares.caption_counted", about=about, fewest=FEWEST_CLUSTERS).plain()
    clusters = sorted({int(held["clusters"].min()), int(held["clusters"].max())})
    return sentence("figures.shares.caption", about=about, clusters="–".join(map(str, clusters))).plain()
