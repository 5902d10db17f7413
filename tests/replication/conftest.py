"""Published results that are counted again; they lie in the folder ``replication`` beside the mirror."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest


@pytest.fixture(scope="session")
def target(mirror) -> Callable[[str], Path]:
    """Return a function that gives the folder of one published result."""
    return lambda name: mirror.parent / "replication" / name


@pytest.fixture(scope="session")
def table(target) -> Callable[[str], pd.DataFrame]:
    """Return a function that reads a table, its rows in another order: no number hangs on that."""
    return lambda file: pd.read_csv(target(file)).sample(frac=1, random_state=20)


@pytest.fixture(scope="session")
def expected(target) -> Callable[..., dict]:
    """Return a function that reads the numbers of one published result."""
    return lambda name, file="expected.json": json.loads((target(name) / file).read_text(encoding="utf-8"))


def columns(fit, terms: list[str]) -> tuple[list[float], list[float]]:
    """Return estimates and standard errors of some terms."""
    return [fit[term].estimate for term in terms], [fit[term].std_error for term in terms]
