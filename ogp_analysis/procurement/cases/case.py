"""The contracts that a reader asks about: of one publication, of some years, of one buyer or of all."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.errors import ParameterError, listed
from ogp_analysis.procurement.cases.money import Money, in_one_currency
from ogp_analysis.procurement.cases.publications import Publication, publication
from ogp_analysis.procurement.cases.reading import Reading, read
from ogp_analysis.procurement.flags.settings import Settings, settings

#: So many names are proposed in place of one that is not there.
_PROPOSED = 3


@dataclass(frozen=True)
class Case:
    """Awarded contracts of a publication, chosen by year and buyer.

    Attributes
    ----------
    publication : Publication
    edition : str
    first_year, last_year : int or None
        Years asked for; None for no bound.
    buyers : tuple of str
        Identifiers of the buyer asked for; empty for all.
    buyer_name : str
        Its name as published; empty for all.
    awards : pandas.DataFrame
        The awards asked for, with ``value``: the amount in :attr:`money`'s currency, missing where not counted.
    peers : pandas.DataFrame
        The same of all buyers in the same years: what flags compare a buyer with.
    firms : pandas.DataFrame
        What lists of suppliers are searched for, of :attr:`awards`.
    tables : dict of str to pandas.DataFrame
        Contracting processes of :attr:`peers`, as flags read them.
    money : Money
        What the awards amount to.
    settings : Settings
        Of the publication's country; where it is a sample, no flag on a share of an organisation is computed.
    flow : tuple of (str, int)
        Steps from the file to the awards looked at, as codes, with what was left after each.
    left_out : dict of str to int
        Rows that are no awarded contract of their own, by reason.
    agreed : int
        Contracts of the publication joined to an award that they do not name, because number, amount or day agree.
    unpaired : int
        Contracts and awards of one process that could not be joined, in the whole publication; each is a row.
    record : pandas.DataFrame
        Methods and dates of the awards looked at that are read otherwise than published, with
        :data:`ogp_analysis.procurement.awarded.ocds_readings.COLUMNS`.
    undated : int
        Awards without a year; none of them is looked at where years are asked for.
    corrected : int
        Values corrected by the country's settings.
    absent : tuple of str
        Codes of what the edition lacks.
    listable : bool
        Whether single values may be passed on, and buyers and firms be listed with theirs.
    """

    publication: Publication
    edition: str
    first_year: int | None
    last_year: int | None
    buyers: tuple[str, ...]
    buyer_name: str
    awards: pd.DataFrame
    peers: pd.DataFrame
    firms: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    money: Money
    settings: Settings
    flow: tuple[tuple[str, int], ...]
    left_out: dict[str, int]
    agreed: int
    unpaired: int
    record: pd.DataFrame
    undated: int
    corrected: int
    absent: tuple[str, ...]
    listable: bool

    @property
    def n(self) -> int:
        """Awards looked at."""
        return len(self.awards)

    @property
    def years(self) -> tuple[int, int] | None:
        """First and last year of the awards looked at; None if none has a year."""
        known = self.awards["year"].dropna()
        return (int(known.min()), int(known.max())) if len(known) else None

    @property
    def otherwise(self) -> int:
        """Awards looked at whose method is read otherwise than the publisher codes it."""
        read = self.record.loc[self.record["what"] == "method", "process_id"]
        return int(self.awards["process_id"].isin(read).sum())

    @property
    def impossible_dates(self) -> int:
        """Dates of the awards looked at that cannot be, and are set aside."""
        return int((self.record["what"] != "method").sum())

    @property
    def assumed(self) -> int:
        """Awards whose currency is assumed because the files have no column of currencies."""
        if not self.publication.unlabelled:
            return 0
        return int((self.awards["currency_status"] == "unlabelled").sum())


def procurement_case(
    dataset: str,
    edition: str = "embedded",
    first_year: int | None = None,
    last_year: int | None = None,
    buyer: str | None = None,
) -> Case:
    """Return the awarded contracts of a publication, of some years, of one buyer or of all.

    Parameters
    ----------
    dataset : str
        Name of a publication (:data:`ogp_analysis.procurement.cases.publications.PUBLICATIONS`).
    edition : {"embedded", "full"}
    first_year, last_year : int or None
        By the day of the award, else of the signature, else of the start; with a bound, undated awards are left out.
    buyer : str or None
        Identifier of a buyer, or its whole name as published, in upper or lower case.

    Raises
    ------
    UnknownName
        If the edition does not hold the publication.
    ParameterError
        If there is no such buyer, or no award is left.
    """
    reading = read(publication(dataset), edition)
    own = settings(reading.publication.iso3, {"general": {"sample": reading.publication.is_sample}})
    in_years = _in_years(reading.awards["year"], first_year, last_year)
    of_buyer, buyers, name = _of_buyer(reading.awards, buyer)
    if not (in_years & of_buyer).any():
        raise _empty(reading, first_year, last_year, name)
    money = in_one_currency(reading.awards[in_years], own["general"]["currency"], edition)
    peers = reading.awards[in_years].assign(value=money.values)
    asked = of_buyer[in_years]
    awards = peers[asked]
    years = () if first_year is None and last_year is None else (("in_years", len(peers)),)
    return Case(
        publication=reading.publication,
        edition=edition,
        first_year=first_year,
        last_year=last_year,
        buyers=buyers,
        buyer_name=name,
        awards=awards,
        peers=peers,
        firms=reading.firms.loc[awards.index],
        tables=_of_processes(reading.tables, peers, years),
        money=money if asked.all() else in_one_currency(awards, money.currency, edition),
        settings=own,
        flow=(*reading.flow, *years, *((("of_buyer", len(awards)),) if buyers else ())),
        left_out=reading.left_out,
        agreed=reading.agreed,
        unpaired=reading.unpaired,
        record=reading.record[reading.record["process_id"].isin(awards["process_id"])].reset_index(drop=True),
        undated=int(reading.awards["year"].isna().sum()),
        corrected=reading.corrected,
        absent=reading.absent,
        listable=reading.listable,
    )


def _in_years(year: pd.Series, first: int | None, last: int | None) -> pd.Series:
    kept = pd.Series(True, index=year.index)
    if first is not None:
        kept &= (year >= first).fillna(False).astype(bool)
    if last is not None:
        kept &= (year <= last).fillna(False).astype(bool)
    return kept


def _of_buyer(awards: pd.DataFrame, buyer: str | None) -> tuple[pd.Series, tuple[str, ...], str]:
    if buyer is None:
        return pd.Series(True, index=awards.index), (), ""
    wanted = buyer.strip().casefold()
    names = awards["buyer_name"].fillna("").astype("str")
    there = (awards["buyer_id"] == buyer.strip()).fillna(False) | (names.str.strip().str.casefold() == wanted)
    if not there.any():
        raise _unknown(buyer, names)
    found = tuple(sorted(awards.loc[there, "buyer_id"].dropna().unique()))
    shown = names[there & (names != "")]
    return there | awards["buyer_id"].isin(found), found, str(shown.min()) if len(shown) else found[0]


def _unknown(buyer: str, names: pd.Series) -> ParameterError:
    """Return the refusal of a buyer, with names that hold what was asked for, or look like it, or buy most often."""
    counts = names[names != ""].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    by_folded = {name.casefold(): name for name in counts.index}
    wanted = buyer.strip().casefold()
    within = [name for folded, name in by_folded.items() if wanted and wanted in folded]
    close = [by_folded[one] for one in difflib.get_close_matches(wanted, by_folded, n=_PROPOSED, cutoff=0.5)]
    proposed = (within or close or list(counts.index))[:_PROPOSED]
    return ParameterError(
        f"buyer {buyer[:60]!r}",
        "is neither the identifier nor the whole name of a buyer in these contracts",
        "Use one as published, for example " + listed(proposed) if proposed else "Leave it out",
    )


def _empty(reading: Reading, first: int | None, last: int | None, name: str) -> ParameterError:
    known = reading.awards["year"].dropna()
    span = f"from {int(known.min())} to {int(known.max())}" if len(known) else "without dates"
    where = f"years {first or '…'} to {last or '…'}" + (f", buyer {name!r}" if name else "")
    return ParameterError(where, "no contract is left", f"The contracts of {reading.publication.name} are {span}")


def _of_processes(tables: dict[str, pd.DataFrame], peers: pd.DataFrame, years: tuple) -> dict[str, pd.DataFrame]:
    """Return the processes of the awards; where no year is asked for, also those without an award."""
    if not years:
        return tables
    there = set(peers["process_id"])
    return {name: table[table["ocid"].isin(there)].reset_index(drop=True) for name, table in tables.items()}
