"""Columns of the table of OGP processes: raw names, codes and meanings.

A line above the column names groups them (``Step 1`` to ``Step 6``, development, implementation, self-assessment,
institutional variables). A name that is clear only within its group, such as ``Timeline: Online``, is completed here.
Names that begin with ``_`` are the 0/1 twins of the column before them.
"""

from __future__ import annotations

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import Column

_COLUMNS = toml(__file__, "process_columns.toml")
#: Answers, and our codes for them; ``Yes `` with a blank at its end is the same answer.
ANSWERS = {"Yes": "yes", "No": "no", "NR": "not_reviewed", "NA": "not_applicable", "Unclear": "unclear"}
FLAGS = {"1": "yes", "0": "no", "NR": "not_reviewed", "NA": "not_applicable"}
OPENNESS = {
    "Open": "open",
    "Invitation-only": "invitation_only",
    "NR": "not_reviewed",
    "NA": "not_applicable",
}
#: Levels of the spectrum of public participation (IAP2), from the least influence to the most.
IAP2_LEVELS = ("inform", "consult", "involve", "collaborate", "empower")
IAP2 = {**{level.capitalize(): level for level in IAP2_LEVELS}, "NR": "not_reviewed", "NA": "not_applicable"}

#: Clean name, raw name, and meaning: the six steps of consultation and further answers, with their 0/1 twin before the
#: meaning; answers without a twin; institutional variables, published as 0 and 1; evidence, without a meaning.
STEPS, TWINNED, QUESTIONS, INSTITUTIONS, EVIDENCE = (
    _COLUMNS[group] for group in ("steps", "twinned", "questions", "institutions", "evidence")
)
#: Codes of consultation: clean name, raw name, values, meaning.
CONSULTATION = tuple(
    (name, raw, {"openness": OPENNESS, "iap2": IAP2}[values], meaning)
    for name, raw, values, meaning in _COLUMNS["consultation"]
)
COUNTRY, PLAN, YEAR = "Country name", "Action Plan Number", "Year AP Submitted"
NOTICE, FOLLOWED = "Days in advance", "_Number of steps followed (out of 6)"
#: Columns without which nothing is cleaned.
REQUIRED = (
    COUNTRY,
    PLAN,
    YEAR,
    NOTICE,
    FOLLOWED,
    *(name for _, *names, _ in STEPS + TWINNED for name in names),
    *(name for _, name, _ in QUESTIONS + INSTITUTIONS),
    *(name for _, name, _, _ in CONSULTATION),
)
RAW_NAMES = (*REQUIRED, *(name for _, name in EVIDENCE))


def answer(name: str, meaning: str, values: dict[str, str]) -> Column:
    """Return the column of a question: a category with the codes of `values`."""
    return Column(name, "category", f"{meaning}.", categories=tuple(values.values()), required=True)
