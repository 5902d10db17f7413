"""Building: the same bytes in every process, one at a time, and nothing left behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ogp_analysis.base import fingerprint, paths
from ogp_analysis.base.errors import ParameterError, SourceError, UnknownName
from ogp_analysis.data.sources.download import fetch
from ogp_analysis.data.sources.sidecar import Input
from ogp_analysis.data.store import hand_out, shelf
from ogp_analysis.data.store.editions import build

ROOT = Path(__file__).resolve().parents[3]
WGI, EVENTS = "wgi_voice_accountability", "ogp_status_events"
#: What a sidecar says of a source, before its files.
SIDECAR = """title = "t"\npublisher = "p"\nversion = "1"\nurls = []\nlicence = "l"\nopen_licence = "yes"
redistribute = true\ncitation = "c"\ncompiled = false
"""


def start(project, **environment) -> subprocess.Popen:
    """Start a process that builds everything the project holds."""
    known = {**os.environ, paths.HOME_VARIABLE: str(project.root), **environment}
    line = [sys.executable, "-m", "ogp_analysis", "build"]
    return subprocess.Popen(
        line, env=known, cwd=project.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def bytes_of(project) -> dict[str, bytes]:
    files = sorted(f for f in project.processed.rglob("*") if f.is_file() and f.name != ".lock")
    return {file.relative_to(project.processed).as_posix(): file.read_bytes() for file in files}


def test_the_hash_seed_changes_no_byte_of_a_table_or_its_description(project):
    build(None, "embedded", project)
    made = [bytes_of(project)]  # with the seed of this process
    for seed in ("0", "123456"):
        shutil.rmtree(project.processed)
        process = start(project, PYTHONHASHSEED=seed)
        told, fault = process.communicate(timeout=120)
        assert process.returncode == 0, fault
        assert f"{WGI}: built" in told and "vdem: absent" in told
        made.append(bytes_of(project))
    assert made[0] == made[1] == made[2]
    assert sum(name.endswith(".parquet") for name in made[0]) == 5


def test_two_builds_at_once_both_end_well_and_build_nothing_twice(project):
    both = [start(project), start(project)]
    told = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    for name in (WGI, EVENTS):
        assert sorted(out.partition(f"{name}: ")[2].partition("\n")[0] for out, _ in told) == ["built", "current"]
    assert all("Traceback" not in fault for _, fault in told)
    shown = sorted(f.name for f in (project.processed / "embedded").iterdir())
    assert shown == [EVENTS, WGI], "nothing prepared is left behind"


def test_only_files_that_a_sidecar_names_are_data(project):
    """A lock, or what a file manager leaves, made a dataset look half fetched, and stopped every run."""
    shutil.copytree(ROOT / "data" / "raw" / "ocds", project.raw / "ocds")
    shutil.copytree(ROOT / "data" / "raw" / "vdem", project.raw / "vdem")
    for folder in (f for source in ("ocds", "vdem", EVENTS) for f in (project.raw / source).iterdir() if f.is_dir()):
        for name in (".fetch.lock", ".DS_Store", "vdem_copy.csv"):
            (folder / name).write_bytes(b"")
    for name in ("ocds", "vdem", EVENTS):
        assert not shelf.places(project, name, "full")
    assert build([EVENTS, "ocds"], "full") == {EVENTS: "absent", "ocds": "absent"}
    assert set(shelf.rests_on(project, EVENTS, shelf.places(project, EVENTS, "embedded"))["files"]) == {
        f"{EVENTS}/compiled-extract/events.csv",
        *(f"{EVENTS}/additions-2026-11-extract/{table}.csv" for table in ("events", "conflicts")),
    }


def test_what_a_killed_build_left_is_cleared_away(project):
    left = project.processed / "embedded" / f".{WGI}.99999"
    left.mkdir(parents=True)
    (left / "country_year.parquet").write_bytes(b"half")
    build([WGI])
    assert not left.exists()


def test_a_build_that_fails_leaves_the_tables_that_were_there(project, monkeypatch):
    build([EVENTS])
    before = bytes_of(project)
    sidecar = project.raw / EVENTS / "compiled-extract" / "source.toml"
    sidecar.write_text(sidecar.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    monkeypatch.setattr(shelf, "_parquet", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(SourceError, match="cannot be written") as fault:
        build([EVENTS])
    assert "No space left on device" in str(fault.value)
    assert bytes_of(project) == before


def test_code_that_makes_a_table_counts_among_what_it_rests_on(project, monkeypatch):
    assert build([WGI, EVENTS]) == {WGI: "built", EVENTS: "built"}
    monkeypatch.setattr(fingerprint, "of_tree", lambda *parts: fingerprint.of_value(parts))
    assert build([WGI, EVENTS]) == {WGI: "built", EVENTS: "built"}
    assert build([WGI, EVENTS]) == {WGI: "current", EVENTS: "current"}


def test_a_sidecar_that_says_something_else_has_its_own_tables_built_again(project):
    sidecar = project.raw / EVENTS / "compiled-extract" / "source.toml"
    assert build([WGI, EVENTS]) == {WGI: "built", EVENTS: "built"}
    for again in (lambda: build([WGI, EVENTS]), lambda: hand_out.load(EVENTS, "events")):
        assert shelf.current(project, EVENTS, "embedded")
        sidecar.write_text(sidecar.read_text(encoding="utf-8") + "\n# looked at again\n", encoding="utf-8")
        assert not shelf.current(project, EVENTS, "embedded")
        told = again()
        assert shelf.current(project, EVENTS, "embedded")
        assert not isinstance(told, dict) or told == {WGI: "current", EVENTS: "built"}


def test_a_table_that_is_not_as_it_was_built_is_built_again(project):
    build([WGI, EVENTS])
    before = bytes_of(project)
    [file] = (project.processed / "embedded" / WGI).glob("country_year.parquet")
    file.write_bytes(file.read_bytes() + b"x")
    (file.with_name("account.json")).unlink()
    assert build([WGI, EVENTS]) == {WGI: "built", EVENTS: "current"}
    assert bytes_of(project) == before


def test_unknown_names_and_editions_are_refused(project):
    with pytest.raises(UnknownName, match="catalogue"):
        build(["vdme"])
    with pytest.raises(ParameterError, match="'part' is unknown"):
        build([WGI], edition="part")


def test_tables_that_cannot_be_written_are_said(project):
    project.processed.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(SourceError, match="cannot be written"):
        build([WGI])


@pytest.mark.parametrize(("pattern", "found"), [("**", 3), ("**/*.json", 2), ("*.json", 1), ("deep/**", 1)])
def test_a_pattern_that_ends_with_two_stars_finds_files_in_all_folders(tmp_path, pattern, found):
    folder = tmp_path / "data" / "raw" / "letters" / "1"
    (folder / "deep" / "deeper").mkdir(parents=True)
    names = ("1.json", "notes.txt", "deep/deeper/2.json")
    for name in names:
        (folder / name).write_text("{}", encoding="utf-8")
    entries = "".join(f'[[files]]\nname = "{name}"\nsha256 = "{"0" * 64}"\nbytes = 2\nrows = 0\n' for name in names)
    (folder / "source.toml").write_text(SIDECAR + entries, encoding="utf-8")
    assert len(shelf._files(paths.Project(tmp_path), Input("letters", "1", pattern))) == found


def test_of_an_installed_package_what_came_along_is_read_and_the_users_folder_written(project, tmp_path):
    installed = paths.Project(tmp_path / "of the user", project.root)
    build([WGI], "embedded", installed)
    assert not project.processed.exists()
    build([WGI], "embedded", project)
    assert shelf.package(installed, "embedded", WGI) == shelf.package(project, "embedded", WGI)
    assert build([WGI], "full", installed) == {WGI: "absent"}


def test_of_an_installed_package_files_that_were_fetched_are_read(project, mirror, tmp_path):
    installed = paths.Project(tmp_path / "of the user", project.root)
    for root in (installed.raw, project.raw):
        fetch(WGI, from_dir=mirror, progress=lambda step: None, root=root, sidecars=project.raw)
    assert build([WGI], "full", installed) == build([WGI], "full", project) == {WGI: "built"}
    assert shelf.package(installed, "full", WGI) == shelf.package(project, "full", WGI)
    next(iter((installed.raw / WGI).rglob("*.*"))).unlink()
    assert build([WGI], "full", installed) == {WGI: "absent"}
