"""What commitments promise and what becomes of them, counted again in the vintage of 2016."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pandas as pd
from scipy.stats import norm, t

from . import files, intervals

IMPACT, COMPLETION = "Potential impact", "Completion (progress report)"
#: What a table of OGP writes where there is no rating.
NONE = {"NR": "not reviewed", "ND": "no data", "NA": "not applicable", "Unclear": "unclear", "Withdrawn": "withdrawn"}
RATED_IMPACT = ("None", "Minor", "Moderate", "Transformative")
#: "Not started" is also written "Not Started".
RATED_COMPLETION = ("a. Not started", "a. Not Started", "b. Limited", "c. Substantial", "d. Complete")


def table(mirror: Path) -> pd.DataFrame:
    """One row per commitment. Line 1 holds numbers of columns; ``None``, ``NA`` and ``ND`` are answers."""
    return files.words(mirror / "ogp_commitments" / "2016" / "ogpirm_live_data.csv", header=1)


def recount(mirror: Path) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    parts = (sample, rates, outside, stars, tags, themes_read, within_plans, all_together)
    return {name: value for part in parts for name, value in part(mirror).items()}


def sample(mirror: Path) -> dict[str, float]:
    """Commitments, plans (country and number), countries."""
    rows = table(mirror)
    plans = rows[["Country", "Action Plan Number"]].drop_duplicates()
    following = {(one, str(int(number) + 1)) for one, number in plans.itertuples(index=False)}
    years = pd.to_numeric(rows["Year of submission"])
    return {
        "commitments": len(rows),
        "plans": len(plans),
        "countries": plans["Country"].nunique(),
        "first year": years.min(),
        "last year": years.max(),
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
    any_star = (rows[[*by_rule, "Starred (current formula) end of term"]] == "1").any(axis=1)
    found["starred by any rule"] = any_star.sum()
    found["starred, or of Mexico"] = (any_star | (rows["Country"] == "Mexico")).sum()
    found["end of term, verdicts"] = rows["Starred (current formula) end of term"].isin(["0", "1"]).sum()
    found["end of term, starred"] = (rows["Starred (current formula) end of term"] == "1").sum()
    return found


#: Where the readers' decisions lie. They are read as data, and each row is held against the raw row that it names.
READINGS = Path(__file__).parents[2] / "data" / "raw" / "ogp_commitments" / "2016-extract"
#: Themes that were read, and words that name them as one would type them: not the package's searches.
NAMED = {
    "civic_space": r"freedom of (?:expression|association|assembl|the media)|media freedom|libertad de prensa|"
    r"periodistas|nonprofit|non-profit|charit",
    "privacy": r"privacy|personal data|data protection|datos personales|privacidad",
    "state_surveillance": r"wire-?tap|phone tapping|intelligence surveillance|intervencion de comunicaciones",
    "beneficial_ownership": r"beneficial owner|beneficiarios? reales?|beneficiarios? finale?s?",
}
#: What a separate listing, compiled from pages of OGP, calls what we read for.
LISTED_AS = {
    "civic_space": ("civic_space_law", "defenders_journalists"),
    "privacy": ("privacy", "data_protection"),
    "state_surveillance": ("surveillance_control", "interception_statistics", "intelligence_oversight"),
}


def plain(text: str) -> str:
    """Small letters without accents, one blank between words."""
    letters = unicodedata.normalize("NFKD", text.replace("<br/>", " ").casefold())
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split()).replace("’", "'")


#: Names of the table of commitments that OGP's list of members writes otherwise.
OTHERWISE = {
    "Macedonia": "MKD",
    "Slovakia": "SVK",
    "South Korea": "KOR",
    "Turkey": "TUR",
    "UK": "GBR",
    "USA": "USA",
}


def raw_rows(mirror: Path) -> dict[str, pd.Series]:
    """Raw rows by the identifier of the decisions: code of the country, plan, number, and order among equal ones."""
    members = files.words(mirror / "ogp_membership" / "compiled" / "membership_facts.csv")
    codes = dict(zip(members["country"], members["iso3"], strict=True)) | OTHERWISE
    found: dict[str, pd.Series] = {}
    for _, row in table(mirror).iterrows():
        stem = f"2016-{codes[row['Country']]}-{row['Action Plan Number']}-{number(row)}"
        found[f"{stem}-{1 + sum(f'{stem}-{at}' in found for at in range(1, 9))}"] = row
    return found


def number(row: pd.Series) -> str:
    """The number of a commitment: 2.2000000000000002 is 2.2, and 4.2 of "4.20 Centre" is 4.20."""
    written = row["Comm No"]
    if re.fullmatch(r"\d+\.\d{11,}", written):
        written = f"{float(written):.10g}"
    titles = (row["Commitment Title"], row["Short Title"])
    if re.fullmatch(r"\d+\.\d+", written) and any(re.match(rf"{re.escape(written)}0(?!\d)", one) for one in titles):
        written += "0"
    return re.sub(r"[^0-9A-Za-z.]+", "_", written).strip("_") or "x"


def themes_read(mirror: Path) -> dict[str, float]:
    """Decisions on themes, each held against its raw row; what plain words and a separate listing find beside them.

    Raises if a row of the decisions names no raw row, or words that its text has not; if plain words find a commitment
    that nobody decided on; or if the listing has one under a theme that was not read as its main subject.
    """
    raw = raw_rows(mirror)
    texts = {one: plain(f"{row['Commitment Title']} | {row['Full Text']}") for one, row in raw.items()}
    read = pd.read_csv(READINGS / "theme_readings.csv", keep_default_na=False)
    for row in read.itertuples():
        for words in row.words.split("; "):
            tag = words.removeprefix("tag ").replace("_", " ")
            has = words in texts[row.commitment_id]
            if words.startswith("tag "):
                has = any(plain(c).replace("& ", "") == tag and v == "1" for c, v in raw[row.commitment_id].items())
            assert has, (row.commitment_id, words)
    found = {"read, in all": len(read), "read, commitments": read["commitment_id"].nunique()}
    for theme, pattern in NAMED.items():
        own = read[read["theme"] == theme]
        decided = set(own["commitment_id"])
        named = {one for one, text in texts.items() if re.search(pattern, text)}
        assert named <= decided, (theme, sorted(named - decided))
        found[f"{theme}, read"] = len(own)
        for decision in ("main_subject", "side_clause", "not_about_it"):
            found[f"{theme}, {decision}"] = (own["decision"] == decision).sum()
    sample = pd.read_csv(READINGS / "theme_sample.csv", keep_default_na=False)
    assert set(sample["commitment_id"]) <= set(texts) - set(read["commitment_id"])
    found["not found by a search"] = len(texts) - read["commitment_id"].nunique()
    found["sample"], found["sample, main subject"] = len(sample), (sample["main_subject"] != "").sum()
    found["sample, in passing"] = (sample["side_clause"] != "").sum()
    z2 = norm.ppf(0.975) ** 2  # Wilson's score interval at 0 of n
    assert not found["sample, main subject"]
    found["sample, at most"] = z2 / (len(sample) + z2)
    listed_themes(mirror, read)
    return found


def listed_themes(mirror: Path, read: pd.DataFrame) -> int:
    """How many commitments of plans to 2014 the separate listing has under a theme; raises if one is not read so."""
    parts = ("2026-11/commitments.csv", "more-2026-11/more_commitments.csv")
    listed = pd.concat(files.words(mirror / "ogp_surveillance_commitments" / part) for part in parts)
    listed = listed[(listed["plan_from"] <= "2014") & (listed["commitment_number"] != "")]
    main = read[read["decision"] == "main_subject"]
    n = 0
    for theme, subjects in LISTED_AS.items():
        for row in listed[listed["subject"].isin(subjects)].itertuples():
            stem = f"2016-{row.iso3}-{row.plan_number}-{row.commitment_number}-"
            own = main[(main["theme"] == theme) & main["commitment_id"].str.startswith(stem)]
            assert len(own) == 1, (theme, stem)
            n += 1
    return n


#: Themes that are OGP's tags.
TAGS = {
    "open data": "Open Data",
    "fiscal openness": "Fiscal Openness",
    "asset disclosure": "Asset disclosure",
    "public participation": "Public Participation",
    "human rights": "Human Rights",
}


def tags(mirror: Path) -> dict[str, float]:
    """Themes from plan to plan: plans with the theme that have a next one, and next ones that have it as well.

    Beside them the mean share of the next plans of other countries with the theme, of the five whose number of
    commitments is nearest to that of the own next plan and those as near as the fifth.
    """
    rows = table(mirror)
    sizes = Counter((one, int(two)) for one, two in rows[["Country", "Action Plan Number"]].itertuples(index=False))
    plans, following = set(sizes), [(one, number) for one, number in sizes if (one, number - 1) in sizes]
    found = {}
    for name, tag in TAGS.items():
        tagged = rows.loc[rows[tag] == "1", ["Country", "Action Plan Number"]]
        having = {(one, int(two)) for one, two in tagged.itertuples(index=False)}
        before = [(one, number) for one, number in having if (one, number + 1) in plans]
        found[f"{name}, plans with a next one"] = len(before)
        found[f"{name}, carried on"] = sum((one, number + 1) in having for one, number in before)
        shares = []
        for one, number in before:
            own = sizes[one, number + 1]
            gaps = {plan: abs(sizes[plan] - own) for plan in following if plan[0] != one}
            near = [plan for plan, gap in gaps.items() if gap <= sorted(gaps.values())[4]]
            shares.append(sum(plan in having for plan in near) / len(near))
        found[f"{name}, others"] = sum(shares) / len(shares)
    return found


def rated(mirror: Path) -> pd.DataFrame:
    """Commitments rated on both scales, withdrawn ones too: classes of impact and completion from 0, place and plan."""
    rows = table(mirror)
    rows = rows[rows[IMPACT].isin(RATED_IMPACT) & rows[COMPLETION].isin((*RATED_COMPLETION, "Withdrawn"))]
    step = {"a. Not started": 0, "a. Not Started": 0, "b. Limited": 1, "c. Substantial": 2, "d. Complete": 3}
    plan = rows["Country"] + rows["Action Plan Number"]
    classes = {"impact": rows[IMPACT].map(RATED_IMPACT.index), "completion": rows[COMPLETION].map(step)}
    return pd.DataFrame({**classes, "country": rows["Country"], "plan": plan})


def within_plans(mirror: Path) -> dict[str, float]:
    """Completion by step of impact in the plans that hold both classes.

    The difference of the shares in each plan, weighted by ab / (a + b) for a and b commitments of the two classes;
    its error from the sums of the weighted deviations by country, times G / (G - 1) and (n - 1) / (n - 2), by Student's
    distribution.
    """
    rows = rated(mirror).dropna(subset=["completion"])
    rows = rows.assign(completed=(rows["completion"] >= 2).astype(float))
    found: dict[str, float] = {}
    for number, (lower, higher) in enumerate(pairwise(RATED_IMPACT)):
        plans = []
        for _, own in rows.groupby("plan"):
            a, b = own[own["impact"] == number]["completed"], own[own["impact"] == number + 1]["completed"]
            if len(a) and len(b):
                plans.append((own["country"].iloc[0], len(a) * len(b) / (len(a) + len(b)), b.mean() - a.mean(),
                              len(a) + len(b)))  # fmt: skip
        made = pd.DataFrame(plans, columns=["country", "weight", "difference", "n"])
        whole = made["weight"].sum()
        estimate = (made["weight"] * made["difference"]).sum() / whole
        sums = (made["weight"] * (made["difference"] - estimate)).groupby(made["country"]).sum()
        n = made["n"].sum()
        error = ((sums**2).sum() * len(sums) / (len(sums) - 1) * (n - 1) / (n - 2)) ** 0.5 / whole
        half, name = t.ppf(0.975, len(sums) - 1) * error, f"{lower} to {higher}"
        found |= {f"{name}, difference": 100 * estimate, f"{name}, low": 100 * (estimate - half),
                  f"{name}, high": 100 * (estimate + half), f"{name}, commitments": n,
                  f"{name}, plans": len(made), f"{name}, countries": len(sums),
                  f"{name}, detectable": 100 * error * sum(t.ppf([0.975, 0.8], len(sums) - 1))}  # fmt: skip
    return found


def all_together(mirror: Path) -> dict[str, float]:
    """Commitments behind the ordered model, without withdrawn ones and with them."""
    rows = rated(mirror)
    return {"model, without withdrawn": rows["completion"].notna().sum(), "model, with withdrawn": len(rows)}
