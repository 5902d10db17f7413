"""The profile of one country, counted again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from scipy.stats import norm

from . import files

CORE = "v2xcs_ccsi"
FIRST, LAST = 2000, 2023
#: Columns of V-Dem 14 that the page asks for and the embedded edition holds.
FOURTEEN = (
    *(CORE, "v2x_cspart", "v2csreprss", "v2cseeorgs", "v2x_freexp_altinf", "v2x_frassoc_thick", "v2x_civlib"),
    "v2caassemb",
)
TWELVE = ("v2x_civlib", "v2x_freexp_altinf", "v2x_frassoc_thick")
FIFTEEN = ("v2x_polyarchy", "v2x_libdem")
#: Country names of the inventories, which give no codes.
NAMES = {"MEX": "Mexico", "BEN": "Benin", "POL": "Poland", "KEN": "Kenya", "USA": "United States"}


def core(mirror: Path) -> pd.DataFrame:
    """Core civil society index, countries by years, exact in its three published decimals."""
    return files.wide(files.vdem(mirror, "14"), CORE).round(3)


def recount(mirror: Path, code: str) -> dict[str, float]:
    """Return every recounted quantity of one country by its name."""
    return {
        **level(mirror, code),
        **change(mirror, code, 5),
        **change(mirror, code, 10),
        **assembly(mirror, code),
        **path(mirror, code),
        **fall_from_peak(mirror, code),
        **cells(mirror, code),
        **rows(mirror),
        **cohorts(mirror),
        **inventories(mirror, code),
        **other_measures(mirror, code),
        **bounds(mirror, code),
        **membership(mirror, code),
        **episodes(mirror, code),
        **newer_release(mirror, code),
    }


def level(mirror: Path, code: str) -> dict[str, float]:
    """The value in the last year; its place is 1 + the number of countries that are freer, so ties share a place."""
    last = core(mirror)[LAST].dropna()
    return {
        "value in the last year": last[code],
        "place from the freest": 1 + (last > last[code]).sum(),
        "countries in the last year": len(last),
    }


def change(mirror: Path, code: str, window: int) -> dict[str, float]:
    """The change over a window, among the countries with a value in both years.

    The place from the largest fall is 1 + the countries that fell more (rose less); "moved as much" are the others
    whose change, up or down, is at least as large.
    """
    values = core(mirror)
    moved = (values[LAST] - values[LAST - window]).dropna().round(3)
    others = moved.drop(code)
    n = f"over {window} years"
    return {
        f"change {n}": moved[code],
        f"value at the start {n}": values.loc[code, LAST - window],
        f"countries {n}": len(moved),
        f"place from the largest fall {n}": 1 + (moved < moved[code]).sum(),
        f"place from the largest rise {n}": 1 + (moved > moved[code]).sum(),
        f"others that moved as much {n}": (others.abs() >= abs(moved[code])).sum(),
        f"share of others that moved as much {n}": (others.abs() >= abs(moved[code])).mean(),
    }


def assembly(mirror: Path, code: str, window: int = 10) -> dict[str, float]:
    """Peaceful assembly has a value in both years for fewer countries than the core index."""
    values = files.wide(files.vdem(mirror, "14"), "v2caassemb").round(3)
    moved = (values[LAST] - values[LAST - window]).dropna().round(3)
    return {
        "peaceful assembly, change": moved[code],
        "peaceful assembly, countries": len(moved),
        "peaceful assembly, place from the largest fall": 1 + (moved < moved[code]).sum(),
        "peaceful assembly, others that moved as much": (moved.drop(code).abs() >= abs(moved[code])).sum(),
    }


def path(mirror: Path, code: str) -> dict[str, float]:
    """The highest and the lowest value since 2000; of equal ones, the earliest year."""
    own = core(mirror).loc[code, FIRST:LAST]
    return {
        "highest value": own.max(),
        "year of the highest value": own.idxmax(),
        "lowest value": own.min(),
        "year of the lowest value": own.idxmin(),
    }


def fall_from_peak(mirror: Path, code: str) -> dict[str, float]:
    """The fall from the own peak since 2012, and its place among every country's fall from its own peak since 2012."""
    values = core(mirror).loc[:, 2012:LAST].dropna()
    falls = (values[LAST] - values.max(axis=1)).round(3)
    rises = (values[LAST] - values.min(axis=1)).round(3)
    return {
        "fall from the own peak since 2012": falls[code],
        "year of the own peak since 2012": values.loc[code].idxmax(),
        "place among all falls from the own peak since 2012": 1 + (falls < falls[code]).sum(),
        "countries with a peak since 2012": len(falls),
        "rise from the own trough since 2012": rises[code],
        "place among all rises from the own trough since 2012": 1 + (rises > rises[code]).sum(),
    }


def answer(mirror: Path, code: str, step: int = 50) -> dict[str, float]:
    """The values that the first sentence tells, in thousandths: highs from which it fell by the step, and lows.

    On each side of a high the series falls by the step before it goes above it, or ends; on one side it does fall.
    """
    own = (core(mirror).loc[code, LAST - 10 : LAST] * 1000).round().astype(int)
    told = [year for year in own.index if any(_is_high(side * own, year, step) for side in (1, -1))]
    if told and own[told[-1]] == own[LAST]:
        told[-1] = LAST
    return {
        f"{name}{n}": value for n, year in enumerate(told) for name, value in (("y", year), ("v", own[year] / 1000))
    }


def ends(mirror: Path, code: str) -> dict[str, float]:
    """What the first sentence tells of a series without such a high: both ends, and its highest and lowest value."""
    own = core(mirror).loc[code, LAST - 10 : LAST].dropna()
    return {
        "first": own.index[0], "first_value": own.iloc[0], "last": own.index[-1], "last_value": own.iloc[-1],
        "peak": own.idxmax(), "peak_value": own.max(), "trough": own.idxmin(), "trough_value": own.min(),
    }  # fmt: skip


def _is_high(own: pd.Series, year: int, step: int) -> bool:
    before, after = own.loc[: year - 1].iloc[::-1] - own[year], own.loc[year + 1 :] - own[year]
    above, fallen = [before >= 0, after > 0], [before <= -step, after <= -step]
    first = [
        (a.idxmax() if a.any() else None, f.idxmax() if f.any() else None) for a, f in zip(above, fallen, strict=True)
    ]
    sides = [f is not None and (a is None or abs(f - year) < abs(a - year)) for a, f in first]
    return any(sides) and all(side or a is None for side, (a, _) in zip(sides, first, strict=True))


def cells(mirror: Path, code: str) -> dict[str, float]:
    """Cells (indicator and year) of 2000-2023 of the indicators that the edition holds, and those without a value."""
    columns = [files.wide(files.vdem(mirror, "14"), name) for name in FOURTEEN]
    columns += [files.wide(files.vdem(mirror, "12"), name) for name in TWELVE]
    columns += [files.wide(files.vdem(mirror, "15"), name) for name in FIFTEEN]
    columns += [files.wide(files.voice(mirror), "va_est"), files.wide(files.regimes(mirror), "v2x_regime")]
    years = range(FIRST, LAST + 1)
    empty = sum(int(one.reindex(index=[code], columns=years).isna().sum().sum()) for one in columns)
    return {"cells": len(columns) * len(years), "empty cells": empty}


def rows(mirror: Path, first: int = FIRST, last: int = LAST) -> dict[str, float]:
    """Rows of the five tables in the years shown; those of units that are not a country of ISO 3166."""
    tables = [files.vdem(mirror, version) for version in ("12", "14", "15")]
    tables += [files.regimes(mirror), files.voice(mirror)]
    shown = [table[table["year"].between(first, last)] for table in tables]
    other = sum(int((~table["country"]).sum()) for table in shown)
    total = sum(map(len, shown))
    return {"rows of the sources": total, "rows of countries": total - other, "rows of other units": other}


def joined(mirror: Path) -> dict[str, str]:
    """Country and cohort, by the year of the letter of intent; a country whose letter has no date is a member too."""
    found = {}
    for row in files.members(mirror).to_dict("records"):
        year = int(row["joined"][:4] or 0)
        found[row["iso3"]] = "undated" if not year else "2011" if year == 2011 else "2012" if year < 2014 else "2014"
    return found


def cohorts(mirror: Path, first: int = FIRST) -> dict[str, float]:
    """Countries with a value in every year shown, by cohort: number, median and quartiles (linear) of the last year."""
    values = core(mirror).loc[:, first:LAST].dropna()
    cohort = values.index.map(joined(mirror)).fillna("never")
    found = {}
    for name in ("2011", "2012", "2014", "undated", "never"):
        last = values.loc[cohort == name, LAST]
        found[f"countries of cohort {name}"] = len(last)
        found[f"median of cohort {name}"] = last.median()
        found[f"lower quartile of cohort {name}"] = last.quantile(0.25)
        found[f"upper quartile of cohort {name}"] = last.quantile(0.75)
    return found


def inventories(mirror: Path, code: str) -> dict[str, float]:
    """Cases of the inventory of Feldstein and Kot by kind, those of the country, and entries of operator lists."""
    cases = files.words(mirror / "carnegie_spyware_inventory" / "10" / "carnegie_spyware_inventory_repaired.csv")
    lists = files.words(mirror / "spyware_operator_countries" / "compiled" / "operator_countries.csv")
    found = {}
    for name, category in (("spyware", "Spyware"), ("forensics", "Digital forensics")):
        kind = cases[cases["category"] == category]
        own = kind[kind["country"] == NAMES[code]]
        found[f"cases of {name}"] = len(kind)
        found[f"governments with {name}"] = kind["country"].nunique()
        found[f"own cases of {name}"] = len(own)
        found[f"own cases of {name} on weaker sources"] = (own["lower_confidence"].str.strip() != "").sum()
    found["own entries of operator lists"] = (lists["country"] == NAMES[code]).sum()
    return found


def other_measures(mirror: Path, code: str) -> dict[str, float]:
    """Value, bounds, place and number of countries of measures beside the core index, in their last year to 2023."""
    tables = {"polyarchy": (files.vdem(mirror, "15"), "v2x_polyarchy", LAST)}
    tables["civil liberties, version 12"] = (files.vdem(mirror, "12"), "v2x_civlib", 2021)
    tables["voice and accountability"] = (files.voice(mirror), "va_est", LAST)
    found = {}
    for name, (table, column, year) in tables.items():
        values = files.wide(table, column)[year].dropna()
        found[f"{name}, value"] = values[code]
        found[f"{name}, place"] = 1 + (values > values[code]).sum()
        found[f"{name}, countries"] = len(values)
    own = files.vdem(mirror, "15").query("code == @code and year == @LAST").iloc[0]
    found |= {"polyarchy, low": own["v2x_polyarchy_codelow"], "polyarchy, high": own["v2x_polyarchy_codehigh"]}
    return found


def same_sign(difference: float, first: float, last: float, correlation: float) -> float:
    """Probability that the change has the sign of the published one.

    Errors normal with these standard deviations and this correlation: the difference then has the variance
    first² + last² - 2 * correlation * first * last.
    """
    return norm.cdf(abs(difference) / (first**2 + last**2 - 2 * correlation * first * last) ** 0.5)


def bounds(mirror: Path, code: str, window: int = 10) -> dict[str, float]:
    """Changes where errors are published, V-Dem 15's ``_sd`` and the World Bank's standard error.

    The probability is led by a correlation of 0; others show how far it rests on what is not known.
    """
    tables = {name: (files.vdem(mirror, "15"), name, f"{name}_sd") for name in FIFTEEN}
    tables["va_est"] = (files.voice(mirror), "va_est", "va_se")
    found = {}
    for name, (table, column, error) in tables.items():
        value, sd = (files.wide(table, one).loc[code, [LAST - window, LAST]].to_list() for one in (column, error))
        difference = round(value[1] - value[0], 12)
        found[f"{name}, change"] = difference
        for correlation in (0, 0.5, 0.9):
            found[f"{name}, probability of the sign at {correlation}"] = same_sign(difference, *sd, correlation)
    led = [found[f"{name}, probability of the sign at 0"] for name in tables]
    return {**found, "lowest probability of a sign": min(led), "highest probability of a sign": max(led)}


def membership(mirror: Path, code: str) -> dict[str, float]:
    """Dated events on record: those of the table, for a founder the launch, for Mexico two of its fourth plan.

    The facts of that plan are compiled here, so their file is the project's own.
    """
    own = files.members(mirror).query("iso3 == @code")
    if own.empty:
        return {}
    founder = own["joined_basis"].str.startswith("founder").sum()
    [facts] = (Path(__file__).resolve().parents[2] / "data" / "raw" / "ogp_mexico_plan4").glob("*/facts.csv")
    starts = [row for row in files.listed(facts) if row["quantity"] in ("presented", "planned_start")]
    listed = (files.events(mirror)["iso3"] == code).sum()
    return {"events on record": listed + founder + (len(starts) if code == "MEX" else 0)}


def newer_release(mirror: Path, code: str) -> dict[str, float]:
    """What V-Dem 16 says of a country in its last year, and what it said before; nothing of a country it does not have.

    A fall is ranked among falls, a rise among rises, and a change of less than 0.05 gets no rank.
    """
    table = files.vdem(mirror, "16")
    polyarchy, democracy = (files.wide(table, name) for name in ("v2x_polyarchy", "v2x_libdem"))
    speech = files.wide(table, "v2x_freexp_altinf")[[2015, 2025]].dropna()
    if code not in speech.index:
        return {}
    by = (speech[2025] - speech[2015]).round(9)
    alike = by[by * by[code] > 0].abs()
    found = {
        "V-Dem 16, countries": len(polyarchy[2025].dropna()),
        "V-Dem 16, electoral democracy in the last year": polyarchy.at[code, 2025],
        "V-Dem 16, electoral democracy three years before": polyarchy.at[code, 2022],
        "V-Dem 16, liberal democracy of 2024": democracy.at[code, 2024],
        "V-Dem 16, freedom of expression in the last year": speech.at[code, 2025],
        "V-Dem 16, place of freedom of expression from the freest": (speech[2025] > speech.at[code, 2025]).sum() + 1,
        "V-Dem 16, countries with freedom of expression in both years": len(speech),
        "V-Dem 16, change of freedom of expression": by[code],
    }
    if abs(by[code]) >= 0.05:
        way = "falls" if by[code] < 0 else "rises"
        found[f"V-Dem 16, {way} of freedom of expression"] = len(alike)
        found[f"V-Dem 16, place among {way} of freedom of expression"] = (alike > abs(by[code])).sum() + 1
    return found


def episodes(mirror: Path, code: str) -> dict[str, float]:
    """Episodes of democratisation or autocratisation of which at least one year is shown."""
    table = files.regimes(mirror)
    shown = table[(table["code"] == code) & table["year"].between(FIRST, LAST)]
    return {"episodes": sum(shown.loc[shown[f"{way}_ep"] == 1, f"{way}_ep_id"].nunique() for way in ("dem", "aut"))}
