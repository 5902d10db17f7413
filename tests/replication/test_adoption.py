"""Staggered adoption: the numbers of did, DRDID, fixest and bacondecomp, and Card and Krueger's."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.statistics import sensitivity
from ogp_analysis.statistics.did import did
from ogp_analysis.statistics.regression import ols

ESTIMATORS = {"reg": "regression", "ipw": "weighting", "dr": "doubly_robust"}
CONTROLS = {"nevertreated": "never", "notyettreated": "not_yet"}
AVERAGES = {"simple": "simple", "dynamic": "event", "group": "group", "calendar": "calendar"}
MPDTA = {"outcome": "lemp", "unit": "countyreal", "time": "year", "cohort": "cohort", "draws": 0}
OGP = {"outcome": "v2x_polyarchy", "unit": "country_text_id", "time": "year", "cohort": "cohort", "draws": 0}


@pytest.fixture(scope="module")
def mpdta(table) -> pd.DataFrame:
    frame = table("did_mpdta/mpdta.csv")
    return frame.assign(cohort=frame["first.treat"].replace(0, np.nan))


@pytest.fixture(scope="module")
def ogp_panel(table) -> pd.DataFrame:
    frame = table("ogp_ert_did/panel.csv")
    return frame.assign(cohort=frame["g"].replace(0, np.nan))


@pytest.fixture(scope="module")
def castle(table) -> pd.DataFrame:
    frame = table("bacon_castle/castle.csv")[["state", "year", "l_homicide", "post"]]
    first = frame["year"].where(frame["post"] == 1).groupby(frame["state"]).transform("min")
    return frame.assign(cohort=first)


def error(value) -> float:
    return 0.0 if value is None or pd.isna(value) else value


def effects_agree(made, numbers: dict, close: float) -> None:
    cells = made().cells.set_index(["cohort", "time"])
    for one in numbers["att_gt"]:
        own = cells.loc[(one.get("group", one.get("g")), one["t"])]
        assert own["estimate"] == pytest.approx(one["att"], abs=close)
        assert error(own["std_error"]) == pytest.approx(error(one["se"]), abs=close)
    for name, key in AVERAGES.items():
        if name not in numbers["agg"]:
            continue
        found, told = made(by=key, overall=key), numbers["agg"][name]
        overall = told.get("overall") or [told["overall_att"], told["overall_se"]]
        if name != "dynamic" or len(told["egt"]) == len(found.estimates) - 1:
            assert [found["ATT"].estimate, found["ATT"].std_error] == pytest.approx(overall, abs=close)
        for at, effect, wrong in zip(told["egt"] or [], told["att"] or [], told["se"] or [], strict=True):
            own = found[f"ATT({at})" if key == "event" else str(at)]
            assert own.estimate == pytest.approx(effect, abs=close)
            assert error(own.std_error) == pytest.approx(error(wrong), abs=close)


@pytest.mark.parametrize("covariates", ["none", "lpop"])
@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_callaway_santanna_on_county_employment(expected, mpdta, estimator, control, covariates):
    numbers = expected("did_mpdta")[f"{estimator}|{covariates}|{control}"]
    made = partial(did, mpdta, **MPDTA, control=CONTROLS[control], estimator=ESTIMATORS[estimator], base="varying",
                   covariates=[] if covariates == "none" else [covariates])  # fmt: skip
    effects_agree(made, numbers, 1e-8)
    tested = made().pretrends_of_cells
    assert tested.statistic == pytest.approx(numbers["pretest_W"][0][0], abs=1e-6)
    assert tested.p_value == pytest.approx(numbers["pretest_p"][0][0], abs=1e-5)


def test_a_universal_base_on_county_employment(expected, mpdta):
    numbers = expected("did_mpdta")["universal_reg_none"]
    found = did(mpdta, **MPDTA, control="never")
    for at, effect, wrong in zip(numbers["egt"], numbers["att"], numbers["se"], strict=True):
        assert found[f"ATT({at})"].estimate == pytest.approx(effect, abs=1e-8)
        assert error(found[f"ATT({at})"].std_error) == pytest.approx(error(wrong), abs=1e-8)


@pytest.mark.parametrize("covariates", ["none", "poly2010"])
@pytest.mark.parametrize("control", CONTROLS)
def test_callaway_santanna_on_joining_ogp(expected, ogp_panel, control, covariates):
    made = partial(did, ogp_panel, **OGP, control=CONTROLS[control], base="universal", estimator="regression",
                   covariates=[] if covariates == "none" else [covariates])  # fmt: skip
    effects_agree(made, expected("ogp_ert_did")[f"{control}|{covariates}"], 1e-8)


def test_two_way_and_sun_abraham_on_both(expected, mpdta, ogp_panel):
    for frame, columns, numbers in (
        (mpdta, MPDTA, expected("did_mpdta")),
        (ogp_panel, OGP, expected("ogp_ert_did")),
    ):
        two_way, told = did(frame, **columns, method="two_way")["ATT"], numbers["twfe"]
        told = [told["b"], told["se_cluster"]] if isinstance(told, dict) else told
        assert [two_way.estimate, two_way.std_error] == pytest.approx(told, abs=1e-8)
        fit, told = did(frame, **columns, method="sun_abraham"), numbers["sunab_att"]
        told = [told["b"], told["se"]] if isinstance(told, dict) else told
        assert [fit["ATT"].estimate, fit["ATT"].std_error] == pytest.approx(told, abs=1e-8)
        terms = numbers.get("sunab", {"term": [], "b": [], "se": []})
        for term, b, se in zip(terms["term"], terms["b"], terms["se"], strict=True):
            own = fit[f"ATT({term.removeprefix('year::')})"]
            assert [own.estimate, own.std_error] == pytest.approx([b, se], abs=1e-8)


def test_imputation_on_county_employment(mpdta):
    """did-imputation, and ImputationDiD of diff-diff 3.13, whose standard errors are these too."""
    fit = did(mpdta, **MPDTA, method="imputation")
    told = {
        "ATT": (-0.04770991827781727, 0.013222488650016436),
        "ATT(0)": (-0.031066927191940524, 0.013577249746179961),
        "ATT(1)": (-0.052234856747866425, 0.01881242682276271),
        "ATT(3)": (-0.10470747157562328, 0.033765853357791635),
    }
    for term, (b, se) in told.items():
        assert [fit[term].estimate, fit[term].std_error] == pytest.approx([b, se], abs=1e-9)


def test_sun_abraham_and_two_way_events_with_a_covariate(expected, table):
    numbers, frame = expected("sunab_base_stagg"), table("sunab_base_stagg/base_stagg.csv")
    columns = {"outcome": "y", "unit": "id", "time": "year", "cohort": "year_treated", "covariates": ["x1"], "draws": 0}
    fit = did(frame, **columns, method="sun_abraham")
    assert [fit["ATT"].estimate, fit["ATT"].std_error] == pytest.approx(
        [numbers["att"]["b"], numbers["att"]["se"]], abs=1e-6
    )
    two_way = did(frame, **columns, method="two_way")
    for found, told in ((fit, numbers["sunab"]), (two_way, numbers["twfe"])):
        for term, b, se in zip(told["term"], told["b"], told["se"], strict=True):
            if "::" in term:
                own = found[f"ATT({term.rpartition('::')[2]})"]
                assert [own.estimate, own.std_error] == pytest.approx([b, se], abs=1e-6)


def test_goodman_bacon_on_castle_doctrine(expected, castle):
    numbers = expected("bacon_castle")
    fit = did(castle, outcome="l_homicide", unit="state", time="year", cohort="cohort", method="two_way", draws=0)
    assert fit.n == numbers["n"]
    assert [fit["ATT"].estimate, fit["ATT"].std_error] == pytest.approx(
        [numbers["twfe"], numbers["twfe_se_cluster"]], abs=1e-8
    )
    parts = fit.comparisons
    assert math.isclose((parts["weight"] * parts["estimate"]).sum(), fit["ATT"].estimate, abs_tol=1e-12)
    assert len(parts) == len(numbers["components"]) == 25
    own = {(a, None if pd.isna(b) else b): (e, w) for a, b, e, w in
           parts[["treated", "control", "estimate", "weight"]].itertuples(index=False)}  # fmt: skip
    for one in numbers["components"]:
        assert own[one["treated"], one["untreated"]] == pytest.approx((one["estimate"], one["weight"]), abs=1e-8)
    kinds = {"Earlier vs Later Treated": "earlier_later", "Later vs Earlier Treated": "later_earlier",
             "Treated vs Untreated": "treated_never"}  # fmt: skip
    for one in numbers["by_type"]:
        chosen = parts[parts["kind"] == kinds[one["type"]]]
        assert chosen["weight"].sum() == pytest.approx(one["w"], abs=1e-8)
        assert (chosen["weight"] * chosen["estimate"]).sum() == pytest.approx(one["we"], abs=1e-8)


@pytest.fixture(scope="module")
def stores(table) -> pd.DataFrame:
    frame = table("card_krueger_1994/card_krueger.csv")
    return frame.assign(store=range(len(frame)), first=np.where(frame["nj"] == 1, 2.0, np.nan))


def waves(stores: pd.DataFrame, *columns: str) -> pd.DataFrame:
    long = stores.melt(["store", "first", *columns], ["fte1", "fte2"], value_name="fte", var_name="wave")
    return long.assign(wave=long["wave"].str[-1].astype(int))


def test_card_and_krueger_table_3(expected, stores):
    numbers, frame = expected("card_krueger_1994"), waves(stores)
    columns = {"outcome": "fte", "unit": "store", "time": "wave", "cohort": "first"}
    balanced, told = did(frame, **columns, unbalanced="drop"), numbers["balanced"]
    assert balanced.n == 2 * told["n"]
    assert balanced["ATT"].estimate == pytest.approx(told["b"], abs=1e-8) and round(told["b"], 2) == 2.75
    assert balanced["ATT"].std_error == pytest.approx(told["se_welch"], rel=0.02)  # of influence functions, with n
    change = stores.assign(change=stores["fte2"] - stores["fte1"])
    classical = ols(change, "change", ["nj"], errors="classical")["nj"]
    assert [classical.estimate, classical.std_error] == pytest.approx([told["b"], told["se_ols"]], abs=1e-8)


def test_card_and_krueger_table_4(expected, stores):
    """Stores with employment in both waves and, unless they closed for good, wages in both."""
    numbers = expected("card_krueger_1994")["table4"]
    frame = stores.assign(change=stores["fte2"] - stores["fte1"])
    gap = np.where((frame["nj"] == 1) & (frame["wage_st"] < 5.05), 5.05 / frame["wage_st"] - 1, 0.0)
    frame["gap"] = np.where(frame["wage_st"].isna(), np.nan, gap)
    frame = frame[
        frame["change"].notna() & frame["wage_st"].notna() & (frame["wage_st2"].notna() | (frame["status2"] == 3))
    ]
    assert len(frame) == numbers["n"]
    frame = frame.assign(chain=frame["chain"].astype(str))
    controls = ["chain", "co_owned"]
    for model, terms in (("i", ["nj"]), ("ii", ["nj", *controls]), ("iii", ["gap"]), ("iv", ["gap", *controls])):
        own = ols(frame, "change", terms, errors="classical")[terms[0]]
        assert [own.estimate, own.std_error] == pytest.approx(numbers[model], abs=1e-8)
        published = expected("card_krueger_1994")["published"]["table4"][model]
        assert [round(own.estimate, 2), round(own.std_error, 2)] == pytest.approx(published, abs=1e-9)


def test_the_panel_of_joining_ogp_is_that_of_the_episodes_file(table, ogp_panel):
    """So that the effect is one of version 15 as it was published, rounded as the panel is."""
    episodes = table("ert_v15/ert.csv")[["country_text_id", "year", "v2x_polyarchy"]]
    merged = ogp_panel.drop(columns="v2x_polyarchy").merge(episodes, on=["country_text_id", "year"], validate="1:1")
    assert len(merged) == len(ogp_panel)
    fits = [did(frame, **OGP, control="never")["ATT"] for frame in (merged, ogp_panel)]
    assert fits[0].estimate == pytest.approx(fits[1].estimate, abs=1e-8)


@pytest.fixture(scope="module")
def event_study(mpdta) -> tuple[np.ndarray, np.ndarray]:
    """Effects by time from adoption but the reference, and their covariance: three before, four after."""
    fit = did(mpdta, **MPDTA, control="never", base="universal", estimator="regression")
    events = fit._effects.events
    kept = events.key != -1
    psi = events.psi[:, kept]
    return events.att[kept], psi.T @ psi / len(psi) ** 2


#: Of moderndid 0.4.1, whose least favourable critical values were given 5,000 draws, on a grid of 0.0007. The version
#: before it takes the first difference after adoption for the last before it.
MAGNITUDES = {
    ("first", 0.5): (-0.05582, 0.01847),
    ("first", 1): (-0.07334, 0.03810),
    ("first", 2): (-0.11890, 0.08295),
    ("mean", 0.5): (-0.15464, 0.00095),
    ("mean", 1): (-0.21001, 0.05632),
    ("mean", 2): (-0.32776, 0.17267),
}
#: Of moderndid 0.2.0 and diff-diff, which agree.
SMOOTHNESS = {
    ("first", 0.01): (-0.045597, 0.036832),
    ("first", 0.02): (-0.049859, 0.056676),
    ("first", 0.05): (-0.078741, 0.087795),
    ("mean", 0.01): (-0.142775, 0.069609),
    ("mean", 0.02): (-0.185509, 0.138923),
    ("mean", 0.05): (-0.328864, 0.296678),
}
WEIGHTS = {"first": np.array([1.0, 0, 0, 0]), "mean": np.full(4, 0.25)}


@pytest.mark.parametrize(("effect", "bound"), MAGNITUDES)
def test_relative_magnitudes_on_county_employment(event_study, effect, bound):
    found = sensitivity.relative_magnitudes(*event_study, 3, WEIGHTS[effect], bound, 0.95)
    assert found == pytest.approx(MAGNITUDES[effect, bound], abs=0.0017)


@pytest.mark.parametrize(("effect", "bound"), SMOOTHNESS)
def test_smoothness_on_county_employment(event_study, effect, bound):
    found = sensitivity.smoothness(*event_study, 3, WEIGHTS[effect], bound, 0.95)
    assert found == pytest.approx(SMOOTHNESS[effect, bound], abs=2e-5)


def test_the_public_method_gives_these_intervals(mpdta, event_study):
    fit = did(mpdta, **MPDTA, control="never", estimator="regression", base="varying")  # bounds take the other
    found = fit.sensitivity("smoothness", bounds=[0.02])
    effects, variance = event_study
    assert (found.leads, found.lags) == (3, 1)  # later times are seen of less than half of those that adopt
    own = sensitivity.smoothness(effects[:4], variance[:4, :4], 3, np.array([1.0]), 0.02, 0.95)
    assert found.frame[["low", "high"]].iloc[0].tolist() == pytest.approx(own, abs=1e-7)
