"""What inventories document: kinds, standards of evidence and lists apart; absence is absence from a list."""

from __future__ import annotations

import pytest

import ogp_analysis as ogp
from ogp_analysis.base.countries import country
from ogp_analysis.base.words import word
from ogp_analysis.base.words.catalogue import entry
from ogp_analysis.data.store import hand_out
from ogp_analysis.surveillance import inventories
from ogp_analysis.surveillance.inventories import documented

CASES = hand_out.load("carnegie_spyware_inventory", "cases")


def governments(kind: str) -> list[str]:
    return sorted(CASES.loc[CASES["category"] == kind, "iso3"].unique())


def told(found) -> dict[str, tuple[str, dict]]:
    """Return case and values of every sentence by its kind."""
    return {said.key.removeprefix("others.inventory."): (said.case, said.values) for said in found.text()}


def test_a_kind_with_one_case_is_told_of_that_government_only():
    assert governments("iot_hacking") == ["ISR"]
    assert told(documented("ISR"))["iot_hacking"][0] == "documented"
    assert "iot_hacking" not in told(documented("MEX"))


def test_a_government_on_no_list_is_not_documented_there():
    found = documented("AND")
    assert found.n == 0 and {case for case, _ in told(found).values()} == {"not_documented"}
    assert found.table() == () and found.frame.empty


def test_what_an_edition_lacks_is_named(monkeypatch):
    usual = hand_out.has
    monkeypatch.setattr(hand_out, "has", lambda d, *rest: d != inventories.INVENTORY and usual(d, *rest))
    found = documented("MEX")
    assert found.absent == ("carnegie_spyware_inventory",) and list(told(found)) == ["absent", "lists"]
    assert found.kind("spyware").n_cases == 0


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_kind_can_be_told_in_both_languages(language):
    ogp.use_language(language)
    for code in ("MEX", "AND", *governments("iot_hacking")):
        for sentence in documented(code).text():
            said = sentence.plain()
            assert country(code).name in said
            if sentence.case == "not_documented" and "forensics" not in sentence.key:
                assert {"en": "not the same as no use", "es": "no equivale a que no"}[language] in said
    ogp.use_language("en")


def rows(code: str) -> list[dict]:
    made = documented(code).table().payload()
    names = [column["name"] for column in made["columns"]]
    return [dict(zip(names, row, strict=True)) for row in made["rows"]]


def test_every_row_has_the_status_of_its_list_and_its_source():
    found = rows("MEX")
    assert len(found) == 11
    assert [row["kind"] for row in found] == ["Spyware"] * 10 + ["Network interception"]
    own = [row for row in found if row["list"].startswith("Feldstein and Kot")]
    assert {row["status"].split(";")[0] for row in own} == {"government listed as a customer or suspected operator"}
    assert sum("lower-confidence" in row["status"] for row in own) == 1
    linked = [row["source"] for row in found if row["source"].startswith("https://")]
    assert len(linked) == 8 and not any(" " in source for source in linked)
    # A list has a date; of a purchase or a use it gives none.
    assert all((row["list_of"] == "not_applicable") == (row in own) for row in found)
    assert {row["used"] for row in found if row not in own} == {"not stated"}
    assert not any(row["used"] == "2021–2023" for row in found)
    # What an unsigned page alone says is worded as what it says, of low confidence.
    low = [row["status"] for row in found if row["list"] == "an unsigned page"]
    assert low == ["as an unsigned page has it: named as a client by the Pegasus Project consortium (low confidence)",
                   "as an unsigned page has it: purchase confirmed by the government (low confidence)"]  # fmt: skip
    assert not any("Pegasus Project" in row["list"] or "Pegasus Project" in row["source"] for row in found)
    assert all("unsigned" in row["caveat"] for row in found if row["list"] == "an unsigned page")
    # Read on a copy, which is not a source: publisher and row stand in its place.
    named = [row["source"] for row in found if row["source"] not in linked]
    said = [source.split("; row ")[0] for source in named]
    # Six names were read on the page of a third party: the list that it is about is not linked in its place.
    assert said.pop(0).startswith("no page to link: Press, on Citizen Lab")
    assert not any("hide-and-seek" in source for source in linked)
    assert said == ["no page to link: an unsigned page", "no page to link: an unsigned page"]


@pytest.mark.parametrize("code", governments("spyware"))
def test_every_government_of_the_inventory_has_a_table(code):
    assert any(row["list"].startswith("Feldstein and Kot") for row in rows(code))


def test_a_server_of_2013_is_no_customer():
    lists = hand_out.load("spyware_operator_countries", "operators")
    located = lists[lists["status"] == "server_located"]
    assert set(located["vendor"]) == {"FinFisher"} and set(located["list_first_year"]) == {2013}
    for code in sorted(located["iso3"].unique())[:5]:
        statuses = [row["status"] for row in rows(code) if row["vendor"] == "FinFisher" and row["list_of"] == "2013"
                    and row["list"] == "Citizen Lab"]  # fmt: skip
        assert statuses == [word("others.status.server_located", "en")] and "not evidence" in statuses[0]


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_message_says_that_a_government_has_or_uses_spyware(language):
    texts = str(entry("others.inventory", language)) + str(entry("others.status", language))
    texts += "".join(text[language] for text in ogp.words("civic_space_overview").texts("inventory").values())
    for claim in {"en": ("has spyware", "uses spyware", "owns"), "es": ("tiene spyware", "tiene programas", "usa ")}[
        language
    ]:
        assert claim not in texts
