"""Which addresses a page may print: of pages whose host is the publisher's, or a named archive's, that name no person.

Facts were sometimes read on a copy or in a page that repeats the news of others. Where a fact was read is provenance,
and stays in the data; a reader is sent to publishers only, and to the page that says it, never to a front page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from unicodedata import combining, normalize
from urllib.parse import unquote, urlsplit

from ogp_analysis.base.beside import toml
from ogp_analysis.base.words.sentence import sentence

#: An address, as far as the marks that end one in data and prose.
_ADDRESS = re.compile(r"https?://[^\s\"'|,;)<>\]]+")
#: The path of a front page, that of a language included.
_FRONT = re.compile(r"/*([a-z]{2}/*)?(index\.\w+)?")
#: What stands in data for an address that names a person: its host.
_CUT = re.compile(r"([\w.-]+\.\w+) \(its address names a person\)")


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
def _persons() -> frozenset[str]:
    return frozenset(_facts()["persons"])


def _facts() -> dict:
    return toml(__file__, "links.toml")


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


def is_home_page(address: str) -> bool:
    """Whether an address leads to the front page of its host, in whatever language."""
    parts = urlsplit(address.strip())
    return not parts.query and bool(_FRONT.fullmatch(parts.path))


def names_a_person(address: str) -> bool:
    """Whether a word of an address is the name of a person, by the reviewed list in ``links.toml``."""
    letters = normalize("NFD", unquote(address).lower())
    words = re.findall(r"[^\W_]+", "".join(letter for letter in letters if not combining(letter)))
    return not _persons().isdisjoint(sha256(word.encode()).hexdigest()[:12] for word in words)


def without_persons(address: str) -> str:
    """Return an address, or the front page of its host if it names a person."""
    return f"https://{urlsplit(address).netloc}/" if names_a_person(address) else address


def addresses(text: str) -> list[str]:
    """Return the addresses that stand in a text."""
    return _ADDRESS.findall(text) if "://" in text else []


def may_be_linked(text: str) -> bool:
    """Whether a text is the address of a page: of a reviewed host, not its front page, and naming no person."""
    return host(text) in hosts() and not is_home_page(text) and not names_a_person(text)


def may_be_printed(text: str) -> bool:
    """Whether a text may stand where a page prints a source: the address of a page, or words without any address."""
    return may_be_linked(text) if "://" in text else True


def source(addresses: str | Iterable[str], *, publisher: str = "", row: str) -> str:
    """Return what a page prints as the source of a row: its first address that may be linked, else its row.

    A page whose address names a person is named by its host. Other rows without such an address have "no page to
    link": where only the front page of a site is known, where the fact was read on a copy. All are named by publisher
    and row, and by no date: that of the row is of what it tells, not of the page.

    Parameters
    ----------
    addresses : str or iterable of str
        Where the fact was read, in the order of the data.
    publisher : str
        Who published it, in words; empty where the data do not say, and the host stands for it, if that is reviewed.
    row : str
        Dataset and key, by which the row is found.
    """
    given = [addresses] if isinstance(addresses, str) else list(addresses)
    if page := next(filter(may_be_linked, given), ""):
        return page
    held = [one for one in given if host(_CUT.sub(r"https://\1/", one)) in hosts()]
    for one in held:
        if _CUT.fullmatch(one) or names_a_person(one):
            where = ", ".join(filter(None, [publisher, host(_CUT.sub(r"https://\1/", one))]))
            return sentence("tables.source.row", case="named", publisher=where, row=row).plain()
    named = publisher or next(map(host, held), "")
    if named:
        return sentence("tables.source.row", case="published", publisher=named, row=row).plain()
    return sentence("tables.source.row", case="unnamed", row=row).plain()
