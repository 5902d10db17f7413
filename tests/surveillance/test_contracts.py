"""Documented contracts and relations: what counts, what never does, and drawings whose labels never meet."""

from __future__ import annotations

import re
from functools import cache

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.words import catalogue
from ogp_analysis.surveillance.parties import buyers_named, spelled, suppliers


@pytest.fixture(scope="module")
def found():
    return ogp.surveillance.contracts()


def rows(mirror) -> pd.DataFrame:
    """The compiled table itself, by key."""
    file = mirror / "surveillance_contracts_mexico" / "compiled" / "mexico_contracts.csv"
    return pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig").set_index("id")


@pytest.fixture(scope="module")
def drawn(found):
    """Return the function that gives the timeline and the pairs of buyers and firms, drawn once in a language."""

    @cache
    def draw(language: str):
        return found.plot(), found.relations().plot()

    return lambda: draw(catalogue.language())


@pytest.fixture(params=["en", "es"])
def spoken(request):
    ogp.use_language(request.param)
    yield request.param
    ogp.use_language("en")


def test_relations_by_the_rule_of_one_buyer_and_a_named_supplier(found):
    relations = found.relations()
    facts = ", ".join(relations.frame["facts"]).split(", ")
    apart = {*found.apart["fact"], *found.low["fact"], *found.others["fact"]}
    assert len(set(facts)) == relations.frame["rows"].sum() and not apart & set(facts)
    assert dict(relations.excluded.values.tolist()) == {"MX-F-013": "buyer_differs", "MX-S-016": "supplier_not_named"}
    # The federation stands first, apart from the states.
    assert relations.frame["level"].is_monotonic_increasing


def test_the_prosecution_is_one_buyer_under_its_old_and_new_name(found):
    pairs = found.relations().frame.set_index(["buyer", "supplier"])["rows"]
    assert pairs["fgr", "neolinx"] == 2 and pairs["sedena", "antsua"] == 2


def test_a_buyer_whom_sources_name_differently_is_nobodys(found, drawn, spoken, mirror):
    """The raw row names two bodies, and its own quotation the police: no body's row, column, count or request."""
    raw = rows(mirror).loc["MX-F-013"]
    assert "differ" in raw["buyer"] and "Policía Federal y Neolinx" in raw["source_text"]
    told = {"en": "attributed differently by sources: FGR, Policía Federal",
            "es": "las fuentes difieren: FGR, Policía Federal"}[spoken]  # fmt: skip
    assert found.table().frame.set_index("fact").loc["MX-F-013", "buyer_name"] == told
    assert found.frame.set_index("fact").loc["MX-F-013", "buyer_status"] == "sources_differ"
    assert told in drawn()[0].svg()
    assert "MX-F-013" not in " ".join(found.relations().frame["facts"])
    assert not any("differ" in name for name in found.buyers)
    assert buyers_named(raw["buyer"]) == ()


def test_an_invoice_is_of_the_body_that_the_page_names(found, mirror):
    """Neither the quoted words nor the vendor's list of clients names a body of the state."""
    raw = rows(mirror).loc["MX-S-016"]
    assert "PGJEM" in raw["buyer"] and "PGJEM" not in raw["source_text"]
    assert found.frame.set_index("fact").loc["MX-S-016", "buyer"] == "estado_de_mexico"


def test_every_caveat_of_the_compiled_table_goes_with_its_fact_into_every_table(found, spoken, mirror):
    raw = rows(mirror)
    clean = pd.concat([found.frame, found.low, found.others]).set_index("fact")
    assert set(clean.index) == set(raw.index) and len(raw) == 50
    with_one = raw.index[raw["caveat"] != ""]
    assert len(with_one) == 28 and clean.loc[with_one, "caveat"].notna().all()
    none = {"en": "none beside its grade", "es": "ninguna aparte de su grado"}[spoken]
    tables = (found.table(), found.terms(), found.apart_table(), found.low_table(), found.others_table())
    for made in tables:
        assert {"evidence", "confidence", "caveat"} <= set(made.frame)
        told = made.frame.set_index("fact")["caveat"]
        assert (told.loc[told.index.isin(with_one)] != none).all() and told.str.len().min() > 10
    assert {fact for made in tables for fact in made.frame["fact"]} == set(raw.index)
    pairs = found.relations().table().frame
    for facts, told in zip(pairs["facts"], pairs["caveat"], strict=True):
        assert all(f"{fact}: " in told for fact in facts.split(", ") if fact in with_one)


def test_every_caveat_has_words_of_its_own_in_both_languages_and_none_is_unused():
    codes = set(ogp.load("surveillance_contracts_mexico")["caveat"].dropna())
    english, spanish = (catalogue.entry("purchases.caveat", language) for language in ("en", "es"))
    assert codes == set(english) == set(spanish)
    assert not any(english[code] == spanish[code] for code in codes)


def test_a_column_and_a_third_partys_copy_are_of_low_confidence(mirror):
    raw = rows(mirror)
    grades = ogp.load("surveillance_contracts_mexico").set_index("fact")["confidence"]
    columns = set(raw.loc[raw["evidence_type"].str.contains("column"), "source_url"])
    copies = raw["source_publisher"].str.contains("blogspot")
    assert set(grades[raw.index[raw["source_url"].isin(columns) | copies]]) == {"low"}


def test_one_outlet_that_quotes_another_is_not_high_and_says_so(found, spoken, mirror):
    """None of this kind is left high: no further page, no number of a contract, one outlet citing another."""
    raw = rows(mirror)
    quoting = raw[raw["source_publisher"].str.contains(" citing ") & (raw["corroboration"] == "")
                  & (raw["contract_number"] == "") & raw["row_type"].isin(["contract", "invoice"])]  # fmt: skip
    own = found.frame.set_index("fact").loc[quoting.index]
    assert {"MX-S-003", "MX-S-004"} <= set(own.index) and set(own["confidence"]) == {"medium"}
    told = found.table().frame.set_index("fact").loc[["MX-S-003", "MX-S-004"], "caveat"]
    assert told.str.contains({"en": "quotes the report of another", "es": "cita la nota de otro"}[spoken]).all()


def test_caveats_say_no_more_than_the_rows_do(found, spoken):
    """What a page does not give is not absent, and a firm that it does not name is said not to be named."""
    told = pd.concat([made.frame for made in (found.table(), found.low_table())]).set_index("fact")
    parts = {
        "MX-F-004": ("remote monitoring of information", "monitoreo de información remota"),
        "MX-F-005": ("remote monitoring of information", "monitoreo de información remota"),
        "MX-F-007": ("does not give the dates", "no da la fecha"),
        "MX-F-008": ("does not give the dates", "no da la fecha"),
        "MX-S-015": ("does not name the firm", "no nombra a la empresa"),
        "MX-S-019": ("No page read ties this firm", "Ninguna página que leímos vincula a esta empresa"),
    }
    for fact, said in parts.items():
        assert said[spoken == "es"] in told.loc[fact, "caveat"], fact
    terms = found.terms().frame.set_index("fact")
    assert terms.loc[["MX-F-004", "MX-F-005"], "object"].eq("Servicio de monitoreo de información remota").all()
    bid = {"en": "restricted invitation (inferred", "es": "invitación restringida (se infiere"}[spoken]
    assert terms.loc["MX-S-011", "procedure"].startswith(bid)
    named = {"en": "its address names a person", "es": "su dirección nombra a una persona"}[spoken]
    assert told.loc[["MX-S-003", "MX-S-014", "MX-S-019"], "source"].str.contains(named).all()
    assert not told["source"].str.contains("2019-12|2017-01").any()


def test_the_answer_counts_no_camera_and_nothing_of_low_confidence(found, drawn):
    """What is counted is of devices, above low confidence, and nothing is said as done."""
    own = found.counted
    cameras = own["technologies"].str.contains("video|facial|jamming")
    assert not cameras.any() and (own["technologies"] != "").all() and (own["confidence"] != "low").all()
    said = [part.plain() for part in found.answer()]
    timeline, _ = drawn()
    assert "16 contracts and invoices" in timeline.svg() and "after civil society left" not in timeline.svg()
    for word in ("sold", " were signed", "19"):
        assert not [one for one in (*said, timeline.caption, timeline.alt) if word in one.replace("2019", "")]


def test_nothing_is_summed(found):
    for made in (found.table(), found.others_table(), found.relations().table()):
        assert not {"sum", "total_amount"} & set(made.frame)
        assert made.stated.keys() <= {"n", "pairs", "rows", "federal", "low_n"}
    stated = [number for part in (*found.answer(), *found.text(), *found.relations().text())
              for number in part.values.values() if getattr(number, "unit", "") == "money"]  # fmt: skip
    assert [number.value for number in stated] == [80]


def test_rows_of_low_confidence_are_in_a_table_of_their_own_and_nowhere_else(found, drawn):
    assert found.low_table().frame["fact"].tolist() == ["MX-S-019", "MX-S-014", "MX-S-009"]
    words = str(found.answer()) + "".join(made.svg() for made in drawn())
    for name in ("Michoacán", "Gobierno de Veracruz", "Campeche", "SPICSA"):
        assert name not in words
    for made in (found.table(), found.terms(), found.apart_table(), found.relations().table(), found.gaps()):
        assert "MX-S-014" not in made.frame.to_csv() and "MX-S-009" not in made.frame.to_csv()
    low = (found.others["confidence"] == "low").sum()
    assert low == 5 and f"{low} of them of low confidence" in found.others_table().caption
    assert not set(found.buyers) & set(found.low["buyer_text"])


def test_no_label_meets_another_in_any_language_and_width(drawn, spoken):
    for made in drawn():
        assert made.faults() == [] and made.narrow is not None
    days = re.findall(r"\b\d{1,2} (?:de )?[a-z]+ (?:de )?20\d\d\b", drawn()[0].svg(), re.I)
    assert len(set(days)) == 7, "an event is not written"


def test_the_timeline_counts_nothing_around_an_event_and_draws_the_levels_apart(drawn):
    timeline, _ = drawn()
    svg, narrow = timeline.svg(), timeline.svg(narrow=True)
    assert "Federal (7)" in svg and "States (7)" in svg and "infection of a device (4)" in svg
    assert "stroke-dasharray: 3" not in svg and not re.search(r"\d+ of \d+", timeline.caption)
    # The sheet for a telephone names every buyer and event that the wide one does.
    for name in ("Gobierno de Querétaro*", "19 June 2017", "16 July 2025"):
        assert name in narrow


def test_every_row_has_a_source_and_every_other_fact_a_name_in_both_languages(found, spoken):
    for made in (found.table(), found.apart_table(), found.low_table(), found.others_table()):
        assert made.frame["source"].str.len().min() > 5
        assert made.frame["buyer_name"].notna().all()


def test_every_firm_of_the_tables_is_in_the_reviewed_table():
    firms = ogp.load("surveillance_suppliers_mexico")["supplier"]
    assert set(firms) <= set(spelled())
    aliases = [alias for firm in suppliers().values() for alias in firm.aliases]
    assert len(aliases) == len(set(aliases)) and all(alias == alias.lower() for alias in aliases)


def test_a_possible_part_is_called_so_wherever_it_stands(found, drawn):
    assert "only a possible part" in found.table().frame.set_index("fact").loc["MX-S-002", "technologies"]
    pairs = found.relations()
    assert pairs.frame.loc[pairs.frame["qualified"], ["buyer", "supplier"]].values.tolist() == [["jalisco", "sym"]]
    rows = pairs.table().frame.set_index(["buyer_name", "supplier_name"])["technologies"]
    assert rows.str.contains("only a possible part").sum() == 1
    svg = drawn()[1].svg()
    assert ">1*<" in svg and ">2<" in svg
    assert "as declared" in found.others_table().frame.set_index("fact").loc["MX-F-017", "technologies"]
