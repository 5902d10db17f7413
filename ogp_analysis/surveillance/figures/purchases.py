"""Drawings of documented contracts: by kind of technology on a timeline, and buyers by suppliers."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import partial

import pandas as pd
from matplotlib.lines import Line2D

from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.numbers import count, day
from ogp_analysis.display.figure import drawable, drawing
from ogp_analysis.display.sheet import NARROW, PALETTE, WIDE, Event, Panel, Sheet, extent, wrapped
from ogp_analysis.display.sheet import years as year_ticks
from ogp_analysis.surveillance.labels import OF_DEVICES, buyer_said

#: Levels of government on the timeline, from the top; each has a lane for each technology.
LEVELS = ("federal", "state", "both")
_COLOURS = {"ogp": "region", "law": "muted", "disclosure": "watch"}
#: Pixels for an event below the lanes, and years before the first, that are tried until all events have room.
_TALL, _EARLIER = (44, 54, 66, 80, 100), (0, 1, 2, 3, 4, 6, 8)


def _place(date: str) -> float:
    """Return where a date stands on an axis of years: a day at its day, a month or year in its middle."""
    if len(date) == 4:
        return int(date) + 0.5
    first = datetime.date.fromisoformat(f"{date}-15" if len(date) == 7 else date)
    return first.year + (first.timetuple().tm_yday - 1) / 365.25


@drawing
def timeline(rows: pd.DataFrame, events: pd.DataFrame):
    """Draw dated contracts and invoices in lanes of level and technology, and events below them."""
    drawable(rows, "contracts_timeline")
    dated = rows[rows["signed"].notna()]
    lanes = [next(lane for lane in OF_DEVICES if lane in codes.split()) for codes in dated["technologies"]]
    dated = dated.assign(lane=lanes, level=dated["level"].astype("str"))
    values = {"n": count(len(rows)), "dated": count(len(dated)), "undated": count(len(rows) - len(dated)),
              "federal": count((rows["level"] == "federal").sum()),
              "dated_federal": count((dated["level"] == "federal").sum()),
              "without": count(dated["caveat"].isna().sum())}  # fmt: skip
    sizes = dated.groupby(["level", "lane"], sort=False).size()
    level, lane = sizes.idxmax()
    alt = sentence("purchases.timeline.alt", **values, level=word(f"purchases.level_lane.{level}"),
                   lane=word(f"powers.technology.{lane}"), most=count(sizes.max())).plain()  # fmt: skip

    def drawn(narrow: bool, earlier: int, tall: int) -> tuple[Sheet, bool]:
        span = int(dated["signed_year"].min()) - earlier, max(int(date[:4]) for date in events["date"]) + 1
        width, left = (NARROW, 14) if narrow else (WIDE, 190)
        # How high the lanes are depends on their labels: they are laid out once to find out.
        deep = _lanes(Sheet(width, 2000, narrow), dated, span, left)
        sheet = _framed("timeline", values, deep + tall * len(events) + 60, narrow)
        down = _lanes(sheet, dated, span, left)
        return sheet, _events(sheet, (left, down, width - 14, sheet.bottom - 26), span,
                              [_event(row) for row in events.to_dict("records")])  # fmt: skip

    sheets = tuple(_roomy(partial(drawn, narrow)) for narrow in (False, True))
    return "contracts_timeline", sentence("purchases.timeline.caption", **values).plain(), alt, sheets


def _roomy(draw: Callable[[int, int], tuple[Sheet, bool]]) -> Sheet:
    """Return a drawing on which every event is written, that begins no earlier and is no taller than it must be."""
    earlier = next((years for years in _EARLIER if draw(years, _TALL[-1])[1]), _EARLIER[-1])
    drawn = (draw(earlier, tall) for tall in _TALL)
    return next((sheet for sheet, whole in drawn if whole), draw(earlier, _TALL[-1])[0])


def _framed(name: str, values: dict, body: float, narrow: bool, area: str = "purchases") -> Sheet:
    """Return a sheet with title, explanation and source."""
    words = [sentence(f"{area}.{name}.{part}", **values).plain() for part in ("title", "about", "source")]
    return Sheet.framed(body, *words, narrow)


def _events(sheet: Sheet, box: tuple[float, float, float, float], span: tuple[int, int], events: list[Event]) -> bool:
    """Draw an axis of years and the events below it, and return whether all had room.

    Their labels may reach to the left edge of the sheet.
    """
    left, top, right, bottom = box
    panel = Panel(sheet, box, span, (0, 1))
    panel.grid(year_ticks(span[0], span[1] - 1, sheet.narrow))
    panel.line(span, [1, 1], PALETTE["axis"], 1.2)
    earlier = span[0] - left * (span[1] - span[0]) / (right - left)
    whole = Panel(sheet, (0, top, right, bottom), (earlier, span[1]), (0, 1))
    return len(sheet.events(whole, events, [earlier, span[1]], [1, 1])) == len(events)


def _lanes(sheet: Sheet, rows: pd.DataFrame, span: tuple[int, int], left: float) -> float:
    """Draw the lanes, a heading above those of each level, and return the pixel below the last."""
    down = sheet.top + 10
    for level in (level for level in LEVELS if (rows["level"] == level).any()):
        own = rows[rows["level"] == level]
        name = sentence(
            "purchases.timeline.lane", lane=word(f"purchases.level_lane.{level}"), n=count(len(own))
        ).plain()
        sheet.text(0, down, name, sheet.size["label"], weight="bold")
        down += 26
        for lane in (lane for lane in OF_DEVICES if (own["lane"] == lane).any()):
            down = _lane(sheet, lane, own[own["lane"] == lane], span, left, down)
        down += 6
    return down


def _lane(sheet: Sheet, lane: str, rows: pd.DataFrame, span: tuple[int, int], left: float, down: float) -> float:
    """Draw one lane, each dot with its buyer below it, and return the pixel below them."""
    size, right = sheet.size["label"], sheet.width - 14
    own = rows.assign(x=lambda own: own["signed"].map(_place)).sort_values(["x", "fact"])
    name = sentence("purchases.timeline.lane", lane=word(f"powers.technology.{lane}"), n=count(len(own))).plain()
    lines = [name] if sheet.narrow else wrapped(name, left - 14, size)
    for number, line in enumerate(lines):
        sheet.text(0, down + 2 + number * 16, line, size)
    down += 20 if sheet.narrow else 0
    labels = _labels(sheet, Panel(sheet, (left, 0, right, 9), span, (0, 1)), own)
    levels = max((level for *_, level in labels), default=-1) + 1
    panel = Panel(sheet, (left, down, right, down + 20), span, (0, 1))
    panel.line(span, [0.5, 0.5], PALETTE["grid"], 1, order=1)
    for row in own.to_dict("records"):
        if row["signed_precision"] == "year":
            panel.line([row["signed_year"], row["signed_year"] + 1], [0.5, 0.5], PALETTE["own"], 1.4, order=3)
        full = row["row_type"] == "contract"
        panel.dots([row["x"]], [0.5], PALETTE["own" if full else "paper"], 10 if full else 8.5, PALETTE["own"])
    for x, text, level in labels:
        sheet.text(x, down + 18 + level * 16, text, sheet.size["tick"], ha="center")
    return down + max(26 + levels * 16, 0 if sheet.narrow else 8 + 16 * len(lines)) + 4


def _event(row: dict) -> Event:
    date = datetime.date.fromisoformat(row["date"])
    return Event(_place(row["date"]), day(date, language()), row.get("said") or word(f"purchases.event.{row['event']}"),
                 PALETTE[_COLOURS[row["kind"]]])  # fmt: skip


def _labels(sheet: Sheet, panel: Panel, rows: pd.DataFrame) -> list[tuple[float, str, int]]:
    """Return the buyer of each dot below it, on the first level where no other label stands."""
    taken: list[list[tuple[float, float]]] = []
    found = []
    for row in rows.to_dict("records"):
        text = buyer_said(row["buyer_name"]) + ("*" if isinstance(row["caveat"], str) else "")
        half = extent(text, sheet.size["tick"]) / 2 + 3
        x = min(max(panel.pixel(row["x"], 0)[0], panel.left - 10 + half), sheet.width - half)
        level = next((level for level, spans in enumerate(taken)
                      if all(x + half <= a or x - half >= b for a, b in spans)), len(taken))  # fmt: skip
        taken += [[]] if level == len(taken) else []
        taken[level].append((x - half, x + half))
        found.append((x, text, level))
    return found


@drawing
def term(ends: tuple[pd.Timestamp, pd.Timestamp], signed: pd.DataFrame, events: pd.DataFrame, said: dict):
    """Draw the planned term of a commitment as a bar, contracts signed meanwhile on it, and events below.

    `said` says how many of the contracts are of the federal government, and of which states the others are.
    """
    values = {**said, "n": count(len(events)), "begin": ends[0].date(), "end": ends[1].date()}

    def drawn(narrow: bool, earlier: int, tall: int) -> tuple[Sheet, bool]:
        width, left = NARROW if narrow else WIDE, 14
        span = int(events["date"].min()[:4]) - earlier, int(events["date"].max()[:4]) + 1
        sheet = _framed("timeline", values, 110 + tall * len(events), narrow, "commitment")
        top = sheet.top + 10
        bar = Panel(sheet, (left, top, width - 14, top + 34), span, (0, 1))
        bar.bar(*(_place(str(day.date())) for day in ends), 0, 1, PALETTE["band"])
        for row in signed.sort_values(["signed", "fact"]).to_dict("records"):
            bar.dots([_place(row["signed"])], [0.5], PALETTE["own"], 10)
        return sheet, _events(sheet, (left, top + 40, width - 14, sheet.bottom - 26), span,
                              [_event(row) for row in events.to_dict("records")])  # fmt: skip

    return (
        "commitment_timeline",
        sentence("commitment.timeline.caption", **values).plain(),
        sentence("commitment.timeline.alt", **values).plain(),
        tuple(_roomy(partial(drawn, narrow)) for narrow in (False, True)),
    )


@drawing
def relations(pairs: pd.DataFrame):
    """Draw buyers by suppliers, a dot for each pair, larger for more contracts and invoices."""
    drawable(pairs, "relations")
    values = {"pairs": count(len(pairs)), "rows": count(pairs["rows"].sum()),
              "buyers": count(pairs["buyer"].nunique()), "suppliers": count(pairs["supplier"].nunique())}  # fmt: skip
    widest = pairs.groupby("supplier_name")["buyer"].nunique().sort_values(ascending=False, kind="stable")
    without = sum(not any(codes.values()) for codes in pairs["caveats"])
    named = values | {"without": count(without), "supplier": widest.index[0], "most": count(widest.iloc[0]),
                      "single": count((pairs["rows"] == 1).sum())}  # fmt: skip
    return (
        "relations",
        sentence("purchases.matrix.caption", **values).plain(),
        sentence("purchases.matrix.alt", **named).plain(),
        (_matrix(pairs, named), _list(pairs, named)),
    )


def _number(row: dict) -> str:
    return f"{row['rows']}*" if row["qualified"] else str(row["rows"])


def _matrix(pairs: pd.DataFrame, values: dict) -> Sheet:
    counts = pairs.groupby("supplier_name", sort=False)["rows"].sum().sort_values(ascending=False, kind="stable")
    columns, rows = list(counts.index), _by_level(pairs)
    size, left = Sheet(WIDE, 9).size["tick"], 250
    step = (WIDE - left) / len(columns)
    # Names of firms stand on two levels in turn, so that each has twice the room.
    heads = [wrapped(name, 2 * step - 8, size) for name in columns]
    deep = [max((len(lines) for lines in heads[start::2]), default=0) * 16 for start in (0, 1)]
    sheet = _framed("matrix", values, 40 + sum(deep) + 34 * len(rows), False)
    panel = Panel(sheet, (left, sheet.top + 26 + sum(deep), sheet.width, sheet.bottom), (0, len(columns)),
                  (len(rows), 0))  # fmt: skip
    for number, lines in enumerate(heads):
        bottom = panel.top - 6 - (deep[0] + 8) * (number % 2)
        half = max(extent(line, size) for line in lines) / 2
        x = min(panel.pixel(number + 0.5, 0)[0], sheet.width - half)
        for place, line in enumerate(lines):
            sheet.text(x, bottom - (len(lines) - place) * 16, line, size, ha="center")
        if number % 2:
            panel.line([number + 0.5] * 2, [0, -(panel.top - bottom - 2) / (panel.bottom - panel.top) * len(rows)],
                       PALETTE["grid"], 0.8, order=0)  # fmt: skip
    for number, (name, heading) in enumerate(rows.items()):
        y = panel.pixel(0, number + 0.5)[1]
        sheet.text(0, y, name, sheet.size["label"], va="center", weight="bold" if heading else "normal")
        if not heading:
            panel.line([0, len(columns)], [number + 0.5] * 2, PALETTE["grid"], 0.8, order=0)
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


def _list(pairs: pd.DataFrame, values: dict) -> Sheet:
    lines = {name: [] if heading else pairs[pairs["buyer_name"] == name].to_dict("records")
             for name, heading in _by_level(pairs).items()}  # fmt: skip
    height = sum(24 + 22 * len(own) for own in lines.values())
    sheet = _framed("matrix", values, height + 16, True)
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
    look = {"mfc": PALETTE["own"], "mec": PALETTE["own"], "mew": 0, "zorder": 6}
    panel.add(Line2D([x], [y], ls="none", marker="o", ms=size, transform=panel.transform, **look))
    panel.sheet.text(*panel.pixel(x, y), text, letters, ha="center", va="center", color=PALETTE["paper"],
                     weight="bold", zorder=9)  # fmt: skip
