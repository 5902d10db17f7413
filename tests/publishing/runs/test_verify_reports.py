"""A folder of reports, received from someone: each file that changed, is missing or is not listed is named."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from ogp_analysis.base.paths import Project
from ogp_analysis.publishing.runs import front_page, run_record, verify

from .conftest import LOG, record

CRATE = "ro-crate-metadata.json"
#: One of every kind that a page of a report has: by name, or by ending in a folder.
PAGE = {
    "index.html": b"<!DOCTYPE html>",
    "report.pdf": b"%PDF-1.7",
    "notebook.ipynb": b"{}",
    "numbers.json": b"{}",
    "numbers.tex": b"\\def\\x{1}",
    "cite.bib": b"@misc{a}",
    "cite.json": b"[]",
    "cite.ris": b"TY  - DATA",
    "columns.csv": b"a,b\n",
    "datapackage.json": b"{}",
    "figures/one.svg": b"<svg/>",
    "figures/one.png": b"\x89PNG",
    "figures/one.pdf": b"%PDF-1.4",
    "figures/one.narrow.svg": b"<svg />",
    "tables/one.csv": b"x\n1\n",
    "tables/one.tex": b"\\begin{tabular}",
    "tables/one.html": b"<table>",
}
KINDS = {f"{spoken}/{name}": content for spoken in ("en", "es") for name, content in PAGE.items()}  # fmt: skip


def report(reports: Path, notebook: str, slug: str, kinds: dict[str, bytes] = KINDS, **changes) -> Path:
    """Write a report with a file of every kind and the record that fits them."""
    folder = reports / notebook / slug
    for name, content in kinds.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    made = record(kinds, notebook=notebook, slug=slug, **changes)
    (folder / run_record.NAME).write_bytes(run_record.dumps(made))
    return folder


def listed(root: Path, *reports: tuple[str, str], kinds: dict[str, bytes] = KINDS) -> Path:
    """Return a folder of reports with the front page and the crate that list them."""
    (root / "CITATION.cff").write_text('title: T\nversion: "1"\nauthors:\n  - name: A\n')
    project = Project(root)
    for notebook, slug in reports:
        report(project.reports, notebook, slug, kinds)
    front_page.write(project)
    return project.reports


@pytest.fixture(scope="module")
def three(tmp_path_factory) -> Path:
    """Three reports, and what the machinery keeps beside them. Not to be changed."""
    folder = listed(tmp_path_factory.mktemp("three"), ("events", "KEN"), ("events", "MEX"), ("plans", "KEN"))
    (folder / ".lock").write_text("running")
    (folder / ".staging" / "7").mkdir(parents=True)
    (folder / ".staging" / "7" / "half").write_text("x")
    (folder / ".failed" / "events" / "USA").mkdir(parents=True)
    (folder / ".failed" / "events" / "USA" / "notebook.ipynb").write_text("{}")
    return folder


@pytest.fixture
def reports(three, tmp_path) -> Path:
    """Those reports, received from someone."""
    return shutil.copytree(three, tmp_path / "reports")


def lines(folder: Path) -> list[str]:
    verdict = verify.verify_reports(folder)
    assert verdict.same == "neither"
    first, *rest = verdict.text.split("\n")
    assert first == "different"
    return rest


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def test_a_folder_as_it_was_published_is_the_same(reports):
    files = 3 * (len(KINDS) + 1) + 2  # with the front page and the corrections
    verdict = verify.verify_reports(reports)
    assert verdict.same == "bytes"
    assert verdict.text == f"same bytes: {files} files of 3 reports, as {CRATE} and the records list them"
    assert verify.has_crate(reports) and not verify.has_crate(reports / "events")


def test_one_changed_byte_of_any_kind_of_file_is_named(reports):
    for name in KINDS:
        flip(reports / "events" / "MEX" / name)
        assert lines(reports) == [f"  changed: events/MEX/{name}"]
        flip(reports / "events" / "MEX" / name)


def test_one_changed_byte_of_a_record_is_noticed_wherever_it_is(tmp_path):
    """All of a record but its log: that has no hash, and only its form is held."""
    reports = listed(tmp_path, ("events", "MEX"), kinds={"en/notebook.ipynb": b"{}", "es/notebook.ipynb": b"{}"})
    file = reports / "events" / "MEX" / run_record.NAME
    whole = file.read_bytes()
    log = re.search(rb'"log": \{.*?\}', whole, re.DOTALL)
    for place in range(len(whole)):
        if log.start() <= place < log.end():
            continue
        changed = bytearray(whole)
        changed[place] ^= 1
        file.write_bytes(changed)
        assert any(line.startswith("  changed: events/MEX/") for line in lines(reports)), place


def test_a_file_and_its_record_changed_together_are_noticed(reports):
    folder = reports / "plans" / "KEN"
    flip(folder / "es" / "tables" / "one.tex")
    contents = {name: (folder / name).read_bytes() for name in KINDS}
    forged = json.loads((folder / run_record.NAME).read_text()) | {"files": run_record.files(contents)}
    (folder / run_record.NAME).write_bytes(run_record.dumps(forged))
    assert lines(reports) == ["  changed: plans/KEN/run.json"]


def test_two_equal_runs_at_another_time_are_the_same(reports):
    report(reports, "events", "MEX", log={**LOG, "seconds": 2.5, "finished": "2027-01-02T03:04:05+00:00"})
    assert verify.verify_reports(reports).same == "bytes"


def test_all_that_is_wrong_is_named_not_only_the_first(reports):
    flip(reports / "events" / "KEN" / "es" / "tables" / "one.tex")
    flip(reports / "plans" / "KEN" / "en" / "cite.ris")
    (reports / "events" / "MEX" / "en" / "index.html").unlink()
    (reports / "events" / "MEX" / "notes.txt").write_text("x")
    (reports / "readme.txt").write_text("x")
    (reports / "events" / "empty").mkdir()
    assert lines(reports) == [
        "  changed: events/KEN/es/tables/one.tex", "  changed: plans/KEN/en/cite.ris",
        "  missing: events/MEX/en/index.html",
        "  not listed: events/MEX/notes.txt", "  not listed: events/empty/", "  not listed: readme.txt",
    ]  # fmt: skip


def test_a_lost_or_broken_record_does_not_hide_its_report(reports):
    (reports / "events" / "KEN" / run_record.NAME).unlink()
    (reports / "events" / "MEX" / run_record.NAME).write_text("[")
    flip(reports / "events" / "MEX" / "es" / "tables" / "one.csv")
    why = "(it is not a record any more, and only it says what the report holds)"
    assert lines(reports) == [
        "  changed: events/MEX/es/tables/one.csv", f"  changed: events/MEX/run.json {why}",
        "  missing: events/KEN/run.json",
    ]  # fmt: skip


def test_a_run_without_a_page_is_held_by_its_own_record(reports):
    folder = report(reports, "events", "bare", about=None)
    assert verify.verify_reports(reports).text.startswith(f"same bytes: {4 * (len(KINDS) + 1) + 2} files of 4 ")
    flip(folder / "es" / "tables" / "one.tex")
    assert lines(reports) == ["  changed: events/bare/es/tables/one.tex"]


def test_no_link_is_followed(reports, tmp_path):
    file, inner = reports / "events" / "KEN" / "en" / "cite.bib", reports / "plans" / "KEN" / "es" / "tables"
    shutil.move(file, tmp_path / "cite.bib")
    file.symlink_to(tmp_path / "cite.bib")
    shutil.move(inner, tmp_path / "tables")
    inner.symlink_to(tmp_path / "tables")
    found = lines(reports)
    assert "  cannot be read: events/KEN/en/cite.bib (it is a link, or lies behind one)" in found
    assert "  cannot be read: plans/KEN/es/tables/one.tex (it is a link, or lies behind one)" in found
    assert "  not listed: plans/KEN/es/tables" in found


@pytest.mark.skipif(not os.geteuid(), reason="the administrator reads every file")
def test_a_file_that_cannot_be_read_is_named(reports):
    (reports / "events" / "KEN" / "en" / "cite.bib").chmod(0)
    assert lines(reports) == ["  cannot be read: events/KEN/en/cite.bib (Permission denied)"]


def test_a_name_moves_no_cursor_and_many_are_counted(reports):
    (reports / "a\x1b[31m\u202e").write_text("x")
    assert lines(reports) == ["  not listed: a\\x1b[31m\\u202e"]
    for number in range(60):
        (reports / f"b{number:02}").write_text("x")
    found = lines(reports)
    assert found[-1] == "  not listed: 11 more" and len(found) == 51


def edited(reports: Path, change) -> None:
    described = json.loads((reports / CRATE).read_text(encoding="utf-8"))
    change(described["@graph"])
    (reports / CRATE).write_text(json.dumps(described), encoding="utf-8")


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ({"@id": "../secret", "@type": "File"},
         "  cannot be read: ../secret ('../secret' is not a path inside the folder)"),
        ({"@id": "../x/", "@type": "Dataset"}, "  missing: ../x/ (the whole report)"),
        ({"@id": "events/KEN/en/cite.bib", "@type": "File", "contentSize": "3"}, "  changed: events/KEN/en/cite.bib"),
        ({"@id": "new.html", "@type": "File"}, "  missing: new.html"),
        ({"@id": "index%2Ehtml", "@type": "File", "sha256": "0" * 64}, "  changed: index.html"),
    ],
)  # fmt: skip
def test_a_crate_that_lists_something_else_is_noticed(reports, added, said):
    (reports.parent / "secret").write_text("x")
    edited(reports, lambda graph: graph.append(added))
    assert lines(reports) == [said]


def test_a_crate_of_an_older_version_has_no_hash_of_pages_and_records(reports):
    def older(graph: list[dict]) -> None:
        for one in graph:
            if one["@id"] == "index.html":
                del one["sha256"], one["contentSize"]
            if one["@id"].endswith("run.json"):
                del one["version"]

    edited(reports, older)
    assert verify.verify_reports(reports).same == "bytes"


@pytest.mark.parametrize("content", ["[", '{"@graph": [5]}', '{"@graph": [{"@id": "x", "@type": 5}]}', "{}"])
def test_what_is_no_crate_is_no_traceback(reports, content):
    (reports / CRATE).write_text(content)
    verdict = verify.verify_reports(reports)
    assert verdict.same == "neither"
    assert verdict.text.startswith(f"different: {CRATE} was not written by this package (")
