"""Folders are whole or not there, at whatever moment a process ends."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import signal
from pathlib import Path

import pytest

from ogp_analysis.base.errors import ReportError
from ogp_analysis.base.paths import Project
from ogp_analysis.publishing.runs import publish, run_record

from .conftest import ABOUT, LOG, record

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs POSIX")

OLD = {"en/notebook.ipynb": b"old", "es/notebook.ipynb": b"viejo", "figures/a.svg": b"old figure", "only-old": b"x"}
NEW = {
    "en/notebook.ipynb": b"new",
    "es/notebook.ipynb": b"nuevo",
    "figures/a.svg": b"new figure",
    "tables/only-new": b"y",
}


@pytest.fixture
def project(tmp_path) -> Project:
    return Project(tmp_path)


def put(project: Project, files: dict[str, bytes]) -> None:
    publish.recover(project)
    publish.write(publish.prepared(project, "events", "MEX-00000000"), files)
    publish.publish(project, record(files))


def there(project: Project) -> dict[str, bytes] | None:
    """Return the files of the published folder, None if there is none, and see that it is whole."""
    folder = project.reports / "events" / "MEX-00000000"
    if not folder.exists():
        return None
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    read = run_record.read(folder)
    assert read is not None and run_record.whole(folder, read, deep=True) == ""
    assert found.pop("run.json") == run_record.dumps(read)
    return found


def test_a_folder_replaces_another_whole(project):
    put(project, OLD)
    assert there(project) == OLD
    put(project, NEW)
    assert there(project) == NEW
    assert list(publish.staging(project).iterdir()) == []


def ends_at(project: Project, step: int, exchange: bool, work) -> bool:
    """Do `work` in a process that is killed before its step number `step`; return whether it got to its end."""
    pid = os.fork()
    if pid == 0:
        try:
            _arm(step, exchange)
            work()
            os._exit(0)
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert code in (0, -signal.SIGKILL)
    return code == 0


def _arm(step: int, exchange: bool) -> None:
    import shutil

    left = [step]

    def armed(function):
        def call(*arguments, **options):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **options)

        return call

    os.fsync = armed(os.fsync)
    for name in ("rename", "replace", "unlink", "mkdir"):
        setattr(Path, name, armed(getattr(Path, name)))
    shutil.rmtree = armed(shutil.rmtree)
    publish.exchange = armed(publish.exchange) if exchange else armed(lambda *_: False)


@pytest.mark.parametrize("fault", [errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EACCES])
def test_where_the_system_cannot_exchange_folders_it_says_so_and_any_other_fault_is_one(monkeypatch, tmp_path, fault):
    class System:
        def renameat2(self, *_):
            ctypes.set_errno(fault)
            return -1

    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: System())
    if fault == errno.EACCES:
        with pytest.raises(PermissionError):
            publish.exchange(tmp_path / "a", tmp_path / "b")
    else:
        assert publish.exchange(tmp_path / "a", tmp_path / "b") is False


@pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "two renames"])
@pytest.mark.parametrize("first", [True, False], ids=["first", "again"])
def test_killed_before_any_step_the_old_or_the_new_is_there_whole(project, exchange, first):
    if not first:
        put(project, OLD)
    step, seen = 0, set()
    while not ends_at(project, step, exchange, lambda: put(project, NEW)):
        if exchange or first:
            assert there(project) in (None if first else OLD, NEW), step
        publish.recover(project)
        found = there(project)
        assert found in ((None, NEW) if first else (OLD, NEW)), step
        assert sorted(p.name for p in (project.reports / ".staging").iterdir()) == [str(os.getpid())]
        seen.add(found == NEW)
        put(project, OLD) if not first else publish._remove(project.reports / "events")
        step += 1
    assert there(project) == NEW and step > 10
    assert seen == {True, False}, "it was ended before and after the folder was in its place"


def test_recovering_may_be_interrupted_too(project):
    put(project, OLD)
    step = outer = 0
    while not ends_at(project, outer, False, lambda: put(project, NEW)):
        step = 0
        while not ends_at(project, step, False, lambda: publish.recover(project)):
            step += 1
        assert there(project) in (OLD, NEW)
        put(project, OLD)
        outer += 3
    assert outer > 10


def test_what_was_set_aside_comes_back_and_nothing_else_is_moved(project):
    """Only a folder that is called as reports are, and that no link leads to."""
    put(project, OLD)
    here, root = project.reports / "events" / "MEX-00000000", project.reports / ".staging"
    (project.root / "victim" / "events--KEN-00000000.old").mkdir(parents=True)
    for name in ("..--x.old", "events--.old", "events--KEN-00000000", "Events--KEN-00000000.old", "x.old"):
        (root / "1" / name).mkdir(parents=True)
    (root / "1" / "events--PER-00000000.old").symlink_to(project.root / "victim")
    (root / "2").symlink_to(project.root / "victim")
    here.rename(root / "1" / "events--MEX-00000000.old")
    publish.recover(project)
    assert there(project) == OLD and [file.name for file in (project.reports / "events").iterdir()] == [here.name]
    assert [file.name for file in (project.root / "victim").iterdir()] == ["events--KEN-00000000.old"]


def test_reports_are_not_written_through_a_link(project):
    put(project, OLD)
    publish._remove(project.reports / "events")
    (project.root / "victim").mkdir()
    (project.reports / "events").symlink_to(project.root / "victim")
    with pytest.raises(ReportError, match="is a link, and reports are not written through links"):
        put(project, NEW)
    assert list((project.root / "victim").iterdir()) == [] and run_record.published(project) == {}


def test_what_an_interrupted_batch_left_goes_when_nothing_else_is_to_be_done(project):
    left = project.reports / ".staging" / "1" / "events--MEX-00000000.ipynb"
    left.parent.mkdir(parents=True)
    left.write_text("a notebook")
    publish.clear_leftovers(project)
    assert not (project.reports / ".staging").exists()
    publish.clear_leftovers(project)
    assert not (project.reports / ".staging").exists(), "nor is it made for that"


def test_what_is_left_on_a_disk_that_takes_nothing_holds_nobody_up(project, monkeypatch):
    left = project.reports / ".staging" / "1" / "x"
    left.parent.mkdir(parents=True)
    left.write_text("a notebook")
    usual = os.open

    def read_only(path, flags, *more, **named):
        if flags & os.O_CREAT:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return usual(path, flags, *more, **named)

    monkeypatch.setattr(os, "open", read_only)
    publish.clear_leftovers(project)
    assert left.exists()


def test_what_another_batch_is_preparing_is_left_to_it(project):
    from ogp_analysis.base.lock import only_one

    left = project.reports / ".staging" / "1" / "x"
    left.parent.mkdir(parents=True)
    left.write_text("a notebook")
    with only_one(project.reports / ".lock", "running the batch"):
        publish.clear_leftovers(project)
    assert left.exists()


def test_what_another_process_still_writes_does_not_reach_a_report(project):
    mine = publish.prepared(project, "events", "x")
    other = project.reports / ".staging" / "1" / mine.name
    publish.recover(project)
    publish.write(other, OLD)
    assert mine != other and mine.parent.name == str(os.getpid())
    put(project, NEW)
    assert not other.exists() and there(project) == NEW


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("step", range(0, 14, 2))
def test_a_disk_that_takes_no_more_leaves_what_was_there(project, monkeypatch, fault, step):
    put(project, OLD)
    left = [step]
    sync = os.fsync

    def full(handle):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(fault, os.strerror(fault))
        return sync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ReportError) as said:
        put(project, NEW)
        put(project, NEW)
    full_disk = fault in (errno.ENOSPC, errno.EDQUOT)
    assert ("the disk is full. Make room" if full_disk else "Make reports/ writable") in str(said.value)
    monkeypatch.undo()
    publish.recover(project)
    assert there(project) in (OLD, NEW)


def test_a_file_or_a_link_in_the_place_of_a_folder_is_replaced(project, tmp_path):
    place = project.reports / "events" / "MEX-00000000"
    place.parent.mkdir(parents=True)
    place.symlink_to(tmp_path / "nowhere")
    put(project, OLD)
    assert there(project) == OLD and not place.is_symlink()
    publish._remove(place)
    place.write_text("a file")
    put(project, NEW)
    assert there(project) == NEW


def broken(**changes) -> dict:
    return {**record(OLD), **changes}


@pytest.mark.parametrize(
    "changed",
    [
        broken(format=1),
        broken(notebook="../x"),
        broken(slug="a/b"),
        broken(id="0" * 11),
        broken(parameters={"country": "KEN"}),
        broken(files={}),
        broken(files=run_record.files({**OLD, "../x": b""})),
        broken(files=run_record.files({**OLD, "run.json": b""})),
        broken(about={"en": ABOUT["en"]}),
        broken(about=ABOUT | {"fr": ABOUT["es"]}),
        broken(about=ABOUT | {"es": ABOUT["es"] | {"last_year": "2020"}}),
        broken(about=ABOUT | {"es": ABOUT["en"]}),
        broken(files={name: one for name, one in run_record.files(OLD).items() if not name.startswith("es/")}),
        broken(log={n: v for n, v in LOG.items() if n != "commit"}),
        broken(log=LOG | {"seconds": -1.0}),
        broken(log=LOG | {"system": "\x1b[31m"}),
        broken(rests_on=record(OLD)["rests_on"] | {"versions": {"numpy\x1b[31m": "1"}}),
        broken(rests_on=record(OLD)["rests_on"] | {"words": {"a\nb": "0" * 64}}),
        broken(rests_on=record(OLD)["rests_on"] | {"lock": "none"}),
        broken(log=LOG | {"finished": "now"}),
        broken(notebook="events\n"),
        broken(slug="MEX-00000000\n"),
        broken(files=run_record.files({**OLD, "a\n": b""})),
        broken(files={**run_record.files(OLD), "x": {"sha256": "0" * 64 + "\n", "bytes": 1}}),
        broken(files={**run_record.files(OLD), "x": {"sha256": "0" * 64, "bytes": -1}}),
        broken(rests_on=record(OLD)["rests_on"] | {"tables": {"../x": ""}}),
        {k: v for k, v in record(OLD).items() if k != "rests_on"},
    ],
)
def test_a_record_that_is_none_in_any_part_is_not_read(tmp_path, changed):
    for whole in (record(OLD), broken(about=None)):
        (tmp_path / "run.json").write_text(json.dumps(whole))
        assert run_record.read(tmp_path) == whole
    (tmp_path / "run.json").write_text(json.dumps(changed))
    assert run_record.read(tmp_path) is None


def test_a_link_is_no_file_of_a_report(tmp_path):
    publish.write(tmp_path / "a", OLD)
    (tmp_path / "a" / "figures").rename(tmp_path / "figures")
    (tmp_path / "a" / "figures").symlink_to(tmp_path / "figures")
    assert run_record.whole(tmp_path / "a", record(OLD)) == "figures/a.svg is a link or no file"
    (tmp_path / "here").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "figures").unlink()
    (tmp_path / "figures").rename(tmp_path / "a" / "figures")
    assert run_record.whole(tmp_path / "here", record(OLD)) == "", "which way one came is not looked at"
    (tmp_path / "a" / "only-old").unlink()
    (tmp_path / "a" / "only-old").symlink_to(tmp_path / "a" / "en" / "notebook.ipynb")
    assert run_record.whole(tmp_path / "a", record(OLD)) == "only-old is a link or no file"
