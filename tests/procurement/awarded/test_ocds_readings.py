"""Methods by the publisher's own words, and dates that cannot be: each on the record, the rest as published."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.schema import DTYPES
from ogp_analysis.data.datasets.procurement.ocds.schemas import TABLES
from ogp_analysis.procurement.awarded.ocds import COLUMNS, METHODS, facts, read_as_told
from ogp_analysis.procurement.publications import OCDS, PUBLICATIONS


def tables(**rows: list[dict]) -> dict[str, pd.DataFrame]:
    given = {"processes": [{"ocid": "o", "release_date": pd.Timestamp("2017-09-27T10:00")}], **rows}
    return {
        schema.name: pd.DataFrame(
            {
                c.name: pd.Series([row.get(c.name) for row in given.get(schema.name, [])], dtype=DTYPES[c.type])
                for c in schema.columns
            }
        )
        for schema in TABLES
    }


def method(publisher: str, number: str | None = None, ocid: str = "o", **tender) -> tuple[str, list[tuple]]:
    """Return the method as read, and the record: published code, text that decides, method, rule."""
    contracts = [] if number is None else [{"ocid": ocid, "contract_index": 0, "contract_id": number}]
    found = read_as_told(tables(tenders=[{"ocid": ocid, **tender}], contracts=contracts), publisher)
    record = found.record[["published", "told_by", "read_as", "rule"]].astype("object")
    return found.tables["tenders"]["procurement_method"].iloc[0], list(record.itertuples(index=False, name=None))


DIRECT = "Adjudicación directa"


@pytest.mark.parametrize(("code", "words", "number", "read", "rule"), [
    ("limited", DIRECT, "AD-SRO-DCAGI-SC-011/15", "direct", "method_by_number"),
    ("limited", DIRECT, "CTO-7", "direct", "method_by_details"),
    ("open", "Licitación pública", "AD-AS-DCAGI-SC-102/15", "direct", "method_by_number"),
    ("open", "Convenio de colaboración", "AD-SRO-CONV-DCAGI-SC-002/16", "direct", "method_by_number"),
    ("open", "Convenio de colaboración", "GACM/DCI/SJ/CI/07-2015", "other", "method_by_details"),
    ("open", "Contrataciones ASA", "DTC-026/2013", "other", "method_by_details"),
    ("selective", "Invitación a tres", "AD-AS-1/15", "direct", "method_by_number"),
])  # fmt: skip
def test_the_airport_group(code, words, number, read, rule):
    told = number if rule == "method_by_number" else words
    details = {"procurement_method": code, "procurement_method_details": words}
    assert method("mexico-gacm", number, **details) == (read, [(code, told, read, rule)])


@pytest.mark.parametrize(("publisher", "code", "words", "number"), [
    ("mexico-gacm", "selective", "Invitación a tres", "ITP-AS-DCAGI-SC-017-15"),
    ("mexico-gacm", "open", "Licitación pública", "LPI-OP-DCAGI-SC-071-16"),
    ("mexico-inai", "direct", "Excepción al reglamento (art. 1)", None),
    ("mexico-inai", "open", "Licitación pública", None),
    ("mexico-states-pdn", "selective", "Licitación", None),
    ("armenia", "open", "Adjudicación directa", "AD-1"),
])  # fmt: skip
def test_a_code_that_nothing_contradicts_stands(publisher, code, words, number):
    details = {"procurement_method": code, "procurement_method_details": words}
    assert method(publisher, number, **details) == (code, [])


@pytest.mark.parametrize(("publisher", "tender", "read"), [
    ("mexico-inai", {"procurement_method": "open", "procurement_method_details": DIRECT + " (art. 42)"}, "direct"),
    ("mexico-states-pdn", {"procurement_method": "selective", "procurement_method_details": DIRECT}, "direct"),
    ("mexico-cdmx", {"procurement_method": "limited",
                     "procurement_method_rationale": "Arrendamiento por adjudicación directa."}, "direct"),
    ("mexico-cdmx", {"ocid": "OCDS-87SD3T-AD-SF-DRM-1-2015", "procurement_method": "selective"}, "direct"),
    ("ukraine", {"procurement_method": "limited", "procurement_method_details": "negotiation.quick"}, "direct"),
    ("moldova", {"procurement_method": "Licitaţie publică"}, "open"),
    ("taiwan", {"procurement_method": "公開招標"}, "open"),
    ("buyandsell", {"procurement_method_rationale": "Selective"}, "limited"),
])  # fmt: skip
def test_other_publishers(publisher, tender, read):
    found, record = method(publisher, **tender)
    assert found == read and [row[2] for row in record] == [read]


def test_a_process_with_several_contracts_has_no_number_of_its_own():
    given = tables(tenders=[{"ocid": "o", "procurement_method": "open"}], contracts=[
        {"ocid": "o", "contract_index": n, "contract_id": f"AD-{n}"} for n in range(2)])  # fmt: skip
    found = read_as_told(given, "mexico-gacm")
    assert found.record.empty and found.tables["tenders"]["procurement_method"].tolist() == ["open"]


def dated(publisher: str = "x", published: str = "", award=None, **contract) -> tuple[dict, list[tuple]]:
    awards = [{"ocid": "o", "award_index": 0, "date": award and pd.Timestamp(award)}]
    own = [{"ocid": "o", "contract_index": 0, **{name: pd.Timestamp(day) for name, day in contract.items()}}]
    before = tables(tenders=[{"ocid": "o"}], awards=awards, contracts=own)
    kept = {name: table.copy(deep=True) for name, table in before.items()}
    found = read_as_told(before, publisher, published)
    assert all(before[name].equals(kept[name]) for name in before), "what is given stays"
    assert found.record.columns.tolist() == COLUMNS
    days = {"award": found.tables["awards"]["date"][0], **{n: found.tables["contracts"][n][0] for n in contract}}
    return days, list(found.record[["what", "published", "rule"]].itertuples(index=False, name=None))


def test_an_award_later_than_the_publication_is_set_aside_on_the_record():
    days, record = dated(award="2029-08-20", signed="2016-10-07")
    assert pd.isna(days["award"]) and days["signed"] == pd.Timestamp("2016-10-07")
    assert record == [("award_date", "2029-08-20", "later_than_publication")]


def test_the_day_of_the_publication_is_not_too_late_and_the_files_may_be_later_than_their_releases():
    assert dated(award="2017-09-27T23:00")[1] == [] and len(dated(award="2017-09-28")[1]) == 1
    assert dated(award="2017-10-04", published="2017-10-04")[1] == []


def test_a_start_may_be_planned_unless_the_contract_is_placed_by_it():
    assert dated(signed="2017-09-01", period_start="2018-01-01")[1] == []
    assert dated(award="2017-09-01", period_start="2018-01-01")[1] == []
    assert dated(period_start="2018-01-01")[1] == [("start_date", "2018-01-01", "later_than_publication")]


def test_a_publication_without_dates_of_its_own_bounds_nothing():
    given = tables(
        processes=[{"ocid": "o"}], awards=[{"ocid": "o", "award_index": 0, "date": pd.Timestamp("2050-01-01")}]
    )
    assert read_as_told(given, "x").record.empty


def test_a_date_whose_parts_changed_places_is_no_day():
    _, record = dated("mexico-gacm", award="2011-03-20T22:00", signed="2016-03-23T06:00")
    assert record == [("award_date", "2011-03-20", "no_whole_day")]
    assert dated("armenia", award="2011-03-20T22:00")[1] == []


def test_what_is_known_is_of_publishers_that_there_are_and_names_methods_that_there_are():
    places = {one.place.split("/")[1] for one in PUBLICATIONS.values() if one.dataset == OCDS}
    assert set(facts()) <= places
    for own in facts().values():
        for rule in own.get("method", []):
            assert rule["is"] in METHODS.values() and rule["by"] in ("details", "ground", "number", "process", "code")
