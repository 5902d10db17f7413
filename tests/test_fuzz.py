"""The small files that the fuzzer begins with, and those that once broke a reader: each is read or refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools import tool as of_tools

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "tests" / "fuzz"


fuzz = of_tools("fuzz")


#: What comes of those that are not cleaned.
REFUSED = {
    "compranet/nothing.csv": "holds no record",
    "ocds/cut.json": "is not valid JSON at byte",
    "ocds/no-element.json": "of which none could be kept",
    "ocds/stray-mark.json": "is not valid JSON at byte",
}


@pytest.mark.parametrize("name", sorted(p.relative_to(SEEDS).as_posix() for p in SEEDS.glob("*/*")))
def test_each_file_is_cleaned_or_refused_with_a_sentence(name):
    told = fuzz.READERS[name.split("/")[0]]((SEEDS / name).read_bytes())
    assert REFUSED[name] in told if name in REFUSED else told == "cleaned"


def test_every_reader_has_files_to_begin_with():
    assert {folder.name for folder in SEEDS.iterdir()} == set(fuzz.READERS) == set(fuzz.CLEANED)


def test_of_many_inputs_some_are_cleaned_and_always_the_same():
    chosen = [n for n in range(2000) if fuzz.is_cleaned("ocds", str(n).encode())]
    assert 50 < len(chosen) < 200
    assert chosen == [n for n in range(2000) if fuzz.is_cleaned("ocds", str(n).encode())]


def test_an_element_too_many_or_too_few_is_noticed():
    data = b'{"releases": [{"ocid": "a"}, {"ocid": "b"}]}'
    places = [(14, 27), (29, 42)]
    fuzz._check_places(places, data)
    for wrong in (places[:1], [places[0], places[0]], [(14, 28), (27, 42)], [(14, 42)]):
        with pytest.raises((AssertionError, ValueError)):
            fuzz._check_places(wrong, data)


def test_records_in_disorder_are_noticed():
    from ogp_analysis.data.sources import delimited

    content = fuzz.Bytes(b"a,b\n1,2\n3,4\n")
    (chunk,) = delimited.mended(delimited.opened(content, "x.csv"))
    fuzz._check_table([chunk], 1, content.data)
    for wrong in ([chunk, chunk], [chunk.assign(_line=[2, 9])], [chunk.assign(_fault="wrong")]):
        with pytest.raises(AssertionError):
            fuzz._check_table(wrong, 1, content.data)
