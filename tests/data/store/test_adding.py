"""A newer file is taken in whole or not at all, and changes nothing for who does not ask for it."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from ogp_analysis.__main__ import main
from ogp_analysis.base import paths, spreadsheet
from ogp_analysis.base.errors import CleaningError, OgpAnalysisError, ParameterError, SourceError, UnknownName
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import word
from ogp_analysis.civic_space.panel import join
from ogp_analysis.data.sources import counting, sidecar
from ogp_analysis.data.store import adding, editions, hand_out
from ogp_analysis.data.store.editions import build
from ogp_analysis.data.store.hand_out import datasets
from tests.damage.layouts import as_workbook
from tests.data.sources.test_packed import encrypted_workbook

COLUMNS = ("country_name", "country_text_id", "year", "v2xcs_ccsi", "v2xcs_ccsi_codelow", "v2xcs_ccsi_codehigh",
           "v2x_polyarchy", "v2new")  # fmt: skip
ROWS = (
    ("Mexico", "MEX", "1950", "0.2", "0.1", "0.3", "0.2", "x"),
    ("Mexico", "MEX", "2023", "0.6", "0.5", "0.7", "0.5", "=1+1"),
    ("Mexico", "MEX", "2025", "0.4", "0.3", "0.5", "0.469", "x"),
    ("Kenya", "KEN", "2025", "", "", "", "0.4", "x"),
)


@pytest.fixture
def project(with_vdem, monkeypatch):
    monkeypatch.setattr(hand_out, "_chosen", {})
    yield with_vdem
    join(["v2xcs_ccsi", "v2x_polyarchy"], 2020, 2023)  # what an indicator was read from is remembered by the process


def written(folder, rows=ROWS, columns=COLUMNS, name="V-Dem-CY-Core-v16.csv"):
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([columns, *rows])
    return folder / name


def tree(project) -> dict[str, bytes]:
    """Every file of the data but for locks and what waits to be cleared away."""
    data = project.root / "data"
    files = (f for f in data.rglob("*") if f.is_file() and not f.name.endswith(".lock") and ".adding" not in f.parts)
    return {file.relative_to(data).as_posix(): file.read_bytes() for file in sorted(files)}


def is_added(name: str) -> bool:
    return name.startswith(("processed/version-16/", "raw/vdem/16/"))


def test_a_version_is_recognised_described_built_and_compared(project, tmp_path):
    done = adding.add("vdem", [written(tmp_path / "in")], given={"doi": "10.23696/vdemds26"})
    assert (done.source.version, done.source.doi, done.new) == ("16", "10.23696/vdemds26", True)
    assert done.source.carried == ("publisher", "licence", "citation", "url") and done.source.accessed is None
    assert [(file.rows, file.encoding, file.delimiter) for file in done.source.files] == [(4, "utf-8", ",")]
    assert done.passed_over == {"V-Dem-CY-Core-v16.csv": ["v2new"]}
    (table,) = done.tables
    assert (table.dataset, table.table, table.rows, table.years) == ("vdem", "v16", 3, (2025,))
    assert table.before == "embedded.v15, embedded.v14"
    revised = table.revised.set_index("column")
    assert revised.loc["v2xcs_ccsi", ["unit", "year", "old", "new"]].tolist() == ["MEX", "2023", "0.701", "0.6"]
    kept = pd.read_csv(adding.revisions_file(project, "vdem", "16"), dtype=str)
    assert list(kept) == ["table", "unit", "year", "column", "old", "new"] and len(kept) == len(revised)
    assert (project.raw / "vdem" / "16" / ".gitignore").read_text() == "*\n"
    assert [one.folder for one in adding.added()] == ["vdem/16"]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda value: 1 - value, "correlation is -1.00"),
        (lambda value: value + 0.001, "all 30 values revised"),
        (lambda value: min(value + 0.3, 1), "of another level, its mean"),
        (lambda value: value, ""),
    ],
)
def test_what_is_not_like_the_version_before_is_kept_only_with_yes(project, tmp_path, capsys, made, said):
    before = hand_out.load("vdem", "v14").dropna(subset=["iso3", "v2xcs_ccsi"])
    before = before[(before["v2xcs_ccsi"] != 0.5) & (before["year"] == 2020)].head(30)
    values = [f"{made(value):.3f}" for value in before["v2xcs_ccsi"]]
    rows = [("x", unit, "2020", *[value] * 3, "", "") for unit, value in zip(before["iso3"], values, strict=True)]
    command, unchanged = ["add", "vdem", str(written(tmp_path / "in", rows))], tree(project)
    if said:
        assert main([*command, "--version", "16"]) == 1
        told = capsys.readouterr()
        assert said in told.err and "vdem 16 is not like the version before. v16.v2xcs_ccsi: " in told.err
        assert "--yes" in told.err and "is added" not in told.out and tree(project) == unchanged
    assert main([*command, "--version", "16", *(["--yes"] if said else [])]) == 0
    assert "vdem 16 is added" in capsys.readouterr().out


def test_years_before_the_panel_are_set_aside_on_the_record(project, tmp_path):
    adding.add("vdem", [written(tmp_path / "in")])
    record = hand_out.record("vdem", "vdem=16")
    assert record[["action", "rule", "_line"]].values.tolist() == [
        ["set_aside", "before_1970", 2],
        ["changed", "column_not_used", 2],
    ]


def test_no_other_edition_and_no_list_of_sources_changes(project, tmp_path):
    build()
    hand_out.load("vdem", "v14")
    before, sources = hand_out.provenance().payload, sidecar.sources(project.sidecars)
    unchanged = tree(project)
    adding.add("vdem", [written(tmp_path / "in")])
    assert {name: content for name, content in tree(project).items() if not is_added(name)} == unchanged
    hand_out.load("vdem", "v14")
    assert hand_out.provenance().payload == before
    assert sidecar.sources(project.sidecars) == sources
    assert adding.remove("vdem", "16") == ["vdem"] and tree(project) == unchanged


def test_an_indicator_reads_the_newest_table_that_holds_it_and_says_which(project, tmp_path):
    adding.add("vdem", [written(tmp_path / "in")])
    frame = join(["v2xcs_ccsi", "v2x_polyarchy", "v2x_polyarchy_v15", "v2x_libdem"], 2020, 2025, "latest").frame
    mexico = frame[frame["iso3"] == "MEX"].set_index("year")
    assert mexico.loc[2025, ["v2xcs_ccsi", "v2xcs_ccsi_low", "v2xcs_ccsi_high"]].tolist() == [0.4, 0.3, 0.5]
    # Never two versions in one series: 2020 is not in the file that was added.
    assert pd.isna(mexico.loc[2020, "v2xcs_ccsi"]) and mexico.loc[2025, "v2x_polyarchy"] == 0.469
    assert mexico.loc[2020, "v2x_polyarchy_v15"] > 0 and mexico.loc[2020, "v2x_libdem"] > 0
    ccsi = indicator("v2xcs_ccsi")
    assert (ccsi.table, ccsi.version, ccsi.last_year, ccsi.low) == ("v16", "16", 2025, "v2xcs_ccsi_codelow")
    assert indicator("v2x_polyarchy_v15").table == indicator("v2x_libdem").table == "v15"
    assert "V-Dem v16" in word("indicators.v2xcs_ccsi.name")
    join(["v2xcs_ccsi"], 2020, 2023)
    assert (indicator("v2xcs_ccsi").table, word("indicators.v2xcs_ccsi.name")[-4:]) == ("v14", "v14)")


def test_pins_choose_one_version_and_what_was_chosen_is_told(project, tmp_path):
    adding.add("vdem", [written(tmp_path / "in")])
    assert len(hand_out.load("vdem", edition="vdem=16")) == len(hand_out.load("vdem", edition="latest")) == 3
    assert len(hand_out.load("vdem", edition="latest,vdem=14")) == len(hand_out.load("vdem", "v14"))
    chosen = hand_out.provenance().payload["chosen"]
    assert chosen["embedded,vdem=16/vdem/v16/"] == "version-16/v16"
    with pytest.raises(UnknownName, match=r"vdem=99\. Versions here are 14, 15, 16"):
        hand_out.load("vdem", edition="vdem=99")
    for edition in ("newest", "latest,vdem", "vdem=1,vdem=2", "nothing=1"):
        with pytest.raises(ParameterError, match="edition"):
            hand_out.load("vdem", edition=edition)
    assert editions.canonical("vdem=16, ert=16") == "embedded,ert=16,vdem=16"


def test_the_same_files_again_are_no_fault_and_other_files_of_the_version_are(project, tmp_path):
    file = written(tmp_path / "in")
    adding.add("vdem", [file])
    before = tree(project)
    assert not adding.add("vdem", [file]).new
    other = written(tmp_path / "other", ROWS[1:])
    with pytest.raises(ParameterError, match=r"16 is there already, with other files .*ogp-analysis remove vdem 16"):
        adding.add("vdem", [other])
    assert tree(project) == before
    assert adding.add("vdem", [other], "17").tables[0].before.startswith("version-16.v16")


@pytest.mark.parametrize(
    "rows, columns, fault, text",
    [
        (ROWS, COLUMNS[:3] + COLUMNS[6:], SourceError, "no 'v2xcs_ccsi'"),
        ((*ROWS, ("Mexico", "MEX", "2024", "1.4", "0.1", "1.5", "0.1", "x")), COLUMNS, OgpAnalysisError, "v2xcs_ccsi"),
        ((*ROWS, ("Mexico", "MEX", "2024", "0.4", "0.5", "0.6", "0.1", "x")), COLUMNS, CleaningError, "do not lie"),
        ((*ROWS, ("Mexico", "MEX", "2026", "0.4", "0.3", "0.6", "0.1", "x")), COLUMNS, OgpAnalysisError, "2026"),
        ((*ROWS, ROWS[-1]), COLUMNS, OgpAnalysisError, "year"),
        ((*ROWS, ("Mexico",), ROWS[0]), COLUMNS, SourceError, "the record has 1 cells"),
    ],
)  # fmt: skip
def test_a_refused_file_leaves_the_tree_as_it_was(project, tmp_path, rows, columns, fault, text):
    build(["vdem"])
    before = tree(project)
    rows = [row[: len(columns)] for row in rows]
    with pytest.raises(fault, match=text):
        adding.add("vdem", [written(tmp_path / "in", rows, columns)], "16")
    assert tree(project) == before and list(project.raw.glob(".*")) == []


def test_years_to_come_are_refused_where_no_rule_of_the_dataset_bounds_them(project, tmp_path):
    rows = [(*row[:2], "2098", *row[3:]) for row in ROWS[1:2]]
    with pytest.raises(OgpAnalysisError, match="2098"):
        adding.add("vdem", [written(tmp_path / "in", rows)], "2098-beta")
    assert adding.added() == []


@pytest.mark.parametrize("version", ["", "../16", "a/b", "16-extract", "x" * 60, ".hidden", "beta"])
def test_what_is_no_name_of_a_version_or_cannot_be_the_newest_is_refused(project, tmp_path, version):
    with pytest.raises(ParameterError, match="not a valid name of a version"):
        adding.add("vdem", [written(tmp_path / "in")], version)


def test_the_fault_says_what_a_file_is_if_it_is_not_what_it_was_given_as(project, tmp_path):
    file = written(tmp_path / "in")
    with pytest.raises(
        SourceError, match=r"is of vdem \(core\), not of ert\. Add it there: ogp-analysis add vdem FILE"
    ):
        adding.add("ert", [file])
    file.write_bytes(b"")
    with pytest.raises(SourceError, match="is empty"):
        adding.add("vdem", [file])


def test_the_version_is_read_from_what_a_file_holds_whatever_its_name_or_asked_for(project, tmp_path):
    with pytest.raises(ParameterError, match=r"does not say which version it is\. Give it: --version"):
        adding.add("vdem", [written(tmp_path / "in", ROWS[:1])])  # 1950 is of no version
    assert adding.add("vdem", [written(tmp_path / "in", name="V-Dem-CY-Core-v14.csv")]).source.version == "16"
    assert adding.add("vdem", [written(tmp_path / "in", ROWS[1:2], name="V-Dem-v16.csv")], "17").source.version == "17"


def test_of_a_zip_the_tables_are_kept_and_names_lead_nowhere(project, tmp_path):
    plain = written(tmp_path / "in")
    with zipfile.ZipFile(tmp_path / "core.zip", "w") as archive:
        archive.write(plain, "../../V-Dem-CY-Core-v16.csv")
    with pytest.raises(SourceError, match="refused"):
        adding.add("vdem", [tmp_path / "core.zip"])
    with zipfile.ZipFile(tmp_path / "core.zip", "w") as archive:
        archive.write(plain, "folder/V-Dem-CY-Core-v16.csv")
        archive.writestr("folder/readme.pdf", b"%PDF")
    done = adding.add("vdem", [tmp_path / "core.zip"])
    assert [file.name for file in done.source.files] == ["V-Dem-CY-Core-v16.csv"]


@pytest.mark.parametrize("name", ["V-Dem-CY-Core-v16.csv.gz", "V-Dem-CY-Core-v16.csv.GZ", "V-Dem-CY-Core-v16.csv"])
def test_a_gz_stands_for_the_file_in_it_whatever_it_is_called(project, tmp_path, name):
    plain = written(tmp_path / "in").read_bytes()
    (tmp_path / name).write_bytes(gzip.compress(plain))
    done = adding.add("vdem", [tmp_path / name])
    assert [(file.name, file.bytes) for file in done.source.files] == [("V-Dem-CY-Core-v16.csv", len(plain))]
    assert (project.raw / "vdem" / "16" / "V-Dem-CY-Core-v16.csv").read_bytes() == plain
    assert not adding.add("vdem", [tmp_path / "in" / "V-Dem-CY-Core-v16.csv"]).new


def test_a_gz_that_is_cut_off_is_refused_by_its_name(project, tmp_path):
    packed = gzip.compress(written(tmp_path / "in").read_bytes())
    (tmp_path / "V-Dem-CY-Core-v16.csv.gz").write_bytes(packed[: len(packed) // 2])
    before = tree(project)
    with pytest.raises(SourceError, match=r"^V-Dem-CY-Core-v16\.csv\.gz: .*Download it again"):
        adding.add("vdem", [tmp_path / "V-Dem-CY-Core-v16.csv.gz"])
    assert tree(project) == before


def test_a_folder_is_refused_and_the_last_record_of_a_file_that_was_cut_off_set_aside(project, tmp_path):
    whole = written(tmp_path / "in")
    with pytest.raises(SourceError, match=r"is a folder\. Name the files in it"):
        adding.add("vdem", [tmp_path / "in"])
    whole.write_bytes(whole.read_bytes()[:-8])
    done = adding.add("vdem", [whole])
    assert done.aside == {"V-Dem-CY-Core-v16.csv": 2} and done.source.files[0].rows == 4
    record = hand_out.record("vdem", "vdem=16")
    assert record[["rule", "_line"]].values.tolist() == [
        ["before_1970", 2],
        ["cut_off_record", 5],
        ["column_not_used", 2],
    ]


def test_a_version_that_the_project_describes_gets_a_folder_of_its_own(project, tmp_path):
    done = adding.add("vdem", [written(tmp_path / "in")], "16-38-countries")
    assert (done.source.version, done.source.release) == ("16-38-countries-added", "16-38-countries")
    assert adding.remove("vdem", "16-38-countries") == ["vdem"]
    assert (project.raw / "vdem" / "16-38-countries" / "source.toml").is_file()


def test_what_is_given_goes_into_the_sidecar_and_closed_terms_stay_closed(project, tmp_path):
    given = {
        "licence": 'Ask "them"\\',
        "citation": "Made, 2026.",
        "url": "https://example.org/x",
        "accessed": "2026-03-01",
    }
    about = adding.add("vdem", [written(tmp_path / "in")], given=given).source
    assert (about.licence, about.citation, about.urls) == ('Ask "them"\\', "Made, 2026.", ("https://example.org/x",))
    assert (about.open_licence, about.redistribute, about.carried) == ("unknown", False, ("publisher",))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"accessed": "yesterday"}, "accessed: 'yesterday' is not a date. Write it YYYY-MM-DD."),
        ({"accessed": "2999-01-01"}, "accessed: 2999-01-01 has not come yet. Give the day on which you got the file."),
        ({"doi": "nothing"}, "doi: 'nothing' does not have the form that a sidecar needs. Write it 10.…/…, without"),
        ({"url": "ftp://x"}, "url: 'ftp://x' does not have the form that a sidecar needs. Write it https://…."),
    ],
)
def test_facts_that_a_sidecar_cannot_hold_are_refused(project, tmp_path, given, sentence):
    with pytest.raises(ParameterError, match=f"^{re.escape(sentence)}"):
        adding.add("vdem", [written(tmp_path / "in")], given=given)
    assert adding.added() == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_file_that_cannot_be_read_is_no_fault_of_the_folder_it_would_go_into(project):
    """Rights say nothing to the administrator, so it is a file that nobody can read."""
    before = tree(project)
    with pytest.raises(SourceError, match=r"^/proc/self/mem: cannot be read \(Input/output error\)\. Check its rights"):
        adding.add("vdem", [Path("/proc/self/mem")], "16")
    assert tree(project) == before


def test_a_file_given_twice_is_one_and_its_copy_is_refused(project, tmp_path):
    file = written(tmp_path / "in")
    shutil.copy(file, tmp_path / "copy.csv")
    with pytest.raises(SourceError, match=r"^copy\.csv: is the same file as V-Dem-CY-Core-v16\.csv\. Leave one of"):
        adding.add("vdem", [file, tmp_path / "copy.csv"])
    assert adding.added() == []
    assert [one.name for one in adding.add("vdem", [file, file]).source.files] == [file.name]


@pytest.mark.parametrize("content", [as_workbook([list(COLUMNS), *map(list, ROWS[2:])]), encrypted_workbook()])
@pytest.mark.parametrize("name", ["V-Dem-CY-Core-v16.csv", "V-Dem-CY-Core-v16.xlsx"])
def test_a_workbook_is_read_under_its_ending_and_without_a_password(project, tmp_path, content, name):
    before, file = tree(project), tmp_path / name
    file.write_bytes(content)
    said = ""
    try:
        adding.add("vdem", [file])
    except SourceError as fault:
        said = str(fault)
        assert tree(project) == before
    if content == encrypted_workbook():
        assert said == f"{name}: needs a password. Open it in a spreadsheet, and save it without a password."
    elif name.endswith(".csv"):
        assert said.startswith(f"{name}: is a workbook, though its name does not say so. Give it its ending: .xlsx")
    else:
        assert said == "" and len(hand_out.load("vdem", edition="latest")) == 2


KILLED = """
import os, sys
from pathlib import Path
from ogp_analysis.data.store import adding
def kill(*_):
    os.kill(os.getpid(), 9)
def moved(self, target, rename=Path.rename):
    rename(self, target)
    if Path(target).parts[-3:] == ("raw", "vdem", "16"):
        kill()
if sys.argv[1] == "building":
    adding.build_one = kill
else:
    Path.rename = moved
adding.add("vdem", [Path(sys.argv[2])])
"""


@pytest.mark.parametrize("at, there", [("building", []), ("moving", ["vdem/16"])])
def test_a_command_that_is_killed_leaves_a_whole_version_or_none(project, tmp_path, at, there):
    before = tree(project)
    file = written(tmp_path / "in")
    known = {**os.environ, paths.HOME_VARIABLE: str(project.root)}
    done = subprocess.run([sys.executable, "-c", KILLED, at, str(file)], env=known, cwd=project.root, check=False)
    assert done.returncode == -9
    assert [one.folder for one in adding.added()] == there
    if there:
        assert len(hand_out.load("vdem", edition="latest")) == 3
        adding.remove("vdem", "16")
    else:
        assert tree(project) == before
        assert adding.add("vdem", [file]).new
    assert list(project.raw.glob(".*")) == []


def test_only_what_was_added_is_removed(project):
    with pytest.raises(UnknownName, match=r"was not added\. Versions that were added: none"):
        adding.remove("vdem", "14")
    assert (project.raw / "vdem" / "14").is_dir()


def test_versions_that_were_added_stand_in_the_list_of_datasets(project, tmp_path):
    assert (datasets()["added"] == "").all()
    adding.add("vdem", [written(tmp_path / "in")])
    adding.add("vdem", [written(tmp_path / "in", name="V-Dem-CY-Core-v17.csv")], "17")
    adding.add("vdem", [written(tmp_path / "in", name="made.csv")], "16-38-countries")
    added = datasets().set_index("dataset")["added"]
    assert added["vdem"] == "16, 16-38-countries, 17" and (added.drop("vdem") == "").all()
    assert len(hand_out.load("vdem", edition=f"vdem={added['vdem'].split(', ')[-1]}")) == 3


def workbook(folder, sheets, name="V-Dem-CY-Core-v16.xlsx"):
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(spreadsheet.workbook(sheets))
    return folder / name


def test_every_sheet_that_is_read_is_counted_a_second_time(project, tmp_path, monkeypatch):
    plain = [list(row[:-1]) for row in ROWS]
    halves = {"old": [COLUMNS[:-1], *plain[:2]], "new": [["Core, by country and year"], COLUMNS[:-1], *plain[2:]]}
    file, counted = workbook(tmp_path / "in", halves), []

    def count(path, entry, header=0, sheet="", real=counting.of_entry, more=0):
        counted.extend([sheet] if path.name == file.name else [])
        return real(path, entry, header, sheet) + (more if sheet == "new" else 0)

    monkeypatch.setattr(counting, "of_entry", partial(count, more=1))
    with pytest.raises(SourceError, match=r"xlsx \[new\]: 2 rows were read, but a plain count of its records finds 3"):
        adding.add("vdem", [file])
    assert adding.added() == []
    counted.clear()
    monkeypatch.setattr(counting, "of_entry", count)
    # The sidecar states the plain count of the first sheet, which the build holds what it reads against.
    assert adding.add("vdem", [file]).tables[0].rows == 3 and counted == ["old", "new"]


ELSEWHERE = """
import json, sys
import ogp_analysis as ogp
from ogp_analysis.base import fingerprint
from ogp_analysis.data.store import hand_out
table = ogp.load("vdem", "v16", edition=sys.argv[1])
told = hand_out.provenance().payload
record = hand_out.record("vdem", sys.argv[1])
print(json.dumps([table.to_csv(index=False), fingerprint.of_value(told), record.to_csv()]))
"""


@pytest.mark.parametrize("edition", ["vdem=16", "latest"])
def test_another_machine_hands_out_an_added_version_without_its_raw_file(project, tmp_path, edition):
    adding.add("vdem", [written(tmp_path / "in")])
    build(edition=edition)

    def told(home) -> list:
        known = {**os.environ, paths.HOME_VARIABLE: str(home)}
        line = [sys.executable, "-c", ELSEWHERE, edition]
        done = subprocess.run(line, env=known, cwd=home, check=True, capture_output=True, text=True)
        return json.loads(done.stdout)

    there = tmp_path / "there"
    for file, above in editions.handed_out_without_raw_files(project, edition).items():
        target = there / file.relative_to(above)
        target.parent.mkdir(parents=True, exist_ok=True)
        if file.is_file():
            shutil.copy(file, target)
    shutil.copytree(project.notebooks, there / "notebooks")
    laid_out = [file.relative_to(there) for file in (there / "data" / "raw").glob("vdem/*/*") if file.is_file()]
    own = [file for file in laid_out if not file.parts[3].endswith("-extract")]
    assert own and {file.name for file in own} == {sidecar.NAME}
    # Tables that have to be built again there would need the raw file.
    assert told(there) == told(project.root)
    assert len(told(there)[0].splitlines()) == 4


def test_what_depends_on_fetched_files_is_for_this_machine_only(project, tmp_path):
    adding.add("vdem", [written(tmp_path / "in")])
    # A fetched file of another version: `latest` then reads the full edition of V-Dem.
    fetched = project.raw / "vdem" / "15-indices" / "vdem_v15_indices_intervals_1990_2024.csv"
    fetched.write_bytes(b"country_text_id\n")
    sentence = (
        r"edition: 'latest' reads files that were fetched, of 1 datasets, 'vdem'\. Run it on this machine, or use the"
    )
    with pytest.raises(ParameterError, match=sentence):
        editions.handed_out_without_raw_files(project, "latest")
    assert editions.handed_out_without_raw_files(project, "vdem=16")
