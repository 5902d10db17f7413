"""A block of some thousand processes: columns grow chunk by chunk, and become tables."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.procurement.datasets import ocds_assembly
from ogp_analysis.procurement.datasets.ocds_arrays import arrays
from ogp_analysis.procurement.datasets.ocds_columns import Columns
from ogp_analysis.procurement.datasets.ocds_masking import Masked
from ogp_analysis.procurement.datasets.ocds_rows import lists, take
from ogp_analysis.procurement.datasets.ocds_rules import Odd


class Block:
    """Processes that are worked on together.

    Attributes
    ----------
    n : int
        How many there are.
    """

    def __init__(self) -> None:
        self.n = 0
        self._columns: dict[str, list[pa.Array]] = defaultdict(list)
        self._rows: dict[str, int] = defaultdict(int)
        self._odd: list[Odd] = []
        self._places: dict[str, list[int]] = {"file": [], "line": [], "n_releases": []}

    def add(self, releases: list[Any], files: list[int], lines: list[int], counts: list[int]) -> None:
        """Add releases with the number of their file, place in it, and how many releases went into each."""
        found, odd = lists(), []
        take(found, releases)
        columns = arrays(found, odd)
        self._shift(columns)
        self._odd += [one._replace(row=one.row + self._rows[one.name.partition(".")[0]]) for one in odd]
        self._even(columns)
        for name, values in columns.items():
            self._columns[name].append(values)
        self.n += len(releases)
        for name, more in (("file", files), ("line", lines), ("n_releases", counts)):
            self._places[name] += more

    def _shift(self, columns: dict[str, pa.Array]) -> None:
        """Count rows of items and processes within the block; they come counted within the chunk."""
        for name in [name for name in columns if "@" in name and name != "items@section"]:
            before = self.n if name == "items@process" else self._rows["items"]
            columns[name] = pc.add(columns[name], pa.scalar(before, pa.int32()))

    def _even(self, columns: dict[str, pa.Array]) -> None:
        """Fill columns that only some chunks have (texts of amounts), so that all of a table have as many rows."""
        sizes = {name.partition(".")[0]: len(values) for name, values in columns.items() if "." in name}
        if columns.keys() != self._columns.keys():
            for name in sorted({*self._columns, *columns}):
                table = name.partition(".")[0]
                if name not in columns:
                    columns[name] = pa.nulls(sizes[table], self._columns[name][0].type)
                elif name not in self._columns and "." in name and self._rows[table]:
                    self._columns[name].append(pa.nulls(self._rows[table], columns[name].type))
        for table, size in sizes.items():
            self._rows[table] += size

    def finish(
        self, labels: list[str], names: frozenset[str] = frozenset()
    ) -> tuple[dict[str, pa.Table], pa.Table, Masked]:
        """Return the tables, the changed values as entries of the record, and what was masked.

        Parameters
        ----------
        labels : list of str
            Names of the files.
        names : frozenset of str
            Plain names of natural persons that are known from elsewhere in the same files.
        """
        # Pieces are let go one column after the other: all of them and all columns would be twice the memory.
        columns = Columns({name: _one(self._columns.pop(name)) for name in list(self._columns)}, self.n)
        files = pa.DictionaryArray.from_arrays(
            pa.array(self._places["file"], pa.int32()), pa.array(labels, pa.string())
        )
        columns.values["processes.file"] = files.cast(pa.string())
        masked = columns.clean(self._odd, names)
        places = {
            "file": columns.values.pop("processes.file"),
            **{name: pa.array(self._places[name], pa.int64()) for name in ("line", "n_releases")},
        }
        return ocds_assembly.tables(columns, places), _entries(columns, places | {"file": files}), masked


def _one(parts: list[pa.Array]) -> pa.Array:
    return parts[0] if len(parts) == 1 else pa.concat_arrays(parts)


def _entries(columns: Columns, places: dict[str, pa.Array]) -> pa.Table:
    notes = columns.notes
    at = pa.array(notes.process, pa.int64())
    return pa.table({
        "_file": places["file"].take(at).cast(pa.string()),
        "_line": places["line"].take(at),
        "action": pa.array(["changed"] * len(at), pa.string()),
        **{name: pa.array(getattr(notes, name), pa.string()) for name in ("rule", "column", "old", "new")},
    })  # fmt: skip
