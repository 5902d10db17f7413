"""What goes into an archive and what is refused, part by part; whole archives are made in ``test_archive``."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from ogp_analysis.base.errors import ArchiveError
from ogp_analysis.base.paths import Project
from ogp_analysis.base.words.sentence import PROVENANCE_MIME
from ogp_analysis.display.figure import FIGURE_MIME
from ogp_analysis.display.table import TABLE_MIME
from ogp_analysis.publishing.archive import contents, pack
from ogp_analysis.publishing.archive import outputs as of_runs
from ogp_analysis.publishing.archive.contents import Entry
from ogp_analysis.publishing.archive.outputs import Output, Shown
from ogp_analysis.publishing.runs import made, run_record
from ogp_analysis.publishing.runs.manifest import Run

VERSIONS = {"papermill": "2.6", "nbclient": "0.10", "pandas": "2.2", "typ.st": "0.13"}
LOCKED = (
    "papermill==2.6\nnbclient==0.10\nipykernel==6.29\npandas==2.2\nTyp_St==0.13 ; python\nnumpy==1.26 ; x\nnumpy==2.0\n"
)


def output(root: Path, **changes) -> Output:
    """A published output of a notebook ``events`` with a figure, a table and a page."""
    page = {"figures/f.svg": b"<svg/>", "tables/t.csv": b"x\n1\n", "index.html": b"<p>"}
    files = {f"{spoken}/{name}": content for spoken in ("en", "es") for name, content in page.items()}
    run = Run("events", (("country", "MEX"), ("event", None), ("names", ("a", "b"))))
    folder = root / "reports" / "events" / run.slug
    for name, content in {**files, "run.json": b"{}"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    record = {"id": "3f9c0a7be1d2", "files": run_record.files(files), "rests_on": {}, "log": {"versions": VERSIONS}}
    record |= changes
    shown = (Shown("figure", "f", "A fall", 3, "en/figures/f.svg"), Shown("table", "t", "=1+1", 5, "en/tables/t.csv"))
    return Output(run, folder, record, {"edition": "embedded", "sources": []}, shown, frozenset())


@pytest.fixture
def project(tmp_path, monkeypatch) -> Project:
    """A folder with the files of a small project, which lists one run."""
    for name, text in {
        "README.md": "software",
        "notebooks/runs.toml": "",
        "notebooks/events.ipynb": "{}",
        "requirements.lock": LOCKED,
        "data/raw/README.md": "about",
        "data/raw/s/1/source.toml": "s",
        "data/raw/s/1/open.csv": "o",
        "data/raw/s/1/closed.csv": "c",
        "tools/x.sh": "#!/bin/sh",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)  # fmt: skip
    monkeypatch.setattr(contents.manifest, "everything", lambda project: [output(tmp_path).run])
    return Project(tmp_path)


def tree_of(project: Project) -> dict[str, bool]:
    files = (f for f in project.root.rglob("*") if f.is_file() and "reports" not in f.parts)
    return {f.relative_to(project.root).as_posix(): f.suffix == ".sh" for f in files}


def test_data_that_was_read_is_listed_and_so_is_what_an_extract_was_cut_from(project):
    def described(name: str, dataset: str, **about) -> SimpleNamespace:
        text = SimpleNamespace(name="open.csv", redistribute=True, sha256=hashlib.sha256(b"o").hexdigest())
        known = {"id": name, "version": "1", "release": "1", "dataset": dataset, "folder": f"{name}/1"}
        return SimpleNamespace(**known | about, files=[text], columns=[])

    one = output(project.root)
    one.provenance["sources"] = [{"source": "s", "version": "1"}]
    sources = [described("s", "s"), described("s", "", version="2", folder="s/2"), described("other", "")]
    found = of_runs.files(project, sources, ["data/raw/s/1/open.csv"], [one])
    assert [(file.path, file.read_by, file.origin, file.provided) for file in found] == [
        ("data/raw/s/1/open.csv", ("events",), False, True), ("data/raw/s/2/open.csv", (), True, False),
    ]  # fmt: skip
    (project.root / "data/raw/s/2").mkdir()
    (project.root / "data/raw/s/2/open.csv").write_text("o")
    *_, origin = of_runs.files(project, sources, [], [one])
    assert origin.provided, "git does not track it, but an extract was cut from it"
    (project.root / "data/raw/s/2/open.csv").write_text("other")
    with pytest.raises(ArchiveError, match=r"data/raw/s/2/open\.csv: is not the file that its sidecar describes"):
        of_runs.files(project, sources, [], [one])


def data_file(name: str, provided: bool) -> SimpleNamespace:
    return SimpleNamespace(path=f"data/raw/s/1/{name}", provided=provided)


def test_without_reports_hashes_stay(project):
    one = output(project.root)
    bare = {entry.name for entry in contents.entries(project, tree_of(project), [one], [], False)}
    assert not any(name.startswith("published/") for name in bare) and {"reports.sha256", "outputs.csv"} <= bare
    whole = {entry.name for entry in contents.entries(project, tree_of(project), [one], [], True)}
    assert whole - bare == {f"published/{one.place}/{n}" for n in (*one.record["files"], "run.json")}


def test_the_readme_of_the_software_goes_in_under_a_name_of_its_own_if_there_is_one(project):
    def packed() -> dict:
        return {e.name: e for e in contents.entries(project, tree_of(project), [output(project.root)], [], False)}

    assert packed()["README-software.md"].read() == b"software"
    (project.root / "README.md").unlink()
    assert "README-software.md" not in packed()


def test_a_notebook_of_the_users_own_and_data_that_git_ignores_go_in(project):
    (project.root / "notebooks" / "events.ipynb").unlink()
    (project.root / "lab").mkdir()
    (project.root / "lab" / "events.ipynb").write_text("mine")
    tracked = {name: False for name in tree_of(project) if not name.startswith(("lab/", "data/raw/s/1/open"))}
    found = {
        e.name: e
        for e in contents.entries(project, tracked, [output(project.root)], [data_file("open.csv", True)], True)
    }
    assert found["lab/events.ipynb"].read() == b"mine" and found["data/raw/s/1/open.csv"].read() == b"o"


def test_the_hashes_are_those_that_sha256sum_reads(project):
    one = output(project.root)
    (project.root / "list").write_text(contents.hashes([one]))
    told = subprocess.run(["sha256sum", "--check", "--quiet", "list"], cwd=project.root, capture_output=True)
    assert told.returncode == 0 and len(contents.hashes([one]).splitlines()) == 6
    assert contents.hashes([one]).splitlines() == sorted(contents.hashes([one]).splitlines(), key=lambda s: s[66:])


def test_the_list_of_figures_and_tables_is_safe_in_a_spreadsheet(project):
    one = output(project.root)
    rows = list(csv.DictReader(io.StringIO(contents.listing([one]).decode())))
    assert rows[0] == {
        "output": "3f9c0a7be1d2", "notebook": "notebooks/events.ipynb",
        "parameters": "country = MEX, names = a, b", "kind": "figure", "name": "f", "cell": "3",
        "file": f"reports/{one.place}/en/figures/f.svg", "sha256": hashlib.sha256(b"<svg/>").hexdigest(),
        "caption": "A fall",
    }  # fmt: skip
    assert rows[1]["caption"] == "'=1+1" and len(rows) == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"numpy": "2.0"}, ""),
        ({"numpy": "1.26"}, ""),
        ({"numpy": "3"}, "with numpy 3, but .* has 1.26 or 2.0"),
        ({"scipy": "1"}, "with scipy 1, but .* has no version"),
        ({"nbclient": "0.9"}, "with nbclient 0.9, but .* has 0.10"),
    ],
)
def test_each_version_is_held_against_the_lock(project, monkeypatch, changes, said):
    monkeypatch.setattr(contents.fingerprint, "files", lambda: {"README.md": project.root / "README.md"})
    one = output(project.root, log={"versions": VERSIONS | changes})
    if said:
        with pytest.raises(ArchiveError, match=said):
            contents.check_code(project, ["README.md"], [one])
    else:
        contents.check_code(project, ["README.md"], [one])


def test_only_plain_files_that_git_tracks_and_that_are_there(project):
    def git(*words: str) -> None:
        subprocess.run(["git", *words], cwd=project.root, check=True, capture_output=True)

    where = "ogp-analysis archive"
    with pytest.raises(ArchiveError, match=f"^{where}: git does not list the files"):
        contents.tracked(project)
    git("init", "--quiet")
    with pytest.raises(ArchiveError, match=r"git does not track notebooks/runs\.toml here"):
        contents.tracked(project)
    (project.root / "tools" / "x.sh").chmod(0o755)
    git("add", "README.md", "notebooks/runs.toml", "requirements.lock", "tools/x.sh", "notebooks/events.ipynb")
    (project.root / "notebooks" / "events.ipynb").unlink()
    assert list(contents.tracked(project).items()) == [
        ("README.md", False), ("notebooks/runs.toml", False), ("requirements.lock", False), ("tools/x.sh", True),
    ]  # fmt: skip
    (project.root / "link").symlink_to("README.md")
    git("add", "link")
    with pytest.raises(ArchiveError, match=r"^link: is a link or a repository of its own"):
        contents.tracked(project)


def test_an_entry_that_changed_is_a_link_or_is_gone_is_refused(tmp_path):
    (tmp_path / "page").write_bytes(b"old")
    (tmp_path / "link").symlink_to("page")
    assert Entry("a", b"").read() == b"" and Entry("a", None, tmp_path, "page").read() == b"old"
    right, wrong = hashlib.sha256(b"old").hexdigest(), hashlib.sha256(b"new").hexdigest()
    assert Entry("a", None, tmp_path, "page", sha256=right).read() == b"old"
    for entry, said in ((Entry("a", None, tmp_path, "page", sha256=wrong), "it was changed meanwhile"),
                        (Entry("a", None, tmp_path, "link"), "it is a link"),
                        (Entry("a", None, tmp_path, "gone"), "No such file")):  # fmt: skip
        with pytest.raises(ArchiveError, match=said):
            entry.read()


@pytest.mark.parametrize(
    ("text", "refused"),
    [("see {}/data", True), ("{}", True), ("x{}", False), ("{}x", False), ("/a{}", False), ("{}-2", False)],
)  # fmt: skip
def test_a_file_that_names_the_folder_of_the_project_is_refused(tmp_path, text, refused):
    entries = [Entry("a", b"fine"), Entry("b", text.format(tmp_path).encode())]
    if refused:
        with pytest.raises(ArchiveError, match=r"^b: names a folder of this machine"):
            pack._check_no_machine(Project(tmp_path), entries)
    else:
        pack._check_no_machine(Project(tmp_path), entries)
    pack._check_no_machine(Project(Path("/a")), [Entry("b", b"see /a/data")])


def test_a_folder_is_written_over_what_a_killed_one_left_and_through_no_link(tmp_path):
    (tmp_path / ".out.new").symlink_to(tmp_path / "elsewhere")
    (tmp_path / ".more.new").mkdir()
    (tmp_path / ".more.new" / "half").write_text("x")
    for name in ("out", "more"):
        pack._write_folder(tmp_path / name, [Entry("a", b"x")])
        assert [file.name for file in (tmp_path / name).iterdir()] == ["a"]
    assert not (tmp_path / "out").is_symlink() and not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("here", [True, False])
def test_an_output_that_lies_elsewhere_is_to_be_run_here_first(project, monkeypatch, here):
    one = output(project.root, notebook="events", parameters={"country": "MEX"})
    record = one.record | {"slug": one.run.slug}
    elsewhere = project.root / "downloads" / one.run.slug
    monkeypatch.setattr(of_runs.run_record, "located", lambda project, name: one.folder if here else elsewhere)
    monkeypatch.setattr(of_runs.run_record, "taken", lambda folder: record)
    monkeypatch.setattr(of_runs.manifest, "matrix", lambda project, notebook, values: [(notebook, values)])
    if here:
        assert of_runs._run(project, "3f9c") == ("events", {"country": ["MEX"]})
    else:
        with pytest.raises(ArchiveError, match=r"^output 3f9c0a7be1d2: is not in reports/\. Run it here first"):
            of_runs._run(project, "3f9c")


def cell(**data) -> dict:
    return {"cell_type": "code", "metadata": {"tags": []}, "source": "", "outputs": [{"data": data}]}


@pytest.fixture
def planned(tmp_path, monkeypatch):
    """A planner that knows one output; its files can be changed before it is checked."""
    nb = {"cells": [
        {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "", "outputs": []},
        {"cell_type": "code", "metadata": {"tags": ["injected-parameters"]}, "source": "", "outputs": []},
        cell(**{FIGURE_MIME: {"name": "f", "caption": "A\nfall"}}), cell(**{TABLE_MIME: {"name": "t", "caption": "T"}}),
        cell(**{TABLE_MIME: {"name": "unwritten", "caption": "T"}}),
        cell(**{PROVENANCE_MIME: {"edition": "embedded"}}), cell(**{"text/plain": "last"}),
    ]}  # fmt: skip
    one = output(tmp_path)
    one.record["id"] = made.identifier(one.run, {"en": nb, "es": nb})
    cited = json.dumps([{"id": "nobody"}, {"id": sorted(paper.key for _, paper in of_runs.papers())[0]}])
    for spoken in ("en", "es"):
        for name, text in (("notebook.ipynb", json.dumps(nb)), ("cite.json", cited)):
            (one.folder / spoken / name).write_text(text)
    steps = {"action": "current", "reasons": []}
    planner = SimpleNamespace(project=Project(tmp_path), published={("events", one.run.slug): one.record},
                              step=lambda run: SimpleNamespace(**steps))  # fmt: skip
    monkeypatch.setattr(of_runs.run_record, "altered", lambda folder, record: steps.get("fault", ""))
    return planner, one.run, steps


def test_what_an_output_shows_is_listed_with_the_cell_of_the_notebook_as_it_was_written(planned):
    planner, run, _ = planned
    found = of_runs._checked(planner, run)
    assert found.shown == (
        Shown("figure", "f", "A fall", 2, "en/figures/f.svg"), Shown("table", "t", "T", 3, "en/tables/t.csv"),
        Shown("figure", "f", "A fall", 2, "es/figures/f.svg"), Shown("table", "t", "T", 3, "es/tables/t.csv"),
    )  # fmt: skip
    assert found.provenance == {"edition": "embedded"} and len(found.cited) == 1 and "nobody" not in found.cited
    assert found.place == f"events/{run.slug}"


def test_an_id_that_is_not_of_what_the_output_shows_is_refused(planned):
    planner, run, _ = planned
    [record] = planner.published.values()
    record["id"] = "3f9c0a7be1d2"
    with pytest.raises(ArchiveError, match="has the id 3f9c0a7be1d2, which does not follow from its sentences"):
        of_runs._checked(planner, run)


def test_an_empty_folder_or_none_is_taken_and_what_is_full_is_not(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("empty", "new", "new.zip"):
        pack._check_target(tmp_path / name)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    (tmp_path / "link.zip").symlink_to(tmp_path / "empty")
    pack._check_target(tmp_path / "link.zip")
    for name, said in (("full", "is not an empty folder"), ("no/where", "No such file"), ("no/where.zip", "No such")):
        with pytest.raises(ArchiveError, match=said):
            pack._check_target(tmp_path / name)
