"""Organisations of releases before version 1.1, as version 1.1 has them: referred to by id, described in parties.

The way is that of the standard's own upgrade (ocdskit upgrade 1.0:1.1, Open Contracting Partnership): an organisation
without id takes scheme and id of its identifier. Where it has none, it stays without; nothing is made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ogp_analysis.procurement.datasets.ocds_rules import ID_FROM_IDENTIFIER, PARTIES_FROM_ORGANISATIONS, Change, change


def is_old(release: dict[str, Any]) -> bool:
    """Return whether a release describes organisations where it names them, and has no parties."""
    return not release.get("parties") and any(
        "identifier" in one or "address" in one or one.get("id") is None for _, _, one in _named(release)
    )


def upgraded(release: dict[str, Any], changes: list[Change]) -> dict[str, Any]:
    """Give the organisations of a release (in :data:`.ocds_shape.ANY_RELEASE`) ids, and describe them in parties.

    `release` is changed in place. The record names no identifier: it may be a person's.
    """
    parties: dict[str, dict[str, Any]] = {}
    for role, path, one in _named(release):
        identifier = one.get("identifier") or {}
        if one.get("id") is None and identifier.get("id") not in (None, ""):
            scheme = identifier.get("scheme")
            one["id"] = f"{scheme}-{identifier['id']}" if scheme else str(identifier["id"])
            changes.append(change(ID_FROM_IDENTIFIER, f"{path}/id", "", "(scheme and id of its identifier)"))
        party = parties.setdefault(_key(one, len(parties)), {**one, "roles": []})
        if role not in party["roles"]:
            party["roles"].append(role)
    if parties:
        release["parties"] = list(parties.values())
        changes.append(change(PARTIES_FROM_ORGANISATIONS, "parties", "", f"{len(parties)}"))
    return release


def _key(one: dict[str, Any], number: int) -> str:
    if one.get("id") is not None:
        return f"id {one['id']}"
    return f"name {one['name']}" if one.get("name") else f"number {number}"


def _named(release: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield role, path and organisation of each place where a release names one."""
    tender = release.get("tender") or {}
    if release.get("buyer"):
        yield "buyer", "buyer", release["buyer"]
    if tender.get("procuringEntity"):
        yield "procuringEntity", "tender/procuringEntity", tender["procuringEntity"]
    for one in tender.get("tenderers") or ():
        yield "tenderer", "tender/tenderers", one
    for bid in (release.get("bids") or {}).get("details") or ():
        for one in bid.get("tenderers") or ():
            yield "tenderer", "bids/details/tenderers", one
    for award in release.get("awards") or ():
        for one in award.get("suppliers") or ():
            yield "supplier", "awards/suppliers", one
