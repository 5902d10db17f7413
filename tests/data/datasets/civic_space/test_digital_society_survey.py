"""Digital Society Survey: rules on hand-made rows, then what the published series does not show."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.civic_space import digital_society_survey as survey

(SOURCE,) = survey.DATASET.inputs


def row(unit: str = "MEX", year: str = "2016", **values) -> dict:
    series = {}
    for name in survey.SERIES:
        series |= {name: "0.5", f"{name}_codelow": "0.1", f"{name}_codehigh": "0.9", f"{name}_sd": "0.4",
                   f"{name}_nr": "3"}  # fmt: skip
    return {"country_name": "A name", "country_text_id": unit, "country_id": "3", "year": year, **series, **values}


def test_estimates_keep_their_bounds_and_number_of_experts(made):
    table = cleaned(survey.DATASET, [(SOURCE, made([row()]))]).tables["country_year"]
    one = table.iloc[0]
    assert (one["v2smgovsmmon_codelow"], one["v2smgovsmmon"], one["v2smgovsmmon_codehigh"]) == (0.1, 0.5, 0.9)
    assert one["v2smgovsmmon_nr"] == 3


def test_privacy_law_in_a_country_without_one_stays_missing(made):
    blank = {name + end: "" for name in ("v2smprivcon",) for end in ("", "_codelow", "_codehigh", "_sd", "_nr")}
    table = cleaned(survey.DATASET, [(SOURCE, made([row(**blank)]))]).tables["country_year"]
    assert table[list(blank)].isna().all(axis=None)


@pytest.mark.parametrize("values", [{"v2smgovsmmon": "0.95"}, {"v2smgovsmmon_codelow": ""}, {"country_text_id": "MXC"}])
def test_a_value_that_no_rule_covers_raises(made, values):
    with pytest.raises(CleaningError, match="in line 2"):
        survey.clean(made([row(**values)]), SOURCE)


# --- The published file --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def table(published):
    return published(survey.DATASET)[1].tables["country_year"]


def test_published_directions_follow_democracy(table, published):
    """Series whose higher value is freer go with electoral democracy; capacity to filter does not say who uses it."""
    from ogp_analysis.data.datasets.civic_space import ert

    polyarchy = published(ert.DATASET)[1].tables["country_year"][["unit", "year", "v2x_polyarchy"]]
    joined = table.merge(polyarchy, on=["unit", "year"], validate="one_to_one")
    for name, (_, direction) in survey.SERIES.items():
        if direction == "higher is freer":
            assert joined[name].corr(joined["v2x_polyarchy"], method="spearman") > 0.3, name
