"""How a table was made: what its cleaner declares of it, and what was done to the files behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.errors import UnknownName
from ogp_analysis.base.links import may_be_printed
from ogp_analysis.base.paths import is_own, project
from ogp_analysis.base.schema import FILE, Column, TableSchema
from ogp_analysis.data.cleaning.account import applied, is_open
from ogp_analysis.data.cleaning.catalog import TABLES, dataset, named
from ogp_analysis.data.cleaning.corrections import Decision, corrections
from ogp_analysis.data.cleaning.dataset import Dataset, concatenate
from ogp_analysis.data.cleaning.invariants import Invariants
from ogp_analysis.data.sources.sidecar import Rule
from ogp_analysis.data.store import hand_out, own_list, shelf


@dataclass(frozen=True, repr=False)
class TableAccount:
    """What is declared of a table, and what was done to its files.

    Attributes
    ----------
    dataset, table : str
        Its name, as ``ogp.load`` takes it.
    kind : str
        The dataset by whose rules it was made: of a user's files another than `dataset`.
    columns : pandas.DataFrame
        ``name, type, redistribute`` of each column that is declared; an edition need not hold all.
    folders : list of str
        The folders of published files that it is made of, ``source/version``, here or not.
    files : pandas.DataFrame
        ``folder, file, rows_in, kept, set_aside, merged, changed_values`` of each raw file behind it.
    rules : pandas.DataFrame
        What was done in these folders: ``folder, action, rule, column, count``, and ``place, old, new`` of the first
        example that may be shown, else empty.
    corrections : pandas.DataFrame
        ``rule, column, expect, value, reason, reason_es, document`` of each correction of the dataset, or of a user's
        files those that were made; ``shown``, whether values of the column may be passed on.
    sums, unsummed : pandas.DataFrame
        ``column, raw`` of numbers that add up to raw columns; ``column, reason`` of those that do not.
    links : pandas.DataFrame
        ``child, parent, columns`` of this table and another that is here: rows of a child have one of the parent.
    past : list of str
        Columns of days that had come by `as_of`, the day on which the newest file was published.
    as_of : str
        Empty if it is not known.
    versions : list of str
        The tables that are versions of one publication and are here, the oldest first.
    """

    dataset: str
    table: str
    kind: str
    columns: pd.DataFrame
    folders: list[str]
    files: pd.DataFrame
    rules: pd.DataFrame
    corrections: pd.DataFrame
    sums: pd.DataFrame
    unsummed: pd.DataFrame
    links: pd.DataFrame
    past: list[str]
    as_of: str
    versions: list[str]


def account(table: str, edition: str = "embedded") -> TableAccount:
    """Return what is declared of a table, and what was done to its files.

    Parameters
    ----------
    table : str
        ``dataset.table``, or a dataset, for its usual table; of a folder that ``ogp-analysis clean`` wrote, with its
        name on the shelf.
    edition : str
        As for ``ogp.load``.

    Returns
    -------
    TableAccount
        What is declared and what was done, as frames; it counts as handed out, as the account or the record.

    Raises
    ------
    UnknownName
        If there is no such table, or the edition does not hold it.

    Examples
    --------
    >>> made = ogp.quality.account("ogp_process.plans")
    >>> made.files[["rows_in", "kept", "set_aside", "merged"]].sum().to_list()
    [116, 116, 0, 0]
    """
    given, declared, schema = found(table)
    made, files = hand_out.account(given, schema.name, edition)
    files.insert(0, "folder", files["file"].str.extract("([^/]+/[^/]+)", expand=False))
    decided, rules = corrections(declared.name) if declared.name in TABLES else [], made.rules
    if is_own(given):
        entries = hand_out.own(given, shelf.RECORD)
        decided = [one for one in decided if one.rule in set(entries["rule"])]
        rules = applied(entries.assign(**{FILE: f"{given}/" + entries[FILE]}), declared.schemas)
    every = [column for one in declared.schemas for column in one.columns]
    opened = _frame(decided, *Decision.__struct_fields__).assign(shown=[is_open(every, one.column) for one in decided])
    rules, promises, of_table = _frame(rules, *Rule.__struct_fields__), declared.invariants, (schema.name, "")
    sums = [one for one in declared.sums if one.table == schema.name]
    raw = [", ".join(one.raw or (one.column,)) if isinstance(one.raw, tuple) else "" for one in sums]
    # A column may have a sum in one table of a dataset and none in another.
    apart = [(key.rpartition("."), why) for key, why in sorted(promises.unsummed.items())]
    apart = [{"column": column, "reason": why} for (of, _, column), why in apart if of in of_table]
    links = [one for one in promises.links if schema.name in (one.child, one.parent)]
    links = [one for one in links if all(hand_out.has(given, of, edition) for of in (one.child, one.parent))]
    versions = [one.name for one in declared.schemas if re.fullmatch(r"v\d+", one.name)]
    versions = [one for one in versions if hand_out.has(given, one, edition)]
    return TableAccount(
        dataset=given,
        table=schema.name,
        kind=declared.name,
        columns=_frame(schema.columns, "name", "type", "redistribute"),
        folders=sorted({f"{one.source}/{one.version}" for one in declared.inputs_of(schema.name)}),
        files=files,
        rules=rules[rules["folder"].isin(files["folder"])],
        corrections=opened.assign(document=opened["document"].where(opened["document"].map(may_be_printed), "")),
        sums=_frame(sums, "column").assign(raw=raw),
        unsummed=pd.DataFrame(apart, columns=["column", "reason"]),
        links=_frame(links, "child", "parent", "columns"),
        past=[name for one in promises.past if one.table == schema.name for name in one.columns],
        as_of=str(max(made.as_of.values(), default="")),
        versions=sorted(versions, key=lambda one: int(one[1:])),
    )


def _frame(things: Iterable, *fields: str) -> pd.DataFrame:
    """Return some fields of things, one row each."""
    return pd.DataFrame([[getattr(one, name) for name in fields] for one in things], columns=list(fields))


def found(table: str) -> tuple[str, Dataset, TableSchema]:
    """Return the name of a dataset, or of a user's tables, what is declared of it, and the table that is meant."""
    name, _, part = table.partition(".")
    name = name if is_own(name) else named(name)
    declared = _of_user(name) if is_own(name) else dataset(name)
    there = [schema.name for schema in declared.schemas]
    usual = (one for one in (*TABLES.get(declared.name, ()), *there) if one in there)  # a user's may lack the first
    return name, declared, declared.schema(part or next(usual))


def _of_user(name: str) -> Dataset:
    """Return what a user's cleaned tables are described to be; of sums, links and days nothing is declared."""
    package = shelf.package(project(), shelf.OWN, name)
    if package is None or own_list.kind_of(name, project()):
        what = "are not on the shelf, or not of a folder that `ogp-analysis clean` wrote"
        raise UnknownName(f"tables {name!r}", what, "Give the cleaned folder again")
    schemas = []
    for one in package["resources"]:
        fields = [{"categories": (), "redistribute": True} | field for field in one["schema"]["fields"]]
        names = ("name", "type", "description", "categories", "redistribute")
        schemas.append(TableSchema(one["name"], "", (), tuple(Column(**{n: f[n] for n in names}) for f in fields)))
    return Dataset(package["title"], package["title"], (), concatenate, tuple(schemas), invariants=Invariants(()))
