"""What a person sees while a batch runs."""

from __future__ import annotations

import io
import re

import pytest

from ogp_analysis.publishing.runs.progress import Progress, cut_to, duration


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def lines(stream) -> list[str]:
    return stream.getvalue().splitlines()


def test_without_a_terminal_each_run_is_one_line():
    stream, clock = io.StringIO(), Clock()
    progress = Progress([("a", 0), ("b", 0), ("c", 0)], stream=stream, clock=clock)
    progress.begun("a")
    progress.ended("a", 2.0)
    progress.again("b", "It broke.")
    progress.ended("b", 4.0, "It broke.")
    progress.ended("c", 3.0)
    progress.close()
    assert lines(stream) == [
        "[1/3] a: 2.0 s (0:04 left)",
        "b: It broke. It will be tried again.",
        "[2/3] b: It broke. (0:03 left)",
        "[3/3] c: 3.0 s",
    ]
    assert "\x1b" not in stream.getvalue() and "\r" not in stream.getvalue()


def test_on_a_terminal_one_line_is_drawn_again_and_faults_stay(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    stream, clock = Terminal(), Clock()
    progress = Progress([("a", 2), ("b", 2), ("c", 2), ("d", 2)], jobs=2, stream=stream, clock=clock)
    for name in "abc":
        progress.begun(name)
    drawn = stream.getvalue().split("\r\x1b[2K")
    assert drawn[-1] == "0 done, 4 left, 0:04 left · a, b", "what is handed over waits for one of the first to end"
    progress.ended("a", 2.0)
    assert stream.getvalue().endswith("1 done, 3 left, 0:03 left · b, c")
    progress.ended("b", 2.0, "It broke.")
    assert "[2/4] b: It broke. (0:02 left)\n" in stream.getvalue()
    assert stream.getvalue().endswith("2 done, 2 left, 1 failed, 0:02 left · c")
    progress.close()
    assert stream.getvalue().endswith("\n")


@pytest.mark.parametrize(
    ("expected", "jobs", "done", "left"),
    [
        ([("a", 0), ("b", 0)], 1, [], None),
        ([("a", 10), ("b", 0)], 1, [], None),
        ([("a", 10), ("b", 30)], 1, [], 40),
        ([("a", 10), ("b", 30)], 2, [], 20),
        ([("a", 10), ("b", 30)], 1, [("a", 20)], 60),
        ([("a", 0), ("b", 0), ("c", 0)], 1, [("a", 4)], 8),
        ([("a", 10), ("b", 30), ("c", 0)], 1, [("a", 5)], 20),
        ([("a", 10), ("b", 30)], 4, [("a", 10)], 30),
        ([("a", 10)], 1, [("a", 10)], 0),
    ],
)
def test_time_left(expected, jobs, done, left):
    progress = Progress(expected, jobs, io.StringIO(), Clock())
    for name, seconds in done:
        progress.ended(name, seconds)
    assert progress.left() == (left if left is None else pytest.approx(left))


def test_time_passes_before_the_first_run_has_ended():
    clock = Clock()
    progress = Progress([("a", 10), ("b", 30)], 1, io.StringIO(), clock)
    clock.now = 15.0
    assert progress.left() == 25
    clock.now = 100.0
    assert progress.left() == 0


def test_nothing_to_do_says_nothing():
    stream = Terminal()
    Progress([], stream=stream).close()
    assert stream.getvalue() == ""


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (61, "1:01"), (3661, "1:01:01")])
def test_durations(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("text", "columns", "cut"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("漢字漢字", 5, "漢…"), ("漢字", 4, "漢字")]
)
def test_no_line_is_wider_than_the_terminal(text, columns, cut):
    assert cut_to(text, columns) == cut


@pytest.mark.slow
def test_a_batch_without_a_terminal_says_one_line_a_run(made, tmp_path):
    checkout = made.copy(tmp_path / "checkout")
    told = checkout.ogp(
        "run", "events", "-p", "country", "MEX", "-p", "country", "KEN", "--force", "--only", "notebook"
    )
    assert told.returncode == 0
    said = [line for line in told.stderr.splitlines() if line.startswith("[")]
    assert re.fullmatch(r"\[1/2\] events (MEX|KEN) embedded: \d+\.\d s \(\d:\d\d left\)", said[0])
    assert re.fullmatch(r"\[2/2\] events (MEX|KEN) embedded: \d+\.\d s", said[1])
    folder = checkout.folder("events/KEN-embedded")
    assert sorted(p.name for p in folder.iterdir()) == ["en", "es", "run.json"]
    assert {p.name for p in folder.glob("*/*")} == {"notebook.ipynb"}, "nothing was rendered"
    dry = checkout.ogp("run", "events", "-p", "country", "KEN", "--dry-run")
    assert dry.stdout == "run     events KEN embedded: its report has not been made\n"
    kept = checkout.ogp("run", "events", "-p", "country", "KEN", "--dry-run", "--only", "notebook")
    assert kept.stdout == "current events KEN embedded\n"
    before = made.published()
    told = checkout.ogp("run", "--all", "--jobs", "2")
    assert "2 run, 3 current, 0 failed" in told.stdout, told.stderr
    assert checkout.published() == before, "made later, the same bytes"
