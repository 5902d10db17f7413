"""What the tables of OGP commitments promise: their columns, and which fields they are made from."""

from __future__ import annotations

from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.open_government.datasets import star_rules, units
from ogp_analysis.open_government.datasets.commitment_columns import VINTAGES, answer_columns
from ogp_analysis.open_government.datasets.commitment_dates import date_promises
from ogp_analysis.open_government.datasets.commitment_texts import LANGUAGES

#: Words that a report year has in the place of a year.
NO_REPORT = {"NR": "not_reviewed", "ND": "no_data"}
#: Reports of the IRM: ending of the columns, and words.
REPORTS = (("progress", "progress report"), ("end_of_term", "end-of-term report"))
#: Fields that hold text.
TEXT_FIELDS = ("short_title", "title", "full_text")


COMMITMENTS = TableSchema(
    name="commitments",
    grain="one commitment of one action plan in one vintage; ten rows of 2015 are a milestone of one (row_kind)",
    key=("commitment_id",),
    columns=(
        Column(
            "commitment_id",
            "string",
            "OGP's identifier where the vintage has one, else vintage-unit-plan-number-order, where order counts the "
            "rows that share the rest.",
            required=True,
        ),
        Column("vintage", "category", "Vintage of the data.", categories=VINTAGES, others=r"\w+", required=True),
        Column("row_kind", "category", "What the row is.", categories=("commitment", "milestone"), required=True),
        Column("unit", "string", "Country (ISO 3166-1 alpha-3) or locality (OGP's four letters).", required=True),
        Column(
            "place_kind", "category", "Whether the plan is national or local.", categories=units.LEVELS, required=True
        ),
        Column("iso3", "string", "Country, or the country that the locality lies in.", required=True),
        Column("plan_number", "integer", "Number of the plan within its unit.", minimum=1, required=True),
        Column("plan_id", "string", "OGP's identifier of the plan; in 2024_parliament only."),
        Column("submission_year", "integer", "Year of submission of the plan; blank in 2015.", "year", minimum=2011),
        Column("plan_end_year", "integer", "Last year of the plan; in 2024_parliament only.", "year", minimum=2011),
        Column(
            "commitment_number",
            "string",
            "Number within the plan as published, with NA and NR where the plan has none. It names a row in most plans "
            "only, and may be another one in the next vintage.",
        ),
        Column(
            "text_language",
            "category",
            "Language of title and text, by their function words.",
            categories=LANGUAGES,
            required=True,
        ),
        *date_promises("start", "Start of implementation"),
        *date_promises("end", "End of implementation"),
        *(
            column
            for report, words in REPORTS
            for column in (
                Column(
                    f"report_year_{report}",
                    "integer",
                    f"Year in which the IRM published the {words}.",
                    "year",
                    minimum=2012,
                ),
                Column(
                    f"report_status_{report}",
                    "category",
                    "published, or why there is no year; missing if the vintage does not say.",
                    categories=("published", *NO_REPORT.values()),
                ),
            )
        ),
        *answer_columns(),
        *star_rules.derived_promises(),
        Column("url", "string", "Page of the commitment; in 2024_parliament only."),
    ),
    left_alone="Published stars that their rule does not give stand as published, see star_disagreements. Relevance is "
    "clear in two rows of Canada and one of Slovakia although none of the three values is. Latvia's second plan keeps "
    "its 2014 of the vintage 2016, which 2024_parliament dates 2015. Numbers like 2.1 may have lost a zero.",
)
TEXTS = TableSchema(
    name="texts",
    grain="one commitment of one action plan in one vintage",
    key=("commitment_id",),
    columns=(
        Column("commitment_id", "string", "Commitment.", required=True),
        Column("short_title", "string", "Short title.", redistribute=False),
        Column("title", "string", "Title as the IRM derived it from the plan.", redistribute=False),
        Column("full_text", "string", "Text of the plan, in English, Spanish or Portuguese.", redistribute=False),
    ),
    left_alone="Texts stand as published, with <br/>, but for e-mail addresses, which are masked. Those of "
    "2024_parliament name officials to write to: search them, do not print them.",
)
