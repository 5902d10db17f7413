from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.paths import project
from ogp_analysis.data.cleaning import coding
from ogp_analysis.data.cleaning.dataset import cleaned, raw_chunks
from ogp_analysis.data.datasets.open_government import status_events
from ogp_analysis.open_government.response_policy import COLUMNS, OUTCOMES, response_policy_cases


def events(*rows):
    """Events given as ``iso3, date, code[, mechanism[, confidence]]``."""
    filled = [(*row, *("response_policy", None)[len(row) - 3 :]) for row in rows]
    frame = pd.DataFrame(filled, columns=["iso3", "date_text", "event_code", "mechanism", "confidence"], dtype="str")
    category = {event["code"]: event["category"] for event in status_events.CODING["event"]}
    return frame.assign(date=coding.first_day(frame["date_text"]), event_category=frame["event_code"].map(category))


OPENED = ("KEN", "2015-03-02", "response_policy_started")


def one(*rows) -> dict:
    (case,) = response_policy_cases(events(*rows)).to_dict("records")
    return {name: None if pd.isna(value) else value for name, value in case.items()}


def test_a_case_that_was_only_opened_is_undecided_and_dates_that_are_missing_stay_missing():
    case = one(OPENED)
    assert (case["iso3"], case["opened"], case["outcome"]) == ("KEN", "2015-03-02", "undecided")
    assert {name for name, value in case.items() if value is not None} == {"iso3", "opened", "outcome"}


def test_each_stage_has_the_first_date_of_its_events():
    case = one(
        OPENED,
        ("KEN", "2015-04-01", "response_policy_government_informed"),
        ("KEN", "2015-05-01", "response_policy_government_reply"),
        ("KEN", "2015-06-01", "response_policy_government_reply"),
        ("KEN", "2015-07-01", "response_policy_report"),
        ("KEN", "2015-08-01", "response_policy_stage_one"),
        ("KEN", "2016-08-01", "suspended"),
    )
    stages = ("government_informed", "government_replied", "report", "stage_one", "stage_two")
    assert [case[stage] for stage in stages] == [
        "2015-04-01",
        "2015-05-01",
        "2015-07-01",
        "2015-08-01",
        "2016-08-01",
    ]
    assert case["days_to_report"] == (date(2015, 7, 1) - date(2015, 3, 2)).days
    assert case["days_to_stage_two"] == (date(2016, 8, 1) - date(2015, 3, 2)).days
    assert case["closed"] is None and case["days_to_close"] is None


@pytest.mark.parametrize(
    ("code", "mechanism", "outcome", "closes"),
    [
        ("resumed", "national_process", "resumed", False),
        ("exit_withdrawn", "withdrawal", "withdrew", True),
        ("exit_removed", "response_policy", "removed", True),
        ("inactive", "response_policy", "inactive", False),
        ("suspended", "response_policy", "suspended", False),
        ("suspended_for_good", "response_policy", "suspended", True),
        ("response_policy_closed", "response_policy", "undecided", True),
    ],
)
def test_the_event_that_decides(code, mechanism, outcome, closes):
    case = one(OPENED, ("KEN", "2016-03-02", code, mechanism))
    assert case["outcome"] == outcome
    assert case["outcome_since"] == (None if outcome == "undecided" else "2016-03-02")
    assert (case["closed"], case["days_to_close"]) == (("2016-03-02", 366) if closes else (None, None))


def test_the_last_event_decides_and_the_outcome_counts_from_its_unbroken_series():
    case = one(
        OPENED,
        ("KEN", "2016-01-01", "inactive"),
        ("KEN", "2017-01-01", "inactive_extended"),
        ("KEN", "2018-01-01", "resumed", "national_process"),
        ("KEN", "2019-01-01", "inactive"),
        ("KEN", "2020-01-01", "inactive_extended"),
    )
    assert (case["outcome"], case["outcome_since"], case["stage_two"]) == ("inactive", "2019-01-01", "2016-01-01")


def test_what_belongs_to_another_procedure_counts_for_nothing():
    case = one(
        OPENED,
        ("KEN", "2016-01-01", "inactive", "procedural_review"),
        ("KEN", "2016-02-01", "core_group_left", "civil_society"),
    )
    assert (case["outcome"], case["stage_two"]) == ("undecided", None)


def test_an_unconfirmed_exit_decides_nothing_and_is_told_apart():
    case = one(
        OPENED,
        ("KEN", "2016-01-01", "suspended"),
        ("KEN", "2017-01-01", "exit_removed", "response_policy", "unconfirmed"),
    )
    assert (case["outcome"], case["closed"], case["exit_reported"]) == ("suspended", None, "2017-01-01")
    assert case["confidence"] is None


@pytest.mark.parametrize(("opened", "closed"), [("2015-03", "2016-03-02"), ("2015-03-02", "2016")])
def test_days_are_counted_between_days_only(opened, closed):
    case = one(("KEN", opened, "response_policy_started"), ("KEN", closed, "response_policy_closed"))
    assert (case["opened"], case["closed"], case["days_to_close"]) == (opened, closed, None)


def test_a_second_case_begins_with_its_own_opening():
    cases = response_policy_cases(
        events(
            OPENED,
            ("KEN", "2016-03-02", "response_policy_closed"),
            ("KEN", "2017-01-01", "resumed", "national_process"),
            ("KEN", "2018-03-02", "response_policy_started"),
            ("KEN", "2019-03-02", "inactive"),
        )
    )
    assert cases[["opened", "outcome", "closed"]].fillna("").to_numpy().tolist() == [
        ["2015-03-02", "undecided", "2016-03-02"],
        ["2018-03-02", "inactive", ""],
    ]


def test_events_of_the_day_of_closing_belong_to_the_case():
    case = one(
        OPENED,
        ("KEN", "2016-03-02", "response_policy_closed"),
        ("KEN", "2016-03-02", "suspended"),
    )
    assert case["outcome"] == "suspended"


def test_no_events_are_no_cases_with_the_same_columns():
    cases = response_policy_cases(events(OPENED).iloc[:0])
    assert list(cases.columns) == list(COLUMNS) and len(cases) == 0


def test_a_stage_without_an_opening_raises():
    with pytest.raises(
        ParameterError, match="1 countries have a stage of the Response Policy before a case was opened"
    ):
        response_policy_cases(events(("KEN", "2015-03-02", "response_policy_report")))


@pytest.fixture(scope="module")
def cases(mirror) -> pd.DataFrame:
    inputs = status_events.DATASET.inputs
    result = cleaned(status_events.DATASET, raw_chunks(inputs, lambda item: (mirror, project().raw)))
    return response_policy_cases(result.tables["events"])


def test_the_five_cases_that_were_found(cases):
    found = cases[["iso3", "opened", "outcome", "closed"]].fillna("").to_numpy().tolist()
    assert found == [
        ["AZE", "2015-03-02", "suspended", "2023-08-17"],
        ["GEO", "2023-05", "suspended", ""],
        ["HUN", "2015-07-08", "withdrew", "2016-12-06"],
        ["MEX", "2018-07-16", "resumed", "2019-12-12"],
        ["USA", "2025-03-21", "withdrew", "2026-01-15"],
    ]
    assert set(cases["outcome"]) <= set(OUTCOMES)


def test_their_stages_and_days(cases):
    case = cases.set_index("iso3")
    assert case["report"].fillna("").to_dict() == {
        "AZE": "2015-05-18",
        "GEO": "2024",
        "HUN": "2016-06-22",
        "MEX": "2019-05-02",
        "USA": "",
    }
    assert case["stage_two"].fillna("").tolist() == ["2016-05-04", "2024-10-14", "", "", ""]
    assert case.loc["GEO", "stage_one"] == "2024-05-06"
    days = {"AZE": (2023, 8, 17, 2015, 3, 2), "HUN": (2016, 12, 6, 2015, 7, 8), "MEX": (2019, 12, 12, 2018, 7, 16)}
    for iso3, (*end_and_start,) in days.items():
        assert case.loc[iso3, "days_to_close"] == (date(*end_and_start[:3]) - date(*end_and_start[3:])).days
    assert pd.isna(case.loc["GEO", "days_to_stage_two"]), "opened in a month, not on a day"
    assert case["exit_reported"].dropna().to_dict() == {"GEO": "2026-04-13"}
