"""World Bank controls: rules on hand-made rows."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.dataset import cleaned
from tests.data.datasets.plain_rows import plain

CONTROLS = dataset("world_bank_controls")
(SOURCE,) = CONTROLS.inputs
NAMES = CONTROLS.schemas[0].names[2:]


def row(iso3: str = "MEX", year: str = "2016", **values) -> dict:
    return plain("world_bank_controls") | {"iso3": iso3, "year": year} | values


def clean(made, *rows):
    return cleaned(CONTROLS, [(SOURCE, made(list(rows)))])


def test_values_are_kept_at_full_precision(made):
    result = clean(made, row())
    one = result.tables["country_year"].iloc[0]
    assert (one["iso3"], one["year"]) == ("MEX", 2016)
    assert one[NAMES].tolist() == [10100.5021214015, -1.77, 175.7, 0.0, 77.4, 2.97e-05, 59.5404, 122251351]
    assert result.tables["country_year"]["population"].dtype == "Int64"
    assert result.record.entries.empty


@pytest.mark.parametrize("code", ["WLD", "SUN", "LCN", "KSV", ""])
def test_an_aggregate_or_unknown_code_raises(made, code):
    with pytest.raises(CleaningError, match=rf"column iso3: 1 values .* '{code}' in line 3"):
        CONTROLS.clean(made([row(), row(code)]), SOURCE)
