"""What statutes that were read let a buyer request: expectations made by hand, buyer by buyer."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.procurement.datasets.folding import folded
from ogp_analysis.procurement.datasets.persons import OFFICIAL_MASK
from ogp_analysis.surveillance import buyers
from ogp_analysis.surveillance.buyers import buyers_named, by_id, by_name
from ogp_analysis.surveillance.powers import MEASURES, OUTCOMES, _facts, grounds, rules

from ..reports import ROOT

#: Every buyer of the documented facts, what was bought or asked about, the date, and the answer expected of it.
EXPECTED = [
    ("PGR – Agencia de Investigación Criminal", "intrusion", "2014-10-29", "disputed"),
    ("PGR – Agencia de Investigación Criminal", "interception", "2014-10-29", "no_text_for_date"),
    ("PROCURADURÍA GENERAL DE LA REPÚBLICA", "interception", "2017", "provided"),
    ("PGR – SEIDO (Dirección General de Cuerpo Técnico de Control)", "geolocation", "2018-04", "provided"),
    ("PGR – Policía Federal Ministerial", "interception", "2013", "no_text_for_date"),
    ("FGR – SEIDO", "geolocation", "2019-05-30", "provided"),
    ("FGR", "mass_data_analytics", "2019", "not_researched"),
    # Two bodies by two sources: nobody's powers are answered in its name.
    ("FGR / Policía Federal (sources differ)", "device_forensics", "2019", "not_researched"),
    ("SEDENA", "intrusion", "2019-04", "disputed"),
    ("SEDENA", "interception", "2011-03", "not_located"),
    ("SEDENA", "interception", "2018", "provided_then_invalidated"),
    ("SEDENA", "interception", "2023-04-17", "not_located"),
    ("SEDENA", "device_forensics", "2018", "not_located"),
    ("SEDENA", "geolocation", "2026", "depends_on_user"),
    # Two answers within the year: known to the year alone, none holds.
    ("SEDENA", "interception", "2016", "no_text_for_date"),
    ("Secretaría de Marina", "interception", "2018", "provided_then_invalidated"),
    ("SEMAR", "interception", "2024", "not_located"),
    ("SEMAR", "device_forensics", "2024", "not_located"),
    ("SEGOB – CISEN", "interception", "2015-04-24", "provided_with_limits"),
    ("CISEN", "interception", "2004", "no_text_for_date"),
    ("CNI", "geolocation", "2024", "not_researched"),
    ("SEGOB – Policía Federal", "interception", "2018-07-30", "provided_with_limits"),
    ("Policía Federal", "interception", "2019", "no_text_for_date"),
    ("Policía Federal", "geolocation", "2018", "not_located"),
    ("Guardia Nacional", "interception", "2020", "provided_with_limits"),
    ("Guardia Nacional", "interception", "2019-05", "no_text_for_date"),
    ("SEGOB", "interception", "2014", "depends_on_user"),
    ("SSPC", "interception", "2021", "depends_on_user"),
    ("SEGOB – Órgano Administrativo Desconcentrado Prevención y Readaptación Social", "video_surveillance",
     "2016-08-18", "no_interference"),
    ("OADPRS", "interception", "2016", "not_researched"),
    ("Instituto Nacional de Migración", "interception", "2019-12-13", "not_located"),
    ("Fiscalía General del Estado de Puebla", "geolocation", "2019-12", "provided"),
    ("Procuraduría General de Justicia de Hidalgo", "geolocation", "2021", "provided"),
    ("Fiscalía General de Veracruz", "geolocation", "2020", "provided"),
    ("Fiscalía de Jalisco", "device_forensics", "2020", "provided"),
    ("Estado de México (PGJEM)", "intrusion", "2012", "disputed"),
    ("Procuraduría General de Justicia de SLP (via Oficialía Mayor)", "interception", "2013-05", "no_text_for_date"),
    ("FGJCDMX", "interception", "2021", "provided"),
    ("Secretaría de Seguridad Pública de BCS", "geolocation", "2019", "not_located"),
    ("Secretaría de Seguridad Pública de Veracruz", "facial_recognition", "2018", "not_researched"),
    ("Comisión Estatal de Búsqueda de Personas de Sinaloa", "device_forensics", "2021", "disputed"),
    ("Comisión Estatal de Búsqueda de Personas de Sinaloa", "interception", "2021", "not_researched"),
    ("Gobierno de Jalisco (SEPAF) for Fiscalía anti-kidnapping unit", "interception", "2014-10", "depends_on_user"),
    ("Gobierno de Campeche / Fiscalía", "geolocation", "2021-12", "depends_on_user"),
    ("Gobierno de SLP – Oficialía Mayor", "video_surveillance", "2018", "no_interference"),
    ("Gobierno de Michoacán – Secretaría de Finanzas", "interception", "2017-01", "depends_on_user"),
    ("Gobierno de Querétaro", "intrusion", "2013", "disputed"),
    ("Gobierno de Yucatán", "interception", "2014", "depends_on_user"),
    ("Gobierno de Puebla", "geolocation", "2013", "depends_on_user"),
    ("Gobierno de Veracruz", "geolocation", "2014", "depends_on_user"),
    ("Gobierno del Estado de México", "signal_jamming", "2018", "not_researched"),
    ("Instituto Jalisciense de Ciencias Forenses", "device_forensics", "2019", "not_researched"),
    # Names that a loose pattern takes for a prosecutor or for the army.
    ("Procuraduría de la Defensa del Contribuyente", "interception", "2017", "not_located"),
    ("Procuraduría de Protección al Ambiente del Estado de México", "interception", "2017", "not_located"),
    ("Procuraduría Federal de Protección al Ambiente", "geolocation", "2017", "not_located"),
    ("Banco Nacional del Ejército, Fuerza Aérea y Armada", "interception", "2017", "not_located"),
    ("Banjercito", "intrusion", "2017", "disputed"),
    # Units of CompraNet, and bodies of which no law was read.
    ("COL-Secretaria de Seguridad Pública-Dirección de Adquisiciones de Bienes y Servicios #906012998", "geolocation",
     "2017", "not_located"),
    ("Secretaría de Hacienda y Crédito Público", "interception", "2018", "not_researched"),
    # Not in the table of buyers.
    ("Fiscalía General del Estado de Otro Estado", "interception", "2019", "not_researched"),
    ("At least three federal agencies", "interception", "2015", "not_researched"),
]  # fmt: skip


@pytest.mark.parametrize(("buyer", "technology", "on", "outcome"), EXPECTED)
def test_each_buyer_is_answered_as_expected_by_hand(buyer, technology, on, outcome):
    found = ogp.surveillance.powers(buyer, technology, on)
    assert found.frame["outcome"].tolist() == [outcome]


def test_every_buyer_of_the_documented_facts_is_in_the_reviewed_table_and_expected_above():
    facts = ogp.load("surveillance_contracts_mexico")
    assert [text for text in facts["buyer_text"].unique() if buyers_named(text) is None] == []
    bodies = {body.id for text in facts["buyer_text"] for body in buyers_named(text)}
    assert bodies - {body.id for buyer, *_ in EXPECTED for body in buyers_named(buyer) or ()} == set()


#: What is expected of each class of buyers on one day; a name that stands for no body we know is not researched.
ON_ONE_DAY = {
    "federal_prosecution": "provided", "federal_police": "provided_with_limits", "interior": "depends_on_user",
    "purchasing_office": "depends_on_user", "army": "provided_then_invalidated", "navy": "provided_then_invalidated",
    "civil_body": "not_located", "public_security": "not_located", "prisons": "not_researched",
    "not_researched": "not_researched",
}  # fmt: skip
#: Every institution that buys in the samples of CompraNet, its name folded, and the class expected of it, by hand.
SAMPLES = pd.read_csv(ROOT / "tests" / "data" / "buyers_of_samples.csv").set_index("buyer")["expected"]


def test_each_buyer_of_the_samples_is_of_the_class_and_answered_as_expected_by_hand():
    bodies = {name: (buyers_named(name) or (None,))[0] for name in SAMPLES.index}
    # A class of bodies whose law was not read has no rule: it is not researched, by another name.
    found = {name: body.body_class.replace("federal_not_read", "not_researched") if body else "not_researched"
             for name, body in bodies.items()}  # fmt: skip
    assert found == SAMPLES.to_dict()
    answers = ogp.surveillance.powers(SAMPLES.index, "interception", "2018-06").frame.set_index("buyer")["outcome"]
    told = {name: answers[body.id if body else name] for name, body in bodies.items()}
    assert told == {name: ON_ONE_DAY[expected] for name, expected in SAMPLES.items()}


def test_every_buyer_of_the_embedded_samples_is_expected_and_its_units_are_of_it():
    frame = ogp.load("compranet", "contracts")[["institution", "buyer_name"]].drop_duplicates()
    assert set(frame["institution"].map(folded)) <= set(SAMPLES.index)
    _check_units(frame[frame["buyer_name"] != OFFICIAL_MASK].itertuples(index=False))


def test_every_buyer_of_the_samples_in_the_files_is_expected_and_its_units_are_of_it(mirror):
    pairs = set()
    for file in sorted(mirror.glob("compranet/*/*.csv")):
        with file.open(encoding="utf-8", errors="replace", newline="") as lines:
            rows = csv.reader(lines)
            header = [] if file.parent.name == "2017-sample" else next(rows)
            if "DEPENDENCIA" in header:
                pairs |= {(row[header.index("DEPENDENCIA")], row[header.index("NOMBRE_DE_LA_UC")]) for row in rows}
            elif not header:
                pairs |= {(row[2], row[4]) for row in rows}
    assert {folded(institution) for institution, _ in pairs} == set(SAMPLES.index)
    _check_units(pairs)


def _check_units(pairs):
    """A unit is of its institution; of governments, only the unit of a body that we know is of any."""
    for institution, unit in pairs:
        found = buyers_named(unit)
        if "Gobierno" not in institution:
            assert found == buyers_named(institution), unit
        elif found is not None:
            assert [body.id for body in found] == ["ssp_colima"], unit


def test_a_unit_is_known_by_the_whole_short_name_and_a_hyphen():
    assert buyers_named("API-Altamira-Gerencia #009J2Y001")[0].name.startswith("Administración Portuaria Integral de A")
    assert buyers_named("PGR-Dirección de Adquisiciones")[0].id == "fgr"
    for odd in ("PGRX-Unidad #017000999", "PGR Unidad", "Ex PGR-Unidad", "pgr-Unidad", "API-Lerma-Gerencia"):
        assert buyers_named(odd) is None


def test_every_outcome_is_expected_of_some_buyer_and_none_says_lawful():
    assert {outcome for *_, outcome in EXPECTED} == set(OUTCOMES)
    for language, words in (("en", ("legal", "lawful", "authori")), ("es", ("legal", "ilegal", "autoriz"))):
        ogp.use_language(language)
        said = str(ogp.surveillance.powers().table().frame.to_dict()).casefold()
        assert not [one for one in words if one in said.replace("unverified", "")]
    ogp.use_language("en")


def test_rules_rest_on_provisions_that_are_there_and_replace_rules_of_the_draft():
    provisions = set(ogp.load("mexico_legal_authority", "provisions")["provision"])
    draft = set(ogp.load("mexico_legal_authority", "rules")["rule"])
    classes = {body.body_class for body in by_id().values()}
    for rule, raw in zip(rules(), _facts()["rules"], strict=True):
        assert set(rule.provisions) <= provisions and raw["replaces"] in draft and rule.body_class in classes
        assert rule.outcome in OUTCOMES and set(rule.measures) <= set(MEASURES)
        assert rule.first <= rule.last


def test_spans_of_one_buyer_and_measure_follow_one_another_without_gap_or_overlap():
    for _, own in ogp.surveillance.powers().frame.groupby(["buyer", "technology"]):
        assert own["valid_from"].isna().sum() == 1 and own["valid_to"].isna().sum() == 1
        days = own["valid_from"].iloc[1:].array - own["valid_to"].iloc[:-1].array
        assert (days == "1D").all()


def test_a_law_that_was_reformed_after_the_text_read_marks_the_answer():
    def stale(on):
        return ogp.surveillance.powers("FGR", "interception", on).frame["stale_from"].notna().item()

    assert not stale("2019") and not stale("2020-04-01") and stale("2020-04-02") and stale("2026")


def test_a_first_day_that_nobody_read_is_marked():
    frame = ogp.surveillance.powers("FGR", on="2019").frame.set_index("technology")
    assert not frame.loc["geolocation", "first_day_verified"] and frame.loc["interception", "first_day_verified"]


def test_the_army_says_that_it_may_and_the_answer_says_so():
    assert ogp.surveillance.powers("SEDENA", "interception", "2018").frame["contested"].item()
    assert "says that it may" in str(ogp.surveillance.powers("SEDENA", "interception", "2018").text())


def test_names_count_whole_and_without_case_accents_and_signs():
    assert buyers_named("fiscalia general de la republica")[0].id == "fgr"
    assert buyers_named("Procuraduría") is None
    bodies = {body for found in by_name().values() for body in found}
    assert len({body.id for body in bodies}) == len({body.name for body in bodies}) == len(bodies) > 250


@pytest.mark.parametrize("values", [{"technology": "radar"}, {"on": "yesterday"}, {"on": "2019-13"}])
def test_an_unknown_technology_or_date_is_one_sentence(values):
    with pytest.raises(ParameterError):
        ogp.surveillance.powers("FGR", **values)


def test_the_table_has_a_row_a_class_and_tells_each_answer_with_its_first_day():
    rows = ogp.surveillance.powers(["FGR", "SEDENA", "Gobierno de Puebla", "Gobierno de Yucatán"]).table().frame
    assert rows["class"].tolist() == ["federal prosecutor's office", "army", "government that buys for others"]
    federal, army, buys = rows.to_dict("records")
    assert army["interception"] == (
        "from 2005-01-31: not located in the texts consulted*; from 2016-05-17: provided for, then invalidated*; "
        "from 2023-04-17: not located in the texts consulted*; from 2025-07-16: depends on the end user*"
    )
    assert federal["geolocation"] == "from 2016-06-17: power provided for"
    assert buys["buyers"] == "Gobierno de Puebla, Gobierno de Yucatán"
    assert buys["device_forensics"] == "depends on the end user"


def test_the_table_of_one_day_tells_the_answer_alone():
    rows = ogp.surveillance.powers(["SEDENA", "FGR"], on="2018").table().frame.set_index("class")
    assert rows.loc["army", "interception"] == "provided for, then invalidated*"
    assert rows.loc["federal prosecutor's office", "interception"] == "power provided for"
    one_day = ogp.surveillance.powers("CISEN", on="2004").table().frame
    assert one_day["interception"].item() == "no text read for that date"


def test_a_class_whose_answer_ends_says_from_when_no_text_was_read():
    (row,) = ogp.surveillance.powers("Policía Federal").table().frame.to_dict("records")
    assert (
        row["interception"]
        == "from 2009-12-31: provided for, within limits; from 2019-01-02: no text read for that date"
    )


def test_what_an_answer_rests_on_is_told_of_measures_that_rest_on_something():
    rows = ogp.surveillance.powers(["FGR", "Fiscalía de Puebla", "OADPRS"]).basis()
    frame = rows.frame
    assert len(frame) == 6 and set(frame["technology"]) == {
        "interception of communications", "geolocation", "data extraction from devices"}  # fmt: skip
    first = frame.iloc[0]
    assert first[["class", "outcome", "provisions"]].tolist() == [
        "federal prosecutor's office", "power provided for", "LA-02, LA-05"]  # fmt: skip
    assert first["read"] == "text of the law, text of the law on another site"
    assert str(first["valid_from"].date()) == "2016-06-17" and first["valid_to"] is not first["valid_from"]
    assert [rows.headings[name].unit for name in frame] == ["", "", "date", "date", "", "", "", "", "date"]
    assert rows.label("technology") == "Measure"


def test_rules_without_a_mark_are_verified_and_not_contested():
    frame = ogp.surveillance.powers().frame
    assert set(frame.loc[frame["contested"], "buyer"]) == {"sedena"}
    doubted = frame[~frame["first_day_verified"]]
    assert set(doubted["buyer_class"]) == {"federal_prosecution", "state_prosecution", "federal_public_security"}


def test_the_last_day_of_a_span_still_counts():
    assert ogp.surveillance.powers("SEDENA", "interception", "2016-05-16").frame["outcome"].item() == "not_located"
    assert ogp.surveillance.powers("SEDENA", "interception", "2016-05-17").frame["outcome"].item() == (
        "provided_then_invalidated")  # fmt: skip


def test_a_law_reformed_on_the_day_of_the_text_is_not_stale():
    # The law of the National Guard was read of its first day, and was not reformed since.
    assert ogp.surveillance.powers("Guardia Nacional", "interception", "2026").frame["stale_from"].isna().item()
    rule = next(rule for rule in rules() if rule.law == "LGN")
    provisions = pd.DataFrame({"read": "press"}, index=list(rule.provisions))
    for later, stale in ((0, False), (1, True)):
        reformed = pd.Series({"LGN": pd.Timestamp(rule.text_of) + pd.Timedelta(days=later)})
        found = grounds(rule, rule.first, rule.last, provisions, reformed)
        assert (found["stale_from"] is not None) == stale


def test_a_result_shows_no_frame_in_its_name():
    assert repr(ogp.surveillance.powers("FGR", on="2019")) == "Powers(on='2019')"


def test_texts_that_were_not_read_have_the_days_of_our_files_and_no_answer_rests_on_them():
    found = ogp.surveillance.powers()
    unread = found.unread()
    provisions = ogp.load("mexico_legal_authority", "provisions").set_index("provision")
    index = ogp.load("mexico_legal_authority", "currency").set_index("law")["first_published"]
    for entry, row in zip(_facts()["unread"], unread.frame.to_dict("records"), strict=True):
        days = tuple(row[name] if isinstance(row[name], str) else None for name in ("valid_from", "valid_to"))
        assert (row["text"], *days) == (entry["text"], entry.get("from"), entry.get("to"))
        known = entry.get("days", "")
        if known in provisions.index:
            assert (entry["from"], entry["to"]) == tuple(provisions.loc[known, ["first_day", "last_day"]])
        elif known:
            assert entry["from"] == str(index[known].date())
    wanted = ("CFPP 278 Ter", "CFPP 133 Quáter", "LFT", "LFTR 189, 190", "LGMDFP 70", "LAASSP 41 IV", "LAASSP 54 IV",
              "LOPSRM", "Ley de la Policía Federal", "Ley general contra el secuestro")  # fmt: skip
    assert set(wanted) <= set(unread.frame["text"])
    assert unread.stated["provisions"] == 20 and unread.stated["undated"] == len(found.undated) == 10
    assert all(provisions.loc[name, "read"] != "unread" for rule in rules() for name in rule.provisions)


def test_the_form_of_both_tables_is_documented_for_other_countries():
    page = (ROOT / "docs" / "surveillance-lens.md").read_text(encoding="utf-8")
    bodies = buyers._facts()
    tables = {f"[[{name}]]" if isinstance(of, list) else f"[{name}]" for name, of in (bodies | _facts()).items()}
    entries = [*bodies["buyers"], *_facts()["rules"], *_facts()["unread"]]
    keys = {key for entry in entries for key in entry} | tables | {*OUTCOMES, *MEASURES}
    assert [key for key in sorted(keys) if f"`{key}`" not in page] == []


def test_prosecutors_of_states_are_answered_on_intrusion_as_all_are():
    # The first draft leaves it out for them, though the article that it rests on names them.
    draft = ogp.load("mexico_legal_authority", "rules").set_index("rule")["technologies"]
    assert "intrusion" not in draft["R05"] and "intrusion" in draft["R01"]
    for buyer in ("Fiscalía de Jalisco", "FGR", "SEMAR"):
        assert ogp.surveillance.powers(buyer, "intrusion", "2020").frame["outcome"].item() == "disputed"


def test_sentences_tell_one_answer_only_where_one_was_asked_for():
    assert len(ogp.surveillance.powers("FGR", "interception").text()) == 1
    assert len(ogp.surveillance.powers(on="2019").text()) == 1
    assert len(ogp.surveillance.powers("FGR", "interception", "2019").text()) == 2
    assert len(ogp.surveillance.powers("FGR", "interception", "2026").text()) == 3
