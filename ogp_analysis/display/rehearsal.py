"""Drawing for nobody: matplotlib reads its fonts and shapes glyphs only the first time it draws them."""

from __future__ import annotations

import io
import string

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ogp_analysis.display.figure import drawing
from ogp_analysis.display.sheet import Panel, Sheet
from ogp_analysis.display.style import PALETTE

_LETTERS = f"{string.ascii_letters} áéíóúñü ÁÉÍÓÚÑ {string.digits} −–.,;:()%"


def plain() -> None:
    """Draw as a notebook does that uses matplotlib as it is."""
    figure = Figure()
    figure.subplots().set_title(_LETTERS)
    FigureCanvasAgg(figure).print_figure(io.BytesIO(), format="png", bbox_inches="tight")


def styled() -> None:
    """Draw as the figures of this package are drawn: characters are measured and laid out in every size of theirs."""

    @drawing
    def draw():
        sheets = [Sheet.framed(60, _LETTERS, _LETTERS, _LETTERS, narrow) for narrow in (False, True)]
        for sheet in sheets:
            panel = Panel(sheet, (40, sheet.top, sheet.width - 40, sheet.bottom), (0, 1), (0, 1))
            panel.grid([(0, "0")], [(1, "1")])
            panel.line([0, 1], [0, 1], PALETTE["own"])
            panel.dots([1], [1], PALETTE["own"])
            panel.band([0, 1], [0, 0], [1, 1], PALETTE["band"])
            sheet.text(0, 0, _LETTERS, weight="bold")
            sheet.beside(panel, 0, 0, _LETTERS)
        return "rehearsal", _LETTERS, _LETTERS, tuple(sheets)

    drawn = draw()
    for narrow in (False, True):
        drawn.svg(narrow)
