"""Drawings of joiners beside never-members: effects by year from joining, and estimates by specification."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.words import language, word
from ogp_analysis.base.words.numbers import count, decimal, share
from ogp_analysis.civic_space.figures.captions import captioned
from ogp_analysis.civic_space.figures.small import tick
from ogp_analysis.civic_space.figures.source import source_line
from ogp_analysis.display.figure import drawable, drawing
from ogp_analysis.display.sheet import PALETTE, Panel, Sheet, extent, ticks

#: Pixels of a row of what specifications chose, and between two choices.
_ROW, _GAP = 17, 9


@drawing
def event_study(effects: pd.DataFrame, *, name: str, id: str, last: int, level: float, joiners: int, bands: int,
                control: str, held: str):  # fmt: skip
    """Draw effects by year from joining: a dot and interval a year, over the band that holds for all years at once.

    The year that all are compared with has no interval: its dot is hollow.

    Parameters
    ----------
    effects : pandas.DataFrame
        ``when, estimate, low, high, band_low, band_high, n``, in the order of time.
    name, id : str
        File name; the indicator.
    last : int
        Last year of the data.
    level : float
        Coverage of intervals and band.
    joiners : int
        Countries that joined.
    bands : int
        Years from joining that the band holds for at once, drawn or not.
    control, held : str
        Whom joiners are compared with, and what is held equal, in the reader's language.
    """
    drawable(effects, name)
    after = effects[effects["when"] >= 0]
    apart = int(((after["band_low"] > 0) | (after["band_high"] < 0)).sum())
    values = {"indicator": word(f"indicators.{id}.name"), "control": control, "held": held, "level": share(level)}
    values |= {"joiners": count(joiners), "bands": count(bands), "apart": count(apart), "lags": count(len(after))}
    final = effects.iloc[-1]
    values |= {"first": _signed(effects["when"].min()), "final": _signed(final["when"]),
               "estimate": decimal(float(final["estimate"]), 3, language())}  # fmt: skip
    ends = (effects["when"].min() - 0.5, effects["when"].max() + 0.5)
    low, high = effects["band_low"].min() * 1.08, effects["band_high"].max() * 1.08

    def draw(narrow: bool, title: str, about: str) -> Sheet:
        sheet = Sheet.framed(330 if narrow else 420, title, about, source_line([id], last), narrow)
        size = sheet.size["tick"]
        labels = [(at, tick(at)) for at in ticks(low, high, 5)]
        left = max(extent(text, size) for _, text in labels) + 10
        panel = Panel(sheet, (left, sheet.top + 26, sheet.width - 8, sheet.bottom - 66), ends, (low, high))
        shown = [when for when in effects["when"].astype(int) if not narrow or when % 4 == 0]
        panel.grid([(when, _signed(when)) for when in shown], labels)
        panel.band(list(effects["when"]), list(effects["band_low"]), list(effects["band_high"]), PALETTE["band"])
        panel.line(ends, (0, 0), PALETTE["axis"], 1.2)
        panel.line((-0.5, -0.5), (low, high), PALETTE["watch"], 1.2, dashes=(4, 3))
        across = panel.pixel(-0.5, 0)[0]
        sheet.text(
            across, sheet.top + 4, word("joiners.figure.events.joining"), size, ha="center", color=PALETTE["watch"]
        )
        for one in effects.itertuples():
            colour = PALETTE["own"] if one.when >= 0 else PALETTE["region"]
            if pd.notna(one.low):
                panel.line((one.when, one.when), (one.low, one.high), colour, 2.0 if narrow else 2.6)
            hollow = pd.isna(one.low)
            panel.dots([one.when], [one.estimate], PALETTE["paper"] if hollow else colour, 5 if narrow else 7,
                       edge=PALETTE["region"] if hollow else None)  # fmt: skip
        sheet.text(sheet.width - 8, panel.bottom + 24, word("joiners.figure.events.axis"), size, ha="right",
                   color=PALETTE["muted"])  # fmt: skip
        seen = effects.set_index("when")["n"].astype(int)
        kept = [(when, n) for when, n in seen.items() if int(when) in shown]
        for when, n in kept:
            sheet.text(panel.pixel(when, 0)[0], panel.bottom + 44, str(n), size, ha="center", color=PALETTE["muted"])
        return sheet

    return captioned(name, "joiners.figure.events", values, draw, case="some" if apart else "none")


@drawing
def specification_curve(frame: pd.DataFrame, choices: dict[str, tuple], *, name: str, id: str, last: int):
    """Draw estimates in their order with their intervals, and below each what its specification chose.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``estimate, low, high, excludes_zero, main`` and a column for each choice, sorted by estimate.
    choices : dict of str to tuple
        Of each column the values it can have, in the order drawn.
    name, id, last
        As in :func:`event_study`.
    """
    drawable(frame, name)
    values = {
        "n": count(len(frame)),
        "excluding": count(int(frame["excludes_zero"].sum())),
        "indicator": word(f"indicators.{id}.name"),
        "least": decimal(float(frame["estimate"].min()), 3, language()),
        "most": decimal(float(frame["estimate"].max()), 3, language()),
    }
    case = "none" if not frame["excludes_zero"].any() else "all" if frame["excludes_zero"].all() else "some"
    low, high = min(frame["low"].min(), 0.0), max(frame["high"].max(), 0.0)
    pad = (high - low) * 0.05
    rows = sum(len(some) for some in choices.values())

    def draw(narrow: bool, title: str, about: str) -> Sheet:
        above = 210 if narrow else 260
        body = above + rows * _ROW + (len(choices) + 1) * (_GAP + _ROW) + 10
        sheet = Sheet.framed(body, title, about, source_line([id], last), narrow)
        small = 11.0 if narrow else 12.0
        texts = {(column, value): word(f"joiners.short.{column}.{value}")
                 for column, some in choices.items() for value in some}  # fmt: skip
        left = max(extent(text, small) for text in texts.values()) + 12
        panel = Panel(sheet, (left, sheet.top + 10, sheet.width - 6, sheet.top + above), (-1, len(frame)),
                      (low - pad, high + pad))  # fmt: skip
        panel.grid((), [(at, tick(at)) for at in ticks(low - pad, high + pad, 5)])
        panel.line((-1, len(frame)), (0, 0), PALETTE["axis"], 1.2)
        looks = [("own" if one.main else "region" if one.excludes_zero else "dots") for one in frame.itertuples()]
        for at, (one, look) in enumerate(zip(frame.itertuples(), looks, strict=True)):
            panel.line((at, at), (one.low, one.high), PALETTE[look], 2.6 if one.main else 1.3 if narrow else 1.8)
            panel.dots([at], [one.estimate], PALETTE[look], 6 if one.main else 3.2 if narrow else 5)
        down = sheet.top + above + _GAP + 4
        for column, some in choices.items():
            sheet.text(0, down, word(f"joiners.column.{column}"), small, weight="bold")
            down += _ROW + 2
            for value in some:
                row = Panel(sheet, (left, down, sheet.width - 6, down + _ROW), (-1, len(frame)), (0, 1))
                sheet.text(left - 8, down + _ROW / 2, texts[column, value], small, ha="right", va="center",
                           color=PALETTE["muted"])  # fmt: skip
                row.line((-1, len(frame)), (0.5, 0.5), PALETTE["grid"], 0.8, order=0)
                for at in (frame[column] == value).to_numpy().nonzero()[0]:
                    row.dots([at], [0.5], PALETTE[looks[at]], 3.2 if narrow else 5)
                down += _ROW
            down += _GAP
        return sheet

    return captioned(name, "joiners.figure.curve", values, draw, case=case)


def _signed(when: float) -> str:
    return f"{int(when):+d}".replace("-", "−") if when else "0"
