"""The publications of contracts that can be looked at, by the name a notebook gives them."""

from __future__ import annotations

from dataclasses import dataclass

from ogp_analysis.base.beside import toml
from ogp_analysis.base.names import known

COMPRANET, OCDS = "compranet", "ocds"


@dataclass(frozen=True)
class Publication:
    """Where the contracts of a publication lie in the clean tables.

    Attributes
    ----------
    name : str
        As a notebook calls it.
    dataset : str
        ``"compranet"`` or ``"ocds"``: the dataset of the catalogue.
    place : str
        What the column ``file`` of its rows begins with.
    iso3 : str
        Country whose settings of flags and whose currency hold.
    extent : str
        Code of what the files hold: a ``sample`` of the contracts of all buyers, those of ``one_buyer``, what a
        publisher ``published``, which may not be all, or what a user's ``own`` files hold.
    unlabelled : str
        Currency that amounts without one are taken to be in, because the files have no column of currencies;
        empty where nothing is assumed.
    published : str
        Day on which the files say they were put out, where it is later than their last release: they can tell of
        contracts up to then.
    federal_law : bool
        Whether its contracts are under the procurement laws of the Mexican federation, so that their ceilings hold
        and a federal ban bars from them. The institute for transparency (INAI) had rules of its own.
    years : tuple of int
        First and last year that the title of its files names; empty where it names none. What the files hold of others
        is left over.
    units : str
        What its buyers are: ``purchasing_unit`` of an institution that the files name too, ``unit`` of the one
        institution that publishes, or ``buyer``, which is the institution itself.
    at_random : bool
        Whether the contracts were drawn at random, so that a share among them has a sampling error. Of the samples of
        CompraNet those of 2017 and 2018 were: their rows are in no order, and nearly each is of another call;
        how they were drawn the publisher does not say.
        Those of 2010 to 2014 are the first rows of the files, which begin with a few buyers by the alphabet.
    publisher : str
        Key of what is known of its publisher in OCDS (``ocds_publishers.toml``); empty where nothing is.
    ocids : tuple of str
        What its ocids begin with, where that names the publisher: by it files of a user's own are recognised.
    """

    name: str
    dataset: str
    place: str
    iso3: str
    extent: str = "published"
    unlabelled: str = ""
    published: str = ""
    federal_law: bool = False
    years: tuple[int, ...] = ()
    units: str = "buyer"
    at_random: bool = False
    publisher: str = ""
    ocids: tuple[str, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether a user cleaned its files."""
        return self.extent == "own"

    @property
    def is_sample(self) -> bool:
        """Whether the files hold a sample, so that no share of a buyer or firm in a whole can be determined of it."""
        return self.extent == "sample"


_STATED = toml(__file__, "publications.toml")
#: By name, in the order in which they are named to a reader.
PUBLICATIONS = {
    name: Publication(name, **one | {key: tuple(one.get(key, ())) for key in ("ocids", "years")})
    for name, one in _STATED.items()
}


def publication(name: str) -> Publication:
    """Return a publication.

    Raises
    ------
    UnknownName
        If there is none of that name; those most like it are named.
    """
    return PUBLICATIONS[known("publication of contracts", name, PUBLICATIONS)]
