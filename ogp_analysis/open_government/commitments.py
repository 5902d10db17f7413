"""How ambitious, complete and starred commitments are, and whether published stars are what their rule gives.

Every share states its denominator: the commitments that were rated on the scale. What is not in it is counted by
reason. Commitments of one country are made and rated together, so intervals are over countries, and treat them as draws
from countries like these. Whether a published star is what its rule gives is counted over all there are: no interval.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.errors import ModelError, UnknownName
from ogp_analysis.open_government.datasets import star_rules
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

IMPACT = ("none", "minor", "moderate", "transformative")
RESULTS = ("unclear", "modest", "substantial")
COMPLETION = ("not_started", "limited", "substantial", "complete")
SPECIFICITY = ("none", "low", "medium", "high")


@dataclass(frozen=True)
class Measure:
    """A property that a rated commitment has or has not.

    Attributes
    ----------
    name : str
        Name of the measure.
    column : str
        The rating it is read from.
    scale : tuple of str
        The ratings that count in the denominator, lowest first.
    reached : tuple of str
        Those among them that have the property.
    """

    name: str
    column: str
    scale: tuple[str, ...]
    reached: tuple[str, ...]


#: Measures by name. The two scales of ambition are never one measure; moderate counts as ambitious, as OGP counts it.
MEASURES = {
    measure.name: measure
    for measure in (
        Measure("ambitious", "potential_impact", IMPACT, IMPACT[2:]),
        Measure("transformative", "potential_impact", IMPACT, IMPACT[3:]),
        Measure("substantial_results", "potential_results", RESULTS, RESULTS[2:]),
        Measure("mostly_complete", "completion", COMPLETION, COMPLETION[2:]),
        Measure("complete", "completion", COMPLETION, COMPLETION[3:]),
        Measure("mostly_complete_end_of_term", "completion_end_of_term", COMPLETION, COMPLETION[2:]),
        Measure("complete_end_of_term", "completion_end_of_term", COMPLETION, COMPLETION[3:]),
        Measure("specific", "specificity", SPECIFICITY, SPECIFICITY[2:]),
        Measure("relevant", "relevance", ("unclear", "clear"), ("clear",)),
        *(
            Measure(rule.published, rule.published, ("not_starred", "starred"), ("starred",))
            for rule in star_rules.RULES
        ),
    )
}


@dataclass(frozen=True, kw_only=True)
class CommitmentRates(Result):
    """The share of rated commitments that reach a measure, altogether and by group.

    Attributes
    ----------
    measure : str
        Name of the measure.
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

    measure: str
    vintage: str
    overall: Proportion
    groups: Rates | None = field(repr=False)
    excluded: tuple[tuple[str, int], ...]

    def excluded_table(self) -> pd.DataFrame:
        """Return one row a reason: ``reason, count``."""
        return pd.DataFrame(list(self.excluded), columns=["reason", "count"])


def measured(commitments: pd.DataFrame, name: str) -> pd.Series:
    """Return whether each commitment reaches a measure: ``boolean``, missing if it is not rated on the scale.

    Raises
    ------
    UnknownName
        If there is no such measure.
    """
    if name not in MEASURES:
        raise UnknownName(f"measure {name!r}", "is not known", "Known are " + ", ".join(sorted(MEASURES)))
    measure = MEASURES[name]
    ratings = _column(commitments, measure.column)
    return ratings.isin(measure.reached).astype("boolean").mask(~ratings.isin(measure.scale))


def commitment_rates(
    commitments: pd.DataFrame, measure: str, by: str | None = None, level: float = 0.95
) -> CommitmentRates:
    """Return the share of rated commitments that reach a measure.

    Parameters
    ----------
    commitments : pandas.DataFrame
        Clean commitments of one vintage.
    measure : str
        A key of :data:`MEASURES`.
    by : str, optional
        Column of groups, for example ``"unit"``.
    level : float
        Nominal coverage of the interval, see :func:`ogp_analysis.statistics.rates.clustered_proportion`.

    Raises
    ------
    ModelError
        If the frame holds several vintages, which repeat one another, or lacks a column.
    UnknownName
        If there is no such measure.
    """
    vintage = _one_vintage(commitments)
    milestones = commitments["row_kind"] == "milestone"
    kept = commitments[~milestones]
    frame = kept.assign(reached=measured(kept, measure), country=countries_of(kept))
    known = frame["reached"].notna()
    overall = clustered_proportion(frame["reached"], frame["country"], level)
    groups = rates(frame, "reached", by, "country", level) if by else None
    return CommitmentRates(
        estimates=(overall.as_term("all"), *(groups.estimates if groups else ())),
        n=overall.n,
        clusters=overall.clusters,
        measure=measure,
        vintage=vintage,
        overall=overall,
        groups=groups,
        excluded=_reasons(frame.loc[~known, MEASURES[measure].column], int(milestones.sum())),
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
    """The agreement of published and derived stars, one a vintage and rule; `n` counts derivable verdicts."""

    agreements: tuple[StarAgreement, ...]

    @property
    def frame(self) -> pd.DataFrame:
        """Return one row a vintage and rule, counts and the share of agreement."""
        names = ["vintage", "rule", "verdicts", "starred", "derived", "only_published", "only_derived", "not_derivable"]
        rows = [
            (*(getattr(a, name) for name in names), p.count, p.n, p.share)
            for a in self.agreements
            for p in (a.agreement,)
        ]
        return pd.DataFrame(rows, columns=[*names, "agree", "n", "share"])


def star_agreements(commitments: pd.DataFrame) -> StarAgreements:
    """Return how often published stars are what their rule gives, by vintage and rule.

    Parameters
    ----------
    commitments : pandas.DataFrame
        Clean commitments of any vintages, with published and derived stars.
    """
    found = tuple(
        _agreement(part, vintage, rule)
        for vintage, part in commitments.groupby("vintage", sort=True)
        for rule in star_rules.RULES
        if star_rules.published(part, rule).notna().any()
    )
    return StarAgreements(
        estimates=tuple(a.agreement.as_term(f"{a.vintage}.{a.rule}") for a in found),
        n=sum(a.agreement.n for a in found),
        agreements=found,
        note="counted" if found else "no_data",
        method="count",
    )


def _agreement(part: pd.DataFrame, vintage: str, rule: star_rules.StarRule) -> StarAgreement:
    said, given = star_rules.published(part, rule), _column(part, rule.column).astype("boolean")
    both = said.notna() & given.notna()
    said_known, given_known = said[both].astype(bool), given[both].astype(bool)
    return StarAgreement(
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


def _reasons(ratings: pd.Series, milestones: int) -> tuple[tuple[str, int], ...]:
    counts = {str(reason): int(count) for reason, count in ratings.fillna("missing").value_counts().items()}
    return tuple(sorted((counts | ({"milestone": milestones} if milestones else {})).items()))


def _one_vintage(commitments: pd.DataFrame) -> str:
    vintages = sorted(_column(commitments, "vintage").unique())
    if len(vintages) > 1:
        raise ModelError(
            "commitment rates",
            f"the frame holds {len(vintages)} vintages, which repeat one another",
            "Choose one vintage",
        )
    return str(vintages[0]) if vintages else ""


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    if name not in frame.columns:
        raise ModelError("commitments", f"column {name!r} is absent", "Pass the clean table of commitments")
    return frame[name]
