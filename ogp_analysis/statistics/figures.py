"""Figures of fitted models: estimates with intervals, series with their fit, units beside what they are held to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from ogp_analysis.base.words import Sentence, language, sentence, word
from ogp_analysis.base.words.sentence import counts, index, indices, rank, share, year
from ogp_analysis.display.chart import Chart
from ogp_analysis.display.figure import captioned, drawable, drawing, worded
from ogp_analysis.display.lines import Line, LineChart, Plot, event_time, rule
from ogp_analysis.display.rows import SHARE_ENDS, SHARES, RowChart, dots, ranges
from ogp_analysis.display.sheet import Panel, Ticks, marked, ticks
from ogp_analysis.display.table import in_language, in_words


def _captioned(name: str, key: str, values: dict, chart: Chart, about: str, case: str = "", **texts: str) -> tuple:
    """Return a chart that has no title and no source: what it shows is up to whoever fits."""
    return captioned(name, key, values, chart, "", case, title="", about=about, **texts)


def _around(values, always: float = np.nan) -> tuple[float, float]:
    """Return the ends of an axis around values, and a value that is always on it."""
    known = np.append(np.asarray(values, "float64"), always)
    low, high = np.nanmin(known), np.nanmax(known)
    pad = (high - low or abs(high) or 1.0) * 0.05
    return low - pad, high + pad


def _over_time(path: pd.DataFrame, layers: list, **more) -> Plot:
    """Return the panel of a path: its times, whatever they count, by all its other columns."""
    first, last = float(path["time"].min()), float(path["time"].max())
    pad = (last - first or 1.0) * 0.02

    def times(narrow: bool) -> Ticks:
        places = ticks(first, last, 4 if narrow else 8)
        whole = [at for at in places if at % 1 == 0] or places
        return [(at, f"{at:g}".replace("-", "\N{MINUS SIGN}")) for at in whole]

    return Plot(layers, (first - pad, last + pad), _around(path.drop(columns="time")), xticks=times, **more)


@drawing
def coefficients(estimates: pd.DataFrame, *, name: str, outcome: str, level: float, n: int, errors: str):
    """Draw estimates as dots with their intervals, one below the other, beside a line at 0.

    Parameters
    ----------
    estimates : pandas.DataFrame
        ``label, estimate, low, high``, from top to bottom; an estimate may lack an interval.
    name, outcome, errors : str
        File name; what is explained, and the kind of standard errors, in the reader's language.
    level : float
        Coverage of the intervals.
    n : int
        Observations.
    """
    drawable(estimates, name)
    ends, first = _around(estimates[["estimate", "low", "high"]], 0), estimates.iloc[0]
    values = {"outcome": outcome, "level": share(level), "errors": errors, "first": str(first["label"])}
    values |= counts(n=n, terms=len(estimates)) | {"estimate": index(first["estimate"], signed=True)}
    marks = [ranges(estimates["low"], estimates["high"]), dots(estimates["estimate"])]
    axis, notes = (lambda narrow: marked(*ends, 3 if narrow else 8)), [""] * len(estimates)
    chart, about = RowChart(list(estimates["label"]), notes, marks, ends, axis, rule=(0, 1.4)), "models.figure.axis"
    return _captioned(name, "models.figure.coefficients", values, chart, sentence(about, **values).plain())


@drawing
def events(estimates: pd.DataFrame, *, name: str, outcome: str, level: float, n: int, errors: str):
    """Draw estimates by time from an event, with their intervals and, where there are, simultaneous bands.

    An estimate without an interval is that of the reference period: it is fixed, and its dot hollow. A dashed line
    parts the time before the event from that after it.

    Parameters
    ----------
    estimates : pandas.DataFrame
        ``when, estimate, low, high``, in the order of time, and where there are ``band_low, band_high`` and ``n``.
    name, outcome, errors, level, n
        As in :func:`coefficients`.
    """
    drawable(estimates, name)
    last, banded = estimates.iloc[-1], "band_low" in estimates
    values = {"outcome": outcome, "level": share(level), "errors": errors} | counts(n=n, last=int(last["when"]))
    values |= counts(first=int(estimates["when"].min())) | {"estimate": index(last["estimate"], signed=True)}
    ends = _around(estimates.filter(["estimate", "low", "high", "band_low", "band_high"]), 0)
    plot, key = event_time(estimates, ends, xwords=word("models.figure.events.axis")), "models.figure.events"
    caption = sentence(f"{key}.caption", case="banded" if banded else "plain", **values).plain()
    caption += f" {word(f'{key}.sizes')}" if "n" in estimates else ""
    return _captioned(name, key, values, LineChart([plot]), outcome, caption=caption)


@drawing
def interruption(path: pd.DataFrame, changes: dict, *, name: str, outcome: str, event: float, n: int):
    """Draw a series as dots, its fit as lines, and the line before an event carried on as dashes.

    Parameters
    ----------
    path : pandas.DataFrame
        ``time, observed, fitted, counterfactual``, in the order of time.
    changes : dict of str to Estimate
        Changes of ``level`` and, if it may change, ``slope``, which the caption states.
    name, outcome : str
        File name; what is explained, in the reader's language.
    event : float
        First time after the event.
    n : int
        Observations.
    """
    drawable(path, name)
    before, after = path[path["time"] < event], path[path["time"] >= event]
    said = {kind: word(f"models.figure.interruption.{kind}") for kind in ("observed", "fitted", "counterfactual")}
    layers = [Line(after, "counterfactual", "muted", said["counterfactual"], dashed=True, width=1.6, x="time")]
    layers += [Line(before, "fitted", x="time"), Line(after, "fitted", label=said["fitted"], x="time")]
    layers += [lambda panel, _: panel.dots(path["time"], path["observed"], "ink", 4)]
    layers += [rule((before["time"].iloc[-1] + after["time"].iloc[0]) / 2, "watch", 1.0)]
    plot = _over_time(path, layers, labels=[(path["observed"].iloc[-1], said["observed"], "ink")])
    values = {"outcome": outcome, "event": year(event) if event % 1 == 0 else f"{event:g}"} | counts(n=n)
    texts = []
    for kind, one in changes.items():
        low, high = (index(end, one.decimals) for end in (one.low, one.high))
        numbers = {"level": share(one.level), "estimate": index(one.estimate, one.decimals, signed=True)}
        texts.append(sentence("models.figure.interruption.change", case=kind, low=low, high=high, **numbers).plain())
    caption, alt = (
        " ".join([sentence(f"models.figure.interruption.{part}", **values).plain(), *texts])
        for part in ("caption", "alt")
    )
    return _captioned(name, "", values, LineChart([plot]), outcome, caption=caption, alt=alt)


@drawing
def broken(path: pd.DataFrame, dates: pd.DataFrame, *, name: str, outcome: str, n: int):
    """Draw a series, its fit in each segment, and the dates of breaks as lines with their intervals below.

    Parameters
    ----------
    path : pandas.DataFrame
        ``time, observed, fitted``, in the order of time.
    dates : pandas.DataFrame
        ``date, low, high``.
    name, outcome, n
        As in :func:`interruption`.
    """
    drawable(path, name)
    segment = np.searchsorted(np.sort(dates["date"]), path["time"])
    held = dates.dropna(subset=["low"])

    def intervals(panel: Panel, shift: float) -> None:
        down = panel.ylim[0] + (panel.ylim[1] - panel.ylim[0]) * 0.02
        panel.rules([[(low, down), (high, down)] for low, high in held[["low", "high"]].to_numpy()], "watch", 3.0)

    layers = [Line(path, "observed", "dots", width=1.2, x="time"), intervals]
    layers += [Line(part, "fitted", x="time") for _, part in path.groupby(segment)]
    layers += [rule(date, "watch", 1.0, dashed=True) for date in dates["date"]]
    values = {"outcome": outcome} | counts(n=n, breaks=len(dates))
    case, chart = "interval" if len(held) == len(dates) > 0 else "alone", LineChart([_over_time(path, layers)])
    return _captioned(name, "models.figure.broken", values, chart, outcome, case)


@drawing
def placebo_estimates(
    estimates: pd.Series, own: float, *, name: str, outcome: str, treated: str, place: int, n: int, term: str
):
    """Draw the distribution of placebo estimates, and that of the unit with the event as a line.

    Parameters
    ----------
    estimates : pandas.Series
        One per unit, that of the event among them.
    own : float
        That of the event.
    name, outcome, treated, term : str
        File name; what is explained, the unit of the event, and which estimate.
    place, n : int
        Rank of the estimate by size, and estimates.
    """
    drawable(estimates, name)
    heights, edges = np.histogram(estimates, bins=30)

    def bars(panel: Panel, shift: float) -> None:
        for (left, right), height in zip(pairwise(edges), heights, strict=True):
            if height:
                panel.bar(left, right, 0, height, "dots")

    ends, mark = _around(edges, own), (own, treated, "own")
    plot = Plot(
        [bars, rule(own, "own", 1.8)],
        ends,
        (0, heights.max() * 1.05),
        xticks=marked(*ends),
        mark=mark,
        xwords=f"{outcome}: {term}",
    )
    values = {"outcome": outcome, "treated": treated, "term": term, "rank": rank(place)} | counts(n=n)
    chart, about = LineChart([plot], (220, 220)), word("models.figure.placebos.axis")
    return _captioned(name, "models.figure.placebos", values, chart, about)


@drawing
def paths(path: pd.DataFrame, *, name: str, outcome: str, unit: str, event: float, donors: int):
    """Draw a unit beside its synthetic control, and when the event was.

    Parameters
    ----------
    path : pandas.DataFrame
        ``time, treated, synthetic``.
    name, outcome, unit : str
        File name; what is drawn, and of whom.
    event : float
        First time under treatment; the line stands before it.
    donors : int
        Units that the control is made of.
    """
    drawable(path, name)
    last, synthetic = path.iloc[-1], sentence("synthetic.figure.synthetic", unit=unit).plain()
    layers = [rule(event - 0.5, "watch", 1.0, dashed=True)]
    layers += [Line(path, "synthetic", "region", synthetic, dashed=True, width=1.6, x="time")]
    layers += [Line(path, "treated", label=unit, bold=True, x="time")]
    values = {"outcome": outcome, "unit": unit, "event": f"{event:g}", "last": f"{last['time']:g}"}
    values |= counts(donors=donors) | indices(treated=last["treated"], synthetic=last["synthetic"])
    return _captioned(name, "synthetic.figure.paths", values, LineChart([_over_time(path, layers)]), outcome)


@drawing
def estimates_by_row(
    rows: pd.DataFrame,
    *,
    name: str,
    texts: Mapping[str, Sentence],
    unit: Literal["share", "points", "index"] = "share",
    top: float | None = None,
    size: float = 8.0,
    keys: Sequence[Mapping[str, str]] = (),
):
    """Draw each estimate as a dot in its own row, with its interval or a line to the value it is compared with.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row per estimate, from the top: ``label`` and ``note``, the texts at its left and right, which may differ by
        language; ``value``; ``low, high``, its interval, or ``beside``, the value it is compared with. What is missing
        is not drawn. On a telephone ``note_narrow`` replaces the note, if there is such a column. Where there are such
        columns, the dots of rows that are ``aside`` are hollow and blue, and each ``group`` stands apart from the next.
    name : str
        File name.
    texts : mapping of str to Sentence
        ``title``, ``about``, ``source``, ``caption`` and ``alt``, the text alternative.
    unit : {"share", "points", "index"}
        Shares, from 0 to 1; or points, or parts of a scale to two decimals, with a line at 0.
    top : float or None
        Where the axis of shares ends, between 0 and 1; 1 by default.
    size : float
        Of the dots.
    keys : sequence of texts by language
        What the values are, and what they are compared with.

    Returns
    -------
    Figure
        It takes axes `ax` of a user.

    Examples
    --------
    >>> rows = pd.DataFrame({"label": ["open data"], "note": ["18/26"], "value": [0.7], "beside": [0.6]})
    >>> texts = dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("Themes"))
    >>> ogp.statistics.estimates_by_row(rows, name="themes", texts=texts).caption
    'Themes'
    """
    drawable(rows, name)
    where = f"figure {name!r}"
    rows = in_words(where, rows)
    of_scale, (pad, places) = unit != "share", (2, 0) if unit == "points" else (0.005, 2)
    low, high = (min(rows["low"].min(), 0) - pad, max(rows["high"].max(), 0) + pad) if of_scale else (0, top)

    def axis(narrow: bool) -> Ticks:
        if of_scale:
            at = ticks(low, high, 3 - bool(places) if narrow else 8)
            return [(one, index(one, places, signed=True).written(language())) for one in at]
        if top is None:
            return SHARES[:: 2 if narrow else 1]
        return [(at, f"{100 * at:.0f} %" if at else "0") for at in ticks(0, top, 3 if narrow else 6)]

    value, aside = rows["value"], rows.get("aside", pd.Series(False, rows.index))
    marks = [dots(value, list(aside.map({True: "region", False: "own"})), size, hollow=aside)]
    if "beside" in rows:
        marks = [ranges(value, rows["beside"], width=1.6), dots(rows["beside"], "region", 6, "D"), *marks]
    else:
        marks = [ranges(rows["low"], rows["high"]), *marks]
    looks = zip(keys, (("o", "own"), ("D", "region")), strict=False)
    ends = (low, high) if of_scale else SHARE_ENDS if top is None else (-0.01, top)
    chart = RowChart(
        list(rows["label"]), lambda narrow: list(rows["note_narrow" if narrow and "note_narrow" in rows else "note"]),
        marks, ends, axis,
        keys=[(in_language(where, text), *look) for text, look in looks], rule=(0, 1.4) if of_scale else None,
        opens=np.flatnonzero(rows["group"] != rows["group"].shift())[1:] if "group" in rows else (),
    )  # fmt: skip
    return worded(name, chart, texts)


@drawing
def effects_by_time(
    panels: Sequence[tuple[Mapping[str, Sentence], pd.DataFrame]],
    *,
    name: str,
    texts: Mapping[str, Sentence],
    joined: bool = False,
):
    """Draw effects by time from an event over the bands that hold for all times at once, all panels on one scale.

    A time that all are compared with has no interval: its dot is hollow.

    Parameters
    ----------
    panels : sequence of (mapping of str to Sentence, pandas.DataFrame)
        Of each panel its words, where it has some: ``title``; ``event``, what stands above the line between the times
        before and after it; ``xwords``, what the times and the numbers below them are. And its effects: ``when,
        estimate, low, high, band_low, band_high, n``, in the order of time.
    name : str
        File name.
    texts : mapping of str to Sentence
        ``title``, ``about``, ``source``, ``caption`` and ``alt``, the text alternative.
    joined : bool
        Whether a line joins the effects, in place of their own intervals.

    Returns
    -------
    Figure
        It takes axes `ax` of a user, one for each panel.

    Examples
    --------
    >>> effects = pd.DataFrame({"when": [-1, 0], "estimate": [0, 0.1], "low": [None, 0.05], "high": [None, 0.15],
    ...                         "band_low": [0, 0.04], "band_high": [0, 0.16], "n": [9, 9]})
    >>> texts = dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("Joining"))
    >>> ogp.statistics.effects_by_time([({"event": ogp.say("joins")}, effects)], name="joining", texts=texts).caption
    'Joining'
    """
    for _, effects in panels:
        drawable(effects, name)
    ends = pd.concat([effects[["band_low", "band_high"]] for _, effects in panels]).stack()
    scale, where = (ends.min() * 1.08, ends.max() * 1.08), f"figure {name!r}"
    plots = [
        event_time(effects, scale, joined=joined, **{part: in_language(where, text) for part, text in words.items()})
        for words, effects in panels
    ]
    several = len(panels) > 1
    return worded(name, LineChart(plots, (234, 154) if several else (328, 238), across=several), texts)


@drawing
def lines_by_panel(
    panels: Sequence[tuple[Sentence, pd.DataFrame, tuple[float, float]]], *, name: str, texts: Mapping[str, Sentence]
):
    """Draw series over the same years, one panel below the other, each on its own scale.

    Parameters
    ----------
    panels : sequence of (Sentence, pandas.DataFrame, tuple of float)
        Of each panel its title, its ``year, value, segment`` and the ends of its scale. No line crosses a segment. A
        column ``text``, if there is one, is written at the values where it is not blank. The frame may be withheld.
    name : str
        File name.
    texts : mapping of str to Sentence
        ``title``, ``about``, ``source``, ``caption`` and ``alt``, the text alternative.

    Returns
    -------
    Figure
        It takes axes `ax` of a user, one for each panel.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"year": [2019, 2020], "value": [0.2, 0.3], "segment": 1})
    >>> texts = dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("Risk as issued"))
    >>> panels = [(ogp.say("Risk"), rows, (0, 1))]
    >>> lines_by_panel(panels, name="risk", texts=texts).caption
    'Risk as issued'
    """
    drawable(panels, name)
    years = pd.concat([rows["year"] for _, rows, _ in panels])
    plots = []
    for title, rows, ends in panels:
        written = rows[rows["text"] != ""] if "text" in rows else rows[:0].assign(text="")
        values = [(at, value, text, False) for at, value, text in written[["year", "value", "text"]].to_numpy()]
        shown, said = (int(years.min()), int(years.max())), in_language(f"figure {name!r}", title)
        plots.append(Plot([Line(rows, dot=5)], shown, ends, said, values=values))
    return worded(name, LineChart(plots, (200, 180)), texts)
