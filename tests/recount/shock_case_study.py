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


def recount(mirror: Path, code: str, event: int) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    found = {**lines(mirror, code, event), **path(mirror, code, event), **steps(mirror)}
    for what, name in (("core", CORE), ("expression", EXPRESSION), ("repression", REPRESSION)):
        found |= {f"{what}, {key}": value for key, value in gap(mirror, name, code, event).items()}
    return found | without_one(mirror, code, event)


def series(mirror: Path, name: str) -> pd.DataFrame:
    """One measure from 2000 on, years by countries."""
    return files.wide(files.vdem(mirror, "14"), name).loc[:, FIRST:LAST].round(3).T


def fits(values: pd.DataFrame, event: int, **errors) -> pd.DataFrame:
    """Changes of level and slope, their t and p, of every country that has three values on either side."""
    found = {}
    for code, one in values.items():
        y = one.dropna()
        after = (y.index >= event).astype(float)
        if min(after.sum(), (1 - after).sum()) >= 3:
            x = np.column_stack([np.ones(len(y)), y.index, after, after * (y.index - event)])
            fit = OLS(y.to_numpy(), x).fit(use_t=True, **errors)
            found[code] = [*fit.params[2:], fit.tvalues[3], fit.pvalues[3]]
    return pd.DataFrame(found, index=["level", "slope", "t", "p"]).T


def place(sizes: pd.Series, own: float) -> int:
    """The place of a size from the largest, whichever way it goes."""
    return int((sizes.abs() > abs(own) * (1 + 1e-9)).sum()) + 1


def path(mirror: Path, code: str, event: int) -> dict[str, float]:
    """The last value before the event, the highest from then on, and the newest."""
    own = series(mirror, CORE)[code].dropna()
    since = own.loc[event - 1 :]
    return {"last before": own.loc[event - 1], "highest": since.max(), "year of the highest": since.idxmax(),
            "newest": own.iloc[-1], "newest year": own.index[-1]}  # fmt: skip


def lines(mirror: Path, code: str, event: int) -> dict[str, float]:
    """Places of the interrupted series, and what a nominal test is worth."""
    core = series(mirror, CORE)
    all_fits = fits(core, event)
    own = all_fits.loc[code]
    moving = all_fits["t"].where(all_fits["slope"].abs() > 1e-11, 0.0)
    n = len(all_fits)
    before = core.loc[: event - 1].ffill().iloc[-1]
    near = all_fits.loc[(before - before[code]).abs()[lambda apart: apart <= 0.1 + 1e-12].index.intersection(
        all_fits.index)]  # fmt: skip
    dates = pd.Series({year: fits(core[[code]], year).loc[code, "slope"] for year in range(FIRST + 3, LAST - 1)})
    nominal = fits(core, event, cov_type="HAC", cov_kwds={"maxlags": 2, "use_correction": True})
    others = nominal.drop(index=code)
    still = all_fits["slope"].abs() < 1e-11
    rejected = (others["p"] < 0.05) & ~still.drop(index=code)
    rest = all_fits["slope"].drop(index=code)
    largest = rest.abs().sort_values(ascending=False).iloc[int(0.05 * n) - 1]
    expression, repression = (fits(series(mirror, name), event) for name in (EXPRESSION, REPRESSION))
    return {
        "core, slope": own["slope"],
        "core, place of the slope": place(all_fits["slope"], own["slope"]),
        "countries": n,
        "core, p of the slope": place(all_fits["slope"], own["slope"]) / n,
        "core, place by t": place(moving, own["t"]),
        "core, p by t": place(moving, own["t"]) / n,
        "core, place among dates": place(dates, own["slope"]),
        "dates": len(dates),
        "core, place of the level": place(all_fits["level"], own["level"]),
        "core, place among near": place(near["slope"], own["slope"]),
        "core, countries near": len(near),
        "expression, place of the slope": place(expression["slope"], expression.loc[code, "slope"]),
        "repression, place of the slope": place(repression["slope"], repression.loc[code, "slope"]),
        "repression, place by t": place(repression["t"].where(repression["slope"].abs() > 1e-11, 0.0),
                                        repression.loc[code, "t"]),
        "nominal p": nominal.loc[code, "p"],
        "share of rejections": rejected.mean(),
        "core, detectable slope": max(largest - (way * rest).quantile(0.2) for way in (1, -1)),
    }  # fmt: skip


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
    """The synthetic control of countries near in level: its gap, its fit, and its place by the one over the other."""
    values, donors = near(mirror, name, code, event)
    early = values.index < event
    gaps = {one: mixtures(values, one, [other for other in donors if other != one], event) for one in (code, *donors)}
    ratios = pd.Series({one: size(found[~early]) / size(found[early]) for one, found in gaps.items()})
    own, rank = gaps[code], int((ratios >= ratios[code] * (1 - 1e-9)).sum())
    return {"gap": own[~early].mean(), "gap after": size(own[~early]), "error before": size(own[early]),
            "ratio": ratios[code], "place of the gap": rank, "countries of the gap": len(ratios),
            "p of the gap": rank / len(ratios), "loss": (own[early] ** 2).mean()}  # fmt: skip


def without_one(mirror: Path, code: str, event: int) -> dict[str, float]:
    """The least and the largest mean gap of civil society with one donor that weighs left out."""
    values, donors = near(mirror, CORE, code, event)
    early = values.index < event
    shares = weights(values.loc[early, donors].to_numpy(), values.loc[early, code].to_numpy())
    heavy = [one for one, weight in zip(donors, shares, strict=True) if weight > 1e-6]
    gaps = [mixtures(values, code, [one for one in donors if one != out], event)[~early].mean() for out in heavy]
    return {"core, least gap without one": min(gaps), "core, largest gap without one": max(gaps)}


def steps(mirror: Path) -> dict[str, float]:
    """Steps from one year to the next that are exactly zero."""
    moved = series(mirror, CORE).diff().stack().dropna()
    return {"share of steps of zero": (moved == 0).mean(), "steps": len(moved)}
