"""The look of every figure, the same whatever the user's own matplotlib settings are."""

from __future__ import annotations

from contextlib import contextmanager

import matplotlib as mpl

#: Okabe and Ito's palette (2008): told apart by colour-blind readers; the first three also in grey.
COLOURS = {
    "country": "#0072B2",
    "event": "#D55E00",
    "band": "#999999",
    "other": "#009E73",
    "light": "#E6E6E6",
    "text": "#1A1A1A",
    "second": "#CC79A7",
    "third": "#E69F00",
}

_STYLE = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9.0,
    # Where titles stand by themselves: to look for room above the ticks takes a seventh of the drawing.
    "axes.titley": 1.0,
    "axes.titlesize": 10.0,
    "axes.titlelocation": "left",
    "axes.labelsize": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#666666",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.5,
    "legend.frameon": False,
    "legend.fontsize": 8.0,
    "lines.linewidth": 1.8,
    "figure.facecolor": "white",
    "figure.dpi": 72,
    "svg.fonttype": "path",
    "svg.hashsalt": "ogp_analysis",
    "text.usetex": False,
    "axes.formatter.use_locale": False,
}


@contextmanager
def style():
    """Draw inside this context: matplotlib's own defaults plus the look of the house."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield
