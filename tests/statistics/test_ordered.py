from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import norm
from statsmodels.miscmodels.ordinal_model import OrderedModel

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.ordered import ordered_logit

TERMS = ["x", "z"]


def commitments(n: int = 300, seed: int = 1, groups: int = 15) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": rng.normal(size=n), "z": rng.integers(0, 2, n), "country": rng.integers(0, groups, n)})
    line = 0.8 * frame["x"] - 0.5 * frame["z"] + rng.normal(size=groups)[frame["country"]] * 0.7
    frame["done"] = np.digitize(line + rng.logistic(size=n), [-1.0, 0.3, 1.5])
    return frame


def test_estimates_are_those_of_statsmodels():
    frame = commitments()
    fit = ordered_logit(frame.sample(frac=1, random_state=1), "done", TERMS)
    other = OrderedModel(frame["done"], frame[TERMS], distr="logit").fit(method="bfgs", disp=0, gtol=1e-9)
    steps = other.params.to_numpy()[2:]
    cuts = np.cumsum([steps[0], *np.exp(steps[1:])])
    assert [e.estimate for e in fit.estimates] == pytest.approx([*other.params.to_numpy()[:2], *cuts], abs=1e-5)
    assert [e.std_error for e in fit.estimates][:2] == pytest.approx(other.bse.to_numpy()[:2], abs=1e-5)
    assert fit.log_likelihood == pytest.approx(other.llf, abs=1e-7)
    assert (fit.categories, fit.terms) == (("0", "1", "2", "3"), ("x", "z"))
    assert fit.errors == "likelihood" and fit.degrees is None


def log_likelihood(theta: np.ndarray, frame: pd.DataFrame) -> np.ndarray:
    """Of each row, from the definition."""
    b, cuts = theta[: len(TERMS)], np.concatenate([[-np.inf], theta[len(TERMS) :], [np.inf]])
    line, code = frame[TERMS].to_numpy() @ b, frame["done"].to_numpy()
    return np.log(expit(cuts[code + 1] - line) - expit(cuts[code] - line))


def gradient(theta: np.ndarray, frame: pd.DataFrame) -> np.ndarray:
    steps = 1e-5 * np.eye(len(theta))
    return np.array([(log_likelihood(theta + s, frame) - log_likelihood(theta - s, frame)) / 2e-5 for s in steps]).T


def test_clustered_errors_are_a_sandwich():
    frame = commitments()
    fit = ordered_logit(frame, "done", TERMS, clusters="country")
    theta = np.array([e.estimate for e in fit.estimates])
    bread = ordered_logit(frame, "done", TERMS).covariance
    sums = pd.DataFrame(gradient(theta, frame)).groupby(frame["country"]).sum().to_numpy()
    assert fit.covariance == pytest.approx(15 / 14 * bread @ sums.T @ sums @ bread, rel=1e-5)
    assert (fit.degrees, fit.clusters, fit.errors) == (14, 15, "likelihood_cluster_each")


def test_categories_may_be_words_in_an_order():
    names = ["none", "some", "most", "all"]
    frame = commitments()
    frame["word"] = pd.Categorical([names[c] for c in frame["done"]], ["never", *names], ordered=True)
    fit = ordered_logit(frame, "word", TERMS)
    assert fit.categories == tuple(names)
    assert [e.term for e in fit.estimates][2:] == ["none|some", "some|most", "most|all"]
    assert fit["x"].estimate == ordered_logit(frame, "done", TERMS)["x"].estimate
    words = frame["word"].cat.remove_unused_categories()
    assert ordered_logit(frame.assign(word=words), "word", TERMS).n == 300
    lacking = frame.assign(word=frame["word"].where(frame["done"] > 0))
    assert ordered_logit(lacking, "word", TERMS).left_out == (("word", int((frame["done"] == 0).sum())),)
    assert fit.outcome == "word"


def test_a_random_effect_is_integrated_out():
    frame = commitments(150, groups=8)
    fit = ordered_logit(frame, "done", TERMS, random="country")
    theta = np.array([e.estimate for e in fit.estimates])
    total = 0.0
    for _, part in frame.groupby("country"):
        cuts, line = np.concatenate([[-np.inf], theta[2:], [np.inf]]), part[TERMS].to_numpy() @ theta[:2]
        code = part["done"].to_numpy()

        def product(u, cuts=cuts, line=line, code=code):
            p = expit(cuts[code + 1] - line - u) - expit(cuts[code] - line - u)
            return np.prod(p) * norm.pdf(u, scale=fit.random_sd) * 1e20

        total += np.log(quad(product, -6, 6, epsabs=0, epsrel=1e-9, limit=400)[0]) - 20 * np.log(10)
    assert fit.log_likelihood == pytest.approx(total, abs=1e-5)
    plain = ordered_logit(frame, "done", TERMS)
    assert fit.log_likelihood > plain.log_likelihood and fit.errors == "likelihood_random"
    assert dict(fit.fit)["random_sd"].value == pytest.approx(fit.random_sd)


def test_groups_that_do_not_differ_have_no_spread():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"x": rng.normal(size=200), "g": rng.integers(0, 10, 200)})
    frame["done"] = np.digitize(0.5 * frame["x"] + rng.logistic(size=200), [-1, 0.5, 1.5])
    fit, plain = (ordered_logit(frame, "done", ["x"], **how) for how in ({"random": "g"}, {}))
    assert fit.random_sd < 0.01
    assert fit["x"].std_error == pytest.approx(plain["x"].std_error, rel=1e-4)


def test_proportional_odds_hold_where_they_are_drawn_so():
    frame = commitments(2000, groups=200)
    found = ordered_logit(frame, "done", TERMS, odds=True).odds
    assert found["term"].tolist() == ["x", "z", "all"] and found["degrees"].tolist() == [2, 2, 4]
    assert (found[["likelihood_ratio_p", "wald_p"]] > 0.001).all().all()
    assert found["wald"].tolist() == pytest.approx(found["likelihood_ratio"].tolist(), rel=0.15, abs=0.5)


def test_a_term_that_counts_at_one_cut_point_only_is_found():
    rng = np.random.default_rng(3)
    frame = commitments(1500, groups=100)
    frame["done"] = np.where(
        (frame["done"] == 3) & (frame["z"] == 1) & (rng.uniform(size=1500) < 0.8), 2, frame["done"]
    )
    for how in ({}, {"clusters": "country"}):
        tests = ordered_logit(frame, "done", TERMS, odds=True, **how).odds.set_index("term")
        assert tests.loc["z", "likelihood_ratio_p"] < 1e-6 and tests.loc["z", "wald_p"] < 1e-6
        assert tests.loc["x", "wald_p"] > 0.001


def test_probabilities_are_means_over_the_sample():
    frame = commitments()
    fit = ordered_logit(frame, "done", TERMS, clusters="country", at={"z": [0, 1], "x": [50.0]})
    found, far = (fit.predicted[fit.predicted["term"] == term] for term in ("z", "x"))
    assert found["value"].tolist() == [0.0] * 4 + [1.0] * 4
    assert found.groupby("value")["probability"].sum().tolist() == pytest.approx([1, 1])
    theta = np.array([e.estimate for e in fit.estimates])

    def probability(theta, value=1.0, category=2):
        line = frame["x"] * theta[0] + value * theta[1]
        cuts = np.concatenate([[-np.inf], theta[2:], [np.inf]])
        return (expit(cuts[category + 1] - line) - expit(cuts[category] - line)).mean()

    slope = np.array([(probability(theta + s) - probability(theta - s)) / 2e-6 for s in 1e-6 * np.eye(5)])
    row = found[(found["value"] == 1) & (found["category"] == "2")].iloc[0]
    wide = stats.t(frame["country"].nunique() - 1).ppf(0.975)  # as the intervals of the coefficients
    size = np.sqrt(slope @ fit.covariance @ slope)
    assert (row["probability"], row["std_error"]) == pytest.approx((probability(theta), size), rel=1e-6)
    assert (row["low"], row["high"]) == pytest.approx(
        (row["probability"] - wide * size, row["probability"] + wide * size), rel=1e-6
    )
    assert far["high"].max() <= 1 and far["low"].min() >= 0


@pytest.mark.parametrize(("change", "how", "fault"), [
    ({}, {"outcome": "gone"}, "column 'gone' is absent"),
    ({"done": 1}, {}, "'done' is 0 in all 300 rows"),
    ({"done": "a"}, {}, "not a number"),
    ({"country": 1}, {"clusters": "country"}, "all rows are in one cluster of 'country'"),
    ({}, {"terms": []}, "no term is named"),
    ({}, {"random": "country", "clusters": "country"}, "random effects go with clusters"),
    ({}, {"random": "country", "odds": True}, "random effects go with clusters, odds"),
    ({}, {"at": {"w": [1.0]}}, "'w' has no coefficient"),
])  # fmt: skip
def test_what_cannot_be_fitted_is_one_sentence(change, how, fault):
    how = {"outcome": "done", "terms": TERMS, **how}
    with pytest.raises(ModelError, match=fault):
        ordered_logit(commitments().assign(**change), **how)


def test_categories_without_an_order_and_terms_that_tell_all_are_refused():
    frame = commitments()
    with pytest.raises(ModelError, match="have no order"):
        ordered_logit(frame.assign(done=pd.Categorical(frame["done"])), "done", TERMS)
    with pytest.raises(ModelError, match="separates the categories perfectly"):
        ordered_logit(frame.assign(tells=frame["done"] * 1.0), "done", ["tells"])
    with pytest.raises(ModelError, match="'z' separates the categories perfectly"):
        ordered_logit(frame.assign(done=frame["done"].mask(frame["z"] == 1, 3)), "done", TERMS)
    # Nothing above the second cut-point where z is 0: the whole has an estimate, the logit of that cut-point none.
    split = frame.assign(done=frame["done"].clip(upper=1).mask(frame["z"] == 1, frame["done"]))
    assert ordered_logit(split, "done", TERMS).odds is None
    for match in ("above '1': 'z' separates", "Leave it out, or merge"):
        with pytest.raises(ModelError, match=match):
            ordered_logit(split, "done", TERMS, odds=True)
    with pytest.raises(ModelError, match="two categories only"):
        ordered_logit(frame.assign(done=frame["done"] > 1).astype({"done": int}), "done", TERMS, odds=True)
