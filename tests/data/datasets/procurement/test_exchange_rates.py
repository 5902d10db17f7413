"""Exchange rates of three publishers: what a rate is, in which unit, on which day, and that they agree."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.datasets.procurement import banxico_exchange_rates as banxico
from ogp_analysis.data.datasets.procurement import exchange_rates_ecb as ecb
from ogp_analysis.data.datasets.procurement import exchange_rates_fed as fed

YEARLY, MONTHLY = fed.DATASET.inputs


def fed_row(date: str, country: str, rate: str) -> dict[str, str]:
    return {"Date": date, "Country": country, "Exchange rate": rate}


def ecb_row(date: str, **rates: str) -> dict[str, str]:
    return {"Date": date} | {c: rates.get(c, "N/A") for c in ecb.CODES} | {f"Unnamed: {len(ecb.CODES) + 1}": ""}


def banxico_row(date: str, rate: str = "20.5") -> dict[str, str]:
    return {"Fecha": date} | dict.fromkeys(banxico.SERIES, rate)


@pytest.mark.parametrize(
    ("date", "code"), [("2018-08-01", "VEF"), ("2018-09-01", "VES"), ("2021-10-01", "VES"), ("2021-11-01", "VED")]
)
def test_the_monthly_rates_of_venezuela_change_their_unit_with_the_figures(rows, date, code):
    assert fed.clean(rows(fed_row(date, "Venezuela", "10")), MONTHLY).tables["monthly"]["currency"].tolist() == [code]


def test_a_yearly_rate_says_how_many_months_there_are(rows):
    yearly = fed.clean(rows(fed_row("1993-01-01", "Mexico", "3.1"), fed_row("1990-01-01", "Japan", "144")), YEARLY)
    monthly = fed.clean(rows(*(fed_row(f"1993-{m}-01", "Mexico", "3.1") for m in ("11", "12"))), MONTHLY)
    table = fed.finish([yearly, monthly]).tables["yearly"].set_index("currency")
    assert table["months"].to_dict() == {"MXN": 2, "JPY": 0}


@pytest.mark.parametrize(
    ("row", "source", "message"),
    [
        (fed_row("2018-02-01", "Mexico", "19"), YEARLY, "do not stand for their year"),
        (fed_row("2018-02-03", "Mexico", "19"), MONTHLY, "do not stand for their year"),
        (fed_row("2018-01-01", "Narnia", "19"), YEARLY, "values that no rule covers"),
        (fed_row("2018-01-01", "Mexico", "0"), YEARLY, "not a positive number"),
        (fed_row("2018-01-01", "Mexico", ""), YEARLY, "not a positive number"),
        (fed_row("2018-01-01", "Mexico", "ND"), YEARLY, "not numbers"),
    ],
)
def test_what_the_federal_reserve_does_not_write_is_refused(rows, row, source, message):
    with pytest.raises(CleaningError, match=message):
        fed.clean(rows(row), source)


def test_a_day_without_a_rate_of_a_currency_is_no_row(rows):
    made = ecb.clean(rows(ecb_row("2008-01-02", USD="1.47", MXN="16.05"), ecb_row("2007-12-31", USD="1.4721")), None)
    assert made.tables["daily"].values.tolist() == [
        ["USD", "2008-01-02", 1.47], ["USD", "2007-12-31", 1.4721], ["MXN", "2008-01-02", 16.05],
    ]  # fmt: skip
    assert made.record.balance()["kept"].tolist() == [2]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ecb_row("2008-01-02"), "1 days have no rate"),
        (ecb_row("2008-01-02", USD=""), "neither a positive number nor N/A, for example ''"),
        (ecb_row("2008-01-02", USD="-1"), "neither a positive number"),
        (ecb_row("2008-01-02", USD="1") | {"KES": "no rate"}, "neither a positive number"),
    ],
)
def test_what_the_central_bank_does_not_write_is_refused(rows, row, message):
    with pytest.raises(CleaningError, match=message):
        ecb.clean(rows(row), None)


def test_a_currency_that_the_bank_adds_is_one_more_and_another_column_is_none(rows):
    made = ecb.clean(rows(ecb_row("2027-01-04", USD="1.1") | {"KES": "150.5", "Note": "x"}), None)
    assert made.tables["daily"][["currency", "per_eur"]].values.tolist() == [["USD", 1.1], ["KES", 150.5]]


def test_the_day_comes_before_the_month(rows):
    table = banxico.clean(rows(banxico_row("03/12/2018")), None).tables["daily"]
    assert set(table["date"]) == {"2018-12-03"}
    assert table["currency"].tolist() == ["USD", "EUR", "JPY", "GBP", "CNY", "XDR"]


@pytest.mark.parametrize("date", ["2018-01-02", "1/2/2018", "02/13/2018", ""])
def test_another_form_of_day_is_refused(rows, date):
    with pytest.raises(CleaningError, match="not written dd/mm/yyyy"):
        banxico.clean(rows(banxico_row(date)), None)


def test_the_three_publishers_agree_on_pesos_for_a_dollar(published):
    own = published(dataset("banxico_exchange_rates"))[1].tables["daily"]
    own = own[own["currency"] == "USD"].set_index("date")["mxn"]
    assert len(own) == 602
    daily = published(dataset("exchange_rates_ecb"))[1].tables["daily"]
    daily = daily.pivot(index="date", columns="currency", values="per_eur")
    cross = (daily["MXN"] / daily["USD"]).reindex(own.index).dropna()
    # Other hours of the same day: half a percent usually, five in March 2020.
    off = (own.reindex(cross.index) / cross - 1).abs()
    assert len(off) > 580 and off.median() < 0.005 and off.max() < 0.06
    fed_year = published(dataset("exchange_rates_fed"))[1].tables["yearly"].set_index(["currency", "year"])["per_usd"]
    assert own.loc["2019"].mean() == pytest.approx(fed_year["MXN", 2019], rel=1e-3)


def test_yearly_rates_are_means_of_the_months_or_inverses_of_means(published):
    tables = published(dataset("exchange_rates_fed"))[1].tables
    means = tables["monthly"].groupby(["currency", "year"])["per_usd"].mean()
    yearly = tables["yearly"][tables["yearly"]["months"] == 12].set_index(["currency", "year"])["per_usd"]
    off = (yearly / means.reindex(yearly.index) - 1).abs().drop(["VEF", "VES", "VED"], errors="ignore")
    inverse = off.index.get_level_values("currency").isin(["AUD", "EUR", "NZD"])
    assert off[~inverse].max() < 0.005 < off[inverse].max() < 0.021
