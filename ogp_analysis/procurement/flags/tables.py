"""The tables of a set of contracting processes as arrays of numbers, each made once for all flags."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from ogp_analysis.base.errors import JoinError
from ogp_analysis.base.schema import DTYPES
from ogp_analysis.data.datasets.procurement.ocds.schemas import TABLES

#: Code of a missing text, and place of a row that has no partner.
MISSING = -1
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


def coded(*columns: pd.Series) -> list[pd.Categorical]:
    """Return columns of text with the categories of all of them, so that their codes can be compared."""
    whole = pd.concat(columns, ignore_index=True) if len(columns) > 1 else columns[0]
    codes, texts = pd.factorize(whole.astype("str"))
    ends = np.cumsum([len(column) for column in columns])[:-1]
    return [pd.Categorical.from_codes(part, texts, validate=False) for part in np.split(codes, ends)]


def positions(values: pd.Categorical, of: pd.Categorical) -> np.ndarray:
    """Return where each of `values` stands first in `of`, :data:`MISSING` where it does not; coded together."""
    places = np.full(len(of.categories) + 1, MISSING)
    places[of.codes[::-1]] = np.arange(len(of))[::-1]
    places[MISSING] = MISSING
    return places[values.codes]


def integers(column: pd.Series) -> np.ndarray:
    """Return a column of whole numbers, :data:`MISSING` where missing."""
    return column.to_numpy(dtype="int64", na_value=MISSING) if column.hasnans else column.to_numpy(dtype="int64")


class Tables:
    """Arrays over the tables of one set of processes.

    A table or column that is not there counts as empty.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Tables as :mod:`ogp_analysis.data.datasets.procurement.ocds.schemas` promises them; not changed.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self.given = dict(tables)
        self._texts: dict[tuple[str, str], pd.Categorical] = {}
        self._process: dict[str, np.ndarray] = {}

    def column(self, table: str, name: str) -> pd.Series:
        """Return a column; missing throughout if the table does not have it, empty if there is no such table."""
        given = self.given.get(table)
        if given is not None and name in given.columns:
            return given[name]
        dtype = DTYPES[_SCHEMAS[table][name].type]
        return pd.Series(index=range(0 if given is None else len(given)), dtype=dtype)

    def texts(self, table: str, name: str) -> pd.Categorical:
        """Return a column of text as codes."""
        if (table, name) not in self._texts:
            (self._texts[table, name],) = coded(self.column(table, name))
        return self._texts[table, name]

    @cached_property
    def _ocids(self) -> dict[str, pd.Categorical]:
        """Identifiers of the processes in every table, as codes of one vocabulary."""
        tables = ["processes", *(name for name in _SCHEMAS if name in self.given and name != "processes")]
        return dict(zip(tables, coded(*(self.column(table, "ocid") for table in tables)), strict=True))

    @cached_property
    def ocids(self) -> pd.Series:
        """Identifiers of the processes, one per row of ``processes``."""
        return self.column("processes", "ocid").astype("str").reset_index(drop=True)

    @cached_property
    def n(self) -> int:
        """Number of processes."""
        return len(self._ocids["processes"])

    def process_of(self, table: str) -> np.ndarray:
        """Return for each row of a table the row of its process.

        Raises
        ------
        JoinError
            If a row belongs to no process.
        """
        if table not in self._ocids:
            return np.empty(0, dtype="int64")
        if table not in self._process:
            places = positions(self._ocids[table], self._ocids["processes"])
            lost = places == MISSING
            if lost.any():
                first = self._ocids[table][lost][0]
                what = f"{int(lost.sum())} rows belong to no process, for example {first!r}"
                raise JoinError(f"{table}.ocid", what, "Give the rows and the processes of the same cleaning")
            self._process[table] = places
        return self._process[table]

    @cached_property
    def tender_row(self) -> np.ndarray:
        """Row of the tender of each process, :data:`MISSING` where it has none."""
        rows = np.full(self.n, MISSING)
        rows[self.process_of("tenders")] = np.arange(len(self.process_of("tenders")))
        return rows

    def tender_texts(self, name: str) -> pd.Categorical:
        """Return a text of the tender, one per process."""
        return self.texts("tenders", name).take(self.tender_row, allow_fill=True)

    def tender_numbers(self, name: str) -> np.ndarray:
        """Return a number of the tender, one per process; NaN where missing."""
        numbers = self.column("tenders", name).to_numpy(dtype="float64", na_value=np.nan)
        return np.append(numbers, np.nan)[self.tender_row]

    def tender_instants(self, name: str) -> np.ndarray:
        """Return an instant of the tender, one per process; NaT where missing."""
        instants = self.column("tenders", name).to_numpy("datetime64[us]")
        return np.append(instants, np.datetime64("NaT"))[self.tender_row]

    # Organisations

    @cached_property
    def _organisations(self) -> dict[tuple[str, str], pd.Categorical]:
        return dict(zip(ORGANISATIONS, coded(*(self.column(*one) for one in ORGANISATIONS)), strict=True))

    def organisations(self, table: str, name: str) -> np.ndarray:
        """Return the organisations a column names, as codes that are the same in all columns."""
        return self._organisations[table, name].codes

    @cached_property
    def organisation_ids(self) -> pd.Series:
        """The identifiers of all organisations, by their code."""
        return pd.Series(self._organisations[ORGANISATIONS[0]].categories, dtype="str")

    @property
    def n_organisations(self) -> int:
        """Number of organisations named anywhere, at least 1."""
        return max(len(self.organisation_ids), 1)

    def units(self, named: np.ndarray) -> np.ndarray:
        """Return the different organisations among those `named`, in the order of their identifiers."""
        known = np.unique(named[named >= 0])
        return known[self.organisation_ids.take(known).argsort()]

    def procuring_entities(self) -> np.ndarray:
        """Return the procuring entity of each process."""
        return np.append(self.organisations("tenders", "procuring_entity_id"), MISSING)[self.tender_row]

    # Pairs of process (or any other small number) and organisation

    def pairs(self, places: np.ndarray, organisations: np.ndarray) -> np.ndarray:
        """Return one number for each pair of a place and an organisation."""
        return places.astype("int64") * self.n_organisations + organisations

    def distinct(self, places: np.ndarray, organisations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the different pairs of place and organisation, sorted."""
        return np.divmod(np.unique(self.pairs(places, organisations)), self.n_organisations)

    def involved(self, processes: np.ndarray, organisations: np.ndarray) -> pd.DataFrame:
        """Return ``ocid, organisation_id`` of the different pairs, sorted by identifier."""
        known = organisations >= 0
        places, codes = self.distinct(processes[known], organisations[known])
        named = {"ocid": self.ocids.take(places).array, "organisation_id": self.organisation_ids.take(codes).array}
        return pd.DataFrame(named).sort_values(["ocid", "organisation_id"], ignore_index=True)

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
        at = pd.Index(self._place_keys(of, of_index)).get_indexer(wanted)
        lost = at == MISSING
        if lost.any():
            process, number = divmod(wanted[lost][0], _WIDTH)
            what = f"{int(lost.sum())} rows belong to no row of {of}, for example number {number} of "
            what += repr(self.ocids.iloc[process])
            raise JoinError(f"{table}.{index}", what, "Give tables of the same cleaning")
        return at

    def _place_keys(self, table: str, index: str) -> np.ndarray:
        return self.process_of(table).astype("int64") * _WIDTH + integers(self.column(table, index))
