"""What contracts rest on, in tables and sentences."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.datasets.procurement.ocds.schemas import REASONS
from ogp_analysis.display.result import Parts
from ogp_analysis.procurement.awarded.ocds import COLUMNS
from ogp_analysis.procurement.publications import publication
from ogp_analysis.procurement.sample import MaskedSuppliers, ReadOtherwise, SampleFlow, coverage


def test_the_reasons_for_masking_are_counted():
    found = MaskedSuppliers(9, 2, dict.fromkeys(REASONS, 0) | {"no_sign": 3, "personal_identifier": 1})
    shown = found.table()
    assert found.masked == 4 and shown.frame["rows"].tolist() == [1, 3] and "4 of 9" in shown.caption
    assert "4 of 9 (44.4%)" in str(found.text()) and "without a published supplier: 2" in str(found.text())


def test_where_nobody_is_masked_or_supplies_there_is_no_table():
    nobody = MaskedSuppliers(9, 0, dict.fromkeys(REASONS, 0))
    assert nobody.table() == Parts() and "No supplier of these contracts is masked" in str(nobody.text())
    assert MaskedSuppliers(0, 3, dict.fromkeys(REASONS, 0)).text() == Parts()


def test_the_flow_tells_steps_then_what_is_left_out_then_how_contracts_were_joined():
    steps = (("source", 9), ("processes", 5), ("awarded", 6))
    flow = SampleFlow(steps, {"says_nothing": 2, "published_again": 1}, 4, 0, publication("ocds_mexico_gacm"))
    assert flow.frame["rows"].tolist() == [9, 5, 6, 1, 2, 4]
    assert [step[0] for step in flow.table().frame["step"]] == ["r", "c", "a", "−", "−", "·"]
    assert "number, amount or day agree: 4" in str(flow.text())
    assert SampleFlow(steps, {}, 0, 0, flow.publication).text() == Parts()


def test_coverage_is_of_each_year_and_of_all():
    awards = pd.DataFrame({"year": pd.array([2017, 2017, None], dtype="Int64"), "method": ["open", None, "open"]})
    awards = awards.assign(**dict.fromkeys(("value", "supplier_id", "call_date", "deadline", "award_date", "n_bids",
                                            "signature_date", "classification", "rationale")))  # fmt: skip
    shown = coverage(awards).table()
    assert shown.frame["year"].tolist() == ["2017", "undated", "All years"]
    assert shown.frame["awards"].tolist() == [2, 1, 3] and shown.frame["method"].tolist() == [0.5, 1, 2 / 3]
    assert shown.frame["bids"].tolist() == [0, 0, 0] and "3 contracts" in shown.caption


def test_what_is_read_otherwise_is_counted_and_listed_only_where_values_may_be():
    rows = [("P1", "method", "open", "AD-1", "direct", "method_by_number"),
            ("P2", "award_date", "2030-01-01", None, None, "later_than_publication")]  # fmt: skip
    record = pd.DataFrame(rows, columns=COLUMNS, dtype="str")
    awards = pd.DataFrame({"process_id": ["P1", "P1", "P3"], "value": [1e6, 2e6, 5e6]})
    found = ReadOtherwise(record, awards, "MXN")
    assert "For 2 of 3 contracts" in str(found.text()) and "later than the publication: 1" in str(found.text())
    assert found.table().frame[["count", "amount"]].values.tolist() == [[2, 3.0]]
    assert found.listed().frame["read_as"].tolist() == ["direct award", "set aside"]
    assert ReadOtherwise(record, awards, "MXN", listable=False).listed() == Parts()
    nothing = ReadOtherwise(record.head(0), awards, "MXN")
    assert nothing.text() == nothing.table() == nothing.listed() == Parts()
