"""What is read at once is what is read record by record, in whatever blocks, of all columns or of some."""

from __future__ import annotations

import csv
import gzip
import io
from unittest.mock import patch

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_analysis.base.errors import SourceError
from ogp_analysis.data.sources import delimited
from ogp_analysis.data.sources.sidecar import RawFile, SourceFile

HEAD = "title\nid,name,year,note\n"
SANE = 'a,"x, y",2020,\nb,z,2021,"q"\nc,,2022,NA\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tables")


def read(folder, content: bytes, header=0, columns=None, name="made.csv", rows=2, **facts) -> list | str:
    """Return the rows of a file with their lines, or that it is a fault."""
    (folder / name).write_bytes(content)
    facts = {"encoding": "utf-8", "delimiter": ",", **facts}
    terms = {"licence": "-", "open_licence": "yes", "redistribute": True, "compiled": False}
    entry = SourceFile(name=name, sha256="0" * 64, bytes=1, rows=1, **terms, **facts)
    try:
        parts = list(delimited.of_entry(RawFile("s/1/t", folder / name, entry), header, rows, columns))
    except SourceError:
        return "fault"
    assert all(len(part) <= rows for part in parts) and all((part["_file"] == "s/1/t").all() for part in parts)
    whole = pd.concat(parts, ignore_index=True)
    names = [one for one in whole.columns if one not in ("_file", "note")]
    return [names, *whole[names].to_numpy().tolist()]


def carefully(*given, **how) -> list | str:
    with patch.object(delimited, "_at_once", lambda *_: None):
        return read(*given, **how)


CELL = st.text(st.sampled_from('ab, "\n;\té€\r0'), max_size=6)


@given(
    records=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    delimiter=st.sampled_from([",", ";", "\t"]),
    header=st.sampled_from([0, 1]),
    last=st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_a_proper_table_is_read_alike(folder, records, end, quoting, delimiter, header, last):
    """Line breaks, marks and delimiters in cells included."""
    stream = io.StringIO(newline="")
    stream.write("a title, with a comma\n" * header)
    csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows([["p", "q", "r"], *records])
    text = stream.getvalue() if last else stream.getvalue().removesuffix(end)
    how = {"header": header, "delimiter": delimiter}
    assert read(folder, text.encode(), **how) == carefully(folder, text.encode(), **how)


@given(st.text(st.sampled_from('a,"\n\r b'), max_size=24), st.sampled_from(["", "x,y\n", '"x",y\n']))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_alike_or_a_fault_either_way(folder, text, before):
    content = (before + text).encode()
    assert read(folder, content) == carefully(folder, content)


SURE = (
    "a,b\n1,2\n", "a,b\r\n1,2\r\n", 'a,b\n1,"x, y"\n"",3\n', 'a,b\n1,"he said ""no"""\n"""x""",4\n',
    'a,b\n1,"two\nlines"\n5,"6"\n', "a,b\n1,2", "a,a\n,\nNA,null\n",
)  # fmt: skip
#: A record too short or too long, a blank line, marks in the middle or never closed, CR alone, no UTF-8, one column.
DOUBTFUL = (
    b"a,b\n1\n", b"a,b\n1,2,3\n", b"a,b\n\n1,2\n", b'a,b\n1,x"y"z\n', b'a,b\n1,"x"y\n', b'a,b\n1,"x\n', b"a,b\r1,2\r",
    b"a,b\n1,\xff\n", b"a\n1\n", b"",
)  # fmt: skip


def test_what_is_beyond_doubt_is_read_quickly_and_what_is_not_carefully():
    assert all(delimited._at_once(text.encode(), ",", 0, []) for text in SURE)
    assert [text for text in DOUBTFUL if delimited._at_once(text, ",", 0, [])] == []


def test_other_encodings_and_packed_files_are_read_alike(folder):
    text = "a;b\n1;né\n"
    expected = [["a", "b", "_line"], ["1", "né", 2]]
    for encoding in ("utf-8", "latin-1", "utf-16"):
        assert read(folder, text.encode(encoding), delimiter=";", encoding=encoding) == expected
    assert read(folder, gzip.compress(text.encode()), name="packed.csv.gz", delimiter=";") == expected
    assert read(folder, gzip.compress(text.encode() * 99)[:-9], name="torn.csv.gz", delimiter=";") == "fault"


LINES = ("d,x,2023,", 'd,"two\nlines",2023,', '"d ""said""",x,2023,', "", "\r", "d,x,2023,é", f'd,"{"x" * 50}",2023,')


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("size", [20, 64, 2**20])
@pytest.mark.parametrize("line", LINES)
def test_of_a_large_file_some_columns_are_read_in_blocks_of_any_size(folder, monkeypatch, line, size, packed):
    first, *others = SANE.splitlines()
    content = (HEAD + "\n".join([first, *others * 9, line, *others]) + "\n").encode()
    how = {"header": 1, "columns": lambda names: [n for n in names if n != "note"]}
    careful = carefully(folder, content, **how)
    monkeypatch.setattr(delimited, "LARGEST", -1)
    monkeypatch.setattr(delimited, "_BLOCK", size)
    content, name = (gzip.compress(content), "made.csv.gz") if packed else (content, "made.csv")
    assert read(folder, content, name=name, **how) == careful != "fault"


@pytest.mark.parametrize("line", ["d,x,2023", "d,x,2023,,", 'd,"x"y,2023,', 'd,"x,2023,'])
@pytest.mark.parametrize("largest", [-1, 2**30])
def test_a_damaged_line_in_the_middle_is_a_fault_either_way(folder, monkeypatch, line, largest):
    first, *others = SANE.splitlines()
    content = (HEAD + "\n".join([first, line, *others]) + "\n").encode()
    monkeypatch.setattr(delimited, "LARGEST", largest)
    assert read(folder, content, header=1, columns=lambda names: names[:3]) == "fault"
