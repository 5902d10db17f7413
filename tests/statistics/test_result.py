from __future__ import annotations

import re
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ogp_analysis
from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.result import (
    REFERENCES,
    Estimate,
    Result,
    plain,
)

SOURCE = "wilson_1927"


def result(**other) -> Result:
    estimates = (Estimate("slope", 0.1234567890123, 0.5, -1, 2, 0.25), Estimate("share", 0.5, n=8))
    return Result(estimates=estimates, n=20, note="complete", method="ols", references=(SOURCE, SOURCE), **other)


def test_tidy_has_one_row_an_estimate_with_all_columns_unrounded():
    frame = result(clusters=7).tidy()
    numbers = ["estimate", "std_error", "low", "high", "p_value", "level"]
    assert frame.columns.tolist() == ["term", *numbers, "n", "clusters", "note", "method", "reference"]
    assert frame["term"].tolist() == ["slope", "share"]
    assert frame.loc[0, "estimate"] == 0.1234567890123
    assert frame["clusters"].tolist() == [7, 7]
    assert frame["reference"].tolist() == ["wilson_1927; wilson_1927"] * 2


@pytest.mark.parametrize(("clusters", "made"), [(0, True), (20, True), (21, False), (-1, False)])
def test_there_are_no_more_clusters_than_units(clusters, made):
    with nullcontext() if made else pytest.raises(ModelError, match=f"rests on 20 units in {clusters} clusters"):
        assert result(clusters=clusters).clusters == clusters


def test_tidy_keeps_missing_missing_and_its_types_whatever_is_missing():
    frame = Result(estimates=(Estimate("x", None),), n=0).tidy()
    assert frame[["estimate", "std_error", "low", "high", "p_value"]].isna().all(axis=None)
    assert (frame.dtypes[["estimate", "p_value", "level"]] == "float64").all()
    assert frame["clusters"].dtype == "Int64" and frame["clusters"].isna().all()
    assert Result(estimates=(), n=0).tidy().dtypes.equals(result().tidy().dtypes)


def test_numbers_become_plain_floats_or_none():
    estimate = Estimate("x", np.float64(2), std_error=np.nan, low=pd.NA, high=1)
    assert (estimate.estimate, estimate.std_error, estimate.low, estimate.high) == (2.0, None, None, 1.0)
    assert type(estimate.estimate) is float and type(estimate.high) is float
    assert plain(0) == 0.0


def test_a_cell_that_ends_in_a_result_shows_its_numbers_once():
    shown = repr(result())
    assert "n=20" in shown and "clusters=" in shown
    assert not re.search("estimates=|method=|references=", shown)


def test_an_estimate_is_found_by_its_term():
    assert result()["share"].n == 8
    with pytest.raises(ModelError, match=r"'level'.*no such term.*'slope', 'share'"):
        result()["level"]


def test_each_listed_reference_is_that_of_a_method_and_whole():
    code = "".join(path.read_text(encoding="utf-8") for path in Path(ogp_analysis.__file__).parent.rglob("*.py"))
    assert set(REFERENCES) <= set(re.findall(r"\b[a-z_]+_[12]\d{3}\b", code))
    with pytest.raises(ModelError, match="'a_1900', which is no source"):
        Result(estimates=(), n=0, references=("a_1900",))
    for key, one in REFERENCES.items():
        assert one["authors"] and one["title"] and one["published_in"] and key.endswith(str(one["year"])), key
        assert "doi" not in one or re.fullmatch(r"10\.\d{4,9}/\S+", one["doi"]), key
