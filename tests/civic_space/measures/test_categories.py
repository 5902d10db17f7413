from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words.catalogue import use_language
from ogp_analysis.civic_space.breaks import method_years
from ogp_analysis.civic_space.measures.categories import (
    LEVELS,
    CategoryAgreements,
    category_agreement,
    category_agreements,
    merges,
    published,
    rated,
)
from ogp_analysis.statistics.agreement import weighted_kappa


@pytest.fixture(autouse=True)
def in_english():
    use_language("en")
    yield
    use_language("en")


def holding(**series) -> dict[str, pd.DataFrame]:
    return {id: pd.DataFrame(rows, columns=["unit", "year", "value", "segment"]) for id, rows in series.items()}


def categories(id: str, rows) -> list[str]:
    names = published()[id].categories
    return [names[number] for number in rated(holding(**{id: rows}), "embedded")[id]["category"]]


def rating(x, y, names=("civicus_rating", "fiw_status")):
    units = [f"U{i:03}" for i in range(len(x))]
    return category_agreement(*names, pd.DataFrame({"unit": units, "year": 2024, "x": x, "y": y}))


@pytest.mark.parametrize("one", published().values(), ids=published())
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
    with pytest.raises(CleaningError, match="categories of civicus_rating: 1 values have no category, first 6"):
        rated(holding(civicus_rating=[("AAA", 2020, 6, 0)]), "embedded")


def test_regimes_of_one_house_are_rated_once():
    both = holding(v2x_regime=[("AAA", 2020, 1, 0)], ert_regime=[("AAA", 2020, 1, 0)])
    assert list(rated(both, "embedded")) == ["ert_regime"]
    assert list(rated(holding(v2x_regime=[("AAA", 2020, 1, 0)]), "embedded")) == ["v2x_regime"]


@pytest.mark.parametrize("n", [3, 4, 5])
def test_merges_are_every_order_preserving_way(n):
    every = [levels for levels in itertools.product(range(LEVELS), repeat=n)
             if list(levels) == sorted(levels) and set(levels) == set(range(LEVELS))]  # fmt: skip
    assert sorted(merges(n)) == sorted(every)
    assert {one.level for one in published().values() if len(one.categories) == n} <= set(every)


def test_two_publishers_are_compared_in_the_last_year_that_both_rate():
    units = [f"A{i:02}" for i in range(24)]
    rating = [(unit, 2020, 1 + i % 5, 0) for i, unit in enumerate(units)]
    regime = [(unit, 2020, i % 4, 0) for i, unit in enumerate([*units, "ZZZ"])]
    found = category_agreements(holding(civicus_rating=[*rating, ("A00", 2021, 2, 0)], ert_regime=regime), "embedded")
    [row] = found.frame.itertuples()
    assert (row.x, row.y, row.year, row.n, row.shared, row.as_published) == (
        "civicus_rating", "ert_regime", 2020, 24, False, False)  # fmt: skip


def test_what_never_rates_in_the_same_year_is_no_pair():
    found = holding(civicus_rating=[(f"A{i:02}", 2021, 1 + i % 5, 0) for i in range(30)],
                    ert_regime=[(f"A{i:02}", 2020, i % 4, 0) for i in range(30)])  # fmt: skip
    assert category_agreements(found, "embedded").frame.empty


def test_few_countries_and_one_category_give_no_kappa():
    few = [(f"A{i:02}", 2020, 1 + i % 4, 0) for i in range(19)]
    same = [(f"A{i:02}", 2020, 1, 0) for i in range(30)]
    every = [(f"A{i:02}", 2020, i % 4, 0) for i in range(30)]
    for rating in (few, same):
        assert category_agreements(holding(civicus_rating=rating, ert_regime=every), "embedded").frame.empty


def test_the_embedded_edition_has_the_categories_of_one_publisher_only(embedded):
    assert list(rated(embedded.series, "embedded")) == ["ert_regime"]
    found = embedded.categories()
    assert found.frame.empty and found.table() == () and "fewer than two publishers" in str(found.text())


def test_the_published_status_agrees_with_the_published_regimes(full, in_full):
    pairs = {(row.x, row.y): row for row in full.categories().frame.itertuples()}
    status = pairs["civicus_rating", "fiw_status"]
    assert status.shared and status.year == 2024 and status.n == 196
    assert not pairs["fiw_status", "ert_regime"].shared
    assert pairs["civicus_rating", "rsf_score"].as_published


def test_cuts_give_the_status_that_is_printed_for_2018(full, in_full):
    """Freedom on the Net 2018 prints its status beside the total."""
    from ogp_analysis.data.store import hand_out

    table = hand_out.load("freedom_on_the_net", "country_year", "full")
    printed = table[table["status"].notna()].set_index(["iso3", "year"])["status"]
    made = rated(full.series, "full")["fotn_total"].set_index(["unit", "year"])["category"].loc[printed.index]
    assert len(printed) == 65
    assert [published()["fotn_total"].categories[number] for number in made] == list(printed)


def test_categories_of_different_number_are_compared_on_three_levels_and_every_other_way():
    rng = np.random.default_rng(3)
    x = rng.integers(0, 5, 80)
    y = np.clip((x + rng.integers(-1, 2, 80)) // 2, 0, 2)
    found = rating(x, y)
    levels = np.array([0, 0, 1, 2, 2])
    assert found["quadratic"] == weighted_kappa(levels[x], y, 3).kappa
    assert (found["as_published"], found["categories"], found["n"]) == (False, 3, 80)
    ways = [(0, 0, 0, 1, 2), (0, 0, 1, 1, 2), (0, 0, 1, 2, 2), (0, 1, 1, 1, 2), (0, 1, 1, 2, 2), (0, 1, 2, 2, 2)]
    kappas = [weighted_kappa(np.array(way)[x], y, 3).kappa for way in ways]
    assert (found["lowest"], found["highest"]) == (min(kappas), max(kappas))


def test_as_many_categories_are_compared_as_published():
    x = np.arange(60) % 5
    found = rating(x, np.minimum(x + (np.arange(60) % 7 == 0), 4), ("civicus_rating", "rsf_score"))
    assert [found[name] for name in ("as_published", "categories", "lowest", "highest")] == [True, 5, None, None]
    assert found["same"] == int((x == np.minimum(x + (np.arange(60) % 7 == 0), 4)).sum())


def test_kappas_say_what_is_compared_and_how_it_depends_on_the_levels():
    x = np.arange(50) % 5
    rows = (rating(x, np.minimum(x // 2, 2)),
            rating(x, np.minimum(x + (np.arange(50) % 9 == 0), 4), ("civicus_rating", "rsf_score")))  # fmt: skip
    made = CategoryAgreements(pd.DataFrame(rows))
    first, second = made.table().frame.to_dict("records")
    assert (first["categories"], second["categories"]) == ("3 levels", "5, as published")
    assert first["lowest"] <= first["quadratic"] <= first["highest"] and second["lowest"] == "not_applicable"
    assert f"to {second['quadratic']:.2f} (CIVICUS rating – RSF classes), over 2 pairs" in str(made.text())
