"""Governments documented with spyware, counted again in the inventory, V-Dem and the tables of members themselves."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd
from scipy.stats import norm, t

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


def changes(table: pd.DataFrame, first: pd.Series, listed: set[str], start: int, end: int) -> list[tuple]:
    """The change of each country between two years from its first, and those of the countries never listed."""
    whole = table[table["year"].between(2000, 2023)].pivot(index="country_text_id", columns="year", values="v2xcs_ccsi")
    whole = whole.dropna()
    others = whole[~whole.index.isin(listed)]
    return [
        (whole.loc[code, year + end] - whole.loc[code, year + start], others[year + end] - others[year + start])
        for code, year in first.items()
        if code in whole.index and {year + start, year + end} <= set(whole.columns)
    ]


def gaps(*of) -> list[float]:
    """Those changes, less the mean of those of the countries never listed."""
    return [own - others.mean() for own, others in changes(*of)]


def moved(*of) -> float:
    """The mean of those changes."""
    own = gaps(*of)
    return sum(own) / len(own)


def interval(*of) -> tuple[float, float]:
    """Its interval of 95 %, by what each country, listed or never listed, adds to the mean (its influence)."""
    both, own = changes(*of), pd.Series(gaps(*of))
    added = sum((others - others.mean()) / len(others) for _, others in both) / len(own)
    half = norm.ppf(0.975) * ((((own - own.mean()) / len(own)) ** 2).sum() + (added**2).sum()) ** 0.5
    return own.mean() - half, own.mean() + half


def by_regime(table: pd.DataFrame, listed: set[str], disclosed: dict[str, int], last: int) -> dict[str, float]:
    """The shares by the regimes before the first disclosure, and first disclosures by country-years at risk."""
    start, regime = min(disclosed.values()), table.set_index(["country_text_id", "year"])["v2x_regime"].dropna()
    early = regime.xs(start - 1, level="year")
    own = {kind: set(early.index[rows]) for kind, rows in (("autocracies", early < 2), ("democracies", early >= 2))}
    found = {f"{kind} of the early year": len(codes & listed) for kind, codes in own.items()}
    found |= {f"all {kind} of the early year": len(codes) for kind, codes in own.items()}
    share = {kind: len(codes & listed) / len(codes) for kind, codes in own.items()}
    years = {"autocracies": [], "democracies": []}
    for (code, year), value in regime.items():
        if start - 1 <= year < last and year < disclosed.get(code, last + 1):
            years["autocracies" if value < 2 else "democracies"].append(disclosed.get(code) == year + 1)
    rate = {kind: sum(hits) / len(hits) for kind, hits in years.items()}
    return found | {
        "early year": start - 1,
        "early ratio": share["democracies"] / share["autocracies"],
        "years of autocracies": len(years["autocracies"]),
        "years of democracies": len(years["democracies"]),
        "ratio of rates": rate["democracies"] / rate["autocracies"],
    }


def overlap(lists: pd.DataFrame, listed: set[str], codes: pd.Series) -> dict[str, float]:
    """Countries on lists of spyware beside those of the inventory."""
    lists = lists[lists["vendor"] != "Circles"].assign(code=lists["country"].replace(IN_VDEM).map(codes))
    lists["code"] = lists["code"].fillna(lists["country"])
    sure = lists[~lists["status"].str.contains("server") & ((lists["entity"] == "") | (lists["vendor"] != "NSO Group"))]
    named, stricter = set(lists["code"]), set(sure["code"])
    return {
        "on lists": len(named),
        "on lists and in the inventory": len(named & listed),
        "on lists alone": len(named - listed),
        "in the inventory alone": len(listed - named),
        "on stricter lists": len(stricter),
        "on stricter lists and in the inventory": len(stricter & listed),
    }


def pace(table: pd.DataFrame, disclosed: pd.Series, listed: set[str]) -> dict[str, float]:
    """The changes of the countries seen on both sides, and their mean difference with the interval of Student's t."""
    early = disclosed[disclosed + 3 <= 2023]
    before, after = (pd.Series(gaps(table, early, listed, *span)) for span in ((-5, -1), (-1, 3)))
    apart = after - before
    half = t.ppf(0.975, len(apart) - 1) * apart.std() / len(apart) ** 0.5
    return {
        "pace": apart.mean(), "pace, low": apart.mean() - half, "pace, high": apart.mean() + half,
        "seen on both sides": len(apart), "moved before, same countries": before.mean(),
    }  # fmt: skip


def promised(listed: set[str]) -> dict[str, float]:
    """Listed countries with a commitment on state surveillance, that of Mexico's fourth plan included."""
    folder = Path(__file__).parents[2] / "data" / "raw" / "ogp_commitments" / "2016-extract"
    rows, themes = files.words(folder / "commitments.csv"), files.words(folder / "themes.csv")
    found = themes.loc[themes["theme"] == "state_surveillance", "commitment_id"]
    years = rows.loc[rows["vintage"] == "2016", "submission_year"].astype(int)
    own = {*rows.loc[rows["commitment_id"].isin(found), "iso3"], "MEX"}
    planned = set(rows.loc[rows["vintage"] == "2016", "iso3"]) - {""}
    return {
        "promised and listed": len(own & listed), "first plans": years.min(), "last plans": years.max(),
        "with plans": len(planned), "promised": len(own & planned),
    }  # fmt: skip


def recount(mirror: Path) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    cases = files.words(mirror / "carnegie_spyware_inventory" / "10" / "carnegie_spyware_inventory_repaired.csv")
    table = vdem(mirror)
    codes = table.groupby("country_name")["country_text_id"].first()
    cases = cases.assign(code=cases["country"].replace(IN_VDEM).map(codes))
    kinds = {name: cases[cases["category"] == category]
             for name, category in (("spyware", "Spyware"), ("forensics", "Digital forensics"))}  # fmt: skip
    listed, weak = set(kinds["spyware"]["code"]), kinds["forensics"]["lower_confidence"] == "x"
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
    spans = {"before disclosure": (disclosed, -5, -1), "after disclosure": (disclosed, -1, 3),
             "five years after disclosure": (disclosed, -1, 5), "after use": (used, -1, 3),
             "five years after use": (used, -1, 5)}  # fmt: skip
    ends = {of: interval(table, first.astype(int), listed, *span) for of, (first, *span) in spans.items()}
    raw = files.words(mirror / "international_surveillance_contracts" / "compiled" / "international_contracts.csv")
    return {
        "countries": len(listed),
        "autocracies": len(listed & closed),
        "all autocracies": len(closed),
        "democracies": len(listed & open_),
        "all democracies": len(open_),
        "share of autocracies": len(listed & closed) / len(closed),
        "share of democracies": len(listed & open_) / len(open_),
        "year of the regimes": last - 1,
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
        **by_regime(table, listed, disclosed.astype(int).to_dict(), last),
        **overlap(lists, listed, codes),
        **pace(table, disclosed.astype(int), listed),
        **promised(listed),
        "moved five years after disclosure": moved(table, disclosed.astype(int), listed, -1, 5),
        "moved five years after use": moved(table, used.astype(int), listed, -1, 5),
        "seen five years after disclosure": len(gaps(table, disclosed.astype(int), listed, -1, 5)),
        "seen five years after use": len(gaps(table, used.astype(int), listed, -1, 5)),
        **{
            f"moved {of}, {end}": value
            for of, both in ends.items()
            for end, value in zip(("low", "high"), both, strict=True)
        },
        "size before disclosure": -moved(table, disclosed.astype(int), listed, -5, -1),
        "endorsements": len(signed),
        "never listed": len(changes(table, disclosed.astype(int), listed, -1, 3)[0][1]),
        "forensics on weak sources alone": weak.groupby(kinds["forensics"]["code"]).all().sum(),
        "endorsements of members": signed["jurisdiction"].replace(IN_VDEM).map(codes).isin(joined).sum(),
        "with plans and listed": (own["action_plans_in_2016_irm_data"] != "")[own.index.isin(listed)].sum(),
        "facts abroad": int((raw["country"] != "Mexico").sum()),
    }
