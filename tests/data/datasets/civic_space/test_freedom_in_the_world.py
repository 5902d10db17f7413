"""Freedom in the World: rules on hand-made sheets, then the published files."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.cleaning.record import FILE, LINE
from ogp_analysis.data.datasets.civic_space import freedom_in_the_world
from ogp_analysis.data.datasets.civic_space import freedom_in_the_world as fiw

COUNTRIES, TERRITORIES, ITEMS, CATEGORIES, TOTALS, COMPILED, COPY = fiw.DATASET.inputs
EDITIONS = {"Jan.-Feb. 1973": "1972", "1982": "Jan.1981-Aug. 1982", "1989-90": "Nov.1988-Dec.1989", "1990-91": "1990"}
TWO = ["7", "6", "NF"]


def sheet(*rows: list[str], editions=EDITIONS, kinds=("PR", "CL ", "Status")) -> pd.DataFrame:
    """A wide sheet of ratings as the reader hands it out: two lines of the header are rows."""
    columns = ["Survey Edition"]
    for number, edition in enumerate(editions):
        columns += [edition, f"Unnamed: {3 * number + 2}", f"Unnamed: {3 * number + 3}"]
    review = ["Year(s) Under Review", *(cell for text in editions.values() for cell in (text, "", ""))]
    lines = [review, ["", *list(kinds) * len(editions)], *rows]
    frame = pd.DataFrame(lines, columns=columns, dtype="str")
    return frame.assign(**{FILE: "sheet", LINE: range(2, len(frame) + 2)})


def rated(*rows: list[str], source=COUNTRIES, **form):
    return cleaned(fiw.DATASET, [(source, sheet(*rows, **form))])


def item_row(name: str = "Mexico", edition: str = "2017", **values) -> dict:
    """A row of the sheet of items in which everything adds up."""
    row = {"Country/Territory": name, "C/T": "c", "Edition": edition, "Status": "PF", "PR rating": "3",
           "CL rating": "3", "PR": "30", "CL": "45", "Total": "75", "Add Q": "0", "Add A": "0"}  # fmt: skip
    row |= dict.fromkeys(freedom_in_the_world.ITEMS, "3")
    row |= {c: str(3 * asked) for c, asked in freedom_in_the_world.QUESTIONS.items()}
    return row | values


def category_row(name: str = "Mexico", edition: str = "2017", **values) -> dict:
    other = {"C/T": "C/T?", "PR rating": "PR Rating", "CL rating": "CL Rating"}
    row = {other.get(k, k): v for k, v in item_row(name, edition).items() if k not in freedom_in_the_world.ITEMS}
    return row | {"Unnamed: 19": "", "x": ""} | values


def compiled_row(name: str = "Mexico", edition: str = "2017", **values) -> dict:
    items = item_row(name, edition)
    named = {
        raw: items[freedom_in_the_world.ITEMS_SHEET[clean]] for clean, raw in freedom_in_the_world.COMPILED.items()
    }
    return named | {"year": str(int(edition) - 1), "AddA": "0.0"} | values


def scored(made, **rows):
    sources = {"items": ITEMS, "categories": CATEGORIES, "totals": TOTALS, "compiled": COMPILED, "copy": COPY}
    return cleaned(fiw.DATASET, [(sources[name], made(found, name)) for name, found in rows.items()])


# --- Ratings -----------------------------------------------------------------------------------------------


def test_three_header_lines_are_read_and_set_aside():
    result = rated(["Mexico", "5", "3", "PF", *TWO, "4", "3", "PF", "4", "4", "PF"])
    table = result.tables["ratings"]
    assert table[["edition", "year", "pr_rating", "cl_rating", "status"]].values.tolist() == [
        ["Jan.-Feb. 1973", 1972, 5, 3, "partly_free"], ["1982", 1982, 7, 6, "not_free"],
        ["1989-90", 1989, 4, 3, "partly_free"], ["1990-91", 1990, 4, 4, "partly_free"]]  # fmt: skip
    gone = result.record.entries
    assert gone[["action", "rule", LINE]].values.tolist() == [["set_aside", "header_row", n] for n in (2, 3)]
    assert result.record.balance()[["rows_in", "kept", "set_aside"]].values.tolist() == [[3, 1, 2]]


def test_periods_that_are_no_calendar_years_are_told_apart():
    table = rated(["Mexico", *TWO * 4]).tables["ratings"].set_index("edition")
    assert table[["review_start", "review_end"]].values.tolist() == [
        ["1972-01", "1972-12"], ["1981-01", "1982-08"], ["1988-11", "1989-12"], ["1990-01", "1990-12"]]  # fmt: skip
    assert table["calendar_year"].tolist() == [True, False, False, True]


def test_the_divided_rating_of_south_africa_is_kept_as_written_and_is_no_number():
    result = rated(["South Africa", "2(5)", "3(6)", "F (NF)", *TWO * 3])
    row = result.tables["ratings"].iloc[0]
    assert row["split_rating"] == "2(5), 3(6), F (NF)"
    assert row[["pr_rating", "cl_rating", "status"]].isna().all()
    changes = result.record.entries.query("action == 'changed'")
    assert changes[["rule", "old", "new"]].values.tolist() == [
        ["split_by_population", old, ""] for old in ("2(5)", "3(6)", "F (NF)")]  # fmt: skip


@pytest.mark.parametrize("cells", [["8", "1", "F"], ["1", "-", "F"], ["1", "1", "free"], ["2(5)", "3", "F"],
                                   ["N/A", "N/A", "N/A"]])  # fmt: skip
def test_a_cell_that_no_rule_covers_raises(cells):
    with pytest.raises(CleaningError, match=r"edition Jan\.-Feb\. 1973: 1 units have no rating .* in line 4"):
        rated(["Mexico", *cells, *TWO * 3])


def test_another_header_raises():
    with pytest.raises(CleaningError, match="where PR, CL and Status are expected"):
        rated(["Mexico", *TWO * 4], kinds=("CL", "PR", "Status"))
    with pytest.raises(CleaningError, match="'spring 1972' is neither a year nor two months"):
        rated(["Mexico", *TWO], editions={"1973": "spring 1972"})


def test_territories_do_not_stand_for_the_state_around_them():
    names = ["Indian Kashmir", "Somaliland", "Northern Cyprus", "West Bank", "Gaza Strip", "Hong Kong"]
    table = rated(*([name, *TWO * 4] for name in names), source=TERRITORIES).tables["ratings"]
    assert set(table["unit"]) == {"XIK", "SML", "XNC", "XWB", "PSG", "HKG"}
    assert set(table["iso3"].dropna()) == {"HKG"}
    assert set(table["listed_as"]) == {"territory"}


# --- Scores ------------------------------------------------------------------------------------------------


def test_the_year_is_the_one_before_the_edition(made):
    row = scored(made, items=[item_row(E2="2", D4="3")]).tables["scores"].iloc[0]
    assert (row["unit"], row["edition"], row["year"]) == ("MEX", 2017, 2016)
    assert (row["total"], row["pr_score"], row["cl_score"], row["e2"], row["d4"]) == (75, 30, 45, 2, 3)
    assert (row["pr_rating"], row["cl_rating"], row["status"], row["add_a"]) == (3, 3, "partly_free", 0)


def test_a_question_that_was_not_asked_is_missing_and_recorded(made):
    result = scored(made, items=[item_row(edition="2018", **{"Add A": "N/A"})])
    assert result.tables["scores"]["add_a"].isna().all()
    assert result.record.entries[["rule", "column", "old", "new"]].values.tolist() == [
        ["not_asked", "Add A", "N/A", ""]]  # fmt: skip


def test_the_sources_of_an_edition_are_merged_if_they_agree(made):
    rows = {"items": [item_row()], "categories": [category_row(), category_row(edition="2006")],
            "compiled": [compiled_row(), compiled_row(edition="2025", AddA="")]}  # fmt: skip
    result = scored(made, **rows)
    table = result.tables["scores"].set_index("year")
    assert table.index.tolist() == [2005, 2016, 2024]
    assert table.loc[2016, ["a1", "d4", "e"]].tolist() == [3, 3, 9]
    assert table.loc[[2005], ["a1", "d4"]].isna().all(axis=None)
    assert table.loc[2024, ["d4", "e1"]].tolist() == [3, 3] and pd.isna(table.loc[2024, "a1"])
    assert result.record.balance()["merged"].tolist() == [0, 1, 1]
    with pytest.raises(CleaningError, match=r"1 have sources that differ, for example .*MEX.*2016"):
        scored(made, **rows | {"categories": [category_row(E="8")]})


def test_totals_of_three_editions_stand_in_one_row(made):
    totals = {"Country/Territory": "Mexico", "C/T?": "c", "FIW03 PR": "35", "FIW04 PR": "35", "FIW05 PR": "-",
              "FIW03 CL ": "40", "FIW04 CL": "41", "FIW05 CL": "-", "FIW03 Total": "75", "FIW04 Total": "76",
              "FIW05 Total": "-"}  # fmt: skip
    never = totals | {"Country/Territory": "Kosovo"} | {k: "-" for k in totals if k[:3] == "FIW"}
    result = scored(made, totals=[totals, never])
    table = result.tables["scores"]
    assert table[["unit", "edition", "year", "total"]].values.tolist() == [
        ["MEX", 2003, 2002, 75], ["MEX", 2004, 2003, 76]]  # fmt: skip
    assert table[["e", "status", "pr_rating"]].isna().all(axis=None)
    assert result.record.balance()[["kept", "set_aside"]].values.tolist() == [[1, 1]]
    with pytest.raises(CleaningError, match="column FIW03 PR: 1 values that are not numbers"):
        scored(made, totals=[totals | {"FIW03 PR": "-"}])


def test_a_stray_column_may_not_hold_a_value(made):
    with pytest.raises(CleaningError, match="column x: a column without a name holds values"):
        scored(made, categories=[category_row(x="1")])


def test_a_year_that_is_not_the_one_before_the_edition_raises(made):
    with pytest.raises(CleaningError, match="1 rows are not of the year before the edition"):
        scored(made, compiled=[compiled_row(year="2017")])


def test_the_copy_of_the_newest_edition_has_codes_and_totals_only(made):
    row = {"iso3": "CIV", "edition": "2026", "year": "2025", "status": "PF", "pr_score": "20", "cl_score": "30",
           "total": "50", "source_url": ""}  # fmt: skip
    [got] = scored(made, copy=[row]).tables["scores"].to_dict("records")
    assert (got["unit"], got["listed_as"], got["year"], got["total"]) == ("CIV", "country", 2025, 50)
    assert pd.isna(got["a"]) and pd.isna(got["pr_rating"])
    with pytest.raises(CleaningError, match="1 rows are not of the year before the edition"):
        scored(made, copy=[row | {"year": "2026"}])


# --- The published files -----------------------------------------------------------------------------------


@pytest.fixture
def ratings(published) -> pd.DataFrame:
    return published(fiw.DATASET)[1].tables["ratings"]


@pytest.fixture
def scores(published) -> pd.DataFrame:
    return published(fiw.DATASET)[1].tables["scores"]


def test_published_items_agree_with_the_categories(published):
    """The compiled items against the workbook of categories, on the raw text: 2,171 rows of countries with a code."""
    parts, _ = published(fiw.DATASET)
    sheets = {(item.sheet or item.version): chunk for item, chunk in parts}
    compiled, categories = sheets["compiled-2025"], sheets["FIW06-23"]
    both = compiled[compiled["iso3"] != ""].merge(
        categories, left_on=["country_name", "edition"], right_on=["Country/Territory", "Edition"])  # fmt: skip
    assert len(both) == 2171
    pairs = [(f"{c}_x", f"{c}_y") for c in freedom_in_the_world.QUESTIONS]
    pairs += [("pr_full", "PR"), ("cl_full", "CL"), ("total", "Total"), ("AddQ", "Add Q"), ("status", "Status")]
    assert {left: int((both[left] != both[right]).sum()) for left, right in pairs} == {left: 0 for left, _ in pairs}


def test_published_items_add_up(scores):
    for category, asked in freedom_in_the_world.QUESTIONS.items():
        items = scores[[f"{category.lower()}{n}" for n in range(1, asked + 1)]].dropna()
        assert len(items) in (2515, 2723), category
        assert (items.sum(axis=1) == scores.loc[items.index, category.lower()]).all(), category


def test_published_categories_add_up_but_for_one_row(scores):
    whole = scores.dropna(subset=["a"])
    pr = whole[["a", "b", "c"]].sum(axis=1) - whole["add_q"] + whole["add_a"].fillna(0)
    assert (pr == whole["pr_score"]).all()
    off = whole[whole[["d", "e", "f", "g"]].sum(axis=1) != whole["cl_score"]]
    assert off[["unit", "year", "cl_score"]].values.tolist() == [["XKX", 2006, 18]]
    assert (scores["pr_score"] + scores["cl_score"] == scores["total"]).all()


def test_published_ratings_are_the_same_in_both_tables(ratings, scores):
    both = ratings.merge(scores.dropna(subset=["status"]), on=["unit", "year"], suffixes=("", "_scores"))
    assert len(both) == 3969
    assert (both["pr_rating"] == both["pr_rating_scores"]).all()
    assert (both["cl_rating"] == both["cl_rating_scores"]).all()
    differ = both[both["status"] != both["status_scores"]]
    assert differ[["unit", "year"]].values.tolist() == [["XKX", 2005], ["XKX", 2006]]


def test_published_totals_of_the_copy_continue_those_of_the_publisher(scores):
    """One edition after the last of the workbook: every unit is there the year before, and none moved by over 8."""
    before, after = (scores[scores["year"] == year].set_index("unit")["total"] for year in (2024, 2025))
    assert len(after) == 193 and not set(after.index) - set(before.index)
    assert (after - before).abs().max() == 8 and after["MEX"] == 58
