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
import types
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from ogp_analysis.base import processes
from ogp_analysis.base.errors import CleaningError, WorkerLost
from ogp_analysis.base.processes import Processes, results

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
        return os.getpid(), value
"""


@pytest.fixture
def do(tmp_path, monkeypatch):
    """A function that this process and others can import."""
    (tmp_path / "work_of_tests.py").write_text(textwrap.dedent(WORK))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("work_of_tests").do
    del sys.modules["work_of_tests"]


def gone(pid: int) -> bool:
    for _ in range(600):  # half as long as the longest task sleeps
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def in_order(pool, do, tasks, ahead=3) -> list:
    return [future.result() for _, future in results(pool, partial(pool.submit, do), tasks, ahead, ordered=True)]


def test_results_come_in_the_order_of_the_tasks(do):
    with Processes(3) as pool:
        found = in_order(pool, do, (("sleep", 0.2 if n % 4 == 0 else 0.0) for n in range(12)))
        assert [value for _, value in found] == [0.2, 0, 0, 0] * 3 and len({pid for pid, _ in found}) == 12
        assert pool.submit(do, ("say", "again")).result()[1] == "again"  # a pool can be asked more than once
        assert in_order(pool, do, []) == []
    assert all(gone(pid) for pid, _ in found)


def test_not_more_is_begun_than_is_soon_asked_for(do):
    asked = []
    with Processes(2) as pool:
        found = results(
            pool, partial(pool.submit, do), (asked.append(n) or ("say", n) for n in range(100)), 3, ordered=True
        )
        next(found)
        assert len(asked) == 6
        next(found)
        assert len(asked) == 7


def test_whoever_is_done_first_may_be_heard_first(do):
    tasks = [("sleep", 0.5), *(("say", n) for n in range(9))]
    with Processes(2) as pool:
        found = [(task, future.result()[1]) for task, future in results(pool, partial(pool.submit, do), tasks)]
    assert sorted(found, key=lambda pair: tasks.index(pair[0])) == [(task, task[1]) for task in tasks]
    assert found[-1][1] == 0.5


def test_results_need_no_more_than_an_executor_with_a_size():
    with ThreadPoolExecutor(2) as pool:
        pool.size = 2
        assert [(n, f.result()) for n, f in results(pool, partial(pool.submit, abs), [-1, -2, -3], ordered=True)] == [
            (-1, 1), (-2, 2), (-3, 3),
        ]  # fmt: skip


def test_results_that_nobody_waited_for_are_not_taken_for_others(do):
    with Processes(3) as pool:
        given_up = results(pool, partial(pool.submit, do), (("sleep", n / 100) for n in range(20)), 3, ordered=True)
        assert next(given_up)[1].result()[1] == 0
        given_up.close()
        assert [value for _, value in in_order(pool, do, (("say", n) for n in range(100, 110)))] == [*range(100, 110)]


def test_a_fault_is_that_of_its_task(do):
    with Processes(1) as pool:
        first, odd, last = (pool.submit(do, task) for task in [("say", 1), ("fault", "odd"), ("say", 2)])
        with pytest.raises(CleaningError, match=r"here: odd\. Do that\."):
            odd.result()
        assert (first.result()[1], last.result()[1]) == (1, 2)


@pytest.mark.parametrize(
    ("task", "how", "code"),
    [
        (("exit", 7), "with status 7", 7),
        (("bug", 1), "with status 1", 1),
        (("kill", signal.SIGKILL), "by signal 9", -9),
    ],
)
def test_a_process_that_ends_is_told_and_loses_its_task_alone(do, task, how, code):
    with Processes(1) as pool:
        before, lost, after = (pool.submit(do, one) for one in [("say", 1), task, ("say", 2)])
        with pytest.raises(WorkerLost, match=f"work_of_tests:do: a process that worked on it has ended {how}") as fault:
            lost.result()
        assert fault.value.code == code
        assert (before.result()[1], after.result()[1]) == (1, 2)


def test_many_that_end_while_others_start_each_say_how(do):
    """A start asks every process of multiprocessing for its status; the answer must not be taken from who waits."""
    with Processes(8) as pool:
        codes = {future.exception().code for future in [pool.submit(do, ("kill", signal.SIGKILL)) for _ in range(300)]}
    assert codes == {-9}


def test_a_task_whose_time_is_over_is_ended(do, monkeypatch):
    monkeypatch.setattr(processes, "_PATIENCE", 0.5)
    with Processes(1) as pool:
        late, after = pool.submit(do, ("sleep", 60), seconds=0.5), pool.submit(do, ("say", 2), seconds=60)
        with pytest.raises(WorkerLost, match="by signal 9"):
            late.result(30)
        assert after.result()[1] == 2


def test_a_partial_is_work_under_the_name_of_its_function(do):
    with Processes(1) as pool:
        assert pool.submit(partial(do, ("say", 2))).result()[1] == 2
        with pytest.raises(WorkerLost, match="work_of_tests:do: a process that worked on it has ended with status 7"):
            pool.submit(partial(partial(do), ("exit", 7))).result()


def test_a_lost_process_says_how_it_ended_wherever_it_is_said():
    lost = pickle.loads(pickle.dumps(WorkerLost("here", "ended", "Again", -9).on("many.jsonl")))
    assert (str(lost), lost.code) == ("many.jsonl: ended. Again.", -9)


PARENT = """
from functools import partial
from ogp_analysis.base.processes import Processes, results
from work_of_tests import do
with Processes(2) as pool:
    tasks = [("say", 1), ("say", 2), ("sleep", 60), ("sleep", 60), ("sleep", 60)]
    for _, future in results(pool, partial(pool.submit, do), tasks, 3):
        print(future.result()[0], flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_none_outlives_the_process_that_started_it(do, number):
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as parent:
        pids = {int(parent.stdout.readline()), int(parent.stdout.readline())}
        time.sleep(0.5)
        parent.send_signal(number)
        assert parent.wait(50) == {signal.SIGINT: -signal.SIGINT, signal.SIGKILL: -signal.SIGKILL}[number]
        assert all(gone(pid) for pid in pids)


def test_a_session_whose_names_were_reset_starts_processes(do, monkeypatch):
    """As ``%reset`` of IPython leaves it: a program without ``__spec__``."""
    program = types.ModuleType("__main__")
    del program.__spec__
    monkeypatch.setitem(sys.modules, "__main__", program)
    processes.stop()
    with Processes(1) as pool:
        assert pool.submit(do, ("pass", 1)).result()[1] == 1


def test_a_program_without_a_guard_is_not_run_again(do, tmp_path):
    """multiprocessing would run the program of the user again in each process."""
    program = tmp_path / "mine.py"
    text = "from ogp_analysis.base.processes import Processes\nfrom work_of_tests import do\nprint('once')\n"
    program.write_text(text + "with Processes(2) as pool:\n    print(pool.submit(do, ('say', 'done')).result()[1])\n")
    said = subprocess.run([sys.executable, program], capture_output=True, text=True, cwd=tmp_path)
    assert said.stdout.split() == ["once", "done"], said.stderr
