"""Files that are damaged as files of users are: nothing is lost in silence, and each fails alone, in one sentence."""

from __future__ import annotations

import csv
import gzip
import io
import json
import resource
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from ogp_analysis.cleaning.procurement.ledger import digests
from ogp_analysis.store.cleaning_run import clean_files

HEAD = ["DEPENDENCIA / ENTIDAD", "CLAVE UC", "NÚMERO DE PROCEDIMIENTO", "NÚMERO DE CONTRATO", "IMPORTE MN SIN IVA",
        "RAZÓN SOCIAL", "REFERENCIA DE LA CONTRATACIÓN", "FECHA DE SUSCRIPCIÓN DE CONTRATO"]  # fmt: skip
CONTRACTS = [
    ["Casa", "06000", f"P-{n}", f"C-{n}", f"{n}00.50", "FIRMA DE PRUEBA SA DE CV", f"Sillas {n}", "15/02/2002"]
    for n in range(1, 6)
]


def text(*records: list[str], end: str = "\n", delimiter: str = ",") -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=end, delimiter=delimiter).writerows(records)
    return stream.getvalue().encode()


def cleaned(tmp_path: Path, content: bytes, name: str = "contratos.csv", kind: str = "compranet"):
    (tmp_path / name).write_bytes(content)
    (outcome,) = clean_files([tmp_path / name], kind, tmp_path / "out")
    return outcome


def table(tmp_path: Path, name: str) -> pd.DataFrame:
    return pd.concat(map(pd.read_parquet, (tmp_path / "out" / "parquet" / name).glob("*.parquet")))


def test_lines_that_end_with_cr_alone_are_lines(tmp_path):
    outcome = cleaned(tmp_path, text(HEAD, *CONTRACTS, end="\r"))
    assert (outcome.what, outcome.rows_in, outcome.kept) == ("cleaned", 5, 5)
    assert table(tmp_path, "contracts")["line"].tolist() == [2, 3, 4, 5, 6]


def test_no_row_is_lost_where_lines_of_two_kinds_are_mixed(tmp_path):
    for number, end in enumerate(("\r", "\r\n", "\n")):
        mixed = text(HEAD, *CONTRACTS[:2], end=end) + text(*CONTRACTS[2:], end="\n")
        (tmp_path / str(number)).mkdir()
        outcome = cleaned(tmp_path / str(number), mixed)
        assert (outcome.rows_in, outcome.kept) == (5, 5), (end, outcome)
    late = text(HEAD, *CONTRACTS * 20_000, end="\r") + text(*CONTRACTS)
    outcome = cleaned(tmp_path, late, "late.csv")
    assert outcome.what == "failed" and "end with CR at its start and lines that end with LF later" in outcome.fault


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_column_names_that_stand_again_are_set_aside(tmp_path, mark):
    one, two = text(HEAD, HEAD, *CONTRACTS[:2]), text(HEAD, *CONTRACTS[2:])
    outcome = cleaned(tmp_path, mark + one + mark + two)
    assert (outcome.rows_in, outcome.kept, outcome.set_aside) == (7, 5, 2)
    record = table(tmp_path, "record")
    assert record.query("rule == 'header_again'")["_line"].tolist() == [2, 5]
    assert not table(tmp_path, "contracts")["contract_number"].str.contains("CONTRATO").any()


def test_other_column_names_in_the_middle_are_refused_with_their_line(tmp_path):
    turned = [cells[::-1] for cells in (HEAD, *CONTRACTS)]
    outcome = cleaned(tmp_path, text(HEAD, *CONTRACTS) + text(*turned))
    assert outcome.what == "failed"
    assert "contratos.csv, line 7: holds column names in another order" in outcome.fault


@pytest.mark.parametrize("left", ["\x1f", "\x1e", "\x1e1", "\x1e0"])
def test_cells_that_are_put_together_are_equal_only_if_each_is(left):
    frame = pd.DataFrame({"a": [f"A{left}B", "A", "A", "A\x1e"], "b": ["C", f"B{left}C", "BC", "\x1fBC"]}, dtype="str")
    assert len({tuple(row) for row in digests(frame).tolist()}) == 4


def test_an_empty_cell_is_not_a_missing_one():
    frame = pd.DataFrame({"a": ["", None, "\x1e2"]}, dtype="str")
    assert len({tuple(row) for row in digests(frame).tolist()}) == 3
