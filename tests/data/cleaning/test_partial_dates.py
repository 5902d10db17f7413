from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning import coding

DATES = pd.Series(["2012", "2012-02", "2012-02-29", ""], name="date")


def test_precision_is_that_of_the_text_and_missing_stays_missing():
    assert coding.precision(DATES).iloc[:3].tolist() == ["year", "month", "day"]
    assert coding.precision(DATES).isna().tolist() == [False, False, False, True]


def test_first_and_last_day_are_the_bounds_of_what_the_text_allows():
    first = coding.first_day(DATES).dt.strftime("%Y-%m-%d").iloc[:3].tolist()
    last = coding.last_day(DATES).dt.strftime("%Y-%m-%d").iloc[:3].tolist()
    assert first == ["2012-01-01", "2012-02-01", "2012-02-29"]
    assert last == ["2012-12-31", "2012-02-29", "2012-02-29"]
    assert pd.isna(coding.first_day(DATES).iloc[3])


@pytest.mark.parametrize("text", ["12-02-2012", "2012-13", "2013-02-29", "2012/02", "early 2012", "2012-2"])
def test_what_is_no_date_raises(text):
    with pytest.raises(CleaningError, match=r"^dates: 1 are not a year, month or day"):
        coding.first_day(pd.Series([text]))


@pytest.mark.parametrize(
    ("written", "iso"), [("April 2012", "2012-04"), ("December 2022", "2022-12"), ("2012-04-17", "2012-04-17")]
)
def test_from_prose(written, iso):
    assert coding.from_prose(written) == iso
