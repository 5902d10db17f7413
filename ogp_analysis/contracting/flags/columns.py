"""Columns of the tables as arrays of numbers: codes of words, floats, instants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

#: Code of a missing word, and place of a row that has no partner.
MISSING = -1


@dataclass(frozen=True)
class Words:
    """A column of words as codes.

    Attributes
    ----------
    codes : numpy.ndarray of int32
        One a row; :data:`MISSING` where the word is missing.
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


def words(*columns: pd.Series) -> list[Words]:
    """Return columns of text as codes of one vocabulary, so that they can be compared."""
    parts = [_arrow(column) for column in columns]
    coded = pa.concat_arrays(parts).dictionary_encode() if len(parts) > 1 else parts[0].dictionary_encode()
    codes = coded.indices.fill_null(MISSING).to_numpy()
    ends = np.cumsum([len(part) for part in parts])
    return [Words(codes[end - len(part) : end], coded.dictionary) for part, end in zip(parts, ends, strict=True)]


def positions(values: pd.Series, of: pd.Series) -> np.ndarray:
    """Return where each of `values` stands in `of`, :data:`MISSING` where it does not."""
    found = pc.index_in(_arrow(values), value_set=_arrow(of))
    return found.fill_null(MISSING).to_numpy()


def integers(column: pd.Series) -> np.ndarray:
    """Return a column of whole numbers, :data:`MISSING` where missing."""
    return column.to_numpy(dtype="int64", na_value=MISSING) if column.hasnans else column.to_numpy(dtype="int64")


def floats(column: pd.Series) -> np.ndarray:
    """Return a column of numbers, NaN where missing."""
    return column.to_numpy(dtype="float64", na_value=np.nan)


def _arrow(column: pd.Series) -> pa.Array:
    array = pa.array(column, from_pandas=True)
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return array if array.type == pa.large_string() else array.cast(pa.large_string())
