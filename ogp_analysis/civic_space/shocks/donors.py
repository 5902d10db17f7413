"""Which countries may stand for what would have been: named rules, as data in ``donors.toml``."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import ParameterError, listed
from ogp_analysis.data.store import hand_out

#: Donors at least. With fewer, no rank among them could be small, and a mean of them is a choice of one or two.
FEWEST_DONORS = 10


def donor_rules() -> dict[str, dict]:
    """Return the conditions of each rule, by its name, in the order in which they are shown."""
    return toml(__file__, "donors.toml")


def checked_rule(name: str) -> str:
    """Return the name of a rule, or refuse it.

    Raises
    ------
    ParameterError
        If there is no rule of that name.
    """
    known = list(donor_rules())
    if name not in known:
        raise ParameterError("donor_rule", f"there is no rule {str(name)[:40]!r}", "Use " + listed(known, most=20))
    return name


def may_be_applied(name: str, edition: str) -> bool:
    """Return whether the edition holds what a rule asks for."""
    return "spyware_record" not in donor_rules()[name] or hand_out.has("carnegie_spyware_inventory", "cases", edition)


def not_donors(name: str, own: str, units: Iterable[str], before: pd.Series, reach: float, edition: str) -> dict:
    """Return the countries that a rule keeps out, with the condition that each does not meet.

    Parameters
    ----------
    name : str
        A rule.
    own : str
        The country that the event falls on.
    units : iterable of str
        All other countries.
    before : pandas.Series
        Their values before the event and that of `own`, by country.
    reach : float
        Length of the scale.
    edition : str
        Which data are read.

    Raises
    ------
    ParameterError
        If there is no such rule.
    """
    asked, units = donor_rules()[checked_rule(name)], sorted(set(units) - {own})
    keeps: dict[str, set[str]] = {}
    out: dict[str, str] = {}
    if "region" in asked:
        keeps["region"] = {unit for unit in units if country(unit).region == country(own).region}
    if "level_within" in asked:
        apart = (before - before.get(own, float("nan"))).abs()
        keeps["level_within"] = set(apart.index[apart <= asked["level_within"] * reach + 1e-12])
    if "ogp" in asked:
        members = set(hand_out.load("ogp_membership", "countries", edition)["iso3"])
        keeps["ogp"] = members if asked["ogp"] == "ever" else set(units) - members
    if "spyware_record" in asked:
        recorded = set(hand_out.load("carnegie_spyware_inventory", "cases", edition)["iso3"].dropna())
        keeps["spyware_record"] = set(units) - recorded
    for condition, kept in keeps.items():
        out |= {unit: condition for unit in units if unit not in kept and unit not in out}
    return out


#: The names of all rules.
DONOR_RULES = tuple(donor_rules())
