from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words import use_language
from ogp_analysis.statistics.models import Model, table
from ogp_analysis.statistics.regression import ols
from ogp_analysis.statistics.result import Estimate, quantile


@pytest.fixture(params=["en", "es"])
def spoken(request):
    use_language(request.param)
    yield request.param
    use_language("en")


def frame() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    made = pd.DataFrame(rng.normal(size=(40, 2)), columns=["x", "z"])
    made["y"] = 1 + 2 * made["x"] + rng.normal(size=40)
    made["plan"] = np.arange(40) // 4
    made.loc[39, "z"] = np.nan
    return made


def fits() -> list[Model]:
    return [ols(frame(), "y", ["x"]), ols(frame(), "y", ["x", "z"], clusters="plan")]


def events(**change) -> Model:
    fixed = Estimate("-1", 0.0)
    moving = [Estimate(str(t), t / 10, 0.05, t / 10 - 0.1, t / 10 + 0.1, 0.03) for t in (-2, 0, 1, 2)]
    about = {"estimates": (moving[0], fixed, *moving[1:]), "n": 90, "clusters": 9, "clustered_by": (("unit", 9),)}
    about |= {"outcome": "index", "errors": "cluster_each", "when": (-2, -1, 0, 1, 2)}
    return Model(**about | change)


@pytest.mark.parametrize("change", [{"when": (1,)}, {"bands": ((0, 1),)}, {"sizes": (1, 2)}])
def test_what_does_not_belong_to_one_estimate_each_is_refused(change):
    with pytest.raises(ModelError, match="has 5 estimates and"):
        events(**change)


def test_the_sample_says_what_was_used_and_left_out():
    found = fits()[1].sample
    assert found.to_numpy().tolist() == [["used", "", 39], ["left out", "z", 1], ["clusters", "plan", 10]]


def test_the_smallest_detectable_effect_is_found_with_its_power():
    """By simulation: estimates with that mean and the standard error reject in four of five."""
    fit = fits()[0]
    size, error = fit.smallest_detectable("x"), fit["x"].std_error
    assert size == pytest.approx((quantile(0.975, 38) + quantile(0.8, 38)) * error)
    rng = np.random.default_rng(2)
    drawn = (size / error + rng.normal(size=200_000)) / np.sqrt(rng.chisquare(38, 200_000) / 38)
    assert (abs(drawn) > quantile(0.975, 38)).mean() == pytest.approx(0.8, abs=0.01)
    assert events().smallest_detectable("-1") is None
    assert events().smallest_detectable("1") == pytest.approx((1.959964 + 0.841621) * 0.05, rel=1e-6)


def test_a_table_puts_models_side_by_side(spoken):
    made = table(fits(), labels={"x": "Income & more", "y": "Score"})
    rows = made.frame.to_numpy().tolist()
    constant = {"en": "Constant", "es": "Constante"}[spoken]
    assert [row[0] for row in rows[:3]] == ["Income & more", "z", constant]
    assert rows[1][1] == "" and rows[1][2].count("\n(") == 1
    assert rows[3][1:] == ["40", "39"] and rows[4][1:] == ["", "10"]
    shown = made.outputs()[0][0]
    assert "(1) Score" in shown["text/html"] and "Income &amp; more" in shown["text/html"]
    assert made.notes[0] in shown["text/plain"] and list(made.notes) == made.payload()["notes"]


def test_latex_has_rules_and_errors_below_estimates():
    text = table(fits(), name="two", caption="A & B").to_latex()
    lines = text.splitlines()
    assert lines[3:6] == [r"\caption{A \& B}\label{tab:two}", r"\begin{tabular}{lrr}", r"\toprule"]
    at = lines.index(r"\midrule")
    assert lines[at - 1] == r"Term & (1) y & (2) y \\"
    assert lines[at + 1].startswith("x & ") and lines[at + 2].startswith(" & (0.")
    assert lines[at + 3].startswith("z &  & ") and lines[at + 4].startswith(" &  & (")
    assert lines.count(r"\midrule") == 2 and lines[lines.index(r"\bottomrule") + 1] == r"\end{tabular}"
    assert "−" not in text and r"{\footnotesize\raggedright Standard errors in brackets." in text


def test_a_model_without_estimates_has_a_table_of_its_sample():
    empty = table([Model(estimates=(), n=7, outcome="y", errors="hc1")])
    assert empty.rows_of_terms == 0 and empty.frame.iloc[0].tolist() == ["Observations", "7"]
    assert empty.notes[0] == "Standard errors in brackets."


@pytest.mark.parametrize(("given", "how", "fault"), [
    ([], {}, "there is no model"), (None, {"titles": ["A"]}, "1 titles stand over 2 models"),
    (None, {"terms": ["w"]}, "no model has 1 of the terms, 'w'"),
])  # fmt: skip
def test_a_table_that_cannot_be_made_is_one_sentence(given, how, fault):
    with pytest.raises(ModelError, match=fault):
        table(fits() if given is None else given, **how)


@pytest.mark.parametrize(("estimate", "error", "places"), [
    (1.0, 0.2, 3), (1.0, 30.0, 3), (1.0, 0.01, 3), (1.0, 0.0099, 4), (1e-7, 3e-7, 8), (0.0, None, 3), (2e-4, None, 5),
    (1.0, 1e-15, 10),
])  # fmt: skip
def test_decimals_follow_the_error(estimate, error, places):
    assert Estimate("x", estimate, error).decimals == places
