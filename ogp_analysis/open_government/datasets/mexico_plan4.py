"""Facts of Mexico's fourth OGP action plan (2019 to 2022) and of its commitment 7: counts, dates and codes.

A table this project established itself, one row a fact with the page it was read on. There is no published file
behind it: it lies in ``data/raw/ogp_mexico_plan4/1-extract``, with a sidecar that names this dataset. So both editions
rest on the same file. The embedded edition finds the folder by its sidecar and holds the table against the schema; the
full edition reads it as the input of this cleaner, which checks besides what a schema cannot say. `embedding` has no
entry for it, as there is nothing to compile it from.

Words for the codes stand in the messages ``mexico_plan4``.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.tidy.country_year import require
from ogp_analysis.tidy.dataset import Dataset, Input
from ogp_analysis.tidy.record import FILE, LINE, Cleaned, kept_all

SUBJECTS = ("plan_3", "plan_4", "commitment_7")
#: What a fact is about. The first are counts, then dates, then codes.
COUNTS = (
    "commitments",
    "relevant_to_ogp_values",
    "potential_transformative",
    "potentially_starred",
    "early_results",
    "early_results_marginal",
    "early_results_significant",
    "early_results_outstanding",
    "paused_without_early_results",
    "paused_inactive",
    "key_actions",
    "activities",
    "key_actions_started",
)
DATES = ("presented", "planned_start", "planned_end")
CODES = ("paused_commitments_named", "topic")
VALUES = ("not_stated", "interception_controls")
UNITS = ("commitments", "key_actions", "activities", "date")
NOTES = (
    "of_13",
    "of_11",
    "of_9_with_early_results",
    "of_4_paused",
    "not_stated_where_read",
    "news_report",
    "two_years_into_the_plan",
)
_KINDS = {"count": COUNTS, "date": DATES, "code": CODES}

FACTS = TableSchema(
    name="facts",
    grain="one fact about a plan or commitment",
    key=("fact_id",),
    columns=(
        Column("fact_id", "string", "Key of the fact.", required=True),
        Column(
            "subject",
            "category",
            "What the fact is about: the third or fourth action plan of Mexico, or commitment 7 of the fourth.",
            categories=SUBJECTS,
            required=True,
        ),
        Column(
            "quantity",
            "category",
            "What is stated: a count, a date or a code. Early results and what was paused are judgements of the "
            "Independent Reporting Mechanism at the end of the plan; potential is its judgement of the design.",
            categories=(*COUNTS, *DATES, *CODES),
            required=True,
        ),
        Column("count", "integer", "The count; missing for a date or code.", minimum=0),
        Column("date", "date", "The date; missing for a count or code."),
        Column("code", "category", "The code; missing for a count or date.", categories=VALUES),
        Column("unit", "category", "What is counted, or date; missing for a code.", categories=UNITS),
        Column("source_url", "string", "Page the fact was read on.", required=True),
        Column("verified", "boolean", "Whether the fact was read on that page.", required=True),
        Column(
            "note",
            "category",
            "of_...: out of how many; news_report: rests on one news report; two_years_into_the_plan: as a news report "
            "has it about two years after the start, not at the end; not_stated_where_read: the parts read do not say.",
            categories=NOTES,
        ),
    ),
    left_alone="Which four commitments were paused is not stated where it was read, so it is not stated here: that "
    "commitment 7 was one of them is not a fact of this table. The plan's rating of commitment 7 is not in it.",
)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the facts of a chunk, one row a fact, as they are.

    Raises
    ------
    CleaningError
        If a column is absent, or a row has another value than the one its quantity calls for.
    """
    require(chunk, FACTS.names)
    for kind, quantities in _KINDS.items():
        odd = chunk[(chunk[kind] != "") != chunk["quantity"].isin(quantities)]
        if len(odd):
            row = odd.iloc[0]
            raise CleaningError(
                f"{row[FILE]} line {row[LINE]}, {kind}",
                f"{len(odd)} rows have a {kind} without need or lack one, for example {row['quantity']!r}",
                "Correct the row, or the lists of quantities in open_government/datasets/mexico_plan4.py",
            )
    return Cleaned({"facts": chunk[FACTS.names].copy()}, kept_all(chunk))


DATASET = Dataset(
    name="ogp_mexico_plan4",
    title="Facts of Mexico's fourth OGP action plan and of its commitment 7",
    inputs=(Input("ogp_mexico_plan4", "1-extract", "facts.csv"),),
    clean=clean,
    schemas=(FACTS,),
)
