"""What the tests of the OGP cleaners share: raw chunks, made by hand or read from the mirror."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base import paths
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
            name = f"{item.source}/{item.version}/{item.files}"
            frame = pd.read_csv(mirror / name, dtype=str, keep_default_na=False)
            yield item, frame.assign(**{FILE: name, LINE: range(2, len(frame) + 2)})

    def read(dataset):
        if dataset.name not in results:
            parts = list(chunks(dataset))
            results[dataset.name] = parts, cleaned(dataset, parts)
        return results[dataset.name]

    return read


@pytest.fixture(scope="session")
def released(mirror):
    """Clean the released files of a dataset, read through the door that builds use; once for each dataset."""
    results = {}
    own = paths.project().raw

    def chunks(dataset):
        for item in dataset.inputs:
            root = mirror if (mirror / item.source / item.version).is_dir() else own
            place = (item.source, item.version, item.files)
            for chunk in open_raw.chunks(root, *place, header=item.header, sheet=item.sheet, sidecars=own):
                yield item, chunk

    def read(dataset):
        if dataset.name not in results:
            parts = list(chunks(dataset))
            results[dataset.name] = parts, cleaned(dataset, parts)
        return results[dataset.name]

    return read


@pytest.fixture(scope="session")
def no_prose():
    """Check that no cell of a cleaned dataset or of its record is a sentence: codes, dates and links only."""

    def check(result, names=()):
        for table, frame in {**result.tables, "record": result.record.entries}.items():
            text = frame.select_dtypes("str").drop(columns=[c for c in names if c in frame.columns])
            words = text.apply(lambda column: column.str.replace(" | ", "", regex=False).str.count(" ")).stack()
            assert words.max() <= 2, (table, words.idxmax(), frame.loc[words.idxmax()[0], words.idxmax()[1]])

    return check
