"""One series after an event: ranks by brute force, what would have been seen, and years that no break parts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.countries import countries
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.civic_space.shocks.outcome import detectable, gap_place, series_after

CODES = ["MEX", *("ARG", "BOL", "BRA", "CHL", "COL", "CRI", "CUB", "DOM", "ECU", "SLV", "GTM", "HTI",
                  "HND", "JAM", "NIC", "PAN", "PRY", "PER", "URY", "VEN", "TTO", "GUY")]  # fmt: skip


def panel(id: str = "v2xcs_ccsi", years=range(2000, 2024), jump: float = 0.0, event: int = 2012, seed: int = 0):
    rng = np.random.default_rng(seed)
    rows = []
    for number, code in enumerate(CODES):
        values = 0.5 + number / 500 + 0.01 * rng.normal(size=len(years)).cumsum()
        for year, value in zip(years, values, strict=True):
            rows.append((code, year, value + jump * (code == "MEX" and year >= event)))
    return pd.DataFrame(rows, columns=["iso3", "year", id])


def after(frame, id: str = "v2xcs_ccsi", year: int = 2012, rule: str = "all"):
    return series_after(frame, id, "MEX", year, rule, "embedded")


def test_the_countries_made_up_here_are_countries():
    assert set(CODES) <= {one.iso3 for one in countries()}


def test_a_large_jump_is_first_with_one_over_n_and_its_answer_changes_with_the_data():
    jumped, still = after(panel(jump=-0.3, seed=1)), after(panel(seed=1))
    for way in ("gap", "level"):
        place = jumped.place(way)
        assert (place.rank, place.n, place.p) == (1, len(CODES), 1 / len(CODES)), way
        assert still.place(way).rank > 1
    assert jumped.place("level").date_rank == 1 and jumped.place("level").dates == 24 - 5


def test_a_gap_is_ranked_by_how_much_larger_it_became_and_carries_the_fit_before():
    one = after(panel(jump=-0.02))
    gaps = pd.concat([one.control.path.set_index("time")[["gap"]], one.control.placebo_gaps], axis=1)
    before, late = ((gaps.loc[span] ** 2).mean() ** 0.5 for span in (slice(None, 2011), slice(2012, None)))
    ratios, place = late / before, gap_place(one.control)
    assert place.estimate == pytest.approx(gaps["gap"].loc[2012:].mean()) and place.n == len(CODES) == len(ratios)
    assert (place.fit, place.rms_after) == (pytest.approx(before["gap"]), pytest.approx(late["gap"]))
    assert place.rank == (ratios >= ratios["gap"] * (1 - 1e-9)).sum() and place.p == place.rank / len(CODES)
    assert place.detectable is None


def test_a_gap_that_was_as_large_before_the_event_is_not_far_out():
    """A country whose path no donor follows has a large gap on either side: of raw gaps, its would be the first."""
    frame = panel(seed=2)
    frame.loc[frame["iso3"] == "MEX", "v2xcs_ccsi"] += 0.3 * (-1) ** frame["year"]
    one = after(frame)
    others = one.control.placebo_gaps.loc[2012:].abs().mean()
    assert one.control.path.set_index("time").loc[2012:, "gap"].abs().mean() > others.max()
    assert gap_place(one.control).rank > len(CODES) / 2


def test_a_path_without_error_before_the_event_has_no_place():
    frame = panel()
    frame.loc[frame["iso3"] == "MEX", "v2xcs_ccsi"] = frame.loc[frame["iso3"] == "BRA", "v2xcs_ccsi"].to_numpy()
    place = gap_place(after(frame).control)
    assert (place.rank, place.p) == (None, None) and place.fit == pytest.approx(0)


@pytest.mark.parametrize(
    ("values", "turns"),
    [
        ([0.5, 0.6, 0.4, 0.415], [(2011, 0.5), (2012, 0.6), (2014, 0.415)]),  # the last move is below the step
        ([0.5, 0.6, 0.3, 0.45], [(2011, 0.5), (2012, 0.6), (2013, 0.3), (2014, 0.45)]),
        ([0.5, 0.515, 0.485, 0.5], [(2011, 0.5), (2014, 0.5)]),
        ([0.5, 0.4, 0.5, 0.7], [(2011, 0.5), (2012, 0.4), (2014, 0.7)]),
        ([0.5, 0.5, 0.5, 0.5], [(2011, 0.5), (2014, 0.5)]),
        ([0.9, 0.8, 0.7, 0.6], [(2011, 0.9), (2014, 0.6)]),
    ],
)
def test_what_a_series_did_is_told_in_order_to_its_newest_value(values, turns):
    years = range(2000, 2015)
    rows = [("MEX", year, 0.5 if year < 2011 else values[year - 2011]) for year in years]
    frame = pd.DataFrame(rows, columns=["iso3", "year", "v2xcs_ccsi"])
    assert after(frame).turns == turns


def test_ties_share_the_better_place_and_the_larger_p():
    frame = panel()
    frame["v2xcs_ccsi"] = 0.5
    place = after(frame).place("slope")
    assert (place.rank, place.p, place.estimate) == (1, 1.0, 0.0)


@pytest.mark.parametrize("n", [19, 39, 174])
def test_the_smallest_change_seen_is_seen_in_four_of_five(n):
    others = np.random.default_rng(n).normal(0.3, 1, n)
    size = detectable(others)

    def seen(change: float) -> float:
        ranks = [(np.abs(others) >= abs(one + change)).sum() + 1 for one in others]
        return float((np.array(ranks) <= 0.05 * (n + 1)).mean())

    assert min(seen(size + 1e-6), seen(-size - 1e-6)) >= 0.8 - 1 / n
    assert min(seen(size * 0.7), seen(-size * 0.7)) < 0.8
    assert detectable(others[:18]) is None and detectable(others[:19]) is not None


def test_no_year_beyond_a_change_of_method_is_compared_and_a_look_back_is_a_year_later():
    one = after(panel("rsf_score", range(2013, 2027)), "rsf_score", 2017)
    assert (one.event, one.first, one.last, one.before, one.after) == (2018, 2013, 2021, 5, 4)
    assert after(panel("rsf_score", range(2013, 2027)), "rsf_score", 2022).first == 2022
    assert after(panel("wjp_46", range(2013, 2025)), "wjp_46", 2017).event == 2017


def test_values_that_may_be_drawn_only_are_withheld_from_all_but_drawings():
    one = after(panel("wjp_46", range(2010, 2025)), "wjp_46", 2017)
    assert not one.open and isinstance(one.drawn(one.control.path), Withheld)
    assert after(panel()).drawn(1) == 1


def test_what_few_years_allow():
    assert after(panel(), year=2023).control is None and not after(panel(), year=2023).long_enough
    one = after(panel(years=range(2000, 2024)), year=2022)  # two years from it on: no lines, a synthetic control
    assert not one.can_be_fitted and [place.way for place in one.places] == ["gap"]
    assert one.place("slope") is None and one.interrupted("slope") is None
    late = after(panel(years=range(2011, 2024)))
    assert late.before == 1 and late.control is None and late.places == ()
    assert after(panel(years=range(2010, 2024))).control is not None
    assert after(panel(years=range(2009, 2024))).can_be_fitted


def test_fewer_than_ten_donors_make_no_synthetic_control():
    ten, nine = (panel()[lambda f, n=n: f["iso3"].isin(CODES[: n + 1])] for n in (10, 9))
    assert after(ten).pool("all") == 10 and after(ten).control is not None
    assert after(nine).pool("all") == 9 and after(nine).control is None
    assert [place.way for place in after(nine).places] == ["level", "slope"]


def test_countries_that_lack_a_year_are_no_donors_but_stay_among_the_ranked():
    frame = panel()
    frame = frame[~((frame["iso3"] == "CUB") & (frame["year"] == 2005))]
    one = after(frame)
    assert one.pool("all") == len(CODES) - 2 and "CUB" not in set(one.control.donors["unit"])
    assert one.place("slope").n == len(CODES)
    assert one.control_by("all", without=("BRA",)).donors.set_index("unit")["weight"]["BRA"] == 0


def test_steps_are_counted_between_years_that_follow_one_another():
    frame = pd.DataFrame({"iso3": ["MEX"] * 4 + ["BRA"] * 3, "year": [2000, 2001, 2002, 2004, 2000, 2001, 2002],
                          "v2xcs_ccsi": [0.5, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6]})  # fmt: skip
    assert after(frame).steps == (3, 4)


def test_the_scale_is_that_of_the_measure_or_what_is_seen_of_it():
    assert after(panel()).reach == 1.0
    open_ended = panel("v2csreprss")
    assert after(open_ended, "v2csreprss").reach == pytest.approx(np.ptp(open_ended["v2csreprss"]))
    one = after(panel())
    assert one.spread == pytest.approx(one.rows[one.rows["year"] == 2011]["value"].std())
