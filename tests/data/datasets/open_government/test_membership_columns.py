from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.datasets.open_government import membership_columns as columns


@pytest.fixture
def notes(made):
    def chunk(joined="2012", basis="", cross_check="", events=""):
        return made([{"joined": joined, "joined_basis": basis, "cross_check": cross_check, "status_events": events}])

    return chunk


def letter(chunk, basis="ogp_page"):
    return columns.joined_letter(chunk, pd.Series([basis])).iloc[0]


@pytest.mark.parametrize(
    ("note", "date"),
    [
        ("letter of intent 2012-05-17", "2012-05-17"),
        ("letter dated 2012-05-17", "2012-05-17"),
        ("letter (note verbale) 2012-05-17", "2012-05-17"),
        ("letter announced 2012-05-17", "2012-05-17"),
        ("letter end of May 2012", "2012-05"),
        ("2012-05 letter of intent", "2012-05"),
        ("Member Since 2012 (signed on May 2012)", "2012-05"),
        ("Joined 2012 (2012-05-17)", "2012-05-17"),
        ("letter May 2012; letter of intent 2012-05-17", "2012-05-17"),
    ],
)
def test_a_letter_is_dated_as_finely_as_the_notes_do(notes, note, date):
    assert letter(notes(basis=note)) == date
    assert letter(notes(cross_check=note)) == date


@pytest.mark.parametrize(
    "note",
    [
        "letter of intent May 2010",  # another year
        "announced 2012-05-17",  # an announcement is not a letter
        "letter of concern 2012-05-17",
        "formally joined May 2012",
    ],
)
def test_what_is_not_the_letter_of_that_year_leaves_the_year(notes, note):
    assert letter(notes(basis=note)) == "2012"


def test_founders_have_no_letter_but_the_launch(notes):
    assert letter(notes("2011", "Member Since 2011 (founder)"), "founder") == "2011-09-20"


@pytest.mark.parametrize(
    ("note", "date", "basis", "cohort"),
    [
        ("cohort 2, formally joined April 2012", "2012-04", "cohort_list", "april_2012"),
        ("a formal entry April 2012 elsewhere", "2012-04", "government", ""),
        ("membership confirmed November 2015", "2015-11", "government", ""),
        ("government (AB): joined 2014-09-24", "2014-09-24", "government", ""),
        ("welcomed by Steering Committee August 2023", "2023-08", "steering_committee", ""),
        ("in the action plan cohort of April 2013", "2013-04", "action_plan_cohort", "april_2013"),
        ("action plan cohort April 2013", "2013-04", "action_plan_cohort", "april_2013"),
        ("in the April 2013 cohort", "2013-04", "action_plan_cohort", "april_2013"),
        ("Member Since 2013", "", "", ""),
    ],
)
def test_formal_entry_is_kept_apart_and_missing_where_not_told(notes, note, date, basis, cohort):
    formal = columns.joined_formal(notes(cross_check=note), pd.Series(["ogp_page"]))
    assert formal.iloc[0].tolist() == [date, basis]
    assert columns.entry_cohort(formal).iloc[0] == cohort


def test_founders_entered_at_the_launch(notes):
    formal = columns.joined_formal(notes(), pd.Series(["founder"]))
    assert formal.iloc[0].tolist() == ["2011-09-20", "launch"]
    assert columns.entry_cohort(formal).iloc[0] == "founders_2011"


def test_confidence_is_the_grade_a_note_begins_with(made):
    chunk = made([{"c": "high"}, {"c": "medium (one page)"}, {"c": "not verified"}, {"c": ""}])
    assert columns.confidence(chunk, "c").tolist() == ["high", "medium", "not_verified", ""]
    with pytest.raises(CleaningError, match="'highly likely'"):
        columns.confidence(made([{"c": "highly likely"}]), "c")


def test_links_are_addresses_each_once_the_panel_by_its_own(made):
    chunk = made([{"source": "OGP Report data (2019) country-year panel, a copy | https://a.org | https://a.org"}])
    links = columns.links(chunk)
    panel, page = links.iloc[0].split(" | ")
    assert panel.startswith("https://docs.google.com/")
    assert page == "https://a.org"
    assert columns.page_links(links).tolist() == ["https://a.org"]
    with pytest.raises(CleaningError, match="have no address"):
        columns.links(made([{"source": "a newspaper"}]))
