"""R010 Unjustified use of a non-competitive procedure: a direct award for which no ground is published."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ogp_analysis.procurement.flags.awarded_rows import AWARDED, of_awards, rows
from ogp_analysis.procurement.flags.result import Flag, FlagResult, Settings
from ogp_analysis.procurement.thresholds import WITH_VAT

#: Name of each setting, its default, and what it is.
SETTINGS = {"ceiling_is_ground": (True, "an amount up to the ceiling for direct awards needs no other ground")}


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each award whether it was made directly without a published ground.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Awarded contracts, or tables of OCDS.
    settings : Settings
        ``R010``: ``ceiling_is_ground``, whether an amount up to the ceiling for direct awards is a ground.

    Returns
    -------
    FlagResult
        Unit: award. Value: 1 without a ground, else 0. Not computable where the source publishes grounds for no
        award at all: then a blank says something of the source, not of the award. Nor where the buyer's ceiling is not
        known and the amount, with tax, is not above the highest ceiling: the amount may be the ground.
    """
    frame = rows(tables)
    direct, ground = frame["method"] == "direct", frame["rationale"].notna()
    if settings["R010"]["ceiling_is_ground"]:
        ground |= frame["amount"] <= frame["direct_ceiling"]
    may = frame["amount"] * 100 <= frame["highest_ceiling"] * WITH_VAT
    value = pd.Series(np.where(ground, 0.0, 1.0), index=frame.index)
    publishes = bool(frame.loc[direct.fillna(False), "rationale"].notna().any())
    why_not = [
        ("method_unknown", frame["method"].isna()),
        ("other_method", ~direct),
        ("grounds_not_published", pd.Series(not publishes, index=frame.index)),
        ("no_ceiling", may & ~ground & frame["direct_ceiling"].isna() & settings["R010"]["ceiling_is_ground"]),
    ]
    return of_awards("R010", frame, value, value == 1, why_not)


FLAG = Flag("R010", "award", {AWARDED: ("method", "rationale")}, compute, SETTINGS)
