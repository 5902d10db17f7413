"""Reported counts of interception, geolocation and requests for information in Mexico, 2004-2021.

Units differ by row and the counts come from several bodies and reports: they are never added up. The
law foresees urgent geolocation with a later ratification, so a share with a judicial order is not one
minus a share of unlawful searches.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.tidy import partial_dates
from ogp_analysis.tidy.coding import translated
from ogp_analysis.tidy.country_year import known, number, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.invariants import Invariants
from ogp_analysis.tidy.record import Cleaned, kept_all

_BODIES = {
    "CISEN": "cisen",
    "FGR (SEIDO)": "fgr_seido",
    "FGR": "fgr",
    "PGR": "pgr",
    "SEDENA": "sedena",
    "SEGOB": "segob",
    "SHCP": "shcp",
    "SEMAR": "semar",
    "SSPC": "sspc",
    "INAI": "inai",
    "Fiscalía de Veracruz": "fiscalia_veracruz",
    "prosecutors (all)": "all_prosecutors",
    "all federal bodies": "all_federal_bodies",
    "Mexico": "mexico",
    "world": "world",
}
_MEASURES = {
    "interception requests to judges": "interception_requested",
    "interception requests authorised": "interception_authorised",
    "interception requests rejected": "interception_rejected",
    "legal interception requests": "interception_requested",
    "Geomatrix searches": "geolocation_searches",
    "Geomatrix searches with a judicial order": "geolocation_searches_with_order",
    "share of Geomatrix searches with a judicial order": "geolocation_share_with_order",
    "investigations with surveillance measures that led to charges": "investigations_charged",
    "access-to-information requests on espionage": "information_requests",
    "appeals on these requests": "information_appeals",
    "Pegasus target capacity bought": "pegasus_targets_bought",
    "numbers in the Pegasus Project leak": "pegasus_project_numbers",
}
_UNITS = {
    "requests": "requests",
    "searches": "searches",
    "searches (more than)": "searches",
    "percent": "percent",
    "appeals": "appeals",
    "targets": "targets",
    "phone numbers (more than)": "phone_numbers",
}
_HERE = "surveillance/datasets/mexico_interception_statistics.py"
_COLUMNS = ("id", "body", "measure", "period", "value", "unit", "text_kind", "source_url")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``counts``: one reported count or share. Every row is kept and nothing is changed.

    Raises
    ------
    CleaningError
        If a column is absent, a body, a measure or a unit is unknown, a value is not a number, or a
        period is not made of dates.
    """
    require(chunk, _COLUMNS)
    ends = chunk["period"].str.split("–").map(lambda parts: (parts[0], parts[-1]))
    first, last = ends.str[0].rename("period"), ends.str[1].rename("period")
    table = pd.DataFrame(
        {
            "statistic": chunk["id"],
            "body": translated(chunk, "body", _BODIES, _HERE),
            "measure": translated(chunk, "measure", _MEASURES, _HERE),
            "period_text": chunk["period"],
            "period_first_year": partial_dates.year(first),
            "period_last_year": partial_dates.year(last),
            "value": number(chunk, "value"),
            "unit": translated(chunk, "unit", _UNITS, _HERE),
            "at_least": chunk["unit"].str.endswith("(more than)"),
            "text_kind": known(chunk, "text_kind", ("paraphrase", "quote")),
            "source_url": chunk["source_url"],
        }
    )
    return Cleaned({"counts": table}, kept_all(chunk))


SCHEMA = TableSchema(
    "counts",
    "one reported count or share",
    ("statistic",),
    (
        Column("statistic", "string", "Key of the row", required=True),
        Column("body", "category", "Body that it counts, or the area", categories=tuple(_BODIES.values()),
               required=True),
        Column("measure", "category", "What is counted", categories=tuple(dict.fromkeys(_MEASURES.values())),
               required=True),
        Column("period_text", "string", "Period, as written; missing if not stated"),
        Column("period_first_year", "integer", "First year of the period", "year", minimum=2000),
        Column("period_last_year", "integer", "Last year of the period; it may end before December", "year",
               minimum=2000),
        Column("value", "number", "The value", "as `unit` says", minimum=0, required=True),
        Column("unit", "category", "What the value is in", categories=tuple(dict.fromkeys(_UNITS.values())),
               required=True),
        Column("at_least", "boolean", "Whether the source says more than the value", required=True),
        Column("text_kind", "category", "Whether the table quotes the page or says it in other words",
               categories=("paraphrase", "quote"), required=True),
        Column("source_url", "string", "Page", required=True),
    ),
    left_alone="Wording, quotations and caveats of the table are not taken over. Numbers in a leaked list were "
    "selected for targeting, which is not infection. One row has no period, and its page is that of another article",
)  # fmt: skip

DATASET = Dataset(
    name="mexico_interception_statistics",
    title="Reported counts of interception and geolocation in Mexico, 2004-2021",
    inputs=(Input("mexico_interception_statistics", "compiled", "mexico_interception_statistics.csv"),),
    clean=clean,
    schemas=(SCHEMA,),
    invariants=Invariants(unsummed=dict.fromkeys(("period_first_year", "period_last_year"), "read from text")),
    layouts=(
        Layout(
            "compiled",
            required=_COLUMNS,
            unread="source_text|caveat",
            version=r"(20\d\d)",
            last="period",
        ),
    ),
)
