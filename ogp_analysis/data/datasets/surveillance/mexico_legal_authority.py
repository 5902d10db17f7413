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
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout
from ogp_analysis.data.cleaning.invariants import Invariants, Sum
from ogp_analysis.data.cleaning.reading import Declared, mended
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)
#: Texts in force or lately repealed, and repealed ones, each read in the copy of one third party.
READINGS = ("read-2026-11", "read-2026-11-older")
#: Columns of each table; a file is of the first table of which it has the last column.
_COLUMNS = {
    "powers": "key measure authority law article who_may_request who_authorises prior_judicial_control "
    "urgent_procedure validity from to source_url read note ratification_hours",
    "entries": "key event first_day_in_force last_day_in_force source_url read note dof_publication",
    "rules": "buyer_class tech_category from to entitlement basis_ids rule_id",
    "provisions": "id article in_force_from in_force_to text_kind source_type source_url caveat instrument",
    "currency": "code dof_first_published dof_last_reform official_pdf_url",
}
#: Columns that nothing is read from.
_UNREAD = {
    "powers": "iso3|limits|scjn_case|scjn_date|scjn_effect",
    "entries": "iso3|instrument|transitory_article|transitory_phrase|repealed_or_replaced_by|package_states|verdict"
    "|official_url",
    "rules": "buyer_regex|explanation",
    "provisions": "measure|who_may_request|who_authorises|offences_or_limits|source_text",
    "currency": "title|index_text|relevance",
}


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the one table that the file holds: ``powers``, ``entries``, ``provisions``, ``rules`` or ``currency``.

    Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, an instrument, a class or a grade is unknown, a text is no date, or a remark stands on a
        row that was not reviewed.
    """
    table = next(
        name for name, columns in _COLUMNS.items() if columns.split()[-1] in chunk.columns or name == "currency"
    )
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
        made["caveat"] = _caveats(chunk, *(("id", "caveat") if table == "provisions" else ("key", "note")), table)
    return Cleaned({table: STATED.read(whole, table, **made)}, kept_but(chunk, *entries))


def _caveats(chunk: pd.DataFrame, key: str, column: str, table: str) -> pd.Series:
    """Return the code of each remark, by the key of its row; refuse a remark on a row that was not reviewed."""
    codes = STATED[f"caveats_of_{table}"]
    unknown = (chunk[column] != "") & ~chunk[key].isin(list(codes))
    what = f"remarks on rows that caveats_of_{table} does not have"
    refuse(chunk, column, unknown, what, f"Read them and add their keys to it in {STATED.resource}", beside=key)
    return chunk[key].map(codes).where(chunk[column] != "", "").fillna("")


DATASET = Dataset(
    name="mexico_legal_authority",
    title="Who may request a surveillance measure under Mexican law, by buyer and date",
    inputs=(
        *(
            Input("mexico_legal_authority", "compiled", f"mexico_{file}.csv", tables=(table,))
            for file, table in (
                ("legal_authority", "provisions"),
                ("buyer_authority_rules", "rules"),
                ("law_currency", "currency"),
            )
        ),
        *(
            Input("mexico_legal_authority", reading, f"mexico_{file}.csv", tables=(table,))
            for reading in READINGS
            for file, table in (("powers_text", "powers"), ("law_entry", "entries"))
        ),
    ),
    clean=clean,
    schemas=STATED.tables,
    invariants=Invariants(sums=(Sum("powers", "ratified_within", ("ratification_hours",)),)),
    layouts=tuple(
        Layout(
            table,
            required=tuple(_COLUMNS[table].split()),
            unread=_UNREAD[table],
            tables=(table,),
            version=r"(20\d\d)",
            last="dof_last_reform" if table == "currency" else "",
        )
        for table in ("provisions", "rules", "currency", "powers", "entries")
    ),
)
