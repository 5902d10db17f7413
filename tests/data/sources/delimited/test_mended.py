"""Damaged text tables: encodings, records that a quotation mark swallowed, wrong numbers of cells, lines."""

from __future__ import annotations

import csv
import io
import random

import pandas as pd
import pytest

from ogp_analysis.base.errors import SourceError
from ogp_analysis.base.schema import FAULT, LINE
from ogp_analysis.data.sources import delimited

HEAD = "a,b,c,d,e,f\n"


def read(folder, content, name="table.csv", size=2**20, **more) -> pd.DataFrame:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    parts = list(delimited.mended(delimited.opened(path, "some/table", **more), size))
    return pd.concat(parts, ignore_index=True)


def row(number: int) -> str:
    return f"{number},x,y,z,u,v\n"


def test_a_late_byte_decides_the_encoding(tmp_path):
    rows = "".join(row(n) for n in range(9_000))
    text = HEAD + rows + "9,contratación,€,z,u,v\n"
    utf8, cp1252 = read(tmp_path, text.encode()), read(tmp_path, text.encode("cp1252"), "other.csv")
    assert utf8["b"].iloc[-1] == cp1252["b"].iloc[-1] == "contratación"
    assert cp1252["c"].iloc[-1] == "€"


@pytest.mark.parametrize("shift", range(4))
@pytest.mark.parametrize("line", ["é€x\n", "é€"])
def test_letters_of_several_bytes_may_lie_across_any_block(tmp_path, shift, line):
    path = tmp_path / "t.csv"
    text = ("x" * shift + line * (2**21 // len(line.encode()) + 1)).encode()
    for content, encoding in ((text, "utf-8"), (text + "é".encode()[:1], "cp1252"), (b"\xe9" + text, "cp1252")):
        path.write_bytes(content)
        assert delimited.encoding_of(path, "t") == encoding


def test_text_in_neither_encoding_is_refused(tmp_path):
    with pytest.raises(SourceError, match="neither UTF-8 nor cp1252"):
        read(tmp_path, HEAD.encode() + b"1,\x81\xf3,c,d,e,f\n")


def test_a_mark_that_swallows_lines_costs_one_record(tmp_path):
    broken = '2,x,"y\n' + row(3) + row(4) + '5,x,"in, quotes",z,u,v\n'
    frame = read(tmp_path, HEAD + row(1) + broken + '6,x,"two\nlines",z,u,v\n' + row(7))
    good = frame[frame[FAULT] == ""]
    assert good["a"].tolist() == ["1", "3", "4", "5", "6", "7"]
    assert good[LINE].tolist() == [2, 4, 5, 6, 7, 9]
    assert frame.loc[frame[FAULT] != "", [LINE, FAULT]].values.tolist() == [[3, "line 3: 3 cells instead of 6"]]
    assert good.loc[good["a"] == "5", "c"].item() == "in, quotes"


def test_a_record_that_takes_half_of_the_next_and_has_the_right_width_is_found(tmp_path):
    """The open mark is closed by the first mark of the next record, in such a place that the cells add up."""
    broken, after = '1,"x\n', '2,y,"z,z",u,v,w\n'
    cells = next(csv.reader(io.StringIO(broken + after, newline="")))
    assert len(cells) == 6
    frame = read(tmp_path, HEAD + broken + after + row(3) + '4,"two\nlines",z,u,v,w\n')
    assert frame.loc[frame[FAULT] == "", "a"].tolist() == ["2", "3", "4"]
    assert frame.loc[frame[FAULT] != "", LINE].tolist() == [2]


def test_a_cell_of_several_lines_that_comes_first_is_no_fault(tmp_path):
    frame = read(tmp_path, HEAD + '"two\nlines",x,y,z,u,v\n' + row(2))
    assert frame["a"].tolist() == ["two\nlines", "2"] and (frame[FAULT] == "").all()


@pytest.mark.parametrize(
    ("cells", "what"),
    [("1,2,3,4,5,70,200.00", "line 3: 7 cells instead of 6"), ("1,2,3,4,5", "line 3: 5 cells instead of 6"),
     ('1,"2\n2",3,4', "lines 3 to 4: 4 cells instead of 6")],
)  # fmt: skip
def test_a_wrong_number_of_cells_is_handed_on_with_its_lines(tmp_path, cells, what):
    frame = read(tmp_path, HEAD + row(1) + cells + "\n" + row(3))
    assert frame[FAULT].tolist() == ["", what, ""]
    assert frame.loc[1, list("abcdef")].tolist() == [""] * 6
    assert frame["a"].tolist() == ["1", "", "3"]


def test_blank_and_repeated_names_are_told_apart(tmp_path):
    frame = read(tmp_path, "a ,,a,\tb\t,,f\n" + row(1))
    assert frame.columns.tolist()[:6] == ["a", "Unnamed: 1", "a.1", "b", "Unnamed: 4", "f"]


def test_an_empty_file_is_said_to_be_empty(tmp_path):
    with pytest.raises(SourceError, match="holds no record"):
        read(tmp_path, "")


def test_a_file_of_names_alone_has_no_rows(tmp_path):
    assert read(tmp_path, HEAD).shape == (0, 9)


@pytest.mark.parametrize("seed", range(4))
def test_chunks_of_any_size_hold_what_the_csv_module_reads(tmp_path, seed):
    draw = random.Random(seed)
    cells = ["", "x", "a,b", 'q"q', "two\nlines", "é", " ", "'"]
    rows = [[str(n), *(draw.choice(cells) for _ in range(5))] for n in range(400)]
    with (tmp_path / "table.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([list("abcdef"), *rows])
    content = (tmp_path / "table.csv").read_bytes()
    for size in (200, 1_000, 2**20):
        frame = read(tmp_path, content, size=size)
        assert frame[list("abcdef")].values.tolist() == rows
    lines = content.decode().split("\n")
    assert [lines[line - 1].split(",")[0] for line in frame[LINE]] == frame["a"].tolist()


def damaged(line: str, how: str) -> str:
    """Return a line that is damaged in one of the ways that published files are."""
    at = line.index("x")
    return {
        "unclosed": '"' + line,
        "within": line[:at] + '"' + line[at:],
        "short": line[:at],
        "blank": "\n" + line,
        "long": line.rstrip("\n") + ",w,w\n",
        "two lines": line.replace("x", '"x\nx"'),
        "carriage": line.rstrip("\n") + "\r" + line,
        "lost break": line.rstrip("\n"),
    }[how]


WAYS = ["unclosed", "within", "short", "blank", "long", "two lines", "carriage", "lost break"]


@pytest.mark.parametrize("how", WAYS)
def test_one_damaged_line_costs_the_lines_around_it_nothing(tmp_path, monkeypatch, how):
    lines = [row(number) for number in range(4_000)]
    lines[2_000] = damaged(lines[2_000], how)
    fast = read(tmp_path, HEAD + "".join(lines), size=60_000)
    assert len(fast) >= 3_999 and (fast["_fault"] != "").sum() <= 2
    monkeypatch.setattr(delimited, "_sound", lambda *given: None)
    pd.testing.assert_frame_equal(fast, read(tmp_path, HEAD + "".join(lines), size=60_000))


@pytest.mark.parametrize("seed", range(6))
def test_many_damaged_lines_are_read_as_the_careful_reader_alone_reads_them(tmp_path, monkeypatch, seed):
    draw = random.Random(seed)
    lines = [damaged(row(n), draw.choice(WAYS)) if draw.random() < 0.003 else row(n) for n in range(4_000)]
    lines = [draw.choice((line, line, line.replace("y", '"y, ""é"" y"'))) for line in lines]
    fast = read(tmp_path, HEAD + "".join(lines), size=60_000)
    monkeypatch.setattr(delimited, "_sound", lambda *given: None)
    pd.testing.assert_frame_equal(fast, read(tmp_path, HEAD + "".join(lines), size=60_000))


def test_the_record_of_78_cells_in_the_sample_of_2017(mirror):
    path = mirror / "compranet" / "2017-sample" / "2017.sample.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        widths = [len(cells) for cells in csv.reader(stream)]
    assert (len(widths), widths.count(45), max(widths)) == (2206, 2205, 78)
    frame = pd.concat(delimited.mended(delimited.opened(path, "2017", names=False)))
    # Its seven lines: six are whole records, the first lost its end at the source.
    assert len(frame) == 2206 - 1 + 7
    assert frame.loc[frame[FAULT] != "", FAULT].tolist() == ["line 1083: 35 cells instead of 45"]
    assert set(range(1083, 1090)) <= set(frame[LINE])
