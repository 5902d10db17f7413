"""Work side by side: results as they come or in order, a lost process loses its task alone, nobody is left behind."""

from __future__ import annotations

import importlib
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from ogp_analysis.base.errors import CleaningError, WorkerLost
from ogp_analysis.base.pool import Pool, Process, name_of, results

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
        elif kind == "kill":
            os.kill(os.getpid(), value)
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
def do(tmp_path, monkeypatch):
    """A function that this process and those of a pool can import."""
    (tmp_path / "pool_work.py").write_text(textwrap.dedent(WORK))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("pool_work").do
    del sys.modules["pool_work"]


#: A function of the module that was started, which in another process is another module.
exec_globals = {"__name__": "__main__"}
exec("def main_work(task): return task", exec_globals)
PARENT_CODE = exec_globals["main_work"]


def gone(pid: int) -> bool:
    for _ in range(600):  # half as long as the longest task sleeps
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def in_order(pool, do, tasks, ahead=3) -> list:
    return [future.result() for _, future in results(pool, do, tasks, ahead, ordered=True)]


def test_results_come_in_the_order_of_the_tasks(do):
    with Pool(3) as pool:
        found = in_order(pool, do, (("sleep", 0.2 if n % 4 == 0 else 0.0) for n in range(12)))
        assert [value for _, value in found] == [0.2, 0, 0, 0] * 3 and len({pid for pid, _ in found}) == 3
        assert pool.submit(do, ("say", "again")).result()[1] == "again"  # a pool can be asked more than once
        assert in_order(pool, do, []) == []
    assert all(gone(pid) for pid, _ in found)


def test_what_is_large_comes_whole(do):
    with Pool(2) as pool:
        assert [len(value) for _, value in in_order(pool, do, [("say", "x" * 10**6)] * 4)] == [10**6] * 4


def test_none_is_forgotten_when_several_are_done_at_once(do):
    with Pool(2) as pool:
        assert [value for _, value in in_order(pool, do, (("say", n) for n in range(2000)))] == list(range(2000))


def test_not_more_is_begun_than_is_soon_asked_for(do):
    asked = []
    with Pool(2) as pool:
        found = results(pool, do, (asked.append(n) or ("say", n) for n in range(100)), 3, ordered=True)
        next(found)
        assert len(asked) == 6
        next(found)
        assert len(asked) == 7


def test_whoever_is_done_first_may_be_heard_first(do):
    tasks = [("sleep", 0.5), *(("say", n) for n in range(9))]
    with Pool(2) as pool:
        found = [(task, future.result()[1]) for task, future in results(pool, do, tasks)]
    assert sorted(found, key=lambda pair: tasks.index(pair[0])) == [(task, task[1]) for task in tasks]
    assert found[-1][1] == 0.5


def test_results_need_no_more_than_an_executor_with_a_size():
    with ThreadPoolExecutor(2) as pool:
        pool.size = 2
        assert [(n, f.result()) for n, f in results(pool, abs, [-1, -2, -3], ordered=True)] == [
            (-1, 1), (-2, 2), (-3, 3),
        ]  # fmt: skip


def test_results_that_nobody_waited_for_are_not_taken_for_others(do):
    with Pool(3) as pool:
        given_up = results(pool, do, (("sleep", n / 100) for n in range(20)), 3, ordered=True)
        assert next(given_up)[1].result()[1] == 0
        given_up.close()
        assert [value for _, value in in_order(pool, do, (("say", n) for n in range(100, 110)))] == [*range(100, 110)]


def test_a_fault_is_that_of_its_task(do):
    with Pool(1) as pool:
        first, odd, last = (pool.submit(do, task) for task in [("say", 1), ("fault", "odd"), ("say", 2)])
        with pytest.raises(CleaningError, match=r"here: odd\. Do that\."):
            odd.result()
        assert first.result() == (last.result()[0], 1)  # the process goes on


@pytest.mark.parametrize("once", [False, True])
@pytest.mark.parametrize(
    ("task", "how", "code"),
    [
        (("exit", 7), "with status 7", 7),
        (("bug", 1), "with status 1", 1),
        (("kill", signal.SIGKILL), "by signal 9", -9),
    ],
)
def test_a_process_that_ends_is_told_and_loses_its_task_alone(do, once, task, how, code):
    with Pool(1, once=once) as pool:
        before, lost, after = (pool.submit(do, one) for one in [("say", 1), task, ("say", 2)])
        with pytest.raises(WorkerLost, match=f"pool_work:do: a process that worked on it has ended {how}") as fault:
            lost.result()
        assert fault.value.code == code
        assert (before.result()[1], after.result()[1]) == (1, 2)


class Named:
    """Has a method, which no other process finds by its name."""

    def do(self, task):
        return task


@pytest.mark.parametrize("unnamed", [lambda task: task, partial(lambda task: task), Named().do, PARENT_CODE])
def test_work_that_another_process_cannot_find_is_refused_at_once(do, unnamed):
    started = []
    with Pool(1, lambda work, given: started.append(work) or Process(), once=True) as pool:
        with pytest.raises(TypeError, match="has no name by which another process finds it"):
            pool.submit(unnamed, 1)
        with pytest.raises(TypeError, match="Give a function at the top level of a module"):
            next(results(pool, unnamed, [1]))
        assert started == [] and pool.submit(do, ("say", 1)).result()[1] == 1


def test_a_partial_is_work_under_the_name_of_its_function(do):
    with Pool(1) as pool:
        assert pool.submit(partial(do, ("say", 2))).result()[1] == 2
        with pytest.raises(WorkerLost, match="pool_work:do: a process that worked on it has ended with status 7"):
            pool.submit(partial(partial(do), ("exit", 7))).result()


def test_a_lost_process_says_how_it_ended_wherever_it_is_said():
    lost = pickle.loads(pickle.dumps(WorkerLost("here", "ended", "Again", -9).on("many.jsonl")))
    assert (str(lost), lost.code) == ("many.jsonl: ended. Again.", -9)


def test_a_process_for_each_task_and_one_more_got_ready(do):
    started = []
    with Pool(1, lambda work, given: started.append(given) or Process(), once=True) as pool:
        futures = [pool.submit(do, ("sleep", 0.5)) for _ in range(3)]
        assert futures[0].running() and len(started) <= 2
        found = [future.result() for future in futures]
    assert len({pid for pid, _ in found}) == len(started) == 3 and all(gone(pid) for pid, _ in found)


def test_packages_can_be_absent(do):
    with Pool(1, lambda *_: Process(without=("pandas", "numpy"))) as pool:
        assert in_order(pool, do, [("modules", "pandas"), ("modules", "numpy.linalg"), ("modules", "json")]) == [
            ([], "pandas"), ([], "numpy"), ([], "found"),
        ]  # fmt: skip


PARENT = """
from ogp_analysis.base.pool import Pool, results
from pool_work import do
with Pool(2, once={once}) as pool:
    for _, future in results(pool, do, [("say", 1), ("say", 2), ("sleep", 60), ("sleep", 60), ("sleep", 60)], 3):
        print(future.result()[0], flush=True)
"""


@pytest.mark.parametrize("once", [False, True])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_none_outlives_the_process_that_started_it(do, number, once):
    command = [sys.executable, "-c", PARENT.format(once=once)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as parent:
        pids = {int(parent.stdout.readline()), int(parent.stdout.readline())}
        time.sleep(0.5)
        tasks = Path(f"/proc/{parent.pid}/task").glob("*/children")
        children = {int(pid) for file in tasks for pid in file.read_text().split()}
        assert len(children) >= 2
        parent.send_signal(number)
        assert parent.wait(50) == {signal.SIGINT: -signal.SIGINT, signal.SIGKILL: -signal.SIGKILL}[number]
        assert all(gone(pid) for pid in pids | children)


class Noted:
    """A worker that notes when it is called."""

    def __init__(self, calls: list) -> None:
        self.calls = calls

    def call(self, work, given, over):
        self.calls.append(given[0])
        time.sleep(0.001)
        return given[0]

    def kill(self) -> None:
        """It has no process."""

    close = kill


def test_tasks_begin_in_the_order_in_which_they_came():
    calls: list[int] = []
    with Pool(1, lambda work, given: Noted(calls), once=True) as pool:
        assert [future.result() for future in [pool.submit(print, n) for n in range(200)]] == list(range(200))
    assert calls == list(range(200))


def test_a_worker_that_cannot_be_started_holds_up_no_other():
    def start(work, given):
        if given == (1,):
            raise CleaningError("worker", "cannot start", "Try again")
        return Noted([])

    with Pool(1, start, once=True) as pool:
        futures = [pool.submit(print, n) for n in range(4)]
        with pytest.raises(CleaningError):
            futures[1].result(5)
        assert [futures[n].result(5) for n in (0, 2, 3)] == [0, 2, 3]


def test_a_function_of_the_module_that_was_started_has_no_name_elsewhere(monkeypatch):
    main, work = sys.modules["__main__"], type(name_of)(name_of.__code__, globals(), "work")
    work.__module__, work.__qualname__ = "__main__", "work"
    monkeypatch.setattr(main, "work", work, raising=False)
    with pytest.raises(TypeError, match="has no name by which another process finds it"):
        name_of(work)
    assert name_of(partial(partial(pickle.dumps), protocol=4)) == "_pickle:dumps"
