"""Headings of tables, which stand as data: each has its words, and each table is one that the wing returns."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pandas as pd
import pytest

import ogp_analysis.civic_space as wing
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import DisclosureError, MessageError
from ogp_analysis.base.words.catalogue import word
from ogp_analysis.civic_space.levels import headings, tabled

SOURCES = "".join(file.read_text(encoding="utf-8") for file in Path(wing.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_heading_has_words(language):
    keys = {one.key for one in chain.from_iterable(own.values() for own in headings().values())}
    for key in keys:
        assert word(key if "." in key else f"tables.column.{key}", language)


def test_every_table_is_one_of_the_wing():
    assert [name for name in headings() if f'"{name}"' not in SOURCES] == []


def test_rows_become_a_table_under_the_headings_of_its_name():
    made = tabled("absent_measures", "Not held", [{"fetch": "wjp", "measure": "Privacy", "more": 1}])
    assert (
        made.frame.to_dict("split")["data"] == [["Privacy", "wjp"]] and made.headings == headings()["absent_measures"]
    )
    same = tabled("other", "Not held", pd.DataFrame({"measure": ["Privacy"], "fetch": ["wjp"]}), like="absent_measures")
    assert same.name == "other" and list(same.headings) == ["measure", "fetch"]
    assert tabled("absent_measures", "None", []).frame.empty


def test_a_table_that_was_returned_cannot_change_the_next():
    tabled("absent_measures", "Loss", []).headings.clear()
    assert list(headings()["absent_measures"]) == ["measure", "fetch"]


def test_what_cannot_be_tabled_raises():
    with pytest.raises(DisclosureError):
        tabled("absent_measures", "Loss", Withheld(pd.DataFrame({"measure": [], "fetch": []}), ("wjp_46",)))
    with pytest.raises((MessageError, KeyError)):
        tabled("absent_measures", "Loss", pd.DataFrame({"measure": ["Privacy"]}))
