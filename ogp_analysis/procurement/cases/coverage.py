"""What is told of the awards of a case, field by field and year by year."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.procurement.cases.case import Case

#: What a reader wants to know is there, and the column of the awards that tells it.
FIELDS = {
    "method": "method",
    "amount": "value",
    "supplier": "supplier_id",
    "call_date": "call_date",
    "deadline": "deadline",
    "award_date": "award_date",
    "signature_date": "signature_date",
    "classification": "classification",
    "rationale": "rationale",
    "bids": "n_bids",
}


def field_coverage(case: Case) -> pd.DataFrame:
    """Return the share of awards in which each field is told, by year and in all.

    Returns
    -------
    pandas.DataFrame
        ``year`` (missing for undated awards), ``awards`` and one share a field of :data:`FIELDS`; the last row, whose
        ``whole`` is true, is that of all years.
    """
    told = pd.DataFrame({name: case.awards[column].notna() for name, column in FIELDS.items()})
    years = case.awards["year"].astype("Int64")
    by_year = told.groupby(years, dropna=False).mean()
    by_year.insert(0, "awards", told.groupby(years, dropna=False).size())
    rows = by_year.rename_axis("year").reset_index().sort_values("year", ignore_index=True).assign(whole=False)
    whole = pd.DataFrame([{"awards": case.n, **told.mean().to_dict(), "whole": True}])
    return pd.concat([rows, whole], ignore_index=True).astype({"year": "Int64"})
