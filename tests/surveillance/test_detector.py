"""The detector: each false friend, the official objects, endings and borders of words, and what scores."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.data.datasets.procurement.folding import folded
from ogp_analysis.surveillance.detector import KINDS, TIERS, _pattern, facts, firms, terms

from ..reports import ROOT

detector = import_module("ogp_analysis.surveillance.detector")
#: Ordinary purchases whose words look like surveillance.
FALSE_FRIENDS = (ROOT / "tests" / "data" / "false_friends.txt").read_text(encoding="utf-8").splitlines()
#: The five objects of documented contracts in their own words, and what the words alone give.
OFFICIAL = {
    "MX-F-004": ("probable", "intrusion"),
    "MX-F-005": ("probable", "intrusion"),
    "MX-F-009": ("probable", "geolocation"),
    # "Localización geográfica en tiempo real" alone may be of a fleet: a miss without the buyer.
    "MX-F-010": None,
    "MX-F-013": ("probable", "mass_analytics"),
}


def found(*texts, **more):
    return ogp.surveillance.detect(pd.DataFrame({"object": list(texts), **more})).hits


@pytest.mark.parametrize("text", FALSE_FRIENDS)
def test_a_false_friend_is_no_hit_in_any_writing(text):
    written = [text, text.upper(), folded(text), f"{text}."]
    assert [written[row] for row in found(*written)["row"]] == []


def test_hits_and_misses_among_the_official_objects():
    rows = ogp.load("surveillance_contracts_mexico").dropna(subset=["object"]).set_index("fact")
    hits = ogp.surveillance.detect(rows, {"text": "object"}).hits.set_index("row")
    assert sorted(rows.index) == sorted(OFFICIAL)
    for fact, expected in OFFICIAL.items():
        got = tuple(hits.loc[fact, ["verdict", "tier"]]) if fact in hits.index else None
        assert got == expected, fact
    with_buyer = ogp.surveillance.detect(rows, {"text": "object", "buyer": "buyer_text"}).hits
    assert set(with_buyer["row"]) == set(OFFICIAL) and with_buyer["verdict"].eq("probable").all()


@pytest.mark.parametrize(("text", "tier"), [
    ("Software espía Pegasus", "intrusion"),
    ("Licencia de SOFTWARE DE INTRUSION", "intrusion"),
    ("Sistemas de intervención de comunicaciones privadas", "interception"),
    ("Equipo de interceptación telefónica", "interception"),
    ("IMSI catcher", "interception"),
    ("Equipo para interceptar llamadas", "interception"),
    ("Sistema de espionaje telefónico", "intrusion"),
    ("Licencia de software de espionaje Pegasus", "intrusion"),
    ("Equipos de espionaje", "intrusion"),
    ("Plataforma para geolocalizar celulares", "geolocation"),
    ("Licencia Geomatrix para búsquedas", "geolocation"),
    ("Geolocalización de teléfonos celulares", "geolocation"),
    ("Équipement de géolocalisation de téléphones mobiles", "geolocation"),
    ("Licencias UFED de Cellebrite", "device_forensics"),
    ("extração forense", "device_forensics"),
    ("Social media monitoring", "mass_analytics"),
    ("Sistema de videovigilancia", "video_and_faces"),
    ("Facial recognition", "video_and_faces"),
    ("Bloqueador de señales para penales", "jamming"),
])  # fmt: skip
def test_each_tier_is_found_in_its_languages_and_endings(text, tier):
    assert found(text)["tier"].tolist() == [tier]


def test_a_stop_phrase_takes_only_its_own_words_out():
    assert found("Servicio de vigilancia y software espía Pegasus")["tier"].tolist() == ["intrusion"]


@pytest.mark.parametrize("name", ["KBH CONSTRUCTION SA DE CV", "NEOLINXA SA", "BALAM", "FAXON SA", "Face",
                                  "Pegasus Airlines", "NSO", "Circles SA"])  # fmt: skip
def test_a_firm_of_another_name_or_of_an_everyday_one_is_not_listed(name):
    assert found("x", supplier_name=[name]).empty


@pytest.mark.parametrize(("name", "score"), [
    ("NEOLINX DE MEXICO, S.A. DE C.V.", 4), ("Comercializadora Antsua SA de CV", 4), ("Nuga Sys", 4),
    ("GRUPO TECH BULL", 4), ("Security Tracking Devices S.A. de C.V.", 4), ("AIR CAP SA DE CV", 2),
    ("SEGURIDAD PRIVADA INTELIGENCIA CIBERNETICA SA DE CV", 2), ("Cognyte Software Ltd.", 2), ("Pixkitec", 2),
    ("Dahua Technology", 2),
])  # fmt: skip
def test_a_listed_firm_alone_is_no_purchase_of_surveillance_technology(name, score):
    for cell in ("supplier_name", "buyer_name", "institution"):
        hits = found("Juguetes y aceite", **{cell: [name]})
        assert hits[["score", "verdict", "tier"]].values.tolist() == [[score, "listed_firm", "unspecified"]]


def test_beside_a_listed_firm_weaker_words_make_a_probable_purchase_and_cameras_never():
    texts = ["Monitoreo de redes sociales", "CCTV", "Cámaras Avigilon para CCTV", "Renta"]
    hits = found(*texts, supplier_name=["Cognyte", "Neolinx", "Dahua Technology", "Cognyte"]).set_index("row")
    assert hits["verdict"].to_dict() == {0: "probable", 1: "possible", 2: "possible", 3: "listed_firm"}
    assert hits.loc[[1, 2], "tier"].eq("video_and_faces").all()


def test_a_firm_in_its_cell_and_in_the_object_counts_once():
    (hit,) = found("Renovación con Pixkitec", supplier_name=["Pixkitec SA de CV"]).to_dict("records")
    assert (hit["score"], hit["verdict"], hit["reasons"]) == (2, "listed_firm", "supplier")


def test_the_name_of_a_maker_in_the_object_is_a_term_and_that_of_a_reseller_is_not():
    hits = found("Licencias QuaDream", "Renovación con Pixkitec", "Reconocimiento de rostros Face++ y Face")
    assert hits[["row", "verdict"]].values.tolist() == [[0, "probable"], [1, "listed_firm"]]


def test_a_medium_term_alone_is_a_possible_purchase():
    assert found("Extracción forense")["verdict"].tolist() == ["possible"]


def test_which_names_of_vendors_are_reasons(monkeypatch):
    rows = [
        ("Sure", "name", "intrusion", "ISR", "no", "high"), ("Doubtful", "name", "intrusion", "ISR", "no", "low"),
        ("Face", "name", "intrusion", "ISR", "yes", "high"), ("Locks", "name", "other", "ISR", "no", "high"),
        ("A++", "product", "intrusion", "ISR", "no", "high"), ("Shop", "reseller_mx", "intrusion", None, "no", "high"),
        ("House", "name", "intrusion", "MEX", "no", "medium"),
    ]  # fmt: skip
    names = ["name", "relation", "technology", "jurisdiction", "everyday", "confidence"]
    monkeypatch.setattr(detector.hand_out, "load", lambda *_: pd.DataFrame(rows, columns=names))
    sellers = detector.vendors("embedded").set_index("name")["seller"].to_dict()
    assert sellers == {"Sure": False, "Shop": True, "House": True}


def test_a_security_body_as_the_buyer_counts_beside_another_reason_only():
    buyers = ["Fiscalía General de la República", "Procuraduría de la Defensa del Contribuyente",
              "Banco Nacional del Ejército"]  # fmt: skip
    assert found("Papel", "Papel", "Papel", buyer_name=buyers).empty
    scores = found("CCTV", "CCTV", "CCTV", buyer_name=buyers).set_index("row")["score"].to_dict()
    assert scores == {0: 3, 1: 2, 2: 2}


def test_codes_score_by_their_grade():
    table = pd.DataFrame({"unspsc": ["46171637", "46171610", "92101501", "46151700"], "partida": ["", "", "33701", ""]})
    hits = ogp.surveillance.detect(table).hits
    assert hits[["row", "score", "tier"]].values.tolist() == [[0, 3, "interception"]]
    classified = pd.DataFrame({"classification": ["35721000-4", "46171637"], "classification_scheme": ["CPV", "CUCOP"]})
    assert ogp.surveillance.detect(classified).hits["row"].tolist() == [0]


def test_of_a_phrase_and_the_words_inside_it_the_phrase_counts():
    (row,) = found("Sistema de vigilancia por vídeo").to_dict("records")
    assert row["reasons"] == "sistema de vigilancia por video" and row["score"] == 2


def test_leaving_a_kind_of_reason_out_shows_what_the_others_find():
    table = pd.DataFrame({"object": ["CCTV"], "supplier_name": ["Neolinx"], "buyer_name": ["FGR"]})
    scores = {kind: ogp.surveillance.detect(table, use=set(KINDS) - {kind}).hits["score"].sum() for kind in KINDS}
    assert scores == {"terms": 5, "codes": 7, "suppliers": 3, "buyers": 6}
    verdicts = {kind: ogp.surveillance.detect(table, use=set(KINDS) - {kind}).hits["verdict"].iat[0] for kind in KINDS}
    assert verdicts == {"terms": "listed_firm", "codes": "possible", "suppliers": "possible", "buyers": "possible"}


def test_a_term_inside_a_longer_word_is_not_found():
    """Every term, with a letter before it and with letters behind it."""
    inside = []
    for number, term in enumerate(terms("embedded")):
        letter = "abcxyz"[number % 6]
        inside += [(term.words, letter + term.words), (term.words, f"{term.words}{letter}q")]
    hits = found(*(text for _, text in inside)).set_index("row")["reasons"]
    for row, (words, text) in enumerate(inside):
        assert not re.search(rf"\b{re.escape(words)}\b", text)
        assert words not in hits.get(row, "").split("; "), text


def sample() -> pd.DataFrame:
    rows = ogp.load("compranet", "contracts")
    return rows[rows["file"].str.startswith("compranet/2017-sample")].reset_index(drop=True)


def test_the_published_sample_has_no_probable_hit_and_what_could_be_read_is_counted():
    hits, reasons, readable = ogp.surveillance.detect(sample())
    assert hits["verdict"].tolist() == ["possible", "possible"] and set(reasons["row"]) == set(hits["row"])
    assert readable.to_dict() == {"text": 1899, "supplier": 1603, "buyer": 2211}
    assert list(hits) == ["row", "key", "buyer", "score", "verdict", "tier", "reasons"]  # no supplier, no text


def test_a_table_without_rows_has_no_hit():
    hits, reasons, readable = ogp.surveillance.detect(sample().head(0))
    assert hits.empty and reasons.empty and readable.to_dict() == {"text": 0, "supplier": 0, "buyer": 0}


def test_settings_name_terms_and_tiers_that_are_there():
    words = {term.words for term in terms("embedded")}
    assert set(facts()["needs"]) <= words and set(facts()["needs_or_security_buyer"]["terms"]) <= words
    assert {name for names in facts()["vendors"].values() for name in names} <= words
    assert all(set(own.values()) <= set(TIERS) for own in facts()["more_terms"].values())
    assert set(facts()["vendors"]) | set(facts()["code_tiers"]) <= set(TIERS)


@pytest.mark.parametrize("values", [{"columns": {"text": ["nothing"]}}, {"use": ["luck"]}])
def test_a_column_or_kind_that_is_not_there_is_one_sentence(values):
    with pytest.raises(ParameterError):
        ogp.surveillance.detect(pd.DataFrame({"object": ["x"]}), **values)
    with pytest.raises(ParameterError):
        ogp.surveillance.detect(pd.DataFrame({"other": ["x"]}))


def test_a_large_table_is_read_in_parts_with_the_same_result(monkeypatch):
    whole = ogp.surveillance.detect(sample())
    monkeypatch.setattr("ogp_analysis.surveillance.detector._ROWS", 100)
    parts = ogp.surveillance.detect(sample())
    for one, other in zip(parts, whole, strict=True):
        (pd.testing.assert_series_equal if one is parts.readable else pd.testing.assert_frame_equal)(one, other)


def test_words_of_four_letters_have_no_other_endings_and_longer_ones_their_usual():
    assert [_pattern(words) for words in ("nice", "ufed", "senal", "bloqueadores", "electronicos", "3g")] == [
        "nice", "ufed", "senal(?:e?s)?", "bloqueador(?:e?s)?", "electronic[oa]s?", "3g"]  # fmt: skip


def test_what_could_be_read_is_counted_row_by_row():
    table = pd.DataFrame({"object": ["UFED", None, ""], "supplier_name": ["A firm", "persona física", None],
                          "buyer_name": ["A body", None, "B"]})  # fmt: skip
    assert ogp.surveillance.detect(table).readable.to_dict() == {"text": 1, "supplier": 1, "buyer": 2}


def test_buyers_none_of_which_is_a_body_of_security_are_no_reason():
    table = pd.DataFrame({"object": ["Servicio de monitoreo de información remota"] * 2, "buyer_name": ["Casa"] * 2,
                          "supplier_name": ["Grupo Tech Bull SA de CV"] * 2})  # fmt: skip
    found = ogp.surveillance.detect(table)
    assert found.hits[["row", "score"]].values.tolist() == [[0, 8], [1, 8]]
    assert set(found.reasons["kind"]) == {"terms", "suppliers"}


def test_a_firm_has_the_points_of_a_supplier_if_the_evidence_for_one_of_its_names_is_high(monkeypatch):
    sure = {firm.name for firm in firms().values() if firm.points == facts()["points"]["supplier"]}
    firm = next(one for one in detector.suppliers().values() if one.name in sure)
    known = {firm.id: replace(firm, names=(*firm.names, "A name that no table has"))}
    monkeypatch.setattr(detector, "suppliers", lambda: known)
    assert {one.name for one in firms().values() if one.points == facts()["points"]["supplier"]} == {firm.name}


def test_of_several_reasons_the_one_with_the_most_points_names_the_tier():
    """Electronic bracelets are the more intrusive of the two, and the weaker reason."""
    assert found("Brazaletes electrónicos y licencias UFED")["tier"].tolist() == ["device_forensics"]
    assert found("Brazaletes electrónicos y extracción forense")["tier"].tolist() == ["geolocation"]
    assert found("Licencias Cellebrite y FinSpy")["tier"].tolist() == ["intrusion"]


def test_words_on_both_sides_of_a_phrase_that_is_taken_out_are_no_term():
    """Only a text that holds a term is looked at more closely: here CCTV."""
    hits = found("CCTV y software de comité de vigilancia intrusión", "CCTV y software de intrusión")
    assert hits.set_index("row")["reasons"].to_dict() == {0: "cctv", 1: "cctv; software de intrusion"}


def test_a_word_inside_a_false_friend_is_no_context():
    assert found("Geolocalización del interceptor pluvial").empty
    assert not found("Geolocalización e intercepción del teléfono").empty


def test_facts_of_which_only_a_part_may_be_surveillance_make_no_firm_count(monkeypatch):
    """All facts of one firm are qualified: it counts no longer, and all others do."""
    load = detector.hand_out.load
    evidence = load("surveillance_suppliers_mexico", "evidence", "embedded")
    [(firm, names)] = [(one.name, one.names) for one in detector.suppliers().values() if one.id == "tech_bull"]
    facts_of = set(evidence.loc[evidence["supplier"].isin(names), "fact"])

    def loaded(dataset, table, edition):
        frame = load(dataset, table, edition)
        if (dataset, table) == ("surveillance_contracts_mexico", "facts"):
            return frame.assign(qualified=frame["qualified"] | frame["fact"].isin(facts_of))
        return frame

    def sure() -> set[str]:
        return {one.name for one in firms().values() if one.points == facts()["points"]["supplier"]}

    before = sure()
    monkeypatch.setattr(detector.hand_out, "load", loaded)
    assert firm in before and sure() == before - {firm}
