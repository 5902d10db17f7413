"""Runs in processes of their own: limits, faults, order, and that nothing outlives them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from functools import partial
from pathlib import Path

import nbformat
import pytest

from ogp_analysis.base import processes as base
from ogp_analysis.publishing.engine import run as engine

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked up in /proc")

#: A module for runs to import.
AFTERWARDS = """
    import os
    from ogp_analysis.base.errors import ReportError
    def told(request):
        return {"extra": request["extra"], "executed": os.path.getsize(request["output"]) > 0}
    def faulty(request):
        raise ReportError("report", "it has no title", "Give it one")
    def broken(request):
        return {}["key"]
    def slow(request):
        import time
        time.sleep(60)
"""
#: Seconds after which runs are stopped.
LIMIT = 8
GREEDY = "import numpy as np\nx = np.ones(3 * 2**30 // 8)\nprint(x[0])"
PLACED = [
    "import os; os.getcwd()",
    "os.environ.get('MINE'), os.environ.get('LANG_GONE'), os.environ['PYTHONHASHSEED'], os.environ['TZ']",
]


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    """A module on the path of every process."""
    folder = tmp_path_factory.mktemp("modules")
    (folder / "after_run.py").write_text(textwrap.dedent(AFTERWARDS))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
        yield folder


def asked(folder: Path, name: str, *cells: str, **fields) -> dict:
    """Write a notebook of these cells into a folder; return the request to run it."""
    made = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "P"}})
    made.metadata.kernelspec["language"] = "python"
    made.cells = [nbformat.v4.new_code_cell("a: int = 0", metadata={"tags": ["parameters"]})]
    made.cells += [nbformat.v4.new_code_cell(cell) for cell in cells]
    given, output = folder / f"{name}.ipynb", folder / f"{name}.out.ipynb"
    nbformat.write(made, given)
    return {"id": name, "input": str(given), "output": str(output), "timeout": 120, **fields}


@pytest.fixture
def run(tmp_path):
    """Make a request that runs cells."""
    return partial(asked, tmp_path)


@pytest.fixture(scope="module")
def do(module):
    """Carry out requests, two at a time; return the replies in the order in which they came."""
    with engine.opened(2) as executor:
        yield lambda *requests: [reply for _, reply in engine.replies(executor, requests)]


@pytest.fixture(scope="module")
def ran(do, tmp_path_factory):
    """A folder, and request and reply of each of some runs, done side by side."""
    folder = tmp_path_factory.mktemp("ran")
    (folder / "elsewhere").mkdir()
    then = {"after": "after_run:told", "extra": [1, {"x": None}], "cwd": str(folder / "elsewhere")}
    env = {"MINE": "yes", "LANG_GONE": None, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    late = ["import os, subprocess; print(os.getpid())", "print('begun', flush=True)\n!echo $$; sleep 300"]
    requests = [
        asked(folder, "late", *late, timeout=LIMIT),
        asked(folder, "slow", "1 + 1", after="after_run:slow", timeout=LIMIT),
        asked(folder, "fine", *PLACED, "os.getpid()", "a, 1 + 1", parameters={"a": 3}, env=env, **then),
        asked(folder, "fault", "print('ran')", "{}['key']", "print('never')"),
        asked(folder, "greedy", "'fine'", GREEDY, memory_limit_bytes=512 << 20),
        asked(folder, "modest", "x = bytearray(100 << 20)", memory_limit_bytes=512 << 20),
        asked(folder, "faulty", "1 + 1", after="after_run:faulty"),
        asked(folder, "broken", "1 + 1", after="after_run:broken"),
    ]
    replies = {reply["id"]: reply for reply in do(*requests)}
    return folder, {request["id"]: (request, replies[request["id"]]) for request in requests}


def texts(request: dict) -> list[str]:
    """What the cells of an executed notebook have said."""
    cells = nbformat.read(request["output"], 4).cells
    return [
        "".join(o.get("text") or o.get("data", {}).get("text/plain", "") for o in c.get("outputs", [])) for c in cells
    ]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pids: list[int]) -> list[int]:
    """Wait for processes to end; return those that have not. None of them sleeps for less than a minute."""
    end = time.monotonic() + 30
    while any(map(alive, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    return [pid for pid in pids if alive(pid)]


def test_reply(ran):
    request, reply = ran[1]["fine"]
    assert (reply["id"], reply["ok"], reply["error"]) == ("fine", True, None)
    assert 0 < reply["seconds"] < 120
    assert texts(request)[-1] == "(3, 2)"


def test_fault_of_a_cell_leaves_the_notebook_with_the_fault_marked(ran):
    request, reply = ran[1]["fault"]
    assert reply["error"] == {"kind": "cell", "cell": 2, "name": "KeyError", "message": "In [3]: KeyError: 'key'"}
    cells = nbformat.read(request["output"], 4).cells
    assert "An Exception was encountered" in cells[0].source
    assert "ran\n" in texts(request) and cells[-1].outputs == []


def test_time_limit_ends_the_run_and_what_it_started(ran):
    request, reply = ran[1]["late"]
    assert reply["error"]["kind"] == "timeout" and reply["error"]["cell"] == 2
    assert reply["error"]["message"] == f"It was stopped because it took longer than {LIMIT} s."
    assert reply["seconds"] < 100
    kernel = int(next(text for text in texts(request) if text.strip().isdigit()))
    assert "begun" in "".join(texts(request))
    assert gone([kernel, *_sleeping()]) == []


def _sleeping() -> list[int]:
    """Return the processes that sleep as the notebooks here do."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if place.read_bytes() == b"sleep\x00300\x00":
                found.append(int(place.parent.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize(
    ("cell", "kind", "name"),
    [
        ("import ctypes; ctypes.string_at(0)", "killed", "SIGSEGV"),
        ("import os; os._exit(0)", "exit", "ProcessExit"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "killed", "SIGKILL"),
        ("import os; os.abort()", "killed", "SIGABRT"),
    ],
)
def test_a_run_that_ends_its_kernel_hurts_no_other(do, run, cell, kind, name):
    dying, other = run("dying", "print('before')", cell, "1"), run("other", "import time; time.sleep(0.5)", "'fine'")
    replies = {reply["id"]: reply for reply in do(other, dying)}
    assert (replies["dying"]["error"]["kind"], replies["dying"]["error"]["name"]) == (kind, name)
    assert replies["dying"]["error"]["cell"] == 2 and "before\n" in texts(dying)
    assert "An Exception was encountered" in nbformat.read(dying["output"], 4).cells[0].source
    assert replies["other"]["ok"] and texts(other)[-1] == "'fine'"


def test_a_process_of_a_run_that_is_killed_loses_its_run_alone(do, run, tmp_path):
    """Not its kernel: what runs papermill, and would make the report. The kernel ends with it."""
    written = tmp_path / "kernel"
    killing = [f"import os, signal; open({str(written)!r}, 'w').write(str(os.getpid()))",
               "os.kill(os.getppid(), signal.SIGKILL)", "import time; time.sleep(60)"]  # fmt: skip
    replies = {reply["id"]: reply for reply in do(run("other", "1"), run("dying", *killing), run("last", "1"))}
    assert replies["dying"]["error"]["name"] == "SIGKILL"
    assert replies["other"]["ok"] and replies["last"]["ok"]
    assert gone([int(written.read_text())]) == []


def test_memory_limit(ran):
    (_, greedy), (_, modest) = (ran[1][name] for name in ("greedy", "modest"))
    error = greedy["error"]
    assert (error["kind"], error["cell"]) == ("memory", 2) and "more memory" in error["message"]
    assert modest["ok"], modest


def test_working_directory_and_environment(ran):
    """Hashes and the clock are those of every run, whatever was asked for."""
    folder, done = ran
    assert texts(done["fine"][0])[2:4] == [repr(str(folder / "elsewhere")), "('yes', None, '0', 'UTC')"]


def test_random_numbers_follow_from_the_parameters(do, run):
    cell = "import random, numpy; random.random(), numpy.random.rand()"
    requests = [run(f"s{i}", cell, parameters={"a": a}) for i, a in enumerate([1, 1, 2])]
    assert all(reply["ok"] for reply in do(*requests))
    first, same, other = (texts(request)[-1] for request in requests)
    assert first == same != other


def test_paths_with_braces(do, run, tmp_path):
    """Papermill would take them for a template."""
    (tmp_path / "{a}").mkdir()
    request = run("braces", "1", parameters={"a": 1}) | {"output": str(tmp_path / "{a}" / "out {x}.ipynb")}
    [reply] = do(request)
    assert reply["ok"] and Path(request["output"]).exists()


def test_runs_do_not_see_one_another(do, run):
    change = "import builtins, os, numpy; numpy.x = builtins.x = 1; os.environ['X'] = '1'; os.chdir('/')"
    look = (
        "import builtins, os, numpy; hasattr(numpy, 'x'), hasattr(builtins, 'x'), 'X' in os.environ, os.getcwd() == '/'"
    )
    requests = [run("changes", change), run("looks", look)]
    assert all(do(request)[0]["ok"] for request in requests)
    assert texts(requests[1])[-1] == "(False, False, False, False)"


def test_what_a_notebook_leaves_for_the_end_is_done(do, run, tmp_path):
    cells = [
        "import atexit, pathlib, tempfile\nn = atexit.register(pathlib.Path('farewell').write_text, 'bye')",
        "folder = tempfile.TemporaryDirectory(dir='.', prefix='left-')",
    ]
    [reply] = do(run("tidy", *cells))
    assert reply["ok"]
    assert (tmp_path / "farewell").read_text() == "bye" and not list(tmp_path.glob("left-*"))


def test_function_afterwards(ran):
    _, reply = ran[1]["fine"]
    assert reply["ok"] and reply["after"] == {"extra": [1, {"x": None}], "executed": True}


def test_a_request_without_a_notebook_is_the_function_afterwards_alone(do, tmp_path):
    output = tmp_path / "made"
    output.write_text("by hand")
    alone = {"id": "alone", "output": str(output), "cwd": str(tmp_path), "timeout": 120, "extra": 2}
    [done] = do({**alone, "after": "after_run:told"})
    assert done["ok"] and done["after"]["extra"] == 2
    [failed] = do({**alone, "after": "after_run:faulty"})
    assert not failed["ok"] and failed["error"]["kind"] == "after"


@pytest.mark.parametrize(
    ("function", "fault", "message"),
    [
        ("faulty", "after", "report: it has no title. Give it one."),
        ("broken", "after", "after_run:broken: KeyError: 'key'"),
        ("slow", "timeout", "It was stopped because it took longer than 8 s."),
    ],
)
def test_fault_of_the_function_afterwards(ran, function, fault, message):
    request, reply = ran[1][function]
    assert not reply["ok"] and "after" not in reply
    assert (reply["error"]["kind"], reply["error"]["message"], reply["error"]["cell"]) == (fault, message, None)
    assert texts(request)[-1] == "2"


def test_the_process_that_is_forked_has_no_threads_and_has_imported_the_stack(do, run):
    do(run("warm", "1"))
    server = base.server()
    assert [task.name for task in Path(f"/proc/{server}/task").iterdir()] == [str(server)]
    request = run("imported", "import sys; {'pandas', 'papermill', 'matplotlib.figure'} <= set(sys.modules)")
    do(request)
    assert texts(request)[-1] == "True"


def test_a_stopped_process_that_is_forked_holds_nobody_up(do, run):
    do(run("first", "1"))
    os.kill(base.server(), signal.SIGSTOP)
    began = time.monotonic()
    [reply] = do(run("held", "1", timeout=2))
    assert reply["error"]["kind"] == "timeout" and time.monotonic() - began < 60
    [reply] = do(run("again", "1"))
    assert reply["ok"]


def test_settings_of_a_user_change_nothing(tmp_path, monkeypatch, run):
    cells = [
        "import matplotlib, pandas, sys, warnings\nmatplotlib.rcParams['lines.linewidth'], matplotlib.get_backend()",
        "warnings.warn('seen'); pandas.DataFrame({'x': range(3)})",
        "1 / 3, get_ipython().profile_dir.location.startswith(sys.modules['os'].environ['HOME'])",
    ]
    home = tmp_path / "home"
    for place, text in {
        ".config/matplotlib/matplotlibrc": "lines.linewidth: 9\nbackend: agg\n",
        ".matplotlib/matplotlibrc": "lines.linewidth: 9\n",
        ".ipython/profile_default/startup/00.py": "raise SystemExit('startup')\n",
        ".ipython/profile_default/ipython_config.py": "c.InteractiveShell.xmode = 'Minimal'\n1 / 0\n",
        ".jupyter/jupyter_config.py": "1 / 0\n",
        ".local/share/jupyter/kernels/python3/kernel.json": json.dumps({"argv": ["false"], "display_name": "no"}),
    }.items():
        (home / place).parent.mkdir(parents=True, exist_ok=True)
        (home / place).write_text(text)
    settings = {
        "PYTHONWARNINGS": "error",
        "COLUMNS": "20",
        "MPLBACKEND": "pdf",
        "OMP_NUM_THREADS": "4",
        "NO_COLOR": "1",
    }
    for name, value in {**settings, "HOME": str(home), "PYTHONSTARTUP": "/no/such/file"}.items():
        monkeypatch.setenv(name, value)
    request = run("user", *cells)
    with engine.opened() as executor:
        [(_, reply)] = engine.replies(executor, [request])
    assert reply["ok"], reply
    said = texts(request)[1:]
    assert said[0] == "(1.5, 'module://matplotlib_inline.backend_inline')"
    assert "UserWarning: seen" in said[1] and said[2] == "(0.3333333333333333, False)"


PARENT = """
import sys, json
from ogp_analysis.base import processes
from ogp_analysis.publishing.engine import run as engine
with engine.opened(2) as executor:
    print(processes.server(), flush=True)
    for _, reply in engine.replies(executor, json.loads(sys.argv[1])):
        print(reply, flush=True)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL, "both killed"])
def test_nothing_outlives_the_command_line(how, run, tmp_path):
    cells = ["import os, pathlib\nn = pathlib.Path('pid').write_text(str(os.getpid()))", "!echo $$ > shell; sleep 300"]
    request = run("long", *cells, cwd=str(tmp_path))
    command = [sys.executable, "-c", PARENT, json.dumps([request])]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        server = int(parent.stdout.readline())
        end = time.monotonic() + 60
        while not (tmp_path / "shell").exists() and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.3)
        pids = [int((tmp_path / name).read_text()) for name in ("pid", "shell")] + _sleeping() + [server]
        assert all(map(alive, pids))
        if how == "both killed":
            os.kill(server, signal.SIGKILL)
        os.killpg(parent.pid, signal.SIGKILL if how == "both killed" else how)
        parent.wait(60)
        assert gone(pids) == []
    finally:
        parent.kill()
        parent.stdout.close()
        parent.wait()


#: Starts a process with a session of its own and no parent, which is out of reach of the group that is ended.
ESCAPE = """import subprocess
escape = 'setsid sh -c "sleep 300 > /dev/null 2>&1 & echo \\$! > pid; sleep 0.3"'
subprocess.run(escape, shell=True, check=True).returncode
"""
LOOK = "import pathlib, time; time.sleep({}); pathlib.Path('/proc', open('pid').read().strip()).exists()"


def test_what_a_run_leaves_behind_ends_with_it_and_what_another_has_started_goes_on(do, run, tmp_path):
    requests = [run("long", ESCAPE, LOOK.format(2)), run("short", "import time; time.sleep(1)")]
    assert [reply["id"] for reply in do(*requests)] == ["short", "long"]
    assert texts(requests[0])[-1] == "True"
    assert gone([int((tmp_path / "pid").read_text())]) == []


def test_breaking_off_ends_the_runs(run, tmp_path):
    with engine.opened(2) as executor:
        leave = "import os, pathlib, time; pathlib.Path('pid').write_text(str(os.getpid())); time.sleep(300)"
        for _, reply in engine.replies(executor, [run("long", leave), run("short", "import time; time.sleep(0.5)")]):
            assert reply["id"] == "short"
            while not (tmp_path / "pid").exists():
                time.sleep(0.05)
            break
    assert gone([int((tmp_path / "pid").read_text())]) == []
