"""Legal barriers to NGOs: hand-made rows, then the published file."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.civic_space import ngo_legal_barriers as barriers
from tests.data.datasets.plain_rows import plain

(SOURCE,) = barriers.DATASET.inputs


def row(**values) -> dict:
    return plain("ngo_legal_barriers") | values


def test_kosovo_gets_the_code_of_the_other_sources_and_is_recorded(made):
    result = cleaned(barriers.DATASET, [(SOURCE, made([row(), row(country="Kosovo", iso3="XKK")]))])
    assert result.tables["country_year"]["iso3"].tolist() == ["MEX", "XKX"]
    entries = result.record.entries[["rule", "column", "old", "new"]]
    assert entries.values.tolist() == [["kosovo_code", "iso3", "XKK", "XKX"]]


def test_a_total_that_is_not_the_sum_raises(made):
    with pytest.raises(CleaningError, match=r"1 totals are not the sum of their parts, .* '3\.0' in line 2"):
        barriers.clean(made([row(barriers_total="3.0")]), SOURCE)


@pytest.mark.parametrize("values", [{"ngo_politics": "0.7"}, {"iso3": "USA"}, {"entry": "some"}])
def test_a_value_that_no_rule_covers_raises(made, values):
    with pytest.raises(CleaningError, match="in line 2"):
        barriers.clean(made([row(**values)]), SOURCE)
