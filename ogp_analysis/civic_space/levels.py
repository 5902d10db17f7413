"""How a measure is spread over countries by the year in which they joined OGP."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.indicators import indicator as known
from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.numbers import count, year
from ogp_analysis.base.words.spoken import spoken
from ogp_analysis.civic_space.tables.headings import tabled
from ogp_analysis.civic_space.views import COHORTS
from ogp_analysis.display.result import Parts
from ogp_analysis.display.table import Table
from ogp_analysis.statistics.path import dispersion


@spoken
def cohorts(fixed: pd.DataFrame, indicator: str) -> Table | Parts:
    """Return median and middle half at the first and the last year by the year in which countries joined OGP.

    The caption states how many countries they are, and how many of them ever joined; the rows of a year sum to it.

    Parameters
    ----------
    fixed : pandas.DataFrame
        ``unit, year, value, cohort`` of the same countries in every year, as ``panel.fixed`` gives them.
    indicator : str
        Whose values they are, by id or name.

    Returns
    -------
    Table or Parts
        Nothing if there are no countries.

    Raises
    ------
    UnknownName
        If the indicator is not in the catalogue.

    Examples
    --------
    >>> fixed = ogp.civic_space.panel("v2xcs_ccsi", 2013, 2023).fixed("v2xcs_ccsi")
    >>> ogp.civic_space.cohorts(fixed, "v2xcs_ccsi").frame[["cohort", "year", "n"]].iloc[0].tolist()
    ['2011', 2013, 8]
    """
    name = known(indicator).name
    if fixed.empty:
        return Parts()
    first, last = int(fixed["year"].min()), int(fixed["year"].max())
    frame = dispersion(fixed, by="cohort").query("year in (@first, @last)")
    frame = frame.sort_values("group", key=lambda groups: groups.map(COHORTS.index), kind="stable")
    ends = frame[frame["year"] == last]
    caption = sentence("panel.table.cohorts", indicator=name.name, first=year(first), last=year(last),
                       n=count(ends["n"].sum()),
                       members=count(ends.loc[ends["group"] != "never", "n"].sum()))  # fmt: skip
    frame = frame.assign(cohort=[word(f"tables.cohort.{group}") for group in frame["group"]])
    return tabled("cohorts", caption, frame)
