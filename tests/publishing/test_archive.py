"""A replication archive: the same to the byte, nothing in it that may not be, and refused where it would not hold."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import textwrap
import tomllib
import zipfile
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from ogp_analysis.base import fingerprint
from ogp_analysis.base.errors import ArchiveError
from ogp_analysis.base.paths import Project
from ogp_analysis.base.words.catalogue import LANGUAGES, tree
from ogp_analysis.data.sources.sidecar import sources
from ogp_analysis.publishing.archive import contents, pack, readme
from ogp_analysis.publishing.archive import outputs as of_runs
from ogp_analysis.publishing.archive.contents import Entry
from ogp_analysis.publishing.archive.readme import _Readme
from ogp_analysis.publishing.runs import manifest

from .conftest import ROOT, Checkout

#: As in the checkout of the tests, nothing is tracked that git is not asked to track.
IGNORED = "__pycache__/\n/reports/\n/lab/\n/data/processed/\n/.env\n"


def git(checkout: Checkout, *words: str) -> None:
    """Run git in a checkout."""
    subprocess.run(["git", "-c", "core.autocrlf=false", *words], cwd=checkout.root, check=True, capture_output=True)


def tracked(checkout: Checkout) -> Checkout:
    """Make a repository of a checkout."""
    (checkout.root / ".gitignore").write_text(IGNORED)
    (checkout.root / "README.md").write_text("# The software\n")
    shutil.copy(ROOT / "requirements.lock", checkout.root)
    git(checkout, "init", "--quiet")
    git(checkout, "add", ".")
    return checkout


@pytest.fixture(scope="module")
def kept(made, tmp_path_factory) -> Checkout:
    """A repository with all its reports. Not to be changed."""
    return tracked(made.copy(tmp_path_factory.mktemp("repository") / "checkout"))


@pytest.fixture
def clone(kept, tmp_path) -> Checkout:
    """A repository with all its reports, that a test may change."""
    return kept.copy(tmp_path / "clone")


@pytest.fixture(scope="module")
def packed(kept, tmp_path_factory) -> Path:
    """The archive of everything."""
    out = tmp_path_factory.mktemp("archive") / "all.zip"
    told = kept.ogp("archive", "--out", str(out))
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[-1] == str(out) and "5 outputs" in told.stdout
    return out


def names(file: Path) -> list[str]:
    """Return the names in an archive, without its one folder."""
    with zipfile.ZipFile(file) as opened:
        found = opened.namelist()
    assert all(name.startswith(f"{pack.TOP}/") for name in found)
    return [name.partition("/")[2] for name in found]


def read(file: Path, name: str) -> str:
    with zipfile.ZipFile(file) as opened:
        return opened.read(f"{pack.TOP}/{name}").decode()


def archive(checkout: Checkout, *words: str) -> subprocess.CompletedProcess:
    """Run the command in this process, as with the package of the checkout: the code is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fingerprint, "_FOLDER", checkout.root / "ogp_analysis")
        return checkout.here("archive", *words)


def refused(checkout: Checkout, *words: str) -> str:
    """Return the one sentence with which an archive is refused; nothing is left of it."""
    out = checkout.root.parent / "out.zip"
    told = archive(checkout, *words, "--out", str(out))
    assert told.returncode == 1 and len(told.stderr.splitlines()) == 1, told.stderr + told.stdout
    assert not out.exists() and not list(out.parent.glob(".out*"))
    return told.stderr


def test_it_is_the_same_to_the_byte_again_and_from_another_folder(kept, packed, tmp_path):
    again, other = tmp_path / "again.zip", tmp_path / "other.zip"
    moved = kept.copy(tmp_path / "moved" / "far away")
    for told, out in (
        (archive(kept, "--out", str(again)), again),
        (moved.ogp("archive", "--out", str(other), TZ="Pacific/Kiritimati", PYTHONHASHSEED="7"), other),
    ):
        assert told.returncode == 0, told.stderr
        assert out.read_bytes() == packed.read_bytes()
    with zipfile.ZipFile(packed) as opened:
        infos = opened.infolist()
    assert [info.filename for info in infos] == sorted(info.filename for info in infos)
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.external_attr >> 16 for info in infos} == {0o100644}


def test_it_holds_what_git_tracks_and_the_outputs_and_nothing_else(kept, packed):
    (kept.root / ".env").write_text("SECRET=1\n")
    found = names(packed)
    told = subprocess.run(["git", "ls-files", "-z"], cwd=kept.root, capture_output=True, text=True, check=True)
    code = {name for name in told.stdout.split("\0") if name}
    outputs = {f"published/{f.relative_to(kept.reports).as_posix()}" for f in kept.reports.glob("[a-z]*/*/**/*")
               if f.is_file()}  # fmt: skip
    written = {"README.md", "README.pdf", "README-software.md", "references.bib", "outputs.csv", "reports.sha256"}
    assert set(found) == code | outputs | written
    assert read(packed, "README-software.md") == "# The software\n"
    assert read(packed, "notebooks/runs.toml") == (kept.root / "notebooks" / "runs.toml").read_text()
    with zipfile.ZipFile(packed) as opened:
        assert not [name for name in opened.namelist() if str(kept.root).encode() in opened.read(name)]


def test_the_lists_name_every_file_figure_and_table(kept, packed):
    hashes = dict(line.split("  ")[::-1] for line in read(packed, "reports.sha256").splitlines())
    there = {f"reports/{f.relative_to(kept.reports).as_posix()}": hashlib.sha256(f.read_bytes()).hexdigest()
             for f in kept.reports.glob("[a-z]*/*/**/*") if f.is_file() and f.name != "run.json"}  # fmt: skip
    assert hashes == there
    rows = list(csv.DictReader(io.StringIO(read(packed, "outputs.csv"))))
    shown = {name for name in there if re.search(r"/figures/[^/]+\.svg$|/tables/[^/]+\.csv$", name)}
    assert shown and {row["file"] for row in rows} == shown
    assert all(row["sha256"] == there[row["file"]] for row in rows)
    # The cell is that of the notebook in the archive: its text makes what is listed.
    for row in rows:
        cell = json.loads(read(packed, row["notebook"]))["cells"][int(row["cell"]) - 1]
        made_by = {"balance": "ogp.provenance()"}.get(row["name"], row["name"])
        assert made_by in "".join(cell["source"]) or "proportion(" in "".join(cell["source"])
    readme = read(packed, "README.md")
    assert all(f"{row['kind'].capitalize()} {row['name']}" in readme for row in rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_readme_has_every_section_and_the_runs_are_those_asked_for(kept, tmp_path, language):
    record = json.loads((kept.folder("events/MEX-embedded") / "run.json").read_text())
    told = archive(kept, record["id"], "--out", str(tmp_path / "out"), "--language", language, "--without-reports")
    assert told.returncode == 0, told.stderr
    titles = list(tree("archive", language)["title"].values())
    headings = re.findall(r"^#+ (.*)$", (tmp_path / "out" / "README.md").read_text(), re.MULTILINE)
    assert set(titles) <= set(headings)
    assert (tmp_path / "out" / "README.pdf").read_bytes().startswith(b"%PDF")
    assert not (tmp_path / "out" / "published").exists()
    runs = manifest.everything(Project(tmp_path / "out"))
    assert [(run.notebook, run.slug) for run in runs] == [(record["notebook"], record["slug"])]
    readme = (tmp_path / "out" / "README.md").read_text()
    assert record["id"] in readme and "ogp_status_events" in readme and "ogp_analysis fetch" not in readme


def test_an_edited_output_is_refused(clone):
    page = clone.folder("events/MEX-embedded") / "es" / "index.html"
    page.write_bytes(page.read_bytes().replace(b"<p", b"<P", 1))
    assert "es/index.html: it was changed after it was published. Run it again" in refused(clone)
    added = clone.folder("members/") / "more.txt"
    added.write_text("mine")
    assert "more.txt: it is not on the record" in refused(clone, "reports/members/" + added.parent.name)


def test_what_would_not_come_out_again_is_refused(clone):
    clone.edit("notebooks/events.ipynb", "2000 + len(own)", "2001 + len(own)")
    assert "is not what would be made here now: the notebook changed" in refused(clone)
    git(clone, "checkout", "notebooks/events.ipynb")
    clone.edit("requirements.lock", "\npandas==", "\npandas==9.")
    assert "is not what would be made here now: requirements.lock changed" in refused(clone)
    git(clone, "checkout", "requirements.lock")
    file = min(clone.reports.glob("events/MEX*/run.json"))
    content = file.read_bytes()
    file.write_bytes(re.sub(rb'("pandas": )"[^"]+"', rb'\1"9.0"', content))
    assert re.search(r"was made with pandas 9\.0, but requirements.lock has \d", refused(clone))
    file.write_bytes(content)
    git(clone, "rm", "--cached", "--quiet", "ogp_analysis/base/countries.py")
    assert "not tracked here, 'ogp_analysis/base/countries.py'" in refused(clone)
    shutil.rmtree(clone.reports / "members")
    assert "1 of 5 outputs are not published, for example members" in refused(clone)


def test_data_whose_terms_forbid_it_is_left_out_by_source_and_by_column(clone, tmp_path):
    """Though git tracks it: files of a closed source, of one with a closed column, and what no sidecar names."""
    for folder, terms in (("closed", "false"), ("partly", "true"), ("open", "true")):
        place = clone.raw / folder / "1"
        place.mkdir(parents=True)
        (place / "values.csv").write_text("a,b\n1,2\n")
        column = "\n[columns.b]\nredistribute = false\n" if folder == "partly" else ""
        sha256 = hashlib.sha256(b"a,b\n1,2\n").hexdigest()
        (place / "source.toml").write_text(
            textwrap.dedent(f"""\
            title = "T"
            version = "1"
            publisher = "P"
            urls = []
            licence = "L"
            open_licence = "yes"
            redistribute = {terms}
            citation = "C"
            compiled = false
            [[files]]
            name = "values.csv"
            sha256 = "{sha256}"
            bytes = 8
            rows = 1
            """)
            + column
        )
    (clone.raw / "open" / "1" / "stray.csv").write_text("x")
    git(clone, "add", "--force", "data/raw")
    out = tmp_path / "out.zip"
    done = archive(clone, "--out", str(out))
    assert done.returncode == 0, done.stderr
    found = {name for name in names(out) if name.startswith("data/raw/") and name.endswith(".csv")}
    assert {name for name in found if "-extract/" not in name} == {"data/raw/open/1/values.csv"}
    assert any("ogp_membership/compiled-extract/" in name for name in found)


def test_what_outputs_read_and_may_not_be_passed_on_is_named_with_how_to_get_it(tmp_path):
    described = [s for s in sources(ROOT / "data" / "raw") if s.id in ("vdem", "civicus_monitor")]
    read = [{"source": "vdem", "version": "14"}, {"source": "civicus_monitor", "version": "2017"}]
    output = SimpleNamespace(provenance={"edition": "full", "sources": read}, run=SimpleNamespace(notebook="mine"))
    found = of_runs.files(Project(tmp_path), described, [], [output])
    assert {one.source.folder for one in found} == {"vdem/14", "civicus_monitor/2017"}
    assert {one.source.folder for one in found if one.permitted} == {"vdem/14"}
    assert not any(one.provided for one in found), "none of them lies here"
    [file] = [one for one in found if one.source.id == "vdem"]
    assert of_runs.command(file.source).endswith("fetch vdem --version 14 --from FOLDER")
    place = tmp_path / file.path
    place.parent.mkdir(parents=True)
    place.write_bytes(b"other")
    with pytest.raises(ArchiveError, match="is not the file that its sidecar describes"):
        of_runs.files(Project(tmp_path), described, [], [output])
    small = replace_hash(file.source, hashlib.sha256(b"other").hexdigest())
    [now] = [one for one in of_runs.files(Project(tmp_path), [small], [], [output]) if one.source.id == "vdem"]
    assert now.provided
    place.unlink()
    place.symlink_to(ROOT / "LICENSE")
    with pytest.raises(ArchiveError, match="it is a link"):
        of_runs.files(Project(tmp_path), [small], [], [output])


def replace_hash(source, sha256: str):
    """Return a source whose one file has another hash."""
    [file] = source.files
    return msgspec.structs.replace(source, files=(msgspec.structs.replace(file, sha256=sha256),))


@pytest.mark.parametrize("place", ["nowhere/out.zip", "file/out.zip", "file/out", "full", "folder.zip", "link"])
def test_a_place_that_cannot_be_written_is_refused_before_anything_else(tmp_path, place):
    (tmp_path / "file").write_text("")
    for folder in ("full", "folder.zip"):
        (tmp_path / folder).mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ArchiveError, match=r"Name another place.*--out FILE\.zip"):
        pack.archive(Project(tmp_path), [], (), tmp_path / place)
    assert (tmp_path / "full" / "mine").read_text() == "mine" and not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("packaged", [True, False])
def test_without_a_clone_one_sentence_says_that_it_needs_one(tmp_path, packaged):
    with pytest.raises(ArchiveError, match="Work inside a clone, or set OGP_ANALYSIS_HOME to one") as error:
        pack.archive(Project(tmp_path, tmp_path if packaged else None), [], (), tmp_path / "out.zip")
    assert "\n" not in str(error.value) and not (tmp_path / "out.zip").exists()


@pytest.mark.parametrize("write", ["_write_zip", "_write_folder"])
@pytest.mark.parametrize("how", ["killed", "stopped"])
def test_killed_halfway_it_leaves_no_half_archive(tmp_path, write, how):
    out = tmp_path / ("out.zip" if write == "_write_zip" else "out")
    if write == "_write_zip":
        out.write_text("the one before")
    before = out.read_bytes() if out.exists() else None
    code = f"""
import os, signal
from pathlib import Path
from ogp_analysis.publishing.archive import pack
from ogp_analysis.publishing.archive.contents import Entry
class Last(Entry):
    def read(self):
        os.kill(os.getpid(), signal.{"SIGKILL" if how == "killed" else "SIGINT"})
        return b""
pack.{write}(Path({str(out)!r}), [Entry("a", b"a" * 100_000), Last("b")])
"""
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True)
    assert told.returncode != 0
    assert (out.read_bytes() if out.exists() else None) == before
    assert bool(list(tmp_path.glob(".out*"))) is (how == "killed")
    getattr(pack, write)(out, [Entry("a", b"a"), Entry("b", b"b", executable=True)])
    assert not list(tmp_path.glob(".out*"))
    if write == "_write_zip":
        assert names(out) == ["a", "b"]
    else:
        assert [(f.name, f.stat().st_mode & 0o777) for f in sorted(out.iterdir())] == [("a", 0o644), ("b", 0o755)]


def test_text_of_others_is_text_in_a_readme():
    cell = "<script>|`x`[a](http://b)\n# c"
    readme = SimpleNamespace(say=lambda key: key)
    table = _Readme.table(readme, ["a", "b"], [[cell, 1]], 1)
    assert table.splitlines()[1:] == ["| --- | ---: |", r"| \<script\>\|\`x\`\[a\](http://b) # c | 1 |"]


def test_a_list_of_runs_is_read_as_the_runs_that_it_was_made_of():
    project = Project(ROOT)
    runs = [
        *manifest.matrix(project, "compare", {"countries": [["MEX", "CHL"]]}),
        *manifest.matrix(project, "country_profile", {"country": ["MEX"], "event_date": ["2017-05-23"]}),
        *manifest.matrix(project, "commitments", {"theme": ["civic_space"]}),
    ]
    text = contents.run_list(runs, "https://example.org/reports")
    listed = tomllib.loads(text)
    assert listed["site_url"] == "https://example.org/reports"
    again = [run for entry in listed["run"] for run in manifest.matrix(
        project, entry["notebook"], {n: v if isinstance(v, list) else [v] for n, v in entry["parameters"].items()}
    )]  # fmt: skip
    assert again == runs


def test_a_measurement_of_other_outputs_or_of_another_form_is_none(tmp_path):
    output = SimpleNamespace(record={"id": "0" * 12})
    step = readme.Step("build", 1.0, 0.5, 100.0)
    found = readme.Measurement(("0" * 12,), "Linux", "3.11", 2, 1000.0, (step,), {"archive": 1.0})
    project = Project(tmp_path)
    (tmp_path / "reports").mkdir()
    file = tmp_path / "reports" / readme.NAME
    said = msgspec.json.encode(found)
    file.write_bytes(said)
    assert readme.stored(project, [output]) == found
    assert readme.stored(project, [output, SimpleNamespace(record={"id": "1" * 12})]) is None
    for broken in (said.replace(b'"Linux"', b'"\\u001b[2J"'), said.replace(b"1.0", b"-1.0"), b"{"):
        file.write_bytes(broken)
        assert readme.stored(project, [output]) is None
    file.unlink()
    file.symlink_to(tmp_path / "elsewhere.json")
    (tmp_path / "elsewhere.json").write_bytes(said)
    assert readme.stored(project, [output]) is None


@pytest.mark.slow
def test_a_stranger_makes_the_same_bytes_from_an_archive(tmp_path):
    """The steps of its README, with the environment that is installed: unpack, make report, compare, verify."""
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if told.returncode:
        pytest.skip("not a git checkout")
    clone = Checkout(tmp_path / "clone")
    for name in filter(None, told.stdout.split("\0")):
        if (ROOT / name).is_file():
            (clone.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, clone.root / name)
    git(clone, "init", "--quiet")
    git(clone, "add", ".")
    runs = (
        ("country_profile", "country", "MEX"),
        ("data_quality", "table", "ogp_membership.spells"),
    )
    for notebook, name, value in runs:
        done = clone.ogp("run", notebook, "-p", name, value)
        assert done.returncode == 0, done.stderr
    ids = [json.loads(file.read_text())["id"] for file in clone.reports.glob("*/*/run.json")]
    words = ("archive", *ids, "--measure", "--language", "es", "--out", str(tmp_path / "archive.zip"))
    done = subprocess.run(
        clone.command(*words), env=clone.environment(), cwd=clone.root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    measured = json.loads(read(tmp_path / "archive.zip", "measured.json"))
    assert [step["command"] for step in measured["steps"]] == ["build --jobs 1", "run --all --jobs 1"]
    assert all(step["seconds"] > 0 and step["memory"] > 50 for step in measured["steps"])

    with zipfile.ZipFile(tmp_path / "archive.zip") as opened:
        opened.extractall(tmp_path / "a stranger")
    stranger = Checkout(tmp_path / "a stranger" / pack.TOP)
    shutil.move(clone.root, tmp_path / "gone")
    # The environment that is installed stands for the one that `make install` makes.
    python = stranger.root / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (stranger.root / ".venv" / "core.stamp").write_text(str(stranger.root))
    [block] = re.findall(r"^```sh\n(.*?)^```", (stranger.root / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert block.splitlines()[0].startswith("make report PYTHON=python3.")
    environment = stranger.environment()
    environment.pop("OGP_ANALYSIS_HOME")
    for line in block.splitlines():
        done = subprocess.run(line, shell=True, cwd=stranger.root, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    verdicts = done.stdout.splitlines()
    assert len(verdicts) == 2 and all(": same bytes" in verdict for verdict in verdicts)
    for record in sorted(stranger.root.glob("published/*/*/run.json")):
        again = stranger.reports / record.parent.relative_to(stranger.root / "published") / "run.json"
        before, now = (json.loads(file.read_text()) for file in (record, again))
        before.pop("log"), now.pop("log")
        assert before == now
