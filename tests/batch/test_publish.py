"""Folders are whole or not there, at whatever moment a process ends."""

from __future__ import annotations

import errno
import json
import os
import signal
from pathlib import Path

import pytest

from ogp_analysis import fingerprint
from ogp_analysis.batch import keys, publish, run_record
from ogp_analysis.errors import ReportError
from ogp_analysis.paths import Project

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs POSIX")


def record(files: dict[str, bytes], **more) -> dict:
    """Return the record of a folder with these files."""
    parameters = {"country": "MEX"}
    key = {
        "notebook": "0" * 64,
        "modules": {},
        "distributions": {},
        "parameters": parameters,
        "tables": {"embedded/a/b": "0" * 64},
    }
    return {
        "format": run_record.FORMAT,
        "notebook": "events",
        "slug": "MEX-00000000",
        "parameters": parameters,
        "id": keys.identifier(key),
        "key": key,
        "prose": None,
        "about": None,
        "log": {"seconds": 1.0},
        "files": run_record.files(files),
        **more,
    }


OLD = {"notebook.ipynb": b"old", "figures/a.svg": b"old figure", "only-old": b"x"}
NEW = {"notebook.ipynb": b"new", "figures/a.svg": b"new figure", "tables/only-new": b"y"}


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
    publish._exchange = armed(publish._exchange) if exchange else armed(lambda *_: False)


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


@pytest.mark.parametrize(
    "journal", [b"", b"{", b"[]", b"null", b'{"target": 5}', b'{"target": "events/x"}', b"\xff", b'{"prepared": "a"}']
)
def test_a_journal_that_was_cut_short_moves_nothing(project, journal):
    put(project, OLD)
    (project.reports / ".staging" / "journal.json").write_bytes(journal)
    publish.recover(project)
    assert there(project) == OLD


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


def test_replacing_a_file_leaves_the_old_one_if_it_fails(tmp_path, monkeypatch):
    file = tmp_path / "index.html"
    publish.replace(file, b"old")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(OSError, match="full"):
        publish.replace(file, b"new")
    assert file.read_bytes() == b"old" and list(tmp_path.iterdir()) == [file]


def broken(**changes) -> dict:
    return {**record(OLD), **changes}


@pytest.mark.parametrize(
    "changed",
    [
        broken(format=1),
        broken(notebook="../x"),
        broken(slug="a/b"),
        broken(slug=".."),
        broken(id="0" * 12),
        broken(parameters={"country": "KEN"}),
        broken(files={}),
        broken(files=run_record.files({**OLD, "../x": b""})),
        broken(files=run_record.files({**OLD, "/etc/passwd": b""})),
        broken(files=run_record.files({**OLD, "a/../b": b""})),
        broken(files=run_record.files({**OLD, "a//b": b""})),
        broken(files=run_record.files({**OLD, "run.json": b""})),
        broken(files=run_record.files({**OLD, "a\0": b""})),
        broken(files={**run_record.files(OLD), "x": {"sha256": "zz", "bytes": 1}}),
        broken(files={**run_record.files(OLD), "x": {"sha256": "0" * 64, "bytes": "1"}}),
        broken(files=[]),
        broken(log=None),
        broken(log={"seconds": "soon"}),
        broken(prose=[]),
        broken(about={"title": "x"}),
        broken(key={**record(OLD)["key"], "tables": {"../x": ""}}),
        {k: v for k, v in record(OLD).items() if k != "key"},
        [],
        None,
        "text",
    ],
)
def test_a_record_that_is_none_in_any_part_is_not_read(tmp_path, changed):
    (tmp_path / "run.json").write_text(json.dumps(record(OLD)))
    assert run_record.read(tmp_path) == record(OLD)
    (tmp_path / "run.json").write_text(json.dumps(changed))
    assert run_record.read(tmp_path) is None


def test_a_record_is_read_only_where_it_belongs(project):
    put(project, OLD)
    folder = project.reports / "events" / "MEX-00000000"
    assert list(run_record.published(project)) == [("events", "MEX-00000000")]
    folder.rename(folder.with_name("KEN-00000000"))
    assert run_record.published(project) == {}


@pytest.mark.parametrize("deep", [False, True])
def test_what_is_wrong_with_files_is_named(tmp_path, deep):
    publish.write(tmp_path / "a", OLD)
    assert run_record.whole(tmp_path / "a", record(OLD), deep) == ""
    (tmp_path / "a" / "only-old").write_bytes(b"y")
    assert run_record.whole(tmp_path / "a", record(OLD), deep) == ("only-old was changed" if deep else "")
    (tmp_path / "a" / "only-old").write_bytes(b"longer")
    assert run_record.whole(tmp_path / "a", record(OLD), deep) == "only-old was changed"
    (tmp_path / "a" / "only-old").unlink()
    assert run_record.whole(tmp_path / "a", record(OLD), deep) == "only-old is missing"


def test_hashes_are_those_of_the_files(tmp_path):
    publish.write(tmp_path / "a", OLD)
    for name, file in run_record.files(OLD).items():
        assert fingerprint.of_file(tmp_path / "a" / name) == file["sha256"]
