"""Changes of countries between two years: places, denominators, and why a probability is missing."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import DisclosureError
from ogp_analysis.civic_space.changes import Changes
from ogp_analysis.civic_space.figures.overview import round_step

SERIES = pd.DataFrame({"unit": ["MEX", "KEN", "CHN"] * 2, "year": [2013] * 3 + [2023] * 3,
                       "value": [0.5, 0.6, 0.7, 0.4, 0.7, 0.7], "segment": 0})  # fmt: skip


def cells(made, column: str) -> list:
    place = [c["name"] for c in made.payload()["columns"]].index(column)
    return [row[place] for row in made.payload()["rows"]]


def of(series: pd.DataFrame) -> Changes:
    return Changes("v2xcs_ccsi", 2013, 2023, "world", series)


def test_every_country_has_its_change_and_its_places():
    frame = of(SERIES).frame
    assert frame.columns.tolist() == ["iso3", "first_value", "last_value", "difference", "rank_fall", "rank_rise"]
    assert frame.iloc[0].tolist() == ["MEX", 0.5, 0.4, pytest.approx(-0.1), 1, 3]
    assert frame["iso3"].tolist() == ["MEX", "CHN", "KEN"] and frame["rank_fall"].tolist() == [1, 2, 3]
    assert of(SERIES[SERIES["year"] == 2013]).frame.empty


def test_a_country_is_said_in_its_own_direction():
    change = of(SERIES)
    assert change.of("México").difference == pytest.approx(-0.1)
    assert "fell: **" not in str(change.text("MEX")) and "it fell: −0.100, from 0.500 to 0.400" in str(
        change.text("MEX")
    )


def test_counts_are_said_with_their_denominator_and_their_share():
    change = of(SERIES)
    said = "from 2013 to 2023 it fell in 1 of 3 countries (33%), rose in 1 and did not change in 1 (World)"
    assert said in str(change.text())
    assert change.counts().numbers()["overview.glance.movement.fell_share"]["value"] == pytest.approx(1 / 3)


def test_nothing_is_drawn_where_nothing_moved():
    same = SERIES.assign(value=0.5)
    assert of(same).plot() == of(same).table() == () and of(SERIES).plot(highlight="Hungary") == ()
    assert (
        of(SERIES).plot(highlight="Mexico").name == "change_among_countries" and of(SERIES).plot().name == "movements"
    )


def colours(figure) -> dict[str, int]:
    """Return how many countries each entry of the key of a map has."""
    texts = [text.get_text() for text in figure.sheets[0].figure.texts]
    return {text.rpartition(" (")[0]: int(text.rpartition(" (")[2][:-1]) for text in texts if text.endswith(")")}


def test_a_map_has_each_country_in_the_class_of_its_change():
    moved = {"MEX": -0.21, "CHL": -0.04, "BRA": 0.0, "KEN": 0.05, "HUN": 0.3, "POL": -0.06, "YUG": -0.5}
    series = pd.DataFrame([{"unit": code, "year": year, "value": 0.5 + (by if year == 2023 else 0), "segment": 0}
                           for code, by in moved.items() for year in (2013, 2023)])  # fmt: skip
    made = of(series)
    drawn = made.map()
    assert drawn.name == "map" and drawn.faults() == [] and len(drawn.sheets) == 2
    # The median of the changes is 0.06; the nearest round number is 0.05, which Kenya does not exceed.
    assert colours(drawn) | {"no value": 0} == {
        "fell by more than 0.05": 2, "fell by up to 0.05": 1, "did not change": 1, "rose by up to 0.05": 1,
        "rose by more than 0.05": 1, "no value": 0,
    }  # fmt: skip
    assert (
        "World: 3 of 6 countries fell and 2 rose" in drawn.svg()
        and "this measure does not cover in both years" in drawn.alt
    )
    said, *regions = made.regions()
    assert str(said.plain()).startswith("One region") and [one.view for one in regions] == [
        "Eastern Europe and Central Asia", "Latin America and the Caribbean", "Sub-Saharan Africa"]  # fmt: skip
    assert [one.name for one in regions][1] == "map_latin_america_caribbean" and regions[1].narrow is None
    assert colours(regions[1])["fell by more than 0.05"] == 1 and regions[1].payload()["view"] == regions[1].view
    assert all(one.faults() == [] for one in regions) and "view" not in drawn.payload()
    of_one = Changes("v2xcs_ccsi", 2013, 2023, "latin_america_caribbean", series[series["unit"].isin(["MEX", "CHL"])])
    assert of_one.regions() == () and "Latin America and the Caribbean: 2 of 2" in of_one.map().svg()


def test_steps_between_classes_are_round_and_without_a_change_there_is_no_map():
    assert [round_step(value) for value in (0.034, 0.036, 0.07, 0.08, 1.4, 1.6, 8.0)] == pytest.approx(
        [0.02, 0.05, 0.05, 0.1, 1, 2, 10])  # fmt: skip
    assert round_step(float("nan")) == 1.0
    assert of(SERIES[SERIES["year"] == 2013]).map() == of(SERIES[SERIES["year"] == 2013]).regions() == ()
    assert "did not change (3)" in of(SERIES.assign(value=0.5)).map().svg()


def test_changes_of_what_may_be_drawn_only_are_not_told():
    closed = of(Withheld(SERIES, ["fiw_e2"]))
    for ask in (lambda: closed.frame, closed.text, closed.table):
        with pytest.raises(DisclosureError):
            ask()


def test_movers_are_counted_from_both_ends_and_the_caption_holds_the_sample():
    more = pd.concat([SERIES, pd.DataFrame({"unit": ["FRA"], "year": [2013], "value": [0.9], "segment": [0]})])
    made = of(more).table()
    assert cells(made, "place") == ["Kenya", "Mexico"] and cells(made, "rank") == [1, 1]
    assert cells(made, "difference") == pytest.approx([0.1, -0.1])
    assert "1 rose, 1 fell and 1 did not change; others that this measure covers, without a value in" in made.caption
