"""The path of a measure around an event that countries have in different years, beside countries that never have it.

The comparison is that of Callaway and Sant'Anna, with the year before the event as base: it describes paths, and no
part of it is an effect of the event.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.civic_space.breaks import unbroken, with_distances
from ogp_analysis.civic_space.joining import join
from ogp_analysis.statistics.did import did

#: Years before and after the event that are shown, and the last of each that a sentence names.
LEADS, LAGS, NAMED_LAG = 5, 5, 3
#: The first year compared.
FIRST_YEAR = 2000


@dataclass(frozen=True)
class Paths:
    """The path of the countries with a first year, beside those never listed.

    Attributes
    ----------
    event : str
        ``"disclosure"`` or ``"use"``.
    frame : pandas.DataFrame
        One row per year from the event, from -5 to 5: ``when, estimate, low, high`` (pointwise, 95 %), ``band_low,
        band_high`` (all years at once) and ``n``, the countries seen then. The year before the event is 0.
    n, controls : int
        Countries with a first year, and countries never listed.
    left_out : int
        Countries without a value in every year.
    lag : int
        Years after the event that :attr:`after` looks at.
    """

    event: str
    frame: pd.DataFrame = field(repr=False)
    n: int
    controls: int
    left_out: int
    lag: int = NAMED_LAG

    def at(self, when: int) -> dict:
        """Return one year of the path."""
        return self.frame.set_index("when").loc[when].to_dict()

    @property
    def n_before(self) -> int:
        """Countries behind :attr:`before`."""
        return int(self.at(-LEADS)["n"])

    @property
    def n_after(self) -> int:
        """Countries behind :attr:`after`: those whose event is early enough to be seen that long after."""
        return int(self.at(self.lag)["n"])

    @property
    def before(self) -> tuple[float, float, float]:
        """Change from five years before the event to the year before it, with the ends of its interval."""
        row = self.at(-LEADS)
        return 0.0 - row["estimate"], 0.0 - row["high"], 0.0 - row["low"]

    @property
    def after(self) -> tuple[float, float, float]:
        """Change from the year before the event to three years after it, with the ends of its interval."""
        row = self.at(self.lag)
        return row["estimate"], row["low"], row["high"]


def comparable(outcome: str, edition: str) -> pd.DataFrame:
    """Return the values of a measure by country and year whose paths can be compared: ``iso3, year`` and the measure.

    Raises
    ------
    ParameterError
        If it is on no scale from less to more free, may be drawn only, or breaks within the years compared.
    """
    one = with_distances(outcome)
    last = one.last_year
    unbroken(one, FIRST_YEAR, last)
    return join([outcome], FIRST_YEAR, last, edition).frame.dropna(subset=[outcome])


def paths(values: pd.DataFrame, outcome: str, event: str, first: pd.Series, listed: pd.Index) -> Paths:
    """Return the path around one event; listed countries without its year, or after the last, are in no group."""
    dated = first[first.notna() & (first <= values["year"].max())]
    rows = values[values["iso3"].isin(dated.index) | ~values["iso3"].isin(listed)]
    rows = rows.assign(first=rows["iso3"].map(dated).astype("Float64"))[["iso3", "year", outcome, "first"]]
    fit = did(rows, outcome=outcome, unit="iso3", time="year", cohort="first", control="never", unbalanced="drop")
    frame = fit.frame.assign(band_low=[low for low, _ in fit.bands], band_high=[high for _, high in fit.bands])
    frame = frame[frame["when"].between(-LEADS, LAGS)]
    frame = frame.assign(n=[size for size, when in zip(fit.sizes, fit.when, strict=True) if -LEADS <= when <= LAGS])
    units = fit.cohorts.assign(treated=lambda cohorts: cohorts["cohort"].notna()).groupby("treated")["units"].sum()
    kept = ["when", "estimate", "low", "high", "band_low", "band_high", "n"]
    frame = frame[kept].astype({"when": "int64"}).reset_index(drop=True)
    before = rows["iso3"].nunique()
    return Paths(event, frame, int(units[True]), int(units[False]), before - int(units.sum()))
