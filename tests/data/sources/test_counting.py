"""Rows counted a second time: the same number as every reader, and another one when a reader loses some."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass

import pandas as pd
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from ogp_analysis.__main__ import commands
from ogp_analysis.base.errors import SourceError
from ogp_analysis.base.paths import project
from ogp_analysis.data.cleaning.catalog import DATASETS, dataset
from ogp_analysis.data.cleaning.record import Record
from ogp_analysis.data.sources import counting, delimited, json_elements, raw, sidecar
from ogp_analysis.data.sources.json_elements import LISTS
from ogp_analysis.data.store import making, shelf


@dataclass(frozen=True)
class Held:
    content: bytes

    def open(self, mode: str = "rb") -> io.BytesIO:
        return io.BytesIO(self.content)


TEXTS = {
    b"": 0,
    b"a,b\n1,2": 2,
    b"a,b\n1,2\n": 2,
    b"\xef\xbb\xbfa,b\r\n\r\n1,2\r\n": 2,
    b"a,b\r1,2\r3,4": 3,
    b'a,b\n"1\n2",3\n': 2,
    b'a,b\n"1 ""x""\n2",3\n4,5\n': 3,
    b'a,b\n5" pipe,3\n6" pipe,4\n7,5\n': 4,
    b'a,b\n"never closed,3\n4,5\n6,7': 4,
    b"a,b\n ,\n  \n1,2\n": 3,
}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("block", [5, 2**20])
def test_lines_outside_of_marks(text, block, monkeypatch):
    monkeypatch.setattr(counting, "_SMALL", block)
    monkeypatch.setattr(counting, "_LONGEST", 64)
    assert counting.lines(Held(text), 0, ",") == TEXTS[text]
    assert counting.lines(Held(text), 1, ",") == max(TEXTS[text] - 1, 0)


def test_a_line_of_delimiters_is_blank_where_the_reader_has_it_so():
    text = b'a,b\n,\n"",\n1,2\n'
    assert (counting.lines(Held(text), 1, ","), counting.lines(Held(text), 1, ",", cells_say=True)) == (3, 1)


RELEASES = [{"ocid": f"o-{n}", "x": {"y": [n, '}{"],\\', "releases"]}, "list": [{"ocid": "in"}, {}]} for n in range(7)]
FORMS = {
    "list": json.dumps(RELEASES),
    "package": json.dumps({"publisher": {"n": [{}, {}]}, "releases": RELEASES, "z": [{}]}, indent=1),
    "two lists": json.dumps({"releases": RELEASES[:3], "records": RELEASES[3:]}),
    "list of packages": json.dumps([{"releases": RELEASES[:3]}, {"records": RELEASES[3:]}]),
    "lines": "\n".join(map(json.dumps, RELEASES)) + "\n\n",
    "lines of packages": "\n".join(json.dumps({"releases": [one]}) for one in RELEASES),
    "values": " ".join(json.dumps(one, indent=1) for one in RELEASES),
    "records with releases": json.dumps({"records": [{"ocid": "a", "releases": RELEASES} for _ in RELEASES]}),
}


@pytest.mark.parametrize("form", FORMS)
def test_elements_of_every_form(form, tmp_path):
    """By lines or brackets, also where a reader repairs the text; from a disk as from memory."""
    text = FORMS[form].encode()
    assert json_elements.counted(text, "f", "ocid", LISTS) == 7
    for odd in (form == "package" and (b"NaN", b'"\\ud83d"', b'"\x01"', b'"\xe9 } ["')) or ():
        assert json_elements.counted(text.replace(b'"o-1"', odd), "f", "ocid", LISTS) == 7
    (tmp_path / "f.json").write_bytes(text)
    with (tmp_path / "f.json").open("rb") as stream:
        assert json_elements.counted(json_elements.mapped(stream), "f", "ocid", LISTS) == 7


def test_every_file_that_a_dataset_reads_has_the_same_number_twice(mirror):
    """The published files of all datasets: the plain count is what the sidecar says, header rows apart."""
    root, seen = project().raw, 0
    for name in DATASETS:
        for one in dataset(name).inputs:
            for file in sidecar.source(root, one.source, one.version).files:
                path = mirror / one.source / one.version / file.name
                if not path.is_file() or not raw.matches(file.name, one.files) or one.sheet not in ("", file.sheet):
                    continue
                counted = counting.of_entry(path, file, one.header, one.sheet)
                seen += counted is not None
                further = 2 if file.name.startswith("Country_and_Territory_Ratings") else 0
                assert counted in (None, file.rows + further), (one, file.name)
                assert counted is not None or path.suffix == ".xls" or "16" in file.encoding, file.name
    assert seen > 300


def test_records_that_a_library_reads_whole_are_counted_by_signs_of_their_own(tmp_path):
    for name, content, expected in (
        ("a.json", b'{"a": {"b": {"n": 1}, "c": {}}, "d": {"e": {"n": "{"}}}', 3), ("a.json", b'{"a": {"n": "{"}}', 1),
        ("a.json", b'[{"n": 1}, {"n": "}, {"}]', 2), ("a.yaml", b"---\n# note\na: x\n\nb: >\n  y: z\n", 2),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(content)
        assert counting._WHOLE[(tmp_path / name).suffix](tmp_path / name) == expected, content
    for version in (114, 117, 118, 119):
        pd.DataFrame({"n": [1, 2, 3]}).to_stata(tmp_path / "a.dta", version=version, write_index=False)
        assert counting.observations(tmp_path / "a.dta") == 3


#: Lines above the names of columns, in tables that no dataset reads. The dictionary holds 45 variables amid prose.
ABOVE = {"All_data_FIW_2013-2025.xlsx": 1}
AMID_PROSE = "diccionario.xlsx"


def test_every_table_that_no_dataset_reads_has_the_rows_of_its_sidecar(mirror):
    """Nothing else counts these: the sidecar of one counted its title and the names of its columns as rows."""
    root, seen = project().raw, []
    inputs = [one for name in DATASETS for one in dataset(name).inputs]
    for path in sorted(root.glob("*/*/source.toml")):
        source, version = path.parts[-3:-1]
        read = [one.files for one in inputs if (one.source, one.version) == (source, version)]
        for file in sidecar.source(root, source, version).files:
            there = mirror / source / version / file.name
            table = file.delimiter or there.suffix in (".xlsx", ".xls")
            if not table or not there.is_file() or any(raw.matches(file.name, pattern) for pattern in read):
                continue
            if file.name != AMID_PROSE:
                assert counting.of_entry(there, file, ABOVE.get(file.name, 0), file.sheet) == file.rows, file.name
                seen.append(file.name)
    assert set(ABOVE) < set(seen)


def test_a_build_whose_reader_loses_a_row_fails(monkeypatch):
    places = shelf.places(project(), "ogp_status_events", "embedded")[:1]
    source = sidecar.source(project().raw, places[0].source, places[0].version)
    label, rows = f"{source.folder}/{source.files[0].name}", source.files[0].rows
    making._hold_rows(project(), places, Record({label: rows}, {label: rows}))
    for lost in (rows - 1, rows + 1):
        with pytest.raises(SourceError, match=f"{lost} rows were read, but a plain count of its records finds {rows}"):
            making._hold_rows(project(), places, Record({label: lost}, {label: lost}))
        # A sidecar that was written from what the reader lost says nothing against it; the file does.
        stated = replace(source, files=(replace(source.files[0], rows=lost), *source.files[1:]))
        with monkeypatch.context() as patched:
            patched.setattr(shelf, "sidecar", lambda *_, stated=stated: stated)
            with pytest.raises(SourceError, match="a plain count of its records finds"):
                making._hold_rows(project(), places, Record({label: lost}, {label: lost}))
            with pytest.raises(SourceError, match=f"{rows} rows were read, but its sidecar counts {lost}"):
                making._hold_rows(project(), places, Record({label: rows}, {label: rows}))


def run(*arguments):
    return CliRunner().invoke(commands, ["clean", *map(str, arguments)], standalone_mode=False)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", ["compranet", "ocds", "workbook"])
def test_rows_that_a_reader_loses_are_said(tmp_path, monkeypatch, kind, language):
    """The readers lose a row here, and their own balance holds: the second count says so."""
    from tests.procurement.own_files import test_damaged_files as damaged

    if kind == "ocds":
        file = tmp_path / "f.json"
        file.write_text(json.dumps({"releases": damaged.releases(5)}))
        found = json_elements._decoded

        def losing(*given):
            elements = found(*given)
            elements.cut(4)
            return elements

        monkeypatch.setattr(json_elements, "_decoded", losing)
    else:
        file = tmp_path / "f.csv"
        file.write_bytes(damaged.text(damaged.HEAD, *damaged.CONTRACTS))
        if kind == "workbook":
            file = damaged.book(tmp_path / "f.xlsx", "B2", "06000")
        chunks = delimited.mended
        monkeypatch.setattr(delimited, "mended", lambda opened: (chunk.iloc[:-1] for chunk in chunks(opened)))
    arguments = (file, "--as", "ocds" if kind == "ocds" else "compranet", "--out", tmp_path / "out")
    for _ in ("cleaned", "current"):
        told = run(*arguments, "--language", language)
        assert told.return_value == 1
        assert told.output.splitlines()[-1].endswith(
            "4 were read, but a plain count finds 5. Look at it in a text editor."
        )
        page = (tmp_path / "out" / "summary.html").read_text("utf-8")
        assert ("Rows may be lost" if language == "en" else "Puede haber filas perdidas") in page
