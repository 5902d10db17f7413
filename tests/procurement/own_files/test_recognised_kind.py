"""Files whose kind nobody names: recognised by columns or content, or refused with the near misses."""

from __future__ import annotations

import json
import os

import pandas as pd
import pytest

from ogp_analysis.base.errors import ParameterError, SourceError, UnknownName
from ogp_analysis.data.datasets.procurement.layouts import layout
from ogp_analysis.procurement.own_files.cleaning_run import clean_files

from .conftest import written

HEADERS = {name: list(layout(name).headers) for name in ("B1", "B2", "C")}
#: What stands in a column of CompraNet by a part of its name; everything else is empty.
CELLS = {
    "CLAVEUC": "006000001", "Clave de la UC": "006000001", "EXPEDIENTE": "12", "Código del expediente": "12",
    "CODIGO_CONTRATO": "77", "Código del contrato": "77", "FECHA_INICIO": "2017-02-01 00:00:00 GMT",
    "Fecha de inicio del contrato": "01/02/2019 00:00", "IMPORTE_CONTRATO": "1500.00",
    "Importe del contrato": "1500.00",
    "MONEDA": "MXN", "Moneda del contrato": "MXN", "PROVEEDOR": "FIRMA DE PRUEBA SA DE CV",
    "Proveedor o contratista": "FIRMA DE PRUEBA SA DE CV", "GOBIERNO": "APF", "Orden de gobierno": "APF",
}  # fmt: skip


def cells(name: str, number: int) -> list[str]:
    row = [next((text for part, text in CELLS.items() if part in header), "") for header in HEADERS[name]]
    return [f"{text}{number}" if text in ("12", "77") else text for text in row]


@pytest.mark.parametrize("name", ["B1", "B2"])
def test_a_file_without_names_is_of_the_only_layout_that_its_cells_fit(tmp_path, name):
    file = written(tmp_path / "sin nombres.csv", *(cells(name, n) for n in range(5)))
    [outcome] = clean_files([file], "", tmp_path / "out")
    assert (outcome.what, outcome.kept) == ("cleaned", 5), outcome.fault
    contracts = pd.read_parquet(tmp_path / "out/parquet/contracts")
    assert set(contracts["generation"]) == {name} and set(contracts["amount"]) == {1500.0}


def test_cells_that_fit_several_layouts_name_them(tmp_path):
    # An amount and a day where each has one, and nothing else that would tell B2 from C.
    b2, c = HEADERS["B2"], HEADERS["C"]
    row = [""] * len(b2)
    row[b2.index("IMPORTE_CONTRATO")] = row[c.index("Importe del contrato")] = "10.00"
    row[b2.index("EXP_F_FALLO")] = row[c.index("Fecha de fallo")] = "2017-02-01"
    [outcome] = clean_files([written(tmp_path / "dos.csv", *[row] * 3)], "compranet", tmp_path / "out")
    assert outcome.what == "failed" and "fit the layouts B2 and C and C2" in outcome.fault, outcome.fault
    # C and C2 have their columns in one order, so nothing in the cells tells them apart.
    [outcome] = clean_files([written(tmp_path / "c.csv", cells("C", 1))], "compranet", tmp_path / "out")
    assert outcome.what == "failed" and "fit the layouts C and C2" in outcome.fault, outcome.fault


def test_a_near_miss_is_named_with_what_it_lacks(tmp_path):
    names = [name for name in HEADERS["B1"] if name not in ("CODIGO_CONTRATO", "TITULO_CONTRATO")]
    file = written(tmp_path / "casi.csv", names, *([["x"] * len(names)] * 2))
    with pytest.raises(SourceError, match=r"31 of 33 columns of layout B1; no 'CODIGO CONTRATO'"):
        clean_files([file], "", tmp_path / "out")
    [outcome] = clean_files([file], "compranet", tmp_path / "out")
    assert "31 of 33 columns of layout B1; no 'CODIGO CONTRATO'" in outcome.fault


def test_a_folder_of_releases_is_ocds_and_two_kinds_are_refused(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    release = {"ocid": "o-1", "id": "1", "date": "2020-01-01T00:00:00Z", "tag": ["tender"], "tender": {"id": "t"}}
    (folder / "a.json").write_text(json.dumps({"releases": [release]}), encoding="utf-8")
    [outcome] = clean_files([folder], "", tmp_path / "out")
    assert (outcome.what, outcome.kept) == ("cleaned", 1)
    written(folder / "b.csv", *(cells("B1", n) for n in range(3)))
    with pytest.raises(ParameterError, match=r"compranet \('?b.csv'?\); ocds \('?a.json'?\)"):
        clean_files([folder], "", tmp_path / "both")


def test_without_a_kind_what_fails_fails_alone_too(tmp_path):
    good = written(tmp_path / "b.csv", HEADERS["B1"], *(cells("B1", n) for n in range(3)))
    (tmp_path / "zero.csv").write_bytes(b"")
    other = written(tmp_path / "other.csv", ["a", "b"], ["1", "2"])
    done = clean_files([tmp_path / "gone.csv", tmp_path / "zero.csv", other, good], "", tmp_path / "out")
    assert {one.label: one.what for one in done} == {
        "gone.csv": "failed", "zero.csv": "failed", "other.csv": "failed", "b.csv": "cleaned",
    }  # fmt: skip
    faults = {one.label: one.fault for one in done}
    assert (
        "gone.csv: is not there. " in faults["gone.csv"]
        and "zero.csv: is empty. Download it again" in faults["zero.csv"]
    )


@pytest.mark.parametrize("kind", ["", "compranet", "ocds", "vdem"])
def test_a_file_that_is_not_there_and_a_pipe_are_one_sentence(tmp_path, kind):
    written(tmp_path / "contratos.csv", ["a"])
    with pytest.raises(ParameterError, match=r"^contrato\.csv: is not there\. Near: 'contratos\.csv'"):
        clean_files([tmp_path / "contrato.csv"], kind, tmp_path / "out")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ParameterError, match=r"^pipe: is not a regular file\. Save it as a file first"):
        clean_files([tmp_path / "pipe"], kind, tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"\n\n", b" , ,\n,,\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_said_to_be_empty(tmp_path, content):
    (tmp_path / "zero.csv").write_bytes(content)
    [outcome] = clean_files([tmp_path / "zero.csv"], "compranet", tmp_path / "out")
    assert (outcome.what, outcome.fault) == ("failed", "zero.csv: is empty. Download it again.")


def test_a_file_of_no_kind_says_how_to_name_its_columns(tmp_path):
    with pytest.raises(
        SourceError, match=r"^other\.csv: .*no layout that is known\. Give a map of its columns with --col"
    ):
        clean_files([written(tmp_path / "other.csv", ["a", "b"], ["1", "2"])], "", tmp_path / "out")
    (tmp_path / "zero.csv").write_bytes(b"")
    with pytest.raises(SourceError, match=r"^zero\.csv: is empty\. Download it again"):
        clean_files([tmp_path / "zero.csv"], "", tmp_path / "out")


def test_an_unknown_kind_names_what_is_like_it(tmp_path):
    with pytest.raises(UnknownName, match="vdem"):
        clean_files([tmp_path / "a.csv"], "vdme", tmp_path / "out")


def vdem(path, years=(2024, 2025)):
    from ogp_analysis.data.cleaning.catalog import dataset

    [core] = [one for one in dataset("vdem").layouts if one.name == "core"]
    known = {"country_name": "Mexico", "country_text_id": "MEX", "country_id": "3", "v2x_regime": "2"}
    rows = [[{**known, "year": str(year)}.get(name, "0.5") for name in core.required] + ["1"] for year in years]
    return written(path, [*core.required, "v2_unheard_of"], *rows)


def test_a_dataset_of_the_catalogue_gives_tables_record_and_page_and_is_done_once(tmp_path):
    file = vdem(tmp_path / "V-Dem-CY-Core-v16.csv")
    out = tmp_path / "out"
    [outcome] = clean_files([file], "", out)
    assert (outcome.what, outcome.rows_in, outcome.kept) == ("cleaned", 2, 2), outcome.fault
    assert pd.read_parquet(out / "parquet/v16")["year"].tolist() == [2024, 2025]
    assert pd.read_csv(next((out / "csv/v16").glob("*.csv")))["iso3"].tolist() == ["MEX", "MEX"]
    assert (out / "summary.html").is_file() and next((out / "parquet/record").glob("*.parquet"))
    assert not list(out.glob(".work-*"))
    assert [one.what for one in clean_files([file], "vdem", out, language="es")] == ["current"]
    vdem(file, (2023, 2024, 2025))
    assert [(one.what, one.kept) for one in clean_files([file], "vdem", out)] == [("cleaned", 3)]
    # Of tables that are gone nothing is known, so the page names none.
    written(file, ["country_name", "year"], ["Mexico", "2025"])
    assert [one.what for one in clean_files([file], "vdem", out)] == ["failed"]
    assert not list(out.glob("runs/*.json")) and not list(out.rglob("*.parquet"))


def test_a_refused_file_of_a_dataset_leaves_no_table(tmp_path):
    file = written(tmp_path / "V-Dem-v16.csv", ["country_name", "year"], ["Mexico", "2025"])
    [outcome] = clean_files([file], "vdem", tmp_path / "out")
    assert outcome.what == "failed" and "no known layout" in outcome.fault
    assert not list((tmp_path / "out").rglob("*.parquet"))
