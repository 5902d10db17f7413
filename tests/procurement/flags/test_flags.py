"""Each flag on made-up processes: some flagged, some clear, some not computable, each with value and reason."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import JoinError, UnknownName
from ogp_analysis.procurement.awarded.frame import framed
from ogp_analysis.procurement.flags.bids import Processes
from ogp_analysis.procurement.flags.prepare import prepare
from ogp_analysis.procurement.flags.registry import FLAGS, chosen, compute_all
from ogp_analysis.procurement.flags.result import AWARDED, NOTED, OUTCOMES, TERMS, UNITS
from ogp_analysis.procurement.flags.settings import settings

FIXTURES = Path(__file__).parent / "fixtures"
PAIRS = sorted(path.stem for path in FIXTURES.glob("*.jsonl"))
#: Fences of any number of values, as Cardinal makes them.
ANY_NUMBER = settings(changes={"general": {"fence_minimum": 0}})
#: Those on the tables of OCDS; flags on awarded contracts have further tests of their own.
ON_TABLES = [flag for flag in FLAGS if AWARDED not in flag.needs]
NAMES = sorted({flag.code for flag in ON_TABLES})


def made_up(name: str, tables_of, lines_of):
    """Return the tables, settings and expected answers of a pair of fixtures."""
    expected = json.loads((FIXTURES / f"{name}.expected.json").read_text(encoding="utf-8"))
    lines = lines_of(FIXTURES / f"{name}.jsonl")
    tables = tables_of(lines) if name in NAMES else {AWARDED: awarded(lines)}
    tables |= {table: pd.DataFrame(rows) for table, rows in expected.get("tables", {}).items()}
    return tables, settings(changes=expected.get("settings")), expected["answers"]


def awarded(lines: list[dict]) -> pd.DataFrame:
    """Return awarded contracts; what the lines do not say of them is missing."""
    table = pd.DataFrame(lines)
    if "date" in table:
        table["date"] = pd.to_datetime(table["date"])
    return framed({name: table[name] for name in table.columns})


@pytest.mark.parametrize("name", PAIRS)
def test_outcome_value_and_reason(name, tables_of, lines_of):
    tables, chosen_settings, answers = made_up(name, tables_of, lines_of)
    results = compute_all(tables, chosen_settings, [name])
    assert set(results) == set(answers)
    for flag, result in results.items():
        told = {row.unit_id: [row.outcome, row.value, row.reason] for row in result.frame.itertuples()}
        assert set(told) == set(answers[flag])
        for unit_id, (outcome, value, reason) in answers[flag].items():
            found = told[unit_id]
            assert found[0] == outcome, (unit_id, found)
            assert (None if pd.isna(found[2]) else found[2]) == reason, (unit_id, found)
            wanted = float("nan") if value is None else float(value)
            assert found[1] == pytest.approx(wanted, abs=1e-12, nan_ok=True), (unit_id, found)


def test_every_flag_has_a_pair_with_all_three_outcomes():
    assert sorted({flag.code for flag in FLAGS}) == PAIRS
    for name in PAIRS:
        for flag, answers in json.loads((FIXTURES / f"{name}.expected.json").read_text())["answers"].items():
            assert {outcome for outcome, _, _ in answers.values()} == set(OUTCOMES) - {NOTED}, flag


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_rows_does_not_matter_and_the_tables_stay_as_they_were(name, tables_of, lines_of):
    tables, chosen_settings, _ = made_up(name, tables_of, lines_of)
    turned = {table: frame.iloc[::-1].reset_index(drop=True) for table, frame in tables.items()}
    before = {table: frame.copy(deep=True) for table, frame in tables.items()}
    one, other = compute_all(tables, chosen_settings, [name]), compute_all(turned, chosen_settings, [name])
    for flag, result in one.items():
        left = result.frame.sort_values("unit_id", ignore_index=True)
        pd.testing.assert_frame_equal(left, other[flag].frame.sort_values("unit_id", ignore_index=True))
        pd.testing.assert_frame_equal(result.involved, other[flag].involved)
        assert dict(result.fences) == pytest.approx(dict(other[flag].fences), nan_ok=True)
    for table, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[table])


@pytest.mark.parametrize(
    ("flag", "name", "unit_id", "value"),
    [
        ("R024", "R024", "twice", 1.0),
        ("R025", "R025", "F", 0.8),
        ("R035", "R035", "two others out", 2),
        ("R038", "R038_buyer", "B", 0.6),
        ("R048", "R048", "H", 4),
        ("R058", "R058", "five per cent", 0.05),
    ],
)
def test_a_value_on_the_threshold_is_flagged_and_the_next_is_not(tables_of, lines_of, flag, name, unit_id, value):
    tables, chosen_settings, _ = made_up(flag, tables_of, lines_of)
    own = {section: dict(values) for section, values in chosen_settings.sections.items()}
    downwards = flag in ("R024", "R025")
    for threshold, outcome in ((value, "flagged"), (value - 0.01 if downwards else value + 0.01, "clear")):
        changed = settings(changes=own | {flag: own[flag] | {"threshold": threshold}})
        frame = compute_all(tables, changed, [flag])[name].frame.set_index("unit_id")
        assert frame.loc[unit_id, "outcome"] == outcome


def margin(ocid: str, winning: float, other: float) -> dict:
    bids = [
        {"status": "valid", "tenderers": [{"id": who}], "value": {"amount": amount, "currency": "MXN"}}
        for who, amount in (("W", winning), ("L", other))
    ]
    awards = [{"status": "active", "suppliers": [{"id": "W"}]}]
    return {"ocid": ocid, "bids": {"details": bids}, "awards": awards}


@pytest.mark.parametrize("flag", ["R024", "R025", "R038", "R048", "R058"])
def test_a_fence_of_few_values_is_no_answer_and_says_so(flag, tables_of, lines_of):
    """The made-up processes have fewer than ten of anything; with a number as threshold all are computed."""
    tables, chosen_settings, answers = made_up(flag, tables_of, lines_of)
    own = {section: dict(values) for section, values in chosen_settings.sections.items()}
    fenced = own | {flag: own[flag] | {"threshold": "tukey"}}
    for name, result in compute_all(tables, settings(changes=fenced), [flag]).items():
        computed = sum(outcome != "not_computable" for outcome, _, _ in answers[name].values())
        assert result.n_computable == 0 and result.reasons["few_compared"] >= computed > 0
    freed = fenced | {"general": own["general"] | {"fence_minimum": 0}}
    assert all(
        "few_compared" not in r.reasons.index for r in compute_all(tables, settings(changes=freed), [flag]).values()
    )


def test_a_fence_above_all_shares_of_disqualified_bids_is_no_answer(tables_of):
    """Buyers whose shares are spread from 0 to 1, so that the upper fence lies above 1."""
    lines = [
        {"ocid": f"{buyer}-{n}", "buyer": {"id": f"B{buyer:02d}"},
         "bids": {"details": [{"status": "disqualified" if n < buyer else "valid", "tenderers": [{"id": "T"}]}]}}
        for buyer in range(12) for n in range(11)
    ]  # fmt: skip
    result = compute_all(tables_of(lines), settings(), ["R038"])["R038_buyer"]
    assert result.fences["upper_fence"] > 1 and result.reasons.to_dict() == {"fence_out_of_reach": 12}
    halved = [line for line in lines if int(line["ocid"].split("-")[0]) < 11 or line["buyer"]["id"] == "B11"]
    quiet = [
        {**line, "bids": {"details": [{**line["bids"]["details"][0], "status": "valid"}]}}
        if line["buyer"]["id"] != "B11" and not line["ocid"].endswith("-0") else line
        for line in halved
    ]  # fmt: skip
    told = compute_all(tables_of(quiet), settings(), ["R038"])["R038_buyer"]
    assert told.n_computable == 12 and 0 < told.n_flagged < 12


def test_tenderers_and_buyers_have_each_their_own_least_number_of_bids(tables_of):
    lines = [
        {"ocid": f"p-{n}", "buyer": {"id": "B"},
         "bids": {"details": [{"status": "disqualified" if n else "valid", "tenderers": [{"id": "T"}]}]}}
        for n in range(5)
    ]  # fmt: skip
    for own, few in (({"minimum_bids": 6, "minimum_bids_of_buyer": 5}, "R038_tenderer"),
                     ({"minimum_bids": 5, "minimum_bids_of_buyer": 6}, "R038_buyer")):  # fmt: skip
        found = compute_all(tables_of(lines), settings("", {"R038": {**own, "threshold": 0.5}}), ["R038"])
        assert {name: found[name].n_computable for name in ("R038_tenderer", "R038_buyer")} == {
            name: int(name != few) for name in ("R038_tenderer", "R038_buyer")
        }


def taking_part(ocid: str, winner: str, *others: str) -> dict:
    bids = [{"status": "valid", "tenderers": [{"id": who}]} for who in (winner, *others)]
    return {"ocid": ocid, "bids": {"details": bids}, "awards": [{"status": "active", "suppliers": [{"id": winner}]}]}


def test_a_tenderer_that_never_wins_lies_below_the_fence_of_the_others(tables_of):
    """Ten take part in four processes each, five of them win all and five win three; another takes part in all 40.

    One more has a single process and wins it: that counts for the fence, but is too little to be looked at.
    """
    lines = [
        taking_part(f"{one}-{n}", *(("X", f"U{one}") if one < 5 and n == 3 else (f"U{one}",)), "L")
        for one in range(10) for n in range(4)
    ]  # fmt: skip
    lines.append(taking_part("once", "ONCE"))
    result = compute_all(tables_of(lines), settings(), ["R025"])["R025"]
    told = {row.unit_id: (row.outcome, row.value) for row in result.frame.itertuples()}
    assert result.fences["lower_fence"] == 0.75 - 1.5 * 0.25
    assert told["L"] == ("flagged", 0.0)
    assert told["ONCE"][0] == "not_computable" and result.reasons.to_dict() == {"few_processes": 1}
    assert told["U0"] == ("clear", 0.75) and told["U9"] == ("clear", 1.0) and told["X"] == ("clear", 1.0)


def supplied(ocid: str, supplier: str, *kinds: str) -> dict:
    items = [{"classification": {"scheme": "S", "id": kind}} for kind in kinds]
    return {"ocid": ocid, "awards": [{"status": "active", "suppliers": [{"id": supplier}], "items": items}]}


def test_a_supplier_without_classified_items_does_not_move_the_fence_of_the_others(tables_of):
    """Ten suppliers with one kind each in one process; four more of whose items nothing is stated."""
    lines = [supplied(f"a{n}", f"A{n}", "11000000") for n in range(10)]
    lines += [supplied(f"b{n}", f"B{n}") for n in range(4)]
    chosen_settings = settings(changes={"R048": {"minimum_processes": 0}})
    result = compute_all(tables_of(lines), chosen_settings, ["R048"])["R048"]
    assert (result.fences["q1"], result.fences["q3"], result.fences["upper_fence"]) == (1, 1, 1)
    assert result.reasons.to_dict() == {"no_classified_items": 4} and result.n_flagged == 10


def test_a_term_is_short_below_the_shortest_and_noted_below_the_plain_one(tables_of):
    """Days and terms of six calls; the day on which a term ends is within it."""
    lasting = {"short": 5, "shortest": 6, "between": 14, "plain": 15, "none": 20, "unread": 1, "elsewhere": 1,
               "reversed": -1, "other": 20}  # fmt: skip
    lines = []
    for ocid, days in lasting.items():
        period = {"startDate": "2024-05-02T00:00:00Z", "endDate": f"2024-05-{2 + days:02d}T00:00:00Z"}
        lines.append({"ocid": ocid, "tender": {"status": "complete", "tenderPeriod": period}})
    days = [float(n) for n in lasting.values()][:-1]
    terms = pd.DataFrame({"ocid": list(lasting)[:-1], "kind": "open", "days": days, "shortest": 6.0, "term": 15.0})
    terms["reason"] = [None] * 4 + ["no_term", "text_unread", "other_law", None]
    result = compute_all(tables_of(lines) | {TERMS: terms}, settings(), ["R003"])["R003"]
    frame = result.frame.set_index("unit_id")[["outcome", "reason"]].astype("str").fillna("")
    told = frame["outcome"].where(frame["reason"] == "", frame["reason"])
    assert (frame["outcome"] == "not_computable").equals(frame["reason"] != "")
    wanted = "flagged noted noted clear no_term text_unread other_law period_reversed other_method"
    assert told[list(lasting)].tolist() == wanted.split()
    assert result.n_flagged == 1 and result.n_noted == 2


def test_prices_are_compared_in_the_currency_of_the_first_bid(tables_of):
    first, second = margin("first", 1, 2), margin("second", 1, 2)
    first["bids"]["details"] = first["bids"]["details"][:1]
    first["bids"]["details"][0]["value"]["currency"] = "USD"
    for lines, currency in (([first, second], "USD"), ([second, first], "MXN"), ([], "")):
        assert Processes(tables_of(lines), settings()).price_currency == currency


def test_r036_in_which_unit_of_money_prices_are_told_does_not_matter(tables_of, lines_of):
    tables, chosen_settings, _ = made_up("R036", tables_of, lines_of)
    amounts = tables["bids"]["amount"]
    there = compute_all(tables, chosen_settings, ["R036"])["R036"].frame
    for unit in sorted(set(amounts.dropna()) - {0}):
        told = tables | {"bids": tables["bids"].assign(amount=amounts / unit)}
        pd.testing.assert_frame_equal(compute_all(told, chosen_settings, ["R036"])["R036"].frame, there)


def test_two_prices_of_zero_count_at_the_upper_end_as_with_cardinal(tables_of):
    """Redacting zeros leaves them out."""
    lines = [margin(str(step), 1, 1 + step) for step in range(11)]
    zero = margin("z", 0, 0)
    without = compute_all(tables_of(lines), settings(), ["R058"])["R058"]
    assert without.fences["q3"] == pytest.approx(np.quantile(np.arange(11), 0.75, method="median_unbiased"))
    counted = compute_all(tables_of([*lines, zero]), settings(), ["R058"])["R058"]
    assert counted.fences["q3"] == pytest.approx(np.quantile([*range(11), 99], 0.75, method="median_unbiased"))
    assert counted.reasons.to_dict() == {"price_not_positive": 1}
    redacted = prepare(tables_of([*lines, zero]), settings(changes={"prepare": {"redacted_amounts": [0]}}))
    left_out = compute_all(redacted.tables, settings(), ["R058"])["R058"]
    assert left_out.fences == without.fences
    assert left_out.reasons.to_dict() == {"no_winning_price": 1}


def test_no_process_at_all_is_no_answer(tables_of):
    for result in compute_all(tables_of([]), settings(), NAMES).values():
        assert (result.n, result.n_computable, result.coverage, result.rate) == (0, 0, None, None)


@pytest.mark.parametrize("flag", ON_TABLES, ids=lambda flag: flag.name)
def test_a_table_that_is_absent_makes_nothing_computable(flag, tables_of, lines_of):
    """Only processes are known: every unit there is, is not computable, and none is clear."""
    tables = tables_of(lines_of(FIXTURES / f"{flag.code}.jsonl"))
    known = {"processes": tables["processes"][["ocid", "buyer_id"]]}
    result = compute_all(known, settings(), [flag.name])[flag.name]
    assert result.n_computable == 0
    assert result.n == (len(tables["processes"]) if flag.unit == "process" else result.n)


@pytest.mark.parametrize("flag", ON_TABLES, ids=lambda flag: flag.name)
def test_a_flag_reads_the_columns_it_names_and_no_other(flag, tables_of, lines_of):
    tables, chosen_settings, _ = made_up(flag.code, tables_of, lines_of)
    named = {table: [*columns, "ocid"] for table, columns in flag.needs.items()}
    named.setdefault("processes", ["ocid"])
    only = {table: tables[table][[c for c in tables[table].columns if c in names]] for table, names in named.items()}
    whole, part = (compute_all(given, chosen_settings, [flag.name])[flag.name] for given in (tables, only))
    pd.testing.assert_frame_equal(whole.frame, part.frame)
    for table, columns in flag.needs.items():
        for column in columns:
            assert column in tables[table].columns


def test_flags_are_named_once_in_order_and_of_known_units():
    names = [flag.name for flag in FLAGS]
    assert names == sorted(set(names))
    assert {flag.unit for flag in FLAGS} <= set(UNITS)
    assert [flag.name for flag in chosen(["R038", "R003"])] == ["R003", *(n for n in names if n.startswith("R038"))]
    with pytest.raises(UnknownName, match="'R999'"):
        chosen(["R999"])


def test_the_first_currency_met_is_compared_if_none_is_named(tables_of, lines_of):
    """In the order of the file, not of the identifiers."""
    lines = lines_of(FIXTURES / "R024.jsonl")
    dollars = json.loads(json.dumps(lines[0]).replace("MXN", "USD")) | {"ocid": "zz first in the file"}
    result = compute_all(tables_of([dollars, *lines]), ANY_NUMBER, ["R024"])["R024"]
    assert result.n_computable + int(result.reasons.get("fence_not_positive", 0)) == 1
    peso = compute_all(tables_of([*lines, dollars]), ANY_NUMBER, ["R024"])["R024"]
    assert peso.n_computable + int(peso.reasons.get("fence_not_positive", 0)) > 1


def test_rows_without_a_process_are_refused(tables_of, lines_of):
    tables = tables_of(lines_of(FIXTURES / "R024.jsonl"))
    with pytest.raises(JoinError, match=r"bids\.ocid: .*'half above'"):
        compute_all(
            {**tables, "processes": tables["processes"][lambda f: f["ocid"] != "half above"]}, settings(), ["R024"]
        )
    with pytest.raises(JoinError, match=r"tenderers\.bid_index: 1 rows belong to no row of bids"):
        compute_all({**tables, "bids": tables["bids"].iloc[1:]}, settings(), ["R024"])


def test_who_took_part_in_what_is_flagged(tables_of, lines_of):
    tables, chosen_settings, _ = made_up("R028", tables_of, lines_of)
    involved = compute_all(tables, chosen_settings, ["R028"])["R028"].involved
    assert list(involved.columns) == ["ocid", "organisation_id"]
    assert involved.groupby("ocid")["organisation_id"].agg("".join).to_dict() == {
        "a consortium and a member": "AB",
        "three of four alike": "ABD",
        "two alike": "AB",
        "two pairs": "ABCD",
    }


@pytest.mark.parametrize(
    ("bid", "bid_text", "end", "end_text", "value"),
    [
        ("2024-05-10T10:00", None, "2024-05-10T00:00", "2024-05-10", 0.0),
        ("2024-05-11T10:00", None, "2024-05-10T00:00", "2024-05-10", 1.0),
        ("2024-05-10T00:00", "2024-05-10", "2024-05-10T17:00", None, 0.0),
        ("2024-05-11T00:00", "11/05/2024", "2024-05-10T17:00", None, 1.0),
        ("2024-05-10T23:00", "2024-05-10T23:00", "2024-05-10T17:00", None, 0.0),
        ("2024-05-10T23:00", "2024-05-10T23:00", "2024-05-10T17:00", "2024-05-10 17:00:00", 0.25),
        ("2024-05-11T00:00", "2024-05-11", "2024-05-10T00:00", "2024-05-10", 1.0),
        ("2024-05-10T23:00", None, "2024-05-10T17:00", None, 0.25),
    ],
)
def test_nobody_is_late_on_a_day_that_is_all_that_is_known(tables_of, lines_of, bid, bid_text, end, end_text, value):
    tables = tables_of(lines_of(FIXTURES / "R030.jsonl")[:1])
    tables["bids"] = tables["bids"].assign(date=pd.Timestamp(bid).as_unit("us"), date_text=bid_text)
    tables["tenders"] = tables["tenders"].assign(period_end=pd.Timestamp(end).as_unit("us"), period_end_text=end_text)
    row = compute_all(tables, settings(), ["R030"])["R030"].frame.iloc[0]
    assert (row["value"], row["outcome"]) == (value, "flagged" if value else "clear")


def test_bids_of_the_tender_alone_are_no_bids(tables_of, lines_of):
    """``tender/tenderers`` names who tendered, with no bid to compare."""
    lines = lines_of(FIXTURES / "R035.jsonl")
    named = [line | {"tender": {**line.get("tender", {}), "tenderers": [{"id": "T"}, {"id": "W"}]}} for line in lines]
    one = compute_all(tables_of(lines), settings(), ["R035", "R025", "R028"])
    other = compute_all(tables_of(named), settings(), ["R035", "R025", "R028"])
    for flag, result in one.items():
        pd.testing.assert_frame_equal(result.frame, other[flag].frame)
