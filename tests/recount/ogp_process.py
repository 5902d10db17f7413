"""How action plans were made, counted again."""

from __future__ import annotations

import csv
from math import comb
from pathlib import Path

import pandas as pd
from scipy.stats import binomtest
from statsmodels.stats.multitest import multipletests

from . import intervals

#: The answers to the six steps, by their place in a row: the headers stand in several lines.
STEPS = {1: 3, 2: 8, 3: 12, 4: 15, 5: 18, 6: 20}
INFLUENCE = 25


def plans(mirror: Path) -> list[list[str]]:
    """One row per plan. Two headers of three lines come first."""
    file = mirror / "ogp_process" / "2016-07" / "ogp_process_database_2016-07.csv"
    with file.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.reader(handle))[6:]


def recount(mirror: Path) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    return {**sample(mirror), **steps(mirror), **influence(mirror), **pairs(mirror)}


def sample(mirror: Path) -> dict[str, float]:
    """Plans, countries, years, and plans of which no step was reviewed."""
    rows = plans(mirror)
    years = [int(row[2]) for row in rows]
    reviewed = [year for year, row in zip(years, rows, strict=True) if any(row[at] != "NR" for at in STEPS.values())]
    in_person, calendar = ([row[STEPS[step]] for row in rows if row[STEPS[step]] != "NR"] for step in (5, 1))
    return {
        "first year of reviewed plans": min(reviewed),
        "last year of reviewed plans": max(reviewed),
        "plans reviewed for step 5": len(in_person),
        "share in person": in_person.count("Yes") / len(in_person),
        "plans reviewed for step 1": len(calendar),
        "share with a calendar": calendar.count("Yes") / len(calendar),
        "plans": len(rows),
        "countries": len({row[0] for row in rows}),
        "first year": min(years),
        "last year": max(years),
        "plans without a reviewed step": sum(all(row[at] == "NR" for at in STEPS.values()) for row in rows),
        "plans without a review of influence": sum(row[INFLUENCE] == "NR" for row in rows),
    }


def steps(mirror: Path) -> dict[str, float]:
    """Plans that followed a step, of the plans in which it was reviewed: "Yes" of "Yes" and "No"."""
    rows = plans(mirror)
    shares = {}
    for step, at in STEPS.items():
        answers = [row[at] for row in rows if row[at] in ("Yes", "No")]
        shares[step] = answers.count("Yes") / len(answers)
    named = {}
    for name, step in (("most", max(shares, key=shares.get)), ("least", min(shares, key=shares.get))):
        reviewed = [row for row in rows if row[STEPS[step]] in ("Yes", "No")]
        named |= share(name, pd.Series([row[STEPS[step]] == "Yes" for row in reviewed]), reviewed)
    for number in ("1", "2"):
        for step in (2, 5):
            own = [row[STEPS[step]] for row in rows if row[1] == number]
            named[f"step {step} in plans number {number}, followed"] = own.count("Yes")
            named[f"step {step} in plans number {number}, reviewed"] = own.count("Yes") + own.count("No")
    return named


def influence(mirror: Path) -> dict[str, float]:
    """Plans whose public was involved or had more say, of the plans with a stated level; NA is not a level."""
    stated = [row for row in plans(mirror) if row[INFLUENCE] not in ("NR", "NA")]
    levels = [row[INFLUENCE] for row in stated]
    further = pd.Series([one in ("Involve", "Collaborate", "Empower") for one in levels])
    return {**share("involved or further", further, stated), "plans that consulted": levels.count("Consult")}


def share(name: str, reached: pd.Series, rows: list[list[str]]) -> dict[str, float]:
    """Count, denominator, share, and interval by country."""
    low, high = intervals.clustered(reached.astype(float), pd.Series([row[0] for row in rows]))
    return {
        f"{name}, count": int(reached.sum()),
        f"{name}, plans": len(reached),
        f"{name}, countries": len({row[0] for row in rows}),
        f"{name}, share": reached.mean(),
        f"{name}, low": low,
        f"{name}, high": high,
    }


def pairs(mirror: Path) -> dict[str, float]:
    """First against second plans of a country: McNemar's exact p, and Holm's over the six steps."""
    answers = {(row[0], row[1]): row for row in plans(mirror)}
    countries = {row[0] for row in plans(mirror)}
    found, p_values = {}, []
    for step, at in STEPS.items():
        seen = [
            (answers[one, "1"][at], answers[one, "2"][at])
            for one in countries
            if (one, "1") in answers and (one, "2") in answers
        ]
        seen = [two for two in seen if "NR" not in two]
        first, second = seen.count(("Yes", "No")), seen.count(("No", "Yes"))
        p = binomtest(min(first, second), first + second, 0.5).pvalue
        # The same by hand: twice the smaller tail of a fair coin.
        tail = sum(comb(first + second, k) for k in range(min(first, second) + 1)) / 2 ** (first + second)
        assert abs(p - min(1, 2 * tail)) < 1e-12
        p_values.append(p)
        found[f"step {step}, countries with both"] = len(seen)
        found[f"step {step}, only the first"] = first
        found[f"step {step}, only the second"] = second
        found[f"step {step}, p"] = p
    for step, adjusted in zip(STEPS, multipletests(p_values, method="holm")[1], strict=True):
        found[f"step {step}, p by Holm"] = adjusted
    return found
