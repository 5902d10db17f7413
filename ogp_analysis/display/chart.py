"""Charts: drawn on sheets of their own, wide and narrow, or into axes that a user gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from ogp_analysis.base.errors import ParameterError
from ogp_analysis.display.sheet import Event, Panel, Sheet, coloured

#: Makes a sheet with title, explanation and source around a body of a height.
Framed = Callable[[float], Sheet]

#: What a colour of the palette is in axes of a user: theirs, in the order of their own cycle.
_THEIRS = {"own": "C0", "region": "C1", "watch": "C2", "review": "C3", "tint": ("C0", 0.2), "band": ("C1", 0.15)}
_SETTINGS = {"ink": "text.color", "muted": "text.color", "axis": "axes.edgecolor", "grid": "grid.color"}


class Chart:
    """What a figure shows.

    Attributes
    ----------
    widths : tuple of bool
        Whether each of its sheets is narrow, in their order.
    credit : str
        What is said after its source.
    sheet : callable
        ``sheet(framed, narrow) -> Sheet`` draws it on a sheet, which `framed` makes with title, explanation and source
        around a body of a height; each kind of chart has its own.
    """

    widths: tuple[bool, ...] = (False, True)
    credit = ""
    sheet: Callable[[Framed, bool], Sheet]

    def panels(self) -> Sequence[Callable[[AxesPanel], None]]:
        """Return what is drawn in each of its panels, where these are axes."""
        raise ParameterError("ax", "this figure is laid out on a sheet of its own", "Leave it out, or draw its frame")

    def drawn(self, title: str, about: str, source: str, ax=None) -> tuple[Sheet, ...]:
        """Return its sheets, or none once it is drawn into axes.

        Parameters
        ----------
        title, about, source : str
            What stands around the drawing on a sheet; what is drawn into axes is titled by their owner.
        ax : matplotlib.axes.Axes or sequence of them, optional
            One for each of its panels. Ticks, type, colours and all that is drawn already stay theirs.

        Raises
        ------
        ParameterError
            If it has another number of panels, or none.
        """
        source = f"{source} {self.credit}" if self.credit else source
        if ax is None:
            return tuple(self.sheet(_framing(title, about, source, narrow), narrow) for narrow in self.widths)
        axes, panels = axes_of(ax), self.panels()
        if len(axes) != len(panels):
            given = f"this figure has {len(panels)} panels, and {len(axes)} axes are given"
            raise ParameterError("ax", given, "Give as many, for example those of one row of plt.subplots")
        for one, draw in zip(axes, panels, strict=True):
            draw(AxesPanel(one))
        return ()


def axes_of(ax) -> list[Axes]:
    """Return axes given as one, or as a sequence or array of them."""
    return [ax] if isinstance(ax, Axes) else list(getattr(ax, "flat", ax))


def _framing(title: str, about: str, source: str, narrow: bool) -> Framed:
    return lambda body: Sheet.framed(body, title, about, source, narrow)


class Freehand(Chart):
    """A chart that only a sheet can hold.

    Parameters
    ----------
    draw : callable
        ``draw(framed, narrow) -> Sheet``, as :attr:`Chart.sheet`.
    """

    def __init__(self, draw: Callable[[Framed, bool], Sheet]) -> None:
        self.sheet = draw


class AxesPanel(Panel):
    """A user's axes in place of a panel of a sheet: labels are annotations, colours are those of their own cycle.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    """

    narrow, size = False, {"label": None, "tick": None, "note": None}

    def __init__(self, axes: Axes) -> None:
        self.axes, self.sheet, self.transform, self.artists = axes, self, axes.transData, []
        self._ink, self._marks = [], []

    def scaled(self, xlim: tuple[float, float], ylim: tuple[float, float]) -> None:
        """Set the ends of both axes."""
        self.xlim, self.ylim = xlim, ylim
        self.axes.set(xlim=xlim, ylim=ylim)

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point lies in the figure."""
        return tuple(self.transform.transform((x, y)))

    def colour(self, name: str):
        """Return what a colour of the palette is here."""
        if name in _SETTINGS:
            return mpl.rcParams[_SETTINGS[name]]
        return self.axes.get_facecolor() if name == "paper" else to_rgba(_THEIRS.get(name, coloured(name)))

    def add(self, artist) -> None:
        """Put an artist into the axes."""
        self.artists.append(artist)
        self.axes.add_artist(artist)

    def grid(self, xs=(), ys=()) -> None:
        """Set the ticks; whether they have lines is up to the user."""
        for places, set_ticks in ((list(xs), self.axes.set_xticks), (list(ys), self.axes.set_yticks)):
            if places:
                set_ticks([at for at, _ in places], [text for _, text in places])

    def note(self, x: float, y: float, text: str, offset: tuple[float, float], **look) -> None:
        """Write at a point, in points from it."""
        look["color"] = self.colour(look.get("color", "ink"))
        look = {"xytext": offset, "textcoords": "offset points", "annotation_clip": False, "va": "center", **look}
        self.axes.annotate(text.replace("$", r"\$"), (x, y), **look)

    def ends(self, panel: Panel, items, pad: float = 9, size: float | None = None) -> None:
        """Write each text beside the end of its series."""
        for x, y, text, colour, weight in items:
            self.note(x, y, text, (pad, 0), color=colour, weight=weight)

    def beside(self, panel: Panel, x: float, y: float, text: str, below: bool = False, **look) -> None:
        """Write a value above or below its point."""
        self.note(x, y, text, (0, -10 if below else 10), ha="center", **look)

    def events(self, panel: Panel, events: Sequence[Event], xs: Sequence[float], ys: Sequence[float]) -> list[Event]:
        """Mark dated events by a line each, with its date."""
        for one in events:
            self.rules([[(one.x, self.ylim[0]), (one.x, self.ylim[1])]], one.colour)
            self.note(one.x, self.ylim[0], one.date, (-2, 3), rotation=90, va="bottom", ha="right", color=one.colour)
        return list(events)

    def strip(self, stretches: Sequence[tuple[float, float, str, str]]) -> None:
        """Mark stretches of time along the foot of the axes, each with its words above its start."""
        above = self.axes.get_xaxis_transform()
        for row, (start, end, fill, text) in enumerate(one for one in stretches if one[0] < self.xlim[1]):
            name, _, paler = fill.partition(" ")
            self.axes.axvspan(start, end, ymax=0.03, color=self.colour(name), alpha=0.35 if paler else 1, linewidth=0)
            at = max(start, self.xlim[0])
            self.note(at, 0.03, text, (2, 2 + 9 * row), xycoords=above, va="bottom", fontsize="x-small")
