"""Drawings of countries listed with spyware: a map, by regime, around disclosure, what Freedom House answers."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.numbers import Number, count, decimal, share
from ogp_analysis.base.words.numbers import year as year_of
from ogp_analysis.civic_space.figures.source import source_line
from ogp_analysis.display.figure import drawable, drawing
from ogp_analysis.display.map import LITTLE_TO_MUCH, MapClass, world_map
from ogp_analysis.display.rows import row_chart
from ogp_analysis.display.sheet import PALETTE, Panel, Sheet, ticks


@drawing
def world(listed: dict[str, frozenset[str]], last: int, numbers: dict):
    """Draw who is listed with spyware, with spyware on weak sources alone, with forensics alone, or not at all."""
    values = {"last": year_of(last), **numbers, "sure": count(len(listed["spyware"])),
              "lower": count(len(listed["lower"])), "forensics": count(len(listed["forensics"])),
              "none": count(len(listed["none"])),
              "countries": count(len(listed["spyware"]) + len(listed["lower"]))}  # fmt: skip
    parts = {part: sentence(f"operators.map.{part}", **values).plain()
             for part in ("title", "about", "source", "caption", "alt")}  # fmt: skip
    colours = {"spyware": LITTLE_TO_MUCH[2], "lower": LITTLE_TO_MUCH[1], "forensics": LITTLE_TO_MUCH[0],
               "none": "band"}  # fmt: skip
    classes = [MapClass(word(f"operators.map.{kind}"), colour, listed[kind]) for kind, colour in colours.items()]
    sheets = tuple(world_map(classes, parts["title"], parts["about"], parts["source"], narrow=narrow).sheet
                   for narrow in (False, True))  # fmt: skip
    return "world", parts["caption"], parts["alt"], sheets


@drawing
def regimes(rows: pd.DataFrame, last: int, regime_year: int, listed):
    """Draw, of each regime, how many countries are listed, those that rest on weak sources alone apart."""
    drawable(rows, "regimes")
    values = {"last": year_of(last), "year": year_of(regime_year), **listed.numbers}
    order = rows.sort_values("spyware_share", kind="stable")
    for name, row in (("most", order.iloc[-1]), ("least", order.iloc[0])):
        values |= {name: word(f"operators.regime.{row['regime']}"), f"{name}_listed": count(row["spyware"]),
                   f"{name}_n": count(row["n"])}  # fmt: skip
    parts = {part: sentence(f"operators.regimes.{part}", **values).plain()
             for part in ("title", "about", "source", "caption", "alt")}  # fmt: skip
    notes = [sentence("operators.regimes.note", listed=count(row.spyware), n=count(row.n),
                      share=share(row.spyware_share)).plain() for row in rows.itertuples()]  # fmt: skip
    names = [word(f"operators.regime.{code}") for code in rows["regime"]]

    def draw(narrow: bool) -> Sheet:
        panel, heights = row_chart(names, notes, (0, 1), [(0, "0"), (0.5, _percent(0.5)), (1, _percent(1))],
                                   parts["title"], parts["about"], parts["source"], narrow)  # fmt: skip
        for height, row in zip(heights, rows.itertuples(), strict=True):
            for low, high, colour in ((0, 1, "band"), (0, row.sure_share, "own"),
                                      (row.sure_share, row.spyware_share, "tint")):  # fmt: skip
                panel.bar(low, high, height - 7, height + 7, PALETTE[colour])
        return panel.sheet

    return "regimes", parts["caption"], parts["alt"], (draw(False), draw(True))


def _percent(value: float) -> str:
    return share(value).written(language())


@drawing
def around(disclosure, use, *, id: str, zero: str):
    """Draw the paths around first disclosure and first use, with a band for all years at once.

    `zero` says which intervals of the first path include 0, so that the title says it too.
    """
    drawable(disclosure.frame, "around")
    shown = [disclosure, use]
    reach = max(abs(one.frame[["band_low", "band_high"]]).max().max() for one in shown) * 1.06
    whens = disclosure.frame["when"]
    values = {"indicator": word(f"indicators.{id}.name"), "n": count(disclosure.n), "used": count(use.n),
              "controls": count(disclosure.controls), "leads": count(-whens.min()), "lags": count(whens.max()),
              "moved_before": Number(disclosure.before[0], "index", 3, signed=True),
              "moved_after": Number(disclosure.after[0], "index", 3, signed=True), "named": count(disclosure.lag),
              "level": share(0.95), "n_after": count(disclosure.n_after), "used_after": count(use.n_after),
              "measure": source_line([id])}  # fmt: skip
    parts = {part: sentence(f"operators.path.{part}", case=zero if part == "title" else None, **values).plain()
             for part in ("title", "about", "source", "caption", "alt")}  # fmt: skip

    def draw(narrow: bool) -> Sheet:
        tall, left = (250, 46) if narrow else (330, 62)
        sheet = Sheet.framed(2 * tall if narrow else tall, parts["title"], parts["about"], parts["source"], narrow)
        wide = sheet.width if narrow else (sheet.width - 40) / 2
        for place, one in enumerate(shown):
            x, top = (0, sheet.top + place * tall) if narrow else (place * (wide + 40), sheet.top)
            panel = Panel(sheet, (x + left, top + 34, x + wide - 10, top + tall - 62), (-5.4, 5.4), (-reach, reach))
            head = sentence("operators.path.panel", event=word(f"operators.event.{one.event}"), n=count(one.n)).plain()
            sheet.text(x, top + 8, head, sheet.size["label"], weight="bold")
            frame = one.frame
            panel.grid([(when, f"{when:+d}".replace("-", "\N{MINUS SIGN}") if when else "0") for when in frame["when"]],
                       [(at, decimal(at, 2, language())) for at in ticks(*panel.ylim)])  # fmt: skip
            banded = frame.fillna({"band_low": 0, "band_high": 0})
            panel.band(banded["when"], banded["band_low"], banded["band_high"], PALETTE["tint"])
            panel.line(panel.xlim, [0, 0], PALETTE["axis"], 1.2, order=2)
            panel.rules([[(-0.5, panel.ylim[0]), (-0.5, panel.ylim[1])]], PALETTE["region"], 1, dashes=(3, 3))
            panel.line(frame["when"], frame["estimate"], PALETTE["own"], 2.2)
            panel.dots(frame["when"], frame["estimate"], PALETTE["own"], 6)
            # Below the path stand the countries seen in each year.
            for row in frame.itertuples():
                sheet.text(panel.pixel(row.when, 0)[0], panel.bottom + 26, str(row.n), sheet.size["note"],
                           ha="center", color=PALETTE["muted"])  # fmt: skip
        return sheet

    return "around", parts["caption"], parts["alt"], (draw(False), draw(True))


@drawing
def asked(values: pd.DataFrame, *, y: str, year: int):
    """Draw the answers to one question as dots, countries that are listed above and others below."""
    drawable(values, "asked")
    said = {"year": year_of(year), "listed": count(values["listed"].sum()), "others": count((~values["listed"]).sum())}
    parts = {part: sentence(f"operators.asked.{part}", **said).plain()
             for part in ("title", "about", "source", "caption", "alt")}  # fmt: skip
    levels = range(int(indicator(y).minimum), int(indicator(y).maximum) + 1)

    def draw(narrow: bool) -> Sheet:
        across = 6 if narrow else 16
        groups = [values[values["listed"]], values[~values["listed"]]]
        deep = [max(-(-int((own["value"] == level).sum()) // across) for level in levels) for own in groups]
        step = 9 if narrow else 12
        sheet = Sheet.framed(step * sum(deep) + 70, parts["title"], parts["about"], parts["source"], narrow)
        top = sheet.top + 12
        for number, (own, rows) in enumerate(zip(groups, deep, strict=True)):
            panel = Panel(sheet, (8, top, sheet.width - 8, top + step * rows), (levels[0] - 0.5, levels[-1] + 0.5),
                          (rows, 0))  # fmt: skip
            for level in levels:
                n = int((own["value"] == level).sum())
                width = step / (panel.right - panel.left) * len(levels)
                xs = [level + (place % across - (min(n, across) - 1) / 2) * width for place in range(n)]
                ys = [place // across + 0.5 for place in range(n)]
                panel.dots(xs, ys, PALETTE["region" if number else "own"], step * 0.7)
            top += step * rows + 18
        axis = Panel(sheet, (8, top - 10, sheet.width - 8, top - 4), (levels[0] - 0.5, levels[-1] + 0.5), (0, 1))
        axis.line(axis.xlim, [0, 0], PALETTE["axis"], 1)
        axis.grid([(level, str(level)) for level in levels])
        return sheet

    return "asked", parts["caption"], parts["alt"], (draw(False), draw(True))
