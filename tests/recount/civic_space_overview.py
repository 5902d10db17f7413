"""The overview of civic space in all countries, counted again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from scipy.stats import spearmanr

from . import country_profile, files

FIRST, LAST = 2013, 2023


def recount(mirror: Path) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    return {
        **movement(mirror),
        **newest(mirror),
        **level(mirror),
        **quadrants(mirror),
        **agreement(mirror),
        **country_profile.rows(mirror, FIRST, LAST),
        **country_profile.cohorts(mirror, FIRST),
        **inventory(mirror),
        **members_and_others(mirror),
        **places(mirror),
    }


def both(mirror: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Civic space and democracy, here the electoral democracy of the same version; countries by years."""
    return tuple(files.wide(files.vdem(mirror, "14"), name).round(3) for name in ("v2xcs_ccsi", "v2x_polyarchy"))


def movement(mirror: Path) -> dict[str, float]:
    """Countries with a value in both years: how many rose, fell, and did not change."""
    space, democracy = both(mirror)
    moved = (space[LAST] - space[FIRST]).dropna().round(3)
    fell = moved[moved < 0].index
    held = (democracy[LAST] - democracy[FIRST]).round(3)[fell].dropna()
    return {
        "year": space.columns.max(),
        "ten years before": space.columns.max() - 10,
        "countries with both years": len(moved),
        "countries that rose": (moved > 0).sum(),
        "countries that fell": len(fell),
        "countries that did not change": (moved == 0).sum(),
        "share that fell": len(fell) / len(moved),
        "countries that fell by 0.05 or more": (moved <= -0.05).sum(),
        "countries that fell and whose democracy is known": len(held),
        "countries that fell while democracy did not": (held >= 0).sum(),
    }


def newest(mirror: Path) -> dict[str, float]:
    """Freedom of expression of V-Dem 16 over ten years: how many countries fell and rose, and by 0.05 or more."""
    table = files.wide(files.vdem(mirror, "16"), "v2x_freexp_altinf")
    moved = (table[2025] - table[2015]).dropna().round(9)
    return {
        "V-Dem 16, countries with both years": len(moved),
        "V-Dem 16, countries that fell": (moved < 0).sum(),
        "V-Dem 16, countries that rose": (moved > 0).sum(),
        "V-Dem 16, countries that fell by 0.05 or more": (moved <= -0.05).sum(),
        "V-Dem 16, countries that rose by 0.05 or more": (moved >= 0.05).sum(),
    }


def level(mirror: Path) -> dict[str, float]:
    """Medians over the countries with a value in every year shown."""
    fixed = both(mirror)[0].loc[:, FIRST:LAST].dropna()
    return {"countries in every year": len(fixed), "median at the start": fixed[FIRST].median()} | {
        "median at the end": fixed[LAST].median()
    }


def quadrants(mirror: Path) -> dict[str, float]:
    """At or above the median of democracy and below that of civic space; how many of these ever joined OGP."""
    space, democracy = (table[LAST].dropna() for table in both(mirror))
    common = space.index.intersection(democracy.index)
    space, democracy = space[common], democracy[common]
    cuts = democracy.median(), space.median()
    high, free = democracy >= cuts[0], space >= cuts[1]
    members = common.isin(files.members(mirror)["iso3"])
    return {
        "cut of democracy": cuts[0],
        "cut of civic space": cuts[1],
        "open but closing": (high & ~free).sum(),
        "open but closing, ever joined": (high & ~free & members).sum(),
        "high on both": (high & free).sum(),
        "high on both, ever joined": (high & free & members).sum(),
        "closed but free": (~high & free).sum(),
        "low on both": (~high & ~free).sum(),
        "low on both, ever joined": (~high & ~free & members).sum(),
    }


def agreement(mirror: Path) -> dict[str, float]:
    """Spearman's rank correlation of civic space and democracy."""
    space, democracy = (table[LAST] for table in both(mirror))
    known = space.notna() & democracy.notna()
    return {
        "rank correlation": spearmanr(space[known], democracy[known]).statistic,
        "countries correlated": int(known.sum()),
    }


def inventory(mirror: Path) -> dict[str, float]:
    """Cases, governments and named vendors of the inventory of Feldstein and Kot, by kind of technology."""
    cases = files.words(mirror / "carnegie_spyware_inventory" / "10" / "carnegie_spyware_inventory_repaired.csv")
    # The inventory gives names alone; these members are written otherwise in the table of members.
    other = {"Turkey": "Türkiye", "Russia": "Russian Federation"}
    members = set(files.members(mirror)["country"])
    found = {}
    for name, category in (("spyware", "Spyware"), ("forensics", "Digital forensics")):
        kind = cases[cases["category"] == category]
        governments = set(kind["country"])
        found[f"cases of {name}"] = len(kind)
        found[f"governments with {name}"] = len(governments)
        found[f"governments with {name} that ever joined"] = sum(other.get(one, one) in members for one in governments)
        # "Undisclosed" stands where no vendor is named.
        found[f"vendors of {name}"] = len(set(kind["vendor"].str.strip()) - {"Undisclosed"})
    return found


def members_and_others(mirror: Path) -> dict[str, float]:
    """Medians of other measures for countries that ever joined OGP and for those that never did.

    A country counts if it has a value in every year shown. A member whose letter of intent has no date is a member.
    """
    members = files.members(mirror)["iso3"]
    tables = {
        "polyarchy": files.wide(files.vdem(mirror, "15"), "v2x_polyarchy").loc[:, FIRST:LAST].dropna(),
        "liberal democracy": files.wide(files.vdem(mirror, "15"), "v2x_libdem").loc[:, FIRST:LAST].dropna(),
        "civil liberties, version 12": files.wide(files.vdem(mirror, "12"), "v2x_civlib").loc[:, FIRST:2021].dropna(),
        "voice": files.wide(files.voice(mirror), "va_est").loc[:, FIRST:LAST].dropna(),
    }
    found = {}
    for name, table in tables.items():
        for group, inside in (("ever", table.index.isin(members)), ("never", ~table.index.isin(members))):
            values = table[inside]
            found[f"{name}, {group} joined, countries"] = len(values)
            found[f"{name}, {group} joined, median at the start"] = values[FIRST].median()
            found[f"{name}, {group} joined, median at the end"] = values[table.columns[-1]].median()
    regime = files.wide(files.regimes(mirror), "v2x_regime")[LAST].dropna()
    for group, inside in (("ever", regime.index.isin(members)), ("never", ~regime.index.isin(members))):
        found[f"democracies, {group} joined"] = (regime[inside] >= 2).sum()
        found[f"regimes known, {group} joined"] = int(inside.sum())
    return found


def places(mirror: Path) -> dict[str, float]:
    """Places of some movements, ties sharing a place, counted from the largest rise or the largest fall."""
    space = both(mirror)[0]
    moved = (space[LAST] - space[FIRST]).dropna().round(3)
    falls, rises = moved.rank(method="min"), moved.rank(method="min", ascending=False)
    return {
        "fall of Afghanistan": moved["AFG"],
        "place of the fall of El Salvador": falls["SLV"],
        "place of the fall of Burundi, tied": falls["BDI"],
        "rise of the Gambia": moved["GMB"],
        "place of the rise of the Maldives, tied": rises["MDV"],
        "place of the rise of Armenia, after a tie": rises["ARM"],
        # Ten of each are named. One more country is tied with the last of them.
        "tied with the last named and left out": (falls <= falls.sort_values().iloc[9]).sum()
        - 10
        + (rises <= rises.sort_values().iloc[9]).sum()
        - 10,
    }
