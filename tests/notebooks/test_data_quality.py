"""The notebook on data quality shows every table of the catalogue, in both editions, and gives nothing away."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base import paths
from ogp_analysis.base.errors import MessageError, OgpAnalysisError, ParameterError, UnknownName
from ogp_analysis.base.words import catalogue
from ogp_analysis.base.words.sentence import Sentence
from ogp_analysis.data.cleaning.catalog import DATASETS, dataset
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts
from ogp_analysis.display.table import Table
from ogp_analysis.procurement.own_files.cleaning_run import clean_files
from ogp_analysis.publishing.runs.notebook import Declared
from ogp_analysis.publishing.runs.parameters import checked

from ..reports import project

ROOT = Path(__file__).resolve().parents[2]
CODE = ["".join(cell["source"]) for cell in json.loads((ROOT / "notebooks/data_quality.ipynb").read_text("utf-8"))["cells"]
        if cell["cell_type"] == "code"]  # fmt: skip
#: Tables whose published files are read, of publishers that allow drawing only, and of such that allow all.
FULL = [
    *("ogp_commitments.commitments", "ogp_participation.participation", "freedom_in_the_world.scores"),
    *("rsf_press_freedom.country_year", "idea_gsod.country_year", "ogp_mexico_plan4.facts"),
]

OWN = """\
DEPENDENCIA / ENTIDAD,CLAVE UC,NOMBRE UC,NÚMERO DE PROCEDIMIENTO,TIPO DE PROCEDIMIENTO,NÚMERO DE CONTRATO,\
REFERENCIA DE LA CONTRATACIÓN,FECHA DE SUSCRIPCIÓN DE CONTRATO,IMPORTE MN SIN IVA,RAZÓN SOCIAL
Casa,06000001,Compras,LP-1,LICITACIÓN PÚBLICA,C-1,Sillas,15/02/2010,"1,500.00",Firma de Prueba SA de CV
Casa,06000001,Compras,AD-2,ADJUDICACIÓN DIRECTA,C-2,Mesas,16/02/2010,900.00,Otra Firma SA de CV
Casa,06000001,Compras,AD-2,ADJUDICACIÓN DIRECTA,C-2,Mesas,16/02/2010,900.00,Otra Firma SA de CV
Casa,06000001,Compras,AD-3,ADJUDICACIÓN DIRECTA,C-3,Libreros
Casa,06000001,Compras,AD-4,ADJUDICACIÓN DIRECTA,C-4,Libreros,17/02/2010,n/d,María Inventada del Ejemplo
"""


class Shown:
    """What the cells make and show of a table, with `change` made between two of them."""

    def __init__(self, monkeypatch, table: str, edition: str = "embedded", change: str = "") -> None:
        self.things: list = []
        monkeypatch.setattr(hand_out, "_handed", {})
        self.names: dict = {"display": self.show}
        for number, code in enumerate(CODE):
            *before, last = ast.parse(code).body
            exec(compile(ast.Module(before, []), "cell", "exec"), self.names)
            if isinstance(last, ast.Expr):
                self.show(eval(compile(ast.Expression(last.value), "cell", "eval"), self.names))
            else:
                exec(compile(ast.Module([last], []), "cell", "exec"), self.names)
            if number == 0:
                self.names |= {"table": table, "edition": edition}
            if number == 1:
                exec(change, self.names)
        for one in self.things:
            one.outputs()

    def show(self, *things) -> None:
        for one in things:
            self.things += list(one) if isinstance(one, Parts) else [] if one is None else [one]

    def of(self, kind: type) -> list:
        return [one for one in self.things if isinstance(one, kind)]

    def table(self, name: str) -> pd.DataFrame:
        return next(one.frame for one in self.of(Table) if one.name == name)


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_every_table_of_the_catalogue_is_shown_or_its_files_are_named(name, monkeypatch):
    for schema in dataset(name).schemas:
        if not ogp.has(name, schema.name):
            with pytest.raises(UnknownName, match=f"ogp-analysis fetch {dataset(name).inputs[0].source}"):
                Shown(monkeypatch, f"{name}.{schema.name}")
            continue
        shown = Shown(monkeypatch, f"{name}.{schema.name}")
        assert [one.role for one in shown.of(Sentence)].count("headline") == 1
        frame = shown.names["frame"]
        assert len(shown.of(Figure)) == bool(frame.isna().to_numpy().any())
        assert all(one.faults() == [] for one in shown.of(Figure))


@pytest.mark.parametrize("table", FULL)
def test_published_files_are_shown_and_what_is_drawn_only_is_not_written(table, full_edition, monkeypatch):
    monkeypatch.setenv(paths.HOME_VARIABLE, str(full_edition))
    shown = Shown(monkeypatch, table, "full")
    columns, frame, rules = shown.names["made"].columns, shown.names["frame"], shown.names["rules"]
    closed = columns.loc[~columns["redistribute"], "name"].tolist()
    checks = [row for one in shown.of(Table) if one.name == "held_against" for row in one.frame.itertuples()]
    assert all(row.total == "drawn_only" for row in checks if row.column in closed and row.total != "not_written")
    if columns.loc[~columns["redistribute"], "type"].isin(["number", "integer"]).any():
        known = set(columns.loc[columns["redistribute"], "name"])
        assert (rules.loc[~rules["column"].isin(known), ["old", "new"]] == "").all(axis=None)
        decided = shown.names["decided"]
        assert set(decided.loc[decided["shown"], "column"]) <= known
        assert not len(decided) or (decided.loc[~decided["shown"], ["said", "reason"]] == "drawn_only").all(axis=None)
    texts = {one for name in closed if name.startswith("country") for one in frame[name].dropna()}
    cells = {cell for one in shown.of(Table) for row in one.payload()["rows"] for cell in row if isinstance(cell, str)}
    assert not texts & cells


def test_vintages_of_commitments_are_compared_in_the_full_edition(full_edition, monkeypatch):
    monkeypatch.setenv(paths.HOME_VARIABLE, str(full_edition))
    assert Shown(monkeypatch, "ogp_commitments.commitments", "full").names["vintages"][0].n > 1500


def test_versions_are_compared_with_their_neighbours_only(monkeypatch):
    for table, pairs in (("vdem.v14", {("v12", "v14"), ("v14", "v15")}), ("vdem.v15", {("v14", "v15")})):
        rows = Shown(monkeypatch, table).table("revisions")
        assert {(old[:3], new[:3]) for old, new in zip(rows["old"], rows["new"], strict=True)} == pairs


def test_masked_values_stay_masked_and_a_column_with_a_sum_is_not_among_those_without(monkeypatch):
    rules = Shown(monkeypatch, "compranet.contracts").names["rules"]
    masked = rules[rules["rule"].str.contains("person|official")]
    assert len(masked) >= 4 and (masked[["place", "old", "new"]] == "").all(axis=None)
    checks = Shown(monkeypatch, "vdem.v14").table("held_against")  # year is a raw number there
    assert checks.loc[checks["column"] == "year", "kind"].tolist() == ["sum equals that of the raw column"]


def test_periods_are_at_most_26_side_by_side_and_rows_without_a_year_come_last(monkeypatch):
    by_period = Shown(monkeypatch, "ogp_membership.countries").names["by_period"]
    frame = pd.DataFrame({"x": [1.0, None, None, 2.0]})
    monkeypatch.setitem(by_period.__globals__, "frame", frame)
    monkeypatch.setitem(by_period.__globals__, "names", ["x"])
    found = by_period(pd.Series([2001, 2001, 2003, None], dtype="Int64"))
    assert found["period"].tolist() == ["2001", "2002", "2003", ""] and found["n"].tolist() == [2, 0, 1, 1]
    assert found["x"].tolist()[::2] == [0.5, 1] and pd.isna(found["x"][1])
    years = pd.Series(range(1907, 2025), dtype="Int64")
    monkeypatch.setitem(by_period.__globals__, "frame", pd.DataFrame({"x": [1.0] * len(years)}))
    assert by_period(years)["period"].tolist()[:2] == ["1905–1909", "1910–1914"]


def test_a_count_that_does_not_agree_ends_the_run(monkeypatch):
    with pytest.raises(MessageError, match="are kept, set aside or merged"):
        Shown(monkeypatch, "ogp_process.plans", change='made.files["kept"] += 1')
    with pytest.raises(MessageError, match="rules add up to the balance"):
        Shown(monkeypatch, "ogp_commitments.commitments", change='made.files["changed_values"] += 1')


def test_every_reason_for_a_number_without_a_sum_has_its_words():
    texts, reasons = ogp.words("data_quality").texts("reason"), {}
    for name in DATASETS:
        for why in dataset(name).invariants.unsummed.values():
            case = pd.Series([why]).str.replace(r"\W+", "_", regex=True).str.strip("_").str.lower()[0]
            reasons[why] = texts[case]
    assert all(text["en"] == why for why, text in reasons.items())
    assert set(texts) and len({text["es"] for text in reasons.values()}) == len(reasons) == len(texts) > 20


@pytest.mark.parametrize("table", ["vdem.v99", "nothing.v14", "nothing"])
def test_an_unknown_table_is_named(table, monkeypatch):
    with pytest.raises(OgpAnalysisError):
        Shown(monkeypatch, table)


def test_a_dataset_alone_is_its_usual_table_and_both_languages_are_made(monkeypatch):
    with catalogue.speaking("es"):
        shown = Shown(monkeypatch, "vdem")
    assert shown.names["name"] == "vdem.v14" and "filas" in " ".join(one.plain() for one in shown.of(Sentence))


def test_a_folder_that_was_cleaned_has_the_same_page_and_names_no_person(tmp_path, monkeypatch):
    home = project(tmp_path / "home").home
    monkeypatch.setenv(paths.HOME_VARIABLE, str(home))
    file = tmp_path / "contratos.csv"
    file.write_text(OWN, encoding="utf-8")
    assert [one.what for one in clean_files([file], "compranet", tmp_path / "out")] == ["cleaned"]
    declared = {"table": Declared("table", "ogp.types.Table", "", "")}
    [table] = checked(declared, {"table": str(tmp_path / "out")}, "data_quality").values()
    assert checked(declared, {"table": table}, "data_quality") == {"table": table} and table.endswith(".contracts")
    shown = Shown(monkeypatch, table)
    balance = shown.table("balance_by_folder").drop(columns="folder").iloc[0].to_dict()
    assert balance == {"rows_in": 5, "kept": 3, "set_aside": 1, "merged": 1, "changed_values": 6}
    rules = shown.table("rules_applied").set_index("rule")
    assert rules.loc["wrong_number_of_cells", "set_aside"] == rules.loc["exact_repeat", "merged"] == 1
    assert "contratos.csv:2: 1,500.00 → 1500.00" in str(rules.loc["thousands_commas", "example"])
    said = " ".join(one.plain() for one in shown.of(Sentence))
    assert "3 of the 5 rows in its files kept, 3 values changed" in said and "rules of compranet: contratos.csv" in said
    missing = shown.table("missing_by_column").set_index("variable")
    assert missing.loc["amount", "missing"] == 1 and "Inventada" not in said + rules.to_string()
    with pytest.raises(ParameterError, match="holds no cleaned tables"):
        checked(declared, {"table": str(tmp_path)}, "data_quality")
