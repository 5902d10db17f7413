"""What the tests of the OGP cleaners share."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def no_prose():
    """Check that no cell of a cleaned dataset or of its record is a sentence: codes, dates and links only."""

    def check(result, names=()):
        for table, frame in {**result.tables, "record": result.record.entries}.items():
            text = frame.select_dtypes("str").drop(columns=[c for c in names if c in frame.columns])
            words = text.apply(lambda column: column.str.replace(" | ", "", regex=False).str.count(" ")).stack()
            assert words.max() <= 2, (table, words.idxmax(), frame.loc[words.idxmax()[0], words.idxmax()[1]])

    return check
