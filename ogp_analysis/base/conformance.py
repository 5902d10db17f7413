"""Tables held against their schemas: cast to its types, and checked promise by promise."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.errors import SchemaError, listed
from ogp_analysis.base.schema import DTYPES, Column, TableSchema
from ogp_analysis.base.text_column import array_of

_CORRECT = "Correct the source row"


def cast(frame: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Give text columns the types of the schema, in its order. Blank text is missing.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns of text or already of the right type; every column of the schema is present.
    schema : TableSchema
        The promise to keep.

    Raises
    ------
    SchemaError
        If a column is absent, or a value cannot be read as its type.
    """
    frame = _with_columns(frame, schema)
    return pd.DataFrame({c.name: _cast(frame[c.name], c, schema) for c in schema.columns}, copy=False)


def _with_columns(frame: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    absent = [name for name in schema.names if name not in frame.columns]
    if absent:
        what = f"{len(absent)} columns are absent, {listed(absent)}"
        raise SchemaError(schema.name, what, "Add them in the cleaner, or take them out of the schema")
    return frame


def _cast(values: pd.Series, column: Column, schema: TableSchema) -> pd.Series:
    if values.dtype in (object, "str"):
        values = values.mask(values == "")
    if values.dtype == DTYPES[column.type]:
        return values
    text = values.dtype in (object, "str")
    try:
        if column.type == "date":
            return _dates(values).astype(DTYPES["date"])
        if column.type == "boolean" and text:
            return _booleans(values)
        if column.type == "integer" and values.dtype == "str" and (whole := _whole_numbers(values)) is not None:
            return whole
        if column.type in ("integer", "number") and text:
            values = pd.to_numeric(values)
        with np.errstate(invalid="ignore"):  # a number too large for an integer is refused, not warned of
            return values.astype(DTYPES[column.type])
    except (ValueError, TypeError, OverflowError) as error:
        what = f"cannot be read as {column.type} ({error})"
        raise SchemaError(f"{schema.name}.{column.name}", what, _CORRECT) from error


def _whole_numbers(values: pd.Series) -> pd.Series | None:
    """Return text of nothing but digits as ``Int64``; None if there is anything else."""
    cells = pa.array(values)
    if pc.any(pc.match_substring_regex(cells, r"[^0-9-]")).as_py():
        return None
    try:
        numbers = pc.cast(cells, pa.int64())
    except pa.ArrowInvalid:
        return None
    absent = pc.is_null(numbers).to_numpy(zero_copy_only=False)
    return pd.Series(pd.arrays.IntegerArray(pc.fill_null(numbers, 0).to_numpy().copy(), absent), index=values.index)


def _dates(values: pd.Series) -> pd.Series:
    """Read days. A year or a month is not a day: read as one, it would become the first of January."""
    if values.dtype in (object, "str"):
        partial = values.dropna()[~values.dropna().astype("str").str.match(r"\d{4}-\d{2}-\d{2}")]
        if len(partial):
            raise ValueError(f"{len(partial)} values are not days written YYYY-MM-DD, {listed(partial.unique())}")
    return pd.to_datetime(values, format="ISO8601")


def _booleans(values: pd.Series) -> pd.Series:
    absent, true = values.isna(), values.isin(["true", "True", "1"])
    unknown = values[~(absent | true | values.isin(["false", "False", "0"]))]
    if len(unknown):
        raise ValueError(f"{len(unknown)} values are neither true nor false, {listed(unknown.unique())}")
    return pd.Series(pd.arrays.BooleanArray(true.to_numpy(copy=True), absent.to_numpy(copy=True)), index=values.index)


def check(frame: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Return `frame` if it keeps every promise of `schema`.

    Columns and their order, types, allowed categories, bounds, required values, and the key.

    Raises
    ------
    SchemaError
        Naming the column, the number of rows and an example.
    """
    if list(frame.columns) != schema.names:
        odd = sorted(set(frame.columns) ^ set(schema.names)) or list(frame.columns)
        what = f"has other columns than promised, {listed(odd)}"
        raise SchemaError(schema.name, what, "Make cleaner and schema agree")
    held: dict[str, pa.Array] = {}
    for column in schema.columns:
        values = frame[column.name]
        if values.dtype != DTYPES[column.type]:
            what = f"is of type {values.dtype}, not {DTYPES[column.type]}"
            raise SchemaError(f"{schema.name}.{column.name}", what, "Cast the table by its schema")
        held[column.name] = _checked(_cells(values), column, schema)
    _check_key(held, schema)
    return frame


def _cells(values: pd.Series) -> pa.Array:
    return array_of(values) if values.dtype == "str" else pa.array(values, from_pandas=True)


def _checked(cells: pa.Array, column: Column, schema: TableSchema) -> pa.Array:
    for fault, broken in _broken(cells, column):
        odd = cells.filter(broken)
        if len(odd):
            what = f"{len(odd)} values {fault}, for example {odd[0].as_py()!r}"
            raise SchemaError(f"{schema.name}.{column.name}", what, _CORRECT)
    return cells


def _broken(cells: pa.Array, column: Column) -> Iterator[tuple[str, pa.Array]]:
    """Yield the fault of each promise that is not kept, with the cells that have it; absent ones have only the first.

    Single cells are tested only if the minimum, maximum or count shows a fault.
    """
    there = len(cells) - cells.null_count
    if column.required and cells.null_count:
        yield "are missing, and every row needs a value", pc.is_null(cells)
    if column.categories:
        known = pc.is_in(cells, pa.array(column.categories, cells.type), skip_nulls=True)
        if (pc.sum(known).as_py() or 0) < there:
            odd = pc.and_(pc.invert(known), pc.is_valid(cells))
            if column.others:
                others = pd.Series(cells.to_pandas(), dtype="str").str.fullmatch(column.others).fillna(False)
                odd = pc.and_not(odd, pa.array(others.to_numpy(bool)))
            yield f"are none of {listed(column.categories, 20)}", odd
    if column.type in ("integer", "number") and there:
        least, most = pc.min_max(cells).as_py().values()
        bounds = [("are not years of four digits", 1000, 9999)] if column.unit == "year" else []
        bounds += [("are not finite", -sys.float_info.max, sys.float_info.max)] if column.type == "number" else []
        bounds += [(f"are below {column.minimum:g}", column.minimum, math.inf)] if column.minimum is not None else []
        bounds += [(f"are above {column.maximum:g}", -math.inf, column.maximum)] if column.maximum is not None else []
        for fault, low, high in bounds:
            if least < low or most > high:
                yield fault, pc.or_(pc.less(cells, low), pc.greater(cells, high))


def first_row(rows: pd.DataFrame) -> tuple:
    """Return the first of some rows as a fault quotes it: ``('MEX', 2020)``, without the names of types of numpy."""
    return tuple(rows.head(1).to_dict("records")[0].values())


def _check_key(columns: Mapping[str, pa.Array], schema: TableSchema) -> None:
    """Raise if the columns of the key do not name each row."""
    key = list(schema.key)
    table = pa.table({name: columns[name] for name in key})
    if not any(cells.null_count for cells in table.columns) and (
        pc.count_distinct(table[0]).as_py() == len(table)
        or len(table.group_by(key, use_threads=False).aggregate([])) == len(table)
    ):
        return
    rows = [tuple(row.values()) for row in table.to_pylist()]
    counts = Counter(rows)
    empty, twice = sum(None in row for row in rows), [row for row in rows if counts[row] > 1]
    found = [f"missing in {empty:,} rows"] * bool(empty) + [f"repeated in {len(twice):,} rows"] * bool(twice)
    what = f"the key is {' and '.join(found)}, for example {twice[0] if twice else key!r}"
    action = "Add a rule for the repeated rows, or choose a key that names a row"
    raise SchemaError(f"{schema.name} ({', '.join(key)})", what, action)


def promised(frames: Mapping[str, pd.DataFrame], schemas: Iterable[TableSchema]) -> dict[str, pa.Table]:
    """Return frames as Arrow tables of the types of their schemas that keep every promise of them.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        By the name of the schema.
    schemas : iterable of TableSchema
        The promises to keep.

    Raises
    ------
    SchemaError
        As :func:`cast` and :func:`check`.
    """
    held = {schema.name: check(cast(frames[schema.name], schema), schema) for schema in schemas}
    return {name: pa.table({of: _cells(frame[of]) for of in frame}) for name, frame in held.items()}
