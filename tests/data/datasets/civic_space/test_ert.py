"""Episodes of Regime Transformation: rules on hand-made rows."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError, SchemaError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.civic_space import ert

(SOURCE,) = ert.DATASET.inputs
RAW = [name for name in ert.SCHEMA.names if name not in ("unit", "iso3", "unit_kind", "country_name", "year")]


def row(unit: str = "MEX", year: str = "2016", **values) -> dict:
    polyarchy = {"v2x_polyarchy": "0.5", "v2x_polyarchy_codelow": "0.4", "v2x_polyarchy_codehigh": "0.6"}
    names = {"country_text_id": unit, "country_name": "A name", "year": year}
    return {**names, **dict.fromkeys(RAW, "0"), **dict.fromkeys(
        [n for n in RAW if n.endswith(("_year", "elec"))], "NA"), **polyarchy, "dem_pre_ep_year": "0",
        "aut_pre_ep_year": "0", **values}  # fmt: skip


def clean(made, *rows):
    return cleaned(ert.DATASET, [(SOURCE, made(list(rows)))])


@pytest.mark.parametrize("values", [{"aut_ep": "2"}, {"v2x_polyarchy": "0.7"}, {"v2x_regime": "x"}])
def test_a_value_that_no_rule_covers_raises(made, values):
    with pytest.raises(CleaningError, match="in line 2"):
        clean(made, row(**values))


def test_a_later_year_is_taken_and_one_before_the_panel_raises(made):
    assert clean(made, row(year="2031")).tables["country_year"]["year"].tolist() == [2031]
    with pytest.raises(SchemaError, match="below 1900"):
        clean(made, row(year="1899"))


@pytest.mark.parametrize("values", [{"v2x_regime": "4"}, {"aut_ep_outcome": "7"}])
def test_a_new_code_raises(made, values):
    ((name, code),) = values.items()
    with pytest.raises(
        CleaningError, match=f"column {name}: 1 values that no rule covers, for example '{code}' in line 2"
    ):
        clean(made, row(**values))
