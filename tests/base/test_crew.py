"""Work side by side: results in order, faults raised where they are waited for, nobody left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from ogp_analysis.base.crew import Crew
from ogp_analysis.base.errors import CleaningError, WorkerLost

WORK = """
    import os, sys, time
    from ogp_analysis.base.errors import CleaningError

    def do(task):
        print("not a result")
        kind, value = task
        if kind == "sleep":
            time.sleep(value)
        elif kind == "fault":
            raise CleaningError("here", value, "Do that")
        elif kind == "bug":
            raise ZeroDivisionError(value)
        elif kind == "exit":
            os._exit(value)
        elif kind == "modules":
            return sorted({"pandas", "numpy"} & set(sys.modules)), _found(value)
        return os.getpid(), value

    def _found(name):
        try:
            __import__(name)
        except ImportError as error:
            return error.name
        return "found"
"""


@pytest.fixture
def work(tmp_path, monkeypatch):
    (tmp_path / "crew_work.py").write_text(textwrap.dedent(WORK))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    return "crew_work:do"


def gone(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_results_come_in_the_order_of_the_tasks(work):
    with Crew(work, 3) as crew:
        found = list(crew.done(("sleep", 0.2 if n % 4 == 0 else 0.0) for n in range(12)))
        assert [value for _, value in found] == [0.2, 0, 0, 0] * 3 and len({pid for pid, _ in found}) == 3
        assert [value for _, value in crew.done([("say", "again")])] == ["again"]  # a crew can be asked more than once
        assert list(crew.done([])) == []
    assert all(gone(pid) for pid, _ in found)


def test_what_is_large_comes_whole(work):
    with Crew(work, 2) as crew:
        assert [len(value) for _, value in crew.done([("say", "x" * 10**6)] * 4)] == [10**6] * 4


def test_none_is_forgotten_when_several_are_done_at_once(work):
    with Crew(work, 2) as crew:
        assert [value for _, value in crew.done(("say", n) for n in range(2000))] == list(range(2000))


def test_not_more_is_begun_than_is_soon_asked_for(work):
    asked = []
    with Crew(work, 2) as crew:
        results = crew.done(asked.append(n) or ("say", n) for n in range(100))
        next(results)
        assert len(asked) <= 7  # three for each, and the one that will be given next


def test_whoever_is_done_first_may_be_heard_first(work):
    with Crew(work, 2) as crew:
        found = list(crew.as_done([("sleep", 0.5), *(("say", n) for n in range(9))]))
        assert sorted(number for number, _ in found) == list(range(10)) and found[-1][0] == 0


def test_results_that_nobody_waited_for_are_not_taken_for_others(work):
    with Crew(work, 3) as crew:
        given_up = crew.done(("sleep", n / 100) for n in range(20))
        assert next(given_up)[1] == 0
        given_up.close()
        assert [value for _, value in crew.done(("say", n) for n in range(100, 110))] == list(range(100, 110))


def test_a_fault_is_raised_when_its_turn_comes(work):
    with Crew(work, 2) as crew:
        results = crew.done([("say", 1), ("fault", "odd"), ("say", 2)])
        assert next(results)[1] == 1
        with pytest.raises(CleaningError, match=r"here: odd\. Do that\."):
            next(results)


@pytest.mark.parametrize(("task", "how"), [(("exit", 7), "with status 7"), (("bug", 1), "with status 1")])
def test_a_process_that_ends_is_said(work, task, how):
    with Crew(work, 1) as crew, pytest.raises(WorkerLost, match=f"{work}: a process that worked on it has ended {how}"):
        list(crew.done([task, ("say", 1)]))


def test_packages_can_be_absent(work):
    with Crew(work, 1, without=("pandas", "numpy")) as crew:
        assert list(crew.done([("modules", "pandas"), ("modules", "numpy.linalg"), ("modules", "json")])) == [
            ([], "pandas"), ([], "numpy"), ([], "found"),
        ]  # fmt: skip


PARENT = """
import sys
from ogp_analysis.base.crew import Crew
with Crew("crew_work:do", 2) as crew:
    for result in crew.done([("say", 1), ("say", 2), ("sleep", 60), ("sleep", 60)]):
        print(result[0], flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_none_outlives_the_process_that_started_it(work, number):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    pids = {int(parent.stdout.readline()), int(parent.stdout.readline())}
    parent.send_signal(number)
    parent.wait(20)
    assert all(gone(pid) for pid in pids)
