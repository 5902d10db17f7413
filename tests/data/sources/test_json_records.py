"""JSON objects and lists of flat records: cells, lines, and what is refused."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import SourceError
from ogp_analysis.data.sources import raw

MAP = b"""{
   "NAM": { "n": "2", "slug": "a, {b}: \\u00e9" },
   "MEX":{
      "slug":null,
      "x":true, "n":4.50},

   "X\\"Y": {"n":"None"}
}
"""


def read(folder, body: bytes):
    folder.add({"a.json": body}, per_file={"a.json": {"encoding": "utf-8"}})
    return next(raw.chunks(folder.root, "letters", "1", "a.json"))


def test_each_record_is_a_row_of_text_with_its_key_and_line(folder):
    frame = read(folder, MAP)
    assert list(frame.columns) == ["key", "n", "slug", "x", "_file", "_line"]
    assert frame[["key", "n", "slug", "x"]].values.tolist() == [
        ["NAM", "2", "a, {b}: é", ""],
        ["MEX", "4.5", "", "true"],
        ['X"Y', "None", "", ""],
    ]
    assert frame["_line"].tolist() == [2, 3, 7]
    assert set(frame["_file"]) == {"letters/1/a.json"}


def test_groups_of_records_have_two_keys(folder):
    frame = read(folder, b'{"NAM": {"2024": {"n": 0.5}, "2025": {"m": "x"}},\n "MEX": {"2025": {"n": 1}}}')
    assert list(frame.columns) == ["key", "inner key", "n", "m", "_file", "_line"]
    assert frame.drop(columns="_file").values.tolist() == [
        ["NAM", "2024", "0.5", "", 1], ["NAM", "2025", "", "x", 1], ["MEX", "2025", "1", "", 2]]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"[1, 2]", r"a\.json: is not a JSON object of records \(the outermost value is not an object\)"),
        (b'{"a": {"n": 1}', r"a\.json: is not a JSON object of records \(Expecting"),
        (b'{\n"a": {"n": 1},\n"b": 2}', r"a\.json, line 3: 'b' is not a flat record"),
        (b'{"a": {"n": {"m": [1]}}}', r"a\.json, line 1: 'a' is not a flat record"),
        (b'{"a": {"n": {"m": 1}, "o": 2}}', r"a\.json, line 1: 'a' is not a flat record"),
        (b'{"a": {"m": 1},\n"b": {"n": {"m": 1}}}', r"a\.json, line 2: 'b' is not a flat record"),
        (b'{"a": {"n": {"m": 1}},\n"a": {"o": {"m": 1}}}', r"a\.json, line 2: 'a' stands here twice"),
        (b'{"a": {"n": {"m": 1}, "n": {"m": 2}}}', r"a\.json, line 1: 'n' occurs twice in one record"),
        (b'{"a": {"n": 1},\n"a": {"n": 2}}', r"a\.json, line 2: 'a' stands here twice"),
        (b'{"a": {"n": 1},\n"b": {"n": 1, "m": 2, "n": 1}}', r"a\.json, line 2: 'n' occurs twice in one record"),
        (b'[{"n": 1},\n\n{"n": 1, "n": 2}]', r"a\.json, line 3: 'n' occurs twice in one record"),
        (b'[{"n": NaN}]', r"a\.json, line 1: NaN is not a number"),
        (b'{"a": {"n": -1e400}}', r"a\.json, line 1: -1e400 is not a number"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", r"a\.json: is not a JSON object .*nested too deep"),
        (b"[" * 100_000 + b"]" * 100_000, r"a\.json: is not a JSON object .*nested too deep"),
        (b'{"a": {"n": "\xff"}}', r"a\.json: cannot be read"),
    ],
)
def test_what_is_no_map_of_records_is_refused(folder, body, message):
    with pytest.raises(SourceError, match=message):
        read(folder, body)


def test_each_record_is_a_row_of_text_with_its_line(folder):
    frame = read(folder, b'\n[\n {"code": "03",\n  "n": 2}, {"n": null, "slug": "a, ] \\u00e9"},\n\n {"code": "NA"}]\n')
    assert list(frame.columns) == ["code", "n", "slug", "_file", "_line"]
    assert frame[["code", "n", "slug"]].values.tolist() == [["03", "2", ""], ["", "", "a, ] é"], ["NA", "", ""]]
    assert frame["_line"].tolist() == [3, 4, 6]


def test_equal_records_are_both_rows(folder):
    assert len(read(folder, b'[{"a": "1"}, {"a": "1"}]')) == 2


@pytest.mark.parametrize("body", [b'[{"a": 1}, 2]', b'[{"a": {"b": 1}}]', b'[{"a": 1}', b'[{"a": 1}] x'])
def test_what_is_no_list_of_records_is_refused(folder, body):
    with pytest.raises(SourceError, match=r"a\.json: is not a JSON object of records"):
        read(folder, body)
