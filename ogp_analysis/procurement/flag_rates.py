"""Red flags of contracts, the units of a buyer among them, and their rates; a rate is of what could be computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from ogp_analysis.display.result import Shown
from ogp_analysis.procurement.awarded.frame import COLUMNS
from ogp_analysis.procurement.flagged_units import flagged_units
from ogp_analysis.procurement.flags.on_awards import SEPARATOR, named
from ogp_analysis.procurement.flags.registry import compute_all
from ogp_analysis.procurement.flags.result import AWARDED, DEBARRED, DOES_NOT_APPLY, FlagResult, Settings
from ogp_analysis.statistics.rates import counted, proportion

#: Units that a random draw of contracts draws at random. A buyer or firm is in it the likelier the more it contracts.
DRAWN = ("award", "process")
_COLUMNS = "flag unit n does_not_apply missing computed coverage count share low high noted reasons".split()


@dataclass(frozen=True)
class RedFlags(Shown):
    """What every red flag answers of some awarded contracts.

    Attributes
    ----------
    answers : dict of str to FlagResult
        By the name of the flag, such as ``"R003"``: one row per unit in the ``frame`` of each.
    flagged : pandas.DataFrame
        The flagged units with the most extreme values, as :func:`~.flagged_units.flagged_units` names them.
    """

    answers: dict[str, FlagResult] = field(repr=False)
    flagged: pd.DataFrame


def red_flags(
    awards: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    settings: Settings,
    debarred: pd.DataFrame | None = None,
    among: pd.DataFrame | None = None,
    most: int = 10,
) -> RedFlags:
    """Return the answer of every red flag for awarded contracts, their processes, buyers and suppliers.

    Parameters
    ----------
    awards : pandas.DataFrame
        Awarded contracts with ``value``, their amount in the currency of the settings.
    tables : mapping of str to pandas.DataFrame
        Their contracting processes, as :class:`~ogp_analysis.procurement.contracts.Contracts` has them.
    settings : Settings
        Thresholds and exceptions, and whether the contracts are a sample.
    debarred : pandas.DataFrame, optional
        ``award_key, outcome, reason``: what a list of bans says of each award
        (:func:`ogp_analysis.procurement.awarded.compranet.debarred`).
    among : pandas.DataFrame, optional
        The contracts of a buyer, among `awards`: only the units that they have a part in are answered, which are
        contracts, processes, their buyer and who sold to it. Fences and medians stay those of all buyers.
    most : int
        Flagged units of each flag that are named.

    Returns
    -------
    RedFlags
        The answers by flag, a row for each unit, and the flagged units that are named.

    Examples
    --------
    >>> found = ogp.procurement.contracts("ocds_mexico_inai")
    >>> red_flags(found.frame, found.tables, found.settings).answers["R016"].n_computable
    13
    """
    currency = awards["currency"].mask(awards["value"].notna(), settings["general"]["currency"])
    own = awards.assign(amount=awards["value"], currency=currency)[list(COLUMNS)]
    told = {} if debarred is None else {DEBARRED: debarred}
    answers = compute_all({**tables, AWARDED: own, **told}, settings)
    if among is not None:
        digits = settings["R050"]["digits"]  # of a classification, that make a market
        kept = {name: _is_of(one, among, tables, digits).to_numpy(bool) for name, one in answers.items()}
        answers = {
            name: replace(one, frame=one.frame[kept[name]].reset_index(drop=True)) for name, one in answers.items()
        }
    units = flagged_units(answers, awards if among is None else among, awards, tables.get("suppliers"), most)
    return RedFlags(answers, units)


def _is_of(result: FlagResult, awards: pd.DataFrame, tables: Mapping[str, pd.DataFrame], digits: int) -> pd.Series:
    """Return which units of a flag are of the buyer of some awards, or of who sold to it."""
    units, buyers = result.frame["unit_id"], sorted(awards["buyer_id"].dropna().unique())
    if result.unit == "award":
        return units.isin(set(awards["award_key"]))
    if result.unit in ("buyer", "procuring_entity"):
        return units.isin(buyers)
    if result.unit in ("purchases", "buyer_supplier"):
        return units.str.startswith(tuple(buyer + SEPARATOR for buyer in buyers))
    if result.unit == "market_supplier":
        market = awards["classification"].str.slice(0, digits)
        parts = (awards["classification_scheme"], market, awards["year"], awards["supplier_id"])
        known = pd.concat(parts, axis=1).notna().all(axis=1)
        return units.isin(set(named(*(part[known] for part in parts))))
    processes = tables["processes"]
    of_buyer = set(awards["process_id"]) | set(processes.loc[processes["buyer_id"].isin(buyers), "ocid"])
    if result.unit == "process":
        return units.isin(of_buyer)
    organisations = tables.get(f"{result.unit}s", pd.DataFrame(columns=["ocid", f"{result.unit}_id"]))
    return units.isin(set(organisations.loc[organisations["ocid"].isin(of_buyer), f"{result.unit}_id"].dropna()))


def flag_rates(results: Iterable[FlagResult], at_random: bool = False) -> pd.DataFrame:
    """Return the rate of each flag among the units for which it could be computed.

    Parameters
    ----------
    results : iterable of FlagResult
        Answers, as :func:`red_flags` gives them.
    at_random : bool
        Whether the contracts were drawn at random: then rates of :data:`DRAWN` units have Wilson's interval. A call
        with several contracts is likelier to be drawn than one with one; the intervals take calls as equal.

    Returns
    -------
    pandas.DataFrame
        One row per flag, in the order given: ``flag, unit, n`` (all units); of these ``does_not_apply``, for which the
        question does not arise, ``missing``, for which it does and could not be answered, and ``computed``, with the
        share of the latter as ``coverage``; ``count``, flagged units, and ``share, low, high`` of the computed;
        ``noted``, computed units that carry no alert and are not clear either; ``reasons`` why not, with the units of
        each, the most frequent first.

    Examples
    --------
    >>> found = ogp.procurement.contracts("ocds_mexico_inai")
    >>> rates = flag_rates(red_flags(found.frame, found.tables, found.settings).answers.values())
    >>> rates.query("computed > 0")[["flag", "computed", "count"]].values.tolist()[:2]
    [['R016', 13, 3], ['R018', 2, 1]]
    """
    rows = []
    for one in results:
        of = one.n_flagged, one.n_computable
        rate = proportion(*of) if at_random and one.unit in DRAWN else counted(*of)
        reasons = [(reason, int(n)) for reason, n in one.reasons.items() if reason not in DOES_NOT_APPLY]
        missing = one.n - one.n_computable - one.n_does_not_apply
        sizes = one.n, one.n_does_not_apply, missing, one.n_computable, one.coverage
        told = rate.count, rate.share, rate.low, rate.high, one.n_noted, reasons
        rows.append((one.flag, one.unit, *sizes, *told))
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    return frame.astype(dict.fromkeys(["coverage", "share", "low", "high"], "float64"))
