"""Newer files are recognised by their columns; of those that are not, it is said what is missing."""

from __future__ import annotations

import gzip
import json
import zipfile

import pandas as pd
import pytest

from ogp_analysis.base.errors import SourceError, UnknownName
from ogp_analysis.data.cleaning import recognising
from ogp_analysis.data.cleaning.catalog import DATASETS, dataset
from ogp_analysis.data.cleaning.dataset import Layout
from ogp_analysis.data.cleaning.recognising import recognise
from ogp_analysis.data.datasets.civic_space import freedom_in_the_world, vdem

CORE = ["country_name", "country_text_id", "year", "v2xcs_ccsi", "v2x_polyarchy", "v2x_polyarchy_sd", "v2new_series"]


def written(folder, columns, name="V-Dem-CY-Core-v16.csv", delimiter=",", above=""):
    file = folder / name
    file.write_text(above + delimiter.join(columns) + "\n" + delimiter.join("1" for _ in columns) + "\n")
    return file


def only(recognition):
    (reading,) = recognition.checked()
    return reading


def test_a_newer_release_is_recognised_and_the_columns_passed_over_are_named(tmp_path):
    reading = only(recognise(written(tmp_path, CORE)))
    assert (reading.dataset, reading.layout.name, reading.delimiter, reading.before) == ("vdem", "core", ",", 0)
    assert reading.unknown == ["v2new_series"]
    assert "v2x_libdem" in reading.lacking and "v2x_polyarchy_sd" not in reading.lacking


@pytest.mark.parametrize(
    "columns, delimiter",
    [
        (CORE[::-1], ","),
        ([c.upper() for c in CORE], ";"),
        ([f" {c} " for c in CORE], "\t"),
        (["\ufeff" + CORE[0], *CORE[1:]], "|"),
    ],
)
def test_order_case_blanks_and_delimiter_do_not_matter(tmp_path, columns, delimiter):
    assert only(recognise(written(tmp_path, columns, delimiter=delimiter))).layout is vdem.CORE


def test_lines_above_the_column_names_are_counted(tmp_path):
    above = "V-Dem\n\nDownloaded today,by me\n"
    assert only(recognise(written(tmp_path, CORE, above=above))).before == 3


def test_packed_files_are_recognised(tmp_path):
    plain = written(tmp_path, CORE)
    packed = tmp_path / "core.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    with zipfile.ZipFile(tmp_path / "core.zip", "w") as archive:
        archive.write(plain, "inside/core.csv")
    assert only(recognise(packed)).layout is only(recognise(tmp_path / "core.zip")).layout is vdem.CORE


def test_a_file_that_lacks_a_column_is_refused_with_its_name_and_the_count(tmp_path):
    file = written(tmp_path, [c for c in CORE if c != "v2xcs_ccsi"])
    with pytest.raises(SourceError, match=r"4 of 5 columns of vdem \(core\); no 'v2xcs_ccsi'"):
        recognise(file).checked()


def test_a_file_of_something_else_has_no_near_miss(tmp_path):
    recognition = recognise(written(tmp_path, ["a", "b", "c"]))
    assert recognition.near == () and recognition.readings == ()
    with pytest.raises(SourceError, match="has the columns of no known layout"):
        recognition.checked()


def test_the_sheet_that_holds_the_data_is_chosen(tmp_path):
    file = tmp_path / "All_data_FIW_2013-2026.xlsx"
    columns = list(freedom_in_the_world.DATASET.layouts[0].required)
    with pd.ExcelWriter(file) as book:
        pd.DataFrame({"Index": ["Key"]}).to_excel(book, sheet_name="Index", index=False)
        title = ["Freedom in the World", *[""] * (len(columns) - 1)]
        pd.DataFrame([title, columns, ["1"] * len(columns)]).to_excel(
            book, sheet_name="FIW13-26", index=False, header=False
        )
    reading = only(recognise(file))
    assert (reading.dataset, reading.sheet, reading.before) == ("freedom_in_the_world", "FIW13-26", 1)


def test_a_renamed_column_is_read_by_its_alias_under_the_name_of_the_cleaner():
    layout = Layout("made", ("year", "score"), aliases={"Value ": "score"}, further=r"\d{4}")
    chunk = pd.DataFrame({"YEAR": ["1"], "value": ["2"], "2020": ["3"], "else": ["4"], "_file": ["f"], "_line": [2]})
    assert layout.absent(chunk.columns) == []
    assert list(layout.fitted(chunk)) == ["year", "score", "2020", "_file", "_line"]


def test_columns_of_two_datasets_are_no_guess(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")

    class Declared:
        layouts = (Layout("one", ("x", "y")),)

    monkeypatch.setattr(recognising, "DATASETS", {"first": "", "second": ""})
    monkeypatch.setattr(recognising, "dataset", lambda name: Declared)
    with pytest.raises(SourceError, match="several datasets: first, second"):
        recognise(tmp_path / "a.csv").checked()


def test_releases_are_known_by_their_key(tmp_path, monkeypatch):
    (tmp_path / "a.json").write_text(json.dumps({"releases": [{"ocid": "x", "id": "1"}]}))

    class Declared:
        layouts = (Layout("releases", element_key="ocid"),)

    monkeypatch.setattr(recognising, "DATASETS", {"ocds": ""})
    monkeypatch.setattr(recognising, "dataset", lambda name: Declared)
    assert only(recognise(tmp_path / "a.json")).layout.name == "releases"


def test_what_is_no_file_or_no_dataset_is_said(tmp_path):
    with pytest.raises(SourceError, match="is not a file"):
        recognise(tmp_path / "nothing.csv")
    with pytest.raises(UnknownName, match="vdem"):
        recognise(written(tmp_path, CORE), ["vdm"])


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_layouts_have_names_of_their_own_and_tables_that_exist(name):
    declared = dataset(name)
    names = [layout.name for layout in declared.layouts]
    assert len(set(names)) == len(names)
    for layout in declared.layouts:
        assert layout.required or layout.element_key
        assert not set(layout.required) & set(layout.optional)
        assert set(layout.aliases.values()) <= {*layout.required, *layout.optional}
        assert {schema.name for schema in declared.schemas} >= set(layout.tables)
    assert {schema.name for schema in declared.schemas} >= set(declared.newest)
