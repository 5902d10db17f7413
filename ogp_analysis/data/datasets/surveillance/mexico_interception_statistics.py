"""Reported counts of interception, geolocation and requests for information in Mexico, 2004-2021.

Units differ by row and the counts come from several bodies and reports: they are never added up. The
law foresees urgent geolocation with a later ratification, so a share with a judicial order is not one
minus a share of unlawful searches.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning import coding
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``counts``: one reported count or share. Every row is kept; one caveat is added.

    Raises
    ------
    CleaningError
        If a column is absent, a body, a measure, a unit or a caveat is unknown, a value is not a number, or a
        period is not made of dates.
    """
    chunk, entries = STATED.corrected(chunk, source)
    ends = chunk["period"].str.split("–")
    table = STATED.read(
        chunk,
        "counts",
        period_first_year=coding.year(ends.str[0].rename("period")),
        period_last_year=coding.year(ends.str[-1].rename("period")),
        at_least=chunk["unit"].str.endswith("(more than)"),
    )
    return Cleaned({"counts": table}, kept_but(chunk, *entries))


DATASET = declare("mexico_interception_statistics", clean, STATED.tables)
