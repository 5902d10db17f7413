"""Scores of the forecasts of closing civic space, counted again country by country from the published files."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import pandas as pd

#: Of each round the year in which its data end, the V-Dem of its time and the first that covers the two years after.
ROUNDS = {"v9": (2018, "v9", "v11.1"), "v10": (2019, "v10", "v12"), "v11": (2020, "v11.1", "v13")}
ROUNDS |= dict.fromkeys(("v12", "v12.1"), (2021, "v12", "v14"))
INDICES = {"v2xcs_ccsi": "Core civil society", "v2x_freexp_altinf": "Expression and information"}
BY_YEAR = {"one year": ("v9", "v10", "v11", "v12"), "also two years": ("v9", "v10", "v11", "v12.1")}


@cache
def values(mirror: Path, version: str, index: str) -> dict[tuple[int, int], float]:
    """The index by country and year, as a version of V-Dem had it."""
    name = "outcomes_v9" if version == "v9" else f"dv_data_1968_on_{version}"
    table = pd.read_csv(mirror / "demspaces" / "vintages" / f"{name}.csv.gz")
    return dict(zip(zip(table["gwcode"], table["year"], strict=True), table[index], strict=True))


@cache
def issued(mirror: Path, name: str, index: str) -> dict[tuple[int, int], float]:
    """The probability of a closing by country and last year of data."""
    table = pd.read_csv(mirror / "demspaces" / "as-issued" / f"fcasts-rf-{name}.csv").query("outcome == @index")
    return dict(zip(zip(table["gwcode"], table["from_year"], strict=True), table["p_down"], strict=True))


@cache
def falls(mirror: Path, version: str, index: str, year: int, definition: str) -> dict[int, bool]:
    """Whether each country with four values fell in the two years after a year."""
    held, found = values(mirror, version, index), {}
    for code in {code for code, _ in held}:
        x = [held.get((code, at)) for at in range(year - 1, year + 3)]
        if None in x or any(one != one for one in x):
            continue
        steps = [first - then for first, then in pairwise(x)]
        hit = max(steps[1:]) > 0.05
        if definition == "also two years":
            for at in (0, 1):
                hit |= x[at] - x[at + 2] > 0.05 and min(steps[at], steps[at + 1]) > 0.05 * 0.1
        found[code] = hit
    return found


def auc(risk: list[float], fell: list[bool]) -> float:
    """From the ranks of those that fell (Mann and Whitney)."""
    ranks, yes = pd.Series(risk).rank(), pd.Series(fell)
    n = yes.sum()
    return (ranks[yes].sum() - n * (n + 1) / 2) / (n * (len(yes) - n))


def hits(risk: list[float], fell: list[bool], top: int) -> float:
    """Falls among the highest risks; of ties for the last places the mean over those that tie."""
    order = sorted(risk, reverse=True)
    sure = [one for at, one in zip(risk, fell, strict=True) if at > order[top - 1]]
    tied = [one for at, one in zip(risk, fell, strict=True) if at == order[top - 1]]
    return sum(sure) + (top - len(sure)) * fmean(tied)


def scored(risk: dict[int, float], fell: dict[int, bool]) -> dict[str, float]:
    """Every score of a forecast."""
    codes = sorted(risk.keys() & fell.keys())
    p, y = [risk[one] for one in codes], [fell[one] for one in codes]
    found = {"n": len(codes), "events": sum(y), "risk": fmean(p), "auc": auc(p, y)}
    found["brier"] = fmean((one - other) ** 2 for one, other in zip(p, y, strict=True))
    return found | {"hits_20": hits(p, y, 20), "hits_42": hits(p, y, 42)}


def simple(mirror: Path, name: str, index: str, definition: str) -> dict[str, dict[int, float]]:
    """The two simpler forecasts, from windows of 2005 and later that were over."""
    year, own, _ = ROUNDS[name]
    pairs = []
    for at in range(2005, year - 1):
        now, before = (falls(mirror, own, index, one, definition) for one in (at, at - 2))
        pairs += [(before[code], now[code]) for code in now.keys() & before.keys()]
    fell_before = falls(mirror, own, index, year - 2, definition)
    rate = {case: fmean(now for before, now in pairs if before == case) for case in (True, False)}
    every = fmean(now for _, now in pairs)
    return {
        "base rate": dict.fromkeys(fell_before, every),
        "fell before": {c: rate[one] for c, one in fell_before.items()},
    }


def promised(mirror: Path, name: str, index: str) -> dict[str, float]:
    """AUC and Brier score of the tests in the file of a round, the mean over windows that were over."""
    (year, own, _), found = ROUNDS[name], []
    definition = "also two years" if name == "v12.1" else "one year"
    for at in range(2005, year - 1):
        now, before = (falls(mirror, own, index, one, definition) for one in (at, at - 2))
        risk = {code: p for (code, one), p in issued(mirror, name, index).items() if one == at and code in before}
        found.append(scored(risk, now))
    return {key: fmean(one[key] for one in found) for key in ("auc", "brier", "risk")}


def table(mirror: Path) -> dict[tuple[str, ...], dict[str, float]]:
    """Every row of the table of scores: index, definition, what it is held against, round and forecast."""
    found = {}
    for index, label in INDICES.items():
        for definition, by_year in BY_YEAR.items():
            for held in ("first V-Dem", "V-Dem 14"):
                for name, (year, _, first) in ROUNDS.items():
                    fell = falls(mirror, first if held == "first V-Dem" else "v14", index, year, definition)
                    risk = {code: p for (code, at), p in issued(mirror, name, index).items() if at == year}
                    for forecast, one in {"as issued": risk, **simple(mirror, name, index, definition)}.items():
                        found[label, definition, held, name, forecast] = scored(one, fell)
                for forecast in ("as issued", "base rate", "fell before"):
                    rows = [found[label, definition, held, name, forecast] for name in by_year]
                    made = {key: fmean(row[key] for row in rows) for key in ("risk", "auc", "brier")}
                    sums = {key: sum(row[key] for row in rows) for key in ("n", "events", "hits_20", "hits_42")}
                    found[label, definition, held, "mean", forecast] = made | sums
        for name in ROUNDS:
            definition = "also two years" if name == "v12.1" else "one year"
            found[label, definition, "V-Dem at issue", name, "tests at issue"] = promised(mirror, name, index)
        for name in ("v9", "v10"):
            year, _, first = ROUNDS[name]
            risk = {code: p for (code, at), p in issued(mirror, "v12", index).items() if at == year}
            fell = falls(mirror, first, index, year, "one year")
            found[label, "one year", "first V-Dem", name, "tested later, in v12"] = scored(risk, fell)
    return found


def recount(mirror: Path) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    core, every = INDICES["v2xcs_ccsi"], table(mirror)
    mean = {
        name: every[core, "one year", "first V-Dem", "mean", name] for name in ("as issued", "base rate", "fell before")
    }
    tests = [every[core, "one year", "V-Dem at issue", name, "tests at issue"]["auc"] for name in BY_YEAR["one year"]]
    years = [year + after for year, _, _ in ROUNDS.values() for after in (1, 2)]
    later = {held: every[core, "one year", held, "v11", "as issued"]["events"] for held in ("first V-Dem", "V-Dem 14")}
    return {
        "pairs in order": mean["as issued"]["auc"],
        "countries": mean["as issued"]["n"] / len(tests),
        "rounds": len(tests),
        "title: countries": mean["as issued"]["n"] / len(tests),
        "title: first year": min(years),
        "title: last year": max(years),
        "title: pairs in order": mean["as issued"]["auc"],
        "title: tests at issue, least": min(tests),
        "title: tests at issue, most": max(tests),
        "pairs in order, fell before": mean["fell before"]["auc"],
        "tests at issue, least": min(tests),
        "tests at issue, most": max(tests),
        "hits": mean["as issued"]["hits_20"],
        "hits by lot": mean["base rate"]["hits_20"],
        "Brier score": mean["as issued"]["brier"],
        "Brier score, base rate": mean["base rate"]["brier"],
        "Brier score less": mean["base rate"]["brier"] - mean["as issued"]["brier"],
        "mean risk": mean["as issued"]["risk"],
        "base rate": mean["base rate"]["risk"],
        "share that fell": mean["as issued"]["events"] / mean["as issued"]["n"],
        "falls on V-Dem 13": later["first V-Dem"],
        "falls on V-Dem 14": later["V-Dem 14"],
    }
