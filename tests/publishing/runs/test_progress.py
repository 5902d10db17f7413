"""What a person sees while a batch runs."""

from __future__ import annotations

import io

import pytest

from ogp_analysis.publishing.runs.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def lines(stream) -> list[str]:
    return stream.getvalue().splitlines()


def test_without_a_terminal_each_run_is_one_line():
    stream = io.StringIO()
    progress = Progress([("a", 0), ("b", 0), ("c", 0)], stream=stream)
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
    stream = Terminal()
    progress = Progress([("a", 2), ("b", 2), ("c", 2), ("d", 2)], jobs=2, stream=stream)
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
        ([("a", 10), ("b", 30)], 1, [("a", 20)], 30),
        ([("a", 0), ("b", 0), ("c", 0)], 1, [("a", 4)], 8),
        ([("a", 10), ("b", 30), ("c", 0)], 1, [("a", 5)], 35),
        ([("a", 10), ("b", 30)], 4, [("a", 10)], 30),
        ([("a", 10)], 1, [("a", 10)], 0),
    ],
)
def test_time_left(expected, jobs, done, left):
    progress = Progress(expected, jobs, io.StringIO())
    for name, seconds in done:
        progress.ended(name, seconds)
    assert progress._left() == ("time left not known yet" if left is None else f"0:{left:02} left")
