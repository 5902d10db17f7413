"""Files that are read back: only what lies below their folder, only what fits, and written whole or not at all."""

from __future__ import annotations

import errno
import os
from typing import Literal

import pytest
from msgspec import Struct

from ogp_analysis.base import kept


class Form(Struct, forbid_unknown_fields=True):
    form: Literal[1]
    names: list[str] = []


@pytest.mark.parametrize("name", ["a", "a/b.json", ".a", "a..b", "ñ/á.csv"])
def test_paths_that_stay_inside(name):
    assert kept.is_inside(name)


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "/a", "../a", "a/../b", "a/..", "a//b", "a/", "./a", "a\\b", "a\n", "a\0", "\u202ea", "a/./b"],
)
def test_paths_that_do_not(tmp_path, name):
    assert not kept.is_inside(name)
    with pytest.raises(kept.NotKept, match="not a path inside"):
        kept.content(tmp_path, name)


def test_a_link_is_not_followed_wherever_it_stands(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    (inside / "deep").mkdir(parents=True)
    outside.mkdir()
    (outside / "a").write_text("secret")
    (inside / "a").symlink_to(outside / "a")
    (inside / "linked").symlink_to(outside)
    (inside / "dangling").symlink_to(outside / "nowhere")
    for name in ("a", "linked/a", "dangling"):
        with pytest.raises(kept.NotKept, match="it is a link, or lies behind one"):
            kept.content(inside, name)
        with pytest.raises(kept.NotKept):
            kept.sha256(inside, name)
    assert kept.link_on_the_way(inside, "linked/a") == "linked" and kept.link_on_the_way(inside, "a") == "a"
    assert kept.link_on_the_way(inside, "deep/a") == ""
    (inside / "deep" / "a").write_text("ours")
    assert kept.content(inside, "deep/a") == b"ours"
    (tmp_path / "way").symlink_to(inside)
    assert kept.content(tmp_path / "way", "deep/a") == b"ours", "the folder itself may be reached by a link"


def test_what_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with pytest.raises(kept.NotKept, match="not a regular file"):
        kept.content(tmp_path, "pipe")
    with pytest.raises((kept.NotKept, IsADirectoryError)):
        kept.content(tmp_path, "folder")
    with pytest.raises(FileNotFoundError):
        kept.content(tmp_path, "nothing")
    with pytest.raises(NotADirectoryError):
        (tmp_path / "file").touch()
        kept.content(tmp_path, "file/a")


def test_the_largest_file_is_read_and_one_byte_more_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 2**20)
    (tmp_path / "a").write_bytes(b"x" * 2**20)
    assert len(kept.content(tmp_path, "a")) == 2**20
    (tmp_path / "a").write_bytes(b"x" * (2**20 + 1))
    with pytest.raises(kept.NotKept, match="larger than 1 MiB"):
        kept.content(tmp_path, "a")


@pytest.mark.parametrize(
    "text",
    [
        *(b"", b"{", b"5", b"null", b"[]", b"{}", b"\xff", b"[" * 100_000),
        *(b'{"form": 2}', b'{"form": 1, "x": 1}', b'{"form": 1, "names": [1]}', b'{"form": NaN}', b'{"form": true}'),
    ],
)
def test_what_does_not_fit_its_schema_is_not_taken(text):
    with pytest.raises(kept.NotKept) as said:
        kept.decoded(text, Form)
    assert str(said.value)


def test_a_file_is_replaced_whole_and_a_link_in_its_place_is_not_followed(tmp_path):
    (tmp_path / "victim").write_text("mine")
    for name in ("a", ".a.new"):
        (tmp_path / name).symlink_to(tmp_path / "victim")
    kept.replace(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new" and not (tmp_path / "a").is_symlink()
    assert (tmp_path / "victim").read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "victim"]


def test_a_new_file_is_never_written_over_another(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "victim")
    with pytest.raises(FileExistsError):
        kept.put(tmp_path / "a", b"new")
    assert not (tmp_path / "victim").exists()


@pytest.mark.parametrize("work", ["fsync", "write"])
def test_on_a_full_disk_what_was_there_stays_and_nothing_is_left(tmp_path, monkeypatch, work):
    kept.replace(tmp_path / "a", b"old")
    fault = OSError(errno.ENOSPC, "full")

    def full(*_):
        raise fault

    monkeypatch.setattr(os, "fsync", full) if work == "fsync" else monkeypatch.setattr(kept, "put", full)
    with pytest.raises(OSError, match="full"):
        kept.replace(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old" and [p.name for p in tmp_path.iterdir()] == ["a"]


def test_what_has_grown_gets_its_name_once_it_is_on_the_disk(tmp_path, monkeypatch):
    (tmp_path / "part").write_text("whole")
    seen = []
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (seen.append((tmp_path / "a").exists()), sync(handle)))
    kept.settle(tmp_path / "part", tmp_path / "a")
    assert seen == [False] and (tmp_path / "a").read_text() == "whole" and not (tmp_path / "part").exists()
