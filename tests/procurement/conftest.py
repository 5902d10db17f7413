"""What the tests of public contracts share."""

from __future__ import annotations

import pytest

from ogp_analysis.base.words.catalogue import language, use_language


@pytest.fixture(autouse=True)
def english():
    """Results say what they say in English, whatever was in force before."""
    before = language()
    use_language("en")
    yield
    use_language(before)
