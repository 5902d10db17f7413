"""The figure of a series after an event: its path beside a synthetic control, and its gap among placebos."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import word
from ogp_analysis.base.words.numbers import count, year
from ogp_analysis.civic_space.figures.captions import captioned
from ogp_analysis.civic_space.figures.measures import scale_limits
from ogp_analysis.civic_space.figures.small import line, tick
from ogp_analysis.civic_space.figures.source import source_line
from ogp_analysis.civic_space.measures.catalogue import label
from ogp_analysis.display.figure import drawable, drawing
from ogp_analysis.display.sheet import PALETTE, Panel, Sheet, extent, ticks, wrapped, years

#: Height of a panel, and of what stands over it.
_TALL, _HEAD = {False: 300, True: 190}, 34
#: How wide a name beside a line may be, wide and narrow.
_LABEL = {False: 130, True: 84}


@drawing
def synthetic_path(
    path: pd.DataFrame, placebos: pd.DataFrame, *, name: str, id: str, place: str, event: int, donors: int,
    moved: Mapping | None,
):  # fmt: skip
    """Draw a series beside its synthetic control, and its gap among those of other countries.

    Parameters
    ----------
    path : pandas.DataFrame
        ``time, treated, synthetic, gap``.
    placebos : pandas.DataFrame
        Gaps of other countries, times by countries.
    name, id, place : str
        File name; the measure; name in the reader's language.
    event : int
        First year after the event.
    donors : int
        Countries that weigh.
    moved : mapping or None
        Case and values of the words on what the series did; None where they may not be said.
    """
    drawable(path, name)
    times = path["time"].astype(int).to_numpy()
    values = {"place": place, "measure": label(id), "event": year(event), "first": year(times[0]),
              "last": year(times[-1]), "donors": count(donors), "others": count(len(placebos.columns))}  # fmt: skip
    xlim = (times[0] + 0.0, times[-1] + 1.0)
    level = pd.concat([path["treated"], path["synthetic"]])
    reach = max(float(np.abs(placebos.to_numpy()).max()), float(path["gap"].abs().max()), 1e-9) * 1.05

    def draw(narrow: bool, title: str, about: str) -> Sheet:
        tall = _TALL[narrow]
        body = (2 * (tall + _HEAD) + 62) if narrow else tall + _HEAD + 34
        sheet = Sheet.framed(body, title, about, source_line([id], int(times[-1])), narrow)
        limits = scale_limits(level, indicator(id)), (-reach, reach)
        marks = [[(at, tick(at)) for at in ticks(*ends, 4 if narrow else 5)] for ends in limits]
        left = max(extent(text, sheet.size["tick"]) for those in marks for _, text in those) + 8
        size, most = sheet.size["label"], _LABEL[narrow]
        names = ["\n".join(wrapped(one, most, size, "bold")) for one in (place, word("shock.synthetic"))]
        room = max(extent(one, size, "bold") for name in names for one in name.split("\n")) + 14
        width = sheet.width
        half = (width - 40) / 2
        top = sheet.top + _HEAD
        if narrow:
            boxes = [(left, top, width - room, top + tall), (left, top + 2 * _HEAD + tall + 18, width - room,
                                                             top + 2 * (tall + _HEAD) - 6)]  # fmt: skip
        else:
            boxes = [(left, top, half - room, top + tall), (half + 40 + left, top, width - room, top + tall)]
        panels = [Panel(sheet, box, xlim, ends) for box, ends in zip(boxes, limits, strict=True)]
        for panel, those, key in zip(panels, marks, ("level", "gaps"), strict=True):
            sheet.text(panel.left - left, panel.top - 24, word(f"shock.panel.{key}"), weight="bold")
            panel.grid(years(times[0], times[-1], narrow), those)
            panel.rules([[(event, panel.ylim[0]), (event, panel.ylim[1])]], PALETTE["ink"], 1.0, order=2, dashes=(3, 3))
        at = path["time"] + 0.5
        for column, colour, width_ in (("synthetic", "region", 2.0), ("treated", "own", 2.4)):
            frame = pd.DataFrame({"year": path["time"], column: path[column], "segment": 0})
            _line(panels[0], frame, column, PALETTE[colour], width_, (5, 2) if column == "synthetic" else None)
        last = path.iloc[-1]
        own, control = (names[0], PALETTE["own"], "bold"), (names[1], PALETTE["region"], "normal")
        sheet.ends(panels[0], [(at.iloc[-1], last["treated"], *own), (at.iloc[-1], last["synthetic"], *control)])
        cloud = [list(zip(placebos.index + 0.5, placebos[one], strict=True)) for one in placebos.columns]
        panels[1].rules(cloud, PALETTE["dots"], 0.6, order=1)
        panels[1].rules([[(xlim[0], 0), (xlim[1], 0)]], PALETTE["axis"], 1.0, order=2)
        gap = pd.DataFrame({"year": path["time"], "gap": path["gap"], "segment": 0})
        _line(panels[1], gap, "gap", PALETTE["own"], 2.6, None)
        sheet.ends(panels[1], [(at.iloc[-1], last["gap"], *own)])
        return sheet

    return captioned(name, "shock.figure.path", values, draw, **(moved or {"case": "drawn_only"}))


def _line(panel: Panel, frame: pd.DataFrame, column: str, colour: str, width: float, dashes) -> None:
    """Draw a line in the middle of its years; it ends where a year has no value."""
    line(panel, frame.assign(year=frame["year"] + 0.5), column, colour, width, dashes)
