"""Elements of JSON files: in every form of file, by the decoder where it is sound, else by brackets."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_analysis.base.errors import SourceError
from ogp_analysis.data.sources import json_elements
from ogp_analysis.data.sources.json_elements import elements

LISTS = ("releases", "records")
RELEASES = [{"ocid": f"a-{i}", "x": {"y": [i, '}{"],\\', "é"]}, "list": [{"ocid": "inner"}, {}]} for i in range(7)]


def found(text: bytes) -> tuple[list[bytes], json_elements.Elements]:
    places = elements(text, "file.json", "ocid", LISTS)
    return [text[start:end] for start, end in zip(places.starts, places.ends, strict=True)], places


def lines(separator: str = "\n") -> bytes:
    return separator.join(json.dumps(one) for one in RELEASES).encode()


FORMS = {
    "list": json.dumps(RELEASES).encode(),
    "list, indented": json.dumps(RELEASES, indent=2).encode(),
    "package": json.dumps({"uri": "x", "publisher": {"n": []}, "releases": RELEASES, "z": 1}).encode(),
    "package, indented": json.dumps({"releases": RELEASES, "licence": "}"}, indent=1).encode(),
    "package of records": json.dumps({"records": RELEASES}, separators=(",", ":")).encode(),
    "package with a mark": b"\xef\xbb\xbf" + json.dumps({"releases": RELEASES}).encode(),
    "lines": lines(),
    "lines with a mark": b"\xef\xbb\xbf" + lines(),
    "lines that end": lines() + b"\n",
    "lines with blank ones": lines("\n\n  \n") + b"\n\n",
    "lines of Windows": lines("\r\n") + b"\r\n",
    "values one after the other": lines(" "),
    "values, indented": "\n".join(json.dumps(one, indent=1) for one in RELEASES).encode(),
    "lines of packages": b"\n".join(json.dumps({"releases": [one]}).encode() for one in RELEASES),
    "two lists": json.dumps({"records": RELEASES[:3], "x": {"records": []}, "releases": RELEASES[3:]}).encode(),
    "a list twice": b'{"releases":'
    + json.dumps(RELEASES[:3]).encode()
    + b',"releases":'
    + json.dumps(RELEASES[3:]).encode()
    + b"}",
    "list of packages": json.dumps([{"releases": RELEASES[:3]}, {"records": RELEASES[3:]}]).encode(),
}


@pytest.mark.parametrize("decoder", [True, False])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_file_gives_the_same_elements(form, decoder, tmp_path, monkeypatch):
    """From memory as from a disk, whatever is let go of under way."""
    monkeypatch.setattr(json_elements, "_FAR", 300)
    if not decoder:
        monkeypatch.setattr(json_elements, "_decoded", lambda *_: None)
    raws, places = found(FORMS[form])
    assert [json.loads(raw) for raw in raws] == RELEASES
    (tmp_path / "file.json").write_bytes(FORMS[form])
    with (tmp_path / "file.json").open("rb") as stream:
        assert elements(json_elements.mapped(stream), "file.json", "ocid", LISTS) == places


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'{"a": 1}', "neither 'ocid' nor a list of releases, records"),
        (b'{"releases":[{"ocid":"a"},{"ocid"', "not valid JSON at byte 33, after 1"),
        (b'{"releases":[{"ocid":"a"}', "not valid JSON"),
        (b"hello", "not valid JSON at byte 0"),
        (b"<html></html>", "not valid JSON"),
        (b"\xff\xfe{\x00", "UTF-16"),
    ],
)
def test_what_is_no_such_file_is_refused_with_the_place(text, said):
    with pytest.raises(SourceError, match=said):
        found(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(
    members=st.lists(st.dictionaries(st.text(max_size=4), JSON, max_size=3), max_size=5),
    indent=st.sampled_from([None, 0, 2]),
    ascii_only=st.booleans(),
)
def test_any_json_is_cut_where_it_ends(members, indent, ascii_only):
    members = [{"ocid": f"é{number}", **one} for number, one in enumerate(members)]
    text = json.dumps({"releases": members}, indent=indent, ensure_ascii=ascii_only).encode()
    raws, places = found(text)
    assert [json.loads(raw) for raw in raws] == members
    assert len(places) == len(members)


@pytest.mark.parametrize("key", [b'"a\\"\xff"', b'"a\\x"', b'"\\ud83d"', b"NaN", b'"\x01"'])
def test_a_key_that_no_parser_reads_keeps_its_element_and_the_others(key):
    text = b'{"releases":[{"ocid":"b"},{"ocid":' + key + b'},{"ocid":"c"}]}'
    assert found(text)[0] == [b'{"ocid":"b"}', b'{"ocid":' + key + b"}", b'{"ocid":"c"}']
