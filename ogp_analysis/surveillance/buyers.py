"""Public bodies of Mexico by the names under which they are written: an explicit, reviewed table, no patterns."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from ogp_analysis.procurement.datasets.folding import folded

RESOURCES = ("buyers_mexico.toml",)


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
    return tomllib.loads(resources.files(__package__).joinpath(RESOURCES[0]).read_text(encoding="utf-8"))


@cache
def by_id() -> dict[str, Buyer]:
    """Return every body of the table by its id."""
    return {one["id"]: Buyer(one["id"], one["class"], one["name"]) for one in _facts()["buyers"]}


@cache
def _by_name() -> dict[str, tuple[Buyer, ...]]:
    facts, bodies = _facts(), by_id()
    names = {folded(name): (bodies[one["id"]],) for one in facts["buyers"] for name in (*one["names"], one["name"])}
    return names | {folded(name): tuple(bodies[id] for id in ids) for name, ids in facts["several"].items()}


def buyers_named(text: str) -> tuple[Buyer, ...] | None:
    """Return the bodies that a name as published stands for; none if it names no body, None if it is not in the table.

    Examples
    --------
    >>> [buyer.id for buyer in buyers_named("PGR + CISEN + SEDENA")]
    ['fgr', 'cisen', 'sedena']
    >>> buyers_named("Procuraduría de la Defensa del Contribuyente")[0].body_class
    'civil_body'
    """
    return _by_name().get(folded(text))
