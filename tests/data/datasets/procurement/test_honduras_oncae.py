"""Honduras: suppliers and the remark after their names, what is open and what is not, and how the tables join."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.datasets.procurement import honduras_oncae
from ogp_analysis.data.datasets.procurement import honduras_oncae as oncae
from tests.data.datasets.plain_rows import plain

PERSON = "INVENTADA DEL EJEMPLO MARIA"
INPUTS = {source.tables[0]: source for source in oncae.DATASET.inputs}
PLAIN = {name: plain(f"honduras_oncae_{name}") for name in INPUTS}


@pytest.fixture
def clean(rows):
    """The whole walk over one row of each table, with the changes given."""

    def walk(**changes):
        made = [
            oncae.clean(rows(*(PLAIN[name] | change for change in changes.get(name, ({},)))), INPUTS[name])
            for name in PLAIN
        ]
        result = oncae.finish(made)
        result.record.checked()
        return result

    return walk


@pytest.mark.parametrize(
    ("code", "rtn", "status"),
    [
        ("HN-RTN-08019013578169", "08019013578169", "legal_entity"),
        ("HN-RTN-08019010272388\t", "08019010272388", "legal_entity"),
        ("HN-RTN-8019003197364", "08019003197364", "legal_entity"),
        ("HND-IDCARD-08019995368402", "08019995368402", "legal_entity"),
        ("HN-RTN-08011980121095", "08011980121095", "natural_person"),
        ("HN-RTN-.08011960085367", "08011960085367", "natural_person"),
        ("HN-RTN-7031991024348", "7031991024348", "natural_person"),
        ("HN-RTN-0801196001275", "0801196001275", "natural_person"),
        ("HN-RTN-0801900750726", "0801900750726", "malformed"),
        ("HN-RTN-05018011425053", "05018011425053", "malformed"),
        ("HN-RTN-ORLISINVENTADO", "", "malformed"),
        ("SG3qgOr", "", "malformed"),
    ],
)
def test_the_tax_number_tells_who_a_supplier_is(code, rtn, status):
    made = honduras_oncae.tax_numbers(pd.Series([code], dtype="str")).iloc[0]
    assert (made["rtn"], made["status"]) == (rtn, status)


@pytest.mark.parametrize(
    ("written", "remark"),
    [
        ("CASA X S. DE R.L. * Compra Menor", "minor_purchase"),
        ("CASA X S. DE R.L.*COMPRA MENOR ", "minor_purchase"),
        ("CASA X S. DE R.L.*NORMATIVA EXTRENA", "outside_rules"),
        ("CASA X S. DE R.L. ", ""),
    ],
)
def test_the_remark_is_no_part_of_the_name(clean, written, remark):
    result = clean(award_suppliers=({"awards/0/suppliers/0/name": written},))
    row = result.tables["award_suppliers"].iloc[0]
    assert (row["supplier_name"], row["remark"]) == ("CASA X S. DE R.L.", remark)
    entry = result.record.entries.query("rule == 'remark_after_name'").iloc[0]
    assert (entry["old"], entry["new"]) == (written, "CASA X S. DE R.L.")


def test_a_remark_of_other_words_is_refused(clean):
    with pytest.raises(CleaningError, match="names with a remark that no rule covers"):
        clean(award_suppliers=({"awards/0/suppliers/0/name": "CASA X * Emergencia"},))


@pytest.mark.parametrize(
    ("name", "code", "kind"),
    [
        (PERSON, "HN-RTN-08011980121095", "natural_person"),
        ("CASA X S. DE R.L.", "HN-RTN-08011980121095", "natural_person"),
        (PERSON, "HN-RTN-INVENTADADELEJEMPLO", "presumed_natural_person"),
        (PERSON + " * Compra Menor", "SG3qgOr", "presumed_natural_person"),
    ],
)
def test_nothing_of_a_natural_person_is_left(clean, name, code, kind):
    changes = {"awards/0/suppliers/0/name": name, "awards/0/suppliers/0/id": code}
    result = clean(award_suppliers=(changes,), releases=({"tender/title": f"Compra a {name.lower()}"},))
    row = result.tables["award_suppliers"].iloc[0]
    assert (row["supplier_name"], row["supplier_kind"]) == ("persona física", kind)
    assert (row["supplier_id"], row["supplier_rtn"]) == ("", "")
    shown = " ".join(str(table.to_dict("list")) for table in [*result.tables.values(), result.record.entries])
    assert name.partition(" *")[0] not in shown.upper() and "INVENTAD" not in shown.upper()
    assert "08011980121095" not in shown


def test_free_texts_are_not_read_and_the_record_says_so(clean):
    result = clean()
    assert "MANEJA" not in str([table.to_dict("list") for table in result.tables.values()]) + str(result.record.entries)
    rows = result.record.entries.query("rule == 'description_not_read'")
    assert rows["column"].tolist() == list(oncae.DESCRIPTIONS[:1]) + [oncae.DESCRIPTIONS[2], oncae.DESCRIPTIONS[1]]
    assert set(rows["old"]) == {"(1 values)"}


def test_a_day_is_the_local_one_and_other_forms_are_refused(clean):
    assert clean().tables["releases"]["tender_start_date"].tolist() == ["2020-03-06"]
    for moment in ("2020-03-05", "2020-03-05T16:23:08Z"):
        with pytest.raises(CleaningError, match="moments of another form"):
            clean(releases=({"tender/datePublished": moment, "date": moment},))


def test_a_column_that_no_longer_repeats_another_is_refused(clean):
    with pytest.raises(CleaningError, match="values that differ from buyer/id"):
        clean(releases=({"tender/procuringEntity/id": "c"},))


def test_suppliers_are_numbered_and_the_joins_counted(clean):
    more = {"awards/0/suppliers/0/name": "CASA Y S.A."}
    result = clean(award_suppliers=({}, more), awards=({}, {"ocid": "o1", "awards/0/id": "a2"}))
    assert result.tables["award_suppliers"]["sequence"].tolist() == [1, 2]
    joins = result.tables["joins"].set_index(["child", "parent"])
    assert joins.loc[("award_suppliers", "awards")].tolist() == ["award_id", 2, 0, 2, 1]


def test_no_published_name_of_a_person_is_left(published, mirror):
    raw = pd.read_csv(mirror / "honduras_oncae" / "2020" / "awa_suppliers20.csv", dtype=str, keep_default_na=False)
    table = published(dataset("honduras_oncae"))[1].tables["award_suppliers"]
    person = table["supplier_kind"].isin(["natural_person", "presumed_natural_person"])
    assert 500 < person.sum() < 900
    assert table.loc[person, "supplier_name"].eq("persona física").all()
    assert table.loc[person, ["supplier_id", "supplier_rtn"]].isna().all(axis=None)
    numbers = set(
        raw["awards/0/suppliers/0/id"][raw["awards/0/suppliers/0/id"].str.fullmatch(r"HN-RTN-\d{4}(19|20)\d{8}")]
    )
    entries = published(dataset("honduras_oncae"))[1].record.entries
    assert numbers and not numbers & set(entries["old"]) and not numbers & set(table["supplier_id"].dropna())


@pytest.mark.parametrize(
    ("procedure", "published", "method", "recorded"),
    [
        ("Compra Menor", "open", "limited", True),
        ("Compra Menor", "", "limited", True),
        ("Licitación privada", "open", "limited", True),
        ("Licitación pública nacional", "open", "open", False),
        ("Contratación directa", "direct", "direct", False),
    ],
)
def test_a_minor_purchase_is_not_open(clean, procedure, published, method, recorded):
    names = {"tender/procurementMethodDetails": procedure, "tender/procurementMethod": published}
    result = clean(releases=(names,))
    row = result.tables["releases"].iloc[0]
    assert (row["method_published"], row["procurement_method"]) == (published, method)
    assert ("method_by_name_of_procedure" in set(result.record.entries["rule"])) == recorded
