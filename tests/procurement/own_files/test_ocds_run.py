"""Files in OCDS cleaned together: whole tables, one row per process, resumed, in memory that does not grow."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from ogp_analysis.__main__ import commands
from ogp_analysis.base.conformance import cast, check
from ogp_analysis.base.errors import WorkerLost
from ogp_analysis.base.words import LANGUAGES, word
from ogp_analysis.data.cleaning.dataset import rules
from ogp_analysis.data.datasets.procurement.ocds.schemas import TABLES
from ogp_analysis.procurement.own_files import growing, ocds_run
from ogp_analysis.procurement.own_files.cleaning_run import clean_files

from .conftest import table


def release(number: int, **more) -> dict:
    firm = {"id": f"F-{number % 7}", "name": f"Firma {number % 7} SA de CV"}
    date, tag = "2020-01-01T00:00:00Z", ["award"]
    parties = [{"id": "B", "name": "Municipio", "roles": ["buyer"]}, {**firm, "roles": ["supplier"]}]
    return {
        "ocid": f"o-{number}", "id": f"r-{number}", "date": date, "tag": tag, "parties": parties,
        "buyer": {"id": "B", "name": "Municipio"},
        "tender": {"id": number, "value": {"amount": number, "currency": "MXN"}},
        "awards": [{"id": "a", "suppliers": [firm], "items": [{"id": "1", "description": "é" * (number % 9)}]}],
    } | more  # fmt: skip


def lines(releases) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in releases)


def test_tables_keep_their_schemas_and_nothing_is_lost(tmp_path, monkeypatch):
    monkeypatch.setattr(ocds_run, "BLOCK", 64)
    monkeypatch.setattr(ocds_run, "MOST", 100)
    monkeypatch.setattr(ocds_run, "CHUNK", 16)
    file = tmp_path / "many.jsonl"
    file.write_text(lines(release(n % 150, id=f"r-{n}") for n in range(400)) + '{"ocid"\n', "utf-8")
    (outcome,) = clean_files([file], "ocds", tmp_path / "out", csv=True)
    assert (outcome.rows_in, outcome.kept, outcome.set_aside, outcome.merged) == (401, 150, 1, 250)
    for schema in TABLES:
        frame = check(cast(table(tmp_path / "out", schema.name), schema), schema)
        text = pd.read_csv(next((tmp_path / "out/csv" / schema.name).glob("*.csv")), dtype=str, keep_default_na=False)
        assert len(text) == len(frame) and list(text.columns) == schema.names
        assert frame["ocid"].drop_duplicates().tolist() in ([f"o-{n}" for n in range(150)], [])
    record = table(tmp_path / "out", "record")
    assert record["action"].value_counts().to_dict() == {"changed": 150, "merged": 250, "set_aside": 1}
    assert list(tmp_path.glob("out/**/.*.part")) == []


def forms(releases: list[dict]) -> dict[str, bytes]:
    packed = {"releases": releases}
    return {
        "lines.jsonl": lines(releases).encode(),
        "package.json": json.dumps(packed).encode(),
        "package-indented.json": json.dumps(packed, indent=1).encode(),
        "list.json": json.dumps(releases).encode(),
        "records.json": json.dumps({"records": [{"ocid": r["ocid"], "releases": [r]} for r in releases]}).encode(),
        "gz.json.gz": gzip.compress(json.dumps(packed).encode()),
        "mark.json": b"\xef\xbb\xbf" + json.dumps(packed).encode(),
        "packages.jsonl": b"\n".join(json.dumps({"releases": [r]}).encode() for r in releases),
        "packages-of-two.jsonl": b"\n".join(
            json.dumps({"releases": releases[n : n + 3]}).encode() for n in (0, 3, 6, 9)
        ),
        "strange-last.json": json.dumps({"releases": [*releases[:-1], {"id": 0, **releases[-1]}]}).encode(),
        "nested-key.json": json.dumps([{"x": {"ocid": "other"}, **r} for r in releases]).encode(),
    }


@pytest.mark.parametrize("form", forms([release(0)]))
def test_every_form_of_file_gives_the_same_tables(form, tmp_path):
    releases = [release(n // 2, id=f"r-{n}", date=f"2020-01-{n + 1:02}T00:00:00Z") for n in range(12)]
    plain, other = tmp_path / "plain", tmp_path / "other"
    for folder, name in ((plain, "lines.jsonl"), (other, form)):
        folder.mkdir()
        (folder / name).write_bytes(forms(releases)[name])
        (outcome,) = clean_files([folder / name], "ocds", folder / "out")
        assert (outcome.rows_in, outcome.kept, outcome.merged) == (12, 6, 6), outcome.fault
    for schema in TABLES:
        left, right = (table(folder / "out", schema.name) for folder in (plain, other))
        change = ["file", "tags"] if schema.name == "processes" else []
        pd.testing.assert_frame_equal(left.drop(columns=change), right.drop(columns=change))


def test_a_process_in_several_files_is_there_once_and_files_of_one_name_stay_apart(tmp_path):
    for folder in ("releases", "records"):
        (tmp_path / folder).mkdir()
    (tmp_path / "releases/1.json").write_text(json.dumps(release(1)))
    record = {"ocid": "o-1", "compiledRelease": release(1, id="c", tag=["compiled"], language="es")}
    (tmp_path / "records/1.json").write_text(json.dumps({"records": [record]}))
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as packed:
        packed.writestr("x/2.json", json.dumps(release(2)))
    done = clean_files(sorted(tmp_path.rglob("*.json")) + [tmp_path / "more.zip"], "ocds", tmp_path / "out")
    assert [(one.label, one.kept, one.merged) for one in done] == [
        ("records/1.json", 1, 0), ("releases/1.json", 0, 1), ("more.zip/x/2.json", 1, 0),
    ]  # fmt: skip
    processes = table(tmp_path / "out", "processes")
    assert processes["language"].fillna("none").tolist() == ["es", "none"]
    assert processes["ocid"].tolist() == ["o-1", "o-2"]


def test_records_whose_releases_begin_as_they_do_are_told_apart(tmp_path):
    records = [{"ocid": f"o-{n}", "releases": [release(n), release(n, id="later")]} for n in range(5)]
    (tmp_path / "f.json").write_text(json.dumps({"records": records}))
    (outcome,) = clean_files([tmp_path / "f.json"], "ocds", tmp_path / "out")
    assert (outcome.rows_in, outcome.kept, outcome.counted) == (5, 5, 5), outcome.fault


def test_an_empty_file_is_said_and_a_broken_one_fails_alone(tmp_path):
    contents = {"good.json": json.dumps(release(1)), "empty.json": "", "cut.json": '{"releases": [{"ocid": "a"'}
    for name, content in contents.items():
        (tmp_path / name).write_text(content)
    files = [str(tmp_path / name) for name in (*contents, "absent.json")]
    result = CliRunner().invoke(
        commands, ["clean", *files, "--as", "ocds", "--out", str(tmp_path / "out")], standalone_mode=False
    )
    assert result.return_value == 1
    for said in (
        "good.json: cleaned, 1 rows",
        "empty.json: holds no release",
        "cut.json: is not valid JSON",
        "absent.json",
    ):
        assert said in result.output
    page = (tmp_path / "out/summary.html").read_text("utf-8")
    assert "cut.json" in page and "Open Contracting" in page and "{" not in page.split("<body>")[1]


def test_what_has_not_changed_is_not_cleaned_again_and_a_new_set_replaces_the_old(tmp_path):
    one, two = tmp_path / "1.json", tmp_path / "2.json"
    one.write_text(json.dumps(release(1)))
    two.write_text(json.dumps(release(2)))
    out = tmp_path / "out"
    assert [o.what for o in clean_files([one], "ocds", out)] == ["cleaned"]
    assert [o.what for o in clean_files([one], "ocds", out)] == ["current"]
    assert [o.what for o in clean_files([one, two], "ocds", out)] == ["cleaned", "cleaned"]
    assert len(table(out, "processes")) == 2
    (out / "parquet/items/ocds.parquet").unlink()
    assert [o.what for o in clean_files([one, two], "ocds", out)] == ["cleaned", "cleaned"]
    one.write_text(json.dumps(release(3)))
    assert [o.what for o in clean_files([one, two], "ocds", out)] == ["cleaned", "cleaned"]
    assert table(out, "processes")["ocid"].tolist() == ["o-3", "o-2"]


def test_a_run_that_fails_leaves_no_table(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ocds_run.Rules, "add", fail)
    file = tmp_path / "1.json"
    file.write_text(json.dumps(release(1)))
    (outcome,) = clean_files([file], "ocds", tmp_path / "out")
    assert outcome.what == "failed" and "No space left" in outcome.fault
    assert [p for p in (tmp_path / "out").rglob("*") if p.is_file() and p.suffix in (".parquet", ".part")] == []


def test_the_same_files_give_the_same_bytes(tmp_path):
    file = tmp_path / "many.jsonl"
    file.write_text(lines(release(n % 40, id=f"r-{n}") for n in range(100)), "utf-8")
    code = (
        "import sys; from pathlib import Path; "
        "from ogp_analysis.procurement.own_files.cleaning_run import clean_files; "
        "print(clean_files([Path(sys.argv[1])], 'ocds', Path(sys.argv[2])))"
    )
    for seed in ("1", "2"):
        command = [sys.executable, "-c", code, str(file), str(tmp_path / seed)]
        subprocess.run(command, check=True, env={"PYTHONHASHSEED": seed, "PATH": ""}, capture_output=True)
    made = [
        sorted((p.relative_to(tmp_path / s), p.read_bytes()) for p in (tmp_path / s).rglob("*.parquet")) for s in "12"
    ]
    assert made[0] == made[1] and len(made[0]) == len(TABLES) + 1


@pytest.fixture
def large(monkeypatch):
    """Every file is large enough for several processes, and a block is small."""
    monkeypatch.setattr(ocds_run, "_SMALL", 0)
    monkeypatch.setattr(ocds_run, "BLOCK", 16)


def content(out: Path) -> list[tuple]:
    return sorted((p.relative_to(out), p.read_bytes()) for form in growing.FORMS for p in (out / form).rglob("*.*"))


def test_how_many_work_side_by_side_changes_nothing(tmp_path, large):
    """Releases far apart, packed files, persons, odd values, a line that is not JSON: the same bytes."""
    firm = {"id": "P", "name": "Juan Pérez"}
    odd = [release(900 + n, awards=[{"id": "a", "suppliers": [firm], "value": {"amount": "1,5"}}]) for n in range(9)]
    files = [tmp_path / "many.jsonl", tmp_path / "more.json.gz"]
    files[0].write_text(lines(release(n % 150, id=f"r-{n}") for n in range(400)) + '{"ocid"\n', "utf-8")
    files[1].write_bytes(gzip.compress(json.dumps({"releases": [*odd, release(3, id="late")]}).encode()))
    told = [clean_files(files, "ocds", tmp_path / f"{jobs}", csv=True, jobs=jobs) for jobs in (1, 3)]
    assert told[0] == told[1] and [one.rows_in for one in told[0]] == [401, 10]
    assert content(tmp_path / "1") == content(tmp_path / "3")
    assert json.loads((tmp_path / "1/runs/ocds.json").read_bytes())["rules"]
    assert (tmp_path / "1/runs/ocds.json").read_bytes() == (tmp_path / "3/runs/ocds.json").read_bytes()
    assert list(tmp_path.glob("*/.blocks-*")) == []


def test_what_several_processes_left_is_removed(tmp_path):
    (tmp_path / ".blocks-x").mkdir()
    (tmp_path / ".blocks-x" / "0.arrow").touch()
    (tmp_path / "1.json").write_text(json.dumps(release(1)))
    clean_files([tmp_path / "1.json"], "ocds", tmp_path)
    assert not (tmp_path / ".blocks-x").exists()


def test_a_process_that_is_lost_is_a_fault_in_one_sentence(tmp_path, large, monkeypatch):
    file = tmp_path / "many.jsonl"
    file.write_text(lines(release(n) for n in range(100)))
    monkeypatch.setattr(ocds_run, "make", os._exit)  # ends with the first task
    (outcome,) = clean_files([file], "ocds", tmp_path / "out", jobs=2)
    assert outcome.what == "failed" and "a process that worked on it has ended with status" in outcome.fault
    assert list((tmp_path / "out").glob(".blocks-*")) == [] and not (tmp_path / "out/runs/ocds.json").exists()


def test_the_folder_of_blocks_goes_after_all_who_work_in_it(tmp_path, large, monkeypatch):
    there = []

    class Threads(ThreadPoolExecutor):
        near, size = True, 2

    def make(task):
        if task.number == 0:
            raise WorkerLost("a block", "its process has ended", "Run again", 1)
        time.sleep(0.5)
        there.append(Path(task.folder).is_dir())

    monkeypatch.setattr(ocds_run, "make", make)
    monkeypatch.setattr(ocds_run, "opened", lambda *_: Threads(2))
    file = tmp_path / "many.jsonl"
    file.write_text(lines(release(n) for n in range(100)))
    (outcome,) = clean_files([file], "ocds", tmp_path / "out", jobs=2)
    assert outcome.what == "failed" and "its process has ended" in outcome.fault
    assert there and all(there)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_words_for_every_rule_and_table(language):
    named = [rule for rule, _ in rules("ocds")]
    assert len(named) > 25
    for name in named:
        assert word(f"cleaning.rule.{name}", language)
    for name in [*(schema.name for schema in TABLES), "record"]:
        assert word(f"cleaning.table.{name}", language)


#: Prints how many rows were kept.
KEPT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from ogp_analysis.procurement.own_files import ocds_run

out = Path(sys.argv[2])
out.mkdir()
facts = ocds_run.cleaned({"f": Path(sys.argv[1])}, out, "x", False, lambda label, rows: None)
print(facts["balance"]["kept"])
"""


def most_memory(command: list[str]) -> tuple[str, int]:
    """Run a command and return what it prints, and the most memory of its own in KiB.

    What is mapped from the disk is not its own, and the peak that the system keeps begins with that of the process that
    starts it. A thread inside it would wait for its turn just when memory is highest.
    """
    seen = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            own = re.search(r"RssAnon:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
            seen += [int(own[1])] if own else []
            time.sleep(0.01)
        assert process.returncode == 0
        return process.stdout.read(), max(seen)


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("far", [False, True], ids=["alone", "releases far apart"])
def test_memory_does_not_grow_with_the_file(far, tmp_path):
    peaks = []
    for size in (40_000, 200_000):
        file = tmp_path / f"{size}.json"
        with file.open("w") as stream:
            stream.write('{"releases": [')
            for n in range(size):
                number = n % (size // 2) if far else n
                one = release(number, id=f"r-{n}", language="x" * 500)
                stream.write(("," if n else "") + json.dumps(one))
            stream.write("]}")
        kept, peak = most_memory([sys.executable, "-c", KEPT, str(file), str(tmp_path / f"out-{size}"), "."])
        assert int(kept) == (size // 2 if far else size)
        peaks.append(peak)
    assert peaks[1] < 1.15 * peaks[0], peaks  # of a file five times as large; it varies from run to run
