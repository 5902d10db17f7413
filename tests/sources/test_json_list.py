"""JSON lists of flat records: cells, lines, and what is refused."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import SourceError
from ogp_analysis.sources import raw


def read(folder, body: bytes):
    folder.add({"a.json": body}, per_file={"a.json": {"encoding": "utf-8"}})
    return next(raw.chunks(folder.root, "letters", "1", "a.json"))


def test_each_record_is_a_row_of_text_with_its_line(folder):
    frame = read(folder, b'\n[\n {"code": "03",\n  "n": 2}, {"n": null, "slug": "a, ] \\u00e9"},\n\n {"code": "NA"}]\n')
    assert list(frame.columns) == ["code", "n", "slug", "_file", "_line"]
    assert frame[["code", "n", "slug"]].values.tolist() == [["03", "2", ""], ["", "", "a, ] é"], ["NA", "", ""]]
    assert frame["_line"].tolist() == [3, 4, 6]


def test_equal_records_are_both_rows(folder):
    assert len(read(folder, b'[{"a": "1"}, {"a": "1"}]')) == 2


@pytest.mark.parametrize("body", [b'[{"a": 1}, 2]', b'[{"a": {"b": 1}}]', b'[{"a": 1}', b'[{"a": 1}] x'])
def test_what_is_no_list_of_records_is_refused(folder, body):
    with pytest.raises(SourceError, match=r"a\.json: is no JSON object of records"):
        read(folder, body)
