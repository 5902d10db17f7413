"""Firms named in documented purchases: their spellings in the tables, and the names by which files are searched."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ogp_analysis.base.beside import toml


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
