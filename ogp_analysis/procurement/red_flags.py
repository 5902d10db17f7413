"""The red flags of contracts: computed among all buyers of the publication, told of the units asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table
from ogp_analysis.procurement.awarded.compranet import debarred
from ogp_analysis.procurement.awarded.frame import COLUMNS
from ogp_analysis.procurement.flag_rates import FlagRates, flag_rates
from ogp_analysis.procurement.flagged_units import UNNAMED, FlaggedUnits, flagged_units
from ogp_analysis.procurement.flags.awarded_rows import AWARDED, SEPARATOR, named
from ogp_analysis.procurement.flags.r003 import TERMS
from ogp_analysis.procurement.flags.r046 import DEBARRED
from ogp_analysis.procurement.flags.registry import compute_all
from ogp_analysis.procurement.flags.result import NOT_COMPUTABLE, FlagResult
from ogp_analysis.procurement.sanctions import Sanctions
from ogp_analysis.procurement.submission_terms import SubmissionTerms, terms_kept

if TYPE_CHECKING:
    from ogp_analysis.procurement.contracts import Contracts


@dataclass(frozen=True)
class RedFlags(Shown):
    """The answers of every red flag for the units of some contracts. An alert is a reason to look again.

    Attributes
    ----------
    contracts : Contracts
    results : mapping of str to FlagResult
        By the name of the flag, such as ``"R003"``.
    rates : FlagRates
        How often each carries an alert, of the units for which it could be computed.
    """

    contracts: Contracts = field(repr=False)
    results: Mapping[str, FlagResult] = field(repr=False)
    rates: FlagRates = field(repr=False)

    @property
    def frame(self) -> pd.DataFrame:
        """One row a flag and unit: ``flag, unit, unit_id, outcome, value, reason``.

        The flags that would say who stands on a list of sanctions are not in it; their rates are in ``rates.frame``.
        """
        parts = [
            result.frame.astype({"outcome": "str", "reason": "str"}).assign(flag=name, unit=result.unit)
            for name, result in self.results.items()
            if name not in UNNAMED
        ]
        return pd.concat(parts, ignore_index=True)[["flag", "unit", "unit_id", "outcome", "value", "reason"]]

    def answer(self) -> Parts:
        """Say how many alerts are computed, and which is set most often."""
        return self.rates.answer()

    def text(self) -> Parts:
        """Say so if no alert can be computed."""
        return self.rates.text()

    def plot(self) -> Figure | Parts:
        """Draw coverage and rate of each alert that could be computed."""
        return self.rates.plot()

    def table(self) -> Table | Parts:
        """Return coverage and rate of each alert that could be computed."""
        return self.rates.table()

    def signals(self) -> Table | Parts:
        """Return what the computed alerts look at, and what else can explain each."""
        return self.rates.signals()

    def answers(self) -> Table:
        """Return of every alert how many of its units are computed, do not apply or cannot be computed, and why."""
        return self.rates.answers()

    def units(self, most: int = 10) -> FlaggedUnits:
        """Return the units with the most extreme values, at most so many an alert, with buyer and firm as published."""
        case = self.contracts
        return flagged_units(self.results, case.frame, case.peers, case.tables.get("suppliers"), most, case.listable)

    def submission(self) -> SubmissionTerms:
        """Return how many calls kept the term that the law sets, by kind of call and law."""
        return terms_kept(self.results["R003"], self.contracts.tables.get(TERMS))


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
    return RedFlags(contracts, results, flag_rates(results.values(), contracts.publication.at_random))


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
