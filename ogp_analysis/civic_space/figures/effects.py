"""Drawings of what followed: estimates by specification, a series after an event."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ogp_analysis.base.countries import Country
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import Sentence, language, word
from ogp_analysis.base.words.catalogue import anew
from ogp_analysis.base.words.sentence import counts, years
from ogp_analysis.display.chart import Framed, Freehand
from ogp_analysis.display.figure import captioned, drawable, drawing, source_line, worded
from ogp_analysis.display.lines import Line, LineChart, Plot, many, rule, scale_limits
from ogp_analysis.display.sheet import Panel, Sheet, extent, marked
from ogp_analysis.statistics.synthetic import SyntheticControl

#: Pixels of a row of what specifications chose, and between two choices.
_ROW, _GAP = 17, 9
#: Weight above which a country is a donor: what is below is what the arithmetic leaves of 0.
LEAST_WEIGHT = 1e-6


@drawing
def specification_curve(
    frame: pd.DataFrame,
    choices: Mapping[str, Mapping[str, Mapping[str, str]]],
    *,
    headings: Mapping[str, Mapping],
    name: str,
    id: str,
    last: int,
    texts: Mapping[str, Sentence],
):
    """Draw estimates in their order with their intervals, and below each what its specification chose.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``estimate, low, high, excludes_zero, main`` and a column for each choice, sorted by estimate.
    choices : mapping
        Of each column the values it can have, in the order drawn, each with its text in each language, as
        ``words.texts`` gives them.
    headings : mapping
        Of each such column its ``label`` in each language, as ``words.columns`` gives them.
    name, id : str
        File name; the indicator.
    last : int
        Last year of the data.
    texts : mapping of str to Sentence
        ``title``, ``about``, ``caption`` and ``alt``.

    Returns
    -------
    Figure
        Laid out on a sheet of its own: it takes no axes of a user.

    Examples
    --------
    >>> rows = pd.DataFrame({"estimate": [0.1, 0.2], "low": [-0.1, 0.1], "high": [0.3, 0.3], "main": [True, False],
    ...                      "excludes_zero": [False, True], "controls": ["never", "not_yet"]})
    >>> choices = {"controls": {"never": {"en": "never", "es": "nunca"}, "not_yet": {"en": "later", "es": "luego"}}}
    >>> texts = dict.fromkeys(["title", "about", "caption", "alt"], ogp.say("Two ways"))
    >>> headings = {"controls": {"label": {"en": "Controls", "es": "Controles"}}}
    >>> ogp.civic_space.specification_curve(
    ...     rows, choices, headings=headings, name="ways", id="v2xcs_ccsi", last=2023, texts=texts).caption
    'Two ways'
    """
    drawable(frame, name)
    low, high = min(frame["low"].min(), 0.0), max(frame["high"].max(), 0.0)
    ends, pad = (-1, len(frame)), (high - low) * 0.05
    looks = np.select([frame["main"], frame["excludes_zero"]], ["own", "region"], "dots")
    rows = {of: {one: text[language()] for one, text in some.items()} for of, some in choices.items()}

    def draw(framed: Framed, narrow: bool) -> Sheet:
        above, size, width, dot = (210, 11.0, 1.3, 3.2) if narrow else (260, 12.0, 1.8, 5)
        sheet = framed(above + sum(map(len, rows.values())) * _ROW + (len(rows) + 1) * (_GAP + _ROW) + 10)
        left = max(extent(text, size) for some in rows.values() for text in some.values()) + 12
        right = sheet.width - 6
        panel = Panel(sheet, (left, sheet.top + 10, right, sheet.top + above), ends, (low - pad, high + pad))
        panel.grid((), marked(*panel.ylim))
        rule(0, level=True)(panel, 0)
        for at, (one, look) in enumerate(zip(frame.itertuples(), looks, strict=True)):
            panel.line((at, at), (one.low, one.high), look, 2.6 if one.main else width)
            panel.dots([at], [one.estimate], look, 6 if one.main else dot)
        down = sheet.top + above + _GAP + 4
        for column, some in rows.items():
            sheet.text(0, down, headings[column]["label"][language()], size, weight="bold")
            down += _ROW + 2
            for value, text in some.items():
                row = Panel(sheet, (left, down, right, down + _ROW), ends, (0, 1))
                sheet.text(left - 8, down + _ROW / 2, text, size, ha="right", va="center", color="muted")
                row.line(ends, (0.5, 0.5), "grid", 0.8, order=0)
                for at in np.flatnonzero(frame[column] == value):
                    row.dots([at], [0.5], looks[at], dot)
                down += _ROW
            down += _GAP
        return sheet

    return worded(name, Freehand(draw), texts, source_line([id], last))


@drawing
def synthetic_path(control: SyntheticControl, *, id: str, place: Country, title: Sentence, error: float | None = None):
    """Draw a series beside its synthetic control, and its gap among those of other countries.

    Parameters
    ----------
    control : SyntheticControl
        As :func:`ogp_analysis.statistics.synthetic.synthetic_control` returns it for a measure of countries by year, or
        the same withheld.
    id : str
        The measure, by id or name; its id names the file too.
    place : Country
        The country.
    title : Sentence
        What the series did.
    error : float or None
        Of the index: placebos are left out that fit more than twice as badly before the event as the country, whose fit
        counts as no less than this. None for all of them.

    Returns
    -------
    Figure
        Two panels; into axes of a user, one for each.

    Raises
    ------
    DisclosureError
        If the values may be drawn only, and the title states one.

    Examples
    --------
    >>> panel = ogp.panel("v2xcs_ccsi", 2010, 2023, region="western_europe_north_america")
    >>> fit = ogp.statistics.synthetic_control(
    ...     panel.frame.dropna(subset=["v2xcs_ccsi"]), outcome="v2xcs_ccsi", unit="iso3", time="year", treated="ESP",
    ...     event=2018, unbalanced="drop")
    >>> place, title = ogp.country("ESP"), ogp.say("Spain after 2017")
    >>> ogp.civic_space.synthetic_path(fit, id="v2xcs_ccsi", place=place, title=title).name
    'path_v2xcs_ccsi'
    """
    id, words = indicator(id).id, "figures.synthetic_path"
    path, placebos, event = control.path, control.placebo_gaps, int(control.event)
    if error is not None:
        fit = control.placebos.set_index("unit")["before"]
        placebos = placebos[placebos.columns[fit[placebos.columns] <= 2 * max(fit[control.unit], error)]]
    shown, start = (int(path["time"].iloc[0]), int(path["time"].iloc[-1])), rule(event, "ink", 1.0, dashed=True)
    values = {"place": place.name, "measure": indicator(id).in_text} | years(event=event, first=shown[0], last=shown[1])
    values |= counts(donors=(control.donors["weight"] > LEAST_WEIGHT).sum(), others=placebos.shape[1])
    reach = max(float(np.abs(placebos.to_numpy()).max()), float(path["gap"].abs().max()), 1e-9) * 1.05
    frame = path.assign(year=path["time"], segment=0)
    ends = scale_limits(frame[["treated", "synthetic"]].stack(), indicator(id)), (-reach, reach)
    synthetic = Line(frame, "synthetic", "region", word(f"{words}.synthetic"), dashed=True, width=2.0)
    lines = [synthetic, Line(frame, "treated", label=place.name, width=2.4, bold=True)]
    gaps = [many(placebos), rule(0, width=1.0, level=True), Line(frame, "gap", label=place.name, width=2.6, bold=True)]
    plots = [
        Plot([start, *layers], shown, end, word(f"{words}.{key}"))
        for layers, end, key in zip((lines, gaps), ends, ("level", "gaps"), strict=True)
    ]
    chart, source = LineChart(plots, (300, 190), across=True), source_line([id], shown[1])
    return captioned(f"path_{id}", words, values, chart, source, title=anew(title).plain())
