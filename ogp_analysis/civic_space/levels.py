"""How a measure is spread over countries by the year in which they joined OGP."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.numbers import counts, years
from ogp_analysis.base.words.spoken import spoken
from ogp_analysis.civic_space.tables.headings import tabled
from ogp_analysis.civic_space.views import COHORTS
from ogp_analysis.display.result import Parts
from ogp_analysis.display.table import Table
from ogp_analysis.statistics.change import dispersion


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
    >>> fixed = ogp.civic_space.panel("v2xcs_ccsi", 2013, 2023).fixed("v2xcs_ccsi")
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
    frame = frame.assign(cohort=[word(f"tables.cohort.{group}") for group in frame["group"]])
    return tabled("cohorts", caption, frame)
