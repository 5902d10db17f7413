"""Procedures and contracts joined by the official number, and contracts told apart by order of government."""

from __future__ import annotations

import csv

import pandas as pd

from ogp_analysis.data.datasets.procurement.layouts import layout
from ogp_analysis.procurement.own_files.cleaning_run import clean_files
from ogp_analysis.procurement.publications import linked, links

CONTRACTS = pd.DataFrame(
    [("k1", 1, "LA-1-2024", "federal"), ("k2", 1, " la-1-2024 ", "state"), ("k3", 1, "LA-2-2024", "state"),
     ("k4", 1, "LA-10-2024", None), ("k5", 1, None, "federal"), ("k6", 1, "LA-3-2024", "municipal")],
    columns=["contract_key", "sequence", "procedure_number", "government_level"],
)  # fmt: skip
PROCEDURES = pd.DataFrame(
    [("e1", "LA-1-2024", "E"), ("e1", "LA-1-2024", "E"), ("e2", "LA-2-2024", "E"), ("e3", "LA-2-2024", "E"),
     ("e4", "LA-100-2024", "E"), ("e5", None, "E"), ("e9", "LA-3-2024", "C")],
    columns=["procedure_key", "procedure_number", "generation"],
)  # fmt: skip


def test_a_contract_is_joined_by_its_whole_number_to_the_only_procedure_that_has_it():
    found = linked(CONTRACTS, PROCEDURES)
    assert found["link"].tolist() == ["matched", "matched", "several", "no_procedure", "no_number", "no_procedure"]
    assert found["linked_procedure"].fillna("").tolist() == ["e1", "e1", "", "", "", ""]
    assert len(found) == len(CONTRACTS)


def test_numbers_that_are_blank_join_nothing():
    contracts = CONTRACTS.iloc[:1].assign(procedure_number="  ")
    procedures = PROCEDURES.iloc[:1].assign(procedure_number=" ")
    found = linked(contracts, procedures)
    assert found["link"].tolist() == ["no_number"] and found["linked_procedure"].isna().all()
    assert links(contracts, procedures).without == 1


def test_a_procedure_has_a_contract_however_its_number_is_written():
    procedures = PROCEDURES.assign(procedure_number=PROCEDURES["procedure_number"].str.lower() + " ")
    contracts = CONTRACTS.assign(procedure_number=" " + CONTRACTS["procedure_number"].str.lower())
    for own, other in ((contracts, PROCEDURES), (CONTRACTS, procedures), (contracts, procedures)):
        assert (links(own, other).procedures, links(own, other).without) == (5, 2)


def test_counts_by_order_of_government_add_up():
    found = links(CONTRACTS, PROCEDURES)
    levels = found.frame.set_index(found.frame["level"].fillna(""))
    assert levels["contracts"].to_dict() == {"federal": 2, "municipal": 1, "state": 2, "": 1}
    assert levels.loc["state", ["matched", "several"]].tolist() == [1, 1]
    assert (
        found.frame[["matched", "several", "no_procedure", "no_number"]].sum(axis=1) == found.frame["contracts"]
    ).all()
    # e1, e2 and e3 have a contract; e4 has another number, e5 none.
    assert (found.procedures, found.without) == (5, 2)


def write(path, name: str, rows: list[dict[str, str]]):
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, layout(name).headers)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_cleaned_folder_holds_the_table_and_the_page_the_counts(tmp_path):
    contract = {"Orden de gobierno": "Gobierno Estatal", "Clave de la UC": "901", "Código del expediente": "5",
                "Importe del contrato": "10.00", "Moneda del contrato": "MXN",
                "Proveedor o contratista": "FIRMA DE PRUEBA SA DE CV", "RFC": ""}  # fmt: skip
    contracts = write(tmp_path / "contratos.csv", "C", [
        contract | {"Código del contrato": "1", "Número del procedimiento": "LA-901-E1-2024"},
        contract | {"Código del contrato": "2", "Número del procedimiento": "LA-901-E2-2024"},
    ])  # fmt: skip
    procedures = write(tmp_path / "expedientes.csv", "E", [
        {"Clave de la UC": "901", "Código del expediente": "5", "Núm. Proc. Proyecto": "LA-901-E1-2024",
         "Tipo de elemento": "Procedimiento", "Estatus procedimiento": "Adjudicado"},
    ])  # fmt: skip
    done = clean_files([contracts, procedures], "compranet", tmp_path / "out")
    assert not [one.fault for one in done if one.fault]
    table = pd.read_parquet(tmp_path / "out/parquet/links/links.parquet")
    assert table["link"].tolist() == ["matched", "no_procedure"] and set(table["government_level"]) == {"state"}
    assert (tmp_path / "out/csv/links/links.csv").is_file()
    page = (tmp_path / "out/summary.html").read_text(encoding="utf-8")
    assert "never by likeness: 1 of 2" in page
