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
    at_random : bool
        Whether the contracts were drawn at random, so that a share among them has a sampling error. Of the samples of
        CompraNet those of 2017 and 2018 were: their rows are in no order, and nearly each is of another call.
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


def _compranet(name: str, place: str, extent: str, unlabelled: str = "", at_random: bool = False) -> Publication:
    return Publication(name, COMPRANET, place, "MEX", extent, unlabelled, federal_law=True, at_random=at_random)


def _ocds(publisher: str, iso3: str, *ocids: str, federal_law: bool = False, published: str = "") -> Publication:
    name = "ocds_" + publisher.replace("-", "_")
    place = f"ocds/{publisher}/"
    return Publication(name, OCDS, place, iso3, published=published, federal_law=federal_law, publisher=publisher,
                       ocids=ocids)  # fmt: skip


_ALL = (
    _compranet("compranet_2010_2012", "compranet/2010-2012/", "sample"),
    _compranet("compranet_2013", "compranet/2013/", "sample"),
    _compranet("compranet_2014", "compranet/2014/", "sample"),
    _compranet("compranet_2017", "compranet/2017-sample/", "sample", at_random=True),
    _compranet("compranet_2018", "compranet/2018-sample/", "sample", at_random=True),
    _compranet("compranet_imss_2023", "compranet/2023-imss-raw/", "one_buyer"),
    _compranet("comprasmx_imss_2026", "comprasmx/2026-imss/", "one_buyer", "MXN"),
    _ocds("mexico-apf", "MEX", "ocds-07smqs-", federal_law=True),
    _ocds("mexico-cdmx", "MEX", "OCDS-87SD3T-"),
    _ocds("mexico-gacm", "MEX", federal_law=True),
    _ocds("mexico-inai", "MEX"),
    _ocds("mexico-jalisco", "MEX", "ocds-xs1qbl-"),
    _ocds("mexico-states-pdn", "MEX", "ocds-o4r2u1-", "ocds-ty10ed-", "ocds-tzbkr7-", "ocds-seabcs-"),
    _ocds("armenia", "ARM", "AM-PPS-"),
    _ocds("australia-nsw", "AUS", "ocds-43qwtd-"),
    _ocds("buyandsell", "CAN"),
    _ocds("canada-buyandsell", "CAN", "ocds-34a6hz-"),
    _ocds("canada-montreal", "CAN"),
    _ocds("colombia", "COL", "ocds-k50g02-", published="2016-07-19"),
    _ocds("moldova", "MDA", "ocds-ngfbwp-"),
    _ocds("paraguay", "PRY", "ocds-03ad3f-"),
    _ocds("taiwan", "TWN", "ocid-6as"),
    _ocds("uk-contracts-finder", "GBR", "ocds-b5fd17-"),
    _ocds("ukraine", "UKR", "ocds-be6bcu-"),
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
