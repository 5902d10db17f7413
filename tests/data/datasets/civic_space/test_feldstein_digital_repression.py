"""The AI Global Surveillance Index and digital repression: a damaged name, and series turned round."""

from __future__ import annotations

import pytest

from ogp_analysis.data.datasets.civic_space import digital_society_survey
from ogp_analysis.data.datasets.civic_space import feldstein_digital_repression as feldstein
from tests.data.datasets.plain_rows import plain

INDEX, REPRESSION = feldstein.DATASET.inputs


def row(**values) -> dict:
    return plain("feldstein_digital_repression") | values


def test_marks_become_yes_and_no_and_all_firms_are_kept(made):
    one = feldstein.clean(made([row()]), INDEX).tables["surveillance_index"].iloc[0]
    assert (one["unit"], one["safe_city"], one["facial_recognition"], one["china_technology"]) == (
        "MEX", True, False, True)  # fmt: skip
    assert one["firms"] == "A | B"


@pytest.mark.parametrize(
    ("damaged", "name"),
    [("UnitElectoral Democracy States of AmeriClosed Autocracy", "United States of America"), ("Mexico", "Mexico"),
     ("Electoral Democracy", "Electoral Democracy")],
)  # fmt: skip
def test_a_find_and_replace_inside_a_word_is_undone(damaged, name):
    assert feldstein.decoded(damaged) == name


def test_the_mended_name_is_recorded(made):
    result = feldstein.clean(made([row(Country="UnitElectoral Democracy States of AmeriClosed Autocracy")]), INDEX)
    assert result.tables["surveillance_index"]["unit"].tolist() == ["USA"]
    assert result.record.entries["rule"].tolist() == ["find_and_replace"]


# --- The published file --------------------------------------------------------------------------------


def test_published_series_are_turned_round_against_the_survey(published):
    """What the workbook calls by V-Dem's names goes against V-Dem's own series of three years before."""
    survey = published(digital_society_survey.DATASET)[1].tables["country_year"].query("year == 2018")
    survey = survey.dropna(subset="iso3")
    repression = published(feldstein.DATASET)[1].tables["digital_repression"]
    joined = repression.merge(survey, left_on="unit", right_on="iso3", validate="one_to_one")
    assert len(joined) > 150
    for name in ("v2smgovsmmon", "v2smgovfilprc", "v2smgovshut", "v2smarrest"):
        assert joined[f"{name}_reversed"].corr(joined[name], method="spearman") < -0.5, name
