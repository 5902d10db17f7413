"""Records of a file that a sidecar describes, by the rules of the format: what breaks them is a fault with its line."""

from __future__ import annotations

import csv
import gzip
import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_analysis.data.sources import delimited
from ogp_analysis.data.sources.sidecar import RawFile, SourceFile


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tables")


def read(folder, content: bytes, header=0, columns=None, name="made.csv", rows=2, **facts) -> list:
    """Return the names of the columns, and the cells of each record with its line."""
    (folder / name).write_bytes(content)
    facts = {"encoding": "utf-8", "delimiter": ",", **facts}
    terms = {"licence": "-", "open_licence": "yes", "redistribute": True, "compiled": False}
    entry = SourceFile(name=name, sha256="0" * 64, bytes=1, rows=1, **terms, **facts)
    parts = list(delimited.of_entry(RawFile("s/1/t", folder / name, entry), header, rows, columns))
    assert all(len(part) <= rows for part in parts) and all((part["_file"] == "s/1/t").all() for part in parts)
    whole = pd.concat(parts, ignore_index=True).drop(columns="_file")
    return [[*whole.columns], *whole.to_numpy().tolist()]


CELL = st.text(st.sampled_from('ab, "\n;\té€\r0'), max_size=6)


@given(
    records=st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=6),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    delimiter=st.sampled_from([",", ";", "\t"]),
    header=st.sampled_from([0, 1]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    last=st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_a_proper_table_is_read_as_it_was_written(folder, records, end, quoting, delimiter, header, encoding, last):
    """Line breaks, marks and delimiters in cells included; a record bears the line on which it starts."""
    if quoting == csv.QUOTE_MINIMAL:  # the writer leaves a CR unquoted
        records = [[cell.replace("\r", "") for cell in record] for record in records]
    stream = io.StringIO(newline="")
    stream.write(f"a title, with a comma{end}" * header)
    csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows([["p", "q", "r"], *records])
    text = stream.getvalue() if last else stream.getvalue().removesuffix(end)
    how = {"header": header, "delimiter": delimiter, "encoding": encoding.removesuffix("-sig")}
    names, *rows = read(folder, text.encode(encoding), **how)
    assert names == ["p", "q", "r", "_line"] and [row[:3] for row in rows] == records
    breaks = [sum(len(io.StringIO(cell, newline="").readlines()) - (not cell.endswith(("\n", "\r"))) for cell in record
                  if cell) for record in records]  # fmt: skip
    assert [row[3] for row in rows] == [header + 2 + at + sum(breaks[:at]) for at in range(len(rows))]


def test_packed_files_and_other_encodings_are_read(folder):
    text, expected = "a;b\n1;né\n", [["a", "b", "_line"], ["1", "né", 2]]
    assert read(folder, text.encode("latin-1"), delimiter=";", encoding="latin-1") == expected
    assert read(folder, gzip.compress(text.encode()), name="packed.csv.gz", delimiter=";") == expected


def test_of_a_large_file_only_the_columns_that_are_wanted_are_kept(folder, monkeypatch):
    how = {"columns": lambda names: [name for name in names if name != "b"]}
    assert read(folder, b"a,b,c\n1,2,3\n", **how)[0] == ["a", "b", "c", "_line"]
    monkeypatch.setattr(delimited, "LARGEST", 0)
    assert read(folder, b"a,b,c\n1,2,3\n4,5,6\n7,8,9\n", **how) == [
        ["a", "c", "_line"], ["1", "3", 2], ["4", "6", 3], ["7", "9", 4],
    ]  # fmt: skip
