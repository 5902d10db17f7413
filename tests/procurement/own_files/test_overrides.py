"""Files as publishers lay them out today, made by hand, through the command line: read, or refused with a map."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from ogp_analysis.__main__ import main

STAGES = {"presunción": "presuntos", "contribuyentes que desvirtuaron": "desvirtuados", "definitivos": "definitivos",
          "sentencia favorable": "sentencia favorable"}  # fmt: skip
SAT = ["No.", "RFC", "Nombre del Contribuyente", "Situación del contribuyente"] + [
    name.format(of, what, where)
    for of, what in STAGES.items()
    for where, page in (("SAT", "página SAT"), ("DOF", "DOF"))
    for name in (f"Número y fecha de oficio global de {{0}} {where}", f"Publicación {page} {{1}}")
]
COMMITMENTS = ["Country", "Action Plan Number", "Commitment Title", "Year of submission", "Completion (end of term)"]
ROWS = [["Mexico", "2", "Open data", "2026", "Complete"], ["Kenya", "3", "Courts", "2026", "Limited"],
        ["Peru", "1", "Budgets", "2026", "Substantial"]]  # fmt: skip


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Write a table, run a command on it, and return exit code and what was said."""
    monkeypatch.chdir(tmp_path)

    def told(name: str, rows: list, *words: str, encoding="utf-8") -> tuple[int, str]:
        with Path(name).open("w", newline="", encoding=encoding) as stream:
            csv.writer(stream).writerows(rows)
        code = main(["clean", name, "--out", "out", *words])
        return code, "".join(capsys.readouterr())

    return told


def table(name: str) -> pd.DataFrame:
    return pd.read_parquet(f"out/parquet/{name}")


def test_the_list_of_the_sat_keeps_every_notice_and_the_page_names_the_column_that_is_not_used(run):
    notices = ["500-05 de fecha 1 de abril de 2019", "01/04/2019", "500-05 de fecha 1 de abril de 2019", "26/04/2019"]
    blank = [""] * 4
    firm = ["1", "ABC010203AB1", "FIRMA DE PRUEBA, S.A. DE C.V.", "Definitivo", *notices, *blank, *notices, *blank]
    other = [*firm[:1], "ABD010203AB1", "OTRA FIRMA, S.A. DE C.V.", "Desvirtuado", *notices, *notices, *blank, *blank]
    head = ["Información actualizada al 31 de enero de 2026"], ["Listado completo (Artículo 69-B del CFF)"]
    assert len(SAT) == 20
    code, said = run("SAT_69B_2026.csv", [*head, SAT, firm, other], "--language", "es", encoding="cp1252")
    assert code == 0 and "2 rows = 2 kept" in said
    first, second = table("definitive").to_dict("records")
    assert str(first["definitive_dof_date"])[:10] == str(second["disproved_dof_date"])[:10] == "2019-04-26"
    assert first["definitive_dof_notice"] == second["disproved_sat_notice"] == notices[0]
    unused = table("record").query("rule == 'column_not_used'")["column"].tolist()
    page = Path("out/summary.html").read_text("utf-8")
    assert unused == ["No."] and "<bdi>No.</bdi>" in page and "todas las columnas" not in page
    assert set(table("record")["_file"]) == {"SAT_69B_2026.csv"}, "as the user calls it"


def test_that_every_column_is_used_is_said_of_a_file_of_which_it_is_true(run):
    run("own.csv", [["RFC", "Nombre del Contribuyente", "Situación del contribuyente"],
                    ["ABC010203AB1", "FIRMA DE PRUEBA, S.A. DE C.V.", "Definitivo"]])  # fmt: skip
    assert "every column is used" in Path("out/summary.html").read_text("utf-8")


def test_lines_of_names_above_and_below_that_of_the_columns_are_no_rows(run):
    groups, short = ["Who", "", "", "What", "How far"], ["country_name", "plan", "title", "year", "completion"]
    code, said = run("two.csv", [groups, COMMITMENTS, short, *ROWS], "--as", "ogp_commitments")
    assert code == 0 and "4 rows = 3 kept + 1 set aside" in said


def test_a_refusal_proposes_a_map_which_the_command_takes(run, tmp_path):
    names = ["Action Plan No." if one == "Action Plan Number" else one for one in COMMITMENTS]
    code, said = run("Combined.csv", [["Plans of OGP"], names, *ROWS])
    assert code == 1 and '"Action Plan No." = "Action Plan Number"' in said
    (tmp_path / "map.toml").write_text(re.search(r"columns = \{.*\}", said)[0])
    code, said = run(
        "Combined.csv", [["Plans of OGP"], names, *ROWS], "--as", "ogp_commitments", "--columns", "map.toml"
    )
    assert code == 0 and table("commitments")["plan_number"].tolist() == [3, 2, 1]
    for told, fault in (("Action Plan Nr.", "has no column 'Action Plan Nr.'"), ("Country", "Did you mean")):
        (tmp_path / "map.toml").write_text(
            f'columns = {{ "{told}" = "Plan Numbr" }}'.replace("Plan Numbr", "Action Plan Numbr")
        )
        code, said = run("a.csv", [names, *ROWS], "--as", "ogp_commitments", "--columns", "map.toml")
        assert code == 1 and fault in said


def test_names_in_snake_case_are_proposed_those_of_compranet(run, tmp_path):
    head = ("dependencia_entidad clave_uc nombre_uc numero_procedimiento tipo_procedimiento numero_contrato "
            "referencia_contratacion fecha_suscripcion_contrato importe_mn_sin_iva razon_social").split()  # fmt: skip
    row = ["Casa", "06000001", "Compras", "LP-1", "LICITACIÓN PÚBLICA", "C-1", "Sillas", "15/02/2010", "1,500.00",
           "Firma de Prueba SA de CV"]  # fmt: skip
    code, said = run("contratobook_contratos.csv", [head, row])
    assert code == 1 and '"numero_procedimiento" = "NUMERO DE PROCEDIMIENTO"' in said
    (tmp_path / "map.toml").write_text(re.search(r"columns = \{.*\}", said)[0])
    code, _ = run("contratobook_contratos.csv", [head, row], "--as", "compranet", "--columns", "map.toml")
    assert code == 0 and table("contracts")["amount"].tolist() == [1500]


def test_an_unknown_category_stops_until_it_is_named_and_an_unknown_unit_is_set_aside(run, tmp_path):
    rows = [[*ROWS[0][:4], "Nearly"], *ROWS[1:], ["Atlantis", "1", "Canals", "2026", "Complete"]]
    code, said = run("a.csv", [COMMITMENTS, *rows])
    assert code == 1 and "(known: " in said
    assert 'ogp_commitments."Completion (End Of Term)"."Nearly" = ' in said
    accept = tmp_path / "accept.toml"
    for meant, kept in (("Substantial", 3), ("", 2)):
        accept.write_text(f'ogp_commitments."Completion (end of term)"."Nearly" = {json.dumps(meant)}')
        code, said = run("a.csv", [COMMITMENTS, *rows], "--as", "ogp_commitments", "--accept", "accept.toml")
        assert code == 0 and f"4 rows = {kept} kept + {4 - kept} set aside" in said
        told = table("record").query("rule in ('accepted_value', 'unknown_unit')")
        assert sorted(zip(told["rule"], told["old"], told["new"], strict=True)) == [
            ("accepted_value", "Nearly", meant), ("unknown_unit", "Atlantis", "")]  # fmt: skip
    accept.write_text('ogp_commitments."Completion (end of term)"."Nearly" = "Almost"')
    code, said = run("a.csv", [COMMITMENTS, *rows], "--as", "ogp_commitments", "--accept", "accept.toml")
    assert code == 1 and "'Almost'" in said


@pytest.mark.parametrize("cut", [["Chile", "2"], ["Chile", '"cut inside']])
def test_a_last_record_that_is_cut_off_is_set_aside_and_one_before_it_refused(run, tmp_path, monkeypatch, cut):
    for place, kept in ((3, 3), (1, 0)):
        lines = [",".join(row) for row in [COMMITMENTS, *ROWS]]
        lines.insert(place + 1, ",".join(cut))
        (tmp_path / "cut.csv").write_text("\n".join(lines))
        code = main(["clean", "cut.csv", "--as", "ogp_commitments", "--out", "out"])
        assert code == (0 if kept else 1)
        assert not kept or table("record")["rule"].tolist().count("cut_off_record") == 1


def test_of_a_workbook_of_the_pnt_hidden_sheets_are_no_fault(run, tmp_path, capsys):
    book = openpyxl.Workbook()
    sheet = book.active
    names = ["Ejercicio", "Número de expediente", "Descripción de obras, bienes o servicios"]
    for row in (["49147"], ["TÍTULO"], ["Adjudicación directa"], ["1"], ["437"], ["Tabla Campos"], names):
        sheet.append(row)
    sheet.append(["2023", "E-1", "Licencias de software"])
    for name in ("Hidden_1", "Tabla_436"):
        book.create_sheet(name).append(["Obra pública"])
    book["Hidden_1"].sheet_state = "hidden"
    book.save(tmp_path / "28.xlsx")
    (tmp_path / "map.toml").write_text(f'[columns]\nid = "{names[1]}"\nobject = "{names[2]}"\n')
    assert main(["clean", "28.xlsx", "--columns", "map.toml", "--out", "out"]) == 0
    said = "".join(capsys.readouterr())
    assert "1 rows = 1 kept" in said and "Tabla_436]: has no column of the map" in said and "Hidden" not in said


def test_fetch_without_a_source_only_lists(capsys, tmp_path, monkeypatch):
    assert main(["fetch"]) == 0
    listed = capsys.readouterr().out
    assert main(["fetch", "--list"]) == 0 and capsys.readouterr().out == listed
    assert re.search(r"^sat_69b 2026: .* MB; (here|by this command|by hand, --from)$", listed, re.M)
    assert main(["fetch", "--list", "nothing"]) == 2
