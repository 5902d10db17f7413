"""A fresh clone in a folder with a space in its name, installed the way the README says; and a wheel, elsewhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
#: The core environment stays below this, so that it fits where people have little room.
LARGEST_ENVIRONMENT = 10**9

#: The library alone, without byte code.
LARGEST_LIBRARY = 620 * 10**6

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Iterator[Path]:
    """The tracked files, as they are now, in a folder whose name holds a space; installed."""
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if told.returncode:
        pytest.skip("not a git checkout")
    folder = tmp_path_factory.mktemp("a clone") / "of the project"
    for name in filter(None, told.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    made = make(folder, "install", f"PYTHON={sys._base_executable}")
    assert made.returncode == 0, made.stderr
    yield folder
    shutil.rmtree(folder / ".venv")


def apart(**variables: str) -> dict[str, str]:
    """Return the environment without what would lead to this checkout."""
    away = {"OGP_ANALYSIS_HOME", "PYTHONPATH", "VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS"}
    return {name: value for name, value in os.environ.items() if name not in away} | variables


def make(folder: Path, *words: str) -> subprocess.CompletedProcess:
    """Run make in a clone."""
    return subprocess.run(["make", *words], cwd=folder, env=apart(), capture_output=True, text=True)


def test_it_runs_from_its_own_folder(clone):
    code = "import ogp_analysis; print(ogp_analysis.__file__)"
    told = subprocess.run([".venv/bin/python", "-c", code], cwd=clone, capture_output=True, text=True, check=True)
    assert Path(told.stdout.strip()) == clone / "ogp_analysis" / "__init__.py"


def test_a_second_install_does_nothing(clone):
    assert "pip" not in make(clone, "install").stdout


def test_the_tables_can_be_built_and_the_runs_listed(clone):
    built = make(clone, "build")
    assert built.returncode == 0, built.stderr
    listed = subprocess.run(
        [".venv/bin/python", "-m", "ogp_analysis", "run", "--all", "--dry-run"],
        cwd=clone,
        capture_output=True,
        text=True,
    )
    assert listed.returncode == 0, listed.stderr
    assert "country_profile MEX" in listed.stdout


def other_pythons() -> list[str]:
    """Return the other Pythons of this machine that the project supports, the newest last."""
    named = (shutil.which(f"python3.{minor}") for minor in range(11, 20) if minor != sys.version_info.minor)
    return [python for python in named if python]


@pytest.mark.skipif(not other_pythons(), reason="this machine has no other Python")
def test_the_same_result_has_the_same_id_on_the_newest_python_of_the_machine(clone, tmp_path):
    ids, other = [], Path(shutil.copytree(clone, tmp_path / "other", ignore=shutil.ignore_patterns(".venv")))
    assert make(other, "install", f"PYTHON={other_pythons()[-1]}").returncode == 0
    for folder in (clone, other):
        words = "-m ogp_analysis run country_profile -p country ARG --only notebook".split()
        told = subprocess.run([".venv/bin/python", *words], cwd=folder, env=apart(), capture_output=True, text=True)
        assert told.returncode == 0, told.stderr
        [file] = (folder / "reports").glob("country_profile/*/run.json")
        record = json.loads(file.read_text(encoding="utf-8"))
        ids.append((record["id"], record["log"]["python"].split(".")[1]))
    assert ids[0][0] == ids[1][0] and ids[0][1] != ids[1][1]


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


def test_the_environment_stays_small(clone):
    assert size(clone / ".venv") < LARGEST_ENVIRONMENT


def test_an_edited_notebook_counts_at_once_wherever_one_works(clone, tmp_path):
    def listed() -> str:
        told = subprocess.run(
            [clone / ".venv/bin/python", *"-m ogp_analysis run data_quality -p edition embedded --dry-run".split()],
            cwd=tmp_path,
            env=apart(),
            capture_output=True,
            text=True,
        )
        assert told.returncode == 0, told.stderr
        return told.stdout

    notebook = clone / "notebooks" / "data_quality.ipynb"
    before = notebook.read_text(encoding="utf-8")
    assert "data_quality embedded ogp_membership.spells" not in listed()
    try:
        notebook.write_text(before.replace("ogp_commitments.commitments", "ogp_membership.spells"), encoding="utf-8")
        assert "data_quality embedded ogp_membership.spells" in listed()
    finally:
        notebook.write_text(before, encoding="utf-8")


class Elsewhere:
    """A wheel in an environment of its own, used from an empty folder.

    Attributes
    ----------
    folder : pathlib.Path
        The empty working directory.
    data : pathlib.Path
        The user's folder for data.
    environment : pathlib.Path
        Where the wheel is installed.
    """

    def __init__(self, above: Path) -> None:
        self.folder, self.data, self.environment = above / "empty", above / "of the user", above / "environment"
        self.folder.mkdir()
        self._pins = above / "pins.txt"
        pins = [line.rstrip("\\ ") for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()]
        self._pins.write_text("\n".join(pin for pin in pins if pin[:1].isalnum()), encoding="utf-8")
        subprocess.run([sys._base_executable, "-m", "venv", self.environment], check=True)

    def install(self, what: str | Path) -> None:
        """Install something in the locked versions."""
        options = ("--disable-pip-version-check", "--quiet", "--no-compile", "--constraint", self._pins)
        done = self.python("-m", "pip", "install", *options, what)
        assert done.returncode == 0, done.stderr

    def python(self, *words: str | Path, **variables: str) -> subprocess.CompletedProcess:
        known = apart(XDG_DATA_HOME=str(self.data), PYTHONDONTWRITEBYTECODE="1", **variables)
        line = [self.environment / "bin" / "python", *words]
        return subprocess.run(line, cwd=self.folder, env=known, capture_output=True, text=True)

    def files(self) -> dict[Path, tuple[int, int]]:
        """Return what is installed, with size and time of change."""
        there = (self.environment / "lib").rglob("*")
        return {file: (file.stat().st_size, file.stat().st_mtime_ns) for file in there if file.is_file()}


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory) -> Iterator[Elsewhere]:
    """The library alone, from a wheel of this checkout."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    above = tmp_path_factory.mktemp("elsewhere")
    build = "import sys; sys.path.insert(0, 'tools'); import build_backend; build_backend.build_wheel(sys.argv[1])"
    done = subprocess.run([sys.executable, "-c", build, above], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    made = Elsewhere(above)
    made.install(next(above.glob("*.whl")))
    yield made
    shutil.rmtree(made.environment)


def test_the_library_alone_is_small_and_lacks_what_the_extras_bring(elsewhere):
    """Pillow is there, which an extra names because it draws with it: matplotlib brings it."""
    code = "from ogp_analysis.base.errors import EXTRAS; from importlib.util import find_spec; "
    code += "print([name for _, names in EXTRAS.values() for name in (*names, 'jupyterlab') if find_spec(name)])"
    told = elsewhere.python("-c", code)
    assert told.stdout == "['PIL']\n", told.stderr
    assert size(elsewhere.environment) < LARGEST_LIBRARY


def test_the_library_alone_hands_out_tables_and_panels_anywhere(elsewhere):
    """It writes below the user's folder for data, says so once, and leaves what is installed as it was."""
    before = elsewhere.files()
    code = """
import ogp_analysis as ogp
print(len(ogp.load("ogp_membership", "countries")), len(ogp.panel(["v2xcs_ccsi"], 2020, 2020).frame) > 100)
print(ogp.say({"en": "{n} countries", "es": "{n} países"}, n=len(ogp.load("ogp_membership", "countries")), id="n"))
"""
    told = elsewhere.python("-c", code)
    assert told.returncode == 0, told.stderr
    rows = len((ROOT / "data/raw/ogp_membership/compiled-extract/countries.csv").read_text("utf-8").splitlines()) - 1
    assert told.stdout.splitlines()[0] == f"{rows} True"
    assert told.stdout.splitlines()[1] == f"{rows} countries"
    home = elsewhere.data / "ogp_analysis"
    assert told.stderr.count(f"written below {home};") == 1
    assert (home / "data/processed/embedded/ogp_membership/countries.parquet").is_file()
    again = elsewhere.python("-m", "ogp_analysis", "build", "ogp_membership")
    assert again.stdout.splitlines() == ["ogp_membership: current", str(home / "data/processed")]
    assert elsewhere.files() == before and not list(elsewhere.folder.iterdir())


def test_every_public_name_is_there_in_the_library_alone(elsewhere):
    told = elsewhere.python("-c", "import ogp_analysis as ogp; print(all(hasattr(ogp, name) for name in dir(ogp)))")
    assert told.stdout == "True\n", told.stderr
    told = elsewhere.python("-c", "import ogp_analysis as ogp; ogp.collect('data_quality')")
    assert told.stderr.splitlines()[-1].endswith("Install the extra: pip install 'ogp-analysis[notebooks]'.")


def test_without_the_extra_for_notebooks_a_run_says_how_to_get_it_and_with_it_it_runs(elsewhere, tmp_path):
    run = ("-m", "ogp_analysis", "run", "data_quality", "-p", "table", "ogp_membership.spells")
    refused = elsewhere.python(*run)
    assert refused.returncode == 2 and len(refused.stderr.splitlines()) == 1
    said = re.search(r"Install the extra: pip install '(.*)'\.$", refused.stderr.strip())
    elsewhere.install(said[1])
    before, mine = elsewhere.files(), tmp_path / "mine"
    mark = ("-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "--allow-empty", "-m", "Theirs")
    for words in (("init", "--quiet"), mark):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    done = elsewhere.python(*run, OGP_ANALYSIS_HOME=str(mine))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(mine / "reports/index.html")
    (report,) = mine.glob("reports/data_quality/*")
    assert {file.name for file in report.iterdir()} == {"en", "es", "run.json"}
    for page in (report / "en", report / "es"):
        assert {"index.html", "notebook.ipynb"} <= {file.name for file in page.iterdir()}
        assert list(page.glob("figures/*.png"))
    prose = [
        {"".join(cell["source"]) for cell in json.loads(file.read_bytes())["cells"] if cell["cell_type"] == "markdown"}
        for file in report.glob("*/notebook.ipynb")
    ]
    assert not set.intersection(*prose), "the words of the notebooks come with the package"
    record = (report / "run.json").read_text("utf-8")
    assert '"commit": null' in record, "that of a repository of the user is none of this project"
    texts = [file.read_bytes() for file in report.rglob("*") if file.is_file()]
    assert not any(bytes(elsewhere.environment) in text or bytes(mine) in text for text in texts)
    assert elsewhere.files() == before and not list(elsewhere.folder.iterdir())
    current = elsewhere.python(*run, OGP_ANALYSIS_HOME=str(mine))
    assert current.stdout.startswith("Nothing changed: 1 runs are current.")


def test_the_list_of_what_is_locked_holds_every_pin_with_its_hashes(clone):
    made = make(clone, "sbom", f"PYTHON={sys._base_executable}")
    assert made.returncode == 0, made.stderr
    first = (clone / "build" / "sbom.cdx.json").read_bytes()
    bill = json.loads(first)
    assert bill["bomFormat"] == "CycloneDX" and bill["metadata"]["component"]["name"] == "ogp-analysis"
    blocks = re.split(r"\n(?=[A-Za-z0-9])", (clone / "requirements.lock").read_text(encoding="utf-8"))
    pins = {re.match(r"([^=]+)==([^ ]+)", b).groups(): set(re.findall(r"sha256:([0-9a-f]{64})", b)) for b in blocks}
    listed = {
        (one["name"], one["version"]): {h["content"] for ref in one["externalReferences"] for h in ref["hashes"]}
        for one in bill["components"]
    }
    assert listed == pins
    assert {one["purl"] for one in bill["components"]} == {f"pkg:pypi/{name}@{version}" for name, version in pins}
    assert make(clone, "sbom", f"PYTHON={sys._base_executable}").returncode == 0
    assert (clone / "build" / "sbom.cdx.json").read_bytes() == first


def test_an_old_python_is_refused_in_a_sentence(clone, tmp_path):
    old = tmp_path / "old python"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    told = make(clone, "--always-make", "install", f"PYTHON={old}")
    assert told.returncode == 2
    assert "is older than Python 3.11. Name a newer one" in told.stderr
    assert "There is no" in make(clone, "--always-make", "install", "PYTHON=no-such-python").stderr


def test_a_moved_clone_installs_itself_again(clone):
    moved = clone.rename(clone.with_name("moved to here"))
    try:
        assert make(moved, "install").returncode == 0
        code = "import ogp_analysis; print(ogp_analysis.__file__)"
        told = subprocess.run([".venv/bin/python", "-c", code], cwd=moved, capture_output=True, text=True, check=True)
        assert Path(told.stdout.strip()).is_relative_to(moved)
    finally:
        moved.rename(clone)
