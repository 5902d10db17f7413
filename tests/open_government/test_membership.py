from __future__ import annotations

import datetime

import pandas as pd
import pytest

from ogp_analysis.base.errors import ParameterError, UnknownName
from ogp_analysis.open_government.membership import (
    STATUSES,
    PlanInForce,
    Status,
    country_year_status,
    ever_member,
    plan_in_force,
    status_on,
)


def _spell(iso3, status, start, end="", confidence="high", verified_to="2024", exit_reported=None):
    return {
        "iso3": iso3,
        "status": status,
        "start": pd.Timestamp(start),
        "end": pd.Timestamp(end) if end else pd.NaT,
        "confidence": confidence,
        "verified_to": verified_to,
        "exit_reported": exit_reported,
    }


@pytest.fixture
def spells():
    """A member, one with an interruption, one that left, one suspended with an unconfirmed exit, one undated."""
    rows = [
        _spell("AAA", "participating", "2011-09-20"),
        _spell("BBB", "participating", "2012-01-01", "2017-06-29"),
        _spell("BBB", "inactive", "2017-06-29", "2018-11-20", "medium"),
        _spell("BBB", "participating", "2018-11-20"),
        _spell("CCC", "participating", "2012-01-01", "2016-12-07", verified_to="2016-12-07"),
        _spell("CCC", "left", "2016-12-07", verified_to="2016-12-07"),
        _spell("DDD", "participating", "2011-09-20", "2022-10-14", verified_to="2022-10-14"),
        _spell("DDD", "suspended", "2022-10-14", verified_to="2022-10-14", exit_reported="2023-04-13"),
        _spell("EEE", "participating", "2024-04-30", confidence="not_verified", verified_to="2024-04"),
    ]
    return pd.DataFrame(rows).astype({"start": "datetime64[us]", "end": "datetime64[us]"})


@pytest.fixture
def countries():
    rows = [
        ("AAA", 2011, 2012, None, None, "2024"),
        ("BBB", 2012, 2013, None, None, "2024"),
        ("CCC", 2012, None, "2016-12-07", "high", "2016-12-07"),
        ("DDD", 2011, 2012, "2023-04-13", "unconfirmed", "2022-10-14"),
        ("EEE", None, None, None, None, "2024-04"),
    ]
    columns = ["iso3", "joined_letter_year", "joined_formal_year", "left", "exit_confidence", "status_verified_to"]
    frame = pd.DataFrame(rows, columns=columns).assign(country=lambda f: "Country " + f["iso3"])
    texts = ["left", "exit_confidence", "status_verified_to"]
    return frame.astype({"joined_letter_year": "Int64", "joined_formal_year": "Int64", **dict.fromkeys(texts, "str")})


# --- one country, one day ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "status", "since"),
    [
        ("2011-12-31", "not_yet_member", None),
        ("2012-01-01", "participating", "2012-01-01"),
        ("2017-06-28", "participating", "2012-01-01"),
        ("2017-06-29", "inactive", "2017-06-29"),
        ("2018-11-19", "inactive", "2017-06-29"),
        ("2018-11-20", "participating", "2018-11-20"),
        ("2030-01-01", "participating", "2018-11-20"),
    ],
)
def test_a_day_lies_in_exactly_one_spell(spells, date, status, since):
    found = status_on(spells, "BBB", date)
    assert found.status == status
    assert found.since == (datetime.date.fromisoformat(since) if since else None)


def test_a_status_carries_confidence_and_how_far_it_is_verified(spells):
    assert status_on(spells, "BBB", "2018-01-01") == Status(
        "BBB", "inactive", datetime.date(2017, 6, 29), "medium", "2024"
    )


def test_who_left_has_left_and_was_never_a_never_member(spells):
    assert status_on(spells, "CCC", "2020-01-01").status == "left"


def test_a_country_without_spells_never_was_a_member(spells):
    assert status_on(spells, "ZZZ", "2020-01-01") == Status("ZZZ", "never_member")


def test_an_unconfirmed_exit_is_told_from_its_date_on_and_changes_nothing(spells):
    before, after = status_on(spells, "DDD", "2023-04-12"), status_on(spells, "DDD", "2023-04-13")
    assert (before.status, after.status) == ("suspended", "suspended")
    assert (before.exit_reported, after.exit_reported) == (None, "2023-04-13")


@pytest.mark.parametrize("date", ["2017", "2017-07", "2017-02-30", "July 2017", 2017, None, pd.NaT])
def test_what_is_no_day_is_refused(spells, date):
    with pytest.raises(ParameterError, match="is not a day"):
        status_on(spells, "BBB", date)


@pytest.mark.parametrize("iso3", ["mex", "MX", "MXJL", "", None])
def test_what_is_no_country_code_is_refused(spells, iso3):
    with pytest.raises(UnknownName, match="alpha-3"):
        status_on(spells, iso3, "2020-01-01")


# --- joining -----------------------------------------------------------------------------------


def test_ever_members_are_all_who_ever_joined(countries):
    assert ever_member(countries) == frozenset({"AAA", "BBB", "CCC", "DDD", "EEE"})


def test_an_unknown_concept_is_refused(countries, spells):
    with pytest.raises(ParameterError, match="'membership' is not a concept of joining"):
        country_year_status(countries, spells, 2011, 2012, concept="membership")


# --- country and year ----------------------------------------------------------------------------


def test_one_row_a_country_and_year_sorted(countries, spells):
    frame = country_year_status(countries, spells, 2010, 2020)
    assert len(frame) == 5 * 11
    assert not frame.duplicated(["iso3", "year"]).any()
    assert frame[["iso3", "year"]].equals(frame[["iso3", "year"]].sort_values(["iso3", "year"], ignore_index=True))


def test_the_year_s_status_is_that_of_31_december(countries, spells):
    frame = country_year_status(countries, spells, 2010, 2024, others=["ZZZ"])
    for row in frame.itertuples():
        assert row.ogp_status == status_on(spells, row.iso3, f"{row.year}-12-31").status, row
    wide = frame.pivot(index="iso3", columns="year", values="ogp_status")
    assert wide.loc["BBB", [2011, 2012, 2017, 2018]].tolist() == [
        "not_yet_member",
        "participating",
        "inactive",
        "participating",
    ]
    assert wide.loc["CCC", [2015, 2016]].tolist() == ["participating", "left"]


def test_a_spell_that_starts_on_31_december_counts_for_that_year(countries, spells):
    spells.loc[spells["status"] == "left", "start"] = pd.Timestamp("2016-12-31")
    spells.loc[(spells["iso3"] == "CCC") & spells["end"].notna(), "end"] = pd.Timestamp("2016-12-31")
    frame = country_year_status(countries, spells, 2016, 2016).set_index("iso3")
    assert frame.loc["CCC", "ogp_status"] == "left"


def test_ever_joined_countries_are_never_never_members(countries, spells):
    frame = country_year_status(countries, spells, 2005, 2024, others=["AAA", "ZZZ"])
    members = frame[frame["iso3"] != "ZZZ"]
    assert members["ogp_ever"].all()
    assert "never_member" not in set(members["ogp_status"])
    other = frame[frame["iso3"] == "ZZZ"]
    assert not other["ogp_ever"].any()
    assert set(other["ogp_status"]) == {"never_member"}
    assert other[["ogp_years", "ogp_cohort", "ogp_status_verified"]].isna().all(axis=None)


def test_verified_is_what_evidence_of_that_year_or_later_or_an_exit_supports(countries, spells):
    wide = country_year_status(countries, spells, 2015, 2026).pivot(
        index="iso3", columns="year", values="ogp_status_verified"
    )
    assert wide.loc["AAA", [2015, 2024, 2025]].tolist() == [True, True, False]
    assert wide.loc["CCC", [2015, 2016, 2026]].tolist() == [True, True, True], "the exit is certain"
    assert wide.loc["DDD", [2022, 2023, 2026]].tolist() == [True, False, False], "the exit is unconfirmed"


def test_years_the_wrong_way_round_are_refused(countries, spells):
    with pytest.raises(ParameterError, match="2012 is after last_year, 2011"):
        country_year_status(countries, spells, 2012, 2011)


# --- action plans --------------------------------------------------------------------------------


@pytest.fixture
def plans():
    columns = ["unit", "plan_number", "plan_id", "year_of_submission", "end_year"]
    rows = [
        ("AAA", 1, None, 2012, None),
        ("AAA", 2, "AP_AAA02", 2014, 2016),
        ("AAA", 3, "AP_AAA03", 2016, 2018),
        ("AAXX", 1, "AP_AAXX01", 2018, 2020),
    ]
    return pd.DataFrame(rows, columns=columns).astype({"end_year": "Int64", "plan_id": "str"})


def test_the_later_plan_holds_where_terms_overlap(plans):
    assert plan_in_force(plans, "AAA", "2015-06-01") == PlanInForce("AAA", 2, "AP_AAA02", 2014, 2016, False)
    assert plan_in_force(plans, "AAA", "2016-01-01").number == 3


def test_an_unknown_end_is_two_years_on_and_said_to_be_assumed(plans):
    assert plan_in_force(plans, "AAA", "2013-06-01") == PlanInForce("AAA", 1, None, 2012, 2014, True)
    alone = plans[plans["plan_number"] == 1]
    assert plan_in_force(alone, "AAA", "2014-12-31").number == 1
    assert plan_in_force(alone, "AAA", "2015-01-01") is None


# --- the published tables --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(mirror):
    from ogp_analysis.data.cleaning.catalog import dataset
    from ogp_analysis.data.cleaning.dataset import cleaned
    from ogp_analysis.data.cleaning.record import FILE, LINE

    tables = {}
    for name in ("ogp_membership", "ogp_action_plans"):
        declared = dataset(name)
        parts = []
        for item in declared.inputs:
            path = mirror / item.source / item.version / item.files
            frame = pd.read_csv(path, dtype=str, keep_default_na=False)
            parts.append((item, frame.assign(**{FILE: item.files, LINE: range(2, len(frame) + 2)})))
        tables |= cleaned(declared, parts).tables
    return tables


@pytest.mark.parametrize(
    ("iso3", "date", "status"),
    [
        ("MEX", "2024-12-31", "participating"),
        ("RUS", "2013-05-16", "participating"),
        ("RUS", "2013-05-17", "left"),
        ("AZE", "2016-05-03", "participating"),
        ("AZE", "2020-01-01", "inactive"),
        ("AZE", "2024-01-01", "suspended"),
        ("HUN", "2016-12-05", "participating"),
        ("HUN", "2020-01-01", "left"),
        ("TUR", "2017-01-01", "inactive"),
        ("TUR", "2018-01-01", "left"),
        ("TZA", "2018-01-01", "left"),
        ("MNE", "2018-01-01", "inactive"),
        ("MNE", "2019-01-01", "participating"),
        ("LKA", "2024-12-31", "inactive"),
        ("LKA", "2025-12-31", "left"),
        ("GEO", "2024-12-31", "suspended"),
        ("USA", "2025-12-31", "participating"),
        ("USA", "2026-12-31", "left"),
        ("BEL", "2016-12-31", "never_member"),
    ],
)
def test_known_statuses(published, iso3, date, status):
    assert status_on(published["spells"], iso3, date).status == status


def test_georgia_carries_the_report_of_its_exit(published):
    found = status_on(published["spells"], "GEO", "2026-05-01")
    assert (found.status, found.since, found.exit_reported) == ("suspended", datetime.date(2024, 10, 14), "2026-04-13")


def test_the_survivors_of_2019_and_the_leavers_are_ever_members(published):
    # HUN, TUR, TZA and RUS are coded "never joined" in the participation panel of 2019 (survivors only).
    assert {"HUN", "TUR", "TZA", "RUS", "TTO", "AZE"} <= ever_member(published["countries"])
    frame = country_year_status(published["countries"], published["spells"], 2009, 2026)
    assert len(frame) == 87 * 18
    assert frame["ogp_ever"].all()
    assert set(frame["ogp_status"]) == set(STATUSES) - {"never_member"}
    at_2019 = frame[frame["year"] == 2019].set_index("iso3")["ogp_status"]
    assert at_2019[at_2019 == "left"].index.tolist() == ["HUN", "RUS", "TTO", "TUR", "TZA"]
