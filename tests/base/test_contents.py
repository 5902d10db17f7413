"""What files and folders hold is remembered until they change, and never if they have only just changed."""

from __future__ import annotations

import os

import pytest

from ogp_analysis.base import contents, fingerprint


@pytest.fixture
def read(monkeypatch):
    """The files that were read to be hashed."""
    found = []
    monkeypatch.setattr(contents.fingerprint, "of_file", lambda file: found.append(file) or str(file.read_bytes()))
    return found


def long_ago(path) -> None:
    """Give a file the date of another time, as somebody does who restores it."""
    os.utime(path, (1, 1))


def test_a_hash_is_that_of_the_content(tmp_path):
    (tmp_path / "a").write_bytes(b"a")
    assert contents.sha256(tmp_path / "a") == fingerprint.of_bytes(b"a")


def test_a_file_that_is_left_alone_is_read_once(tmp_path, read, monkeypatch):
    monkeypatch.setattr(contents, "_WHILE", -1)
    file = tmp_path / "a"
    file.write_bytes(b"a")
    assert contents.sha256(file) == contents.sha256(file) and read == [file]


def test_a_changed_file_is_read_again_even_if_size_and_date_are_the_same(tmp_path, read, monkeypatch):
    monkeypatch.setattr(contents, "_WHILE", -1)
    file = tmp_path / "a"
    file.write_bytes(b"a")
    long_ago(file)
    before = contents.sha256(file)
    while file.stat().st_ctime_ns == contents._hashes[file][0][1]:
        file.write_bytes(b"b")
        long_ago(file)
    assert contents.sha256(file) != before and len(read) == 2


def test_a_file_that_has_just_changed_is_not_remembered(tmp_path, read):
    file = tmp_path / "a"
    file.write_bytes(b"a")
    contents.sha256(file)
    file.write_bytes(b"b")
    assert contents.sha256(file) == str(b"b") and len(read) == 2 and file not in contents._hashes


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        contents.sha256(tmp_path / "a")


@pytest.mark.parametrize("wait", [-1, contents._WHILE])
def test_folders_are_found_also_when_they_come_and_go(tmp_path, monkeypatch, wait):
    monkeypatch.setattr(contents, "_WHILE", wait)
    assert contents.folders(tmp_path / "none", "-extract") == []
    one, two = tmp_path / "b/1-extract", tmp_path / "a/2-extract"
    one.mkdir(parents=True)
    (tmp_path / "b/other").mkdir()
    (tmp_path / "file").touch()
    assert contents.folders(tmp_path, "-extract") == contents.folders(tmp_path, "-extract") == [one]
    two.mkdir(parents=True)
    assert contents.folders(tmp_path, "-extract") == [two, one]
    before = (tmp_path / "b").stat().st_mtime_ns
    while (tmp_path / "b").stat().st_mtime_ns == before:
        one.rename(tmp_path / "b/1")
        (tmp_path / "b/1").rename(one)
    one.rmdir()
    assert contents.folders(tmp_path, "-extract") == [two]
    assert ((tmp_path, "-extract") in contents._folders) == (wait < 0)


def test_folders_are_looked_for_once_while_nothing_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(contents, "_WHILE", -1)
    (tmp_path / "a/1-extract").mkdir(parents=True)
    found = contents.folders(tmp_path, "-extract")
    assert contents.folders(tmp_path, "-extract") is found
