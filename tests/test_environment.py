"""The environment: what is declared, what is locked, and what each locked distribution allows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ogp_analysis.base.errors import EXTRAS

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
#: Named by nothing but the command that starts it.
STARTED = {"jupyterlab"}
LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-docs.lock",
    "requirements-cluster.lock",
    "requirements-sbom.lock",
    "requirements-crate.lock",
    "requirements-fuzz.lock",
    "requirements-lock.lock",
)
#: conda-forge's names of what is called otherwise on the Python side.
CONDA_NAMES = {"jupyter_client": "jupyter-client", "jupyter_core": "jupyter-core", "matplotlib-base": "matplotlib"}
#: Copyleft that reaches whoever links or serves it; the lesser GPL does not.
COPYLEFT = re.compile(r"(?<![Ll])\bA?GPL|(?<!Lesser )General Public License|Affero", re.IGNORECASE)
#: Distributions of the core lock under the lesser GPL, reviewed: they are imported as they are, never changed.
LESSER = {"python-stdnum"}


def requirements(extra: str = "") -> list[Requirement]:
    """Return what an extra brings, with the extras it names; by default what the library alone needs."""
    found = []
    for text in PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]:
        one = Requirement(text)
        own = canonicalize_name(one.name) == canonicalize_name(PROJECT["name"])
        found += [r for other in sorted(one.extras) for r in requirements(other)] if own else [one]
    return found


def names(extra: str = "") -> set[str]:
    return {canonicalize_name(one.name) for one in requirements(extra)}


#: What is installed for one machine, and what the package uses on any.
DIRECT = names() | names("all")
USED = DIRECT | names("cluster")


def locked(name: str) -> list[Requirement]:
    """Return the pins of a lock, whatever Python or system they are for."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line.rstrip("\\ ")) for line in lines if line[:1].isalnum()]


def versions(name: str, **environment: str) -> dict[str, str]:
    """Return version by distribution of a lock, for this environment or one that differs in `environment`."""
    pins = [pin for pin in locked(name) if pin.marker is None or pin.marker.evaluate(environment or None)]
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash_and_no_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    assert [block for block in blocks if not re.search(r"--hash=sha256:[0-9a-f]{64}", block)] == []
    assert "://" not in text


def test_the_core_lock_holds_every_direct_dependency_and_the_build_backend():
    assert versions("requirements.lock").keys() >= DIRECT | {"setuptools"}


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("extra", ["dev", "docs", "cluster"])
def test_locks_of_an_extra_agree_with_the_core(extra, python):
    environment = {"python_version": python, "python_full_version": f"{python}.1"}
    core, more = versions("requirements.lock", **environment), versions(f"requirements-{extra}.lock", **environment)
    assert core.items() <= more.items()


@pytest.mark.parametrize("extra", ["dev", "docs", "cluster"])
def test_the_lock_of_an_extra_holds_it(extra):
    assert versions(f"requirements-{extra}.lock").keys() >= names(extra)


def test_nothing_is_installed_without_hashes():
    """But the checkout itself, whose build tools are in the lock."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8") + (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    text = text.replace("\\\n", " ").replace("$(INSTALL)", "pip install")
    installs = [line for line in text.splitlines() if re.search(r"pip\b.* install |pip install", line)]
    assert len(installs) > 5 and any("requirements-lock.lock" in line for line in installs)
    odd = [
        line
        for line in installs
        if "--require-hashes" not in line and "--no-deps --no-build-isolation -e ." not in line
    ]
    assert [line for line in odd if not line.startswith("INSTALL := ")] == []


@pytest.mark.parametrize("name", ["sbom", "crate", "lock"])
def test_the_lock_of_a_tool_holds_it(name):
    tool = Requirement((ROOT / "tools" / f"{name}.in").read_text(encoding="utf-8").splitlines()[-1])
    assert tool.specifier.contains(versions(f"requirements-{name}.lock")[canonicalize_name(tool.name)])


def test_each_direct_dependency_has_a_lower_bound_and_no_upper_one():
    """The lock fixes versions; an upper bound would only stand in the way of who installs the package beside others."""
    lock = versions("requirements-cluster.lock")
    for wanted in [*requirements(), *requirements("all"), *requirements("cluster")]:
        assert [bound.operator for bound in wanted.specifier] == [">="], wanted
        assert wanted.specifier.contains(lock[canonicalize_name(wanted.name)]), wanted


def test_the_locked_versions_are_installed():
    wrong = {name: pin for name, pin in versions("requirements.lock").items() if metadata.version(name) != pin}
    assert wrong == {}, "make install"


def test_conda_gets_the_direct_dependencies_in_the_locked_versions():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    conda = dict(entry.split("=") for entry in listed if isinstance(entry, str) and entry != "pip")
    (pip,) = [entry["pip"] for entry in listed if isinstance(entry, dict)]
    python = conda.pop("python")
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(python)
    found = {CONDA_NAMES.get(name, name): version for name, version in conda.items()}
    from_pip = dict(entry.split("==") for entry in pip if entry != "-e .")
    assert "-e ." in pip
    assert not found.keys() & from_pip.keys()
    lock = versions("requirements.lock", python_version=python, python_full_version=f"{python}.9")
    assert found | from_pip == {name: lock[name] for name in DIRECT}


def distributions(modules: set[str]) -> set[str]:
    """Return the declared distributions that modules come from; of what no declared one has, the module."""
    owners = metadata.packages_distributions()
    found = {module: {canonicalize_name(name) for name in owners.get(module, ())} for module in modules}
    return {name for module, owned in found.items() for name in owned & USED or {module}}


def imported(files: Iterable[Path]) -> set[str]:
    outside = {top for file in files for top in _imported(file)} - set(sys.stdlib_module_names) - {"ogp_analysis"}
    return distributions(outside)


def test_what_the_package_imports_is_declared_and_what_is_declared_is_imported():
    """A distribution that comes along with another one may leave with it."""
    found = imported((ROOT / "ogp_analysis").rglob("*.py"))
    assert found - USED == set(), "declare them in pyproject.toml, then make lock"
    assert USED - found == STARTED, "nothing imports them: take them out of pyproject.toml, then make lock"


def test_the_library_alone_imports_nothing_that_an_extra_brings():
    """A result that shows itself is asked to by IPython, so it is there."""
    files = set((ROOT / "ogp_analysis").rglob("*.py")) - set((ROOT / "ogp_analysis" / "publishing").rglob("*.py"))
    shown = {ROOT / "ogp_analysis" / "base" / "words" / "catalogue.py"}
    cluster = {ROOT / "ogp_analysis" / "base" / f"{name}.py" for name in ("cluster", "workers")}
    assert imported(files - shown - cluster) <= names()
    assert imported(cluster) <= names() | names("cluster")


def test_one_machine_installs_and_imports_nothing_of_dask():
    assert versions("requirements.lock").keys() & {"dask", "distributed"} == set()
    assert versions("requirements-cluster.lock").keys() >= {"dask", "distributed"}
    code = """
        import sys
        import ogp_analysis, ogp_analysis.__main__, ogp_analysis.base.cluster, ogp_analysis.publishing.runs.runner
        import ogp_analysis.procurement.own_files.cleaning_run, ogp_analysis.publishing.scans
        print(sorted({"dask", "distributed"} & set(sys.modules)))
    """
    told = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True)
    assert (told.stdout, told.stderr) == ("[]\n", "")


def test_the_sentences_on_extras_name_what_is_imported_of_them():
    assert EXTRAS.keys() == PROJECT["optional-dependencies"].keys() - {"all", "dev", "docs"}
    assert distributions(set(EXTRAS["pdf"][1])) == names("pdf")
    assert distributions(set(EXTRAS["cluster"][1])) == names("cluster")
    assert distributions(set(EXTRAS["notebooks"][1])) == names("notebooks") - names("pdf") - STARTED


def test_all_means_every_extra_for_one_machine():
    assert names("all") == names("notebooks") | names("pdf")


def _imported(file: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    members = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {name.split(".")[0] for name in plain | members}


def licence(name: str) -> str:
    """Return the terms a distribution states: its expression, else its classifiers, else its own words."""
    about = metadata.metadata(name)
    classifiers = [text for text in about.get_all("Classifier") or [] if text.startswith("License ::")]
    words = (about.get("License") or "").strip()
    return about.get("License-Expression") or "; ".join(classifiers) or ("" if words == "UNKNOWN" else words[:200])


def test_the_core_states_its_licences_and_none_is_strong_copyleft():
    terms = {name: licence(name) for name in versions("requirements-cluster.lock")}
    assert [name for name, said in terms.items() if not said] == []
    assert [name for name, said in terms.items() if COPYLEFT.search(said)] == []
    lesser = {name for name, said in terms.items() if re.search(r"LGPL|Lesser", said, re.IGNORECASE)}
    assert lesser == LESSER


@pytest.mark.parametrize(
    ("said", "strong"),
    [
        ("GPL-3.0-or-later", True),
        ("AGPL-3.0-only", True),
        ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", True),
        ("GNU Affero General Public License", True),
        ("LGPL-2.1-or-later", False),
        ("License :: OSI Approved :: GNU Lesser General Public License v2 or later (LGPLv2+)", False),
        ("BSD-3-Clause", False),
    ],
)
def test_strong_copyleft_is_told_from_the_lesser(said, strong):
    assert bool(COPYLEFT.search(said)) is strong
