"""Global State of Democracy indices: hand-made rows, then the published file."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.dataset import cleaned

GSOD = dataset("idea_gsod")
(SOURCE,) = GSOD.inputs


def row(**values) -> dict:
    names = {"country_name": "Mexico", "country": "mex", "iso3": "MEX", "year": "2016"}
    return {**names, **dict.fromkeys(GSOD.schemas[0].names[3:], "44.55"), **values}


def test_a_row_is_kept_as_it_is(made):
    result = cleaned(GSOD, [(SOURCE, made([row(mediaint_idea="")]))])
    one = result.tables["country_year"].iloc[0]
    assert (one["iso3"], one["year"], one["civsocpart_idea"]) == ("MEX", 2016, 44.55)
    assert result.tables["country_year"]["mediaint_idea"].isna().all()


def test_a_code_that_is_not_that_of_its_name_raises(made):
    with pytest.raises(CleaningError, match="1 codes are not those of the names beside them, for example 'MEX'"):
        GSOD.clean(made([row(), row(country_name="Spain")]), SOURCE)
