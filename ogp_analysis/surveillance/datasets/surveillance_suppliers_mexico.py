"""Firms named in reported purchases of surveillance technology in Mexico, with the facts that name them.

To be on this list is not an accusation. `evidence_strength` grades how well the firm's appearance is documented.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.tidy.country_year import known, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.invariants import Invariants, Link
from ogp_analysis.tidy.record import Cleaned, kept_all

_IN_CAVEAT = "(caveat of MX-S-018)"
_COLUMNS = ("supplier", "evidence_rows", "evidence_strength")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the tables ``suppliers`` and ``evidence``: one firm, and each fact that names it. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent or a grade is unknown.
    """
    require(chunk, _COLUMNS)
    suppliers = pd.DataFrame(
        {
            "supplier": chunk["supplier"],
            "evidence_strength": known(chunk, "evidence_strength", ("high", "medium", "low")),
        }
    )
    facts = chunk["evidence_rows"].where(chunk["evidence_rows"] != _IN_CAVEAT, "").str.split(";")
    each = chunk.assign(evidence_rows=facts).explode("evidence_rows")
    each = each[each["evidence_rows"] != ""]
    evidence = pd.DataFrame({"supplier": each["supplier"].array, "fact": each["evidence_rows"].array})
    return Cleaned({"suppliers": suppliers, "evidence": evidence}, kept_all(chunk))


SUPPLIERS = TableSchema(
    "suppliers",
    "one firm",
    ("supplier",),
    (
        Column("supplier", "string", "Firm, as the table writes it", required=True),
        Column("evidence_strength", "category", "How well it is documented that the firm appears in such purchases",
               categories=("high", "medium", "low"), required=True),
    ),
    left_alone="Roles and caveats in words are not taken over. Two names are of groups of firms",
)  # fmt: skip
EVIDENCE = TableSchema(
    "evidence",
    "one fact that names one firm",
    ("supplier", "fact"),
    (
        Column("supplier", "string", "Firm", required=True),
        Column("fact", "string", "Key of a fact of `surveillance_contracts_mexico`", required=True),
    ),
    left_alone="A firm that only a caveat names has no row",
)

DATASET = Dataset(
    name="surveillance_suppliers_mexico",
    title="Firms named in reported purchases of surveillance technology in Mexico",
    inputs=(Input("surveillance_suppliers_mexico", "compiled", "suppliers_watchlist_mexico.csv"),),
    clean=clean,
    schemas=(SUPPLIERS, EVIDENCE),
    invariants=Invariants(links=(Link("evidence", "suppliers", ("supplier",)),)),
    layouts=(
        Layout(
            "compiled",
            required=_COLUMNS,
            unread="role_reported|caveat",
            version=r"(20\d\d)",
        ),
    ),
)
