from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.words.catalogue import use_language
from ogp_analysis.civic_space.measures.countries import countries_apart, directions, longest_segment, places

from .by_hand import joined, series

NOBODY = countries_apart({}, 2023)


def place(found, first=2013, last=2023, unit="A"):
    return places(found, unit, first, last, NOBODY)


# --- Places --------------------------------------------------------------------------------------------


def test_place_and_direction_of_a_unit_over_the_years_asked_for():
    frame = series(A=[(2013, 0.4), (2023, 0.6)], B=[(2013, 0.5), (2023, 0.5)], C=[(2023, 0.9)], D=[(2023, 0.5)])
    found = place({"one": frame}, unit="A")
    [row] = found.rows
    assert (row.year, row.n, row.rank, row.tied, row.percentile) == (2023, 4, 2, 0, 0.625)
    assert (row.first, row.last, row.direction, row.same_years) == (2013, 2023, "rose", True)
    [other] = place({"one": frame}, unit="B").rows
    assert (other.direction, other.rank, other.tied, other.percentile) == ("unchanged", 3, 1, 0.25), (
        "ties share place and share"
    )


def test_a_change_of_method_is_not_crossed_and_the_longest_run_is_told():
    before = series(A=[(2013, 50), (2021, 40)], B=[(2013, 10), (2021, 20)])
    after = series(A=[(2022, 60), (2023, 70)], B=[(2022, 10), (2023, 20)])
    [row] = place({"one": joined(before, after)}).rows
    assert (row.first, row.last, row.direction, row.same_years) == (2013, 2021, "fell", False)
    assert (row.year, row.rank) == (2023, 1), "its place is of the last year"
    assert place({"one": joined(before, after)}).n == 0


def test_a_measure_that_ends_early_is_told_over_other_years_and_not_counted():
    short = series(A=[(2013, 1), (2018, 2), (2030, 0)], B=[(2013, 0), (2018, 0)])
    found = place({"one": short}, unit="A")
    assert (found.rows[0].year, found.rows[0].last, found.rows[0].same_years) == (2018, 2018, False)
    assert (found.rose, found.n, found.case) == (0, 0, "none")


def test_a_unit_without_a_value_has_a_row_without_a_place():
    [row] = place({"one": series(B=[(2013, 1), (2023, 2)])}).rows
    assert (row.year, row.n, row.rank, row.direction) == (None, 0, None, None)
    [alone] = place({"one": series(A=[(2023, 1)])}).rows
    assert (alone.year, alone.rank, alone.direction, alone.first) == (2023, 1, None, None)
    assert place({"one": series()}).rows[0].year is None


def test_measures_that_part_and_that_go_together():
    up, down, flat = (series(A=[(2013, 1), (2023, 1 + step)]) for step in (1, -1, 0))
    apart = place({"up": up, "down": down, "flat": flat})
    assert (apart.case, apart.rose, apart.fell, apart.unchanged, apart.n) == ("apart", 1, 1, 1, 3)
    assert (apart.moved("rose"), apart.moved("fell")) == (("up",), ("down",))
    assert place({"up": up, "flat": flat}).case == "together"
    assert list(apart.frame["measure"]) == ["up", "down", "flat"]


def test_directions_are_exact_in_published_decimals():
    frame = series(A=[(2013, 0.1), (2023, 0.3 - 0.2)])
    assert place({"one": frame.round(3)}, unit="A").rows[0].direction == "unchanged"


# --- Countries placed apart, and directions ------------------------------------------------------------


def test_percentiles_are_made_among_the_units_that_all_measures_have():
    one = series(A=[(2023, 1)], B=[(2023, 2)], C=[(2023, 3)], D=[(2023, 4)], E=[(2023, 5)])
    two = series(A=[(2023, 40)], B=[(2023, 30)], C=[(2023, 20)], D=[(2023, 10)], F=[(2023, 1)])
    found = countries_apart({"one": one, "two": two}, 2023)
    assert (found.n, found.missing, found.measures) == (4, 2, ("one", "two"))
    first = found.countries[0]
    assert (first.unit, first.high, first.high_percentile, first.low, first.low_percentile) == (
        "A", "two", 0.875, "one", 0.125)  # fmt: skip
    assert [one.unit for one in found.countries] == ["A", "D", "B", "C"], "ties in the order of units"
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
    found = {one.unit: one.spread for one in countries_apart(frames, 2023).countries}
    assert found == pytest.approx(expected)


def test_no_country_in_common_and_one_measure_place_nobody_apart():
    found = countries_apart({"one": series(A=[(2023, 1)]), "two": series(B=[(2023, 1)])}, 2023)
    assert (found.n, found.missing, found.countries) == (0, 2, ())
    one = countries_apart({"one": series(A=[(2023, 1)])}, 2023)
    assert (one.n, one.missing, one.countries, one.plot(), one.table()) == (0, 1, (), (), ())


def test_units_that_one_measure_sees_rise_and_another_fall():
    one = series(A=[(2013, 1), (2023, 2)], B=[(2013, 1), (2023, 2)], C=[(2013, 1), (2023, 1)], D=[(2013, 1)])
    two = series(A=[(2013, 9), (2023, 5)], B=[(2013, 1), (2023, 2)], C=[(2013, 1), (2023, 0)], D=[(2013, 1), (2023, 2)])
    found = directions({"one": one, "two": two}, 2013, 2023)
    assert (found.n, found.opposed.count, found.first, found.last) == (3, 1, 2013, 2023)


def test_a_measure_whose_method_changed_between_the_years_has_no_direction():
    kept = series(A=[(2021, 1), (2022, 2)])
    broken = joined(series(A=[(2021, 53)]), series(A=[(2022, 47)]))
    found = directions({"kept": kept, "broken": broken}, 2021, 2022)
    assert found.measures == ("kept",)
    assert "Fewer than two publishers" in str(found.text())


def test_the_segment_that_spans_most_years_is_the_latest_of_those_that_do():
    parts = joined(series(A=[(2001, 1), (2003, 2)]), series(A=[(2004, 1)]), series(A=[(2005, 5), (2007, 6)]))
    assert longest_segment(parts, "A", 2000, 2010)["year"].tolist() == [2005, 2007]
    assert longest_segment(parts, "A", 2000, 2006)["year"].tolist() == [2001, 2003]
    assert len(longest_segment(parts, "B", 2000, 2006)) == 0


# --- Tables --------------------------------------------------------------------------------------------


@pytest.fixture
def in_english():
    use_language("en")
    yield
    use_language("en")


def test_places_have_no_value_of_a_measure_in_them(in_english):
    frames = {"fiw_e": series(MEX=[(2013, 8.25), (2023, 7.125)], KEN=[(2023, 6.5)]), "va_est": series(KEN=[(2023, 1)])}
    made = place(frames, unit="MEX").table()
    [row] = made.frame.to_dict("records")
    assert (row["rank"], row["n"], row["direction"], row["same_years"]) == (1, 2, "fell", True)
    assert not {8.25, 7.125, 6.5} & set(made.frame.select_dtypes("number").to_numpy().ravel())


def test_a_place_without_a_direction_says_that_it_has_none(in_english):
    made = place({"fiw_e": series(MEX=[(2023, 8)])}, unit="MEX").table()
    [row] = made.frame.to_dict("records")
    assert (row["direction"], row["same_years"]) == ("not_applicable", "not_applicable")
    payload = made.payload()["rows"][0]
    assert payload[7] is None, "no year its direction begins with"


def test_a_country_without_any_value_is_said_to_have_none(in_english):
    nothing = place({"fiw_e": series(KEN=[(2023, 8)])}, unit="MEX")
    assert (nothing.plot(), nothing.table()) == ((), ())
    assert str(nothing.text()).endswith("No measure of this edition has a value for Mexico.")


def test_countries_furthest_apart_are_named_with_both_measures_and_the_denominator(in_english):
    frames = {"v2xcs_ccsi": series(MEX=[(2023, 1)], KEN=[(2023, 2)], FRA=[(2023, 3)]),
              "va_est": series(MEX=[(2023, 3)], KEN=[(2023, 2)], FRA=[(2023, 1)], USA=[(2023, 1)])}  # fmt: skip
    made = countries_apart(frames, 2023).table(most=2)
    assert list(made.frame["place"]) == ["France", "Mexico"]
    assert made.frame["high"].tolist() == ["Core civil society", "Voice and accountability (WGI)"]
    assert "Among 3 countries" in made.caption and "in only some of them: 1" in made.caption
