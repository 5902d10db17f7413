"""What is said of the structure of the package is measured, and holds."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import tool as of_tools

ROOT = Path(__file__).resolve().parents[1]
#: Where modules still import one another.
BOUND = ("ogp_analysis.civic_space.", "ogp_analysis.publishing.", "ogp_analysis.base.workers")


tool = of_tools("house")


def test_lines_of_code_are_neither_blank_nor_comment_nor_docstring_nor_import():
    source = '"""A page\nof words."""\n\nimport os\n# why\ndef f(\n    x,\n):\n    """Say."""\n    return """a\nb"""\n'
    assert tool.lines_of_code(source) == 5


def test_an_arrow_is_an_import_of_another_room_also_inside_a_function():
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


def test_a_circle_is_found_also_where_imports_are_put_off():
    texts = {
        "ogp_analysis.a": "from ogp_analysis.b import f",
        "ogp_analysis.b": "if TYPE_CHECKING:\n    from ogp_analysis.c import g",
        "ogp_analysis.c": "def g():\n    from ogp_analysis import a",
        "ogp_analysis.d": "from ogp_analysis import a",
    }
    trees = {name: ast.parse(text) for name, text in texts.items()}
    assert set(tool.circle(trees)) == {"ogp_analysis.a", "ogp_analysis.b", "ogp_analysis.c"}
    del trees["ogp_analysis.c"]
    assert tool.circle(trees) == []


def test_no_modules_import_one_another_in_a_circle():
    """But for the panel with the results that it gives, publishing, and the two sides of a cluster."""
    trees = tool.modules()
    assert tool.circle({name: tree for name, tree in trees.items() if not name.startswith(BOUND)}) == []


def test_a_private_function_is_counted_by_its_uses():
    trees = {"a": ast.parse("def _f(): pass\ndef _g(): _f()\ndef h(): return _f, _g\ndef _i(): pass")}
    assert tool.private_functions(trees) == {2: 1, 1: 1, 0: 1}


def test_the_house_has_few_rooms_and_few_arrows():
    trees = tool.modules()
    assert len({tool._room(name) for name in trees} - {""}) <= 10
    assert len(tool.arrows(trees)) <= 35


def test_no_module_is_longer_than_can_be_read():
    assert max(size.lines for size in tool.normal(tool.PACKAGE).values()) <= 600


def test_the_page_says_what_is_measured():
    said = tool.PAGE.read_text(encoding="utf-8")
    measured = tool.page(said)
    assert said.splitlines() == measured.splitlines(), "run `python tools/house.py --write`"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_count_is_that_of_the_commit_from_which_the_package_is_to_shrink(tmp_path):
    """Held against another program that counts the same on the same commit."""
    archive = subprocess.run(["git", "archive", "a54af40a", "ogp_analysis"], cwd=ROOT, capture_output=True, check=False)
    assert archive.returncode == 0, "this clone has no history: run `git fetch --unshallow`"
    subprocess.run(["tar", "-x", "-C", tmp_path], input=archive.stdout, check=True)
    words = run("tools/house.py", "--normal", tmp_path).stdout.replace(",", "").split()
    lines, nodes, modules = (int(words[words.index(what) - 1]) for what in ("lines", "nodes", "modules"))
    assert (lines, nodes, modules) == (
        pytest.approx(45_487, rel=0.001),
        pytest.approx(575_434, rel=0.001),
        532,
    )


def test_no_layout_by_hand_looks_smaller(tmp_path):
    short = "def f(a, b):\n    return [\n        a,\n        b,\n    ]\n"
    packed = "def f(a, b): return [a, b,]  # fmt: skip\n"
    long = f"x = f({', '.join(['argument'] * 15)})  # noqa: E501\n"
    for name, text in {"short": short, "packed": packed, "long": long}.items():
        (tmp_path / f"{name}.py").write_text(text)
    (tmp_path / "vendor").mkdir()
    shutil.copy(tmp_path / "short.py", tmp_path / "vendor" / "other.py")
    sizes = {file.as_posix(): (size.lines, size.nodes) for file, size in tool.normal(tmp_path).items()}
    assert sizes["packed.py"] == sizes["short.py"] == (5, 12)
    assert sizes["long.py"][0] == 17
    assert {*sizes} == {"short.py", "packed.py", "long.py"}
    assert (tmp_path / "packed.py").read_text() == packed


def test_what_stands_beside_the_package_is_counted(tmp_path):
    for name, text in {
        "ogp_analysis/words/a_en.toml": "a = 1\nb = 2\n",
        "ogp_analysis/a.toml": "a = 1\n",
        "ogp_analysis/page.html.j2": "a\nb\nc\n",
        "notebooks/cells.py": "x = 1\n",
        "tools/a.py": "# why\nx = 1\ny = 2\n",
        "notebooks/a.ipynb": '{"cells": [{"cell_type": "code", "source": ["# why\\n", "\\n", "x = 1"]},'
        ' {"cell_type": "markdown", "source": "x = 1"}]}',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert tool.beside(tmp_path) == {
        "Python in notebooks": 1,
        "Python in tools": 2,
        "code cells of notebooks": 1,
        "j2 in ogp_analysis": 3,
        "toml in ogp_analysis": 1,
        "toml in words/ in ogp_analysis": 2,
    }


def test_a_room_is_held_to_its_lines(tmp_path, monkeypatch, capsys):
    package = tmp_path / "ogp_analysis"
    for name, text in {"cli.py": "x = 1\n", "base/a.py": "x = 1\ny = 2\n", "base/deep/b.py": "z = 3\n"}.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text)
    budget = tmp_path / "budget.toml"
    monkeypatch.setattr(tool, "PACKAGE", package)
    monkeypatch.setattr(tool, "BUDGET", budget)
    budget.write_text("[rooms]\ncli = 1\nbase = 3\n")
    assert (tool.main(["--budget"]), capsys.readouterr().out) == (0, "")
    budget.write_text("[rooms]\nbase = 1\nstore = 2\n")
    assert tool.main(["--budget"]) == 1
    assert capsys.readouterr().out.splitlines()[:-1] == [
        "base has 3 lines, 2 more than its 1",
        "cli has 1 lines and no budget",
        "store has a budget and no lines",
    ]


CELLS = (
    "from ogp_analysis.base.words import say\nfrom ogp_analysis.base.words.sentence import year",
    "display(say('panel.table.indicators', place='Mexico', first=year(2000), last=year(2001)))",
    "raise ValueError('a cell behind the first sentence')",
)


def test_the_way_of_a_row_is_measured_where_it_goes(tmp_path):
    cells = [{"cell_type": "code", "source": source} for source in CELLS]
    (tmp_path / "small.ipynb").write_text(json.dumps({"cells": cells}))
    told = run("tools/trace.py", tmp_path / "small.ipynb", "--modules")
    assert told.returncode == 0, told.stderr
    lines = told.stdout.splitlines()
    [first, second] = [number for number, line in enumerate(lines) if line.startswith("a row from ")]
    modules = dict(reversed(line.split()) for line in lines[first + 1 : second])
    assert str(Path("base", "words", "sentence.py")) in modules
    assert f": {len(modules)} modules, " in lines[first]
    # Nothing is loaded, so nothing is read or cleaned.
    assert not [name for name in modules if name.startswith("data")]
    assert lines[second].endswith(lines[first].partition(": ")[2])


def test_lines_are_followed_to_the_commit_in_which_they_stood(tmp_path, monkeypatch):
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
