"""How ambitious, complete and starred commitments are, and whether published stars are what their rule gives.

Every share states its denominator: the commitments that were rated on the scale. What is not in it is counted by
reason. Commitments of one country are made and rated together, so intervals are over countries, and treat them as draws
from countries like these. Agreement of published stars with their rules is counted over all verdicts and has no
interval.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.errors import ModelError, UnknownName
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count as number_of
from ogp_analysis.data.datasets.open_government import star_rules
from ogp_analysis.data.datasets.open_government.commitment_columns import VINTAGES
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, columns, table
from ogp_analysis.statistics.rates import Proportion, clustered_proportion, counted
from ogp_analysis.statistics.result import Result
from ogp_analysis.statistics.sample import present
from ogp_analysis.statistics.shares import SHARE, shares_with_intervals

IMPACT = ("none", "minor", "moderate", "transformative")
RESULTS = ("unclear", "modest", "substantial")
COMPLETION = ("not_started", "limited", "substantial", "complete")
SPECIFICITY = ("none", "low", "medium", "high")


@dataclass(frozen=True)
class Criterion:
    """A criterion that a rated commitment meets or does not meet.

    Attributes
    ----------
    name : str
        Name of the criterion.
    column : str
        The rating it is read from.
    scale : tuple of str
        The ratings that count in the denominator, lowest first.
    met : tuple of str
        Those among them that meet it.
    """

    name: str
    column: str
    scale: tuple[str, ...]
    met: tuple[str, ...]


#: Criteria by name. The two scales of ambition are never one criterion; moderate counts as ambitious, as OGP counts it.
CRITERIA = {
    criterion.name: criterion
    for criterion in (
        Criterion("ambitious", "potential_impact", IMPACT, IMPACT[2:]),
        Criterion("transformative", "potential_impact", IMPACT, IMPACT[3:]),
        Criterion("substantial_results", "potential_results", RESULTS, RESULTS[2:]),
        Criterion("mostly_complete", "completion", COMPLETION, COMPLETION[2:]),
        Criterion("complete", "completion", COMPLETION, COMPLETION[3:]),
        Criterion("mostly_complete_end_of_term", "completion_end_of_term", COMPLETION, COMPLETION[2:]),
        Criterion("complete_end_of_term", "completion_end_of_term", COMPLETION, COMPLETION[3:]),
        Criterion("specific", "specificity", SPECIFICITY, SPECIFICITY[2:]),
        Criterion("relevant", "relevance", ("unclear", "clear"), ("clear",)),
        *(
            Criterion(rule.published, rule.published, ("not_starred", "starred"), ("starred",))
            for rule in star_rules.RULES
        ),
    )
}


#: Criteria that are shown together, in this order.
SHOWN = ("ambitious", "transformative", "mostly_complete", "complete", "specific", "relevant")


@dataclass(frozen=True)
class CommitmentRate:
    """The share of rated commitments that meet a criterion.

    Attributes
    ----------
    criterion, vintage : str
        Name of the criterion, and vintage of the commitments.
    overall : Proportion
        Of the commitments that are rated on the scale.
    excluded : tuple of (str, int)
        Rows outside the denominator, by their rating or reason, sorted.
    """

    criterion: str
    vintage: str
    overall: Proportion
    excluded: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class CommitmentRates(Shown):
    """The rates of several criteria over the same commitments.

    Attributes
    ----------
    rates : tuple of CommitmentRate
        In the order asked for.
    title : callable
        Returns which commitments they are, in the language in force.
    name : str
        File name of the figure.
    size, fewest : int
        How many commitments there are, and from how many on their shares are drawn beside one another.
    """

    rates: tuple[CommitmentRate, ...] = field(repr=False)
    title: Callable[[], str] = field(repr=False)
    name: str = "measures"
    size: int = 0
    fewest: int = 0

    @property
    def frame(self) -> pd.DataFrame:
        """One row per criterion: ``criterion, label, count, n, share, low, high, clusters``."""
        names = [(rate.criterion, word(f"commitments.measure.{rate.criterion}")) for rate in self.rates]
        rows = [(*name, *rate.overall.cells) for name, rate in zip(names, self.rates, strict=True)]
        return pd.DataFrame(rows, columns=["criterion", "label", *SHARE])

    def __getitem__(self, criterion: str) -> Proportion:
        return next(rate.overall for rate in self.rates if rate.criterion == criterion)

    def plot(self, ax=None) -> Figure | Parts:
        """Draw the rates with their intervals over countries; say so if there are too few commitments.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        if self.size < self.fewest:
            return Parts([say("commitments.few", count=number_of(self.size), fewest=number_of(self.fewest))])
        about, title = word("commitments.about"), self.title()
        source = source_of(self.rates[0].vintage)
        return shares_with_intervals(self.frame, name=self.name, title=title, about=about, source=source, ax=ax)

    def excluded(self) -> Table:
        """Return what stands outside each denominator, by reason: not reviewed is not no data."""
        rows = [
            (word(f"commitments.measure.{one.criterion}"), one.overall.n, word(f"commitments.reason.{reason}"), count)
            for one in self.rates
            for reason, count in one.excluded
        ]
        headings = columns(measure="", n="count", reason="") | {"count": Heading("outside", "count")}
        frame = pd.DataFrame(rows, columns=list(headings))
        return table(
            "outside_the_denominators", sentence("commitments.table.excluded"), frame, headings, ["ogp_commitments"]
        )


def met(commitments: pd.DataFrame, name: str) -> pd.Series:
    """Return whether each commitment meets a criterion: ``boolean``, missing if it is not rated on the scale.

    Raises
    ------
    UnknownName
        If there is no such criterion.
    """
    if name not in CRITERIA:
        raise UnknownName(f"criterion {name!r}", "is not known", "Known are " + ", ".join(sorted(CRITERIA)))
    criterion = CRITERIA[name]
    ratings = _column(commitments, criterion.column)
    return ratings.isin(criterion.met).astype("boolean").mask(~ratings.isin(criterion.scale))


def commitment_rate(commitments: pd.DataFrame, criterion: str) -> CommitmentRate:
    """Return the share of rated commitments that meet a criterion.

    Parameters
    ----------
    commitments : pandas.DataFrame
        Clean commitments of one vintage.
    criterion : str
        A key of :data:`CRITERIA`.

    Raises
    ------
    ModelError
        If the frame holds several vintages, which repeat one another, or lacks a column.
    UnknownName
        If there is no such criterion.
    """
    vintage = one_vintage(commitments, "commitment rates")
    milestones = commitments["row_kind"] == "milestone"
    kept = commitments[~milestones]
    reached = met(kept, criterion)
    reasons = kept.loc[reached.isna(), CRITERIA[criterion].column].fillna("missing").value_counts()
    excluded = {str(reason): int(n) for reason, n in reasons.items()}
    if milestones.any():
        excluded["milestone"] = int(milestones.sum())
    overall = clustered_proportion(reached, countries_of(kept))
    return CommitmentRate(criterion, vintage, overall, tuple(sorted(excluded.items())))


def countries_of(commitments: pd.DataFrame) -> pd.Series:
    """Return the country of each commitment, or its unit where that is in no country: what intervals cluster by.

    Raises
    ------
    ModelError
        If the frame lacks a column.
    """
    return _column(commitments, "iso3").fillna(_column(commitments, "unit"))


#: Numbers of commitments with a published verdict: all, starred as published and by the rule, stars that only one of
#: the two gives, and verdicts published without all the ratings that the rule needs, which are in no share.
_VERDICTS = ("verdicts", "starred", "derived", "only_published", "only_derived", "not_derivable")


@dataclass(frozen=True, kw_only=True)
class StarAgreements(Result):
    """The agreement of published and derived stars, one per vintage and rule; `n` counts derivable verdicts."""

    agreements: pd.DataFrame = field(repr=False, compare=False)

    @property
    def frame(self) -> pd.DataFrame:
        """Return one row per vintage and rule, counts and the share of agreement."""
        return self.agreements

    def table(self) -> Table:
        """Return how often published stars are what their rule gives, by rule."""
        frame = self.frame.assign(rule=[word(f"commitments.measure.{rule}") for rule in self.frame["rule"]])
        headings = columns(rule="", **dict.fromkeys(_VERDICTS, "count"), share="share")
        return table(
            "stars", sentence("commitments.table.stars", n=number_of(self.n)), frame, headings, ["ogp_commitments"]
        )


def star_agreements(commitments: pd.DataFrame) -> StarAgreements:
    """Return how often published stars are what their rule gives, by vintage and rule.

    Parameters
    ----------
    commitments : pandas.DataFrame
        Clean commitments of any vintages, with published and derived stars.
    """
    rows, estimates = [], []
    for vintage, part in commitments.groupby("vintage", sort=True):
        for rule in star_rules.RULES:
            said = star_rules.published(part, rule)
            if not said.notna().any():
                continue
            given = _column(part, rule.column).astype("boolean")
            both = said.notna() & given.notna()
            one, other = said[both].astype(bool), given[both].astype(bool)
            counts = (said.notna(), said.fillna(False), other, one & ~other, ~one & other, said.notna() & given.isna())
            agreement = counted(int((one == other).sum()), int(both.sum()))
            estimates.append(agreement.as_term(f"{vintage}.{rule.name}"))
            rows.append((str(vintage), rule.name, *(int(rows.sum()) for rows in counts), *agreement.cells[:3]))
    frame = pd.DataFrame(rows, columns=["vintage", "rule", *_VERDICTS, "agree", "n", "share"])
    note = "counted" if rows else "no_data"
    return StarAgreements(
        estimates=tuple(estimates), n=int(frame["n"].sum()), agreements=frame, note=note, method="count"
    )


def vintage_name(vintage: str) -> str:
    """Return what a vintage of commitments is, in the reader's language; of a later sheet its own name."""
    return word(f"commitments.vintage.{vintage}") if vintage in VINTAGES else vintage


def source_of(vintage: str) -> str:
    """Return the line under a figure that names its source."""
    return sentence("commitments.source", vintage=vintage_name(vintage)).plain()


def one_vintage(commitments: pd.DataFrame, what: str) -> str:
    """Return the vintage of commitments; several repeat one another and are refused."""
    vintages = sorted(_column(commitments, "vintage").unique())
    if len(vintages) > 1:
        raise ModelError(
            what, f"the frame holds {len(vintages)} vintages, which repeat one another", "Choose one vintage"
        )
    return str(vintages[0]) if vintages else ""


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    present(frame, [name], "commitments")
    return frame[name]
