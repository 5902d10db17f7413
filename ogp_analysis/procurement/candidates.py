"""Names of firms that are nearly alike, for a person to look at. Nothing is joined by likeness."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ogp_analysis.procurement.names import firm_keys
from ogp_analysis.procurement.suppliers import Suppliers

_COLUMNS = ["likeness", "first_id", "first_name", "second_id", "second_name"]


def candidates(suppliers: Suppliers, least: float = 92.0) -> pd.DataFrame:
    """Return pairs of firms whose names are alike but that nothing joins.

    Compared are firms whose names begin with the same letter, without their legal forms and without
    regard to the order of words. Likeness is not evidence: *Constructora 1* and *Constructora 11* are
    alike, and so are a firm and its rival in the next town.

    Parameters
    ----------
    suppliers : Suppliers
        As :func:`ogp_analysis.procurement.suppliers.resolve` returns it.
    least : float
        Least likeness from 0 to 100, the normalised insertions and deletions of ``rapidfuzz``.

    Returns
    -------
    pandas.DataFrame
        ``likeness, first_id, first_name, second_id, second_name``, the most alike first; natural persons,
        and firms without a legal form, are left out.
    """
    from rapidfuzz import fuzz, process

    firms = suppliers.suppliers.assign(base=firm_keys(suppliers.suppliers["supplier_name"])["base"])
    firms = firms[firm_keys(firms["supplier_name"])["form"] != ""].sort_values(["supplier_name", "supplier_id"])
    alike = [pd.DataFrame(columns=_COLUMNS).astype({"likeness": "float64"})]
    for _, block in firms.groupby(firms["base"].str.slice(0, 1), sort=True):
        words = block["base"].map(lambda base: " ".join(sorted(base.split()))).tolist()
        scores = process.cdist(words, words, scorer=fuzz.ratio, score_cutoff=least, dtype=np.float32)
        first, second = np.nonzero(np.triu(scores >= least, k=1))
        pairs = pd.DataFrame({"likeness": scores[first, second].astype("float64")})
        for side, at in (("first", first), ("second", second)):
            for name in ("id", "name"):
                pairs[f"{side}_{name}"] = block[f"supplier_{name}"].iloc[at].array
        alike.append(pairs)
    whole = pd.concat(alike, ignore_index=True)
    return whole.sort_values(_COLUMNS, ascending=[False, True, True, True, True], kind="stable", ignore_index=True)
