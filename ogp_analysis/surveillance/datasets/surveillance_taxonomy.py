"""Codes and search terms for surveillance technology in public contracts, with how far each can be relied on.

No code finds this spending alone: the European vocabulary has no word for interception, the Mexican catalogue one
code. 23 terms were read in pages about purchases that are also in `surveillance_contracts_mexico`: what they find
there is no evidence of what they find elsewhere.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.tidy.coding import translated
from ogp_analysis.tidy.country_year import known, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.record import Cleaned, changed, kept_but

#: A remark in brackets behind a term is not part of it.
REMARK_RULE = "remark_behind_term"
_SCHEMES = {
    "CPV2008": "cpv_2008",
    "UNSPSC / SAT c_ClaveProdServ": "unspsc",
    "Privacy International SII class": "sii_class",
    "Wassenaar dual-use": "wassenaar",
    "MX COG": "mx_cog",
}
_BASES = {
    "proposed (not observed in the sources; test before use)": "proposed",
    "observed in contract / procurement reporting": "observed",
    "vendor or product name in a dataset of this project": "vendor_or_product",
    "official CPV translation": "cpv_label",
    "legal definition": "legal_definition",
}
CATEGORIES = {
    "intrusion_spyware": "intrusion",
    **{
        name: name
        for name in (
            "interception",
            "geolocation",
            "device_forensics",
            "mass_data_analytics",
            "social_media_monitoring",
            "facial_recognition",
            "video_surveillance",
            "biometrics",
            "signal_jamming",
            "location_monitoring",
            "vendor_or_product",
        )
    },
    "NEGATIVE:health": "not_health",
    "NEGATIVE:alarm": "not_alarm",
    "NEGATIVE:environment": "not_environment",
    "NEGATIVE:civil works": "not_civil_works",
    "NEGATIVE:guards": "not_guards",
    "NEGATIVE:audit": "not_audit",
    "NEGATIVE:fleet": "not_fleet",
}
CODES, TERMS = "taxonomy_codes.csv", "taxonomy_keywords.csv"
_HERE = "surveillance/datasets/surveillance_taxonomy.py"
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
                "scheme": translated(chunk, "scheme", _SCHEMES, _HERE),
                "code": chunk["code"],
                "tier": known(chunk, "tier", tuple("ABCDX")),
            }
        )
        return Cleaned({"codes": codes}, kept_but(chunk))
    require(chunk, _TERM_COLUMNS)
    term = chunk["term"].str.replace(r" \([^)]*\)$", "", regex=True)
    terms = pd.DataFrame(
        {
            "term": term,
            "language": known(chunk, "lang", ("any", "es", "en", "pt", "fr")),
            "category": translated(chunk, "category", CATEGORIES, _HERE),
            "basis": translated(chunk, "basis", _BASES, _HERE),
            "strength": known(chunk, "strength", ("strong", "medium", "weak", "exclude")),
        }
    )
    return Cleaned({"terms": terms}, kept_but(chunk, changed(chunk, "term", term, REMARK_RULE)))


CODE_TABLE = TableSchema(
    "codes",
    "one code of one scheme",
    ("scheme", "code"),
    (
        Column("scheme", "category", "Scheme of codes", categories=tuple(_SCHEMES.values()), required=True),
        Column("code", "string", "Code, as the scheme writes it", required=True),
        Column("tier", "category", "A: surveillance or interception itself; B: its family, with ordinary uses too; "
               "C: weak, needs context; D: noisy; X: false friend", categories=tuple("ABCDX"), required=True),
    ),
    left_alone="Labels belong to the code lists and are not taken over",
)  # fmt: skip
TERM_TABLE = TableSchema(
    "terms",
    "one term in one language",
    ("term", "language"),
    (
        Column("term", "string", "The term, with its accents", required=True),
        Column("language", "category", "Language; any for names", categories=("any", "es", "en", "pt", "fr"),
               required=True),
        Column("category", "category", "Technology it points to; not_...: a false friend, by its subject",
               categories=tuple(CATEGORIES.values()), required=True),
        Column("basis", "category", "observed: read in reports of purchases; vendor_or_product: a name in an "
               "inventory; cpv_label: label of the European vocabulary; legal_definition; proposed: read nowhere yet",
               categories=tuple(_BASES.values()), required=True),
        Column("strength", "category", "How far the term alone points to it; exclude: a stop phrase",
               categories=("strong", "medium", "weak", "exclude"), required=True),
    ),
)  # fmt: skip

DATASET = Dataset(
    name="surveillance_taxonomy",
    title="Codes and search terms for surveillance technology in public contracts",
    inputs=(
        Input("surveillance_taxonomy", "compiled", CODES, tables=("codes",)),
        Input("surveillance_taxonomy", "compiled", TERMS, tables=("terms",)),
    ),
    clean=clean,
    schemas=(CODE_TABLE, TERM_TABLE),
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
