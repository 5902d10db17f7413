"""Governments documented with spyware, counted again in the inventory, V-Dem and the tables of members themselves."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd

from . import files

#: Names of the inventory and of V-Dem that differ.
IN_VDEM = {"Myanmar": "Burma/Myanmar", "United States": "United States of America", "Turkey": "Türkiye",
           "Côte d'Ivoire": "Ivory Coast"}  # fmt: skip


@cache
def vdem(mirror: Path) -> pd.DataFrame:
    """Countries and years of V-Dem 14 with regime and core civil society index."""
    columns = ["country_name", "country_text_id", "year", "v2x_regime", "v2xcs_ccsi"]
    table = pd.read_csv(mirror / "vdem" / "14" / "vdem_v14_1970_2023.csv.gz", usecols=columns)
    return table[~table["country_text_id"].isin(files.PARTS)]


def years(texts: pd.Series) -> pd.Series:
    """The first year that each text begins with, where it begins with one."""
    return pd.to_numeric(texts.map(lambda text: (re.findall(r"^\d{4}", text) or [None])[0]))


def gaps(table: pd.DataFrame, first: pd.Series, listed: set[str], start: int, end: int) -> list[float]:
    """The change of each country with a first year between two years from it, less that of those never listed."""
    whole = table[table["year"].between(2000, 2023)].pivot(index="country_text_id", columns="year", values="v2xcs_ccsi")
    whole = whole.dropna()
    others = whole[~whole.index.isin(listed)]
    return [
        whole.loc[code, year + end] - whole.loc[code, year + start] - (others[year + end] - others[year + start]).mean()
        for code, year in first.items()
        if code in whole.index and {year + start, year + end} <= set(whole.columns)
    ]


def moved(*of) -> float:
    """The mean of those changes."""
    own = gaps(*of)
    return sum(own) / len(own)


def recount(mirror: Path) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    cases = files.words(mirror / "carnegie_spyware_inventory" / "10" / "carnegie_spyware_inventory_repaired.csv")
    table = vdem(mirror)
    codes = table.groupby("country_name")["country_text_id"].first()
    cases = cases.assign(code=cases["country"].replace(IN_VDEM).map(codes))
    kinds = {name: cases[cases["category"] == category]
             for name, category in (("spyware", "Spyware"), ("forensics", "Digital forensics"))}  # fmt: skip
    listed = set(kinds["spyware"]["code"])
    sure = set(kinds["spyware"].loc[kinds["spyware"]["lower_confidence"] != "x", "code"])
    last = int(max(re.findall(r"\d{4}", " ".join(cases["year_of_disclosure"]))))
    regime = table[table["year"] == last - 1].set_index("country_text_id")["v2x_regime"].dropna()
    closed, open_ = set(regime[regime <= 1].index), set(regime[regime >= 2].index)
    disclosed = (
        kinds["spyware"].assign(year=years(kinds["spyware"]["year_of_disclosure"])).groupby("code")["year"].min()
    )
    used = kinds["spyware"].assign(year=years(kinds["spyware"]["period_of_use"])).groupby("code")["year"].min().dropna()
    before = table.set_index(["country_text_id", "year"])["v2x_regime"]
    before = [before[code, year - 1] for code, year in disclosed.items()]
    members = files.members(mirror)
    joined, own = set(members["iso3"]), members.set_index("iso3")
    then = [code for code in listed & joined if own.loc[code, "joined"][:4] not in ("", "not ")
            and int(own.loc[code, "joined"][:4]) <= disclosed[code]
            and not (own.loc[code, "left"] and int(own.loc[code, "left"][:4]) <= disclosed[code])]  # fmt: skip
    controls = files.words(mirror / "surveillance_controls" / "compiled" / "controls_international.csv")
    signed = controls[controls["type"] == "endorsement"]
    # What one unsigned page says of purchases: six governments, and apart from them a licence for tests.
    lists = files.words(mirror / "spyware_operator_countries" / "compiled" / "operator_countries.csv")
    confirmed = lists[lists["status"] == "purchase confirmed by the government"]
    raw = files.words(mirror / "international_surveillance_contracts" / "compiled" / "international_contracts.csv")
    return {
        "countries": len(listed),
        "autocracies": len(listed & closed),
        "all autocracies": len(closed),
        "democracies": len(listed & open_),
        "all democracies": len(open_),
        "ratio": (len(listed & open_) / len(open_)) / (len(listed & closed) / len(closed)),
        "autocracies on sure sources": len(sure & closed),
        "democracies on sure sources": len(sure & open_),
        "autocracies before": sum(value <= 1 for value in before),
        "last year": last,
        "forensics": kinds["forensics"]["code"].nunique(),
        "both": len(set(kinds["forensics"]["code"]) & listed),
        "ever joined": len(joined),
        "ever joined and listed": len(listed & joined),
        "members then": len(then),
        "on weak sources alone": len(listed - sure),
        "autocracies on weak sources alone": len((listed - sure) & closed),
        "democracies on weak sources alone": len((listed - sure) & open_),
        "ever joined, on weak sources alone": len((listed - sure) & joined),
        "seen before disclosure": len(gaps(table, disclosed.astype(int), listed, -5, -1)),
        "seen after disclosure": len(gaps(table, disclosed.astype(int), listed, -1, 3)),
        "seen before use": len(gaps(table, used.astype(int), listed, -5, -1)),
        "seen after use": len(gaps(table, used.astype(int), listed, -1, 3)),
        "purchases confirmed": int((confirmed["entity"] == "").sum()),
        "licences for tests": int((confirmed["entity"] != "").sum()),
        "without a date of use": len(listed) - len(used),
        "moved before disclosure": moved(table, disclosed.astype(int), listed, -5, -1),
        "moved after disclosure": moved(table, disclosed.astype(int), listed, -1, 3),
        "moved before use": moved(table, used.astype(int), listed, -5, -1),
        "moved after use": moved(table, used.astype(int), listed, -1, 3),
        "endorsements": len(signed),
        "facts abroad": int((raw["country"] != "Mexico").sum()),
    }
