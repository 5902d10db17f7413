"""Tables held against their schemas: cast to its types, and checked promise by promise."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.errors import SchemaError, listed
from ogp_analysis.base.schema import DTYPES, Column, TableSchema
from ogp_analysis.base.text_column import array_of, offsets_of

_Cells = pa.Array | pa.ChunkedArray
_CORRECT = "Correct the source row, or add a named rule to the cleaner"


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
    absent = [name for name in schema.names if name not in frame.columns]
    if absent:
        what = f"{len(absent)} columns are absent, {listed(absent)}"
        raise SchemaError(schema.name, what, "Add them in the cleaner, or take them out of the schema")
    return pd.DataFrame({c.name: _cast(frame[c.name], c, schema) for c in schema.columns}, copy=False)


def _cast(values: pd.Series, column: Column, schema: TableSchema) -> pd.Series:
    values = _without_blanks(values)
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
        return values.astype(DTYPES[column.type])
    except (ValueError, TypeError, OverflowError) as error:
        what = f"cannot be read as {column.type} ({error})"
        raise SchemaError(f"{schema.name}.{column.name}", what, _CORRECT) from error


def _without_blanks(values: pd.Series) -> pd.Series:
    if values.dtype == object:
        return values.mask(values == "")
    if values.dtype != "str":
        return values
    cells = array_of(values)
    filled = _filled(cells)
    return values if filled is cells else pd.Series(pd.array(filled, dtype="str"), index=values.index)


def _filled(cells: pa.Array) -> pa.Array:
    """Return cells of text, the blank ones of them absent."""
    offsets = offsets_of(cells)
    filled = offsets[1:] > offsets[:-1]
    if filled.all() or cells.null_count == len(cells):
        return cells
    if cells.null_count:  # behind an absent cell there may be text
        filled &= cells.is_valid().to_numpy(zero_copy_only=False)
    # Only which cells are there is new; their text stays where it is.
    there = pa.py_buffer(np.packbits(filled, bitorder="little"))
    return pa.Array.from_buffers(cells.type, len(cells), [there, pa.py_buffer(offsets), cells.buffers()[2]])


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
    for column in schema.columns:
        values, where = frame[column.name], f"{schema.name}.{column.name}"
        if values.dtype != DTYPES[column.type]:
            what = f"is of type {values.dtype}, not {DTYPES[column.type]}"
            raise SchemaError(where, what, "Cast the table by its schema")
        for fault, broken in _broken(values, column):
            if broken.any():
                what = f"{int(broken.sum())} values {fault}, for example {values[broken].tolist()[0]!r}"
                raise SchemaError(where, what, _CORRECT)
    _check_key(frame, schema)
    return frame


def _broken(values: pd.Series, column: Column) -> Iterator[tuple[str, pd.Series]]:
    """Yield the fault of each rule of a column, with the values that have it; missing values have only the first."""
    if column.required:
        yield "are missing, and every row needs a value", values.isna()
    if column.categories:
        cells = pa.array(values)
        known = pc.is_in(cells, pa.array(column.categories, cells.type), skip_nulls=True)
        if pc.sum(known).as_py() != len(cells) - cells.null_count:
            odd = values.notna() & ~values.isin(column.categories)
            if column.others:
                odd &= ~values.fillna("").str.fullmatch(column.others)
            yield f"are none of {listed(column.categories, 20)}", odd
    if column.unit == "year" and (_beyond(values.min(), 1000, -1) or _beyond(values.max(), 9999, 1)):
        yield "are not years of four digits", ((values < 1000) | (values > 9999)).fillna(False)
    if column.type == "number" and (math.isinf(values.max()) or math.isinf(values.min())):
        yield "are not finite", values.abs() == math.inf
    if column.minimum is not None and _beyond(values.min(), column.minimum, -1):
        yield f"are below {column.minimum:g}", (values < column.minimum).fillna(False)
    if column.maximum is not None and _beyond(values.max(), column.maximum, 1):
        yield f"are above {column.maximum:g}", (values > column.maximum).fillna(False)


def _beyond(extreme, bound: float, side: int) -> bool:
    """Whether the least or the greatest value is beyond a bound: only then is every one looked at."""
    return bool(pd.notna(extreme) and side * extreme > side * bound)


def first_row(rows: pd.DataFrame) -> tuple:
    """Return the first of some rows as a fault quotes it: ``('MEX', 2020)``, without the names of types of numpy."""
    return tuple(rows.head(1).to_dict("records")[0].values())


def _check_key(frame: pd.DataFrame, schema: TableSchema) -> None:
    key = list(schema.key)
    empty = int(np.logical_or.reduce([frame[name].isna().to_numpy() for name in key]).sum())
    again = frame.duplicated(key, keep=False)
    twice = frame[again] if again.any() else frame.iloc[:0]
    if empty or len(twice):
        example = first_row(twice[key]) if len(twice) else key
        found = [f"missing in {empty:,} rows"] * bool(empty) + [f"repeated in {len(twice):,} rows"] * bool(len(twice))
        what = f"the key is {' and '.join(found)}, for example {example!r}"
        action = "Add a rule for the repeated rows, or choose a key that names a row"
        raise SchemaError(f"{schema.name} ({', '.join(key)})", what, action)


def promised(frames: Mapping[str, pd.DataFrame], schemas: Iterable[TableSchema]) -> dict[str, pa.Table]:
    """Return frames as Arrow tables of the types of their schemas that keep every promise of them.

    As :func:`cast` and :func:`check` one after the other, in a fraction of the time: columns are looked through as
    Arrow has them, and a column that several tables share once.

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
    known: dict[tuple, _Cells | None] = {}
    tables = {}
    for schema in schemas:
        frame, whole = frames[schema.name], False
        if set(schema.names) <= set(frame.columns):
            columns = [_kept(frame[column.name], column, schema, known) for column in schema.columns]
            if all(cells is not None for cells in columns):
                table = tables[schema.name] = pa.table(columns, names=schema.names)
                key = [table[name] for name in schema.key]
                whole = not any(cells.null_count for cells in key) and (
                    pc.count_distinct(key[0]).as_py() == len(table)
                    or len(table.group_by(list(schema.key), use_threads=False).aggregate([])) == len(table)
                )
        if not whole:
            # What is wrong and in how many rows, if anything is, the careful way says.
            careful = check(cast(frame, schema), schema)
            tables[schema.name] = pa.Table.from_pandas(careful, preserve_index=False).replace_schema_metadata(None)
    return tables


def _kept(values: pd.Series, column: Column, schema: TableSchema, known: dict[tuple, _Cells | None]) -> _Cells | None:
    """Return a column as Arrow has it if it is seen at once that it keeps its promise; else None."""
    place = None
    if DTYPES[column.type] == "str" and values.dtype == "str":
        cells = array_of(values)
        # The same memory is the same text as long as the frames hold it.
        places = [0 if one is None else one.address for one in cells.buffers()]
        place = column, cells.type, cells.offset, len(cells), *places
        if place in known:
            return known[place]
        cells = _filled(cells)
    else:
        cells = pa.array(_cast(values, column, schema), from_pandas=True)
    there = len(cells) - cells.null_count
    sound = there == len(cells) or not column.required
    if column.categories:
        among = pc.is_in(cells, pa.array(column.categories, cells.type), skip_nulls=True)
        sound &= (pc.sum(among).as_py() or 0) == there
    low = [bound for bound in (column.minimum, 1000 if column.unit == "year" else None) if bound is not None]
    high = [bound for bound in (column.maximum, 9999 if column.unit == "year" else None) if bound is not None]
    if column.type in ("integer", "number") and there:
        least, most = pc.min_max(cells).as_py().values()
        sound &= -math.inf < least and most < math.inf and all(least >= b for b in low) and all(most <= b for b in high)
    else:
        sound &= not (low or high)
    found = cells if sound else None
    if place is not None:
        known[place] = found
    return found
