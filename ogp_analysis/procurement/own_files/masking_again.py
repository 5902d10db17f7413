"""The second look at tables that a cleaning has written: natural persons are masked by value, on the record."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.data.cleaning.record import ENTRY_COLUMNS, FILE, LINE
from ogp_analysis.data.datasets.procurement.mentions import Hit, Mentions, People, told_of
from ogp_analysis.procurement.own_files.cleaning_facts import Rules
from ogp_analysis.procurement.own_files.growing import RECORD

#: Table of OCDS that says where each process comes from.
_PLACES = "processes"


class MaskingAgain:
    """What :meth:`.growing.Growing.whole` does to tables when all natural persons in them are known.

    Parameters
    ----------
    people : People
        Of all chunks or blocks.
    labels : iterable of str
        Names of the files.

    Attributes
    ----------
    last : tuple of str
        Tables that come after all others, in this order.
    rules : Rules
        What the record says in the end.
    files : dict of str to str
        What stands for names of files that name a person.
    """

    last = (_PLACES, RECORD)

    def __init__(self, people: People, labels: Iterable[str]) -> None:
        self._mentions = Mentions(people, labels)
        self.rules, self.files = Rules(), self._mentions.files
        self._told: list[pa.Table] = []
        self._of_processes: list[pa.Table] = []
        self._places: list[pa.Table] = []

    def piece(self, name: str, table: pa.Table) -> tuple[pa.Table, bool]:
        """Return a piece of a table as it is written, and whether that is another than it was."""
        made, hits = self._mentions.masked(table)
        if name == RECORD:
            self.rules.add(made)
        else:
            self._tell(name, made, hits)
        return made, bool(hits)

    def _tell(self, name: str, table: pa.Table, hits: list[Hit]) -> None:
        has_place = "line" in table.column_names
        if hits and has_place:
            self._told.append(told_of(name, hits, table["file"], table["line"]))
        elif hits:
            # The process stands for its place until that is known.
            self._of_processes.append(told_of(name, hits, table["ocid"], pa.nulls(table.num_rows, pa.int64())))
        if name == _PLACES and self._of_processes:
            wanted = pa.chunked_array([chunk for one in self._of_processes for chunk in one[FILE].chunks])
            places = table.select(["ocid", "file", "line"]).filter(pc.is_in(table["ocid"], wanted.combine_chunks()))
            self._places.append(places)

    def rest(self, name: str, schema: pa.Schema) -> pa.Table:
        """Return rows that come to a table: to the record, what was masked."""
        told = self._told if name == RECORD else []
        if name == RECORD and self._of_processes:
            places = pa.concat_tables(self._places)
            for one in self._of_processes:
                at = pc.index_in(one[FILE], places["ocid"].combine_chunks())
                placed = one.set_column(0, FILE, places["file"].take(at)).set_column(1, LINE, places["line"].take(at))
                told.append(placed)
        made = pa.concat_tables([one.cast(schema) for one in told]) if told else schema.empty_table()
        if made.num_rows:
            self.rules.add(made.select(ENTRY_COLUMNS))
        return made
