"""Shares in sentences, tables and figures: the interval is said where there is one, and nothing in its place else."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ogp_analysis.base.words import use_language
from ogp_analysis.statistics.rates import clustered_proportion, shares_with_intervals, with_bounds


def over_clusters(groups: int):
    names = pd.Series(np.repeat([f"c{i:02}" for i in range(groups)], 4))
    return clustered_proportion(pd.Series(np.arange(len(names)) % 3 == 0), names)


def test_a_share_without_an_interval_does_not_lack_data():
    frame = pd.DataFrame({"share": [0.5, 0.5, np.nan], "low": [0.4, np.nan, np.nan], "high": [0.6, np.nan, np.nan]})
    found = with_bounds(frame)
    assert found["low"].tolist()[:2] == [0.4, "no_bounds"] and found["high"].tolist()[:2] == [0.6, "no_bounds"]
    assert pd.isna(found.loc[2, "low"]), "of nothing rated there is no data"


def test_a_figure_draws_intervals_only_where_there_are_some():
    use_language("en")

    def drawn(*found):
        rows = [(str(i), p.count, p.n, p.share, p.low, p.high, p.clusters) for i, p in enumerate(found)]
        columns = ["label", "count", "n", "share", "low", "high", "clusters"]
        shares = pd.DataFrame(rows, columns=columns)
        return shares_with_intervals(shares, name="s", title="t", about="a").caption

    assert "countries: 12" in drawn(over_clusters(12), over_clusters(3))
    assert "countries: 12–15" in drawn(over_clusters(12), over_clusters(15))
    assert "fewer than 10 countries there is no interval" in drawn(over_clusters(3))


def test_a_title_names_all_that_are_highest_or_lowest_and_none_twice():
    use_language("en")

    def titled(**shares: float):
        rows = [(name, round(200 * one), 200, one, None, None, None) for name, one in shares.items()]
        columns = ["label", "count", "n", "share", "low", "high", "clusters"]
        made = shares_with_intervals(pd.DataFrame(rows, columns=columns), name="s", title="t", about="a")
        return made.figure.texts[0].get_text()

    assert titled(a=0.5, b=0.2, c=0.495) == "Highest: a, c (50%); lowest: b (20%)"
    assert titled(a=0.5, b=0.5) == titled(a=0.5, b=0.495) == "a, b: 50%"
