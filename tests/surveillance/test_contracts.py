"""Facts on record of purchases: whose they are, what goes with each, and drawings whose labels never meet."""

from __future__ import annotations

import tomllib

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.surveillance.contracts import buyers_named, spelled, suppliers

from ..reports import ROOT

TEXTS = dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("Purchases"))


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    """Every fact on record, by key."""
    return ogp.surveillance.contracts().set_index("fact")


@pytest.fixture(scope="module")
def counted(found) -> pd.DataFrame:
    own = found[found["row_type"].isin(["contract", "invoice"]) & (found["confidence"] != "low")]
    return own[own["of_devices"].fillna(False)]


def rows(mirror) -> pd.DataFrame:
    """The compiled table itself, by key."""
    file = mirror / "surveillance_contracts_mexico" / "compiled" / "mexico_contracts.csv"
    return pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig").set_index("id")


def test_the_prosecution_is_one_buyer_under_its_old_and_new_name(counted):
    pairs = counted.groupby(["buyer", "supplier"]).size()
    assert pairs["fgr", "neolinx"] == 2 and pairs["sedena", "antsua"] == 2 and len(pairs) == 11


def test_a_buyer_whom_sources_name_differently_is_nobodys(found, mirror):
    """The raw row names two bodies, and its own quotation the police."""
    raw, own = rows(mirror).loc["MX-F-013"], found.loc["MX-F-013"]
    assert "differ" in raw["buyer"] and "Policía Federal y Neolinx" in raw["source_text"]
    assert own["buyer_status"] == "sources_differ" and pd.isna(own["buyer"]) and own["buyer_name"] == own["buyer_text"]
    assert buyers_named(raw["buyer"]) == ()


def test_several_buyers_of_one_fact_are_no_single_buyer(found):
    several = found[found["buyer_text"].str.contains(r" \+ ")]
    assert len(several) and several["buyer"].isna().all() and several["buyer_name"].str.contains(", ").all()


def test_an_invoice_is_of_the_body_that_the_page_names(found, mirror):
    """Neither the quoted words nor the vendor's list of clients names a body of the state."""
    raw = rows(mirror).loc["MX-S-016"]
    assert "PGJEM" in raw["buyer"] and "PGJEM" not in raw["source_text"]
    assert found.loc["MX-S-016", "buyer"] == "estado_de_mexico"


def test_cameras_are_no_surveillance_of_devices_and_what_no_page_states_is_missing(found, mirror):
    raw = rows(mirror)["tech_category"]
    assert found["of_devices"].isna().equals(found["technologies"] == "")
    own = found[found["row_type"].isin(["contract", "invoice"])]
    unknown = raw[own.index].str.startswith("unknown")
    assert set(own.index[own["of_devices"].isna()]) == set(unknown.index[unknown])
    assert not own.loc[own["of_devices"].eq(False).fillna(False), "technologies"].str.contains("intrusion|geoloc").any()


def test_every_caveat_of_the_compiled_table_stays_with_its_fact(found, mirror):
    raw = rows(mirror)
    assert set(found.index) == set(raw.index) and len(raw) == 50
    with_one = raw.index[raw["caveat"] != ""]
    assert len(with_one) == 28 and found.loc[with_one, "caveat"].notna().all()


def test_every_caveat_has_words_of_its_own_in_both_languages_and_none_is_unused(found):
    files = (ROOT / "notebooks" / "words" / f"surveillance_contracting_{language}.toml" for language in ("en", "es"))
    english, spanish = (tomllib.loads(file.read_text(encoding="utf-8"))["caveat"] for file in files)
    assert set(found["caveat"].dropna()) == set(english) == set(spanish)
    assert not any(english[code] == spanish[code] for code in english)


def test_a_column_and_a_third_partys_copy_are_of_low_confidence(found, mirror):
    raw = rows(mirror)
    columns = set(raw.loc[raw["evidence_type"].str.contains("column"), "source_url"])
    copies = raw["source_publisher"].str.contains("blogspot")
    assert set(found.loc[raw.index[raw["source_url"].isin(columns) | copies], "confidence"]) == {"low"}


def test_one_outlet_that_quotes_another_is_not_high_and_says_so(found, mirror):
    """None of this kind is left high: no further page, no number of a contract, one outlet citing another."""
    raw = rows(mirror)
    quoting = raw[raw["source_publisher"].str.contains(" citing ") & (raw["corroboration"] == "")
                  & (raw["contract_number"] == "") & raw["row_type"].isin(["contract", "invoice"])]  # fmt: skip
    own = found.loc[quoting.index]
    assert {"MX-S-003", "MX-S-004"} <= set(own.index) and set(own["confidence"]) == {"medium"}
    assert set(own.loc[["MX-S-003", "MX-S-004"], "caveat"]) == {"quoted_by_another"}


def test_every_firm_of_the_tables_is_in_the_reviewed_table():
    firms = ogp.load("surveillance_suppliers_mexico")["supplier"]
    assert set(firms) <= set(spelled())
    aliases = [alias for firm in suppliers().values() for alias in firm.aliases]
    assert len(aliases) == len(set(aliases)) and all(alias == alias.lower() for alias in aliases)


def test_labels_of_lanes_never_meet_and_each_is_drawn_for_a_telephone_too(counted):
    dated = counted[counted["signed"].notna()]
    lane = dated["technologies"].str.partition(" ")[0]
    drawn = pd.DataFrame({"group": dated["level"], "lane": lane, "date": dated["signed"], "full": True,
                          "label": dated["buyer_name"], "mark": "*"})  # fmt: skip
    events = pd.DataFrame({"date": ["2015-07-06", "2015-08-01", "2025-07-16"], "said": ["A leak", "Another", "A law"],
                           "kind": ["disclosure", "ogp", "law"]})  # fmt: skip
    lanes, groups = {code: code for code in lane.unique()}, {"federal": "Federal", "state": {"en": "States", "es": "E"}}
    made = ogp.surveillance.dated_lanes(drawn, events, groups=groups, lanes=lanes, name="lanes", texts=TEXTS)
    assert made.faults() == [] and made.narrow is not None
    for svg in (made.svg(), made.svg(narrow=True)):
        assert "Federal (7)" in svg and "States (7)" in svg and "intrusion (4)" in svg and "6 July 2015" in svg
        assert all(f"{name}*" in svg for name in drawn["label"])
    swapped = dict(reversed(groups.items()))
    turned = ogp.surveillance.dated_lanes(drawn, events, groups=swapped, lanes=lanes, name="lanes", texts=TEXTS).svg()
    assert turned.index("States (7)") < turned.index("Federal (7)")


def test_a_matrix_holds_each_number_with_its_mark_and_leaves_empty_groups_out():
    pairs = pd.DataFrame({"group": "state", "row": ["Jalisco", "Puebla"], "column": ["A firm", "Another firm"],
                          "n": [2, 1], "mark": ["", "*"]})  # fmt: skip
    groups = {"federal": "Federal", "state": "States"}
    made = ogp.surveillance.pair_matrix(pairs, groups=groups, name="pairs", texts=TEXTS)
    assert made.faults() == [] and made.narrow is not None
    for svg in (made.svg(), made.svg(narrow=True)):
        assert ">1*<" in svg and ">2<" in svg and "Federal" not in svg and "States" in svg
