"""Hand-made records of each layout; every name in them is invented."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd
import pytest

from ogp_analysis.base import conformance
from ogp_analysis.base.schema import TableSchema
from ogp_analysis.data.cleaning.dataset import promised
from ogp_analysis.data.cleaning.record import Cleaned
from ogp_analysis.data.datasets.procurement.compranet import dataset as compranet
from ogp_analysis.data.sources import delimited
from tests.data.datasets.plain_rows import plain

#: A plain record of each layout; tests change what they are about.
PLAIN = {layout: plain(f"compranet_{layout}") for layout in ("A", "B1", "C", "D", "E")}
HEADERS = {layout: list(row) for layout, row in PLAIN.items()}


class Promised(Mapping):
    """Tables held against their schemas; each is given their types when it is looked at, as that takes longer."""

    def __init__(self, tables: dict[str, pd.DataFrame], schemas: Iterable[TableSchema]) -> None:
        self._schemas, self._tables, self._typed = {schema.name: schema for schema in schemas}, tables, {}
        conformance.promised(tables, self._schemas.values())

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._typed:
            self._typed[name] = promised(self._tables[name], self._schemas[name])
        return self._typed[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._schemas)

    def __len__(self) -> int:
        return len(self._schemas)


def frame(headers: list[str], *rows: dict[str, str]) -> pd.DataFrame:
    """Raw text of a file with these columns, as a reader gives it."""
    assert {name for row in rows for name in row} <= set(headers)
    made = pd.DataFrame([{h: row.get(h, "") for h in headers} for row in rows], columns=headers, dtype="str")
    return made.assign(_file="some/file.csv", _line=range(2, 2 + len(made)))


def cleaned(headers: list[str], *rows: dict[str, str]) -> Cleaned:
    result = compranet.finish([compranet.clean_contracts(frame(headers, *rows))])
    result.record.checked()
    return result


@pytest.fixture
def headers() -> dict[str, list[str]]:
    """Column names of the layouts of which there is no published file at hand."""
    return HEADERS


@pytest.fixture
def raw():
    """Raw text of a layout: ``raw("A", {...}, {...})``."""
    return lambda layout, *rows: frame(HEADERS[layout], *rows)


@pytest.fixture
def clean():
    """The whole walk over records of a layout."""
    return lambda layout, *rows: cleaned(HEADERS[layout], *rows)


@pytest.fixture
def contracts():
    """The walk over records of layout C, each the plain one with the changes given."""
    return lambda *changes: cleaned(HEADERS["C"], *[PLAIN["C"] | change for change in changes])


@pytest.fixture(scope="session")
def contract_files(mirror):
    """Each published file through the reader of damaged files and the whole walk, by version."""
    made = {}
    for source in compranet.DATASET.inputs:
        path = next((mirror / source.source / source.version).glob("*.csv"))
        label = f"{source.source}/{source.version}"
        file = delimited.opened(path, label, names=source.version != "2017-sample")
        chunks = list(delimited.mended(file))
        done = compranet.finish([compranet.clean(chunk, source) for chunk in chunks])
        done.record.checked()
        tables = {s.name: promised(done.tables[s.name], s) for s in compranet.DATASET.schemas}
        made[source.version] = (pd.concat(chunks, ignore_index=True), Cleaned(tables, done.record))
    return made


@pytest.fixture
def rows():
    """Raw text of a file: ``rows({"a": "1"}, {"a": "2"})``, the first on line 2."""
    return lambda *made: pd.DataFrame(list(made), dtype="str").assign(
        _file="some/file.csv", _line=range(2, 2 + len(made))
    )
