"""The profile of a country: what is said, drawn and tabled, and what of it is left out where there is no value."""

from __future__ import annotations

import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import MessageError, ParameterError, UnknownName
from ogp_analysis.civic_space.profile import CORE_INDICES, WITH_ERRORS
from ogp_analysis.display.table import Table


@pytest.fixture(scope="module")
def panel():
    return ogp.civic_space.panel([*CORE_INDICES, *ogp.civic_space.OTHER_MEASURES], 2000, 2023)


def numbers(parts) -> dict[str, float]:
    said = [part for part in parts if hasattr(part, "numbers")]
    return {name: one["value"] for part in said for name, one in part.numbers().items()}


def test_the_answer_has_the_value_the_changes_and_the_fall_from_the_peak(panel):
    profile = panel.profile("México")
    answer, found = numbers(profile.text()), numbers(profile.in_full())
    assert (found["profile.latest.value"], found["profile.latest.rank_high"]) == (0.701, 103)
    assert (answer["profile.answer.size"], answer["profile.answer.rank_fall"]) == (0.071, 53)
    assert (answer["profile.within.size"], answer["profile.within.rank"]) == (0.178, 32)
    assert answer["profile.within.peak"] == 2019
    assert (answer["profile.now.rank_high"], answer["profile.short.rank_fall"]) == (103, 16)
    assert answer["profile.below.difference"] == -0.178
    assert (found["profile.change_5.rank_fall"], found["profile.change_10.rank_fall"]) == (16, 53)
    assert (found["profile.peak.rank"], found["profile.peak.peak"]) == (32, 2019)
    assert [part.role for part in profile.text()] == [
        "headline", "scope", *["finding"] * 3, *["number"] * 3, "limit",
    ]  # fmt: skip
    assert profile.plot().name == "core_index" and profile.end == 2023
    assert profile.frame["year"].tolist() == list(range(2000, 2024))


def test_the_path_around_a_date_is_said_and_names_no_cause(panel):
    said = panel.profile("MEX", "2017-05-23").around()
    found = numbers(said)
    assert (found["profile.event.values.before_value"], found["profile.event.values.at_value"]) == (0.772, 0.801)
    assert found["profile.path_since.first"] == 2016 and "not that this event caused" in str(said)
    asked = numbers(panel.profile("MEX", "2017-05-23").text())
    assert (asked["profile.asked.before_value"], asked["profile.asked.at_value"]) == (0.772, 0.801)
    assert panel.profile("MEX").around() == () and "profile.asked.at" not in numbers(panel.profile("MEX").text())
    early = panel.profile("MEX", "1999-01-01")
    assert "The years shown begin in 2000" in str(early.around())
    assert "nothing is shown: the years shown begin in 2000" in str(early.text())
    assert "has no value" not in str(early.around()) and "the index has no value" not in str(early.text())


def test_a_country_without_a_value_of_the_index_says_so_and_leaves_pictures_and_tables_out(panel):
    profile = panel.profile("Andorra")
    assert (
        "no value of the core civil society index for Andorra" in str(profile.text())
        and profile.plot() == profile.other_indices() == ()
    )
    names = [part.name for part in profile.tables() + profile.scope() if isinstance(part, Table)]
    assert {"changes", "values"} & set(names) == set() and {"scope", "indicators", "cohorts"} <= set(names)


def test_the_appendix_of_a_country_has_every_table_once(panel):
    profile = panel.profile("MEX")
    names = [part.name for part in profile.tables() + profile.scope() if isinstance(part, Table)]
    assert names == [
        "changes", "values", "other_measures", "other_changes", "what_measures_ask", "indicators", "cohorts",
        "absent_measures", "scope",
    ]  # fmt: skip


def test_what_is_no_country_no_date_or_without_values_is_refused(panel):
    with pytest.raises(UnknownName, match="Narnia"):
        panel.profile("Narnia")
    with pytest.raises(MessageError, match="is not a date"):
        panel.profile("MEX", "23/05/2017")
    for late in ("2023-12-31", "2030-06-01"):
        with pytest.raises(ParameterError, match=f"event_date.*after that of {late}.*shown of Mexico is of 2023"):
            panel.profile("MEX", late)
    with pytest.raises(ParameterError, match="bears its code"):
        panel.profile("VAT")


def test_probabilities_are_of_measures_with_a_published_error(panel):
    found = panel.probability_of_change(WITH_ERRORS, "Mexico", 2013, 2023)
    assert sorted(found.frame["term"]) == sorted(WITH_ERRORS) and found.frame["probability"].between(0, 1).all()
