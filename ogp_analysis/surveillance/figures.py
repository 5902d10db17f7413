"""Drawings of documented contracts: by kind of technology on a timeline, and buyers by suppliers."""

from __future__ import annotations

import datetime

import pandas as pd

from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.numbers import count, day
from ogp_analysis.display.figure import drawable, drawing
from ogp_analysis.display.sheet import HALF, NARROW, Panel, Sheet
from ogp_analysis.display.sheet import years as year_ticks
from ogp_analysis.display.style import PALETTE

#: Lanes of the timeline, from the top; the last is of contracts of which no page says what was bought.
LANES = ("intrusion", "interception", "geolocation", "mass_data_analytics", "video_surveillance", "not_stated")
_COLOURS = {"ogp": "region", "law": "muted", "disclosure": "watch"}
#: A sheet for a telephone shows these events alone.
_NARROW_EVENTS = ("TL-04", "LA-05", "TL-07", "TL-13", "TL-22")
#: Pixels that an event takes below the lanes.
_EVENT = 66
#: The event by which the title divides the contracts.
_CIVIL_SOCIETY_LEAVES = "TL-07"


def _place(date: str) -> float:
    """Return where a date stands on an axis of years: a day at its day, a month or year in its middle."""
    if len(date) == 4:
        return int(date) + 0.5
    first = datetime.date.fromisoformat(f"{date}-15" if len(date) == 7 else date)
    return first.year + (first.timetuple().tm_yday - 1) / 365.25


@drawing
def timeline(rows: pd.DataFrame, events: pd.DataFrame):
    """Draw dated contracts and invoices in lanes of technology, and events below them."""
    drawable(rows, "contracts_timeline")
    dated = rows[rows["signed"].notna()]
    left_on = events.set_index("event").loc[_CIVIL_SOCIETY_LEAVES, "date"]
    after = [_place(date) > _place(left_on) for date in dated["signed"]]
    values = {"n": count(len(dated)), "undated": count(len(rows) - len(dated)), "after": count(sum(after)),
              "direct_n": count((dated["procedure"] == "direct_award").sum())}  # fmt: skip
    lanes = [_lane(codes) for codes in dated["technologies"]]
    fullest = max(LANES, key=lanes.count)
    alt = sentence("purchases.timeline.alt", **values, lane=word(f"purchases.lane.{fullest}"),
                   most=count(lanes.count(fullest))).plain()  # fmt: skip
    sheets = tuple(_timeline(dated.assign(lane=lanes), events, values, narrow) for narrow in (False, True))
    return "contracts_timeline", sentence("purchases.timeline.caption", **values).plain(), alt, sheets


def _lane(codes: str) -> str:
    return next((lane for lane in LANES if lane in codes.split()), LANES[-1])


def _timeline(rows: pd.DataFrame, events: pd.DataFrame, values: dict, narrow: bool) -> Sheet:
    events = events[events["event"].isin(_NARROW_EVENTS)] if narrow else events
    span = int(rows["signed_year"].min()), max(int(date[:4]) for date in events["date"]) + 1
    width, left = (NARROW, 14) if narrow else (HALF, 158)
    # How high the lanes are depends on their labels: they are laid out once to find out.
    deep = _lanes(Sheet(width, 2000, narrow), rows, values, span, left)[1]
    sheet = Sheet(width, deep + _EVENT * len(events) + 110, narrow)
    top, down = _lanes(sheet, rows, values, span, left)
    foot = sheet.foot(sentence("purchases.timeline.source", **values).plain())
    parted = _place(events.set_index("event").loc[_CIVIL_SOCIETY_LEAVES, "date"])
    sheet.panel((left, top, width - 14, down), span, (0, 1)).line(
        [parted] * 2, [0, 1], PALETTE["region"], 1, dashes=(3, 3), order=0
    )
    panel = sheet.panel((left, down, width - 14, foot - 30), span, (0, 1))
    panel.grid(year_ticks(span[0], span[1] - 1, narrow))
    panel.line(span, [1, 1], PALETTE["axis"], 1.2)
    sheet.events(panel, [_event(row) for row in events.to_dict("records")], lambda x: 1.0,
                 (panel.top + 14, panel.bottom - 6), True)  # fmt: skip
    return sheet


def _lanes(sheet: Sheet, rows: pd.DataFrame, values: dict, span: tuple[int, int], left: float) -> tuple[float, float]:
    """Draw the title and the lanes; return the pixels of the first lane's top and below the last."""
    title, about = sentence("purchases.timeline.title", **values), sentence("purchases.timeline.about")
    top = down = sheet.head(title.plain(), about.plain()) + 14
    for lane in (lane for lane in LANES if (rows["lane"] == lane).any()):
        own = rows[rows["lane"] == lane].assign(x=lambda own: own["signed"].map(_place)).sort_values(["x", "fact"])
        name = sentence("purchases.timeline.lane", lane=word(f"purchases.lane.{lane}"), n=count(len(own))).plain()
        lines = [name] if sheet.narrow else sheet.wrapped(name, left - 14, sheet.size["label"])
        for number, line in enumerate(lines):
            sheet.text(
                0, down + 2 + number * 16, line, sheet.size["label"], weight="bold" if sheet.narrow else "normal"
            )
        down += 20 if sheet.narrow else 0
        right = sheet.width - 14
        labels = [] if sheet.narrow else _labels(sheet, sheet.panel((left, 0, right, 9), span, (0, 1)), own)
        levels = max((level for *_, level in labels), default=-1) + 1
        panel = sheet.panel((left, down, right, down + 20), span, (0, 1))
        panel.line(span, [0.5, 0.5], PALETTE["grid"], 1, order=1)
        for row in own.to_dict("records"):
            if row["signed_precision"] == "year":
                panel.line([row["signed_year"], row["signed_year"] + 1], [0.5, 0.5], PALETTE["own"], 1.4, order=3)
            full = row["row_type"] == "contract"
            panel.dots([row["x"]], [0.5], PALETTE["own" if full else "paper"], 10 if full else 8.5, PALETTE["own"])
        for x, text, level in labels:
            sheet.text(x, down + 18 + level * 16, text, sheet.size["tick"], ha="center")
        down += max(26 + levels * 16, 0 if sheet.narrow else 8 + 16 * len(lines)) + 4
    return top, down


def _event(row: dict, words: str = "purchases.event") -> dict:
    date = datetime.date.fromisoformat(row["date"])
    return {"x": _place(row["date"]), "date": day(date, language()), "text": word(f"{words}.{row['event']}"),
            "colour": PALETTE[_COLOURS[row["kind"]]]}  # fmt: skip


def _labels(sheet: Sheet, panel: Panel, rows: pd.DataFrame) -> list[tuple[float, str, int]]:
    """Return the buyer of each dot below it, on the first level where no other label stands."""
    taken: list[list[tuple[float, float]]] = []
    found = []
    for row in rows.to_dict("records"):
        text = row["buyer_name"] + ("*" if row["qualified"] else "")
        half = sheet.extent(text, sheet.size["tick"]) / 2 + 3
        x = min(max(panel.pixel(row["x"], 0)[0], panel.left - 10 + half), sheet.width - half)
        level = next((level for level, spans in enumerate(taken)
                      if all(x + half <= a or x - half >= b for a, b in spans)), len(taken))  # fmt: skip
        taken += [[]] if level == len(taken) else []
        taken[level].append((x - half, x + half))
        found.append((x, text, level))
    return found


@drawing
def term(ends: tuple[pd.Timestamp, pd.Timestamp], signed: pd.DataFrame, events: pd.DataFrame):
    """Draw the planned term of a commitment as a bar, contracts signed meanwhile on it, and events below."""
    values = {"signed": count(len(signed)), "n": count(len(events)), "begin": ends[0].date(), "end": ends[1].date()}
    return (
        "commitment_timeline",
        sentence("commitment.timeline.caption", **values).plain(),
        sentence("commitment.timeline.alt", **values).plain(),
        tuple(_term(ends, signed, events, values, narrow) for narrow in (False, True)),
    )


def _term(ends, signed: pd.DataFrame, events: pd.DataFrame, values: dict, narrow: bool) -> Sheet:
    width, left = NARROW if narrow else HALF, 14
    span = int(events["date"].min()[:4]), int(events["date"].max()[:4]) + 1
    sheet = Sheet(width, (260 if narrow else 210) + (68 if narrow else 58) * len(events), narrow)
    title, about = sentence("commitment.timeline.title", **values), sentence("commitment.timeline.about")
    top = sheet.head(title.plain(), about.plain()) + 14
    foot = sheet.foot(sentence("commitment.timeline.source").plain())
    bar = sheet.panel((left, top, width - 14, top + 34), span, (0, 1))
    bar.bar(*(_place(str(day.date())) for day in ends), 0, 1, PALETTE["band"])
    for row in signed.sort_values(["signed", "fact"]).to_dict("records"):
        bar.dots([_place(row["signed"])], [0.5], PALETTE["own"], 10)
    panel = sheet.panel((left, top + 40, width - 14, foot - 30), span, (0, 1))
    panel.grid(year_ticks(span[0], span[1] - 1, narrow))
    panel.line(span, [1, 1], PALETTE["axis"], 1.2)
    sheet.events(panel, [_event(row, "commitment.event") for row in events.to_dict("records")], lambda x: 1.0,
                 (panel.top + 14, panel.bottom - 6), True)  # fmt: skip
    return sheet


@drawing
def relations(pairs: pd.DataFrame):
    """Draw buyers by suppliers, a dot for each pair, larger for more contracts and invoices."""
    drawable(pairs, "relations")
    values = {"pairs": count(len(pairs)), "rows": count(pairs["rows"].sum()),
              "buyers": count(pairs["buyer"].nunique()), "suppliers": count(pairs["supplier"].nunique())}  # fmt: skip
    widest = pairs.groupby("supplier_name")["buyer"].nunique().sort_values(ascending=False, kind="stable")
    named = values | {"supplier": widest.index[0], "most": count(widest.iloc[0]),
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
    columns, rows = list(counts.index), list(dict.fromkeys(pairs["buyer_name"]))
    sheet = Sheet(HALF, 236 + 32 * len(rows) + 70)
    top = sheet.head(sentence("purchases.matrix.title", **values).plain(), sentence("purchases.matrix.about").plain())
    foot = sheet.foot(sentence("purchases.matrix.source").plain())
    size, left = sheet.size["tick"], 216
    step = (sheet.width - left) / len(columns)
    # Names of firms stand on two levels in turn, so that each has twice the room.
    heads = [sheet.wrapped(name, 2 * step - 8, size) for name in columns]
    deep = [max((len(lines) for lines in heads[start::2]), default=0) * 16 for start in (0, 1)]
    panel = sheet.panel((left, top + 26 + sum(deep), sheet.width, foot - 6), (0, len(columns)), (len(rows), 0))
    for number, lines in enumerate(heads):
        bottom = panel.top - 6 - (deep[0] + 8) * (number % 2)
        half = max(sheet.extent(line, size) for line in lines) / 2
        x = min(panel.pixel(number + 0.5, 0)[0], sheet.width - half)
        for place, line in enumerate(lines):
            sheet.text(x, bottom - (len(lines) - place) * 16, line, size, ha="center")
        if number % 2:
            panel.line([number + 0.5] * 2, [0, -(panel.top - bottom - 2) / (panel.bottom - panel.top) * len(rows)],
                       PALETTE["grid"], 0.8, order=0)  # fmt: skip
    for number, name in enumerate(rows):
        y = panel.pixel(0, number + 0.5)[1]
        sheet.text(0, y, name, sheet.size["label"], va="center")
        panel.line([0, len(columns)], [number + 0.5] * 2, PALETTE["grid"], 0.8, order=0)
    for row in pairs.to_dict("records"):
        x, y = columns.index(row["supplier_name"]) + 0.5, rows.index(row["buyer_name"]) + 0.5
        panel.dots([x], [y], PALETTE["own"], 15 + 4 * row["rows"])
        sheet.text(*panel.pixel(x, y), _number(row), 12, ha="center", va="center_baseline",
                   color=PALETTE["paper"], weight="bold", zorder=9)  # fmt: skip
    return sheet


def _list(pairs: pd.DataFrame, values: dict) -> Sheet:
    lines = [
        (buyer, own.to_dict("records")) for buyer, own in pairs.groupby("buyer_name", sort=False)
    ]  # fmt: skip
    height = 236 + sum(24 + 22 * len(own) for _, own in lines)
    sheet = Sheet(NARROW, height, narrow=True)
    y = (
        sheet.head(sentence("purchases.matrix.title", **values).plain(), sentence("purchases.matrix.about").plain())
        + 14
    )
    sheet.foot(sentence("purchases.matrix.source").plain())
    panel = sheet.panel((0, 0, NARROW, height), (0, NARROW), (height, 0))
    for buyer, own in lines:
        sheet.text(0, y, buyer, sheet.size["label"], weight="bold")
        y += 20
        for row in own:
            panel.dots([14], [y + 9], PALETTE["own"], 11 + 3 * row["rows"])
            sheet.text(14, y + 9, _number(row), 10.5, ha="center", va="center_baseline", color=PALETTE["paper"],
                       weight="bold", zorder=9)  # fmt: skip
            sheet.text(30, y + 9, row["supplier_name"], sheet.size["label"], va="center")
            y += 22
        y += 4
    return sheet
