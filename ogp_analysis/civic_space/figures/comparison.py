"""Lines of some countries in a few measures, each measure on a scale of its own."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.words import language, sentence, word
from ogp_analysis.base.words.numbers import count, decimal
from ogp_analysis.base.words.numbers import year as year_of
from ogp_analysis.civic_space.figures.overview import LINES, scale
from ogp_analysis.civic_space.figures.small import line, tick
from ogp_analysis.civic_space.figures.source import source_line
from ogp_analysis.display.figure import drawable, drawing
from ogp_analysis.display.sheet import PALETTE, Panel, Sheet, extent, ticks, wrapped, years

#: Height of a panel, and of what stands above and below it, in pixels.
_PANEL, _AROUND = 190, 74


@drawing
def comparison(own: dict[str, dict[str, pd.DataFrame]], *, name: str, ids: list[str]):
    """Draw some countries in each of some indicators, one panel below the other, each named at its last value.

    Parameters
    ----------
    own : dict of str to dict of str to pandas.DataFrame
        By indicator and code: ``year, value, low, high, segment``. No line crosses a break. The published interval is
        drawn of the first country, where there is one.
    name : str
        File name.
    ids : list of str
        The indicators, in order.
    """
    codes = list(own[ids[0]])
    frames = [frame for by_code in own.values() for frame in by_code.values() if len(frame)]
    drawable(frames, name)
    shown = min(int(frame["year"].iloc[0]) for frame in frames), max(int(frame["year"].iloc[-1]) for frame in frames)
    values = {"names": ", ".join(country(code).name for code in codes), "place": country(codes[0]).in_text,
              "n": count(len(ids)), "first": year_of(shown[0]), "last": year_of(shown[1]),
              "indicators": "; ".join(word(f"indicators.{id}.name") for id in ids)}  # fmt: skip
    last = [{code: frame["value"].iloc[-1] for code, frame in own[id].items()
             if len(frame) and frame["year"].iloc[-1] == shown[1]} for id in ids]  # fmt: skip
    ends = {"lowest": min, "highest": max}
    sides = (
        side for side, end in ends.items() if all(codes[0] in of and of[codes[0]] == end(of.values()) for of in last)
    )
    case = next(sides, "between")
    values["countries"] = count(len(codes))
    bounded = any(own[id][codes[0]]["low"].notna().any() for id in ids)
    title = sentence("compare.figure.title", case=case, **values).plain()
    caption, alt = (sentence(f"compare.figure.{part}", **values).plain() for part in ("caption", "alt"))
    about = sentence("compare.figure.about", case="bounded" if bounded else "plain", **values).plain()

    def draw(narrow: bool) -> Sheet:
        tall = max(_PANEL, 34 * len(codes))
        sheet = Sheet.framed(len(ids) * (tall + _AROUND), title, about, source_line(ids, shown[1]), narrow)
        size = sheet.size["label"]
        names = {code: wrapped(country(code).name, 96 if narrow else 170, size, "bold") for code in codes}
        room = max(extent(f"{part} 0.000", size, "bold") for text in names.values() for part in text) + 14
        for place, id in enumerate(ids):
            top = sheet.top + place * (tall + _AROUND)
            [head, *_] = wrapped(word(f"indicators.{id}.short"), sheet.width - 4, size, "bold")
            sheet.text(0, top + 6, head, size, weight="bold")
            ends = scale(pd.concat([frame["value"] for frame in own[id].values()]), id)
            box = (42, top + 32, sheet.width - room, top + 32 + tall)
            panel = Panel(sheet, box, (shown[0], shown[1] + 1), ends)
            panel.grid(years(*shown, narrow), [(at, tick(at)) for at in ticks(*ends)])
            items = []
            for number, code in enumerate(codes):
                colour, frame = PALETTE[LINES[number % len(LINES)]], own[id][code]
                if frame.empty:
                    continue
                frame = frame.assign(year=frame["year"] + 0.5)
                if number == 0 and frame["low"].notna().all():
                    for _, part in frame.groupby("segment"):
                        panel.band(part["year"], part["low"].clip(*ends), part["high"].clip(*ends), PALETTE["tint"])
                line(panel, frame, "value", colour, 3 if number == 0 else 2, (4, 2) if number >= len(LINES) else None)
                last = frame.iloc[-1]
                panel.dots([last["year"]], [last["value"]], colour, 6)
                text = "\n".join(names[code]) + f" {decimal(float(last['value']), 2, language())}"
                items.append((last["year"], last["value"], text, colour, "bold" if number == 0 else "normal"))
            sheet.ends(panel, items)
        return sheet

    return name, caption, alt, (draw(False), draw(True))
