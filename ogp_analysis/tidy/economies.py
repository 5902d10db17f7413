"""Codes of the World Bank: which are economies with an ISO 3166 code, and which are groups of economies."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.schema import Column
from ogp_analysis.tidy.country_year import current_codes, refuse
from ogp_analysis.tidy.record import changed

#: Regions, income and lending groups, demographic and small-state groups; INX is "not classified".
GROUPS = frozenset(
    "AFE AFW ARB CEB CSS EAP EAR EAS ECA ECS EMU EUU FCS HIC HPC IBD IBT IDA IDB IDX INX LAC LCN LDC LIC LMC LMY LTE "
    "MEA MIC MNA NAC OED OSS PRE PSS PST SAS SSA SSF SST TEA TEC TLA TMN TSA TSS UMC WLD".split()
)
#: Codes of economies that are not ISO 3166, and the ISO code (XKX is user-assigned); the Channel Islands have none.
ISO_OF_ECONOMY = {"CHI": "", "KSV": "XKX"}
KINDS = ("economy", "group")

COLUMNS = (
    Column("economy", "string", "World Bank code of an economy or a group of economies", required=True),
    Column("economy_kind", "category", "Whether it is an economy or a group", categories=KINDS, required=True),
    Column("iso3", "string", "ISO 3166-1 alpha-3 code, and XKX (Kosovo, user-assigned); missing for groups and the "
           "Channel Islands"),
)  # fmt: skip


def coded(chunk: pd.DataFrame, column: str) -> tuple[dict[str, pd.Series], pd.DataFrame]:
    """Return the columns of :data:`COLUMNS`, and an entry for each row of which the ISO code is another one.

    Raises
    ------
    CleaningError
        If a code is neither that of an economy nor of a group.
    """
    codes = chunk[column]
    unknown = ~codes.isin(GROUPS) & ~codes.isin(list(ISO_OF_ECONOMY)) & ~codes.isin(current_codes())
    if unknown.any():
        what = "rows have codes of no known economy or group"
        refuse(chunk, column, unknown, what, "Add the code to tidy/economies.py")
    group = codes.isin(GROUPS)
    iso3 = codes.replace(ISO_OF_ECONOMY)
    kind = pd.Series("economy", index=codes.index, dtype="str").mask(group, "group")
    entries = changed(chunk[~group], column, iso3[~group], "world_bank_economy_code")
    return {"economy": codes, "economy_kind": kind, "iso3": iso3.mask(group, "")}, entries
