"""Whether commitments of greater expected impact are completed less often, within plans.

Governments and their reviewers differ in how much they promise and how they rate, so commitments are compared within
plans only. Each step from one class of potential impact to the next is the mean, over plans that hold both classes, of
the difference between the shares substantially or completely fulfilled, weighted as Mantel and Haenszel weight
strata: it is the least-squares difference with effects of plans. It describes and does not explain: a plan that
promises little may promise what had already been done.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.words import Sentence, say, sentence, word
from ogp_analysis.base.words.numbers import Number, count
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.open_government import figures
from ogp_analysis.open_government.commitment_rates import IMPACT, countries_of, met, one_vintage
from ogp_analysis.statistics.models import POWER
from ogp_analysis.statistics.rates import (
    CAMERON_MILLER,
    FEWEST_CLUSTERS,
    LIANG_ZEGER,
    Proportion,
    clustered_proportion,
    counted,
)
from ogp_analysis.statistics.regression import ols
from ogp_analysis.statistics.result import REFERENCES, Estimate, Result
from ogp_analysis.statistics.shares import SHARE, with_bounds

MANTEL_HAENSZEL = REFERENCES["mantel_haenszel_1959"]
#: What counts as completed: substantially or completely fulfilled in the progress report.
COMPLETED = "mostly_complete"


@dataclass(frozen=True)
class ImpactStep:
    """One step of potential impact, in the plans that hold both classes.

    Attributes
    ----------
    lower, higher : str
        The two classes.
    lower_share, higher_share : Proportion
        Completed commitments of each class in these plans, counted.
    plans, countries : int
        Plans that hold both classes, and their countries.
    difference : Estimate or None
        Share of the higher class minus share of the lower, within plans, clustered by country; None with fewer than
        :data:`FEWEST_CLUSTERS` countries, or where all or none are completed.
    smallest : float or None
        The difference that would be distinguishable from 0 with a probability of 80 %.
    """

    lower: str
    higher: str
    lower_share: Proportion
    higher_share: Proportion
    plans: int
    countries: int
    difference: Estimate | None
    smallest: float | None

    @classmethod
    def of(cls, rows: pd.DataFrame, lower: str, higher: str, level: float) -> ImpactStep:
        """Compare two classes of rows with ``impact, completed, country, plan`` within the plans that hold both."""
        own = rows[rows["impact"].isin((lower, higher))]
        own = own.assign(higher=(own["impact"] == higher).astype(float))
        own = own[own.groupby("plan")["higher"].transform("nunique") == 2]
        shares = (own.loc[own["impact"] == name, "completed"] for name in (lower, higher))
        difference = smallest = None
        if own["country"].nunique() >= FEWEST_CLUSTERS and own["completed"].nunique() == 2:
            fit = ols(own, "completed", ["higher"], fixed="plan", clusters="country", level=level)
            one, smallest = fit["higher"], fit.smallest_detectable("higher")
            difference = Estimate(f"{lower}|{higher}", one.estimate, one.std_error, one.low, one.high, one.p_value,
                                  level, len(own))  # fmt: skip
        return cls(lower, higher, *(counted(int(s.sum()), len(s)) for s in shares), own["plan"].nunique(),
                   own["country"].nunique(), difference, smallest)  # fmt: skip

    @property
    def n(self) -> int:
        """Commitments compared."""
        return self.lower_share.n + self.higher_share.n

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval of the difference excludes zero."""
        return self.difference is not None and not self.difference.low <= 0 <= self.difference.high


@dataclass(frozen=True, kw_only=True)
class CompletionByImpact(Result):
    """Completion by class of potential impact: shares of all, and differences within plans.

    Attributes
    ----------
    classes : tuple of (str, Proportion)
        Of each class its completed commitments, with an interval over countries.
    steps : tuple of ImpactStep
        From each class to the next.
    n : int
        Commitments rated on both scales.
    completed : int
        Of them, those substantially or completely fulfilled.
    vintage : str
        Vintage of the commitments.
    """

    classes: tuple[tuple[str, Proportion], ...]
    steps: tuple[ImpactStep, ...]
    completed: int
    vintage: str = field(repr=False)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per step: classes, counts, shares, and the difference within plans with its interval."""
        rows = [
            {"lower": s.lower, "higher": s.higher, "plans": s.plans, "clusters": s.countries,
             "lower_count": s.lower_share.count, "lower_n": s.lower_share.n,
             "higher_count": s.higher_share.count, "higher_n": s.higher_share.n,
             **{name: getattr(s.difference, name, None) for name in ("estimate", "low", "high")},
             "smallest": s.smallest}
            for s in self.steps
        ]  # fmt: skip
        return pd.DataFrame(rows).astype(dict.fromkeys(("estimate", "low", "high", "smallest"), "float64"))

    def text(self) -> Parts:
        """Say each difference with its interval, and the smallest it could have shown where that includes 0."""
        compared = [step for step in self.steps if step.difference]
        if not compared:
            return Parts([say("commitments.impact.few", count=count(self.completed), n=count(self.n),
                              fewest=count(FEWEST_CLUSTERS))])  # fmt: skip
        said = [self._said(step) for step in compared]
        return Parts([say("commitments.impact.share"), *said, say("commitments.impact.why")])

    def _said(self, step: ImpactStep) -> Sentence:
        one = step.difference
        case = "not_distinguishable" if not step.excludes_zero else "more" if one.estimate > 0 else "less"
        ends = {"low": points(one.low, signed=True), "high": points(one.high, signed=True)}
        values = {} if step.excludes_zero else {"smallest": points(step.smallest), "power": Number(POWER, "share")}
        return say("commitments.impact.step", case=case, name=f"commitments.impact.step.{step.higher}",
                   lower=word(f"commitments.rating.{step.lower}"), higher=word(f"commitments.rating.{step.higher}"),
                   difference=points(one.estimate, signed=True), **ends,
                   level=Number(one.level, "share"), n=count(step.n), plans=count(step.plans),
                   clusters=count(step.countries), **values)  # fmt: skip

    def plot(self) -> Figure | Parts:
        """Draw the differences within plans with their intervals; nothing with too few countries."""
        drawn = self.frame.dropna(subset=["estimate"])
        return figures.impact_steps(drawn, self.vintage) if len(drawn) else Parts()

    def table(self) -> Parts:
        """Return the shares of each class, and the steps within plans with all they rest on."""
        if not self.n:
            return Parts()
        headings = {"impact": Heading("impact"), **SHARE}
        rows = [(word(f"commitments.rating.{name}"), *found.cells) for name, found in self.classes]
        shares = pd.DataFrame(rows, columns=list(headings))
        by_class = table("completion_by_impact", sentence("commitments.table.impact", n=count(self.n)),
                         with_bounds(shares), headings)  # fmt: skip
        return Parts([by_class, *([self._steps()] if any(step.difference for step in self.steps) else [])])

    def _steps(self) -> Table:
        frame = self.frame.dropna(subset=["estimate"])
        names = {name: [word(f"commitments.rating.{one}") for one in frame[name]] for name in ("lower", "higher")}
        headings = {name: Heading(f"commitments.column.{name}") for name in names}
        headings |= {name: Heading(f"commitments.column.{name}", "count")
                     for name in ("plans", "lower_count", "lower_n", "higher_count", "higher_n")}  # fmt: skip
        headings |= {"clusters": Heading("countries", "count")}
        headings |= {name: Heading(f"commitments.column.{name}", "index", 1, signed=name != "smallest")
                     for name in ("estimate", "low", "high", "smallest")}  # fmt: skip
        scaled = {name: 100 * frame[name] for name in ("estimate", "low", "high", "smallest")}
        caption = sentence("commitments.table.impact_steps", power=Number(POWER, "share"))
        return table("completion_within_plans", caption, frame.assign(**names, **scaled), headings, ["ogp_commitments"])


def points(value: float, signed: bool = False) -> Number:
    """Return a difference of shares, given 0-1, in percentage points."""
    return Number(100 * value, "index", 0, signed=signed)


def completion_by_impact(commitments: pd.DataFrame, level: float = 0.95) -> CompletionByImpact:
    """Return completion by class of potential impact, of all and within plans.

    Parameters
    ----------
    commitments : pandas.DataFrame
        Clean commitments of one vintage.
    level : float
        Nominal coverage of the intervals.

    Raises
    ------
    ModelError
        If the frame holds several vintages, or lacks a column.

    Notes
    -----
    Mantel and Haenszel (1959): a plan with a commitments of one class and b of the other weighs ab / (a + b). Standard
    errors are clustered by country (Liang and Zeger 1986), with Student's distribution with G − 1 degrees of freedom.
    The values ``no data``, ``not reviewed``, ``unclear`` and ``withdrawn`` are on neither scale.
    """
    vintage = one_vintage(commitments, "completion by impact")
    kept = commitments[commitments["row_kind"] != "milestone"]
    rows = pd.DataFrame({
        "impact": kept["potential_impact"], "completed": met(kept, COMPLETED), "country": countries_of(kept),
        "plan": kept["unit"] + "-" + kept["plan_number"].astype("str"),
    })  # fmt: skip
    rows = rows[rows["impact"].isin(IMPACT) & rows["completed"].notna()].astype({"completed": "bool"})
    classes = tuple(
        (name, clustered_proportion(own["completed"], own["country"], level))
        for name in IMPACT
        if len(own := rows[rows["impact"] == name])
    )
    steps = tuple(ImpactStep.of(rows, lower, higher, level) for lower, higher in itertools.pairwise(IMPACT))
    return CompletionByImpact(
        estimates=(*(p.as_term(name) for name, p in classes), *(s.difference for s in steps if s.difference)),
        n=len(rows),
        clusters=rows["country"].nunique(),
        classes=classes,
        steps=steps,
        completed=int(rows["completed"].sum()),
        vintage=vintage,
        note="counted" if len(rows) else "no_data",
        method="stratified_difference",
        references=(MANTEL_HAENSZEL, LIANG_ZEGER, CAMERON_MILLER),
    )
