"""Flagged units are recognised by what they are, with firms as published and never a person or who stands on a list."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.procurement.flagged_units import flagged_units
from ogp_analysis.procurement.flags.result import Answer, judged

AWARDS = pd.DataFrame({
    "award_key": ["A#1", "B#1", "C#1", "D#1"],
    "process_id": ["P1", "P2", "P3", "P4"],
    "buyer_id": ["U1", "U1", "U2", "U2"],
    "buyer_name": ["Uno", "Uno", "Dos", "Dos"],
    "supplier_id": ["S1", None, "S1", "S2"],
    "supplier_name": ["Acme SA", "persona física", "ACME SA", "Otra SA"],
    "year": pd.array([2017, 2017, 2018, None], dtype="Int64"),
})  # fmt: skip


def results(name: str, unit: str, ids: list[str], value=(3.0, 2.0, 1.0, 0.5)):
    return {name: judged(name, unit, Answer(ids, np.array(value[: len(ids)]), np.ones(len(ids), dtype=bool), []))}


def units(found: dict, awards: pd.DataFrame = AWARDS, **more) -> pd.DataFrame:
    return flagged_units(found, awards, awards, **more)


def test_a_natural_person_is_hidden_whatever_the_mask_and_a_firm_is_as_published():
    rows = units(results("R010", "award", ["A#1", "B#1"]))
    assert rows["supplier"].fillna("").tolist() == ["Acme SA", ""]
    assert rows["supplier_state"].tolist() == ["named", "natural_person"]
    assert rows["reference"].tolist() == ["A", "B"] and rows["buyer"].tolist() == ["Uno", "Uno"]


def test_a_supplier_that_is_not_published_is_no_natural_person():
    awards = AWARDS.assign(supplier_name=["Acme SA", None, None, "Otra SA"])
    suppliers = pd.DataFrame({"ocid": ["P3", "P3"]})
    rows = units(results("R010", "award", ["A#1", "B#1", "C#1"]), awards, suppliers=suppliers)
    assert rows["supplier_state"].tolist() == ["named", "not_published", "several"]


def test_who_stands_on_a_list_is_never_a_unit_that_is_named():
    found = units(results("R046", "award", ["A#1"]) | results("R010", "award", ["C#1"]))
    assert found["flag"].tolist() == ["R010"]


@pytest.mark.parametrize(
    ("flag", "unit", "name", "told"),
    [
        ("R013", "buyer", "U2", (None, "Dos", None, None)),
        ("R040", "buyer_supplier", "U1 | 2017 | S1", (None, "Uno", "ACME SA", 2017)),
        ("R011", "purchases", "U1 | S2 | 2017 | goods", ("goods", "Uno", "Otra SA", 2017)),
        ("R050", "market_supplier", "CUCOP | 1234 | 2018 | S2", ("CUCOP | 1234", None, "Otra SA", 2018)),
        ("R003", "process", "P3", ("P3", "Dos", None, 2018)),
        ("R003", "process", "P9", ("P9", None, None, None)),
        ("R048", "supplier", "S2", (None, None, "Otra SA", None)),
    ],
)
def test_units_of_every_kind_are_told_by_what_they_are(flag, unit, name, told):
    row = units(results(flag, unit, [name])).iloc[0]
    shown = [None if pd.isna(value) else value for value in row[["reference", "buyer", "supplier", "year"]]]
    assert shown == list(told)


def test_an_identifier_with_the_separator_in_it_stays_whole():
    awards = AWARDS.assign(supplier_id="NAME acme | x|sa")
    for unit, name in (("purchases", "U1 | NAME acme | x|sa | 2017 | goods"),
                       ("buyer_supplier", "U1 | 2017 | NAME acme | x|sa")):  # fmt: skip
        assert units(results("R011", unit, [name]), awards)["supplier"].item() == "ACME SA"


def test_small_values_come_first_where_small_is_the_signal():
    names = [f"P{i}" for i in range(1, 5)]
    assert units(results("R003", "process", names), most=2)["value"].tolist() == [0.5, 1.0]
    assert units(results("R018", "process", names), most=2)["value"].tolist() == [3.0, 2.0]
