"""What is read off Python source, and that keeping it changes nothing."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys

import pytest

from ogp_analysis.base import fingerprint, source_code
from ogp_analysis.base.source_code import Import

CODE = '''
"""A module."""
import os.path  # a comment
from . import sibling
RESOURCES = ("b.toml", "a.toml")
def f():
    from json import (dumps,
                      loads)
    return "area.key"
if True:
    import csv
'''


def test_what_a_source_says():
    told = source_code.of_tree(ast.parse(CODE))
    assert told.imports == (
        Import(0, "os.path", ()),
        Import(1, "", ("sibling",)),
        Import(0, "json", ("dumps", "loads")),
        Import(0, "csv", ()),
    )
    assert told.resources == ("a.toml", "b.toml") and set(told.words) == {"area", "a", "b"}


def test_imports_outside_of_blocks():
    assert [one.module for one in source_code.imports(ast.parse(CODE), deep=False)] == ["os.path", ""]


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        (CODE.replace("  # a comment", ""), True),
        (CODE.replace("\n", "\n\n"), True),
        (CODE.replace("dumps,\n                      loads", "dumps, loads"), True),
        (CODE.replace("True", "False"), False),
        (CODE.replace("a.toml", "c.toml"), False),
        (CODE.replace("A module.", "Another."), False),
    ],
)
def test_meaning_is_what_it_does(changed, same):
    assert (source_code.meaning(ast.parse(changed)) == source_code.meaning(ast.parse(CODE))) is same


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A keeper of its own, as a new process has."""
    monkeypatch.setattr(source_code, "KEPT", tmp_path / "cache" / "code.json")
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(source_code.atexit, "register", lambda _: None)

    def begin():
        monkeypatch.setattr(source_code, "_KEEPER", source_code._Keeper())
        return source_code._KEEPER

    return begin


def test_what_is_kept_is_what_was_read(kept, monkeypatch):
    first = kept()
    told = source_code.read(CODE)
    first.write()
    kept()
    monkeypatch.setattr(source_code, "of_tree", lambda _: pytest.fail("read anew"))
    assert source_code.read(CODE) == told == source_code.Code(*told)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b"5", b"[" * 100_000, b'{"form": 0, "known": {}}', b'{"form": 1, "known": {"x": [1]}}'),
        *(
            b'{"form": 1, "known": {"x": ["m", [], [5], []]}}',
            b'{"form": 1, "known": {"x": ["m", [[0, 5, []]], [], []]}}',
        ),
        *(b'{"form": 1, "known": {}, "more": 1}', b'{"form": 1, "known": 5}'),
    ],
)
def test_what_cannot_be_used_is_read_anew(kept, content):
    kept()
    source_code.KEPT.parent.mkdir()
    source_code.KEPT.write_bytes(content)
    keeper = kept()
    assert source_code.read(CODE) == source_code.of_tree(ast.parse(CODE))
    assert len(keeper.known()) == 1, "nothing of it is taken"


def test_what_is_kept_is_neither_read_nor_written_through_a_link(kept, tmp_path):
    source_code.KEPT.parent.mkdir()
    for name in ("elsewhere", "victim"):
        (tmp_path / name).write_text("mine")
    source_code.KEPT.symlink_to(tmp_path / "elsewhere")
    source_code.KEPT.with_suffix(f".{os.getpid()}").symlink_to(tmp_path / "victim")
    keeper = kept()
    source_code.read(CODE)
    keeper.write()
    assert json.loads(source_code.KEPT.read_bytes())["form"] == 2 and not source_code.KEPT.is_symlink()
    assert {(tmp_path / name).read_text() for name in ("elsewhere", "victim")} == {"mine"}


def test_another_content_is_read_anew(kept):
    first = kept()
    source_code.read(CODE)
    first.write()
    kept()
    assert source_code.read(CODE + "x = 1").meaning != source_code.read(CODE).meaning


def test_of_many_only_those_that_were_needed_are_kept(kept, monkeypatch):
    monkeypatch.setattr(source_code, "_MANY", 2)
    first = kept()
    for text in ("a = 1", "b = 2"):
        source_code.read(text)
    first.write()
    second = kept()
    source_code.read("c = 3")
    second.write()
    assert len(json.loads(source_code.KEPT.read_bytes())["known"]) == 1


def test_a_folder_that_cannot_be_written_is_no_fault(kept, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setattr(source_code, "KEPT", tmp_path / "file" / "code.json")
    keeper = kept()
    source_code.read(CODE)
    keeper.write()


def test_a_package_is_hashed_the_same_with_and_without_what_is_kept(tmp_path):
    """In new processes: one that may keep nothing, one that reads what the test has kept."""
    code = "from ogp_analysis.base import fingerprint as f; print(f.of_value(f.closure(['ogp_analysis.store.build'])))"
    told = {
        subprocess.run(
            [sys.executable, *options, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        for options in (["-B"], [], [])
    }
    assert told == {fingerprint.of_value(fingerprint.closure(["ogp_analysis.store.build"]))}
