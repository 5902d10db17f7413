"""What commitments promise and what becomes of them, counted again in the vintage of 2016."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd

from . import files, intervals

IMPACT, COMPLETION = "Potential impact", "Completion (progress report)"
#: What a table of OGP writes where there is no rating.
NONE = {"NR": "not reviewed", "ND": "no data", "NA": "not applicable", "Unclear": "unclear", "Withdrawn": "withdrawn"}
RATED_IMPACT = ("None", "Minor", "Moderate", "Transformative")
#: "Not started" is also written "Not Started".
RATED_COMPLETION = ("a. Not started", "a. Not Started", "b. Limited", "c. Substantial", "d. Complete")


def table(mirror: Path) -> pd.DataFrame:
    """One row a commitment. Line 1 holds numbers of columns; ``None``, ``NA`` and ``ND`` are answers."""
    return files.words(mirror / "ogp_commitments" / "2016" / "ogpirm_live_data.csv", header=1)


def recount(mirror: Path) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    return {**sample(mirror), **rates(mirror), **outside(mirror), **stars(mirror), **tags(mirror)}


def sample(mirror: Path) -> dict[str, float]:
    """Commitments, plans (country and number), countries."""
    rows = table(mirror)
    plans = rows[["Country", "Action Plan Number"]].drop_duplicates()
    following = {(one, str(int(number) + 1)) for one, number in plans.itertuples(index=False)}
    return {
        "commitments": len(rows),
        "plans": len(plans),
        "countries": plans["Country"].nunique(),
        "pairs of consecutive plans": sum(one in following for one in plans.itertuples(index=False, name=None)),
    }


def rates(mirror: Path) -> dict[str, float]:
    """Shares of the commitments rated on a scale, by the published label: label and code disagree in some rows."""
    rows = table(mirror)
    found = {}
    for name, column, rated, reached in (
        ("ambition", IMPACT, RATED_IMPACT, ("Moderate", "Transformative")),
        ("transformative", IMPACT, RATED_IMPACT, ("Transformative",)),
        ("completion", COMPLETION, RATED_COMPLETION, ("c. Substantial", "d. Complete")),
        ("complete", COMPLETION, RATED_COMPLETION, ("d. Complete",)),
    ):
        own = rows[rows[column].isin(rated)]
        hit = own[column].isin(reached)
        found |= {f"{name}, rated": len(own), f"{name}, reached": int(hit.sum()), f"{name}, share": hit.mean()}
        found[f"{name}, low"], found[f"{name}, high"] = intervals.clustered(hit.astype(float), own["Country"])
    return found


def outside(mirror: Path) -> dict[str, float]:
    """Commitments outside a denominator, by reason."""
    rows = table(mirror)
    found = {}
    for name, column in (("ambition", IMPACT), ("completion", COMPLETION)):
        counted = Counter(NONE.get(one, "rated") for one in rows[column])
        found |= {f"{name}, {reason}": count for reason, count in counted.items() if reason != "rated"}
    found["relevance, not reviewed"] = sum(rows["Value -Info"] == "NR")
    return found


def stars(mirror: Path) -> dict[str, float]:
    """Published stars beside those of OGP's rules, over the commitments with a published verdict (0 or 1).

    OGP's codebook: clearly relevant to OGP values; before June 2014 and in 2015 of moderate or transformative
    potential impact, by the current formula transformative; substantially or completely fulfilled; "specific and
    measurable enough to be assessed", which from 2015 on is a medium or high specificity. Whether a commitment was
    clearly relevant is the publisher's own code, since the four values carried different weight over the years.
    """
    rows = table(mirror)
    relevant = rows["_Relevant"] == "1"
    specific = rows["Specificity"].isin(["b. medium", "c. high"])
    moderate, transformative = rows[IMPACT].isin(["Moderate", "Transformative"]), rows[IMPACT] == "Transformative"
    fulfilled = rows[COMPLETION].isin(["c. Substantial", "d. Complete"])
    by_rule = {
        "Starred (pre-June 2014 assessments)": ("before June 2014", relevant & moderate & fulfilled),
        "Starred (2015 only)": ("rule of 2015", relevant & specific & moderate & fulfilled),
        "Starred (current formula) progress report": ("current rule", relevant & specific & transformative & fulfilled),
    }
    found = {}
    for column, (name, derived) in by_rule.items():
        judged = rows[column].isin(["0", "1"])
        published = rows[column] == "1"
        found[f"{name}, verdicts"] = judged.sum()
        found[f"{name}, starred"] = published.sum()
        found[f"{name}, by the rule"] = (judged & derived).sum()
        found[f"{name}, only published"] = (published & ~derived).sum()
        found[f"{name}, only by the rule"] = (judged & derived & ~published).sum()
    found["end of term, verdicts"] = rows["Starred (current formula) end of term"].isin(["0", "1"]).sum()
    found["end of term, starred"] = (rows["Starred (current formula) end of term"] == "1").sum()
    return found


#: Themes that are found by one of OGP's tags and by no words of the text.
TAGS = {
    "open data": "Open Data",
    "fiscal openness": "Fiscal Openness",
    "asset disclosure": "Asset disclosure",
    "public participation": "Public Participation",
    "human rights": "Human Rights",
}


def tags(mirror: Path) -> dict[str, float]:
    """Themes from plan to plan: plans with the theme that have a next one, and next ones that have it as well."""
    rows = table(mirror)
    plans = {(one, int(two)) for one, two in rows[["Country", "Action Plan Number"]].itertuples(index=False)}
    found = {}
    for name, tag in TAGS.items():
        tagged = rows.loc[rows[tag] == "1", ["Country", "Action Plan Number"]]
        having = {(one, int(two)) for one, two in tagged.itertuples(index=False)}
        before = [(one, number) for one, number in having if (one, number + 1) in plans]
        found[f"{name}, plans with a next one"] = len(before)
        found[f"{name}, carried on"] = sum((one, number + 1) in having for one, number in before)
    return found
