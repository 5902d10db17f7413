"""Dated facts on the control of commercial spyware and the oversight of surveillance, 2013-2025."""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.countries import iso3_of
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.tidy import partial_dates
from ogp_analysis.tidy.coding import translated
from ogp_analysis.tidy.country_year import require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.invariants import Invariants, Link
from ogp_analysis.tidy.record import Cleaned, changed, kept_but

#: An address that was cut or is a description in words is left out.
ADDRESS_RULE = "no_whole_address"
#: An address that spells the name of an office holder is cut to its host.
NAME_RULE = "address_names_person"
_TYPES = {
    "endorsement": "endorsement",
    "export restriction": "export_restriction",
    "export control": "export_control",
    "oversight comparison": "oversight_comparison",
    "mapping": "mapping",
    "inquiry": "inquiry",
    "audit": "audit",
    "conviction": "conviction",
    "access to information": "access_to_information",
}
_BODIES = {
    "Joint Statement on Efforts to Counter the Proliferation and Misuse of Commercial Spyware": "joint_statement",
    "US Department of Commerce Entity List": "us_entity_list",
    "EU Agency for Fundamental Rights": "eu_fundamental_rights_agency",
    "European Parliament PEGA committee": "european_parliament_pega",
    "Wassenaar Arrangement": "wassenaar_arrangement",
    "Al Sur": "al_sur",
    "NIK (supreme audit office)": "supreme_audit_office",
    "High Court": "high_court",
    "INAI": "inai",
}
#: Jurisdictions that are not a country, and our code for each.
GROUPS = {
    "EU": "eu",
    "EU (28 MS)": "eu_28",
    "EU (27 MS)": "eu_27",
    "participating states (Mexico included)": "wassenaar_states",
    "Latin America (9 countries)": "latin_america_9",
    "Latin America (15 countries)": "latin_america_15",
}
_HERE = "surveillance/datasets/surveillance_controls.py"
_NAMED_HOST = "https://www.wnp.pl/wiadomosci/banas-"
_COLUMNS = ("id", "type", "body", "jurisdiction", "date", "source_url")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the tables ``facts`` and ``dates``: one fact, and each of its dates. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, or a type, a body or a date is unknown.
    UnknownName
        If a jurisdiction is neither a country nor one of :data:`GROUPS`.
    """
    require(chunk, _COLUMNS)
    national = ~chunk["jurisdiction"].isin(list(GROUPS))
    whole = chunk["source_url"].map(
        lambda text: text if all(re.fullmatch(r"https?://\S+", part) for part in text.split(" | ")) else ""
    )
    cut = whole.map(lambda url: "https://www.wnp.pl/" if url.startswith(_NAMED_HOST) else url)
    facts = pd.DataFrame(
        {
            "fact": chunk["id"],
            "type": translated(chunk, "type", _TYPES, _HERE),
            "body": translated(chunk, "body", _BODIES, _HERE),
            "iso3": pd.Series(iso3_of(chunk.loc[national, "jurisdiction"], f"{_HERE}, jurisdiction"),
                              index=chunk.index[national]).reindex(chunk.index).fillna(""),
            "group": chunk["jurisdiction"].map(GROUPS).fillna(""),
            "source_urls": cut,
        }
    )  # fmt: skip
    entries = (
        changed(chunk, "source_url", whole, ADDRESS_RULE),
        changed(chunk.assign(source_url=whole), "source_url", cut, NAME_RULE),
    )
    dates = chunk.set_index("id")["date"].str.split("; ").explode().rename("date")
    return Cleaned(
        {
            "facts": facts,
            "dates": pd.DataFrame(
                {
                    "fact": dates.index.to_series().array,
                    "date": dates.array,
                    "date_precision": partial_dates.precision(dates).array,
                    "year": partial_dates.year(dates).array,
                }
            ),
        },
        kept_but(chunk, *entries),
    )


FACTS = TableSchema(
    "facts",
    "one fact on the control or oversight of surveillance",
    ("fact",),
    (
        Column("fact", "string", "Key of the fact", required=True),
        Column("type", "category", "What kind of control it is", categories=tuple(_TYPES.values()), required=True),
        Column("body", "category", "Statement, list or body that it comes from", categories=tuple(_BODIES.values()),
               required=True),
        Column("iso3", "string", "Country that it concerns, ISO 3166 alpha-3; of an entry on a list of firms, the seat "
               "of the firm. Missing for a group"),
        Column("group", "category", "Group of countries that it concerns; missing for a country",
               categories=tuple(GROUPS.values())),
        Column("source_urls", "string", "Pages, joined by ' | '; missing where the table has no whole address"),
    ),
    left_alone="What the facts say in words, and counts inside those words, are not taken over. Endorsements are known "
    "to September 2024; one state was then said to join, without a date, and is not among them",
)  # fmt: skip
DATES = TableSchema(
    "dates",
    "one date of one fact",
    ("fact", "date"),
    (
        Column("fact", "string", "Key of the fact", required=True),
        Column("date", "string", "Date, known to the day, the month or the year (ISO 8601)", required=True),
        Column("date_precision", "category", "How finely it is known", categories=partial_dates.PRECISIONS,
               required=True),
        Column("year", "integer", "Calendar year", "year", minimum=2010, required=True),
    ),
)  # fmt: skip

DATASET = Dataset(
    name="surveillance_controls",
    title="Control of commercial spyware and oversight of surveillance: dated facts, 2013-2025",
    inputs=(Input("surveillance_controls", "compiled", "controls_international.csv"),),
    clean=clean,
    schemas=(FACTS, DATES),
    invariants=Invariants(
        unsummed={"year": "read from text"},
        links=(Link("dates", "facts", ("fact",)),),
    ),
    layouts=(
        Layout(
            "compiled",
            required=_COLUMNS,
            unread="fact|members_or_values|text_kind|caveat",
            version=r"(20\d\d)",
            last="date",
        ),
    ),
)
