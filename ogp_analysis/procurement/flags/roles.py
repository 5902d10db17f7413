"""The roles of parties, from where a process names them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ogp_analysis.procurement.flags.coded import ORGANISATIONS
from ogp_analysis.procurement.flags.columns import MISSING, integers, positions, words

#: The roles of those that :data:`ORGANISATIONS` name, in their order.
_ROLES = ("buyer", "procuringEntity", "tenderer", "supplier")


def with_roles(tables: Mapping[str, pd.DataFrame]) -> pd.Series | None:
    """Return the roles of each party: those it has and those in which its process names it.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Tables of OCDS. Tenderers count that stand with a bid, not those that stand with the tender only.

    Returns
    -------
    pandas.Series or None
        Roles in alphabetical order, several with ``;``, on the index of ``parties``; None if there are no parties.
    """
    parties = tables.get("parties")
    if parties is None:
        return None
    named = []
    for table, column in ORGANISATIONS:
        frame = tables.get(table)
        if frame is None:
            frame = pd.DataFrame({"ocid": pd.Series(dtype="str"), column: pd.Series(dtype="str")})
        elif column == "tenderer_id":
            frame = frame[integers(frame["bid_index"]) > MISSING]
        named.append((frame["ocid"], frame[column]))
    party, *others = words(parties["party_id"], *(ids for _, ids in named))
    width = len(party.vocabulary) + 1
    ocids = tables["processes"]["ocid"]
    keys = positions(parties["ocid"], ocids).astype("int64") * width + party.codes
    mark = np.zeros(len(parties), dtype="int64")
    for bit, ((process, _), ids) in enumerate(zip(named, others, strict=True)):
        pairs = positions(process, ocids).astype("int64")[ids.present] * width + ids.codes[ids.present]
        mark |= (np.isin(keys, pairs) & party.present).astype("int64") << bit
    # Each different case of roles and marks is joined once.
    roles = parties["roles"]
    old, texts = pd.factorize(roles)
    case, different = pd.factorize((old.astype("int64") + 1) << len(_ROLES) | mark)
    written, joined = ["", *texts], []
    for one in different.tolist():
        marked = {role for bit, role in enumerate(_ROLES) if one >> bit & 1}
        joined.append(";".join(sorted(marked.union(part for part in written[one >> len(_ROLES)].split(";") if part))))
    return pd.Series(pd.array(joined, dtype=roles.dtype).take(case), index=roles.index).replace("", None)
