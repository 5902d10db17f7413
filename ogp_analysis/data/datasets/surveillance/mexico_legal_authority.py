"""Who may request a surveillance measure under Mexican law, who authorises it, and from when to when.

The statutes govern *requesting a measure*, not *buying equipment*. Wording of laws and of pages about them is not taken
over. ``powers`` and ``entries`` were read in the compilation of the Chamber of Deputies, as copied by third parties:
the address of a row is that of the copy. ``provisions`` was compiled before, mostly from the press, with days of
publication for first days in force: what the texts say otherwise is corrected. ``rules`` is a first draft, by pattern
of a buyer's name; `ogp_analysis.surveillance.powers` answers from a reviewed table of buyers, and says which rule it
replaces.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning import coding
from ogp_analysis.data.cleaning.coding import translated
from ogp_analysis.data.cleaning.country_year import refuse
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared, mended
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the one table that the file holds: ``powers``, ``entries``, ``provisions``, ``rules`` or ``currency``.

    Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, an instrument, a class or a grade is unknown, a text is no date, or a remark stands on a
        row that was not reviewed.
    """
    (table,) = source.tables
    whole, entries = chunk, []
    made: dict[str, pd.Series | str] = {}
    if table == "provisions":
        chunk, entries = STATED.corrected(chunk, source)
        first, last = (chunk[f"in_force_{end}"].str.replace(r" \(.*\)$", "", regex=True) for end in ("from", "to"))
        pages, told = STATED.reviewed(chunk)
        whole, remarks = mended(
            pages, in_force_from=(first, "remark_behind_date"), in_force_to=(last, "remark_behind_date")
        )
        entries += [*remarks, *told]
        made = {
            "invalidated_on": chunk["in_force_to"].str.extract(r"\(invalidated .*, (\d{4}-\d{2}-\d{2})\)")[0].fillna("")
        }
    elif table == "rules":
        made = {"technologies": chunk["tech_category"].str.replace("intrusion_spyware", "intrusion")}
        for end in ("from", "to"):
            coding.precision(chunk[end])
    elif table in ("powers", "entries"):
        urls = chunk["source_url"].mask(chunk["key"].isin(STATED[f"{table}_left_out"]), "")
        whole, entries = mended(chunk, source_url=(urls, "address_left_out"))
        made = {"reading": source.version}
    if table == "powers":
        law = chunk.assign(law=(chunk["law"] + " " + chunk["article"]).str.strip())
        made |= {
            "cited": translated(law, "law", STATED["cited"], STATED.resource),
            "settled_by": chunk["key"].map(STATED["settled"]).fillna(""),
        }
    if f"caveats_of_{table}" in STATED.lists:
        # The code of each remark, by the key of its row.
        key, column = ("id", "caveat") if table == "provisions" else ("key", "note")
        codes, remarked = STATED[f"caveats_of_{table}"], chunk[column] != ""
        what = f"remarks on rows that caveats_of_{table} does not have"
        action = f"Read them and add their keys to it in {STATED.resource}"
        refuse(chunk, column, remarked & ~chunk[key].isin(list(codes)), what, action, beside=key)
        made["caveat"] = chunk[key].map(codes).where(remarked, "").fillna("")
    return Cleaned({table: STATED.read(whole, table, **made)}, kept_but(chunk, *entries))


DATASET = declare("mexico_legal_authority", clean, STATED.tables)
