from __future__ import annotations

import random
from collections import Counter

import pandas as pd
import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.data.quality.vintages import revision

VALUES = ["minor", "moderate", "transformative", "not_reviewed", "no_data", None]
NOT_RATED = ("not_reviewed", "no_data", None)


def vintage(rows, name="2015"):
    """Commitments of ``(unit, plan, number, impact)``."""
    frame = pd.DataFrame(rows, columns=["unit", "plan_number", "commitment_number", "potential_impact"])
    return frame.assign(
        commitment_id=[f"{name}-{i}" for i in range(len(frame))], plan_number=frame["plan_number"].astype("Int64")
    )


def compare(old, new, **options):
    return revision(vintage(old), vintage(new, "2016"), ("potential_impact",), **options)


def test_counts_are_those_of_a_count_by_hand():
    chance = random.Random(11)
    keys = [(unit, plan, str(n)) for unit in ("AAA", "BBB") for plan in (1, 2) for n in range(60)]
    old = [(*key, chance.choice(VALUES)) for key in keys if chance.random() < 0.9]
    new = [(*key, chance.choice(VALUES)) for key in keys if chance.random() < 0.9]
    old += chance.sample(old, 6)
    found = compare(old, new)

    def kind(was, now):
        if was == now:
            return "unchanged"
        if was in NOT_RATED:
            return "reason_changed" if now in NOT_RATED else "filled"
        return "emptied" if now in NOT_RATED else "revised"

    def once(rows):
        counts = Counter(row[:3] for row in rows)
        return {row[:3]: row[3] for row in rows if counts[row[:3]] == 1}

    twice = {key for rows in (old, new) for key, n in Counter(row[:3] for row in rows).items() if n > 1}
    first, second = ({k: v for k, v in once(rows).items() if k not in twice} for rows in (old, new))
    shared = first.keys() & second.keys()
    expected = Counter(kind(first[key], second[key]) for key in shared)
    (column,) = found.columns
    assert found.n == column.n == len(shared)
    got = {name: getattr(column, name) for name in ("unchanged", "filled", "emptied", "reason_changed")}
    assert got | {"revised": column.revised.count} == dict(expected)
    in_both = sum(first[key] not in NOT_RATED and second[key] not in NOT_RATED for key in shared)
    assert column.revised.n == in_both
    assert set(found.ambiguous_keys) == twice
    assert found.ambiguous_old == sum(row[:3] in twice for row in old)
    assert found.only_old == len(first.keys() - second.keys())
    assert found.only_new == len(second.keys() - first.keys())
    assert found.transitions()["count"].sum() == len(shared) - column.unchanged


def test_every_row_is_compared_or_counted_out():
    old = [
        ("AAA", 1, "1", "minor"),
        ("AAA", 1, "1", "minor"),
        ("AAA", 1, None, "minor"),
        ("AAA", 1, "NR", "minor"),
        ("AAA", 2, "1", None),
    ]
    new = [("AAA", 1, "1", "minor"), ("AAA", 2, "1", "minor"), ("AAA", 3, "1", "minor")]
    found = compare(old, new)
    assert found.n_old == found.n + found.only_old + found.ambiguous_old + found.unnumbered_old == 5
    assert found.n_new == found.n + found.only_new + found.ambiguous_new + found.unnumbered_new == 3
    assert (found.ambiguous_keys, found.unnumbered_old) == ((("AAA", 1, "1"),), 2)
    assert found.columns[0].filled == 1


def test_filling_a_gap_is_not_revising():
    found = compare([("AAA", 1, "1", "not_reviewed")], [("AAA", 1, "1", "minor")])
    assert (found.columns[0].filled, found.columns[0].revised.count, found.columns[0].revised.n) == (1, 0, 0)
    assert found.columns[0].revised.share is None
    assert found.transitions().to_numpy().tolist() == [["potential_impact", "not_reviewed", "minor", 1]]


def texts(**fields):
    base = {"short_title": ["a", "b"], "title": ["a", "b"], "full_text": ["a", "b"]} | fields
    return pd.DataFrame(base | {"commitment_id": ["2015-0", "2016-0"]})


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        ({}, False),
        ({"title": ["1. Open the register", "1) OPEN the Register!"]}, True),
        ({"full_text": ["x y", "x  y."]}, True),
        ({"full_text": ["", ""]}, False),
    ],
)
def test_a_number_given_to_another_commitment_is_told_by_its_texts(fields, same):
    one, two = [("AAA", 1, "1", "minor")], [("AAA", 1, "1", "moderate")]
    found = compare(one, two, texts=texts(**fields))
    assert (found.n == 1) == same
    assert found.other_commitment == (() if same else (("AAA", 1, "1"),))
    assert compare(one, two).n == 1
    assert (found.texts_compared, compare(one, two).texts_compared) == (True, False)


def test_missing_texts_and_columns_are_refused():
    one = [("AAA", 1, "1", "minor")]
    with pytest.raises(ModelError, match="1 commitments have no text, '2016-0'"):
        compare(one, one, texts=texts().head(1))
    with pytest.raises(ModelError, match="new vintage: column 'completion' is absent"):
        revision(vintage(one).assign(completion=None), vintage(one), ("completion",))


def test_the_revision_of_2015_by_2016(published_commitments):
    tables = published_commitments
    commitments = tables["commitments"]
    old, new = (commitments[commitments["vintage"] == v] for v in ("2015", "2016"))
    found = revision(old, new, texts=tables["texts"])
    assert (found.n, found.n_old, found.n_new) == (1567, 1947, 1927)
    assert (
        found.n_old
        == found.n + len(found.other_commitment) + found.only_old + found.ambiguous_old + found.unnumbered_old
    )
    assert (
        found.n_new
        == found.n + len(found.other_commitment) + found.only_new + found.ambiguous_new + found.unnumbered_new
    )
    assert {key[:2] for key in found.other_commitment} == {("CZE", 2), ("GEO", 2), ("JOR", 2), ("LTU", 2), ("MDA", 2)}
    table = found.frame.set_index("column")
    assert table.loc[
        "potential_impact", ["filled", "emptied", "reason_changed", "revised", "rated_in_both"]
    ].tolist() == [391, 0, 163, 5, 963]
    assert table.loc["completion", ["filled", "revised", "rated_in_both"]].tolist() == [383, 3, 1120]
    assert table.loc["star_pre_june_2014", "emptied"] == 316
