"""Whatever moment a batch is killed at, and whatever the disk does: reports are whole, and the next batch finishes."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from ogp_analysis.publishing.runs import run_record

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc, mounts"),
]
#: All are met by make audit; the first are of every kind there is.
MOMENTS, FIRST = 25, 8
SEED = 20170523


def whole(checkout) -> int:
    """See that each published folder is whole, and return how many there are."""
    folders = [p for p in checkout.reports.glob("[a-z]*/*") if p.is_dir()]
    for folder in folders:
        record = run_record.read(folder)
        assert record is not None and run_record.whole(folder, record, deep=True) == "", folder
        there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
        assert there == {*record["files"], "run.json"}
    return len(folders)


@pytest.fixture(scope="module")
def before(made, tmp_path_factory):
    """A checkout whose reports are all of an older state of its notebooks."""
    checkout = made.copy(tmp_path_factory.mktemp("kill") / "before")
    originals = {name: checkout.notebook(name).read_text() for name in ("events", "members")}
    checkout.edit("notebooks/events.ipynb", "first=year(2000)", "first=year(1999)")
    checkout.edit("notebooks/members.ipynb", "last=year(share.n)", "last=year(share.n + 1)")
    told = checkout.ogp("run", "--all", "--jobs", "2")
    assert "5 run, 0 current, 0 failed" in told.stdout
    for name, text in originals.items():
        checkout.notebook(name).write_text(text)
    return checkout


@pytest.fixture(scope="module")
def uninterrupted(before, made, tmp_path_factory) -> float:
    """How long a batch takes that nobody interrupts; it leaves what a run from nothing leaves."""
    checkout = before.copy(tmp_path_factory.mktemp("kill") / "whole")
    began = time.monotonic()
    assert checkout.ogp("run", "--all", "--jobs", "2").returncode == 0
    took = time.monotonic() - began
    assert checkout.published() == made.published() != before.published()
    return took


def moments() -> list:
    """Return when to kill, as a share of the time a batch takes; whether from nothing; whether every process."""
    chance = random.Random(SEED)
    # Half of the moments lie in the second half, where reports are published.
    shares = [chance.uniform(0.02, 1.0) if n % 2 else chance.uniform(0.5, 1.0) for n in range(MOMENTS)]
    every = [(share, n % 3 == 0, n % 2 == 0) for n, share in enumerate(shares)]
    return every[:FIRST] + [pytest.param(*one, marks=pytest.mark.audit) for one in every[FIRST:]]


@pytest.mark.parametrize(("share", "from_nothing", "everything"), moments())
def test_killed_at_any_moment_it_finishes_to_the_same_bytes(
    made, before, uninterrupted, tmp_path, share, from_nothing, everything
):
    checkout = before.copy(tmp_path / "checkout")
    if from_nothing:
        shutil.rmtree(checkout.reports)
    nowhere = subprocess.DEVNULL
    process = checkout.begin("run", "--all", "--jobs", "2", stdout=nowhere, stderr=nowhere)
    time.sleep(share * uninterrupted)
    for pid in checkout.processes() if everything else []:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        assert process.poll() == 0, "it had ended by itself"
    process.wait()
    assert whole(checkout) == 5 or from_nothing
    told = checkout.ogp("run", "--all", "--jobs", "2")
    assert told.returncode == 0, told.stderr
    assert whole(checkout) == 5
    assert checkout.published() == made.published()
    assert checkout.gone(), "nothing of the killed batch is left"
    assert not (checkout.reports / ".staging").exists()


@contextlib.contextmanager
def mounted(*words: str):
    """Mount something while the block runs; skip the test where that cannot be done."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    told = subprocess.run(["mount", *words], capture_output=True, text=True)
    if told.returncode:
        pytest.skip(f"cannot mount here: {told.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", words[-1]], check=True)


def one_sentence(told: subprocess.CompletedProcess, *said: str) -> None:
    """See that a command failed with one sentence after whatever progress it told."""
    assert told.returncode == 1
    last = told.stderr.strip().splitlines()[-1]
    assert all(text in last for text in said) and last.endswith("."), told.stderr
    assert [line for line in told.stderr.splitlines() if not line.startswith(("[", "table ")) and line != last] == []


def run_until_full(checkout, line: str) -> subprocess.CompletedProcess:
    """Run everything, and fill the disk of the reports as soon as a line of progress begins with `line`."""
    process = checkout.begin("run", "--all")
    said = ""
    for text in process.stderr:
        said += text
        if text.startswith(line):
            with contextlib.suppress(OSError), (checkout.reports / ".filler").open("wb", buffering=0) as filler:
                while True:
                    filler.write(bytes(4096))
    with process.stdout, process.stderr:
        return subprocess.CompletedProcess(process.args, process.wait(), process.stdout.read(), said)


def test_a_full_disk_ends_the_batch_in_one_sentence_and_room_finishes_it(made, before, tmp_path):
    checkout = before.copy(tmp_path / "checkout")
    shutil.rmtree(checkout.reports)
    checkout.reports.mkdir()
    with mounted("-t", "tmpfs", "-o", "size=900k", "none", str(checkout.reports)):
        one_sentence(checkout.ogp("run", "--all"), "the disk is full. Make room, then run the same command again")
        assert whole(checkout) == 0
        subprocess.run(["mount", "-o", "remount,size=3m", str(checkout.reports)], check=True)
        told = run_until_full(checkout, "[2/5]")
        one_sentence(told, "the disk is full. Make room, then run the same command again")
        assert 0 < whole(checkout) < 5, "what fitted is published and whole"
        (checkout.reports / ".filler").unlink()
        told = checkout.ogp("run", "--all")
        assert told.returncode == 0, told.stderr
        assert checkout.published() == made.published()


def test_a_disk_full_of_tables_is_one_sentence(checkout):
    shutil.rmtree(checkout.processed)
    checkout.processed.mkdir()
    with mounted("-t", "tmpfs", "-o", "size=16k", "none", str(checkout.processed)):
        told = checkout.ogp("run", "--all")
        one_sentence(told, "data/processed/embedded/", "Make data/processed writable and make room")
        left = [p for p in checkout.processed.rglob("*") if p.is_file() and p.name != ".lock"]
        assert left == [], "nothing half-written"
        subprocess.run(["mount", "-o", "remount,size=60m", str(checkout.processed)], check=True)
        told = checkout.ogp("run", "--all")
        assert told.returncode == 0 and "5 runs are current" in told.stdout, told.stdout + told.stderr


def test_reports_that_cannot_be_written_can_be_read_and_are_said_to_be_so(checkout):
    reports = str(checkout.reports)
    before = checkout.published()
    with mounted("--bind", reports, reports):
        subprocess.run(["mount", "-o", "remount,ro,bind", reports], check=True)
        told = checkout.ogp("run", "--all")
        assert told.returncode == 0 and told.stdout.startswith("Nothing changed: 5 runs are current.")
        assert checkout.plan()["members MEX embedded"] == "current"
        told = checkout.ogp("run", "--all", "--force")
        one_sentence(told, "reports: cannot be written (Read-only file system)")
        assert checkout.published() == before
        report = checkout.folder("members/MEX")
        assert "same bytes" in checkout.ogp("verify", str(report)).stdout, "verifying writes nothing there"


def test_two_batches_at_once_leave_what_one_leaves(made, before, tmp_path):
    checkout = before.copy(tmp_path / "checkout")
    both = [checkout.begin("run", "--all") for _ in range(2)]
    said = [process.communicate(timeout=300) for process in both]
    codes = sorted(process.returncode for process in both)
    assert codes in ([0, 1], [0, 0]), said
    for process, (_, err) in zip(both, said, strict=True):
        if process.returncode:
            assert "is running the batch there already. Wait for it, or stop it." in err
    assert whole(checkout) == 5 and checkout.published() == made.published()
