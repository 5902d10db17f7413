"""Global State of Democracy indices: hand-made rows, then the published file."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.civic_space import idea_gsod

(SOURCE,) = idea_gsod.DATASET.inputs


def row(**values) -> dict:
    names = {"country_name": "Mexico", "country": "mex", "iso3": "MEX", "year": "2016"}
    return {**names, **dict.fromkeys(idea_gsod.SERIES, "44.55"), **values}


def test_a_row_is_kept_as_it_is(made):
    result = cleaned(idea_gsod.DATASET, [(SOURCE, made([row(mediaint_idea="")]))])
    one = result.tables["country_year"].iloc[0]
    assert (one["iso3"], one["year"], one["civsocpart_idea"]) == ("MEX", 2016, 44.55)
    assert result.tables["country_year"]["mediaint_idea"].isna().all()


def test_a_code_that_is_not_that_of_its_name_raises(made):
    with pytest.raises(CleaningError, match="1 codes are not those of the names beside them, for example 'MEX'"):
        idea_gsod.clean(made([row(), row(country_name="Spain")]), SOURCE)
