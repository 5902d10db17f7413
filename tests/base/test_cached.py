"""Results that runs of a batch share: the same content is made once, anything else is made again."""

from __future__ import annotations

import os
import stat
import threading

import pandas as pd
import pytest

from ogp_analysis.base import fingerprint as module
from ogp_analysis.base.fingerprint import cached

MADE: list[str] = []


@cached
def largest(frame: pd.DataFrame, column: str = "value") -> pd.DataFrame:
    MADE.append("largest")
    return frame.nlargest(1, column)


@cached
def smallest(frame: pd.DataFrame, column: str = "value") -> pd.DataFrame:
    MADE.append("smallest")
    return frame.nsmallest(1, column)


@cached
def sized(thing: object) -> str:
    MADE.append("sized")
    return type(thing).__name__


def frame(**columns) -> pd.DataFrame:
    return pd.DataFrame({"iso3": ["MEX", "KEN"], "value": [0.1, 0.2]} | columns)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of a batch, which is not there yet."""
    monkeypatch.setenv(module.FOLDER, str(tmp_path / "cache"))
    MADE.clear()
    return tmp_path / "cache"


def test_equal_content_is_made_once_and_the_folder_is_for_its_user_alone(folder):
    first = largest(frame())
    pd.testing.assert_frame_equal(largest(frame()), first)
    assert MADE == ["largest"] and len(list(folder.iterdir())) == 1
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "other",
    [
        {"value": [0.1, 0.3]}, {"value": [0.1, None]}, {"iso3": ["MEX", "PER"]}, {"more": [1, 2]},
        {"value": pd.Series([0.1, 0.2], dtype="float32")},
    ],
)  # fmt: skip
def test_other_content_is_made_anew(folder, other):
    largest(frame())
    pd.testing.assert_frame_equal(largest(frame(**other)), frame(**other).nlargest(1, "value"))
    assert MADE == ["largest"] * 2


def test_another_function_or_argument_has_a_result_of_its_own(folder):
    given = frame(index=[2, 1])
    assert largest(given)["iso3"].tolist() == ["KEN"] and smallest(given)["iso3"].tolist() == ["MEX"]
    assert largest(given, "index")["iso3"].tolist() == ["MEX"] == largest(given, column="index")["iso3"].tolist()
    assert MADE == ["largest", "smallest", "largest", "largest"]


def test_who_changes_a_result_changes_it_for_nobody_else(folder):
    for _ in range(2):
        result = largest(frame())
        result.loc[:, "value"] = 9.0
    assert largest(frame())["value"].tolist() == [0.2] and MADE == ["largest"]


def test_what_cannot_be_pickled_is_made_each_time(folder):
    assert [sized(threading.Lock()), sized(threading.Lock())] == ["lock", "lock"]
    assert MADE == ["sized"] * 2 and not folder.exists()


def test_outside_of_a_batch_nothing_is_kept(folder, monkeypatch):
    monkeypatch.delenv(module.FOLDER)
    largest(frame())
    largest(frame())
    assert MADE == ["largest"] * 2 and not folder.exists() and module.FOLDER not in os.environ
