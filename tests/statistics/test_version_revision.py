from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.agreement import version_revision


def versions(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["unit", "year", "old", "new", "low", "high"])


def test_a_revision_is_told_with_its_size_and_place():
    frame = versions(("A", 2022, 0.500, 0.500, 0.4, 0.6), ("B", 2022, 0.500, 0.402, 0.3, 0.45),
                     ("B", 2023, 0.505, 0.407, 0.3, 0.55), ("C", 2023, np.nan, 0.4, 0.3, 0.5))  # fmt: skip
    found = version_revision(frame, "old", "new", "low", "high")
    assert (found.n, found.changed, found.first, found.last) == (3, 2, 2022, 2023)
    assert found.mean_absolute == pytest.approx(0.196 / 3, rel=1e-15)
    assert (found.largest, found.largest_unit, found.largest_year) == (-0.098, "B", 2022), "the first of two that tie"
    assert found.outside == 1


def test_nothing_in_common_is_no_revision():
    found = version_revision(versions(("A", 2022, 0.5, np.nan, 0.4, 0.6)), "old", "new")
    assert (found.n, found.first, found.mean_absolute, found.largest_unit) == (0, None, None, "")


def test_wrong_frames_are_refused():
    row = ("A", 2022, 0.5, 0.5, 0.4, 0.6)
    with pytest.raises(ModelError, match="repeat a unit-year"):
        version_revision(versions(row, row), "old", "new")
    with pytest.raises(ModelError, match="one bound is named"):
        version_revision(versions(row), "old", "new", "low")
    with pytest.raises(ModelError, match="absent"):
        version_revision(versions(row), "old", "newer")
