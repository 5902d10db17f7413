"""Addresses of compiled tables: whole where somebody looked that they name no person, else the host alone."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

import pandas as pd

from ogp_analysis.display.links import names_a_person


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
