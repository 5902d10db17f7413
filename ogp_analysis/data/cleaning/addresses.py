"""Addresses where a fact was read: whose page it is, and what is left of an address that names a person."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.links import names_a_person, without_persons
from ogp_analysis.data.cleaning.country_year import refuse
from ogp_analysis.data.cleaning.record import hidden

# Whose page a fact on OGP was read on, and addresses that name a person, which are cut to the host's front page.

_FILE = "addresses.toml"
_FACTS = toml(__file__, _FILE)
_KIND = {host: kind for kind, hosts in _FACTS["kinds"].items() for host in hosts}
#: How a compiled table marks an address of which it gives the host alone.
_MARKED = " (its address names a person)"

#: Whose page it is: OGP's, a government's and so on; ``copy`` is a blog, a reprint or a page of no known publisher.
KINDS = tuple(_FACTS["kinds"])


def without_names(chunk: pd.DataFrame, column: str) -> tuple[pd.Series, list[pd.DataFrame]]:
    """Return the addresses of a column, joined by `` | ``, without those that name a person, and the entries on these.

    Of such an address the front page of its host stays.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    column : str
        Its column of addresses.
    """
    cut = chunk[column].str.split(" | ", regex=False).map(lambda parts: " | ".join(map(without_name, parts)))
    # Nothing of the name stands in the record.
    return cut, [hidden(chunk, cut != chunk[column], column, "", cut, "address_names_person")]


def without_name(address: str) -> str:
    """Return an address, or the front page of its host if the address names a person."""
    bare = address.removesuffix(_MARKED)
    return f"https://{host(bare)}/" if bare != address else without_persons(address)


def host(address: str) -> str:
    """Return the host of an address, or of a host that stands alone, without ``www.``."""
    return (urlsplit(address).hostname or address.split("/")[0]).removeprefix("www.")


def kinds(chunk: pd.DataFrame, column: str, *, written_for: bool = True) -> pd.Series:
    """Return of each address whose page it is, one of :data:`KINDS`; blank for an unknown host of a newer file.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line; the first address of a cell counts.
    column : str
        Its column of addresses.
    written_for : bool
        Whether the hosts of this file were all looked at.

    Raises
    ------
    CleaningError
        If a host of a file that was looked at is not listed.
    """
    found = chunk[column].map(kind).mask(lambda kinds: kinds == "")
    if written_for and found.isna().any():
        refuse(chunk, column, found.isna(), "hosts of no known kind", f"Add the host to {_FILE}")
    return found.fillna("").astype("str")


def kind(addresses: str) -> str:
    """Return whose page the first of some addresses is, one of :data:`KINDS`; blank for an unknown host."""
    return _KIND.get(host(re.split(r" \| | \(", addresses)[0]), "")


# Addresses of compiled tables: whole where somebody looked that they name no person, else the host alone.


def whole(addresses: pd.Series) -> pd.Series:
    """Return each cell's addresses, joined by ``' | '``; blank if any of them is not an address."""
    return addresses.map(
        lambda cell: cell if all(re.fullmatch(r"https?://\S+", one) for one in cell.split(" | ")) else ""
    )


def cut(addresses: pd.Series, keys: pd.Series, reviewed: Collection[str]) -> pd.Series:
    """Return each cell's addresses as they are where its key is among the reviewed ones, else their hosts.

    A host whose address names a person says so behind it.
    """
    cells = []
    for cell, key in zip(addresses, keys, strict=True):
        if key not in reviewed and cell:
            cell = " | ".join(map(_host, cell.split(" | ")))
        cells.append(cell)
    return pd.Series(cells, index=addresses.index, dtype="str", name=addresses.name)


def _host(address: str) -> str:
    parts = urlsplit(address)
    if names_a_person(address):
        return f"{parts.netloc} (its address names a person)"
    return f"{parts.scheme}://{parts.netloc}/"
