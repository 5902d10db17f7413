"""Documented contracts and invoices for surveillance technology in Mexico: who bought, from whom, how, and how sure.

Each fact rests on the page that its row names, by the grade of its evidence, and carries its caveat. Firms are named as
that page names them; to be named is not an accusation. The facts were selected by leaks, audits and answers to requests
and are no sample, so nothing is compared with "other purchases", and amounts are never added up, as totals hold
contracts, sources overlap and bases differ. Purchases that were reserved are absent, not clean. Public
bodies and firms are matched by the spellings that the sources use.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.data.datasets.procurement.folding import folded
from ogp_analysis.data.store import hand_out

# Public bodies of Mexico by the names under which they are written: an explicit, reviewed table, no patterns.


@dataclass(frozen=True)
class Buyer:
    """One public body.

    Attributes
    ----------
    id : str
        Ours.
    body_class : str
        Class of bodies with the same powers; ``"unlisted"`` for a body that is not in the table.
    name : str
        As a page shows it.
    """

    id: str
    body_class: str
    name: str


def _facts() -> dict:
    return toml(__file__, "buyers_mexico.toml")


@cache
def by_id() -> dict[str, Buyer]:
    """Return every body with an entry of its own by its id; others are known by their names alone."""
    return {one["id"]: Buyer(one["id"], one["class"], one["name"]) for one in _facts()["buyers"]}


@cache
def by_name() -> dict[str, tuple[Buyer, ...]]:
    """Return the bodies of every folded name; several where a name is that of several.

    Examples
    --------
    >>> [body.id for body in by_name()["pgr"]]
    ['fgr']
    """
    facts, bodies = _facts(), by_id()
    names = {folded(name): (bodies[one["id"]],) for one in facts["buyers"] for name in (*one["names"], one["name"])}
    names |= {folded(name): tuple(bodies[id] for id in ids) for name, ids in facts["several"].items()}
    for shown, heading in facts["governments"].items():
        names |= dict.fromkeys((folded(shown), folded(heading)), (Buyer(folded(shown), "purchasing_office", shown),))
    return names | {folded(name): (body,) for name, body in _civil_bodies().values()}


def _civil_bodies() -> dict[str, tuple[str, Buyer]]:
    return {short: (name, Buyer(folded(short), "civil_body", name)) for short, name in _facts()["civil_bodies"].items()}


@cache
def _by_unit() -> dict[str, Buyer]:
    own = {unit: by_id()[one["id"]] for one in _facts()["buyers"] for unit in one.get("units", ())}
    return own | {short: body for short, (_, body) in _civil_bodies().items()}


def buyers_named(text: str) -> tuple[Buyer, ...] | None:
    """Return the bodies that a name as published stands for; none if it names no body, None if it is not in the table.

    The name of a purchasing unit of CompraNet stands for the body with whose short name and a hyphen it begins.

    Examples
    --------
    >>> [buyer.id for buyer in buyers_named("PGR + CISEN + SEDENA")]
    ['fgr', 'cisen', 'sedena']
    >>> buyers_named("Procuraduría de la Defensa del Contribuyente")[0].body_class
    'civil_body'
    >>> buyers_named("SEMAR-Dirección General Adjunta de Adquisiciones #013000999")[0].body_class
    'navy'
    """
    if (found := by_name().get(folded(text))) is not None:
        return found
    # Some short names hold a hyphen: the longest one counts.
    begins = [short for short in _by_unit() if text.startswith(short + "-")]
    return (_by_unit()[max(begins, key=len)],) if begins else None


# Firms named in documented purchases: their spellings in the tables, and the names by which files are searched.


@dataclass(frozen=True)
class Supplier:
    """One firm: our id, its name as a page shows it, its spellings in the tables, its names in files of contracts."""

    id: str
    name: str
    names: tuple[str, ...]
    aliases: tuple[str, ...]


@cache
def suppliers() -> dict[str, Supplier]:
    """Return every firm by its id."""
    found = toml(__file__, "suppliers_mexico.toml")["suppliers"]
    return {one["id"]: Supplier(one["id"], one["name"], tuple(one["names"]), tuple(one["aliases"])) for one in found}


@cache
def spelled() -> dict[str, Supplier]:
    """Return every firm by each of its spellings in the tables of facts."""
    return {name: firm for firm in suppliers().values() for name in firm.names}


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
