"""The publications of contracts that can be looked at, by the name a notebook gives them; and procedures and contracts
of CompraNet and ComprasMX joined by the number of the procedure, never by likeness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.countries import known

COMPRANET, OCDS, TABLE = "compranet", "ocds", "table"


@dataclass(frozen=True)
class Publication:
    """Where the contracts of a publication lie in the clean tables.

    Attributes
    ----------
    name : str
        As a notebook calls it.
    dataset : str
        ``"compranet"`` or ``"ocds"``: the dataset of the catalogue; ``"table"``: a user's, read by a map of columns.
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


#: How a contract stands to the procedures: its number is that of one; of several; of none; or it has no number.
STATUSES = ("matched", "several", "no_procedure", "no_number")
OF_A_CONTRACT = ("contract_key", "sequence", "procedure_number", "government_level")
OF_A_PROCEDURE = ("procedure_key", "procedure_number", "generation")
#: The layout of files of procedures; in all others procedures are read from the contracts themselves.
OF_PROCEDURES = "E"


def linked(contracts: pd.DataFrame, procedures: pd.DataFrame) -> pd.DataFrame:
    """Return each contract with the procedure of its number, where files of procedures (layout E) hold it.

    Numbers are the same if they are letter by letter, but for case and blanks around them.

    Parameters
    ----------
    contracts : pandas.DataFrame
        ``contract_key, sequence, procedure_number, government_level`` of the clean table.
    procedures : pandas.DataFrame
        ``procedure_key, procedure_number, generation`` of the clean table.

    Returns
    -------
    pandas.DataFrame
        One row per contract, in the order given: the four columns; ``linked_procedure``, the key of the procedure,
        missing unless there is exactly one; and ``link``, one of :data:`STATUSES`.
    """
    own = procedures[procedures["generation"] == OF_PROCEDURES]
    by_number = pd.DataFrame({"number": _plain(own["procedure_number"]), "key": own["procedure_key"]})
    by_number = by_number.dropna().drop_duplicates()
    several = set(by_number.loc[by_number.duplicated("number", keep=False), "number"])
    sole = by_number.drop_duplicates("number", keep=False).set_index("number")["key"]
    number = _plain(contracts["procedure_number"])
    key = number.map(sole).astype("str")
    link = pd.Series("no_procedure", index=contracts.index, dtype="str")
    link = link.mask(key.notna(), "matched").mask(number.isin(several), "several").mask(number.isna(), "no_number")
    return contracts.assign(linked_procedure=key, link=link)


def _plain(numbers: pd.Series) -> pd.Series:
    text = numbers.astype("str").str.strip().str.upper()
    return text.mask(text == "")


class Links(NamedTuple):
    """Contracts by order of government, and how many of them have their procedure in files of procedures.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per order of government (missing where it is not stated): ``level, contracts`` and a count for each of
        :data:`STATUSES`.
    procedures, without : int
        Procedures in files of procedures, and those of them whose number no contract has.
    """

    frame: pd.DataFrame
    procedures: int = 0
    without: int = 0


def links(contracts: pd.DataFrame, procedures: pd.DataFrame) -> Links:
    """Return how contracts are joined to procedures, by order of government; parameters as :func:`linked`."""
    found = linked(contracts, procedures)
    counts = found.groupby(found["government_level"].astype("str"), dropna=False)["link"].value_counts().unstack()
    counts = counts.reindex(columns=list(STATUSES)).fillna(0).astype("int64")
    frame = counts.assign(contracts=counts.sum(axis=1)).rename_axis("level").reset_index()
    own = procedures[procedures["generation"] == OF_PROCEDURES]
    numbers = set(_plain(contracts["procedure_number"]).dropna())
    keys = own.loc[_plain(own["procedure_number"]).isin(numbers), "procedure_key"]
    whole = own["procedure_key"].nunique()
    return Links(frame[["level", "contracts", *STATUSES]], whole, whole - keys.nunique())
