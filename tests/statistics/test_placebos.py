from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from matplotlib.collections import LineCollection
from scipy import stats

from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import DisclosureError, ModelError
from ogp_analysis.base.words import use_language
from ogp_analysis.statistics.interrupted import interrupted
from ogp_analysis.statistics.placebos import Placebo, placebo

UNITS = ["ARG", "BRA", "CHL", "MEX", "PER", "URY"]


def panel(seed: int = 1, units: list[str] = UNITS, step: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame([(u, y) for u in units for y in range(2004, 2024)], columns=["iso3", "year"])
    frame["value"] = np.concatenate([rng.normal(size=20).cumsum() for _ in units]).round(3)
    frame["other"] = np.concatenate([rng.normal(size=20).cumsum() for _ in units])
    frame.loc[(frame["iso3"] == "MEX") & (frame["year"] >= 2015), "value"] += step
    return frame


def by_statsmodels(frame: pd.DataFrame, unit: str, date: int, outcome: str = "value") -> tuple[float, float]:
    own = frame[frame["iso3"] == unit].dropna(subset=[outcome]).sort_values("year")
    t, after = own["year"] - date, own["year"] >= date
    x = np.column_stack([np.ones(len(own)), t, after, t * after]).astype(float)
    kwds = {"maxlags": 2, "use_correction": True}
    fit = sm.OLS(own[outcome], x).fit(cov_type="HAC", cov_kwds=kwds, use_t=True)
    return fit.params.iloc[3], fit.bse.iloc[3]


def test_all_units_and_dates_are_fitted_as_one_by_one():
    frame = panel()
    frame.loc[[3, 25, 26], "value"] = np.nan
    found = placebo(frame.sample(frac=1, random_state=1), "value", "iso3", "year", treated="MEX", event=2015)
    every = found.estimates_of_all
    assert len(every) == 6 * 15 and sorted(set(every["date"])) == list(range(2007, 2022))
    for row in every.itertuples():
        estimate, error = by_statsmodels(frame, row.unit, int(row.date))
        assert (row.estimate, row.std_error) == pytest.approx((estimate, error), rel=1e-6)
        n = frame.loc[frame["iso3"] == row.unit, "value"].notna().sum()
        assert row.nominal_p == pytest.approx(2 * stats.t.sf(abs(estimate / error), n - 4), rel=1e-5)


def test_ranks_count_from_the_largest_in_either_direction():
    frame = panel()
    found = placebo(frame, ["value", "other"], "iso3", "year", treated="MEX", event=2015, band=2.0)
    sizes = {u: abs(by_statsmodels(frame, u, 2015)[0]) for u in UNITS}
    ts = {u: abs(np.divide(*by_statsmodels(frame, u, 2015))) for u in UNITS}
    for by, pool in (("size", sizes), ("t", ts)):
        place = found.place("units", by)
        assert (place.rank, place.n) == (sum(v >= pool["MEX"] for v in pool.values()), 6)
        assert place.p_value == place.rank / 6
    before = frame[frame["year"] == 2014].set_index("iso3")["value"]
    near = [u for u in UNITS if abs(before[u] - before["MEX"]) <= 2.0]
    assert 1 < len(near) < 6
    place = found.place("units_in_band")
    assert (place.n, place.rank) == (len(near), sum(sizes[u] >= sizes["MEX"] for u in near))
    own = [abs(by_statsmodels(frame, "MEX", d)[0]) for d in range(2007, 2022)]
    place = found.place("dates")
    assert (place.rank, place.n, place.p_value) == (sum(v >= own[8] for v in own), 15, None)
    other = abs(np.divide(*by_statsmodels(frame, "MEX", 2015, "other")))
    place = found.place("outcomes", "t")
    assert (place.rank, place.n, place.p_value) == (1 + (other > ts["MEX"]), 2, None)
    assert found.place("outcomes") is None and found.p_value == found.place("units").p_value


def test_a_p_value_is_never_below_one_over_n():
    found = placebo(panel(step=100.0), "value", "iso3", "year", treated="MEX", event=2015, term="level")
    assert found.place("units").rank == 1 and found.p_value == 1 / 6


def test_a_series_that_never_moves_is_last_and_rejects_nothing():
    frame = panel()
    frame.loc[frame["iso3"] == "URY", "value"] = 0.7
    found = placebo(frame, "value", "iso3", "year", treated="MEX", event=2015)
    flat = found.estimates_of_all[found.estimates_of_all["unit"] == "URY"]
    assert (flat["estimate"] == 0).all() and (flat["statistic"] == 0).all() and (flat["nominal_p"] == 1).all()
    assert (flat["std_error"] == 0).all()
    assert found.place("units", "t").n == 6
    still = placebo(frame, "value", "iso3", "year", treated="URY", event=2015)
    assert (still.place("units").rank, still.p_value) == (6, 1.0)


def test_rejections_are_counted_among_the_other_units():
    frame = panel(units=[f"U{i:02}" for i in range(40)] + ["MEX"], seed=5)
    found = placebo(frame, "value", "iso3", "year", treated="MEX", event=2015)
    every = found.estimates_of_all
    for row in found.rejections[found.rejections["test"] == "slope"].itertuples():
        others = every[(every["date"] == row.date) & (every["unit"] != "MEX")]
        assert (row.n, row.rejected) == (40, (others["nominal_p"] < 0.05).sum())
        assert row.share == row.rejected / 40
    fit = interrupted(frame[frame["iso3"] == "U07"], "value", "year", 2015)
    assert set(found.rejections["test"]) == {"level", "slope", "level and slope"}
    assert found.rejections.groupby("test")["share"].mean()["slope"] > 0.2  # a random walk: the trap itself
    assert fit.nominal["p_value"].between(0, 1).all()


def test_a_p_value_of_the_nominal_size_rejects_nothing(monkeypatch):
    frame, how = panel(), {"treated": "MEX", "event": 2015}
    every = placebo(frame, "value", "iso3", "year", **how).estimates_of_all
    largest = every.loc[(every["date"] == 2015) & (every["unit"] != "MEX"), "nominal_p"].max()
    monkeypatch.setattr(sys.modules[Placebo.__module__], "NOMINAL", largest)
    found = placebo(frame, "value", "iso3", "year", **how).rejections
    [row] = found[(found["test"] == "slope") & (found["date"] == 2015)].itertuples()
    assert (row.n, row.rejected) == (5, 4)


def test_any_estimator_gives_the_same_ranks():
    frame = panel()

    def fitted(frame, *, outcome, unit, event, rng):
        return interrupted(frame[frame["iso3"] == unit], outcome, "year", event)

    how = {"treated": "MEX", "event": 2015, "band": 2.0}
    fast, slow = (placebo(frame, "value", "iso3", "year", estimator=e, **how) for e in (None, fitted))
    pd.testing.assert_frame_equal(fast.frame, slow.frame)
    pd.testing.assert_frame_equal(fast.estimates_of_all, slow.estimates_of_all, rtol=1e-7)
    own = fast.rejections[fast.rejections["test"] == "slope"].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, slow.rejections.reset_index(drop=True))


def test_chance_is_seeded_by_what_is_asked_for():
    def chance(frame, *, outcome, unit, event, rng):
        return (rng.normal(), None)

    how = {"treated": "MEX", "event": 2015, "estimator": chance, "term": "x"}
    whole, part = (placebo(panel(units=u), "value", "iso3", "year", **how).estimates_of_all for u in (UNITS, UNITS[2:]))
    both = whole.merge(part, on=["unit", "date"])
    assert len(both) == 4 * 15 and (both["estimate_x"] == both["estimate_y"]).all()
    assert whole["estimate"].nunique() == len(whole)
    other = placebo(panel(), "value", "iso3", "year", seed=1, **how)
    assert other.estimates_of_all["estimate"].tolist() != whole["estimate"].tolist()
    assert other.place("units", "t") is None


def test_units_without_an_estimate_are_left_out_and_counted():
    frame = panel()
    frame.loc[(frame["iso3"] == "PER") & (frame["year"] >= 2015), "value"] = np.nan
    found = placebo(frame, "value", "iso3", "year", treated="MEX", event=2015)
    assert found.place("units").n == 5 and found.left_out == (("too few values", 1),)
    assert placebo(panel(), "value", "iso3", "year", treated="MEX", event=2015).left_out == ()

    def some(frame, *, outcome, unit, event, rng):
        if unit == "ARG":
            raise ModelError("here", "there is none", "Go on")
        return None if unit == "BRA" else (1.0, 0.5)

    assert placebo(frame, "value", "iso3", "year", treated="MEX", event=2015, estimator=some).n == 4
    with pytest.raises(ModelError, match="there is none"):
        placebo(frame, "value", "iso3", "year", treated="ARG", event=2015, estimator=some)


def test_dates_can_be_named():
    found = placebo(panel(), "value", "iso3", "year", treated="MEX", event=2015, dates=[2012, 2018])
    assert sorted(set(found.estimates_of_all["date"])) == [2012, 2015, 2018]


@pytest.mark.parametrize(("how", "fault"), [
    ({"treated": "USA"}, "'USA' is not a unit of the frame"),
    ({"unit": "code"}, "1 columns are absent, 'code'"),
    ({"outcomes": "gone"}, "1 columns are absent"),
    ({"term": "sin 1"}, "has no term 'sin 1'"),
    ({"event": 2023}, "MEX has no estimate at 2023"),
    ({"estimator": lambda frame, **_: 3}, "the estimator returned int"),
])  # fmt: skip
def test_what_has_no_placebo_is_one_sentence(how, fault):
    how = {"outcomes": "value", "unit": "iso3", "treated": "MEX", "event": 2015, **how}
    with pytest.raises(ModelError, match=fault):
        placebo(panel(), how.pop("outcomes"), how.pop("unit"), "year", **how)


def test_one_unit_alone_and_drawn_values_are_refused():
    with pytest.raises(ModelError, match="no other unit has an estimate"):
        placebo(panel(units=["MEX"]), "value", "iso3", "year", treated="MEX", event=2015)
    with pytest.raises(DisclosureError):
        placebo(Withheld(panel(), ["fiw_e2"]), "value", "iso3", "year", treated="MEX", event=2015)


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_is_drawn_and_tabled(language):
    use_language(language)
    try:
        found = placebo(panel(), ["value", "other"], "iso3", "year", treated="MEX", event=2015, band=2.0)
        assert "estimates_of_all" not in repr(found), "tables are not part of what is said in short"
        assert found.table().frame["p_value"].tolist()[-1] == "not_applicable"
        drawn = found.plot()
        *_, line = [one for one in drawn.sheets[0].panels[0].artists if isinstance(one, LineCollection)]
        assert {x for x, _ in line.get_segments()[0]} == {found.estimates[0].estimate} and "MEX" in drawn.alt
    finally:
        use_language("en")
