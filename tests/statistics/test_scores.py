"""Scores of forecasts: against scipy, by hand, and what their intervals draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.scores import hits, scores

OF = {"happened": "fell", "unit": "place", "over": "round", "draws": 400}


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Two rounds of 60 places, with a forecast that knows something, one in tenths, and one that knows nothing."""
    random = np.random.default_rng(3)
    frame = pd.DataFrame({"place": np.tile(np.arange(60), 2), "round": np.repeat(["a", "b"], 60)})
    frame["fell"] = (random.random(120) < 0.3).astype(float)
    frame["risk"] = np.clip(0.3 + 0.2 * frame["fell"] + random.normal(0, 0.15, 120), 0, 1)
    return frame.assign(tenths=frame["risk"].round(1), rate=0.3)


def test_auc_and_brier_are_those_of_scipy_and_of_the_mean_square(rows):
    scored = scores(rows, ["risk", "tenths"], **OF).set_index(["round", "forecast"])
    for (group, name), one in scored.drop("mean").iterrows():
        part = rows[rows["round"] == group]
        own, other = part.loc[part["fell"] == 1, name], part.loc[part["fell"] == 0, name]
        assert one["auc"] == pytest.approx(mannwhitneyu(own, other).statistic / (len(own) * len(other)))
        assert one["brier"] == pytest.approx(((part[name] - part["fell"]) ** 2).mean())
        assert (one["n"], one["events"]) == (60, part["fell"].sum())
    mean = scored.loc["mean"]
    assert mean["auc"].tolist() == pytest.approx(
        scored.drop("mean").groupby("forecast")["auc"].mean()[mean.index].tolist()
    )
    assert mean["events"].tolist() == [rows["fell"].sum()] * 2


def test_the_same_forecast_differs_by_nothing_in_any_draw_and_chance_has_no_interval(rows):
    scored = scores(rows.assign(again=rows["risk"]), ["risk", "again", "rate"], **OF).set_index(["round", "forecast"])
    same = scored.xs("again", level="forecast")[
        [f"{n}{e}" for n in ("auc_more", "brier_less") for e in ("", "_low", "_high")]
    ]
    assert np.abs(same.to_numpy()).max() < 1e-12
    flat = scored.loc[("mean", "rate")]
    assert flat[["auc", "auc_low", "auc_high"]].tolist() == [0.5, 0.5, 0.5]
    own = scored.loc[("mean", "risk")]
    assert flat["auc_more_low"] == pytest.approx(own["auc_low"] - 0.5) and own["auc_low"] < own["auc"] < own["auc_high"]


def test_the_spread_of_draws_is_that_of_drawing_whole_units(rows):
    """Two rounds that are one round twice are known no better than it: a unit is drawn with all its rows."""
    one = rows[rows["round"] == "a"]
    twice = scores(pd.concat([one, one.assign(round="c")]), ["risk"], **OF).set_index("round")
    assert twice.loc["mean", ["auc_low", "auc_high"]].tolist() == twice.loc["a", ["auc_low", "auc_high"]].tolist()
    both = scores(rows, ["risk"], **OF).set_index("round")
    assert (
        both.loc["mean", "auc_high"] - both.loc["mean", "auc_low"]
        < both.loc["a", "auc_high"] - both.loc["a", "auc_low"]
    )


def test_intervals_are_percentiles_of_the_draws_at_their_level_and_one_group_has_no_mean(rows):
    one = rows[rows["round"] == "a"]
    scored = scores(one, ["risk", "tenths"], **OF, level=0.9, seed=5)
    assert scored["round"].tolist() == ["a", "a"]
    drawn = np.random.default_rng(5).multinomial(60, np.full(60, 1 / 60), size=400)
    risk, tenths = ((drawn @ ((one[name] - one["fell"]) ** 2)) / 60 for name in ("risk", "tenths"))
    found = scored.set_index("forecast")
    ends = [(found.loc["risk", "brier_low"], found.loc["risk", "brier_high"])]
    ends += [(found.loc["tenths", "brier_less_low"], found.loc["tenths", "brier_less_high"])]
    assert ends == [pytest.approx(tuple(np.quantile(some, [0.05, 0.95]))) for some in (risk, tenths - risk)]
    assert found.loc["risk", ["auc_more", "auc_more_low", "brier_less", "brier_less_high"]].isna().all()


def test_draws_without_an_event_are_left_out_of_the_intervals():
    few = pd.DataFrame({"place": list("abc"), "round": "a", "fell": [1.0, 0, 0], "risk": [0.6, 0.2, 0.7]})
    for seed in range(9):
        [low] = scores(few, ["risk"], **OF, seed=seed)["auc_low"]
        assert low == 0.0


def test_without_a_word_1999_draws_are_made_from_the_seed_0_at_95_percent(rows):
    of = {name: column for name, column in OF.items() if name != "draws"}
    stated = scores(rows, ["risk"], **of, draws=1999, seed=0, level=0.95)
    pd.testing.assert_frame_equal(scores(rows, ["risk"], **of), stated, check_exact=True)


def test_groups_stand_in_the_order_of_the_rows(rows):
    scored = scores(rows.iloc[::-1], ["risk"], **OF)
    assert scored["round"].tolist() == ["b", "a", "mean"]


def test_hits_of_ties_for_the_last_places_are_those_expected():
    happened, risk = np.array([1, 1, 0, 0, 1]), np.array([0.9, 0.5, 0.5, 0.5, 0.1])
    assert [hits(happened, risk, top) for top in (1, 2, 4, 9)] == pytest.approx([1, 1 + 1 / 3, 2, 3])


@pytest.mark.parametrize(
    "wrong",
    [{"risk": 1.2}, {"risk": np.nan}, {"fell": 0.0}, {"place": 1}, {"fell": 2}],
    ids=["above 1", "missing", "none happened", "twice", "no outcome"],
)
def test_what_is_no_forecast_is_refused(rows, wrong):
    with pytest.raises(ModelError, match=r"^scores"):
        scores(rows.assign(**wrong), ["risk"], **OF)
    with pytest.raises(ModelError, match="absent, 'nobody'"):
        scores(rows, ["nobody"], **OF)


def test_a_single_row_and_a_single_group_can_be_wrong(rows):
    for wrong in (rows["fell"].where(rows.index != 3, 0.5), rows["fell"].where(rows["round"] == "a", 1.0)):
        with pytest.raises(ModelError, match=r"^scores"):
            scores(rows.assign(fell=wrong), ["risk"], **OF)
