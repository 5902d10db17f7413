"""Columns as codes: the same text has the same code in all columns that are coded together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ogp_analysis.procurement.flags.tables import MISSING, Tables, coded, integers, positions


def texts(*values) -> pd.Series:
    return pd.Series(values, dtype="str")


def test_columns_share_their_categories():
    one, other = coded(texts("b", None, "a"), texts("a", "c"))
    assert one.codes.tolist() == [0, MISSING, 1] and other.codes.tolist() == [1, 2]
    assert one.categories.tolist() == other.categories.tolist() == ["b", "a", "c"]
    values, of = coded(texts("a", "b", None, "z"), texts("b", "a", "b"))
    assert positions(values, of).tolist() == [1, 0, MISSING, MISSING]


def test_columns_that_are_empty_or_missing_throughout():
    (empty,), (missing,) = coded(texts()), coded(texts(None, None))
    assert empty.codes.tolist() == [] and missing.isin(["a"]).tolist() == [False, False]


def test_whole_numbers_of_either_kind():
    assert integers(pd.Series([1, None], dtype="Int64")).tolist() == [1, MISSING]
    assert integers(pd.Series([1, 2], dtype="int64")).tolist() == [1, 2]


def test_a_process_without_tender_has_nothing_of_one():
    tables = Tables({
        "processes": pd.DataFrame({"ocid": texts("p", "q")}),
        "tenders": pd.DataFrame({"ocid": texts("q"), "status": texts("active"), "number_of_tenderers": [2]}),
    })  # fmt: skip
    assert tables.tender_texts("status").tolist()[1:] == ["active"] and pd.isna(tables.tender_texts("status")[0])
    assert np.isnan(tables.tender_numbers("number_of_tenderers")).tolist() == [True, False]
    assert np.isnat(tables.tender_instants("period_end")).all()
