"""What the tests of the pages share: the folder in which `make docs` built them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.extensions import ROOT


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built pages."""
    folder = ROOT / "build" / "docs"
    if not (folder / "index.html").is_file():
        pytest.skip("the pages are not built: make docs")
    return folder
