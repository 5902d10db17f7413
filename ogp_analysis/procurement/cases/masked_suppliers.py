"""How many suppliers of a case are masked as natural persons, and why."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ogp_analysis.procurement.cases.case import Case
from ogp_analysis.procurement.cases.publications import COMPRANET
from ogp_analysis.procurement.datasets.ocds.schemas import REASONS, WHY

#: Why a supplier of CompraNet is masked, by its kind: the tax code tells, or nothing tells that it is a legal entity.
_BY_KIND = {"natural_person": "personal_identifier", "presumed_natural_person": "no_sign"}


@dataclass(frozen=True)
class MaskedSuppliers:
    """Suppliers of the awards looked at, each as often as it supplies.

    Attributes
    ----------
    n : int
        Suppliers with a name or an identifier, masked or not.
    missing : int
        Awards of which no supplier is published.
    reasons : dict of str to int
        Masked suppliers by the reason (:data:`ogp_analysis.procurement.datasets.ocds.persons.REASONS`); all reasons.
    """

    n: int
    missing: int
    reasons: dict[str, int]

    @property
    def masked(self) -> int:
        """How many are masked."""
        return sum(self.reasons.values())


def masked_suppliers(case: Case) -> MaskedSuppliers:
    """Return how many suppliers of a case are masked as natural persons, and why."""
    if case.publication.dataset == COMPRANET:
        kind = case.firms["supplier_kind"]
        missing = int((kind == "missing").sum())
        return _counted(kind.map(_BY_KIND), len(kind) - missing, missing)
    rows = case.tables["suppliers"]
    rows = rows[rows["ocid"].isin(set(case.awards["process_id"]))]
    told = rows["supplier_id"].notna() | rows["supplier_name"].notna()
    supplied = set(rows.loc[told, "ocid"])
    return _counted(
        rows.loc[told, f"supplier_{WHY}"], int(told.sum()), int((~case.awards["process_id"].isin(supplied)).sum())
    )


def _counted(reasons: pd.Series, n: int, missing: int) -> MaskedSuppliers:
    counts = reasons.astype("object").value_counts()
    return MaskedSuppliers(n, missing, {reason: int(counts.get(reason, 0)) for reason in REASONS})
