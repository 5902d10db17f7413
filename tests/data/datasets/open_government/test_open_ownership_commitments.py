from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.open_government.open_ownership_commitments import DATASET, clean
from tests.data.datasets.plain_rows import plain

COMMITMENTS, COUNTRIES = DATASET.inputs


def commitment(**values):
    return plain("open_ownership_commitments") | values


def tracked(**values):
    return plain("open_ownership_countries") | values


def test_a_commitment(made):
    table = cleaned(DATASET, [(COMMITMENTS, made([commitment()]))]).tables["commitments"]
    row = table.iloc[0]
    assert (row["commitment"], row["iso3"], row["n_units"], row["commitment_type"]) == ("oo-0002", "MEX", 1, "ogp")
    assert (row["central_register"], row["public_register"], row["all_sectors"]) == (True, False, True)
    assert (row["date"], row["last_edited"]) == (pd.Timestamp("2019-12-11"), pd.Timestamp("2023-04-05"))


def test_a_group_of_territories_stays_one_commitment(made):
    table = clean(made([commitment(country="Bermuda; Anguilla", iso2="BM; AI")]), COMMITMENTS).tables["commitments"]
    assert table[["iso3", "n_units"]].to_numpy().tolist() == [["BMU | AIA", 2]]


def test_without_type_and_date_both_are_missing(made):
    table = cleaned(DATASET, [(COMMITMENTS, made([commitment(commitment_type="", date="")]))]).tables["commitments"]
    assert table[["commitment_type", "date"]].isna().all(axis=None)


@pytest.mark.parametrize("wrong", [{"iso2": "MZ"}, {"date": "2019-12"}])
def test_a_code_of_another_country_and_a_date_that_is_no_day_raise(made, wrong):
    with pytest.raises(CleaningError):
        clean(made([commitment(**wrong)]), COMMITMENTS)


@pytest.mark.parametrize(
    ("cycle", "code", "first", "last"),
    [
        ("Yes: 2019-21", "plan", 2019, 2021),
        ("No Action Plan", "no_plan", None, None),
        ("Inactive", "inactive", None, None),
        ("Not OGP member", "not_member", None, None),
        ("", None, None, None),
    ],
)
def test_the_cycle_of_a_country(made, cycle, code, first, last):
    table = cleaned(DATASET, [(COUNTRIES, made([tracked(ogp_membership_nap_cycle=cycle)]))]).tables["countries"]
    row = table[["ogp_cycle", "plan_first_year", "plan_last_year"]].iloc[0]
    assert [None if pd.isna(value) else value for value in row] == [code, first, last]


def test_memberships_become_flags(made):
    row = cleaned(DATASET, [(COUNTRIES, made([tracked()]))]).tables["countries"].iloc[0]
    assert row[["in_ogp", "in_eiti", "in_eu", "in_oecd", "in_g20"]].tolist() == [True, False, False, True, True]


@pytest.mark.parametrize("text", ["OGP; NATO", "OGP; ", "OGP, EITI"])
def test_an_unknown_membership_raises(made, text):
    with pytest.raises(CleaningError, match="memberships"):
        clean(made([tracked(memberships=text)]), COUNTRIES)


def test_the_group_of_territories_has_a_code_but_no_country(made):
    group = tracked(country="United Kingdom Overseas Territories", iso2="", ogp_membership_nap_cycle="", memberships="")
    table = cleaned(DATASET, [(COUNTRIES, made([group, tracked()]))]).tables["countries"]
    assert table["unit"].tolist() == ["MEX", "UK_OT"]
    assert table["iso3"].isna().tolist() == [False, True]
