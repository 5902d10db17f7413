"""Drawings of what is dated: periods row by row, and a term or a series with events below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import Sentence
from ogp_analysis.display.dates import DateChart, at_date, dated_events, decimal_year
from ogp_analysis.display.figure import drawable, drawing, source_line, worded
from ogp_analysis.display.lines import scale_limits
from ogp_analysis.display.rows import RowChart
from ogp_analysis.display.sheet import Panel, Sheet, Ticks, marked, years
from ogp_analysis.display.table import in_words

#: Pixels of the shortest period whose marker has room in it; dashes of a line.
_ROOM, _DASHES = 11.0, (2, 2)


@drawing
def periods_by_row(
    rows: pd.DataFrame,
    periods: pd.DataFrame,
    kinds: pd.DataFrame,
    *,
    name: str,
    texts: Mapping[str, Sentence],
    about: Iterable[str] = (),
    shown: tuple[int, int] | None = None,
    tall: float = 13.0,
):
    """Draw periods on an axis of years, those of a row beside its name; marker and colour say of which kind each is.

    The marker of a bar that is too short for it lies over the bar; a line that is too short has none.

    Parameters
    ----------
    rows : pandas.DataFrame
        From the top, by the key of the row: ``label``, empty where a row belongs to the one above, and ``note``, the
        text at its right; both may differ by language.
    periods : pandas.DataFrame
        ``row``, a key of `rows`; ``first, last``, days; ``kind``, a key of `kinds`.
    kinds : pandas.DataFrame
        By key: ``said``, its words; ``colour``, one of the house; ``marker``, as matplotlib has them; and ``bar``,
        whether it is drawn as a bar, else as a dashed line. A kind without a marker is not in the key.
    name : str
        File name.
    texts : mapping of str to Sentence
        ``title``, ``about``, ``caption``, ``alt``, the text alternative; ``source``, unless it is `about` indicators.
    about : iterable of str
        Indicators whose sources are named; their values are not drawn.
    shown : tuple of int or None
        First and last year; a pale bar goes from one to the other in each row. By default those of the periods.
    tall : float
        Pixels of thickness of a bar.

    Returns
    -------
    Figure
        It takes axes `ax` of a user.

    Examples
    --------
    >>> from ogp_analysis.display.dated import periods_by_row
    >>> rows = pd.DataFrame({"label": ["Police"], "note": ["location"]}, index=["a"])
    >>> days = pd.to_datetime(["2009-06-02", "2018-12-31"])
    >>> periods = pd.DataFrame({"row": ["a"], "first": days[:1], "last": days[1:], "kind": ["judge"]})
    >>> look = {"said": "a judge", "colour": "region", "marker": "s", "bar": True}
    >>> texts = dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("Powers"))
    >>> kinds = pd.DataFrame([look], index=["judge"])
    >>> periods_by_row(rows, periods, kinds, name="powers", texts=texts).caption
    'Powers'
    """
    drawable(periods, name)
    rows, kinds = (in_words(f"figure {name!r}", frame) for frame in (rows, kinds))
    ends = {end: periods[end].map(decimal_year) for end in ("first", "last")}
    own = periods.assign(**ends).join(kinds, on="kind").groupby("row")

    def drawn(panel: Panel, row: int, height: float) -> None:
        if shown:
            panel.bar(*panel.xlim, height - tall / 2, height + tall / 2, "band", order=1)
        for one in own.get_group(rows.index[row]).itertuples() if rows.index[row] in own.groups else ():
            if one.bar:
                panel.bar(one.first, one.last, height - tall / 2, height + tall / 2, one.colour)
            else:
                panel.line([one.first, one.last], [height] * 2, one.colour, 1.2, _DASHES)
            ends = [panel.pixel(end, height)[0] for end in (one.first, one.last)]
            if one.marker and ((room := ends[1] - ends[0] >= _ROOM) or one.bar):
                colour, rim = ("paper", None) if one.bar and room else (one.colour, "paper" if one.bar else None)
                panel.dots([(one.first + one.last) / 2], [height], colour, 7, rim, marker=one.marker)

    first, last = shown or (int(ends["first"].min()), int(ends["last"].max()))

    def axis(narrow: bool) -> Ticks:
        if shown:
            return years(first, last, narrow)
        return [(at, f"{at}") for at in range(first, last + 1, 10 if narrow else 5)]

    keys = list(kinds.loc[kinds["marker"] != "", ["said", "marker", "colour"]].itertuples(index=False, name=None))
    chart = RowChart(list(rows["label"]), list(rows["note"]), [drawn], (first, last + 1), axis, keys, dated=True)
    return worded(name, chart, texts, source_line(about, last) if about else None)


@drawing
def over_time(
    events: pd.DataFrame,
    *,
    name: str,
    texts: Mapping[str, Sentence],
    term: tuple[str, str] | None = None,
    dates: Iterable[str] = (),
    path: pd.DataFrame | None = None,
    id: str = "",
):
    """Draw events over an axis of years, below a term with dates in it, or below a series by year.

    Parameters
    ----------
    events : pandas.DataFrame
        One row per event, in the order of time: ``date``, a day, month or year, ``label``, a text that may differ by
        language, and ``colour``, one of the house.
    name : str
        File name.
    texts : mapping of str to Sentence
        ``title``, ``about``, ``caption`` and ``alt``, the text alternative; and, without a series, ``source``.
    term : tuple of str, optional
        First and last day of a term, which is drawn as a bar.
    dates : iterable of str
        Days, months or years, as dots on the bar; of a month or year the middle is drawn.
    path : pandas.DataFrame, optional
        ``year, value`` of a series in place of the term, or the same withheld; each value stands in the middle of its
        year.
    id : str
        The indicator, by id or name, whose values these are.

    Returns
    -------
    Figure
        Laid out on a sheet of its own.

    Examples
    --------
    >>> from ogp_analysis.display.dated import over_time
    >>> events = pd.DataFrame({"date": ["2020-03-01"], "label": ["Report"], "colour": ["region"]})
    >>> texts = dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("Plan"))
    >>> over_time(events, term=("2019-01-01", "2021-12-31"), dates=["2020"], name="plan", texts=texts).caption
    'Plan'
    """
    drawable(events if path is None else path, name)
    events = in_words(f"figure {name!r}", events)

    def bar(sheet: Sheet, span: tuple[int, int], left: float) -> float:
        top = sheet.top + 10
        panel = Panel(sheet, (left, top, sheet.width - 14, top + 34), span, (0, 1))
        panel.bar(*map(at_date, term), 0, 1, "band")
        for date in dates:
            panel.dots([at_date(date)], [0.5], "own", 10)
        return top + 40

    def line(sheet: Sheet, span: tuple[int, int], left: float) -> float:
        panel = Panel(sheet, (left, sheet.top + 10, sheet.width - 14, sheet.top + 240), span, ends)
        panel.grid((), marked(*ends))
        for one in events.itertuples():
            panel.rules([[(at_date(one.date), end) for end in ends]], one.colour, dashes=(2, 2))
        panel.line(path["year"] + 0.5, path["value"], "own", 2.4)
        panel.dots(path["year"] + 0.5, path["value"], "own", 4)
        return panel.bottom + 12

    if path is None:
        known = [int(date[:4]) for date in [*events["date"], *term]]
        return worded(name, DateChart(min(known), max(known), dated_events(events), bar), texts)
    first, last = int(path["year"].min()), int(path["year"].max())
    ends = scale_limits(path["value"], indicator(id))
    chart = DateChart(first, last, dated_events(events), line, (44, 44), ends[0])
    return worded(name, chart, texts, source_line([id], last))
