"""Stata files: text of each observation, in the width in which it is stored."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import SourceError
from ogp_analysis.data.sources import raw


def read(folder, body: bytes):
    folder.add({"a.dta": body})
    return next(raw.chunks(folder.root, "letters", "1", "a.dta"))


def test_numbers_have_the_digits_of_their_width_and_missing_is_empty(folder, tmp_path):
    frame = pd.DataFrame(
        {
            "code": ["NA", "México", ""],
            "narrow": np.array([0.1, np.nan, 3], dtype="float32"),
            "wide": [0.1, 1e-9, np.nan],
            "year": np.array([1960, -1, 2019], dtype="int16"),
        }
    )
    frame.to_stata(tmp_path / "b.dta", write_index=False, version=118)
    made = read(folder, (tmp_path / "b.dta").read_bytes())
    assert made[["code", "narrow", "wide", "year"]].values.tolist() == [
        ["NA", "0.1", "0.1", "1960"],
        ["México", "", "1e-09", "-1"],
        ["", "3", "", "2019"],
    ]
    assert made["_line"].tolist() == [1, 2, 3]


def test_another_file_is_refused(folder):
    with pytest.raises(SourceError, match=r"a\.dta: is not a readable Stata file"):
        read(folder, b"code,year\nNA,1960\n")
