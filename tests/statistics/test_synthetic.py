"""One unit beside weighted others: weights against a general optimiser, placebos by hand, and what a panel must be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.synthetic import synthetic_control
from ogp_analysis.statistics.synthetic_did import closest_mixture, synthetic_did

COLUMNS = {"outcome": "y", "unit": "unit", "time": "year", "treated": "A", "event": 2010}


def panel(donors="BCDEFGHIJ", years=range(2000, 2015), seed=1, effect=-3.0) -> pd.DataFrame:
    """The unit A is a third of each of B, C and D; a covariate follows what moves all of them."""
    rng = np.random.default_rng(seed)
    steps = {unit: np.cumsum(rng.normal(0, 1, len(years))) + rng.normal(0, 3) for unit in donors}
    steps["A"] = (steps["B"] + steps["C"] + steps["D"]) / 3 + rng.normal(0, 0.1, len(years))
    rows = []
    for unit, values in steps.items():
        for i, (year, value) in enumerate(zip(years, values, strict=True)):
            rows.append((unit, year, value + effect * (unit == "A" and year >= 2010), value + rng.normal(), i % 4))
    return pd.DataFrame(rows, columns=["unit", "year", "y", "x", "z"])


def simplex(points, target, ridge=0.0) -> np.ndarray:
    n = points.shape[1]
    return minimize(
        lambda w: ((points @ w - target) ** 2).sum() + ridge * (w**2).sum(),
        np.full(n, 1 / n),
        jac=lambda w: 2 * points.T @ (points @ w - target) + 2 * ridge * w,
        bounds=[(0, 1)] * n,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda w: np.ones(n)},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 2000},
    ).x


@pytest.mark.parametrize("ridge", [0.0, 3.0])
@pytest.mark.parametrize("seed", range(4))
def test_weights_are_those_of_a_general_optimiser(seed, ridge):
    rng = np.random.default_rng(seed)
    points, target = rng.normal(size=(12, 7)) * 4 + 2, rng.normal(size=12)
    found = closest_mixture(points, target, ridge)
    assert found.sum() == pytest.approx(1) and (found >= 0).all()
    assert found == pytest.approx(simplex(points, target, ridge), abs=1e-5)


def test_weights_of_a_target_among_the_donors():
    points = np.random.default_rng(0).normal(size=(5, 4))
    assert closest_mixture(points, points[:, 2]) == pytest.approx([0, 0, 1, 0], abs=1e-8)
    assert closest_mixture(np.ones((3, 4)), np.ones(3)) == pytest.approx([0.25] * 4)


def test_a_unit_made_of_others_is_found_and_its_change_too():
    fit = synthetic_control(panel(), **COLUMNS)
    weights = fit.donors.set_index("unit")["weight"]
    assert weights[["B", "C", "D"]].to_numpy() == pytest.approx([1 / 3] * 3, abs=0.1)
    assert fit["gap"].estimate == pytest.approx(-3, abs=0.3)
    assert fit.path["gap"].to_numpy() == pytest.approx((fit.path["treated"] - fit.path["synthetic"]).to_numpy())
    before = fit.path[fit.path["time"] < 2010]["gap"]
    assert fit.loss == pytest.approx((before**2).mean())
    assert fit["gap"].std_error is None and fit.predictors.empty and fit.starts == ()


def test_every_donor_is_a_placebo_without_the_treated_unit():
    frame = panel()
    fit = synthetic_control(frame, **COLUMNS)
    wide = frame.pivot(index="year", columns="unit", values="y")
    before, table = wide.index < 2010, fit.placebos.set_index("unit")
    for unit in "BCJ":
        others = [one for one in wide if one not in ("A", unit)]
        gap = wide[unit] - wide[others] @ closest_mixture(
            wide.loc[before, others].to_numpy(), wide.loc[before, unit].to_numpy()
        )
        assert table.loc[unit, "before"] == pytest.approx(np.sqrt((gap[before] ** 2).mean()))
        assert table.loc[unit, "after"] == pytest.approx(np.sqrt((gap[~before] ** 2).mean()))
        assert fit.placebo_gaps[unit].to_numpy() == pytest.approx(gap.to_numpy())
    assert table["ratio"].to_numpy() == pytest.approx((table["after"] / table["before"]).to_numpy())
    assert fit.placebos["unit"].iloc[0] == "A" and len(table) == 10
    assert (fit.rank, fit["gap"].p_value) == (1, pytest.approx(0.1))


def test_the_place_counts_those_at_least_as_large():
    fit = synthetic_control(panel(effect=0.0, seed=5), **COLUMNS)
    ratio = fit.placebos["ratio"].to_numpy()
    assert fit.rank == (ratio >= ratio[0]).sum() > 1
    assert fit["gap"].p_value == fit.rank / len(ratio)


def test_a_fit_without_error_has_no_place():
    exact = synthetic_control(panel(years=range(2006, 2015)), **COLUMNS)
    assert np.isinf(exact.placebos["ratio"].iloc[0]) and exact["gap"].p_value is None


def test_placebos_without_error_come_first():
    frame = panel(donors="BCDEFGHIJKLMNOP", years=range(2006, 2015))
    fit = synthetic_control(frame.assign(y=frame["y"] + 20 * (frame["unit"] == "A")), **COLUMNS)
    exact = int(np.isinf(fit.placebos["ratio"]).sum())
    assert exact and fit.rank > exact


def test_importance_is_searched_for_or_given():
    frame = panel()
    ask = {**COLUMNS, "predictors": [("x", None, None), ("x", 2005, 2009), ("y", 2008, 2008)], "placebos": False}
    fits = {how: synthetic_control(frame, **ask, importance=how) for how in ("search", "regression", "equal")}
    assert fits["search"].loss <= min(fits["regression"].loss, fits["equal"].loss) + 1e-12
    assert fits["search"].predictors["importance"].sum() == pytest.approx(1)
    assert [name for name, _ in fits["search"].starts] == ["regression", "equal", "random 1", "random 2"]
    assert fits["equal"].predictors["importance"].tolist() == pytest.approx([1 / 3] * 3)
    given = synthetic_control(frame, **ask, importance=[2, 2, 2])
    assert given.path.equals(fits["equal"].path)
    # The weights are those of the predictors, each in units of its standard deviation over all units.
    values = pd.concat([frame[frame["year"] < 2010].groupby("unit")["x"].mean(),
                        frame[frame["year"].between(2005, 2009)].groupby("unit")["x"].mean(),
                        frame[frame["year"] == 2008].set_index("unit")["y"]], axis=1).T.to_numpy()  # fmt: skip
    scaled = values / values.std(axis=1, ddof=1, keepdims=True)
    told = simplex(scaled[:, 1:], scaled[:, 0])
    assert scaled[:, 1:] @ fits["equal"].donors.sort_values("unit")["weight"].to_numpy() == pytest.approx(
        scaled[:, 1:] @ told, abs=1e-4
    )
    # By regression each predictor counts as the sum of its squared slopes over the times before the event.
    outcome = frame[frame["year"] < 2010].pivot(index="unit", columns="year", values="y").to_numpy()
    slopes = np.linalg.lstsq(np.column_stack([np.ones(10), scaled.T]), outcome, rcond=None)[0][1:]
    told = (slopes**2).sum(axis=1) / (slopes**2).sum()
    assert fits["regression"].predictors["importance"].to_numpy() == pytest.approx(told)
    names = fits["equal"].predictors["predictor"].tolist()
    assert names == ["x", "x, 2005–2009", "y, 2008"]
    assert fits["equal"].predictors["treated"].to_numpy() == pytest.approx(values[:, 0])
    assert fits["equal"].predictors["donors"].to_numpy() == pytest.approx(values[:, 1:].mean(axis=1))


def test_placebos_with_predictors_and_the_fitted_times():
    ask = {**COLUMNS, "predictors": [("x", None, None), ("y", 2008, 2008)], "fitted": (2004, 2009)}
    fit = synthetic_control(panel(donors="BCDEF"), **ask)
    assert len(fit.placebos) == 6 and len(fit.placebo_gaps.columns) == 5
    window = fit.path["time"].between(2004, 2009)
    assert fit.loss == pytest.approx((fit.path.loc[window, "gap"] ** 2).mean())
    assert fit.placebos["before"].iloc[0] == pytest.approx(np.sqrt(fit.loss))


def test_donors_are_left_out_with_a_reason():
    fit = synthetic_control(panel(), **COLUMNS, excluded={"B": "had one too"}, placebos=False)
    donors = fit.donors.set_index("unit")
    assert donors.loc["B"].tolist() == [0.0, "had one too"] and len(donors) == 9
    frame = panel()
    without = synthetic_control(frame[frame["unit"] != "B"], **COLUMNS, placebos=False)
    assert (without["gap"].estimate, without.loss) == pytest.approx((fit["gap"].estimate, fit.loss))


def test_an_event_that_did_not_happen_sees_nothing_of_the_true_one():
    fit = synthetic_control(panel(), **COLUMNS)
    early = fit.at(2006)
    assert early.path["time"].max() == 2009 and early.event == 2006
    assert early["gap"].estimate == pytest.approx(0, abs=0.3)
    with pytest.raises(ModelError, match="2010 does not lie before the event, 2010"):
        fit.at(2010)
    matched = synthetic_control(panel(), **COLUMNS, predictors=[("y", 2008, 2009)], placebos=False)
    with pytest.raises(ModelError, match="y is averaged until 2009, after the event"):
        matched.at(2006)
    assert matched.at(2006, predictors=[("y", 2004, 2005)]).predictors["predictor"].tolist() == ["y, 2004–2005"]


def test_a_donor_that_is_not_always_observed_is_refused_or_dropped():
    frame = panel()
    frame.loc[frame.index[3], "y"] = np.nan
    with pytest.raises(ModelError, match=r"1 of 10 units are not observed at every year, for example 'B' in 2003"):
        synthetic_control(frame, **COLUMNS)
    fit = synthetic_control(frame, **COLUMNS, unbalanced="drop")
    assert fit.donors.set_index("unit").loc["B", "excluded"] == "not observed at every time"
    assert len(fit.placebos) == 9 and dict(fit.left_out) == {"y": 1, "unbalanced": 14}


@pytest.mark.parametrize(
    ("function", "change", "ask", "fault"),
    [
        (synthetic_control, lambda f: f, {"treated": "Z"}, r"1 treated units are not in the frame, 'Z'"),
        (synthetic_control, lambda f: f[f["unit"] == "A"], {}, "there is no donor"),
        (synthetic_control, lambda f: f[f["unit"] <= "B"], {}, "there is only one donor"),
        (synthetic_control, lambda f: f, {"event": 2001}, "1 times lie before 2001 and 14 from it on"),
        (synthetic_control, lambda f: f, {"event": 2030}, "15 times lie before 2030 and 0 from it on"),
        (synthetic_control, lambda f: f, {"fitted": (2009, 2009)}, "1 times are fitted, 2009 to 2009"),
        (synthetic_control, lambda f: f, {"excluded": {"A": "x"}}, "a treated unit is excluded"),
        (synthetic_control, lambda f: f, {"importance": "best"}, "importance is 'best'"),
        (synthetic_control, lambda f: f, {"unbalanced": "keep"}, "unbalanced is 'keep'"),
        (synthetic_control, lambda f: f, {"predictors": ["x"]}, "'x' is not a predictor"),
        (synthetic_control, lambda f: f, {"predictors": [("w", None, None)]}, "1 columns are absent, 'w'"),
        (synthetic_control, lambda f: f, {"predictors": [("x", 2008, 2011)]},
         "x is averaged until 2011, after the event"),
        (synthetic_control, lambda f: f, {"predictors": [("z", None, None)]}, "z does not vary over units"),
        (synthetic_control, lambda f: f.assign(x=f["x"].where(f["unit"] != "C")), {"predictors": [("x", None, None)]},
         r"x has no value from 2000 to 2009 for 1 units, 'C'"),
        (synthetic_control, lambda f: f, {"predictors": [("x", None, None)], "importance": [1, 2]},
         "importance has 2 values"),
        (synthetic_control, lambda f: f, {"predictors": [("x", None, None)], "importance": [-1]},
         "importance has 1 values"),
        (synthetic_control, lambda f: f, {"predictors": [("x", None, None), ("y", 2008, 2008)], "importance": [-1, 2]},
         "importance has 2 values"),
        (synthetic_control, lambda f: pd.concat([f, f.head(1)]), {}, "1 rows repeat a unit and time"),
        (synthetic_control, lambda f: f[(f["unit"] != "A") | (f["year"] != 2004)], {"unbalanced": "drop"},
         "a treated unit is not observed at every time"),
        (synthetic_control, lambda f: f.drop(columns="unit"), {}, "1 columns are absent, 'unit'"),
        (synthetic_did, lambda f: f, {"treated": []}, "0 treated units are not in the frame"),
        (synthetic_did, lambda f: f, {"treated": ["A", "Q"]}, "1 treated units are not in the frame, 'Q'"),
        (synthetic_did, lambda f: f, {"estimator": "best"}, "estimator is 'best'"),
        (synthetic_did, lambda f: f, {"errors": "hc1"}, "errors is 'hc1'"),
        (synthetic_did, lambda f: f, {"unbalanced": "keep"}, "unbalanced is 'keep'"),
        (synthetic_did, lambda f: f, {"level": 95}, "level is 95"),
        (synthetic_did, lambda f: f, {"errors": "jackknife"}, "there is one treated unit"),
        (synthetic_did, lambda f: f, {"treated": list("ABCDE")}, "there are 5 donors for 5 treated units"),
        (synthetic_did, lambda f: f[f["unit"] < "D"], {"treated": ["A", "B"], "errors": "jackknife"},
         "one donor has all the weight"),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_is_one_sentence(function, change, ask, fault):
    with pytest.raises(ModelError, match=fault) as refused:
        function(change(panel()), **{**COLUMNS, **ask})
    assert "\n" not in str(refused.value)


def test_difference_in_differences_of_means_by_hand():
    wide = panel().pivot(index="unit", columns="year", values="y")
    apart = wide.loc[["A", "B"]].mean() - wide.drop(["A", "B"]).mean()
    fit = synthetic_did(panel(), **{**COLUMNS, "treated": ["A", "B"]}, estimator="did")
    assert fit["ATT"].estimate == pytest.approx(apart[apart.index >= 2010].mean() - apart[apart.index < 2010].mean())
    assert fit.treated == ("A", "B") and len(fit.placebos) == 200


def test_exact_weights_solve_the_problems_of_the_paper():
    wide = panel().pivot(index="unit", columns="year", values="y")
    y, own = wide.drop("A").to_numpy(), wide.loc["A"].to_numpy()
    before, after = y[:, :10], y[:, 10:].mean(axis=1)
    noise = np.diff(before, axis=1).std(ddof=1)
    centre = lambda a: a - a.mean(axis=0)  # noqa: E731
    omega = simplex(centre(before.T), centre(own[:10]), 10 * (5**0.25 * noise) ** 2)
    lam = simplex(centre(before), centre(after), 9 * (1e-6 * noise) ** 2)
    told = (own[10:].mean() - omega @ after) - lam @ (own[:10] - omega @ before)
    fit = synthetic_did(panel(), **COLUMNS)
    assert fit.donors.sort_values("unit")["weight"].to_numpy() == pytest.approx(omega, abs=1e-4)
    assert fit.times["weight"].to_numpy() == pytest.approx(lam, abs=1e-3)
    assert fit["ATT"].estimate == pytest.approx(told, abs=1e-3)
    path = fit.path
    weighted = fit.times["weight"].to_numpy() @ (path["treated"] - path["synthetic"]).to_numpy()[:10]
    assert weighted == pytest.approx(0, abs=1e-9)


def test_placebo_errors_are_the_spread_of_donors_in_the_place_of_the_unit():
    frame = panel()
    fit = synthetic_did(frame, **COLUMNS)
    told = [synthetic_did(frame[frame["unit"] != "A"], **{**COLUMNS, "treated": unit})["ATT"].estimate
            for unit in "BCDEFGHIJ"]  # fmt: skip
    assert list(fit.placebos) == pytest.approx(told)
    assert fit["ATT"].std_error == pytest.approx(np.std(told))
    assert fit["ATT"].high - fit["ATT"].estimate == pytest.approx(1.959964 * np.std(told))


def test_the_jackknife_leaves_units_out_with_the_weights_held():
    frame, ask = panel(), {**COLUMNS, "treated": ["A", "B"]}
    fit = synthetic_did(frame, **ask, errors="jackknife")
    wide = frame.pivot(index="unit", columns="year", values="y")
    omega, lam = fit.donors.set_index("unit")["weight"], fit.times["weight"].to_numpy()
    effects = []
    for unit in wide.index:
        rest = wide.drop(unit)
        weights = omega.drop(unit, errors="ignore")
        own = rest.loc[[one for one in ("A", "B") if one in rest.index]].mean()
        apart = (own - (weights / weights.sum()) @ rest.loc[weights.index]).to_numpy()
        effects.append(apart[10:].mean() - lam @ apart[:10])
    assert fit["ATT"].std_error == pytest.approx(np.sqrt(9 / 10 * np.sum((np.array(effects) - np.mean(effects)) ** 2)))
    assert fit.placebos == ()


def test_pictures_and_tables():
    fit = synthetic_control(panel(), **COLUMNS)
    assert "The dashed line is drawn before 2010" in fit.plot().caption
    assert "synthetic control" in synthetic_did(panel(), **COLUMNS).plot().alt
    assert "gap" in fit.table().to_latex()
