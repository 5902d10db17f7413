from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.civic_space.standing import constant_units, directions, spread, standings, track


def series(**units) -> pd.DataFrame:
    """Return a series of hand-made units: lists of (year, value)."""
    rows = [(unit, year, value) for unit, values in units.items() for year, value in values]
    return pd.DataFrame(rows, columns=["unit", "year", "value"]).astype({"value": "float64"})


# --- Standings -----------------------------------------------------------------------------------------


def test_place_and_direction_of_a_unit_over_the_years_asked_for():
    frame = series(A=[(2013, 0.4), (2023, 0.6)], B=[(2013, 0.5), (2023, 0.5)], C=[(2023, 0.9)], D=[(2023, 0.5)])
    found = standings({"one": [frame]}, "A", 2013, 2023)
    [row] = found.rows
    assert (row.year, row.n, row.rank, row.tied, row.percentile) == (2023, 4, 2, 0, 0.625)
    assert (row.first, row.last, row.direction, row.same_years) == (2013, 2023, "rose", True)
    [other] = standings({"one": [frame]}, "B", 2013, 2023).rows
    assert (other.direction, other.rank, other.tied, other.percentile) == ("unchanged", 3, 1, 0.25), (
        "ties share place and share"
    )


def test_a_change_of_method_is_not_crossed_and_the_longest_run_is_told():
    before = series(A=[(2013, 50), (2021, 40)], B=[(2013, 10), (2021, 20)])
    after = series(A=[(2022, 60), (2023, 70)], B=[(2022, 10), (2023, 20)])
    [row] = standings({"one": [before, after]}, "A", 2013, 2023).rows
    assert (row.first, row.last, row.direction, row.same_years) == (2013, 2021, "fell", False)
    assert (row.year, row.rank) == (2023, 1), "its place is of the last year"
    assert standings({"one": [before, after]}, "A", 2013, 2023).n == 0


def test_a_measure_that_ends_early_is_told_over_other_years_and_not_counted():
    short = series(A=[(2013, 1), (2018, 2), (2030, 0)], B=[(2013, 0), (2018, 0)])
    found = standings({"one": [short]}, "A", 2013, 2023)
    assert (found.rows[0].year, found.rows[0].last, found.rows[0].same_years) == (2018, 2018, False)
    assert (found.rose, found.n, found.case) == (0, 0, "none")


def test_a_unit_without_a_value_has_a_row_without_a_place():
    [row] = standings({"one": [series(B=[(2013, 1), (2023, 2)])]}, "A", 2013, 2023).rows
    assert (row.year, row.n, row.rank, row.direction) == (None, 0, None, None)
    [alone] = standings({"one": [series(A=[(2023, 1)])]}, "A", 2013, 2023).rows
    assert (alone.year, alone.rank, alone.direction, alone.first) == (2023, 1, None, None)
    assert standings({"one": []}, "A", 2013, 2023).rows[0].year is None


def test_measures_that_part_and_that_go_together():
    up, down, flat = (series(A=[(2013, 1), (2023, 1 + step)]) for step in (1, -1, 0))
    apart = standings({"up": [up], "down": [down], "flat": [flat]}, "A", 2013, 2023)
    assert (apart.case, apart.rose, apart.fell, apart.unchanged, apart.n) == ("apart", 1, 1, 1, 3)
    assert (apart.moved("rose"), apart.moved("fell")) == (("up",), ("down",))
    assert standings({"up": [up], "flat": [flat]}, "A", 2013, 2023).case == "together"
    assert list(apart.frame["measure"]) == ["up", "down", "flat"]


def test_directions_are_exact_in_published_decimals():
    frame = series(A=[(2013, 0.1), (2023, 0.3 - 0.2)])
    assert standings({"one": [frame.round(3)]}, "A", 2013, 2023).rows[0].direction == "unchanged"


# --- Tracks --------------------------------------------------------------------------------------------


def test_a_track_has_its_ends_and_extremes():
    frame = series(A=[(2012, 5), (2014, 7), (2016, 7), (2020, 3), (2022, 4)], B=[(2012, 100)])
    found = track("one", [frame], "A", 2012, 2024)
    assert (found.years, found.first, found.last, found.n) == (5, 2012, 2022, 5)
    assert (found.direction, found.highest, found.lowest, found.case) == ("fell", 2014, 2020, "moved")
    assert track("one", [frame], "A", 2013, 2016).case == "flat"


def test_a_flat_track_gives_its_level_and_a_moved_one_none():
    assert track("one", [series(A=[(2000, 0.832), (2018, 0.832)])], "A").level == 0.832
    assert track("one", [series(A=[(2000, 1), (2010, 2), (2018, 1)])], "A").level is None
    assert track("one", [series(A=[(2000, 1), (2010, 2), (2018, 1)])], "A").direction == "unchanged"


def test_a_track_keeps_to_one_method_and_counts_all_years():
    parts = [series(A=[(2012, 5), (2021, 6)]), series(A=[(2022, 1), (2024, 2)])]
    found = track("one", parts, "A", 2012, 2024)
    assert (found.years, found.first, found.last, found.highest, found.lowest) == (4, 2012, 2021, 2021, 2012)


@pytest.mark.parametrize("parts", [[], [series(B=[(2012, 1)])], [series(A=[(1990, 1)])]])
def test_no_value_is_no_track(parts):
    found = track("one", parts, "A", 2012, 2024)
    assert (found.years, found.case, found.first) == (0, "none", None)


def test_one_year_is_no_track_but_is_counted():
    found = track("one", [series(A=[(2023, 40)])], "A", 2012, 2024)
    assert (found.years, found.first, found.case) == (1, None, "none")


def test_units_that_never_move_are_counted_among_those_with_several_years():
    frame = series(A=[(2000, 1), (2001, 1)], B=[(2000, 1), (2001, 2)], C=[(2000, 1)])
    assert constant_units(frame) == (1, 2)


# --- Spread and directions ----------------------------------------------------------------------------


def test_percentiles_are_made_among_the_units_that_all_measures_have():
    one = series(A=[(2023, 1)], B=[(2023, 2)], C=[(2023, 3)], D=[(2023, 4)], E=[(2023, 5)])
    two = series(A=[(2023, 40)], B=[(2023, 30)], C=[(2023, 20)], D=[(2023, 10)], F=[(2023, 1)])
    found = spread({"one": one, "two": two}, 2023)
    assert (found.n, found.missing, found.measures) == (4, 2, ("one", "two"))
    first = found.units[0]
    assert (first.unit, first.high, first.high_percentile, first.low, first.low_percentile) == (
        "A", "two", 0.875, "one", 0.125)  # fmt: skip
    assert [one.unit for one in found.units] == ["A", "D", "B", "C"], "ties in the order of units"
    half = found.at_least(0.5)
    assert (half.count, half.n) == (2, 4)


def test_spread_is_that_of_a_second_way_to_count():
    rng = np.random.default_rng(1)
    units = [f"U{i:02}" for i in range(40)]
    values = {name: rng.integers(0, 10, 40) for name in ("one", "two", "three")}
    frames = {n: pd.DataFrame({"unit": units, "year": 2023, "value": v.astype(float)}) for n, v in values.items()}

    def below(v, i):
        return (sum(w < v[i] for w in v) + sum(w == v[i] for w in v) / 2) / 40

    expected = {u: max(s) - min(s) for i, u in enumerate(units) for s in [[below(v, i) for v in values.values()]]}
    found = {one.unit: one.spread for one in spread(frames, 2023).units}
    assert found == pytest.approx(expected)


def test_no_unit_in_common_is_an_empty_spread_and_one_measure_is_none():
    found = spread({"one": series(A=[(2023, 1)]), "two": series(B=[(2023, 1)])}, 2023)
    assert (found.n, found.missing, found.units) == (0, 2, ())
    with pytest.raises(ModelError, match="1 measures"):
        spread({"one": series(A=[(2023, 1)])}, 2023)


def test_units_that_one_measure_sees_rise_and_another_fall():
    one = series(A=[(2013, 1), (2023, 2)], B=[(2013, 1), (2023, 2)], C=[(2013, 1), (2023, 1)], D=[(2013, 1)])
    two = series(A=[(2013, 9), (2023, 5)], B=[(2013, 1), (2023, 2)], C=[(2013, 1), (2023, 0)], D=[(2013, 1), (2023, 2)])
    found = directions({"one": one, "two": two}, 2013, 2023)
    assert (found.n, found.opposed.count, found.first, found.last) == (3, 1, 2013, 2023)
