"""How often an interval holds the truth, and how often a test rejects it, where the truth is known: it was drawn.

300 replications by default; ``make audit`` runs 2,000, which leave an error of half a point.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest


@pytest.fixture(params=[300, pytest.param(2000, marks=pytest.mark.audit)])
def replications(request) -> Callable[[int], list[np.random.Generator]]:
    """Return a function that gives one seeded generator a replication."""
    return lambda seed: [np.random.default_rng([seed, i]) for i in range(request.param)]


def holds(inside: list[bool], low: float = 0.93, high: float = 0.97) -> bool:
    """Whether a share lies between two ends, but for three standard errors of its simulation."""
    share, n = float(np.mean(inside)), len(inside)
    room = 0.0 if n >= 2000 else 3 * math.sqrt(0.05 * 0.95 / n)
    return low - room <= share <= high + room


def unbiased(estimates: list[float], truth: float) -> bool:
    """Whether the mean of estimates is the truth but for three standard errors of its simulation."""
    return abs(np.mean(estimates) - truth) <= 3 * np.std(estimates) / math.sqrt(len(estimates))
