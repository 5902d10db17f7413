"""What the tests of the models share: clean commitments, from the embedded extract and from the published files."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.open_government.datasets.commitments import DATASET
from ogp_analysis.sources import raw
from ogp_analysis.tidy.dataset import promised


@pytest.fixture(scope="session")
def embedded_commitments() -> dict[str, pd.DataFrame]:
    """The tables of OGP commitments that the repository holds, by name."""
    root, place = paths.project().raw, ("ogp_commitments", "2016-extract")
    names = ("commitments", "themes")
    texts = {name: pd.concat(raw.chunks(root, *place, f"{name}.csv")) for name in names}
    return {name: promised(text, DATASET.schema(name)) for name, text in texts.items()}


@pytest.fixture(scope="session")
def published_commitments(published) -> dict[str, pd.DataFrame]:
    """The tables of OGP commitments, cleaned from the published files of all vintages, by name."""
    return published(DATASET)[1].tables
