"""The measures of both editions: of the repository's extracts, and of the published files where there is a mirror."""

from __future__ import annotations

import pytest

from ogp_analysis.base import paths
from ogp_analysis.civic_space.measures.held import Measures, measures


@pytest.fixture(scope="session")
def embedded() -> Measures:
    return measures("embedded")


@pytest.fixture
def in_full(full_edition, monkeypatch):
    """The full edition as the project that is worked in."""
    monkeypatch.setenv(paths.HOME_VARIABLE, str(full_edition))
    return full_edition


@pytest.fixture(scope="session")
def full(full_edition) -> Measures:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(full_edition))
        return measures("full")
