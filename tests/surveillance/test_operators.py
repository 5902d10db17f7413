"""Governments documented with spyware: denominators, what would level the shares, paths, members, purchases abroad."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.countries import country
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import DisclosureError, ParameterError
from ogp_analysis.base.words.sentence import Sentence
from ogp_analysis.data.store import hand_out
from ogp_analysis.surveillance import members
from ogp_analysis.surveillance.figures import operators as figures
from ogp_analysis.surveillance.operators import REGIMES, Listed


@pytest.fixture(scope="module")
def found():
    return ogp.surveillance.operators()


@pytest.fixture(scope="module")
def around(found):
    return found.around()


@pytest.fixture(scope="module")
def records(found):
    return found.members()


@pytest.fixture(params=["en", "es"])
def spoken(request):
    ogp.use_language(request.param)
    yield request.param
    ogp.use_language("en")


def values(parts, key: str) -> dict:
    """The numbers of the one sentence with a key, by name."""
    (said,) = [part for part in parts if isinstance(part, Sentence) and part.key == key]
    return {name: getattr(value, "value", value) for name, value in said.values.items()}


def test_shares_have_their_denominators_and_no_interval(found):
    assert dataclasses.astuple(found.listed("forensics")) == (20, 82, 8, 93)
    for said in found.answer() + found.text():
        assert all(getattr(value, "low", None) is None for value in said.values.values())
    rows = found.table().frame
    assert rows["n"].sum() == 175 and rows["spyware"].sum() == 68 and list(rows["n"]) == [27, 55, 59, 34]
    assert (rows["spyware_share"] == rows["spyware"] / rows["n"]).all()


def test_use_that_is_alike_is_listed_alike_if_it_comes_to_light_by_the_ratio(found):
    own = found.listed()
    assert own.ratio == pytest.approx(28 / 93 / (40 / 82))
    assert own.democracies / own.democracies_n / own.ratio == pytest.approx(own.autocracies / own.autocracies_n)
    assert values(found.answer(), "operators.glance.regimes")["ratio"] == pytest.approx(own.ratio)


def test_the_four_units_that_are_no_country_are_said_and_not_counted(found):
    units = hand_out.load("vdem", "v14")
    units = units[(units["year"] == 2021) & units["v2x_regime"].notna()]
    assert len(units) == 179 and found.not_counted == 4
    assert values(found.text(), "operators.denominators") == {"n": 175, "year": 2021, "units": 4}
    # With them, the count of autocracies is the 86 that others state.
    assert (units["v2x_regime"] < 2).sum() == 86


def test_regimes_of_the_year_before_disclosure_are_those_of_then(found):
    row = found.frame.set_index("iso3").loc["HUN"]
    assert (row["first_disclosed"], row["regime_before"], row["regime"]) == (2014, "electoral_democracy",
                                                                              "electoral_autocracy")  # fmt: skip
    before = values(found.text(), "operators.before")
    assert before == {"autocracies": 35, "democracies": 33, "n": 68}


def test_spyware_and_forensics_are_counted_apart(found):
    frame = found.frame.set_index("iso3")
    assert (frame.loc["ARG", "spyware"], frame.loc["ARG", "forensics"] > 0) == (0, True)
    assert values(found.answer(), "operators.glance.forensics") == {"forensics": 28, "lower": 2, "both": 22}
    cases = found.every_case().frame
    assert cases.index.tolist() == list(range(len(cases))), "a row has its place as its label"
    assert cases["kind"].value_counts().to_dict() == {"Spyware": 130, "Digital forensics": 62,
                                                      "Intrusion into connected devices": 1}  # fmt: skip
    assert (cases["confidence"] != "usual").sum() == 32


def test_other_data_give_another_answer(found, monkeypatch):
    usual = hand_out.load

    def fewer(dataset, table=None, edition="embedded", columns=None):
        rows = usual(dataset, table, edition, columns)
        if dataset != "carnegie_spyware_inventory":
            return rows
        closed = found.frame.loc[found.frame["regime"] == REGIMES[0], "iso3"]
        return rows[~rows["iso3"].isin(set(closed)) & (rows["disclosure_last_year"] < 2022)]

    monkeypatch.setattr(hand_out, "load", fewer)
    fewer_found = ogp.surveillance.operators()
    assert fewer_found.last == 2021 and fewer_found.regime_year == 2020
    assert str(fewer_found.answer()) != str(found.answer())
    assert "Listed to 2021" in str(fewer_found.answer())


def test_without_a_listed_autocracy_there_is_nothing_to_compare():
    with pytest.raises(ParameterError, match="no autocracy is listed"):
        Listed(0, 82, 28, 93).ratio.as_integer_ratio()


def test_lists_keep_their_standards_of_evidence_and_are_not_counted(found):
    frame = found.standards().frame
    assert frame["entries"].sum() == 135
    servers = frame[frame["status"].str.startswith("server located")].iloc[0]
    assert (servers["entries"], servers["beyond"]) == (25, 7)
    assert set(frame.loc[frame["kind"] == "Network interception", "beyond"]) == {"not_applicable"}
    # A page says that six governments confirmed a purchase; the seventh entry is a licence for tests.
    entries = frame.set_index("status")["entries"]
    assert entries["as an unsigned page has it: purchase confirmed by the government (low confidence)"] == 6
    assert entries.filter(like="licence for tests").tolist() == [1]
    assert "of low confidence: 19" in found.standards().caption


def test_later_reports_stand_in_a_table_alone_each_with_its_caveat(found):
    frame = found.later_table().frame
    assert len(frame) == 29 and frame["caveat"].str.len().gt(5).all()
    assert frame.loc[frame["confidence"] == "low", "kind"].tolist() == ["Network interception"] * 6
    assert not frame["source"].str.contains("://").any()
    assert (frame["kind"] == "Network interception").sum() == 6
    assert "Congo" in set(frame["place"])


def test_paths_reach_five_years_to_either_side_of_the_year_before(around):
    assert (around.first_disclosure.controls, around.first_use.n) == (106, 41)
    for one in (around.first_disclosure, around.first_use):
        assert list(one.frame["when"]) == list(range(-5, 6))
        assert one.at(-1)["estimate"] == 0
        estimate, low, high = one.before
        assert low < estimate < high and high - low == pytest.approx(one.at(-5)["high"] - one.at(-5)["low"])
        assert (one.frame["n"].iloc[0], one.frame["n"].is_monotonic_decreasing) == (one.n, True)


def test_a_change_is_said_with_the_countries_it_rests_on_and_its_interval(around, spoken):
    (said,) = around.answer()
    assert said.case == "after", "the interval before leaves out 0, that after does not"
    told = said.plain()
    for part in ("68", "57", "−0.034", "−0.060", "−0.008", "−0.025", "−0.052", "0.003"):
        assert part in told
    assert ("cannot be told from zero" if spoken == "en" else "no se distingue de cero") in told
    assert ("cannot be told from 0" if spoken == "en" else "no se distingue de 0") in around.plot().svg()
    numbers = [values(around.text(), f"operators.around.{event}") for event in ("disclosure", "use")]
    assert [(one["n_before"], one["n_after"]) for one in numbers] == [(68, 57), (41, 38)]


@pytest.mark.parametrize(("outcome", "fault"), [
    ("v2x_regime", "does not measure on a scale"), ("fiw_e", "may be drawn but not passed on"),
    ("va_est", "has a break"),
])  # fmt: skip
def test_an_outcome_that_cannot_be_compared_is_refused(found, outcome, fault):
    with pytest.raises(ParameterError, match=fault):
        found.around(outcome)


def test_members_by_what_is_on_record_of_them(records):
    own = records.frame.set_index("iso3")
    listed = own[own["spyware"] > 0]
    assert (len(own), len(listed), int(listed["member_then"].sum())) == (87, 38, 32)
    assert not listed.loc["DEU", "member_then"] and not listed.loc["RUS", "member_then"]
    assert listed.loc["ISR", "member_then"], "an inactive member is one"
    assert own["commitments"].dropna().to_dict() == {"GEO": ((2, "17"),), "MEX": ((4, "7"),), "USA": ((2, "6"),)}
    every = records.every_member().frame.set_index("place")["commitments"]
    assert every[every != "not_applicable"].to_dict() == {
        "Georgia": "plan 2, no. 17", "Mexico": "plan 4, no. 7", "United States": "plan 2, no. 6",
    }  # fmt: skip
    assert own.loc["CAN", "endorsed"] == "2023-03-30" and pd.isna(own.loc["MEX", "endorsed"])
    rows = records.table().frame
    assert rows["n"].tolist() == [38, 49] and rows["endorsed"].sum() == 17


def test_cases_under_the_response_policy_have_days_and_outcomes(records):
    rows = records.policy_table().frame.set_index("place")
    assert rows["spyware"].to_dict() == {"Azerbaijan": 2, "Georgia": 0, "Hungary": 4, "Mexico": 4,
                                         "United States": 2}  # fmt: skip
    assert rows.loc["Azerbaijan", "days_to_stage_two"] == 429
    assert rows.loc["Mexico", "days_to_stage_two"] == "not_applicable"
    assert rows.loc["Georgia", "first_disclosed"] == "not_applicable"
    # What one outlet alone reports, what ended a resumed process, and the weakest page behind a case stand beside it.
    assert "13 April 2026: one news outlet reports" in rows.loc["Georgia", "outcome"]
    assert "suspended their part again in October 2022, confidence low" in rows.loc["Mexico", "outcome"]
    assert rows["confidence"].to_dict() == {"Azerbaijan": "not judged apart", "Georgia": "medium",
                                            "Hungary": "not judged apart", "Mexico": "low",
                                            "United States": "medium"}  # fmt: skip


def test_the_text_says_that_the_process_that_was_resumed_was_left_again(records, spoken):
    then = values(records.text(), "operators.members.cases")["then"]
    dates = ("March 2019", "October 2022") if spoken == "en" else ("marzo de 2019", "octubre de 2022")
    assert all(date in then for date in dates)


def test_what_freedom_house_answers_is_drawn_and_never_written(records, spoken, monkeypatch):
    assert records.d4 is None and records.plot() == ()
    scores = pd.DataFrame({"iso3": ["MEX", "CAN", "MEX", "FRA", "AND"], "year": [2023, 2023, 2022, 2023, 2023],
                           "d4": [3, 4, 1, 4, 4]})  # fmt: skip
    usual_has, usual_load = hand_out.has, hand_out.load
    monkeypatch.setattr(hand_out, "has", lambda d, *rest: d == "freedom_in_the_world" or usual_has(d, *rest))
    monkeypatch.setattr(hand_out, "load", lambda d, *rest, **more: scores if d == "freedom_in_the_world"
                        else usual_load(d, *rest, **more))  # fmt: skip
    d4, year = members.last_answers({"MEX", "CAN", "FRA"}, {"MEX"}, "full")
    assert isinstance(d4, Withheld) and year == 2023
    figure = dataclasses.replace(records, d4=d4, d4_year=year).plot()
    assert figure.faults() == [] and not figure.redistribute
    assert "(1)" in figure.svg() and "(2)" in figure.svg()
    with pytest.raises(DisclosureError):
        d4.mean()


def test_purchases_abroad_are_listed_and_never_summed():
    abroad = ogp.surveillance.abroad()
    assert "MEX" not in set(abroad.frame["iso3"]) and len(abroad.frame) == 8
    assert values(abroad.text(), "operators.abroad.facts") == {"n": 8, "countries": 7, "found": 2, "alleged": 1,
                                                               "amounts": 16}  # fmt: skip
    rows = abroad.table().frame.set_index("fact")
    # What the head of the office told the press is no finding of the office.
    assert rows["standing"].value_counts()["finding of an audit office"] == 1
    assert rows.loc["INT-003", "standing"].startswith("statement to the press")
    assert rows.loc["INT-003", "caveat"] == "contains INT-002; never count both"
    assert rows.loc["INT-001", "date"] == "2015–2016" and rows.loc["INT-006", "date"] == "2012–"
    assert rows.loc["INT-004", "buyer"].startswith("a police body")
    linked = rows["source"][rows["source"].str.contains("://")]
    assert list(linked.index) == ["INT-002"] and linked["INT-002"].startswith("https://www.rdc.pl/aktualnosci/")
    assert rows.loc["INT-003", "source"].startswith("rmf24.pl (its address names a person); row ")
    assert "total" not in abroad.every_amount().stated


def test_no_table_names_a_person_or_a_page_that_does(found, records):
    tables = [found.every_case(), found.later_table(), records.every_member(), ogp.surveillance.abroad().table()]
    text = " ".join(one.to_csv() for one in tables).lower()
    for word in ("petro", "banas", "jailed", "president"):
        assert word not in text


def test_drawings_have_no_fault_in_either_language(found, around, spoken):
    for figure in (found.map(), found.plot(), around.plot()):
        assert figure.faults() == [] and figure.narrow is not None
        assert figure.caption and figure.alt
    assert "68" in found.map().caption


def test_the_map_shows_every_listed_country_once(found, monkeypatch):
    shown = {}
    usual = figures.MapChart

    def seen(classes):
        shown["classes"] = classes
        return usual(classes)

    monkeypatch.setattr(figures, "MapChart", seen)
    found.map()
    spyware, lower, forensics, none = (one.countries for one in shown["classes"])
    assert (len(spyware), len(lower), len(forensics)) == (62, 6, 6)
    assert (
        len(spyware | lower | forensics | none) == len(found.frame) == sum(map(len, (spyware, lower, forensics, none)))
    )
    assert "AGO" in lower and "ARG" in forensics and country("AND").iso3 not in spyware
