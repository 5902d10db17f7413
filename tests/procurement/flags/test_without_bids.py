"""Flags on awarded contracts: for each one that is flagged, one that is clear, and those that cannot be computed."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.procurement.awarded.frame import COLUMNS, framed
from ogp_analysis.procurement.first_digits import CONFORMITY, conformity, digits_of_buyers
from ogp_analysis.procurement.flags.registry import chosen, compute_all
from ogp_analysis.procurement.flags.settings import settings

WITHOUT_BIDS = ("R002", "R010", "R011", "R013", "R016", "R040", "R046", "R049", "R050", "R055")


def awarded(*rows: dict) -> pd.DataFrame:
    """Awards of 2017 by buyer B to supplier S, direct, of 100 MXN under a ceiling of 1,000."""
    plain = {
        "process_id": "P",
        "buyer_id": "B",
        "supplier_id": "S",
        "method": "direct",
        "rationale": "",
        "category": "goods",
        "classification_scheme": "CUCOP",
        "classification": "12340000",
        "date": "2017-03-01",
        "year": 2017,
        "amount": 100.0,
        "currency": "MXN",
        "direct_ceiling": 1000.0,
        "highest_ceiling": 1000.0,
    }
    table = pd.DataFrame([{"award_key": f"a{n:03d}", **plain, **row} for n, row in enumerate(rows)])
    table["date"] = pd.to_datetime(table["date"])
    return framed({name: table[name] for name in COLUMNS if name in table})


def answers(flag: str, *rows: dict, changes=None, **more) -> dict:
    """Return outcome, value and reason by unit."""
    frame = compute_all({"awarded": awarded(*rows), **more}, settings(changes=changes), [flag])[flag].frame
    return {
        row.unit_id: (
            row.outcome,
            None if pd.isna(row.value) else round(row.value, 9),
            None if pd.isna(row.reason) else row.reason,
        )
        for row in frame.itertuples()
    }


def several(count: int, **values) -> list[dict]:
    return [values] * count


def test_every_flag_without_bids_is_in_the_list_and_reads_awards():
    assert [flag.code for flag in chosen(WITHOUT_BIDS)] == list(WITHOUT_BIDS)
    assert all("awarded" in flag.needs for flag in chosen(WITHOUT_BIDS))


# R002


def test_r002_a_buyer_whose_amounts_crowd_below_the_ceiling():
    crowding = [{"amount": 950.0}] * 19 + [{"amount": 1050.0}]
    assert answers("R002", *crowding) == {"B": ("flagged", 0.95, None)}
    even = [{"amount": 950.0}] * 10 + [{"amount": 1050.0}] * 10
    assert answers("R002", *even) == {"B": ("clear", 0.5, None)}


def test_r002_the_ceiling_itself_is_below_and_far_amounts_do_not_count():
    rows = [{"amount": 1000.0}] * 9 + [{"amount": 1001.0}] + [{"amount": 10.0}] * 50 + [{"amount": 5000.0}] * 50
    assert answers("R002", *rows) == {"B": ("flagged", 0.9, None)}


def test_r002_needs_a_ceiling_and_some_awards_near_it():
    assert answers("R002", *several(20, amount=950.0, direct_ceiling=None)) == {
        "B": ("not_computable", None, "no_ceiling")
    }
    assert answers("R002", *several(9, amount=950.0)) == {"B": ("not_computable", None, "few_awards")}


# R010


def test_r010_a_direct_award_without_a_ground():
    found = answers("R010", {"amount": 5000.0}, {"amount": 5000.0, "rationale": "Art. 41 fr. III"})
    assert found == {"a000": ("flagged", 1.0, None), "a001": ("clear", 0.0, None)}


def test_r010_an_amount_up_to_the_ceiling_is_a_ground_unless_the_settings_say_no():
    rows = {"amount": 1000.0}, {"amount": 5000.0, "rationale": "x"}
    assert answers("R010", *rows)["a000"] == ("clear", 0.0, None)
    strict = {"R010": {"ceiling_is_ground": False}}
    assert answers("R010", *rows, changes=strict)["a000"] == ("flagged", 1.0, None)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(1000.0, "not_computable"), (1160.0, "not_computable"), (1160.01, "flagged")],
)
def test_r010_where_the_ceiling_of_the_buyer_is_not_known_a_small_amount_may_be_the_ground(amount, expected):
    row = {"amount": amount, "direct_ceiling": None, "highest_ceiling": 1000.0}
    assert answers("R010", row, {"rationale": "x"})["a000"][0] == expected
    strict = {"R010": {"ceiling_is_ground": False}}
    assert answers("R010", row, {"rationale": "x"}, changes=strict)["a000"][0] == "flagged"


def test_r010_a_source_that_publishes_no_grounds_at_all_says_nothing_of_its_awards():
    assert answers("R010", {"amount": 5000.0}) == {"a000": ("not_computable", None, "grounds_not_published")}
    found = answers("R010", {"method": "open"}, {"method": None}, {"rationale": "x"})
    assert (found["a000"][2], found["a001"][2]) == ("other_method", "method_unknown")


# R011, R049, R055


def unit(kind: str = "goods") -> str:
    return f"B | S | 2017 | {kind}"


def test_r011_two_parts_within_a_month_that_reach_the_ceiling_together():
    assert answers("R011", {"amount": 600.0}, {"amount": 600.0, "date": "2017-03-31"}) == {
        unit(): ("flagged", 1.2, None)
    }
    assert answers("R011", {"amount": 600.0}, {"amount": 600.0, "date": "2017-04-01"}) == {unit(): ("clear", 0.0, None)}
    assert answers("R011", {"amount": 500.0}, {"amount": 500.0}) == {unit(): ("clear", 1.0, None)}


def test_r011_an_award_above_the_ceiling_is_no_part():
    assert answers("R011", {"amount": 5000.0}, {"amount": 600.0}) == {unit(): ("clear", 0.0, None)}


def test_r011_kinds_years_and_suppliers_stay_apart():
    found = answers(
        "R011", {"amount": 600.0}, {"amount": 600.0, "category": "works"}, {"amount": 600.0, "supplier_id": "T"}
    )
    assert {answer[2] for answer in found.values()} == {"one_award"} and len(found) == 3


def test_r049_several_just_below_the_ceiling():
    assert answers("R049", {"amount": 950.0}, {"amount": 1000.0}) == {unit(): ("flagged", 2.0, None)}
    assert answers("R049", {"amount": 950.0}, {"amount": 900.0}) == {unit(): ("clear", 1.0, None)}


def test_r055_direct_awards_that_add_up_to_the_ceiling_in_a_year():
    year = [{"amount": 450.0, "date": day} for day in ("2017-01-05", "2017-11-05")]
    assert answers("R055", *year) == {unit(): ("flagged", 0.9, None)}
    assert answers("R055", {"amount": 400.0}, {"amount": 400.0}) == {unit(): ("clear", 0.8, None)}


@pytest.mark.parametrize("flag", ["R011", "R049", "R055"])
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [({"amount": None}, "no_amount"), ({"direct_ceiling": None}, "no_ceiling"), ({"supplier_id": None}, None),
     ({"method": "open"}, None)],
)  # fmt: skip
def test_repeated_direct_awards_that_cannot_be_told(flag, wrong, reason):
    found = answers(flag, {"amount": 950.0}, {"amount": 950.0}, {"amount": 950.0, **wrong})
    if reason:
        assert found == {unit(): ("not_computable", None, reason)}
    else:
        assert found[unit()][0] == "flagged", "a natural person and an open call are not part of it"


@pytest.mark.parametrize("method", ["limited", "open", None])
def test_what_was_not_awarded_directly_is_no_repeated_direct_award(method):
    assert answers("R055", {"amount": 950.0}, {"amount": 950.0, "method": method}) == {
        unit(): ("not_computable", None, "one_award")
    }


def test_r011_needs_the_dates():
    assert answers("R011", {"date": None}, {}) == {unit(): ("not_computable", None, "no_date")}


# R013


def test_r013_a_buyer_beyond_the_fence_of_the_others():
    usual = [{"buyer_id": f"U{n}", "method": method} for n in range(9) for method in ["direct"] + ["open"] * 9]
    found = answers("R013", *usual, *several(10, buyer_id="ALL"), *several(3, buyer_id="FEW"))
    assert found["ALL"] == ("flagged", 1.0, None) and found["U0"] == ("clear", 0.1, None)
    assert found["FEW"] == ("not_computable", None, "few_awards")


def spread(buyers: int) -> list[dict]:
    """Buyers whose shares of direct awards are spread so evenly that the fence lies above 1."""
    return [
        {"buyer_id": f"U{n:02d}", "method": m}
        for n in range(buyers) for m in ["direct"] * (n + 1) + ["open"] * (12 - n)
    ]  # fmt: skip


def test_r013_a_fence_that_no_share_can_pass_is_no_answer():
    result = compute_all({"awarded": awarded(*spread(12))}, settings(), ["R013"])["R013"]
    assert result.fences["upper_fence"] > 1
    assert (result.n, result.n_computable, result.rate) == (12, 0, None)
    assert result.reasons.to_dict() == {"fence_out_of_reach": 12}
    assert {a[0] for a in answers("R013", *spread(12), changes={"R013": {"threshold": 0.9}}).values()} == {
        "flagged", "clear"
    }  # fmt: skip
    beyond = answers("R013", *spread(12), changes={"R013": {"threshold": 1.01}})
    assert {a[2] for a in beyond.values()} == {"fence_out_of_reach"}


def test_r013_a_fence_of_few_buyers_is_no_answer():
    found = answers("R013", *several(10, method="open"))
    assert found == {"B": ("not_computable", None, "few_compared")}
    nine = [{"buyer_id": f"U{n}", "method": m} for n in range(9) for m in ["direct"] + ["open"] * 9]
    assert {a[2] for a in answers("R013", *nine).values()} == {"few_compared"}
    assert {a[0] for a in answers("R013", *nine, *several(10, method="open")).values()} == {"clear"}


SAMPLED = {"general": {"sample": True}}


@pytest.mark.parametrize("flag", [flag.name for flag in chosen() if flag.share])
def test_in_a_sample_no_share_of_an_organisation_is_told(flag):
    """Awards on which the flags on awarded contracts are all computed when they are not a sample."""
    rows = [
        {"buyer_id": f"U{n:02d}", "method": m, "amount": 950.0}
        for n in range(12) for m in ["direct"] * (5 + n % 2) + ["open"] * (7 - n % 2)
    ]  # fmt: skip
    tables = {"awarded": awarded(*rows)}
    whole = compute_all(tables, settings(), [flag])[flag]
    part = compute_all(tables, settings(changes=SAMPLED), [flag])[flag]
    assert whole.n_computable > 0 or flag[:4] in ("R025", "R038")
    assert part.n == whole.n and part.n_computable == 0 and part.frame["value"].isna().all()
    assert part.reasons.get("sample", 0) == whole.n_computable
    assert part.flagged.empty and part.involved.empty


def test_a_sample_leaves_flags_on_single_awards_as_they_are():
    rows = [{"amount": 100.0 + n} for n in range(12)] + [{"amount": 100_000.0}]
    assert answers("R016", *rows, changes=SAMPLED) == answers("R016", *rows)


def test_r013_a_method_that_is_not_told_is_not_in_the_share():
    rows = several(10, method="open") + several(30, method=None)
    assert answers("R013", *rows, changes={"R013": {"threshold": 0.5}}) == {"B": ("clear", 0.0, None)}
    assert answers("R013", *several(30, method=None)) == {"B": ("not_computable", None, "method_unknown")}


def test_r013_a_share_that_is_exactly_the_threshold_is_high():
    half = several(6) + several(6, method="open")
    assert answers("R013", *half, changes={"R013": {"threshold": 0.5}}) == {"B": ("flagged", 0.5, None)}
    assert answers("R013", *half, changes={"R013": {"threshold": 0.51}}) == {"B": ("clear", 0.5, None)}


# R016


def test_r016_each_end_of_the_bulk_has_its_own_fence():
    """Amounts from 2 to 2 ** 12: the quartiles are 2 ** 3.4 and 2 ** 9.6, and nothing up to 2 ** 18.8 stands out."""
    rows = [{"amount": 2.0**n} for n in range(1, 13)]
    assert {answer[0] for answer in answers("R016", *rows).values()} == {"clear"}
    found = answers("R016", *rows, {"amount": 2.0**16}, {"amount": 2.0**40})
    assert (found["a012"][0], found["a013"][0]) == ("clear", "flagged")


def test_r016_where_all_amounts_are_equal_none_stands_out():
    assert {answer[:2] for answer in answers("R016", *several(12)).values()} == {("clear", 1.0)}


def test_r016_an_amount_far_from_the_others_of_its_kind():
    rows = [{"amount": 100.0 + n} for n in range(12)] + [{"amount": 100_000.0}, {"amount": 0.1}]
    found = answers("R016", *rows)
    assert found["a012"][0] == "flagged" and found["a013"][0] == "flagged" and found["a000"][0] == "clear"
    assert found["a012"][1] == pytest.approx(100_000 / (105.5 * 105.5) ** 0.5, rel=1e-2)


def test_r016_kinds_currencies_and_years_are_not_mixed():
    rows = several(10) + [{"currency": "USD"}, {"year": 2018}, {"classification": "99990000"}, {"classification": None},
                          {"amount": 0.0}, {"currency": None}]  # fmt: skip
    found = answers("R016", *rows)
    assert [found[f"a{n:03d}"][2] for n in range(10, 16)] == ["few_awards"] * 3 + ["no_classification"] + [
        "no_amount"
    ] * 2


# R040, R050


def test_r040_a_supplier_with_half_of_a_buyers_year():
    rows = several(5, amount=100.0) + several(5, amount=60.0, supplier_id="T")
    assert answers("R040", *rows) == {
        "B | 2017 | S": ("flagged", 0.625, None),
        "B | 2017 | T": ("clear", 0.375, None),
    }


def test_r040_a_share_that_is_exactly_the_threshold_is_high():
    exactly = {"R040": {"threshold": 0.625}}
    rows = several(5, amount=100.0) + several(5, amount=60.0, supplier_id="T")
    assert answers("R040", *rows, changes=exactly)["B | 2017 | S"] == ("flagged", 0.625, None)


def test_r040_a_share_of_less_than_one_unit_of_money_is_a_share():
    assert answers("R040", *several(12, amount=0.05)) == {"B | 2017 | S": ("flagged", 1.0, None)}


def test_r040_awards_to_persons_belong_to_the_whole():
    rows = several(5) + several(15, supplier_id=None)
    assert answers("R040", *rows) == {"B | 2017 | S": ("clear", 0.25, None)}


@pytest.mark.parametrize(
    ("extra", "reason"), [({"amount": None}, "amounts_do_not_add_up"), ({"currency": "USD"}, "amounts_do_not_add_up"),
                          ({"currency": None}, "amounts_do_not_add_up")]
)  # fmt: skip
@pytest.mark.parametrize("flag", ["R040", "R050"])
def test_shares_of_what_does_not_add_up_are_not_computed(flag, extra, reason):
    assert {answer[2] for answer in answers(flag, *several(12), extra).values()} == {reason}


@pytest.mark.parametrize("flag", ["R040", "R050"])
def test_shares_of_few_awards_or_of_nothing_are_not_computed(flag):
    assert {answer[2] for answer in answers(flag, *several(9)).values()} == {"few_awards"}
    assert {answer[2] for answer in answers(flag, *several(12, amount=0.0)).values()} == {"amounts_do_not_add_up"}


def test_r050_a_market_is_a_prefix_of_one_scheme():
    rows = several(6, amount=100.0) + several(6, amount=20.0, supplier_id="T", classification="12349999", buyer_id="C")
    found = answers("R050", *rows, {"classification": None, "amount": 1e9})
    assert found == {
        "CUCOP | 1234 | 2017 | S": ("flagged", round(600 / 720, 9), None),
        "CUCOP | 1234 | 2017 | T": ("clear", round(120 / 720, 9), None),
    }


# R046


def test_r046_without_a_list_nothing_is_said():
    assert answers("R046", {}) == {"a000": ("not_computable", None, "no_list")}


def test_r046_takes_the_answer_of_the_list_award_by_award():
    found = pd.DataFrame({
        "award_key": ["a002", "a001", "a000"],
        "outcome": ["not_computable", "flagged", "clear"],
        "reason": ["natural_person", None, None],
    })  # fmt: skip
    assert answers("R046", {}, {}, {}, {}, debarred=found) == {
        "a000": ("clear", 0.0, None),
        "a001": ("flagged", 1.0, None),
        "a002": ("not_computable", None, "natural_person"),
        "a003": ("not_computable", None, "no_list"),
    }


# R029


def test_r029_describes_first_digits_and_how_many_lie_under_the_ceiling():
    rows = (
        [{"amount": 2.0 ** (n % 900)} for n in range(1000)]
        + several(1000, buyer_id="C", amount=500.0)
        + several(999, buyer_id="D", amount=500.0)
    )
    found = digits_of_buyers({"awarded": awarded(*rows)}).set_index("unit")
    assert found.loc["B", "conformity"] == "close" and found.loc["B", "under_ceiling"] == 20
    assert found.loc["C", "conformity"] == "none" and found.loc["C", "share_5"] == 1
    assert pd.isna(found.loc["D", "deviation"]) and pd.isna(found.loc["D", "conformity"]) and found.loc["D", "n"] == 999


def test_r029_a_deviation_on_a_bound_is_still_called_by_it():
    assert [conformity(bound) for bound, _ in CONFORMITY] == [word for _, word in CONFORMITY]
    assert conformity(0.0121) == "marginal" and conformity(float("nan")) is None


# All


def test_nothing_awarded_no_units():
    empty = awarded({}).iloc[:0]
    for result in compute_all({"awarded": empty}, settings(), WITHOUT_BIDS).values():
        assert result.n == 0 and result.rate is None


def test_the_awards_are_not_changed_and_their_order_does_not_matter():
    table = awarded(*several(6), *several(6, supplier_id="T", amount=950.0), {"method": "open"})
    before = table.copy(deep=True)
    there = compute_all({"awarded": table}, settings(), WITHOUT_BIDS)
    pd.testing.assert_frame_equal(table, before)
    back = compute_all({"awarded": table.iloc[::-1]}, settings(), WITHOUT_BIDS)
    for name, result in there.items():
        one, other = (r.frame.astype("str").sort_values("unit_id", ignore_index=True) for r in (result, back[name]))
        pd.testing.assert_frame_equal(one, other)
