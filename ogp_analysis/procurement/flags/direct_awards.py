"""Direct awards of one buyer to one supplier, and the ceiling that held for them."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.procurement.flags.awarded_rows import AWARDED, grouped, rows

#: What the flags on repeated direct awards read.
NEEDS = {AWARDED: ("buyer_id", "supplier_id", "method", "year", "amount", "direct_ceiling")}
#: The group: what one supplier sold to one buyer in one year, of one kind.
GROUP = ("buyer_id", "supplier_id", "year", "category")


def direct(tables) -> pd.DataFrame:
    """Return the direct awards by buyer, supplier, year and kind, whose name is in ``unit``.

    Different kinds have different ceilings; where a source states no kind, all count as one kind.
    """
    frame = rows(tables)
    of_direct = frame[frame["method"] == "direct"]
    return grouped(of_direct.assign(category=of_direct["category"].fillna("any kind")), *GROUP)


def why_not(frame: pd.DataFrame) -> list[tuple[str, pd.Series]]:
    """Return why a group cannot be held against the ceiling: indexed by ``unit``."""
    by_unit = frame["unit"]
    return [
        ("one_award", frame.groupby("unit").size() < 2),
        ("no_amount", frame["amount"].isna().groupby(by_unit).any()),
        ("no_ceiling", frame["direct_ceiling"].isna().groupby(by_unit).any()),
    ]
