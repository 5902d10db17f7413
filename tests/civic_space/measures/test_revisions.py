from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.words.catalogue import use_language
from ogp_analysis.civic_space.joining import unit_name
from ogp_analysis.civic_space.measures.catalogue import version_pairs
from ogp_analysis.civic_space.measures.revisions import Revisions, both_versions, revisions
from ogp_analysis.statistics.agreement import version_revision


@pytest.fixture(autouse=True)
def in_english():
    use_language("en")
    yield
    use_language("en")


def test_versions_of_a_series_are_paired_with_the_next(embedded):
    assert version_pairs(embedded.ids) == [
        ("v2x_freexp_altinf_v12", "v2x_freexp_altinf"), ("v2x_frassoc_thick_v12", "v2x_frassoc_thick"),
        ("v2x_civlib_v12", "v2x_civlib"), ("v2x_polyarchy", "v2x_polyarchy_v15"), ("v2x_libdem", "v2x_libdem_v15"),
        ("v2x_regime", "ert_regime")]  # fmt: skip


def test_two_versions_are_laid_beside_each_other_by_unit_with_the_new_bounds():
    both = both_versions("embedded", "v2x_polyarchy", "v2x_polyarchy_v15")
    assert list(both.columns) == ["unit", "year", "v2x_polyarchy", "v2x_polyarchy_v15", "low", "high"]
    assert (both["low"] <= both["v2x_polyarchy_v15"]).all() and (both["v2x_polyarchy_v15"] <= both["high"]).all()
    assert "PSG" in set(both["unit"]), "units without an ISO code have versions too"
    assert "low" not in both_versions("embedded", "v2x_civlib_v12", "v2x_civlib").columns


def test_revisions_are_named_by_series_version_and_unit():
    frame = pd.DataFrame({"unit": ["GAB", "PSG"], "year": 2023, "v2x_polyarchy": [0.3, 0.2],
                          "v2x_polyarchy_v15": [0.336, 0.2]})  # fmt: skip
    made = Revisions((version_revision(frame, "v2x_polyarchy", "v2x_polyarchy_v15"),))
    [row] = made.table().frame.to_dict("records")
    assert (row["indicator"], row["old"], row["new"], row["place"]) == ("Electoral democracy", "V-Dem 14", "V-Dem 15",
                                                                      "Gabon")  # fmt: skip
    assert (row["changed"], row["largest"], row["outside"]) == (1, 0.036, "not_published")
    assert "2023: units in both: 2; mean absolute difference: 0.018; largest: +0.036 (Gabon)" in str(made.text())
    assert unit_name("QQQ") == "QQQ"


def test_of_each_series_held_twice_the_last_year_and_all_years():
    rows = revisions(["v2x_polyarchy", "v2x_polyarchy_v15"], "embedded").frame
    assert rows["first"].tolist() == [2023, 2000] and rows["last"].tolist() == [2023, 2023]


def test_no_series_held_twice_is_said_and_has_no_table():
    none = revisions(["va_est"], "embedded")
    assert none.table() == () and "does not hold two versions" in str(none.text())
