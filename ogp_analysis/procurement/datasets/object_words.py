"""Words for goods, services, works, bodies and places that are not also names of people, read one by one."""

from __future__ import annotations

import csv
from functools import cache
from string import ascii_lowercase

from ogp_analysis.base import beside


@cache
def words() -> frozenset[str]:
    """Return the list of words, folded, and single letters."""
    text = beside.text(__file__, "object_words.csv")
    return frozenset(row["word"] for row in csv.DictReader(text.splitlines())) | frozenset(ascii_lowercase)
