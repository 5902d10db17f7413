"""Drawing for nobody: matplotlib reads its fonts and shapes glyphs only the first time it draws them."""

from __future__ import annotations

import io
import string

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ogp_analysis.display.figure import canvas
from ogp_analysis.display.style import style

_LETTERS = f"{string.ascii_letters} áéíóúñü ÁÉÍÓÚÑ {string.digits} −–.,;:()%"


def plain() -> None:
    """Draw as a notebook does that uses matplotlib as it is."""
    figure = Figure()
    figure.subplots().set_title(_LETTERS)
    FigureCanvasAgg(figure).print_figure(io.BytesIO(), format="png", bbox_inches="tight")


def styled() -> None:
    """Draw as the figures of this package are drawn."""
    with style():
        figure, axes = canvas()
        axes.plot([0, 1], [0, 1], label=_LETTERS)
        axes.legend()
        figure.savefig(io.BytesIO(), format="svg")
