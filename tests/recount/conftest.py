"""The runs whose numbers are counted again."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ..reports import Report, Site


@dataclass(frozen=True)
class Runs:
    """All runs by notebook and parameters."""

    site: Site

    def of(self, notebook: str, language: str = "en", **wanted: str) -> Report:
        """The one run of a notebook with these parameters."""
        return self.site.report(notebook, language=language, **wanted)


@pytest.fixture(scope="session")
def runs(site) -> Runs:
    """All runs of the embedded edition, in both languages."""
    return Runs(site)
