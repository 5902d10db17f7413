"""What a clean table promises: its columns, types, units, key, grain, and the licence of each column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

#: Columns of raw text beside its own: the file, the line (row of a sheet) on which a record starts, and what is wrong.
FILE, LINE, FAULT = "_file", "_line", "_fault"
#: The types of a clean column and the pandas dtype that carries each. Missing stays missing in all.
DTYPES = {
    "string": "str",
    "category": "str",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
    "date": "datetime64[us]",
}


@dataclass(frozen=True)
class Column:
    """One column of a clean table.

    Attributes
    ----------
    name : str
        The field's usual name, in lower snake case.
    type : str
        A key of :data:`DTYPES`.
    description : str
        What the value means, in one or two sentences.
    unit : str
        The unit, or for a scale its range; empty for a name or code.
    direction : str
        ``"higher is freer"``, ``"higher is worse"`` and the like; empty where it does not apply.
    categories : tuple of str
        The allowed values of a category; any other raises.
    others : str
        A regular expression for the further values that a publisher may add, such as the name of the next vintage.
    minimum, maximum : float or None
        The bounds of the published scale.
    required : bool
        Whether a value must be present in every row.
    licence : str
        Licence of this column if it differs from that of its table.
    redistribute : bool
        False if the series may be drawn but must not be written into any file we publish.
    raw : str
        Where the value stands: a column of the raw file, or a path in its JSON; empty if the value is made of others.
    """

    name: str
    type: str
    description: str
    unit: str = ""
    direction: str = ""
    categories: tuple[str, ...] = ()
    others: str = ""
    minimum: float | None = None
    maximum: float | None = None
    required: bool = False
    licence: str = ""
    redistribute: bool = True
    raw: str = ""


@dataclass(frozen=True)
class TableSchema:
    """One clean table.

    Attributes
    ----------
    name : str
        Name of the table inside its dataset.
    grain : str
        What one row is, for example ``"one country in one year"``.
    key : tuple of str
        The columns that together name a row; unique and never missing.
    columns : tuple of Column
        In the order of the table.
    left_alone : str
        What the cleaning deliberately did not touch.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    left_alone: str = ""
    _by_name: dict = field(init=False, repr=False, compare=False, hash=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_name.update({column.name: column for column in self.columns})

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]

    def __getitem__(self, name: str) -> Column:
        return self._by_name[name]


def schemas(
    tables: Mapping[str, dict[str, Any]], first: Iterable[Column] = (), **lists: Iterable[str]
) -> tuple[TableSchema, ...]:
    """Return the tables that a data file beside a cleaner declares, in its order.

    Parameters
    ----------
    tables : mapping
        What stands in the file: by name of the table its ``grain``, its ``key``, what is ``left_alone`` and
        its ``columns``, which have the fields of :class:`Column` by name. Where an earlier table has the same column,
        the name of that table stands for it.
    first : iterable of Column
        Columns before those of each table.
    **lists : iterable of str
        Categories that the cleaner knows; a column names such a list in place of its own. Of a mapping from code to
        meaning, the meanings follow the description of the column.

    Examples
    --------
    >>> columns = {"status": {"type": "category", "description": "Status.", "categories": "statuses"}}
    >>> tables = {"members": {"grain": "one member", "key": ["status"], "columns": columns}}
    >>> (table,) = schemas(tables, statuses={"left": "has left", "joined": "has joined"})
    >>> table["status"].categories, table["status"].description
    (('left', 'joined'), 'Status. left: has left; joined: has joined.')
    """
    made: dict[str, TableSchema] = {}
    for table, declared in tables.items():
        columns = list(first)
        for name, fields in declared["columns"].items():
            if isinstance(fields, str):
                columns.append(made[fields][name])
                continue
            codes, description = fields.get("categories", ()), fields["description"]
            codes = lists[codes] if isinstance(codes, str) else codes
            if isinstance(codes, Mapping):
                description += f" {'; '.join(f'{code}: {meaning}' for code, meaning in codes.items())}."
            columns.append(Column(name, **{**fields, "description": description, "categories": tuple(codes)}))
        key, left_alone = tuple(declared["key"]), declared.get("left_alone", "")
        made[table] = TableSchema(table, declared["grain"], key, tuple(columns), left_alone)
    return tuple(made.values())
