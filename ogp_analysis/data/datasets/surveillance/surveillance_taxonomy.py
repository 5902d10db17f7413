"""Codes and search terms for surveillance technology in public contracts, with how far each can be relied on.

No code finds this spending alone: the European vocabulary has no word for interception, the Mexican catalogue one
code. 23 terms were read in pages about purchases that are also in `surveillance_contracts_mexico`: what they find
there is no evidence of what they find elsewhere.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared, mended
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``codes`` or ``terms``, as the file has it: one code, one term. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent or a code of ours is unknown.
    """
    if "scheme" in chunk.columns:
        return Cleaned({"codes": STATED.read(chunk, "codes")}, kept_but(chunk))
    term = chunk["term"].str.replace(r" \([^)]*\)$", "", regex=True)
    whole, entries = mended(chunk, term=(term, "remark_behind_term"))
    return Cleaned({"terms": STATED.read(whole, "terms")}, kept_but(chunk, *entries))


DATASET = declare("surveillance_taxonomy", clean, STATED.tables)
