"""YAML maps from text to text: pairs, lines, and what is refused."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import SourceError
from ogp_analysis.data.sources import raw


def read(folder, body: bytes):
    folder.add({"a.yaml": body}, per_file={"a.yaml": {"encoding": "utf-8"}})
    return next(raw.chunks(folder.root, "letters", "1", "a.yaml"))


def test_every_pair_is_text_as_it_stands(folder):
    frame = read(folder, "'a, b': 'É: x'\n\nNo: 1.0\nNorway: ~\n'1': ''\n".encode())
    assert frame[["key", "value"]].values.tolist() == [["a, b", "É: x"], ["No", "1.0"], ["Norway", "~"], ["1", ""]]
    assert frame["_line"].tolist() == [1, 3, 4, 5]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"- a\n- b\n", "is not a YAML map"),
        (b"", "is not a YAML map"),
        (b"a: 1\nb: [1]\n", "line 2: the pair is not of two texts"),
        (b"a: 1\nb: 2\na: 3\n", "line 3: 'a' stands here twice"),
        (b"a: 'x\n", "cannot be read"),
        (b"a: \xff\n", "cannot be read"),
    ],
)
def test_what_is_no_map_of_texts_is_refused(folder, body, message):
    with pytest.raises(SourceError, match=message):
        read(folder, body)
