"""Staggered adoption against brute force, and what a panel must be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics import group_time
from ogp_analysis.statistics.did import did

COLUMNS = {"outcome": "y", "unit": "unit", "time": "year", "cohort": "first"}


def panel(units=60, years=range(2000, 2008), cohorts=(2003, 2005, None), seed=1, effect=1.0) -> pd.DataFrame:
    """A panel with effects that grow, and a covariate that trends follow."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(units):
        first = cohorts[number % len(cohorts)]
        base, x = rng.normal(), rng.normal() + (first is not None) * 0.3
        for year in years:
            grown = effect * (1 + 0.2 * (year - first)) if first is not None and year >= first else 0.0
            y = base + 0.1 * (year - 2000) * (1 + x) + grown + rng.normal(0, 0.5)
            rows.append((f"u{number:03d}", year, y, first, x, number // 4))
    frame = pd.DataFrame(rows, columns=["unit", "year", "y", "first", "x", "region"])
    return frame.astype({"first": "Int64"})


def cell(frame: pd.DataFrame, g: int, t: int, base: int, control: str, lead: int = 0) -> float:
    wide = frame.pivot(index="unit", columns="year", values="y")
    first = frame.drop_duplicates("unit").set_index("unit")["first"].astype("float64").fillna(np.inf)
    change = wide[t] - wide[base]
    others = first == np.inf if control == "never" else (first > max(t, base) + lead) & (first != g)
    return change[first == g].mean() - change[others].mean()


@pytest.mark.parametrize("lead", [0, 1])
@pytest.mark.parametrize("base", ["varying", "universal"])
@pytest.mark.parametrize("control", ["never", "not_yet"])
def test_each_effect_is_a_difference_of_mean_changes(control, base, lead):
    frame = panel()
    fit = did(frame, **COLUMNS, control=control, base=base, anticipation=lead, draws=0)
    cells = fit.cells
    assert len(cells) == (14 if base == "varying" else 16)
    for one in cells.itertuples():
        last = one.cohort - 1 - lead
        before = last if base == "universal" or one.time >= one.cohort - lead else one.time - 1
        assert one.estimate == pytest.approx(cell(frame, one.cohort, one.time, before, control, lead), abs=1e-12)
        assert pd.isna(one.std_error) == (one.time == before)
        assert one.treated == 20
    sizes = cells.set_index(["cohort", "time"])["controls"]
    assert sizes[2003, 2003] == (20 if control == "never" else 40)
    assert sizes[2003, 2005 - lead] == 20  # from then on the cohort of 2005 may react


def test_averages_are_averages_of_effects():
    fit = did(panel(), **COLUMNS, control="never", draws=0)
    cells = fit.cells
    after = cells[cells["time"] >= cells["cohort"]]
    assert fit["ATT"].estimate == pytest.approx(after["estimate"].mean())  # cohorts of one size
    first = cells[cells["time"] == cells["cohort"]]
    assert fit["ATT(0)"].estimate == pytest.approx(first["estimate"].mean())
    by_cohort = after.groupby("cohort")["estimate"].mean()
    by_group = did(panel(), **COLUMNS, control="never", draws=0, by="group", overall="group")
    assert by_group["2003"].estimate == pytest.approx(by_cohort[2003])
    assert by_group["ATT"].estimate == pytest.approx(by_cohort.mean())
    by_year = after.groupby("time")["estimate"].mean()
    assert did(panel(), **COLUMNS, control="never", overall="calendar")["ATT"].estimate == pytest.approx(by_year.mean())
    events = did(panel(), **COLUMNS, control="never", draws=0, overall="event")
    assert events["ATT"].estimate == pytest.approx(
        after.assign(e=after["time"] - after["cohort"]).groupby("e")["estimate"].mean().mean()
    )
    assert [e.term for e in events.estimates[1:]] == [f"ATT({e:g})" for e in fit.when[1:]]


def test_the_doubly_robust_effect_by_hand():
    frame = panel(cohorts=(2003, None))
    wide = frame.pivot(index="unit", columns="year", values="y")
    of_unit = frame.drop_duplicates("unit").set_index("unit")
    x = sm.add_constant(of_unit["x"].to_numpy())
    d = of_unit["first"].notna().to_numpy().astype(float)
    change = (wide[2004] - wide[2002]).to_numpy()
    p = sm.Logit(d, x).fit(disp=0).predict(x)
    predicted = sm.OLS(change[d == 0], x[d == 0]).fit().predict(x)
    w = p * (1 - d) / (1 - p)
    told = {
        "regression": (change - predicted)[d == 1].mean(),
        "weighting": change[d == 1].mean() - (w * change).sum() / w.sum(),
        "doubly_robust": (change - predicted)[d == 1].mean() - (w * (change - predicted)).sum() / w.sum(),
    }
    for estimator, expected in told.items():
        fit = did(frame, **COLUMNS, covariates=["x"], estimator=estimator, draws=0)
        own = fit.cells.set_index(["cohort", "time"]).loc[(2003, 2004), "estimate"]
        assert own == pytest.approx(expected, abs=1e-9)
    assert did(frame, **COLUMNS, covariates=["x"], draws=0)["ATT"].estimate == fit["ATT"].estimate


def test_analytic_errors_are_those_of_a_bootstrap_of_units():
    frame = panel(units=120, years=range(2001, 2006), seed=4)
    ask = {**COLUMNS, "covariates": ["x"], "draws": 0}
    fit = did(frame, **ask)
    groups = np.array(list(frame.groupby("unit").indices.values()))  # units by years
    rng, found = np.random.default_rng(0), []
    for _ in range(150):
        drawn = groups[rng.integers(0, len(groups), len(groups))]
        again = frame.iloc[drawn.ravel()].assign(unit=np.repeat(np.arange(len(drawn)), drawn.shape[1]))
        found.append(did(again, **ask)["ATT"].estimate)
    assert fit["ATT"].std_error == pytest.approx(np.std(found), rel=0.15)


def dummies(frame: pd.DataFrame, *columns: np.ndarray):
    """Least squares on effects of units and years as columns."""
    fixed = pd.get_dummies(frame[["unit", "year"]].astype(str), drop_first=True, dtype=float).to_numpy()
    x = np.column_stack([*columns, np.ones(len(frame)), fixed])
    return sm.OLS(frame["y"].to_numpy(), x), x


@pytest.mark.parametrize("share", [0.0, 0.15])
def test_two_way_fixed_effects_are_a_regression_on_dummies(share):
    frame = panel().sample(frac=1 - share, random_state=3).sort_values(["unit", "year"])
    treated = (frame["year"] >= frame["first"].astype("float64").fillna(np.inf)).to_numpy().astype(float)
    model, x = dummies(frame, treated, frame["x"].to_numpy() * frame["year"].to_numpy())
    told = model.fit(cov_type="cluster", cov_kwds={"groups": pd.factorize(frame["unit"])[0]})
    frame = frame.assign(trend=frame["x"] * frame["year"])
    fit = did(frame, **COLUMNS, method="two_way", covariates=["trend"], unbalanced="keep", draws=0)
    assert fit["ATT"].estimate == pytest.approx(told.params[0], abs=1e-9)
    n, k = len(frame), x.shape[1]
    own = k - (frame["unit"].nunique() - 1)  # effects of units lie within clusters
    assert fit["ATT"].std_error == pytest.approx(told.bse[0] * np.sqrt((n - k) / (n - own)), rel=1e-9)
    assert fit.degrees == frame["unit"].nunique() - 1


def test_sun_abraham_is_callaway_santanna_with_controls_that_never_adopt():
    frame = panel()
    sun = did(frame, **COLUMNS, method="sun_abraham", draws=0)
    callaway = did(frame, **COLUMNS, control="never", base="universal", draws=0)
    told = callaway.cells.set_index(["cohort", "time"])
    own = sun.cells.set_index(["cohort", "time"])
    assert own["estimate"].to_dict() == pytest.approx(told["estimate"].to_dict(), abs=1e-10)
    assert own["treated"].to_dict() == told["treated"].to_dict()
    assert own["controls"].to_dict() == told["controls"].to_dict()
    assert sun.control == "never"


def test_sun_abraham_without_units_that_never_adopt_takes_the_last_cohort():
    frame = panel(cohorts=(2003, 2005, 2007))
    fit = did(frame, **COLUMNS, method="sun_abraham", draws=0)
    assert fit.control == "last" and dict(fit.left_out) == {"last_cohort": 60}
    assert fit.cells["time"].max() == 2006
    shown = frame[frame["year"] < 2007].assign(first=lambda f: f["first"].where(f["first"] < 2007))
    again = did(shown, **COLUMNS, method="sun_abraham", draws=0)
    assert again["ATT"].estimate == pytest.approx(fit["ATT"].estimate)
    assert "60 rows from the adoption of the last cohort on" in str(fit.notes())


@pytest.mark.parametrize("lead", [0, 1])
def test_imputation_is_what_a_regression_of_untreated_rows_lets_expect(lead):
    frame = panel().sample(frac=0.9, random_state=5).sort_values(["unit", "year"])
    first = frame["first"].astype("float64").fillna(np.inf)
    waiting = (frame["year"] < first - lead).to_numpy()
    _, x = dummies(frame)
    slopes = np.linalg.lstsq(x[waiting], frame["y"].to_numpy()[waiting], rcond=None)[0]
    treated = (frame["year"] >= first).to_numpy()
    effects = frame["y"].to_numpy()[treated] - x[treated] @ slopes
    fit = did(frame, **COLUMNS, method="imputation", anticipation=lead, unbalanced="keep", draws=0)
    assert fit["ATT"].estimate == pytest.approx(effects.mean(), abs=1e-9)
    event = (frame["year"] - first)[treated].to_numpy()
    assert fit["ATT(2)"].estimate == pytest.approx(effects[event == 2].mean(), abs=1e-9)
    by_group = did(frame, **COLUMNS, method="imputation", anticipation=lead, unbalanced="keep", draws=0, by="group")
    assert by_group["2003"].estimate == pytest.approx(effects[first[treated] == 2003].mean(), abs=1e-9)


def test_imputation_errors_by_hand():
    """The weights of the estimator on every row, times residuals around the mean of each cohort and year."""
    frame = panel(units=24)
    first = frame["first"].astype("float64").fillna(np.inf)
    treated = (frame["year"] >= first).to_numpy()
    _, x = dummies(frame)
    weights = treated / treated.sum()
    implied = -(weights @ x) @ np.linalg.pinv(x[~treated].T @ x[~treated]) @ x[~treated].T
    v = weights.copy()
    v[~treated] = implied
    y = frame["y"].to_numpy()
    slopes = np.linalg.lstsq(x[~treated], y[~treated], rcond=None)[0]
    left = pd.Series(y - x @ slopes)
    mean = left.groupby([first.to_numpy(), frame["year"].to_numpy()]).transform("mean")
    scores = pd.Series(v * np.where(treated, left - mean, left)).groupby(frame["unit"].to_numpy()).sum()
    fit = did(frame, **COLUMNS, method="imputation", draws=0)
    assert fit["ATT"].std_error == pytest.approx(np.sqrt((scores**2).sum()), rel=1e-9)
    assert v @ y == pytest.approx(fit["ATT"].estimate)


def test_leads_of_imputation_are_held_against_the_times_before_them():
    frame = panel(cohorts=(2005, None))
    fit = did(frame, **COLUMNS, method="imputation", draws=0)
    assert [e for e in fit.when if e < 0] == [-4, -3, -2, -1]  # one time is left to hold them against
    waiting = frame[frame["year"] < frame["first"].astype("float64").fillna(np.inf)]
    event = (waiting["year"] - waiting["first"].astype("float64")).to_numpy()
    model, _ = dummies(waiting, *(np.nan_to_num(event, nan=99.0) == e for e in (-4, -3, -2, -1)))
    assert [fit[f"ATT({e})"].estimate for e in (-4, -3, -2, -1)] == pytest.approx(model.fit().params[:4].tolist())


def test_controls_that_are_almost_sure_to_adopt_have_no_weight(monkeypatch):
    rng = np.random.default_rng(0)
    treated, change = np.array([1.0] * 4 + [0.0] * 4), rng.normal(size=8)
    x = np.ones((8, 1))
    for probability, kept in ((0.9949, [4, 5, 6, 7]), (0.9951, [4, 5, 6])):
        p = np.array([0.5] * 7 + [probability])
        monkeypatch.setattr(group_time, "propensities", lambda *_, p=p: (p, np.zeros((1, 1))))
        w = (p / (1 - p))[kept]
        effect, _ = group_time.Adjustment(treated, x, "weighting", "did").effect(change)
        assert effect == pytest.approx(change[:4].mean() - (w * change[kept]).sum() / w.sum())


@pytest.mark.parametrize(("size", "refused"), [(900, False), (1200, True)])
def test_units_without_their_like_among_controls_are_refused(size, refused):
    """One control of that many units with a covariate of 1."""
    x = np.column_stack([np.ones(size + 10), [0.0] * 10 + [1.0] * size])
    treated = np.array([0.0, 1.0] * 5 + [0.0] + [1.0] * (size - 1))
    if refused:
        with pytest.raises(ModelError, match="covariates part its 1204 units from the controls"):
            group_time.propensities(treated, x, "did")
    else:
        assert group_time.propensities(treated, x, "did")[0][-1] == pytest.approx(1 - 1 / size)


def test_the_comparisons_make_up_the_two_way_estimate():
    for cohorts in ((2003, 2005, None), (2002, 2003, 2006)):
        fit = did(panel(cohorts=cohorts), **COLUMNS, method="two_way", draws=0)
        parts = fit.comparisons
        assert parts["weight"].sum() == pytest.approx(1)
        assert (parts["weight"] * parts["estimate"]).sum() == pytest.approx(fit["ATT"].estimate, abs=1e-12)
        assert (parts["weight"] > 0).all()
        assert set(parts["kind"]) == {"earlier_later", "later_earlier"} | (
            {"treated_never"} if None in cohorts else set()
        )
    assert did(panel(), **COLUMNS).comparisons is None


def test_two_way_events_without_units_that_never_adopt_fix_the_earliest_too():
    for cohorts, told in (
        ((2003, 2004, 2006), ["ATT(-6)", "ATT(-1)"]),
        ((2003, 2005), ["ATT(-5)", "ATT(-4)", "ATT(-1)"]),
    ):
        fit = did(panel(cohorts=cohorts), **COLUMNS, method="two_way", draws=0)
        assert [e.term for e in fit.estimates if e.std_error is None] == told


def test_effects_without_controls_are_in_no_mean_and_counted():
    frame = panel(cohorts=(2003, 2005))
    for method in ("callaway_santanna", "imputation"):
        fit = did(frame, **COLUMNS, method=method, draws=0)
        assert fit.cells["time"].max() == 2004  # from 2005 on nobody waits
        assert "6 effects of a cohort in a year have no unit to compare with" in str(fit.notes())
        assert "no unit to compare" not in str(did(panel(), **COLUMNS, method=method, draws=0).notes())


def test_times_with_gaps_are_refused_where_the_time_before_adoption_may_not_be_seen():
    frame = panel()
    frame = frame[frame["year"] != 2001]
    for method in ("sun_abraham", "two_way"):
        with pytest.raises(ModelError, match="times are not one apart at 1 places, for example 2000 and 2002"):
            did(frame, **COLUMNS, method=method)
    fit = did(frame, **COLUMNS, control="never", base="universal", draws=0)
    assert fit["ATT(-3)"].estimate == pytest.approx(cell(frame, 2003, 2000, 2002, "never"), abs=0.5)
    with pytest.raises(ModelError, match="sensitivity: times are not one apart"):
        fit.sensitivity()


def test_anticipation_moves_the_reference():
    frame = panel(cohorts=(2004, None))
    for method in ("sun_abraham", "two_way"):
        fit = did(frame, **COLUMNS, method=method, anticipation=1, draws=0)
        assert [e.term for e in fit.estimates if e.std_error is None] == ["ATT(-2)"]
    two_way = did(frame, **COLUMNS, method="two_way", anticipation=1, draws=0)
    first = frame["first"].astype("float64").fillna(np.inf)
    model, _ = dummies(frame, frame["year"] >= first, (frame["year"] < first) & (frame["year"] >= first - 1))
    assert two_way["ATT"].estimate == pytest.approx(model.fit().params[0])


def test_clusters_of_units_sum_what_units_contribute():
    frame = panel()
    alone, grouped = (did(frame, **COLUMNS, cluster=c, draws=0) for c in (None, "region"))
    assert grouped["ATT"].estimate == alone["ATT"].estimate
    assert (grouped.clusters, alone.clusters) == (15, 60)
    assert grouped.clustered_by == (("region", 15),)
    influence = alone._effects.cells.psi
    codes = frame.drop_duplicates("unit")["region"].to_numpy()
    summed = np.array([influence[codes == c].sum(axis=0) for c in range(15)])
    told = np.sqrt((summed**2).sum(axis=0)) / len(influence)
    assert grouped.cells["std_error"].fillna(0).to_numpy(float) == pytest.approx(told)


def test_bands_hold_the_intervals_and_are_seeded():
    frame = panel(units=30)
    fit, again, other = (did(frame, **COLUMNS, seed=s) for s in (0, 0, 1))
    assert fit.frame.equals(again.frame) and not fit.frame.equals(other.frame)
    rows = fit.frame.dropna()
    assert len(rows) == 9 and (rows["band_low"] < rows["low"]).all() and (rows["band_high"] > rows["high"]).all()
    plain = did(frame, **COLUMNS, draws=0).frame.dropna()
    assert plain["band_low"].to_numpy() == pytest.approx(plain["low"].to_numpy())


def test_a_band_of_independent_estimates_reaches_as_far_as_theory_says():
    """The largest of 10 independent normal deviations: the quantile of one at the tenth root of the level."""
    from scipy import stats

    from ogp_analysis.statistics.group_time import simultaneous_critical_value

    influence = np.kron(np.eye(10), np.random.default_rng(1).normal(size=(400, 1)))
    found = simultaneous_critical_value(influence, np.arange(4000), 0.95, 9999, 0)
    assert found == pytest.approx(stats.norm.ppf((1 + 0.95**0.1) / 2), abs=0.05)


def test_units_treated_from_the_start_are_left_out_and_counted():
    frame = panel(cohorts=(2000, 2003, None))
    fit = did(frame, **COLUMNS)
    assert dict(fit.left_out) == {"treated_from_the_start": 160}
    assert fit.cohorts["units"].tolist() == [20, 20] and fit.n == 320
    assert "Left out: 160 rows of units treated from the first year on" in str(fit.notes())
    again = did(frame[frame["first"].fillna(9999) > 2000], **COLUMNS)
    assert again.frame.equals(fit.frame)


def test_missing_values_and_units_that_are_not_always_observed():
    frame = panel()
    frame.loc[5, "y"] = np.nan  # u000, 2005
    with pytest.raises(
        ModelError, match=r"1 of 60 units are not observed at every year, for example 'u000' in 2005\. Set"
    ):
        did(frame, **COLUMNS)
    dropped = did(frame, **COLUMNS, unbalanced="drop")
    assert dict(dropped.left_out) == {"y": 1, "unbalanced": 7} and dropped.n == 472
    kept = did(frame, **COLUMNS, unbalanced="keep")
    assert dict(kept.left_out) == {"y": 1} and kept.n == 479
    cells = kept.cells.set_index(["cohort", "time"])
    assert cells.loc[(2003, 2004), "treated"] == 20 and cells.loc[(2003, 2005), "treated"] == 19
    assert cells.loc[(2003, 2004), "estimate"] == pytest.approx(cell(frame, 2003, 2004, 2002, "not_yet"))
    assert kept.sizes[kept.when.index(2.0)] == 39


@pytest.mark.parametrize(
    ("change", "ask", "fault"),
    [
        (lambda f: f.drop(columns="y"), {}, r"did: 1 columns are absent, 'y'\."),
        (lambda f: f.assign(y=np.nan), {}, "no row of 480 has all of"),
        (lambda f: f.assign(y="a"), {}, r"'y' is str, not a number"),
        (lambda f: f.assign(y=True), {}, "'y' is bool, not a number"),
        (lambda f: f.assign(y=np.inf), {}, "'y' has 480 infinite values"),
        (lambda f: pd.concat([f, f.head(2)]), {}, r"2 rows repeat a unit and time, for example 'u000' in 2000"),
        (lambda f: f.assign(first=f["year"]), {}, "first varies within 60 units, for example 'u000'"),
        (lambda f: f.assign(first="2003"), {}, "first holds str, not times"),
        (lambda f: f.assign(first=f["first"].fillna(0)), {}, r"first is 0 or less in 20 units.*make it missing"),
        (lambda f: f.assign(first=pd.NA).astype({"first": "Int64"}), {}, "no unit adopts between 2000 and 2007"),
        (lambda f: f.assign(first=2000), {}, "all 60 units that adopt have no time before it"),
        (lambda f: f, {"anticipation": 9}, "all 40 units that adopt have no time before it"),
        (lambda f: f, {"anticipation": 0.5}, "anticipation is 0.5"),
        (lambda f: f, {"anticipation": True}, "anticipation is True"),
        (lambda f: f, {"anticipation": -1}, "anticipation is -1"),
        (lambda f: f[f["first"].notna()], {"control": "never"}, r"no unit of 40 is never treated"),
        (lambda f: f[f["first"] == 2003], {}, "no cohort has units to compare with"),
        (lambda f: f[f["first"] == 2003], {"method": "sun_abraham"}, "all 20 units adopt at the same time"),
        (lambda f: f[f["first"] == 2003], {"method": "imputation"}, "no unit is untreated at a time at which others"),
        (lambda f: f[f["first"] == 2003], {"method": "two_way"}, "effects follow from each other"),
        (lambda f: f, {"method": "two_way", "covariates": ["x"]}, "effects follow from each other"),
        (lambda f: f, {"method": "imputation", "covariates": ["x"]}, "a covariate follows from effects of units"),
        (lambda f: f, {"method": "guess"}, "method is 'guess'. Choices are 'callaway_santanna'"),
        (lambda f: f, {"overall": "mean"}, "overall is 'mean'"),
        (lambda f: f, {"unbalanced": "fill"}, "unbalanced is 'fill'"),
        (lambda f: f, {"control": "all"}, "control is 'all'. Choices are 'not_yet', 'never'"),
        (lambda f: f, {"method": "two_way", "control": "never"}, "method 'two_way' has no choice of control"),
        (lambda f: f, {"method": "two_way", "overall": "group"}, "two-way fixed effects have one mean effect"),
        (lambda f: f, {"draws": -1}, "draws is -1"),
        (lambda f: f, {"level": 95}, "level is 95"),
        (lambda f: f.assign(region=1), {"cluster": "region"}, "there is only one cluster"),
        (lambda f: f.assign(region=f["year"]), {"cluster": "region"}, "region varies within 60 units"),
        (lambda f: f.assign(x=f["first"].notna() * 1.0), {"covariates": ["x"], "estimator": "weighting"},
         r"cohort 2003: covariates part its 20 units from the controls"),
        (lambda f: f.assign(x=1.0), {"covariates": ["x"], "estimator": "regression"}, "a covariate does not vary"),
        (lambda f: f[f["unit"] < "u006"].assign(**{f"x{i}": f["year"] * (i + 2) % 7 for i in range(3)}),
         {"covariates": ["x0", "x1", "x2"], "estimator": "regression", "control": "never"},
         "2 controls for 3 covariates"),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_is_one_sentence(change, ask, fault):
    with pytest.raises(ModelError, match=fault) as refused:
        did(change(panel()), **{**COLUMNS, **ask})
    assert "\n" not in str(refused.value)


def test_trends_before_adoption_are_tested_where_they_can_be():
    frame = panel()
    fit = did(frame, **COLUMNS)
    tested = fit.pretrends
    assert tested.effects == 4  # each is seen of half of those that adopt
    assert did(panel(cohorts=(2003, 2003, 2005, None)), **COLUMNS).pretrends.effects == 2
    assert 0 < fit.pretrends_of_cells.p_value < 1 and fit.pretrends_of_cells.effects == 6
    few = did(panel(units=12), **COLUMNS)
    assert few.pretrends_of_cells == type(tested)(6, None, None)  # four effects of a cohort of four
    assert did(panel(cohorts=(2001, None)), **COLUMNS).pretrends.effects == 0
    early = did(frame, **COLUMNS, anticipation=1)
    assert early.pretrends_of_cells.effects == 4
    bent = frame.assign(y=frame["y"] + frame["first"].notna() * (frame["year"] - 2000) ** 2)
    assert did(bent, **COLUMNS).pretrends.p_value < 1e-6
    assert did(frame, **COLUMNS, method="two_way").pretrends_of_cells.effects == 0
    with pytest.raises(ModelError, match="does not distinguish cohorts"):
        did(frame, **COLUMNS, method="two_way", by="group")
    with pytest.raises(ModelError, match="by is 'cohort'"):
        did(frame, **COLUMNS, by="cohort")


def test_far_times_that_few_units_reach_are_neither_drawn_nor_tabled():
    fit = did(panel(cohorts=(2003, 2003, 2005, None)), **COLUMNS)
    assert [row for row in fit.table().frame["term"] if row.startswith("ATT")] == ["ATT"] + [
        f"ATT({e})" for e in range(-3, 5)
    ]
    assert "by time from the event, −3 to 4" in fit.plot().alt
    assert {"ATT(-5)", "ATT(-4)"} <= {*fit.frame["term"]}
    cohorts = did(panel(), **COLUMNS, by="group")
    assert cohorts.plot().name == "coefficients" and cohorts.frame["term"].tolist() == ["ATT", "2003", "2005"]
    frame = panel()
    frame.loc[5, "y"] = np.nan
    notes = str(did(frame, **COLUMNS, unbalanced="drop").notes())
    assert "Rows left out for a missing value: 1, by column y (1)." in notes
    assert "Left out: 7 rows of units that are not observed in every year." in notes


def test_bounds_on_trends():
    fit = did(panel(), **COLUMNS)
    found = fit.sensitivity()
    assert found.bounds == (0, 0.5, 1.0, 1.5, 2.0) and (found.leads, found.lags) == (4, 5)
    width = found.frame["high"] - found.frame["low"]
    assert (width.diff().dropna() > 0).all()
    assert found.point == pytest.approx(found.frame["estimate"].iloc[0])
    # With a bound of 0 it is the interval of the mean itself.
    assert found.frame["low"].iloc[0] == pytest.approx(found.point - 1.96 * found.point_error, abs=0.02)
    smooth = fit.sensitivity("smoothness")
    assert smooth.bounds[0] == 0 and smooth.bounds[-1] == pytest.approx(4 * smooth.bounds[1])
    assert did(panel(effect=0.0, seed=8), **COLUMNS).sensitivity().breakdown == 0
    assert found.breakdown is None or found.breakdown > 0
    assert found.plot().name == "coefficients" and "1.5" in found.table().to_csv()
    assert found.frame["term"].tolist() == ["0", "0.5", "1", "1.5", "2"]
    varying = did(panel(), **COLUMNS, base="varying").sensitivity()  # bounds take the universal base all the same
    assert varying.frame.equals(found.frame)
    for ask, fault in (
        ({"kind": "line"}, "kind is 'line'"),
        ({"bounds": [-1]}, "a bound is -1"),
    ):
        with pytest.raises(ModelError, match=fault):
            fit.sensitivity(**ask)
    with pytest.raises(ModelError, match="with imputation effects before and after adoption are not estimated alike"):
        did(panel(), **COLUMNS, method="imputation").sensitivity()
    with pytest.raises(ModelError, match="there are 1 times before the reference, 6 after it"):
        did(panel(cohorts=(2002, None)), **COLUMNS).sensitivity()
