"""The publications of contracts that can be looked at, by the name a notebook gives them."""

from __future__ import annotations

from dataclasses import dataclass

from ogp_analysis.base.errors import UnknownName

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
        Code of what the files hold: a ``sample`` of the contracts of all buyers, those of ``one_buyer``, or what a
        publisher ``published``, which may not be all.
    unlabelled : str
        Currency that amounts without one are taken to be in, because the files have no column of currencies;
        empty where nothing is assumed.
    published : str
        Day on which the files say they were put out, where it is later than their last release: they can tell of
        contracts up to then.
    federal_law : bool
        Whether its contracts are under the procurement laws of the Mexican federation, so that their ceilings hold
        and a federal ban bars from them. The institute for transparency (INAI) had rules of its own.
    at_random : bool
        Whether the contracts were drawn at random, so that a share among them has a sampling error. Of the samples of
        CompraNet those of 2017 and 2018 were: their rows are in no order, and nearly each is of another call.
        Those of 2010 to 2014 are the first rows of the files, which begin with a few buyers by the alphabet.
    """

    name: str
    dataset: str
    place: str
    iso3: str
    extent: str = "published"
    unlabelled: str = ""
    published: str = ""
    federal_law: bool = False
    at_random: bool = False

    @property
    def is_sample(self) -> bool:
        """Whether the files hold a sample, so that no share of a buyer or firm in a whole can be determined of it."""
        return self.extent == "sample"


def _compranet(name: str, place: str, extent: str, unlabelled: str = "", at_random: bool = False) -> Publication:
    return Publication(name, COMPRANET, place, "MEX", extent, unlabelled, federal_law=True, at_random=at_random)


def _ocds(publisher: str, iso3: str, federal_law: bool = False, published: str = "") -> Publication:
    name = "ocds_" + publisher.replace("-", "_")
    return Publication(name, OCDS, f"ocds/{publisher}/", iso3, published=published, federal_law=federal_law)


_ALL = (
    _compranet("compranet_2010_2012", "compranet/2010-2012/", "sample"),
    _compranet("compranet_2013", "compranet/2013/", "sample"),
    _compranet("compranet_2014", "compranet/2014/", "sample"),
    _compranet("compranet_2017", "compranet/2017-sample/", "sample", at_random=True),
    _compranet("compranet_2018", "compranet/2018-sample/", "sample", at_random=True),
    _compranet("compranet_imss_2023", "compranet/2023-imss-raw/", "one_buyer"),
    _compranet("comprasmx_imss_2026", "comprasmx/2026-imss/", "one_buyer", "MXN"),
    _ocds("mexico-apf", "MEX", True),
    _ocds("mexico-cdmx", "MEX"),
    _ocds("mexico-gacm", "MEX", True),
    _ocds("mexico-inai", "MEX"),
    _ocds("mexico-jalisco", "MEX"),
    _ocds("mexico-states-pdn", "MEX"),
    _ocds("armenia", "ARM"),
    _ocds("australia-nsw", "AUS"),
    _ocds("buyandsell", "CAN"),
    _ocds("canada-buyandsell", "CAN"),
    _ocds("canada-montreal", "CAN"),
    _ocds("colombia", "COL", published="2016-07-19"),
    _ocds("moldova", "MDA"),
    _ocds("paraguay", "PRY"),
    _ocds("taiwan", "TWN"),
    _ocds("uk-contracts-finder", "GBR"),
    _ocds("ukraine", "UKR"),
)
#: By name, in the order in which they are named to a reader.
PUBLICATIONS = {one.name: one for one in _ALL}


def publication(name: str) -> Publication:
    """Return a publication.

    Raises
    ------
    UnknownName
        If there is none of that name.
    """
    if name not in PUBLICATIONS:
        raise UnknownName(f"contracts {name!r}", "are not known", "Use one of " + ", ".join(PUBLICATIONS))
    return PUBLICATIONS[name]
