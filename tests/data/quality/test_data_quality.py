"""Empty cells, unmatched units and aliases on small frames; what is on record of tables of the repository."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.base.schema import Column
from ogp_analysis.base.words import catalogue
from ogp_analysis.data.cleaning.catalog import DATASETS, dataset
from ogp_analysis.data.quality.data_quality import DataQuality, check
from ogp_analysis.data.quality.missing import MOST_PERIODS, missing
from ogp_analysis.data.quality.record import aliases, reason, unmatched
from ogp_analysis.display.palette import PALETTE


def _fields(**types: str) -> list[Column]:
    return [Column(name, kind, "") for name, kind in types.items()]


def test_empty_cells_are_counted_and_answers_that_say_why_are_not():
    frame = pd.DataFrame({"year": pd.array([2001, 2001, 2003, None], dtype="Int64"),
                          "rating": ["a", "not_reviewed", None, None]})  # fmt: skip
    found = missing(frame, _fields(year="integer", rating="category"))
    assert (found.cells, found.empty, found.stated, found.time) == (8, 3, 1, "year")
    rating = found.frame.set_index("column").loc["rating"]
    assert (rating["missing"], rating["share"], rating["not_reviewed"]) == (2, 0.5, 1)
    periods = found.periods
    assert periods["period"].tolist() == ["2001", "2002", "2003", ""] and periods["n"].tolist() == [2, 0, 1, 1]
    assert periods["rating"].tolist()[::2] == [0, 1] and pd.isna(periods["rating"][1]) and periods["rating"][3] == 1


def test_years_are_put_together_where_there_are_too_many():
    frame = pd.DataFrame({"year": pd.array(range(1907, 2025), dtype="Int64"), "x": 1.0})
    periods = missing(frame, _fields(year="integer", x="number")).periods
    assert len(periods) <= MOST_PERIODS and periods["n"].sum() == 118
    assert (periods["period"][0], periods["n"][0]) == ("1905–1909", 3)


def test_a_table_is_dated_by_a_year_that_half_of_its_rows_have_else_by_its_fullest_date_else_by_nothing():
    days = pd.to_datetime(["2015-01-02", None, None])
    frame = pd.DataFrame({"end_year": pd.array([2001, None, None], dtype="Int64"), "a": days,
                          "b": pd.to_datetime(["2016-01-02", "2017-01-02", None])})  # fmt: skip
    fields = _fields(end_year="integer", a="date", b="date")
    assert missing(frame, fields).time == "b"
    assert missing(frame.assign(end_year=pd.array([2001, 2002, None], dtype="Int64")), fields).time == "end_year"
    undated = missing(frame[["a"]].iloc[1:], fields[1:2])
    assert undated.time == "" and undated.periods.empty and undated.empty == 2


def test_units_without_a_code_and_names_that_need_an_alias():
    frame = pd.DataFrame({"iso3": ["MMR", "MMR", "MEX", None, None], "unit": ["MMR", "MMR", "MEX", "ZZB", "ZZB"],
                          "country_name": ["Burma/Myanmar"] * 2 + ["Mexico", "Zanzibar", "Zanzibar"]})  # fmt: skip
    assert unmatched(frame, ["iso3", "unit", "country_name"]).values.tolist() == [["ZZB", "Zanzibar", 2]]
    assert aliases(frame, ["iso3", "country_name"]).values.tolist() == [["Burma/Myanmar", "MMR", 2]]
    # A name that may not be passed on is not among the columns.
    assert unmatched(frame, ["iso3", "unit"]).values.tolist() == [["ZZB", "", 2]]
    assert aliases(frame, ["iso3"]).empty and unmatched(frame, ["unit"]).empty


@pytest.mark.parametrize("table", [f"{name}.{s.name}" for name in sorted(DATASETS) for s in dataset(name).schemas])
def test_rules_add_up_to_the_balance_of_every_table_of_the_repository(table):
    found = check(table)
    if not isinstance(found, DataQuality):
        shown = (found.table(), found.rules(), found.missing(), found.names(), found.invariants(), found.revisions())
        assert found.sources and not any(shown) and "fetch" in str(found.answer())
        return
    balance = found.balance
    assert (balance["rows_in"] == balance["kept"] + balance["set_aside"] + balance["merged"]).all() and len(balance)
    for action in ("changed_values", "set_aside", "merged"):
        assert found.rules().frame[action].sum() == balance[action].sum(), action
    assert found.missing().cells == found.frame.size


def test_a_column_with_a_sum_is_not_among_those_without():
    """V-Dem's year is a raw number in version 14, and read from text for the 38 countries alone."""
    found = check("vdem.v14").invariants().frame.query("column == 'year'")
    assert found["kind"].tolist() == ["sum"]
    text = check("vdem.v16_38")
    assert not isinstance(text, DataQuality) or "unsummed" in text.invariants().counts


def test_masked_values_stay_masked():
    rules = check("compranet.contracts").rules().frame
    masked = rules[rules["rule"].str.contains("person|official")]
    assert len(masked) >= 4 and (masked[["place", "old", "new"]] == "").all(axis=None)


def test_versions_are_compared_with_their_neighbours_only():
    assert {(one.old[:3], one.new[:3]) for one in check("vdem.v14").revisions().versions} == {
        ("v12", "v14"), ("v14", "v15")}  # fmt: skip
    assert {(one.old[:3], one.new[:3]) for one in check("vdem.v15").revisions().versions} == {("v14", "v15")}


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_every_reason_for_a_number_without_a_sum_has_its_words(language):
    catalogue.use_language(language)
    try:
        told = {one: reason(one) for name in DATASETS for one in dataset(name).invariants.unsummed.values()}
    finally:
        catalogue.use_language("en")
    assert len(set(told.values())) == len(told) > 20
    assert language == "es" or all(text == one for one, text in told.items())


@pytest.mark.parametrize("table", ["vdem.v99", "nothing.v14", "nothing"])
def test_an_unknown_table_is_named(table):
    with pytest.raises(OgpAnalysisError):
        check(table)


def test_the_drawing_holds_one_bar_a_column_and_year_as_high_as_the_share_that_is_empty():
    frame = pd.DataFrame({"year": pd.array([2001, 2001, 2003, None], dtype="Int64"),
                          "rating": ["a", "not_reviewed", None, None], "score": [1.0, None, None, None]})  # fmt: skip
    drawn = missing(frame, _fields(year="integer", rating="category", score="number"), "made.up").plot()
    assert drawn.faults() == [] and len(drawn.sheets) == 2
    for sheet in drawn.sheets:
        rows = [one for one in sheet.panels[0].artists if isinstance(one, PolyCollection)]
        cells = [(path.get_extents(), to_hex(colour) == PALETTE["band"]) for row in rows
                 for path, colour in zip(row.get_paths(), row.get_facecolor(), strict=True)]  # fmt: skip
        year, *rest = [(round(box.x0 - 0.08), round(box.height / 17, 2)) for box, none in cells if not none]
        assert year[0] == 0 and sum(none for _, none in cells) == 3, "of 2002 there is no row, of three columns"
        assert [one for one in rest if one[1]] == [(3, 1.0), (2, 1.0), (3, 1.0), (0, 0.5), (2, 1.0), (3, 1.0)]


def test_a_drawing_of_a_table_without_years_has_a_bar_a_column_and_says_so():
    frame = pd.DataFrame({"a": ["x", None], "b": [None, None]})
    drawn = missing(frame, _fields(a="string", b="string"), "made.up").plot()
    assert drawn.faults() == [] and "no year" in drawn.caption
    widths = [one.get_width() for one in drawn.sheets[0].panels[0].artists if isinstance(one, Rectangle)]
    assert widths == [0.5, 1.0]


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_no_text_of_a_drawing_meets_another_in_any_table(language):
    catalogue.use_language(language)
    try:
        held = [check(f"{name}.{one.name}") for name in DATASETS for one in dataset(name).schemas]
        figures = {one.name: one.missing().plot() for one in held if isinstance(one, DataQuality)}
    finally:
        catalogue.use_language("en")
    assert len(figures) > 40 and {name: one.faults() for name, one in figures.items() if one and one.faults()} == {}
