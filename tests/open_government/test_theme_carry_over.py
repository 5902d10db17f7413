from __future__ import annotations

import random

import pandas as pd
import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.open_government.theme_carry_over import carry_over

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
    assert [(p.unit, p.plan_number) for p in found.pairs] == pairs
    after = {key: held[key[0], key[1] + 1] for key in pairs}
    assert found.n == found.overall.n == sum(len(held[key]) for key in pairs)
    assert found.overall.count == sum(len(held[key] & after[key]) for key in pairs)
    assert found.without_next == len(held) - len(pairs)
    for theme in found.themes:
        had = [key for key in pairs if theme.theme in held[key]]
        had_not = [key for key in pairs if theme.theme not in held[key]]
        assert (theme.carried.count, theme.carried.n) == (sum(theme.theme in after[k] for k in had), len(had))
        assert (theme.taken_up.count, theme.taken_up.n) == (sum(theme.theme in after[k] for k in had_not), len(had_not))
    assert [t.theme for t in found.themes] == sorted(THEMES)


def test_the_interval_is_over_countries():
    chance = random.Random(8)
    plans = {
        (f"U{i:02}", plan): [[t for t in THEMES if chance.random() < 0.5]] for i in range(30) for plan in range(1, 5)
    }
    commitments, themes = tables(plans)
    whole = carry_over(commitments, themes)
    assert whole.overall.case == "interval" and whole.clusters == 30
    # Two countries of fifteen units each: their pairs are no thirty draws.
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
    assert (found.themes[0].taken_up.count, found.themes[0].taken_up.n) == (1, 1)
    table = found.pair_table().set_index("unit")
    assert table.loc["A", ["n_themes", "n_carried", "share"]].tolist() == [1, 0, 0.0]
    assert pd.isna(table.loc["B", "share"])


def test_only_the_very_next_plan_counts():
    found = carry_over(*tables({("A", 1): [["privacy"]], ("A", 3): [["privacy"]], ("B", 2): [["privacy"]]}))
    assert (found.n, found.pairs, found.without_next, found.note) == (0, (), 3, "no_data")
    assert found.overall.share is None


def test_several_vintages_are_refused():
    commitments, themes = tables({("A", 1): [["privacy"]], ("A", 2): [["privacy"]]})
    with pytest.raises(ModelError, match="2 vintages"):
        carry_over(commitments.assign(vintage=["2015", "2016"]), themes)


def test_themes_of_other_commitments_are_left_out():
    commitments, themes = tables({("A", 1): [["privacy"]], ("A", 2): [["privacy"]]})
    more = pd.DataFrame([{"commitment_id": "2015-A-1-0-1", "theme": "justice", "rule": "r0"}])
    assert carry_over(commitments, pd.concat([themes, more])).overall == carry_over(commitments, themes).overall


def test_the_embedded_vintage(embedded_commitments):
    found = carry_over(embedded_commitments["commitments"], embedded_commitments["themes"])
    assert (len(found.pairs), found.clusters, found.without_next) == (39, 37, 61)
    assert found.n == sum(found.frame["carried_n"])
    surveillance = found.frame.set_index("theme").loc["state_surveillance"]
    assert surveillance[["carried", "carried_n", "taken_up", "taken_up_n"]].tolist() == [0, 0, 2, 39]
    assert found.tidy()["term"].tolist()[0] == "all"
