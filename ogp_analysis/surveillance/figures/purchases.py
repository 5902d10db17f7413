"""Drawings of documented contracts: by kind of technology on a timeline, and buyers by suppliers."""

from __future__ import annotations

import datetime

import pandas as pd
from matplotlib.lines import Line2D

from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.numbers import count, day
from ogp_analysis.display.chart import Freehand
from ogp_analysis.display.dates import DateChart, at_date, stacked
from ogp_analysis.display.figure import captioned, drawable, drawing
from ogp_analysis.display.sheet import NARROW, WIDE, Event, Panel, Sheet, extent, wrapped
from ogp_analysis.surveillance.labels import OF_DEVICES, buyer_said

#: Levels of government on the timeline, from the top; each has a lane for each technology.
LEVELS = ("federal", "state", "both")
_COLOURS = {"ogp": "region", "law": "muted", "disclosure": "watch"}


@drawing
def timeline(rows: pd.DataFrame, events: pd.DataFrame):
    """Draw dated contracts and invoices in lanes of level and technology, and events below them."""
    drawable(rows, "contracts_timeline")
    dated = rows[rows["signed"].notna()]
    lanes = [next(lane for lane in OF_DEVICES if lane in codes.split()) for codes in dated["technologies"]]
    dated = dated.assign(lane=lanes, level=dated["level"].astype("str"), x=dated["signed"].map(at_date))
    level, lane = dated.groupby(["level", "lane"], sort=False).size().idxmax()
    values = {
        "n": count(len(rows)),
        "dated": count(len(dated)),
        "undated": count(len(rows) - len(dated)),
        "federal": count((rows["level"] == "federal").sum()),
        "dated_federal": count((dated["level"] == "federal").sum()),
        "without": count(dated["caveat"].isna().sum()),
        "level": word(f"purchases.level_lane.{level}"),
        "lane": word(f"powers.technology.{lane}"),
        "most": count(dated.groupby(["level", "lane"]).size().max()),
    }
    chart = DateChart(
        int(dated["signed_year"].min()),
        max(int(date[:4]) for date in events["date"]),
        _events(events),
        lambda sheet, span, left: _lanes(sheet, dated, span, left),
        190,
    )
    return captioned("contracts_timeline", "purchases.timeline", values, chart)


def _events(events: pd.DataFrame) -> list[Event]:
    """Return dated events as a chart writes them."""
    return [
        Event(
            at_date(row["date"]),
            day(datetime.date.fromisoformat(row["date"]), language()),
            word(f"purchases.event.{row['event']}"),
            _COLOURS[row["kind"]],
        )
        for row in events.to_dict("records")
    ]


def _lanes(sheet: Sheet, rows: pd.DataFrame, span: tuple[int, int], left: float) -> float:
    """Draw the lanes, a heading above those of each level, and return the pixel below the last."""
    down = sheet.top + 10
    for level, own in ((level, rows[rows["level"] == level]) for level in LEVELS):
        if own.empty:
            continue
        sheet.text(0, down, _counted(word(f"purchases.level_lane.{level}"), own), weight="bold")
        down += 26
        for lane in (lane for lane in OF_DEVICES if (own["lane"] == lane).any()):
            down = _lane(sheet, lane, own[own["lane"] == lane], span, left, down)
        down += 6
    return down


def _counted(lane: str, rows: pd.DataFrame) -> str:
    return sentence("purchases.timeline.lane", lane=lane, n=count(len(rows))).plain()


def _lane(sheet: Sheet, lane: str, rows: pd.DataFrame, span: tuple[int, int], left: float, down: float) -> float:
    """Draw one lane, each dot with its buyer below it, where no other label stands; return the pixel below them."""
    own, size, tick, right = rows.sort_values(["x", "fact"]), sheet.size["label"], sheet.size["tick"], sheet.width - 14
    name = _counted(word(f"powers.technology.{lane}"), own)
    lines = [name] if sheet.narrow else wrapped(name, left - 14, size)
    sheet.lines(0, down + 2, lines, size, 16)
    down += 20 if sheet.narrow else 0
    panel = Panel(sheet, (left, down, right, down + 20), span, (0, 1))
    panel.line(span, [0.5, 0.5], "grid", 1, order=1)
    spots = []
    for row in own.to_dict("records"):
        if row["signed_precision"] == "year":
            panel.line([row["signed_year"], row["signed_year"] + 1], [0.5, 0.5], "own", 1.4, order=3)
        full = row["row_type"] == "contract"
        panel.dots([row["x"]], [0.5], "own" if full else "paper", 10 if full else 8.5, "own")
        text = buyer_said(row["buyer_name"]) + ("*" if isinstance(row["caveat"], str) else "")
        half = extent(text, tick) / 2 + 3
        spots.append((min(max(panel.pixel(row["x"], 0)[0], left - 10 + half), sheet.width - half), half, text))
    levels = stacked([(x - half, x + half) for x, half, _ in spots], 0)
    for (x, _, text), level in zip(spots, levels, strict=True):
        sheet.text(x, down + 18 + level * 16, text, tick, ha="center")
    return down + max(26 + (max(levels) + 1) * 16, 0 if sheet.narrow else 8 + 16 * len(lines)) + 4


@drawing
def relations(pairs: pd.DataFrame):
    """Draw buyers by suppliers, a dot for each pair, larger for more contracts and invoices."""
    drawable(pairs, "relations")
    widest = pairs.groupby("supplier_name")["buyer"].nunique().sort_values(ascending=False, kind="stable")
    values = {
        "pairs": count(len(pairs)),
        "rows": count(pairs["rows"].sum()),
        "buyers": count(pairs["buyer"].nunique()),
        "suppliers": count(pairs["supplier"].nunique()),
        "supplier": widest.index[0],
        "without": count(sum(not any(codes.values()) for codes in pairs["caveats"])),
        "most": count(widest.iloc[0]),
        "single": count((pairs["rows"] == 1).sum()),
    }
    chart = Freehand(lambda framed, narrow: (_list if narrow else _matrix)(framed, pairs))
    return captioned("relations", "purchases.matrix", values, chart)


def _number(row: dict) -> str:
    return f"{row['rows']}*" if row["qualified"] else str(row["rows"])


def _matrix(framed, pairs: pd.DataFrame) -> Sheet:
    counts = pairs.groupby("supplier_name", sort=False)["rows"].sum().sort_values(ascending=False, kind="stable")
    columns, rows = list(counts.index), _by_level(pairs)
    size, left = Sheet(WIDE, 9).size["tick"], 250
    step = (WIDE - left) / len(columns)
    # Names of firms stand on two levels in turn, so that each has twice the room.
    heads = [wrapped(name, 2 * step - 8, size) for name in columns]
    deep = [max((len(lines) for lines in heads[start::2]), default=0) * 16 for start in (0, 1)]
    sheet = framed(40 + sum(deep) + 34 * len(rows))
    box = left, sheet.top + 26 + sum(deep), sheet.width, sheet.bottom
    panel = Panel(sheet, box, (0, len(columns)), (len(rows), 0))
    for number, lines in enumerate(heads):
        bottom = panel.top - 6 - (deep[0] + 8) * (number % 2)
        x = min(panel.pixel(number + 0.5, 0)[0], sheet.width - max(extent(line, size) for line in lines) / 2)
        sheet.lines(x, bottom - len(lines) * 16, lines, size, 16, ha="center")
        if number % 2:
            panel.line([number + 0.5] * 2, [0, panel.value(bottom + 2)], "grid", 0.8, order=0)
    for number, (name, heading) in enumerate(rows.items()):
        y = panel.pixel(0, number + 0.5)[1]
        sheet.text(0, y, name, sheet.size["label"], va="center", weight="bold" if heading else "normal")
        if not heading:
            panel.line([0, len(columns)], [number + 0.5] * 2, "grid", 0.8, order=0)
    for row in pairs.to_dict("records"):
        x, y = columns.index(row["supplier_name"]) + 0.5, list(rows).index(row["buyer_name"]) + 0.5
        _bubble(panel, x, y, 15 + 4 * row["rows"], _number(row), 12)
    return sheet


def _by_level(pairs: pd.DataFrame) -> dict[str, bool]:
    """Return the rows of both drawings, from the top: each level, which is a heading, and its buyers."""
    rows: dict[str, bool] = {}
    for level in LEVELS:
        buyers = pairs.loc[pairs["level"] == level, "buyer_name"]
        if len(buyers):
            rows |= {word(f"purchases.level_lane.{level}"): True, **dict.fromkeys(buyers, False)}
    return rows


def _list(framed, pairs: pd.DataFrame) -> Sheet:
    lines = {
        name: [] if heading else pairs[pairs["buyer_name"] == name].to_dict("records")
        for name, heading in _by_level(pairs).items()
    }
    height = sum(24 + 22 * len(own) for own in lines.values())
    sheet = framed(height + 16)
    panel, y = Panel(sheet, (0, 0, NARROW, sheet.height), (0, NARROW), (sheet.height, 0)), sheet.top + 8
    for name, own in lines.items():
        sheet.text(0, y, name, sheet.size["label" if own else "title"], weight="bold")
        y += 20
        for row in own:
            _bubble(panel, 14, y + 9, 11 + 3 * row["rows"], _number(row), 10.5)
            sheet.text(30, y + 9, row["supplier_name"], sheet.size["label"], va="center")
            y += 22
        y += 4
    return sheet


def _bubble(panel: Panel, x: float, y: float, size: float, text: str, letters: float) -> None:
    """Draw a dot with a number in it."""
    dot = {"marker": "o", "ms": size, "mfc": panel.colour("own"), "mew": 0, "zorder": 6}
    panel.add(Line2D([x], [y], ls="none", transform=panel.transform, **dot))
    look = {"ha": "center", "va": "center", "color": "paper", "weight": "bold", "zorder": 9}
    panel.sheet.text(*panel.pixel(x, y), text, letters, **look)
