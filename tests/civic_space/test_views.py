"""What a panel shows of an indicator: the values of a country, and spreads over countries that stay the same."""

from __future__ import annotations

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.civic_space.levels import COHORTS
from ogp_analysis.civic_space.panel import _fixed, _own, _quantiles

YEARS = [2015, 2016, 2017, 2018]


def frame(**values) -> pd.DataFrame:
    rows = [{"iso3": code, "year": year, "fiw_total": value, "ogp_ever": code in ("MEX", "KEN", "CHL"),
             "ogp_cohort": 2011 if code == "MEX" else 2012 if code == "KEN" else 2018 if code == "CHL" else None}
            for code, series in values.items() for year, value in zip(YEARS, series, strict=True)]  # fmt: skip
    return pd.DataFrame(rows)


FRAME = frame(MEX=[1.0, 2.0, 3.0, 4.0], KEN=[3.0, None, 5.0, 6.0], CHL=[5.0, 6.0, None, 8.0], CHN=[0.0, 0.0, 1.0, 1.0],
              USA=[9.0, 9.0, 9.0, 9.0])  # fmt: skip


def test_the_values_of_a_country_have_bounds_where_there_are_some():
    own = _own(FRAME, "fiw_total", "KEN", 2016)
    assert own["year"].tolist() == [2017, 2018] and own[["low", "sd"]].isna().all(axis=None)
    bounded = FRAME.assign(fiw_total_low=FRAME["fiw_total"] - 1, fiw_total_high=FRAME["fiw_total"] + 1)
    assert _own(bounded, "fiw_total", "MEX", 0)["low"].tolist() == [0.0, 1.0, 2.0, 3.0]


def test_a_fixed_set_and_its_cohorts():
    fixed = _fixed(FRAME, "fiw_total", 2015, 2018)
    assert set(fixed["unit"]) == {"MEX", "CHN", "USA"}
    assert dict(zip(fixed["unit"], fixed["cohort"], strict=True)) == {"MEX": "2011", "CHN": "never", "USA": "never"}
    assert _quantiles(FRAME, "fiw_total", 2015, 2018)["n"].tolist() == [3] * 4


def test_a_member_whose_letter_is_not_dated_is_not_among_those_that_never_joined():
    undated = FRAME.assign(ogp_ever=FRAME["ogp_ever"] | (FRAME["iso3"] == "USA"))
    fixed = _fixed(undated, "fiw_total", 2015, 2018)
    assert dict(zip(fixed["unit"], fixed["cohort"], strict=True)) == {"MEX": "2011", "CHN": "never", "USA": "undated"}
    assert ((fixed["cohort"] == "never") == (fixed["ogp"] == "never")).all()


def test_every_year_of_joining_has_its_cohort():
    years = pd.DataFrame({"ogp_cohort": pd.array([2011, 2012, 2013, 2014, None, None], dtype="Int64"),
                          "ogp_ever": [True, True, True, True, True, False]})  # fmt: skip
    rows = years.assign(iso3=["MEX", "KEN", "GHA", "FRA", "BEN", "CHN"], year=2018, fiw_total=1.0)
    cohorts = _fixed(rows, "fiw_total", 2018, 2018)["cohort"].tolist()
    assert cohorts == ["2011", "2012_2013", "2012_2013", "later", "undated", "never"]
    assert set(cohorts) == set(COHORTS)


@pytest.mark.parametrize(("first", "members", "never"), [(2000, 87, 87), (2013, 87, 88)])
def test_cohorts_of_members_sum_to_the_members_and_benin_and_zambia_are_among_them(first, members, never):
    fixed = ogp.panel(["v2xcs_ccsi"], first, 2023).fixed("v2xcs_ccsi")
    last = fixed[fixed["year"] == 2023].set_index("unit")
    assert set(last.index[last["cohort"] == "undated"]) == {"BEN", "ZMB"}
    assert (last["ogp"] == "ever").sum() == (last["cohort"] != "never").sum() == members
    assert (last["cohort"] == "never").sum() == never
