"""CIVICUS Monitor: rules on hand-made rows, then the published files."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.civic_space import civicus_monitor as civicus

TABLE_2017, MAP_2020, MAP_2021, OF_2019, OF_2020 = civicus.DATASET.inputs


def clean(made, **rows):
    sources = {"table_2017": TABLE_2017, "map_2020": MAP_2020, "map_2021": MAP_2021, "of_2019": OF_2019,
               "of_2020": OF_2020}  # fmt: skip
    files = {"map_2021": "summit_map_2021-12.csv"}
    return cleaned(civicus.DATASET, [(sources[k], made(v, files.get(k, k))) for k, v in rows.items()])


def ratings(made, **rows):
    return clean(made, **rows).tables["ratings"].set_index(["unit", "year"])


def scored(name: str, iso3: str, year: str, score: str, rating: str) -> dict:
    number = civicus.NUMBERS.get(rating.lower(), "9")
    return {"country_name": name, "iso3": iso3, "year": year, "score": score, "rating": rating, "rating_num": number}


def of_2019(iso3: str, year: str, rating: str) -> dict:
    return {"iso3": iso3, "year": year, "rating": rating}


def test_the_table_of_2017(made):
    rows = [{"Country": "Mexico", "Rating": "Repressed", "CIVICUS Monitor Rating": "Repressed"}]
    row = ratings(made, table_2017=rows).loc[("MEX", 2017)]
    assert (row["rating"], row["rating_number"], row["basis"], row["derived"]) == ("repressed", 2, "published", False)
    with pytest.raises(CleaningError, match="column Rating: 1 values contradict the rest of their row"):
        clean(made, table_2017=[rows[0] | {"CIVICUS Monitor Rating": "Closed"}])


@pytest.mark.parametrize(
    ("file", "row"),
    [("map_2020", {"key": "GRL", "fillKey": "None"}),
     ("map_2021", {"code": "AFG", "fill_key": "6", "rating": ""})],
)  # fmt: skip
def test_a_unit_without_a_rating_is_set_aside(made, file, row):
    result = clean(made, **{file: [row]})
    assert result.tables["ratings"].empty
    assert result.record.entries[["action", "rule"]].values.tolist() == [["set_aside", "not_rated"]]


@pytest.mark.parametrize(
    ("file", "row"),
    [("map_2020", {"key": "MEX", "fillKey": "6"}), ("map_2021", {"code": "MEX", "fill_key": "None", "rating": ""}),
     ("map_2021", {"code": "MEX", "fill_key": "2", "rating": "open"}), ("of_2019", of_2019("MEX", "2019", "fair")),
     ("of_2019", of_2019("MEX", "2018", "open")), ("of_2020", scored("Mexico", "MEX", "2021", "40", "Repressed")),
     ("of_2020", scored("Mexico", "USA", "2023", "40", "Repressed"))],
)  # fmt: skip
def test_what_no_rule_covers_raises(made, file, row):
    with pytest.raises(CleaningError):
        clean(made, **{file: [row]})


@pytest.mark.parametrize(
    ("score", "rating"),
    [("20.49", "Closed"), ("20.5", "Repressed"), ("40.49", "Repressed"), ("60.4", "Obstructed"), ("80.48", "Narrowed"),
     ("80.5", "Open"), ("0", "Closed"), ("100", "Open")],
)  # fmt: skip
def test_the_rating_follows_from_the_rounded_score(made, score, rating):
    row = ratings(made, of_2020=[scored("Mexico", "MEX", "2023", score, rating)]).loc[("MEX", 2023)]
    assert (row["rating"], row["score"]) == (rating.lower(), float(score))
    wrong = "Open" if rating != "Open" else "Closed"
    with pytest.raises(CleaningError, match="column score: 1 values contradict"):
        clean(made, of_2020=[scored("Mexico", "MEX", "2023", score, wrong)])


def test_a_number_that_contradicts_the_rating_raises(made):
    row = scored("Mexico", "MEX", "2023", "40", "Repressed") | {"rating_num": "3"}
    with pytest.raises(CleaningError, match="column rating_num"):
        clean(made, of_2020=[row])


def test_territories_without_an_iso_code_stay_apart(made):
    row = ratings(made, of_2020=[scored("Somaliland", "", "2023", "34.66", "Repressed")]).loc[("SML", 2023)]
    assert row.isna()["iso3"]


def test_2022_is_not_comparable_and_2019_is_derived(made):
    table = ratings(made, of_2020=[scored("Mexico", "MEX", "2022", "31.44", "Repressed"),
                                   scored("Mexico", "MEX", "2023", "40.21", "Repressed")],
                    of_2019=[of_2019("MEX", "2019", "repressed"), of_2019("MEX", "2021", "repressed")])  # fmt: skip
    mexico = table.loc["MEX"]
    assert mexico["comparable"].to_dict() == {2019: True, 2021: True, 2022: False, 2023: True}
    assert mexico["derived"].to_dict() == {2019: True, 2021: True, 2022: False, 2023: False}
    assert mexico["basis"].tolist() == ["changes_undone", "changes_applied", "transcribed", "transcribed"]


def test_sources_of_one_year_are_merged_if_they_agree(made):
    rows = {"map_2020": [{"key": "MEX", "fillKey": "2"}], "of_2019": [of_2019("MEX", "2020", "repressed")],
            "of_2020": [scored("Mexico", "MEX", "2020", "", "Repressed")]}  # fmt: skip
    result = clean(made, **rows)
    assert len(result.tables["ratings"]) == 1
    assert result.record.balance()["merged"].tolist() == [0, 1, 1]
    with pytest.raises(CleaningError, match="1 have sources that differ"):
        clean(made, **rows | {"of_2019": [of_2019("MEX", "2020", "closed")]})


def test_grenada_is_corrected_while_the_map_says_narrowed(made):
    row = {"code": "GRD", "fill_key": "4", "rating": "narrowed"}
    result = clean(made, map_2021=[row], of_2019=[of_2019("GRD", "2021", "open")])
    assert result.tables["ratings"][["rating", "basis"]].values.tolist() == [["open", "published"]]
    assert set(result.record.entries.query("action == 'changed'")["rule"]) == {"grenada_2021"}
    with pytest.raises(CleaningError, match="grenada_2021: expects 'narrowed'"):
        clean(made, map_2021=[row | {"rating": "open", "fill_key": "5"}])


# --- The published files -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "counts"),
    [(2017, [20, 35, 50, 64, 26]), (2019, [24, 38, 49, 41, 44]), (2020, [23, 44, 47, 40, 42]),
     (2021, [25, 49, 43, 41, 39])],
)  # fmt: skip
def test_published_counts_are_the_official_ones(published, year, counts):
    table = published(civicus.DATASET)[1].tables["ratings"].query(f"year == {year}")
    assert [int((table["rating"] == rating).sum()) for rating in civicus.RATINGS] == counts
