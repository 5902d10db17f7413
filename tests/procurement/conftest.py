"""What the tests of public contracts share."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.base.words.catalogue import language, use_language
from ogp_analysis.procurement.datasets.ocds import dataset as ocds
from ogp_analysis.sources import raw
from ogp_analysis.tidy.record import Cleaned


@pytest.fixture(autouse=True)
def english():
    """Results say what they say in English, whatever was in force before."""
    before = language()
    use_language("en")
    yield
    use_language(before)


@pytest.fixture(scope="session")
def read_ocds(mirror):
    """Return a function that gives the files of a publisher of OCDS with their elements, as chunks, read once."""
    inputs = {item.version: item for item in ocds.DATASET.inputs}

    @cache
    def read(publisher: str) -> list[pd.DataFrame]:
        files = inputs[publisher].files
        return list(raw.chunks(mirror, "ocds", publisher, files, sidecars=paths.project().raw))

    return read


@pytest.fixture(scope="session")
def clean_ocds(read_ocds):
    """Return a function that gives what is made of the files of a publisher of OCDS, cleaned once."""
    inputs = {item.version: item for item in ocds.DATASET.inputs}

    @cache
    def clean(publisher: str) -> Cleaned:
        result = ocds.finish([ocds.clean(chunk, inputs[publisher]) for chunk in read_ocds(publisher)])
        return Cleaned(result.tables, result.record.checked())

    return clean
