from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.open_government.theme_carry_over import CHOICES, NEAREST, carry_over

THEMES = ["privacy", "open_data", "procurement", "justice"]


def tables(plans):
    """Commitments and themes of ``{(unit, plan): [themes of one commitment, …]}``."""
    rows, themes = [], []
    for (unit, plan), commitments in plans.items():
        for i, held in enumerate(commitments):
            name = f"2016-{unit}-{plan}-{i}-1"
            rows.append({"commitment_id": name, "vintage": "2016", "unit": unit, "iso3": None, "plan_number": plan})
            themes += [{"commitment_id": name, "theme": theme, "rule": f"r{n}"} for n, theme in enumerate(held)]
    return pd.DataFrame(rows), pd.DataFrame(themes, columns=["commitment_id", "theme", "rule"])


def test_shares_are_those_of_a_count_by_hand():
    chance = random.Random(5)
    plans = {
        (unit, plan): [[t for t in THEMES if chance.random() < 0.3] for _ in range(chance.randint(1, 3))]
        for unit in "ABCDEFGHIJ"
        for plan in (1, 2, 3)
        if chance.random() < 0.8
    }
    found = carry_over(*tables(plans))
    held = {key: {t for commitment in value for t in commitment} for key, value in plans.items()}
    pairs = [key for key in sorted(held) if (key[0], key[1] + 1) in held]
    assert list(found.pairs[["unit", "plan_number"]].itertuples(index=False, name=None)) == pairs
    after = {key: held[key[0], key[1] + 1] for key in pairs}
    assert found.n == found.overall.n == sum(len(held[key]) for key in pairs)
    assert found.overall.count == sum(len(held[key] & after[key]) for key in pairs)
    assert found.without_next == len(held) - len(pairs)
    for theme in found.themes.itertuples():
        had = [key for key in pairs if theme.theme in held[key]]
        had_not = [key for key in pairs if theme.theme not in held[key]]
        assert (theme.carried, theme.carried_n) == (sum(theme.theme in after[k] for k in had), len(had))
        assert (theme.taken_up, theme.taken_up_n) == (sum(theme.theme in after[k] for k in had_not), len(had_not))
    assert found.themes["theme"].tolist() == sorted(THEMES)


def test_the_interval_is_over_countries():
    chance = random.Random(8)
    plans = {
        (f"U{i:02}", plan): [[t for t in THEMES if chance.random() < 0.5]] for i in range(30) for plan in range(1, 5)
    }
    commitments, themes = tables(plans)
    whole = carry_over(commitments, themes)
    assert whole.overall.case == "interval" and whole.clusters == 30
    # Two countries of fifteen units each: their pairs are not thirty draws.
    two = carry_over(
        commitments.assign(iso3=["AAA" if unit < "U15" else "BBB" for unit in commitments["unit"]]), themes
    )
    assert (two.clusters, two.overall.case, two.overall.share) == (2, "count", whole.overall.share)


def test_a_theme_found_by_two_rules_or_in_two_commitments_counts_once():
    found = carry_over(*tables({("A", 1): [["privacy", "privacy"], ["privacy"]], ("A", 2): [["privacy"]]}))
    assert (found.overall.count, found.overall.n) == (1, 1)


def test_a_plan_without_a_theme_is_a_plan():
    commitments, themes = tables({("A", 1): [["privacy"]], ("A", 2): [[]], ("B", 1): [[]], ("B", 2): [["privacy"]]})
    found = carry_over(commitments, themes)
    assert (found.overall.count, found.overall.n, len(found.pairs)) == (0, 1, 2)
    assert found.themes.loc[0, ["taken_up", "taken_up_n"]].tolist() == [1, 1]
    assert [(len(pair.themes), len(pair.carried)) for pair in found.pairs.itertuples()] == [(1, 0), (0, 0)]


def test_only_the_very_next_plan_counts():
    found = carry_over(*tables({("A", 1): [["privacy"]], ("A", 3): [["privacy"]], ("B", 2): [["privacy"]]}))
    assert (found.n, len(found.pairs), found.without_next, found.note) == (0, 0, 3, "no_data")
    assert found.overall.share is None


def drawn(seed=4, units=24, most=6):
    """Two plans each of many units, of one to `most` commitments with a theme or two."""
    chance = random.Random(seed)
    return {
        (f"U{i:02}", plan): [[chance.choice(THEMES)] for _ in range(chance.randint(1, most))]
        for i in range(units)
        for plan in (1, 2)
    }


def beside(plans, nearest):
    """Own and others' shares of each theme of a first plan, by the rule: the nearest in size, and those as near."""
    rows = []
    for (unit, plan), first in plans.items():
        if (unit, plan + 1) not in plans:
            continue
        own = plans[unit, plan + 1]
        others = [held for (u, n), held in plans.items() if u != unit and (u, n - 1) in plans]
        gaps = sorted(abs(len(held) - len(own)) for held in others)
        widest = gaps[-1 if nearest is None else nearest - 1]
        near = [held for held in others if abs(len(held) - len(own)) <= widest]
        for theme in {one for commitment in first for one in commitment}:
            has = [any(theme in commitment for commitment in held) for held in (own, *near)]
            rows.append((unit, has[0], sum(has[1:]) / len(near)))
    return rows


@pytest.mark.parametrize("seed", [4, 9])
def test_others_are_the_next_plans_of_other_countries_nearest_in_size(seed):
    plans = drawn(seed)
    found = carry_over(*tables(plans))
    assert found.matched["nearest"].tolist() == list(CHOICES) and found.comparison.nearest == NEAREST == 5
    for one in found.matched.itertuples():
        rows = beside(plans, one.nearest)
        assert one.n == len(rows) == found.n
        assert (
            one.own == pytest.approx(sum(own for _, own, _ in rows) / len(rows)) == pytest.approx(found.overall.share)
        )
        assert one.others == pytest.approx(sum(others for *_, others in rows) / len(rows))
        differences = pd.DataFrame([(unit, own - others) for unit, own, others in rows], columns=["unit", "d"])
        assert one.estimate == pytest.approx(differences["d"].mean())
        sums = (differences["d"] - differences["d"].mean()).groupby(differences["unit"]).sum()
        error = (sum(sums**2) * len(sums) / (len(sums) - 1)) ** 0.5 / len(rows)
        assert found[f"matched.{one.nearest or 'all'}"].std_error == pytest.approx(error, rel=0.01)
        assert one.smallest > 2.5 * error


def test_a_theme_that_every_plan_has_leaves_no_difference():
    plans = {(f"U{i:02}", plan): [["open_data"], [THEMES[i % 2]]] for i in range(12) for plan in (1, 2)}
    found = carry_over(*tables(plans))
    by_theme = found.themes.set_index("theme")["others"]
    assert by_theme["open_data"] == 1.0 and by_theme["privacy"] == pytest.approx(5 / 11)
    same = carry_over(*tables({key: [["open_data"]] for key in plans}))
    assert same.matched["estimate"].isna().all() and (same.matched["others"] == 1.0).all()


@pytest.mark.parametrize("units, compared", [(9, False), (10, True)])
def test_fewer_than_ten_countries_give_no_interval(units, compared):
    found = carry_over(*tables(drawn(units=units)))
    assert (found.matched[["estimate", "smallest"]].notna() == compared).all(axis=None)
    assert len(found.text()) == (4 if compared else 3)
    assert ("low" in found.table()[1].frame) == compared


def test_others_are_looked_for_where_the_caller_says_and_never_in_the_same_country():
    commitments, themes = tables(drawn())
    own = commitments[commitments["unit"] == "U03"]
    assert carry_over(own, themes).matched.empty and len(carry_over(own, themes).text()) == 1
    found = carry_over(own, themes, commitments)
    assert found.comparison.n == found.n > 0 and np.isnan(found.comparison.estimate)
    renamed = commitments.assign(iso3=commitments["unit"].map(lambda unit: "AAA" if unit < "U20" else None))
    local = carry_over(renamed[renamed["unit"] == "U03"], themes, renamed)
    near = [held for (u, n), held in drawn().items() if u >= "U20" and n == 2]
    assert len(near) == 4 and local.comparison.others != found.comparison.others


def test_what_is_said_follows_the_interval_and_a_null_result_prints_what_would_have_been_told():
    for seed in (4, 9, 12):
        found = carry_over(*tables(drawn(seed)))
        one, said = found.comparison, found.text()[1]
        told = not one.low <= 0 <= one.high
        assert said.case == ("distinguishable" if told else "not_distinguishable")
        assert told or f"{100 * one.smallest:.1f} points" in said.plain()
    stuck = {(f"U{i:02}", plan): [[THEMES[i % 3]]] for i in range(16) for plan in (1, 2)}
    assert carry_over(*tables(stuck)).text()[1].case == "distinguishable"


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_text_of_the_drawing_meets_another(embedded_commitments, language):
    ogp.use_language(language)
    found = carry_over(embedded_commitments["commitments"], embedded_commitments["themes"])
    figure = found.plot()
    assert figure.faults() == [] and len(found.table()) == 2
    ogp.use_language("en")
    assert carry_over(*tables({("A", 1): [["privacy"]]})).plot() == ()


def test_the_embedded_vintage(embedded_commitments):
    found = carry_over(embedded_commitments["commitments"], embedded_commitments["themes"])
    assert (len(found.pairs), found.clusters, found.without_next) == (39, 37, 61)
    assert found.n == sum(found.frame["carried_n"])
    surveillance = found.frame.set_index("theme").loc["state_surveillance"]
    assert surveillance[["carried", "carried_n", "taken_up", "taken_up_n"]].tolist() == [0, 0, 2, 39]
    assert found.tidy()["term"].tolist()[0] == "all"
    assert found.tidy()["term"].tolist()[-5:] == [f"matched.{n}" for n in (1, 3, 5, 10, "all")]
    shares = [(round(one.own, 3), round(one.others, 3)) for one in found.matched.itertuples()]
    assert shares == [(0.722, 0.616), (0.722, 0.611), (0.722, 0.603), (0.722, 0.597), (0.722, 0.589)]
    assert found.comparison.low == pytest.approx(0.0169, abs=1e-3)
