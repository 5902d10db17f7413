"""Files of the next year on civic space are taken; what they lack or what nobody knows is said."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path

import pytest

from ogp_analysis.base import paths
from ogp_analysis.base.errors import CleaningError, SourceError, UnknownName
from ogp_analysis.data.cleaning.catalog import DATASETS
from ogp_analysis.data.datasets.civic_space import vdem
from ogp_analysis.data.sources.download import fetch
from ogp_analysis.data.store import adding, shelf

from .civic_space import LEFT_OUT, MADE, NEW, civicus_map, read, sheet, workbook, written
from .made import has

#: Versions that neither the name of the file nor its last year says.
ASKED = {"demspaces": "16", "map": "2026"}
#: By table: the version, the year and the unit that are new, and how many values of them were revised, where all are
#: of the same release.
SEEN = {
    "vdem": ("16", {"v16": (2025, "ATG", None)}),
    "wgi_voice_accountability": ("2024", {"country_year": (2024, "GIB", 2)}),
    "world_bank_controls": ("2025", {"country_year": (2025, "TWN", 2)}),
    "ert": ("16", {"country_year": (2025, "ATG", 6)}),
    "demspaces": ("16", {"cutpoints": (None, None, 2)}),
    "digital_society_survey": ("2", {"country_year": (2019, "ATG", 2)}),
    "idea_gsod": ("2022", {"country_year": (2022, "BLZ", 2)}),
    "ngo_legal_barriers": ("2014", {"country_year": (2014, "ISL", 2)}),
    "feldstein_digital_repression": (
        "2023",
        {"surveillance_index": (None, "BLZ", None), "digital_repression": (2022, "BLZ", None)},
    ),
    "freedom_in_the_world": ("2026", {"ratings": (2024, None, 2), "scores": (2025, "GRL", None)}),
    "freedom_on_the_net": ("2020", {"country_year": (2020, "CRI", 0)}),
    "civicus_monitor": ("2026", {"ratings": (2026, "GRL", 6)}),
    "map": ("2026", {"ratings": (2026, "HKG", 0)}),
    "rsf_press_freedom": ("2027", {"country_year": (2027, "GRL", 0)}),
    "wjp_rule_of_law": ("2025", {"country_year": (2025, "ISL", 2)}),
}


def project_of(source: str, folder: Path) -> paths.Project:
    """Make a project with the sidecars of one source."""
    own = paths.project()
    shutil.copytree(own.raw / source, folder / "data" / "raw" / source)
    return paths.Project(folder)


@pytest.fixture
def home(tmp_path):
    """Return a function that makes a project with the sidecars of one source."""
    return lambda source: project_of(source, tmp_path / "home")


@pytest.fixture(scope="module")
def originals(mirror, tmp_path_factory):
    """Return a function that gives the files of the next year of a dataset, made once: they are not to be changed."""
    folder = tmp_path_factory.mktemp("made")

    @cache
    def files(name: str) -> list[Path]:
        (folder / name).mkdir()
        return (MADE | {"map": civicus_map})[name](mirror, folder / name)

    return files


@pytest.fixture
def own_copies(originals, tmp_path):
    """Return a function that gives copies of the files of the next year of a dataset."""

    def copies(name: str) -> list[Path]:
        (tmp_path / "made").mkdir()
        return [Path(shutil.copy(file, tmp_path / "made")) for file in originals(name)]

    return copies


@pytest.fixture(scope="module")
def added(mirror, originals, tmp_path_factory):
    """Return a function that adds the next year of a dataset to a project with its full edition, once."""

    @cache
    def taken(name: str) -> tuple[paths.Project, adding.Addition]:
        source = "civicus_monitor" if name == "map" else name
        project = project_of(source, tmp_path_factory.mktemp(name) / "home")
        fetch(source, from_dir=mirror, progress=lambda step: None, root=project.raw)
        return project, add(name, originals(name), project)

    return taken


def add(name: str, files: list[Path], project: paths.Project) -> adding.Addition:
    source = "civicus_monitor" if name == "map" else name
    return adding.add(source, files, ASKED.get(name), {}, project)


def test_every_dataset_of_the_wing_has_a_next_year_or_a_reason_why_not():
    wing = {name for name, module in DATASETS.items() if module.startswith("ogp_analysis.data.datasets.civic_space.")}
    assert wing == {*MADE, *LEFT_OUT}


@pytest.mark.parametrize("name", SEEN)
def test_the_next_year_is_taken_and_what_is_new_is_said(added, name):
    source, (version, tables) = "civicus_monitor" if name == "map" else name, SEEN[name]
    project, done = added(name)
    assert done.source.release == version
    assert all(NEW in columns for columns in done.passed_over.values()) and done.passed_over
    assert {one.table for one in done.tables} == set(tables)
    for one in done.tables:
        year, unit, revised = tables[one.table]
        frame = shelf.take(shelf.folder(project, shelf.VERSION + done.source.version, source) / f"{one.table}.parquet")
        edition, before = one.before.split(", ")[0].split(".")
        old = shelf.take(shelf.folder(project, edition, source) / f"{before}.parquet")
        key = next((name for name in ("unit", "economy", "iso3") if name in frame), None)
        cells = {column: cell for column, cell in (("year", year), (key, unit)) if cell and column in frame}
        assert cells or revised
        assert not cells or (has(frame, cells) and not has(old, cells))
        assert revised is None or len(one.revised) == revised


#: A required column of each layout, by dataset; it has another name in the file that is refused.
REQUIRED = {
    "vdem": "v2xcs_ccsi", "wgi_voice_accountability": "va_se", "world_bank_controls": "gdp_pc", "ert": "aut_ep_outcome",
    "demspaces": "down", "digital_society_survey": "v2smprivex_nr", "idea_gsod": "mediaint_idea",
    "ngo_legal_barriers": "PTS", "civicus_monitor": "rating_num", "rsf_press_freedom": "Rank_Pol",
    "feldstein_digital_repression": "Country", "freedom_in_the_world": "Add Q",
    "freedom_on_the_net": "B: Limits on Content", "wjp_rule_of_law": "Country Code",
}  # fmt: skip


def rewritten(file: Path, change) -> Path:
    """Write a made file again with what `change` makes of its lines."""
    if file.suffix == ".csv":
        form = {"encoding": "cp1252", "delimiter": ";"} if file.name == "2027.csv" else {}
        return written(change(read(file, **form)), file, **form)
    import openpyxl

    names = openpyxl.load_workbook(file, read_only=True).sheetnames
    return workbook(file, {name: change(sheet(file, name)) for name in names})


@pytest.mark.parametrize("name", REQUIRED)
def test_a_required_column_that_is_missing_is_named_in_one_sentence_and_nothing_stays(own_copies, home, tmp_path, name):
    project, files = home(name), own_copies(name)
    before = sorted(project.raw.rglob("*"))
    file = rewritten(files[0], lambda rows: [["x" if c == REQUIRED[name] else c for c in row] for row in rows])
    with pytest.raises(SourceError, match=rf"columns of {name} \(\w+\); no '{REQUIRED[name]}'\. "):
        add(name, [file], project)
    assert sorted(project.raw.rglob("*")) == before and not list((tmp_path / "home" / "data").glob("processed/*/*"))


#: A cell that nobody knows, in the last line of the made file: its column, what stands there, and what is said.
UNKNOWN = {
    "vdem": ("country_text_id", "XXQ", '"XXQ": "part_of_country" to SPECIAL_UNITS'),
    "wgi_voice_accountability": ("wb_code", "XXQ", '"XXQ": "" to ISO_OF_ECONOMY'),
    "world_bank_controls": ("iso3", "XXQ", "XXQ,.*to ogp_analysis/base/countries.csv"),
    "ert": ("aut_ep_outcome", "7", "line 7 to the codes of aut_ep_outcome"),
    "demspaces": ("indicator", "v2x_new", '"v2x_new": "<its space>" to SPACES'),
    "digital_society_survey": ("country_text_id", "XXQ", "SPECIAL_UNITS"),
    "idea_gsod": ("country_name", "Atlantis", "Atlantis.*to ogp_analysis/base/countries_aliases.csv"),
    "ngo_legal_barriers": ("ngo_politics", "2.0", '"2.0" to _MARKS'),
    "feldstein_digital_repression": ("Smart Policing", "maybe", '"maybe" to _MARKS'),
    "freedom_in_the_world": ("C/T", "x", '"x": "<its word>" to LISTED'),
    "freedom_on_the_net": ('"Freedom on the Net 2020" Status', "FREER", '"FREER": "<its word>" to STATUSES'),
    "civicus_monitor": ("rating", "Endangered", '"endangered": <its last score> to RATINGS'),
    "rsf_press_freedom": ("ISO", "XXQ", "XXQ.*to ogp_analysis/base/countries_aliases.csv"),
    "wjp_rule_of_law": ("Year", "2025-2027", "values that no rule covers, for example '2025-2027'"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_nobody_knows_stops_with_the_line_to_add_and_nothing_stays(own_copies, home, name):
    project, files = home(name), own_copies(name)
    column, value, said = UNKNOWN[name]
    before = sorted(project.raw.rglob("*"))

    def change(rows: list[list]) -> list[list]:
        head = next((row for row in rows if column in row), None)
        if head is not None:
            rows[-1][head.index(column)] = value
        return rows

    with pytest.raises((CleaningError, UnknownName), match=said):
        add(name, [rewritten(files[0], change)], project)
    assert sorted(project.raw.rglob("*")) == before


def test_a_release_of_v_dem_has_a_table_of_its_own_with_bounds_of_all_series(added):
    project, _ = added("vdem")
    columns = shelf.take(shelf.folder(project, "version-16", "vdem") / "v16.parquet").columns
    for series in (name for name in vdem.V14_SERIES if name != "v2x_regime"):
        assert {series, *(series + end for end in ("_codelow", "_codehigh", "_sd"))} <= set(columns)


def test_a_map_whose_version_is_no_year_is_refused(own_copies, home):
    project, files = home("civicus_monitor"), own_copies("map")
    with pytest.raises(CleaningError, match=r"does not say its year.*Call the version by the year of its ratings"):
        adding.add("civicus_monitor", files, "v3", {}, project)
    units = json.loads(files[0].read_text())
    units["MEX"]["fillKey"] = "6"
    files[0].write_text(json.dumps(units))
    with pytest.raises(CleaningError, match='"6" to RATINGS in ogp_analysis'):
        adding.add("civicus_monitor", files, "2026", {}, project)


def test_freedom_in_the_world_2025_as_published_is_taken(mirror, home):
    project = home("freedom_in_the_world")
    fetch("freedom_in_the_world", from_dir=mirror, progress=lambda step: None, root=project.raw)
    file = mirror / "freedom_in_the_world/2025/All_data_FIW_2013-2025.xlsx"
    (one,) = adding.add("freedom_in_the_world", [file], None, {}, project).tables
    assert (one.table, one.rows, one.years) == ("scores", 2723, ())
    # Eastern Donbas of edition 2024 is what the publisher has revised since its workbook of that year.
    revised = one.revised[one.revised["old"] != ""]
    assert set(zip(revised["unit"], revised["year"], strict=True)) == {("XDB", "2023")} and len(revised) == 4
