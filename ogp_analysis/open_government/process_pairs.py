"""First against second OGP action plans within countries: which steps of consultation were taken up or given up.

Countries are compared with themselves, so what does not change in a country plays no part; what else changed from one
plan to the next, OGP's own rules among it, does. This describes and does not explain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words import sentence, word
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.open_government.process import REVIEWED, STEPS, check_plans
from ogp_analysis.statistics.multiple import HOLM, Family, holm
from ogp_analysis.statistics.rates import CLOPPER_PEARSON, MCNEMAR, mcnemar_exact
from ogp_analysis.statistics.result import Result, checked_level

#: Code of `note`: each country gives one pair, and countries are counted as independent.
ONE_PAIR = "one_pair_a_country"


@dataclass(frozen=True)
class PairedStep:
    """One step in the first and second plans of the same countries.

    Attributes
    ----------
    step : str
        One of :data:`STEPS`.
    both, neither : int
        Countries that followed it in both plans, or in none.
    only_first, only_second : int
        Countries that followed it in one of the two: the only ones a comparison rests on.
    unpaired : int
        Countries of the table without a reviewed first and second plan; they are in no count.
    """

    step: str
    both: int
    only_first: int
    only_second: int
    neither: int
    unpaired: int

    @property
    def pairs(self) -> int:
        """Countries with both plans reviewed."""
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def discordant(self) -> int:
        """Countries in which the two plans differ."""
        return self.only_first + self.only_second


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

    pairs: tuple[PairedStep, ...]
    family: Family = field(repr=False)

    def contradictions(self) -> Iterator[str]:
        """Yield what cannot be true: a pair of plans is in one of four cells, and every country is paired or not."""
        yield from super().contradictions()
        for one in self.pairs:
            cells = one.both + one.only_first + one.only_second + one.neither
            if cells != one.pairs or one.pairs + one.unpaired != self.n:
                yield f"has {one.pairs} pairs in {cells} cells and {one.unpaired} unpaired of {self.n} for {one.step}"

    @property
    def frame(self) -> pd.DataFrame:
        """Return one row per step: the counts, and p value and adjusted p value."""
        counts = ["pairs", "both", "only_first", "only_second", "neither", "unpaired"]
        rows = [
            {"step": pair.step, **{name: getattr(pair, name) for name in counts}, "p_value": estimate.p_value,
             "p_adjusted": self.family[pair.step]}
            for pair, estimate in zip(self.pairs, self.estimates, strict=True)
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["step", *counts, "p_value", "p_adjusted"])

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
    pairs = []
    for step in STEPS:
        reviewed = plans[plans[step].isin(REVIEWED) & plans["plan_number"].isin([1, 2])]
        wide = reviewed.assign(yes=reviewed[step] == "yes").pivot(index="iso3", columns="plan_number", values="yes")
        wide = wide.reindex(columns=[1, 2]).dropna().astype(bool)
        first, second = wide[1], wide[2]
        counts = (first & second, first & ~second, ~first & second, ~first & ~second)
        pairs.append(PairedStep(step, *(int(mask.sum()) for mask in counts), countries - len(wide)))
    estimates = tuple(mcnemar_exact(p.step, p.both, p.only_first, p.only_second, p.neither, level) for p in pairs)
    return PairedSteps(
        estimates=estimates,
        n=countries,
        pairs=tuple(pairs),
        family=holm({e.term: e.p_value for e in estimates}, "process_steps_first_second"),
        note=ONE_PAIR,
        method="mcnemar_exact",
        references=(MCNEMAR, CLOPPER_PEARSON, HOLM),
    )
