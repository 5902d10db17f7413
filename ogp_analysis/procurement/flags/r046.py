"""R046 Debarred supplier: the supplier was barred from contracting when the contract was awarded."""

from __future__ import annotations

from ogp_analysis.procurement.flags.awarded_rows import AWARDED, of_awards, rows
from ogp_analysis.procurement.flags.coded import coded
from ogp_analysis.procurement.flags.result import CLEAR, FLAGGED, Flag, FlagResult, Settings

#: Name of the table that holds what :mod:`ogp_analysis.procurement.sanctions` found of each award.
DEBARRED = "debarred"


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each award whether its supplier was under a ban in force that day.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Awarded contracts, or tables of OCDS; and ``debarred``: ``award_key``, ``outcome``, ``reason``, ``days``, one
        row an award, as sanctions and awards together tell.
    settings : Settings
        No settings.

    Returns
    -------
    FlagResult
        Unit: award. Value: 1 where a ban was in force, else 0. A fine is not a ban. Not computable without a list of
        sanctions, for natural persons (who are not matched by name) and without a date.
    """
    frame, data = rows(tables), coded(tables)
    found = data.given.get(DEBARRED)
    if found is None:
        return of_awards(
            "R046", frame, frame["amount"], frame["amount"].isna(), [("no_list", frame["amount"].isna() | True)]
        )
    found = found.set_index("award_key").reindex(frame["award_key"]).set_axis(frame.index)
    outcome, reason = found["outcome"], found["reason"].fillna("no_list")
    computed = outcome.isin((FLAGGED, CLEAR))
    flagged = outcome == FLAGGED
    why_not = [(name, ~computed & (reason == name)) for name in sorted(reason[~computed].unique())]
    return of_awards("R046", frame, flagged.astype("float64"), flagged, why_not)


FLAG = Flag("R046", "award", {AWARDED: ("supplier_id",), DEBARRED: ("award_key", "outcome")}, compute)
