"""Internet shutdowns counted by Access Now and the #KeepItOn coalition, 2016-2025.

What is counted depends on who reports: one disruption may be one event or many. A country without an
event had none reported. The year of the count may differ from the year of the start.

References
----------
Access Now and #KeepItOn, Shutdown Tracker Optimization Project (STOP), taken on 20 May 2026.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning.country_year import codes_of_names, refuse
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.invariants import own_names
from ogp_analysis.data.cleaning.reading import Declared, mended
from ogp_analysis.data.cleaning.record import LINE, Cleaned, kept_but

STATED = Declared(__file__)
#: The project counts since 2016.
_YEAR = r"20(?:1[6-9]|[2-9]\d)"


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one chunk of the list into the tables ``events`` and ``event_countries``.

    Grain: one event as the list counts it. Every row is kept; the spelling of one justification is
    brought to one case by rule ``upper_and_lower_case``.

    Raises
    ------
    CleaningError
        If a column is absent or a category is unknown.
    UnknownName
        If a name is that of no country.
    """
    wrong = ~chunk["count_year"].str.fullmatch(_YEAR)
    refuse(chunk, "count_year", wrong, "years in which nothing was counted", "Correct the source row")
    justification = chunk["gov_justification"].replace({"School Exams": "School exams"})
    chunk, entries = mended(chunk, gov_justification=(justification, "upper_and_lower_case"))
    key, backwards = chunk[LINE].map("an-{:04d}".format), chunk["end_date"] < chunk["start_date"]
    events = STATED.read(chunk, "events", event=key, end_before_start=backwards & (chunk["end_date"] != ""))
    each = chunk.assign(event=key, country=chunk["country"].str.split("; ")).explode("country", ignore_index=True)
    countries = pd.DataFrame({"event": each["event"], "iso3": codes_of_names(each, "country")})
    return Cleaned({"events": events, "event_countries": countries}, kept_but(chunk, *entries))


DATASET = declare("access_now_shutdowns", clean, STATED.tables, sums=own_names(STATED.tables[0]))
