"""Which addresses a page may print: those whose host is the publisher's, or a named archive's.

Facts were sometimes read on a copy or in a page that repeats the news of others. Where a fact was read is provenance,
and stays in the data; a reader is sent to publishers only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from ogp_analysis.base.words.sentence import sentence

RESOURCES = ("links.toml",)


@cache
def hosts() -> frozenset[str]:
    """Return the hosts that may be printed, without ``www.``."""
    facts = _facts()
    return frozenset([*facts["published"], *facts["archives"]])


@cache
def passed_over() -> dict[str, str]:
    """Return, by host, why addresses of a host are not printed."""
    return {host: reason for reason, listed in _facts()["passed_over"].items() for host in listed}


@cache
def _facts() -> dict:
    return tomllib.loads((Path(__file__).resolve().parent / RESOURCES[0]).read_text(encoding="utf-8"))


def host(address: str) -> str:
    """Return the host of an address without ``www.``; empty if the text is not an address of the web.

    Of a site that holds the pages of many, it is the host with the owner of the page, such as ``github.com/owner``.
    """
    try:
        parts = urlsplit(address.strip())
        named = (parts.hostname or "") if parts.scheme.lower() in ("http", "https") else ""
    except ValueError:
        return ""
    named = named.removeprefix("www.")
    owner = parts.path.strip("/").partition("/")[0].lower()
    return f"{named}/{owner}" if owner and named in _facts()["by_owner"] else named


def may_be_printed(text: str) -> bool:
    """Whether a text may stand where a page prints a source: a listed address, or words without any address."""
    return host(text) in hosts() if "://" in text else True


def source(addresses: str | Iterable[str], *, publisher: str = "", date: str, row: str) -> str:
    """Return what a page prints as the source of a row: its first address that may be printed, else its row.

    Parameters
    ----------
    addresses : str or iterable of str
        Where the fact was read, in the order of the data.
    publisher : str
        Who published it, in words; empty where the data do not say.
    date : str
        The date the row is about, as the data have it.
    row : str
        Dataset and key, by which the row is found.
    """
    given = [addresses] if isinstance(addresses, str) else addresses
    printable = next((one for one in given if host(one) in hosts()), "")
    if printable:
        return printable
    if publisher:
        return sentence("tables.source.row", case="published", publisher=publisher, date=date, row=row).plain()
    return sentence("tables.source.row", case="unnamed", date=date, row=row).plain()
