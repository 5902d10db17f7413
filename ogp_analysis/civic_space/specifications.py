"""The same question asked in every way that could be defended: estimates by specification, side by side."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pandas as pd

from ogp_analysis.base.cached import cached
from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count, index
from ogp_analysis.civic_space.figures.effects import specification_curve
from ogp_analysis.civic_space.joiners import CONTROLS, COVARIATES, METHODS, Joiners
from ogp_analysis.civic_space.tables.headings import tabled
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table
from ogp_analysis.statistics.did import AdoptionEffects
from ogp_analysis.statistics.group_time import OVERALL

#: Years before joining in which countries may react, among the specifications.
ANTICIPATIONS = (0, 1)
#: What a specification chooses, in the order in which a drawing shows it.
CHOICES = {"controls": CONTROLS, "covariates": tuple(COVARIATES), "method": tuple(METHODS),
           "anticipation": ANTICIPATIONS}  # fmt: skip


@dataclass(frozen=True)
class Specifications(Shown):
    """Estimates of the effect of joining, one per specification.

    Attributes
    ----------
    sample : Joiners
    main : tuple
        The specification of the answer: controls, covariates, method, anticipation.
    frame : pandas.DataFrame
        Sorted by estimate: ``controls, covariates, method, anticipation, estimate, std_error, low, high, p_value,
        smallest`` (the smallest effect that would have been distinguishable from 0 with a probability of 80 %),
        ``joiners, others``.
    failed : int
        Specifications that could not be estimated.
    """

    sample: Joiners
    main: tuple
    frame: pd.DataFrame = field(repr=False)
    failed: int

    @property
    def excludes_zero(self) -> pd.Series:
        """Whether each interval leaves out 0."""
        return (self.frame["low"] > 0) | (self.frame["high"] < 0)

    def text(self, role: str = "text") -> Parts:
        """Say in how many specifications the interval leaves out 0, and from where to where estimates run.

        Parameters
        ----------
        role : str
            What the sentence is in its report.
        """
        frame, least, most = self.frame, self.frame["estimate"].min(), self.frame["estimate"].max()
        return Parts([say("joiners.specifications", role=role, n=count(len(frame)),
                          excluding=count(self.excludes_zero.sum()),
                          least=index(least, signed=True), most=index(most, signed=True))])  # fmt: skip

    def plot(self, ax=None) -> Figure:
        """Draw the estimates in order, with their intervals, over what each specification chose.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            None: this figure is laid out on a sheet of its own, and says so if axes are given.
        """
        main = (self.frame[list(CHOICES)].apply(tuple, axis=1) == self.main).to_numpy()
        return specification_curve(self.frame.assign(excludes_zero=self.excludes_zero, main=main), CHOICES,
                                   name="specifications",
                                   id=self.sample.outcome, last=self.sample.last_year, ax=ax)  # fmt: skip

    def table(self) -> Table:
        """Return the estimates, one row per specification."""
        return self._tabled(self.frame, "specifications")

    def with_and_without(self) -> Table:
        """Return the estimates with the outcome of the base year and with nothing held equal, by group of controls.

        Estimator and anticipation are those of the answer.

        Examples
        --------
        >>> effect = ogp.civic_space.membership_effect("v2xcs_ccsi")
        >>> effect.specifications.with_and_without().frame["estimate"].round(3).to_list()
        [0.026, 0.034, 0.017, 0.009]
        """
        _, _, method, anticipation = self.main
        frame = self.frame[(self.frame["method"] == method) & (self.frame["anticipation"] == anticipation)]
        frame = frame[frame["covariates"].isin(["level", "none"]) & frame["controls"].isin(["common_support", "never"])]
        order = ["controls", "covariates"]
        frame = frame.sort_values(order, key=lambda column: column.map([*CONTROLS, *COVARIATES].index))
        return self._tabled(frame, "with_and_without", ("controls", "covariates"))

    def _tabled(self, frame: pd.DataFrame, name: str, choices: Iterable[str] = CHOICES) -> Table:
        words = {c: [word(f"joiners.short.{c}.{v}") for v in frame[c]] for c in choices}
        caption = sentence(f"joiners.table.{name}", n=count(len(frame)),
                           indicator=word(f"indicators.{self.sample.outcome}.name"))  # fmt: skip
        return tabled(name, caption, frame.assign(**words).reset_index(drop=True))


def specifications(sample: Joiners, main: tuple) -> Specifications:
    """Return the estimates of all specifications: controls, covariates, estimators and anticipation.

    Parameters
    ----------
    sample : Joiners
    main : tuple
        The specification of the answer: controls, covariates, method, anticipation.
    """
    frame, failed = _all_estimates(replace(sample))  # a copy of which nothing has been computed yet
    return Specifications(sample, main, frame, failed)


@cached
def _all_estimates(sample: Joiners) -> tuple[pd.DataFrame, int]:
    """Return the estimates, sorted, and how many could not be made: numbers without words, for any language."""
    rows, failed = [], 0
    for method, covariates, anticipation in itertools.product(METHODS, COVARIATES, ANTICIPATIONS):
        for controls in METHODS[method]:
            try:
                fit = sample.fitted(controls, covariates, anticipation, method)
            except ModelError:
                failed += 1
                continue
            chosen = {"controls": controls, "covariates": covariates, "method": method, "anticipation": anticipation}
            rows.append(chosen | estimated(fit))
    return pd.DataFrame(rows).sort_values(["estimate", *CHOICES], ignore_index=True), failed


def estimated(fit: AdoptionEffects) -> dict:
    """Return the mean effect of a fit, the smallest it could have shown, and how many countries it rests on."""
    mean, cohorts = fit[OVERALL], fit.cohorts
    joined = cohorts["cohort"].notna()
    return {"estimate": mean.estimate, "std_error": mean.std_error, "low": mean.low, "high": mean.high,
            "p_value": mean.p_value, "smallest": fit.smallest_detectable(OVERALL),
            "joiners": int(cohorts.loc[joined, "units"].sum()),
            "others": int(cohorts.loc[~joined, "units"].sum())}  # fmt: skip
