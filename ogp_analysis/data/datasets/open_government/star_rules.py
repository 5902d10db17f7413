"""The star of a commitment under each of OGP's successive rules, derived from its ratings.

A star marks a model commitment. The rules of the Independent Reporting Mechanism (IRM):

==================  ==================  ======================  ==========================  ========================
rule                relevance           potential impact        completion                  specificity
==================  ==================  ======================  ==========================  ========================
pre_june_2014       clear               moderate or             substantial or complete     not asked
                                        transformative
star_2015           clear               moderate or             substantial or complete     medium or high
                                        transformative
current             clear               transformative          substantial or complete     medium or high, or
                                                                                            verifiable from 2017 on
==================  ==================  ======================  ==========================  ========================

The current rule is applied to the progress report and to the end-of-term report.

References
----------
OGP Explorer, definitions of columns, 2016: the rule before June 2014, which names no level of specificity (with one,
42 of its 183 stars of the vintage 2016 would fall away).
"IRM to Raise the Bar for Model Commitments in OGP", https://opengovpartnership.org/?p=3699 (May 2015): the four
criteria of 2014/2015, and the change to transformative impact alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.datasets.open_government.commitment_columns import NOT_RATED

_FILE = "star_rules.toml"
KNOWN = tuple(toml(__file__, _FILE)["disagreement"])
EXPLANATIONS = ("number_followed", "later_rule", "unexplained")


@dataclass(frozen=True)
class StarRule:
    """One rule, and where its published flag stands.

    Attributes
    ----------
    name : str
        Name of the rule and report.
    published : str
        Column of the published flag; with ``_derived`` behind it, that of the derived one.
    completion : str
        Column of the completion that it goes by.
    impacts : tuple of str
        Potential impact that it asks for.
    specific : bool
        Whether it asks for medium or high specificity, or verifiability where specificity is no longer rated.
    """

    name: str
    published: str
    completion: str
    impacts: tuple[str, ...]
    specific: bool

    @property
    def column(self) -> str:
        """Column of the derived star."""
        return f"{self.published}_derived"


RULES = (
    StarRule("pre_june_2014", "star_pre_june_2014", "completion", ("moderate", "transformative"), False),
    StarRule("star_2015", "star_2015", "completion", ("moderate", "transformative"), True),
    StarRule("current", "star_current", "completion", ("transformative",), True),
    StarRule("current_end_of_term", "star_current_end_of_term", "completion_end_of_term", ("transformative",), True),
)
#: Words of a published flag that are a verdict.
VERDICTS = {"starred": True, "not_starred": False}


def derived(commitments: pd.DataFrame, rule: StarRule) -> pd.Series:
    """Return whether each commitment deserves a star under a rule.

    Parameters
    ----------
    commitments : pandas.DataFrame
        Clean commitments, with their ratings as codes.
    rule : StarRule
        One of :data:`RULES`.

    Returns
    -------
    pandas.Series
        ``boolean``; missing where a rating that the rule needs was not given. ``unclear``, ``withdrawn`` and
        ``not_applicable`` are verdicts, and earn no star.
    """
    criteria = [
        _met(commitments["relevance"], ("clear",)),
        _met(commitments["potential_impact"], rule.impacts),
        _met(commitments[rule.completion], ("substantial", "complete")),
    ]
    if rule.specific:
        specific = _met(commitments["specificity"], ("medium", "high"))
        criteria.append(specific.fillna(_met(commitments["verifiable"], ("yes",))))
    table = pd.concat(criteria, axis=1)
    return table.all(axis=1).astype("boolean").mask(table.isna().any(axis=1))


def derived_columns(commitments: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the derived star of every rule by the name of its column."""
    return {rule.column: derived(commitments, rule) for rule in RULES}


def published(commitments: pd.DataFrame, rule: StarRule) -> pd.Series:
    """Return the published verdict as ``boolean``; missing where the flag is no verdict (not reviewed, no data)."""
    return commitments[rule.published].map(VERDICTS).astype("boolean")


def disagreements(commitments: pd.DataFrame) -> pd.DataFrame:
    """Return every published verdict that its rule does not give, with its explanation: ``star_disagreements``.

    Raises
    ------
    CleaningError
        If ``star_rules.toml`` explains a disagreement that no longer exists.
    """
    tables = []
    for rule in RULES:
        said, found = published(commitments, rule), derived(commitments, rule)
        differ = said.notna() & (found.isna() | (said != found).fillna(True))
        explained = pd.Series("unexplained", index=commitments.index, dtype="str")
        for entry in KNOWN:
            if entry["rule"] != rule.name:
                continue
            rows = (
                (commitments["vintage"] == entry["vintage"])
                & (commitments["unit"] == entry["unit"])
                & (commitments["plan_number"].astype("str") == str(entry["plan_number"]))
                & commitments["commitment_number"].isin(entry["numbers"])
            )
            if (rows & ~differ).any():
                row = commitments[rows & ~differ].iloc[0]
                raise CleaningError(
                    f"{_FILE}, {rule.name}",
                    f"explains a disagreement of {row['commitment_id']}, which has none",
                    "Look at the source again; take the commitment out of the file",
                )
            explained = explained.mask(rows, entry["explanation"])
        tables.append(
            pd.DataFrame(
                {
                    "commitment_id": commitments["commitment_id"],
                    "rule": rule.name,
                    "published": said,
                    "derived": found,
                    "explanation": explained.mask(found.isna(), "not_derivable"),
                }
            )[differ]
        )
    return pd.concat(tables, ignore_index=True)


def _met(ratings: pd.Series, wanted: tuple[str, ...]) -> pd.Series:
    unknown = ratings.isna() | ratings.isin(["", *NOT_RATED])
    return ratings.isin(wanted).astype("boolean").mask(unknown)
