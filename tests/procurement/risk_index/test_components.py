"""Each component on awards made by hand."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import SchemaError, UnknownName
from ogp_analysis.procurement.risk_index import risk_index, rules_of

#: The module, whose name in the package is that of its function.
cri = import_module("ogp_analysis.procurement.risk_index")


def awards(count: int = 1, **columns) -> pd.DataFrame:
    plain = {
        "buyer_id": "B",
        "supplier_id": "S",
        "year": 2017,
        "method": "open",
        "international": False,
        "call_date": pd.Timestamp("2017-01-01"),
        "deadline": pd.Timestamp("2017-01-31"),
        "award_date": pd.Timestamp("2017-02-10"),
        "amount": 100.0,
        "n_bids": 2,
        "supplier_country": "MX",
    }
    return pd.DataFrame({**{name: [value] * count for name, value in plain.items()}, **columns})


MEXICO, MALTA = rules_of("mexico"), rules_of("malta")


def test_one_bid_is_risk_more_are_not_none_is_missing():
    found = cri.single_bid(awards(4, n_bids=pd.array([1, 2, 0, None], dtype="Int64")), MEXICO)
    assert found[:2].tolist() == [1, 0] and found[2:].isna().all()


def test_levels_of_procedures():
    found = cri.procedure_type(awards(4, method=["direct", "limited", "open", "other"]), MEXICO)
    assert found[:3].tolist() == [1, 0.5, 0] and np.isnan(found[3])
    found = cri.procedure_type(awards(2, method=["RESTRICTED", "OPEN"]), MALTA)
    assert found.tolist() == [1, 0]


def test_an_international_procedure_is_excused_in_mexico_but_not_given_a_level_it_has_not():
    table = awards(3, method=["direct", "limited", None], international=[True, False, True])
    found = cri.procedure_type(table, MEXICO)
    assert found[:2].tolist() == [0, 0.5] and np.isnan(found[2])


def test_where_it_is_not_told_that_a_procedure_is_international_it_is_not_excused():
    table = awards(2, method=["direct", "direct"], international=pd.array([None, True], dtype="boolean"))
    assert cri.procedure_type(table, MEXICO).tolist() == [1, 0]


def test_days_that_cannot_be_are_missing_and_count_as_no_call():
    call = pd.to_datetime(["2017-01-01", "2017-02-01", "2015-01-01", None])
    table = awards(4, call_date=call)
    assert cri.advertisement_days(table, MALTA).tolist()[0] == 30
    assert cri.advertisement_days(table, MALTA)[1:].isna().all()
    assert cri.advertisement_days(table, MEXICO)[2] == 761, "no longest period in Mexico's rules"
    assert cri.call_for_tender(table, MALTA).tolist() == [0, 1, 1, 1]


def test_an_award_before_the_deadline_took_no_days():
    table = awards(2, award_date=pd.to_datetime(["2017-01-15", None]))
    found = cri.decision_days(table, MALTA)
    assert found[0] == 0 and np.isnan(found[1])


def test_a_quantile_without_a_level_is_missing_in_mexico_and_no_risk_in_malta():
    days = pd.to_timedelta(np.arange(1, 101), unit="D")
    table = awards(100, deadline=pd.Timestamp("2017-01-01") + days)
    mexico, malta = cri.advertisement_period(table, MEXICO), cri.advertisement_period(table, MALTA)
    assert mexico[:20].tolist() == [1.0] * 20 and mexico[20:24].isna().all()
    assert mexico[24:72].tolist() == [0.5] * 48 and mexico[72:].tolist() == [0.0] * 28
    assert malta.tolist() == [1.0] * 10 + [0.0] * 10 + [1.0] * 10 + [0.0] * 60 + [1.0] * 10


def test_share_of_the_buyer_in_mexico_and_of_the_supplier_in_malta():
    table = awards(6, supplier_id=["S", "S", "T", "T", "T", "T"], amount=[30.0, 20.0, 10.0, 10.0, 20.0, 10.0])
    assert cri.supplier_share(table, MEXICO).tolist() == [0.5] * 6
    assert cri.supplier_share(table, MALTA).isna().all(), "no supplier has more than four contracts"
    table = awards(6, buyer_id=["B", "B", "B", "B", "C", None], amount=[10.0] * 6)
    found = cri.supplier_share(table, MALTA)
    assert found[:5].tolist() == pytest.approx([4 / 6] * 4 + [1 / 6]) and np.isnan(found[5])


def test_a_year_without_amounts_has_no_shares():
    assert cri.supplier_share(awards(6, amount=[0.0] * 6), MEXICO).isna().all()


def test_a_tax_haven_is_told_in_the_edition_of_the_year():
    table = awards(6, year=[2009, 2012, 2012, 2012, 2012, 2030],
                   supplier_country=["CH", "CH", "US", "MT", None, "XX"])  # fmt: skip
    scores = pd.DataFrame({"iso2": ["CH", "CH", "US"], "year": [2009, 2013, 2013], "score": [59.0, 78.0, 70.0]})
    found = cri.tax_haven(table.assign(secrecy=cri.secrecy_score(table, scores, MALTA)), MALTA)
    assert found[:3].tolist() == [0, 1, 0] and found[3:5].isna().all() and found[5] == 0


def test_the_last_year_of_an_edition_belongs_to_it():
    spans = MALTA["tax_haven"]["editions"]
    scores = pd.DataFrame({"iso2": "CH", "year": [one["edition"] for one in spans]}).assign(score=range(len(spans)))
    table = awards(len(spans), year=[one["to"] for one in spans], supplier_country="CH")
    assert cri.secrecy_score(table, scores, MALTA).tolist() == list(range(len(spans)))


def test_a_country_whose_secrecy_is_exactly_the_limit_is_no_tax_haven():
    limit = MALTA["tax_haven"]["secrecy_above"]
    table = awards(3, supplier_country=["CH"] * 3).assign(secrecy=[limit - 0.1, limit, limit + 0.1])
    assert cri.tax_haven(table, MALTA).tolist() == [0, 0, 1]


def test_a_deadline_on_the_day_of_the_call_is_no_period():
    table = awards(2).assign(
        call_date=pd.Timestamp("2017-01-31"), deadline=pd.to_datetime(["2017-01-31", "2017-02-01"])
    )
    assert cri.advertisement_days(table, MALTA).isna().tolist() == [True, False]


def test_first_digits_of_powers_of_two_follow_benford_and_equal_ones_do_not():
    """A buyer with 999 amounts is too small to be distinguished from chance."""
    powers, same = [2.0**k for k in range(1000)], [500.0] * 1000
    table = awards(2999, buyer_id=["B"] * 1000 + ["C"] * 1000 + ["D"] * 999, amount=[*powers, *same, *same[:999]])
    found = cri.benford(table, MEXICO)
    assert set(found[:1000]) == {0.0} and set(found[1000:2000]) == {1.0} and found[2000:].isna().all()


@pytest.mark.parametrize("no_amount", [0.0, None, -5.0])
def test_an_amount_that_is_none_does_not_make_a_buyer_large_enough(no_amount):
    """More than the number that the rules name are needed; of amounts alone."""
    needed = MEXICO["benford"]["more_contracts_than"] + 1
    amounts = [2.0 ** (n % 900) for n in range(needed - 1)]
    assert cri.benford(awards(needed, amount=[*amounts, no_amount]), MEXICO).isna().all()
    assert cri.benford(awards(needed, amount=[*amounts, 1.0]), MEXICO).notna().all()


def test_a_deviation_on_the_bound_of_a_level_has_that_level():
    levels = MEXICO["benford"]["levels"]
    bounds = [step["to"] for step in levels if "to" in step]
    found = [cri.level_of_deviation(bound, levels) for bound in bounds]
    assert len(bounds) > 1 and found == [step["level"] for step in levels if "to" in step]


def test_the_longest_period_is_still_one():
    longest = MALTA["advertisement_period"]["longest_days"]
    days = pd.to_timedelta([longest, longest + 1], unit="D")
    table = awards(2, deadline=pd.Timestamp("2017-01-01") + days)
    assert cri.advertisement_days(table, MALTA).isna().tolist() == [False, True]


def test_the_index_is_the_mean_of_what_is_present():
    table = awards(3, method=["direct", "limited", None], n_bids=pd.array([1, None, 2], dtype="Int64"))
    found = risk_index(table, "mexico")
    *components, _, _ = found.columns
    present = found.iloc[0][components].dropna()
    assert found["index"][0] == pytest.approx(present.mean()) and found["n_components"][0] == len(present)
    assert found["single_bid"].notna().sum() == 2 and found["benford"].isna().all()
    assert "tax_haven" not in components


def test_without_scores_the_tax_haven_component_is_missing_not_zero():
    assert risk_index(awards(), "malta")["tax_haven"].isna().all()


def test_the_awards_are_not_changed():
    table = awards(3)
    before = table.copy(deep=True)
    risk_index(table, "mexico")
    pd.testing.assert_frame_equal(table, before)


def test_faults_are_said():
    with pytest.raises(SchemaError, match="1 columns are absent"):
        risk_index(awards().drop(columns="n_bids"), "mexico")
    with pytest.raises(UnknownName, match="There are rules for Malta, Mexico"):
        risk_index(awards(), "Kenya")
