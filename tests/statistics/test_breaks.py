from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection

from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words import use_language
from ogp_analysis.statistics.breaks import ArgMax, breaks, partitions, sums_of_squares, sup_f_probability


def series(n: int = 40, seed: int = 1, step: float = 2.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"t": np.arange(n) + 1950, "x": rng.normal(size=n)})
    frame["y"] = rng.normal(size=n) + step * (frame["t"] >= 1950 + n // 2) + 0.5 * frame["x"]
    return frame


def left(y: np.ndarray, x: np.ndarray) -> float:
    return float(((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2).sum())


@pytest.mark.parametrize("terms", [[], ["x"], ["x", "t"]])
def test_every_run_is_fitted_as_if_alone(terms):
    frame = series(25)
    x = np.column_stack([np.ones(25), *(frame[term] for term in terms)])
    found = sums_of_squares(frame["y"].to_numpy(), x, 6)
    for a, b in itertools.combinations_with_replacement(range(25), 2):
        if b - a < 5:
            assert found[a, b] == np.inf
        else:
            assert found[a, b] == pytest.approx(left(frame["y"].to_numpy()[a : b + 1], x[a : b + 1]), rel=1e-7)


@pytest.mark.parametrize("terms", [[], ["x"]])
def test_partitions_are_the_best_of_all(terms):
    frame = series(22, step=1.0)
    x = np.column_stack([np.ones(22), *(frame[term] for term in terms)])
    y = frame["y"].to_numpy()
    found = partitions(sums_of_squares(y, x, 4), 4, 3)
    for m in range(4):
        best = (np.inf, ())
        for at in itertools.combinations(range(22), m):
            ends = [0, *(i + 1 for i in at), 22]
            if all(b - a >= 4 for a, b in itertools.pairwise(ends)):
                total = sum(left(y[a:b], x[a:b]) for a, b in itertools.pairwise(ends))
                best = min(best, (total, at))
        assert found[m][1] == best[1] and found[m][0] == pytest.approx(best[0], rel=1e-8)


def test_a_clear_break_is_found_and_none_where_there_is_none():
    found = breaks(series().sample(frac=1, random_state=1), "y", "t", ["x"], criterion="lwz")
    assert found.chosen_by == "lwz" and len(found.dates) == 1 and abs(found.dates[0].date - 1969) <= 2
    assert found.dates[0].low <= found.dates[0].date <= found.dates[0].high
    quiet = breaks(series(step=0.0), "y", "t", ["x"], criterion="lwz")
    assert quiet.dates == () and quiet.frame.empty


def test_criteria_are_those_of_the_papers():
    frame = series(30)
    found = breaks(frame, "y", "t", ["x"]).partitions
    n, k = 30, 2
    for row in found.itertuples():
        p = (row.breaks + 1) * k + row.breaks
        bic = n * (math.log(row.rss / n) + 1 + math.log(2 * math.pi)) + math.log(n) * (p + 1)
        lwz = math.log(row.rss / (n - p)) + p / n * 0.299 * math.log(n) ** 2.1
        assert (row.bic, row.lwz) == pytest.approx((bic, lwz), rel=1e-9)
    assert len(found) == 6 and breaks(frame, "y", "t", most=2).partitions["breaks"].tolist() == [0, 1, 2]


def test_the_largest_wald_statistic_is_that_of_all_dates():
    frame = series(30)
    y, x = frame["y"].to_numpy(), np.column_stack([np.ones(30), frame["x"]])
    best = min(left(y[:i], x[:i]) + left(y[i:], x[i:]) for i in range(4, 27))
    found = breaks(frame, "y", "t", ["x"])
    assert found.shortest == 4
    assert found.sup_f == pytest.approx((left(y, x) - best) / (best / 26))


@pytest.mark.parametrize(("k", "value", "p"), [
    (1, 7.04, 0.10), (1, 8.58, 0.05), (1, 12.29, 0.01), (2, 9.81, 0.10), (2, 11.47, 0.05), (2, 15.37, 0.01),
    (5, 16.76, 0.10), (5, 18.23, 0.05), (5, 22.93, 0.01),
])  # fmt: skip
def test_its_probability_is_near_the_table_of_bai_and_perron(k, value, p):
    """Their table of 2003, 15 % trimmed, is itself simulated."""
    assert sup_f_probability(value, k, 0.15) == pytest.approx(p, rel=0.2)


def argmax(xi: float, noise: float, draws: int = 4000) -> np.ndarray:
    """Where a two-sided random walk with drift is highest, by simulation."""
    rng, step, far = np.random.default_rng(6), 0.05, 1200
    sides = []
    for drift, scale in ((0.5, 1.0), (0.5 * xi, math.sqrt(xi * noise))):
        moves = rng.normal(-drift * step, scale * math.sqrt(step), size=(draws, far))
        sides.append(np.cumsum(moves, axis=1))
    left, right = sides
    at = np.where(right.max(axis=1) > left.max(axis=1), right.argmax(axis=1) + 1.0, -left.argmax(axis=1) - 1.0)
    return np.where(np.maximum(right.max(axis=1), left.max(axis=1)) > 0, at * step, 0.0)


@pytest.mark.parametrize(("xi", "noise"), [(1.0, 1.0), (2.0, 0.5), (0.6, 1.8)])
def test_the_law_of_a_break_date_is_that_of_its_walk(xi, noise):
    law, drawn = ArgMax(xi, noise), argmax(xi, noise)
    for x in (-8, -2, 2, 8):
        assert law.probability(x) == pytest.approx((drawn <= x).mean(), abs=0.03)
    assert law.probability(-1e-12) == pytest.approx(law.probability(0.0), abs=1e-9)
    assert law.probability(-300) == pytest.approx(0, abs=1e-6) and law.probability(300) == pytest.approx(1, abs=1e-6)
    for p in (0.025, 0.2, 0.8, 0.975):
        if (quantile := law.quantile(p)) is not None:
            assert law.probability(quantile) == pytest.approx(p, abs=1e-9)
    assert ArgMax(1.0, 1.0).quantile(0.975) == pytest.approx(11.03, abs=0.01)


def test_a_short_series_has_dates_without_intervals():
    found = breaks(series(39), "y", "t")
    assert found.dates and found.frame["low"].isna().all()
    assert breaks(series(40), "y", "t").frame["low"].notna().all()


@pytest.mark.parametrize(("how", "fault"), [
    ({"criterion": "aic"}, "criterion is 'aic'"),
    ({"shortest": 1}, "do not part into segments of 1 for 1 coefficients.*from 2 to 20"),
    ({"shortest": 21}, "do not part into segments of 21"),
    ({"number": 6}, "no room for 6 breaks. Ask for 0 to 5"),
    ({"number": -1}, "no room for -1 breaks"),
])  # fmt: skip
def test_what_cannot_be_dated_is_one_sentence(how, fault):
    with pytest.raises(ModelError, match=fault):
        breaks(series(), "y", "t", **how)
    with pytest.raises(ModelError, match="t 1950 occurs twice"):
        breaks(pd.concat([series(), series().head(1)]), "y", "t")


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_is_drawn_and_tabled(language):
    use_language(language)
    try:
        found = breaks(series(), "y", "t")
        drawn, made = found.plot(), found.table()
    finally:
        use_language("en")
    rules = [one for one in drawn.sheets[0].panels[0].artists if isinstance(one, LineCollection)]
    upright = [x for one in rules for (x, low), (at, high) in one.get_segments() if x == at and low < high]
    assert upright == [found.frame["date"].iloc[0]] and drawn.svg() and made.to_latex()
    assert made.frame["breaks"].tolist() == list(range(6)) and made.frame["dates"][0] == ""
