"""A copy of the notebooks to work on: one language, nothing of the user's lost, nothing tracked changed."""

from __future__ import annotations

import json

import pytest

from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.paths import Project, project
from ogp_analysis.publishing import lab
from ogp_analysis.publishing.runs import notebook
from ogp_analysis.publishing.runs.languages import hash_of, prose


@pytest.fixture
def here(tmp_path) -> Project:
    """A project with two small notebooks."""
    (tmp_path / "notebooks").mkdir()
    for name in ("first", "second"):
        cells = [
            {"cell_type": "markdown", "metadata": {}, "source": ["# Why?"]},
            {"cell_type": "markdown", "metadata": {}, "source": ["Not translated."]},
            {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "outputs": [], "execution_count": None,
             "source": ['country: ogp.types.Country = "MEX"  # the country']},
        ]  # fmt: skip
        content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
        (tmp_path / "notebooks" / f"{name}.ipynb").write_text(json.dumps(content))
    words = tmp_path / "notebooks" / "words"
    words.mkdir()
    (words / "first_es.toml").write_text(f"[[cell]]\nof = '{hash_of('# Why?')}'\ntext = '# ¿Por qué?'\n", "utf-8")
    return Project(tmp_path)


def test_the_copy_has_the_prose_of_one_language_and_what_is_not_translated_as_it_is(here):
    assert lab.lay_out(here, here.lab, "es") == {"first.ipynb": "new", "second.ipynb": "new"}
    copied = notebook.read(here.lab / "first.ipynb")
    assert [notebook.source(cell) for cell in copied["cells"]] == [
        "# ¿Por qué?", "Not translated.", 'country: ogp.types.Country = "MEX"  # the country'
    ]  # fmt: skip
    assert lab.lay_out(here, here.lab, "en") == {"first.ipynb": "renewed", "second.ipynb": "current"}
    assert notebook.source(notebook.read(here.lab / "first.ipynb")["cells"][0]) == "# Why?"


def test_what_the_user_changed_stays_and_what_the_project_changed_is_renewed(here):
    lab.lay_out(here, here.lab)
    (here.lab / "first.ipynb").write_text("mine")
    (here.lab / "own.ipynb").write_text("mine too")
    for name in ("first", "second"):
        file = here.notebooks / f"{name}.ipynb"
        file.write_text(file.read_text().replace("Why?", "Why not?"))
    assert lab.lay_out(here, here.lab) == {"first.ipynb": "yours", "second.ipynb": "renewed"}
    assert (here.lab / "first.ipynb").read_text() == "mine" and (here.lab / "own.ipynb").read_text() == "mine too"
    assert "Why not?" in (here.lab / "second.ipynb").read_text()
    assert lab.lay_out(here, here.lab)["second.ipynb"] == "current"


def test_nothing_is_written_through_a_link(here, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    here.lab.mkdir()
    for name in ("first.ipynb", lab.WRITTEN):
        (here.lab / name).symlink_to(victim)
    assert lab.lay_out(here, here.lab)["first.ipynb"] == "yours"
    assert victim.read_text() == "mine" and not (here.lab / lab.WRITTEN).is_symlink()


def test_the_notebooks_themselves_are_no_copy(here):
    with pytest.raises(ParameterError, match="Name another folder"):
        lab.lay_out(here, here.notebooks)


def test_a_notebook_of_ones_own_is_found_by_name_and_never_stands_for_one_of_the_project(here):
    lab.lay_out(here, here.lab)
    (here.lab / "own.ipynb").write_text("{}")
    assert notebook.names(here) == ["first", "own", "second"]
    assert notebook.path(here, "own") == here.lab / "own.ipynb"
    assert notebook.path(here, "first") == here.notebooks / "first.ipynb"


def test_every_notebook_of_the_project_is_laid_out_in_either_language(tmp_path):
    """Of each there is the same number of cells, and none of its prose is the same in both."""
    for language in ("en", "es"):
        lab.lay_out(project(), tmp_path / language, language)
    files = sorted((tmp_path / "en").glob("*.ipynb"))
    assert len(files) > 10
    for file in files:
        english, spanish = (prose(notebook.read(tmp_path / one / file.name)) for one in ("en", "es"))
        assert len(english) == len(spanish) and not set(english) & set(spanish), file.stem


def test_a_notebook_of_ones_own_becomes_a_report_under_its_title(checkout):
    document = json.loads(checkout.notebook("members").read_text(encoding="utf-8"))
    for cell in document["cells"]:
        lines = "".join(cell["source"]).splitlines(keepends=True)
        cell["source"] = [line for line in lines if "say(" not in line and "last=year" not in line]
    document["cells"].insert(0, {"cell_type": "markdown", "id": "t", "metadata": {}, "source": ["# Who left?"]})
    (checkout.root / "lab").mkdir()
    (checkout.root / "lab" / "mine.ipynb").write_text(json.dumps(document), encoding="utf-8")
    told = checkout.ogp("run", "mine", "-p", "country", "KEN")
    assert told.returncode == 0, told.stdout + told.stderr
    [page] = (checkout.root / "reports" / "mine").glob("KEN-*/en/index.html")
    assert ">Who left?</h1>" in page.read_text(encoding="utf-8")
    spanish = (page.parents[1] / "es" / "index.html").read_text(encoding="utf-8")
    assert ">Who left?</h1>" in spanish and '<html lang="es">' in spanish
