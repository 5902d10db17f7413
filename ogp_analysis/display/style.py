"""The look of every figure, the same whatever the user's own matplotlib settings are."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from types import MappingProxyType

#: Okabe and Ito's palette (2008), which colour-blind readers can distinguish: for drawings that are not on a sheet.
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

#: Colours of the sheets, each with one counterpart on a dark page: a drawing is recoloured, never drawn again.
PALETTE = {
    "paper": "#fcfbf8",
    "ink": "#1b1d1f",
    "muted": "#5a6066",
    "grid": "#dedad2",
    "axis": "#858b90",
    "own": "#a3123a",
    "tint": "#f1d6dd",
    "region": "#3f6285",
    "band": "#e3e8ec",
    "dots": "#82898f",
    "watch": "#7a5200",
    "review": "#b5780c",
    "fell": "#eda36b",
    "still": "#efdf9f",
    "rose": "#9dbfdd",
    "land": "#ebe8e0",
    "absent": "#b7b2a8",
}
DARK = {
    "paper": "#16191c",
    "ink": "#eceae5",
    "muted": "#aab0b6",
    "grid": "#33393f",
    "axis": "#7c848b",
    "own": "#ff8098",
    "tint": "#4b2530",
    "region": "#93b9dc",
    "band": "#29323a",
    "dots": "#6f7880",
    "watch": "#e6b663",
    "review": "#d79a2e",
    "fell": "#a8612c",
    "still": "#6e6337",
    "rose": "#42698c",
    "land": "#22272b",
    "absent": "#565b60",
}
#: Families that a drawing asks for, and what a page gives it.
SANS, SERIF = "DejaVu Sans", "DejaVu Serif"
FAMILIES = {
    SANS: "Seravek, 'Segoe UI', 'Open Sans', 'Noto Sans', Ubuntu, 'Helvetica Neue', 'DejaVu Sans', sans-serif",
    SERIF: "Charter, 'Charis SIL', 'Iowan Old Style', 'Palatino Linotype', Georgia, 'DejaVu Serif', serif",
}
#: Places and labels of the ticks of an axis of shares.
PERCENT = ([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])

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


#: All settings of a drawing, once they were made; lists among them are copied for each, so that none changes the next.
_house: dict = {}


@contextmanager
def style(more: Mapping = MappingProxyType({})):
    """Draw inside this context: matplotlib's own defaults plus the look of the house, and `more` of its settings."""
    import matplotlib as mpl  # the front page has colours and draws nothing

    # Settings are put in their place and back again as they are: matplotlib checks each of them, which takes longer
    # than to draw an axis. The backend is that of whoever draws.
    before = {name: value for name, value in dict.items(mpl.rcParams) if name != "backend"}
    try:
        if not _house:
            mpl.rcdefaults()
            mpl.rcParams.update(_STYLE)
            _house.update((name, value) for name, value in dict.items(mpl.rcParams) if name != "backend")
        own = {name: value[:] if isinstance(value, list) else value for name, value in _house.items()}
        dict.update(mpl.rcParams, own | dict(more))
        yield
    finally:
        dict.update(mpl.rcParams, before)
