"""Procedures and contracts of CompraNet and ComprasMX joined by the number of the procedure, never by likeness."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from ogp_analysis.data.store import hand_out
from ogp_analysis.procurement.publications import COMPRANET, Publication

#: How a contract stands to the procedures: its number is that of one; of several; of none; or it has no number.
STATUSES = ("matched", "several", "no_procedure", "no_number")
OF_A_CONTRACT = ("contract_key", "sequence", "procedure_number", "government_level")
OF_A_PROCEDURE = ("procedure_key", "procedure_number", "generation")
#: The layout of files of procedures; in all others procedures are read from the contracts themselves.
OF_PROCEDURES = "E"


def linked(contracts: pd.DataFrame, procedures: pd.DataFrame) -> pd.DataFrame:
    """Return each contract with the procedure of its number, where files of procedures (layout E) hold it.

    Numbers are the same if they are letter by letter, but for case and blanks around them.

    Parameters
    ----------
    contracts : pandas.DataFrame
        ``contract_key, sequence, procedure_number, government_level`` of the clean table.
    procedures : pandas.DataFrame
        ``procedure_key, procedure_number, generation`` of the clean table.

    Returns
    -------
    pandas.DataFrame
        One row per contract, in the order given: the four columns; ``linked_procedure``, the key of the procedure,
        missing unless there is exactly one; and ``link``, one of :data:`STATUSES`.
    """
    own = procedures[procedures["generation"] == OF_PROCEDURES]
    by_number = pd.DataFrame({"number": _plain(own["procedure_number"]), "key": own["procedure_key"]})
    by_number = by_number.dropna().drop_duplicates()
    several = set(by_number.loc[by_number.duplicated("number", keep=False), "number"])
    sole = by_number.drop_duplicates("number", keep=False).set_index("number")["key"]
    number = _plain(contracts["procedure_number"])
    key = number.map(sole).astype("str")
    link = pd.Series("no_procedure", index=contracts.index, dtype="str")
    link = link.mask(key.notna(), "matched").mask(number.isin(several), "several").mask(number.isna(), "no_number")
    return contracts.assign(linked_procedure=key, link=link)


def _plain(numbers: pd.Series) -> pd.Series:
    text = numbers.astype("str").str.strip().str.upper()
    return text.mask(text == "")


class Links(NamedTuple):
    """Contracts by order of government, and how many of them have their procedure in files of procedures.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per order of government (missing where it is not stated): ``level, contracts`` and a count for each of
        :data:`STATUSES`.
    procedures, without : int
        Procedures in files of procedures, and those of them whose number no contract has.
    """

    frame: pd.DataFrame
    procedures: int = 0
    without: int = 0


def links(contracts: pd.DataFrame, procedures: pd.DataFrame) -> Links:
    """Return how contracts are joined to procedures, by order of government; parameters as :func:`linked`."""
    found = linked(contracts, procedures)
    counts = found.groupby(found["government_level"].astype("str"), dropna=False)["link"].value_counts().unstack()
    counts = counts.reindex(columns=list(STATUSES)).fillna(0).astype("int64")
    frame = counts.assign(contracts=counts.sum(axis=1)).rename_axis("level").reset_index()
    own = procedures[procedures["generation"] == OF_PROCEDURES]
    numbers = set(_plain(contracts["procedure_number"]).dropna())
    keys = own.loc[_plain(own["procedure_number"]).isin(numbers), "procedure_key"]
    whole = own["procedure_key"].nunique()
    return Links(frame[["level", "contracts", *STATUSES]], whole, whole - keys.nunique())


def own_links(one: Publication) -> Links:
    """Return how contracts of a user's own files of CompraNet are joined to procedures; of other contracts none are."""
    if not one.is_own or one.dataset != COMPRANET:
        return Links(pd.DataFrame(columns=["level", "contracts", *STATUSES]))
    procedures = pd.DataFrame({name: pd.Series(dtype="str") for name in OF_A_PROCEDURE})
    if hand_out.has_own(one.name, "procedures"):
        procedures = hand_out.own(one.name, "procedures", list(OF_A_PROCEDURE))
    return links(hand_out.own(one.name, "contracts", list(OF_A_CONTRACT)), procedures)
