"""Series beside the catalogue: drawn only, and held to their schemas."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.disclosure import Withheld, uncovered
from ogp_analysis.base.indicators import indicators
from ogp_analysis.civic_space.views import SERIES, barrier, held_barriers
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.store import hand_out

NGO = pd.DataFrame({"iso3": ["MEX", "MEX", "KEN", "CHL"], "year": [2010, 2011, 2010, 2010],
                    "barriers_total": [1.5, None, 4.0, 0.5]})  # fmt: skip
REPRESSION = pd.DataFrame({"unit": ["MEX", "CHL", "XKX", "SML"], "year": [2021] * 4,
                           "digital_repression": [0.5, -1.0, 0.1, 0.2]})  # fmt: skip


@pytest.fixture
def given(monkeypatch):
    tables = {"ngo_legal_barriers": NGO, "feldstein_digital_repression": REPRESSION}
    monkeypatch.setattr(hand_out, "has", lambda d, *_: d in tables)
    monkeypatch.setattr(hand_out, "load", lambda d, *_: tables[d])


@pytest.mark.parametrize("id", SERIES)
def test_they_are_closed_higher_is_less_free_and_no_indicator_of_the_catalogue(id):
    name, table, column = SERIES[id]
    promised = dataset(name).schema(table)[column]
    assert promised.redistribute is False and promised.direction == "higher is worse"
    assert id not in {one.id for one in indicators()}


def test_an_edition_without_them_has_none():
    assert held_barriers() == ()


def test_values_and_medians_are_withheld(given):
    own, median = barrier("ngo_barriers", "Mexico", 2000, 2023)["ngo_barriers"]
    assert isinstance(own, Withheld) and isinstance(median, Withheld) and own.ids == ("ngo_barriers",)
    (own, median), _, _ = uncovered((own, median), {})
    assert own[["year", "value"]].to_numpy().tolist() == [[2010, 1.5]]
    assert median[["year", "median", "n"]].to_numpy().tolist() == [[2010, 0.5, 1]]


def test_units_without_a_code_of_iso_are_left_out(given):
    found = [barrier("digital_repression", unit, 2021, 2021) for unit in ("MEX", "CHL", "XKX", "SOM")]
    assert [len(one) for one in found] == [1, 1, 1, 0]
    assert barrier("digital_repression", "MEX", 2000, 2020) == barrier("ngo_barriers", "MEX", 2011, 2011) == {}
