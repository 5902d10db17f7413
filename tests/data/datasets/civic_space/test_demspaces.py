"""Cutpoints of Democratic Spaces: hand-made rows, then the six published ones."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.civic_space import demspaces

SOURCE, ISSUED, *_, VINTAGE = demspaces.DATASET.inputs


def row(**values) -> dict:
    return {"indicator": "v2xcs_ccsi", "all": "0.0547", "up": "0.05", "down": "0.06"} | values


def test_an_indicator_stands_for_its_space_and_keeps_opening_and_closing_apart(made):
    one = cleaned(demspaces.DATASET, [(SOURCE, made([row()]))]).tables["cutpoints"].iloc[0]
    assert one.tolist() == ["v2xcs_ccsi", "associational", 0.0547, 0.05, 0.06]


def test_a_forecast_is_of_the_round_that_its_file_names_and_for_the_two_years_after(made):
    raw = {"outcome": "v2xcs_ccsi", "from_year": "2021", "for_years": "2022 - 2023", "gwcode": "70"}
    raw |= {"p_up": "5e-4", "p_same": "0.4", "p_down": "0.545"}
    file = {"_file": "demspaces/as-issued/fcasts-rf-v12.1.csv"}
    one = demspaces.clean(made([raw]).assign(**file), ISSUED).tables["forecasts"].iloc[0]
    assert one.tolist() == ["v12.1", "v2xcs_ccsi", 2021, 70, 0.0005, 0.4, 0.545]
    with pytest.raises(CleaningError, match="windows are not the two years after"):
        demspaces.clean(made([raw | {"for_years": "2021 - 2022"}]).assign(**file), ISSUED)
    with pytest.raises(CleaningError, match="round"):
        demspaces.clean(made([raw]).assign(_file="demspaces/as-issued/fcasts-rf-v11a.csv"), ISSUED)


def test_a_value_is_of_the_version_that_its_file_names(made):
    raw = {"gwcode": "70", "year": "2020", "v2xcs_ccsi": "0.818", "v2x_freexp_altinf": "0.756", "v2x_pubcorr": "0.2"}
    file = {"_file": "demspaces/vintages/dv_data_1968_on_v11.1.csv.gz"}
    one = demspaces.clean(made([raw]).assign(**file), VINTAGE).tables["vintages"].iloc[0]
    assert one.tolist() == ["11.1", 70, 2020, 0.818, 0.756]
