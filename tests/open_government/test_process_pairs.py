from __future__ import annotations

import gc
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq

from ogp_analysis.base.countries import countries
from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.paths import project
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.open_government.process import DATASET
from ogp_analysis.data.sources import raw
from ogp_analysis.open_government.process import STEPS, first_and_second_plans

#: Two ways of computing the same number in double precision.
SAME = 1e-12
#: How near brentq comes to a bound by its own settings.
ROOT = 1e-9


def plan(iso3="KEN", number=1, step="yes", **values):
    return {"iso3": iso3, "plan_number": number, **dict.fromkeys(STEPS, step), **values}


def random_plans(seed: int, size: int = 40) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    codes = [c.iso3 for c in countries()][:size]
    rows = [
        plan(iso3, number, **{step: draw.choice(["yes", "no", "not_reviewed"], p=[0.45, 0.35, 0.2]) for step in STEPS})
        for iso3 in codes
        for number in range(1, int(draw.integers(1, 4)) + 1)
    ]
    return pd.DataFrame(rows)


def exact_p(only_first: int, only_second: int) -> Fraction:
    """Twice the smaller tail of a binomial with one half, counted out."""
    n, fewer = only_first + only_second, min(only_first, only_second)
    return min(Fraction(1), 2 * sum(Fraction(math.comb(n, k), 2**n) for k in range(fewer + 1)))


def tail(k: int, n: int, p: float) -> float:
    """P(X >= k) of a binomial, summed term by term."""
    return sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))


def clopper_pearson(k: int, n: int, level: float) -> tuple[float, float]:
    """The bounds at which each tail is half of what is left, found by search."""
    half = (1 - level) / 2
    low = 0.0 if k == 0 else brentq(lambda p: tail(k, n, p) - half, 0, 1)
    high = 1.0 if k == n else brentq(lambda p: 1 - tail(k + 1, n, p) - half, 0, 1)
    return low, high


@pytest.mark.parametrize("seed", range(3))
def test_pairs_are_counted_by_hand(seed):
    plans = random_plans(seed)
    for pair in first_and_second_plans(plans).pairs.itertuples():
        said = {}
        for iso3, number, answer in plans[["iso3", "plan_number", pair.step]].itertuples(index=False):
            said.setdefault(iso3, {})[number] = answer
        both = [(s.get(1), s.get(2)) for s in said.values()]
        assert pair.both == both.count(("yes", "yes"))
        assert pair.only_first == both.count(("yes", "no"))
        assert pair.only_second == both.count(("no", "yes"))
        assert pair.neither == both.count(("no", "no"))
        assert pair.pairs + pair.unpaired == len(said)


@pytest.mark.parametrize("seed", range(3))
def test_mcnemar_is_exact_and_counted_out(seed):
    result = first_and_second_plans(random_plans(seed))
    for pair in result.pairs.itertuples():
        p = result[pair.step].p_value
        assert p == pytest.approx(float(exact_p(pair.only_first, pair.only_second)), rel=SAME)


@pytest.mark.parametrize(("only_first", "only_second"), [(1, 9), (9, 1), (4, 4), (0, 6), (7, 0)])
@pytest.mark.parametrize("level", [0.68, 0.95])
def test_the_interval_is_the_exact_one(only_first, only_second, level):
    codes = [c.iso3 for c in countries()][: only_first + only_second]
    rows = []
    for place, iso3 in enumerate(codes):
        first = place < only_first
        rows += [plan(iso3, 1, "yes" if first else "no"), plan(iso3, 2, "no" if first else "yes")]
    estimate = first_and_second_plans(pd.DataFrame(rows), level)[STEPS[0]]
    assert estimate.estimate == only_second / (only_first + only_second)
    bounds = clopper_pearson(only_second, only_first + only_second, level)
    assert (estimate.low, estimate.high) == pytest.approx(bounds, abs=ROOT)
    assert (estimate.n, estimate.level) == (only_first + only_second, level)


def test_where_no_country_differs_there_is_no_share():
    result = first_and_second_plans(pd.DataFrame([plan(number=1), plan(number=2)]))
    estimate = result[STEPS[0]]
    assert (estimate.estimate, estimate.low, estimate.p_value, estimate.n) == (None, None, 1.0, 0)


def test_where_no_country_is_paired_there_is_no_test():
    result = first_and_second_plans(pd.DataFrame([plan(number=1), plan("GHA", 2)]))
    assert result.pairs["unpaired"].tolist() == [2] * 6
    assert result[STEPS[0]].p_value is None
    assert result.family.n == 0


def test_without_a_difference_it_rejects_no_more_often_than_it_says():
    """The nominal level holds: first and second plans drawn alike, each of the six steps a test of its own."""
    draw, p_values = np.random.default_rng(5), []
    codes = [c.iso3 for c in countries()][:25]
    gc.freeze()  # statsmodels collects garbage in every call of Holm's adjustment: only that of this test
    for _ in range(25):
        rows = [plan(c, n, **{s: draw.choice(["yes", "no"]) for s in STEPS}) for c in codes for n in (1, 2)]
        p_values += [e.p_value for e in first_and_second_plans(pd.DataFrame(rows)).estimates]
    rejected = np.mean(np.array(p_values) < 0.05)
    # Exact and discrete: below the level. Four standard errors of 5 % over the tests.
    assert 0 < rejected < 0.05 + 4 * math.sqrt(0.05 * 0.95 / len(p_values))


def test_holm_is_over_the_six_steps():
    result = first_and_second_plans(random_plans(3))
    given = sorted(e.p_value for e in result.estimates)
    stepped = np.maximum.accumulate([min(1.0, p * (6 - place)) for place, p in enumerate(given)])
    assert result.family.n == 6
    assert sorted(result.frame["p_adjusted"]) == pytest.approx(list(stepped), rel=SAME)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: first_and_second_plans(pd.DataFrame([plan(), plan()])), "is listed twice"),
        (lambda: first_and_second_plans(pd.DataFrame([plan()]), 95), "level is 95"),
        (lambda: first_and_second_plans(pd.DataFrame([plan(step="maybe")])), "maybe"),
        (lambda: first_and_second_plans(pd.DataFrame([plan()]).drop(columns="plan_number")), "plan_number"),
    ],
)
def test_what_cannot_be_compared_raises(call, said):
    with pytest.raises(ModelError, match=said):
        call()


def test_the_published_plans(mirror):
    item = DATASET.inputs[0]
    place = (item.source, item.version, item.files)
    chunks = raw.chunks(mirror, *place, header=item.header, sidecars=project().raw)
    plans = cleaned(DATASET, ((item, chunk) for chunk in chunks)).tables["plans"]
    pairs = first_and_second_plans(plans).pairs
    assert pairs[["both", "only_first", "only_second", "neither", "unpaired"]].apply(tuple, axis=1).tolist() == [
        (2, 4, 9, 10, 36),
        (7, 1, 9, 7, 37),
        (4, 3, 7, 11, 36),
        (10, 2, 7, 5, 37),
        (14, 2, 7, 2, 36),
        (9, 1, 7, 8, 36),
    ]
