from __future__ import annotations

import random
from collections import Counter

import pandas as pd

from ogp_analysis.data.quality.vintages import KEY, NO_NUMBER, RATINGS, revision

VALUES = ["minor", "moderate", "transformative", "not_reviewed", "no_data", None]
NOT_RATED = ("not_reviewed", "no_data", None)


def vintage(rows) -> pd.DataFrame:
    """Commitments of ``(unit, plan, number, impact)``."""
    frame = pd.DataFrame(rows, columns=[*KEY, "potential_impact"])
    return frame.assign(plan_number=frame["plan_number"].astype("Int64"))


def by_hand(old: pd.DataFrame, new: pd.DataFrame, column: str) -> dict[str, int]:
    """Count row by row what happened to a rating, and what was left out."""

    def kind(was, now):
        if was == now:
            return "unchanged"
        if was in NOT_RATED:
            return "reason_changed" if now in NOT_RATED else "filled"
        return "emptied" if now in NOT_RATED else "revised"

    sides = []
    for frame in (old, new):
        values = frame[[*KEY, column]].astype("object").where(frame[[*KEY, column]].notna(), None)
        rows = [(tuple(row[:3]), row[3]) for row in values.itertuples(index=False, name=None)]
        sides.append([(key, value) for key, value in rows if key[2] not in (None, "", *NO_NUMBER)])
    twice = {key for side in sides for key, n in Counter(key for key, _ in side).items() if n > 1}
    first, second = ({key: value for key, value in side if key not in twice} for side in sides)
    shared = first.keys() & second.keys()
    rated = sum(first[key] not in NOT_RATED and second[key] not in NOT_RATED for key in shared)
    return {
        **Counter(kind(first[key], second[key]) for key in shared),
        "n": len(shared),
        "both_rated": rated,
        "only_old": len(first) - len(shared),
        "only_new": len(second) - len(shared),
        "ambiguous": sum(key in twice for side in sides for key, _ in side),
        "unnumbered": len(old) + len(new) - sum(map(len, sides)),
    }


def counted(old: pd.DataFrame, new: pd.DataFrame, column: str) -> dict[str, int]:
    found = revision(old, new, (column,))
    assert (found.n_old, found.n_new) == (len(old), len(new))
    left_out = {name: getattr(found, name) for name in ("only_old", "only_new", "ambiguous", "unnumbered")}
    assert found.n_old + found.n_new == 2 * found.n + sum(left_out.values())
    row = found.frame.iloc[0].to_dict()
    assert row.pop("column") == column and row["n"] == found.n
    kinds = {name: int(n) for name, n in row.items()} | left_out
    return {name: n for name, n in kinds.items() if n or name in ("n", "both_rated", *left_out)}


def test_counts_are_those_of_a_count_by_hand():
    chance = random.Random(11)
    keys = [(unit, plan, str(n)) for unit in ("AAA", "BBB") for plan in (1, 2) for n in range(60)]
    keys += [("AAA", 1, None), ("AAA", 1, "NR"), ("BBB", 2, "")]
    old = [(*key, chance.choice(VALUES)) for key in keys if chance.random() < 0.9]
    new = [(*key, chance.choice(VALUES)) for key in keys if chance.random() < 0.9]
    old, new = vintage(old + chance.sample(old, 6)), vintage(new)
    assert counted(old, new, "potential_impact") == by_hand(old, new, "potential_impact")


def test_filling_a_gap_is_not_revising():
    found = counted(vintage([("AAA", 1, "1", "not_reviewed")]), vintage([("AAA", 1, "1", "minor")]), "potential_impact")
    assert (found["filled"], found["both_rated"], "revised" in found) == (1, 0, False)


def test_the_revision_of_2015_by_2016(published_commitments):
    commitments = published_commitments["commitments"]
    old, new = (commitments[commitments["vintage"] == v] for v in ("2015", "2016"))
    for column in RATINGS:
        assert counted(old, new, column) == by_hand(old, new, column), column
