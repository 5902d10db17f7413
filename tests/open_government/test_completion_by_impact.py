from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

import ogp_analysis as ogp
from ogp_analysis.open_government.commitment_rates import IMPACT
from ogp_analysis.open_government.completion_model import completion_by_impact

COMPLETED = ("substantial", "complete")


@pytest.fixture(params=["en", "es"])
def spoken(request):
    ogp.use_language(request.param)
    yield request.param
    ogp.use_language("en")


def frame(countries=14, each=30, seed=3, chance_of=lambda impact, country: 0.5):
    """Commitments of two plans a country; the chance of completion is of impact and country."""
    draw = random.Random(seed)
    rows = []
    for country in range(countries):
        for plan in (1, 2):
            for number in range(each):
                impact = draw.choice([*IMPACT, *IMPACT, "unclear"])
                done = draw.random() < chance_of(impact, country)
                completion = draw.choice(COMPLETED) if done else draw.choice(["not_started", "limited"])
                rows.append({
                    "commitment_id": f"{country}-{plan}-{number}", "vintage": "2016", "unit": f"U{country:02}",
                    "iso3": None, "plan_number": plan,
                    "row_kind": "milestone" if draw.random() < 0.05 else "commitment",
                    "potential_impact": impact, "completion": "withdrawn" if draw.random() < 0.05 else completion,
                })  # fmt: skip
    return pd.DataFrame(rows)


def by_hand(rows, lower, higher):
    """Difference within plans, its error over countries, commitments, plans and countries, by the formulas."""
    plans = {}
    for row in rows.to_dict("records"):
        if row["row_kind"] == "commitment" and row["completion"] != "withdrawn" and row["potential_impact"] in IMPACT:
            key = row["iso3"] or row["unit"], row["unit"], row["plan_number"]
            plans.setdefault(key, {}).setdefault(row["potential_impact"], []).append(row["completion"] in COMPLETED)
    both = {key: (held[lower], held[higher]) for key, held in plans.items() if lower in held and higher in held}
    weights = {key: len(a) * len(b) / (len(a) + len(b)) for key, (a, b) in both.items()}
    differences = {key: np.mean(b) - np.mean(a) for key, (a, b) in both.items()}
    whole = sum(weights.values())
    estimate = sum(weights[key] * differences[key] for key in both) / whole
    scores: dict[str, float] = {}
    for key in both:
        scores[key[0]] = scores.get(key[0], 0.0) + weights[key] * (differences[key] - estimate)
    n, g = sum(len(a) + len(b) for a, b in both.values()), len(scores)
    # Effects of plans lie within countries, so they are not counted among the two parameters.
    error = (sum(score**2 for score in scores.values()) * g / (g - 1) * (n - 1) / (n - 2)) ** 0.5 / whole
    return estimate, error, n, len(both), g


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_each_step_is_that_of_the_formulas(seed):
    rows = frame(seed=seed, chance_of=lambda impact, country: 0.2 + 0.04 * country)
    found = completion_by_impact(rows)
    assert found.steps[["lower", "higher"]].apply(tuple, axis=1).tolist() == list(pairwise(IMPACT))
    for step, one in zip(found.steps.itertuples(), found.estimates[-3:], strict=True):
        estimate, error, n, plans, countries = by_hand(rows, step.lower, step.higher)
        assert (step.lower_n + step.higher_n, step.plans, step.clusters) == (n, plans, countries)
        assert one.estimate == pytest.approx(estimate) and one.std_error == pytest.approx(error)
        half = t.ppf(0.975, countries - 1) * one.std_error
        assert (one.low, one.high) == pytest.approx((estimate - half, estimate + half))
        assert step.smallest == pytest.approx((t.ppf(0.975, countries - 1) + t.ppf(0.8, countries - 1)) * one.std_error)


def test_a_country_that_rates_all_high_does_not_pass_for_an_effect_of_impact():
    """Completion differs by country, and so does impact: all together it looks like a step, within plans not."""
    rows = frame(30, 40, 8, chance_of=lambda impact, country: 0.9 if country < 15 else 0.1)
    high = rows["unit"] < "U15"
    kept = rows[~(high & (rows["potential_impact"] == "none") & (rows.index % 4 > 0))]
    kept = kept[~((kept["unit"] >= "U15") & (kept["potential_impact"] == "minor") & (kept.index % 4 > 0))]
    found = completion_by_impact(kept)
    shares = dict(found.classes)
    assert shares["minor"].share - shares["none"].share > 0.3
    assert abs(found.steps["estimate"][0]) < 0.08 and not found.compared["excludes_zero"][0]


def test_what_is_rated_on_one_scale_only_is_in_no_count():
    rows = frame()
    rated = rows["potential_impact"].isin(IMPACT) & (rows["completion"] != "withdrawn")
    own = rows[rated & (rows["row_kind"] == "commitment")]
    found = completion_by_impact(rows)
    assert (found.n, found.completed) == (len(own), own["completion"].isin(COMPLETED).sum())
    assert sum(p.n for _, p in found.classes) == found.n and sum(p.count for _, p in found.classes) == found.completed


def test_localities_of_one_country_are_one_cluster():
    rows = frame()
    local = rows.assign(iso3=rows["unit"].map(lambda unit: "AAA" if unit < "U03" else None))
    assert completion_by_impact(local).steps["clusters"][0] == 12


@pytest.mark.parametrize("countries, compared", [(9, False), (10, True)])
def test_fewer_than_ten_countries_are_counted_and_not_compared(countries, compared, spoken):
    found = completion_by_impact(frame(countries))
    assert len(found.compared) == (len(found.steps) if compared else 0)
    assert len(found.text()) == (5 if compared else 1)
    assert bool(found.plot()) == compared and len(found.table()) == 1 + compared
    if not compared:
        assert str(found.completed) in found.text()[0].plain() and found.frame["estimate"].isna().all()


def test_where_all_are_completed_there_is_nothing_to_compare():
    found = completion_by_impact(frame(chance_of=lambda *_: 1.0))
    assert found.steps[["estimate", "smallest"]].isna().all(axis=None) and len(found.text()) == 1


@pytest.mark.parametrize("chance, sign, word", [
    ({"none": 0.9, "minor": 0.2, "moderate": 0.2, "transformative": 0.2}, -1, {"en": "lower", "es": "menor"}),
    ({"none": 0.1, "minor": 0.8, "moderate": 0.8, "transformative": 0.8}, 1, {"en": "higher", "es": "mayor"}),
])  # fmt: skip
def test_the_answer_changes_with_the_data_and_a_step_that_is_told_says_which_way(chance, sign, word, spoken):
    found = completion_by_impact(frame(chance_of=lambda impact, _: chance.get(impact, 0.5)))
    first, *others = found.compared.itertuples()
    assert first.excludes_zero and first.estimate * sign > 0.5
    assert word[spoken] in found.text()[1].plain()
    figure = found.plot()
    assert figure.faults() == []
    for step, said in zip(others, found.text()[2:4], strict=True):
        # A null result prints the smallest difference that would have been distinguishable.
        assert step.excludes_zero or f"{100 * step.smallest:.0f}" in said.plain()


def test_no_text_of_the_drawing_meets_another_on_either_sheet(spoken):
    figure = ogp.open_government.commitments().completion_by_impact().plot()
    assert figure.faults() == []
    shown = [text.get_text() for text in figure.narrow.texts]
    assert any("34" in text for text in shown)


def test_the_embedded_vintage(embedded_commitments):
    found = completion_by_impact(embedded_commitments["commitments"])
    rows = found.frame.set_index("lower")[["lower_count", "lower_n", "higher_count", "higher_n", "plans", "clusters"]]
    assert rows.loc["none"].tolist() == [45, 88, 145, 286, 34, 29]
    assert rows.loc["moderate"].tolist() == [299, 582, 131, 275, 68, 49]
    assert found.frame["estimate"].round(3).tolist() == [-0.095, 0.01, -0.022]
    assert not found.compared["excludes_zero"].any()
    assert found.tidy()["term"].tolist()[4:] == ["none|minor", "minor|moderate", "moderate|transformative"]
