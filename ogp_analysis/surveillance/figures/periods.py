"""Drawing of periods, row by row, each in the look of its kind."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ogp_analysis.base.words import Sentence
from ogp_analysis.display.dates import decimal_year
from ogp_analysis.display.figure import drawable, drawing, worded
from ogp_analysis.display.rows import RowChart
from ogp_analysis.display.sheet import Panel
from ogp_analysis.display.table import in_words

#: Pixels of thickness of a bar and of the shortest period whose marker has room in it; dashes of a line.
_BAR, _ROOM, _DASHES = 13.0, 11.0, (2, 2)


@drawing
def periods_by_row(
    rows: pd.DataFrame, periods: pd.DataFrame, kinds: pd.DataFrame, *, name: str, texts: Mapping[str, Sentence]
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
        whether it is drawn as a bar, else as a dashed line.
    name : str
        File name.
    texts : mapping of str to Sentence
        ``title``, ``about``, ``source``, ``caption`` and ``alt``, the text alternative.

    Returns
    -------
    Figure
        It takes axes `ax` of a user.

    Examples
    --------
    >>> from ogp_analysis.surveillance.figures.periods import periods_by_row
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
        for one in own.get_group(rows.index[row]).itertuples() if rows.index[row] in own.groups else ():
            if one.bar:
                panel.bar(one.first, one.last, height - _BAR / 2, height + _BAR / 2, one.colour)
            else:
                panel.line([one.first, one.last], [height] * 2, one.colour, 1.2, _DASHES)
            ends = [panel.pixel(end, height)[0] for end in (one.first, one.last)]
            if (room := ends[1] - ends[0] >= _ROOM) or one.bar:
                colour, rim = ("paper", None) if one.bar and room else (one.colour, "paper" if one.bar else None)
                panel.dots([(one.first + one.last) / 2], [height], colour, 7, rim, marker=one.marker)

    first, last = int(ends["first"].min()), int(ends["last"].max()) + 1

    def axis(narrow: bool) -> list[tuple[float, str]]:
        return [(year, str(year)) for year in range(first, last, 10 if narrow else 5)]

    keys = list(kinds[["said", "marker", "colour"]].itertuples(index=False, name=None))
    chart = RowChart(list(rows["label"]), list(rows["note"]), [drawn], (first, last), axis, keys)
    return worded(name, chart, texts)
