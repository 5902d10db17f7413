"""Mexico beside four countries in three measures, counted again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import norm

from . import files

FIRST, LAST = 2013, 2023
OWN, OTHERS = "MEX", ("CHL", "COL", "BRA", "CRI")


def recount(mirror: Path) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    measures = {
        "v2xcs_ccsi": files.wide(files.vdem(mirror, "14"), "v2xcs_ccsi").round(3),
        "v2x_polyarchy_v15": files.wide(files.vdem(mirror, "15"), "v2x_polyarchy").round(3),
        "va_est": files.wide(files.voice(mirror), "va_est"),
    }
    found: dict[str, float] = {"first year": FIRST, "last year": LAST}
    for name, table in measures.items():
        own, others = table.loc[OWN], table.loc[list(OTHERS)]
        change = own[LAST] - own[FIRST]
        found[f"{name}, value"] = own[LAST]
        found[f"{name}, place"] = 1 + (others[LAST] > own[LAST]).sum()
        found[f"{name}, fell by"] = -change
        if name == "v2xcs_ccsi":
            found["countries"] = table.loc[[OWN, *OTHERS], [FIRST, LAST]].dropna().shape[0]
            found["other countries"] = found["countries"] - 1
            found[f"{name}, others that fell"] = ((others[LAST] - others[FIRST]).round(9) <= -0.05).sum()
        found[f"{name}, distance of Colombia"] = others.loc["COL", LAST] - own[LAST]
    return {**found, **probabilities(mirror, measures)}


def probabilities(mirror: Path, measures: dict[str, pd.DataFrame]) -> dict[str, float]:
    """How probable it is that Colombia and Mexico stand as published, if the errors of the two are independent."""
    error = files.wide(files.voice(mirror), "va_se")[LAST]
    apart = measures["va_est"].loc["COL", LAST] - measures["va_est"].loc[OWN, LAST]
    found = {"va_est, probability of Colombia": norm.cdf(apart / np.hypot(error["COL"], error[OWN]))}
    spread = files.wide(files.vdem(mirror, "15"), "v2x_polyarchy_sd")[LAST]
    apart = measures["v2x_polyarchy_v15"].loc["COL", LAST] - measures["v2x_polyarchy_v15"].loc[OWN, LAST]
    found["v2x_polyarchy_v15, probability of Colombia"] = norm.cdf(apart / np.hypot(spread["COL"], spread[OWN]))
    return found
