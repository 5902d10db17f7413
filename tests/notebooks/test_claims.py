"""What pages claim about methods, held against the data of the repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ogp_analysis as ogp
from ogp_analysis.base.words.catalogue import entry
from ogp_analysis.statistics.change import change
from ogp_analysis.statistics.path import fall_from_peak


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_message_states_a_share_of_countries_that_no_model_computes(language):
    """How many countries show a break depends on the date, the test and the index: no fixed number holds."""
    said = " ".join(entry("profile.event", language).values())
    assert not re.search(r"\d+ ?%", said)


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_message_reads_a_verdict_off_bounds_that_do_not_touch(language):
    """Of 62 countries whose 68% bounds of 2014 and 2024 lie apart, 12 changed by less than 1.96 standard errors."""
    said = [*entry("profile.bounded", language).values(), *entry("profile.table", language).values(),
            *entry("others.table", language).values(), *entry("others.country", language).values(),
            *entry("others.column", language).values(), *entry("tables.column", language).values()]  # fmt: skip
    told = " ".join(text for text in said if isinstance(text, str))
    assert not re.search(r"\btouch|\bse tocan\b|\bz\b", told)


def test_the_picture_of_the_readme_has_the_numbers_of_the_model():
    panel = ogp.civic_space.panel(["v2xcs_ccsi"], 2000, 2023)
    history = panel.history("v2xcs_ccsi")
    ten, below = change(history, "MEX", 2013, 2023), fall_from_peak(history, "MEX", 2023)
    caption = " ".join((Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8").split())
    assert (
        f"index fell by {-ten.difference:.3f} from {ten.first} to {ten.last}, the {ten.rank_fall}rd-largest fall among "
        f"{ten.n} countries; from its own highest value since {below.first}, that of {below.peak}, it fell by "
        f"{-below.difference:.3f}, the {below.rank}nd-largest with every country measured alike"
    ) in caption
    assert "rose before it fell" not in caption


def test_there_are_eight_founders():
    countries = ogp.load("ogp_membership", "countries")
    assert (countries["entry_cohort"] == "founders_2011").sum() == 8
    assert "eight founders" in entry("ogp.standing.founder", "en") and "ocho" in entry("ogp.standing.founder", "es")


@pytest.mark.parametrize("search", ["privacy", "privacidad", "private", "surveillance", "vigilancia", "spyware"])
def test_a_search_for_privacy_never_finds_private_civil_liberties(search):
    assert "v2x_clpriv" not in set(ogp.indicators(search)["id"])
