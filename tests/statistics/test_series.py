from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.sample import checked_series, exact


def series(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["unit", "year", "value"])


def test_a_series_is_sorted_and_the_input_left_alone():
    frame = series(("B", 2001, 2.0), ("A", 2002, None), ("A", 2001, 1)).assign(other="x")
    before = frame.copy(deep=True)
    out = checked_series(frame, "here")
    assert out["unit"].tolist() == ["A", "A", "B"] and out["year"].tolist() == [2001, 2002, 2001]
    assert list(out.columns) == ["unit", "year", "value"]
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (series(("A", 2001, 1.0)).drop(columns="value"), "1 columns are absent, 'value'"),
        (series(("A", 2001, 1.0), ("A", 2001, 2.0)), "1 rows repeat a unit-year, for example A 2001"),
        (series(("A", 2001, 1.0), (None, 2001, 2.0)), "missing in 1 rows"),
        (series(("A", 2001, "1.0")), "not a number"),
        (series(("A", 2001, True)), "not a number"),
        (series(("A", 2001, float("inf"))), "infinite"),
        (series(("A", 2001.5, 1.0)), "whole years"),
    ],
)
def test_what_is_no_series_is_refused(frame, words):
    with pytest.raises(ModelError, match=words):
        checked_series(frame, "here")


def test_differences_are_exact_in_published_decimals():
    assert 0.5 - 0.402 != 0.505 - 0.407
    assert exact(0.5) - exact(0.402) == exact(0.505) - exact(0.407)
    for text in ("0.1", "1e-05", "-3.25", "123456789.123", "1e+300"):
        assert float(exact(float(text))) == float(text)
        assert exact(float(text)).limit_denominator(10**9) == exact(float(text))
        assert Decimal(exact(float(text)).numerator) / Decimal(exact(float(text)).denominator) == Decimal(text)
