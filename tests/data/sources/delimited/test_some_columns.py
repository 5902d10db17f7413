"""Of a large text some columns are read at once; the outcome is that of the careful reader, or it is left to that."""

from __future__ import annotations

import gzip

import pytest

from ogp_analysis.base.errors import SourceError
from ogp_analysis.data.sources import delimited
from ogp_analysis.data.sources.sidecar import RawFile, SourceFile

HEAD = "title\nid,name,year,note\n"
SANE = 'a,"x, y",2020,\nb,z,2021,"q"\nc,,2022,NA\n'


def chunks(tmp_path, text: str, monkeypatch, fast: bool, packed: bool = False, ending: str = "\n"):
    file = tmp_path / ("made.csv.gz" if packed else "made.csv")
    content = text.replace("\n", ending).encode()
    file.write_bytes(gzip.compress(content) if packed else content)
    facts = {"licence": "-", "open_licence": "yes", "redistribute": True, "compiled": False, "encoding": "utf-8"}
    entry = SourceFile(name=file.name, sha256="0" * 64, bytes=1, rows=1, delimiter=",", **facts)
    monkeypatch.setattr(delimited, "LARGEST", -1 if fast else 2**30)
    made = RawFile("s/1/made.csv", file, entry)
    parts = list(delimited.of_entry(made, 1, 2, lambda names: [n for n in names if n != "note"]))
    return [part[["id", "name", "year", "_file", "_line"]] for part in parts]


def rows(parts) -> list[list]:
    return [row for part in parts for row in part.to_numpy().tolist()]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["", "\n"])
def test_both_readers_have_the_same_rows_lines_and_chunks(tmp_path, monkeypatch, packed, ending, end):
    text = HEAD + SANE.rstrip("\n") + end
    fast = chunks(tmp_path, text, monkeypatch, True, packed, ending)
    assert rows(fast) == rows(chunks(tmp_path, text, monkeypatch, False, packed, ending))
    assert [len(part) for part in fast] == [2, 1]
    assert rows(fast)[0] == ["a", "x, y", "2020", "s/1/made.csv", 3]


@pytest.mark.parametrize("line", ['d,"two\nlines",2023,', '"d ""said""",x,2023,', "", "d,x,2023,é"])
def test_what_is_in_doubt_in_the_middle_goes_the_careful_way_with_the_same_outcome(tmp_path, monkeypatch, line):
    first, *others = SANE.splitlines()
    text = HEAD + "\n".join([first, line, *others]) + "\n"
    assert rows(chunks(tmp_path, text, monkeypatch, True)) == rows(chunks(tmp_path, text, monkeypatch, False))


@pytest.mark.parametrize("line", ["d,x,2023", "d,x,2023,,", 'd,"x"y,2023,', 'd,"x,2023,'])
def test_a_damaged_line_in_the_middle_is_a_fault_either_way(tmp_path, monkeypatch, line):
    first, *others = SANE.splitlines()
    text = HEAD + "\n".join([first, line, *others]) + "\n"
    for fast in (True, False):
        with pytest.raises(SourceError, match=r"line 4|after line|record"):
            chunks(tmp_path, text, monkeypatch, fast)


@pytest.mark.parametrize("line", ["d,x,2023,", "", "\r", 'd,"two\nlines",2023,', f'd,"{"x" * 50}",2023,'])
@pytest.mark.parametrize("size", [1, 7, 20, 64])
def test_the_size_of_the_blocks_that_are_looked_through_makes_no_difference(tmp_path, monkeypatch, line, size):
    first, *others = SANE.splitlines()
    text = HEAD + "\n".join([first, *others * 9, line, *others]) + "\n"

    careful = rows(chunks(tmp_path, text, monkeypatch, False))
    monkeypatch.setattr(delimited, "_LOOKED_AT", size)
    assert rows(chunks(tmp_path, text, monkeypatch, True)) == careful
