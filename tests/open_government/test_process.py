from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.countries import countries
from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.paths import project
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.open_government.process import DATASET
from ogp_analysis.data.sources import raw
from ogp_analysis.open_government.process import STEPS, influence, step_rates


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


@pytest.mark.parametrize("seed", range(3))
def test_rates_are_counted_over_reviewed_plans(seed):
    plans = random_plans(seed)
    result = step_rates(plans, "plan_number")
    assert [(r.group, r.step) for r in result.rates] == [(g, s) for g in ("1", "2", "3") for s in STEPS]
    for rate in result.rates:
        own = plans[plans["plan_number"] == int(rate.group)][rate.step].tolist()
        assert rate.proportion.count == own.count("yes")
        assert rate.proportion.n == own.count("yes") + own.count("no")
        assert rate.not_reviewed == own.count("not_reviewed")
    assert result.n == len(plans)


def test_plans_of_one_country_tell_no_more_than_one():
    """Each country's plan repeated as its second and third: three times the plans, the same interval."""
    codes = [c.iso3 for c in countries()][:24]
    plans = pd.DataFrame([plan(code, step="yes" if i % 3 else "no") for i, code in enumerate(codes)])
    once = step_rates(plans).rates[0].proportion
    again = step_rates(pd.concat([plans.assign(plan_number=k) for k in (1, 2, 3)])).rates[0].proportion
    assert (once.n, again.n, once.clusters, again.clusters) == (24, 72, 24, 24)
    assert again.high - again.low == pytest.approx(once.high - once.low, rel=0.02)
    assert once.low < once.share < once.high


def test_few_countries_and_plans_that_all_agree_have_no_interval():
    codes = [c.iso3 for c in countries()]
    few = pd.DataFrame([plan(code, step="yes" if i % 2 else "no") for i, code in enumerate(codes[:9])])
    alike = pd.DataFrame([plan(code) for code in codes[:20]])
    for plans, share, note in ((few, 4 / 9, "few_clusters"), (alike, 1, "no_variation")):
        rate = step_rates(plans).rates[0].proportion
        assert (rate.share, rate.low, rate.high, rate.note) == (share, None, None, note)


def test_a_group_without_a_reviewed_plan_has_no_rate():
    rate = step_rates(pd.DataFrame([plan(step="not_reviewed")])).rates[0]
    assert (rate.proportion.n, rate.proportion.share, rate.not_reviewed) == (0, None, 1)
    assert rate.proportion.note == "no_data"


def test_regions_are_those_of_the_countries():
    result = step_rates(pd.DataFrame([plan("KEN"), plan("MEX", step="no"), plan("BRA")]), "region")
    counts = {(r.group, r.proportion.count, r.proportion.n) for r in result.rates}
    assert counts == {("latin_america_caribbean", 1, 2), ("sub_saharan_africa", 1, 1)}


def test_the_groups_add_up_to_all():
    plans = random_plans(7)
    for by in ("plan_number", "region"):
        table = step_rates(plans, by).frame
        summed = table.groupby("step")[["count", "n", "not_reviewed"]].sum()
        whole = step_rates(plans).frame.set_index("step")[["count", "n", "not_reviewed"]]
        pd.testing.assert_frame_equal(summed.loc[list(STEPS)], whole)


def test_levels_of_influence_are_counted_over_stated_ones():
    rows = [
        plan(iap2_development=level) for level in ("consult", "consult", "empower", "not_reviewed", "not_applicable")
    ]
    result = influence(pd.DataFrame(rows))
    counts = {name: (p.count, p.n) for name, p in result.levels}
    assert counts == {"inform": (0, 3), "consult": (2, 3), "involve": (0, 3), "collaborate": (0, 3), "empower": (1, 3)}
    assert (result.n, result.not_reviewed, result.not_applicable) == (3, 1, 1)
    assert result.frame["count"].sum() == 3


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: step_rates(pd.DataFrame([plan()]), "year"), "cannot be grouped by 'year'"),
        (lambda: step_rates(pd.DataFrame([plan()]).drop(columns=STEPS[2])), STEPS[2]),
        (lambda: step_rates(pd.DataFrame([plan(step="maybe")])), "maybe"),
        (lambda: step_rates(pd.DataFrame([plan(step=None)])), "unknown codes"),
        (lambda: step_rates(pd.DataFrame([plan()]), level=95), "level is 95"),
        (lambda: influence(pd.DataFrame([plan(iap2_development="persuade")])), "persuade"),
        (lambda: influence(pd.DataFrame([plan()]), "afterwards"), "afterwards"),
        (lambda: influence(pd.DataFrame([plan()])), "iap2_development"),
    ],
)
def test_what_cannot_be_counted_raises(call, said):
    with pytest.raises(ModelError, match=said):
        call()


def test_the_published_plans(mirror):
    item = DATASET.inputs[0]
    place = (item.source, item.version, item.files)
    chunks = raw.chunks(mirror, *place, header=item.header, sidecars=project().raw)
    plans = cleaned(DATASET, ((item, chunk) for chunk in chunks)).tables["plans"]
    whole = step_rates(plans)
    assert [(r.proportion.count, r.proportion.n) for r in whole.rates] == [
        (30, 83),
        (41, 83),
        (41, 84),
        (51, 83),
        (70, 84),
        (39, 84),
    ]
    level = influence(plans)
    assert (level.n, level.not_reviewed, level.not_applicable) == (46, 67, 3)
    assert {name: p.count for name, p in level.levels}["empower"] == 0
    assert level.involved.count == sum(p.count for name, p in level.levels if name not in ("inform", "consult"))
    assert whole.rates[0].proportion.clusters < whole.rates[0].proportion.n, "several plans of a country"
