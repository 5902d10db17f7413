"""The drawing of a planned term, with what is dated within it and around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from ogp_analysis.base.words import Sentence
from ogp_analysis.display.dates import DateChart, at_date, dated_events
from ogp_analysis.display.figure import drawable, drawing, worded
from ogp_analysis.display.sheet import Panel, Sheet
from ogp_analysis.display.table import in_words


@drawing
def term(
    ends: tuple[str, str], dates: Iterable[str], events: pd.DataFrame, *, name: str, texts: Mapping[str, Sentence]
):
    """Draw a term as a bar, dates as dots on it, and events below.

    Parameters
    ----------
    ends : tuple of str
        First and last day of the term.
    dates : iterable of str
        Days, months or years; of a month or year the middle is drawn.
    events : pandas.DataFrame
        One row per event, in the order of time: ``date``, a day, ``label``, a text that may differ by language, and
        ``colour``, one of the house.
    name : str
        File name.
    texts : mapping of str to Sentence
        ``title``, ``about``, ``source``, ``caption`` and ``alt``, the text alternative.

    Returns
    -------
    Figure
        Laid out on a sheet of its own.

    Examples
    --------
    >>> events = pd.DataFrame({"date": ["2020-03-01"], "label": ["Report"], "colour": ["region"]})
    >>> texts = dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("Plan"))
    >>> ogp.open_government.term(("2019-01-01", "2021-12-31"), ["2020"], events, name="plan", texts=texts).caption
    'Plan'
    """
    drawable(events, name)
    events = in_words(f"figure {name!r}", events)

    def bar(sheet: Sheet, span: tuple[int, int], left: float) -> float:
        top = sheet.top + 10
        panel = Panel(sheet, (left, top, sheet.width - 14, top + 34), span, (0, 1))
        panel.bar(*map(at_date, ends), 0, 1, "band")
        for date in dates:
            panel.dots([at_date(date)], [0.5], "own", 10)
        return top + 40

    years = [int(date[:4]) for date in [*events["date"], *ends]]
    return worded(name, DateChart(min(years), max(years), dated_events(events), bar), texts)
