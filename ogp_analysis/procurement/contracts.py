"""Awarded contracts of a publication: of some years, of one buyer or of all, and what can be asked of them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from os import PathLike

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import ParameterError, listed
from ogp_analysis.base.words import say, word
from ogp_analysis.base.words.numbers import Number, count, share
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.result import Parts, Shown, edition_name
from ogp_analysis.procurement import sample
from ogp_analysis.procurement.amounts import Amounts, amounts
from ogp_analysis.procurement.awarded.compranet import debarred
from ogp_analysis.procurement.awarded.frame import COLUMNS
from ogp_analysis.procurement.awarded.published import PublishedContracts, own_publication, published
from ogp_analysis.procurement.concentration import (
    BuyerConcentrations,
    Concentration,
    buyer_concentrations,
    concentration,
)
from ogp_analysis.procurement.first_digits import FirstDigits, first_digits
from ogp_analysis.procurement.flag_rates import FlagRates, flag_rates
from ogp_analysis.procurement.flagged_units import FlaggedUnits, flagged_units
from ogp_analysis.procurement.flags.on_awards import SEPARATOR, named
from ogp_analysis.procurement.flags.registry import compute_all
from ogp_analysis.procurement.flags.result import AWARDED, DEBARRED, NOT_COMPUTABLE, TERMS, FlagResult, Settings
from ogp_analysis.procurement.flags.settings import countries, settings
from ogp_analysis.procurement.groups import GroupDifferences, group_differences, grouped_counts
from ogp_analysis.procurement.labels import MILLION, commonest_names
from ogp_analysis.procurement.linking import OF_A_CONTRACT, OF_A_PROCEDURE, STATUSES, Links, links
from ogp_analysis.procurement.method_mix import MethodMix, method_mix
from ogp_analysis.procurement.own_files.shelved import publication_name
from ogp_analysis.procurement.publications import COMPRANET, PUBLICATIONS, Publication
from ogp_analysis.procurement.risk_index import RiskSummary, risk_of
from ogp_analysis.procurement.sanctions import Sanctions, sanctions
from ogp_analysis.procurement.submission_terms import SubmissionTerms, terms_kept
from ogp_analysis.procurement.thresholds import Ceilings, direct_awards_and_ceilings
from ogp_analysis.statistics.shares import carrier

# The red flags of contracts: computed among all buyers of the publication, given for the units asked for.


@dataclass(frozen=True, kw_only=True)
class RedFlags(FlagRates):
    """The rates of all red flags, with the answers behind them. An alert is a reason to look again.

    Attributes
    ----------
    contracts : Contracts
        What the flags were computed for.
    results : mapping of str to FlagResult
        The answers by the name of the flag, such as ``"R003"``: one row per unit in the ``frame`` of each.
    """

    contracts: Contracts = field(repr=False)
    results: Mapping[str, FlagResult] = field(repr=False)

    def units(self, most: int = 10) -> FlaggedUnits:
        """Return the units with the most extreme values, at most so many an alert, with buyer and firm as published."""
        case = self.contracts
        suppliers, units = case.tables.get("suppliers"), case.publication.units
        return flagged_units(self.results, case.frame, case.peers, suppliers, most, case.listable, units)

    def submission(self) -> SubmissionTerms:
        """Return how many calls kept the term that the law sets, by kind of call and law."""
        case = self.contracts
        return terms_kept(self.results["R003"], case.tables.get(TERMS), case.settings["R003"]["threshold"])


def red_flags(contracts: Contracts, lists: Sanctions) -> RedFlags:
    """Return the answer of every flag for the units of contracts.

    Where a buyer is asked for, fences and medians are those of all buyers of the publication in the years asked
    for, and the units are those the buyer has a part in.

    Parameters
    ----------
    contracts : Contracts
    lists : Sanctions
        What lists of sanctions say of the contracts.
    """
    results = compute_all(flag_tables(contracts, lists), contracts.settings)
    if contracts.buyers:
        results = {
            name: replace(result, frame=result.frame[_kept(contracts, result).to_numpy(bool)].reset_index(drop=True))
            for name, result in results.items()
        }
    one, lawless = contracts.publication, () if TERMS in contracts.tables else ("R003",)
    rates = flag_rates(results.values(), one.at_random, buyers_are=one.units, lawless=lawless)
    return RedFlags(**vars(rates), contracts=contracts, results=results)


def flag_tables(contracts: Contracts, lists: Sanctions) -> dict[str, pd.DataFrame]:
    """Return what flags read: awards with amounts in one currency, processes, and what the list of bans says."""
    peers = contracts.peers
    currency = peers["currency"].mask(peers["value"].notna(), contracts.currency)
    awards = peers.assign(amount=peers["value"], currency=currency)
    tables = {**contracts.tables, AWARDED: awards[list(COLUMNS)]}
    if lists.barred is not None:
        tables[DEBARRED] = debarred(lists.barred.outcomes)
    elif lists.too_few:
        told = {"award_key": awards["award_key"], "outcome": NOT_COMPUTABLE, "reason": "few_firms"}
        tables[DEBARRED] = pd.DataFrame(told)
    return tables


def _kept(contracts: Contracts, result: FlagResult) -> pd.Series:
    """Return which units of a flag are of the buyer, or of who sold to it."""
    units, own, buyers = result.frame["unit_id"], contracts.frame, contracts.buyers
    if result.unit == "award":
        return units.isin(set(own["award_key"]))
    if result.unit in ("buyer", "procuring_entity"):
        return units.isin(buyers)
    if result.unit in ("purchases", "buyer_supplier"):
        return units.str.startswith(tuple(buyer + SEPARATOR for buyer in buyers))
    if result.unit == "market_supplier":
        market = own["classification"].str.slice(0, contracts.settings["R050"]["digits"])
        parts = (own["classification_scheme"], market, own["year"], own["supplier_id"])
        known = pd.concat(parts, axis=1).notna().all(axis=1)
        return units.isin(set(named(*(part[known] for part in parts))))
    processes = contracts.tables["processes"]
    of_buyer = set(own["process_id"]) | set(processes.loc[processes["buyer_id"].isin(buyers), "ocid"])
    if result.unit == "process":
        return units.isin(of_buyer)
    organisations = contracts.tables.get(f"{result.unit}s", pd.DataFrame(columns=["ocid", f"{result.unit}_id"]))
    return units.isin(set(organisations.loc[organisations["ocid"].isin(of_buyer), f"{result.unit}_id"].dropna()))


#: So many names are proposed in place of one that is not there.
_PROPOSED = 3


@dataclass(frozen=True)
class Contracts(Shown):
    """Awarded contracts of a publication, chosen by year and buyer.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per contract, or an award where the source has no contracts, with one supplier. Columns as in
        :data:`ogp_analysis.procurement.awarded.frame.SCHEMA`; ``amount_status, amount_basis, currency_status``; and
        ``value``, the amount in one currency, missing where it is not counted. Natural persons are masked.
    published : PublishedContracts
        The whole publication.
    peers : pandas.DataFrame
        The same as `frame`, of all buyers in the same years: what flags compare a buyer with.
    tables : dict of str to pandas.DataFrame
        Contracting processes of `peers`, as flags read them.
    settings : Settings
        Of the publication's country; where it is a sample, no flag on a share of an organisation is computed.
    flow_steps : tuple of (str, int)
        Steps from the file to the contracts looked at, as codes, with what was left after each.
    buyers : tuple of str
        Identifiers of the buyer asked for; empty for all.
    buyer_name : str
        Its name as published; empty for all.
    """

    frame: pd.DataFrame = field(repr=False)
    published: PublishedContracts = field(repr=False)
    peers: pd.DataFrame = field(repr=False)
    tables: dict[str, pd.DataFrame] = field(repr=False)
    settings: Settings = field(repr=False)
    flow_steps: tuple[tuple[str, int], ...]
    buyers: tuple[str, ...] = ()
    buyer_name: str = ""

    @property
    def publication(self) -> Publication:
        """Which publication the contracts are of."""
        return self.published.publication

    @property
    def edition(self) -> str:
        """Which data they are taken from."""
        return self.published.edition

    @property
    def listable(self) -> bool:
        """Whether single values may be passed on, and buyers and firms be listed with theirs."""
        return self.published.listable

    @property
    def currency(self) -> str:
        """ISO 4217 code of ``value``."""
        return self.settings["general"]["currency"]

    @property
    def years(self) -> tuple[int, int] | None:
        """First and last year of the contracts; None if none has a year."""
        known = self.frame["year"].dropna()
        return (int(known.min()), int(known.max())) if len(known) else None

    @property
    def sample(self) -> pd.DataFrame:
        """What was left after each step from the files to the contracts, and what was left out and why."""
        return self.flow().frame

    def answer(self) -> Parts:
        """Say, after the headline, how many contracts there are, when, what they amount to, and who made them."""
        name = word(f"procurement.publication.{'own' if self.publication.is_own else self.publication.name}")
        headline = say("procurement.headline", role="headline", case="buyer" if self.buyers else "all", contracts=name,
                       buyer=self.buyer_name)  # fmt: skip
        when = "–".join(str(year) for year in dict.fromkeys(self.years or ())) or word("procurement.undated")
        values = {"n": count(len(self.frame)), "when": when}
        case, found, carried = "none", self.amounts().total, carrier(self.frame["value"])
        if found.total is not None:
            case = "carried" if carried else "some"
            values |= {"summed": count(found.summed), "total": _millions(found.total), "currency": found.currency}
        if found.total is not None and carried:
            values |= {"largest": _millions(carried.amount), "largest_share": share(carried.share),
                       "without": _millions(carried.rest)}  # fmt: skip
        files = {}
        if self.publication.is_own:
            balance = [row for row in hand_out.provenance().payload["balance"]
                       if row["file"].startswith(self.publication.place)]  # fmt: skip
            files = {"tables": count(len(balance)), "n": count(len(self.published.awarded.frame))}
        extent = self.publication.extent
        extent = "drawn" if self.publication.at_random else extent
        measured = say("procurement.measured", role="scope", case=extent, **files)
        money = say("procurement.glance.money", role="number", case=case, **values)
        units = self.publication.units if self.frame["buyer_id"].notna().any() else "unknown"
        who = {} if units == "unknown" else {"n": count(self.frame["buyer_id"].nunique())}
        if units == "purchasing_unit":
            who |= {"institutions": count(self.frame["institution"].nunique())}
        return Parts([headline, measured, money, say("procurement.glance.buyers", role="number", case=units, **who)])

    def limit(self) -> Parts:
        """Say what alerts are not, and what is not in the data."""
        return Parts([say("procurement.glance.limit", role="limit", case=self.publication.extent)])

    def text(self) -> Parts:
        """Say which data these are, what part of all contracts, whether drawn at random, and what the edition lacks."""
        extent, undated = self.publication.extent, count(self.published.awarded.frame["year"].isna().sum())
        parts = Parts([
            say("procurement.scope.edition", edition=edition_name(self.edition), undated=undated),
            say("procurement.scope.extent", case=extent, role="warning" if extent == "sample" else "text"),
            say("procurement.scope.intervals", case="drawn" if self.publication.at_random else "counted"),
        ])  # fmt: skip
        if self.publication.is_own:
            iso3, currency = self.publication.iso3, self.currency
            case = "known" if iso3 in countries() else "unknown" if currency else "no_currency"
            values = {"country": country(iso3).name} if iso3 in countries() else {}
            values |= {"currency": currency} if currency else {}
            role = "text" if case == "known" else "warning"
            parts += (say("procurement.scope.country", case=case, role=role, **values),)
        for name in (*self.published.absent, *self.sanctions().absent):
            parts += (say("procurement.scope.absent", case=name, name=f"procurement.absent.{name}"),)
        if corrected := self.published.corrected:
            parts += (say("procurement.scope.corrected", corrected=count(corrected)),)
        return parts

    def flow(self) -> sample.SampleFlow:
        """Return the steps from the published files to the contracts looked at.

        Examples
        --------
        >>> contracts = ogp.procurement.contracts("ocds_mexico_inai")
        >>> contracts.flow().steps
        (('source', 88), ('processes', 88), ('awarded', 86))
        """
        found = self.published.awarded
        return sample.SampleFlow(self.flow_steps, found.left_out, found.agreed, found.unpaired, self.publication)

    def links(self) -> Links:
        """Return files of CompraNet of the user's own by order of government, and joined to files of procedures.

        Of other contracts there are none.

        Examples
        --------
        >>> ogp.procurement.contracts("ocds_mexico_inai").links().procedures
        0
        """
        own = self.publication if self.publication.is_own and self.publication.dataset == COMPRANET else None
        if own is None:
            return Links(pd.DataFrame(columns=["level", "contracts", *STATUSES]))
        procedures = pd.DataFrame({name: pd.Series(dtype="str") for name in OF_A_PROCEDURE})
        if hand_out.has_own(own.name, "procedures"):
            procedures = hand_out.own(own.name, "procedures", list(OF_A_PROCEDURE))
        return links(hand_out.own(own.name, "contracts", list(OF_A_CONTRACT)), procedures)

    def coverage(self) -> sample.Coverage:
        """Return the share of contracts of which each field is stated, by year.

        Examples
        --------
        >>> contracts = ogp.procurement.contracts("ocds_mexico_inai")
        >>> float(contracts.coverage().frame["method"].iloc[-1])
        1.0
        """
        return sample.coverage(self.frame)

    def record(self) -> sample.ReadOtherwise:
        """Return the methods and dates of the contracts that are read otherwise than published.

        Examples
        --------
        >>> contracts = ogp.procurement.contracts("ocds_mexico_inai")
        >>> contracts.record().frame["what"].value_counts().to_dict()
        {'method': 6, 'award_date': 1}
        """
        whole = self.published.record
        own = whole[whole["process_id"].isin(self.frame["process_id"])].reset_index(drop=True)
        return sample.ReadOtherwise(own, self.frame, self.currency, self.listable)

    def masked_suppliers(self) -> sample.MaskedSuppliers:
        """Return how many suppliers are masked as natural persons, and why.

        Examples
        --------
        >>> contracts = ogp.procurement.contracts("ocds_mexico_inai")
        >>> masked = contracts.masked_suppliers()
        >>> masked.masked, masked.n
        (11, 88)
        """
        return sample.masked_suppliers(self.published, self.frame)

    def amounts(self) -> Amounts:
        """Return what the contracts amount to in one currency, and which amounts are not in the sum.

        Examples
        --------
        >>> contracts = ogp.procurement.contracts("ocds_mexico_inai")
        >>> contracts.amounts().frame.values.tolist()
        [['amount_missing', 4], ['currency_unlabelled', 1]]
        """
        return amounts(self.frame, self.currency, self.edition, bool(self.publication.unlabelled))

    def methods(self, by: str = "all") -> MethodMix:
        """Return how contracts spread over open calls, invitations, direct awards and other kinds.

        Parameters
        ----------
        by : str
            ``"all"``, ``"year"`` of the award, or ``"category"``: the kind of purchase.

        Raises
        ------
        ParameterError
            If `by` is something else.

        Examples
        --------
        >>> mix = ogp.procurement.contracts("compranet_2017").methods()
        >>> mix.frame[["method", "count", "n"]].head(2).values.tolist()
        [['open', 303, 2211], ['limited', 199, 2211]]
        """
        if by not in (groups := ("all", "year", "category")):
            raise ParameterError(f"methods by {by!r}", "is not a way to group contracts", "Use " + ", ".join(groups))
        about = {"otherwise": len(self.record().methods), "years": self.publication.years}
        return method_mix(self.frame, by, self.publication.at_random, currency=self.currency, **about)

    def sanctions(self) -> Sanctions:
        """Return what federal lists of barred and listed suppliers say of the contracts, as counts.

        Examples
        --------
        >>> ogp.procurement.contracts("ocds_mexico_gacm").sanctions().absent
        ('mexico_sanctions', 'sat_69b')
        """
        return self._sanctions

    @cached_property
    def _sanctions(self) -> Sanctions:
        firms = self.published.firms.loc[self.frame.index]
        return sanctions(firms, self.frame, self.edition, self.publication.federal_law)

    def flags(self) -> RedFlags:
        """Return the answer of every red flag for the contracts, their processes, buyers and suppliers.

        Examples
        --------
        >>> rates = ogp.procurement.contracts("ocds_mexico_inai").flags().frame
        >>> rates.query("computed > 0")[["flag", "computed", "count"]].values.tolist()[:2]
        [['R016', 13, 3], ['R018', 2, 1]]
        """
        return self._flags

    @cached_property
    def _flags(self) -> RedFlags:
        return red_flags(self, self.sanctions())

    def concentration(self, within: str = "all") -> Concentration | BuyerConcentrations:
        """Return how concentrated amounts are on suppliers: in all, or within the buyers that spent most.

        Parameters
        ----------
        within : str
            ``"all"`` or ``"buyer"``.

        Raises
        ------
        ParameterError
            If `within` is neither.

        Examples
        --------
        >>> spread = ogp.procurement.contracts("ocds_mexico_inai").concentration()
        >>> spread.suppliers, round(spread["hhi"].low, 3), round(spread["hhi"].high, 3)
        (60, 0.051, 0.109)
        """
        about = {"is_sample": self.publication.is_sample, "listable": self.listable}
        if within == "all":
            return concentration(self.frame, self.currency, **about)
        if within == "buyer":
            return buyer_concentrations(self.frame, units=self.publication.units, **about)
        raise ParameterError(f"concentration within {within!r}", "is not computed", 'Use "all" or "buyer"')

    def thresholds(self) -> Ceilings:
        """Return how direct awards stand to the ceiling of their year and kind.

        Examples
        --------
        >>> ogp.procurement.contracts("ocds_mexico_inai").thresholds().case
        'not_applicable'
        """
        held = "ceilings" not in self.published.absent and self.publication.federal_law
        ceilings = hand_out.load("mexico_thresholds", "ceilings", self.edition) if held else None
        return direct_awards_and_ceilings(self.frame, ceilings, self.publication.federal_law)

    def first_digits(self) -> FirstDigits:
        """Return first digits of the amounts of each buyer beside Benford's law.

        Examples
        --------
        >>> int(ogp.procurement.contracts("ocds_mexico_inai").first_digits().frame["n"].max())
        25
        """
        return first_digits(self.frame)

    def groups(self) -> GroupDifferences:
        """Return the rates of alerts, and of direct awards, of each method, kind and buyer against those of the rest.

        Of one buyer, and of a sample, no buyers are compared.

        Examples
        --------
        >>> ogp.procurement.contracts("ocds_mexico_inai").groups().n
        0
        """
        buyers = not self.buyers and not self.publication.is_sample
        counts = grouped_counts(self.frame, self.flags().results, buyers)
        found = group_differences(counts, self.publication.at_random)
        return replace(found, buyers=commonest_names(self.peers, "buyer"), units=self.publication.units)

    def risk_index(self) -> RiskSummary:
        """Return the corruption risk index by the rules published for the country, as a description.

        Examples
        --------
        >>> ogp.procurement.contracts("ocds_mexico_inai").risk_index().groups[["group", "n"]].values.tolist()
        [['all', 86], ['direct', 59], ['limited', 7], ['open', 20]]
        """
        return risk_of(self.frame, self.peers, self.publication.iso3)


def _millions(amount: float) -> Number:
    return Number(amount / MILLION, "money", 1)


def contracts(
    dataset: str | PathLike[str],
    edition: str = "embedded",
    first_year: int | None = None,
    last_year: int | None = None,
    buyer: str | None = None,
    rules_of: str | None = None,
) -> Contracts:
    """Return the awarded contracts of a publication or of files of your own, of some years, of one buyer or of all.

    Parameters
    ----------
    dataset : str or path
        Name of a publication, such as ``"compranet_2017"``
        (:data:`ogp_analysis.procurement.publications.PUBLICATIONS`); or the folder that ``ogp-analysis clean`` wrote
        from files of CompraNet or in OCDS.
    edition : str
        Which data, as in ``ogp.load``. Of a folder it says which ceilings, lists and exchange rates there are.
    first_year, last_year : int or None
        By the day of the award, else of the signature, else of the start; with a bound, undated awards are left out.
    buyer : str or None
        Identifier of a buyer, or its whole name as published, in upper or lower case; in CompraNet that of a purchasing
        unit or of the institution whose units are meant.
    rules_of : str or None
        Of a folder in OCDS: the country whose settings of alerts and currency hold, by any usual name or code. By
        default the country of the publisher, if all ocids begin with a prefix that is known. Without a country that
        has settings, the default settings hold, amounts are added up in the currency that most of them name, and
        ceilings, lists of barred suppliers and the risk index are not computed.

    Returns
    -------
    Contracts
        One row per contract in ``.frame``; its methods answer what can be asked.

    Raises
    ------
    UnknownName
        If there is no such publication or folder, or the edition does not hold it; the message names those there are.
    ParameterError
        If there is no such buyer, no contract is left, the folder holds no cleaned contracts, or `rules_of` is given
        where the country is known.
    SourceError
        If the folder holds what a cleaning does not write.

    Examples
    --------
    >>> contracts = ogp.procurement.contracts("compranet_2017", first_year=2017)
    >>> len(contracts.frame), contracts.years
    (2144, (2017, 2017))
    """
    name = publication_name(dataset)
    if name in PUBLICATIONS and rules_of is not None:
        raise ParameterError(f"country {rules_of[:40]!r}", f"cannot be chosen for {name}", "Leave it out")
    iso3 = None if rules_of is None else country(rules_of).iso3
    one = PUBLICATIONS[name] if name in PUBLICATIONS else own_publication(name, iso3)
    whole = published(one, edition)
    awards, year = whole.awarded.frame, whole.awarded.frame["year"]
    kept = pd.Series(True, index=awards.index)
    if first_year is not None:
        kept &= (year >= first_year).fillna(False).astype(bool)
    if last_year is not None:
        kept &= (year <= last_year).fillna(False).astype(bool)
    asked, buyers, buyer_name = pd.Series(True, index=awards.index), (), ""
    if buyer is not None:
        wanted = buyer.strip().casefold()
        names = awards["buyer_name"].fillna("").astype("str")
        institutions = awards["institution"].fillna("").astype("str")
        of_institution = (institutions.str.strip().str.casefold() == wanted) & (wanted != "")
        asked = (awards["buyer_id"] == buyer.strip()).fillna(False) | (names.str.strip().str.casefold() == wanted)
        asked |= of_institution
        if not asked.any():
            # Names that hold what was asked for, or look like it, or buy most often.
            counts = names[names != ""].value_counts().sort_index().sort_values(ascending=False, kind="stable")
            by_folded = {one.casefold(): one for one in counts.index}
            within = [one for folded, one in by_folded.items() if wanted and wanted in folded]
            close = [by_folded[one] for one in difflib.get_close_matches(wanted, by_folded, n=_PROPOSED, cutoff=0.5)]
            proposed = (within or close or list(counts.index))[:_PROPOSED]
            what = "is neither the identifier nor the whole name of a buyer in these contracts"
            action = "Use one as published, for example " + listed(proposed) if proposed else "Leave it out"
            raise ParameterError(f"buyer {buyer[:60]!r}", what, action)
        buyers, shown = tuple(sorted(awards.loc[asked, "buyer_id"].dropna().unique())), names[asked & (names != "")]
        buyer_name = str(shown.min()) if len(shown) else buyers[0]
        buyer_name = str(institutions[of_institution].min()) if of_institution.any() else buyer_name
        asked |= awards["buyer_id"].isin(buyers)
    if not (kept & asked).any():
        known = year.dropna()
        span = f"from {int(known.min())} to {int(known.max())}" if len(known) else "without dates"
        where = f"years {first_year or '…'} to {last_year or '…'}" + (f", buyer {buyer_name!r}" if buyer_name else "")
        raise ParameterError(where, "no contract is left", f"The contracts of {name} are {span}")
    own = settings(one.iso3, {"general": {"sample": one.is_sample}})
    if not own["general"]["currency"]:
        # The first of the alphabet where two are as frequent.
        named = awards["currency"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
        commonest = str(named.index[0]) if len(named) else ""
        own = settings(one.iso3, {"general": {"sample": one.is_sample, "currency": commonest}})
    value = amounts(awards[kept], own["general"]["currency"], edition).values
    peers = awards[kept].assign(value=value)
    frame, tables, steps = peers[asked[kept]], whole.tables, whole.flow
    if first_year is not None or last_year is not None:
        # Without a bound the processes without an award are looked at, too.
        there = set(peers["process_id"])
        tables = {key: table[table["ocid"].isin(there)].reset_index(drop=True) for key, table in tables.items()}
        steps = (*steps, ("in_years", len(peers)))
    if buyers:
        steps = (*steps, ("of_buyer", len(frame)))
    return Contracts(frame, whole, peers, tables, own, steps, buyers, buyer_name)
