"""Whether commitments of greater expected impact are completed less often: within plans, and by an ordered model."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field, replace

import pandas as pd

from ogp_analysis.base.words import Sentence, say, sentence, word
from ogp_analysis.base.words.numbers import Number, count, probability
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.open_government import figures
from ogp_analysis.open_government.commitment_rates import (
    COMPLETION,
    IMPACT,
    SPECIFICITY,
    countries_of,
    met,
    one_vintage,
)
from ogp_analysis.statistics.models import POWER
from ogp_analysis.statistics.models import table as models_table
from ogp_analysis.statistics.ordered import OrderedLogit, Predicted, ProportionalOdds, ordered_logit
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

# Whether commitments of greater expected impact are completed less often, within plans.
# Governments and their reviewers differ in how much they promise and how they rate, so commitments are compared within
# plans only. Each step from one class of potential impact to the next is the mean, over plans that hold both classes,
# of the difference between the shares substantially or completely fulfilled, weighted as Mantel and Haenszel weight
# strata: it is the least-squares difference with effects of plans. It describes and does not explain: a plan that
# promises little may promise what had already been done.

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

    def plot(self, ax=None) -> Figure | Parts:
        """Draw the differences within plans with their intervals; nothing with too few countries.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        drawn = self.frame.dropna(subset=["estimate"])
        return figures.impact_steps(drawn, self.vintage, ax=ax) if len(drawn) else Parts()

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


# An ordered model of completion on expected impact, over all plans: log odds by country, and whether they hold.
# The shares within plans (:mod:`.completion_by_impact`) come first. This model takes all commitments together, holds
# specificity, relevance and the number of the plan, and makes one number of four categories, which a test of
# proportional odds must allow.

#: Ratings as numbers of steps from the lowest.
SCALES = {"potential_impact": IMPACT, "specificity": SPECIFICITY, "relevance": ("unclear", "clear")}
TERMS = (*SCALES, "plan_number")
WITHDRAWN = "withdrawn"
#: Below this p value the odds are not taken as proportional.
ODDS_REJECTED = 0.05


@dataclass(frozen=True)
class CompletionModel(Shown):
    """The ordered logit of completion, without withdrawn commitments and with them as the lowest category.

    Attributes
    ----------
    without, with_withdrawn : OrderedLogit
        Standard errors clustered by country. Potential impact and specificity count steps from 0 to 3, relevance is 0
        or 1.
    odds : ProportionalOdds
        Tests for the model without withdrawn ones.
    predicted : Predicted
        Its probabilities of each category by potential impact.
    withdrawn : int
        Withdrawn commitments in the second model.
    vintage : str
        Vintage of the commitments.
    """

    without: OrderedLogit = field(repr=False)
    with_withdrawn: OrderedLogit = field(repr=False)
    odds: ProportionalOdds = field(repr=False)
    predicted: Predicted = field(repr=False)
    withdrawn: int
    vintage: str

    @property
    def frame(self) -> pd.DataFrame:
        """Log odds of both models, one below the other: ``model`` and the columns of a model's frame."""
        models = {"without": self.without, "with_withdrawn": self.with_withdrawn}
        return pd.concat([one.frame.assign(model=name) for name, one in models.items()], ignore_index=True)

    def text(self) -> Parts:
        """Say the odds ratio of a step of impact, the smallest it could have shown, and if odds are proportional."""
        found = self.odds.frame.set_index("term")["wald_p"]
        case = "rejected" if found["all"] < ODDS_REJECTED else "kept"
        return Parts([
            self._said(self.without, "without", {}),
            self._said(self.with_withdrawn, "with_withdrawn", {"withdrawn": count(self.withdrawn)}),
            say("commitments.model.odds", case=case, p=probability(found["all"]),
                impact_p=probability(found["potential_impact"])),
        ])  # fmt: skip

    def _said(self, model: OrderedLogit, name: str, values: dict):
        one = model["potential_impact"]
        excludes_zero = not one.low <= 0 <= one.high
        ratios = {key: Number(math.exp(value), "ratio", 2)
                  for key, value in (("ratio", one.estimate), ("low", one.low), ("high", one.high))}  # fmt: skip
        if not excludes_zero:
            smallest = model.smallest_detectable("potential_impact")
            ratios |= {"down": Number(math.exp(-smallest), "ratio", 2), "up": Number(math.exp(smallest), "ratio", 2),
                       "power": Number(POWER, "share")}  # fmt: skip
        case = "distinguishable" if excludes_zero else "not_distinguishable"
        return say(f"commitments.model.{name}", case=case, **ratios, **values,
                   level=Number(one.level, "share"), n=count(model.n), clusters=count(model.clusters))  # fmt: skip

    def plot(self, ax=None) -> Figure:
        """Draw the probability of each category of completion by potential impact, with its interval.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        return figures.completion_probabilities(self.predicted.frame, self.predicted.n, self.vintage, ax=ax)

    def table(self) -> Parts:
        """Return the regression table, the tests of proportional odds, and the predicted probabilities."""
        labels = {term: word(f"commitments.term.{term}") for term in TERMS}
        ratings = {name: word(f"commitments.rating.{name}") for name in (WITHDRAWN, *COMPLETION)}
        for model in (self.without, self.with_withdrawn):
            labels |= {e.term: "|".join(ratings[part] for part in e.term.split("|"))
                       for e in model.estimates if "|" in e.term}  # fmt: skip
        clusters = word("tables.column.countries")
        models = models_table(
            [replace(one, clustered_by=((clusters, one.clusters),)) for one in (self.without, self.with_withdrawn)],
            titles=[word(f"commitments.model.title.{name}")
                                                         for name in ("without", "with_withdrawn")],
            labels=labels, name="completion_model", caption=sentence("commitments.table.model").plain(),
        )  # fmt: skip
        tests = self.odds.frame.assign(term=[labels.get(term, word("commitments.term.all"))
                                             for term in self.odds.frame["term"]])  # fmt: skip
        outcome = word("commitments.term.completion")
        return Parts([models, replace(self.odds, frame=tests, outcome=outcome).table(), self._probabilities(ratings)])

    def _probabilities(self, ratings: dict[str, str]) -> Table:
        frame = self.predicted.frame
        shown = frame.assign(impact=[word(f"commitments.rating.{IMPACT[int(step)]}") for step in frame["value"]],
                             category=frame["category"].map(ratings))  # fmt: skip
        headings = {"impact": Heading("impact"), "category": Heading("completion")}
        headings |= {name: Heading(f"models.odds.{name}", "share", 1) for name in ("probability", "low", "high")}
        caption = sentence("commitments.figure.model.caption", n=count(self.predicted.n))
        return table("completion_probabilities", caption, shown, headings, ["ogp_commitments"])


def completion_model(commitments: pd.DataFrame, level: float = 0.95) -> CompletionModel:
    """Fit the ordered logit of completion on potential impact, specificity, relevance and the number of the plan.

    Parameters
    ----------
    commitments : pandas.DataFrame
        Clean commitments of one vintage, of at least two countries. A term that does not vary is left out.
    level : float
        Nominal coverage of the intervals.

    Raises
    ------
    ModelError
        If the frame holds several vintages or lacks a column, or the model has no solution.
    """
    vintage = one_vintage(commitments, "model of completion")
    kept = commitments[commitments["row_kind"] != "milestone"]
    steps = {name: kept[name].map({rating: float(step) for step, rating in enumerate(scale)})
             for name, scale in SCALES.items()}  # fmt: skip
    rows = pd.DataFrame({**steps, "plan_number": kept["plan_number"].astype("float64"), "country": countries_of(kept),
                         "completion": kept["completion"]})  # fmt: skip
    models = []
    for scale in (COMPLETION, (WITHDRAWN, *COMPLETION)):
        own = rows[rows["completion"].isin(scale)].dropna()
        ordered = pd.Categorical(own["completion"], [c for c in scale if (own["completion"] == c).any()], ordered=True)
        terms = [term for term in TERMS if own[term].nunique() > 1]
        models.append(ordered_logit(own.assign(completion=ordered), "completion", terms, clusters="country",
                                    level=level))  # fmt: skip
    without, with_withdrawn = models
    return CompletionModel(
        without, with_withdrawn, without.proportional_odds(),
        without.predicted("potential_impact", [float(step) for step in range(len(IMPACT))]),
        with_withdrawn.n - without.n, vintage,
    )  # fmt: skip
