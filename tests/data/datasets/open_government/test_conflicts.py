from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.datasets.open_government.membership import MATTERS, conflicts


def test_a_matter_becomes_the_value_used_and_the_others(made):
    table = conflicts(made([{"iso3": "TZA", "kind": "exit", "conflict": "2017 and again 2017"}]))
    assert table.iloc[0].tolist() == ["TZA", "exit", "2017-06-29", "2017-07 | 2017-08"]


@pytest.mark.parametrize(
    ("iso3", "kind", "text"),
    [
        ("TZA", "exit", "2018"),  # a coded year that the source no longer has
        ("TZA", "joined", "2017"),  # a matter that is not coded
        ("UGA", "exit", "2017"),
    ],
)
def test_what_is_not_coded_as_it_stands_raises(made, iso3, kind, text):
    with pytest.raises(CleaningError, match="1 matters that differ from their coding"):
        conflicts(made([{"iso3": iso3, "kind": kind, "conflict": text}]))


def test_a_value_is_not_among_the_others():
    values = [value for matters in MATTERS.values() for value in matters.values()]
    assert all(value["used"] not in value["others"] and value["others"] for value in values)
