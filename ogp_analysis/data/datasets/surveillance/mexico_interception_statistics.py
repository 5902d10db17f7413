"""Reported counts of interception, geolocation and requests for information in Mexico, 2004-2021.

Units differ by row and the counts come from several bodies and reports: they are never added up. The
law foresees urgent geolocation with a later ratification, so a share with a judicial order is not one
minus a share of unlawful searches.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning import coding, corrections
from ogp_analysis.data.cleaning.coding import declared, translated
from ogp_analysis.data.cleaning.country_year import known, number, require
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout
from ogp_analysis.data.cleaning.invariants import Invariants
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

_CODES, _TABLES = declared(__file__)

_HERE = "data/datasets/surveillance/mexico_interception_statistics.toml"
_COLUMNS = ("id", "body", "measure", "period", "value", "unit", "text_kind", "source_url", "caveat")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``counts``: one reported count or share. Every row is kept; one caveat is added.

    Raises
    ------
    CleaningError
        If a column is absent, a body, a measure, a unit or a caveat is unknown, a value is not a number, or a
        period is not made of dates.
    """
    require(chunk, _COLUMNS)
    chunk, entries = corrections.corrected(
        chunk, _CODES["correction"], "mexico_interception_statistics.toml", written_for=not source.layout
    )
    caveat = translated(chunk, "caveat", _CODES["caveats"], _HERE)
    ends = chunk["period"].str.split("–").map(lambda parts: (parts[0], parts[-1]))
    first, last = ends.str[0].rename("period"), ends.str[1].rename("period")
    table = pd.DataFrame(
        {
            "statistic": chunk["id"],
            "body": translated(chunk, "body", _CODES["bodies"], _HERE),
            "measure": translated(chunk, "measure", _CODES["measures"], _HERE),
            "period_text": chunk["period"],
            "period_first_year": coding.year(first),
            "period_last_year": coding.year(last),
            "value": number(chunk, "value"),
            "unit": translated(chunk, "unit", _CODES["units"], _HERE),
            "at_least": chunk["unit"].str.endswith("(more than)"),
            "text_kind": known(chunk, "text_kind", _CODES["text_kinds"]),
            "confidence": caveat.isin(list(_CODES["low"])).map({True: "low", False: "not_graded"}),
            "caveat": caveat,
            "source_url": chunk["source_url"],
        }
    )
    return Cleaned({"counts": table}, kept_but(chunk, *entries))


DATASET = Dataset(
    name="mexico_interception_statistics",
    title="Reported counts of interception and geolocation in Mexico, 2004-2021",
    inputs=(Input("mexico_interception_statistics", "compiled", "mexico_interception_statistics.csv"),),
    clean=clean,
    schemas=_TABLES,
    invariants=Invariants(unsummed=dict.fromkeys(("period_first_year", "period_last_year"), "read from text")),
    layouts=(
        Layout(
            "compiled",
            required=_COLUMNS,
            unread="source_text",
            version=r"(20\d\d)",
            last="period",
        ),
    ),
)
