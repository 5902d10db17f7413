"""The red flags of a case: computed among all buyers of the publication, told of the units asked for."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ogp_analysis.procurement.awarded.compranet import debarred
from ogp_analysis.procurement.awarded.frame import COLUMNS
from ogp_analysis.procurement.cases.case import Case
from ogp_analysis.procurement.cases.screening import Screenings
from ogp_analysis.procurement.flags.awarded_rows import AWARDED, SEPARATOR, named
from ogp_analysis.procurement.flags.r046 import DEBARRED
from ogp_analysis.procurement.flags.registry import compute_all
from ogp_analysis.procurement.flags.result import NOT_COMPUTABLE, FlagResult


def case_flags(case: Case, screenings: Screenings) -> dict[str, FlagResult]:
    """Return the answer of every flag for the units of a case.

    Where a buyer is asked for, fences and medians are those of all buyers of the publication in the years asked
    for, and the units are those the buyer has a part in.

    Parameters
    ----------
    case : Case
    screenings : Screenings
        Of :func:`ogp_analysis.procurement.cases.screening.screened`.
    """
    results = compute_all(flag_tables(case, screenings), case.settings)
    if not case.buyers:
        return results
    return {name: _restricted(result, _kept(case, result)) for name, result in results.items()}


def flag_tables(case: Case, screenings: Screenings) -> dict[str, pd.DataFrame]:
    """Return what flags read: awards with amounts in one currency, processes, and what the list of bans says."""
    told = case.peers["value"].notna()
    awards = case.peers.assign(
        amount=case.peers["value"],
        currency=case.peers["currency"].mask(told, case.money.currency),
    )
    tables = {**case.tables, AWARDED: awards[list(COLUMNS)]}
    if screenings.barred is not None:
        tables[DEBARRED] = debarred(screenings.barred.outcomes)
    elif screenings.too_few:
        told = {"award_key": awards["award_key"], "outcome": NOT_COMPUTABLE, "reason": "few_firms"}
        tables[DEBARRED] = pd.DataFrame(told)
    return tables


def _restricted(result: FlagResult, kept: pd.Series) -> FlagResult:
    frame = result.frame[kept.to_numpy(bool)].reset_index(drop=True)
    return replace(result, frame=frame)


def _kept(case: Case, result: FlagResult) -> pd.Series:
    """Return which units of a flag are of the buyer, or of who sold to it."""
    units, mine = result.frame["unit_id"], case.awards
    if result.unit == "award":
        return units.isin(set(mine["award_key"]))
    if result.unit == "process":
        return units.isin(_processes(case))
    if result.unit in ("buyer", "procuring_entity"):
        return units.isin(case.buyers)
    if result.unit in ("purchases", "buyer_supplier"):
        return units.str.startswith(tuple(buyer + SEPARATOR for buyer in case.buyers))
    if result.unit == "market_supplier":
        return units.isin(_markets(case))
    return units.isin(_organisations(case, result.unit))


def _processes(case: Case) -> set[str]:
    """Return the processes of the buyer, with an award or without."""
    processes = case.tables["processes"]
    return set(case.awards["process_id"]) | set(processes.loc[processes["buyer_id"].isin(case.buyers), "ocid"])


def _markets(case: Case) -> set[str]:
    market = case.awards["classification"].str.slice(0, case.settings["R050"]["digits"])
    parts = (case.awards["classification_scheme"], market, case.awards["year"], case.awards["supplier_id"])
    known = pd.concat(parts, axis=1).notna().all(axis=1)
    return set(named(*(part[known] for part in parts)))


def _organisations(case: Case, role: str) -> set[str]:
    table, column = ("suppliers", "supplier_id") if role == "supplier" else ("tenderers", "tenderer_id")
    frame = case.tables.get(table)
    if frame is None:
        return set()
    return set(frame.loc[frame["ocid"].isin(_processes(case)), column].dropna())
