"""Episodes of regimes: as the publisher dates them, open ones told as open, absence told as absence."""

from __future__ import annotations

import ogp_analysis as ogp
from ogp_analysis.civic_space.events import regime_episodes
from ogp_analysis.data.store import hand_out


def test_episodes_of_mexico_and_hungary():
    assert regime_episodes("MEX", 2000, 2023).to_numpy().tolist() == [
        ["dem", 1988, 2004, "transition"], ["aut", 2020, 2024, "open"]]  # fmt: skip
    assert regime_episodes("HUN", 2000, 2023).to_numpy().tolist() == [["aut", 2006, 2024, "breakdown"]]


def test_only_episodes_that_touch_the_years_count():
    assert regime_episodes("MEX", 2005, 2019).empty
    assert regime_episodes("MEX", 2004, 2004)["direction"].tolist() == ["dem"]


def test_a_country_without_rows_has_no_episodes_and_an_edition_without_the_table_has_no_answer(monkeypatch):
    assert regime_episodes("AND", 2000, 2023).empty
    monkeypatch.setattr(hand_out, "has", lambda *_: False)
    assert regime_episodes("MEX", 2000, 2023) is None


def test_every_episode_of_the_table_has_words():
    frame, words = hand_out.load("ert", "country_year"), ogp.words("country_profile")
    found = [regime_episodes(code, 1990, 2024) for code in sorted(frame["iso3"].dropna().unique())]
    assert sum(map(len, found)) > 150
    for episodes in found:
        assert (episodes["end"] >= episodes["start"]).all() and episodes["outcome"].notna().all()
        for name in ("direction", "outcome"):
            assert all(words.say(name, code).plain() for code in episodes[name])
