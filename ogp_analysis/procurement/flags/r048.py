"""R048 Heterogeneous supplier: one supplier is awarded unusually many kinds of goods and services."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from ogp_analysis.procurement.flags import bids
from ogp_analysis.procurement.flags.bids import OF_AWARDS, awards, inside, sum_by
from ogp_analysis.procurement.flags.coded import MISSING, coded, different
from ogp_analysis.procurement.flags.fences import no_fence, upper_fence
from ogp_analysis.procurement.flags.result import TUKEY, Flag, FlagResult, Settings, judged

#: Name of each setting, its default, and what it is.
SETTINGS = {
    "digits": (2, "of a classification that tell kinds of goods and services apart"),
    "threshold": ("tukey", "a number of kinds, or the upper fence of the data"),
    "minimum_processes": (20, "of a supplier"),
}


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each supplier whether it is awarded unusually many kinds of goods and services.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Tables of OCDS.
    settings : Settings
        ``R048``: ``digits`` of a classification that make a kind; ``minimum_processes`` of a supplier;
        ``threshold``, a number of kinds or ``"tukey"``.

    Returns
    -------
    FlagResult
        Unit: supplier. Value: kinds among the classified items of active awards of which it is the only supplier.
        Flagged if it is at least the threshold or the upper fence. Not computable where the fence is above the number
        of kinds there are, or of too few suppliers.
    """
    data, own = coded(tables), settings["R048"]
    # The items that are stated of one supplier.
    a, classification = awards(data), data.words("items", "classification_id")
    of_award = data.words("items", "section").among(["award"])
    rows = np.flatnonzero(of_award)
    award = data.places("items", "parent_index", "awards", "award_index", of_award)
    told = a.active[award] & (a.sole_supplier[award] != MISSING) & classification.present[rows]
    told &= inside(data, settings)[a.process[award]]
    rows, award = rows[told], award[told]
    prefixes = pc.utf8_slice_codeunits(classification.vocabulary, 0, own["digits"]).dictionary_encode()
    supplier, process = a.sole_supplier[award], a.process[award]
    kind = prefixes.indices.to_numpy()[classification.codes[rows]]
    n = max(data.n_organisations, 1)
    kinds, processes = (sum_by(data.distinct(one, supplier)[1], n) for one in (kind, process))
    compared = (processes >= own["minimum_processes"]) & (processes > 0)
    lengths = kinds[compared].astype("float64")
    fences = upper_fence(lengths) if own["threshold"] == TUKEY else {"upper_fence": float(own["threshold"])}
    units, n_kinds = data.units(a.supplier), len(different(kind))
    why_not = [
        ("no_classified_items", processes[units] == 0),
        ("few_processes", ~compared[units]),
        *no_fence(len(units), len(lengths), own["threshold"], settings, not fences["upper_fence"] > n_kinds),
    ]
    value = kinds[units].astype("float64")
    flagged = value >= fences["upper_fence"]
    return judged("R048", "supplier", data.organisation_ids(units), value, flagged, why_not, fences=fences)


_ITEMS = {"items": ("section", "parent_index", "classification_id")}
FLAG = Flag("R048", "supplier", {"tenders": bids.NEEDS["tenders"], **OF_AWARDS, **_ITEMS}, compute, SETTINGS)
