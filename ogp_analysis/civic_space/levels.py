"""How a measure is spread over countries by the year in which they joined OGP, and headings of tables."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.words import Sentence, sentence, word
from ogp_analysis.base.words.catalogue import spoken
from ogp_analysis.base.words.sentence import counts, years
from ogp_analysis.display.result import Parts
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.statistics.change import dispersion

#: Groups of the year of joining, in the order in which they are shown.
COHORTS = ("2011", "2012_2013", "later", "undated", "never")


@cache
def headings() -> dict[str, dict[str, Heading]]:
    """Return the headings of every table, by column in order.

    Examples
    --------
    >>> headings()["cohorts"]["n"].unit
    'count'
    """
    stated = toml(__file__, "headings.toml")
    return {name: {column: Heading(*entry) for column, entry in own.items()} for name, own in stated.items()}


def tabled(
    name: str,
    caption: Sentence | str,
    rows: pd.DataFrame | Withheld | Iterable[dict | tuple],
    like: str = "",
    data: Iterable[str] = (),
) -> Table:
    """Return a table in the language in force, with the headings of its name.

    Parameters
    ----------
    name : str
        Its file name in the report.
    caption : Sentence or str
        As for :func:`~ogp_analysis.display.table.table`.
    rows : pandas.DataFrame, Withheld or iterable
        A frame, or its rows: by column, or in the order of the headings. Columns without a heading are left out.
    like : str
        The table in ``headings.toml``, where it is not `name`.
    data : iterable of str
        What its values are of, beside the indicators of its headings: datasets, and ids of indicators.

    Raises
    ------
    DisclosureError
        If the values may be drawn but not written.
    MessageError
        If a heading has no column.

    Examples
    --------
    >>> tabled("absent_measures", "Not held", [{"measure": "Privacy", "fetch": "wjp"}]).frame.to_dict("list")
    {'measure': ['Privacy'], 'fetch': ['wjp']}
    """
    own = dict(headings()[like or name])
    frame = rows if isinstance(rows, pd.DataFrame | Withheld) else pd.DataFrame(rows, columns=list(own))
    return table(name, caption, frame, own, data)


@spoken
def cohorts(fixed: pd.DataFrame, id: str) -> Table | Parts:
    """Return median and middle half at the first and the last year by the year in which countries joined OGP.

    The caption states how many countries they are, and how many of them ever joined; the rows of a year sum to it.

    Parameters
    ----------
    fixed : pandas.DataFrame
        ``unit, year, value, cohort`` of the same countries in every year, as ``panel.fixed`` gives them.
    id : str
        The indicator whose values they are.

    Returns
    -------
    Table or Parts
        Nothing if there are no countries.

    Examples
    --------
    >>> fixed = ogp.panel("v2xcs_ccsi", 2013, 2023).fixed("v2xcs_ccsi")
    >>> cohorts(fixed, "v2xcs_ccsi").frame["n"].tolist()[:4]
    [49, 49, 13, 13]
    """
    if fixed.empty:
        return Parts()
    first, last = int(fixed["year"].min()), int(fixed["year"].max())
    frame = dispersion(fixed, by="cohort").query("year in (@first, @last)")
    frame = frame.sort_values("group", key=lambda groups: groups.map(COHORTS.index), kind="stable")
    ends = frame[frame["year"] == last]
    members = ends.loc[ends["group"] != "never", "n"].sum()
    values = counts(n=ends["n"].sum(), members=members) | years(first=first, last=last)
    caption = sentence("panel.table.cohorts", indicator=word(f"indicators.{id}.name"), **values)
    return tabled("cohorts", caption, frame.assign(cohort=[word(f"tables.cohort.{group}") for group in frame["group"]]))
