"""What three series of V-Dem did in a country from the year of an event on, beside other countries, counted again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import lsq_linear
from statsmodels.regression.linear_model import OLS

from . import files

FIRST, LAST = 2000, 2023
CORE, EXPRESSION, REPRESSION = "v2xcs_ccsi", "v2x_freexp_altinf", "v2csreprss"


def recount(mirror: Path, code: str, event: int, alone: bool) -> dict[str, float]:
    """Return every recounted quantity by its name; gaps and places only of an event that stands alone."""
    found = {**rejections(mirror, code, event), **path(mirror, code, event)}
    if alone:
        for what, name in (("core", CORE), ("expression", EXPRESSION), ("repression", REPRESSION)):
            found |= {f"{what}, {key}": value for key, value in gap(mirror, name, code, event).items()}
        found |= without_one(mirror, code, event)
    return found


def series(mirror: Path, name: str) -> pd.DataFrame:
    """One measure from 2000 on, years by countries."""
    return files.wide(files.vdem(mirror, "14"), name).loc[:, FIRST:LAST].round(3).T


def path(mirror: Path, code: str, event: int) -> dict[str, float]:
    """The last value before the event, the highest and the lowest from then on, and the newest."""
    own = series(mirror, CORE)[code].dropna()
    since = own.loc[event - 1 :]
    ends = {"last before": own.loc[event - 1], "newest": own.iloc[-1], "newest year": own.index[-1]}
    for what, name in (("expression", EXPRESSION), ("repression", REPRESSION)):
        ends[f"{what}, last before"] = series(mirror, name)[code].loc[event - 1]
    ends |= {"core, years before": (own.index < event).sum(), "core, years after": (own.index >= event).sum()}
    ends["core, countries held"] = series(mirror, CORE).notna().any().sum()
    return ends | {"highest": since.max(), "year of the highest": since.idxmax(),
                   "lowest": since.min(), "year of the lowest": since.idxmin()}  # fmt: skip


def rejections(mirror: Path, code: str, event: int) -> dict[str, float]:
    """In what share of the other countries a nominal test of a change in slope rejects."""
    rejected = {}
    for other, one in series(mirror, CORE).drop(columns=code).items():
        y = one.dropna()
        after = (y.index >= event).astype(float)
        if min(after.sum(), (1 - after).sum()) >= 3:
            x = np.column_stack([np.ones(len(y)), y.index, after, after * (y.index - event)])
            errors = {"cov_type": "HAC", "cov_kwds": {"maxlags": 2, "use_correction": True}}
            fit = OLS(y.to_numpy(), x).fit(use_t=True, **errors)
            rejected[other] = fit.pvalues[3] < 0.05 and abs(fit.params[3]) > 1e-11
    return {"share of rejections": np.mean([*rejected.values()]), "other countries": len(rejected)}


def weights(points: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The mixture of donors that is closest to a path.

    Which donors weigh is found with the sum of weights as one more, heavy row; how much, from the normal equations.
    """
    n, heavy = points.shape[1], 1e3
    rough = lsq_linear(np.vstack([points, np.full(n, heavy)]), np.append(target, heavy), (0, np.inf), "bvls", tol=1e-14)
    at = np.flatnonzero(rough.x > 1e-7)
    left, one = points[:, at], np.ones(len(at))
    system = np.block([[left.T @ left, one[:, None]], [one, np.zeros((1, 1))]])
    found = np.zeros(n)
    found[at] = np.linalg.lstsq(system, np.append(left.T @ target, 1.0), rcond=None)[0][:-1]
    return found


def mixtures(values: pd.DataFrame, code: str, donors: list[str], event: int) -> pd.Series:
    """The gap of a country to the mixture of donors that is closest to it before the event, by year."""
    early = values.index < event
    mixed = values[donors] @ weights(values.loc[early, donors].to_numpy(), values.loc[early, code].to_numpy())
    return values[code] - mixed


def near(mirror: Path, name: str, code: str, event: int) -> tuple[pd.DataFrame, list[str]]:
    """The countries with a value in every year, and those that stood within a tenth of the scale of one of them."""
    published = series(mirror, name)
    scale = 1.0 if name in (CORE, EXPRESSION) else float(published.max().max() - published.min().min())
    values = published.dropna(axis=1)
    before = published.loc[: event - 1].ffill().iloc[-1]
    close = [one for one in values if one != code and abs(before[one] - before[code]) <= 0.1 * scale + 1e-12]
    return values, close


def size(gaps: pd.Series) -> float:
    """The root mean square."""
    return float(np.sqrt((gaps**2).mean()))


def gap(mirror: Path, name: str, code: str, event: int) -> dict[str, float]:
    """The synthetic control of countries near in level: its gap, its fit, and its places at three floors of the fit."""
    values, donors = near(mirror, name, code, event)
    early = values.index < event
    gaps = {one: mixtures(values, one, [other for other in donors if other != one], event) for one in (code, *donors)}
    before, after = (pd.Series({one: size(found[at]) for one, found in gaps.items()}) for at in (early, ~early))
    published = series(mirror, name)
    error = 0.01 * (1.0 if name in (CORE, EXPRESSION) else float(published.max().max() - published.min().min()))
    kept = before.index[before <= 2 * max(before[code], error)]
    ratios = {times: (after / before.clip(lower=times * error))[kept] for times in (0.5, 1, 2)}
    half, rank, twice = (int((one >= one[code] * (1 - 1e-9)).sum()) for one in ratios.values())
    largest = ratios[1].drop(code).max()
    return {"gap": gaps[code][~early].mean(), "gap after": after[code], "error before": before[code], "floor": error,
            "ratio": ratios[1][code], "place": rank, "place at half": half, "place at twice": twice,
            "countries": len(kept), "left out": len(before) - len(kept), "p": rank / len(kept),
            "gap that comes first": largest * max(before[code], error)}  # fmt: skip


def without_one(mirror: Path, code: str, event: int) -> dict[str, float]:
    """The least and the largest mean gap of civil society with one donor that weighs left out."""
    values, donors = near(mirror, CORE, code, event)
    early = values.index < event
    shares = weights(values.loc[early, donors].to_numpy(), values.loc[early, code].to_numpy())
    heavy = [one for one, weight in zip(donors, shares, strict=True) if weight > 1e-6]
    gaps = [mixtures(values, code, [one for one in donors if one != out], event)[~early].mean() for out in heavy]
    return {"core, least gap without one": min(gaps), "core, largest gap without one": max(gaps)}
