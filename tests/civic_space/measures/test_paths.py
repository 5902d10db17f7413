from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words.catalogue import use_language
from ogp_analysis.civic_space.measures.catalogue import SURVEILLANCE
from ogp_analysis.civic_space.measures.paths import constant_units, paths_of_country

from .by_hand import joined, series


@pytest.fixture(autouse=True)
def in_english():
    use_language("en")
    yield
    use_language("en")


def row(rows: pd.DataFrame, first=0, last=9999) -> dict:
    """Return the row of the one measure, as plain values."""
    [found] = paths_of_country({"va_est": rows}, "MEX", first, last).frame.astype(object).to_dict("records")
    return {name: None if value is pd.NA else value for name, value in found.items()}


def test_a_path_has_its_ends_and_extremes():
    frame = series(MEX=[(2012, 5), (2014, 7), (2016, 7), (2020, 3), (2022, 4)], KEN=[(2012, 100)])
    found = row(frame, 2012, 2024)
    assert (found["years"], found["first"], found["last"], found["n"]) == (5, 2012, 2022, 5)
    assert (found["direction"], found["highest"], found["lowest"]) == ("fell", 2014, 2020)
    assert row(frame, 2013, 2016)["direction"] == "flat"


def test_a_flat_path_has_no_extremes_and_one_that_comes_back_is_unchanged():
    flat, back = series(MEX=[(2000, 0.832), (2018, 0.832)]), series(MEX=[(2000, 1), (2010, 2), (2018, 1)])
    assert (row(flat)["direction"], row(flat)["highest"]) == ("flat", None)
    assert (row(back)["direction"], row(back)["highest"]) == ("unchanged", 2010)


def test_a_path_keeps_to_one_method_and_counts_all_years():
    parts = joined(series(MEX=[(2012, 5), (2021, 6)]), series(MEX=[(2022, 1), (2024, 2)]))
    found = row(parts, 2012, 2024)
    assert [found[name] for name in ("years", "first", "last", "highest", "lowest")] == [4, 2012, 2021, 2021, 2012]


@pytest.mark.parametrize("rows", [series(), series(KEN=[(2012, 1)]), series(MEX=[(1990, 1)])])
def test_no_value_is_no_path(rows):
    found = paths_of_country({"va_est": rows}, "MEX", 2012, 2024)
    assert found.frame.empty and found.plot() == ()
    assert "0 in all" in str(found.text())


def test_one_year_has_no_direction_but_is_counted():
    found = row(series(MEX=[(2023, 40)]), 2012, 2024)
    assert (found["years"], found["first"], found["direction"]) == (1, None, "none")


def test_units_that_never_move_are_counted_among_those_with_several_years_in_the_last_segment():
    frame = series(A=[(2000, 1), (2001, 1)], B=[(2000, 1), (2001, 2)], C=[(2000, 1)])
    assert constant_units(frame) == (1, 2)
    assert constant_units(joined(series(B=[(1998, 1), (1999, 1)]), frame)) == (1, 2)


SEEN = {
    "va_est": series(MEX=[(2015, -0.1), (2021, 0.2)]),
    "wjp_46": series(MEX=[(2015, 0.663), (2018, 0.5), (2021, 0.448)]),
    "fiw_d4": series(MEX=[(2000, 1), (2012, 3), (2024, 3)]),
    "dsp_v2smgovsmmon": series(MEX=[(2000, 0.832), (2018, 0.832)], KEN=[(2000, 1), (2018, 2)]),
}


def test_what_asks_about_surveillance_comes_first_and_is_said_of_mexico_only():
    mexico = paths_of_country(SEEN, "MEX", 2012, 2024)
    assert mexico.frame["measure"].tolist() == [*SURVEILLANCE, "va_est"]
    fear, speech, privacy, private = (one.plain() for one in mexico.surveillance())
    assert "the same value, 0.832, in each of 2 years, 2000 to 2018" in fear and "Of 2 countries" in fear
    assert "rated 3 in each of 2 years, 2012 to 2024" in speech
    assert "highest in 2015, lowest in 2021, and from the first to the last it fell" in privacy
    assert private.startswith("Private civil liberties")
    assert "comparable years for Mexico between 2012 and 2024, 1 in all, fell: 0; rose: 1" in str(mexico.text())
    assert paths_of_country(SEEN, "KEN", 2000, 2024).surveillance() == ()


def test_paths_tell_years_and_directions_and_no_values():
    made = paths_of_country({id: SEEN[id] for id in ("fiw_d4", "wjp_46")}, "MEX", 2012, 2024).table()
    rows = made.frame
    assert len(rows) == 2 and rows["surveillance"].all()
    assert rows["direction"].tolist() == ["same value in every year", "fell"]
    assert rows["highest"].tolist() == ["not_applicable", 2015]
    assert not {0.663, 0.448} & set(rows.to_numpy().ravel())


def test_only_values_that_may_be_passed_on_are_tabled():
    made = paths_of_country(SEEN, "MEX", 2012, 2024).values()
    assert list(made.headings) == ["year", "va_est"] and not indicator("wjp_46").redistribute
    assert made.frame.set_index("year").loc[[2015, 2021], "va_est"].tolist() == [-0.1, 0.2]
    assert pd.isna(made.frame.set_index("year").loc[2024, "va_est"])


def test_measures_of_surveillance_have_a_figure_of_their_own_and_the_others_fifteen_a_figure():
    others = {f"v2x_{name}": SEEN["va_est"] for name in ("cspart", "civlib", "clpriv")}
    made = paths_of_country(SEEN | others, "MEX", 2012, 2024).plot()
    assert [one.name for one in made] == ["mexico_surveillance", "mexico_others_1"]
    assert [one.redistribute for one in made] == [False, True]
