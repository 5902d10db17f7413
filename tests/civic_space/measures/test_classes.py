from __future__ import annotations

import itertools

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.indicators import indicator
from ogp_analysis.civic_space.measures.classes import LEVELS, class_pairs, classes, classified, merges
from ogp_analysis.civic_space.measures.held import Measures, method_years


def holding(**series) -> Measures:
    frames = {id: pd.DataFrame(rows, columns=["iso3", "year", "value", "stretch"]) for id, rows in series.items()}
    return Measures("embedded", frames, (), pd.DataFrame())


def categories(id: str, rows) -> list[str]:
    names = classes()[id].categories
    return [names[number] for number in classified(holding(**{id: rows}))[id]["category"]]


@pytest.mark.parametrize("one", classes().values(), ids=classes())
def test_levels_rise_with_the_categories_and_every_stretch_has_its_cuts(one):
    assert len(one.level) == len(one.categories)
    assert list(one.level) == sorted(one.level) and set(one.level) == set(range(LEVELS))
    assert one.source
    if one.cuts:
        assert len(one.cuts) == len(method_years(indicator(one.id))) + 1
        assert all(len(cuts) == len(one.categories) - 1 and list(cuts) == sorted(cuts) for cuts in one.cuts)


def test_press_freedom_is_cut_by_the_key_of_its_own_years():
    """Below 45 of 100 was the worst class to 2021, below 40 since."""
    rows = [("AAA", 2021, 44.9, 0), ("AAA", 2022, 44.9, 1), ("BBB", 2021, 85.0, 0), ("BBB", 2022, 39.9, 1)]
    assert categories("rsf_score", rows) == ["very_serious", "difficult", "good", "very_serious"]


def test_ratings_and_regimes_are_their_own_categories():
    assert categories("civicus_rating", [("AAA", 2020, 1, 0), ("AAA", 2021, 5, 0)]) == ["closed", "open"]
    assert categories("ert_regime", [("AAA", 2020, 0, 0), ("AAA", 2021, 3, 0)]) == [
        "closed_autocracy", "liberal_democracy"]  # fmt: skip


def test_internet_freedom_is_cut_at_40_and_70_as_turned():
    rows = [("AAA", year, value, 0) for year, value in ((2015, 39), (2016, 40), (2017, 69), (2018, 70))]
    assert categories("fotn_total", rows) == ["not_free", "partly_free", "partly_free", "free"]


def test_a_value_without_a_category_is_refused():
    with pytest.raises(CleaningError, match="categories of civicus_rating: 1 values have none, first 6"):
        classified(holding(civicus_rating=[("AAA", 2020, 6, 0)]))


def test_regimes_of_one_house_are_rated_once():
    both = holding(v2x_regime=[("AAA", 2020, 1, 0)], ert_regime=[("AAA", 2020, 1, 0)])
    assert list(classified(both)) == ["ert_regime"]
    assert list(classified(holding(v2x_regime=[("AAA", 2020, 1, 0)]))) == ["v2x_regime"]


@pytest.mark.parametrize("n", [3, 4, 5])
def test_merges_are_every_order_preserving_way(n):
    every = [levels for levels in itertools.product(range(LEVELS), repeat=n)
             if list(levels) == sorted(levels) and set(levels) == set(range(LEVELS))]  # fmt: skip
    assert sorted(merges(n)) == sorted(every)
    assert {one.level for one in classes().values() if len(one.categories) == n} <= set(every)


def test_two_publishers_are_paired_in_the_last_year_that_both_rate():
    found = holding(civicus_rating=[("AAA", 2020, 2, 0), ("AAA", 2021, 2, 0), ("BBB", 2020, 4, 0)],
                    ert_regime=[("AAA", 2020, 1, 0), ("BBB", 2020, 3, 0), ("CCC", 2020, 3, 0)])  # fmt: skip
    [pair] = class_pairs(found)
    assert (pair.x, pair.y, pair.year, pair.shared, pair.as_published) == (
        "civicus_rating", "ert_regime", 2020, False, False)  # fmt: skip
    assert pair.frame.to_dict("list") == {"unit": ["AAA", "BBB"], "x": [1, 3], "y": [1, 3]}


def test_what_never_rates_in_the_same_year_is_no_pair():
    found = holding(civicus_rating=[("AAA", 2021, 2, 0)], ert_regime=[("AAA", 2020, 1, 0)])
    assert class_pairs(found) == []


def test_the_embedded_edition_has_the_categories_of_one_publisher_only(embedded):
    assert list(classified(embedded)) == ["ert_regime"] and class_pairs(embedded) == []


def test_the_published_status_agrees_with_the_published_regimes(full, in_full):
    pairs = {(pair.x, pair.y): pair for pair in class_pairs(full)}
    status = pairs["civicus_rating", "fiw_status"]
    assert status.shared and status.year == 2024 and len(status.frame) == 196
    assert not pairs["fiw_status", "ert_regime"].shared
    assert pairs["civicus_rating", "rsf_score"].as_published


def test_cuts_give_the_status_that_is_printed_for_2018(full, in_full):
    """Freedom on the Net 2018 prints its status beside the total."""
    from ogp_analysis.store import hand_out

    table = hand_out.load("freedom_on_the_net", "country_year", "full")
    printed = table[table["status"].notna()].set_index(["iso3", "year"])["status"]
    made = classified(full)["fotn_total"].set_index(["iso3", "year"])["category"].loc[printed.index]
    assert len(printed) == 65
    assert [classes()["fotn_total"].categories[number] for number in made] == list(printed)
