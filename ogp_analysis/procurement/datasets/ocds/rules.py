"""The named rules of the cleaner of OCDS, what it knows (``ocds.toml``), and how it notes that a rule was applied."""

from __future__ import annotations

from typing import NamedTuple

from ogp_analysis.base.beside import toml


def facts() -> dict:
    """Return the tables of ``ocds.toml``."""
    return toml(__file__, "ocds.toml")


#: All of them.


class Change(NamedTuple):
    """A value that was changed: by which rule, where in the JSON, from what to what (in JSON; empty if missing).

    What stands in the wrong place is named by its kind only: it may hold anything, also the name of a person.
    """

    rule: str
    path: str
    old: str
    new: str


class Odd(NamedTuple):
    """A value in a column that was changed: ``table.column``, its row within the chunk, rule, old and new in JSON."""

    name: str
    row: int
    rule: str
    old: str
    new: str


class Aside(NamedTuple):
    """An element that cannot be kept: where it stands, by which rule, and what decided it."""

    file: int
    line: int
    rule: str
    column: str
    value: str
