"""Files that are damaged as files of users are: nothing is lost in silence, and each fails alone, in one sentence."""

from __future__ import annotations

import csv
import io
import json
import os
import resource
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from ogp_analysis.data.datasets.procurement.fields import digests
from ogp_analysis.data.sources import delimited
from ogp_analysis.procurement.own_files.cleaning_run import clean_files

from .conftest import HEAD, table, workbook

CONTRACTS = [
    ["Casa", "06000", f"P-{n}", f"C-{n}", f"{n}00.50", "FIRMA DE PRUEBA SA DE CV", f"Sillas {n}", "15/02/2002"]
    for n in range(1, 6)
]


def text(*records: list[str], end: str = "\n", delimiter: str = ",") -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=end, delimiter=delimiter).writerows(records)
    return stream.getvalue().encode()


def cleaned(tmp_path: Path, content: bytes, name: str = "contratos.csv", kind: str = "compranet"):
    (tmp_path / name).write_bytes(content)
    (outcome,) = clean_files([tmp_path / name], kind, tmp_path / "out")
    return outcome


def test_lines_that_end_with_cr_alone_are_lines(tmp_path):
    outcome = cleaned(tmp_path, text(HEAD, *CONTRACTS, end="\r"))
    assert (outcome.what, outcome.rows_in, outcome.kept) == ("cleaned", 5, 5)
    assert table(tmp_path / "out", "contracts")["line"].tolist() == [2, 3, 4, 5, 6]


def test_no_row_is_lost_where_lines_of_two_kinds_are_mixed(tmp_path):
    for number, end in enumerate(("\r", "\r\n", "\n")):
        mixed = text(HEAD, *CONTRACTS[:2], end=end) + text(*CONTRACTS[2:], end="\n")
        (tmp_path / str(number)).mkdir()
        outcome = cleaned(tmp_path / str(number), mixed)
        assert (outcome.rows_in, outcome.kept) == (5, 5), (end, outcome)
    late = text(HEAD, *CONTRACTS * 20_000, end="\r") + text(*CONTRACTS)
    outcome = cleaned(tmp_path, late, "late.csv")
    assert outcome.what == "failed" and "end with CR at its start and lines that end with LF later" in outcome.fault


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_column_names_that_stand_again_are_set_aside(tmp_path, mark):
    one, two = text(HEAD, HEAD, *CONTRACTS[:2]), text(HEAD, *CONTRACTS[2:])
    outcome = cleaned(tmp_path, mark + one + mark + two)
    assert (outcome.rows_in, outcome.kept, outcome.set_aside) == (7, 5, 2)
    record = table(tmp_path / "out", "record")
    assert record.query("rule == 'header_again'")["_line"].tolist() == [2, 5]
    assert not table(tmp_path / "out", "contracts")["contract_number"].str.contains("CONTRATO").any()


def test_other_column_names_in_the_middle_are_refused_with_their_line(tmp_path):
    turned = [cells[::-1] for cells in (HEAD, *CONTRACTS)]
    outcome = cleaned(tmp_path, text(HEAD, *CONTRACTS) + text(*turned))
    assert outcome.what == "failed"
    assert "contratos.csv, line 7: holds column names in another order" in outcome.fault


@pytest.mark.parametrize("left", ["\x1f", "\x1e", "\x1e1", "\x1e0"])
def test_cells_that_are_put_together_are_equal_only_if_each_is(left):
    frame = pd.DataFrame({"a": [f"A{left}B", "A", "A", "A\x1e"], "b": ["C", f"B{left}C", "BC", "\x1fBC"]}, dtype="str")
    assert len({tuple(row) for row in digests(frame).tolist()}) == 4


def test_an_empty_cell_is_not_a_missing_one():
    frame = pd.DataFrame({"a": ["", None, "\x1e2"]}, dtype="str")
    assert len({tuple(row) for row in digests(frame).tolist()}) == 3


def releases(count: int) -> list[dict]:
    firm = {"id": "F", "name": "Firma de Prueba SA de CV"}
    return [
        {
            "ocid": f"o-{n}", "id": f"r-{n}", "date": "2020-01-01T00:00:00Z", "tag": ["award"],
            "parties": [{"id": "B", "name": "Municipio", "roles": ["buyer"]}, {**firm, "roles": ["supplier"]}],
            "buyer": {"id": "B", "name": "Municipio"},
            "tender": {"id": f"t-{n}", "title": f"Sillas {n}", "value": {"amount": 100 + n, "currency": "MXN"}},
            "awards": [{"id": "a", "suppliers": [firm]}],
        }
        for n in range(count)
    ]  # fmt: skip


def package(count: int = 20, **before) -> str:
    return json.dumps({**before, "releases": releases(count)})


@pytest.mark.parametrize(
    "damaged",
    [
        package().replace("Sillas 4", 'Sillas "4'),
        package().replace("Sillas 4", 'Sillas "4').replace("Sillas 14", 'Sillas "14'),
        package(publisher={"name": "Secretaría"}).replace("Secretar", 'Secre"tar', 1),
        json.dumps(releases(20)).replace("Sillas 4", 'Sillas "4'),
        json.dumps([{"releases": releases(10)}, {"releases": releases(10)}]).replace("Sillas 4", 'Sillas "4', 1),
    ],
    ids=["one", "two", "before the releases", "list", "list of packages"],
)
def test_a_quotation_mark_too_many_swallows_no_release(tmp_path, damaged):
    (tmp_path / "bad.json").write_text(damaged, "utf-8")
    (tmp_path / "good.json").write_text(package(3), "utf-8")
    files = [tmp_path / "good.json", tmp_path / "bad.json"]
    good, bad = clean_files(files, "ocds", tmp_path / "out")
    assert (good.what, good.kept, bad.what) == ("cleaned", 3, "failed")
    assert bad.fault.startswith("bad.json") and "valid JSON" in bad.fault and "byte" in bad.fault
    assert len(table(tmp_path / "out", "processes")) == 3


def test_in_json_lines_it_costs_one_release(tmp_path):
    lines = "".join(json.dumps(one) + "\n" for one in releases(20)).replace("Sillas 4", 'Sillas "4')
    outcome = cleaned(tmp_path, lines.encode(), "lines.jsonl", "ocds")
    assert (outcome.rows_in, outcome.kept, outcome.set_aside) == (20, 19, 1)


@pytest.mark.parametrize("form", ["package", "lines"])
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"buyer": {"id": "B"', '"buyer": {"id": "A", "id": "B"', ("id", "(text)", "(text)")),
        ('"title": "Sillas 1"', '"title": null, "title": "Sillas 1"', ("title", "(null)", "(text)")),
        ('"tag": ["award"]', '"tag": 1, "María": 1, "María": {}, "tag": ["award"]', ("tag", "(number)", "(list)")),
        ('"ocid": "o-1"', '"ocid": "o-1", "ocid": "o-1"', ("ocid", "(text)", "(text)")),
    ],
)
def test_a_key_that_stands_twice_is_on_the_record(tmp_path, form, old, new, told):
    text = package(3) if form == "package" else "".join(json.dumps(one) + "\n" for one in releases(3))
    assert old in text
    at = text.index(old, text.index('"ocid": "o-1"'))
    outcome = cleaned(tmp_path, (text[:at] + new + text[at + len(old) :]).encode(), "f.json", "ocds")
    assert (outcome.rows_in, outcome.kept) == (3, 3), outcome.fault
    record = table(tmp_path / "out", "record").query("rule == 'duplicate_key'")
    rows = list(zip(record["column"], record["old"], record["new"], strict=True))
    assert told in rows and set(record["_line"]) == {2}
    assert not any("Mar" in name for name, *_ in rows) and len(rows) == (2 if "María" in new else 1)
    assert table(tmp_path / "out", "tenders")["title"].tolist() == ["Sillas 0", "Sillas 1", "Sillas 2"]


@pytest.mark.parametrize("title", ["Sillas", "a\\\\b", "a\\u003ab", 'a\\":b', "\\u0022:", "10:30"])
def test_a_lone_key_that_stands_twice_is_found_in_a_set_of_any_size(tmp_path, monkeypatch, title):
    from ogp_analysis.procurement.own_files import ocds_run

    monkeypatch.setattr(ocds_run, "_SMALL", 0)
    lines = [json.dumps(one).replace(f'"Sillas {n}"', f'"{title}"') for n, one in enumerate(releases(40))]
    lines[16] = lines[16].replace('"buyer": {', f'"buyer": {{"id": "{title}", ')
    assert cleaned(tmp_path, "\n".join(lines).encode(), "f.json", "ocds").kept == 40
    assert table(tmp_path / "out", "record").query("rule == 'duplicate_key'")["_line"].tolist() == [17]


@pytest.mark.parametrize("form", ["package", "lines", "alone", "beside"])
def test_json_that_is_nested_deep_fails_alone(tmp_path, form):
    deep = "[" * 1_000 + "]" * 1_000
    bad = json.dumps({**releases(1)[0], "x": 0}).replace('"x": 0', f'"x": {deep}').replace("2020-01-01T00:00:00Z", "")
    good = [json.dumps(one) for one in releases(3)[1:]]
    texts = {
        "package": '{"releases": [' + ",".join([*good, bad]) + "]}",
        "lines": "\n".join([bad, *good]),
        "alone": deep,
        "beside": '{"x": ' + deep + ', "releases": [' + ",".join(good) + "]}",
    }
    (tmp_path / "deep.json").write_text(texts[form])
    (tmp_path / "good.json").write_text(package(3))
    deep_one, good_one = sorted(
        clean_files([tmp_path / "deep.json", tmp_path / "good.json"], "ocds", tmp_path / "out"),
        key=lambda outcome: outcome.label,
    )
    assert (good_one.what, good_one.rows_in) == ("cleaned", 3)
    assert deep_one.what in ("cleaned", "failed")
    assert deep_one.kept + deep_one.set_aside + deep_one.merged == deep_one.rows_in


def test_numbers_that_are_none_are_missing_and_on_the_record(tmp_path):
    text = package(4).replace("101", "NaN").replace("102", "1e400").replace("103", "-Infinity")
    outcome = cleaned(tmp_path, text.encode(), "f.json", "ocds")
    assert (outcome.rows_in, outcome.kept) == (4, 4), outcome
    assert table(tmp_path / "out", "tenders")["amount"].isna().tolist() == [False, True, True, True]
    record = table(tmp_path / "out", "record").query("rule == 'number_not_finite'")
    assert record["old"].tolist() == ["NaN", "(number out of range)", "-Infinity"]


class Meddling:
    """Told of progress, does something to a file once."""

    def __init__(self, work) -> None:
        self.work = work

    def __call__(self, label: str, rows: int) -> None:
        work, self.work = self.work, lambda: None
        work()


@pytest.mark.parametrize("kind", ["compranet", "ocds"])
@pytest.mark.parametrize("how", ["overwritten", "cut", "put in its place", "removed", "times put back"])
def test_a_file_that_changes_while_it_is_read_is_not_recorded_under_its_old_hash(tmp_path, kind, how):
    file, other = tmp_path / "f", tmp_path / "other"
    content = text(HEAD, *CONTRACTS) if kind == "compranet" else package(3).encode()
    file.write_bytes(content)
    other.write_bytes(content.replace(b"Sillas", b"Mesas!"))
    before = file.stat()

    def put_back() -> None:
        file.write_bytes(other.read_bytes())
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    change = {
        "overwritten": lambda: file.write_bytes(other.read_bytes()),
        "cut": lambda: file.write_bytes(content[:-30]),
        "put in its place": lambda: other.replace(file),
        "removed": file.unlink,
        "times put back": put_back,
    }[how]
    out = tmp_path / "out"
    (outcome,) = clean_files([file], kind, out, progress=Meddling(change))
    assert outcome.what == "failed" and "f: changed while it was read" in outcome.fault
    assert not [p for p in out.rglob("*") if p.suffix in (".parquet", ".csv", ".part", ".json")]
    file.write_bytes(content)
    assert [one.what for one in clean_files([file], kind, out)] == ["cleaned"]


def book(path: Path, far: str, value: object = "x") -> Path:
    made = openpyxl.load_workbook(workbook(path, Sheet=[HEAD, *CONTRACTS]))
    made.active[far] = value
    made.save(path)
    return path


@contextmanager
def little_memory():
    """Leave 900 MiB more than this process has."""
    limit = resource.getrlimit(resource.RLIMIT_AS)
    with Path("/proc/self/statm").open() as stream:
        used = int(stream.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 900 * 2**20, limit[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limit)


@pytest.mark.parametrize("far", ["ZZ1048576", "A1048576", "ZZ6", "XFD900000"])
def test_a_cell_far_from_the_others_is_refused_before_room_is_asked_for(tmp_path, far):
    with little_memory():
        files = [book(tmp_path / "far.xlsx", far), book(tmp_path / "near.xlsx", "J9")]
        one, two = clean_files(files, "compranet", tmp_path / "out")
    if far == "ZZ6":  # wide, but small enough to be held
        assert one.what == "cleaned"
    else:
        assert one.what == "failed" and far in one.fault and one.fault.startswith("far.xlsx")
    assert two.what == "cleaned"


def test_the_widest_sheet_is_read_if_it_is_small_enough_to_be_held(tmp_path):
    with little_memory():
        file = delimited.opened(book(tmp_path / "wide.xlsx", "XFD6"), "wide.xlsx")
        read = pd.concat(delimited.mended(file))
    assert len(file.columns) == 2**14 and read[file.columns[-1]].tolist() == ["", "", "", "", "x"]


def test_a_formula_without_its_result_is_no_empty_cell(tmp_path):
    file = book(tmp_path / "sums.xlsx", "E3", "=100+50")
    (outcome,) = clean_files([file], "compranet", tmp_path / "out")
    assert outcome.what == "failed" and "formulas without their results: 1 cells, for example E3" in outcome.fault
