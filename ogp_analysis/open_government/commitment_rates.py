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
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.statistics.rates import (
    CAMERON_MILLER,
    LIANG_ZEGER,
    Proportion,
    Rates,
    clustered_proportion,
    counted,
    rates,
)
from ogp_analysis.statistics.result import Result
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


@dataclass(frozen=True, kw_only=True)
class CommitmentRate(Result):
    """The share of rated commitments that meet a criterion, altogether and by group.

    Attributes
    ----------
    criterion : str
        Name of the criterion.
    vintage : str
        Vintage of the commitments.
    overall : Proportion
        All rated commitments.
    groups : Rates or None
        By group; None if none was asked for.
    excluded : tuple of (str, int)
        Rows outside the denominator, by their rating or reason, sorted.
    n : int
        Commitments rated on the scale.
    clusters : int
        Countries that they are of.
    """

    criterion: str
    vintage: str
    overall: Proportion
    groups: Rates | None = field(repr=False)
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
            {"measure": word(f"commitments.measure.{rate.criterion}"), "n": rate.n,
             "reason": word(f"commitments.reason.{reason}"), "count": count}
            for rate in self.rates
            for reason, count in rate.excluded
        ]  # fmt: skip
        headings = {"measure": Heading("measure"), "n": Heading("n", "count"), "reason": Heading("reason"),
                    "count": Heading("outside", "count")}  # fmt: skip
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


def commitment_rate(
    commitments: pd.DataFrame, criterion: str, by: str | None = None, level: float = 0.95
) -> CommitmentRate:
    """Return the share of rated commitments that meet a criterion.

    Parameters
    ----------
    commitments : pandas.DataFrame
        Clean commitments of one vintage.
    criterion : str
        A key of :data:`CRITERIA`.
    by : str, optional
        Column of groups, for example ``"unit"``.
    level : float
        Nominal coverage of the interval, see :func:`ogp_analysis.statistics.rates.clustered_proportion`.

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
    frame = kept.assign(met=met(kept, criterion), country=countries_of(kept))
    overall = clustered_proportion(frame["met"], frame["country"], level)
    groups = rates(frame, "met", by, "country", level) if by else None
    reasons = frame.loc[frame["met"].isna(), CRITERIA[criterion].column].fillna("missing").value_counts()
    excluded = {str(reason): int(n) for reason, n in reasons.items()}
    if milestones.any():
        excluded["milestone"] = int(milestones.sum())
    return CommitmentRate(
        estimates=(overall.as_term("all"), *(groups.estimates if groups else ())),
        n=overall.n,
        clusters=overall.clusters,
        criterion=criterion,
        vintage=vintage,
        overall=overall,
        groups=groups,
        excluded=tuple(sorted(excluded.items())),
        note=overall.note,
        method=overall.method,
        references=(LIANG_ZEGER, CAMERON_MILLER),
    )


def countries_of(commitments: pd.DataFrame) -> pd.Series:
    """Return the country of each commitment, or its unit where that is in no country: what intervals cluster by.

    Raises
    ------
    ModelError
        If the frame lacks a column.
    """
    return _column(commitments, "iso3").fillna(_column(commitments, "unit"))


@dataclass(frozen=True)
class StarAgreement:
    """How often a published star is what its rule gives, in one vintage.

    Attributes
    ----------
    vintage, rule : str
        Vintage and name of the rule.
    verdicts : int
        Commitments with a published verdict, starred or not.
    starred, derived : int
        Of them, starred as published, and by the rule.
    only_published, only_derived : int
        Stars that only one of the two gives.
    not_derivable : int
        Verdicts published without all the ratings that the rule needs; they are in no share.
    agreement : Proportion
        Verdicts that the rule gives too, of those that it can give.
    """

    vintage: str
    rule: str
    verdicts: int
    starred: int
    derived: int
    only_published: int
    only_derived: int
    not_derivable: int
    agreement: Proportion


@dataclass(frozen=True, kw_only=True)
class StarAgreements(Result):
    """The agreement of published and derived stars, one per vintage and rule; `n` counts derivable verdicts."""

    agreements: tuple[StarAgreement, ...]

    @property
    def frame(self) -> pd.DataFrame:
        """Return one row per vintage and rule, counts and the share of agreement."""
        names = ["vintage", "rule", "verdicts", "starred", "derived", "only_published", "only_derived", "not_derivable"]
        rows = [
            (*(getattr(a, name) for name in names), p.count, p.n, p.share)
            for a in self.agreements
            for p in (a.agreement,)
        ]
        return pd.DataFrame(rows, columns=[*names, "agree", "n", "share"])

    def table(self) -> Table:
        """Return how often published stars are what their rule gives, by rule."""
        frame = self.frame.assign(rule=[word(f"commitments.measure.{rule}") for rule in self.frame["rule"]])
        names = ("verdicts", "starred", "derived", "only_published", "only_derived", "not_derivable")
        headings = {"rule": Heading("rule"), **{name: Heading(name, "count") for name in names}}
        headings["share"] = Heading("share", "share")
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
    found = []
    for vintage, part in commitments.groupby("vintage", sort=True):
        for rule in star_rules.RULES:
            said = star_rules.published(part, rule)
            if not said.notna().any():
                continue
            given = _column(part, rule.column).astype("boolean")
            both = said.notna() & given.notna()
            said_known, given_known = said[both].astype(bool), given[both].astype(bool)
            agreement = StarAgreement(
                vintage=str(vintage),
                rule=rule.name,
                verdicts=int(said.notna().sum()),
                starred=int(said.fillna(False).sum()),
                derived=int(given_known.sum()),
                only_published=int((said_known & ~given_known).sum()),
                only_derived=int((~said_known & given_known).sum()),
                not_derivable=int((said.notna() & given.isna()).sum()),
                agreement=counted(int((said_known == given_known).sum()), int(both.sum())),
            )
            found.append(agreement)
    return StarAgreements(
        estimates=tuple(a.agreement.as_term(f"{a.vintage}.{a.rule}") for a in found),
        n=sum(a.agreement.n for a in found),
        agreements=tuple(found),
        note="counted" if found else "no_data",
        method="count",
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
    if name not in frame.columns:
        raise ModelError("commitments", f"column {name!r} is absent", "Pass the clean table of commitments")
    return frame[name]
