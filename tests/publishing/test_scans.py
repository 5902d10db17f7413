"""The command `scan`: what it writes, for whom, what stays, and what is nowhere in what it writes."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from ogp_analysis.base import kept
from ogp_analysis.base.errors import ParameterError, SourceError
from ogp_analysis.base.words import language, word
from ogp_analysis.procurement.own_files.column_map import ColumnMap
from ogp_analysis.publishing import scans
from ogp_analysis.publishing.pages import scan_page as page_module
from ogp_analysis.publishing.scans import scan_files
from tests.procurement.own_files.test_contract_rows import release

MAP = ColumnMap({"id": ("id",), "object": ("what",), "buyer": ("buyer",), "supplier": ("supplier",), "date": ("day",),
                 "amount": ("amount",)}, "%d/%m/%Y", ".", ",", "MXN")  # fmt: skip
HEAD = ["id", "buyer", "what", "supplier", "day", "amount"]
SPY = "Servicio de monitoreo de información remota"
FIRM = "GRUPO TECH BULL SA DE CV"
PERSON = "MARÍA INVENTADA DEL EJEMPLO"
HOSTILE = '=cmd|"/C calc"!A0 <script>alert(1)</script> software espía Pegasus \u202e\x07'
ROWS = [
    ["C-1", "Fiscalía General de la República", SPY, FIRM, "03/02/2019", "1,500.00"],
    ["C-2", "SEDENA", HOSTILE, '=HYPERLINK("x") SA DE CV', "04/02/2019", "10"],
    ["C-3", "JUANA INVENTADA PÉREZ", SPY, PERSON, "", ""],
    ["C-4", "Casa", f"Honorarios de {PERSON}", PERSON, "05/02/2019", "7"],
    ["C-5", "Casa"],
    ["C-1", "Fiscalía General de la República", SPY, FIRM, "03/02/2019", "1,500.00"],
]


def written(path: Path, rows=ROWS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEAD, *rows])
    return path


@pytest.fixture
def file(tmp_path):
    return written(tmp_path / "leaked-archive.csv")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture(scope="module")
def scans_of_the_file(tmp_path_factory) -> dict[bool, Path]:
    """The folder of a scan of the file, and of a private one: made once, since most tests begin with the same."""
    folder = tmp_path_factory.mktemp("scans")
    for private in (False, True):
        file = written(folder / "leaked-archive.csv")
        scan_files([file], folder / str(private), columns=MAP, private=private)
    return {private: folder / str(private) for private in (False, True)}


@pytest.fixture
def scanned(scans_of_the_file, file, out) -> None:
    """The file is scanned."""
    shutil.copytree(scans_of_the_file[False], out)


@pytest.fixture
def scanned_in_private(scans_of_the_file, file, out) -> None:
    """The file is scanned as a private one."""
    shutil.copytree(scans_of_the_file[True], out)


def table(out: Path, name: str = "hits") -> pd.DataFrame:
    return pd.read_csv(out / f"{name}.csv", dtype=str, keep_default_na=False)


def review(out: Path, **verdicts: str) -> None:
    """Write verdicts into hits.csv as a reviewer does; keys with ``_`` for other signs."""
    frame = table(out)
    keys = frame["key"].str.replace(r"\W", "_", regex=True)
    frame["verdict"] = [verdicts.get(key, old) for key, old in zip(keys, frame["verdict"], strict=True)]
    frame.to_csv(out / "hits.csv", index=False)


def page(out: Path) -> str:
    return (out / "report.html").read_text(encoding="utf-8")


def everything(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes()
            for file in sorted(folder.rglob("*")) if file.is_file() and file.name != ".lock"}  # fmt: skip


def test_a_scan_writes_tables_and_a_page(file, out):
    done = scan_files([file], out, columns=MAP)
    assert [(one.rows_in, one.kept, one.set_aside, one.merged) for one in done.files] == [(6, 4, 1, 1)]
    assert {one.name for one in out.iterdir()} == {*scans._OURS, ".lock"} - {".work"}
    hits = table(out)
    assert (
        list(hits)
        == (
            "key verdict note changed_since_verdict process grade tier score reasons flags buyer supplier object "
            "date amount currency file line"
        ).split()
    )
    assert sorted(hits["key"]) == ["C-1#1", "C-2#1", "C-3#1"]
    said = page(out)
    assert "Contracts with text to read: 4 of 4; with a buyer:" in said and "objects in Spanish:" in said
    first = hits.set_index("key").loc["C-1#1"]
    assert first[["grade", "tier", "supplier", "date", "amount", "currency", "file", "line"]].tolist() == [
        "probable", "infection of devices", FIRM, "2019-02-03", "1500.0", "MXN", "leaked-archive.csv", "2"]  # fmt: skip
    why = word("cleaning.rule.wrong_number_of_cells")
    assert table(out, "set_aside").values.tolist() == [["leaked-archive.csv", "6", why, "line 6: 2 cells instead of 6"]]
    powers = table(out, "powers")
    assert set(powers.loc[powers["technology"] != "", "buyer"]) == {"Fiscalía General de la República", "SEDENA"}
    assert not {"key", "process"} & set(powers) and not {"outcome", "technology"} & set(hits)
    assert json.loads((out / "scan.json").read_text())["rows"] == {"rows_in": 6, "kept": 4, "set_aside": 1, "merged": 1}


def test_the_workbook_says_what_the_tables_say(scanned, out):
    book = openpyxl.load_workbook(out / "hits.xlsx")
    assert book.sheetnames == ["hits", "powers", "lost_verdicts"]
    for name in book.sheetnames:
        cells = [["" if cell is None else str(cell) for cell in row] for row in book[name].iter_rows(values_only=True)]
        lines = list(csv.reader(io.StringIO((out / f"{name}.csv").read_text(encoding="utf-8"))))
        plain = [[re.sub(r"\.0$", "", cell) for cell in row] for row in lines]
        # XML has no control characters.
        assert [[re.sub(r"\.0$", "", cell) for cell in row] for row in cells] == plain
    assert book["hits"].freeze_panes == "A2"


def test_hostile_text_is_text(file, scanned, out):
    for row in csv.reader(io.StringIO((out / "hits.csv").read_text(encoding="utf-8"))):
        assert not any(re.match(r"[\s]*[=+@]", cell) for cell in row)
    for sheet in openpyxl.load_workbook(out / "hits.xlsx"):
        assert all(cell.data_type in ("s", "n", "inlineStr") for row in sheet.iter_rows() for cell in row)
    review(out, C_2_1="confirmed")
    scan_files([file], out, columns=MAP)
    text = page(out)
    assert "<script" not in text and "\u202e" not in text and "\x07" not in text
    assert "=HYPERLINK(&#34;x&#34;) SA DE CV" in text


@pytest.mark.parametrize("spoken", ["en", "es"])
def test_the_page_names_no_supplier_before_it_is_confirmed_and_no_person_ever(file, out, spoken):
    before = language()
    scan_files([file], out, columns=MAP, language=spoken)
    assert language() == before
    unread = page(out)
    assert "TECH BULL" not in unread.upper() and "HYPERLINK" not in unread and "pegasus" not in unread.lower()
    assert "monitoreo de información" not in unread  # objects may name anybody
    assert word("scan.page.none_confirmed", spoken) in html.unescape(unread) and f'lang="{spoken}"' in unread
    confirmed = word("scan.verdict.confirmed", spoken)
    review(out, C_1_1=confirmed, C_3_1=confirmed)
    scan_files([file], out, columns=MAP, language=spoken)
    read = page(out)
    assert FIRM in read and "HYPERLINK" not in read
    assert word("scan.page.unnamed", spoken) in read and word("scan.page.person", spoken) in read
    # The name stands where the file has it for the buyer, in the reviewer's own table, and not on the page.
    assert "INVENTADA" not in unread + read
    assert set(table(out).map(lambda text: "INVENTADA" in text).any().pipe(lambda any: any.index[any])) == {"buyer"}
    other = "es" if spoken == "en" else "en"
    assert word("scan.page.title", other) not in read


def test_verdicts_survive_and_a_changed_contract_says_so(file, scanned, out):
    review(out, C_1_1="confirmed", C_2_1="rejected")
    scan_files([file], out, columns=MAP)
    assert table(out).set_index("key")["verdict"].to_dict() == {"C-1#1": "confirmed", "C-2#1": "rejected", "C-3#1": ""}
    changed = [[*ROWS[0][:5], "9,999.00"], *ROWS[2:5]]
    written(file, changed)
    done = scan_files([file], out, columns=MAP)
    hits = table(out).set_index("key")
    assert hits.loc["C-1#1", ["verdict", "changed_since_verdict"]].tolist() == ["confirmed", "amount"]
    assert table(out, "lost_verdicts")[["key", "verdict"]].values.tolist() == [["C-2#1", "rejected"]]
    assert list(done.review.lost) == ["C-2#1"] and FIRM not in page(out)
    text = re.sub(r"<[^>]+>", "", page(out))
    assert "no longer hits in these files: 1" in text and "since the verdict was given: 1" in text
    # It is said again until the reviewer has looked, and the lost verdict comes back with its contract.
    scan_files([file], out, columns=MAP)
    assert table(out).set_index("key").loc["C-1#1", "changed_since_verdict"] == "amount"
    frame = table(out)
    frame.loc[frame["key"] == "C-1#1", "note"] = "read again"
    frame.to_csv(out / "hits.csv", index=False)
    written(file, [*changed, ROWS[1]])
    scan_files([file], out, columns=MAP)
    hits = table(out).set_index("key")
    assert hits.loc["C-1#1", ["verdict", "note", "changed_since_verdict"]].tolist() == ["confirmed", "read again", ""]
    assert hits.loc["C-2#1", "verdict"] == "rejected" and table(out, "lost_verdicts").empty


def test_a_verdict_in_the_workbook_counts_and_one_against_the_table_is_refused(file, scanned, out):
    book = openpyxl.load_workbook(out / "hits.xlsx")
    sheet = book["hits"]
    row = next(n for n in range(2, 6) if sheet.cell(n, 1).value == "C-1#1")
    sheet.cell(row, 2).value = "unsure"
    book.move_sheet("hits", 2)
    book.save(out / "hits.xlsx")
    scan_files([file], out, columns=MAP)
    assert table(out).set_index("key").loc["C-1#1", "verdict"] == "unsure"
    sheet.cell(row, 2).value = "rejected"
    book.save(out / "hits.xlsx")
    review(out, C_1_1="confirmed")
    before = everything(out)
    with pytest.raises(ParameterError, match=r"hits\.csv and hits\.xlsx: contradict each other on 'C-1#1'"):
        scan_files([file], out, columns=MAP)
    assert everything(out) == before


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda text: text.replace("verdict,", "veredicto,", 1), "has no column 'verdict' any more"),
        (lambda text: text + "C-9#1,confirmed\n", "rows are damaged"),
        (lambda text: text.replace("C-1#1,,", "C-1#1,perhaps,"), "has the verdict 'perhaps' at 'C-1#1'"),
    ],
)
def test_a_table_of_hits_that_cannot_be_read_is_never_written_over(file, scanned, out, damage, message):
    (out / "hits.csv").write_text(damage((out / "hits.csv").read_text(encoding="utf-8")), encoding="utf-8")
    before = everything(out)
    with pytest.raises((ParameterError, SourceError), match=message):
        scan_files([file], out, columns=MAP)
    assert everything(out) == before


def test_the_same_files_give_the_same_bytes(file, out, tmp_path):
    scan_files([file], out, columns=MAP)
    first = everything(out)
    scan_files([file], out, columns=MAP)
    assert everything(out) == first
    scan_files([file], tmp_path / "other", columns=MAP)
    assert everything(tmp_path / "other") == first


def contents(data: bytes) -> list[bytes]:
    """Return a file, and what is packed in it."""
    if not data.startswith(b"PK"):
        return [data]
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return [data, *(packed.read(name) for name in packed.namelist()), *(n.encode() for n in packed.namelist())]


@pytest.mark.parametrize("kind", ["table", "ocds"])
def test_private_leaves_no_name_hash_or_copy_of_a_file(kind, out, tmp_path):
    folder = tmp_path / "secret-folder"
    folder.mkdir()
    if kind == "table":
        files = [written(folder / "leaked-archive.csv")]
    else:
        files = [folder / "leaked-archive.json"]
        tender = release(1)["tender"] | {"title": SPY}
        files[0].write_text(json.dumps({"releases": [release(1, tender=tender), "no release"]}), encoding="utf-8")
    columns = MAP if kind == "table" else None
    done = scan_files(files, out, columns=columns, private=True)
    assert len(done.scan.frame)
    raw = files[0].read_bytes()
    hashes = [hashlib.new(name, raw) for name in ("sha256", "sha1", "md5")]
    traces = [b"leaked-archive", b"secret-folder", str(tmp_path).encode(), raw,
              *(one.hexdigest().encode() for one in hashes), *(one.digest() for one in hashes),
              *(one.hexdigest()[:8].encode() for one in hashes[:1])]  # fmt: skip
    found = everything(out)
    assert set(found) == {"scan.json", "hits.csv", "hits.xlsx", "powers.csv", "lost_verdicts.csv", "set_aside.csv",
                          "report.html"}  # fmt: skip
    for name, data in found.items():
        for text in contents(data):
            assert not [trace for trace in traces if trace in text], name
    with zipfile.ZipFile(out / "hits.xlsx") as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [entry for entry in packed.namelist() if entry.startswith("docProps")]
    assert table(out, "set_aside")["file"].unique().tolist() == ["1"]
    assert not {"file", "line"} & set(table(out))
    # The same without --private would be found by this search.
    scan_files(files, tmp_path / "open", columns=columns)
    assert any(traces[0] in data for data in everything(tmp_path / "open").values())


def test_a_private_page_names_no_buyer_of_a_contract_that_is_not_confirmed(file, scanned_in_private, out):
    buyers = {one for one in table(out)["buyer"] if one}
    assert buyers and not [one for one in buyers if one in page(out)]
    review(out, C_1_1="confirmed")
    scan_files([file], out, columns=MAP, private=True)
    [confirmed] = table(out).loc[lambda rows: rows["verdict"] == "confirmed", "buyer"]
    assert {one for one in buyers if one in page(out)} == {confirmed}


def test_a_private_scan_is_not_made_again_with_names(file, scanned_in_private, out):
    before = everything(out)
    with pytest.raises(ParameterError, match="holds a private scan"):
        scan_files([file], out, columns=MAP)
    assert everything(out) == before


def test_a_folder_that_names_files_is_not_taken_for_a_private_scan(file, scanned, out):
    with pytest.raises(ParameterError, match="Scan with --private into an empty folder"):
        scan_files([file], out, columns=MAP, private=True)


def test_a_folder_of_something_else_is_refused(file, out, tmp_path):
    out.mkdir()
    (out / "thesis.docx").write_text("x")
    with pytest.raises(ParameterError, match=r"holds something else, for example thesis\.docx"):
        scan_files([file], out, columns=MAP)
    assert [one.name for one in out.iterdir()] == ["thesis.docx"]
    (out / "thesis.docx").rename(out / "report.html")
    with pytest.raises(ParameterError, match=r"holds something else, for example report\.html"):
        scan_files([file], out, columns=MAP)
    with pytest.raises(ParameterError, match="is not a folder"):
        scan_files([file], file, columns=MAP)
    other = tmp_path / "other"
    scan_files([file], other, columns=MAP)
    (other / "notes.txt").write_text("mine")
    scan_files([file], other, columns=MAP)
    (other / "scan.json").write_text('{"scan": 2}')
    with pytest.raises(SourceError, match="is not what a scan leaves"):
        scan_files([file], other, columns=MAP)
    (other / "scan.json").unlink()
    (other / "scan.json").symlink_to(file)
    with pytest.raises(ParameterError, match=r"scan\.json: is a link"):
        scan_files([file], other, columns=MAP)


def test_files_of_several_kinds_and_folders_are_one_scan(out, tmp_path, mirror):
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    tender = release(1)["tender"] | {"title": SPY}
    (folder / "deep" / "a.json").write_text(json.dumps({"releases": [release(1, tender=tender)]}), encoding="utf-8")
    sample = mirror / "compranet" / "2018-sample" / "2018.sample.csv"
    (folder / "b.csv").write_bytes(sample.read_bytes())
    (folder / "c.csv").write_text("a,b\n1,2\n")
    done = scan_files([folder], out)
    assert {one.label: one.what for one in done.files} == {"b.csv": "cleaned", "c.csv": "failed", "a.json": "cleaned"}
    assert done.scan.n == 170 and "ocds-1-1" in set(table(out)["key"])
    assert table(out).set_index("key").loc["ocds-1-1", "flags"].count("R018") == 1
    text = re.sub(r"<[^>]+>", "", page(out))
    assert "Files that could not be read: 1" in text and "R018" in text
    # What is not given any more is not scanned any more.
    assert scan_files([folder / "deep"], out).scan.n == 1


def test_a_scan_that_stops_between_two_tables_keeps_every_verdict(file, scanned, out, monkeypatch):
    review(out, C_1_1="confirmed", C_2_1="rejected")
    written(file, ROWS[:1])  # the second row goes: its verdict is nowhere but in the table that is replaced
    real, names = kept.replace, []

    def replace(place, content):
        names.append(place.name)
        if place.name == "hits.xlsx":
            raise KeyboardInterrupt
        real(place, content)

    monkeypatch.setattr(kept, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        scan_files([file], out, columns=MAP)
    own = [name for name in names if name in scans._OURS]
    assert own[0] == "scan.json" and not [one for one in out.rglob("*") if one.name.endswith((".part", ".new"))]
    monkeypatch.setattr(kept, "replace", real)
    scan_files([file], out, columns=MAP)
    assert table(out)["verdict"].tolist() == ["confirmed"]
    assert table(out, "lost_verdicts")["verdict"].tolist() == ["rejected"]


def test_what_a_reviewer_saves_while_a_scan_runs_counts(file, scanned, out, monkeypatch):
    real = scans.searched

    def searched(*given):
        review(out, C_1_1="confirmed")
        return real(*given)

    monkeypatch.setattr(scans, "searched", searched)
    scan_files([file], out, columns=MAP)
    assert table(out).set_index("key").loc["C-1#1", "verdict"] == "confirmed"


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_command_that_is_stopped_starts_again(out, tmp_path, how, private):
    file = written(tmp_path / "large.csv", [[f"C-{n}", "SEDENA", f"{SPY} {n}", FIRM, "03/02/2019", "5"]
                                            for n in range(60_000)])  # fmt: skip
    (tmp_path / "map.toml").write_text(
        '[columns]\nid = "id"\nobject = "what"\nbuyer = "buyer"\nsupplier = "supplier"\n', encoding="utf-8"
    )
    line = [sys.executable, "-m", "ogp_analysis", "scan", str(file), "--columns", str(tmp_path / "map.toml"), "--out",
            str(out), *(["--private"] if private else [])]  # fmt: skip
    process = subprocess.Popen(line, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    work = out / (".work" if private else "clean")
    while process.poll() is None and not list(work.rglob("*.part")):
        time.sleep(0.01)
    os.kill(process.pid, how)
    _, said = process.communicate()
    assert process.returncode in (130, -how)
    if how == signal.SIGINT:
        assert b"Traceback" not in said and b"the same command goes on" in said
        assert not (private and work.exists())
    assert not (out / "hits.csv").exists()
    write = written(file, [["C-1", "SEDENA", SPY, FIRM, "03/02/2019", "5"]])
    columns = ColumnMap({"id": ("id",), "object": ("what",), "buyer": ("buyer",), "supplier": ("supplier",)})
    scan_files([write], out, columns=columns, private=private)
    assert table(out)["key"].tolist() == ["C-1#1"] and not list(out.rglob("*.part"))
    assert not (out / ".work").exists()


def test_only_one_scan_writes_into_a_folder(file, out):
    from ogp_analysis.base.errors import BusyError
    from ogp_analysis.base.lock import only_one

    with only_one(out / ".lock", "scanning"), pytest.raises(BusyError, match="scanning into out"):
        scan_files([file], out, columns=MAP)


def test_a_long_object_is_cut_and_a_page_shows_the_first_rows(out, tmp_path, monkeypatch):
    monkeypatch.setattr(page_module, "MOST", 2)
    rows = [[f"C-{n}", f"Casa {n}", SPY + " x" * 2000, FIRM, "03/02/2019", "5"] for n in range(5)]
    scan_files([written(tmp_path / "a.csv", rows)], out, columns=MAP)
    assert set(table(out)["object"].str.len()) == {2000} and table(out)["object"].str.endswith("…").all()
    text = re.sub(r"<[^>]+>", "", page(out))
    assert "Rows shown, out of all: 2 / 5" in text and "C-1#1" in text and "C-2#1" not in text
