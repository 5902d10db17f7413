"""What is read at once is what is read record by record, or nothing."""

from __future__ import annotations

import csv
import gzip
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_analysis.base.errors import SourceError
from ogp_analysis.data.sources import delimited

MANY = 300


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tables")


def quickly(path, encoding="utf-8", delimiter=",", header=0):
    """Return the records of the quick reader as the careful one gives them; None if it gives nothing."""
    known = delimited.at_once(path, encoding, delimiter, header)
    if known is None:
        return None
    cells = zip(*(column.to_pylist() for column in known[0].columns), strict=True)
    return [(line, list(record)) for line, record in zip(known[1].tolist(), cells, strict=True)]


def carefully(path, encoding="utf-8", delimiter=",", header=0):
    try:
        return list(delimited.records(path, "t", encoding, delimiter, header))
    except SourceError:
        return "fault"


CELL = st.text(st.sampled_from('ab, "\n;\té€\r0'), max_size=6)


@given(
    records=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    delimiter=st.sampled_from([",", ";", "\t"]),
    header=st.sampled_from([0, 1]),
    last=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_a_proper_table_is_read_alike(folder, records, end, quoting, delimiter, header, last):
    """Line breaks, marks and delimiters in cells included; a carriage return alone is left to the careful reader."""
    stream = io.StringIO(newline="")
    stream.write("a title, with a comma\n" * header)
    csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(records)
    text = stream.getvalue() if last else stream.getvalue().removesuffix(end)
    path = folder / "proper.csv"
    path.write_bytes(text.encode())
    expected = carefully(path, delimiter=delimiter, header=header)
    assert quickly(path, delimiter=delimiter, header=header) in (None, expected)


@given(st.text(st.sampled_from('a,"\n\r b'), max_size=24), st.sampled_from(["", "x,y\n", '"x",y\n']))
@settings(max_examples=MANY, deadline=None)
def test_of_any_text_the_quick_reader_gives_the_same_or_nothing(folder, text, before):
    path = folder / "any.csv"
    path.write_bytes((before + text).encode())
    assert quickly(path) in (None, carefully(path))


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n",
        "a,b\r\n1,2\r\n",
        'a,b\n1,"x, y"\n"",3\n',
        'a,b\n1,"he said ""no"""\n"""x""",4\n',
        'a,b\n1,"two\nlines"\n5,"6"\n',
        "a,b\n1,2",
        "\ufeffa,b\n1,é\n",
        "a,a\n,\nNA,null\n",
    ],
)
def test_what_is_beyond_doubt_is_read_quickly(folder, text):
    path = folder / "sure.csv"
    path.write_bytes(text.encode())
    found = quickly(path)
    assert found is not None and found == carefully(path)


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1\n",  # a record too short
        b"a,b\n1,2,3\n",  # and too long
        b"a,b\n\n1,2\n",  # a blank line
        b'a,b\n1,x"y"z\n',  # marks in the middle
        b'a,b\n1,"x"y\n',
        b'a,b\n1,"x\n',  # a mark that nobody closes
        b"a,b\r1,2\r",  # lines that end with a carriage return alone
        b"a,b\n1,\xff\n",  # not UTF-8
        b"a\n1\n",  # one column, in which blanks are a value
        b"",
    ],
)
def test_what_is_in_doubt_is_left_to_the_careful_reader(folder, content):
    path = folder / "doubt.csv"
    path.write_bytes(content)
    assert delimited.at_once(path, "utf-8", ",", 0) is None


def test_other_encodings_and_packed_files_are_read_alike(folder):
    text = "a;b\n1;né\n"
    (folder / "latin.csv").write_bytes(text.encode("latin-1"))
    assert quickly(folder / "latin.csv", "latin-1", ";") == carefully(folder / "latin.csv", "latin-1", ";")
    (folder / "packed.csv.gz").write_bytes(gzip.compress(text.encode()))
    assert quickly(folder / "packed.csv.gz", "utf-8", ";")[1] == (2, ["1", "né"])
    (folder / "torn.csv.gz").write_bytes(gzip.compress(text.encode() * 99)[:-9])
    assert delimited.at_once(folder / "torn.csv.gz", "utf-8", ";", 0) is None


def test_a_large_file_is_left_to_the_careful_reader(folder, monkeypatch):
    path = folder / "large.csv"
    path.write_bytes(b"a,b\n1,2\n")
    monkeypatch.setattr(delimited, "LARGEST", 7)
    assert delimited.at_once(path, "utf-8", ",", 0) is None
    monkeypatch.setattr(delimited, "LARGEST", 8)
    assert delimited.at_once(path, "utf-8", ",", 0) is not None
