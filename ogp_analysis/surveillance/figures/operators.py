"""Drawings of countries listed with spyware: a map, by regime, around disclosure, what Freedom House answers."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.numbers import count, counts, decimal, index, share, years
from ogp_analysis.civic_space.figures.source import source_line
from ogp_analysis.display.chart import Freehand
from ogp_analysis.display.figure import captioned, drawable, drawing
from ogp_analysis.display.lines import LineChart, event_time
from ogp_analysis.display.map import LITTLE_TO_MUCH, MapChart, MapClass
from ogp_analysis.display.rows import RowChart, bars
from ogp_analysis.display.sheet import Panel, Sheet, ticks


@drawing
def world(listed: dict[str, frozenset[str]], last: int, numbers: dict):
    """Draw who is listed with spyware, with spyware on weak sources alone, with forensics alone, or not at all."""
    sizes = {kind: len(codes) for kind, codes in listed.items()}
    values = numbers | years(last=last) | counts(sure=sizes["spyware"], countries=sizes["spyware"] + sizes["lower"])
    values |= counts(lower=sizes["lower"], forensics=sizes["forensics"], none=sizes["none"])
    kinds = zip(("spyware", "lower", "forensics", "none"), (*reversed(LITTLE_TO_MUCH), "band"), strict=True)
    classes = [MapClass(word(f"operators.map.{kind}"), colour, listed[kind]) for kind, colour in kinds]
    return captioned("world", "operators.map", values, MapChart(classes))


@drawing
def regimes(rows: pd.DataFrame, last: int, regime_year: int, listed):
    """Draw, of each regime, how many countries are listed, those that rest on weak sources alone apart."""
    drawable(rows, "regimes")
    values = years(last=last, year=regime_year) | listed.numbers
    order = rows.sort_values("spyware_share", kind="stable")
    for name, row in (("most", order.iloc[-1]), ("least", order.iloc[0])):
        values |= {name: word(f"operators.regime.{row['regime']}")}
        values |= counts(**{f"{name}_listed": row["spyware"], f"{name}_n": row["n"]})
    notes = [
        sentence(
            "operators.regimes.note", listed=count(row.spyware), n=count(row.n), share=share(row.spyware_share)
        ).plain()
        for row in rows.itertuples()
    ]
    marks = [
        bars(0, [1] * len(rows), "band", 14),
        bars(0, rows["sure_share"], "own", 14),
        bars(rows["sure_share"], rows["spyware_share"], "tint", 14),
    ]
    chart = RowChart(
        [word(f"operators.regime.{code}") for code in rows["regime"]],
        notes,
        marks,
        (0, 1),
        lambda _: [(0, "0"), *((at, share(at).written(language())) for at in (0.5, 1))],
    )
    return captioned("regimes", "operators.regimes", values, chart)


@drawing
def around(disclosure, use, *, id: str, zero: str):
    """Draw the paths around first disclosure and first use, with a band for all years at once.

    `zero` says which intervals of the first path include 0, so that the title says it too.
    """
    drawable(disclosure.frame, "around")
    shown = [disclosure, use]
    reach = max(abs(one.frame[["band_low", "band_high"]]).max().max() for one in shown) * 1.06
    whens, (before, after) = disclosure.frame["when"], (disclosure.before[0], disclosure.after[0])
    values = {"indicator": word(f"indicators.{id}.name"), "measure": source_line([id]), "level": share(0.95)}
    values |= {"moved_before": index(before, signed=True), "moved_after": index(after, signed=True)}
    values |= counts(n=disclosure.n, controls=disclosure.controls, named=disclosure.lag, n_after=disclosure.n_after)
    values |= counts(used=use.n, used_after=use.n_after, leads=-whens.min(), lags=whens.max())
    scale = [(at, decimal(at, 2, language())) for at in ticks(-reach, reach)]
    plots = []
    for one in shown:
        head = sentence("operators.path.panel", event=word(f"operators.event.{one.event}"), n=count(one.n)).plain()
        plots.append(event_time(one.frame, (-reach, reach), joined=True, title=head, yticks=scale))
    chart = LineChart(plots, (234, 154), across=True)
    return captioned("around", "operators.path", values, chart, case={"title": zero})


@drawing
def asked(values: pd.DataFrame, *, y: str, year: int):
    """Draw the answers to one question as dots, countries that are listed above and others below."""
    drawable(values, "asked")
    said = years(year=year) | counts(listed=values["listed"].sum(), others=(~values["listed"]).sum())
    levels = range(int(indicator(y).minimum), int(indicator(y).maximum) + 1)
    ends = levels[0] - 0.5, levels[-1] + 0.5

    def draw(framed, narrow: bool) -> Sheet:
        across, step = (6, 9) if narrow else (16, 12)
        groups = [
            values.loc[values["listed"] == of, "value"].value_counts().reindex(levels, fill_value=0)
            for of in (True, False)
        ]
        deep = [-(-int(sizes.max()) // across) for sizes in groups]
        sheet = framed(step * sum(deep) + 70)
        top, right = sheet.top + 12, sheet.width - 8
        width = step / (right - 8) * len(levels)
        for sizes, rows, colour in zip(groups, deep, ("own", "region"), strict=True):
            panel = Panel(sheet, (8, top, right, top + step * rows), ends, (rows, 0))
            for level, n in sizes.items():
                xs = [level + (place % across - (min(n, across) - 1) / 2) * width for place in range(n)]
                panel.dots(xs, [place // across + 0.5 for place in range(n)], colour, step * 0.7)
            top += step * rows + 18
        axis = Panel(sheet, (8, top - 10, right, top - 4), ends, (0, 1))
        axis.line(ends, [0, 0], "axis", 1)
        axis.grid([(level, str(level)) for level in levels])
        return sheet

    return captioned("asked", "operators.asked", said, Freehand(draw))
