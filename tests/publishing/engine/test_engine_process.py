"""The processes that run notebooks: limits, faults, order, and that nothing outlives them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from functools import partial
from pathlib import Path

import nbformat
import pytest

from ogp_analysis.base.errors import ParameterError, RunError
from ogp_analysis.publishing.engine import client
from ogp_analysis.publishing.engine.client import ColdProcess, WarmProcess, begin, open_process

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the warm process needs Linux")

#: A module for runs to import; `thread` starts what must not be alive at a fork.
MODULES = {
    "after_run": """
        import os
        from ogp_analysis.base.errors import ReportError
        def told(request):
            return {"pid": os.getpid(), "extra": request["extra"], "executed": os.path.getsize(request["output"]) > 0}
        def faulty(request):
            raise ReportError("report", "it has no title", "Give it one")
        def broken(request):
            return {}["key"]
        def slow(request):
            import time
            time.sleep(60)
    """,
    "starts_thread": """
        import threading, time
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    """,
    "short_thread": """
        import threading, time
        threading.Thread(target=time.sleep, args=(0.1,)).start()
    """,
    "registers_exit": """
        import atexit, pathlib, weakref
        ended = pathlib.Path(__file__).with_name("ended")
        atexit.register(ended.touch)
        class Kept: pass
        kept = Kept()
        weakref.finalize(kept, ended.with_name("ended too").touch)
    """,
    "cannot_be_imported": "raise RuntimeError('not today')",
    "says_something": "print('I was imported')",
    "warns": "import warnings; warnings.warn('old')",
    "has_parts/__init__": "",
    "has_parts/part": "",
}


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    """A folder on the path of every process."""
    folder = tmp_path_factory.mktemp("modules")
    for name, text in MODULES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / f"{name}.py").write_text(textwrap.dedent(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
        yield folder


@pytest.fixture(scope="module")
def warm(modules):
    with WarmProcess.start(["numpy"], jobs=2) as process:
        yield process


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


#: Seconds after which runs of both kinds of process are stopped. A cold one takes some to begin.
LIMITS = {"warm": 3, "cold": 10}
GREEDY = "import numpy as np\nx = np.ones(3 * 2**30 // 8)\nprint(x[0])"
PLACED = [
    "import os; os.getcwd()",
    "os.environ.get('MINE'), os.environ.get('LANG_GONE'), os.environ['PYTHONHASHSEED'], os.environ['TZ']",
]


@pytest.fixture(scope="module")
def ran(modules, tmp_path_factory):
    """By kind of process, a folder, and request and reply of each run that both kinds have done.

    They are done side by side: those that are stopped when their time is over take no time of the others.
    """
    found = {}
    for kind, start in {"warm": WarmProcess.start, "cold": ColdProcess}.items():
        folder = tmp_path_factory.mktemp(kind)
        (folder / "elsewhere").mkdir()
        then = {"after": "after_run:told", "extra": [1, {"x": None}], "cwd": str(folder / "elsewhere")}
        env = {"MINE": "yes", "LANG_GONE": None, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
        late = ["import os, subprocess; print(os.getpid())", "print('begun', flush=True)\n!echo $$; sleep 300"]
        requests = [
            asked(folder, "late", *late, timeout=LIMITS[kind]),
            asked(folder, "slow", "1 + 1", after="after_run:slow", timeout=LIMITS[kind]),
            asked(folder, "fine", *PLACED, "os.getpid()", "a, 1 + 1", parameters={"a": 3}, env=env, **then),
            asked(folder, "fault", "print('ran')", "{}['key']", "print('never')"),
            asked(folder, "greedy", "'fine'", GREEDY, memory_limit_bytes=512 << 20),
            asked(folder, "modest", "x = bytearray(100 << 20)", memory_limit_bytes=512 << 20),
            asked(folder, "faulty", "1 + 1", after="after_run:faulty"),
            *([asked(folder, "broken", "1 + 1", after="after_run:broken")] if kind == "warm" else ()),
        ]
        with start(jobs=3) as process:
            replies = {reply["id"]: reply for reply in process.run(requests)}
        found[kind] = folder, {request["id"]: (request, replies[request["id"]]) for request in requests}
    return found


@pytest.fixture(params=["warm", "cold"])
def kind(request):
    return request.param


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


def test_reply(ran, kind):
    request, reply = ran[kind][1]["fine"]
    assert (reply["id"], reply["ok"], reply["error"]) == ("fine", True, None)
    assert 0 < reply["seconds"] < 120 and reply["max_rss"] > 10_000_000
    assert texts(request)[-1] == "(3, 2)"


def test_fault_of_a_cell_leaves_the_notebook_with_the_fault_marked(ran, kind):
    request, reply = ran[kind][1]["fault"]
    assert reply["error"] == {"kind": "cell", "cell": 2, "name": "KeyError", "message": "In [3]: KeyError: 'key'"}
    cells = nbformat.read(request["output"], 4).cells
    assert "An Exception was encountered" in cells[0].source
    assert "ran\n" in texts(request) and cells[-1].outputs == []


def test_known_faults_speak_for_themselves(warm, run):
    cell = (
        "from ogp_analysis.base.errors import UnknownName\nraise UnknownName('country', 'ABC is unknown', 'Use a code')"
    )
    [reply] = warm.run([run("known", cell)])
    assert reply["error"]["message"] == "country: ABC is unknown. Use a code."


def test_time_limit_ends_the_run_and_what_it_started(ran, kind):
    request, reply = ran[kind][1]["late"]
    assert reply["error"]["kind"] == "timeout" and reply["error"]["cell"] == 2
    assert reply["error"]["message"] == f"It was stopped because it took longer than {LIMITS[kind]} s."
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
def test_a_run_that_ends_its_process_hurts_no_other(warm, run, cell, kind, name):
    dying, other = run("dying", "print('before')", cell, "1"), run("other", "import time; time.sleep(0.5)", "'fine'")
    replies = {reply["id"]: reply for reply in warm.run([other, dying])}
    assert (replies["dying"]["error"]["kind"], replies["dying"]["error"]["name"]) == (kind, name)
    assert replies["dying"]["error"]["cell"] == 2 and "before\n" in texts(dying)
    assert "An Exception was encountered" in nbformat.read(dying["output"], 4).cells[0].source
    assert replies["other"]["ok"] and texts(other)[-1] == "'fine'"


def test_exit_ends_the_notebook_before_its_next_cell(warm, run):
    request = run("leaving", "print('bye'); exit()", "print('never')")
    [reply] = warm.run([request])
    assert (reply["error"]["kind"], reply["error"]["cell"]) == ("exit", 2)
    assert "bye\n" in texts(request) and "never\n" not in texts(request)


def test_memory_limit(ran, kind):
    (_, greedy), (_, modest) = (ran[kind][1][name] for name in ("greedy", "modest"))
    error = greedy["error"]
    assert (error["kind"], error["cell"]) == ("memory", 2) and "more memory" in error["message"]
    assert modest["ok"], modest


def test_jobs_run_side_by_side_and_reply_as_they_end(warm, run):
    sleep = "import time; time.sleep({}); time.time()"
    requests = [run(f"r{i}", "import time; time.time()", sleep.format(s)) for i, s in enumerate([3, 0.1, 0.1, 0.1])]
    order = [reply["id"] for reply in warm.run(requests)]
    assert order == ["r1", "r2", "r3", "r0"]
    spans = [(float(t[-2]), float(t[-1])) for t in map(texts, requests)]
    at_once = max(sum(a <= start < b for a, b in spans) for start, _ in spans)
    assert at_once == 2


def test_the_next_run_is_ready_before_its_turn(run):
    begun = "import time; now = time.clock_gettime(time.CLOCK_BOOTTIME); now"
    born = "import os; int(open('/proc/self/stat').read().rsplit(')')[1].split()[19]) / os.sysconf('SC_CLK_TCK')"
    slow = run("slow", begun, "time.sleep(2); time.clock_gettime(time.CLOCK_BOOTTIME)")
    requests = [slow, run("next", begun, born, timeout=1.5), run("dying", "import os; os._exit(1)"), run("last", "1")]
    with WarmProcess.start(jobs=1) as process:
        replies = {reply["id"]: reply for reply in process.run(requests)}
    (_, ended), (begins, forked) = [map(float, texts(request)[-2:]) for request in requests[:2]]
    assert forked < ended - 1 and ended <= begins
    assert replies["next"]["ok"] and replies["next"]["seconds"] < 1.5  # its time is counted from its turn
    assert replies["dying"]["error"]["kind"] == "exit" and replies["last"]["ok"]


def test_requests_are_taken_as_they_are_needed(warm, run):
    taken = []

    def requests():
        for i in range(12):
            taken.append(i)
            yield run(f"n{i}", "1")

    replies = warm.run(requests())
    next(replies)
    assert len(taken) < 12
    assert len(list(replies)) == 11


def test_working_directory_and_environment(ran, kind):
    folder, done = ran[kind]
    request, reply = done["fine"]
    assert reply["ok"], reply
    assert texts(request)[2:4] == [repr(str(folder / "elsewhere")), "('yes', None, '0', 'UTC')"]


def test_the_folder_of_the_notebook_is_the_working_directory_by_default(warm, run, tmp_path):
    (tmp_path / "neighbour.py").write_text("here = True")
    request = run("home", "import os, neighbour; os.getcwd()")
    [reply] = warm.run([request])
    assert reply["ok"] and texts(request)[-1] == repr(str(tmp_path))


def test_random_numbers_follow_from_the_parameters(warm, run):
    cell = "import random, numpy; random.random(), numpy.random.rand()"
    requests = [run(f"s{i}", cell, parameters={"a": a}) for i, a in enumerate([1, 1, 2])]
    assert all(reply["ok"] for reply in warm.run(requests))
    first, same, other = (texts(request)[-1] for request in requests)
    assert first == same != other


def test_paths_with_braces(warm, run, tmp_path):
    (tmp_path / "{a}").mkdir()
    request = run("braces", "1", parameters={"a": 1})
    request["output"] = str(tmp_path / "{a}" / "out {x}.ipynb")
    [reply] = warm.run([request])
    assert reply["ok"] and Path(request["output"]).exists()


def test_runs_do_not_see_one_another(warm, run):
    change = "import builtins, os, numpy; numpy.x = builtins.x = 1; os.environ['X'] = '1'; os.chdir('/')"
    look = (
        "import builtins, os, numpy; hasattr(numpy, 'x'), hasattr(builtins, 'x'), 'X' in os.environ, os.getcwd() == '/'"
    )
    requests = [run("changes", change), run("looks", look)]
    assert all(next(warm.run([request]))["ok"] for request in requests)
    assert texts(requests[1])[-1] == "(False, False, False, False)"


def test_what_a_notebook_leaves_for_the_end_is_done(warm, run, tmp_path):
    cells = [
        "import atexit, pathlib, tempfile\nn = atexit.register(pathlib.Path('farewell').write_text, 'bye')",
        "folder = tempfile.TemporaryDirectory(dir='.', prefix='left-')",
    ]
    [reply] = warm.run([run("tidy", *cells)])
    assert reply["ok"]
    assert (tmp_path / "farewell").read_text() == "bye" and not list(tmp_path.glob("left-*"))


def test_order_of_prints_and_of_what_is_written_to_the_descriptor(warm, run):
    cell = """
        import os, subprocess
        for i in range(200):
            print('print', i, end=' ')
            os.write(1, b'raw ')
            if not i % 50:
                subprocess.run(['echo', 'child'])
    """
    request = run("ordered", textwrap.dedent(cell) + "i")
    [reply] = warm.run([request])
    turns = "".join(f"print {i} raw " + ("" if i % 50 else "child\n") for i in range(200))
    assert reply["ok"] and texts(request)[-1] == turns + "199"


def test_function_afterwards(ran, kind):
    request, reply = ran[kind][1]["fine"]
    assert reply["ok"] and reply["after"]["extra"] == [1, {"x": None}] and reply["after"]["executed"]
    same = int(texts(request)[4]) == reply["after"]["pid"]
    assert same == (kind == "warm")


def test_a_request_without_a_notebook_is_the_function_afterwards_alone_in_a_fork_of_its_own(warm, run, tmp_path):
    output = tmp_path / "made"
    output.write_text("by hand")
    alone = {"id": "alone", "input": "", "output": str(output), "cwd": str(tmp_path), "timeout": 120}
    requests = [
        run("beside", "1 + 1", after="after_run:told", extra=1),
        {**alone, "after": "after_run:told", "extra": 2},
    ]
    replies = {reply["id"]: reply for reply in warm.run(requests)}
    assert [replies[name]["after"]["extra"] for name in ("beside", "alone")] == [1, 2]
    assert replies["alone"]["after"]["pid"] not in (replies["beside"]["after"]["pid"], os.getpid())
    [failed] = warm.run([{**alone, "after": "after_run:faulty"}])
    assert not failed["ok"] and failed["error"]["kind"] == "after"


@pytest.mark.parametrize(
    ("kind", "function", "fault", "message"),
    [
        ("warm", "faulty", "after", "report: it has no title. Give it one."),
        ("warm", "broken", "after", "after_run:broken: KeyError: 'key'"),
        ("warm", "slow", "timeout", "It was stopped because it took longer than 3 s."),
        ("cold", "faulty", "after", "report: it has no title. Give it one."),
        ("cold", "slow", "timeout", "It was stopped because it took longer than 10 s."),
    ],
)
def test_fault_of_the_function_afterwards(ran, kind, function, fault, message):
    request, reply = ran[kind][1][function]
    assert not reply["ok"] and "after" not in reply
    assert (reply["error"]["kind"], reply["error"]["message"], reply["error"]["cell"]) == (fault, message, None)
    assert texts(request)[-1] == "2"


def test_no_function_afterwards_when_the_notebook_failed(warm, run):
    [reply] = warm.run([run("failed", "1 / 0", after="after_run:broken")])
    assert reply["error"]["name"] == "ZeroDivisionError" and "after" not in reply


@pytest.mark.parametrize("stopped", [False, True])
def test_a_notebook_that_is_not_there(warm, tmp_path, stopped):
    """Its run ends before the first cell, and does not read that it may begin if it was told so beforehand."""
    if stopped:
        warm._process.send_signal(signal.SIGSTOP)
        threading.Timer(0.5, warm._process.send_signal, [signal.SIGCONT]).start()
    [reply] = warm.run([{"id": "x", "input": str(tmp_path / "no.ipynb"), "output": str(tmp_path / "o.ipynb")}])
    assert not reply["ok"] and reply["error"]["kind"] == "exit" and "no.ipynb" in reply["error"]["message"]


def test_cold_with_the_reason_when_a_module_starts_a_thread(modules):
    with open_process(modules=["numpy", "starts_thread"]) as process:
        assert process.kind == "cold"
        assert "2 threads are alive after importing starts_thread" in process.reason
    with pytest.raises(RunError, match="starts_thread"):
        open_process(modules=["starts_thread"], engine="warm")


def test_a_thread_that_ends_is_waited_for(modules):
    with open_process(modules=["short_thread"], engine="warm") as process:
        assert (process.kind, process.reason) == ("warm", "")


def test_the_stack_starts_no_thread(run):
    """pyarrow's allocator would; the environment of the process keeps it from doing so."""
    with open_process(modules=["pandas", "pyarrow.parquet", "matplotlib.figure", "statsmodels.api"]) as process:
        assert process.kind == "warm", process.reason
        request = run("arrow", "import pyarrow, sys; 'statsmodels.api' in sys.modules")
        assert next(process.run([request]))["ok"] and texts(request)[-1] == "True"


def test_a_module_that_cannot_be_imported_is_the_fault_of_the_run_that_needs_it(modules, run):
    with open_process(modules=["cannot_be_imported"], engine="warm") as process:
        replies = {r["id"]: r for r in process.run([run("without", "1"), run("with", "import cannot_be_imported")])}
    assert replies["without"]["ok"] and replies["with"]["error"]["message"] == "In [2]: RuntimeError: not today"


def test_what_a_foreign_module_says_is_said_in_the_notebook_that_imports_it(modules, run):
    """It is not imported beforehand; neither is one that starts a thread, and the process stays warm."""
    foreign = dict.fromkeys(("numpy", "says_something", "starts_thread", "warns", "cannot_be_imported"), ())
    foreign["has_parts"] = ("part", "no_such_part")
    there = (
        "import sys; sorted({*map(str.strip, '" + ",".join(foreign) + ",has_parts.part'.split(','))} & {*sys.modules})"
    )
    requests = [run("saying", "import says_something\nimport warns", there)]
    with open_process(modules=[], engine="warm", foreign=foreign) as process:
        assert (process.kind, process.reason) == ("warm", "")
        [reply] = process.run(requests)
    assert reply["ok"], reply
    _, said, imported = texts(requests[0])
    assert "I was imported" in said and "UserWarning: old" in said
    assert imported == "['has_parts', 'has_parts.part', 'numpy', 'says_something', 'warns']"


def test_choice_of_engine(monkeypatch):
    monkeypatch.setenv("OGP_ANALYSIS_ENGINE", "cold")
    with open_process() as process:
        assert (process.kind, process.reason) == ("cold", "OGP_ANALYSIS_ENGINE asks for it")
    with open_process(engine="warm") as process:
        assert process.kind == "warm"
    monkeypatch.setenv("OGP_ANALYSIS_ENGINE", "tepid")
    with pytest.raises(ParameterError, match="OGP_ANALYSIS_ENGINE: there is no engine 'tepid'"):
        open_process()
    monkeypatch.delenv("OGP_ANALYSIS_ENGINE")
    monkeypatch.setattr(sys, "platform", "darwin")
    with open_process() as process:
        assert process.kind == "cold" and "darwin" in process.reason


@pytest.fixture
def begun(monkeypatch):
    """A warm process that has not been told what to import; no code is younger than it."""
    monkeypatch.setattr(client, "_TICK", -1e9)
    with begin() as process:
        yield process


def test_a_process_that_has_begun_is_gone_on_with(begun, run):
    with open_process(modules=["numpy"], begun=begun) as process:
        assert process is begun
        [reply] = process.run([run("'numpy' in __import__('sys').modules")])
        assert reply["ok"]


@pytest.mark.parametrize("what", ["changed", "restored", "a lock that leads nowhere"])
def test_a_process_that_may_have_imported_older_code_is_not_used(begun, monkeypatch, tmp_path, what):
    monkeypatch.setattr(client, "_PACKAGE", tmp_path)
    monkeypatch.setattr(client, "_TICK", 1.0)
    if what == "a lock that leads nowhere":
        (tmp_path / ".#changed.py").symlink_to("nobody@nowhere")
    else:
        (tmp_path / "changed.py").touch()
    if what == "restored":
        os.utime(tmp_path / "changed.py", (1, 1))  # as what restores files with their dates does
    with open_process(modules=["numpy"], begun=begun) as process:
        assert process is not begun and process.kind == "warm"
        assert begun.closed and gone([begun._process.pid]) == []


def test_a_process_that_is_not_needed_ends_at_once():
    process = begin()
    process.close()
    assert process._process.returncode == -signal.SIGKILL


def test_a_process_that_has_begun_leaves_nothing_when_its_command_line_is_killed():
    code = """
import time
from ogp_analysis.publishing.engine.client import begin
process = begin()
print(process._process.pid, process._folder.name, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        pid, folder = parent.stdout.readline().split()
        parent.kill()
    assert gone([int(pid)]) == [] and not Path(folder).exists()


@pytest.mark.parametrize("engine", ["cold", "hot"])
def test_nothing_is_begun_for_an_engine_that_needs_it_not(engine):
    assert begin(engine=engine) is None


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
    for kind in ("warm", "cold"):
        request = run(kind, *cells)
        with open_process(modules=["matplotlib"], engine=kind) as process:
            [reply] = process.run([request])
        assert reply["ok"], reply
        said = texts(request)[1:]
        assert said[0] == "(1.5, 'module://matplotlib_inline.backend_inline')"
        assert "UserWarning: seen" in said[1] and said[2] == "(0.3333333333333333, False)"


PARENT = """
import sys, json
from ogp_analysis.publishing.engine.client import open_process
with open_process(2, engine={engine!r}) as process:
    print(getattr(process, "_process", None) and process._process.pid, flush=True)
    print(process._folder.name, flush=True)
    for reply in process.run(json.loads(sys.argv[1])):
        print(reply, flush=True)
"""


@pytest.mark.parametrize(
    ("engine", "how"),
    [
        ("warm", signal.SIGINT),
        ("warm", signal.SIGTERM),
        ("warm", signal.SIGKILL),
        ("warm", "both killed"),
        ("cold", signal.SIGINT),
        ("cold", signal.SIGKILL),
    ],
)
def test_nothing_outlives_the_command_line(engine, how, run, tmp_path):
    cells = ["import os, pathlib\nn = pathlib.Path('pid').write_text(str(os.getpid()))", "!echo $$ > shell; sleep 300"]
    request = run("long", *cells, cwd=str(tmp_path))
    command = [sys.executable, "-c", PARENT.format(engine=engine), json.dumps([request])]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        first, folder = (parent.stdout.readline().decode().strip() for _ in range(2))
        end = time.monotonic() + 60
        while not (tmp_path / "shell").exists() and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.3)
        pids = [int((tmp_path / name).read_text()) for name in ("pid", "shell")] + _sleeping()
        pids += [int(first)] if first.isdigit() else []
        assert all(map(alive, pids))
        if how == "both killed":
            os.killpg(parent.pid, signal.SIGSTOP)
            os.kill(int(first), signal.SIGKILL)
        os.killpg(parent.pid, signal.SIGKILL if how == "both killed" else how)
        parent.wait(60)
        assert gone(pids) == []
        assert not Path(folder).exists() or how == "both killed" or (engine, how) == ("cold", signal.SIGKILL)
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


def test_what_a_run_leaves_behind_ends_with_it(warm, run, tmp_path):
    request = run("litter", ESCAPE, LOOK.format(0))
    [reply] = warm.run([request])
    assert reply["ok"] and texts(request)[-1] == "True"
    assert gone([int((tmp_path / "pid").read_text())]) == []


def test_what_another_run_has_started_goes_on(warm, run, tmp_path):
    requests = [run("long", ESCAPE, LOOK.format(2)), run("short", "import time; time.sleep(1)")]
    assert [reply["id"] for reply in warm.run(requests)] == ["short", "long"]
    assert texts(requests[0])[-1] == "True"
    assert gone([int((tmp_path / "pid").read_text())]) == []


def test_what_the_warm_process_registered_for_its_own_end_waits_for_it(modules, run):
    with WarmProcess.start(["registers_exit"]) as process:
        assert next(process.run([run("one", "import registers_exit; registers_exit.ended.exists()")]))["ok"]
        assert not list(modules.glob("ended*"))
    assert sorted(path.name for path in modules.glob("ended*")) == ["ended", "ended too"]


def test_losing_the_warm_process_is_told(run):
    with WarmProcess.start() as process:
        replies = process.run([run("long", "import time; time.sleep(60)")])
        process._process.send_signal(signal.SIGKILL)
        with pytest.raises(RunError, match="OGP_ANALYSIS_ENGINE=cold"):
            next(replies)


def test_a_run_that_cannot_be_asked_for_leaves_nothing_open(run):
    request = run("one", "1")
    with WarmProcess.start() as process:
        process._process.kill()
        process._process.wait()
        before = set(Path("/proc/self/fd").iterdir())
        with pytest.raises(RunError, match="it has ended"):
            client.Fork(process, 1, request)
        assert set(Path("/proc/self/fd").iterdir()) == before


def test_breaking_off_ends_the_runs(run, tmp_path):
    with WarmProcess.start(jobs=2) as process:
        leave = "import os, pathlib, time; pathlib.Path('pid').write_text(str(os.getpid())); time.sleep(300)"
        for reply in process.run([run("long", leave), run("short", "import time; time.sleep(0.5)")]):
            assert reply["id"] == "short"
            break
        assert process.closed
        assert gone([int((tmp_path / "pid").read_text())]) == []
        with pytest.raises(RunError, match="warm process: it has ended"):
            next(process.run([run("again", "1")]))
