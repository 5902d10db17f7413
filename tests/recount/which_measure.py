"""How far measures of civic space agree, and what each says about Mexico, counted again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from scipy.stats import spearmanr

from . import files

CODE, FIRST, LAST = "MEX", 2013, 2023
#: The embedded edition holds V-Dem 14, 15 and 16 from 2000 on.
SINCE = 2000
FOURTEEN = (*("v2xcs_ccsi", "v2x_cspart", "v2csreprss", "v2cseeorgs", "v2x_frassoc_thick", "v2caassemb", "v2x_clpriv"),)


def recount(mirror: Path) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    return {
        **rows(mirror),
        **directions(mirror),
        **correlations(mirror),
        **opposed(mirror),
        **percentiles(mirror),
        **revisions(mirror),
    }


def series(mirror: Path) -> dict[str, pd.DataFrame]:
    """The thirteen measures whose values exist in both years, countries by years."""
    found = {name: files.wide(files.vdem(mirror, "14"), name).round(3) for name in FOURTEEN}
    for name in files.SIXTEEN:
        found[f"{name} 16"] = files.wide(files.vdem(mirror, "16"), name)
    found["va_est"] = files.wide(files.voice(mirror), "va_est")
    found["regime"] = files.wide(files.regimes(mirror), "v2x_regime")
    return found


def rows(mirror: Path) -> dict[str, float]:
    """Rows since 1990 of the six tables as the embedded edition holds them."""
    tables = [files.vdem(mirror, version) for version in ("12", "14", "15", "16")]
    tables = [table[table["year"] >= SINCE] for table in tables] + [files.voice(mirror)]
    tables.append(files.regimes(mirror).query("year >= 1990"))
    total = sum(map(len, tables))
    countries = sum(int(table["country"].sum()) for table in tables)
    return {"rows": total, "rows of countries": countries, "rows of other units": total - countries}


def directions(mirror: Path) -> dict[str, float]:
    """Measures of Mexico with a value in both years: how many fell, rose and did not change."""
    moved = {name: table.loc[CODE, LAST] - table.loc[CODE, FIRST] for name, table in series(mirror).items()}
    moved = pd.Series(moved).dropna().round(9)
    return {
        "measures with both years": len(moved),
        "measures that fell": (moved < 0).sum(),
        "measures that rose": (moved > 0).sum(),
        "measures that did not change": (moved == 0).sum(),
    }


def pooled(one: pd.DataFrame, other: pd.DataFrame) -> tuple[float, int, int]:
    """Spearman's correlation over the country-years that both have from 2000 on, their number, and the countries."""
    frame = pd.concat([one.loc[:, SINCE:].stack(), other.loc[:, SINCE:].stack()], axis=1, join="inner").dropna()
    rho = spearmanr(frame[0], frame[1]).statistic
    return rho, len(frame), frame.index.get_level_values(0).nunique()


def correlations(mirror: Path) -> dict[str, float]:
    """Rank correlation of the core index with other measures: pooled, and across countries in the last year."""
    held = series(mirror)
    found = {}
    for name in ("v2x_cspart", "v2x_freexp_altinf 16", "v2x_clpriv", "v2x_libdem 16", "va_est", "regime"):
        core, other = held["v2xcs_ccsi"], held[name]
        rho, n, countries = pooled(core, other)
        last = pd.concat([core[LAST], other[LAST]], axis=1, join="inner").dropna()
        found[f"{name}, pooled correlation"] = rho
        found[f"{name}, country-years"] = n
        found[f"{name}, countries"] = countries
        found[f"{name}, correlation of the last year"] = spearmanr(last.iloc[:, 0], last.iloc[:, 1]).statistic
    return found


def opposed(mirror: Path) -> dict[str, float]:
    """Countries in which one of core index and voice and accountability rose and the other fell.

    Clearly: by 0.05 or more, and by more than 1.96 standard errors of the difference, those of two years independent.
    """
    held, error = series(mirror), files.wide(files.voice(mirror), "va_se")
    moved = pd.concat([(held[name][LAST] - held[name][FIRST]).round(9) for name in ("v2xcs_ccsi", "va_est")], axis=1)
    moved = moved.dropna()
    apart = moved[moved[0] * moved[1] < 0]
    clearly = (apart[0].abs() >= 0.05) & (apart[1] ** 2 > 1.96**2 * (error[FIRST] ** 2 + error[LAST] ** 2)[apart.index])
    return {
        "first year": FIRST,
        "last year": LAST,
        "countries with both": len(moved),
        "countries opposed": len(apart),
        "share opposed": len(apart) / len(moved),
        "countries opposed clearly": clearly.sum(),
    }


def percentiles(mirror: Path) -> dict[str, float]:
    """Share of countries below Mexico, ties at half, among the countries with a value in both measures."""
    held = series(mirror)
    values = pd.concat([held[name][LAST] for name in ("v2xcs_ccsi", "va_est")], axis=1).dropna()
    below = (values.rank(method="average") - 0.5) / len(values)
    spread = below.max(axis=1) - below.min(axis=1)
    voice = held["va_est"][LAST].dropna()
    share = ((voice < voice[CODE]).sum() + (voice == voice[CODE]).sum() / 2) / len(voice)
    return {
        "countries placed": len(values),
        "highest place of Mexico": below.loc[CODE].max(),
        "lowest place of Mexico": below.loc[CODE].min(),
        "largest distance of two places": spread.max(),
        "place of the freer measure there": below.loc[spread.idxmax()].max(),
        "countries below in voice and accountability": share,
    }


def revisions(mirror: Path) -> dict[str, float]:
    """Electoral democracy in a version minus the one before, of the same units, parts of countries included."""
    old, new, newest = (
        files.vdem(mirror, version).pivot(index="code", columns="year", values="v2x_polyarchy").loc[:, SINCE:]
        for version in ("14", "15", "16")
    )
    change = (new - old).round(3)
    last, every = (newest - new).round(3)[2024].dropna(), change.stack().dropna()
    low, high = (
        files.vdem(mirror, "15").pivot(index="code", columns="year", values=f"v2x_polyarchy_{end}").loc[:, SINCE:LAST]
        for end in ("codelow", "codehigh")
    )
    outside = (old < low.reindex_like(old)) | (old > high.reindex_like(old))
    return {
        "units in both versions": len(last),
        "mean absolute revision": last.abs().mean(),
        "largest revision": last[last.abs().idxmax()],
        "values revised": (every != 0).sum(),
        "unit-years in both versions": len(every),
        "largest revision of all years": every[every.abs().idxmax()],
        "values of the old version outside the new bounds": int(outside.sum().sum()),
        "unit-years in the newest two versions": int((newest - new).notna().sum().sum()),
    }
