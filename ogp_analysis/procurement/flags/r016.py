"""R016 Value far from the usual one: an amount that is an outlier among awards of its kind."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ogp_analysis.procurement.flags.awarded_rows import AWARDED, named, of_awards, rows
from ogp_analysis.procurement.flags.fences import REACH, quantile
from ogp_analysis.procurement.flags.result import Flag, FlagResult, Settings

#: Name of each setting, its default, and what it is.
SETTINGS = {
    "digits": (8, "of a classification that make a kind"),
    "minimum_awards": (10, "of a kind, in a currency and year"),
}


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each award whether its amount is an outlier among awards with the same classification.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Awarded contracts, or tables of OCDS.
    settings : Settings
        ``R016``: ``digits`` of the classification that make a kind; ``minimum_awards`` of a kind.

    Returns
    -------
    FlagResult
        Unit: award. Value: amount over the median of its kind, in one scheme, currency and year. Flagged outside
        Tukey's fences of the logarithms, on either side. Quantities are not known, so a large order looks the same
        as a high price.
    """
    own, frame = settings["R016"], rows(tables)
    kind = frame["classification"].str.slice(0, own["digits"])
    amount = frame["amount"].where(frame["amount"] > 0)
    log = np.log(amount)
    group = named(frame["classification_scheme"], kind, frame["currency"], frame["year"])
    found = log.groupby(group).agg(
        lowest=lambda values: _fence(values, -1), middle="median", highest=lambda values: _fence(values, 1),
        count="count",
    )  # fmt: skip
    lowest, middle, highest, count = (group.map(found[name]).astype("float64") for name in found.columns)
    value = np.exp(log - middle)
    why_not = [
        ("no_classification", kind.isna()),
        ("no_amount", amount.isna() | frame["currency"].isna() | frame["year"].isna()),
        ("few_awards", ~(count >= own["minimum_awards"])),
    ]
    return of_awards("R016", frame, value, (log < lowest) | (log > highest), why_not)


def _fence(values: pd.Series, side: int) -> float:
    present = values.dropna().to_numpy()
    q1, q3 = quantile(present, 0.25), quantile(present, 0.75)
    return (q1 if side < 0 else q3) + side * float(REACH) * (q3 - q1)


FLAG = Flag("R016", "award", {AWARDED: ("classification", "amount", "currency", "year")}, compute, SETTINGS)
