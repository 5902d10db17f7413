"""Firms named in reported purchases of surveillance technology in Mexico, with the facts that name them.

To be on this list is not an accusation. `evidence_strength` grades how well the firm's appearance is documented.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)
_IN_CAVEAT = "(caveat of MX-S-018)"


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the tables ``suppliers`` and ``evidence``: one firm, and each fact that names it. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, or a grade or a caveat is unknown.
    """
    facts = chunk["evidence_rows"].where(chunk["evidence_rows"] != _IN_CAVEAT, "").str.split(";")
    each = chunk.assign(evidence_rows=facts).explode("evidence_rows")
    each = each[each["evidence_rows"] != ""]
    evidence = pd.DataFrame({"supplier": each["supplier"].array, "fact": each["evidence_rows"].array})
    return Cleaned({"suppliers": STATED.read(chunk, "suppliers"), "evidence": evidence}, kept_but(chunk))


DATASET = declare("surveillance_suppliers_mexico", clean, STATED.tables)
