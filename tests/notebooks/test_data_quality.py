"""The notebook on data quality shows every table of the catalogue, in both editions, and gives nothing away."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from ogp_analysis.base import paths
from ogp_analysis.data.cleaning.catalog import DATASETS
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.display.figure import Figure
from ogp_analysis.base.words import catalogue
from ogp_analysis.base.words.sentence import Sentence
from ogp_analysis.publishing.pages import invariants
from ogp_analysis.publishing.pages.invariants import Printed
from ogp_analysis.publishing.pages.relations import RELATIONS
from ogp_analysis.data.quality.data_quality import DataQuality
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.result import Parts
from ogp_analysis.display.result import Shown as Result
from ogp_analysis.display.table import Table


ROOT = Path(__file__).resolve().parents[2]
CODE = ["".join(cell["source"]) for cell in json.loads((ROOT / "notebooks/data_quality.ipynb").read_text("utf-8"))["cells"]
        if cell["cell_type"] == "code"]  # fmt: skip
#: Tables whose published files are read, of publishers that allow drawing only, and of such that allow all.
FULL = {
    "ogp_commitments.commitments": "ogp_commitments",
    "ogp_participation.participation": "ogp_participation",
    "freedom_in_the_world.scores": "freedom_in_the_world",
    "rsf_press_freedom.country_year": "rsf_press_freedom",
    "idea_gsod.country_year": "idea_gsod",
    "ogp_mexico_plan4.facts": "ogp_mexico_plan4",
}


class Shown:
    """What a run of the notebook shows, by kind."""

    def __init__(self, monkeypatch, table: str, language: str = "en", edition: str = "embedded") -> None:
        self.things: list = []
        monkeypatch.setattr(hand_out, "_handed", {})
        names: dict = {"display": self.show}
        with catalogue.speaking(language):
            for number, code in enumerate(CODE):
                *before, last = ast.parse(code).body
                exec(compile(ast.Module(before, []), "cell", "exec"), names)
                if isinstance(last, ast.Expr):
                    self.show(eval(compile(ast.Expression(last.value), "cell", "eval"), names))
                else:
                    exec(compile(ast.Module([last], []), "cell", "exec"), names)
                if not number:
                    names |= {"table": table, "edition": edition}
        self.found = names["quality"]
        for one in self.things:
            one.outputs()

    def show(self, *things) -> None:
        """Keep what the last line of a cell, and Jupyter's `display`, show."""
        for one in things:
            if isinstance(one, Parts | Result):
                self.show(*(one if isinstance(one, Parts) else one.parts()))
            elif one is not None:
                self.things.append(one)

    def of(self, kind: type) -> list:
        return [one for one in self.things if isinstance(one, kind)]

    @property
    def said(self) -> list[str]:
        return [one.plain() for one in self.of(Sentence)]

    def printed(self) -> Printed:
        numbers = {name: number for one in self.of(Sentence) for name, number in one.numbers().items()}
        return Printed(numbers, {one.name: one.payload() for one in self.of(Table)})


def _hold(printed: Printed) -> list[str]:
    return [name for name, one in RELATIONS.items() if invariants.hold(one, printed, name)]


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_every_table_of_the_catalogue_is_shown_or_said_to_be_absent(name, monkeypatch):
    for schema in dataset(name).schemas:
        shown = Shown(monkeypatch, f"{name}.{schema.name}")
        headlines = [one for one in shown.of(Sentence) if one.role == "headline"]
        assert len(headlines) == 1 and headlines[0].case == (
            "held" if isinstance(shown.found, DataQuality) else "absent"
        )
        if isinstance(shown.found, DataQuality):
            assert {"balance_by_folder", "rules"} <= set(_hold(shown.printed()))
            assert bool(shown.of(Figure)) == bool(shown.found.missing().empty)
        else:
            assert shown.of(Table) == [] and shown.of(Figure) == []
            assert any(f"ogp-analysis fetch {dataset(name).inputs[0].source}" in one for one in shown.said)


@pytest.mark.parametrize("table", FULL)
def test_published_files_are_shown_and_what_is_drawn_only_is_not_written(table, full_edition, monkeypatch):
    monkeypatch.setenv(paths.HOME_VARIABLE, str(full_edition))
    shown = Shown(monkeypatch, table, edition="full")
    assert isinstance(shown.found, DataQuality) and {"balance_by_folder", "rules"} <= set(_hold(shown.printed()))
    schema = dataset(table.split(".")[0]).schema(table.split(".")[1])
    closed = [one.name for one in schema.columns if not one.redistribute]
    checks = [row for one in shown.of(Table) if one.name == "held_against" for row in one.frame.itertuples()]
    assert all(row.total == "drawn_only" for row in checks if row.column in closed and row.total != "not_written")
    numbers = [one.name for one in schema.columns if one.type in ("number", "integer") and not one.redistribute]
    rules = shown.found.rules().frame
    if numbers:
        known = {one.name for one in schema.columns if one.redistribute}
        assert (rules.loc[~rules["column"].isin(known), ["old", "new"]] == "").all(axis=None)
        corrections = shown.found.corrections().frame
        assert not corrections["shown"].any() or set(corrections["column"]) <= known
    texts = {one for name in closed if name.startswith("country") for one in shown.found.frame[name].dropna()}
    cells = {cell for one in shown.of(Table) for row in one.payload()["rows"] for cell in row if isinstance(cell, str)}
    assert not texts & cells


def test_vintages_of_commitments_are_compared_in_the_full_edition(full_edition, monkeypatch):
    monkeypatch.setenv(paths.HOME_VARIABLE, str(full_edition))
    shown = Shown(monkeypatch, "ogp_commitments.commitments", edition="full")
    assert shown.found.revisions().vintages[0].n > 1500
    assert "revision" in {one.name for one in shown.of(Table)}
