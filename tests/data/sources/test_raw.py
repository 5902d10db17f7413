from __future__ import annotations

import io
from datetime import date, datetime

import openpyxl
import pandas as pd
import pytest

from ogp_analysis.base import fingerprint
from ogp_analysis.base.errors import SourceError, UnknownName
from ogp_analysis.data.sources import raw, sidecar, workbook
from ogp_analysis.data.sources.download import fetch


def read(folder, body: bytes, name="a.csv", header=0, rows=100_000, sheet="", **entry) -> pd.DataFrame:
    folder.add({name: body}, per_file={name: entry})
    parts = list(raw.chunks(folder.root, "letters", "1", name, header, sheet, rows=rows))
    return pd.concat(parts, ignore_index=True)


def test_chunks_hold_at_most_so_many_rows_and_never_two_files(folder):
    folder.add({"b.csv": b"x\n1\n2\n3\n4\n", "a.csv": b"x,y\n5,6\n", "c.csv": b"x\n"})
    parts = list(raw.chunks(folder.root, "letters", "1", rows=2))
    assert [(part["_file"].iloc[0][-5:] if len(part) else "-", part["x"].tolist()) for part in parts] == [
        ("a.csv", ["5"]),
        ("b.csv", ["1", "2"]),
        ("b.csv", ["3", "4"]),
        ("-", []),
    ]
    assert [list(part.columns)[:-2] for part in parts] == [["x", "y"], ["x"], ["x"], ["x"]]
    assert [list(part.index) for part in parts] == [[0], [0, 1], [0, 1], []]


@pytest.mark.parametrize(
    ("body", "header", "said"),
    [
        (b"a,b\n1,2\n\n1,2,3\n", 0, r"a.csv, line 4: the record has 3 cells, the header 2"),
        (b'a,b\n1,"2\n2"\n1\n', 0, r"a.csv, line 4: the record has 1 cells, the header 2"),
        (b'a,b\n1,2\n1,"2\n3,4\n', 0, r"a.csv, line 3: is not a proper record \(unexpected end of data\)"),
        (b'a,b\n\n1,"2"x\n', 0, r"a.csv, line 3: is not a proper record"),
        (b"a,b\n1,2\n1,\xe9\n", 0, r"a.csv, line 3: is not in its encoding"),
        (b"a,b\r1,2\r\n1,\xe9\n", 0, r"a.csv, line 3: is not in its encoding, utf-8"),
        (b"", 0, r"line 1: there is no line with column names"),
        (b"a,b\n", 3, r"line 4: there is no line with column names"),
        (b"a,_line\n1,2\n", 0, r"line 1: columns are called '_line'"),
    ],
)
def test_a_fault_names_the_line(folder, body, header, said):
    with pytest.raises(SourceError, match=said):
        read(folder, body, header=header)


def test_short_lines_of_the_sidecar_are_filled_and_no_others(folder):
    body = b"a,b,c\n1\n2,3,4\n"
    frame = read(folder, body, short_lines=[2])
    assert frame[["a", "b", "c"]].to_numpy().tolist() == [["1", "", ""], ["2", "3", "4"]]
    with pytest.raises(SourceError, match="line 2: the record has 1 cells"):
        read(folder, body, short_lines=[3])
    with pytest.raises(SourceError, match="line 2: the record has 4 cells"):
        read(folder, b"a,b,c\n1,2,3,4\n", short_lines=[2])


# --- workbooks ---


def book(sheets: dict[str, list[list]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value is not None:
                    sheet.cell(number, column, value)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_cells_of_a_workbook_become_text(folder):
    rows = [
        ["a", "a", "n", "d", "t", "b"],
        ["NA", None, 2017.0, date(2018, 1, 2), datetime(2018, 1, 2, 3, 4, 5), True],
        [None] * 6,
        ["007", "x", 1 / 3, None, None, False],
        ["", None, -1234567890123.0, None, None, None],
    ]
    frame = read(folder, book({"one": rows}), name="a.xlsx")
    assert list(frame.columns) == ["a", "a.1", "n", "d", "t", "b", "_file", "_line"]
    assert frame["a"].tolist() == ["NA", "007", ""] and frame["a.1"].tolist() == ["", "x", ""]
    assert frame["n"].tolist() == ["2017", "0.3333333333333333", "-1234567890123"]
    assert frame["d"].tolist() == ["2018-01-02", "", ""]
    assert frame["t"].tolist() == ["2018-01-02T03:04:05", "", ""]
    assert frame["b"].tolist() == ["true", "false", ""]
    assert frame["_line"].tolist() == [2, 4, 5]


def test_a_value_has_one_text():
    texts = {0.1 + 0.2: "0.30000000000000004", 1e22: "1e+22", -0.0: "0", 5e-324: "5e-324", "1,0": "1,0", 3: "3"}
    texts |= {2.0**53 - 1: "9007199254740991", datetime(2018, 1, 2): "2018-01-02", True: "true", None: ""}
    assert {value: workbook.text(value) for value in texts} == texts


def test_rows_count_from_the_top_of_the_sheet_and_sheets_are_chosen_by_name(folder):
    rows = [[None], [None, None, "title"], [None], [None, "x", "y"], [None, "1", "2"]]
    body = book({"first": [["z"], ["9"]], "second": rows})
    assert read(folder, body, name="a.xlsx")["z"].tolist() == ["9"]
    frame = read(folder, body, name="a.xlsx", header=3, sheet="second")
    assert frame["x"].tolist() == ["1"] and frame["_line"].tolist() == [5]
    assert frame["_file"].tolist() == ["letters/1/a.xlsx [second]"]
    assert read(folder, body, name="a.xlsx")["_file"].tolist() == ["letters/1/a.xlsx"]
    with pytest.raises(SourceError, match=r"a.xlsx: has no sheet 'third'. Its sheets are 'first', 'second'"):
        read(folder, body, name="a.xlsx", sheet="third")


def test_a_file_that_is_no_workbook(folder):
    with pytest.raises(SourceError, match=r"a.xlsx: is not a readable workbook"):
        read(folder, b"x,y\n", name="a.xlsx")
    with pytest.raises(SourceError, match=r"a.xlsx: is a web page, not a table\. Download it again"):
        read(folder, b"<!DOCTYPE html><title>403</title>", name="a.xlsx")
    with pytest.raises(SourceError, match=r"a.bin: is neither a delimited text, a workbook nor a JSON object"):
        read(folder, b"{}", name="a.bin")


# --- which files, and are they the right ones ---


def test_files_are_verified_before_their_first_row(folder):
    place = folder.add({"a.csv": b"x\n1\n", "b.csv": b"x\n2\n"})
    (place / "b.csv").write_bytes(b"x\n3\n")
    parts = raw.chunks(folder.root, "letters", "1")
    assert next(parts)["x"].tolist() == ["1"]
    with pytest.raises(SourceError, match=r"letters/1/b.csv: is not the file .* describes .* fetch letters"):
        next(parts)


def test_a_file_is_hashed_once_unless_it_changes_and_again_after_each_reading(folder, monkeypatch):
    place = folder.add({"a.csv": b"x\n1\n"})
    monkeypatch.setattr(fingerprint, "_WHILE", -1)
    real, seen = fingerprint.of_file, []
    monkeypatch.setattr(fingerprint, "of_file", lambda path: seen.append(path.name) or real(path))
    for _ in range(3):
        list(raw.chunks(folder.root, "letters", "1"))
    assert seen.count("a.csv") == 1 + 3
    (place / "a.csv").write_bytes(b"x\n1\n2\n")
    with pytest.raises(SourceError, match="is not the file"):
        list(raw.chunks(folder.root, "letters", "1"))
    assert seen.count("a.csv") == 2 + 3


def test_missing_files_are_told_at_once_with_the_command_that_gets_them(folder):
    place = folder.add({"a.csv": b"x\n1\n", "sub/b.csv": b"x\n2\n"})
    (place / "sub" / "b.csv").unlink()
    with pytest.raises(
        SourceError,
        match=r"^letters/1: 1 of 2 files are not there, 'sub/b.csv'. "
        r"Get them with `ogp-analysis fetch letters`\.$",
    ):
        raw.chunks(folder.root, "letters", "1", "**")


def test_only_files_of_the_sidecar_are_read(folder):
    place = folder.add({"a.csv": b"x\n1\n"})
    (place / "stray.csv").write_bytes(b"x\n2\n")
    assert [part["x"].tolist() for part in raw.chunks(folder.root, "letters", "1")] == [["1"]]
    with pytest.raises(SourceError, match=r"names no file like '\*.tsv'. It names 'a.csv'"):
        raw.chunks(folder.root, "letters", "1", "*.tsv")
    with pytest.raises(UnknownName):
        raw.chunks(folder.root, "letters", "2")


def test_globs():
    fit = (
        "a.csv *.csv|sub/a.csv **|a.csv **|sub/a.csv **/*.csv|a.csv **/*.csv|a/b/c.csv a/**/c.csv|a.csv *|sub/a.csv */*"
    )
    assert all(raw.matches(*pair.split(" ")) for pair in fit.split("|"))
    not_fit = "sub/a.csv *.csv|a.CSV *.csv|sub/a.csv sub"
    assert not any(raw.matches(*pair.split(" ")) for pair in not_fit.split("|"))


# --- the published files ---


def test_the_last_line_of_a_published_file_is_where_it_says(mirror, project_raw):
    frame = pd.concat(raw.chunks(mirror, "honduras_oncae", "2020", "releases20.csv", sidecars=project_raw, rows=1000))
    lines = (mirror / "honduras_oncae/2020/releases20.csv").read_text(encoding="utf-8").split("\n")
    wrong = [line for line, ocid in zip(frame["_line"], frame.iloc[:, 0], strict=True) if ocid not in lines[line - 1]]
    assert wrong == [] and frame["_line"].iloc[-1] > len(frame) + 100


def test_a_file_that_has_another_name_here_is_found_by_its_content(folder, tmp_path):
    """Its publisher's name is a natural person's, and stands nowhere in the project."""
    content, theirs = b'{"ocid": "o-1"}', tmp_path / "mirror" / "letters" / "1" / "deep"
    entry = {"2-contract.json": {"encoding": "utf-8", "renamed": True}}
    own = folder.add({"2-contract.json": content}, write=False, per_file=entry, element_key="ocid",
                     files_url="https://example.org/")  # fmt: skip
    theirs.mkdir(parents=True)
    (theirs / "a-person-made-up-2-contract.json").write_bytes(content)
    (theirs / "another.json").write_bytes(b'{"ocid": "o-2"}')
    read = pd.concat(raw.chunks(tmp_path / "mirror", "letters", "1", "**", sidecars=folder.root))
    assert read["_file"].tolist() == ["letters/1/2-contract.json"] and "o-1" in read["element"].iloc[0]
    assert sidecar.source(folder.root, "letters", "1").files[0].url == ""
    fetch("letters", from_dir=tmp_path / "mirror", progress=lambda step: None, root=folder.root)
    assert (own / "2-contract.json").read_bytes() == content
