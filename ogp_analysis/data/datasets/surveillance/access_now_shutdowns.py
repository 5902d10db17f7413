"""Internet shutdowns counted by Access Now and the #KeepItOn coalition, 2016-2025.

What is counted depends on who reports: one disruption may be one event or many. A country without an
event had none reported. The year of the count may differ from the year of the start.

References
----------
Access Now and #KeepItOn, Shutdown Tracker Optimization Project (STOP), taken on 20 May 2026.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning.coding import declared, translated
from ogp_analysis.data.cleaning.country_year import codes_of_names, refuse, require
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout
from ogp_analysis.data.cleaning.invariants import Invariants, Link, Past, own_names
from ogp_analysis.data.cleaning.record import LINE, Cleaned, changed, kept_but

_CODES, _TABLES = declared(__file__)

_HERE = "data/datasets/surveillance/access_now_shutdowns.toml"
#: The project counts since 2016.
_YEAR = r"20(?:1[6-9]|[2-9]\d)"
_COLUMNS = ("country", "start_date", "end_date", "count_year", *(raw for raw, _ in _CODES["coded"].values()))


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one chunk of the list into the tables ``events`` and ``event_countries``.

    Grain: one event as the list counts it. Every row is kept; the spelling of one justification is
    brought to one case by :data:`CASE_RULE`.

    Raises
    ------
    CleaningError
        If a column is absent or a category is unknown.
    UnknownName
        If a name is that of no country.
    """
    require(chunk, _COLUMNS)
    if (wrong := ~chunk["count_year"].str.fullmatch(_YEAR)).any():
        refuse(chunk, "count_year", wrong, "years in which nothing was counted", "Correct the source row")
    justification = chunk["gov_justification"].replace({"School Exams": "School exams"})
    one_case = chunk.assign(gov_justification=justification)
    key = chunk[LINE].map("an-{:04d}".format)
    events = pd.DataFrame(
        {
            "event": key,
            "count_year": chunk["count_year"],
            "start_date": chunk["start_date"],
            "end_date": chunk["end_date"],
            "end_before_start": (chunk["end_date"] < chunk["start_date"]) & (chunk["end_date"] != ""),
            **{name: translated(one_case, raw, _CODES[codes], _HERE) for name, (raw, codes) in _CODES["coded"].items()},
        }
    )
    record = kept_but(chunk, changed(chunk, "gov_justification", justification, "upper_and_lower_case"))
    each = chunk.assign(event=key, country=chunk["country"].str.split("; ")).explode("country", ignore_index=True)
    countries = pd.DataFrame({"event": each["event"], "iso3": codes_of_names(each, "country")})
    return Cleaned({"events": events, "event_countries": countries}, record)


DATASET = Dataset(
    name="access_now_shutdowns",
    title="Internet shutdowns counted by Access Now and #KeepItOn, 2016-2025",
    inputs=(Input("access_now_shutdowns", "2026", "access_now_stop_2016_2025.csv"),),
    clean=clean,
    schemas=_TABLES,
    invariants=Invariants(
        sums=own_names(_TABLES[0]),
        links=(Link("event_countries", "events", ("event",)),),
        past=(Past("events", ("start_date", "end_date")),),
    ),
    layouts=(
        Layout(
            "events",
            required=_COLUMNS,
            unread=r"area_name|decision_maker|actual_cause_details|info_source|info_source_link|duration|gov_just_details|"
            r"legal_just|legal_method|gov_ack_(source|quote)|\w+_affected|telcos_involved|telco_ack(_source|_quote)?|"
            r"users_(targeted|target_detail|notified)|econ_impact|event|an_link|region",
            last="count_year",
        ),
    ),
)
