"""The red flags of contracts: computed among all buyers of the publication, given for the units asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from ogp_analysis.procurement.awarded.compranet import debarred
from ogp_analysis.procurement.awarded.frame import COLUMNS
from ogp_analysis.procurement.flag_rates import FlagRates, flag_rates
from ogp_analysis.procurement.flagged_units import FlaggedUnits, flagged_units
from ogp_analysis.procurement.flags.awarded_rows import AWARDED, SEPARATOR, named
from ogp_analysis.procurement.flags.r003 import TERMS
from ogp_analysis.procurement.flags.r046 import DEBARRED
from ogp_analysis.procurement.flags.registry import compute_all
from ogp_analysis.procurement.flags.result import NOT_COMPUTABLE, FlagResult
from ogp_analysis.procurement.sanctions import Sanctions
from ogp_analysis.procurement.submission_terms import SubmissionTerms, terms_kept

if TYPE_CHECKING:
    from ogp_analysis.procurement.contracts import Contracts


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
