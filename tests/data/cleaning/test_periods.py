"""Periods in words: the text stays, years are read off where they are given and nowhere else."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning import coding


@pytest.mark.parametrize(
    ("text", "first", "last", "status"),
    [
        ("2014", "2014", "2014", "years"),
        ("2019-2021", "2019", "2021", "years"),
        ("2013, 2015", "2013", "2015", "several"),
        ("2016-2018, 2020, 2021", "2016", "2021", "several"),
        ("2013-present", "2013", "", "ongoing"),
        ("2009 - present", "2009", "", "ongoing"),
        ("2010s - present", "", "", "ongoing_from_decade"),
        ("2016-?", "2016", "", "end_unknown"),
        ("?-2021", "", "2021", "start_unknown"),
        ("", "", "", ""),
    ],
)
def test_a_period_keeps_its_words_and_gives_the_years_that_it_states(made, text, first, last, status):
    read = pd.DataFrame(coding.period(made([{"period": text}]), "period", "use"))
    assert read.iloc[0].tolist() == [text, first, last, status]


@pytest.mark.parametrize("text", ["recently", "2021-2019", "14", "2010s", "present"])
def test_a_period_of_another_form_raises(made, text):
    with pytest.raises(CleaningError, match=rf"column period: 1 periods .* '{text}' in line 3"):
        coding.period(made([{"period": "2014"}, {"period": text}]), "period", "use")
