"""From a folder that was cleaned to its contracts and its report."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest

from ogp_analysis.base.errors import ParameterError, SourceError, UnknownName
from ogp_analysis.base.paths import HOME_VARIABLE
from ogp_analysis.base.words import Sentence
from ogp_analysis.data.store import hand_out
from ogp_analysis.procurement.contracts import contracts
from ogp_analysis.procurement.own_files.cleaning_run import clean_files
from ogp_analysis.procurement.own_files.column_map import column_map
from ogp_analysis.procurement.own_files.shelved import publication_name

from ... import cells
from ...reports import Site, project
from .conftest import HEAD, written

A_HEAD = [*HEAD[:3], "TIPO DE PROCEDIMIENTO", *HEAD[3:]]
PERSON = "MARÍA INVENTADA DEL EJEMPLO"


def a_row(number: int, amount: str = "1,500.00", supplier: str = "FIRMA DE PRUEBA SA DE CV") -> list[str]:
    method = "ADJUDICACIÓN DIRECTA" if number % 2 else "LICITACIÓN PÚBLICA"
    return ["Casa", f"0600{number % 3}", f"P-{number}", method, f"C-{number}", amount, supplier, "Sillas", "15/02/2010"]


def compranet(folder, name: str = "mis contratos.csv", rows=None):
    return written(folder / name, A_HEAD, *(rows or [a_row(n) for n in range(12)]))


def ocds(folder, ocid: str, currency: str = "PYG", n: int = 12):
    releases = [
        {
            "ocid": f"{ocid}{number}", "id": "1", "date": "2020-01-01T00:00:00Z", "tag": ["award"],
            "buyer": {"id": "B", "name": "Municipio"},
            "tender": {"id": "t", "procurementMethod": "direct"},
            "awards": [{"id": "a", "status": "active", "date": "2019-05-01T00:00:00Z",
                        "value": {"amount": 10 + number, "currency": currency},
                        "suppliers": [{"id": f"F-{number % 4}", "name": f"Firma {number % 4} SA"}]}],
        }
        for number in range(n)
    ]  # fmt: skip
    file = folder / f"{ocid}.json"
    file.write_text(json.dumps({"releases": releases}), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Site:
    return project(tmp_path_factory.mktemp("own") / "home")


@pytest.fixture(autouse=True)
def at_home(home, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(home.home))


def cleaned(folder, files, kind: str):
    outcomes = clean_files(files, kind, folder / "out")
    assert not [one.fault for one in outcomes if one.what == "failed"]
    return folder / "out"


def said_of(folder, **parameters) -> tuple[dict, str]:
    """Return what the cells of the notebook name, and what they say."""
    names, shown = cells.run("procurement_integrity", dataset=str(folder), **parameters)
    return names, " ".join(one.plain() for one in shown if isinstance(one, Sentence))


def test_contracts_of_compranet_come_of_a_folder_and_the_files_are_cited_by_name_and_hash(tmp_path):
    rows = [*(a_row(n) for n in range(11)), a_row(11, supplier=PERSON)]
    folder = cleaned(tmp_path, [compranet(tmp_path, rows=rows)], "compranet")
    found = contracts(folder)
    assert len(found.frame) == 12 and found.publication.is_own and found.publication.iso3 == "MEX"
    assert "Your files: 1 table, 12 contracts." in said_of(folder)[1]
    assert found.frame["supplier_id"].isna().sum() == 1
    [own] = [one for one in hand_out.provenance().payload["sources"] if one["title"] == "mis contratos.csv"]
    assert own["citation"].startswith("mis contratos.csv. SHA-256 ") and own["version"] in own["citation"]
    assert [
        row["rows_in"] for row in hand_out.provenance().payload["balance"] if row["dataset"].startswith("own_")
    ] == [12]


def test_the_words_of_a_folder_are_searched_for_surveillance_beside_what_is_documented(tmp_path):
    bought = [*a_row(0)[:7], "Servicio de intervención de comunicaciones privadas", "15/02/2010"]
    names, _ = cells.run(
        "surveillance_contracting",
        dataset=str(cleaned(tmp_path, [compranet(tmp_path, rows=[bought, a_row(1)])], "compranet")),
    )
    assert names["hits"][["verdict", "tier"]].values.tolist() == [["probable", "interception"]]
    assert len(names["searched"]) == 2


def test_the_name_is_the_content_and_does_not_depend_on_the_folder(tmp_path):
    one, other = tmp_path / "a", tmp_path / "b"
    names = []
    for place, n in ((one, 12), (other, 12), (tmp_path / "c", 13)):
        place.mkdir()
        rows = [a_row(number) for number in range(n)]
        names.append(publication_name(cleaned(place, [compranet(place, rows=rows)], "compranet")))
    assert names[0] == names[1] != names[2]
    shutil.rmtree(one)
    shutil.rmtree(other)
    assert len(contracts(names[0]).frame) == 12


def test_a_contract_without_code_in_two_files_counts_once(tmp_path):
    files = [
        compranet(tmp_path, "2010.csv", [a_row(n) for n in range(6)]),
        compranet(tmp_path, "2011.csv", [a_row(n) for n in range(4, 9)]),
    ]
    found = contracts(cleaned(tmp_path, files, "compranet"))
    assert len(found.frame) == 9 and found.left_out == {"in_another_file": 2}


def test_what_stands_beside_an_award_is_of_that_award_where_rows_are_left_out(tmp_path):
    rows = [a_row(3, "0"), a_row(1, "10"), a_row(2, "20")]
    found = contracts(cleaned(tmp_path, [compranet(tmp_path, rows=rows)], "compranet")).frame
    assert dict(zip(found["amount"], found["amount_status"], strict=True)) == {0.0: "zero", 10.0: "ok", 20.0: "ok"}


def test_the_country_of_ocds_is_that_of_the_publisher_of_all_ocids(tmp_path):
    folder = cleaned(tmp_path, [ocds(tmp_path, "ocds-03ad3f-")], "ocds")
    known = contracts(folder)
    assert (known.publication.iso3, known.currency, known.publication.publisher) == ("PRY", "PYG", "paraguay")
    assert "are those for Paraguay" in said_of(folder)[1]


@pytest.mark.parametrize(("currency", "counted", "said"), [
    ("BRL", "BRL", "added up in BRL"),
    ("", "", "no amount names its currency"),
])  # fmt: skip
def test_an_unknown_country_or_currency_does_not_stop_and_says_what_cannot_be_computed(
    tmp_path, currency, counted, said
):
    folder = cleaned(tmp_path, [ocds(tmp_path, "ocds-zzzzzz-", currency)], "ocds")
    names, text = said_of(folder)
    assert (names["published"].iso3, names["whole"].currency) == ("", counted)
    assert said in text and "cannot be computed" in text and len(names["rates"])
    assert "fall outside them, so they are not checked" in text and "No rules of the corruption risk index" in text
    assert ("no amount is usable" in text) == (not counted)
    named = contracts(folder, rules_of="Mexico")
    assert (named.publication.iso3, named.currency) == ("MEX", "MXN")


def test_a_country_is_for_files_of_which_it_is_not_known(tmp_path):
    folder = cleaned(tmp_path, [compranet(tmp_path)], "compranet")
    with pytest.raises(ParameterError, match="is not the country of CompraNet"):
        contracts(folder, rules_of="Kenya")
    with pytest.raises(ParameterError, match="cannot be chosen"):
        contracts("compranet_2017", rules_of="Mexico")


MAP = """
[columns]
id = "No."
buyer = "Quién"
object = "Qué"
supplier = "A quién"
date = "Día"
amount = "Cuánto"
[formats]
date = "%d/%m/%Y"
decimal = "."
currency = "MXN"
"""
SOLD = [
    ["1", "Municipio", "Sillas", "Firma de Prueba, S.A. de C.V.", "03/02/2019", "100"],
    ["1", "Municipio", "Mesas", "FIRMA DE PRUEBA SA DE CV", "04/02/2019", "200"],
    ["2", "Fiscalía", "Intervención de comunicaciones privadas", "Otra Firma Ltda", "05/02/2019", "600"],
    ["3", "Fiscalía", "Lápices", PERSON, "06/02/2020", "0"],
    ["4", "Fiscalía", "Papel", "Otra Firma Ltda", "06/02/2020", "100"],
]


def mapped(folder, about: str = MAP, head=("No.", "Quién", "Qué", "A quién", "Día", "Cuánto")):
    """Clean a table in a form of its own, and another file with a row of it and one under a number of it."""
    (folder / "map.toml").write_text(about, encoding="utf-8")
    files = [
        written(folder / "a.csv", [*head], *SOLD),
        written(folder / "b.csv", [*head], SOLD[2], ["4", *SOLD[1][1:]]),
    ]
    outcomes = clean_files(files, "table", folder / "out", columns=column_map(folder / "map.toml"))
    assert not [one.fault for one in outcomes if one.what == "failed"]
    return folder / "out"


def test_a_table_read_by_a_map_is_looked_at_and_says_what_it_lacks(tmp_path):
    folder = mapped(tmp_path)
    found = contracts(folder)
    frame = found.frame.set_index("award_key")
    assert len(frame) == 6 and found.left_out == {"in_another_file": 1}
    assert (frame["value"].sum(), found.currency, found.publication.federal_law) == (1200, "MXN", False)
    assert (
        frame.loc[["1#1", "1#2", "4#1"], "supplier_id"].nunique() <= 2 and frame.at["3#1", "left_out"] == "amount_zero"
    )
    assert frame["supplier_id"].value_counts().tolist() == [3, 2] and pd.isna(frame.at["3#1", "supplier_id"])
    names, shown = cells.run("procurement_integrity", dataset=str(folder))
    said = " ".join(one.plain() for one in shown if isinstance(one, Sentence))
    assert "Your files: 2 tables, 6 contracts." in said and "6 contracts were looked at (2019–2020)" in said
    assert "Your table does not hold the kind of procedure; days of the call" in said
    assert "not applicable: 22 of 23" in said and "share their number with another count each: 4" in said
    assert "Nothing in your table says whether the procurement laws" in said and "it is not computed" in said
    why = {one.flag: str(names["why_not"](one)) for one in names["rates"].itertuples()}
    assert why["R013"] == "not applicable: the method is not published"
    assert why["R018"] == "not applicable: your table does not hold what it needs"
    assert [flag for flag, said in why.items() if not said.startswith("not applicable")] == ["R040"]
    computed = next(names["rates"].itertuples())._replace(flag="R040", n=3, reasons=[])
    assert "an amount of the whole is missing" in why["R040"] and str(names["why_not"](computed)) == ""
    assert PERSON not in " ".join(map(str, shown)) and names["spread"].amount == 1200


def test_of_a_table_that_says_what_was_bought_alone_both_reports_are_made(tmp_path):
    folder = mapped(tmp_path, '[columns]\nobject = "Qué"\n')
    assert "Your table does not hold the kind of procedure; the buyer; the supplier; the amount" in said_of(folder)[1]
    names, _ = cells.run("surveillance_contracting", dataset=str(folder))
    assert names["hits"][["verdict", "tier"]].values.tolist() == [["probable", "interception"]] * len(names["hits"])
    assert contracts(folder, rules_of="Mexico").publication.iso3 == "MEX"
    with pytest.raises(UnknownName, match="Atlantis"):
        contracts(folder, rules_of="Atlantis")


def test_what_is_no_cleaned_folder_is_refused(tmp_path):
    with pytest.raises(ParameterError, match="holds no cleaned tables"):
        contracts(tmp_path)
    with pytest.raises(UnknownName, match="neither a publication nor a folder"):
        contracts(tmp_path / "absent")
    with pytest.raises(UnknownName, match="not on the shelf"):
        contracts("own_0123456789ab")


def test_files_of_tenders_alone_say_that_awards_are_needed(tmp_path):
    release = {"ocid": "ocds-zzzzzz-1", "id": "1", "date": "2020-01-01T00:00:00Z", "tag": ["tender"],
               "tender": {"id": "t", "procurementMethod": "open"}}  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps({"releases": [release]}), encoding="utf-8")
    said = r"no award in any of the 1 processes\. Clean files that hold awards into the same folder"
    with pytest.raises(ParameterError, match=said):
        contracts(cleaned(tmp_path, [tmp_path / "a.json"], "ocds"))


def test_links_and_tables_that_break_their_schema_are_refused(tmp_path):
    folder = cleaned(tmp_path, [compranet(tmp_path)], "compranet")
    [file] = (folder / "parquet/contracts").glob("*.parquet")
    frame = pd.read_parquet(file)
    frame.assign(supplier_kind="made up").to_parquet(file)
    with pytest.raises(SourceError, match="supplier_kind"):
        contracts(folder)
    file.rename(tmp_path / "elsewhere.parquet")
    file.symlink_to(tmp_path / "elsewhere.parquet")
    with pytest.raises(SourceError, match="link"):
        contracts(folder)


@pytest.mark.slow
def test_a_report_is_made_of_a_folder_and_no_path_reaches_it(home, tmp_path):
    folder = cleaned(tmp_path, [compranet(tmp_path)], "compranet")
    done = home.run("run", "procurement_integrity", "-p", "dataset", str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    name = publication_name(folder)
    report = home.report("procurement_integrity", dataset=name)
    assert "mis contratos.csv" in report.page and "Your files: 1 table, 12 contracts." in report.page
    assert f"own/{name}/contracts" in report.record["rests_on"]["tables"]
    inside = [
        file for file in report.folder.rglob("*") if file.is_file() and str(tmp_path).encode() in file.read_bytes()
    ]
    assert not inside
    again = home.run("run", "procurement_integrity", "-p", "dataset", str(folder))
    assert "1 runs are current" in again.stdout
    verdict = home.run("verify", str(report.folder))
    assert "same bytes" in verdict.stdout, verdict.stdout + verdict.stderr


#: Publishers with awards whose files are small, and three layouts of CompraNet.
PUBLISHERS = ("armenia", "canada-montreal", "colombia", "mexico-inai", "moldova", "paraguay", "ukraine")
LAYOUTS = {"B1": "compranet/2013", "B2": "compranet/2018-sample", "C and D": "*/202?-imss*"}


@pytest.mark.slow
def test_published_files_come_to_a_report_as_a_users_own(home, mirror, tmp_path):
    folders = {}
    for publisher in PUBLISHERS:
        files = sorted(file for file in (mirror / "ocds" / publisher).rglob("*.json*") if file.is_file())
        folders[publisher] = clean_files(files, "ocds", tmp_path / publisher), tmp_path / publisher
    for layout, place in LAYOUTS.items():
        files = sorted(mirror.glob(f"{place}/*.csv"))
        folders[layout] = clean_files(files, "compranet", tmp_path / layout), tmp_path / layout
    assert not [one.fault for done, _ in folders.values() for one in done if one.what == "failed"]
    wanted = [word for _, folder in folders.values() for word in ("-p", "dataset", str(folder))]
    done = home.run("run", "procurement_integrity", *wanted, "--jobs", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    for _, folder in folders.values():
        report = home.report("procurement_integrity", dataset=publication_name(folder))
        assert "Your files:" in report.page
