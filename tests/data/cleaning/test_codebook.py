"""The codebook says exactly what the schemas, the sidecars and the catalogue of indicators say."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys

import pytest

from ogp_analysis.__main__ import main
from ogp_analysis.base import paths
from ogp_analysis.base.indicators import indicators
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.data.cleaning import codebook
from ogp_analysis.data.cleaning.catalog import DATASETS, dataset
from ogp_analysis.data.cleaning.dataset import Dataset, Input
from ogp_analysis.data.sources import sidecar

REMEDY = "Write the pages again: ogp-analysis codebook (or: make codebook)"
PROJECT = paths.project()


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    """The pages as they are in the repository."""
    return {file.name: file.read_text(encoding="utf-8") for file in PROJECT.codebook.glob("*.md")}


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """The pages as the schemas make them."""
    return codebook.pages(PROJECT.raw)


@pytest.fixture
def project(made, tmp_path, monkeypatch) -> paths.Project:
    """A project of its own, with the sidecars and pages of this one."""
    (tmp_path / "notebooks").mkdir()
    shutil.copy(PROJECT.runs, tmp_path / "notebooks")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "raw").symlink_to(PROJECT.raw)
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path))
    here = paths.project()
    here.codebook.mkdir(parents=True)
    for name, text in made.items():
        (here.codebook / name).write_text(text, encoding="utf-8")
    return here


def tables(page: str) -> list[list[list[str]]]:
    """Return the tables of a page: rows of cells as a reader sees them, the headings first."""
    found: list[list[list[str]]] = [[]]
    for line in page.splitlines():
        if not line.startswith("|"):
            found.append([])
        elif not re.fullmatch(r"[|\-]+", line):
            found[-1].append([seen(cell) for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return [table for table in found if table]


def seen(cell: str) -> str:
    """Return what a reader sees of the text of a cell, names in code included."""
    parts = re.split(r"(?<!\\)(`+)(.+?)(?<!`)\1(?!`)", cell.strip())
    plain = [re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", part) for part in parts[0::3]]
    names = [part.replace("\\|", "|") for part in parts[2::3]]
    return "".join(text for pair in zip(plain, [*names, ""], strict=True) for text in pair)


def column_tables(page: str) -> list[list[list[str]]]:
    return [table for table in tables(page) if table[0][:3] == ["column", "type", "meaning"]]


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_the_pages_are_what_schemas_sidecars_and_rules_make_them(written, made):
    assert set(made) == {f"{name}.md" for name in (*DATASETS, "README", "indicators")}
    assert [name for name in {*made, *written} if written.get(name) != made.get(name)] == [], REMEDY


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_a_page_has_every_column_as_the_schema_promises_it(name, written):
    """Read back from the page, not from what made it."""
    page = written.get(f"{name}.md", "")
    found = column_tables(page)
    assert len(found) == len(dataset(name).schemas), REMEDY
    for schema, (_, *rows) in zip(dataset(name).schemas, found, strict=True):
        assert [row[0] for row in rows] == schema.names, REMEDY
        for row, column in zip(rows, schema.columns, strict=True):
            told = dict(
                zip(("type", "meaning", "unit", "direction", "values", "missing", "terms"), row[1:], strict=True)
            )
            assert told["type"] == column.type
            assert told["meaning"] == one_line(column.description)
            assert told["unit"] == one_line(column.unit)
            assert told["direction"] == one_line(column.direction)
            assert told["values"] == _bounds(column)
            assert (told["missing"] == "never") == (column.required or column.name in schema.key)
            assert ("not published" in told["terms"]) == (not column.redistribute)
            assert not column.licence or told["terms"].startswith(one_line(column.licence))
        assert one_line(schema.left_alone).rstrip(".") in seen(page.replace("\n", " "))


def _bounds(column: Column) -> str:
    if column.categories:
        return ", ".join(one_line(category) for category in column.categories)
    low, high = (None if end is None else f"{end:g}" for end in (column.minimum, column.maximum))
    return f"{low} to {high}" if low and high else f"from {low}" if low else f"to {high}" if high else ""


def test_the_page_of_a_dataset_names_the_indicators_that_read_it(written):
    for name in {one.dataset for one in indicators()}:
        (table,) = [t for t in tables(written[f"{name}.md"]) if t[0][0] == "indicator"]
        for one in (one for one in indicators() if one.dataset == name):
            assert f"{one.table}.{one.column}" in [row[2] for row in table if row[0].startswith(f"[{one.id}]")], REMEDY


def test_pages_are_the_same_in_another_process_with_other_hashes(made):
    code = "import sys; from ogp_analysis.base.paths import project; "
    code += "from ogp_analysis.data.cleaning.codebook import pages; "
    code += "sys.stdout.reconfigure(encoding='utf-8'); print(''.join(pages(project().raw).values()), end='')"
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "271", "LC_ALL": "C", "TZ": "Asia/Tokyo", "COLUMNS": "40"},
        cwd=PROJECT.root,
        capture_output=True,
        check=True,
    )
    assert told.stdout.decode() == "".join(made.values())


HOSTILE = "a | b `c` *d* _e_ <script>x</script> [f](g) $h$ ~i~ &amp; \\ j_k\n\n# l"


@pytest.mark.parametrize("text", [HOSTILE, "- a list", "1. a list", "> a quotation", "=== a heading", "a_b_c", ""])
def test_text_is_shown_and_nothing_in_it_is_markup(text):
    import mistune

    shown = mistune.create_markdown(plugins=["table", "strikethrough", "math"])(f"x\n\n{codebook.text(text)}\n\nx")
    inner = re.sub(r"<p>x</p>\s*", "", shown).strip()
    expected = html.escape(one_line(text), quote=False)
    assert inner.replace("&quot;", '"') == (f"<p>{expected}</p>" if text else "")


@pytest.mark.parametrize("name", ["a", "a b", "a`b", "`a`", "a``b"])
def test_a_name_is_shown_as_code_inside_a_table(name):
    import mistune

    row = f"| x | y |\n|---|---|\n| {codebook.code(name)} | z |\n"
    shown = mistune.create_markdown(plugins=["table"])(row)
    assert f"<code>{html.escape(name, quote=False)}</code>" in shown.replace("&quot;", '"')
    assert "<td>z</td>" in shown


def test_a_description_with_marks_of_markdown_keeps_its_table_whole():
    columns = (
        Column(
            "a", "category", HOSTILE, HOSTILE, HOSTILE, categories=("x|y", "z"), licence=HOSTILE, redistribute=False
        ),
        Column("b", "number", "second", minimum=0.25),
    )
    schema = TableSchema("t", HOSTILE, ("a",), columns, HOSTILE)
    some = next(iter(sorted(DATASETS)))
    declared = Dataset(some, HOSTILE, (Input("vdem", "14"),), lambda chunk, source: None, (schema,))
    page = codebook.dataset_page(declared, sidecar.sources(PROJECT.raw))
    ((_, first, second),) = column_tables(page)
    told = one_line(HOSTILE)
    assert first == ["a", "category", told, told, told, "x|y, z", "never", f"{told}; values are not published"]
    assert second == ["b", "number", "second", "", "", "from 0.25", "may be", "as the source"]


def test_check_says_which_page_is_out_of_date_and_writes_nothing(project, capsys):
    assert main(["codebook", "--check"]) == 0
    page = project.codebook / "vdem.md"
    page.write_text(page.read_text(encoding="utf-8") + "x", encoding="utf-8")
    (project.codebook / "of_nothing.md").write_text("x", encoding="utf-8")
    (project.codebook / "ert.md").unlink()
    capsys.readouterr()
    assert main(["codebook", "--check"]) == 1
    told = capsys.readouterr()
    assert sorted(told.out.splitlines()) == [
        "docs/codebook/ert.md: is not there",
        "docs/codebook/of_nothing.md: is about no dataset",
        "docs/codebook/vdem.md: is out of date",
    ]
    assert "ogp-analysis codebook" in told.err
    assert page.read_text(encoding="utf-8").endswith("x")
    assert main(["codebook", "--check", "wjp_rule_of_law"]) == 0


def test_the_command_writes_what_is_out_of_date_and_takes_away_what_is_about_nothing(project, capsys):
    before = {file.name: file.read_bytes() for file in project.codebook.iterdir()}
    (project.codebook / "vdem.md").write_text("x", encoding="utf-8")
    (project.codebook / "of_nothing.md").write_text("x", encoding="utf-8")
    (project.codebook / "ert.md").write_text("x", encoding="utf-8")
    assert main(["codebook", "vdem"]) == 0
    assert (project.codebook / "ert.md").read_text() == "x"
    assert main(["codebook"]) == 0
    assert {file.name: file.read_bytes() for file in project.codebook.iterdir()} == before
    assert "docs/codebook/of_nothing.md: taken away" in capsys.readouterr().out.splitlines()


def test_a_dataset_that_is_not_known_is_a_sentence(project, capsys):
    assert main(["codebook", "no_such"]) == 2
    assert "dataset 'no_such': is not in the catalogue" in capsys.readouterr().err
