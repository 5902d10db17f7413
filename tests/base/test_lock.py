"""One process at a time, whatever became of the one before."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys

import pytest

from ogp_analysis.base import lock
from ogp_analysis.base.errors import BusyError, SourceError

HOLD = """
import sys, time
from pathlib import Path
from ogp_analysis.base.lock import only_one
with only_one(Path(sys.argv[1]), "building"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "a" / ".lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_second_is_told_who_holds_it_and_what_for(tmp_path, holder):
    with (
        pytest.raises(BusyError, match=f"testing: process {holder.pid} is building there already"),
        lock.only_one(tmp_path / "a" / ".lock", "testing"),
    ):
        raise AssertionError("both hold it")


@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGTERM])
def test_a_dead_owner_does_not_stand_in_the_way(tmp_path, holder, signal_):
    holder.send_signal(signal_)
    holder.wait()
    file = tmp_path / "a" / ".lock"
    assert file.read_text() == f"{holder.pid} building\n"
    with lock.only_one(file, "testing"):
        assert file.read_text() == f"{os.getpid()} testing\n"


def test_waiting_gets_it_when_the_other_ends(tmp_path, holder):
    subprocess.Popen([sys.executable, "-c", f"import os, time; time.sleep(0.3); os.kill({holder.pid}, 9)"]).wait()
    with lock.only_one(tmp_path / "a" / ".lock", "testing", wait=True):
        assert holder.wait() == -signal.SIGKILL


def test_an_owner_that_has_just_locked_is_given_the_time_to_write_its_name(tmp_path, holder):
    file = tmp_path / "a" / ".lock"
    file.write_bytes(b"")
    late = f"import pathlib, sys, time; time.sleep(0.2); pathlib.Path(sys.argv[1]).write_text('{holder.pid} building')"
    writer = subprocess.Popen([sys.executable, "-c", late, str(file)])
    with pytest.raises(BusyError, match=f"process {holder.pid} is building"), lock.only_one(file, "testing"):
        raise AssertionError("both hold it")
    writer.wait()


def test_a_lock_file_that_says_nothing_or_rubbish_locks_all_the_same(tmp_path, holder):
    file = tmp_path / "a" / ".lock"
    for text in (b"", b"\xff\x1b[31m"):
        file.write_bytes(text)
        with pytest.raises(BusyError) as fault, lock.only_one(file, "testing"):
            raise AssertionError("both hold it")
        assert "process unknown is at work there already" in str(fault.value)


def test_a_full_disk_takes_the_name_not_the_lock(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "pwrite", full)
    with lock.only_one(tmp_path / ".lock", "testing"):
        assert (tmp_path / ".lock").read_text() == ""


def test_a_disk_without_locks_is_said(tmp_path, monkeypatch):
    import fcntl

    def unable(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", unable)
    with pytest.raises(SourceError, match="cannot be locked"), lock.only_one(tmp_path / ".lock", "testing"):
        raise AssertionError("no lock")


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SourceError, match="cannot be written"), lock.only_one(tmp_path / "file" / ".lock", "testing"):
        raise AssertionError("no lock")


@pytest.mark.parametrize("how", ["symbolic", "dangling", "hard", "pipe", "folder"])
def test_what_is_no_lock_of_its_own_is_neither_followed_nor_written_to(tmp_path, how):
    victim, file = tmp_path / "victim", tmp_path / "a" / ".lock"
    file.parent.mkdir()
    if how != "dangling":
        victim.write_text("a thesis")
    if how in ("symbolic", "dangling"):
        file.symlink_to(victim)
    elif how == "hard":
        os.link(victim, file)
    elif how == "pipe":
        os.mkfifo(file)
    else:
        file.mkdir()
    with pytest.raises(SourceError, match=r"is a link|is not a regular file") as said, lock.only_one(file, "testing"):
        raise AssertionError("it is held")
    assert str(said.value).endswith("Remove it: a lock is a file of its own.")
    assert (victim.read_text() == "a thesis") if how != "dangling" else not victim.exists()
