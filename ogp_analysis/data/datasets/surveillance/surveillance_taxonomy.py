"""Codes and search terms for surveillance technology in public contracts, with how far each can be relied on.

No code finds this spending alone: the European vocabulary has no word for interception, the Mexican catalogue one
code. 23 terms were read in pages about purchases that are also in `surveillance_contracts_mexico`: what they find
there is no evidence of what they find elsewhere.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning.coding import declared, translated
from ogp_analysis.data.cleaning.country_year import known, require
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout
from ogp_analysis.data.cleaning.record import Cleaned, changed, kept_but

_CODES, _TABLES = declared(__file__)

CODES, TERMS = "taxonomy_codes.csv", "taxonomy_keywords.csv"
_HERE = "data/datasets/surveillance/surveillance_taxonomy.toml"
_CODE_COLUMNS = ("scheme", "code", "tier")
_TERM_COLUMNS = ("term", "lang", "category", "basis", "strength")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``codes`` or ``terms``, as the file has it: one code, one term. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent or a code of ours is unknown.
    """
    if "scheme" in chunk.columns:
        require(chunk, _CODE_COLUMNS)
        codes = pd.DataFrame(
            {
                "scheme": translated(chunk, "scheme", _CODES["schemes"], _HERE),
                "code": chunk["code"],
                "tier": known(chunk, "tier", _CODES["tiers"]),
            }
        )
        return Cleaned({"codes": codes}, kept_but(chunk))
    require(chunk, _TERM_COLUMNS)
    term = chunk["term"].str.replace(r" \([^)]*\)$", "", regex=True)
    terms = pd.DataFrame(
        {
            "term": term,
            "language": known(chunk, "lang", _CODES["languages"]),
            "category": translated(chunk, "category", _CODES["categories"], _HERE),
            "basis": translated(chunk, "basis", _CODES["bases"], _HERE),
            "strength": known(chunk, "strength", _CODES["strengths"]),
        }
    )
    return Cleaned({"terms": terms}, kept_but(chunk, changed(chunk, "term", term, "remark_behind_term")))


DATASET = Dataset(
    name="surveillance_taxonomy",
    title="Codes and search terms for surveillance technology in public contracts",
    inputs=(
        Input("surveillance_taxonomy", "compiled", CODES, tables=("codes",)),
        Input("surveillance_taxonomy", "compiled", TERMS, tables=("terms",)),
    ),
    clean=clean,
    schemas=_TABLES,
    layouts=(
        Layout(
            "codes",
            required=_CODE_COLUMNS,
            unread="label_en|label_es|label_fr|label_pt|note|source",
            tables=("codes",),
            version=r"(20\d\d)",
        ),
        Layout(
            "terms",
            required=_TERM_COLUMNS,
            unread="source|false_positive_note",
            tables=("terms",),
            version=r"(20\d\d)",
        ),
    ),
)
