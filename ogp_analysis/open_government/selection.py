"""Which commitments are looked at: by vintage, country, plan and theme; an empty choice is refused in words."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.errors import ParameterError, listed

#: Themes whose commitments are always named one by one: there are too few of them for rates to say much.
NAMED_THEMES = ("civic_space", "privacy", "state_surveillance")
#: No share is compared between groups, and nothing is fitted, below this many commitments.
FEWEST = 30


def commitments_of(
    commitments: pd.DataFrame, vintage: str, country: str | None = None, plan: int | None = None
) -> pd.DataFrame:
    """Return the commitments of one vintage, of one country and plan if they are given.

    Parameters
    ----------
    commitments : pandas.DataFrame
        Clean table ``ogp_commitments.commitments``.
    vintage : str
        Vintages repeat one another, so there is always exactly one.
    country : str or None
        Alpha-3 code.
    plan : int or None
        Number of the action plan.

    Raises
    ------
    ParameterError
        If the edition does not hold the vintage, or nothing is left.
    """
    there = sorted(commitments["vintage"].unique())
    if vintage not in there:
        raise ParameterError(f"vintage {vintage!r}", "is not in this edition", "Use " + ", ".join(there))
    chosen = commitments[commitments["vintage"] == vintage]
    if country is not None:
        chosen = chosen[chosen["unit"] == country]
    if plan is not None:
        chosen = chosen[chosen["plan_number"] == plan]
    if chosen.empty:
        asked = [f"{name} {value}" for name, value in (("country", country), ("plan", plan)) if value is not None]
        raise ParameterError(", ".join(asked), f"vintage {vintage} holds no such commitment",
                             "Leave one of them out, or choose another vintage")  # fmt: skip
    return chosen.reset_index(drop=True)


def with_theme(commitments: pd.DataFrame, themes: pd.DataFrame, theme: str) -> pd.DataFrame:
    """Return the commitments of a theme with the ``rules`` that found them, joined by a blank.

    Raises
    ------
    ParameterError
        If no commitment of the table has that theme anywhere, so that it is no theme.
    """
    known = sorted(themes["theme"].unique())
    if theme not in known:
        raise ParameterError(f"theme {theme!r}", "no commitment has it", "Use " + listed(known, most=20))
    rules = themes[themes["theme"] == theme].groupby("commitment_id")["rule"].agg(lambda found: " ".join(sorted(found)))
    chosen = commitments[commitments["commitment_id"].isin(rules.index)]
    return chosen.assign(rules=chosen["commitment_id"].map(rules)).reset_index(drop=True)
