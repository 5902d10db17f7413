"""What the tests of the country-year cleaners share: raw chunks, made by hand or read from the mirror."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.paths import project
from ogp_analysis.sources import raw as open_raw
from ogp_analysis.tidy.dataset import cleaned
from ogp_analysis.tidy.record import FILE, LINE


def raw(rows: list[dict], file: str = "made.csv") -> pd.DataFrame:
    """A raw chunk: text, with file and line."""
    frame = pd.DataFrame(rows, dtype="str").fillna("")
    return frame.assign(**{FILE: file, LINE: range(2, len(frame) + 2)})


@pytest.fixture(scope="session")
def made():
    return raw


@pytest.fixture(scope="session")
def published(mirror):
    """Read the published files of a dataset, and clean them; once for each dataset."""
    results = {}

    def chunks(dataset):
        for item in dataset.inputs:
            place = (item.source, item.version, item.files, item.header, item.sheet)
            for chunk in open_raw.chunks(mirror, *place, sidecars=project().raw):
                yield item, chunk

    def read(dataset):
        if dataset.name not in results:
            parts = list(chunks(dataset))
            results[dataset.name] = parts, cleaned(dataset, parts)
        return results[dataset.name]

    return read
