"""OCDS of any version as tables: what is counted once, what is changed on the record, who is masked."""

from __future__ import annotations

import json

import pandas as pd
import pyarrow as pa
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import Input
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned
from ogp_analysis.data.datasets.procurement import legal_entities
from ogp_analysis.data.datasets.procurement.ocds import dataset as ocds
from ogp_analysis.data.datasets.procurement.ocds import masking as ocds_persons
from ogp_analysis.data.datasets.procurement.ocds import merging
from ogp_analysis.data.datasets.procurement.ocds.cleaner import Cleaner
from ogp_analysis.data.datasets.procurement.ocds.schemas import TABLES
from tests.data.datasets.plain_rows import release as released
from tests.data.datasets.procurement.conftest import Promised

FIRM, BUYER = {"id": "F-1", "name": "Obras, S.A. de C.V."}, {"id": "B-1", "name": "Municipio"}
PARTIES = [{**BUYER, "roles": ["buyer"]}, {**FIRM, "roles": ["supplier", "tenderer"]}]


def release(**more) -> dict:
    return {"ocid": "o-1", "id": "r-1", "date": "2020-01-01T00:00:00Z", "tag": ["award"], "parties": PARTIES} | more


def cleaned(*elements, files: list[str] | None = None) -> Cleaned:
    """Clean elements, each the next of its file."""
    texts = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in elements]
    files = files or ["f.json"] * len(texts)
    lines = [files[: n + 1].count(file) for n, file in enumerate(files)]
    chunk = pd.DataFrame({FILE: files, LINE: lines, ocds.ELEMENT: texts})
    before = chunk.copy(deep=True)
    result = ocds.finish([ocds.clean(chunk, Input("ocds", "x"))])
    assert chunk.equals(before)
    return Cleaned(Promised(result.tables, TABLES), result.record.checked())


def entries(result: Cleaned, rule: str) -> list[tuple]:
    found = result.record.entries.query("rule == @rule")
    return list(zip(found["column"], found["old"], found["new"], strict=True))


def row(result: Cleaned, table: str, number: int = 0) -> dict:
    return result.tables[table].astype("object").where(result.tables[table].notna(), None).iloc[number].to_dict()


@pytest.fixture(params=["quick", "slow"])
def way(request, monkeypatch):
    """Take the quick way, and the one for releases that are out of shape."""
    if request.param == "slow":
        monkeypatch.setattr(merging, "read", lambda raw: None)
    return request.param


WHOLE = released("ocds_release")


def test_a_release_becomes_rows_of_every_table(way):
    result = cleaned(WHOLE)
    assert {name: len(table) for name, table in result.tables.items()} == {
        "processes": 1, "tenders": 1, "bids": 2, "tenderers": 3, "awards": 2, "suppliers": 1, "contracts": 1,
        "items": 7, "parties": 2,
    }  # fmt: skip
    assert row(result, "processes") == {
        "ocid": "o-1", "release_id": "r-1", "release_date": pd.Timestamp("2020-01-01"), "release_date_text": None,
        "release_date_status": "read", "tags": "award", "initiation": "tender", "language": "es", "buyer_id": "B-1",
        "buyer_name": "Municipio", "n_releases": 1, "file": "f.json", "line": 1,
    }  # fmt: skip
    tender = row(result, "tenders")
    assert (tender["tender_id"], tender["amount"], tender["amount_text"]) == ("7", 1_444_000, "1 ,444,000")
    assert (tender["currency"], tender["number_of_tenderers"], tender["n_tenderers"]) == (None, 2, 1)
    assert (tender["period_start"], tender["period_start_text"]) == (pd.Timestamp("2020-01-01"), "2020-01-01")
    assert (tender["period_end"], tender["period_end_text"]) == (None, "2020-02-30T00:00:00Z")
    assert row(result, "bids")["date"] == pd.Timestamp("2020-01-05T08:00:00")
    assert row(result, "bids", 1)["amount_text"] == "NO APLICA" and row(result, "bids", 1)["amount"] is None
    who = result.tables["tenderers"][["bid_index", "tenderer_index", "tenderer_id"]].to_records(index=False).tolist()
    assert who == [(-1, 0, "F-1"), (0, 0, "F-1"), (0, 1, "person-1 of o-1")]
    assert row(result, "awards")["currency"] == "MXN" and row(result, "suppliers")["supplier_id"] == "F-1"
    contract = row(result, "contracts")
    assert (contract["award_id"], contract["signed_text"]) == ("a0", "2020-03-01T00:00:00")
    assert contract["period_start"] == pd.Timestamp("2020-03-02T00:00:00.123456")
    where = result.tables["items"][["section", "parent_index", "item_index"]].to_records(index=False).tolist()
    assert where == [("award", 0, 0), ("award", 0, 1), ("award", 1, 0), ("contract", 0, 0), ("contract", 0, 1),
                     ("tender", 0, 0), ("tender", 0, 1)]  # fmt: skip
    assert result.tables["items"]["unit_currency"].tolist()[1] == "MXN"


def test_every_change_is_on_the_record_with_its_path(way):
    result = cleaned(WHOLE)
    assert entries(result, "text_as_number") == [
        ("tender/value/amount", '"1 ,444,000"', "1444000"),
        *[(f"{section}/items/quantity", '"3"', "3") for section in ("tender", "awards", "contracts")],
    ]
    assert entries(result, "unreadable_number") == [("bids/details/value/amount", '"NO APLICA"', "")]
    assert entries(result, "currency_misspelt") == [("tender/value/currency", '"MNX"', "")]
    assert entries(result, "currency_blank") == [("bids/details/value/currency", '""', "")]
    items = [f"{section}/items/unit/value/currency" for section in ("awards", "contracts", "tender")]
    assert sorted(entries(result, "currency_case")) == [
        (place, '"mxn"', '"MXN"') for place in sorted([*items, "awards/value/currency"])
    ]
    assert entries(result, "date_impossible") == [("tender/tenderPeriod/endDate", '"2020-02-30T00:00:00Z"', "")]
    assert ("tender/id", "7", '"7"') in entries(result, "number_as_text")
    assert entries(result, "number_as_text").count(("awards/items/classification/id", "33900001", '"33900001"')) == 1


def test_out_of_shape_is_brought_into_shape_or_missing_and_said(way):
    result = cleaned(release(
        tag="award", tender=[{"id": "t", "value": 5}], awards={"id": "a", "suppliers": FIRM}, contracts="none",
        bids={"details": [None, {"id": True}]},
    ))  # fmt: skip
    assert row(result, "processes")["tags"] == "award" and row(result, "tenders")["tender_id"] == "t"
    assert row(result, "suppliers")["supplier_id"] == "F-1" and row(result, "bids")["bid_id"] is None
    assert entries(result, "one_for_list") == [
        ("tag", "(text)", "(list)"), ("awards", "(object)", "(list)"), ("awards/suppliers", "(object)", "(list)"),
    ]  # fmt: skip
    assert entries(result, "list_for_object") == [("tender", "(list)", "(object)")]
    assert entries(result, "wrong_kind") == [
        ("tender/value", "(number)", ""), ("bids/details/id", "(true or false)", ""), ("contracts", "(text)", ""),
    ]  # fmt: skip


def test_what_says_nothing_is_set_aside_with_the_reason():
    result = cleaned(
        '{"ocid": "o-1"', "[1]", {"ocid": "o-2", "releases": [{"url": "x"}, {"url": "y"}]}, {"id": "1"}, release()
    )
    aside = result.record.entries.query("action == 'set_aside'")
    assert dict(zip(aside["_line"], aside["rule"], strict=True)) == {
        1: "not_json", 2: "not_an_object", 3: "only_links", 4: "no_ocid",
    }  # fmt: skip
    assert result.record.balance().iloc[0][["rows_in", "kept", "set_aside", "merged"]].tolist() == [5, 1, 4, 0]


def test_releases_of_a_process_are_merged_by_date_wherever_they_stand():
    one = release(id="1", date="2020-02-01T00:00:00Z", tag=["tender"], tender={"id": "t", "status": "active"})
    two = release(
        id="2", date="2020-01-01T00:00:00Z", tag=["planning"], tender={"id": "t", "title": "T", "status": "x"}
    )
    result = cleaned(one, release(ocid="o-2"), two, files=["b", "b", "a"])
    assert result.tables["processes"]["ocid"].tolist() == ["o-1", "o-2"]
    process = row(result, "processes")
    assert (process["release_id"], process["tags"], process["n_releases"]) == ("1", "planning;tender", 2)
    assert (process["file"], process["line"]) == ("b", 1)
    assert (row(result, "tenders")["title"], row(result, "tenders")["status"]) == ("T", "active")
    assert entries(result, "merged_into_process") == [("ocid", "o-1", "b, 1")]


def test_release_conversion_and_record_of_a_process_count_once():
    firm = {"name": "Obras SA", "identifier": {"scheme": "X", "id": 5}}
    old = release(awards=[{"id": "a", "suppliers": [firm]}])
    del old["parties"]
    new = release(awards=[{"id": "a", "suppliers": [FIRM]}])
    record = {"ocid": "o-1", "releases": [{"url": "u"}], "compiledRelease": new | {"id": "c", "tag": ["compiled"]}}
    result = cleaned(old, new, record, release(id="later", date="2021-01-01T00:00:00Z", language="fr"))
    assert len(result.tables["processes"]) == len(result.tables["suppliers"]) == 1
    assert row(result, "processes")["language"] == "fr" and row(result, "processes")["n_releases"] == 2
    merged = result.record.entries.query("action == 'merged'")
    assert dict(zip(merged["_line"], merged["rule"], strict=True)) == {
        1: "same_release", 2: "in_compiled_release", 3: "merged_into_process",
    }  # fmt: skip


def test_an_older_version_under_another_id_does_not_count_beside_the_newer():
    old = {"ocid": "o-1", "id": "other", "date": "2020-01-01T00:00:00Z", "tag": ["award"], "buyer": {"name": "B"}}
    result = cleaned(release(), old)
    assert result.record.entries.query("action == 'merged'")["rule"].tolist() == ["older_version"]


def test_two_releases_on_one_day_with_their_own_ids_are_both_merged():
    result = cleaned(release(id="1", awards=[{"id": "a"}]), release(id="2", awards=[{"id": "b"}]))
    assert result.tables["awards"]["award_id"].tolist() == ["a", "b"]


def test_releases_before_version_1_1_are_brought_to_it():
    buyer = {"name": "Ministerio", "identifier": {"scheme": "MX", "id": 9}, "contactPoint": {"email": "p@x.org"}}
    firm = {"name": "Obras SA de CV", "identifier": {"id": "ZZ"}, "address": {"countryName": "MX"}}
    old = release(
        date="2015-01-01",
        buyer=buyer,
        tender={"id": "t", "procuringEntity": buyer},
        awards=[{"id": "a", "suppliers": [firm, {"name": "Una SA"}]}],
    )
    del old["parties"]
    result = cleaned(old)
    assert row(result, "processes")["buyer_id"] == "MX-9" and row(result, "suppliers")["supplier_id"] == "ZZ"
    parties = result.tables["parties"]
    assert parties["roles"].tolist() == ["buyer;procuringEntity", "supplier", "supplier"]
    assert parties["country"].tolist()[1] == "MX" and row(result, "processes")["release_date_status"] == "no_time"
    assert len(entries(result, "id_from_identifier")) == 3 and "p@x.org" not in str(result)


def test_names_of_drafts_and_slips_are_read():
    result = cleaned({
        "ocid": "o-1", "releaseID": "1", "releaseDate": "2014-01-01", "releaseTag": "contract",
        "buyer": {"id": {"name": "Ministry", "uid": None}}, "tender": {"tenderID": "t", "methodRationale": "Open"},
        "awards": [{"awardID": "a", "awardValue": {"amount": 5, "currency": "EUR"}, "awardDate": "2014-01-02",
                    "itemsAwarded": [{"classificationID": "N1", "classificationScheme": "GSIN"}],
                    "suppliers": [{"id": {"name": "Logistics GmbH", "uid": "L"}}]}],
        "contract": [{"contractID": "c", "awardID": "a", "contractValue": {"amount": 5}}],
    })  # fmt: skip
    assert row(result, "tenders")["procurement_method_rationale"] == "Open"
    assert (row(result, "awards")["amount"], row(result, "awards")["award_id"]) == (5, "a")
    assert row(result, "items")["classification_id"] == "N1" and row(result, "contracts")["contract_id"] == "c"
    assert row(result, "suppliers")["supplier_name"] == "Logistics GmbH"
    assert "contract" in [old for _, old, _ in entries(result, "other_name")]


def test_a_release_with_contract_for_contracts_does_not_lose_them(way):
    assert len(cleaned(release(contract=[{"id": "c"}])).tables["contracts"]) == 1


def test_text_that_is_not_utf_8_is_read_and_said(way):
    cleaner = Cleaner(["f"])
    text = json.dumps(release(buyer={"id": "B-1", "name": "Educación"}), ensure_ascii=False)
    cleaner.add([[(text.encode("latin-1"), 0, 1)], [(text.replace("o-1", "o-2").encode(), 0, 2)]])
    tables, record, kept, *_ = cleaner.made()
    assert kept == [2]
    assert tables["processes"]["buyer_name"].to_pylist() == ["Educación", "Educación"]
    rules = zip(record["_line"].to_pylist(), record["rule"].to_pylist(), strict=True)
    assert [line for line, rule in rules if rule == "read_as_windows_1252"] == [1]


def test_half_a_character_is_replaced_and_said(way):
    text = json.dumps(release(buyer={"id": "B-1", "name": "x"})).replace('"x"', '"cut \\ud83d"')
    result = cleaned(text)
    assert row(result, "processes")["buyer_name"] == "cut ?" and len(entries(result, "half_character")) == 1


PERSON = {"id": "MX-RFC-PEGJ800101AB1", "name": "Juan Pérez Gómez"}


def test_a_person_is_masked_everywhere_and_is_one_within_the_process(way):
    result = cleaned(
        release(
            id="perez-gomez-juan-contract",
            parties=[{**BUYER, "roles": ["buyer"]},
                     {**PERSON, "roles": ["supplier"], "identifier": {"scheme": "MX-RFC", "id": "PEGJ800101AB1"}}],
            tender={"id": "t", "title": "Servicios de JUAN PEREZ GOMEZ", "tenderers": [PERSON]},
            bids={"details": [{"id": "b", "tenderers": [{"id": PERSON["id"]}, {"name": "Ana Ruiz"}]}]},
            awards=[{"id": "juan-perez-gomez", "suppliers": [PERSON], "items": [{"id": 1, "description": "ok"}]}],
            contracts=[{"id": "c", "awardID": "juan-perez-gomez"}],
        ),
        release(ocid="o-2", awards=[{"id": "a", "suppliers": [PERSON]}]),
    )  # fmt: skip
    everything = " ".join(
        [table.to_csv() for table in result.tables.values()] + [result.record.entries.to_csv()]
    ).lower()
    assert not any(part in everything for part in ("pérez", "perez", "gómez", "gomez", "pegj", "ana ruiz"))
    assert result.tables["suppliers"]["supplier_id"].tolist() == ["person-1 of o-1", "person-1 of o-2"]
    assert result.tables["tenderers"]["tenderer_id"].tolist() == [
        "person-1 of o-1",
        "person-1 of o-1",
        "person-2 of o-1",
    ]
    assert set(result.tables["suppliers"]["supplier_name"]) == {"(natural person)"}
    assert row(result, "contracts")["award_id"] == row(result, "awards")["award_id"] == "reference-2 of o-1"
    assert row(result, "processes")["release_id"] == "reference-1 of o-1"
    assert (
        row(result, "parties")["party_name"] == "Municipio"
        and row(result, "parties", 1)["identifier_id"][:6] == "person"
    )
    assert row(result, "tenders")["title"] == "(text names a natural person)"


@pytest.mark.parametrize("name", ["Obras SA", "Grupo Norte", "Obras del Norte SA de CV"])
def test_an_identifier_of_a_person_outweighs_a_name_that_looks_like_a_firms(name):
    told = {"id": "MX-RFC-PEGJ800101AB1", "name": name}
    result = cleaned(release(parties=[{**told, "roles": ["supplier"]}], awards=[{"suppliers": [told]}]))
    assert row(result, "suppliers")["supplier_id"] == row(result, "parties")["party_id"] == "person-1 of o-1"
    assert not any("PEGJ" in table.to_csv() for table in result.tables.values())
    alone = cleaned(release(awards=[{"suppliers": [told]}]))
    assert row(alone, "suppliers")["supplier_id"] == "person-1 of o-1"


def everything(result) -> str:
    frames = [*result.tables.values(), result.record.entries]
    return " ".join(frame.to_csv() for frame in frames)


def test_a_person_who_is_named_as_a_buyer_is_masked_by_value_in_every_column(way):
    person = {"id": "MX-RFC-GODE561231GR8-96", "name": "EJEMPLO INVENTADA MARIA"}
    result = cleaned(
        release(
            buyer=person,
            parties=[{**person, "identifier": {"scheme": "MX-RFC", "id": "GODE561231GR8"}}],
            tender={"id": "t-Maria-Inventada-Ejemplo", "procuringEntity": person, "status": "María Inventada Ejemplo"},
            awards=[{"id": "a", "status": "EJEMPLO INVENTADA MARIA",
                     "items": [{"id": "i", "unit": {"name": "Inventada Ejemplo, María"}}]}],
        ),
    )  # fmt: skip
    shown = everything(result).lower()
    assert not any(part in shown for part in ("inventada", "gode", "561231"))
    assert (
        row(result, "processes")["buyer_name"] == row(result, "tenders")["procuring_entity_name"] == "(natural person)"
    )
    same = {
        row(result, "parties")["party_id"],
        row(result, "parties")["identifier_id"],
        row(result, "processes")["buyer_id"],
    }
    assert same == {"person-1 of o-1"}
    assert row(result, "awards")["status"] == row(result, "items")["unit"] == "(text names a natural person)"
    assert row(result, "tenders")["tender_id"] == "reference-1 of o-1"
    assert row(result, "parties")["party_masked_for"] == "personal_identifier"


def test_a_persons_tax_code_is_masked_wherever_it_stands(way):
    tender = {"id": "t", "title": "Pago a gode-561231-gr8", "procurementMethodDetails": "RFC XAXX010101000"}
    firm = {"id": "GODE561231GR8", "name": "Obras X SA de CV"}
    result = cleaned(
        release(buyer={"id": "B", "name": "Ente (GODE561231GR8)"}, tender=tender, awards=[{"suppliers": [firm]}])
    )
    shown = everything(result).upper()
    assert "561231" not in shown and "XAXX010101000" in shown
    assert row(result, "tenders")["title"] == "(text names a natural person)"
    assert row(result, "processes")["buyer_name"] == "(natural person)"
    assert row(result, "suppliers")["supplier_masked_for"] == "personal_identifier"


def test_a_persons_name_in_one_process_is_masked_in_all(way):
    person = {"id": "x", "name": "Inventada Zzyz", "identifier": {"scheme": "MX-RFC", "id": "GODE561231GR8"}}
    firm = {"id": "y", "name": "INVENTADA  ZZYZ", "identifier": {"scheme": "MX-RFC", "id": "MAB9307148T4"}}
    other = {"id": "z", "name": "Otra Zzyz", "identifier": {"scheme": "MX-RFC", "id": "MAB9307148T4"}}
    result = cleaned(release(parties=[firm, other]), release(ocid="o-2", parties=[person]))
    parties = result.tables["parties"]
    assert parties["party_name"].tolist() == ["(natural person)", "Otra Zzyz", "(natural person)"]
    assert parties["party_masked_for"].tolist()[::2] == ["name_of_a_person", "personal_identifier"]
    assert parties["identifier_id"].tolist()[1] == "MAB9307148T4", "the number is the firm's, not the person's"


def test_who_signs_for_a_firm_is_masked_and_the_firm_is_not(way):
    code = {"scheme": "MX-RFC", "id": "OFS000526912"}
    signer = {"id": "1", "name": "MARIA INVENTADA EJEMPLO", "identifier": code, "roles": ["supplier"]}
    result = cleaned(release(parties=[signer, {"id": "2", "name": "Obras SA de CV", "identifier": code}]))
    assert result.tables["parties"]["party_name"].tolist() == ["(natural person)", "Obras SA de CV"]
    assert result.tables["parties"]["identifier_id"].tolist() == ["person-1 of o-1", "OFS000526912"]


def test_a_reference_without_an_identifier_is_the_party_of_its_name(way):
    firm = {"id": "1", "name": "Acme", "identifier": {"scheme": "MX-RFC", "id": "MAB9307148T4"}}
    result = cleaned(release(parties=[firm], awards=[{"suppliers": [{"name": "ACME"}, {"name": "Nobody"}]}]))
    assert result.tables["suppliers"]["supplier_name"].tolist() == ["ACME", "(natural person)"]
    assert result.tables["suppliers"]["supplier_masked_for"].tolist()[1] == "no_sign"


def test_an_identifier_alone_tells_a_person_too(way):
    """Neither party has a name or an id of its own; the supplier has nothing but an id; an empty one is nobody."""
    parties = [{"identifier": {"scheme": "CO-CC", "id": code}} for code in ("12345678", "7654321")]
    firm = {"identifier": {"scheme": "MX-RFC", "id": "MAB9307148T4"}}
    suppliers = [{"id": "55555"}, {}]
    result = cleaned(release(parties=[*parties, firm], awards=[{"id": "a", "suppliers": suppliers}]))
    shown = everything(result)
    assert not any(code in shown for code in ("12345678", "7654321", "55555"))
    told = result.tables["parties"]
    assert told["identifier_id"].tolist() == ["person-1 of o-1", "person-2 of o-1", "MAB9307148T4"]
    assert told["party_masked_for"].tolist()[:2] == ["personal_identifier"] * 2
    assert [row(result, "suppliers", n)["supplier_masked_for"] for n in (0, 1)] == ["no_sign", None]
    assert row(result, "suppliers", 1)["supplier_id"] is None


@pytest.mark.parametrize("more", [{"roles": ["supplier"]}, {}, {"identifier": {"scheme": "XX-NONE", "id": "77"}}])
def test_a_party_without_a_sign_is_masked_whatever_else_is_told_of_it(way, more):
    result = cleaned(release(parties=[{"id": "1", "name": "Zzyz Qwerty"} | more]))
    assert row(result, "parties")["party_name"] == "(natural person)"
    assert row(result, "parties")["party_masked_for"] == "no_sign"


def test_a_word_for_a_persons_trade_outweighs_the_number_of_a_firm(way):
    code = {"scheme": "MX-RFC", "id": "MAB9307148T4"}
    trader = {"id": "1", "name": "Zzyz Qwerty Persona Física", "roles": ["supplier"], "identifier": code}
    same = {"id": "9", "name": "ZZYZ QWERTY PERSONA FISICA", "identifier": code}
    result = cleaned(release(parties=[trader]), release(ocid="o-2", parties=[same]))
    assert result.tables["parties"]["party_masked_for"].tolist() == ["personal_word"] * 2


def test_a_reference_that_tells_a_person_by_itself_says_so_rather_than_what_its_party_says(way):
    party = {"id": "1", "name": "Zzyz Qwerty", "roles": ["supplier"]}
    word = {"id": "1", "name": "Zzyz Qwerty Persona Física"}
    code = {"id": "GODE561231GR8", "name": "Zzyz Qwerty"}
    suppliers = [word, code, {"id": "1", "name": "x"}]
    result = cleaned(release(parties=[party], awards=[{"id": "a", "suppliers": suppliers}]))
    assert row(result, "parties")["party_masked_for"] == "no_sign"
    told = result.tables["suppliers"]["supplier_masked_for"].tolist()
    assert told == ["personal_word", "personal_identifier", "no_sign"]


def test_who_signs_for_one_firm_is_masked_also_where_the_initials_are_those_of_another(way):
    name = "MARIA ANDREA BZYZ"
    own = {"id": "1", "name": name, "identifier": {"scheme": "MX-RFC", "id": "MAB9307148T4"}}
    signs = {"id": "2", "name": name, "identifier": {"scheme": "MX-RFC", "id": "OFS000526912"}}
    alone = cleaned(release(parties=[own]))
    assert row(alone, "parties")["party_name"] == name
    both = cleaned(release(parties=[own]), release(ocid="o-2", parties=[signs]))
    assert both.tables["parties"]["party_masked_for"].tolist() == ["name_of_a_person", "personal_name"]


@pytest.mark.parametrize(
    ("title", "masked"),
    [
        ("pago a 12345", True),
        ("pago a 1234", False),
        ("pago a 123456", False),
        ("Pago a ÁNA PAZ LÉE, 2020", True),
        ("Lee Paz Ana", True),
        ("Ana Paz", False),
        ("Lee Ana Pazos", False),
    ],
)
def test_what_names_a_person_in_a_text(way, title, masked):
    """All parts of the name of three letters or more, in any order, or a number of five digits or more."""
    five = {"id": "a", "name": "de Ana Paz Lee", "identifier": {"scheme": "CO-CC", "id": "12345"}}
    four = {"id": "b", "name": "Zzyz Qwerty", "identifier": {"scheme": "CO-CC", "id": "1234"}}
    result = cleaned(release(parties=[five, four], tender={"id": "t", "title": title}))
    assert row(result, "tenders")["title"] == ("(text names a natural person)" if masked else title)


def test_what_stands_for_a_person_says_what_stood_there(way):
    """The number of the person in an identifier of another; a number within the process in any other identifier."""
    person = {"id": "12345678", "name": "Zzyz Qwerty", "identifier": {"scheme": "CO-CC", "id": "12345678"}}
    firm = {"id": "F", "name": "Obras SA de CV", "identifier": {"id": "12345678"}}
    other = {"id": "G", "name": "Otras SA de CV", "identifier": {"id": "x-zzyz-qwerty"}}
    items = [{"id": "i", "classification": {"scheme": "s", "id": "qwerty zzyz"}}]
    result = cleaned(release(parties=[person, firm, other], awards=[{"id": "a", "items": items}]))
    assert result.tables["parties"]["identifier_id"].tolist() == [
        "person-1 of o-1", "person-1 of o-1", "reference-2 of o-1"
    ]  # fmt: skip
    assert row(result, "items")["classification_id"] == "reference-1 of o-1"


def test_what_stands_for_a_person_stays_where_the_process_has_the_number_of_the_person(way):
    """The key of the process leads to whatever its publisher tells, and is left as it is."""
    person = {"id": "12345678", "name": "Zzyz Qwerty", "identifier": {"scheme": "CO-CC", "id": "12345678"}}
    result = cleaned(release(ocid="o-12345678", parties=[person]))
    assert row(result, "parties")["party_id"] == "person-1 of o-12345678"


def test_a_file_that_is_named_after_a_person_keeps_its_folder(way):
    person = {"id": "1", "name": "Zzyz Qwerty"}
    result = cleaned(release(awards=[{"id": "a", "suppliers": [person]}]), files=["2020/zzyz qwerty.json"])
    assert row(result, "processes")["file"] == "2020/(file name names a natural person, 1)"


def test_the_record_withholds_what_is_masked_also_under_other_rules(way):
    person = {"id": 12345678, "name": "Inventada M?xico", "identifier": {"scheme": "CO-CC", "id": 12345678}}
    result = cleaned(release(parties=[person], awards=[{"suppliers": [{"id": 12345678, "name": "x"}]}]))
    assert "12345678" not in everything(result) and "nventada" not in everything(result)
    told = entries(result, "number_as_text")
    assert len(told) == 3 and {old for _, old, _ in told} == {"(withheld)"}


def test_a_letter_that_an_encoding_lost_is_put_back_on_the_record(way):
    result = cleaned(release(buyer={"id": "B", "name": "GRUPO DE M?XICO"}, tender={"title": "¿M?xico?"}))
    assert row(result, "processes")["buyer_name"] == "GRUPO DE MÉXICO" and row(result, "tenders")["title"] == "¿M?xico?"
    assert entries(result, "lost_letter") == [("buyer/name", '"GRUPO DE M?XICO"', '"GRUPO DE MÉXICO"')]


def test_a_reference_to_a_party_is_what_the_party_is():
    firm = {"id": "X-1", "name": "Acme", "roles": ["supplier"], "identifier": {"scheme": "GB-COH", "id": "123"}}
    person = {"id": "X-2", "name": "Obras SA", "roles": ["supplier"], "identifier": {"scheme": "CO-CC", "id": "1"}}
    suppliers = [{"id": "X-1", "name": "Acme"}, {"id": "X-2", "name": "Obras SA"}, {"id": "X-9", "name": "Nobody"}]
    bids = {"details": [{"id": "b", "tenderers": suppliers[:2]}]}
    result = cleaned(release(parties=[firm, person], awards=[{"suppliers": suppliers}], bids=bids))
    assert result.tables["suppliers"]["supplier_id"].tolist() == ["X-1", "person-1 of o-1", "person-2 of o-1"]
    assert result.tables["tenderers"]["tenderer_id"].tolist() == ["X-1", "person-1 of o-1"]


def test_a_short_legal_form_is_a_sign_where_the_law_has_it():
    """Most identifiers of a block of processes tell where: two letters may be initials elsewhere."""

    def why(identifier: str) -> str | None:
        parties = [{"id": "1", "name": "I.M. Servicii Comunale"}, {"id": identifier, "name": "X SRL"}]
        return cleaned(release(parties=parties)).tables["parties"]["party_masked_for"].tolist()[0]

    assert pd.isna(why("MD-IDNO-1008600038413")) and why("AU-ABN-1") == "no_sign"


def test_a_look_at_whole_columns_tells_the_identifiers_of_persons():
    codes = pa.array(["GODE561231GR8", "MAB9307148T4", None, "12345678"])
    assert ocds_persons.has_person_reference(codes).to_pylist() == [True, False, False, False]
    assert ocds_persons.has_person_reference(codes, "CO-CC").to_pylist() == [True, True, False, True]
    schemes = pa.array([None, "MX-RFC", "CO-CC", "CO-CC"])
    assert ocds_persons.has_person_identifier(schemes, codes).to_pylist() == [True, False, False, True]
    nothing = pa.array([None, "12345678"]), pa.array(["CO-CC", None])
    assert ocds_persons.has_person_identifier(nothing[1], nothing[0]).to_pylist() == [False, False]
    assert ocds_persons.has_person_code(codes).to_pylist() == [True, False, False, False]
    assert ocds_persons.has_plain_form(pa.array(["X SA de CV", "X", None])).to_pylist() == [True, False, False]


def test_the_quick_look_at_names_agrees_with_the_thorough_one():
    plain = ["Obras SA DE CV", "X, S. de R.L. de C.V.", "B LTD.", "C Limited ", "F S.A.P.I. de C.V.", "G S.R.L."]
    names = [*plain, "D sa", "E", "Lola Limited Smith", None]
    assert ocds_persons.has_plain_form(pa.array(names)).to_pylist() == [True] * len(plain) + [False] * 4
    assert legal_entities.by_names(pa.array(names), "MX").to_pylist() == [*["entity"] * (len(plain) + 1), "", "", ""]


@pytest.mark.parametrize("name", ["metodoDeAdquisicion", "procurementMethodType", "eTenderProcurementMethod"])
def test_a_publishers_own_field_for_the_method_is_its_details_on_the_record(way, name):
    result = cleaned(release(tender={"id": "t", "procurementMethod": "open", name: "Convenio de colaboración"}))
    assert row(result, "tenders")["procurement_method_details"] == "Convenio de colaboración"
    assert entries(result, "other_name") == [(name, name, "(the name in the standard)")]
    both = {"id": "t", "procurementMethodDetails": "Licitación", name: "other"}
    assert row(cleaned(release(tender=both)), "tenders")["procurement_method_details"] == "Licitación"


def test_an_error_of_a_spreadsheet_is_missing_on_the_record(way):
    result = cleaned(release(tender={"id": "t", "mainProcurementCategory": "#N/A", "procurementMethod": "N/A"}))
    tender = row(result, "tenders")
    assert (tender["main_category"], tender["procurement_method"]) == (None, "N/A")
    assert entries(result, "spreadsheet_error") == [("tender/mainProcurementCategory", '"#N/A"', "")]


@pytest.mark.parametrize("publisher", ["mexico-states-pdn", "armenia", "mexico-inai", "ukraine", "moldova"])
def test_the_quick_and_the_slow_way_come_to_the_same(publisher, read_ocds, clean_ocds, monkeypatch):
    quick = clean_ocds(publisher)
    monkeypatch.setattr(merging, "read", lambda raw: None)
    slow = ocds.finish([ocds.clean(chunk, Input("ocds", publisher)) for chunk in read_ocds(publisher)])
    order = ["_file", "_line", "rule", "column", "old", "new"]
    for name, table in quick.tables.items():
        pd.testing.assert_frame_equal(table, slow.tables[name])
    one, two = (r.record.checked().entries.sort_values(order, ignore_index=True) for r in (quick, slow))
    pd.testing.assert_frame_equal(one, two)


VERSIONED = released("ocds_versioned_release")
LINKS = [{"url": "https://example.org/1.json", "date": "2020-01-01T00:00:00Z", "tag": ["tender"]}]


@pytest.mark.parametrize(
    "element",
    [
        VERSIONED,
        {"ocid": "o-1", "versionedRelease": VERSIONED},
        {"ocid": "o-1", "releases": LINKS, "versionedRelease": VERSIONED},
    ],
)
def test_a_versioned_release_is_read_as_the_latest_value_of_each_field(element):
    """It was kept as a process about which nothing is known."""
    result = cleaned(element)
    process, tender, award = row(result, "processes"), row(result, "tenders"), row(result, "awards")
    assert (process["ocid"], process["tags"]) == ("o-1", "compiled")
    assert str(process["release_date"]) == "2020-03-01 00:00:00"
    assert (tender["title"], tender["status"], tender["amount"], tender["currency"]) == ("Later", None, 7, "MXN")
    assert (award["award_id"], award["amount"]) == ("a-1", 6)
    assert row(result, "suppliers")["supplier_name"] == "Obras, S.A. de C.V."
    assert entries(result, "versioned_release") == [("release", "(all values)", "(the latest)")]


def test_control_characters_are_taken_out_of_texts_on_the_record(way):
    firm = {"id": "F-1", "name": "Ob\x00ras,\x0bS.A. de C.V.\x7f"}
    result = cleaned(
        release(
            ocid="o\x001",
            parties=[{**BUYER, "roles": ["buyer"]}, {**firm, "roles": ["supplier"]}],
            tender={"id": "t-1", "title": "Paint\x1f\tand\ntar"},
            awards=[{"id": "a-1", "suppliers": [firm]}],
        ),
        release(),
    )
    texts = [
        text
        for table in result.tables.values()
        for name in table.select_dtypes(["object", "string", "category"])
        for text in table[name].dropna().astype(str)
    ]
    assert not [text for text in texts if set(text) & {chr(code) for code in (*range(9), 11, 12, *range(14, 32), 127)}]
    assert sorted(result.tables["processes"]["ocid"]) == ["o-1", "o␀1"]
    names = set(result.tables["suppliers"]["supplier_name"].dropna())
    assert names == {"Obras, S.A. de C.V."}
    found = entries(result, "control_character")
    assert ("ocid", "U+0000", "o␀1") in found
    assert ("awards/suppliers/name", "U+0000 U+000B U+007F", "") in found
    assert ("tender/title", "U+001F", "") in found


def test_files_of_which_nothing_can_be_kept_are_refused():
    with pytest.raises(
        CleaningError, match=r"f\.json: holds 2 releases and records, of which none could be kept\. Check"
    ):
        cleaned('{"ocid": `', "[1")
