"""Purchases outside Mexico: codes, dates, every amount apart, no prose and no name of a person."""

from __future__ import annotations

import pytest

from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.surveillance import international_surveillance_contracts as contracts
from tests.data.datasets.plain_rows import plain

GHANA, POLAND = (plain("international_surveillance_contracts", number) for number in (0, 1))


def clean(made, *rows):
    return cleaned(contracts.DATASET, [(contracts.DATASET.inputs[0], made(list(rows)))])


def one(made, **values):
    return clean(made, GHANA | values).tables["facts"].iloc[0]


def test_an_amount_agreed_and_one_that_arrived_are_rows_of_their_own(made):
    amounts = clean(made, GHANA).tables["amounts"]
    assert amounts[["place", "basis", "amount"]].values.tolist() == [
        [1, "agreed_total", 8e6], [2, "agreed_with_vendor", 6e6], [3, "agreed_with_agent", 2e6],
        [4, "withdrawn_by_buyer", 4e6], [5, "reached_vendor", 1e6]]  # fmt: skip


def test_a_fact_without_an_amount_has_no_row_of_amounts(made):
    assert clean(made, GHANA | {"amount": "", "currency": "", "amount_basis": ""}).tables["amounts"].empty


@pytest.mark.parametrize(("text", "dated", "first", "last"), [
    ("2015/2016", None, 2015, 2016), ("2012-", None, 2012, None), ("2017", "2017", 2017, 2017),
    ("2017-09-29", "2017-09-29", 2017, 2017),
])  # fmt: skip
def test_a_date_over_years_keeps_its_ends(made, text, dated, first, last):
    row = one(made, date=text).astype("object").where(lambda row: row.notna(), None)
    assert [row["date"], row["first_year"], row["last_year"]] == [dated, first, last]


def test_an_allegation_names_no_body_and_nobody(made):
    result = clean(made, GHANA | {"buyer": "Police intelligence (alleged)",
                                  "status": "allegation by President Petro (2024)"})  # fmt: skip
    row = result.tables["facts"].iloc[0]
    assert row["buyer_kind"] == "alleged" and row["buyer_text"] != row["buyer_text"]
    assert row["standing"] == "allegation"
    assert "Petro" not in " ".join(map(str, row))


def test_an_address_keeps_its_host_alone_unless_it_was_read(made):
    assert one(made, id="INT-002")["source_url"] == GHANA["source_url"], "a fact leads to the page that says it"
    result = clean(made, GHANA)
    row = result.tables["facts"].iloc[0]
    assert (row["source_url"], row["further_pages"]) == ("https://example.org/", 2)
    assert "address_not_reviewed" in set(result.record.entries["rule"])
    for words in ("SII transfers.json", "http://example.org (2015-07-11)"):
        assert one(made, source_url=words)["source_url"] != one(made, source_url=words)["source_url"]


def test_the_published_file_names_nobody(published):
    tables = published(contracts.DATASET)[1].tables
    facts = tables["facts"]
    assert len(facts) == 9 and len(tables["amounts"]) == 16
    text = facts.to_csv().lower()
    for name in ("petro", "banas", "jailed"):
        assert name not in text
