"""An ordered model of completion on expected impact, over all plans: log odds by country, and whether they hold.

The shares within plans (:mod:`.completion_by_impact`) come first. This model takes all commitments together, holds
specificity, relevance and the number of the plan, and makes one number of four categories, which a test of proportional
odds must allow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import pandas as pd

from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import Number, count, probability
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.open_government import figures
from ogp_analysis.open_government.commitment_rates import COMPLETION, IMPACT, SPECIFICITY, countries_of, one_vintage
from ogp_analysis.statistics.models import POWER
from ogp_analysis.statistics.models import table as models_table
from ogp_analysis.statistics.ordered import OrderedLogit, Predicted, ProportionalOdds, ordered_logit

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

    def plot(self) -> Figure:
        """Draw the probability of each category of completion by potential impact, with its interval."""
        return figures.completion_probabilities(self.predicted.frame, self.predicted.n, self.vintage)

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
