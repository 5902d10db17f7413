"""The look of every figure, the same whatever the user's own matplotlib settings are."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from types import MappingProxyType

from ogp_analysis.base.beside import toml

_FACTS = toml(__file__, "style.toml")
#: Okabe and Ito's palette (2008), which colour-blind readers can distinguish: for drawings that are not on a sheet.
COLOURS: dict[str, str] = _FACTS["colours"]
#: Colours of the sheets, each with one counterpart on a dark page: a drawing is recoloured, never drawn again.
PALETTE: dict[str, str] = {name: one["light"] for name, one in _FACTS["palette"].items()}
DARK: dict[str, str] = {name: one["dark"] for name, one in _FACTS["palette"].items()}
#: Families that a drawing asks for, and what a page gives it.
SANS, SERIF = "DejaVu Sans", "DejaVu Serif"
FAMILIES = {
    SANS: "Seravek, 'Segoe UI', 'Open Sans', 'Noto Sans', Ubuntu, 'Helvetica Neue', 'DejaVu Sans', sans-serif",
    SERIF: "Charter, 'Charis SIL', 'Iowan Old Style', 'Palatino Linotype', Georgia, 'DejaVu Serif', serif",
}
#: Places and labels of the ticks of an axis of shares.
PERCENT = ([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])

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
            mpl.rcParams.update(_FACTS["settings"])
            _house.update((name, value) for name, value in dict.items(mpl.rcParams) if name != "backend")
        own = {name: value[:] if isinstance(value, list) else value for name, value in _house.items()}
        dict.update(mpl.rcParams, own | dict(more))
        yield
    finally:
        dict.update(mpl.rcParams, before)
