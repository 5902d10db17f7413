"""What docs/security.md promises of the code and of the locks."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from jupyterlab.handlers.announcements import NeverCheckForUpdate
from jupyterlab.labapp import LabApp

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ogp_analysis"
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
LOCKS = tuple(f"requirements{name}.lock" for name in ("", "-dev", "-docs", "-cluster", "-sbom", "-crate"))
#: Modules that make objects, and so run code, of what they read.
UNPICKLING = {"pickle", "_pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "multiprocessing"}
#: Calls that run a text as code or as a command.
RUNNING = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "runpy.run_path", "runpy.run_module"}
UNSAFE = {"yaml.load", "yaml.load_all", "yaml.unsafe_load", "yaml.full_load", "pd.read_pickle", "pandas.read_pickle"}
NETWORK = {
    *("requests", "urllib3", "http", "ftplib", "smtplib", "telnetlib", "xmlrpc", "socketserver", "ssl"),
    *("aiohttp", "httpx", "websocket", "websockets", "paramiko", "boto3"),
}
#: Libraries that report how, where or with what errors a program is used.
TELEMETRY = re.compile(
    r"posthog|sentry|mixpanel|amplitude|segment|rudder|snowplow|matomo|piwik|scarf|heap|keen|statsig|launchdarkly"
    r"|analytics|telemetry|opentelemetry|opencensus|applicationinsights|newrelic|ddtrace|datadog|statsd|bugsnag|rollbar"
    r"|honeybadger|airbrake|raygun|raven|logfire|ploomber"
)


@pytest.fixture(scope="module")
def modules() -> dict[str, list[ast.AST]]:
    """Every node of each module, by its file."""
    files = sorted([*PACKAGE.rglob("*.py"), *(ROOT / "tools").glob("*.py")])
    return {file.relative_to(ROOT).as_posix(): nodes(file.read_text(encoding="utf-8")) for file in files}


def nodes(text: str) -> list[ast.AST]:
    return list(ast.walk(ast.parse(text)))


def imported(module: list[ast.AST]) -> set[str]:
    plain = {alias.name for node in module if isinstance(node, ast.Import) for alias in node.names}
    members = [n for n in module if isinstance(n, ast.ImportFrom) and n.module and not n.level]
    return plain | {n.module for n in members} | {f"{n.module}.{alias.name}" for n in members for alias in n.names}


def doubtful(module: list[ast.AST]) -> set[str]:
    """Return what a module has that could run what it reads."""
    found = {name for name in imported(module) if name.partition(".")[0] in UNPICKLING}
    for node in module:
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            found |= {name} & (RUNNING | UNSAFE)
            shown = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
            found |= {"shell"} if shown.get("shell", "False") != "False" else set()
            found |= {"allow_pickle"} if shown.get("allow_pickle", "False") != "False" else set()
    return found


def test_nothing_that_is_read_is_run(modules):
    found = {name: odd for name, module in modules.items() if (odd := doubtful(module))}
    assert found == {
        # A copy of what is in memory, results of the same batch, and the wire between processes that one has started.
        "ogp_analysis/base/fingerprint.py": {"pickle"},
        "ogp_analysis/publishing/runs/normalise.py": {"pickle"},
        "ogp_analysis/base/processes.py": {
            "multiprocessing",
            "multiprocessing.connection",
            "multiprocessing.forkserver",
        },
        "ogp_analysis/base/workers.py": {"multiprocessing"},
    }
    for name in found:
        assert f"`{name}`" in PAGE


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from pickle import loads",
        "import marshal",
        "def f():\n    import shelve",
        "eval('1')",
        "exec(text)",
        "os.system(text)",
        "yaml.load(text, yaml.Loader)",
        "pd.read_pickle(file)",
        "numpy.load(file, allow_pickle=True)",
        "subprocess.run(text, shell=True)",
    ],
)
def test_code_that_runs_what_it_reads_is_found(text):
    assert doubtful(nodes(text))


def test_the_copy_unpickles_nothing_but_what_it_has_just_pickled(modules):
    module = modules["ogp_analysis/publishing/runs/normalise.py"]
    calls = [ast.unparse(n) for n in module if isinstance(n, ast.Call) and "pickle.load" in ast.unparse(n.func)]
    assert calls == ["pickle.loads(pickle.dumps(notebook, pickle.HIGHEST_PROTOCOL))"]


def test_one_module_reaches_the_network(modules):
    names = {name: imported(module) for name, module in modules.items()}
    first = {name: {one.partition(".")[0] for one in own} for name, own in names.items()}
    opening = {name: own & {"urllib.request", "urllib.error"} for name, own in names.items()}
    assert {name for name in names if first[name] & NETWORK or opening[name]} == {
        "ogp_analysis/data/sources/download.py"
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_brings_telemetry(lock):
    names = re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
    assert len(names) > 20
    assert [name for name in names if TELEMETRY.search(name.lower())] == []


@pytest.mark.parametrize("name", ["posthog", "sentry-sdk", "segment-analytics-python", "opentelemetry-api", "statsd"])
def test_telemetry_would_be_found(name):
    assert TELEMETRY.search(name)


def test_jupyterlab_is_told_not_to_ask_for_news_updates_or_extensions():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    quiet = re.search(r"^QUIET := (.*)$", makefile, re.MULTILINE)[1].split()
    assert re.search(r"jupyterlab .*\$\(QUIET\)", makefile)
    lab = LabApp()
    lab.parse_command_line(quiet)
    assert lab.news_url is None
    assert lab.check_for_updates_class is NeverCheckForUpdate
    assert lab.extension_manager == "readonly"


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "docs/index.md"])
def test_the_page_is_linked(file):
    assert "security.md)" in (ROOT / file).read_text(encoding="utf-8")


def test_the_files_that_the_page_names_are_there():
    named = set(re.findall(r"`((?:ogp_analysis|tests|tools)/[a-z_/]+\.py)`", PAGE))
    assert len(named) >= 5
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []
