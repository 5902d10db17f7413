"""Concentration: published arithmetic, bounds that hold whatever the unknown suppliers are, and their tightness."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import ModelError
from ogp_analysis.procurement.concentration import buyer_concentrations, concentration


def awards(*rows: tuple) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["supplier_id", "value"])
    return frame.astype({"supplier_id": "str", "value": "float64"})


def herfindahl(amounts: pd.Series) -> float:
    """The textbook formula, on amounts by supplier."""
    return float(((amounts / amounts.sum()) ** 2).sum())


def test_the_worked_example_of_the_merger_guidelines():
    """US Department of Justice: a market of firms with shares of 30, 30, 20 and 20 per cent has an HHI of 2,600."""
    found = concentration(awards(("a", 30), ("b", 30), ("c", 20), ("d", 20)))
    assert found["hhi"].estimate * 10_000 == pytest.approx(2600)
    assert (found["top_1"].low, found["top_4"].low, found["top_10"].high) == (pytest.approx(0.3), 1.0, 1.0)


def test_without_the_one_award_that_carries_the_amount():
    rows = awards(("a", 80), ("a", 5), ("b", 10), (None, 5))
    found = concentration(rows)
    assert (found.carried.amount, found.carried.share) == (80, 0.8)
    again = concentration(rows.iloc[1:])
    assert found.without["hhi"] == again["hhi"] and found.without.firms.equals(again.firms)
    assert found.without["hhi"].low == pytest.approx(0.25**2 + 0.5**2) and found["hhi"].low > 0.7
    assert found.without.without is None, "it is looked at once"
    assert concentration(awards(*[(f"s{n}", 10) for n in range(6)])).without is None


def test_amounts_of_one_supplier_are_put_together_and_the_largest_stands_first():
    found = concentration(awards(("b", 10), ("a", 30), ("b", 30), ("c", 30)))
    assert found.firms["supplier_id"].tolist() == ["b", "a", "c"]
    assert found.firms["awards"].tolist() == [2, 1, 1] and found.suppliers == 3
    assert found.firms["share"].tolist() == pytest.approx([0.4, 0.3, 0.3])


def test_what_is_unknown_is_in_the_whole_and_between_the_bounds():
    found = concentration(awards(("a", 50), ("b", 30), (None, 20)))
    assert (found.unknown, found.amount, found.unknown_share) == (1, 100, 0.2)
    assert found["hhi"].low == pytest.approx(0.25 + 0.09)
    assert found["hhi"].high == pytest.approx(0.7**2 + 0.09)
    assert (found["top_1"].low, found["top_1"].high) == (0.5, pytest.approx(0.7))


def test_the_bounds_hold_for_every_way_the_unknown_could_be_and_are_reached():
    draw = np.random.default_rng(3)
    for _ in range(50):
        known, hidden = int(draw.integers(1, 7)), int(draw.integers(1, 5))
        frame = awards(*[(f"s{i}", v) for i, v in enumerate(draw.lognormal(size=known))],
                       *[(None, v) for v in draw.lognormal(size=hidden)])  # fmt: skip
        found = concentration(frame)
        highest = 0.0
        for _ in range(60):
            guess = frame["supplier_id"].copy()
            names = [f"s{i}" for i in range(known)] + [f"new{i}" for i in range(hidden)]
            guess[guess.isna()] = draw.choice(names, hidden)
            by_supplier = frame["value"].groupby(guess).sum()
            value, top = herfindahl(by_supplier), by_supplier.max() / by_supplier.sum()
            assert found["hhi"].low - 1e-12 <= value <= found["hhi"].high + 1e-12
            assert found["top_1"].low - 1e-12 <= top <= found["top_1"].high + 1e-12
            highest = max(highest, value)
        largest = frame["supplier_id"].fillna(found.firms["supplier_id"].iloc[0])
        reached = herfindahl(frame["value"].groupby(largest).sum())
        assert reached == pytest.approx(found["hhi"].high) and highest <= reached + 1e-12


def test_many_small_unknown_suppliers_come_near_the_lower_bound():
    rows = [("a", 50.0), ("b", 30.0)]
    split = pd.Series([50.0, 30.0, *[20 / 4000] * 4000])
    assert concentration(awards(*rows, (None, 20)))["hhi"].low == pytest.approx(herfindahl(split), abs=2e-5)


def test_nothing_known_and_nothing_at_all():
    none = concentration(awards((None, 5.0)))
    assert (none["hhi"].low, none["hhi"].high, none.suppliers) == (0, 1, 0)
    empty = concentration(awards(("a", None)))
    assert empty.estimates == () and empty.note == "no_data"
    assert empty.unknown_share is None


def test_the_order_of_rows_changes_no_bit():
    draw = np.random.default_rng(5)
    frame = awards(*[(f"s{i % 13}", v) for i, v in enumerate(draw.lognormal(3, 4, 200))])
    one, other = concentration(frame), concentration(frame.sample(frac=1, random_state=1))
    assert [(e.term, e.low, e.high) for e in one.estimates] == [(e.term, e.low, e.high) for e in other.estimates]


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_amounts_that_are_none_are_refused(value):
    with pytest.raises(ModelError, match="not positive"):
        concentration(awards(("a", value)))


def test_buyers_with_enough_amounts_are_ordered_by_what_they_spend():
    frame = pd.concat([awards(*[("a", spent)] * n).assign(buyer_id=buyer, buyer_name=buyer.upper())
                       for buyer, n, spent in (("x", 10, 1), ("y", 12, 5), ("z", 9, 100))])  # fmt: skip
    found = buyer_concentrations(frame)
    assert found[["buyer_id", "buyer", "n"]].values.tolist() == [["y", "Y (y)", 12], ["x", "X (x)", 10]]
    assert len(buyer_concentrations(frame, fewest=1, most=1)) == 1


NAMED = pd.DataFrame({
    "buyer_id": ["U1", "U1", "U2", "U2"],
    "buyer_name": ["Uno", "Uno", "Dos", "Dos"],
    "supplier_id": ["S1", None, "S1", "S2"],
    "supplier_name": ["Acme SA", "persona física", "ACME SA", "Otra SA"],
    "value": [10.0, 20.0, 30.0, np.nan],
})  # fmt: skip


def test_a_natural_person_has_no_name_also_if_it_had_an_identifier():
    odd = NAMED.assign(supplier_id=["S1", "S3", "S1", "S2"])
    firms = concentration(odd).firms.set_index("supplier_id")["firm"]
    assert firms["S1"] == "ACME SA" and pd.isna(firms["S3"])


def test_the_figure_draws_the_joint_share_and_leaves_out_the_contract_that_carries_it():
    labels = {one: {"en": one, "es": one} for one in ("known", "unknown", "without")}
    texts = dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("Suppliers"))
    for rows, others in ((NAMED, True), (pd.concat([NAMED] * 4, ignore_index=True), False)):
        figure = ogp.procurement.joint_shares(concentration(rows), labels, name="concentration", texts=texts)
        assert figure.faults() == [] and (">without<" in figure.svg()) == others and ">unknown<" in figure.svg()
