"""Conversion by date: what is converted says by which rate, what cannot be is never taken as it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogp_analysis.base import paths
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.procurement import amounts


def units(kind: str, hub: str, rows: dict[str, dict[str, float]], source: str = "made") -> amounts.Rates:
    table = pd.DataFrame.from_dict(rows, orient="index").rename(index=pd.Timestamp)
    return amounts.Rates(source, kind, hub, table.sort_index().assign(**{hub: 1.0}))


YEARS = units("year", "USD", {"2017-01-01": {"MXN": 19.0, "CLP": 650.0}, "2018-01-01": {"MXN": 20.0}}, "years")
MONTHS = units("month", "USD", {"2017-02-01": {"MXN": 19.5}}, "months")
DAYS = units("day", "EUR", {"2017-02-09": {"MXN": 21.0, "USD": 1.05}, "2017-02-10": {"MXN": 22.0, "USD": 1.1}}, "days")
ALL = (DAYS, MONTHS, YEARS)


def convert(amount, currency, date, to="MXN", rates=ALL):
    amount, currency = pd.Series([amount], dtype="float64"), pd.Series([currency], dtype="str")
    return amounts.convert(amount, currency, pd.to_datetime(pd.Series([date])), to, rates).iloc[0]


@pytest.mark.parametrize(
    ("date", "rate", "source", "kind", "day"),
    [
        ("2017-02-10", 20.0, "days", "day", "2017-02-10"),
        ("2017-02-09", 20.0, "days", "day", "2017-02-09"),
        # A weekend takes the Friday before it, and so does a whole week; the eighth day does not.
        ("2017-02-12", 20.0, "days", "day", "2017-02-10"),
        ("2017-02-17", 20.0, "days", "day", "2017-02-10"),
        ("2017-02-18", 19.5, "months", "month", "2017-02-01"),
        # Never a rate of a later day.
        ("2017-02-08", 19.5, "months", "month", "2017-02-01"),
        ("2017-03-01", 19.0, "years", "year", "2017-01-01"),
        ("2018-12-31", 20.0, "years", "year", "2018-01-01"),
    ],
)
def test_an_amount_is_converted_at_the_best_rate_of_its_date(date, rate, source, kind, day):
    made = convert(100.0, "USD", date)
    assert made["rate"] == pytest.approx(rate) and made["converted"] == pytest.approx(100 * rate)
    assert [made["rate_source"], made["rate_kind"]] == [source, kind]
    assert made["rate_date"] == pd.Timestamp(day)
    assert (made["status"], made["reason"]) == ("converted", "")


@pytest.mark.parametrize(
    ("amount", "currency", "date", "reason"),
    [
        (np.nan, "USD", "2017-02-10", "no_amount"),
        (np.nan, "", None, "no_amount"),
        (100.0, "", "2017-02-10", "no_currency"),
        (100.0, None, "2017-02-10", "no_currency"),
        (100.0, "USD", None, "no_date"),
        (100.0, "USD", "2016-12-31", "no_rate"),
        (100.0, "USD", "2019-01-01", "no_rate"),
        (100.0, "CLP", "2018-06-01", "no_rate"),
        (100.0, "MNX", "2017-02-10", "no_rate"),
        (100.0, "TEST", "2017-02-10", "no_rate"),
    ],
)
def test_what_cannot_be_converted_has_no_amount_and_no_rate(amount, currency, date, reason):
    made = convert(amount, currency, date)
    assert (made["status"], made["reason"]) == ("not_converted", reason)
    assert np.isnan(made["converted"]) and np.isnan(made["rate"]) and pd.isna(made["rate_date"])
    assert [made["rate_source"], made["rate_kind"]] == ["", ""]


def test_without_rates_only_the_currency_itself_counts():
    assert convert(100.0, "USD", "2017-02-10", rates=())["status"] == "not_converted"
    assert convert(100.0, "MXN", None, rates=())["status"] == "same_currency"
    assert convert(100.0, "MXN", None, rates=())["converted"] == 100.0


def test_a_cross_rate_is_of_one_period():
    pesos = convert(1300.0, "CLP", "2017-05-05")
    assert pesos["converted"] == pytest.approx(1300 / 650 * 19)
    # CLP and MXN have a rate, but not in the same period.
    apart = units("year", "USD", {"2017-01-01": {"CLP": 650.0}, "2018-01-01": {"MXN": 20.0}})
    assert convert(1.0, "CLP", "2017-05-05", rates=(apart,))["reason"] == "no_rate"


def test_columns_of_different_rows_are_refused():
    one = pd.Series([1.0, 1.0])
    with pytest.raises(ParameterError, match="dates: have another index"):
        amounts.convert(one, pd.Series(["USD", "USD"]), pd.Series(pd.to_datetime(["2017-01-01"])), "MXN", ALL)


def test_a_repeated_index_is_no_obstacle_and_the_input_stays():
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "c": ["USD", "MXN", "EUR"]}, index=[7, 3, 5])
    frame = frame.assign(d=pd.Timestamp("2017-02-10"))
    before = frame.copy(deep=True)
    made = amounts.convert(frame["a"], frame["c"], frame["d"], "MXN", ALL)
    assert made.index.tolist() == [7, 3, 5] and made["converted"].tolist() == pytest.approx([20.0, 2.0, 66.0])
    pd.testing.assert_frame_equal(frame, before)


positive = st.floats(1e-6, 1e6, allow_nan=False)
days = st.dates(pd.Timestamp("2017-01-01").date(), pd.Timestamp("2018-12-31").date()).map(str)


@given(amount=positive, date=days, mxn=positive, usd=positive)
def test_there_and_back_again(amount, date, mxn, usd):
    rates = (units("year", "EUR", {f"{y}-01-01": {"MXN": mxn, "USD": usd} for y in (2017, 2018)}),)
    there = convert(amount, "USD", date, "MXN", rates)
    back = convert(there["converted"], "MXN", date, "USD", rates)
    assert back["converted"] == pytest.approx(amount, rel=1e-12)
    assert there["rate"] * back["rate"] == pytest.approx(1, rel=1e-12)


@given(amount=st.floats(-1e12, 1e12), date=st.one_of(days, st.none()))
def test_the_unit_currency_is_left_to_the_last_bit(amount, date):
    made = convert(amount, "MXN", date)
    assert (made["converted"], made["rate"], made["status"]) == (amount, 1.0, "same_currency")


@given(first=days, second=days, step=st.integers(1, 40))
def test_a_later_amount_never_takes_an_earlier_rate(first, second, step):
    every = pd.date_range("2017-01-01", "2018-12-31", freq=f"{step}D")
    rates = (units("day", "USD", {str(d.date()): {"MXN": 1.0 + n} for n, d in enumerate(every)}),)
    made = [convert(1.0, "USD", date, rates=rates) for date in sorted((first, second))]
    taken = [m["rate_date"] for m in made]
    assert all(pd.isna(t) or t <= pd.Timestamp(d) for t, d in zip(taken, sorted((first, second)), strict=True))
    if not pd.isna(taken).any():
        assert taken[0] <= taken[1]


def embedded(source: str, version: str, table: str) -> pd.DataFrame:
    return pd.read_csv(paths.project().raw / source / version / f"{table}.csv", keep_default_na=False)


@pytest.fixture(scope="module")
def fed() -> amounts.Rates:
    table = embedded("exchange_rates_fed", "2026-extract", "yearly")
    return amounts.rates_of(table, "exchange_rates_fed", "year", "USD")


def test_the_embedded_years(fed):
    made = convert(1.0, "USD", "2017-06-30", rates=(fed,))
    assert made["converted"] == pytest.approx(18.884, abs=5e-4)
    assert [made["rate_source"], made["rate_kind"]] == ["exchange_rates_fed", "year"]
    # The euro stands in the file as currency for one dollar, as all others do.
    assert convert(1.0, "EUR", "2017-01-01", rates=(fed,))["converted"] == pytest.approx(18.8841 / 0.8849)
    assert convert(1.0, "GBP", "2017-01-01", rates=(fed,))["reason"] == "no_rate"


def test_a_part_of_a_year_is_no_year(fed):
    assert convert(1.0, "USD", "1993-12-31", rates=(fed,))["reason"] == "no_rate"
    assert convert(1.0, "USD", "1994-01-01", rates=(fed,))["converted"] == pytest.approx(3.3853)


DECEMBER = {"currency": ["MXN"], "year": [2017], "month": [12], "per_usd": [20]}


@pytest.mark.parametrize(
    ("columns", "kind", "hub", "day", "converted"),
    [
        # Pesos for a unit are turned round.
        ({"currency": ["USD"], "date": ["2018-01-02"], "mxn": [19.5]}, "day", "MXN", "2018-01-03", 19.5),
        (DECEMBER, "month", "USD", "2017-12-24", 20),
        (DECEMBER, "month", "USD", "2017-11-30", np.nan),
    ],
)
def test_each_table_is_read_by_its_kind_of_period_and_its_hub(columns, kind, hub, day, converted):
    rates = (amounts.rates_of(pd.DataFrame(columns), "made", kind, hub),)
    assert convert(1.0, "USD", day, rates=rates)["converted"] == pytest.approx(converted, nan_ok=True)


def test_the_embedded_edition_has_years_only():
    [only] = amounts.available()
    assert (only.source, only.kind, only.hub) == ("exchange_rates_fed", "year", "USD")


@pytest.mark.parametrize("fetched", [(), ("monthly",), ("yearly",), ("monthly", "yearly")])
def test_yearly_rates_are_never_lacking(monkeypatch, fetched):
    """Of the full edition only what was fetched is there; the embedded years stand in for years."""
    asked, load = [], amounts.hand_out.load
    monthly = pd.DataFrame({"currency": ["GBP"], "year": [2017], "month": [12], "per_usd": [0.75]})

    def loaded(dataset, table, edition="embedded"):
        asked.append((table, edition))
        return monthly if table == "monthly" else load(dataset, table)

    monkeypatch.setattr(amounts.hand_out, "has", lambda dataset, table, edition: table in fetched)
    monkeypatch.setattr(amounts.hand_out, "load", loaded)
    made = amounts.available("full")
    assert [one.kind for one in made] == (["month", "year"] if "monthly" in fetched else ["year"])
    assert asked[-1] == ("yearly", "full" if "yearly" in fetched else "embedded")


def test_a_kind_of_period_that_is_none_is_refused():
    with pytest.raises(ParameterError, match="'week' is not a kind of period"):
        units("week", "USD", {"2017-01-01": {"MXN": 1.0}})
