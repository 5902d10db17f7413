"""Estimators beside the libraries that give the same numbers, all in one run, ratios side by side.

``python benchmarks/estimators.py`` writes its section of ``docs/benchmarks.md``. A round measures every side of a pair
once, one after the other, in processor time; what is printed are medians over the rounds, and the median of the ratios
within a round. Each pair is first held to give the same numbers. A library that is not installed is left out, with the
command that installs it; none of them is in a lock.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import platform
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

import ogp_analysis as ogp

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
#: Module of each library that is compared with, and the name it is installed by.
LIBRARIES = {"diff_diff": "diff-diff", "csdid": "csdid", "ruptures": "ruptures", "pysyncon": "pysyncon",
             "statsmodels": "statsmodels"}  # fmt: skip
INDEX, EVENT = "v2xcs_ccsi", 2017
#: Donors of the synthetic control, draws of both kinds, and observations of the series with breaks.
DONORS, DRAWS, ERRORS, LONG = 69, 999, 1000, 200


@dataclass(frozen=True)
class Pair:
    """Two ways to the same numbers.

    Attributes
    ----------
    what : str
        What is estimated, on how much.
    library : str
        Module compared with.
    own, other : callable
        Each returns numbers that are held against the other's.
    wanted : float
        Most times the other's processor time.
    close : float
        How far the numbers may be apart; infinite where both sides are not the same computation.
    """

    what: str
    library: str
    own: Callable[[], np.ndarray]
    other: Callable[[], np.ndarray]
    wanted: float = 1.0
    close: float = 1e-6


def main() -> None:
    """Measure all pairs and write the section."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    rounds = options.parse_args().rounds
    warnings.simplefilter("ignore")  # a library's remarks on its own methods
    measured = []
    for pair in pairs():
        if find_spec(pair.library) is None:
            name = LIBRARIES[pair.library]
            print(f"{name} is not measured: .venv/bin/python -m pip install {name}", flush=True)
            continue
        apart = np.abs(pair.own() - pair.other()).max()  # also imports and warms both
        if not apart <= pair.close:
            sys.exit(f"{pair.what}: {LIBRARIES[pair.library]} gives other numbers, by {apart:.2g}")
        times = [(taken(pair.own), taken(pair.other)) for _ in range(rounds)]
        measured.append((pair, apart, times))
        print(f"{pair.what} / {pair.library}: {statistics.median(a / b for a, b in times):.3f}", flush=True)
    write(measured, rounds)


def taken(call: Callable) -> float:
    """Return the processor seconds of a call, threads and child processes included."""
    before, children = time.process_time(), sum(os.times()[2:4])
    call()
    return time.process_time() - before + sum(os.times()[2:4]) - children


def country_years(first: int, last: int) -> pd.DataFrame:
    """Return ``unit, year, value`` of the core index, of the countries with a value in every year."""
    frame = ogp.panel(INDEX, first, last).frame[["iso3", "year", INDEX]].dropna()
    frame = frame.rename(columns={"iso3": "unit", INDEX: "value"})
    whole = frame.groupby("unit")["year"].transform("size") == last - first + 1
    return frame[whole].sort_values(["unit", "year"], ignore_index=True)


def pairs() -> list[Pair]:
    """Return everything that is measured."""
    return [*adoption(), breaks(), synthetic(), errors(), placebos()]


def adoption() -> list[Pair]:
    """Callaway and Sant'Anna over all countries, cohorts by the year of joining OGP, with bootstrapped bands."""
    frame = country_years(2003, 2019)
    joined = ogp.load("ogp_membership", "countries").set_index("iso3")["joined_letter_year"]
    frame["cohort"] = frame["unit"].map(joined).astype("float64")
    frame.loc[frame["cohort"] > 2019, "cohort"] = np.nan
    numbered = frame.assign(id=pd.factorize(frame["unit"])[0] + 1, first=frame["cohort"].fillna(0).astype(int))

    def own():
        fit = ogp.statistics.did(frame, outcome="value", unit="unit", time="year", cohort="cohort", control="never",
                                 base="varying", draws=DRAWS)  # fmt: skip
        return np.array([fit["ATT"].estimate])

    def diff_diff():
        from diff_diff import CallawaySantAnna

        model = CallawaySantAnna(control_group="never_treated", n_bootstrap=DRAWS, seed=0)
        fit = model.fit(numbered, "value", "id", "year", "first", aggregate="event_study")
        return np.array([fit.overall_att])

    def csdid():
        from csdid.att_gt import ATTgt

        model = ATTgt(yname="value", tname="year", idname="id", gname="first", data=numbered, biters=DRAWS)
        with contextlib.redirect_stdout(io.StringIO()):  # it prints what it found
            fit = model.fit(est_method="dr", bstrap=True).aggte("simple", bstrap=True, cband=True)
        return np.array([float(fit.atte["overall_att"])])

    what = f"Callaway–Sant’Anna, {frame['unit'].nunique()} countries × 17 years, {DRAWS} draws"
    return [Pair(what, "diff_diff", own, diff_diff), Pair(what, "csdid", own, csdid)]


def breaks() -> Pair:
    """Dates of up to five breaks of a mean."""
    rng = np.random.default_rng(20170523)
    y = np.repeat([0.0, 1.5, 0.5, 2.0, 1.0], LONG // 5) + rng.normal(size=LONG)
    frame, shortest = pd.DataFrame({"time": np.arange(LONG), "value": y}), int(0.15 * LONG)

    def own():
        found = ogp.statistics.breaks(frame, "value", "time", most=5).partitions
        return np.concatenate([np.array(dates) + 1 for dates in found["dates"] if len(dates)])

    def other():
        import ruptures

        model = ruptures.Dynp(model="l2", min_size=shortest, jump=1).fit(y)
        return np.concatenate([np.array(model.predict(n_bkps=n)[:-1], float) for n in range(1, 6)])

    return Pair(f"Bai–Perron, {LONG} observations, up to 5 breaks", "ruptures", own, other)


def synthetic() -> Pair:
    """A synthetic control matched on all years before the event, and every donor in its place."""
    frame = country_years(2000, 2023)
    names = sorted(frame["unit"].unique())
    names = ["MEX", *[name for name in names if name != "MEX"][:: len(names) // DONORS][:DONORS]]
    frame = frame[frame["unit"].isin(names)]
    wide = frame.pivot(index="year", columns="unit", values="value")[names]
    before = (wide.index < EVENT).sum()

    def own():
        fit = ogp.statistics.synthetic_control(frame, outcome="value", unit="unit", time="year", treated="MEX",
                                               event=EVENT)  # fmt: skip
        return np.array([np.sqrt(fit.loss)])

    def other():
        from pysyncon import Synth

        errors = []
        for treated in names:
            # As in placebos, the country itself is not a donor of the others.
            others = [name for name in names if name not in (treated, "MEX")]
            fit, matched = Synth(), wide.iloc[:before]
            fit.fit(X0=matched[others], X1=matched[treated], Z0=matched[others], Z1=matched[treated],
                    custom_V=np.full(before, 1 / before))  # fmt: skip
            errors.append(np.sqrt(((matched[treated] - matched[others] @ fit.W) ** 2).mean()))
        return np.array(errors[:1])

    # The quadratic program of the library stops early: its fit is the worse one.
    return Pair(f"synthetic control, {DONORS} donors × 24 years, and all placebos", "pysyncon", own, other, close=5e-3)


def errors() -> Pair:
    """An interrupted series fitted to draws from its posterior, beside one fit to the published values."""
    own_series = country_years(2000, 2023).query("unit == 'MEX'").assign(sd=0.03)
    fit = ogp.statistics.interrupted(own_series, "value", "year", EVENT)

    def own():
        found = ogp.statistics.with_measurement_error(own_series, "value", fit, time="year", sd="sd", draws=ERRORS)
        return np.array([found.published[-1].estimate])

    def other():
        return np.array([statsmodels_slope(own_series["value"].to_numpy(), own_series["year"].to_numpy(), EVENT)])

    what = f"interrupted series, {ERRORS:,} draws of its measurement error, beside one fit"
    return Pair(what, "statsmodels", own, other, wanted=30.0)


def placebos() -> Pair:
    """The interrupted series of every country at every date, beside a loop."""
    frame = country_years(2000, 2023)
    wide = frame.pivot(index="year", columns="unit", values="value")
    years = wide.index.to_numpy()
    dates = years[3:-2]

    def own():
        found = ogp.statistics.placebo(frame, "value", "unit", "year", treated="MEX", event=EVENT)
        return found.estimates_of_all.sort_values(["date", "unit"])["estimate"].to_numpy()

    def other():
        return np.array([statsmodels_slope(wide[unit].to_numpy(), years, date) for date in dates for unit in wide])

    what = f"interrupted series of {wide.shape[1]} countries at {len(dates)} dates, beside a loop"
    return Pair(what, "statsmodels", own, other, wanted=0.1, close=1e-8)


def statsmodels_slope(y: np.ndarray, years: np.ndarray, event: int) -> float:
    """Return the change of slope of one series, fitted by statsmodels with Newey and West's errors."""
    from statsmodels.regression.linear_model import OLS

    after = (years >= event).astype(float)
    x = np.column_stack([np.ones(len(years)), years, after, after * (years - event)])
    fit = OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": 2, "use_correction": True}, use_t=True)
    return float(fit.params[3]) if fit.bse[3] >= 0 else np.nan


def write(measured: list, rounds: int) -> None:
    """Put the section in its place on the page, at the end if it is new."""
    start, end = "<!-- estimators -->\n", "<!-- end of estimators -->\n"
    rows = []
    for pair, apart, times in measured:
        ratios = [a / b for a, b in times]
        own, other = (statistics.median(side) for side in zip(*times, strict=True))
        rows.append(
            f"| {pair.what} | {LIBRARIES[pair.library]} {version(LIBRARIES[pair.library])} | {own:.3f} | {other:.3f} | "
            f"{statistics.median(ratios):.3g} ({min(ratios):.3g}–{max(ratios):.3g}) | {pair.wanted:g} | {apart:.1e} |\n"
        )
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    text = "".join([
        f"## Estimators\n\n`{' '.join(['python benchmarks/estimators.py', *sys.argv[1:]])}` on {machine}.\n\n",
        f"Seconds of processor, medians of {rounds} rounds; the ratio is the median of the ratios within a round, "
        "lowest and highest in brackets. *Apart* is the largest difference of the numbers that both sides give; of the "
        "synthetic control it is that of the error before the event, which is the smaller one here.\n\n",
        "| what | beside | here, s | there, s | here / there | wanted, at most | apart |\n",
        "|---|---|---|---|---|---|---|\n",
        *rows, "\n",
    ])  # fmt: skip
    page = PAGE.read_text(encoding="utf-8")
    if start not in page:
        page = page.rstrip("\n") + f"\n\n{start}{end}"
    before, _, rest = page.partition(start)
    PAGE.write_text(before + start + text + end + rest.partition(end)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
