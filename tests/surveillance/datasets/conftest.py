"""What the tests of the inventories share: raw chunks, made by hand or read from the mirror."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.sources import raw
from ogp_analysis.tidy.dataset import cleaned
from ogp_analysis.tidy.record import FILE, LINE


@pytest.fixture(scope="session")
def made():
    """Return a function that makes a raw chunk: text, with file and line."""

    def chunk(rows: list[dict], file: str = "made.csv") -> pd.DataFrame:
        frame = pd.DataFrame(rows, dtype="str").fillna("")
        return frame.assign(**{FILE: file, LINE: range(2, len(frame) + 2)})

    return chunk


@pytest.fixture(scope="session")
def published(mirror):
    """Read the published files of a dataset, and clean them; once for each dataset."""
    results = {}

    def read(dataset):
        if dataset.name not in results:
            chunks = [
                (item, chunk)
                for item in dataset.inputs
                for chunk in raw.chunks(
                    mirror, item.source, item.version, item.files, sheet=item.sheet, sidecars=paths.project().raw
                )
            ]
            results[dataset.name] = cleaned(dataset, chunks)
        return results[dataset.name]

    return read
