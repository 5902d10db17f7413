"""World Bank awards: contracts listed twice, bids that were not read, prices in several currencies, persons."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError, UnknownName
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.procurement import world_bank_awards
from ogp_analysis.data.datasets.procurement import world_bank_awards as awards
from tests.data.datasets.plain_rows import plain

CONTRACTS, BIDS = awards.DATASET.inputs
URL = "http://search.worldbank.org/wcontractawards/procdetails/OP0000000"
PERSON = "Inventada Ejemplo"
CONTRACT, BID = plain("world_bank_awards_contracts"), plain("world_bank_awards_bids")


@pytest.fixture
def clean(rows):
    def walk(contracts=({},), bids=({},)):
        result = awards.finish(
            [
                awards.clean(rows(*(CONTRACT | change for change in contracts)), CONTRACTS),
                awards.clean(rows(*(BID | change for change in bids)), BIDS),
            ]
        )
        result.record.checked()
        return result

    return walk


def rules(result) -> dict[str, int]:
    return result.record.entries["rule"].value_counts().to_dict()


def test_a_contract_listed_twice_has_its_bids_once(clean):
    two = ({}, {"bidder.name": "Firma S.A.", "status": "Rejected"})
    result = clean(contracts=({"n.bids": "2"}, {"n.bids": "2"}), bids=(*two, *two))
    assert result.tables["contracts"]["n_bids"].tolist() == [2]
    assert result.tables["bids"][["sequence", "bidder_name"]].values.tolist() == [[1, "Casa Ltd."], [2, "Firma S.A."]]
    assert rules(result) == {"exact_repeat": 3}
    # Two equal bids of one contract stay where the notice counts both, also if it is listed twice.
    assert len(clean(contracts=({"n.bids": "2"},), bids=({}, {})).tables["bids"]) == 2
    assert len(clean(contracts=({"n.bids": "2"}, {"n.bids": "2"}), bids=({}, {}, {}, {})).tables["bids"]) == 2


def test_a_person_with_two_bids_of_a_contract_listed_twice_has_two(clean):
    """Masks tell by the line, so that equal rows of one person look different."""
    result = clean(contracts=({}, {}), bids=({"bidder.name": PERSON}, {"bidder.name": PERSON}))
    assert result.tables["bids"]["bidder_name"].tolist() == ["persona física"]
    assert PERSON not in str(result.record.entries.values.tolist())


def test_sums_of_few_bids_have_the_cents_that_the_amounts_of_the_file_lack(rows):
    """Beside all bids of the file, cents are less than the difference that two equal sums may have."""
    bids = rows(BID, BID | {"contract.price.raw": "USD 1,234.5;"}, BID | {"evaluated.price.raw": "USD 1234"})
    chunks = [(CONTRACTS, rows(CONTRACT | {"n.bids": "3"})), (BIDS, bids)]
    table = cleaned(awards.DATASET, chunks).tables["bids"]
    assert table["evaluated_price"].tolist() == [1234.56, 1234.56, 1234.0]
    assert table["contract_price"].tolist() == [1234.56, 1234.5, 1234.56]
    with pytest.raises(CleaningError, match=r"bids\.contract_price: adds up to 3703\.18, but .* to 3703\.62"):
        cleaned(replace(awards.DATASET, finish=_with_a_lesser_price), chunks)


def _with_a_lesser_price(parts):
    result = awards.finish(parts)
    bids = result.tables["bids"]
    lesser = bids.assign(contract_price=bids["contract_price"].replace(1234.5, 1234.06))
    return replace(result, tables={**result.tables, "bids": lesser})


def test_no_bids_read_is_not_no_bids(clean):
    other = {"contract": URL + "2", "n.bids": "0", "price.amount": "", "price.currency": ""}
    result = clean(contracts=({}, other))
    table = result.tables["contracts"].set_index("contract_id")
    assert table["n_bids"].isna().to_dict() == {"OP00000001": False, "OP00000002": True}
    assert table["price_status"].to_dict() == {"OP00000001": "ok", "OP00000002": "missing"}
    assert rules(result) == {"zero_bids_not_read": 1}


@pytest.mark.parametrize(
    ("contracts", "bids", "message"),
    [
        (({"n.bids": "2"},), ({},), "1 contracts do not have as many bids as they state"),
        (
            ({},),
            ({}, {"contract": URL + "2"}),
            "1 contracts do not have as many bids as they state, for example OP00000002",
        ),
        (({"contract": "http://x/OP00000001"},), ({},), "addresses of another form"),
        (({"price.currency": "QQQ"},), ({},), "currencies that are not known"),
        (({"method.procurement": "By lot"},), ({},), "methods that no rule covers"),
        (({},), ({"status": "Lost"},), "values that no rule covers"),
        (({},), ({"opening.price.amount": "9.0"},), "amounts that differ from the text"),
    ],
)
def test_what_does_not_fit_is_refused(clean, contracts, bids, message):
    with pytest.raises(CleaningError, match=message):
        clean(contracts=contracts, bids=bids)


@pytest.mark.parametrize(
    ("raw", "price", "currency", "status"),
    [
        ("USD 1,234.56", 1234.56, "USD", "ok"),
        ("USD1,234.56", 1234.56, "USD", "ok"),
        ("  VND\n 11,797,100,000.00; ", 11_797_100_000.0, "VND", "ok"),
        ("RMB 5.00", 5.0, "CNY", "ok"),
        ("USD 0.00", 0.0, "USD", "zero"),
        ("BDT 701,459.48USD 317,404.34", None, "", "several"),
        ("EUR 1,997,143.97;  HRK", None, "", "several"),
        ("USD", None, "", "currency_only"),
        ("980.000,00", None, "", "unreadable"),
        ("4.975.250.00 HRK", None, "", "unreadable"),
        ("USD 1,23.00", None, "", "unreadable"),
        ("", None, "", "missing"),
    ],
)
def test_a_price_is_one_amount_in_one_currency(clean, raw, price, currency, status):
    row = clean(bids=({"evaluated.price.raw": raw, "evaluated.price.amount": ""},)).tables["bids"].iloc[0]
    assert row["evaluated_price"] == price if price is not None else pd.isna(row["evaluated_price"])
    assert (row["evaluated_currency"], row["evaluated_price_status"]) == (currency, status)
    assert row["evaluated_price_text"] == raw.strip()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Minh Hang Construction", "organisation"),
        ("JV Alpha", "organisation"),
        ("Firma S.A.", "organisation"),
        ("Perez & Perez", "organisation"),
        ("Lote 3", "organisation"),
        (PERSON, "presumed_natural_person"),
        ("A. K. Inventado", "presumed_natural_person"),
        ("GAMMON", "not_told"),
        ("", "missing"),
    ],
)
def test_a_name_without_a_sign_of_a_firm_is_masked(clean, name, kind):
    row = clean(bids=({"bidder.name": name},)).tables["bids"].iloc[0]
    assert row["bidder_kind"] == kind
    assert row["bidder_name"] == ("persona física" if kind == "presumed_natural_person" else name)


@pytest.mark.parametrize(
    ("place", "iso3", "region"),
    [
        ("Mexico", "MEX", ""),
        ("Macedonia, former Yugoslav\n            Republic of", "MKD", ""),
        ("Africa", "", "Africa"),
        ("OECS Countries", "", "OECS Countries"),
        ("South Africa", "ZAF", ""),
    ],
)
def test_a_borrower_is_a_country_or_a_region(clean, place, iso3, region):
    row = clean(contracts=({"contract.country": place},)).tables["contracts"].iloc[0]
    assert (row["iso3"], row["region"]) == (iso3, region)


def test_a_bidder_of_no_country_is_on_the_record(clean):
    bids = ({"bidder.country": "Yemen Republic of"}, {"bidder.country": "$bidder.country"}, {"bidder.country": ""})
    result = clean(contracts=({"n.bids": "3"},), bids=bids)
    assert result.tables["bids"]["bidder_iso3"].tolist() == ["YEM", "", ""]
    assert rules(result) == {"no_country": 1}
    with pytest.raises(UnknownName):
        clean(bids=({"bidder.country": "Narnia"},))


@pytest.mark.parametrize(
    ("text", "column", "field", "code"),
    [
        ("CQS- SelectionBased On\n  Consultant'sQualification ", "method.procurement", "procurement_method",
         "consultant_qualifications"),
        ("SSS  -", "method.procurement", "procurement_method", "single_source"),
        ("QCBS\xa0- Quality-and Cost-Based Selection", "method.selection", "selection_method",
         "quality_and_cost_based"),
        ("Quality Based Selection", "method.selection", "selection_method", "quality_based"),
        ("SBCC.", "method.selection", "selection_method", "quality_and_cost_based"),
    ],
)  # fmt: skip
def test_methods_are_told_by_their_letters(clean, text, column, field, code):
    assert clean(contracts=({column: text},)).tables["contracts"][field].tolist() == [code]
    assert code in world_bank_awards.methods(field)
