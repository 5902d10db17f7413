"""The tool that changes the code to see whether a test notices: its mutants, its list, and a small run of it."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import tool as of_tools

ROOT = Path(__file__).resolve().parents[1]


tool = of_tools("mutants")


@pytest.fixture(scope="module")
def every():
    groups, _ = tool.declared()
    return [tool.mutants_of(f, (ROOT / tool.PACKAGE / f).read_bytes()) for group in groups for f in group.files]


def changes(text: str) -> list[tuple[str, str]]:
    return [(one.operator, one.key.split(": ", 2)[2]) for one in tool.mutants_of("m.py", text.encode())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = a < b", [("comparison", "a < b → a >= b"), ("boundary", "a < b → a <= b")]),
        ("x = a == b", [("comparison", "a == b → a != b")]),
        ("x = a in b and not c", [("boolean", "a in b and not c → a in b or not c"),
                                  ("comparison", "a in b → a not in b"), ("boolean", "not c → c")]),
        ("x = p & ~q", [("boolean", "p & ~q → p | ~q"), ("boolean", "~q → q")]),
        ("x = f.any()", [("boolean", "f.any → f.all")]),
        ("x = any(y)", [("boolean", "any → all")]),
        ("x = f(True, 7, 'é')", [("boolean", "True → False"), ("constant", "7 → 8")]),
        ("x = y in ('é', 'b')", [("comparison", "y in ('é', 'b') → y not in ('é', 'b')"), ("constant", "'é' → 'é?'"),
                                 ("constant", "'b' → 'b?'")]),
        ("def f(y):\n    if y:\n        return 'é'\n", [("deleted guard", "y → False")]),
        ("x = [a for a in b if a]", [("deleted guard", "a → True")]),
        ("def f(y: 1 | 2 = z) -> 3 | 4:\n    raise E(1 < 2)\n", []),
        ("x = zip(a, b, strict=True), f'{1 + 1}'", []),
    ],
)  # fmt: skip
def test_each_operator_changes_what_it_says(text, expected):
    assert changes(text) == expected


def test_a_change_is_in_one_place_and_the_file_remains_python(every):
    for mutants in every:
        keys = [one.key for one in mutants]
        assert len(keys) == len(set(keys))
        for one in mutants:
            assert one.text != (ROOT / "ogp_analysis" / one.file).read_bytes()
    for operator in tool.OPERATORS:  # every change is made by one of these few
        made = [one for mutants in every for one in mutants if one.operator == operator]
        assert made
        for one in made[::24]:
            ast.parse(one.text)


def test_the_modules_that_matter_are_all_there_each_with_its_tests():
    groups, _ = tool.declared()
    wanted = {"cleaning record", "suppliers", "sanctions", "star rules", "flags", "keys", "publish", "verify"}
    assert {group.name for group in groups} >= wanted | {"parameters", "disclosure", "masking"}
    files = [file for group in groups for file in group.files]
    assert len(files) == len(set(files))
    flags = {
        p.relative_to(ROOT / "ogp_analysis").as_posix() for p in (ROOT / "ogp_analysis/procurement/flags").glob("*.py")
    }
    assert flags - set(files) == {"procurement/flags/__init__.py"}
    for group in groups:
        assert group.files, group.name
        assert [name for name in group.tests if not (ROOT / name).exists()] == []


def test_known_survivors_are_mutants_and_have_a_reason(every):
    _, known = tool.declared()
    assert set(known) <= {one.key for mutants in every for one in mutants}
    for entry in known.values():
        assert len(entry["reason"]) > 20 and isinstance(entry["equivalent"], bool)


def test_a_sample_depends_on_seed_and_mutant_alone(every):
    some = tool.sampled(every, 40, "2026")
    assert some == tool.sampled([list(reversed(of)) for of in every], 40, "2026")
    assert some != tool.sampled(every, 40, "2027")
    assert some == tool.sampled(every, 80, "2026")[:40]
    assert len(tool.sampled(every, None, "2026")) == sum(map(len, every))


SOURCE = """
def is_large(number):
    return number > 10


def is_small(number):
    return number < 3


def counted_down(number):
    while number > 0:
        number -= 1
    return number
"""
TESTS = """
from ogp_analysis.sizes import counted_down, is_large, is_small


def test_large():
    assert is_large(11) and not is_large(10)


def test_small():
    assert is_small(1) and not is_small(9)


def test_counted_down():
    assert (counted_down(0), counted_down(3)) == (0, 0)
"""


@pytest.mark.slow
def test_what_a_test_sees_is_caught_and_what_none_sees_survives(tmp_path):
    """Of the boundary at 10 there is a test, of that at 3 there is none; one mutant counts down for ever."""
    for name, text in {
        "ogp_analysis/__init__.py": "",
        "ogp_analysis/sizes.py": SOURCE,
        "tests/test_sizes.py": TESTS,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    script = (
        "import sys, json, pathlib; sys.path.insert(0, sys.argv[1]); import mutants\n"
        "root = pathlib.Path(sys.argv[2]); mutants._WARM, mutants._GRACE = ('pytest',), 15\n"
        "group = mutants.Group('sizes', ('sizes.py',), ('tests/test_sizes.py',))\n"
        "of = mutants.mutants_of('sizes.py', (root / 'ogp_analysis/sizes.py').read_bytes())\n"
        "print(json.dumps(mutants.run(of, [group], 2, root)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(ROOT / "tools"), str(tmp_path)],
        capture_output=True, text=True, cwd=tmp_path, env=os.environ | {"PYTHONSAFEPATH": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert {key.split(": ", 1)[1]: told for key, told in found.items()} == {
        "comparison: number > 10 → number <= 10": "caught",
        "boundary: number > 10 → number >= 10": "caught",
        "constant: 10 → 11": "caught",
        "comparison: number < 3 → number >= 3": "caught",
        "boundary: number < 3 → number <= 3": "survived",
        "constant: 3 → 4": "survived",
        "comparison: number > 0 → number <= 0": "time limit",
        "boundary: number > 0 → number >= 0": "caught",
        "constant: 0 → 1": "caught",
        "constant: 1 → 2": "caught",
    }
    assert (tmp_path / "ogp_analysis/sizes.py").read_text(encoding="utf-8") == SOURCE


def test_a_limit_is_one_in_which_the_code_as_it_is_passes(monkeypatch):
    """A machine that is busy is not a mutant that does not end."""
    needed = 25
    monkeypatch.setattr(tool, "_tried", lambda folder, names, limit: tool._PASSED if limit >= needed else None)
    assert tool._passing(ROOT, ["t"], 30) == 30
    assert tool._passing(ROOT, ["t"], 10) == 40
    needed = 1000
    with pytest.raises(SystemExit, match="do not pass"):
        tool._passing(ROOT, ["t"], 10)


def test_the_page_counts_and_names_every_survivor():
    group = tool.Group("sizes", ("sizes.py",), ())
    made = tool.mutants_of("sizes.py", SOURCE.encode())
    found = dict.fromkeys((one.key for one in made), "caught")
    survivors = [key for key in found if "is_small" in key]
    found |= dict.fromkeys(survivors, "survived")
    known = {survivors[0]: {"equivalent": True, "reason": "It is the same."}}
    text = tool.page(made, found, [group], known, "all")
    assert f"| sizes | {len(made)} | {len(made) - 3} | 0 | 1 | 2 |" in text
    assert f"Caught: {len(made) - 3} of the {len(made) - 1} that are not equivalent" in text
    assert f"`{survivors[0]}`\n  Equivalent: It is the same." in text
    assert all(f"`{key}`\n  Not caught: Not looked at yet." in text for key in survivors[1:])
