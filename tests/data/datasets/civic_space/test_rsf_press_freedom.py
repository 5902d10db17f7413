"""World Press Freedom Index: rules on hand-made rows, then the published files."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.civic_space import rsf_press_freedom
from ogp_analysis.data.datasets.civic_space import rsf_press_freedom as rsf

(SOURCE,) = rsf.DATASET.inputs
NAMES = {"FIN": "Finland", "MEX": "Mexico", "ERI": "Eritrea", "NOR": "Norway", "USA1": "United States (outside US "
         "territory)", "USA2": "United States (US territory)", "XCD": "OECS", "CSS": "OECS", "XKO": "Kosovo",
         "CTU": "Cyprus North", "ISR1": "Israel (Israeli territory)", "ISR2": "Israel (outside Israeli territory)",
         "ISR3": "Israel (occupied territories)", "USA_I": "United States (in Irak)"}  # fmt: skip


def old(code: str, rank: int, score: str, year: str = "2008", **values) -> dict:
    return {"Year (N)": year, "ISO": code, "Rank N": str(rank), "Score N": score, "EN_country": NAMES.get(code, code),
            "ES_country": "A name", **values}  # fmt: skip


def new(
    code: str, rank: int, score: str, contexts=("60", "60", "60", "60", "60"), year: str = "2022", **values
) -> dict:
    row = {"ISO": code, "Score": score, "Rank": str(rank), "Country_EN": NAMES.get(code, code), "Country_ES": "A name",
           "Year (N)": year}  # fmt: skip
    for (_, raw, place), value in zip(rsf_press_freedom.CONTEXTS.values(), contexts, strict=True):
        row |= {raw: value, place: str(rank)}
    return row | values


def clean(made, *rows):
    return cleaned(rsf.DATASET, [(SOURCE, made(list(rows)))])


def table(made, *rows):
    return clean(made, *rows).tables["country_year"].set_index("unit")


# --- Scores ----------------------------------------------------------------------------------------------


def test_a_lost_point_is_put_where_the_ranks_say_and_recorded(made):
    result = clean(made, old("FIN", 1, "15"), old("NOR", 2, "2"), old("MEX", 3, "4613"), old("ERI", 4, "975"))
    one = result.tables["country_year"].set_index("unit")
    assert one["penalty_points"].to_dict() == {"FIN": 1.5, "NOR": 2.0, "MEX": 46.13, "ERI": 97.5}
    entries = result.record.entries.set_index("_line")
    assert entries[["rule", "column", "old", "new"]].values.tolist() == [
        ["decimal_point_by_rank", "Score N", "15", "1.5"],
        ["decimal_point_by_rank", "Score N", "4613", "46.13"],
        ["decimal_point_by_rank", "Score N", "975", "97.5"],
    ]


def test_a_decimal_comma_is_a_point(made):
    result = clean(made, old("FIN", 1, "0,5", "2003"), old("MEX", 2, "12", "2003"), old("ERI", 3, "24,75", "2003"))
    assert result.tables["country_year"].set_index("unit")["penalty_points"].to_dict() == {
        "FIN": 0.5, "MEX": 12.0, "ERI": 24.75}  # fmt: skip
    assert result.record.entries["rule"].tolist() == ["decimal_comma"] * 2


def test_the_edition_2011_12_is_of_2012_and_may_be_negative(made):
    rows = table(made, *(old(code, rank, score, "2011-12") for rank, (code, score) in
                         enumerate({"FIN": "-10", "NOR": "-1", "MEX": "-67", "ERI": "0"}.items(), 1)))  # fmt: skip
    assert rows["penalty_points"].to_dict() == {"FIN": -10.0, "NOR": -1.0, "MEX": -0.67, "ERI": 0.0}
    assert rows["year"].tolist() == [2012] * 4
    assert rows["edition"].tolist() == ["2011-12"] * 4


def test_a_context_that_the_ranks_leave_open_is_decided_by_the_mean(made):
    contexts = ["40", "40", "40", "40", "463"]
    with pytest.raises(CleaningError, match=r"column Safety: 1 scores have lost .* '463' \(4\.63 or 46\.3\) in line 3"):
        clean(made, new("FIN", 1, "60"), new("MEX", 2, "50", contexts))
    result = clean(made, new("FIN", 1, "60"), new("MEX", 2, "3293", contexts))
    assert result.tables["country_year"].set_index("unit").loc["MEX", "safety"] == 4.63
    rules = result.record.entries.set_index("new")["rule"]
    assert rules["4.63"] == "decimal_point_by_mean"


def test_a_score_that_cannot_be_decided_raises(made):
    with pytest.raises(
        CleaningError, match=r"column Score N: 1 scores have lost .* '595' \(5\.95 or 59\.5\) in line 3"
    ):
        clean(made, old("FIN", 1, "9362", "2013"), old("MEX", 2, "595", "2013"))


@pytest.mark.parametrize("year", ["2008", "2003", "2013"])
def test_a_score_that_runs_against_its_rank_raises(made, year):
    scores = ["50", "40"] if year != "2013" else ["40", "50"]
    with pytest.raises(CleaningError, match="column Score N"):
        clean(made, old("FIN", 1, scores[0], year), old("MEX", 2, scores[1], year))


# --- Units and names -------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["USA1", "USA_I", "ISR2", "ISR3", "XCD", "CSS"])
def test_rows_that_are_no_country_are_set_aside_and_still_count_in_the_order(made, code):
    result = clean(made, old("FIN", 1, "1"), old(code, 2, "20"), old("MEX", 3, "25"), old("ERI", 4, "100"))
    points = result.tables["country_year"].set_index("unit")["penalty_points"]
    assert points.to_dict() == {"FIN": 1.0, "MEX": 25.0, "ERI": 100.0}
    gone = result.record.entries.query("action == 'set_aside'")
    assert gone[["rule", "column", "old", "_line"]].values.tolist() == [[rsf.ASIDE[code], "ISO", code, 3]]
    assert result.record.balance()[["rows_in", "kept", "set_aside"]].values.tolist() == [[4, 3, 1]]


def test_a_code_and_a_name_of_two_countries_raise(made):
    with pytest.raises(
        CleaningError, match=r"column ISO: 1 codes do not belong to the unit .* 'MEX' beside 'Finland' in line 3"
    ):
        clean(made, old("FIN", 1, "1"), old("MEX", 2, "2", EN_country="Finland"))


def test_names_encoded_twice_are_decoded_once_and_recorded(made):
    twice = "México".encode().decode("latin-1")
    result = clean(made, old("MEX", 1, "2", ES_country=twice))
    assert result.tables["country_year"]["country_name_es"].tolist() == ["México"]
    assert result.record.entries[["rule", "new"]].values.tolist() == [["names_encoded_twice", "México"]]
    right = clean(made, new("MEX", 1, "60", Country_ES="México"))
    assert right.tables["country_year"]["country_name_es"].tolist() == ["México"]
    assert right.record.entries.empty


@pytest.mark.parametrize("text", ["Noruega", "México", "النرويج", ""])
def test_other_text_is_left_as_it_is(text):
    assert rsf.decoded_once(text) == text


@pytest.mark.parametrize("year", ["2011", "2012", "1999", ""])
def test_an_unknown_edition_raises(made, year):
    with pytest.raises(CleaningError, match=r"column Year \(N\)"):
        clean(made, old("FIN", 1, "1", year))


def test_two_editions_in_a_file_raise(made):
    with pytest.raises(CleaningError, match="holds 2 editions"):
        clean(made, old("FIN", 1, "1", "2008"), old("MEX", 1, "1", "2009"))


def test_the_score_may_be_called_after_the_year(made):
    row = {("Score 2026" if key == "Score" else key): value for key, value in new("MEX", 1, "60", year="2026").items()}
    assert table(made, row).loc["MEX", "score"] == 60
    with pytest.raises(CleaningError, match="has no column 'Score'"):
        clean(made, {key: value for key, value in row.items() if key != "Score 2026"})


# --- The published files -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "column", "value"),
    [(2002, "penalty_points", 24.75), (2008, "penalty_points", 46.13), (2009, "penalty_points", 48.25),
     (2012, "penalty_points", 72.67), (2013, "score", 54.7), (2015, "score", 56.31), (2016, "score", 50.67),
     (2021, "score", 53.29), (2022, "score", 47.57), (2023, "score", 47.98), (2026, "score", 45.23)],
)  # fmt: skip
def test_published_scores_of_mexico(published, year, column, value):
    table = published(rsf.DATASET)[1].tables["country_year"].set_index(["unit", "year"])
    assert table.loc[("MEX", year), column] == value


def test_published_scores_of_five_contexts_are_their_mean(published):
    """An arithmetic that no rank has a part in, in 893 of 895 rows: every restored point is where it was."""
    table = published(rsf.DATASET)[1].tables["country_year"].query("method == 'five_contexts'")
    gap = (table[list(rsf_press_freedom.CONTEXTS)].mean(axis=1) - table["score"]).abs()
    off = table[gap > 0.0101]
    assert len(table) == 895
    assert sorted(zip(off["unit"], off["year"], strict=True)) == [("BFA", 2023), ("ESP", 2026)]


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_published_scores_move_by_the_published_change(published, year):
    """The exports give the change with its decimal comma; no rule here reads it."""
    parts, result = published(rsf.DATASET)
    table = result.tables["country_year"].set_index(["unit", "year"])["score"]
    raw = next(chunk for _, chunk in parts if chunk["Year (N)"].iloc[0] == str(year))
    raw = raw[raw["ISO"].isin(table.index.get_level_values("unit"))]
    change = raw.set_index("ISO")["Score evolution"].str.replace(",", ".").replace("", None).astype(float)
    found = {iso: table[(iso, year)] - table[(iso, year - 1)] for iso in change.index}
    gap = (change - change.index.map(found)).abs()
    assert gap.notna().sum() > 170
    assert (gap > 0.0101).sum() <= 2


def test_published_points_of_2007_are_those_the_next_edition_repeats(published):
    parts, result = published(rsf.DATASET)
    table = result.tables["country_year"].query("year == 2007").set_index("unit")["penalty_points"]
    raw = next(chunk for _, chunk in parts if chunk["Year (N)"].iloc[0] == "2008").set_index("ISO")
    before = raw["Score N-1"][raw["Score N-1"] != ""].str.replace(",", ".").astype(float)
    both = before.index.intersection(table.index)
    assert len(both) > 150
    assert (before[both] - table[both]).abs().max() < 0.006
