"""What the tables of OGP commitments promise: their columns, and which fields they are made from."""

from __future__ import annotations

from dataclasses import replace

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.open_government.datasets import (
    commitment_columns,
    commitment_dates,
    commitment_readings,
    commitment_themes,
    units,
)
from ogp_analysis.open_government.datasets.commitment_texts import LANGUAGES
from ogp_analysis.open_government.datasets.star_rules import RULES

#: Words that a report year has in the place of a year.
NO_REPORT = {"NR": "not_reviewed", "ND": "no_data"}
#: Reports of the IRM: ending of the columns.
REPORTS = ("progress", "end_of_term")
#: Fields that hold text.
TEXT_FIELDS = ("short_title", "title", "full_text")

_commitments, *_others = schemas(
    toml(__file__, "commitment_tables.toml")["table"],
    vintages=commitment_columns.VINTAGES,
    levels=units.LEVELS,
    languages=LANGUAGES,
    date_statuses=(*commitment_dates.DATED, *commitment_dates.UNDATED),
    report_statuses=("published", *NO_REPORT.values()),
    kinds=commitment_columns.KINDS,
    themes=commitment_themes.THEMES,
    theme_rules=commitment_themes.RULE_NAMES,
    themes_read=commitment_themes.READ,
    decisions=commitment_readings.DECISIONS,
    readers=commitment_readings.READERS,
    star_rules=[rule.name for rule in RULES],
)
# Ratings and flags stand before the derived stars.
_before = _commitments.names.index(RULES[0].column)
COMMITMENTS = replace(
    _commitments,
    columns=(
        *_commitments.columns[:_before],
        *commitment_columns.answer_columns(),
        *_commitments.columns[_before:],
    ),
)
SCHEMAS = (COMMITMENTS, *_others)
