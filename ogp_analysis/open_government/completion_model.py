"""Whether commitments of greater expected impact are completed less often: within plans, and by an ordered model."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field, replace

import pandas as pd

from ogp_analysis.base.words import Sentence, say, sentence, word
from ogp_analysis.base.words.numbers import Number, count, counts, probability
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, columns, table
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
    FEWEST_CLUSTERS,
    Proportion,
    clustered_proportion,
)
from ogp_analysis.statistics.regression import ols
from ogp_analysis.statistics.result import Estimate, Result
from ogp_analysis.statistics.shares import SHARE, with_bounds

# Whether commitments of greater expected impact are completed less often, within plans.
# Governments and their reviewers differ in how much they promise and how they rate, so commitments are compared within
# plans only. Each step from one class of potential impact to the next is the mean, over plans that hold both classes,
# of the difference between the shares substantially or completely fulfilled, weighted as Mantel and Haenszel weight
# strata: it is the least-squares difference with effects of plans. It describes and does not explain: a plan that
# promises little may promise what had already been done.

#: What counts as completed: substantially or completely fulfilled in the progress report.
COMPLETED = "mostly_complete"


#: Numbers of a step within plans, in percentage points; whether they have a sign.
_POINTS = {"estimate": True, "low": True, "high": True, "smallest": False}
_SIZES = ("plans", "clusters", "lower_count", "lower_n", "higher_count", "higher_n")


@dataclass(frozen=True, kw_only=True)
class CompletionByImpact(Result):
    """Completion by class of potential impact: shares of all, and differences within plans.

    Attributes
    ----------
    classes : tuple of (str, Proportion)
        Of each class its completed commitments, with an interval over countries.
    steps : pandas.DataFrame
        From each class to the next, in the plans that hold both: ``lower, higher``, how many plans and countries
        (``clusters``), completed commitments of each class and of how many, the share of the higher less that of the
        lower with its interval, clustered by country, and the difference that would be distinguishable from 0 with a
        probability of 80 %. Missing with fewer than :data:`FEWEST_CLUSTERS` countries, or where all or none are
        completed.
    n : int
        Commitments rated on both scales.
    completed : int
        Of them, those substantially or completely fulfilled.
    vintage : str
        Vintage of the commitments.
    """

    classes: tuple[tuple[str, Proportion], ...]
    steps: pd.DataFrame = field(repr=False, compare=False)
    completed: int
    vintage: str = field(repr=False)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per step: classes, counts, and the difference within plans with its interval."""
        return self.steps

    @property
    def compared(self) -> pd.DataFrame:
        """The steps of which there is a difference, with ``excludes_zero``."""
        own = self.steps.dropna(subset=["estimate"])
        return own.assign(excludes_zero=(own["low"] > 0) | (own["high"] < 0))

    def text(self) -> Parts:
        """Say each difference with its interval, and the smallest it could have shown where that includes 0."""
        if not len(said := [self._said(step) for step in self.compared.itertuples()]):
            few = counts(count=self.completed, n=self.n, fewest=FEWEST_CLUSTERS)
            return Parts([say("commitments.impact.few", **few)])
        return Parts([say("commitments.impact.share"), *said, say("commitments.impact.why")])

    def _said(self, step) -> Sentence:
        case = "not_distinguishable" if not step.excludes_zero else "more" if step.estimate > 0 else "less"
        numbers = {name: points(getattr(step, name), signed) for name, signed in _POINTS.items()}
        values = {"difference": numbers.pop("estimate"), "power": Number(POWER, "share"), **numbers}
        if step.excludes_zero:
            del values["smallest"], values["power"]
        return say(
            "commitments.impact.step",
            case=case,
            name=f"commitments.impact.step.{step.higher}",
            **{end: word(f"commitments.rating.{getattr(step, end)}") for end in ("lower", "higher")},
            **values,
            level=Number(self.estimates[0].level, "share"),
            **counts(n=step.lower_n + step.higher_n, plans=step.plans, clusters=step.clusters),
        )

    def plot(self, ax=None) -> Figure | Parts:
        """Draw the differences within plans with their intervals; nothing with too few countries.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        drawn = self.compared
        return figures.impact_steps(drawn, self.vintage, ax=ax) if len(drawn) else Parts()

    def table(self) -> Parts:
        """Return the shares of each class, and the steps within plans with all they rest on."""
        if not self.n:
            return Parts()
        headings = {"impact": Heading("impact"), **SHARE}
        rows = [(word(f"commitments.rating.{name}"), *found.cells) for name, found in self.classes]
        shares = pd.DataFrame(rows, columns=list(headings))
        by_class = table(
            "completion_by_impact", sentence("commitments.table.impact", n=count(self.n)), with_bounds(shares), headings
        )
        return Parts([by_class, *([self._steps()] if len(self.compared) else [])])

    def _steps(self) -> Table:
        frame = self.compared
        names = {name: [word(f"commitments.rating.{one}") for one in frame[name]] for name in ("lower", "higher")}
        sizes = {name: "count" for name in _SIZES if name != "clusters"}
        units = {name: ("index", 1, signed) for name, signed in _POINTS.items()}
        headings = columns("commitments.column", **dict.fromkeys(names, ""), **sizes)
        headings |= {"clusters": SHARE["clusters"]} | columns("commitments.column", **units)
        scaled = {name: 100 * frame[name] for name in _POINTS}
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
    rows = pd.DataFrame(
        {
            "impact": kept["potential_impact"],
            "completed": met(kept, COMPLETED),
            "country": countries_of(kept),
            "plan": kept["unit"] + "-" + kept["plan_number"].astype("str"),
        }
    )
    rows = rows[rows["impact"].isin(IMPACT) & rows["completed"].notna()].astype({"completed": "bool"})
    classes = tuple(
        (name, clustered_proportion(own["completed"], own["country"], level))
        for name in IMPACT
        if len(own := rows[rows["impact"] == name])
    )
    steps, differences = zip(*(_step(rows, *ends, level) for ends in itertools.pairwise(IMPACT)), strict=True)
    frame = pd.DataFrame(steps, columns=["lower", "higher", *_SIZES, *_POINTS])
    return CompletionByImpact(
        estimates=(*(p.as_term(name) for name, p in classes), *filter(None, differences)),
        n=len(rows),
        clusters=rows["country"].nunique(),
        classes=classes,
        steps=frame.astype(dict.fromkeys(_POINTS, "float64")),
        completed=int(rows["completed"].sum()),
        vintage=vintage,
        note="counted" if len(rows) else "no_data",
        method="stratified_difference",
        references=("mantel_haenszel_1959", "liang_zeger_1986", "cameron_miller_2015"),
    )


def _step(rows: pd.DataFrame, lower: str, higher: str, level: float) -> tuple[tuple, Estimate | None]:
    """Compare two classes of rows with ``impact, completed, country, plan`` within the plans that hold both."""
    own = rows[rows["impact"].isin((lower, higher))]
    own = own.assign(higher=(own["impact"] == higher).astype(float))
    own = own[own.groupby("plan")["higher"].transform("nunique") == 2]
    completed = own.groupby("higher")["completed"].agg(["sum", "size"]).reindex([0, 1], fill_value=0).to_numpy().ravel()
    sizes = (own["plan"].nunique(), own["country"].nunique(), *map(int, completed))
    if own["country"].nunique() < FEWEST_CLUSTERS or own["completed"].nunique() < 2:
        return (lower, higher, *sizes, None, None, None, None), None
    fit = ols(own, "completed", ["higher"], fixed="plan", clusters="country", level=level)
    one = replace(fit["higher"], term=f"{lower}|{higher}", n=len(own))
    return (lower, higher, *sizes, one.estimate, one.low, one.high, fit.smallest_detectable("higher")), one


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
        return Parts.of(
            self._said(self.without, "without", {}),
            self._said(self.with_withdrawn, "with_withdrawn", {"withdrawn": count(self.withdrawn)}),
            say(
                "commitments.model.odds",
                case=case,
                p=probability(found["all"]),
                impact_p=probability(found["potential_impact"]),
            ),
        )

    def _said(self, model: OrderedLogit, name: str, values: dict):
        one = model["potential_impact"]
        excludes_zero = not one.low <= 0 <= one.high
        ratios = {
            key: Number(math.exp(value), "ratio", 2)
            for key, value in (("ratio", one.estimate), ("low", one.low), ("high", one.high))
        }
        if not excludes_zero:
            smallest = model.smallest_detectable("potential_impact")
            ratios |= {
                "down": Number(math.exp(-smallest), "ratio", 2),
                "up": Number(math.exp(smallest), "ratio", 2),
                "power": Number(POWER, "share"),
            }
        case = "distinguishable" if excludes_zero else "not_distinguishable"
        return say(
            f"commitments.model.{name}",
            case=case,
            **ratios,
            **values,
            level=Number(one.level, "share"),
            **counts(n=model.n, clusters=model.clusters),
        )

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
            labels |= {
                e.term: "|".join(ratings[part] for part in e.term.split("|")) for e in model.estimates if "|" in e.term
            }
        clusters = word("tables.column.countries")
        models = models_table(
            [replace(one, clustered_by=((clusters, one.clusters),)) for one in (self.without, self.with_withdrawn)],
            titles=[word(f"commitments.model.title.{name}") for name in ("without", "with_withdrawn")],
            labels=labels,
            name="completion_model",
            caption=sentence("commitments.table.model").plain(),
        )
        tests = self.odds.frame.assign(
            term=[labels.get(term, word("commitments.term.all")) for term in self.odds.frame["term"]]
        )
        outcome = word("commitments.term.completion")
        return Parts([models, replace(self.odds, frame=tests, outcome=outcome).table(), self._probabilities(ratings)])

    def _probabilities(self, ratings: dict[str, str]) -> Table:
        frame = self.predicted.frame
        shown = frame.assign(
            impact=[word(f"commitments.rating.{IMPACT[int(step)]}") for step in frame["value"]],
            category=frame["category"].map(ratings),
        )
        headings = columns(impact="") | {"category": Heading("completion")}
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
    steps = {
        name: kept[name].map({rating: float(step) for step, rating in enumerate(scale)})
        for name, scale in SCALES.items()
    }
    rows = pd.DataFrame(
        {
            **steps,
            "plan_number": kept["plan_number"].astype("float64"),
            "country": countries_of(kept),
            "completion": kept["completion"],
        }
    )
    models = []
    for scale in (COMPLETION, (WITHDRAWN, *COMPLETION)):
        own = rows[rows["completion"].isin(scale)].dropna()
        ordered = pd.Categorical(own["completion"], [c for c in scale if (own["completion"] == c).any()], ordered=True)
        terms = [term for term in TERMS if own[term].nunique() > 1]
        models.append(
            ordered_logit(own.assign(completion=ordered), "completion", terms, clusters="country", level=level)
        )
    without, with_withdrawn = models
    return CompletionModel(
        without,
        with_withdrawn,
        without.proportional_odds(),
        without.predicted("potential_impact", [float(step) for step in range(len(IMPACT))]),
        with_withdrawn.n - without.n,
        vintage,
    )
