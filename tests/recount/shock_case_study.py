"""What three series of V-Dem did in Mexico from 2017 on, beside other countries, counted again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import lsq_linear
from statsmodels.regression.linear_model import OLS

from . import files

CODE, EVENT, FIRST, LAST = "MEX", 2017, 2000, 2023
CORE, EXPRESSION, REPRESSION = "v2xcs_ccsi", "v2x_freexp_altinf", "v2csreprss"


def recount(mirror: Path) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    return {**lines(mirror), **gap(mirror), **steps(mirror)}


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


def lines(mirror: Path) -> dict[str, float]:
    """Places of the interrupted series, and what a nominal test is worth."""
    core = series(mirror, CORE)
    all_fits = fits(core, EVENT)
    own = all_fits.loc[CODE]
    moving = all_fits["t"].where(all_fits["slope"].abs() > 1e-11, 0.0)
    n = len(all_fits)
    before = core.loc[: EVENT - 1].ffill().iloc[-1]
    near = all_fits.loc[(before - before[CODE]).abs()[lambda apart: apart <= 0.1 + 1e-12].index.intersection(
        all_fits.index)]  # fmt: skip
    dates = pd.Series({year: fits(core[[CODE]], year).loc[CODE, "slope"] for year in range(FIRST + 3, LAST - 1)})
    nominal = fits(core, EVENT, cov_type="HAC", cov_kwds={"maxlags": 2, "use_correction": True})
    others = nominal.drop(index=CODE)
    still = all_fits["slope"].abs() < 1e-11
    rejected = (others["p"] < 0.05) & ~still.drop(index=CODE)
    rest = all_fits["slope"].drop(index=CODE)
    largest = rest.abs().sort_values(ascending=False).iloc[int(0.05 * n) - 1]
    expression, repression = (fits(series(mirror, name), EVENT) for name in (EXPRESSION, REPRESSION))
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
        "expression, place of the slope": place(expression["slope"], expression.loc[CODE, "slope"]),
        "repression, place of the slope": place(repression["slope"], repression.loc[CODE, "slope"]),
        "repression, place by t": place(repression["t"].where(repression["slope"].abs() > 1e-11, 0.0),
                                        repression.loc[CODE, "t"]),
        "nominal p": nominal.loc[CODE, "p"],
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


def gap(mirror: Path) -> dict[str, float]:
    """The synthetic control of countries within a tenth of the scale, and its place among them."""
    core = series(mirror, CORE).dropna(axis=1)
    before = core.loc[EVENT - 1]
    donors = [code for code in core if code != CODE and abs(before[code] - before[CODE]) <= 0.1 + 1e-12]
    early, late = core.index < EVENT, core.index >= EVENT
    gaps = {}
    for code in (CODE, *donors):
        others = [one for one in donors if one != code]
        mixed = core[others] @ weights(core.loc[early, others].to_numpy(), core.loc[early, code].to_numpy())
        gaps[code] = core[code] - mixed
    means = pd.Series({code: one[late].mean() for code, one in gaps.items()})
    loss = (gaps[CODE][early] ** 2).mean()
    return {"core, gap": means[CODE], "core, place of the gap": place(means, means[CODE]),
            "core, countries of the gap": len(means), "error before": np.sqrt(loss), "loss": loss}  # fmt: skip


def steps(mirror: Path) -> dict[str, float]:
    """Steps from one year to the next that are exactly zero."""
    moved = series(mirror, CORE).diff().stack().dropna()
    return {"share of steps of zero": (moved == 0).mean(), "steps": len(moved)}
