"""Changes of countries between two years: their places, and their maps."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.countries import country
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import DisclosureError, MessageError
from ogp_analysis.base.words import speaking
from ogp_analysis.base.words.catalogue import anew
from ogp_analysis.civic_space.figures.country import change_among_countries
from ogp_analysis.civic_space.figures.overview import movement_map, round_step
from ogp_analysis.civic_space.panel import _ranked_changes

SERIES = pd.DataFrame({"unit": ["MEX", "KEN", "CHN"] * 2, "year": [2013] * 3 + [2023] * 3,
                       "value": [0.5, 0.6, 0.7, 0.4, 0.7, 0.7], "segment": 0})  # fmt: skip


def of(series: pd.DataFrame) -> pd.DataFrame:
    return _ranked_changes(series, 2013, 2023)


def test_every_country_has_its_change_and_its_places():
    frame = of(SERIES)
    assert frame.columns.tolist() == ["first_value", "last_value", "difference", "rank_fall", "rank_rise"]
    assert frame.loc["MEX"].tolist() == [0.5, 0.4, pytest.approx(-0.1), 1, 3]
    assert frame.index.tolist() == ["MEX", "CHN", "KEN"] and frame["rank_fall"].tolist() == [1, 2, 3]
    tied = of(SERIES.assign(value=[0.5, 0.6, 0.7, 0.4, 0.5, 0.7]))
    assert tied["rank_fall"].to_dict() == {"KEN": 1, "MEX": 1, "CHN": 3} and tied.at["KEN", "rank_rise"] == 2
    assert of(SERIES[SERIES["year"] == 2013]).empty


def test_a_country_is_drawn_among_all():
    drawn = change_among_countries(
        of(SERIES)["difference"], name="moved", id="v2xcs_ccsi", place=country("Mexico"), first=2013, last=2023
    )
    assert drawn.name == "moved" and "The dot of Mexico stands at −0.100" in drawn.alt
    with pytest.raises(MessageError, match="has nothing to draw"):
        change_among_countries(
            of(SERIES)["difference"], name="moved", id="v2xcs_ccsi", place=country("Chile"), first=2013, last=2023
        )


def colours(figure) -> dict[str, int]:
    """Return how many countries each entry of the key of a map has."""
    texts = [text.get_text() for text in figure.sheets[0].figure.texts]
    return {text.rpartition(" (")[0]: int(text.rpartition(" (")[2][:-1]) for text in texts if text.endswith(")")}


def mapped(changes: dict[str, float], **of):
    return movement_map(pd.Series(changes), name="map", id="v2xcs_ccsi", first=2013, last=2023, **of)


def test_a_map_has_each_country_in_the_class_of_its_change():
    moved = {"MEX": -0.21, "CHL": -0.04, "BRA": 0.0, "KEN": 0.05, "HUN": 0.3, "POL": -0.06, "BLR": 0.02, "YUG": -0.5}
    drawn = mapped(moved, view="world")
    assert drawn.name == "map" and drawn.faults() == [] and len(drawn.sheets) == 2
    # The median of the changes is 0.055; the nearest round number is 0.05, which Kenya reaches.
    assert colours(drawn) | {"no value": 0} == {
        "fell by 0.05 or more": 2, "fell by less than 0.05": 1, "did not change": 1, "rose by less than 0.05": 1,
        "rose by 0.05 or more": 2, "no value": 0,
    }  # fmt: skip
    assert (
        "World: 3 of 7 countries fell, 2 by 0.05 or more, and 3 rose" in drawn.svg()
        and "this measure does not cover in both years" in drawn.alt
    )
    with speaking(None):
        views = ["eastern_europe_central_asia", "latin_america_caribbean"]
        maps = [mapped(moved, view=view, once=True) for view in views]
    assert [one.view for one in maps] == ["Eastern Europe and Central Asia", "Latin America and the Caribbean"]
    assert maps[1].narrow is None
    assert colours(maps[1])["fell by 0.05 or more"] == 1 and maps[1].payload()["view"] == maps[1].view
    assert all(one.faults() == [] for one in maps) and "view" not in drawn.payload()
    with speaking("es"):
        assert anew(maps[1]).view == "América Latina y el Caribe"
    of_one = mapped({"MEX": -0.21, "CHL": -0.04}, view="Latin America and the Caribbean")
    assert "Latin America and the Caribbean: 2 of 2" in of_one.svg()


def test_steps_between_classes_are_round_and_without_a_change_there_is_no_map():
    assert [round_step(value) for value in (0.034, 0.036, 0.07, 0.08, 1.4, 1.6, 8.0)] == pytest.approx(
        [0.02, 0.05, 0.05, 0.1, 1, 2, 10])  # fmt: skip
    assert round_step(float("nan")) == 1.0
    for nothing in ({}, {"YUG": 0.2}):
        with pytest.raises(MessageError, match="has nothing to draw"):
            mapped(nothing, view="world")
    assert "did not change (3)" in mapped(dict.fromkeys(["MEX", "KEN", "CHN"], 0.0), view="world").svg()


def test_changes_of_what_may_be_drawn_only_are_not_told():
    closed = Withheld(SERIES, ["fiw_e2"])
    with pytest.raises(DisclosureError):
        of(closed)
    assert isinstance(closed.pipe(of), Withheld)
    moved = Withheld(pd.Series({"MEX": -2.0, "KEN": 1.0}), ["fiw_e2"])
    places = movement_map(moved, name="map", id="fiw_e2", view="world", first=2013, last=2023).payload()["places"]
    assert places["MEX"] == "Mexico: fell by 1 or more" and places["BRA"] == "Brazil: no value"
