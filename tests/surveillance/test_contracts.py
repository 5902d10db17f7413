"""Documented contracts and relations: what counts, what never does, and drawings whose labels never meet."""

from __future__ import annotations

import re

import pytest

import ogp_analysis as ogp
from ogp_analysis.surveillance.suppliers import spelled, suppliers


@pytest.fixture(scope="module")
def found():
    return ogp.surveillance.contracts()


@pytest.fixture(params=["en", "es"])
def spoken(request):
    ogp.use_language(request.param)
    yield request.param
    ogp.use_language("en")


def test_relations_by_the_rule_of_object_confidence_and_named_supplier(found):
    relations = found.relations()
    assert (len(relations.frame), relations.frame["rows"].sum()) == (14, 19)
    assert (relations.frame["buyer"].nunique(), relations.frame["supplier"].nunique()) == (11, 9)
    facts = ", ".join(relations.frame["facts"]).split(", ")
    assert len(set(facts)) == 19 and not {"MX-F-018", "MX-F-026", "MX-F-027", "MX-S-014", "MX-S-019"} & set(facts)
    why = dict(relations.excluded.values.tolist())
    assert why == {"MX-S-013": "object_not_stated", "MX-S-014": "low_confidence", "MX-S-016": "supplier_not_named",
                   "MX-S-019": "low_confidence"}  # fmt: skip


def test_the_prosecution_is_one_buyer_under_its_old_and_new_name(found):
    pairs = found.relations().frame.set_index(["buyer", "supplier"])["rows"]
    assert pairs["fgr", "neolinx"] == 3 and pairs["sedena", "antsua"] == 2 and pairs["oadprs", "spicsa"] == 2


def test_counts_of_the_answer(found):
    own = found.contracts
    assert (len(own), len(found.frame), len(found.others)) == (19, 23, 27)
    assert own["procedure"].value_counts().to_dict() == {"direct_award": 7, "open_tender": 1,
                                                        "restricted_invitation": 1}  # fmt: skip
    said = str(found.answer()) + str(found.text())
    for part in ("19 contracts and 4 invoices", "14 relations", "9 of the 19 contracts", "10 of the 20 amounts"):
        assert part in said


def test_nothing_is_summed(found):
    for made in (found.table(), found.others_table(), found.relations().table()):
        assert not {"sum", "total_amount"} & set(made.frame) and made.stated.keys() <= {"n", "pairs", "rows"}
    stated = [number for part in (*found.answer(), *found.text(), *found.relations().text())
              for number in part.values.values() if getattr(number, "unit", "") == "money"]  # fmt: skip
    assert [number.value for number in stated] == [80]


def test_the_misquoted_figure_is_two_facts(found):
    (said,) = [part for part in found.text() if part.key == "purchases.two_facts"]
    assert (
        "one fact" in said.plain() and "another" in said.plain() and "does not belong to those months" in said.plain()
    )


def test_rows_of_low_confidence_stand_in_the_appendix_alone(found):
    drawn = found.plot()
    assert "dated, 19; undated, 2" in drawn.caption
    words = drawn.svg()
    assert "Michoacán" not in words and "Gobierno de Veracruz" not in words
    assert found.table().frame.set_index("fact").loc["MX-S-014", "confidence"] == "low"


def test_no_label_meets_another_in_any_language_and_width(found, spoken):
    for made in (found.plot(), found.relations().plot()):
        assert made.faults() == [] and made.narrow is not None
    days = re.findall(r"\b\d{1,2} (?:de )?[a-z]+ (?:de )?20\d\d\b", found.plot().svg(), re.I)
    assert len(set(days)) == 7, "an event is not written"


def test_the_title_of_the_timeline_counts_what_was_signed_after_the_break(found):
    signed = found.frame[(found.frame["confidence"] != "low") & found.frame["signed"].notna()]["signed"]
    after = sum(date[:4] > "2017" for date in signed)
    assert after == 11 and f"{after} of {len(signed)}" in found.plot().svg()


def test_every_row_has_a_source_and_every_other_fact_a_name_in_both_languages(found, spoken):
    for made in (found.table(), found.others_table()):
        assert made.frame["source"].str.len().min() > 5
        assert made.frame["buyer_name"].notna().all()


def test_every_firm_of_the_tables_is_in_the_reviewed_table():
    firms = ogp.load("surveillance_suppliers_mexico")["supplier"]
    assert set(firms) <= set(spelled())
    aliases = [alias for firm in suppliers().values() for alias in firm.aliases]
    assert len(aliases) == len(set(aliases)) and all(alias == alias.lower() for alias in aliases)


def test_a_possible_part_is_called_so_wherever_it_stands(found):
    assert "only a possible part" in found.table().frame.set_index("fact").loc["MX-S-002", "technologies"]
    pairs = found.relations()
    assert pairs.frame.loc[pairs.frame["qualified"], ["buyer", "supplier"]].values.tolist() == [["jalisco", "sym"]]
    rows = pairs.table().frame.set_index(["buyer_name", "supplier_name"])["technologies"]
    assert rows.str.contains("only a possible part").sum() == 1
    assert ">1*<" in pairs.plot().svg() and ">3<" in pairs.plot().svg()
    assert "as declared" in found.others_table().frame.set_index("fact").loc["MX-F-017", "technologies"]
