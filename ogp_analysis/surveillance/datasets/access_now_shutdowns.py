"""Internet shutdowns counted by Access Now and the #KeepItOn coalition, 2016-2025.

What is counted depends on who reports: one disruption may be one event or many. A country without an
event had none reported. The year of the count may differ from the year of the start.

References
----------
Access Now and #KeepItOn, Shutdown Tracker Optimization Project (STOP), taken on 20 May 2026.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.countries import iso3_of
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.tidy.coding import translated
from ogp_analysis.tidy.country_year import refuse, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.invariants import Invariants, Link, Past, own_names
from ogp_analysis.tidy.record import LINE, Cleaned, changed, kept_but

#: One cause is written in two ways.
CASE_RULE = "upper_and_lower_case"
_SCOPES = {
    "It only affected one city, county, or village": "one_locality",
    "It affected more than one city in the same state, province, or region": "one_region",
    "It affected locations in more than one state, province, or region": "several_regions",
    "Not sure": "unknown",
    "": "",
}
_TYPES = {"Shutdown": "shutdown", "Throttle": "throttle", "Shutdown, Throttle": "both", "Unknown": "unknown"}
_NETWORKS = {"Broadband": "broadband", "Mobile": "mobile", "Broadband, Mobile": "both", "Unknown": "unknown"}
_EXTENTS = {"Full network": "full_network", "Service-based": "services", "Full network, Service-based": "both"}
_ORDERED = {
    "Executive government": "executive",
    "State government": "state_government",
    "Local government": "local_government",
    "Military": "military",
    "Law enforcement": "law_enforcement",
    "Judiciary": "judiciary",
    "Non-government": "non_government",
    "Unknown": "unknown",
    "": "",
}
_CAUSES = {
    "Protests": "protests",
    "Conflict": "conflict",
    "Political instability": "political_instability",
    "Information control": "information_control",
    "Communal violence": "communal_violence",
    "Exam cheating": "exams",
    "Elections": "elections",
    "Religious holiday/anniversary": "holiday",
    "Visits by government officials": "official_visit",
    "Other": "other",
    "Unknown": "unknown",
}
_JUSTIFICATIONS = {
    "Fake news/ Hate speech/ Incendiary content/ Promoting violence": "content",
    "Public safety/ Quell unrest/ Restore public order": "public_safety",
    "National security/ Counter-terrorism": "national_security",
    "Precautionary measure": "precaution",
    "Sabotage/ Third-party Action": "third_party",
    "School exams": "exams",
    "Technical problems/ Infrastructure failure": "technical_problems",
    "Illegal content": "illegal_content",
    "No": "none_given",
    "Other": "other",
    "Unknown": "unknown",
    "": "",
}
_STATUSES = {"Ended": "ended", "Ongoing": "ongoing", "Unknown": "unknown", "": ""}
_START = {"Actual": "actual", "Estimated": "estimated", "": ""}
_ANSWERS = {"Yes": "yes", "No": "no", "Unknown": "unknown", "": ""}
#: Our name of each coded column, the raw one, its codes, and what it means.
CODED = {
    "start_precision": ("start_date_type", _START, "Whether the day of the start is known or estimated"),
    "scope": ("geo_scope", _SCOPES, "How far it reached"),
    "shutdown_type": ("shutdown_type", _TYPES, "Cut off, slowed down, or both"),
    "network": ("affected_network", _NETWORKS, "Networks affected"),
    "extent": ("shutdown_extent", _EXTENTS, "The whole network, single services, or both"),
    "ordered_by": ("ordered_by", _ORDERED, "Kind of body that ordered it"),
    "cause": ("actual_cause", _CAUSES, "Cause as the coalition sees it"),
    "justification": ("gov_justification", _JUSTIFICATIONS, "Justification given by the authorities"),
    "status": ("shutdown_status", _STATUSES, "Whether it had ended when it was counted"),
    "acknowledged": ("gov_ack", _ANSWERS, "Whether the government acknowledged it"),
    "election": ("election", _ANSWERS, "Whether it was during an election"),
    "violence": ("violence", _ANSWERS, "Whether there was violence"),
    "abuse_reported": ("hr_abuse_reported", _ANSWERS, "Whether abuses of human rights were reported"),
}
_HERE = "surveillance/datasets/access_now_shutdowns.py"
#: The project counts since 2016.
_YEAR = r"20(?:1[6-9]|[2-9]\d)"
_COLUMNS = ("country", "start_date", "end_date", "count_year", *(raw for raw, _, _ in CODED.values()))


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one chunk of the list into the tables ``events`` and ``event_countries``.

    Grain: one event as the list counts it. Every row is kept; the spelling of one justification is
    brought to one case by :data:`CASE_RULE`.

    Raises
    ------
    CleaningError
        If a column is absent or a category is unknown.
    UnknownName
        If a country is none.
    """
    require(chunk, _COLUMNS)
    if (wrong := ~chunk["count_year"].str.fullmatch(_YEAR)).any():
        refuse(chunk, "count_year", wrong, "years that are none of the count", "Correct the source row")
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
            **{name: translated(one_case, raw, codes, _HERE) for name, (raw, codes, _) in CODED.items()},
        }
    )
    record = kept_but(chunk, changed(chunk, "gov_justification", justification, CASE_RULE))
    names = chunk["country"].str.split("; ").explode()
    return Cleaned(
        {
            "events": events,
            "event_countries": pd.DataFrame(
                {"event": key.loc[names.index].array, "iso3": iso3_of(names, f"{_HERE}, country")}
            ),
        },
        record,
    )


EVENTS = TableSchema(
    "events",
    "one shutdown as the list counts it",
    ("event",),
    (
        Column("event", "string", "an- and the line of the file: the list gives no key", required=True),
        Column("count_year", "integer", "Year in which the coalition counts it", "year", minimum=2016,
               required=True, redistribute=False),
        Column("start_date", "date", "First day; may lie before the year of the count", required=True,
               redistribute=False),
        Column("end_date", "date", "Last day; missing if it went on, is not known, or was lost in conversion",
               redistribute=False),
        Column("end_before_start", "boolean", "Whether the file has its end before its start", required=True,
               redistribute=False),
        *(
            Column(name, "category", what + ("; missing if not coded" if "" in codes else ""),
                   categories=tuple(dict.fromkeys(code for code in codes.values() if code)), redistribute=False)
            for name, (_, codes, what) in CODED.items()
        ),
    ),
    left_alone="Areas, services, firms, sources, losses and everything in sentences are not taken over. The length in "
    "days is not taken over: count it from the dates. Events of one order in several places are left as counted",
)  # fmt: skip
COUNTRIES = TableSchema(
    "event_countries",
    "one country affected by one event",
    ("event", "iso3"),
    (
        Column("event", "string", "Key of the event", required=True),
        Column("iso3", "string", "Country or territory, alpha-3 code of ISO 3166 or of the register of countries "
               "(Somaliland: SML)", required=True, redistribute=False),
    ),
    left_alone="Three events in several countries have a row for each",
)  # fmt: skip

DATASET = Dataset(
    name="access_now_shutdowns",
    title="Internet shutdowns counted by Access Now and #KeepItOn, 2016-2025",
    inputs=(Input("access_now_shutdowns", "2026", "access_now_stop_2016_2025.csv"),),
    clean=clean,
    schemas=(EVENTS, COUNTRIES),
    invariants=Invariants(
        sums=own_names(EVENTS),
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
