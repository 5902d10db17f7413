from __future__ import annotations

from datetime import date

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.datasets.open_government.commitment_columns import date_columns, reading


@pytest.mark.parametrize(
    ("text", "status", "earliest", "latest"),
    [
        ("13/2/2011", "day", "2011-02-13", "2011-02-13"),
        ("12/31/2014", "day", "2014-12-31", "2014-12-31"),
        ("1/1/19", "day", "2019-01-01", "2019-01-01"),
        ("12/31/15", "day", "2015-12-31", "2015-12-31"),
        ("Feb 13, 11", "day", "2011-02-13", "2011-02-13"),
        ("43525", "day", "2019-03-01", "2019-03-01"),
        ("Jul-12", "month", "2012-07-01", "2012-07-31"),
        ("07/12", "month", "2012-07-01", "2012-07-31"),
        ("February 2016", "month", "2016-02-01", "2016-02-29"),
        ("Quarter 1 2014", "quarter", "2014-01-01", "2014-03-31"),
        ("Quarter IV, 2012", "quarter", "2012-10-01", "2012-12-31"),
        ("Trimester III, 2012", "quarter", "2012-07-01", "2012-09-30"),
        ("II quarter of 2021", "quarter", "2021-04-01", "2021-06-30"),
        ("September/December 2011", "period", "2011-09-01", "2011-12-31"),
        ("2012-2013", "period", "2012-01-01", "2013-12-31"),
        ("Autumn 2014", "season", "2014-01-01", "2014-12-31"),
        ("2012", "year", "2012-01-01", "2012-12-31"),
        ("7/15/1905", "year", "2023-01-01", "2023-12-31"),
        ("7/20/1905", "year", "2028-01-01", "2028-12-31"),
    ],
)
def test_a_text_allows_these_days(text, status, earliest, latest):
    found = reading(text)
    assert (found.status, found.earliest, found.latest) == (
        status,
        date.fromisoformat(earliest),
        date.fromisoformat(latest),
    )
    assert not found.ambiguous


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "likely"),
    [
        ("07/01/2012", "2012-01-07", "2012-07-01", "2012-07-01"),
        ("01/07/2012", "2012-01-07", "2012-07-01", "2012-07-01"),
        ("12/11/2013", "2013-11-12", "2013-12-11", None),
    ],
)
def test_two_readings_are_both_kept(text, earliest, latest, likely):
    found = reading(text)
    assert found.ambiguous
    assert [str(day) for day in (found.earliest, found.latest)] == [earliest, latest]
    assert (str(found.likely) if found.likely else None) == likely


def test_only_a_day_has_a_likely_day():
    assert [reading(text).likely for text in ("2012", "Jul-12", "Ongoing")] == [None, None, None]


@pytest.mark.parametrize("text", ["31/9/2014", "2/29/2014", "13/13/2014", "0/5/2014"])
def test_a_day_that_no_calendar_has_is_impossible(text):
    found = reading(text)
    assert (found.status, found.earliest, found.likely) == ("impossible", None, None)


@pytest.mark.parametrize("text", ["soon", "Quarter 1", "12/2014/1", "", "Foo-12", "13/12"])
def test_an_unknown_way_of_writing_raises(made, text):
    assert reading(text) is None
    with pytest.raises(CleaningError, match=r"made\.csv, column Start Date: 1 dates .* in line 3\."):
        date_columns("start", made([{"Start Date": "2012"}, {"Start Date": text}]), "Start Date")
