from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from ogp_analysis.errors import ModelError
from ogp_analysis.models.interval_change import standardised_difference, standardised_differences
from ogp_analysis.models.multiple import benjamini_hochberg

Q68 = norm.ppf(0.84)


def symmetric(first: float, last: float, half_first: float, half_last: float, **options):
    return standardised_difference(
        first, first - half_first, first + half_first, last, last - half_last, last + half_last, **options
    )


@pytest.mark.parametrize(
    ("level", "z", "p"),
    [
        # Goldstein and Healy (1995, JRSS A 158, 175–177): bars of ±1.39 standard errors, about 83 %, touch at p = .05.
        (0.8342, 1.96, 0.05),
        # Schenker and Gentleman (2001): two 95 % intervals with equal standard errors touch at p = .0056.
        (0.95, 2.772, 0.0056),
        # V-Dem's bounds.
        (0.68, 1.406, 0.16),
    ],
)
def test_intervals_that_just_touch_have_the_published_p_value(level, z, p):
    found = symmetric(0, 2, 1, 1, level=level)
    assert found.intervals == "overlap"
    assert found.z_independent == pytest.approx(z, abs=0.002)
    assert found.p_value == pytest.approx(p, abs=0.0005)
    assert symmetric(0, 2.001, 1, 1, level=level).intervals == "apart"


def test_counts_on_the_published_bounds(mirror):
    """V-Dem v15, electoral democracy, 2014–2024: 62 of 179 changes have intervals apart, 48 of them falls."""
    columns = ["country_text_id", "year", "v2x_polyarchy", "v2x_polyarchy_codelow", "v2x_polyarchy_codehigh"]
    file = mirror / "vdem" / "15-indices" / "vdem_v15_indices_intervals_1990_2024.csv"
    frame = pd.read_csv(file, keep_default_na=False, na_values={c: [""] for c in columns[2:]}, usecols=columns)
    frame = frame[columns].set_axis(["term", "year", "value", "low", "high"], axis=1)
    found = standardised_differences(frame, 2014, 2024, "countries")
    table = found.table()
    apart = table[table["intervals"] == "apart"]
    assert (found.family.n, len(apart), (apart["difference"] < 0).sum()) == (179, 62, 48)
    assert (apart["z_independent"].abs() < 1.96).sum() == 12
    assert apart["z_independent"].abs().min() == pytest.approx(1.40, abs=0.005)
    assert found["MEX"].intervals == "overlap"


def test_the_side_that_faces_the_other_value_counts():
    fell = standardised_difference(0.6, 0.5, 0.8, 0.4, 0.1, 0.45)
    assert fell.std_error_first == pytest.approx(0.1 / Q68) and fell.std_error_last == pytest.approx(0.05 / Q68)
    rose = standardised_difference(0.4, 0.1, 0.45, 0.6, 0.5, 0.8)
    assert rose.std_error_first == pytest.approx(0.05 / Q68) and rose.std_error_last == pytest.approx(0.1 / Q68)
    assert rose.z_independent == pytest.approx(-fell.z_independent)


def test_equal_values_have_z_zero_and_the_mean_of_both_sides():
    found = standardised_difference(0.5, 0.4, 0.7, 0.5, 0.45, 0.6)
    assert (found.difference, found.z_independent, found.z_correlated, found.p_value) == (0.0, 0.0, 0.0, 1.0)
    assert found.std_error_first == pytest.approx(0.15 / Q68)


def test_against_a_direct_computation():
    draw = np.random.default_rng(17)
    for _ in range(200):
        a, b = draw.uniform(0.3, 0.7, 2)
        la, ha, lb, hb = draw.uniform(0.01, 0.2, 4)
        found = standardised_difference(a, a - la, a + ha, b, b - lb, b + hb, level=0.68)
        se1, se2 = np.array([ha, lb] if b > a else [la, hb]) / Q68
        z = (b - a) / np.sqrt(se1**2 + se2**2)
        assert found.z_independent == pytest.approx(z)
        assert found.z_correlated == pytest.approx((b - a) / abs(se1 - se2), rel=1e-6)
        assert found.p_value == pytest.approx(math.erfc(abs(z) / math.sqrt(2)))
        assert abs(found.z_correlated) >= abs(found.z_independent)
        assert (found.intervals == "apart") == (max(a - la, b - lb) > min(a + ha, b + hb))
        assert found["difference"].low < found.difference < found["difference"].high


def test_equal_errors_leave_the_correlated_view_undefined_not_infinite():
    # As floats the two half-widths differ in the last bit; as published both are .098.
    assert 0.5 - 0.402 != 0.38 - 0.282
    found = standardised_difference(0.5, 0.402, 0.6, 0.282, 0.2, 0.38)
    assert found.z_correlated is None and found.note == "correlated_undefined"
    assert found.z_independent == pytest.approx(-0.218 / (0.098 / Q68 * math.sqrt(2)))
    assert np.isnan(found_table(found)["z_correlated"])


def found_table(found) -> pd.Series:
    rows = [("x", 1, *vars(found.first).values()), ("x", 2, *vars(found.last).values())]
    frame = pd.DataFrame(rows, columns=["term", "year", "value", "low", "high"])
    return standardised_differences(frame, 1, 2, "one").table().iloc[0]


def test_bounds_without_width_give_no_z():
    found = symmetric(0.5, 0.6, 0, 0)
    assert (found.note, found.z_independent, found.z_correlated, found.p_value) == ("no_width", None, None, None)
    assert found.difference == 0.1 and found.intervals == "apart" and found.low is None


def test_what_is_missing_is_said():
    bare = standardised_difference(0.5, None, None, 0.4, float("nan"), 0.6)
    assert (bare.note, bare.difference, bare.z_independent, bare.intervals) == ("no_bounds", -0.1, None, None)
    gone = standardised_difference(None, None, None, 0.4, 0.3, 0.5)
    assert (gone.note, gone.difference, gone.n, gone.p_value) == ("not_observed", None, 1, None)


def test_faults_are_named():
    with pytest.raises(ModelError, match=r"polyarchy.*outside its bounds"):
        standardised_difference(0.5, 0.6, 0.7, 0.4, 0.3, 0.5, term="polyarchy")
    with pytest.raises(ModelError, match="outside"):
        standardised_difference(0.5, None, 0.4, 0.4, 0.3, 0.5)
    with pytest.raises(ModelError, match="level"):
        symmetric(0.5, 0.6, 0.1, 0.1, level=68)
    with pytest.raises(ModelError, match="level"):
        symmetric(0.5, 0.6, 0.1, 0.1, confidence=95)


def indicators() -> pd.DataFrame:
    rows = [
        ("b", 2014, 0.5, 0.45, 0.56), ("b", 2024, 0.3, 0.25, 0.34),
        ("a", 2014, 0.5, 0.4, 0.6), ("a", 2024, 0.45, 0.35, 0.52),
        ("c", 2014, 0.5, 0.4, 0.6),
        ("d", 2014, 0.5, None, None), ("d", 2024, 0.4, None, None),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["term", "year", "value", "low", "high"])


def test_a_family_has_q_values_over_what_has_a_p_value():
    found = standardised_differences(indicators(), 2014, 2024, "indices of one country")
    assert [d.term for d in found.differences] == ["a", "b", "c", "d"]
    assert (found.family.n, found.family.missing, found.family.name) == (2, 2, "indices of one country")
    p_values = {t: found[t].p_value for t in "ab"}
    expected = benjamini_hochberg(p_values, "f")
    table = found.table().set_index("term")
    assert table["q_value"].dropna().to_dict() == {t: expected[t] for t in "ab"}
    assert table.loc["c", "note"] == "not_observed" and table.loc["d", "note"] == "no_bounds"
    assert table.loc["d", "difference"] == -0.1
    assert found == standardised_differences(indicators().iloc[::-1], 2014, 2024, "indices of one country")


def test_family_faults_are_named():
    with pytest.raises(ModelError, match="no term 'z'"):
        standardised_differences(indicators(), 2014, 2024, "f")["z"]
    with pytest.raises(ModelError, match="from 2024 to 2014"):
        standardised_differences(indicators(), 2024, 2014, "f")
    with pytest.raises(ModelError, match="absent, 'low'"):
        standardised_differences(indicators().drop(columns="low"), 2014, 2024, "f")


def test_intervals_cover_and_the_two_views_hold_in_simulation():
    """No true change. Independent errors: p is uniform, the interval covers. Shared error: z_correlated has sd 1."""
    draw, se1, se2 = np.random.default_rng(19), 0.06, 0.04
    p_values, covered, shared = [], [], []
    for e1, e2 in draw.normal(size=(3000, 2)):
        found = symmetric(0.5 + se1 * e1, 0.5 + se2 * e2, se1 * Q68, se2 * Q68)
        p_values.append(found.p_value)
        covered.append(found["difference"].low <= 0 <= found["difference"].high)
        both = symmetric(0.5 + se1 * e1, 0.5 + se2 * e1, se1 * Q68, se2 * Q68)
        shared.append(both.z_correlated)
    assert 0.935 < np.mean(covered) < 0.965
    assert np.mean(np.array(p_values) < 0.16) == pytest.approx(0.16, abs=0.02)
    assert np.std(shared) == pytest.approx(1, abs=0.04)
