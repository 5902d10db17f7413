"""The tables of a set of contracting processes with their identifiers counted through once, for all flags."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.errors import JoinError
from ogp_analysis.base.schema import DTYPES
from ogp_analysis.data.datasets.procurement.ocds.schemas import TABLES

# Columns of the tables as arrays of numbers: codes of words, floats, instants.

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


#: Where an organisation is named in a role: table and column.
ORGANISATIONS = (
    ("processes", "buyer_id"),
    ("tenders", "procuring_entity_id"),
    ("tenderers", "tenderer_id"),
    ("suppliers", "supplier_id"),
)
#: Room for the index of a bid or award within its process.
_WIDTH = 1 << 24
_SCHEMAS = {schema.name: schema for schema in TABLES}


def coded(tables: Mapping[str, pd.DataFrame | pa.Table] | CodedTables) -> CodedTables:
    """Return `tables` with their identifiers as numbers; coded tables are returned as they are."""
    return tables if isinstance(tables, CodedTables) else CodedTables(tables)


class CodedTables:
    """Arrays over the tables of one set of processes, each made when it is first asked for.

    A table or column that is not there counts as empty.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame or pyarrow.Table
        Tables as :mod:`ogp_analysis.data.datasets.procurement.ocds.schemas` promises them; not changed.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame | pa.Table]) -> None:
        self._tables = dict(tables)
        self._kept: dict[Hashable, object] = {}

    @cached_property
    def given(self) -> Mapping[str, pd.DataFrame]:
        """The tables as they were given, as frames."""
        return {name: frame(one) if isinstance(one, pa.Table) else one for name, one in self._tables.items()}

    def __contains__(self, table: str) -> bool:
        return table in self._tables

    def column(self, table: str, name: str) -> Column:
        """Return a column; missing throughout if the table does not have it, empty if there is no such table."""
        given = self._tables.get(table)
        if given is not None and name in (given.column_names if isinstance(given, pa.Table) else given.columns):
            return given[name]
        dtype = DTYPES[_SCHEMAS[table][name].type]
        return pd.Series(index=range(0 if given is None else len(given)), dtype=dtype)

    def words(self, table: str, name: str) -> Words:
        """Return a column of text as codes."""
        return self.once(("words", table, name), lambda: words(self.column(table, name))[0])

    def once(self, key: Hashable, make: Callable):
        """Return what `make` makes, made once for each `key`."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    # Processes

    @cached_property
    def _ocids(self) -> dict[str, Words]:
        """Identifiers of the processes in every table, as codes of one vocabulary."""
        tables = ["processes", *(name for name in _SCHEMAS if name in self._tables and name != "processes")]
        return dict(zip(tables, words(*(self.column(table, "ocid") for table in tables)), strict=True))

    @cached_property
    def ocids(self) -> pd.Series:
        """Identifiers of the processes, one per row of ``processes``."""
        return self._ocids["processes"].texts(self._ocids["processes"].codes)

    @cached_property
    def n(self) -> int:
        """Number of processes."""
        return len(self._ocids["processes"].codes)

    def process_of(self, table: str) -> np.ndarray:
        """Return for each row of a table the row of its process.

        Raises
        ------
        JoinError
            If a row belongs to no process.
        """
        return self.once(("process", table), lambda: self._process_of(table))

    def _process_of(self, table: str) -> np.ndarray:
        if table not in self._ocids:
            return np.empty(0, dtype="int32")
        ocids = self._ocids[table]
        places = found(ocids, self._ocids["processes"])
        lost = places == MISSING
        if lost.any():
            what = f"{int(lost.sum())} rows belong to no process, for example {ocids.texts(ocids.codes[lost])[0]!r}"
            raise JoinError(f"{table}.ocid", what, "Give the rows and the processes of the same cleaning")
        return places

    @cached_property
    def tender_row(self) -> np.ndarray:
        """Row of the tender of each process, :data:`MISSING` where it has none."""
        rows = np.full(self.n, MISSING)
        rows[self.process_of("tenders")] = np.arange(len(self.process_of("tenders")))
        return rows

    def tender_words(self, name: str) -> Words:
        """Return a text of the tender, one per process."""
        return self.once(("tender", name), lambda: self.words("tenders", name).at(self.tender_row))

    def tender_numbers(self, name: str) -> np.ndarray:
        """Return a number of the tender, one per process; NaN where missing."""
        return np.append(floats(self.column("tenders", name)), np.nan)[self.tender_row]

    def tender_instants(self, name: str) -> np.ndarray:
        """Return an instant of the tender, one per process; NaT where missing."""
        return np.append(instants(self.column("tenders", name)), np.datetime64("NaT"))[self.tender_row]

    # Organisations

    @cached_property
    def _organisations(self) -> dict[tuple[str, str], Words]:
        columns = words(*(self.column(table, name) for table, name in ORGANISATIONS))
        return dict(zip(ORGANISATIONS, columns, strict=True))

    def organisations(self, table: str, name: str) -> np.ndarray:
        """Return the organisations a column names, as codes that are the same in all columns."""
        return self._organisations[table, name].codes

    @cached_property
    def n_organisations(self) -> int:
        """Number of organisations named anywhere."""
        return len(self._organisations[ORGANISATIONS[0]].vocabulary)

    def organisation_ids(self, codes: np.ndarray) -> pd.Series:
        """Return the identifiers of organisations."""
        return self._organisations[ORGANISATIONS[0]].texts(codes)

    def units(self, named: np.ndarray) -> np.ndarray:
        """Return the different organisations among those `named`, in the order of their identifiers."""
        known = different(named[named >= 0])
        return known[np.argsort(self._rank[known])]

    @cached_property
    def _rank(self) -> np.ndarray:
        """Place of each organisation in the order of the identifiers."""
        order = pc.array_sort_indices(self._organisations[ORGANISATIONS[0]].vocabulary).to_numpy()
        rank = np.empty(len(order), dtype="int64")
        rank[order] = np.arange(len(order))
        return rank

    def buyers(self) -> np.ndarray:
        """Return the buyer of each process."""
        return self.organisations("processes", "buyer_id")

    def procuring_entities(self) -> np.ndarray:
        """Return the procuring entity of each process."""
        return np.append(self.organisations("tenders", "procuring_entity_id"), MISSING)[self.tender_row]

    # Pairs of process (or any other small number) and organisation

    def pairs(self, places: np.ndarray, organisations: np.ndarray) -> np.ndarray:
        """Return one number for each pair of a place and an organisation."""
        return places.astype("int64") * max(self.n_organisations, 1) + organisations

    def distinct(self, places: np.ndarray, organisations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the different pairs of place and organisation, sorted."""
        pairs = different(self.pairs(places, organisations))
        return pairs // max(self.n_organisations, 1), pairs % max(self.n_organisations, 1)

    def involved(self, processes: np.ndarray, organisations: np.ndarray) -> pd.DataFrame:
        """Return ``ocid, organisation_id`` of the different pairs, sorted by identifier."""
        known = organisations >= 0
        places, codes = self.distinct(processes[known], organisations[known])
        ocids = self.ocids.take(places).reset_index(drop=True).astype("str")
        frame = pd.DataFrame({"ocid": ocids, "organisation_id": self.organisation_ids(codes)})
        return frame.sort_values(["ocid", "organisation_id"], ignore_index=True)

    # Rows of rows

    def places(self, table: str, index: str, of: str, of_index: str, rows: np.ndarray | None = None) -> np.ndarray:
        """Return for each row of a table the row of another that has the same process and index.

        Parameters
        ----------
        table, index : str
            The table and its column that points to the other.
        of, of_index : str
            The other table and its own index.
        rows : numpy.ndarray of bool, optional
            Which rows of `table`; all if not given.

        Raises
        ------
        JoinError
            If a row has no partner.
        """
        wanted = self._place_keys(table, index)
        wanted = wanted if rows is None else wanted[rows]
        known = self._place_keys(of, of_index)
        if np.array_equal(wanted, known):
            return np.arange(len(known))
        order = None if (known[1:] > known[:-1]).all() else np.argsort(known, kind="stable")
        at = np.searchsorted(known, wanted, sorter=order)
        lost = at == len(known)
        at[lost] = 0
        at = at if order is None else order[at]
        lost |= known[at] != wanted if len(known) else True
        if lost.any():
            process, number = divmod(wanted[lost][0], _WIDTH)
            what = f"{int(lost.sum())} rows belong to no row of {of}, for example number {number} of "
            raise JoinError(
                f"{table}.{index}", f"{what}{self.ocids.iloc[process]!r}", "Give tables of the same cleaning"
            )
        return at

    def _place_keys(self, table: str, index: str) -> np.ndarray:
        return self.process_of(table).astype("int64") * _WIDTH + integers(self.column(table, index))


def made_once(of: Callable[..., Hashable] = lambda *settings: settings) -> Callable[[Callable], Callable]:
    """Return a decorator of functions of coded tables and settings: what they return is made once, and kept.

    Parameters
    ----------
    of : callable
        What of the settings the result depends on; on all of them, if it is not given.
    """

    def decorated(make: Callable) -> Callable:
        @wraps(make)
        def kept(data: CodedTables, *settings):
            return data.once((make.__module__, make.__name__, of(*settings)), lambda: make(data, *settings))

        return kept

    return decorated
