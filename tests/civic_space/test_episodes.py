"""Episodes of autocratisation: the rule against its own words spelt out year by year, and against ERT 15."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.base.errors import ModelError
from ogp_analysis.civic_space.episodes import COLUMNS, autocratization
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.civic_space import ert
from ogp_analysis.data.sources import raw


def series(values, regime=1, transition=0, unit="AAA", first=2000) -> pd.DataFrame:
    return pd.DataFrame({"unit": unit, "year": range(first, first + len(values)), "value": values, "regime": regime,
                         "transition": transition}).astype({"regime": float, "transition": float})  # fmt: skip


def spans(frame: pd.DataFrame) -> list[tuple]:
    table = autocratization(frame).frame
    return list(table[["unit", "start_year", "end_year", "open"]].itertuples(index=False, name=None))


def test_a_fall_of_a_tenth_in_steps_is_one_episode_that_ends_with_the_last_step():
    found = autocratization(series([0.5, 0.5, 0.45, 0.45, 0.38, *[0.38] * 5, 0.38]))
    assert found.frame.iloc[0].tolist() == ["AAA", 2002, 2004, 2001, 0.5, 0.38, False]
    assert list(found.frame.columns) == list(COLUMNS)
    assert (found.units, found.years) == (1, 11)
    assert (len(found.under_way(2001)), len(found.under_way(2003)), len(found.under_way(2005))) == (0, 1, 0)


def test_a_fall_that_the_data_end_in_is_open():
    assert spans(series([0.5, 0.38, 0.38])) == [("AAA", 2001, 2002, True)]


def test_small_steps_in_the_pause_count_towards_the_total():
    assert spans(series([0.5, 0.405, 0.40, 0.396, 0.396, 0.396, 0.396, 0.396])) == [("AAA", 2001, 2001, False)]
    assert spans(series([0.5, 0.41, 0.409, 0.409, 0.409, 0.409, 0.409])) == []


@pytest.mark.parametrize(
    ("values", "regime", "transition", "expected"),
    [
        ([0.5, 0.45, 0.45, 0.38], 1, 0, [("AAA", 2001, 2003, True)]),
        ([0.5, 0.45, 0.49, 0.38], 1, 0, [("AAA", 2003, 2003, True)]),  # a rise by more than 0.03
        ([0.5, 0.45, 0.45, 0.38], [2, 2, 3, 2], 0, []),  # up into liberal democracy
        ([0.5, 0.45, 0.45, 0.38], 1, [0, 0, 1, 0], []),  # a transition to democracy
    ],
)
def test_each_end_cuts_the_first_fall_from_the_next(values, regime, transition, expected):
    assert spans(series(values, regime, transition)) == expected


def test_slow_rises_since_the_last_fall_end_it_after_a_tenth():
    slow = [0.6, 0.48, 0.51, 0.54, 0.57, 0.59, 0.57]
    assert spans(series(slow)) == [("AAA", 2001, 2001, False)]


def test_a_total_of_exactly_a_tenth_is_what_floating_point_makes_of_it():
    """As in the published data: 0.5 - 0.4 is less than 0.1 there, 0.4 - 0.3 is more."""
    assert spans(series([0.5, 0.4])) == []
    assert spans(series([0.4, 0.3])) == [("AAA", 2001, 2001, True)]


def test_a_missing_year_ends_the_run():
    whole, gap = series([0.5, 0.45, 0.45, 0.38]), series([0.5, 0.45, np.nan, 0.38])
    assert spans(whole) == [("AAA", 2001, 2003, True)]
    assert spans(gap) == spans(gap.dropna(subset="value")) == []


def test_a_missing_regime_ends_nothing():
    assert spans(series([0.5, 0.45, 0.38], np.nan, np.nan)) == [("AAA", 2001, 2002, True)]


def test_units_do_not_run_into_one_another_and_order_does_not_matter():
    both = pd.concat([series([0.5, 0.45], unit="BBB", first=2002), series([0.6, 0.55], first=2000)])
    assert spans(both) == []
    falls = pd.concat([series([0.5, 0.3], unit="BBB"), series([0.6, 0.4])])
    assert spans(falls) == spans(falls.iloc[::-1]) == [("AAA", 2001, 2001, True), ("BBB", 2001, 2001, True)]


def test_a_repeated_year_and_an_absent_column_are_refused():
    with pytest.raises(ModelError, match="repeat a unit-year"):
        autocratization(pd.concat([series([0.5]), series([0.4])]))
    with pytest.raises(ModelError, match="'transition'"):
        autocratization(series([0.5]).drop(columns="transition"))


def brute_force(frame: pd.DataFrame) -> list[tuple]:
    """The rule in its own words, on whole thousandths: every year is asked anew what ended before it."""
    value = [round(v * 1000) for v in frame["value"]]
    regime, moved = frame["regime"].tolist(), frame["transition"].tolist()
    n, found, covered = len(value), [], 0
    falls = [i for i in range(1, n) if value[i] - value[i - 1] <= -10]
    for first in falls:
        if first <= covered:
            continue

        def last_fall(j, first=first):
            return max(f for f in falls if first <= f <= j)

        def ended(j):
            return (value[j] - value[j - 1] > 30 or value[j] - value[last_fall(j - 1)] > 100
                    or (regime[j] == 3 and regime[j - 1] < 3) or moved[j] == 1)  # fmt: skip

        def paused(j):
            return j - last_fall(j) >= 5

        cut = min([j for j in range(first + 1, n) if ended(j)], default=n)
        rest = min([j for j in range(first + 1, cut) if paused(j)], default=None)
        reach = cut if rest is None else rest + 1
        last = last_fall(reach - 1)
        is_open = rest is None and cut == n
        inside = value[first - 1 : reach]
        # The total alone is compared as the publisher does, in floating point.
        if min(inside) / 1000 - max(inside) / 1000 <= -0.1:
            found.append(("AAA", 2000 + first, 2000 + (n - 1 if is_open else last), is_open))
        covered = last
    return found


@pytest.mark.parametrize("seed", range(40))
def test_the_rule_is_what_its_words_say(seed):
    random = np.random.default_rng(seed)
    steps = random.choice([-60, -31, -11, -10, -9, -1, 0, 0, 1, 9, 30, 31, 45], size=40)
    values = np.clip(500 + np.cumsum(steps), 20, 980) / 1000
    frame = series(values, random.choice([1, 2, 2, 3], 40), random.choice([0] * 15 + [1], 40))
    assert spans(frame) == brute_force(frame)


def test_the_series_of_the_comparison_hold_many_episodes_open_and_ended():
    """Without them the comparison above would say little."""
    found = []
    for seed in range(40):
        random = np.random.default_rng(seed)
        steps = random.choice([-60, -31, -11, -10, -9, -1, 0, 0, 1, 9, 30, 31, 45], size=40)
        found += spans(series(np.clip(500 + np.cumsum(steps), 20, 980) / 1000))
    assert len(found) > 30
    assert {one[3] for one in found} == {True, False}


# --- The published file --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(mirror) -> pd.DataFrame:
    chunks = raw.chunks(mirror, "ert", "15", "ert.csv", sidecars=paths.project().raw)
    (source,) = ert.DATASET.inputs
    return cleaned(ert.DATASET, [(source, chunk) for chunk in chunks]).tables["country_year"]


def test_published_episodes_are_found_again_254_of_254_and_one_more(published):
    names = {"v2x_polyarchy": "value", "v2x_regime": "regime", "reg_trans": "transition"}
    found = autocratization(published.rename(columns=names)).frame
    official = published[published["aut_ep"]].groupby("aut_ep_id")
    official = official.agg(unit=("unit", "first"), start=("year", "min"), end=("year", "max"),
                            censored=("aut_ep_censored", "first"))  # fmt: skip
    mine = set(found[["unit", "start_year", "end_year"]].itertuples(index=False, name=None))
    theirs = set(official[["unit", "start", "end"]].itertuples(index=False, name=None))
    assert len(theirs) == 254
    assert theirs - mine == set()
    assert mine - theirs == {("NIC", 1996, 2000)}
    still = set(official.loc[official["censored"].astype(bool) & (official["end"] == 2024), "unit"])
    assert still == set(found.loc[found["open"] & (found["end_year"] == 2024), "unit"])
    assert ("MEX", 2020, 2024) in mine


def test_published_count_of_2024(published):
    names = {"v2x_polyarchy": "value", "v2x_regime": "regime", "reg_trans": "transition"}
    assert len(autocratization(published.rename(columns=names)).under_way(2024)) == 45
