"""Flags on awarded contracts: for each one that is flagged, one that is clear, and those that cannot be computed."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.procurement.awarded.frame import COLUMNS, framed
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


UNIT = "B | S | 2017 | goods"
HALF = several(5, amount=100.0) + several(5, amount=60.0, supplier_id="T")
NINE = [{"buyer_id": f"U{n}", "method": m} for n in range(9) for m in ["direct"] + ["open"] * 9]
MARKET = several(6, amount=100.0) + several(6, amount=20.0, supplier_id="T", classification="12349999", buyer_id="C")
NEAR = several(9, amount=1000.0) + several(1, amount=1001.0) + several(50, amount=10.0) + several(50, amount=5000.0)
GROUND = {"amount": 5e3, "rationale": "Art. 41 fr. III"}
SPREAD = [{"amount": 2.0**n} for n in range(1, 13)]
OTHERS = [{"currency": "USD"}, {"year": 2018}, {"classification": "9"}, {"classification": None}, {"amount": 0.0}]
#: A flag, awards, and the answer of some units, of those of awards in their order: outcome and value, or the reason.
CASES = [
    ("R002", several(19, amount=950.0) + several(1, amount=1050.0), {"B": "flagged 0.95"}),
    ("R002", several(10, amount=950.0) + several(10, amount=1050.0), {"B": "clear 0.5"}),
    # The ceiling itself is below, and far amounts do not count.
    ("R002", NEAR, {"B": "flagged 0.9"}),
    ("R002", several(20, amount=950.0, direct_ceiling=None), {"B": "no_ceiling"}),
    ("R002", several(9, amount=950.0), {"B": "few_awards"}),
    ("R010", [{"amount": 5e3}, GROUND], {"a000": "flagged 1", "a001": "clear 0"}),
    # An amount up to the ceiling is a ground.
    ("R010", [{"amount": 1e3}, GROUND], {"a000": "clear 0"}),
    ("R010", [{"amount": 5e3}], {"a000": "grounds_not_published"}),
    ("R010", [{"method": "open"}, {"method": None}, GROUND], {"a000": "other_method", "a001": "method_unknown"}),
    # Parts within a month; an award above the ceiling is none, nor is that of another kind or supplier.
    ("R011", [{"amount": 6e2}, {"amount": 6e2, "date": "2017-03-31"}], {UNIT: "flagged 1.2"}),
    ("R011", [{"amount": 6e2}, {"amount": 6e2, "date": "2017-04-01"}], {UNIT: "clear 0"}),
    ("R011", several(2, amount=500.0), {UNIT: "clear 1"}),
    ("R011", [{"amount": 5e3}, {"amount": 6e2}], {UNIT: "clear 0"}),
    (
        "R011",
        [{}, {"category": "works"}, {"supplier_id": "T"}],
        {UNIT: "one_award", "B | T | 2017 | goods": "one_award"},
    ),
    ("R011", [{"date": None}, {}], {UNIT: "no_date"}),
    ("R049", [{"amount": 950.0}, {"amount": 1000.0}], {UNIT: "flagged 2"}),
    ("R049", [{"amount": 950.0}, {"amount": 900.0}], {UNIT: "clear 1"}),
    ("R055", [{"amount": 450.0, "date": day} for day in ("2017-01-05", "2017-11-05")], {UNIT: "flagged 0.9"}),
    ("R055", several(2, amount=400.0), {UNIT: "clear 0.8"}),
    *(("R055", [{}, {"method": method}], {UNIT: "one_award"}) for method in ("limited", "open", None)),
    ("R013", NINE + several(10) + several(3, buyer_id="C"), {"B": "flagged 1", "U0": "clear 0.1", "C": "few_awards"}),
    ("R013", several(10, method="open"), {"B": "few_compared"}),
    ("R013", NINE, {"U0": "few_compared", "U8": "few_compared"}),
    ("R013", NINE + several(10, method="open"), {"U0": "clear 0.1", "U8": "clear 0.1", "B": "clear 0"}),
    ("R013", several(30, method=None), {"B": "method_unknown"}),
    # Quartiles at 2 ** 3.4 and 2 ** 9.6: nothing up to 2 ** 18.8 stands out, and nothing where all are equal.
    ("R016", [*SPREAD, {"amount": 2.0**16}, {"amount": 2.0**40}], {"a012": "clear", "a013": "flagged"}),
    ("R016", SPREAD, {f"a{n:03d}": "clear" for n in range(12)}),
    ("R016", several(12), {f"a{n:03d}": "clear 1" for n in range(12)}),
    ("R016", several(12) + [{"amount": 1e5}, {"amount": 0.1}], {"a000": "clear", "a012": "flagged", "a013": "flagged"}),
    *(("R016", several(10) + OTHERS[:3], {f"a{n:03d}": "few_awards"}) for n in (10, 11, 12)),
    ("R016", several(10) + OTHERS[3:], {"a010": "no_classification", "a011": "no_amount"}),
    ("R016", several(10) + [{"currency": None}], {"a010": "no_amount"}),
    ("R040", HALF, {"B | 2017 | S": "flagged 0.625", "B | 2017 | T": "clear 0.375"}),
    ("R040", several(12, amount=0.05), {"B | 2017 | S": "flagged 1"}),
    # Awards to persons belong to the whole.
    ("R040", several(5) + several(15, supplier_id=None), {"B | 2017 | S": "clear 0.25"}),
    # A market is a prefix of one scheme.
    ("R050", [*MARKET, {"classification": None, "amount": 1e9}], {"CUCOP | 1234 | 2017 | S": "flagged 0.833333"}),
    ("R050", MARKET, {"CUCOP | 1234 | 2017 | T": "clear 0.166667"}),
    ("R046", [{}], {"a000": "no_list"}),
]


def told(flag: str, *rows: dict, **more) -> dict[str, str]:
    """Return outcome and value of each unit, or why there is none."""
    return {unit: why or f"{outcome} {value:g}" for unit, (outcome, value, why) in answers(flag, *rows, **more).items()}


@pytest.mark.parametrize(("flag", "rows", "wanted"), CASES)
def test_what_a_flag_answers(flag, rows, wanted):
    found = told(flag, *rows)
    for unit, answer in wanted.items():
        assert answer in (found[unit], found[unit].split()[0]), unit


@pytest.mark.parametrize(
    ("flag", "changes", "rows", "unit", "answer"),
    [
        ("R010", {"ceiling_is_ground": False}, [{"amount": 1e3}, {"rationale": "x"}], "a000", "flagged 1"),
        ("R013", {"threshold": 0.5}, several(10, method="open") + several(30, method=None), "B", "clear 0"),
        ("R013", {"threshold": 0.5}, several(6) + several(6, method="open"), "B", "flagged 0.5"),
        ("R013", {"threshold": 0.51}, several(6) + several(6, method="open"), "B", "clear 0.5"),
        ("R040", {"threshold": 0.625}, HALF, "B | 2017 | S", "flagged 0.625"),
    ],
)
def test_what_a_setting_changes(flag, changes, rows, unit, answer):
    assert told(flag, *rows, changes={flag: changes})[unit] == answer


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(1000.0, "not_computable"), (1160.0, "not_computable"), (1160.01, "flagged")],
)
def test_r010_where_the_ceiling_of_the_buyer_is_not_known_a_small_amount_may_be_the_ground(amount, expected):
    row = {"amount": amount, "direct_ceiling": None, "highest_ceiling": 1000.0}
    assert answers("R010", row, {"rationale": "x"})["a000"][0] == expected
    strict = {"R010": {"ceiling_is_ground": False}}
    assert answers("R010", row, {"rationale": "x"}, changes=strict)["a000"][0] == "flagged"


@pytest.mark.parametrize("flag", ["R011", "R049", "R055"])
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [({"amount": None}, "no_amount"), ({"direct_ceiling": None}, "no_ceiling"), ({"supplier_id": None}, None),
     ({"method": "open"}, None)],
)  # fmt: skip
def test_repeated_direct_awards_that_cannot_be_told(flag, wrong, reason):
    found = answers(flag, {"amount": 950.0}, {"amount": 950.0}, {"amount": 950.0, **wrong})
    if reason:
        assert found == {UNIT: ("not_computable", None, reason)}
    else:
        assert found[UNIT][0] == "flagged", "a natural person and an open call are not part of it"


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


def test_r046_takes_the_answer_of_the_list_award_by_award():
    found = pd.DataFrame({
        "award_key": ["a002", "a001", "a000"],
        "outcome": ["not_computable", "flagged", "clear"],
        "reason": ["natural_person", None, None],
    })  # fmt: skip
    wanted = {"a000": "clear 0", "a001": "flagged 1", "a002": "natural_person", "a003": "no_list"}
    assert told("R046", {}, {}, {}, {}, debarred=found) == wanted


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
