"""Joiners and never-members: who is compared with whom, who is left out, and how alike they were."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import ParameterError
from ogp_analysis.civic_space import breaks
from ogp_analysis.civic_space import joiners as module
from ogp_analysis.civic_space.joiners import Joiners, joiners
from ogp_analysis.data.store.hand_out import load
from ogp_analysis.statistics.did import did


@pytest.fixture(scope="module")
def sample() -> Joiners:
    return joiners("v2xcs_ccsi")


def codes(sample: Joiners, group: str) -> set[str]:
    return set(sample.countries.index[sample.countries["group"] == group])


def test_groups_are_those_of_the_table_of_members(sample):
    members = load("ogp_membership", "countries").set_index("iso3")["joined_letter_year"]
    assert codes(sample, "joined") == set(members.index[members.lt(2017).fillna(False)])
    assert codes(sample, "values_check") == set(members.index[members.ge(2017).fillna(False)])
    assert not codes(sample, "never") & set(members.index)
    assert sample.frame.groupby("iso3")["cohort"].nunique().max() == 1
    assert (sample.first_year, sample.last_year) == (2003, 2023)
    assert sample.frame.groupby("iso3").size().eq(21).all() and sample.frame["v2xcs_ccsi"].notna().all()


def test_who_left_while_it_closed_stays_a_joiner(sample):
    assert {"HUN", "TUR", "TZA", "RUS", "AZE", "TTO"} <= codes(sample, "joined")
    statuses = sample.frame[sample.frame["iso3"].isin(codes(sample, "joined"))]
    ever = statuses[statuses["status"].isin(["inactive", "suspended", "left"])]["iso3"].nunique()
    assert sample.gone == ever == 14


def test_who_is_left_out_is_named_with_its_reason(sample):
    assert sample.left_out.to_dict("split")["data"] == [["BEN", "undated"], ["SSD", "no_value"], ["ZMB", "undated"]]
    said = [str(one.plain()) for one in sample.text()]
    assert said[2:] == [
        "Left out: 1 country without a value in every year from 2003 to 2023.",
        "Left out: 2 members whose letter of intent is not dated to a year (Benin, Zambia).",
    ]


def test_common_support_cuts_off_below_the_lowest_twentieth_of_joiners(sample):
    now = sample.countries
    joined, never = now[now["group"] == "joined"], now[now["group"] == "never"]
    least = {name: np.quantile(joined[name], 0.05) for name in ("level", "openness")}
    expected = [code for code, one in never.iterrows() if all(one[name] >= least[name] for name in least)]
    assert sorted(never.index[never["supported"]]) == expected and len(expected) == 42
    assert now.loc[now["group"] != "never", "supported"].all()
    said = [one.plain() for one in sample.text()]
    assert said[0].startswith("In 2010 electoral democracy was 0.5 or higher in 25 of the 87 countries")
    assert "no lower than the lowest 5% of joiners" in said[1] and "in 61 of the 76 joiners" in said[0]
    assert "11 of the 76 joiners had a higher outcome than any of those never-members" in said[1]


def test_balance_is_in_standard_deviations(sample):
    frame = sample.balance().set_index("measure")
    now = sample.countries
    joined, never = (now.loc[now["group"] == group, "openness"] for group in ("joined", "never"))
    apart = (joined.mean() - never.mean()) / ((joined.std() ** 2 + never.std() ** 2) / 2) ** 0.5
    assert frame.loc["openness", "apart"] == pytest.approx(apart)
    assert frame["apart_supported"].abs().lt(frame["apart"]).all()
    assert frame.loc["income", "joined"] == pytest.approx(now.loc[now["group"] == "joined", "income"].mean())
    table = sample.table()
    decimals = {name: (one.unit, one.decimals, one.signed) for name, one in table.headings.items() if one.unit}
    assert decimals == dict.fromkeys(["joined", "never", "supported"], ("index", 3, False)) | dict.fromkeys(
        ["apart", "apart_supported"], ("index", 2, True)
    )
    assert table.stated == {"year": 2010, "joiners": 76, "never": 87, "supported": 42}


def test_a_specification_is_that_of_the_estimator(sample):
    joined, never = codes(sample, "joined"), codes(sample, "never")
    alike = set(sample.countries.index[sample.countries["supported"]]) & never
    about = {"outcome": "v2xcs_ccsi", "unit": "iso3", "time": "year", "cohort": "cohort", "draws": 0}

    def rows(of: set[str]) -> pd.DataFrame:
        return sample.frame[sample.frame["iso3"].isin(of)]

    for controls, others, control in (("never", never, "never"), ("common_support", alike, "never"),
                                      ("not_yet", never, "not_yet")):  # fmt: skip
        direct = did(rows(joined | others), control=control, covariates=["level"], anticipation=1, **about)
        own = sample.fitted(controls, "level", 1)
        assert own["ATT"] == direct["ATT"] and own.control == control
    weighted = sample.fitted("never", "level", group="values_check")
    direct = did(rows(codes(sample, "values_check") | never), control="never", estimator="regression",
                 covariates=["level"], **about)  # fmt: skip
    assert weighted["ATT"] == direct["ATT"]
    assert sample.fitted("never", "none", method="sun_abraham")["ATT"].estimate == pytest.approx(
        sample.fitted("never", "none")["ATT"].estimate
    )


def test_a_regression_holds_the_base_year_equal_by_an_effect_in_each_year(sample):
    """By hand: an effect of the level in each year, and a dummy for each country and year."""
    keep = (sample.frame["group"] == "never") & sample.frame["supported"] | (sample.frame["group"] == "joined")
    frame = sample.frame[keep]
    cohort = frame["cohort"].to_numpy(float, na_value=np.inf)
    columns = [(frame["year"].to_numpy() >= cohort).astype(float)]
    columns += [frame["level"].to_numpy() * (frame["year"] == year).to_numpy() for year in range(2004, 2024)]
    design = np.column_stack([*columns, pd.get_dummies(frame["iso3"], dtype=float),
                              pd.get_dummies(frame["year"], dtype=float).iloc[:, 1:]])  # fmt: skip
    by_hand = np.linalg.lstsq(design, frame["v2xcs_ccsi"].to_numpy(), rcond=None)[0][0]
    assert sample.fitted("common_support", "level", method="two_way")["ATT"].estimate == pytest.approx(by_hand)


def test_without_a_cohort_all_others_remain(sample):
    rest = sample.without(2011)
    assert len(rest.countries) == len(sample.countries) - 49
    assert codes(rest, "never") == codes(sample, "never")


def test_every_country_compared_is_listed(sample):
    listed = sample.listed()
    frame = listed.frame
    assert [listed.headings[name].decimals for name in ("level", "openness")] == [3, 3]
    assert listed.caption.endswith("their values of 2010: Core civil society, and electoral democracy.")
    assert (frame["group"].iloc[0], frame["cohort"].iloc[0]) == ("joiner", 2011)
    assert len(frame) == len(sample.countries) == 172
    never = frame[frame["group"] == "never joined"]
    assert never["cohort"].eq("not_applicable").all() and never["supported"].sum() == 42
    assert frame.loc[frame["group"] == "joiner", "supported"].eq("not_applicable").all()


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("v2x_regime", "outcome: v2x_regime does not measure on a scale from less to more free. Choose an index"),
        ("gdp_pc", "outcome: gdp_pc does not measure on a scale"),
        ("fiw_total", "outcome: the values of fiw_total may be drawn but not passed on"),
        ("v2x_civlib_v12", "outcome: v2x_civlib_v12 has values from 2012 to 2021. Choose one with values from 2008 or"),
    ],
)
def test_an_outcome_that_cannot_be_compared_is_refused_in_a_sentence(outcome, said):
    with pytest.raises(ParameterError) as fault:
        joiners(outcome)
    assert str(fault.value).startswith(said)


@pytest.mark.parametrize(("first", "refused"), [(module.BASELINE + 1 - module.LEAST_LEADS, False), (2009, True)])
def test_an_outcome_begins_as_many_years_before_the_first_joiners_as_leads_are_looked_at(first, refused, monkeypatch):
    began = replace(module.with_distances("v2xcs_ccsi"), first_year=first)
    monkeypatch.setattr(module, "with_distances", lambda outcome: began)
    if refused:
        with pytest.raises(ParameterError, match="v2xcs_ccsi has values from 2009 to"):
            joiners("v2xcs_ccsi")
    else:
        assert joiners("v2xcs_ccsi").frame["year"].min() == first


def test_an_outcome_with_a_break_is_refused(monkeypatch):
    crossed = type("Crossed", (), {"year": 2015, "code": "method"})
    monkeypatch.setattr(
        breaks, "between", lambda one, iso3, first, last: crossed if (first, last) == (2003, 2023) else None
    )
    with pytest.raises(ParameterError, match="has a break in 2015"):
        joiners("v2xcs_ccsi")


def test_an_edition_without_a_measure_that_is_held_equal_is_refused(monkeypatch):
    read = module.panel
    monkeypatch.setattr(module, "panel", lambda *asked: replace(read(*asked), absent=("gdp_pc",)))
    with pytest.raises(ParameterError) as fault:
        joiners("v2xcs_ccsi")
    assert str(fault.value).startswith("outcome: the embedded edition does not hold 'gdp_pc'. Choose another outcome")
