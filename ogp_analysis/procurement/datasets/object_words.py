"""Words for goods, services, works, bodies and places that are not also names of people, read one by one."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from string import ascii_lowercase

RESOURCES = ("object_words.csv",)


@cache
def words() -> frozenset[str]:
    """Return the list of words, folded, and single letters."""
    text = resources.files(__package__).joinpath(RESOURCES[0]).read_text(encoding="utf-8")
    return frozenset(row["word"] for row in csv.DictReader(text.splitlines())) | frozenset(ascii_lowercase)
