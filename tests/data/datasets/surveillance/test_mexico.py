"""Purchases, firms, events, terms and provisions of Mexico: codes and dates, no prose and no name of a person."""

from __future__ import annotations

import pytest

from ogp_analysis.base import paths
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned, raw_chunks
from ogp_analysis.data.datasets.surveillance import (
    mexico_legal_authority,
    mexico_surveillance_timeline,
    surveillance_contracts_mexico,
    surveillance_suppliers_mexico,
    surveillance_taxonomy,
)
from tests.data.datasets.plain_rows import plain

FACT, EVENT = plain("surveillance_contracts_mexico"), plain("mexico_surveillance_timeline")
TERM, PROVISION = plain("surveillance_taxonomy_terms"), plain("mexico_legal_authority")


def clean(declared, chunk, number=0):
    return cleaned(declared.DATASET, [(declared.DATASET.inputs[number], chunk)])


def fact(made, **values):
    result = clean(surveillance_contracts_mexico, made([FACT | values]))
    return result.tables["facts"].iloc[0], result


@pytest.mark.parametrize(("values", "expected"), [
    ({"upstream_vendor": "A maker (Israel) – a product"}, "another_firm"),
    ({"upstream_vendor": "A maker (possible sub-contract, per official)"}, "possibly"),
    ({"upstream_vendor": "A firm"}, "maker_itself"),
    ({}, None),
    ({"upstream_vendor": "A maker", "supplier": ""}, None),
    ({"upstream_vendor": "A maker", "row_type": "aggregate"}, None),
])  # fmt: skip
def test_who_sold_is_told_of_one_purchase_with_a_maker_and_a_supplier(made, values, expected):
    found = fact(made, **values)[0]["intermediary"]
    assert found == expected if expected else found != found


def test_the_budget_line_and_the_years_of_reservation_are_kept_as_codes(made):
    row, _ = fact(made, budget_line="33701 (per a paper)",
                  procedure="adjudicación directa; reserved 5 years for national security")  # fmt: skip
    assert (row["budget_line"], row["reserved_years"], row["procedure"]) == ("33701", 5, "direct_award")
    plain, _ = fact(made, budget_line="federal SEGOB subsidy", procedure="adjudicación directa")
    assert plain[["budget_line", "reserved_years"]].isna().all()


def test_an_address_that_nobody_reviewed_is_cut_to_its_host(made):
    row, result = fact(made, id="MX-X-999")
    assert row["source_url"] == "https://example.org/"
    assert result.record.entries["rule"].tolist() == ["address_not_reviewed"]
    assert fact(made)[0]["source_url"] == "https://example.org/an-article"


def test_names_of_authors_and_remarks_are_left_out_and_recorded(made):
    row, result = fact(made, source_publisher="A paper (A Person) via vLex", contract_number="A/1 (by year)")
    assert (row["source_publisher"], row["contract_number"]) == ("A paper via vLex", "A/1")
    rules = {"author_left_out", "remark_behind_number"}
    assert set(result.record.entries["rule"]) == rules


def test_a_date_over_two_years_becomes_a_period(made):
    row, _ = fact(made, date_signed="2021/2022")
    assert row["signed"] != row["signed"] and (row["period_start"], row["period_end"]) == ("2021", "2022")


def test_a_caveat_goes_with_its_fact_as_a_code(made):
    assert fact(made, caveat="Year from SII order_year 2012.")[0]["caveat"] == "year_from_client_list"
    # Where the table has none, ours stands; once it has one, somebody must read it.
    assert fact(made, id="MX-F-014")[0]["caveat"] == "numbers_in_conditional"
    with pytest.raises(CleaningError, match="MX-F-014"):
        fact(made, id="MX-F-014", caveat="Year from SII order_year 2012.")
    plain, _ = fact(made)
    assert plain["caveat"] != plain["caveat"]


def test_a_caveat_that_was_reworded_stops_the_build(mirror):
    """The published file with one sign changed in a caveat: no row of it is cleaned."""
    declared = surveillance_contracts_mexico.DATASET
    chunks = list(raw_chunks(declared.inputs, lambda item: (mirror, paths.project().raw)))
    for item, chunk in chunks:
        changed = chunk.assign(caveat=chunk["caveat"].str.replace("134.5", "134.6"))
        with pytest.raises(CleaningError, match="caveat"):
            cleaned(declared, [(item, changed)])


def test_a_buyer_of_whom_sources_differ_says_so(made):
    assert fact(made, buyer="A / B (sources differ)")[0]["buyer_status"] == "sources_differ"
    assert fact(made, buyer="A / B")[0]["buyer_status"] == "as_named"


def test_a_firm_has_a_row_for_each_fact_that_names_it(made):
    caveat = {"caveat": "presence here is not an accusation"}
    firm = {"supplier": "A firm", "evidence_rows": "MX-1;MX-2", "evidence_strength": "high", **caveat}
    other = {"supplier": "B", "evidence_rows": "(caveat of MX-S-018)", "evidence_strength": "low", **caveat}
    tables = clean(surveillance_suppliers_mexico, made([firm, other])).tables
    assert tables["evidence"].values.tolist() == [["A firm", "MX-1"], ["A firm", "MX-2"]]
    assert tables["suppliers"]["evidence_strength"].tolist() == ["high", "low"]


def test_an_event_of_two_days_is_kept_to_the_first(made):
    result = clean(mexico_surveillance_timeline, made([EVENT | {"date": "2015-07-05/06"}]))
    row = result.tables["events"].iloc[0]
    assert (row["date"], row["category"], row["year"]) == ("2015-07-05", "ogp", 2015)
    assert row["source_urls"] == "https://example.org/a"
    with pytest.raises(CleaningError):
        clean(mexico_surveillance_timeline, made([EVENT | {"category": "rumour"}]))
    with pytest.raises(CleaningError):
        clean(mexico_surveillance_timeline, made([EVENT | {"caveat": "new"}]))


def test_an_event_whose_address_is_none_or_not_reviewed_names_nobody(made):
    rows = [EVENT | {"id": "TL-98"}, EVENT | {"id": "TL-99", "source_url": "example.org (left out)"}]
    urls = clean(mexico_surveillance_timeline, made(rows)).tables["events"]["source_urls"].fillna("").tolist()
    assert urls == ["https://example.org/", ""]


def test_terms_keep_their_accents_and_lose_remarks(made):
    rows = [TERM, TERM | {"term": "servicio de vigilancia (guardias)", "category": "NEGATIVE:guards",
                          "strength": "exclude"}]  # fmt: skip
    terms = clean(surveillance_taxonomy, made(rows), 1).tables["terms"]
    assert terms[["term", "category"]].values.tolist() == [["servicio de vigilancia", "not_guards"],
                                                           ["vigilancia", "interception"]]  # fmt: skip
    with pytest.raises(CleaningError):
        clean(surveillance_taxonomy, made([TERM | {"category": "radar"}]), 1)


def test_a_provision_has_its_days_and_when_it_was_struck_down(made):
    military = {"id": "LA-12", "instrument": "Código Militar de Procedimientos Penales 278",
                "in_force_from": "2016-05-17",
                "in_force_to": "2016-05-17 (invalidated retroactively by SCJN, 2023-04-17)"}  # fmt: skip
    rows = [PROVISION, PROVISION | military]
    table = clean(mexico_legal_authority, made(rows)).tables["provisions"].set_index("provision")
    assert table.loc["LA-05", ["law", "first_day", "read"]].tolist() == ["CNPP", "2016-06-17", "text"]
    assert str(table.loc["LA-12", "invalidated_on"].date()) == "2023-04-17"
    assert table["source_urls"].isna().all()
    with pytest.raises(CleaningError):
        clean(mexico_legal_authority, made([PROVISION | {"instrument": "Ley de Aguas"}]))
    with pytest.raises(CleaningError, match="remarks on rows that caveats_of_provisions does not have"):
        clean(mexico_legal_authority, made([PROVISION | {"id": "LA-99", "caveat": "new"}]))


# --- The published files -------------------------------------------------------------------------------


def test_published_provisions_have_days_in_force_and_not_of_publication(published):
    law = published(mexico_legal_authority.DATASET)[1].tables
    provisions = law["provisions"].set_index("provision")
    # The file has days of publication, of guidelines and of an index; the table has days in force.
    days = {"LA-05": "2016-06-18", "LA-08": "2005-02-01", "LA-09": "2009-06-02", "LA-10": "2019-05-28",
            "LA-11": "2025-07-17", "LA-14": "2014-08-13", "LA-15": "2025-07-17", "LA-16": "2025-07-17"}  # fmt: skip
    assert provisions["first_day"].reindex(list(days)).to_dict() == days
    assert provisions.loc["LA-14", "last_day"] == "2025-10-16" and provisions.loc["LA-10", "article"] == "100–106"
    # What one reading has from the press, the other has from the text; both stay.
    powers = law["powers"].set_index("power")
    assert powers["settled_by"].dropna().to_dict() == {
        "PW-07": "PW2-01", "PW-19": "PW2-20", "PW-22": "PW2-02", "PW-26": "PW2-11"}  # fmt: skip
    assert (powers.loc[powers["settled_by"].notna(), "read"] == "secondary").all()
    assert powers.loc[["PW-07", "PW-22"], "source_urls"].isna().all()
    entries = law["entries"].set_index(["entry", "reading"])
    assert (entries["first_day"] != entries["published"]).all()
