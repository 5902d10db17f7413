"""A made "next year" of every dataset is added in a project of its own, and stands in the built tables and in reports.

The files are written out of the published ones; so these tests need the mirror.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.base.errors import CleaningError, OgpAnalysisError, SourceError, UnknownName
from ogp_analysis.data.cleaning.catalog import DATASETS, dataset
from ogp_analysis.data.cleaning.recognising import recognise
from ogp_analysis.data.sources.download import fetch
from ogp_analysis.data.store import adding, hand_out, shelf

from .made import FIXED, NEW, YEAR, next_year

ROOT = Path(__file__).resolve().parents[2]
#: Datasets that have no next year, with the reason.
LEFT_OUT = {
    "compranet": "a user's own files of contracts are cleaned into a folder, not added",
    "ocds": "a user's own files of contracts are cleaned into a folder, not added",
    "okf_membership_stage": "a collection of 2016 without a line of column names, which was not continued",
    "ogp_mexico_plan4": "facts of one action plan, established by this project in its own schema",
    "demspaces_scores": "scores that this project computed of forecasts that are over",
    "surveillance_event_words": "words of this project on events of other tables, in its own schema",
    "ogp_surveillance_readings": "pages that this project read, in its own schema",
    "ogp_commitment_descriptions": "lines of this project on commitments of 2016, in its own schema",
}
SEEN = sorted({*DATASETS} - {*LEFT_OUT})


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A project with all sidecars and extracts of the repository."""
    folder = tmp_path_factory.mktemp("next year") / "home"
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    shutil.copy(ROOT / "CITATION.cff", folder)
    tracked = [*(ROOT / "data" / "raw").glob("*/*/source.toml"), *(ROOT / "data" / "raw").glob("*/*-extract/*")]
    for file in tracked:
        if not (file.parent / ".gitignore").is_file():
            target = folder / file.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
    return folder


@pytest.fixture
def project(home, monkeypatch) -> paths.Project:
    monkeypatch.setenv(paths.HOME_VARIABLE, str(home))
    monkeypatch.setattr(hand_out, "_chosen", {})
    return paths.project()


def tree(project) -> dict[str, int]:
    files = (file for file in (project.root / "data").rglob("*") if file.is_file() and file.suffix != ".lock")
    return {str(file): file.stat().st_mtime_ns for file in files}


@pytest.mark.parametrize("name", SEEN)
def test_the_next_year_of_a_dataset_is_added_and_stands_in_its_tables(project, mirror, tmp_path, name):
    """A column that nobody knows is passed over on the record; a year that no file has is taken."""
    source = dataset(name).source
    for files in next_year(name, mirror, tmp_path / "made"):
        layouts = [one.layout for file in files for one in recognise(file, [name]).readings]
        stated = any(one.last and one.name not in FIXED for one in layouts)
        done = adding.add(source, files, None if stated else YEAR)
        edition = shelf.VERSION + done.source.version
        try:
            assert done.source.release == (str(int(YEAR) - max(one.lag for one in layouts)) if stated else YEAR)
            assert {one.dataset for one in done.tables} == {name}
            folder = shelf.folder(project, edition, name)
            new = {NEW, NEW.replace(" ", "_")}
            assert all(new & {*columns} for columns in done.passed_over.values()) and done.passed_over
            record = shelf.take(folder / f"{shelf.RECORD}.parquet")
            assert new & set(record.loc[record["rule"] == "column_not_used", "column"])
            if any(one.last and one.name not in FIXED for one in layouts):
                tables = [shelf.take(folder / f"{one.table}.parquet").astype("str") for one in done.tables]
                assert any((table[column].str.contains(YEAR)).any() for table in tables for column in table)
        finally:
            adding.remove(source, done.source.version)


@pytest.mark.parametrize("name", SEEN)
def test_a_file_that_is_cut_or_lacks_a_column_is_refused_and_leaves_the_tree_as_it_was(project, mirror, tmp_path, name):
    """Damage of every file alike: its first third is cut off with its column names, or one of these is another."""
    (file, *_) = next_year(name, mirror, tmp_path / "made")[0]
    cut, before = tmp_path / f"cut{file.suffix}", tree(project)
    cut.write_bytes(file.read_bytes()[file.stat().st_size // 3 :])
    with pytest.raises(OgpAnalysisError):
        adding.add(dataset(name).source, [cut], "9999")
    (reading, *others) = recognise(file, [name]).readings
    # Each sheet of a workbook is recognised by itself, so the column is that of all of them.
    required = [one for one in reading.layout.required if all(one in other.layout.required for other in others)][-1]
    raw = next(column for column, to in reading.layout.renamed(reading.columns).items() if to == required)

    def lacking(names: list, rows: list[list]) -> None:
        for line in (names, *rows):  # one file has its names twice
            line[:] = ["x" if " ".join(str(one or "").split()) == raw else one for one in line]

    if file.suffix != ".json":
        (file, *_) = next_year(name, mirror, tmp_path / "lacking", lacking)[0]
        with pytest.raises(SourceError) as fault:
            adding.add(dataset(name).source, [file], "9999")
        assert f"no {required!r}" in str(fault.value) or len(reading.layout.required) < 3
    assert tree(project) == before


#: A cell that nobody knows, in the last row of the made file: its column, what stands there, and how `--accept` names
#: it, blank for a unit, whose row is set aside.
UNKNOWN = {
    "vdem": ("country_text_id", "XXQ", ""),
    "wgi_voice_accountability": ("wb_code", "XXQ", ""),
    "world_bank_controls": ("iso3", "XXQ", ""),
    "ert": ("aut_ep_outcome", "7", 'ert."aut_ep_outcome"."7"'),
    "demspaces": ("indicator", "v2x_new", 'demspaces."indicator"."v2x_new"'),
    "digital_society_survey": ("country_text_id", "XXQ", ""),
    "idea_gsod": ("country_name", "Atlantis", ""),
    "ngo_legal_barriers": ("ngo_politics", "2.0", 'ngo_legal_barriers."ngo_politics"."2.0"'),
    "feldstein_digital_repression": ("Smart Policing", "maybe", '."Smart Policing"."maybe"'),
    "freedom_in_the_world": ("C/T", "x", 'freedom_in_the_world."C/T"."x"'),
    "freedom_on_the_net": ("Status", "FREER", '."FREER"'),
    "civicus_monitor": ("rating", "Endangered", 'civicus_monitor."rating"."Endangered"'),
    "rsf_press_freedom": ("ISO", "XXQ", ""),
    "wjp_rule_of_law": ("Year", "2025-2027", 'wjp_rule_of_law."Year"."2025-2027"'),
    "ogp_commitments": ("Completion (End Of Term)", "Nearly", 'ogp_commitments."Completion (End Of Term)"."Nearly"'),
    "surveillance_controls": ("type", "moratorium", 'surveillance_controls."type"."moratorium"'),
    "cucop": ("UNIDAD DE MEDIDA (sugerida)", "PARSEC", 'cucop."UNIDAD DE MEDIDA (sugerida)"."PARSEC"'),
}  # fmt: skip


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unknown_unit_sets_its_row_aside_and_an_unknown_category_stops_with_how_to_say_what_it_is(
    project, mirror, tmp_path, name
):
    column, value, said = UNKNOWN[name]

    def unknown(names: list, rows: list[list]) -> None:
        for place, one in enumerate(names):
            if one == column or (column == "Status" and str(one).endswith(column)):
                rows[-1][place] = value

    before, made = tree(project), next_year(name, mirror, tmp_path / "made", unknown)
    faults, aside = [], 0
    for files in made:
        with suppress(SourceError):
            try:
                done = adding.add(dataset(name).source, files, "9999")
                folder = shelf.folder(project, shelf.VERSION + done.source.version, name)
                aside += shelf.take(folder / f"{shelf.RECORD}.parquet")["rule"].eq("unknown_unit").sum()
                adding.remove(dataset(name).source, done.source.version)
            except (CleaningError, UnknownName) as fault:
                faults.append(str(fault))
    assert aside == 1 if not said else any(f"{said} = " in fault for fault in faults), faults
    assert not any("ogp_analysis/" in fault or "rule to" in fault for fault in faults), faults
    assert not said or tree(project) == before


def test_a_map_whose_version_is_no_year_or_that_has_another_colour_is_refused(project, mirror, tmp_path):
    maps = [file for (file,) in next_year("civicus_monitor", mirror, tmp_path / "made") if file.suffix == ".json"]
    with pytest.raises(CleaningError, match=r"does not say its year.*Call the version by the year of its ratings"):
        adding.add("civicus_monitor", maps, "v3")
    units = json.loads(maps[0].read_text())
    units["MEX"]["fillKey"] = "6"
    maps[0].write_text(json.dumps(units))
    with pytest.raises(CleaningError, match=r'--accept .* civicus_monitor\."fillKey"\."6" = '):
        adding.add("civicus_monitor", maps, "2026")


def test_freedom_in_the_world_2025_as_published_is_taken(project, mirror):
    fetch("freedom_in_the_world", from_dir=mirror, progress=lambda step: None, root=project.raw)
    file = mirror / "freedom_in_the_world/2025/All_data_FIW_2013-2025.xlsx"
    done = adding.add("freedom_in_the_world", [file])
    (one,) = done.tables
    assert (one.table, one.years) == ("scores", ())
    # Eastern Donbas of edition 2024 is what the publisher has revised since its workbook of that year.
    revised = one.revised[one.revised["old"] != ""]
    assert set(zip(revised["unit"], revised["year"], strict=True)) == {("XDB", "2023")}
    adding.remove("freedom_in_the_world", done.source.version)


@pytest.mark.slow
def test_the_commands_of_the_guide_bring_the_new_year_into_a_report_and_leave_the_default_one(home, mirror, tmp_path):
    guide = (ROOT / "docs" / "your-own-files.md").read_text(encoding="utf-8")
    section = guide[guide.index("## Newer versions") : guide.index("## Files of contracts")]
    lines = [line for block in re.findall(r"^```sh\n(.*?)^```", section, re.M | re.S) for line in block.splitlines()]
    _vdem_16(mirror, tmp_path / "V-Dem-CY-Core-v16.csv")

    def ogp(*words: str) -> str:
        known = {**os.environ, paths.HOME_VARIABLE: str(home)}
        line = [sys.executable, "-m", "ogp_analysis", *words]
        done = subprocess.run(line, env=known, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    profile = ("run", "country_profile", "-p", "country", "MEX", "-p", "last_year", "2025")
    ogp(*profile)
    before = {file: file.read_bytes() for file in (home / "reports" / "country_profile").rglob("*") if file.is_file()}
    told = {}
    for line in lines:
        told[line] = ogp(*shlex.split(line)[1:])
        if line.startswith("ogp-analysis add"):
            assert ogp(*profile).startswith("Nothing changed"), "the default edition stays as it was"
    assert "vdem 16" in told["ogp-analysis list"]
    records = [json.loads(file.read_text()) for file in (home / "reports").glob("country_profile/*/run.json")]
    (newer,) = [one for one in records if one["parameters"]["edition"] == "latest"]
    report = home / "reports" / "country_profile" / newer["slug"]
    for spoken, added in (("en", "vdem 16 (added)"), ("es", "vdem 16 (agregado)")):
        page = (report / spoken / "index.html").read_text(encoding="utf-8")
        assert newer["about"][spoken]["last_year"] == 2025 and added in page
    assert newer["rests_on"]["data"]["latest/vdem/v14/v2xcs_ccsi"] == "version-16/v16"
    assert before == {file: file.read_bytes() for file in before}
    assert "vdem is read from" in ogp(*profile, "--edition", "latest", "--dry-run")


def _vdem_16(mirror: Path, file: Path) -> None:
    """Write version 14 of V-Dem as version 16: its last year is also 2024 and 2025, with bounds of every series."""
    frame = pd.read_csv(mirror / "vdem/14/vdem_v14_1970_2023.csv.gz", keep_default_na=False, dtype="str")
    last = frame[frame["year"] == "2023"]
    frame = pd.concat([frame, *(last.assign(year=year) for year in ("2024", "2025"))], ignore_index=True)
    bounds = {}
    for name in (name for name in frame if name.startswith("v2") and name != "v2x_regime"):
        value = pd.to_numeric(frame[name])
        unit = value.between(0, 1)
        bounds[f"{name}_codelow"] = (value - 0.04).mask(unit, (value - 0.04).clip(0))
        bounds[f"{name}_codehigh"] = (value + 0.04).mask(unit, (value + 0.04).clip(upper=1))
        bounds[f"{name}_sd"] = value.mask(value.notna(), 0.04)
    pd.concat([frame, pd.DataFrame(bounds)], axis=1).to_csv(file, index=False)
