"""The account of a dataset: what was done to get its tables, and what they are held against.

It lies on the shelf beside the tables and is handed out as they are, so that a report that shows it rests on it.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct, to_builtins

from ogp_analysis.sources.description import Rule
from ogp_analysis.tidy.dataset import Dataset
from ogp_analysis.tidy.decisions import Decision, corrections
from ogp_analysis.tidy.invariants import Link, Past


class Field(Struct, frozen=True, forbid_unknown_fields=True):
    """A column that the full edition has; fields as in :class:`ogp_analysis.base.schema.Column`."""

    name: str
    type: str
    redistribute: bool


class HeldSum(Struct, frozen=True, forbid_unknown_fields=True):
    """A clean column whose sum was held against raw columns; empty if a function of the cleaner picks them."""

    table: str
    column: str
    raw: list[str]


class Account(Struct, frozen=True, forbid_unknown_fields=True):
    """What was done to get the tables of a dataset, and what they are held against.

    Attributes
    ----------
    rules : list of Rule
        Sorted by folder, action, rule and column.
    corrections : list of Decision
        In the order of the cleaner's data.
    columns : dict of str to list of Field
        Every column that the full edition has, by table.
    folders : dict of str to list of str
        Every folder of raw files that the full edition is made from, by table.
    sums, links, days
        What was held against the raw files, the parent tables and the day of publication.
    unsummed : dict of str to str
        Numbers without a raw sum, with the reason.
    as_of : dict of str to str
        Last day that a folder of raw files can know of.
    """

    rules: list[Rule]
    corrections: list[Decision]
    columns: dict[str, list[Field]]
    folders: dict[str, list[str]]
    sums: list[HeldSum]
    unsummed: dict[str, str]
    links: list[Link]
    days: list[Past]
    as_of: dict[str, str]


def of_dataset(declared: Dataset, rules: list[Rule], as_of: dict[str, date]) -> dict:
    """Return the account of a dataset as JSON has it; `rules` are those of the cleaning that made its tables."""
    held, folders = declared.invariants, {}
    for schema in declared.schemas:
        of_table = [one for one in declared.inputs if not one.tables or schema.name in one.tables]
        folders[schema.name] = sorted({f"{one.source}/{one.version}" for one in of_table or declared.inputs})
    raw = [[] if callable(one.raw) else list(one.raw or (one.column,)) for one in declared.sums]
    made = Account(
        sorted(rules, key=lambda one: (one.folder, one.action, one.rule, one.column)),
        corrections(declared.name),
        {s.name: [Field(c.name, c.type, c.redistribute) for c in s.columns] for s in declared.schemas},
        folders,
        [HeldSum(one.table, one.column, names) for one, names in zip(declared.sums, raw, strict=True)],
        dict(held.unsummed),
        list(held.links),
        list(held.past),
        {folder: day.isoformat() for folder, day in as_of.items()},
    )
    return to_builtins(made)
