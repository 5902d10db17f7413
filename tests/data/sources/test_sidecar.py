from __future__ import annotations

import re
from pathlib import Path

import pytest

from ogp_analysis.base.errors import SourceError, UnknownName
from ogp_analysis.base.fingerprint import sha256
from ogp_analysis.data.sources.sidecar import source, sources, versions

RAW = Path(__file__).resolve().parents[3] / "data" / "raw"


def test_a_sidecar_says_what_it_says(folder):
    folder.add(
        {"a.csv": b"x\n1\n", "sub/b.csv": b"y\n2\n"},
        version="14",
        doi="10.2345/abc",
        obtained_from=["somebody/data @ 0123abc : a.csv"],
        files_url="https://example.org/files/",
        per_file={"sub/b.csv": {"licence": "none", "open_licence": "no", "redistribute": False, "rows": 7}},
    )
    found = source(folder.root, "letters", "14")
    assert (found.id, found.version, found.folder, found.doi) == ("letters", "14", "letters/14", "10.2345/abc")
    assert found.urls == ("https://example.org/data",) and found.accessed is None
    first, second = found.files
    assert (first.licence, first.open_licence, first.redistribute) == ("CC BY 4.0", "yes", True)
    assert (second.licence, second.open_licence, second.redistribute, second.rows) == ("none", "no", False, 7)
    assert second.url == "https://example.org/files/sub/b.csv"
    assert (first.bytes, first.encoding, first.delimiter) == (4, "utf-8", ",")


#: What stands wrongly in a sidecar, by the field that the fault names.
WRONG = r"""
title: title = 3
title: title = " "
version: version = "2"
authors: authors = "Kot, Brian"
authors: authors = ["Feldstein, Steven, and Brian Kot"]
authors: authors = [""]
doi: doi = "https://doi.org/10.1234/abc"
urls: urls = ["example.org"]
urls: urls = "https://example.org"
accessed: accessed = "2020-01-01"
open_licence: open_licence = "maybe"
redistribute: redistribute = "yes"
redistribute: open_licence = "unknown"
compiled: compiled = 1
files_url: files_url = "https://example.org/files"
sha256: sha256 = "ABC"
bytes: bytes = -1
rows: rows = "many"
encoding: encoding = "utf-9"
encoding: encoding = ""
delimiter: delimiter = ";;"
name: name = "../a.csv"
name: name = "/a.csv"
name: name = "sub\\a.csv"
name: name = "source.toml"
url: url = "ftp://example.org/a.csv"
short_lines: short_lines = ["3"]
"""


@pytest.mark.parametrize(("field", "line"), [one.split(": ", 1) for one in WRONG.strip().split("\n")])
def test_a_fault_names_sidecar_and_field(folder, field, line):
    path = folder.add({"a.csv": b"x\n1\n"}) / "source.toml"
    key = line.partition(" ")[0]
    old = path.read_text(encoding="utf-8")
    new = re.sub(rf"^{key} = .*$", lambda _: line, old, flags=re.MULTILINE)
    if new == old:
        in_file = key in ("url", "short_lines")
        new = old + line + "\n" if in_file else line + "\n" + old
    path.write_text(new, encoding="utf-8")
    with pytest.raises(SourceError, match=rf"^letters/1/source.toml, .*field {field}: .*Correct the sidecar\.$"):
        source(folder.root, "letters", "1")


REQUIRED = "title publisher version urls licence open_licence redistribute citation compiled sha256 bytes rows name"


@pytest.mark.parametrize("field", REQUIRED.split())
def test_a_missing_field_is_named(folder, field):
    path = folder.add({"a.csv": b"x\n1\n"}) / "source.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(rf"^{field} = .*\n", "", text, flags=re.MULTILINE), encoding="utf-8")
    with pytest.raises(SourceError, match=rf"field {field}: is missing"):
        source(folder.root, "letters", "1")


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ("colour = 3\n", "field colour: is unknown"),
        ("[columns.x]\nredistribute = true\nlisence = 'x'\n", "column x, field lisence: is unknown"),
        ("= 3\n", "not a readable TOML file"),
        ("x = " + "[" * 9999, "not a readable TOML file"),
        (
            '[[files]]\nname = "a.csv"\nsha256 = "' + "0" * 64 + '"\nbytes = 1\nrows = 1\n',
            "names 1 files twice, 'a.csv'",
        ),
    ],
)
def test_what_nobody_understands_is_a_fault(folder, extra, said):
    path = folder.add({"a.csv": b"x\n1\n"}) / "source.toml"
    with path.open("a", encoding="utf-8") as stream:
        stream.write(extra)
    with pytest.raises(SourceError, match=said):
        source(folder.root, "letters", "1")


def test_sources_come_sorted_and_unknown_ones_are_named(folder):
    for id, version in (("b", "2"), ("a", "1"), ("b", "1")):
        folder.add({"a.csv": b"x\n"}, id=id, version=version)
    assert [s.folder for s in sources(folder.root)] == ["a/1", "b/1", "b/2"]
    assert versions(folder.root, "b") == ["1", "2"]
    with pytest.raises(UnknownName, match="Known sources are a, b"):
        versions(folder.root, "c")
    with pytest.raises(UnknownName, match="Known versions are 1, 2"):
        source(folder.root, "b", "3")
    with pytest.raises(SourceError, match="is not a folder"):
        sources(folder.root / "nowhere")


# --- the sidecars of this repository ---


def test_every_sidecar_can_be_cited_and_names_no_machine():
    for path in RAW.glob("*/*/source.toml"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w/.-])/(work|root|home|tmp)/|localhost|\\\\", text), path
    for found in sources(RAW):
        assert re.search(r"[^.]\.$", found.citation), found.folder


def test_the_sidecars_describe_the_published_files(mirror):
    described = {
        f"{s.folder}/{f.name}": f
        for s in sources(RAW)
        for f in s.files
        if not s.version.endswith("-extract") or (mirror / s.folder).is_dir()
    }
    there = {path.relative_to(mirror).as_posix(): path for path in mirror.rglob("*") if path.is_file()}
    renamed = {name: described.pop(name) for name in [name for name, f in described.items() if f.renamed]}
    unnamed = {name: there.pop(name) for name in sorted(set(there) - set(described))}
    assert sorted(described) == sorted(there)
    contents = sorted((path.stat().st_size, sha256(path)) for path in unnamed.values())
    assert contents == sorted((f.bytes, f.sha256) for f in renamed.values()) and len(renamed) == 29
    wrong = [
        name
        for name, path in there.items()
        if (path.stat().st_size, sha256(path)) != (described[name].bytes, described[name].sha256)
    ]
    assert wrong == []


#: Everyone who is named as a person; all other authors are bodies.
PERSONS = set(
    "Chaudhry, Suparna|Coppedge, Michael|Edgell, Amanda B.|Feldstein, Steven|Gerring, John|Knutsen, Carl Henrik|"
    "Kot, Brian|Lindberg, Staffan I.|Maerz, Seraphine F.|Maxwell, Laura|Mechkova, Valeriya|Medzihorsky, Juraj|"
    "Morgan, Richard|Pemstein, Daniel|Seim, Brigitte|Teorell, Jan|Wilson, Steven".split("|")
)
#: Sources of which nobody says when they were published.
UNDATED = set(
    "gti_proact hacking_team_clients mexico_thresholds/2012-2019 mexico_thresholds/2024-2026 natural_earth ocds".split()
)


def test_the_year_of_a_source_is_that_of_its_publication_and_never_one_that_it_covers():
    """A table of ours has the year in which it was compiled; what covers 2013 to 2025 was not published before."""
    undated = set()
    for found in sources(RAW):
        if found.year is None:
            undated.add(found.folder if found.id == "mexico_thresholds" else found.id)
            continue
        told = [int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", f"{found.citation} {found.title}")]
        assert found.year >= max([year for year in told if year != 2030], default=0), found.folder
        if found.publisher == "The ogp_analysis authors":
            assert found.year == 2026, found.folder
    assert undated == UNDATED
    assert source(RAW, "freedom_in_the_world", "2024").year == 2024 and source(RAW, "ogp_membership", "compiled").year


def test_authors_are_those_the_reference_names():
    """A person beside an institution in one name was one author of that name in every list of references."""
    named = set()
    for found in sources(RAW):
        authors = [author for author in found.authors if author != "others"] or [found.publisher]
        assert found.citation.startswith(authors[0]), f"{found.folder}: {authors[0]!r}"
        for author in authors:
            assert author.split(", ")[0] in found.citation, f"{found.folder}: {author!r}"
        assert ("others" in found.authors) == ("et al." in found.citation), found.folder
        assert " and " not in "".join(found.authors), found.folder
        named |= {author for author in found.authors if "," in author}
        persons = [author.split(", ")[0] for author in found.authors if "," in author]
        assert found.publisher in ("Steven Feldstein", "Suparna Chaudhry") or not any(
            family in found.publisher for family in persons
        ), f"{found.folder}: {found.publisher!r} holds an author"
    assert named == PERSONS


def test_an_extract_has_the_authors_of_its_source():
    described = {found.folder: found for found in sources(RAW)}
    parts = [
        (found, described.get(found.folder.removesuffix("-extract"))) for found in described.values() if found.dataset
    ]
    assert len(parts) > 20
    for extract, whole in ((part, whole) for part, whole in parts if whole):
        assert (extract.authors, extract.publisher, extract.citation, extract.year) == (
            whole.authors, whole.publisher, whole.citation, whole.year,
        ), extract.folder  # fmt: skip
