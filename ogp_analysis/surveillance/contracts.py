"""Documented contracts and invoices for surveillance technology in Mexico: who bought, from whom, how, and how sure.

Each fact rests on the page that its row names, by the grade of its evidence, and carries its caveat. Firms are named as
that page names them; to be named is not an accusation. The facts were selected by leaks, audits and answers to requests
and are no sample, so nothing is compared with "other purchases", and amounts are never added up, as totals hold
contracts, sources overlap and bases differ. Purchases that were reserved are absent, not clean.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.store import hand_out
from ogp_analysis.surveillance.parties import buyers_named, spelled

#: Technology that is surveillance of devices and of those who use them. Cameras and other equipment are not.
OF_DEVICES = tuple(
    "intrusion interception geolocation device_forensics mass_data_analytics social_media_monitoring".split()
)


def contracts(edition: str = "embedded") -> pd.DataFrame:
    """Return all facts on record of purchases of surveillance technology in Mexico: contracts, invoices, totals, plans.

    Parameters
    ----------
    edition : str
        Which data are read, as in ``ogp.load``.

    Returns
    -------
    pandas.DataFrame
        One row per fact: the columns of ``surveillance_contracts_mexico.facts``, with ``technologies`` (codes, joined
        by a blank), ``of_devices`` (whether one of them is in :data:`OF_DEVICES`; missing where no page states what was
        bought), ``buyer, supplier`` (ids of the reviewed tables of names; missing if none is named, there are several,
        or sources name different buyers) and ``buyer_name, supplier_name`` (their names; else what the page writes).

    Raises
    ------
    UnknownName
        If the edition does not hold them.

    Notes
    -----
    Rows rest on the pages they name and are graded; corrections are asked for as ``CORRECTIONS.md`` says.

    Examples
    --------
    >>> facts = ogp.surveillance.contracts()
    >>> sure = facts[facts["row_type"].isin(["contract", "invoice"]) & (facts["confidence"] != "low")]
    >>> sure.loc[sure["of_devices"].fillna(False), "row_type"].value_counts().to_dict()
    {'contract': 12, 'invoice': 4}
    """
    facts = hand_out.load("surveillance_contracts_mexico", "facts", edition)
    kinds = hand_out.load("surveillance_contracts_mexico", "technologies", edition).groupby("fact")["technology"]
    codes = facts["fact"].map(kinds.agg(" ".join)).fillna("")
    bodies = [buyers_named(text) or () for text in facts["buyer_text"]]
    firms = [spelled().get(text) if isinstance(text, str) else None for text in facts["supplier_text"]]
    devices = codes.str.split().map(lambda kinds: not set(OF_DEVICES).isdisjoint(kinds))
    return facts.assign(
        technologies=codes,
        of_devices=devices.astype("boolean").mask(codes == ""),
        buyer=[found[0].id if len(found) == 1 else None for found in bodies],
        buyer_name=[", ".join(body.name for body in found) for found in bodies],
        supplier=[firm.id if firm else None for firm in firms],
        supplier_name=[firm.name if firm else None for firm in firms],
    ).assign(
        buyer_name=lambda rows: rows["buyer_name"].where(rows["buyer_name"] != "", rows["buyer_text"]),
        supplier_name=lambda rows: rows["supplier_name"].fillna(rows["supplier_text"]),
    )
