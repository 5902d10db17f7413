"""Action plans: how they were consulted on, and Mexico's fourth."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.links import source
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count, counts, year
from ogp_analysis.data.store.hand_out import load
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.open_government.process import (
    Influence,
    PairedSteps,
    StepRates,
    first_and_second_plans,
    influence,
    step_rates,
)
from ogp_analysis.statistics.shares import share_values


@dataclass(frozen=True)
class Plans(Shown):
    """The action plans whose making the Independent Reporting Mechanism looked at.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per country and plan: the ``plans`` of ``ogp_process``.
    """

    frame: pd.DataFrame = field(repr=False)

    def steps(self, by: str = "all") -> StepRates:
        """Return how often each of the six steps of consultation was followed; see :func:`step_rates`."""
        return step_rates(self.frame, by)

    def influence(self, phase: str = "development") -> Influence:
        """Return how much influence the public had; see :func:`influence`."""
        return influence(self.frame, phase)

    def first_and_second(self) -> PairedSteps:
        """Return first against second plans of the same countries; see :func:`first_and_second_plans`."""
        return first_and_second_plans(self.frame)

    def text(self) -> Parts:
        """Say how many plans there are, and in how many no step was reviewed."""
        empty = int((self.frame["steps_reviewed"] == 0).sum())
        return Parts([say("process.scope.sample", rows=count(len(self.frame)), not_reviewed=count(empty))])

    def answer(self) -> Parts:
        """Say which steps are followed most and least often, and how often the public took part; the headline first."""
        least, most = self.steps().extremes()
        public, years = self.influence(), self.frame["year_of_submission"]
        steps = say(
            "process.glance.steps",
            role="finding",
            **counts(plans=len(self.frame), countries=self.frame["iso3"].nunique()),
            first=year(years.min()),
            last=year(years.max()),
            most=word(f"process.step.{most.step}"),
            least=word(f"process.step.{least.step}"),
            **share_values(most.proportion, "most"),
            **share_values(least.proportion, "least"),
        )
        involved = say(
            "process.glance.influence",
            role="number",
            not_reviewed=count(public.not_reviewed),
            **share_values(public.involved),
        )
        return Parts([say("process.headline", role="headline"), steps, involved])

    def limit(self) -> Parts:
        """Say what the plans cannot show."""
        return Parts([say("process.glance.limit", role="limit")])


def plans(edition: str = "embedded") -> Plans:
    """Return the action plans whose making was reviewed, to July 2016.

    Parameters
    ----------
    edition : str
        Which data, as in ``ogp.load``.

    Raises
    ------
    UnknownName
        If the edition does not hold them.

    Examples
    --------
    >>> steps = ogp.open_government.plans().steps()
    >>> steps.frame[["step", "count", "n"]].head(1).to_dict("records")
    [{'step': 'step_1_timeline', 'count': 30, 'n': 83}]
    """
    return Plans(load("ogp_process", "plans", edition))


@dataclass(frozen=True)
class MexicoPlan4(Shown):
    """What was read about Mexico's fourth action plan.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per fact: the ``facts`` of ``ogp_mexico_plan4``.
    """

    frame: pd.DataFrame = field(repr=False)

    def table(self) -> Table:
        """Return the facts with their source and whether they were verified."""
        rows = [self._row(fact) for fact in self.frame.to_dict("records")]
        headings = {name: Heading(name) for name in ("subject", "quantity", "value", "note", "verified")}
        headings["source_url"] = Heading("source", "link")
        return table(
            "mexico_plan4",
            sentence("process.table.plan4", n=count(len(rows))),
            pd.DataFrame(rows),
            headings,
            ["ogp_mexico_plan4"],
        )

    @staticmethod
    def _row(fact: dict) -> dict:
        if isinstance(fact["code"], str):
            value = word(f"mexico_plan4.code.{fact['code']}")
        else:
            value = fact["date"].date().isoformat() if pd.notna(fact["date"]) else str(fact["count"])
        return {
            "subject": word(f"mexico_plan4.subject.{fact['subject']}"),
            "quantity": word(f"mexico_plan4.quantity.{fact['quantity']}"),
            "value": value,
            "note": word(f"mexico_plan4.note.{fact['note']}") if isinstance(fact["note"], str) else "",
            "verified": word("tables.yes" if fact["verified"] else "tables.no"),
            "source_url": source(fact["source_url"], row=f"ogp_mexico_plan4 ({fact['fact_id']})"),
        }


def mexico_plan4(edition: str = "embedded") -> MexicoPlan4:
    """Return what was read about Mexico's fourth action plan, one row per fact with its source.

    Parameters
    ----------
    edition : str
        Which data, as in ``ogp.load``.

    Raises
    ------
    UnknownName
        If the edition does not hold the facts.
    """
    return MexicoPlan4(load("ogp_mexico_plan4", "facts", edition))
