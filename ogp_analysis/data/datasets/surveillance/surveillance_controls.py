"""Dated facts on the control of commercial spyware and the oversight of surveillance, 2013-2025."""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.data.cleaning import coding
from ogp_analysis.data.cleaning.coding import declared, translated
from ogp_analysis.data.cleaning.country_year import codes_of_names, require
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout
from ogp_analysis.data.cleaning.invariants import Invariants, Link
from ogp_analysis.data.cleaning.record import Cleaned, changed, kept_but

_CODES, _TABLES = declared(__file__)

_HERE = "data/datasets/surveillance/surveillance_controls.toml"
_NAMED_HOST = "https://www.wnp.pl/wiadomosci/banas-"
_COLUMNS = ("id", "type", "body", "jurisdiction", "date", "source_url", "caveat")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the tables ``facts`` and ``dates``: one fact, and each of its dates. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, or a type, a body, a caveat or a date is unknown.
    UnknownName
        If a jurisdiction is neither a country nor one of the ``groups`` of its TOML file.
    """
    require(chunk, _COLUMNS)
    national = ~chunk["jurisdiction"].isin(list(_CODES["groups"]))
    whole = chunk["source_url"].map(
        lambda text: text if all(re.fullmatch(r"https?://\S+", part) for part in text.split(" | ")) else ""
    )
    cut = whole.map(lambda url: "https://www.wnp.pl/" if url.startswith(_NAMED_HOST) else url)
    facts = pd.DataFrame(
        {
            "fact": chunk["id"],
            "type": translated(chunk, "type", _CODES["types"], _HERE),
            "body": translated(chunk, "body", _CODES["bodies"], _HERE),
            "iso3": codes_of_names(chunk, "jurisdiction", national),
            "group": chunk["jurisdiction"].map(_CODES["groups"]).fillna(""),
            "caveat": translated(chunk, "caveat", _CODES["caveats"], _HERE),
            "source_urls": cut,
        }
    )  # fmt: skip
    entries = (
        changed(chunk, "source_url", whole, "no_whole_address"),
        changed(chunk.assign(source_url=whole), "source_url", cut, "address_names_person"),
    )
    dates = chunk.set_index("id")["date"].str.split("; ").explode().rename("date")
    return Cleaned(
        {
            "facts": facts,
            "dates": pd.DataFrame(
                {
                    "fact": dates.index.to_series().array,
                    "date": dates.array,
                    "date_precision": coding.precision(dates).array,
                    "year": coding.year(dates).array,
                }
            ),
        },
        kept_but(chunk, *entries),
    )


DATASET = Dataset(
    name="surveillance_controls",
    title="Control of commercial spyware and oversight of surveillance: dated facts, 2013-2025",
    inputs=(Input("surveillance_controls", "compiled", "controls_international.csv"),),
    clean=clean,
    schemas=_TABLES,
    invariants=Invariants(
        unsummed={"year": "read from text"},
        links=(Link("dates", "facts", ("fact",)),),
    ),
    layouts=(
        Layout(
            "compiled",
            required=_COLUMNS,
            unread="fact|members_or_values|text_kind",
            version=r"(20\d\d)",
            last="date",
        ),
    ),
)
