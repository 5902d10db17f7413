"""Results as the values that a sentence takes."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import MessageError
from ogp_analysis.base.words import sentence
from ogp_analysis.base.words.numbers import count
from ogp_analysis.statistics.change import change, latest
from ogp_analysis.statistics.facts import facts
from ogp_analysis.statistics.rates import proportion

SERIES = pd.DataFrame({"unit": ["A", "B", "C"] * 2, "year": [2013] * 3 + [2023] * 3,
                       "value": [0.5, 0.6, 0.7, 0.4, 0.7, 0.7]})  # fmt: skip


def test_a_proportion_gives_count_denominator_share_and_interval():
    found = facts(proportion(3, 10), "fell")
    assert list(found) == ["fell_count", "fell_n", "fell_share", "fell_low", "fell_high"]
    assert (found["fell_count"], found["fell_n"]) == (count(3), count(10))
    share = found["fell_share"]
    assert (share.value, share.low, share.level) == (0.3, found["fell_low"].value, 0.95)
    assert list(facts(proportion(3, 10))) == ["count", "n", "share", "low", "high"]


def test_a_share_of_nothing_has_no_share_so_that_it_cannot_be_said():
    assert facts(proportion(0, 0), "kept") == {"kept_count": count(0), "kept_n": count(0)}


def test_a_result_gives_its_numbers_its_properties_and_its_proportions():
    found = facts(change(SERIES, "A", 2013, 2023))
    assert [found[name].value for name in ("window", "first", "last", "rank_fall")] == [10, 2013, 2023, 1]
    assert (found["n"], found["as_much_n"], found["as_much_count"]) == (count(3), count(2), count(1))
    assert found["difference"].written("en") == "−0.100" and found["direction"] == "fell"
    assert sentence("profile.change", case=found["direction"], **found).plain()


def test_what_is_missing_is_left_out_and_its_sentence_refused():
    found = facts(change(SERIES, "D", 2013, 2023))
    assert not {"difference", "rank_fall", "as_much_share"} & set(found)
    with pytest.raises(MessageError, match="lacks the value"):
        sentence("profile.change", case="fell", **found)
    assert "value" not in facts(latest(SERIES, "D"))
