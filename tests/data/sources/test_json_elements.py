"""Elements of JSON files: found in every form of file, guessed or not, wherever blocks of reading end."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_analysis.base.errors import SourceError
from ogp_analysis.data.sources import json_elements
from ogp_analysis.data.sources.json_elements import elements, hash_of

LISTS = ("releases", "records")
RELEASES = [{"ocid": f"a-{i}", "x": {"y": [i, '}{"],\\', "é"]}, "list": [{"ocid": "inner"}, {}]} for i in range(7)]


def found(text: bytes, **options) -> tuple[list[bytes], json_elements.Elements]:
    places = elements(text, "file.json", "ocid", LISTS, **options)
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
    "list of packages": json.dumps([{"releases": RELEASES[:3]}, {"records": RELEASES[3:]}]).encode(),
}


@pytest.mark.parametrize("guess", [True, False])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_file_gives_the_same_elements(form, guess, tmp_path, monkeypatch):
    """From memory as from a disk, whatever is let go of under way."""
    monkeypatch.setattr(json_elements, "_FAR", 300)
    raws, places = found(FORMS[form], guess=guess)
    assert [json.loads(raw) for raw in raws] == RELEASES
    assert list(places.keys) == [hash_of(one["ocid"]) for one in RELEASES]
    (tmp_path / "file.json").write_bytes(FORMS[form])
    with (tmp_path / "file.json").open("rb") as stream:
        assert elements(json_elements.mapped(stream), "file.json", "ocid", LISTS, guess=guess) == places


def test_ends_are_guessed_only_where_elements_begin_alike():
    assert found(FORMS["package"])[1].guessed
    assert not found(FORMS["package"], guess=False)[1].guessed
    mixed = json.dumps({"releases": [{"ocid": "a"}, {"id": 1, "ocid": "b"}, {"ocid": "c"}]}).encode()
    raws, places = found(mixed)
    assert [json.loads(raw)["ocid"] for raw in raws] == ["a", "b", "c"] and not places.guessed


def test_a_wrong_guess_gives_something_that_is_no_json():
    last = {"id": 9, "ocid": "z"}
    text = json.dumps({"releases": [*RELEASES, last, RELEASES[0]]}).encode()
    raws, places = found(text)
    assert places.guessed
    with pytest.raises(ValueError):
        [json.loads(raw) for raw in raws]
    assert [json.loads(raw) for raw in found(text, guess=False)[0]] == [*RELEASES, last, RELEASES[0]]


def test_a_key_is_what_the_json_says_not_how_it_is_written():
    _, places = found(b'[{"ocid": "a\\/\\u00e9"}, {"ocid" : 12}]')
    assert list(places.keys) == [hash_of("a/é"), hash_of("12")]


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
    raws, places = found(text, guess=False)
    assert [json.loads(raw) for raw in raws] == members
    assert len(places) == len(members)


@pytest.mark.parametrize("key", [b'"a\\"\xff"', b'"a\\x"', b'"\\ud83d"'])
@pytest.mark.parametrize("guess", [True, False])
def test_a_key_that_no_parser_reads_keeps_its_element_and_the_others(key, guess):
    text = b'{"releases":[{"ocid":"b"},{"ocid":' + key + b'},{"ocid":"c"}]}'
    texts, places = found(text, guess=guess)
    assert texts == [b'{"ocid":"b"}', b'{"ocid":' + key + b"}", b'{"ocid":"c"}']
    assert len(set(places.keys)) == 3
