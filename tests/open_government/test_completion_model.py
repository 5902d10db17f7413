from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

import ogp_analysis as ogp
from ogp_analysis.base.errors import ModelError
from ogp_analysis.display.result import Parts
from ogp_analysis.open_government.commitment_rates import COMPLETION, IMPACT
from ogp_analysis.open_government.completion_model import SCALES, TERMS, completion_model


@pytest.fixture(scope="module")
def rows(embedded_commitments):
    return embedded_commitments["commitments"]


@pytest.fixture(scope="module")
def model(rows):
    return completion_model(rows)


@pytest.fixture(params=["en", "es"])
def spoken(request):
    ogp.use_language(request.param)
    yield request.param
    ogp.use_language("en")


def test_both_models_are_those_of_another_implementation(rows, model):
    numbers = {
        name: rows[name].map({rating: step for step, rating in enumerate(scale)}) for name, scale in SCALES.items()
    }
    x = pd.DataFrame({**numbers, "plan_number": rows["plan_number"]}).astype("float64")
    for found, scale in ((model.without, COMPLETION), (model.with_withdrawn, ("withdrawn", *COMPLETION))):
        y = rows["completion"].map({rating: step for step, rating in enumerate(scale)})
        there = x.notna().all(axis=1) & y.notna()
        fit = OrderedModel(y[there].astype(int), x[there], distr="logit").fit(method="bfgs", disp=False, maxiter=500)
        assert found.n == there.sum() and found.log_likelihood == pytest.approx(fit.llf, abs=1e-4)
        ours = [found[term].estimate for term in TERMS]
        assert ours == pytest.approx(fit.params[list(TERMS)].tolist(), abs=1e-3)


def test_errors_are_clustered_by_country_and_larger_than_those_of_the_likelihood(rows, model):
    assert (model.without.n, model.with_withdrawn.n, model.withdrawn) == (1616, 1628, 12)
    assert (model.without.clusters, model.without.degrees) == (59, 58)
    assert model.without["potential_impact"].estimate == pytest.approx(-0.1464, abs=1e-3)
    assert 0.08 < model.without["potential_impact"].std_error < 0.1


def test_the_odds_are_tested_and_the_sentence_follows_the_test(rows, model):
    p = model.odds.frame.set_index("term")["wald_p"]
    assert p["all"] < 0.05 and "not proportional" in model.text()[2].plain()
    odds = model.odds.frame.assign(wald_p=0.3)
    kept = model.__class__(model.without, model.with_withdrawn, model.odds.__class__(odds, "completion", 9, 3),
                           model.predicted, 12, "2016")  # fmt: skip
    assert "does not reject proportional odds" in kept.text()[2].plain()
    for edge, said in ((0.0499, "not proportional"), (0.05, "does not reject")):
        at = model.odds.__class__(odds.assign(wald_p=edge), "completion", 9, 3)
        one = model.__class__(model.without, model.with_withdrawn, at, model.predicted, 12, "2016")
        assert said in one.text()[2].plain()


def test_a_ratio_that_is_not_told_from_one_prints_what_would_have_been(model, spoken):
    smallest = model.without.smallest_detectable("potential_impact")
    said = model.text()[0].plain()
    assert f"{math.exp(-smallest):.2f}" in said and f"{math.exp(smallest):.2f}" in said
    assert f"{math.exp(model.without['potential_impact'].estimate):.2f}" in said and "12" in model.text()[1].plain()


def test_the_answer_changes_with_the_data(rows):
    """With a completion made of the impact alone the ratio excludes 1, and says which way."""
    rated = rows["potential_impact"].isin(IMPACT) & rows["completion"].isin(COMPLETION)
    step = rows["potential_impact"].map({rating: place for place, rating in enumerate(IMPACT)}).fillna(0)
    shifted = (step + pd.Series(np.arange(len(rows)) % 3, rows.index) - 1).clip(0, 3).astype(int)
    made = rows.assign(completion=rows["completion"].mask(rated, shifted.map(dict(enumerate(COMPLETION)))))
    found = completion_model(made)
    assert found.without["potential_impact"].low > 1 and "not told" not in found.text()[0].plain()


def test_probabilities_are_of_each_class_and_add_up(model):
    sums = model.predicted.frame.groupby("value")["probability"].sum()
    assert sums.tolist() == pytest.approx([1.0] * 4) and sums.index.tolist() == [0, 1, 2, 3]


def test_tables_and_drawing_speak_the_language_and_hold_no_name_of_a_column(model, spoken):
    tables = model.table()
    assert [table.name for table in tables] == ["completion_model", "proportional_odds", "completion_probabilities"]
    shown = " ".join(str(table) + " " + table.frame.to_csv() for table in tables)
    for code in ("potential_impact", "plan_number", "not_started", "specificity,", "country"):
        assert code not in tables[0].frame.to_csv() + tables[1].frame.to_csv()
    assert shown and len(tables[2].frame) == 16
    figure = model.plot()
    assert figure.faults() == []


def test_a_term_that_does_not_vary_is_left_out(rows):
    first = completion_model(rows[rows["plan_number"] == 1])
    assert first.without.terms == ("potential_impact", "specificity", "relevance")


def test_the_model_asks_for_one_vintage_and_ten_countries(rows):
    with pytest.raises(ModelError, match="2 vintages"):
        completion_model(pd.concat([rows, rows.assign(vintage="2015")]))
    few = ogp.open_government.commitments("Mexico").completion_model()
    assert isinstance(few, Parts) and "10 countries" in str(few)
