from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.coding import Rule, coded, country_codes, translated
from ogp_analysis.data.cleaning.record import FILE, LINE


@pytest.fixture
def made():
    def chunk(rows: list[dict]) -> pd.DataFrame:
        """Raw text with file and line."""
        frame = pd.DataFrame(rows, dtype="str").fillna("")
        return frame.assign(**{FILE: "made.csv", LINE: range(2, len(frame) + 2)})

    return chunk


TABLE = (Rule("red", "red.*"), Rule("red", "crimson"), Rule("blue", ".*blue"))


def test_each_text_gets_the_code_of_its_rule(made):
    chunk = made([{"colour": "red wine"}, {"colour": "crimson"}, {"colour": "sky blue"}])
    assert coded(chunk, "colour", TABLE, "x.toml").tolist() == ["red", "red", "blue"]


def test_a_text_without_a_rule_raises_with_count_place_and_file_of_the_rules(made):
    chunk = made([{"colour": "red"}, {"colour": "green"}, {"colour": "green"}])
    with pytest.raises(CleaningError) as error:
        coded(chunk, "colour", TABLE, "x.toml")
    assert str(error.value).startswith("made.csv, column colour: 2 texts")
    assert "(no code), for example 'green' in line 3" in str(error.value)
    assert "x.toml" in str(error.value)


def test_a_text_of_two_codes_raises(made):
    with pytest.raises(CleaningError, match="blue and red"):
        coded(made([{"colour": "red or blue"}]), "colour", TABLE, "x.toml")


def test_translated_takes_values_literally(made):
    assert translated(made([{"kind": "A.B"}]), "kind", {"A.B": "ab"}, "x.toml").tolist() == ["ab"]
    with pytest.raises(CleaningError, match="AxB"):
        translated(made([{"kind": "AxB"}]), "kind", {"A.B": "ab"}, "x.toml")


@pytest.mark.parametrize("code", ["mex", "MX", "MEXI", ""])
def test_country_codes_are_three_capitals(made, code):
    with pytest.raises(CleaningError, match="1 texts"):
        country_codes(made([{"iso3": "MEX"}, {"iso3": code}]), "iso3")
