"""Public bodies of Mexico and firms of documented purchases, by the names under which they are written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ogp_analysis.base.beside import toml
from ogp_analysis.data.datasets.procurement.folding import folded

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
