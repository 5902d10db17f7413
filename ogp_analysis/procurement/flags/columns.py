"""Columns of the tables as arrays of numbers: codes of words, floats, instants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

#: A column of a table of either library. Texts of Arrow may come as codes: they are not written out.
Column = pd.Series | pa.ChunkedArray
#: Code of a missing word, and place of a row that has no partner.
MISSING = -1
_TEXT = pa.large_string()
_CODED = pa.dictionary(pa.int32(), _TEXT)


@dataclass(frozen=True)
class Words:
    """A column of words as codes.

    Attributes
    ----------
    codes : numpy.ndarray of int32
        One per row; :data:`MISSING` where the word is missing.
    vocabulary : pyarrow.Array
        The words, by code.
    """

    codes: np.ndarray
    vocabulary: pa.Array

    def among(self, words: Iterable[str]) -> np.ndarray:
        """Return the rows whose word is one of `words`."""
        known = pc.is_in(self.vocabulary, value_set=pa.array(list(words), type=self.vocabulary.type))
        return np.append(known.to_numpy(zero_copy_only=False), False)[self.codes]

    @property
    def present(self) -> np.ndarray:
        """The rows that have a word."""
        return self.codes >= 0

    def at(self, rows: np.ndarray) -> Words:
        """Return the words of `rows`; missing where a row is :data:`MISSING`."""
        return Words(np.append(self.codes, np.int32(MISSING))[rows], self.vocabulary)

    def texts(self, codes: np.ndarray) -> pd.Series:
        """Return the words of `codes`, none of them missing."""
        return pd.Series(self.vocabulary.take(pa.array(codes, type=pa.int64())), dtype="str")


def words(*columns: Column) -> list[Words]:
    """Return columns of text as codes of one vocabulary, so that they can be compared."""
    parts = []
    for column in columns:
        array = column if isinstance(column, pa.ChunkedArray) else pa.array(column, from_pandas=True)
        chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
        # A column that comes as codes keeps them.
        part = []
        for chunk in chunks:
            coded = chunk if pa.types.is_dictionary(chunk.type) else chunk.cast(_TEXT).dictionary_encode()
            part.append(pa.DictionaryArray.from_arrays(coded.indices.cast(pa.int32()), coded.dictionary.cast(_TEXT)))
        parts.append(part)
    whole = pa.chunked_array([chunk for part in parts for chunk in part], type=_CODED).unify_dictionaries()
    vocabulary = whole.chunk(0).dictionary if whole.num_chunks else pa.array([], _TEXT)
    codes = [chunk.indices.fill_null(MISSING).to_numpy() for chunk in whole.chunks]
    ends = np.cumsum([len(part) for part in parts])
    none = np.empty(0, dtype="int32")
    return [
        Words(np.concatenate([none, *codes[end - len(part) : end]]), vocabulary)
        for part, end in zip(parts, ends, strict=True)
    ]


def positions(values: Column, of: Column) -> np.ndarray:
    """Return where each of `values` stands first in `of`, :data:`MISSING` where it does not."""
    return found(*words(values, of))


def found(values: Words, of: Words) -> np.ndarray:
    """Return the same for two columns that are coded together."""
    places = np.full(len(of.vocabulary) + 1, MISSING, dtype="int32")
    places[of.codes[::-1]] = np.arange(len(of.codes), dtype="int32")[::-1]
    places[MISSING] = MISSING
    return places[values.codes]


def different(values: np.ndarray) -> np.ndarray:
    """Return the different whole numbers, sorted: where nearly all differ, sorting is faster than hashing."""
    ordered = np.sort(values)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def integers(column: Column) -> np.ndarray:
    """Return a column of whole numbers, :data:`MISSING` where missing."""
    if isinstance(column, pa.ChunkedArray):
        return column.cast(pa.int64()).fill_null(MISSING).to_numpy()
    return column.to_numpy(dtype="int64", na_value=MISSING) if column.hasnans else column.to_numpy(dtype="int64")


def floats(column: Column) -> np.ndarray:
    """Return a column of numbers, NaN where missing."""
    if isinstance(column, pa.ChunkedArray):
        return column.cast(pa.float64()).fill_null(np.nan).to_numpy()
    return column.to_numpy(dtype="float64", na_value=np.nan)


def instants(column: Column) -> np.ndarray:
    """Return a column of instants, NaT where missing."""
    if isinstance(column, pa.ChunkedArray):
        return column.cast(pa.timestamp("us")).to_numpy()
    return column.to_numpy("datetime64[us]")


def frame(table: pa.Table) -> pd.DataFrame:
    """Return a table of Arrow as a frame of the types of clean tables, texts written out."""
    columns = [one.cast(one.type.value_type) if pa.types.is_dictionary(one.type) else one for one in table.columns]
    plain = pa.table(columns, names=table.column_names)
    return plain.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
