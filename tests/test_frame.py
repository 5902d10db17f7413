"""The frame of the project: what an import costs, what files are called, what the repository may hold."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from types import ModuleType

import grimp
import pytest
import yaml

from ogp_analysis.base.fingerprint import of_bytes
from ogp_analysis.base.front_door import public_names
from ogp_analysis.data.cleaning.catalog import DATASETS, PLAIN
from ogp_analysis.data.sources import licences, sidecar

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ogp_analysis"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
#: Names that say nothing about what a module holds.
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc"}
#: Folders of one machine, and hosts that packages come from. Written in parts, so that this file does not hold them.
MACHINE_PATH = re.compile(r"(?<![\w./:~$}-])/(?:wor" + r"k|roo" + r"t|opt/whe" + r"els)(?:/|\b(?![\w./-]))")
REGISTRY = re.compile(
    "|".join(
        re.escape(host.replace(" ", ""))
        for host in (
            "pypi .org",
            "pythonhosted .org",
            "registry .npmjs",
            "deb .debian",
            "conda .anaconda",
            "crates .io",
            "proxy .golang",
        )
    )
)

_SPY = """
import json, sys, time
opened, before = [], set(sys.modules)
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
start = time.perf_counter()
import ogp_analysis
seconds = time.perf_counter() - start
files = list(opened)
print(json.dumps({"seconds": seconds, "opened": files, "modules": sorted(set(sys.modules) - before)}))
"""


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """The files that git tracks."""
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if told.returncode:
        pytest.skip("not a git checkout")
    names = [name for name in told.stdout.split("\0") if name]
    return [ROOT / name for name in names if (ROOT / name).is_file() or (ROOT / name).is_symlink()]


def _import_once() -> dict:
    told = subprocess.run([sys.executable, "-B", "-c", _SPY], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(told.stdout)


def test_importing_the_front_door_takes_little_and_reads_no_other_file():
    told = [_import_once() for _ in range(3)]
    cached = re.escape(str(PACKAGE)) + r"/(__init__\.pyi?|__pycache__/__init__\.[\w-]+(\.opt-\d)?\.pyc)"
    opened = [file for file in told[0]["opened"] if Path(file).is_relative_to(ROOT) and ".venv" not in file]
    assert [file for file in opened if not re.fullmatch(cached, file)] == []
    assert [name for name in told[0]["modules"] if name.split(".")[0] not in sys.stdlib_module_names] == [
        "lazy_loader",
        "ogp_analysis",
    ]
    assert min(once["seconds"] for once in told) < 0.05


def test_every_public_name_is_what_its_room_has():
    """Also a name that a module of its wing bears, and after every module was imported."""
    import ogp_analysis as ogp

    for file in sorted(PACKAGE.rglob("*.py")):
        if file.stem not in {"__init__", "__main__"} and "own_files" not in file.parts:
            import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    names, wrong = public_names(), []
    for name, module in names.items():
        found = ogp
        for part in name.split("."):
            found = getattr(found, part)
        if isinstance(found, ModuleType) and module.rpartition(".")[2] == name:  # a wing
            wrong += [] if found is import_module(module) else [name]
        elif isinstance(found, ModuleType) or found is not getattr(import_module(module), name.rpartition(".")[2]):
            wrong.append(f"{name} of {module}")
    assert wrong == []
    # 105, and the commands `add events` and `add purchases` as they are typed in Python.
    assert len(names) <= 107, "the front door has the nouns and verbs of the field, no more"
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = ogp.no_such_name


def test_the_front_door_lists_its_names():
    import ogp_analysis as ogp

    assert {name for name in public_names() if "." not in name} <= set(dir(ogp))
    assert {"event", "specification_curve"} <= set(dir(ogp.civic_space))


def test_no_module_has_a_name_that_says_nothing():
    files = [*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    stems = {file.stem.removeprefix("test_"): file for file in files}
    folders = {folder.name for folder in PACKAGE.rglob("*/")}
    assert NAMES_THAT_SAY_NOTHING & (stems.keys() | folders) == set()


def test_no_tracked_file_names_a_machine_path_or_a_registry(tracked):
    found = []
    for file in tracked:
        text = file.read_bytes().decode("utf-8", errors="ignore")
        for pattern in (MACHINE_PATH, REGISTRY):
            found += [f"{file.relative_to(ROOT)}: {match.group()}" for match in pattern.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("open('/wor" + "k/main')", True),
        ("cd /roo" + "t", True),
        ("https://example.org/wor" + "k/1", False),
        ("data/wor" + "k/1", False),
        ("/wor" + "kshop/", False),
    ],
)
def test_a_machine_path_is_told_from_an_address(text, wrong):
    assert bool(MACHINE_PATH.search(text)) is wrong


def test_only_extracts_that_may_be_published_lie_in_data_raw(tracked):
    raw = ROOT / "data" / "raw"
    described = {source.folder: source for source in sidecar.sources(raw)}
    wrong = []
    for file in tracked:
        if not file.is_relative_to(raw) or file.name in {"source.toml", "README.md", licences.NAME}:
            continue
        source = described.get("/".join(file.relative_to(raw).parts[:2]))
        hashes = {f.name: f.sha256 for f in source.files if f.redistribute} if source else {}
        embedded = source is not None and source.dataset
        if not embedded or hashes.get(file.name) != of_bytes(file.read_bytes()):
            wrong.append(str(file.relative_to(ROOT)))
    assert wrong == []


def test_no_link_is_tracked(tracked):
    assert [file for file in tracked if file.is_symlink()] == []


def test_nothing_built_is_tracked(tracked):
    built = {"reports", ".venv", "build", "dist"}
    names = [file.relative_to(ROOT) for file in tracked]
    assert [str(name) for name in names if built & set(name.parts[:1]) or name.suffix in {".parquet", ".pyc"}] == []
    assert [str(name) for name in names if name.parts[:2] == ("data", "processed")] == ["data/processed/README.md"]


def test_the_layers_are_every_module_and_end_in_the_base():
    (layers,) = [c for c in _contracts() if c["id"] == "layers"]
    listed = [name.strip(" ()") for layer in layers["layers"] for name in re.split("[:|]", layer)]
    present = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert present - {"__init__"} <= set(listed)
    assert len(listed) == len(set(listed))
    assert listed[0] == "__main__" and listed[-1] == "base"


def test_cleaners_do_not_know_one_another():
    imports = grimp.build_graph(PACKAGE.name)
    cleaners = {
        module.removesuffix(".dataset") for name, module in DATASETS.items() if name not in PLAIN
    }  # one with a folder, with all of it
    assert imports.find_illegal_dependencies_for_layers(layers=(cleaners,)) == set()


def _contracts() -> list[dict]:
    return PYPROJECT["tool"]["importlinter"]["contracts"]


def test_the_citation_file_is_of_this_version():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["version"] == PYPROJECT["project"]["version"]
    assert cited["license"] == PYPROJECT["project"]["license"]
    assert cited["cff-version"] == "1.2.0"
    assert [author["name"] for author in cited["authors"]] == [a["name"] for a in PYPROJECT["project"]["authors"]]
    assert {"title", "message", "date-released"} <= cited.keys()


def test_what_is_said_of_the_software_to_registries_is_said_everywhere_alike():
    said = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = PYPROJECT["project"]
    assert said["@type"] == "SoftwareSourceCode" and said["@context"] == "https://w3id.org/codemeta/3.0"
    assert (said["name"], said["version"]) == (cited["title"], project["version"])
    assert said["datePublished"] == str(cited["date-released"])
    assert said["license"] == f"https://spdx.org/licenses/{project['license']}"
    assert [author["name"] for author in said["author"]] == [author["name"] for author in cited["authors"]]
    assert said["description"] == cited["abstract"] == project["description"] + "."
    assert said["keywords"] == cited["keywords"] == project["keywords"]
    assert said["programmingLanguage"]["version"] == project["requires-python"]
    assert said["softwareRequirements"] == project["dependencies"]
    assert (ROOT / said["readme"]).is_file()


def test_the_changelog_begins_with_this_version_and_says_which_results_changed():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = [part for part in text.split("\n## ")[1:] if not part.startswith("[Unreleased]")]
    assert released[0].startswith(f"[{PYPROJECT['project']['version']}]")
    assert all("\n### Results changed\n" in part for part in released)


PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").glob("*/README.md")]


@pytest.mark.parametrize("page", sorted(str(page.relative_to(ROOT)) for page in PAGES))
def test_links_between_pages_lead_somewhere(page):
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", (ROOT / page).read_text(encoding="utf-8"))
    assert [target for target in targets if not ((ROOT / page).parent / target).exists()] == []


def test_every_page_of_the_documentation_is_reached_from_its_index():
    docs = ROOT / "docs"
    reached, waiting = set(), [docs / "index.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+\.md)", page.read_text(encoding="utf-8"))
            waiting += [file for target in targets if (file := (page.parent / target).resolve()).is_relative_to(ROOT)]
    # Pages of the site alone: where the repository is browsed, the file that they show is linked.
    shown = set((docs / "repository").glob("*.md"))
    assert [page for page in docs.rglob("*.md") if page not in reached | shown] == []


def test_the_map_of_the_house_names_every_room():
    page = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    (layers,) = [contract for contract in _contracts() if contract["id"] == "layers"]
    rooms = [name.strip(" ()") for layer in layers["layers"] for name in re.split("[:|]", layer)]
    part = page.partition("## Rooms")[2].partition("## ")[0]
    drawn = re.findall(r"^\| (`[^|]+) \|", part, re.MULTILINE)
    assert [name for row in drawn for name in re.findall(r"`([a-z_]+)`", row)] == rooms


def test_make_help_names_every_target():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)[1].split()
    assert [target for target in phony if not re.search(rf"^{target}:.*## ", text, re.MULTILINE)] == []
