"""What a rehearsal keeps is what a run would make itself, and nobody can change it."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base import rehearsed
from ogp_analysis.base.disclosure import Withheld


@pytest.fixture(autouse=True)
def _nothing_kept():
    rehearsed.forget()
    yield
    rehearsed.forget()


@pytest.fixture
def doubled():
    calls = []

    @rehearsed.pure
    def double(frame, by=2):
        calls.append(by)
        return frame * by, {"of": frame["a"] * by}

    double.calls = calls
    return double


def frame(*values):
    return pd.DataFrame({"a": list(values), "b": pd.array(list(values), dtype="Int64")})


def test_without_a_rehearsal_nothing_is_kept(doubled):
    doubled(frame(1)), doubled(frame(1))
    assert doubled.calls == [2, 2] and not rehearsed.matters()


def test_what_was_rehearsed_is_made_once_and_the_rest_each_time(doubled):
    with rehearsed.rehearsal():
        first = doubled(frame(1))
    for _ in range(2):
        again = doubled(frame(1))
        pd.testing.assert_frame_equal(again[0], first[0])
        doubled(frame(3))
    assert doubled.calls == [2, 2, 2]


@pytest.mark.parametrize(
    "other",
    [
        pd.DataFrame({"a": [1], "b": [1]}),  # other dtypes
        pd.DataFrame({"b": pd.array([1], dtype="Int64"), "a": [1]}),  # another order
        frame(1).set_index(pd.Index([7])),
        frame(1).astype({"a": "float64"}),
        frame(1).assign(b=pd.array([None], dtype="Int64")),
    ],
    ids=["dtype", "order", "index", "float", "missing"],
)
def test_arguments_are_told_apart_by_their_whole_content(doubled, other):
    with rehearsed.rehearsal():
        doubled(frame(1))
    found, _ = doubled(other)
    pd.testing.assert_frame_equal(found, other * 2)
    doubled(frame(1), by=3)
    assert doubled.calls == [2, 2, 3]


def test_who_changes_a_result_or_an_argument_changes_no_other(doubled):
    given = frame(1, 2)
    with rehearsed.rehearsal():
        made, parts = doubled(given)
        made.loc[0, "a"], parts["of"] = 99, None
        given.loc[0, "a"] = 5
    found, parts = doubled(frame(1, 2))
    assert found["a"].tolist() == [2, 4] and parts["of"].tolist() == [2, 4] and doubled.calls == [2]
    assert doubled(given)[0]["a"].tolist() == [10, 4]


def test_withheld_values_are_never_kept():
    calls = []

    @rehearsed.pure
    def seen(one):
        calls.append(one)

    with rehearsed.rehearsal():
        seen(Withheld(1, ["rsf"])), seen(Withheld(1, ["rsf"]))
    assert len(calls) == 2


def test_a_fault_is_raised_each_time_and_ends_the_rehearsal(doubled):
    with pytest.raises(KeyError), rehearsed.rehearsal():
        doubled(pd.DataFrame({"c": [1]}))
    assert not rehearsed.matters()
