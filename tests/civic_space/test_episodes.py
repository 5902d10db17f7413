"""The published episodes of autocratisation are those of the rule that ERT states: so its table was read aright."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.civic_space import ert
from ogp_analysis.data.sources import raw


def episodes(run: pd.DataFrame) -> list[tuple]:
    """Years that follow one another of one unit by the rule of ERT 15, on whole thousandths: start, end, still open."""
    value = [round(v * 1000) for v in run["v2x_polyarchy"]]
    regime, moved, years = (run[name].tolist() for name in ("v2x_regime", "reg_trans", "year"))
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
            found.append((years[first], years[n - 1 if is_open else last], is_open))
        covered = last
    return found


@pytest.fixture(scope="module")
def published(mirror) -> pd.DataFrame:
    chunks = raw.chunks(mirror, "ert", "15", "ert.csv", sidecars=paths.project().raw)
    (source,) = ert.DATASET.inputs
    return cleaned(ert.DATASET, [(source, chunk) for chunk in chunks]).tables["country_year"]


def test_published_episodes_are_found_again_254_of_254_and_one_more(published):
    rows = published.dropna(subset=["v2x_polyarchy"]).sort_values(["unit", "year"])
    rows = rows.astype(dict.fromkeys(["v2x_polyarchy", "v2x_regime", "reg_trans"], "float64"))
    gaps = (rows["unit"] != rows["unit"].shift()) | (rows["year"].diff() != 1)
    found = [(run["unit"].iloc[0], *one) for _, run in rows.groupby(gaps.cumsum()) for one in episodes(run)]
    official = published[published["aut_ep"]].groupby("aut_ep_id")
    official = official.agg(unit=("unit", "first"), start=("year", "min"), end=("year", "max"),
                            censored=("aut_ep_censored", "first"))  # fmt: skip
    mine = {one[:3] for one in found}
    theirs = set(official[["unit", "start", "end"]].itertuples(index=False, name=None))
    assert len(theirs) == 254
    assert theirs - mine == set()
    assert mine - theirs == {("NIC", 1996, 2000)}
    still = set(official.loc[official["censored"].astype(bool) & (official["end"] == 2024), "unit"])
    assert still == {unit for unit, _, end, is_open in found if is_open and end == 2024}
    assert ("MEX", 2020, 2024) in mine and sum(start <= 2024 <= end for _, start, end, _ in found) == 45
