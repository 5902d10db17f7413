from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.change import change, movers


def falls_and_rises(found) -> tuple[list, list]:
    """The units that fell, and those that rose, largest first."""
    return tuple(list(found.frame[found.frame["direction"] == way].itertuples()) for way in ("fell", "rose"))


def frame(**ends) -> pd.DataFrame:
    rows = [(u, y, v) for u, pair in ends.items() for y, v in zip((2010, 2020), pair, strict=True)]
    return pd.DataFrame(rows, columns=["unit", "year", "value"])


def test_published_largest_falls(mirror):
    """Democracy Report 2025 (V-Dem v15): Hungary leads the falls of 2004–2024; Mexico is among the ten."""
    file = mirror / "vdem" / "15-indices" / "vdem_v15_indices_intervals_1990_2024.csv"
    data = pd.read_csv(file, keep_default_na=False, na_values={"v2x_libdem": [""]})
    found = movers(data.rename(columns={"country_text_id": "unit", "v2x_libdem": "value"}), 2004, 2024)
    falls = [m.unit for m in falls_and_rises(found)[0]]
    assert falls[0] == "HUN" and {"HUN", "NIC", "IND", "MEX", "GRC"} <= set(falls)
    assert found.n == 177 and found.n == found.n_fell + found.n_rose + found.n_unchanged


def test_ties_are_listed_by_code_share_a_rank_and_those_cut_are_counted():
    data = frame(D=(0.5, 0.402), B=(0.505, 0.407), C=(0.5, 0.2), A=(0.298, 0.2), E=(0.1, 0.2), F=(0.3, 0.3))
    found = movers(data, 2010, 2020, most=2)
    falls, rises = falls_and_rises(found)
    assert [(m.rank, m.unit, m.difference) for m in falls] == [(1, "C", -0.3), (2, "A", -0.098)]
    assert found.falls_cut == 2 and found.rises_cut == 0
    assert [m.tied for m in falls] == [0, 2], "the two that are cut are tied as well"
    assert [(m.rank, m.unit, m.first_value, m.last_value) for m in rises] == [(1, "E", 0.1, 0.2)]
    assert (found.n, found.n_fell, found.n_rose, found.n_unchanged) == (6, 4, 1, 1)


def test_ranks_agree_with_change_and_brute_force():
    draw = np.random.default_rng(9)
    data = frame(**{f"U{i:02}": tuple(draw.uniform(size=2).round(2)) for i in range(80)})
    found = movers(data, 2010, 2020, most=80)
    hundredths = (data.pivot(index="unit", columns="year", values="value") * 100).round().astype(int)
    moved = (hundredths[2020] - hundredths[2010]).sort_index().sort_values(kind="stable")
    falls, rises = falls_and_rises(found)
    assert [m.unit for m in falls] == list(moved[moved < 0].index)
    for m in falls:
        whole = change(data, m.unit, 2010, 2020)
        assert (m.rank, m.tied) == (whole.rank_fall, whole.tied)
    for m in rises:
        assert m.rank == change(data, m.unit, 2010, 2020).rank_rise
    again = movers(data.sample(frac=1, random_state=2), 2010, 2020, most=80)
    assert found == again and found.frame.equals(again.frame)


def test_faults_are_named():
    with pytest.raises(ModelError, match="most is 0"):
        movers(frame(A=(1, 2)), 2010, 2020, most=0)
    with pytest.raises(ModelError, match="from 2020 to 2010"):
        movers(frame(A=(1, 2)), 2020, 2010)
