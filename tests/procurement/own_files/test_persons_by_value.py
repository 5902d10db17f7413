"""A natural person who is masked in one place of some files stands in no other place of what is made of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from ogp_analysis.__main__ import commands
from ogp_analysis.data.datasets.procurement.legal_entities import plain
from ogp_analysis.data.sources import delimited

from .conftest import HEAD, table, workbook, written

HEAD = [HEAD[0], "NOMBRE UC", *HEAD[1:]]
PERSON, OTHER = "MARÍA INVENTADA QWERTYUIOP", "Zzyz Asdfghjkl"
RFC, CURP = "IAQM800101AB1", "IAQM800101MDFNWR09"
FIRM = "FIRMA DE PRUEBA SA DE CV"


def row(number: int, **given: str) -> list[str]:
    told = {"institution": "Casa", "unit": "Compras", "supplier": FIRM, "title": "Sillas", "procedure": f"P-{number}"}
    told |= {"contract": f"C-{number}"} | given
    return [told["institution"], told["unit"], "06000", told["procedure"], told["contract"], f"{number}.00",
            told["supplier"], told["title"], "15/02/2002"]  # fmt: skip


ROWS = [
    row(1, supplier=PERSON),
    row(2, title="Honorarios a Qwertyuiop Inventada, María (2002)"),
    row(3, institution=PERSON.title(), unit=PERSON),
    row(4, title=f"Pago a {RFC}"),
    row(5, title=f"Curp {CURP.lower()}."),
    row(6, supplier="PAPELERIA"),
    row(7, supplier="SERVICIOS GENERALES"),
    row(8, title="Papelería y servicios generales de limpieza"),
    row(9, supplier="MARIA INVENTADA QWERTYUIOP CONSTRUCCIONES SA DE CV"),
    row(10, contract=f"HON-{RFC}"),
    row(11, contract=f"HON-{RFC}", title="Mesas"),
    row(12, title="Visita de María a la casa inventada"),
    row(13, supplier="LUZ Y LIMPIEZA"),
    row(14, institution="Luz y Limpieza", title="Luz y limpieza de la casa"),
]


def clean(*arguments: object) -> Path:
    """Run the command, and return the folder of what it wrote."""
    done = CliRunner().invoke(commands, ["clean", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    return Path(arguments[arguments.index("--out") + 1])


def texts(out: Path) -> list[str]:
    """Everything that was written, names of files included."""
    files = [file for file in out.rglob("*") if file.is_file()]
    found = [str(file.relative_to(out)) for file in files]
    found += [str(pd.read_parquet(file).to_dict("list")) for file in files if file.suffix == ".parquet"]
    return found + [file.read_text("utf-8") for file in files if file.suffix in (".csv", ".json", ".html")]


def naming(out: Path, *names: str) -> list[str]:
    """What of the outputs holds all words of a name within a cell, or a code."""
    cells = [cell for text in texts(out) for cell in re.split(r"['\"\n<>,]+", text)]
    return [cell for cell in cells for name in names if set(plain(name).split()) <= set(plain(cell).split())]


@pytest.fixture
def cleaned(tmp_path, request):
    file = tmp_path / f"contratos.{request.param}"
    file = workbook(file, Sheet=[HEAD, *ROWS]) if file.suffix == ".xlsx" else written(file, HEAD, *ROWS)
    return clean(file, "--as", "compranet", "--out", tmp_path / "out")


@pytest.mark.parametrize("cleaned", ["csv", "xlsx"], indirect=True)
def test_in_every_row_and_column(cleaned):
    contracts = table(cleaned, "contracts").set_index("line").sort_index()
    masked = contracts["contract_title"].eq("(text names a natural person)")
    assert contracts.index[masked].tolist() == [3, 5, 6]
    named = contracts.loc[4, ["institution", "buyer_name"]]
    assert named.tolist() == ["(natural person)"] * 2
    # What a firm is called, what a title shares with a name that is a word for a trade, and other texts stay.
    assert contracts.loc[10, "supplier_name"].startswith("MARIA INVENTADA")
    assert contracts.loc[[9, 13, 15], "contract_title"].tolist() == [ROWS[7][7], ROWS[11][7], ROWS[13][7]]
    assert contracts.loc[15, "institution"] == "Luz y Limpieza"
    assert contracts.loc[[2, 7, 8], "supplier_name"].tolist() == ["persona física"] * 3
    assert naming(cleaned, "Qwertyuiop Inventada María", RFC, CURP) == [
        cell for cell in naming(cleaned, "Qwertyuiop") if "CONSTRUCCIONES" in cell
    ]


@pytest.mark.parametrize("cleaned", ["csv"], indirect=True)
def test_each_masking_is_on_the_record_and_the_page(cleaned):
    record = table(cleaned, "record")
    elsewhere = record[record["rule"].isin(["natural_person_elsewhere", "personal_code"])]
    assert set(elsewhere["old"]) == {"(natural person)"} and elsewhere["action"].eq("changed").all()
    places = set(zip(elsewhere["_line"], elsewhere["column"], elsewhere["rule"], strict=True))
    assert {(3, "contracts.contract_title", "natural_person_elsewhere"), (4, "contracts.institution",
            "natural_person_elsewhere"), (5, "contracts.contract_title", "personal_code")} <= places  # fmt: skip
    [facts] = [json.loads(file.read_text("utf-8")) for file in (cleaned / "runs").glob("*.json")]
    assert facts["balance"]["changed"] == len(record[record["action"] == "changed"])
    rules = {(one["rule"], one["column"]): one["count"] for one in facts["rules"]}
    assert rules["natural_person_elsewhere", "contracts.buyer_name"] == 1
    assert "names a natural person of another row" in (cleaned / "summary.html").read_text("utf-8")


@pytest.mark.parametrize("cleaned", ["csv"], indirect=True)
def test_keys_that_hold_a_code_still_join(cleaned):
    contracts = table(cleaned, "contracts").set_index("line")
    assert contracts.loc[11, "contract_number"] == contracts.loc[12, "contract_number"]
    assert contracts.loc[11, "contract_number"].startswith("reference-")
    keys = contracts["contract_key"].str.contains("reference-")
    assert keys.sum() == 2 and contracts.loc[3, "contract_number"] == "C-2"


def test_the_same_whatever_the_chunks_and_processes(tmp_path, monkeypatch):
    from ogp_analysis.procurement.own_files import cleaning_run

    rows = [[*cells[:4], f"{cells[4]}-{n}", *cells[5:]] for n in range(40) for cells in ROWS]
    file = written(tmp_path / "contratos.csv", HEAD, *rows)
    whole = clean(file, "--as", "compranet", "--out", tmp_path / "whole", "--jobs", 1)
    monkeypatch.setattr(delimited.mended, "__defaults__", (2**12,))
    monkeypatch.setattr(cleaning_run, "_SMALL", 0)
    parts = clean(file, "--as", "compranet", "--out", tmp_path / "parts", "--jobs", 2)
    for name in ("contracts", "procedures"):
        one, other = (table(out, name) for out in (whole, parts))
        pd.testing.assert_frame_equal(one, other)
    assert not naming(parts, RFC, CURP, "Honorarios a Qwertyuiop")


def test_a_file_that_is_named_after_a_person(tmp_path):
    file = written(tmp_path / "qwertyuiop-maria-inventada_2002.csv", HEAD, *ROWS)
    out = tmp_path / "out"
    clean(file, "--as", "compranet", "--out", out)
    assert not [cell for cell in naming(out, "Qwertyuiop Inventada María") if "CONSTRUCCIONES" not in cell]
    assert set(table(out, "contracts")["file"]) == set(table(out, "record")["_file"])
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")}
    clean(file, "--as", "compranet", "--out", out)
    assert before == {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")}


def release(ocid: str, **told: object) -> dict:
    return {"ocid": ocid, "id": f"{ocid}-1", "date": "2020-01-01T00:00:00Z", "tag": ["award"], **told}


def test_of_ocds_in_other_processes_and_files(tmp_path):
    supplier = {"id": "CO-CC-87654321", "name": OTHER, "identifier": {"scheme": "CO-CC", "id": "87654321"}}
    mine = release("o-1", parties=[supplier | {"roles": ["supplier"]}], awards=[{"id": "a", "suppliers": [supplier]}])
    title = {"title": "Pago a Asdfghjkl, Zzyz", "id": "87654321"}
    other = release("o-2", tender=title, buyer={"id": "b", "name": OTHER.upper()})
    number = release("o-3", tender={"id": "t", "title": "Honorarios, cédula 87.654.321 de Bogotá"})
    fourth = release("o-4", tender={"id": "t", "title": f"Honorarios: {OTHER.lower()}"})
    told = {"one": [mine], "two": [other, fourth], "zzyz asdfghjkl": [number]}
    for name, data in told.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(data), "utf-8")
    out = clean(*(tmp_path / f"{name}.json" for name in told), "--as", "ocds", "--csv", "--out", tmp_path / "out")
    assert naming(out, OTHER, "87654321", "87.654.321") == []
    tenders = table(out, "tenders").set_index("ocid")
    assert tenders["title"].tolist() == ["(text names a natural person)"] * 3
    assert tenders.loc["o-2", "tender_id"].startswith("reference-") and tenders.loc["o-3", "tender_id"] == "t"
    processes = table(out, "processes").set_index("ocid")
    assert processes.loc["o-2", "buyer_name"] == "(natural person)"
    assert processes.loc["o-3", "file"] == "(file name names a natural person, 1)"
    record = table(out, "record")
    masked = set(zip(record["_file"], record["_line"], record["rule"], record["column"], strict=True))
    assert masked >= {("two.json", 2, "natural_person_elsewhere", "tenders.title"),
                      ("two.json", 1, "personal_code", "tenders.tender_id"),
                      (processes.loc["o-3", "file"], 1, "personal_code", "tenders.title")}  # fmt: skip


def test_where_a_release_was_merged_into_names_no_file_after_a_person(tmp_path):
    """Nothing but the lack of a form says that it is a person's name: in a file's name that is enough."""
    first = release("o-1", awards=[{"id": "a", "suppliers": [{"id": "1", "name": "Qwerty Uiop"}]}])
    later = first | {"id": "o-1-2", "date": "2020-02-01T00:00:00Z"}
    for name, one in (("early", first), ("uiop, qwerty", later)):
        (tmp_path / f"{name}.json").write_text(json.dumps([one]), "utf-8")
    files = (tmp_path / "early.json", tmp_path / "uiop, qwerty.json")
    out = clean(*files, "--as", "ocds", "--csv", "--out", tmp_path / "out")
    record = table(out, "record")
    assert record.loc[record["action"] == "merged", "new"].tolist() == ["(file name names a natural person, 1), 1"]
    assert naming(out, "Qwerty Uiop", "uiop, qwerty") == []


def test_a_name_without_any_sign_that_is_an_organisations_elsewhere_stays_there(tmp_path):
    one = release("o-1", awards=[{"id": "a", "suppliers": [{"id": "1", "name": "Qwerty Uiop"}]}])
    two = release("o-2", buyer={"id": "2", "name": "Qwerty Uiop"}, tender={"id": "t", "title": "Qwerty Uiop, sede"})
    (tmp_path / "a.json").write_text(json.dumps([one, two]), "utf-8")
    out = clean(tmp_path / "a.json", "--as", "ocds", "--out", tmp_path / "out")
    assert table(out, "suppliers")["supplier_name"].tolist() == ["(natural person)"]
    assert table(out, "processes")["buyer_name"].dropna().tolist() == ["Qwerty Uiop"]
    assert table(out, "tenders")["title"].dropna().tolist() == ["Qwerty Uiop, sede"]


def test_of_a_table_in_a_form_of_its_own(tmp_path):
    rows = [
        ["1", "Casa", "Sillas", PERSON, "10.555.111-2"],
        ["2", PERSON.lower(), "Mesas", "Firma Ltda", ""],
        ["3", "Casa", f"Honorarios de {PERSON}", "Firma Ltda", ""],
        ["4", "Casa", "Boleta 10555111", "Otra Firma SpA", ""],
        ["5", "Casa", "Bancos", "Nobody S C", ""],
    ]
    file = written(tmp_path / "archivo.csv", ["Num", "Dep", "Obj", "Prov", "Id"], *rows)
    column_map = tmp_path / "map.toml"
    column_map.write_text(
        '[columns]\nid = "Num"\nbuyer = "Dep"\nobject = "Obj"\nsupplier = "Prov"\ntax_code = "Id"\n'
        '[formats]\ncountry = "CL"\n', "utf-8"
    )  # fmt: skip
    out = clean(file, "--as", "table", "--columns", column_map, "--out", tmp_path / "out")
    contracts = table(out, "contracts")
    assert naming(out, PERSON, "10555111") == []
    assert contracts["buyer_name"].tolist() == ["Casa", "(natural person)", *["Casa"] * 3]
    assert contracts["contract_title"].eq("(text names a natural person)").tolist() == [False, False, True, True, False]
    assert contracts["supplier_name"].eq("persona física").tolist() == [True, False, False, False, True]


def test_files_of_a_publisher_that_are_named_after_persons(tmp_path, mirror):
    """Names are those of parties with the number of an identity card, read from the files themselves."""
    folder = mirror / "ocds" / "paraguay"
    names: set[str] = set()

    def read(one: object) -> None:
        for value in one.values() if isinstance(one, dict) else one if isinstance(one, list) else ():
            read(value)
        identifier = one.get("identifier") if isinstance(one, dict) else None
        if isinstance(identifier, dict) and re.fullmatch(r"[1-7]?\d{5,6}-\d", str(identifier.get("id"))):
            names.add(plain(str(one["name"])))

    files = [file for file in folder.rglob("*.json") if file.stat().st_size]
    for file in files:
        read(json.loads(file.read_text("utf-8")))
    names = {name for name in names if len(name.split()) > 2}
    in_files = {one for one in names for file in files if set(one.split()) <= set(plain(file.name).split())}
    assert len(in_files) >= 3
    out = clean(folder, "--as", "ocds", "--csv", "--out", tmp_path / "out")
    assert naming(out, *names) == []
    labels = table(out, "record")["_file"]
    assert labels[labels.str.contains("names a natural person")].nunique() >= 3
    facts = json.loads((out / "runs" / "ocds.json").read_text("utf-8"))
    assert set(labels) <= set(facts["files"]) and len(facts["files"]) == len(list(folder.rglob("*.json")))
