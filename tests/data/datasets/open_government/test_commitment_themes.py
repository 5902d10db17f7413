from __future__ import annotations

import random
import re

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.datasets.open_government import commitment_tables as readings
from ogp_analysis.data.datasets.open_government.commitment_columns import TAGS
from ogp_analysis.data.datasets.open_government.commitment_tables import (
    READ,
    READ_RULE,
    THEME_RULES,
    THEMES,
    candidates,
    folded,
)
from ogp_analysis.data.datasets.open_government.commitments import DATASET

#: The search that a reader would try first.
NAIVE = re.compile(r"surveillance|vigilancia|intercept|wiretap")


def test_a_tag_of_ogp_makes_a_candidate_and_no_theme():
    tags = pd.DataFrame({"_file": ["f", "f"], "_line": [1, 1], "tag": ["nonprofits", "human_rights"], "value": "yes"})
    texts = pd.Series(["a register"], index=pd.MultiIndex.from_tuples([("f", 1)]))
    assert candidates(texts, tags)[["theme", "search", "words"]].to_numpy().tolist() == [
        ["civic_space", "narrow", "tag nonprofits; tag human_rights"]
    ]


def test_rules_are_sound():
    known = {code for kind in TAGS.values() for code in kind}
    assert {rule["tag"] for kind in ("tag", "search") for rule in THEME_RULES[kind] if "tag" in rule} <= known
    assert {rule["theme"] for rule in THEME_RULES["search"]} == set(READ) <= set(THEMES)
    for rule in THEME_RULES["search"]:
        if pattern := rule.get("pattern"):
            assert not re.compile(pattern).search(""), pattern
            # Folded text has no capitals and no accents: a pattern with one could never match.
            letters = re.sub(r"\\[a-zA-Z]", "", pattern)
            assert folded(letters) == " ".join(letters.split()), pattern


def fingerprints(**texts):
    return pd.Series({name: readings.fingerprint(folded(text)) for name, text in texts.items()})


def test_a_candidate_that_nobody_read_stops_the_cleaning():
    found = pd.DataFrame({"commitment_id": ["x"], "theme": ["privacy"], "search": ["wide"], "words": ["privacy"]})
    with pytest.raises(CleaningError, match="1 candidates were not read, for example x for privacy"):
        readings.decided(found, fingerprints(x="privacy"))


def test_a_text_that_changed_since_it_was_read_stops_the_cleaning():
    one = readings.READINGS[0]
    found = pd.DataFrame([{name: one[name] for name in ("commitment_id", "theme")}])
    with pytest.raises(CleaningError, match="1 texts are not those that were read"):
        readings.decided(found, fingerprints(**{one["commitment_id"]: "another text"}))
    drawn = readings.SAMPLE[0]["commitment_id"]
    with pytest.raises(CleaningError, match="1 texts are not those that were read"):
        readings.drawn(fingerprints(**{drawn: "another text"}), found)


def test_a_commitment_of_the_sample_that_a_search_finds_stops_the_cleaning():
    drawn = readings.SAMPLE[0]
    texts = pd.Series({drawn["commitment_id"]: drawn["text"]})
    with pytest.raises(CleaningError, match="1 are found by a search"):
        readings.drawn(texts, pd.DataFrame({"commitment_id": [drawn["commitment_id"]]}))


@pytest.fixture(scope="module")
def tables(published):
    return published(DATASET)[1].tables


@pytest.fixture(scope="module")
def texts(tables):
    """Folded title and text by commitment, of the vintage that was read."""
    own = tables["texts"][tables["texts"]["commitment_id"].str.startswith("2016-")].set_index("commitment_id")
    return (own["title"].fillna("") + " | " + own["full_text"].fillna("")).map(folded)


def test_a_theme_that_is_read_stands_where_it_is_the_main_subject_and_only_there(tables):
    themes, found = tables["themes"], tables["theme_readings"]
    main = found.loc[found["decision"] == "main_subject", ["commitment_id", "theme"]]
    read = themes.loc[themes["rule"] == READ_RULE, ["commitment_id", "theme"]]
    assert set(read.itertuples(index=False, name=None)) == set(main.itertuples(index=False, name=None))
    assert read["commitment_id"].str.startswith("2016-").all()
    of_2016 = themes[themes["commitment_id"].str.startswith("2016-")]
    assert set(of_2016.loc[of_2016["theme"].isin(READ), "rule"]) == {READ_RULE}


def test_all_other_themes_are_the_tags(tables):
    themes, tags = tables["themes"], tables["tags"]
    for rule in THEME_RULES["tag"]:
        given = set(tags.loc[(tags["tag"] == rule["tag"]) & (tags["value"] == "yes"), "commitment_id"])
        assert set(themes.loc[themes["rule"] == rule["rule"], "commitment_id"]) == given
    counts = themes[themes["commitment_id"].str.startswith("2016-")].groupby("theme")["commitment_id"].nunique()
    assert counts[["procurement", "access_to_information"]].to_dict() == {
        "procurement": 88,
        "access_to_information": 130,
    }


def test_words_found_stand_in_the_text_that_was_read(tables, texts):
    for row in tables["theme_readings"].itertuples():
        for words in row.words.split("; "):
            assert words.startswith("tag ") or words in texts[row.commitment_id], (row.commitment_id, words)


def test_whatever_names_surveillance_was_read(tables, texts):
    named = set(texts.index[texts.str.contains(NAIVE)])
    found = tables["theme_readings"]
    assert len(named) == 12
    assert named <= set(found.loc[found["theme"] == "state_surveillance", "commitment_id"])


def test_the_sample_is_the_draw_of_its_seed_among_what_no_search_finds(tables, texts):
    rest = sorted(set(texts.index) - set(tables["theme_readings"]["commitment_id"]))
    drawn = random.Random(THEME_RULES["reading"]["seed"]).sample(rest, THEME_RULES["reading"]["sample"])
    assert (len(rest), sorted(drawn)) == (1778, sorted(tables["theme_sample"]["commitment_id"]))
    assert tables["theme_sample"]["main_subject"].replace("", pd.NA).notna().sum() == 0
    assert tables["theme_sample"]["side_clause"].replace("", pd.NA).notna().sum() == 3


def test_reasons_are_ours(texts):
    """No reason repeats a run of more than six words of the text."""
    for row in readings.READINGS:
        for reason in (row["reason"], row["reason_es"]):
            words = re.findall(r"\w+", folded(reason))
            text = " ".join(re.findall(r"\w+", texts[row["commitment_id"]]))
            runs = (" ".join(words[i : i + 7]) for i in range(len(words) - 6))
            assert not [run for run in runs if f" {run} " in f" {text} "], row["commitment_id"]
