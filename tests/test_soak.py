"""Many runs in one batch: what may not grow does not, and what would is noticed."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from tests.tools import tool as of_tools

FILE = Path(__file__).resolve().parents[1] / "tools" / "soak.py"
tool = of_tools("soak")

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks in /proc")


@pytest.mark.parametrize("runs", [50, 200, 2000])
@pytest.mark.parametrize(
    ("name", "series", "flat"),
    [
        ("constant", lambda n, noise: 100, True),
        ("noisy", lambda n, noise: 100 + noise, True),
        ("settles at once", lambda n, noise: 100 + min(n, 4), True),
        ("sinks", lambda n, noise: 10_000 - n, True),
        ("one per run", lambda n, noise: 100 + n, False),
        ("one in ten runs", lambda n, noise: 100 + n // 10, False),
        ("noisy, five a run", lambda n, noise: 100 + noise + 5 * n, False),
        ("grows late", lambda n, noise: 100 + max(0, n - 20), False),
    ],
)
def test_what_grows_with_each_run_is_told_from_what_does_not(runs, name, series, flat):
    draw = random.Random(1)
    assert tool.verdict([series(n, draw.randint(0, 9)) for n in range(runs)]).flat is flat, name


def test_a_file_that_is_just_being_written_tells_nothing_and_files_that_stay_do():
    for passing, flat in ((1, True), (30, False)):
        assert tool.verdict([100] * (200 - passing) + [500] * passing).flat is flat


def test_one_piece_of_memory_tells_nothing_and_two_do():
    settled = [100 * tool.PIECE] * 100
    for pieces, flat in ((1, True), (2, False)):
        seen = {"batch_memory": settled + [(100 + pieces) * tool.PIECE] * 100, "disk": [5] * 200}
        assert {name: one.flat for name, one in tool.verdicts(seen).items()} == {"batch_memory": flat, "disk": True}


def test_the_page_says_what_grows_and_on_which_commit():
    text = tool.page(tool.verdicts({"processes": [3] * 20, "batch_files": list(range(20))}), 20)
    assert "| processes | 3 | 3 | 3 | flat |" in text
    assert "| open files of the batch | 2 | 5 | 17 | **grows** |" in text
    assert f"on commit {tool.commit()}" in text


@linux
@pytest.mark.slow
def test_a_batch_keeps_no_notebook_of_a_published_report(tmp_path):
    """They filled the disk until the end of the batch, by one for each run."""
    staging, most = tmp_path / "project" / "reports" / ".staging", []
    tool.soak(tmp_path, 12, lambda: most.append(len(list(staging.rglob("*.ipynb")))))
    assert len(most) == 12 and max(most) <= 2 * tool.JOBS


@linux
@pytest.mark.slow
def test_a_file_that_each_run_leaves_open_is_noticed(tmp_path):
    held = []
    try:
        seen = tool.soak(tmp_path, 20, lambda: held.append(FILE.open()))
    finally:
        for file in held:
            file.close()
    grown = {name for name, one in tool.verdicts(seen).items() if not one.flat}
    # After twenty runs memory may still be taken for the first time; it is judged after two hundred.
    assert {name for name in grown if not name.endswith("_memory")} == {"batch_files"}


@linux
@pytest.mark.slow
def test_what_each_run_leaves_on_the_disk_is_noticed(tmp_path):
    left = tmp_path / "project" / "left"

    def leave() -> None:
        with left.open("ab") as file:
            file.write(bytes(1 << 20))

    seen = tool.soak(tmp_path, 20, leave)
    assert "disk" in {name for name, one in tool.verdicts(seen).items() if not one.flat}
