"""How often awards and calls carry a signal, by method, kind and buyer: the counts that are compared."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ogp_analysis.procurement.cases.case import Case
from ogp_analysis.procurement.cases.named_units import UNNAMED
from ogp_analysis.procurement.flags.result import FLAGGED, NOT_COMPUTABLE, FlagResult

#: Awards made directly, among those whose method is told: no flag, but what most of them turn on.
DIRECT = "direct"
#: What awards are grouped by, and the column that tells it.
GROUPS = {"method": "method", "category": "category", "buyer": "buyer_id"}
#: Flags that are computed for one method only, or by a bound of its own for each: methods are not compared in them.
_ONE_METHOD = ("R003", "R010", "R018", DIRECT)
COLUMNS = ["measure", "by", "group", "count", "n"]


def grouped_counts(case: Case, results: Mapping[str, FlagResult]) -> pd.DataFrame:
    """Return how many units of each group carry a signal, of those for which it could be computed.

    Parameters
    ----------
    case : Case
    results : mapping of str to FlagResult
        Of :func:`ogp_analysis.procurement.cases.flagging.case_flags`.

    Returns
    -------
    pandas.DataFrame
        ``measure`` (:data:`DIRECT` or the name of a flag on awards or processes), ``by`` (of :data:`GROUPS`),
        ``group``, ``count``, ``n``; sorted. A unit without a group is in none; of one buyer, and of a sample, no buyers
        are compared, and no buyer is named with what a list of sanctions says.
    """
    unnamed = bool(case.buyers) or case.publication.is_sample
    groups = {by: column for by, column in GROUPS.items() if not (by == "buyer" and unnamed)}
    parts = [
        _counted(measure, by, units.join(labels[column], on="unit_id"))
        for measure, units, labels in _measures(case, results)
        for by, column in groups.items()
        if not (by == "method" and measure in _ONE_METHOD) and not (by == "buyer" and measure in UNNAMED)
    ]
    whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)
    return whole.sort_values(["measure", "by", "group"], ignore_index=True)[COLUMNS]


def _measures(case: Case, results: Mapping[str, FlagResult]):
    """Yield each measure with its computable units, and what group these are in."""
    awards = case.awards.set_index("award_key")
    told = awards["method"].dropna()
    yield DIRECT, pd.DataFrame({"unit_id": told.index, "carries": (told == "direct").to_numpy()}), awards
    processes = case.awards.drop_duplicates("process_id").set_index("process_id")
    for name, result in results.items():
        if result.unit in ("award", "process") and result.n_computable:
            frame = result.frame[result.frame["outcome"] != NOT_COMPUTABLE]
            units = pd.DataFrame({"unit_id": frame["unit_id"], "carries": frame["outcome"] == FLAGGED})
            yield name, units, awards if result.unit == "award" else processes


def _counted(measure: str, by: str, units: pd.DataFrame) -> pd.DataFrame:
    found = units.groupby(GROUPS[by])["carries"].agg(count="sum", n="size").rename_axis("group").reset_index()
    return found.assign(measure=measure, by=by).astype({"group": "str", "count": "int64", "n": "int64"})
