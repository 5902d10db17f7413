"""Tables of public contracts: what is in them, in which words, and who is not."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.words.catalogue import language, use_language
from ogp_analysis.procurement.cases.masked_suppliers import MaskedSuppliers
from ogp_analysis.procurement.cases.named_units import named_units
from ogp_analysis.procurement.concentration import buyer_concentrations, concentration
from ogp_analysis.procurement.datasets.ocds.schemas import REASONS
from ogp_analysis.procurement.flag_rates import flag_rates, group_differences
from ogp_analysis.procurement.flags.result import judged
from ogp_analysis.procurement.method_mix import method_mix
from ogp_analysis.procurement.tables.alerts import (
    answers_table,
    differences_table,
    flag_title,
    flags_table,
    named_units_table,
    signals_table,
)
from ogp_analysis.procurement.tables.procurement import (
    buyer_label,
    buyer_names,
    buyers_table,
    firms_table,
    masked_suppliers_table,
    methods_table,
    reason,
)
from ogp_analysis.procurement.tables.procurement_values import (
    carried_values,
    case_values,
    concentration_values,
    flag_values,
    method_values,
)

AWARDS = pd.DataFrame({
    "award_key": ["A#1", "B#1", "C#1", "D#1"],
    "process_id": ["P1", "P2", "P3", "P4"],
    "buyer_id": ["U1", "U1", "U2", "U2"],
    "buyer_name": ["Uno", "Uno", "Dos", "Dos"],
    "supplier_id": ["S1", None, "S1", "S2"],
    "supplier_name": ["Acme SA", "persona física 7", "ACME SA", "Otra SA"],
    "method": ["direct", "open", "direct", None],
    "year": pd.array([2017, 2017, 2018, None], dtype="Int64"),
    "value": [10.0, 20.0, 30.0, np.nan],
    "direct_ceiling": [np.nan] * 4,
})  # fmt: skip
PESOS = SimpleNamespace(currency="MXN", total=SimpleNamespace(total=60e6, summed=3, currency="MXN"))
WHOLE, SAMPLE = SimpleNamespace(is_sample=False), SimpleNamespace(is_sample=True)
CASE = SimpleNamespace(awards=AWARDS, peers=AWARDS, tables={}, money=PESOS, publication=WHOLE)
SAMPLED = SimpleNamespace(**{**vars(CASE), "publication": SAMPLE})


@pytest.fixture(autouse=True)
def english():
    before = language()
    use_language("en")
    yield
    use_language(before)


def results(name: str, unit: str, ids: list[str], flagged: list[bool], value=(3.0, 2.0, 1.0, 0.5)):
    return {name: judged(name, unit, ids, np.array(value[: len(ids)]), np.array(flagged), [])}


def test_a_natural_person_is_hidden_whatever_the_mask_and_a_firm_is_as_published():
    found = results("R010", "award", ["A#1", "B#1"], [True, True])
    rows = named_units_table(CASE, found).frame
    assert rows["supplier"].tolist() == ["Acme SA", "(natural person)"]
    assert rows["reference"].tolist() == ["A", "B"] and rows["buyer"].tolist() == ["Uno", "Uno"]


def test_a_supplier_that_is_not_published_is_no_natural_person():
    found = results("R010", "award", ["A#1", "B#1", "C#1"], [True, True, True])
    awards = AWARDS.assign(supplier_name=["Acme SA", None, None, "Otra SA"])
    suppliers = pd.DataFrame({"ocid": ["P3", "P3"]})
    case = SimpleNamespace(awards=awards, peers=awards, tables={"suppliers": suppliers}, money=CASE.money)
    shown = named_units_table(case, found).frame["supplier"].tolist()
    assert shown == ["Acme SA", "(supplier not published)", "(several suppliers)"]


def test_the_reasons_for_masking_are_counted():
    found = MaskedSuppliers(9, 2, dict.fromkeys(REASONS, 0) | {"no_sign": 3, "personal_identifier": 1})
    shown = masked_suppliers_table(found)
    assert found.masked == 4 and shown.frame["rows"].tolist() == [1, 3] and "4 of 9" in shown.caption


def test_who_stands_on_a_list_is_never_a_unit_that_is_named():
    found = results("R046", "award", ["A#1"], [True]) | results("R010", "award", ["C#1"], [True])
    frame = named_units(CASE, found)
    assert frame["flag"].tolist() == ["R010"]
    shown = named_units_table(CASE, found)
    assert "1 of 1" in shown.caption, "what may not be named is not counted among what could be"


@pytest.mark.parametrize(
    ("flag", "unit", "name", "told"),
    [
        ("R013", "buyer", "U2", (None, "Dos", None, None)),
        ("R040", "buyer_supplier", "U1 | 2017 | S1", (None, "Uno", "ACME SA", 2017)),
        ("R011", "purchases", "U1 | S2 | 2017 | goods", ("goods", "Uno", "Otra SA", 2017)),
        ("R050", "market_supplier", "CUCOP | 1234 | 2018 | S2", ("CUCOP | 1234", None, "Otra SA", 2018)),
        ("R003", "process", "P3", ("P3", "Dos", None, 2018)),
        ("R003", "process", "P9", ("P9", None, None, None)),
    ],
)
def test_units_of_every_kind_are_told_by_what_they_are(flag, unit, name, told):
    row = named_units(CASE, results(flag, unit, [name], [True])).iloc[0]
    assert [None if pd.isna(value) else value for value in row[["reference", "buyer", "supplier", "year"]]] == list(
        told
    )


def test_an_identifier_with_the_separator_in_it_stays_whole():
    awards = AWARDS.assign(supplier_id="NAME acme | x|sa")
    case = SimpleNamespace(awards=awards, peers=awards)
    for unit, name in (("purchases", "U1 | NAME acme | x|sa | 2017 | goods"),
                       ("buyer_supplier", "U1 | 2017 | NAME acme | x|sa")):  # fmt: skip
        assert named_units(case, results("R011", unit, [name], [True]))["supplier"].item() == "ACME SA"


def test_small_values_come_first_where_small_is_the_signal_and_the_rest_is_counted():
    names = [f"P{i}" for i in range(1, 5)]
    days = named_units(CASE, results("R003", "process", names, [True] * 4), most=2)
    assert days["value"].tolist() == [0.5, 1.0]
    shares = named_units(CASE, results("R018", "process", names, [True] * 4), most=2)
    assert shares["value"].tolist() == [3.0, 2.0]


def test_every_alert_is_answered_for_and_only_computed_ones_have_a_rate():
    ids = ["1", "2", "3"]
    holds = np.array([False, False, True])
    computed = judged("R010", "award", ids, np.zeros(3), np.array([True, False, False]), [("method_unknown", holds)])
    none = judged("R028", "process", [], np.zeros(0), np.zeros(0, dtype=bool), [])
    found = flag_rates([computed, none])
    assert len(flags_table(found).frame) == len(signals_table(found).frame) == 1
    told = answers_table(found).frame
    assert told["main_reason"].tolist() == ["the method is not published", "the data hold no such unit"]
    assert flag_values(found)["case"] == "some" and flag_values(flag_rates([none]))["case"] == "nothing"
    assert flag_title("R038_buyer") == "R038 Excessive disqualified bids (buyer)"


def test_amounts_are_shown_in_millions_and_what_is_not_counted_is_said():
    shown = methods_table(method_mix(AWARDS.assign(value=AWARDS["value"] * 1e6)), "MXN")
    assert shown.frame["amount"].tolist() == [20.0, 0.0, 40.0]
    assert "3 contracts" in shown.caption and "amounts counted: 3, not counted: 0" in shown.caption
    firms = firms_table(CASE, concentration(AWARDS))
    assert firms.frame["firm"].tolist() == ["ACME SA"], "a firm without an amount has no share"


def test_a_sample_names_no_firm_and_no_buyer_with_a_share():
    found, within = concentration(AWARDS), buyer_concentrations(AWARDS, fewest=1)
    assert "share" in set(firms_table(CASE, found).headings)
    assert set(firms_table(SAMPLED, found).headings) == {"firm", "awards", "amount"}
    assert len(buyers_table(CASE, within).frame) == 2 and buyers_table(SAMPLED, within) is None
    assert buyers_table(CASE, ()) is None


def test_one_contract_that_carries_the_sum_is_said_in_table_and_values():
    awards = AWARDS.assign(value=[70.0, 20.0, 6.0, 4.0], method=["open", "open", "direct", "direct"])
    mix = method_mix(awards)
    told = method_values(mix)
    assert told["case"] == "carried" and told["largest_share"] == 0.7
    assert (told["amount_share"], told["amount_share_without"]) == (0.1, pytest.approx(1 / 3))
    shown = methods_table(mix, "MXN")
    assert shown.frame["amount_share_without"].tolist() == pytest.approx([2 / 3, 0, 1 / 3])
    assert {"largest_share", "amount_share_without"} <= set(shown.headings)
    even = methods_table(method_mix(pd.concat([awards] * 10, ignore_index=True)), "MXN")
    assert "amount_share_without" not in set(even.headings)
    spread = concentration(awards)
    assert carried_values(spread)["largest_share"] == 0.7
    assert carried_values(spread)["hhi_low"] == pytest.approx(0.2**2 + (4 / 30) ** 2)


def test_the_first_sentence_gives_the_sum_with_the_contract_that_carries_it_and_without():
    years = (2017, 2018)
    case = SimpleNamespace(**vars(CASE), n=4, years=years)
    told = case_values(SimpleNamespace(**{**vars(case), "awards": AWARDS.assign(value=AWARDS["value"] * 1e6)}))
    assert told["case"] == "carried"
    assert (told["total"], told["largest"], told["largest_share"], told["without"]) == (60, 30, 0.5, 30)
    even = pd.concat([AWARDS] * 4, ignore_index=True)
    assert case_values(SimpleNamespace(**{**vars(case), "awards": even}))["case"] == "some"


def test_every_reason_why_not_is_told_with_its_count_where_there_are_several():
    ids = ["1", "2", "3"]
    why = [("few_awards", np.array([True, True, False])), ("fence_out_of_reach", np.array([False, False, True]))]
    found = flag_rates([judged("R013", "buyer", ids, np.zeros(3), np.zeros(3, dtype=bool), why)])
    assert answers_table(found).frame["main_reason"].tolist() == [
        "too few awards to be compared: 2; the fence lies where no value can be, so that the alert could not be set: 1"
    ]


def test_buyers_are_told_apart_by_their_identifier():
    assert buyer_names(AWARDS).to_dict() == {"U1": "Uno", "U2": "Dos"}
    assert buyer_label("Oficina", "U1") == "Oficina (U1)" and buyer_label("Oficina #U1", "U1") == "Oficina #U1"
    rows = [("direct", "buyer", unit, count, 40) for unit, count in (("U1", 20), ("U2", 10), ("U3", 5))]
    counts = pd.DataFrame(rows, columns=["measure", "by", "group", "count", "n"])
    labels = differences_table(CASE, group_differences(counts)).frame["label"].tolist()
    assert labels[0] == "Direct award · buyer: Uno (U1)" and len(labels) == 3


def test_reasons_with_details_are_told_by_what_they_begin_with():
    assert reason("other_amount:amendment") == "another kind of amount (amendment, maximum of a framework)"
    assert reason("not_converted:no_rate") == "no rate for its day"


def test_values_of_sentences_leave_out_what_does_not_exist():
    empty = AWARDS.assign(method=None, value=np.nan).astype({"method": "str"})
    assert method_values(method_mix(empty)) == {"case": "untold"}
    assert method_values(method_mix(AWARDS.assign(value=np.nan)))["case"] == "no_amount"
    assert concentration_values(concentration(empty)) == {}
