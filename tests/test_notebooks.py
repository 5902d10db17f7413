"""The rules for notebooks: thin cells, one parameters cell, prose in two languages, nothing that was run."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest

from ogp_analysis.base.paths import Project
from ogp_analysis.publishing.runs import languages, manifest, notebook

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
#: A cell that is longer does not fit on a screen with what it shows; a longer function belongs into a room.
LONGEST_CELL, LONGEST_FUNCTION = 25, 10
IMPORTS = {"bisect", "datetime", "functools", "itertools", "numpy", "ogp_analysis", "pandas", "statsmodels", "typing"}
PATH = re.compile(
    r"^(?:[/~\\]|\.{1,2}[/\\]|[A-Za-z]:[/\\])|^(?:data|notebooks|reports)/|\\"
    r"|\.(?:csv|gz|html|ipynb|json|md|parquet|pdf|png|py|svg|tex|toml|txt|xlsx?)$"
)
STYLE_NAMES = re.compile(
    r"^(?:set_(?!index$|axis$)\w+|rc|rcParams|rc_context|savefig|tight_layout|subplots\w*|style|plt|pyplot)$"
)
STYLE_ARGUMENTS = {
    *("cmap", "color", "colors", "dpi", "edgecolor", "facecolor", "figsize", "fontsize", "linestyle", "linewidth"),
    *("marker", "markersize", "palette"),
}


def faults(document: dict, translated: dict) -> list[str]:
    """Return every rule that a notebook breaks, with the number of the cell."""
    cells = document["cells"]
    marked = len(notebook.tagged(document, "parameters"))
    found = [] if marked == 1 else [f"{marked} cells tagged parameters"]
    for number, cell in enumerate(cells, 1):
        found += [f"cell {number}: {fault}" for fault in _cell(cell)]
    return found + _languages(cells, translated)


def _cell(cell: dict) -> list[str]:
    text = notebook.source(cell)
    found = [f"{text.count(chr(10)) + 1} lines"] if text.count("\n") >= LONGEST_CELL else []
    if not text.strip():
        found.append("is empty")
    if cell["cell_type"] != "code":
        return found
    if cell.get("outputs") or cell.get("execution_count") is not None:
        found.append("holds what a run left")
    try:
        return found + [fault for node in ast.walk(ast.parse(text)) for fault in _node(node)]
    except SyntaxError:
        return [*found, "is not plain Python"]


def _node(node: ast.AST) -> list[str]:
    if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= LONGEST_FUNCTION:
        return [f"defines {node.name} in {node.end_lineno - node.lineno + 1} lines"]
    if isinstance(node, ast.AsyncFunctionDef | ast.ClassDef):
        return [f"defines {node.name}"]
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or "."]
        return [f"imports {name}" for name in names if name.split(".")[0] not in IMPORTS]
    if isinstance(node, ast.Name | ast.Attribute):
        name = node.id if isinstance(node, ast.Name) else node.attr
        if name.startswith("read_") or name in {"open", "Path"}:
            return [f"reads with {name}"]
        return [f"sets a style with {name}"] if STYLE_NAMES.match(name) else []
    if isinstance(node, ast.keyword) and node.arg in STYLE_ARGUMENTS:
        return [f"sets a style with {node.arg}"]
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and PATH.search(node.value):
        return [f"names the path {node.value!r}"]
    return []


def _languages(cells: list[dict], translated: dict) -> list[str]:
    """Every markdown cell has a translation that says the same under the same headings."""
    found = []
    for number, cell in enumerate(cells, 1):
        if cell["cell_type"] == "markdown" and (text := notebook.source(cell)).strip():
            pair = translated.get(languages.hash_of(text))
            if not pair:
                found.append(f"cell {number}: has no Spanish: {languages.hash_of(text)}")
            elif len({_headings(one) for one in pair.values()}) > 1:
                found.append(f"cell {number}: its Spanish differs in its headings")
    return found


def _headings(text: str) -> tuple[int, ...]:
    return tuple(len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE))


def title(document: dict) -> str:
    """Return the first line of a notebook, without its mark."""
    return notebook.source(document["cells"][0]).splitlines()[0].removeprefix("# ")


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_the_notebooks_keep_the_rules(file):
    document, translated = notebook.read(file), languages.translations(Project(ROOT), file)
    # The first notebook shows how a figure is saved.
    assert [fault for fault in faults(document, translated) if "names the path 'visegrad.pdf'" not in fault] == []
    assert title(document).endswith("?"), "the title of a notebook is a question"
    assert all(parameter.help for parameter in notebook.declared(document, file.stem).values())


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_no_translation_is_of_a_cell_that_is_gone(file):
    words = tomllib.loads((file.parent / "words" / f"{file.stem}_es.toml").read_text(encoding="utf-8"))
    there = {languages.hash_of(text) for text in languages.prose(notebook.read(file))}
    assert [cell["of"] for cell in words["cell"] if cell["of"] not in there] == []


def test_there_is_a_notebook_for_every_run():
    runs = tomllib.loads((ROOT / "notebooks" / "runs.toml").read_text(encoding="utf-8"))["run"]
    assert {run["notebook"] for run in runs} <= {file.stem for file in NOTEBOOKS}


def test_pages_on_tables_are_made_by_name_and_not_in_the_batch():
    project = Project(ROOT)
    made = manifest.by_name(project, "data_quality")
    assert len(made) == len({run.parameters["table"] for run in made}) == 5
    assert not {run.notebook for run in manifest.everything(project)} & {"data_quality"}
    assert len(manifest.by_name(project, "compare")) == 1


def test_the_default_batch_holds_no_report_that_says_nothing_or_judges_what_it_cannot():
    """Dates of complaints to OGP are no events; 169 and 86 contracts allow one share; pages on tables are asked for."""
    runs = manifest.everything(Project(ROOT))
    assert len(runs) == len(set(runs)) == 103
    by = {name: [run.parameters for run in runs if run.notebook == name] for name in {run.notebook for run in runs}}
    assert {one["country"] for one in by["shock_case_study"]} == {"MEX"}
    assert {one["dataset"] for one in by["procurement_integrity"]} == {"compranet_2017", "ocds_mexico_gacm"}
    assert {one["country"] for one in by["which_measure"]} == {None} and "data_quality" not in by
    assert by["country_profile"][0]["country"] == "MEX"
    assert [one["outcomes"] for one in by["ogp_membership_effect"]] == [["v2xcs_ccsi", "v2x_polyarchy_v15"]]


def code(text: str, *tags: str, **more) -> dict:
    """Return a code cell as a notebook holds it before it was run."""
    empty = {"outputs": [], "execution_count": None}
    return {"cell_type": "code", "source": text, "metadata": {"tags": list(tags)}, **empty, **more}


def prose(text: str, *tags: str) -> dict:
    """Return a markdown cell."""
    return {"cell_type": "markdown", "source": text, "metadata": {"tags": list(tags)}}


TITLE = prose("# Has it changed?")
PAIRS = [("# Has it changed?", "# ¿Ha cambiado?"), ("## A", "# B")]
TRANSLATED = {languages.hash_of(english): {"en": english, "es": spanish} for english, spanish in PAIRS}
PARAMETERS = code("import ogp_analysis as ogp\n\ncountry: ogp.types.Country = 'MEX'  # the country", "parameters")
GOOD = [TITLE, PARAMETERS, code("ogp.say('text', country=country, share='and/or')")]


def test_a_notebook_that_keeps_the_rules_has_no_fault():
    assert faults(json.loads(json.dumps({"cells": GOOD})), TRANSLATED) == []


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ([TITLE], "0 cells tagged parameters"),
        ([PARAMETERS, PARAMETERS], "2 cells tagged parameters"),
        ([*GOOD, code("1", outputs=[{"output_type": "stream"}])], "cell 4: holds what a run left"),
        ([*GOOD, code("1", execution_count=3)], "cell 4: holds what a run left"),
        ([*GOOD, code("\n".join("x = 1" for _ in range(26)))], "cell 4: 26 lines"),
        ([*GOOD, code(" \n")], "cell 4: is empty"),
        ([*GOOD, code("%matplotlib inline")], "cell 4: is not plain Python"),
        ([*GOOD, code("def f():\n" + "    x = 1\n" * 10)], "cell 4: defines f in 11 lines"),
        ([*GOOD, code("async def f(): pass")], "cell 4: defines f"),
        ([*GOOD, code("class A: pass")], "cell 4: defines A"),
        ([*GOOD, code("import requests")], "cell 4: imports requests"),
        ([*GOOD, code("from os.path import join")], "cell 4: imports os.path"),
        ([*GOOD, code("pd.read_csv(x)")], "cell 4: reads with read_csv"),
        ([*GOOD, code("open(x)")], "cell 4: reads with open"),
        ([*GOOD, code("x = 'data/raw'")], "cell 4: names the path 'data/raw'"),
        ([*GOOD, code("x = f'{y}.csv'")], "cell 4: names the path '.csv'"),
        ([*GOOD, code("x = '/tmp'")], "cell 4: names the path '/tmp'"),
        ([*GOOD, code("ax.set_title('x')")], "cell 4: sets a style with set_title"),
        ([*GOOD, code("ogp.chart(x, color='red')")], "cell 4: sets a style with color"),
        ([*GOOD, prose("text")], f"cell 4: has no Spanish: {languages.hash_of('text')}"),
        ([*GOOD, prose("## A")], "cell 4: its Spanish differs in its headings"),
    ],
)
def test_each_rule_is_seen_broken(cells, fault):
    assert fault in faults({"cells": cells}, TRANSLATED)
