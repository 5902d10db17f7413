"""OGP commitments on surveillance and what borders on it, and dated statements on one of Mexico: codes, titles, links.

Read page by page in November 2026; neither complete nor a sample. Reviews of different years use different scales,
which stay apart.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning import addresses, coding
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)
_PLAN_TITLE = r"Plan title: '?([^'.]+)"
#: What was read, by a pattern of note, evidence and address; the first that is found counts.
_BASES = {
    "subset_2024": "2024-parliament-subset",
    "table_2016": "held 2016",
    "own_page": r"opengovpartnership\.org/.*/commitments/",
    "other_ogp_page": r"opengovpartnership\.org/",
    "government_page": r"https://www\.gub\.uy/",
    "copy": "https?://",
}


def _first(texts: pd.Series, patterns: dict[str, str]) -> pd.Series:
    """Return the name of the first pattern that each text holds, blank where it holds none."""
    found = pd.Series("", index=texts.index)
    for name, pattern in reversed(patterns.items()):
        found = found.mask(texts.str.contains(pattern), name)
    return found


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``commitments``, one commitment of one plan, or ``commitment7``, one statement. All are kept.

    Raises
    ------
    CleaningError
        If a column is absent, a rating, a subject, a stage or a kind of source is unknown, or a text is no date.
    """
    if source.files == "mexico_commitment7.csv":
        links, named = addresses.without_names(chunk, "source_url")
        return Cleaned({"commitment7": STATED.read(chunk, "commitment7", source_urls=links)}, kept_but(chunk, *named))
    note, number = chunk["note"], chunk["plan_number"] + "-" + chunk["commitment_number"]
    read = chunk.assign(
        subject=chunk["subject"].mask(note.str.contains("POLICING"), "policing"),
        irm_completion=chunk["irm_completion"].mask(
            chunk["irm_completion"].eq("") & note.str.contains("as a graphic"), "drawn"
        ),
    )
    before = chunk["irm_completion"].str.extract(r"^(.+) \(progress\), (?!\1)")[0].fillna("")
    commitments = STATED.read(
        read,
        "commitments",
        commitment=chunk["ogp_id"].where(chunk["ogp_id"] != "", chunk["iso3"] + "-" + number),
        title_in_plan=note.str.extract(_PLAN_TITLE)[0].fillna(""),
        completion=coding.translated(read, "irm_completion", STATED["completions"], STATED.resource),
        completion_before=before.str.lower().str.replace(" ", "_"),
        basis=_first(note + " " + chunk["evidence"] + " " + chunk["source_url"], _BASES),
        caveat=_first(note, STATED["caveats"]),
        listing="first" if source.version == "2026-11" else "additions",
    )
    return Cleaned({"commitments": commitments}, kept_but(chunk))


DATASET = declare("ogp_surveillance_commitments", clean, STATED.tables)
