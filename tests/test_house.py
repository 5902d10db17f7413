"""What is said of the structure of the package is measured, and holds."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("house", ROOT / "tools" / "house.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_lines_of_code_are_neither_blank_nor_comment_nor_docstring_nor_import(tool):
    source = '"""A page\nof words."""\n\nimport os\n# why\ndef f(\n    x,\n):\n    """Say."""\n    return """a\nb"""\n'
    assert tool.lines_of_code(source) == 5


def test_an_arrow_is_an_import_of_another_room_also_inside_a_function(tool):
    texts = {
        "ogp_analysis": "",
        "ogp_analysis.base": "",
        "ogp_analysis.base.errors": "",
        "ogp_analysis.store": "",
        "ogp_analysis.store.one": "from ogp_analysis.base import errors\nfrom ogp_analysis.store import two\nimport os",
        "ogp_analysis.store.two": "",
        "ogp_analysis.wing.three": "def f():\n    from ogp_analysis.store.two import g",
    }
    trees = {name: ast.parse(text) for name, text in texts.items()}
    assert tool.arrows(trees) == {("store", "base"), ("wing", "store")}


def test_a_private_function_is_counted_by_its_uses(tool):
    trees = {"a": ast.parse("def _f(): pass\ndef _g(): _f()\ndef h(): return _f, _g\ndef _i(): pass")}
    assert tool.private_functions(trees) == {2: 1, 1: 1, 0: 1}


def test_the_house_has_few_rooms_and_few_arrows(tool):
    trees = tool.modules()
    assert len({tool._room(name) for name in trees} - {""}) <= 14
    assert len(tool.arrows(trees)) <= 55


def test_the_page_has_every_line_that_is_measured(tool):
    page = tool.PAGE.read_text(encoding="utf-8")
    part = page.partition(tool.BEGIN)[2].partition(tool.END)[0]
    said = {row.split("|")[1].strip() for row in part.splitlines() if row.startswith("| ")}
    assert set(tool.measured(tool.PACKAGE / "statistics")) <= said  # a room has the lines of the house, in less time


def test_lines_are_followed_to_the_commit_in_which_they_stood(tool, tmp_path, monkeypatch):
    def git(*words: str) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        return subprocess.run(["git", *who, *words], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    package = tmp_path / "package"
    package.mkdir()
    git("init", "-q")
    kept = 'def kept(rows):\n    """Say it."""\n    total = sum(one.amount for one in rows)\n    return total\n'
    gone = "def gone(rows):\n    return [one.name for one in rows]\n"
    (package / "first.py").write_text(f"{kept}\n\n{gone}")
    git("add", ".")
    git("commit", "-qm", "first")
    first = git("rev-parse", "HEAD").strip()
    # One line of `kept` is another, its module has another name, and two definitions are new.
    (package / "first.py").rename(package / "second.py")
    new = "class New:\n    LIMIT = 3\n\n    def of(self, place):\n        return place[: self.LIMIT]\n"
    (package / "second.py").write_text(kept.replace("return total", "return round(total, 2)") + f"\n\n{new}")
    git("add", ".")
    git("commit", "-qm", "second")
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setattr(tool, "PACKAGE", package)
    assert tool.older(first) == (2, 3)
    assert tool.older("HEAD") == (7, 7)
