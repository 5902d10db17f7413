"""How often OGP action plans were consulted on: rates of the six steps, and influence of the public.

Pure description of the plans that the Independent Reporting Mechanism reviewed by July 2016. The reviewed plans are not
a random sample (of those submitted in 2015 and later none was reviewed). Intervals are clustered by country, whose
plans resemble one another, and treat countries as a random sample of similar ones. Nothing here says what consultation
brings about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.numbers import count, counts
from ogp_analysis.data.datasets.open_government.process import IAP2_LEVELS
from ogp_analysis.data.datasets.open_government.process import STEPS as STEP_COLUMNS
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.statistics.multiple import Family, holm
from ogp_analysis.statistics.rates import (
    FEWEST_CLUSTERS,
    Proportion,
    clustered_proportion,
    mcnemar_exact,
)
from ogp_analysis.statistics.result import Result, checked_level
from ogp_analysis.statistics.sample import present
from ogp_analysis.statistics.shares import SHARE, shares_with_intervals, with_bounds

#: Names of the six steps, in their order.
STEPS = tuple(name for name, *_ in STEP_COLUMNS)
#: What the plans can be grouped by.
GROUPS = ("all", "plan_number", "region")
PHASES = ("development", "implementation")
#: The levels of influence from which on the public is involved or more.
INVOLVED = ("involve", "collaborate", "empower")
#: Code of `note`: intervals are over countries.
PLANS_CLUSTER = "plans_cluster_in_countries"
#: Answers of a step that was reviewed.
REVIEWED = ("yes", "no")


class StepRate(NamedTuple):
    """How many plans of a group followed one step, of those in which it was reviewed."""

    group: str
    step: str
    proportion: Proportion
    not_reviewed: int


@dataclass(frozen=True, kw_only=True)
class StepRates(Result):
    """The rate of each step in each group of plans; terms are ``group.step``.

    Attributes
    ----------
    rates : tuple of StepRate
        Sorted by group, then in the order of the steps.
    n : int
        Plans in the table, reviewed or not; every rate has its own denominator.
    by : str
        One of :data:`GROUPS`.
    """

    rates: tuple[StepRate, ...]
    by: str

    def contradictions(self) -> Iterator[str]:
        """Yield what cannot be true: of each step, plans reviewed and not reviewed are all plans."""
        yield from super().contradictions()
        for step in dict.fromkeys(one.step for one in self.rates):
            plans = sum(one.proportion.n + one.not_reviewed for one in self.rates if one.step == step)
            if plans != self.n:
                yield f"has {plans} plans for {step}, but {self.n} in all"

    @property
    def frame(self) -> pd.DataFrame:
        """Return one row per group and step: ``group, step, count, n, share, low, high, clusters, not_reviewed``."""
        rows = [(r.group, r.step, *r.proportion.cells, r.not_reviewed) for r in self.rates]
        columns = ["group", "step", *SHARE, "not_reviewed"]
        return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(["share", "low", "high"], "float64"))

    def extremes(self) -> tuple[StepRate, StepRate]:
        """Return the rates of the steps followed least and most often, of all groups."""
        order = self.frame.sort_values(["share", "step"]).index
        return self.rates[order[0]], self.rates[order[-1]]

    def plot(self, ax=None) -> Figure:
        """Draw the rates with their intervals, one row per group and step.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        frame = self.frame.assign(label=[word(f"process.step.{step}") for step in self.frame["step"]])
        return shares_with_intervals(
            frame,
            name="steps",
            title=word("process.all"),
            about=word("process.about"),
            source=word("process.source"),
            ax=ax,
        )

    def table(self) -> Table:
        """Return how often each step was followed, by group, with what was not reviewed beside the denominator."""
        names = {
            "region": lambda group: word(f"regions.{group}"),
            "plan_number": lambda group: f"{word('tables.column.plan_number')} {group}",
            "all": lambda _: word("process.all"),
        }
        frame = self.frame.assign(
            group=self.frame["group"].map(names[self.by]),
            step=[word(f"process.step.{step}") for step in self.frame["step"]],
        )
        headings = {"group": Heading("group"), "step": Heading("step"), **SHARE}
        headings["not_reviewed"] = Heading("not_reviewed", "count")
        caption = sentence("process.table.steps", n=count(self.n), fewest=count(FEWEST_CLUSTERS))
        return table(f"steps_by_{self.by}", caption, with_bounds(frame), headings, ["ogp_process"])


def step_rates(plans: pd.DataFrame, by: str = "all", level: float = 0.95) -> StepRates:
    """Return how often each of the six steps was followed, of the plans in which it was reviewed.

    Parameters
    ----------
    plans : pandas.DataFrame
        The ``plans`` of ``ogp_process``.
    by : str
        ``"all"``, ``"plan_number"`` or ``"region"`` (the six regions of V-Dem, by country).
    level : float
        Nominal coverage of the interval, see :func:`ogp_analysis.statistics.rates.clustered_proportion`.

    Raises
    ------
    ModelError
        If a column is absent, a step holds an unknown code, or `by` is not in :data:`GROUPS`.
    """
    check_plans(plans, (*STEPS, "iso3"))
    if by not in GROUPS:
        raise ModelError("step_rates", f"plans cannot be grouped by {by!r}", "Use " + ", ".join(GROUPS))
    if by == "all":
        groups = pd.Series("all", index=plans.index)
    else:
        check_plans(plans, ("iso3" if by == "region" else by,))
        groups = plans["iso3"].map(lambda code: country(code).region) if by == "region" else plans[by].astype("str")
    found = []
    for group in sorted(groups.unique()):
        own = plans[groups == group]
        for step in STEPS:
            reviewed = own[own[step].isin(REVIEWED)]
            found.append(StepRate(group, step, _at(reviewed, step, ("yes",), level), len(own) - len(reviewed)))
    return StepRates(
        estimates=tuple(rate.proportion.as_term(f"{rate.group}.{rate.step}") for rate in found),
        n=len(plans),
        rates=tuple(found),
        by=by,
        clusters=plans["iso3"].nunique(),
        note=PLANS_CLUSTER,
        method="cluster_robust_logit",
        references=("liang_zeger_1986", "cameron_miller_2015"),
    )


@dataclass(frozen=True, kw_only=True)
class Influence(Result):
    """How many plans reached each level of influence (IAP2); terms are the levels.

    Attributes
    ----------
    phase : str
        One of :data:`PHASES`.
    levels : tuple of (str, Proportion)
        Each level with the plans at it, of the plans with a stated level, from the least influence to the most.
    involved : Proportion
        Of these, the plans at one of :data:`INVOLVED`.
    n : int
        Plans with a stated level.
    not_reviewed, not_applicable : int
        Plans without one.
    """

    phase: str
    levels: tuple[tuple[str, Proportion], ...]
    involved: Proportion
    not_reviewed: int
    not_applicable: int

    def contradictions(self) -> Iterator[str]:
        """Yield what cannot be true: every plan whose level is known has one level."""
        yield from super().contradictions()
        if (counted := sum(level.count for _, level in self.levels)) != self.n:
            yield f"has {counted} plans by level, but {self.n} in all"

    @property
    def frame(self) -> pd.DataFrame:
        """Return one row per level: ``level, count, n, share, low, high, clusters``."""
        frame = pd.DataFrame([(name, *level.cells) for name, level in self.levels], columns=["level", *SHARE])
        return frame.astype(dict.fromkeys(["share", "low", "high"], "float64"))

    def table(self) -> Table:
        """Return how plans spread over the levels of influence of the public."""
        frame = self.frame.assign(level=[word(f"process.level.{level}") for level in self.frame["level"]])
        caption = sentence(
            "process.table.influence",
            **counts(n=self.n, not_reviewed=self.not_reviewed, not_applicable=self.not_applicable),
        )
        return table("influence", caption, with_bounds(frame), {"level": Heading("level"), **SHARE}, ["ogp_process"])


def influence(plans: pd.DataFrame, phase: str = "development", level: float = 0.95) -> Influence:
    """Return how plans spread over the levels of influence of the public.

    Parameters
    ----------
    plans : pandas.DataFrame
        The ``plans`` of ``ogp_process``.
    phase : str
        ``"development"`` or ``"implementation"`` of the plan.
    level : float
        Nominal coverage of the interval of each level on its own.

    Raises
    ------
    ModelError
        If the column is absent or holds an unknown code, or `phase` is not in :data:`PHASES`.
    """
    if phase not in PHASES:
        raise ModelError("influence", f"phase {phase!r} is unknown", "Use " + " or ".join(PHASES))
    column = f"iap2_{phase}"
    _check_codes(plans, column, (*IAP2_LEVELS, "not_reviewed", "not_applicable"))
    check_plans(plans, ("iso3",))
    counts = plans[column].value_counts()
    stated = plans[plans[column].isin(IAP2_LEVELS)]
    levels = tuple((name, _at(stated, column, (name,), level)) for name in IAP2_LEVELS)
    return Influence(
        estimates=tuple(found.as_term(name) for name, found in levels),
        n=len(stated),
        phase=phase,
        levels=levels,
        involved=_at(stated, column, INVOLVED, level),
        not_reviewed=int(counts.get("not_reviewed", 0)),
        not_applicable=int(counts.get("not_applicable", 0)),
        clusters=stated["iso3"].nunique(),
        note=PLANS_CLUSTER,
        method="cluster_robust_logit",
        references=("liang_zeger_1986", "cameron_miller_2015"),
    )


def _at(plans: pd.DataFrame, column: str, codes: tuple[str, ...], level: float) -> Proportion:
    return clustered_proportion(plans[column].isin(codes), plans["iso3"], level)


def check_plans(plans: pd.DataFrame, columns: tuple[str, ...]) -> None:
    """Raise if a column is absent, or one of the six steps among them holds an unknown code.

    Raises
    ------
    ModelError
        Naming the column.
    """
    present(plans, columns, "plans")
    for step in STEPS:
        if step in columns:
            _check_codes(plans, step, (*REVIEWED, "not_reviewed"))


def _check_codes(plans: pd.DataFrame, column: str, codes: tuple[str, ...]) -> None:
    present(plans, [column], "plans")
    odd = sorted({str(v) for v in plans.loc[~plans[column].isin(codes), column]})
    if odd:
        raise ModelError(f"plans.{column}", f"holds {len(odd)} unknown codes, {listed(odd)}", "Pass the clean table")


# First against second OGP action plans within countries: which steps of consultation were taken up or given up.
# Countries are compared with themselves, so what does not change in a country plays no part; what else changed from
# one plan to the next, OGP's own rules among it, does. This describes and does not explain.

#: Code of `note`: each country gives one pair, and countries are counted as independent.
ONE_PAIR = "one_pair_a_country"


#: Of the countries, those with both plans reviewed, in four cells, and those without.
_PAIRS = ("pairs", "both", "only_first", "only_second", "neither", "unpaired")


@dataclass(frozen=True, kw_only=True)
class PairedSteps(Result):
    """First against second plans within countries.

    The estimate of a step is, of the countries in which the two plans differ, the share in which only the second
    followed it (one half: no difference), with Clopper and Pearson's exact interval and McNemar's exact p value. It
    has no value where no country differs.

    Attributes
    ----------
    pairs : tuple of PairedStep
        In the order of the steps: the counts.
    n : int
        Countries in the table; the estimates have the number of discordant pairs.
    family : Family
        Holm's adjusted p values of the six steps.
    """

    pairs: pd.DataFrame = field(repr=False, compare=False)
    family: Family = field(repr=False)

    def contradictions(self) -> Iterator[str]:
        """Yield what cannot be true: a pair of plans is in one of four cells, and every country is paired or not."""
        yield from super().contradictions()
        for one in self.pairs.itertuples():
            cells = one.both + one.only_first + one.only_second + one.neither
            if cells != one.pairs or one.pairs + one.unpaired != self.n:
                yield f"has {one.pairs} pairs in {cells} cells and {one.unpaired} unpaired of {self.n} for {one.step}"

    @property
    def frame(self) -> pd.DataFrame:
        """Return one row per step: the counts, and p value and adjusted p value."""
        p_values = [estimate.p_value for estimate in self.estimates]
        return self.pairs.assign(p_value=p_values, p_adjusted=[self.family[step] for step in self.pairs["step"]])

    def table(self) -> Table:
        """Return the counts with McNemar's exact p and Holm's."""
        frame = self.frame.assign(step=[word(f"process.step.{step}") for step in self.frame["step"]])
        headings = {name: Heading(name, "count") for name in frame.columns} | {"step": Heading("step")}
        headings |= {name: Heading(name, "probability", 3) for name in ("p_value", "p_adjusted")}
        return table("first_and_second_plans", sentence("process.table.pairs"), frame, headings, ["ogp_process"])


def first_and_second_plans(plans: pd.DataFrame, level: float = 0.95) -> PairedSteps:
    """Compare the six steps of first and second plans within countries.

    Parameters
    ----------
    plans : pandas.DataFrame
        The ``plans`` of ``ogp_process``; one row per country and plan.
    level : float
        Nominal coverage of the exact interval.

    Raises
    ------
    ModelError
        If a column is absent, a step holds an unknown code, or a plan is listed twice.

    Notes
    -----
    McNemar (1947), exact: twice the smaller tail of a binomial with one half. A country whose second plan was not yet
    reviewed is left out, so the countries compared are those that came early.
    """
    check_plans(plans, (*STEPS, "iso3", "plan_number"))
    if plans.duplicated(["iso3", "plan_number"]).any():
        raise ModelError("first_and_second_plans", "a plan is listed twice", "Give one row per country and plan")
    level = checked_level(level, "first_and_second_plans")
    countries = plans["iso3"].nunique()
    rows, estimates = [], []
    for step in STEPS:
        reviewed = plans[plans[step].isin(REVIEWED) & plans["plan_number"].isin([1, 2])]
        wide = reviewed.assign(yes=reviewed[step] == "yes").pivot(index="iso3", columns="plan_number", values="yes")
        wide = wide.reindex(columns=[1, 2]).dropna().astype(bool)
        first, second = wide[1], wide[2]
        cells = (first & second, first & ~second, ~first & second, ~first & ~second)
        counts = [int(mask.sum()) for mask in cells]
        rows.append((step, len(wide), *counts, countries - len(wide)))
        estimates.append(mcnemar_exact(step, *counts, level))
    return PairedSteps(
        estimates=tuple(estimates),
        n=countries,
        pairs=pd.DataFrame(rows, columns=["step", *_PAIRS]),
        family=holm({e.term: e.p_value for e in estimates}, "process_steps_first_second"),
        note=ONE_PAIR,
        method="mcnemar_exact",
        references=("mcnemar_1947", "clopper_pearson_1934", "holm_1979"),
    )
