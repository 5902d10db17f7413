"""Which countries each rule leaves."""

from __future__ import annotations

from typing import get_args

import pandas as pd
import pytest

from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.parameter_types import DonorRule
from ogp_analysis.base.words import word
from ogp_analysis.civic_space.shocks.donors import DONOR_RULES, donor_rules, may_be_applied, not_donors
from ogp_analysis.data.store import hand_out

UNITS = ("MEX", "BRA", "NOR", "CHN", "DEU", "CUB")
BEFORE = pd.Series({"MEX": 0.5, "BRA": 0.6, "NOR": 0.601, "CHN": 0.4, "DEU": 0.9, "CUB": 0.45})


def kept(rule: str) -> set[str]:
    return set(UNITS) - {"MEX"} - set(not_donors(rule, "MEX", UNITS, BEFORE, 1.0, "embedded"))


def test_each_rule_by_hand():
    spyware = set(hand_out.load("carnegie_spyware_inventory", "cases")["iso3"])
    assert {"MEX", "BRA", "DEU", "CHN"} <= spyware and not {"NOR", "CUB"} & spyware
    assert kept("all") == {"BRA", "NOR", "CHN", "DEU", "CUB"}
    assert kept("near") == {"BRA", "CHN", "CUB"}
    assert kept("region") == {"BRA", "CUB"}
    assert kept("never_members") == {"CHN", "CUB"}
    assert kept("members") == {"BRA", "NOR", "DEU"}
    assert kept("no_spyware_record") == {"NOR", "CUB"}
    assert kept("near_without_record") == {"CUB"}


def test_near_is_a_tenth_of_the_scale_and_a_reason_is_the_condition_not_met():
    out = not_donors("near_without_record", "MEX", UNITS, BEFORE * 4, 4.0, "embedded")
    assert out == {"NOR": "level_within", "DEU": "level_within", "BRA": "spyware_record", "CHN": "spyware_record"}
    assert set(not_donors("near", "MEX", UNITS, BEFORE.drop("BRA"), 1.0, "embedded")) == {"BRA", "NOR", "DEU"}


def test_rules_have_words_in_both_languages_and_are_what_a_notebook_takes():
    assert get_args(DonorRule) == DONOR_RULES == tuple(donor_rules())
    for language in ("en", "es"):
        assert len({word(f"shock.rule.{rule}", language) for rule in DONOR_RULES}) == len(DONOR_RULES)


def test_a_rule_that_does_not_exist_is_one_sentence():
    with pytest.raises(
        ParameterError, match=r"^donor_rule: there is no rule 'neighbours'\. Use 'near', 'all', 'region'"
    ):
        not_donors("neighbours", "MEX", UNITS, BEFORE, 1.0, "embedded")


def test_a_rule_can_be_applied_where_its_data_are_held(monkeypatch):
    assert all(may_be_applied(rule, "embedded") for rule in DONOR_RULES)
    monkeypatch.setattr(hand_out, "has", lambda *_: False)
    assert [rule for rule in DONOR_RULES if not may_be_applied(rule, "full")] == [
        "no_spyware_record",
        "near_without_record",
    ]
