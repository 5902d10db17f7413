"""Cutpoints of Democratic Spaces: hand-made rows, then the six published ones."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.civic_space import demspaces

SOURCE, ISSUED, *_, VINTAGE = demspaces.DATASET.inputs


def row(**values) -> dict:
    return {"indicator": "v2xcs_ccsi", "all": "0.0547", "up": "0.05", "down": "0.06"} | values


def test_an_indicator_stands_for_its_space_and_keeps_opening_and_closing_apart(made):
    one = cleaned(demspaces.DATASET, [(SOURCE, made([row()]))]).tables["cutpoints"].iloc[0]
    assert one.tolist() == ["v2xcs_ccsi", "associational", 0.0547, 0.05, 0.06]


@pytest.mark.parametrize("values", [{"indicator": "v2x_polyarchy"}, {"up": "five"}])
def test_a_new_indicator_or_a_word_raises(made, values):
    with pytest.raises(CleaningError, match="in line 2"):
        demspaces.clean(made([row(**values)]), SOURCE)
