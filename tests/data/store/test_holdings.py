"""What there is, and what a researcher is told who asks for something else."""

from __future__ import annotations

import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import OgpAnalysisError, ParameterError, UnknownName
from ogp_analysis.base.words import use_language
from ogp_analysis.data.cleaning.catalog import DATASETS, TABLES


def test_every_dataset_is_listed_and_what_is_embedded_can_be_loaded():
    held = ogp.datasets().set_index("dataset")
    assert list(held.index) == list(DATASETS) and held["title"].str.len().gt(10).all()
    assert held.loc["vdem", "embedded"] and not held.loc["rsf_press_freedom", "embedded"]
    assert held.loc["vdem", "tables"].split(", ") == list(TABLES["vdem"])
    assert (ogp.datasets().loc[held["embedded"].to_numpy(), "licence"] != "").all()


def test_indicators_are_found_by_what_they_ask_in_both_languages():
    english = ogp.indicators("surveillance")
    use_language("es")
    spanish = ogp.indicators("vigilancia")
    use_language("en")
    assert english["id"].tolist() == spanish["id"].tolist() != []
    assert english["name"].tolist() != spanish["name"].tolist()
    assert ogp.indicators("weather").empty and len(ogp.indicators()) > 50


@pytest.mark.parametrize(
    ("asked", "kind", "fault"),
    [
        (("vdm",), UnknownName, "dataset 'vdm': is not in the catalogue. Did you mean vdem?"),
        (("zzz",), UnknownName, "ogp.datasets\\(\\) lists them"),
        (("vdem", "intervals"), UnknownName, "dataset 'vdem': has no table 'intervals'. Use v14 or v15 or v12"),
        (("rsf_press_freedom",), UnknownName, "It is in the full edition only: ogp-analysis fetch rsf"),
        (
            ("vdem", "v14", "embedded", ["v2xcs_csi"]),
            ParameterError,
            "has no column 'v2xcs_csi'. Did you mean v2xcs_cc",
        ),
    ],
)
def test_what_is_not_there_is_refused_with_what_is_near(asked, kind, fault):
    with pytest.raises(OgpAnalysisError, match=fault) as refused:
        ogp.load(*asked)
    assert type(refused.value) is kind
