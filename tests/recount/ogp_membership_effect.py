"""Countries that joined OGP beside those that never did, counted again: samples, balance, and effects by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.stats import norm

from . import files

FIRST, BASE, LATE, HELD, LEADS = 2003, 2010, 2017, 2000, (6, 7, 8)
#: Of each outcome the control without which the effect is furthest from that with all.
MOVES_MOST = {"v2xcs_ccsi": "HKG", "v2x_polyarchy_v15": "POL"}
#: Of each outcome: the version of V-Dem, its column, and its last year.
OUTCOMES = {"v2xcs_ccsi": ("14", "v2xcs_ccsi", 2023), "v2x_polyarchy_v15": ("15", "v2x_polyarchy", 2024)}


def recount(mirror: Path, outcome: str) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    values, about = sample(mirror, outcome)
    last = values.columns.max()
    joined, never = about[about["joined"] < LATE], about[about["joined"].isna()]
    alike = never[never["alike"]]
    largest = joined["joined"].value_counts()
    years = joined.groupby("joined").size() * (last + 1 - joined.groupby("joined").size().index)
    found = {
        "joiners": len(joined),
        "never-members": len(never),
        "never-members alike": len(alike),
        "democracies among never-members": (never["openness"] >= 0.5).sum(),
        "democracies among joiners": (joined["openness"] >= 0.5).sum(),
        "joiners above every control": (joined["level"] > alike["level"].max()).sum(),
        "joined in the largest cohort": largest.iloc[0],
        "share of the largest cohort": years.max() / years.sum(),
        "joined from the values check on": (about["joined"] >= LATE).sum(),
        "mean level of joiners": joined["level"].mean(),
        "mean level of never-members": never["level"].mean(),
        "mean level of those alike": alike["level"].mean(),
        "openness apart": apart(joined["openness"], never["openness"]),
        "openness apart from those alike": apart(joined["openness"], alike["openness"]),
    }
    found |= plain("alike", values, joined, alike) | plain("all", values, joined, never)
    found["effect with the level held equal"] = held_equal(values, joined, alike)
    found |= dict(zip(("low", "high"), interval(values, joined, alike), strict=True))
    # Callaway and Sant'Anna with three kinds of controls, three other estimators with two; of each, three kinds of
    # adjustment, and joining foreseen by a year or not.
    found["ways to compute it"] = (3 + 3 * 2) * 3 * 2
    found["effect with the level held equal, all"] = held_equal(values, joined, never)
    found["effect without the largest cohort"] = held_equal(values, joined[joined["joined"] != largest.index[0]], alike)
    found["effect without the control that moves it most"] = held_equal(values, joined, alike.drop(MOVES_MOST[outcome]))
    for lead in LEADS:  # the same comparison so many years earlier, when nobody had joined
        values, about = sample(mirror, outcome, lead)
        early, others = about[about["joined"] < LATE - lead], about[about["joined"].isna() & about["alike"]]
        found[f"effect {lead} years before"] = held_equal(values, early, others)
    return found


def sample(mirror: Path, outcome: str, lead: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The outcome of countries by years, and of each country when it joined and how it stood in the base year."""
    fourteen, (version, column, last) = files.vdem(mirror, "14"), OUTCOMES[outcome]
    first, last = max(FIRST - lead, HELD), BASE if lead else last
    values = files.wide(files.vdem(mirror, version), column).loc[:, first:last].dropna()
    members = files.members(mirror).set_index("iso3")["joined"].str[:4]
    undated = members[members == ""].index
    values = values[~values.index.isin(undated)]
    openness = files.wide(fourteen, "v2x_polyarchy")[BASE - lead]
    about = pd.DataFrame({"level": values[BASE - lead], "openness": openness}).dropna()
    about["joined"] = pd.to_numeric(members.reindex(about.index)) - lead
    least = about.loc[about["joined"] < LATE - lead, ["level", "openness"]].quantile(0.05)
    about["alike"] = (about[["level", "openness"]] >= least).all(axis=1)
    return values.loc[about.index], about


def apart(one: pd.Series, other: pd.Series) -> float:
    """The difference of means in standard deviations."""
    return (one.mean() - other.mean()) / np.sqrt((one.var() + other.var()) / 2)


def plain(name: str, values: pd.DataFrame, joined: pd.DataFrame, controls: pd.DataFrame) -> dict[str, float]:
    """Differences of mean changes, averaged over country-years, and the error from the influence of each country."""
    units = joined.index.append(controls.index)
    n, change, weights = len(units), [], []
    for cohort, own in joined.groupby("joined"):
        for year in range(int(cohort), values.columns.max() + 1):
            moved = values.loc[units, year] - values.loc[units, int(cohort) - 1]
            inside, outside = units.isin(own.index), units.isin(controls.index)
            means = moved[inside].mean(), moved[outside].mean()
            influence = inside * (moved - means[0]) / inside.mean() - outside * (moved - means[1]) / outside.mean()
            change.append((means[0] - means[1], influence.to_numpy(), inside))
            weights.append(len(own) / n)
    weights, effects = np.array(weights), np.array([one for one, *_ in change])
    total = weights.sum()
    mean = effects @ weights / total
    # The sizes of cohorts are estimated too.
    influence = sum(w * one for w, (_, one, _) in zip(weights, change, strict=True)) / total
    share = sum(
        (inside - w) * (effect - mean) for w, effect, (*_, inside) in zip(weights, effects, change, strict=True)
    )
    error = np.sqrt(((influence + share / total) ** 2).sum()) / n
    reach = norm.ppf(0.975) * error
    return {
        f"effect, {name}": mean,
        f"low, {name}": mean - reach,
        f"high, {name}": mean + reach,
        f"smallest detectable, {name}": (norm.ppf(0.975) + norm.ppf(0.8)) * error,
    }


def held_equal(values: pd.DataFrame, joined: pd.DataFrame, controls: pd.DataFrame) -> float:
    """The doubly robust effect: controls weighted by the odds of joining, less what a regression on them predicts."""
    effects, weights = [], []
    for cohort, own in joined.groupby("joined"):
        both = pd.concat([own, controls])
        x, treated = sm.add_constant(both[["level"]]), both.index.isin(own.index)
        odds = np.exp(x @ sm.GLM(treated.astype(float), x, family=sm.families.Binomial()).fit(tol=1e-12).params)
        for year in range(int(cohort), values.columns.max() + 1):
            moved = values.loc[both.index, year] - values.loc[both.index, int(cohort) - 1]
            rest = moved - x @ sm.OLS(moved[~treated], x[~treated]).fit().params
            effects.append(rest[treated].mean() - np.average(rest[~treated], weights=odds[~treated]))
            weights.append(len(own))
    return float(np.average(effects, weights=weights))


def interval(values: pd.DataFrame, joined: pd.DataFrame, controls: pd.DataFrame) -> tuple[float, float]:
    """Its interval of 95 %, by what each country adds to the mean of all cohorts and years (its influence).

    Sant'Anna and Zhao (2020) for each, with what is added by fitting both regressions; then the sizes of cohorts.
    """
    units, parts = joined.index.append(controls.index), []
    for cohort, own in joined.groupby("joined"):
        both = pd.concat([own, controls])
        x, treated = sm.add_constant(both[["level"]]).to_numpy(), both.index.isin(own.index)
        logit = sm.GLM(treated.astype(float), x, family=sm.families.Binomial()).fit(tol=1e-12)
        p, n = logit.fittedvalues, len(both)
        of_logit = ((treated - p)[:, None] * x) @ np.linalg.inv((x.T * (p * (1 - p))) @ x / n)
        for year in range(int(cohort), values.columns.max() + 1):
            moved = (values.loc[both.index, year] - values.loc[both.index, int(cohort) - 1]).to_numpy()
            rest = moved - x @ sm.OLS(moved[~treated], x[~treated]).fit().params
            of_line = ((~treated * rest)[:, None] * x) @ np.linalg.inv((x.T * ~treated) @ x / n)
            inside, outside = treated.astype(float), ~treated * p / (1 - p)
            means = [np.average(rest, weights=w) for w in (inside, outside)]
            added = [
                (w * (rest - mean) - of_line @ (w @ x / n)) / w.mean()
                for w, mean in zip((inside, outside), means, strict=True)
            ]
            added[1] += of_logit @ ((outside * (rest - means[1])) @ x / n) / outside.mean()
            influence = pd.Series(added[0] - added[1], both.index).reindex(units, fill_value=0) * len(units) / n
            parts.append((means[0] - means[1], influence.to_numpy(), units.isin(own.index)))
    weights, effects = np.array([part[2].mean() for part in parts]), np.array([part[0] for part in parts])
    mean, total = np.average(effects, weights=weights), weights.sum()
    influence = sum(
        w * one + (inside - w) * (effect - mean)
        for w, (effect, one, inside) in zip(weights, parts, strict=True)
    ) / total  # fmt: skip
    half = norm.ppf(0.975) * np.sqrt((influence**2).sum()) / len(units)
    return mean - half, mean + half
