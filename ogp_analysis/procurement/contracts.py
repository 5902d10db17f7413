"""Awarded contracts of a publication or of a user's own files, and the rows of a buyer among them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from os import PathLike

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import ParameterError, listed
from ogp_analysis.display.result import Shown
from ogp_analysis.procurement.amounts import in_currency
from ogp_analysis.procurement.awarded.published import own_publication, published
from ogp_analysis.procurement.flags.result import Settings
from ogp_analysis.procurement.flags.settings import settings
from ogp_analysis.procurement.own_files.shelved import publication_name
from ogp_analysis.procurement.publications import PUBLICATIONS, Publication

#: So many names are proposed in place of one that is not there.
_PROPOSED = 3


@dataclass(frozen=True)
class Contracts(Shown):
    """Every awarded contract of a publication, and what is known of them.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per contract, or an award where the source has no contracts, with one supplier. Columns as in
        :data:`ogp_analysis.procurement.awarded.frame.SCHEMA`; ``amount_status, amount_basis, currency_status``; and
        those of :func:`ogp_analysis.procurement.amounts.in_currency`: ``value``, the amount in one currency, missing
        where it is not counted, ``left_out``, why not, and the rate of exchange. Natural persons are masked.
    publication : Publication
        Which publication they are of: its country, whether it is a sample, what its buyers are.
    edition : str
        Which data they are taken from.
    currency : str
        ISO 4217 code of ``value``; empty where no amount names one.
    settings : Settings
        Of the publication's country; where it is a sample, no flag on a share of an organisation is computed.
    tables : dict of str to pandas.DataFrame
        Contracting processes, as flags read them.
    firms : pandas.DataFrame
        What lists of suppliers are searched for; index of `frame`.
    record : pandas.DataFrame
        Methods and dates that are read otherwise than published, with
        :data:`ogp_analysis.procurement.awarded.ocds.COLUMNS`.
    files : int
        Raw files behind them.
    flow : tuple of (str, int)
        Steps from the files to the contracts, as codes, with what was left after each.
    left_out : dict of str to int
        Rows that are no contract of their own, by reason.
    agreed, unpaired : int
        Contracts joined to an award that they do not name, because number, amount or day agree; contracts and awards of
        one process that could not be joined, each a row.
    corrected : int
        Values that the country's settings filled in or translated.
    absent : tuple of str
        Codes of what the edition lacks: ``ceilings``, ``grounds``.
    listable : bool
        Whether single values may be passed on, and buyers and firms be listed with theirs.
    """

    frame: pd.DataFrame = field(repr=False)
    publication: Publication
    edition: str
    currency: str
    settings: Settings = field(repr=False)
    tables: dict[str, pd.DataFrame] = field(repr=False)
    firms: pd.DataFrame = field(repr=False)
    record: pd.DataFrame = field(repr=False)
    files: int
    flow: tuple[tuple[str, int], ...]
    left_out: dict[str, int] = field(repr=False)
    agreed: int
    unpaired: int
    corrected: int
    absent: tuple[str, ...]
    listable: bool


def contracts(
    dataset: str | PathLike[str], edition: str = "embedded", rules_of: str | None = None, objects: bool = False
) -> Contracts:
    """Return the awarded contracts of a publication or of files of your own.

    Parameters
    ----------
    dataset : str or path
        Name of a publication, such as ``"compranet_2017"``
        (:data:`ogp_analysis.procurement.publications.PUBLICATIONS`); or the folder that ``ogp-analysis clean`` wrote
        from files of CompraNet, in OCDS or of any table, by a map of its columns.
    edition : str
        Which data, as in ``ogp.load``. Of a folder it says which ceilings, lists and exchange rates there are.
    rules_of : str or None
        Of a folder in OCDS or of a table: the country whose settings of alerts and currency hold, by any usual name or
        code. By default the country of the publisher, if all ocids begin with a prefix that is known. Without a country
        that has settings, the default settings hold, and amounts are in the currency that most of them name.
    objects : bool
        Whether ``contract_key`` and the words and codes of what was bought stand in the frame, for whoever searches
        them, in place of amounts in one currency.

    Returns
    -------
    Contracts
        One row per contract in ``.frame``.

    Raises
    ------
    UnknownName
        If there is no such publication or folder, or the edition does not hold it; the message names those there are.
    ParameterError
        If the folder holds no cleaned contracts, or `rules_of` is given where the country is known.
    SourceError
        If the folder holds what a cleaning does not write.

    Examples
    --------
    >>> found = ogp.procurement.contracts("compranet_2017")
    >>> len(found.frame), found.currency, found.publication.at_random
    (2211, 'MXN', True)
    """
    name = publication_name(dataset)
    if name in PUBLICATIONS and rules_of is not None:
        raise ParameterError(f"country {rules_of[:40]!r}", f"cannot be chosen for {name}", "Leave it out")
    iso3 = None if rules_of is None else country(rules_of).iso3
    one = PUBLICATIONS[name] if name in PUBLICATIONS else own_publication(name, iso3)
    found = published(one, edition, objects)
    awards, general = found.pop("frame"), {"sample": one.is_sample}
    own = settings(one.iso3, {"general": general})
    if not own["general"]["currency"]:
        # The first of the alphabet where two are as frequent.
        named = awards["currency"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
        own = settings(one.iso3, {"general": general | {"currency": str(named.index[0]) if len(named) else ""}})
    currency = own["general"]["currency"]
    frame = awards if objects else awards.join(in_currency(awards, currency, edition))
    return Contracts(frame, one, edition, currency, own, **found)


def of_buyer(awards: pd.DataFrame, buyer: str) -> tuple[pd.Series, str]:
    """Return which contracts are of a buyer, and its name as published.

    Parameters
    ----------
    awards : pandas.DataFrame
        ``buyer_id, buyer_name, institution``.
    buyer : str
        Identifier of a buyer, or its whole name as published, in upper or lower case; in CompraNet that of a purchasing
        unit or of the institution whose units are meant.

    Returns
    -------
    tuple of pandas.Series and str
        Whether each contract is of the buyer, and the name.

    Raises
    ------
    ParameterError
        If there is no such buyer; those whose names hold it, are like it, or that buy most often, are named.

    Examples
    --------
    >>> rows, name = of_buyer(ogp.procurement.contracts("compranet_2017").frame, "instituto mexicano del seguro social")
    >>> name, int(rows.sum()) > 100
    ('Instituto Mexicano del Seguro Social', True)
    """
    wanted = buyer.strip().casefold()
    names, institutions = (awards[column].fillna("").astype("str") for column in ("buyer_name", "institution"))
    of_institution = (institutions.str.strip().str.casefold() == wanted) & (wanted != "")
    asked = (awards["buyer_id"] == buyer.strip()).fillna(False) | (names.str.strip().str.casefold() == wanted)
    asked |= of_institution
    if not asked.any():
        counts = names[names != ""].value_counts().sort_index().sort_values(ascending=False, kind="stable")
        by_folded = {one.casefold(): one for one in counts.index}
        within = [one for folded, one in by_folded.items() if wanted and wanted in folded]
        close = [by_folded[one] for one in difflib.get_close_matches(wanted, by_folded, n=_PROPOSED, cutoff=0.5)]
        proposed = (within or close or list(counts.index))[:_PROPOSED]
        what = "is neither the identifier nor the whole name of a buyer in these contracts"
        action = "Use one as published, for example " + listed(proposed) if proposed else "Leave it out"
        raise ParameterError(f"buyer {buyer[:60]!r}", what, action)
    identifiers, shown = sorted(awards.loc[asked, "buyer_id"].dropna().unique()), names[asked & (names != "")]
    name = str(shown.min()) if len(shown) else identifiers[0]
    name = str(institutions[of_institution].min()) if of_institution.any() else name
    return asked | awards["buyer_id"].isin(identifiers), name
