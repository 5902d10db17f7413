"""Direct awards of a case held one by one against the ceiling of their year and kind."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.procurement.cases.case import Case
from ogp_analysis.procurement.thresholds import VAT_OF_BASIS, compare
from ogp_analysis.store import hand_out

COLUMNS = ["year", "awards", "below", "above", "tax_decides", "other"]


def against_ceilings(case: Case) -> pd.DataFrame | None:
    """Return how the direct awards of each year stand to the ceiling; None if the edition has no ceilings.

    Returns
    -------
    pandas.DataFrame
        ``year`` (missing for undated awards), ``awards`` (direct ones), ``below`` (or at the ceiling), ``above``,
        ``tax_decides`` (only the tax says which, and it is not told), ``other`` (no ceiling of that year, kind or
        currency, or no amount).
    """
    if not case.publication.federal_law or "ceilings" in case.absent:
        return None
    direct = case.awards[case.awards["method"] == "direct"]
    ceilings = hand_out.load("mexico_thresholds", "ceilings", case.edition)
    told = compare(
        direct.assign(vat=direct["amount_basis"].map(VAT_OF_BASIS), procurement_method=direct["method"]), ceilings
    )
    kind = told["outcome"].where(told["outcome"] != "not_computable", told["reason"])
    kind = kind.where(kind.isin(COLUMNS), "other")
    counts = pd.crosstab(direct["year"].astype("object").where(direct["year"].notna(), 0), kind)
    counts = counts.reindex(columns=COLUMNS[2:], fill_value=0).rename_axis("year").reset_index()
    counts.insert(1, "awards", counts[COLUMNS[2:]].sum(axis=1))
    year = counts["year"].astype("Int64")
    return counts.assign(year=year.mask(year == 0)).sort_values("year", ignore_index=True)
