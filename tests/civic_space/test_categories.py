"""Categories as publishers print them."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.base.errors import CleaningError, ParameterError
from ogp_analysis.base.indicators import indicator
from ogp_analysis.civic_space.categories import CATEGORIES, categorised
from ogp_analysis.civic_space.panel import join
from ogp_analysis.data.store import hand_out


def named(id: str, rows) -> list[str]:
    frame = pd.DataFrame(rows, columns=["unit", "year", "value", "segment"])
    return [CATEGORIES[id].categories[number] for number in categorised(frame, id)["category"]]


@pytest.mark.parametrize("one", CATEGORIES.values(), ids=CATEGORIES)
def test_levels_rise_with_the_categories_and_every_stretch_has_its_cuts(one):
    assert len(one.level) == len(one.categories) and one.source
    assert list(one.level) == sorted(one.level) and set(one.level) == {0, 1, 2}
    if one.cuts:
        assert len(one.cuts) == sum(b.code == "method" for b in indicator(one.id).breaks) + 1
        assert all(len(cuts) == len(one.categories) - 1 and list(cuts) == sorted(cuts) for cuts in one.cuts)


def test_press_freedom_is_cut_by_the_key_of_its_own_years():
    """Below 45 of 100 was the worst class to 2021, below 40 since."""
    rows = [("AAA", 2021, 44.9, 0), ("AAA", 2022, 44.9, 1), ("BBB", 2021, 85.0, 0), ("BBB", 2022, 39.9, 1)]
    assert named("rsf_score", rows) == ["very_serious", "difficult", "good", "very_serious"]


def test_ratings_are_their_own_categories_and_internet_freedom_is_cut_at_40_and_70():
    assert named("civicus_rating", [("AAA", 2020, 1, 0), ("AAA", 2021, 5, 0)]) == ["closed", "open"]
    rows = [("AAA", year, value, 0) for year, value in ((2015, 39), (2016, 40), (2017, 69), (2018, 70))]
    assert named("fotn_total", rows) == ["not_free", "partly_free", "partly_free", "free"]


def test_a_value_without_a_category_and_a_measure_without_categories_are_refused():
    with pytest.raises(CleaningError, match="categories of civicus_rating: 1 values have no category, first 6"):
        named("civicus_rating", [("AAA", 2020, 6, 0)])
    with pytest.raises(ParameterError, match="categories of va_est: are not published"):
        categorised(pd.DataFrame(), "va_est")


def test_cuts_give_the_status_that_is_printed_for_2018(full_edition, monkeypatch):
    """Freedom on the Net 2018 prints its status beside the total."""
    monkeypatch.setenv(paths.HOME_VARIABLE, str(full_edition))
    table = hand_out.load("freedom_on_the_net", "country_year", "full").dropna(subset=["status"])
    rows = join(["fotn_total"], 1990, 2100, "full").frame.dropna(subset=["fotn_total"])
    rows = rows.rename(columns={"iso3": "unit", "fotn_total": "value"}).assign(segment=0)
    made = categorised(rows, "fotn_total").set_index(["unit", "year"])["category"]
    printed = table.set_index(["iso3", "year"])["status"]
    assert len(printed) == 65
    assert [CATEGORIES["fotn_total"].categories[number] for number in made.loc[printed.index]] == list(printed)
