"""R038 Excessive disqualified bids: of a buyer, a procuring entity or a tenderer."""

from __future__ import annotations

from functools import partial

import numpy as np

from ogp_analysis.procurement.flags.bids import NEEDS, bids, sum_by
from ogp_analysis.procurement.flags.coded import CodedTables, coded
from ogp_analysis.procurement.flags.fences import no_fence, upper_fence
from ogp_analysis.procurement.flags.result import TUKEY, Flag, FlagResult, Settings, judged

#: Name of each setting, its default, and what it is.
SETTINGS = {
    "threshold": ("tukey", "a share of disqualified bids, or the upper fence of the data"),
    "minimum_bids": (2, "of a tenderer"),
    "minimum_bids_of_buyer": (2, "of a buyer or procuring entity"),
}


def compute(tables, settings: Settings, unit: str) -> FlagResult:
    """Return for each organisation in a role whether unusually many bids are disqualified.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Tables of OCDS.
    settings : Settings
        ``R038``: ``threshold``, a share or ``"tukey"``; ``minimum_bids`` of a tenderer; ``minimum_bids_of_buyer``.
    unit : str
        ``"buyer"``, ``"procuring_entity"`` or ``"tenderer"``.

    Returns
    -------
    FlagResult
        Value: disqualified bids as a share of submitted bids. Flagged if it is at least the threshold or the upper
        fence; if that is 0 (hardly any bid is disqualified) or above 1, or of too few, none is computable. Involved:
        each process with a disqualified bid and its buyer or procuring entity; for tenderers, those disqualified.
    """
    data, own = coded(tables), settings["R038"]
    # A bid of several tenderers counts for each of them.
    b = bids(data, settings)
    if unit == "tenderer":
        rows = np.flatnonzero(b.submitted[b.tenderer_bid])
        bid, organisation = b.tenderer_bid[rows], b.tenderer[rows]
    else:
        rows = np.flatnonzero(b.submitted)
        bid, organisation = rows, _of_processes(data, unit)[b.process[rows]]
    disqualified = b.disqualified[bid]
    n = max(data.n_organisations, 1)
    known = organisation >= 0
    submitted = sum_by(organisation[known], n)
    out = sum_by(organisation[known & disqualified], n)
    minimum = own["minimum_bids" if unit == "tenderer" else "minimum_bids_of_buyer"]
    compared = (submitted >= minimum) & (submitted > 0)
    share = np.divide(out, submitted, out=np.full(n, np.nan), where=compared)
    fences = {}
    if compared.any():
        tukey = own["threshold"] == TUKEY
        fences = upper_fence(share[compared]) if tukey else {"upper_fence": float(own["threshold"])}
    # Every organisation in the role, whether it had bids or not.
    named = data.organisations("tenderers", "tenderer_id") if unit == "tenderer" else _of_processes(data, unit)
    units = data.units(named)
    upper = fences.get("upper_fence", np.nan)
    why_not = [
        ("no_bids", submitted[units] == 0),
        ("few_bids", ~compared[units]),
        *no_fence(len(units), int(compared.sum()), own["threshold"], settings, not upper > 1),
        ("fence_not_positive", np.full(len(units), not upper > 0)),
    ]
    involved = data.involved(b.process[bid[disqualified]], organisation[disqualified])
    ids = data.organisation_ids(units)
    more = {"fences": fences, "involved": involved}
    return judged(f"R038_{unit}", unit, ids, share[units], share[units] >= upper, why_not, **more)


def _of_processes(data: CodedTables, unit: str) -> np.ndarray:
    return data.buyers() if unit == "buyer" else data.procuring_entities()


def _flag(unit: str, table: str, column: str) -> Flag:
    needs = {"processes": (), **NEEDS}
    needs = {name: columns for name, columns in needs.items() if name != "tenderers" or table == name}
    needs[table] = tuple(dict.fromkeys([*needs[table], column]))
    return Flag("R038", unit, needs, partial(compute, unit=unit), SETTINGS, f"R038_{unit}", share=True)


FLAGS = (
    _flag("buyer", "processes", "buyer_id"),
    _flag("procuring_entity", "tenders", "procuring_entity_id"),
    _flag("tenderer", "tenderers", "tenderer_id"),
)
