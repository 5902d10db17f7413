"""Drawings of countries that are on a list and others: what they answer.

Their words are those of whoever draws: ``texts`` are ``title``, ``about``, ``source``, ``caption`` and ``alt``, the
text alternative.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import Sentence
from ogp_analysis.display.chart import Framed, Freehand
from ogp_analysis.display.figure import drawable, drawing, worded
from ogp_analysis.display.sheet import Panel, Sheet


@drawing
def answers_by_group(answers: pd.DataFrame, *, name: str, y: str, texts: Mapping[str, Sentence]):
    """Draw the answers to a question as dots, one for each country, the first group above the second.

    Parameters
    ----------
    answers : pandas.DataFrame
        ``value``, and ``first``, whether the country is of the first group; it may be withheld.
    name, y : str
        File name; the indicator, by id or name, whose scale has few steps.
    texts : mapping of str to Sentence
        Its words.

    Returns
    -------
    Figure
        It is laid out on a sheet of its own, and takes no axes.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"value": [1, 3, 4], "first": [True, False, True]})
    >>> texts = dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("Answers"))
    >>> ogp.surveillance.answers_by_group(answers, name="answers", y="fiw_d4", texts=texts).redistribute
    False
    """
    drawable(answers, name)
    levels = range(int(indicator(y).minimum), int(indicator(y).maximum) + 1)
    ends = levels[0] - 0.5, levels[-1] + 0.5
    groups = [
        answers.loc[answers["first"] == of, "value"].value_counts().reindex(levels, fill_value=0)
        for of in (True, False)
    ]

    def draw(framed: Framed, narrow: bool) -> Sheet:
        across, step = (6, 9) if narrow else (16, 12)
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

    return worded(name, Freehand(draw), texts)
