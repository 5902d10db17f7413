from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_analysis.open_government.datasets.commitment_columns import TAGS
from ogp_analysis.open_government.datasets.commitment_texts import folded
from ogp_analysis.open_government.datasets.commitment_themes import RULES, THEMES, said, themes
from ogp_analysis.open_government.datasets.commitments import DATASET

#: The search that a reader would try first.
NAIVE = re.compile(r"surveillance|vigilancia|intercept|wiretap")


def found(text):
    return {rule["theme"] for rule in said(folded(text))}


@pytest.mark.parametrize(
    "text",
    [
        "Publish statistics on wiretapping by the police",
        "A law on the interception of private communications",
        "Report yearly on electronic surveillance and on spyware",
        "Controles democráticos a la intervención de comunicaciones privadas",
        "Un registro de la vigilancia estatal y del espionaje",
        "Transparencia sobre la localización geográfica en tiempo real",
        "Relatório sobre interceptação telefônica",
        "Contrôle de la surveillance de masse et des écoutes téléphoniques",
    ],
)
def test_surveillance_by_the_state_is_found_in_four_languages(text):
    assert "state_surveillance" in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Promover la vigilancia ciudadana de las obras",
        "Mecanismos de vigilancia y control social del presupuesto",
        "Fortalecer la vigilancia social mediante observatorios",
        "Citizen oversight of public works, and civic surveillance of schools",
        "Surveillance by civil society of the budget",
        "The Health Surveillance Agency will hold public consultations",
        "Low surveillance of environmental conditions",
        "A tool for procurement surveillance",
        "Vigilância sanitária e vigilância em saúde",
        "El consejo es el órgano de vigilancia del cumplimiento de la ley",
        "Sistemas de vigilancia ciudadana",
    ],
)
def test_oversight_by_citizens_and_other_surveillance_are_not(text):
    assert "state_surveillance" not in found(text)


def test_an_exclusion_takes_its_own_words_only():
    assert "state_surveillance" in found("Vigilancia ciudadana de la intervención de comunicaciones")


@pytest.mark.parametrize(
    ("theme", "texts"),
    [
        ("privacy", ["the right to privacy", "Ley de protección de datos personales", "dados pessoais", "vie privée"]),
        (
            "civic_space",
            ["freedom of assembly", "libertad de expresión", "liberdade de associação", "liberté de la presse"],
        ),
        (
            "beneficial_ownership",
            ["register of beneficial owners", "beneficiarios finales", "beneficiário final", "bénéficiaires effectifs"],
        ),
        ("procurement", ["e-procurement", "licitaciones", "licitação", "marchés publics", "open contracting"]),
        (
            "access_to_information",
            ["access to public information", "acceso a la información", "acesso à informação", "accès à l'information"],
        ),
    ],
)
def test_each_theme_is_found_in_each_language(theme, texts):
    assert [theme in found(text) for text in texts] == [True] * len(texts)


@pytest.mark.parametrize(
    ("theme", "text"),
    [
        ("privacy", "non-personal data of the health sector"),
        ("privacy", "Responsible: National Center for Personal Data Protection"),
        ("civic_space", "the Human Rights Defender of the Republic"),
        ("civic_space", "citizens take part in the consultation"),
        ("beneficial_ownership", "final beneficiaries of the programme"),
        ("procurement", "contract staff"),
        ("access_to_information", "information technology"),
    ],
)
def test_words_that_only_look_alike_are_not_a_theme(theme, text):
    assert theme not in found(text)


def test_rules_are_sound():
    names = [rule["rule"] for kind in ("tag", "text") for rule in RULES[kind]]
    assert len(names) == len(set(names))
    known = {code for kind in TAGS.values() for code in kind}
    assert {rule["tag"] for rule in RULES["tag"]} <= known
    assert {rule["theme"] for rule in RULES["exclusion"]} <= set(THEMES)
    for rule in (*RULES["text"], *RULES["exclusion"]):
        assert not re.compile(rule["pattern"]).search(""), rule["rule"]
        # Folded text has no capitals and no accents: a pattern with one could never match.
        letters = re.sub(r"\\[a-zA-Z]", "", rule["pattern"])
        assert folded(letters) == " ".join(letters.split()), rule["rule"]


@pytest.fixture(scope="module")
def searched(published):
    tables = published(DATASET)[1].tables
    commitments = tables["commitments"].merge(tables["texts"], on="commitment_id")
    text = (commitments["title"].fillna("") + " | " + commitments["full_text"].fillna("")).map(folded)
    return tables["themes"], commitments.assign(text=text)


def test_two_commitments_of_2016_are_about_state_surveillance(searched):
    themes, commitments = searched
    ids = set(themes.loc[themes["theme"] == "state_surveillance", "commitment_id"])
    middle = commitments[commitments["vintage"] == "2016"]
    assert sorted(middle.loc[middle["commitment_id"].isin(ids), "unit"]) == ["GEO", "USA"]
    assert middle["text"].str.contains(NAIVE).sum() == 12


def test_one_commitment_of_each_other_vintage_is(searched):
    themes, commitments = searched
    ids = set(themes.loc[themes["theme"] == "state_surveillance", "commitment_id"])
    others = commitments[commitments["commitment_id"].isin(ids) & (commitments["vintage"] != "2016")]
    assert others.set_index("vintage")["unit"].to_dict() == {"2015": "GEO", "2024_parliament": "NGA"}


def test_themes_by_tag_are_the_tags(published, searched):
    themes, _ = searched
    tags = published(DATASET)[1].tables["tags"]
    for rule in RULES["tag"]:
        given = set(tags.loc[(tags["tag"] == rule["tag"]) & (tags["value"] == "yes"), "commitment_id"])
        assert set(themes.loc[themes["rule"] == rule["rule"], "commitment_id"]) == given


def test_how_many_commitments_of_2016_have_each_theme(searched):
    themes, _ = searched
    middle = themes[themes["commitment_id"].str.startswith("2016-")]
    counts = middle.groupby("theme")["commitment_id"].nunique()
    assert counts[
        ["civic_space", "privacy", "beneficial_ownership", "procurement", "access_to_information"]
    ].to_dict() == {
        "civic_space": 30,
        "privacy": 25,
        "beneficial_ownership": 6,
        "procurement": 107,
        "access_to_information": 252,
    }


#: Words that patterns and exclusions are made of, signs and letters beyond ASCII, and what stands between them.
PIECES = st.sampled_from(
    "vigilancia ciudadana masiva del estado citizen surveillance mass powers of health beneficiarios finales reales de "
    "programas subsidios propietario sociedad civil datos personales privacy public procurement contratacion publica "
    "acceso a la informacion right to information wiretapping espionaje intervenciones telefonicas é ñ Ж дане ქ ٣ “ ” "
    "– ’ _ 7 | - . , ; ( )".split()
)


@given(st.lists(st.tuples(PIECES, st.sampled_from([" ", "", "-"])), max_size=14))
@settings(max_examples=300, deadline=None)
def test_looking_only_where_words_stand_at_all_finds_the_same(pieces):
    text = folded("".join(word + gap for word, gap in pieces))
    texts = pd.Series([text, text.replace(" ", "")], index=pd.MultiIndex.from_tuples([("f", 1), ("f", 2)]))
    none = pd.DataFrame({"_file": [], "_line": [], "tag": [], "value": []}, dtype="str")
    found = themes(texts, none)
    expected = [(line, rule["rule"]) for (_, line), one in texts.items() for rule in said(one)]
    assert sorted(zip(found["_line"], found["rule"], strict=True)) == sorted(expected)


def test_no_pattern_holds_what_the_first_look_cannot_do():
    """It knows letters and digits beyond ASCII as one sign, and neither looks behind nor refers back."""
    patterns = [rule["pattern"] for kind in ("text", "exclusion") for rule in RULES[kind]]
    assert [p for p in patterns if not p.isascii() or re.search(r"\\d|\(\?<|\(\?=|\(\?P=|\\[1-9]", p)] == []
