"""Tables that a cleaning has left, read back: the same values, texts as codes."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ogp_analysis.base.errors import SourceError
from ogp_analysis.data.datasets.procurement.ocds.schemas import TABLES
from ogp_analysis.procurement.flags.registry import compute_all
from ogp_analysis.procurement.flags.settings import settings
from ogp_analysis.procurement.own_files import ocds_run
from ogp_analysis.procurement.own_files.cleaning_run import clean_files
from ogp_analysis.procurement.own_files.contract_rows import ocds_tables


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the tables of forty processes, in several blocks."""
    monkeypatch.setattr(ocds_run, "BLOCK", 4)
    period = {"startDate": "2020-01-01T00:00:00Z", "endDate": "2020-01-09T00:00:00Z"}
    tender = {"id": "t", "procurementMethod": "open", "numberOfTenderers": 1, "tenderPeriod": period}
    releases = [{"ocid": f"o-{n}", "parties": [{"id": "B"}], "tender": tender, "language": "es"} for n in range(40)]
    (tmp_path / "some.json").write_text(json.dumps({"releases": releases}))
    clean_files([tmp_path / "some.json"], "ocds", tmp_path / "out")
    return tmp_path / "out"


def test_everything_is_read_with_its_texts_as_codes(folder):
    tables = ocds_tables(folder)
    assert list(tables) == [schema.name for schema in TABLES]
    for name, table in tables.items():
        written = pq.read_table(folder / "parquet" / name / "ocds.parquet")
        assert sorted(table.column_names) == sorted(written.column_names)
        for field in table.schema:
            column = table[field.name]
            if pa.types.is_dictionary(field.type):
                column = column.cast(pa.string())
            assert column.to_pylist() == written[field.name].to_pylist(), field.name
        assert not any(pa.types.is_string(field.type) for field in table.schema)


def test_only_what_is_asked_for_is_read(folder):
    tables = ocds_tables(folder, {"tenders": ["status"], "processes": ()})
    assert {name: table.column_names for name, table in tables.items()} == {
        "processes": ["ocid"],
        "tenders": ["ocid", "status"],
    }


def test_flags_are_computed_from_a_folder(folder):
    result = compute_all(ocds_tables(folder), settings("MEX"), ["R003", "R018"])
    assert [(one.n, one.n_flagged) for one in result.values()] == [(40, 40), (40, 40)]


def test_a_table_that_is_not_there_is_said(folder):
    (folder / "parquet/bids/ocds.parquet").unlink()
    with pytest.raises(SourceError, match=r"out/parquet/bids: is not there. Clean the files first"):
        ocds_tables(folder)
