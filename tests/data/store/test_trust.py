"""What is left on the disk is not believed when it is read back: schemas, paths, links; and it is written whole."""

from __future__ import annotations

import copy
import errno
import json
import os
from contextlib import suppress
from pathlib import Path

import pytest

from ogp_analysis.base.errors import SourceError
from ogp_analysis.data.store import hand_out, shelf
from ogp_analysis.data.store.editions import build
from ogp_analysis.procurement.own_files import cleaning_facts, cleaning_run, growing
from ogp_analysis.procurement.own_files.cleaning_run import clean_files
from ogp_analysis.procurement.own_files.contract_rows import batches

EVENTS = "ogp_status_events"
HEAD = "DEPENDENCIA / ENTIDAD,CLAVE UC,NÚMERO DE PROCEDIMIENTO,NÚMERO DE CONTRATO,IMPORTE MN SIN IVA,RAZÓN SOCIAL"
RELEASE = {"ocid": "o-1", "id": "r-1", "date": "2020-01-01T00:00:00Z", "tag": ["tender"], "tender": {"id": "t"}}


@pytest.fixture(params=["ocds", "compranet"])
def cleaned(request, tmp_path):
    """A kind, a file of it, the folder it was cleaned into, and what is known of it."""
    kind = request.param
    file = tmp_path / ("some.jsonl" if kind == "ocds" else "some.csv")
    if kind == "ocds":
        file.write_text(json.dumps(RELEASE) + "\n{\n", "utf-8")
    else:
        rows = 'Casa,06000,P-1,C-1,"1,500.00",FIRMA SA\nCasa,06000,P-1,C-2,x,FIRMA SA,1\n'
        file.write_text(f"{HEAD}\n{rows}", "cp1252")
    out = tmp_path / "out"
    assert clean_files([file], kind, out)[0].what == "cleaned"
    [known] = (out / "runs").glob("*.json")
    return kind, file, out, known


def again(cleaned):
    kind, file, out, _ = cleaned
    return clean_files([file], kind, out)


def test_files_outside_are_not_removed_because_a_file_says_so(cleaned, tmp_path):
    """The next cleaning of other files takes away what the one before has left, and nothing else."""
    kind, file, out, known = cleaned
    victims = [
        tmp_path / "victim",
        tmp_path / "absolute",
        out / "csv" / "mine.csv",
        out / "parquet" / "x" / "other.parquet",
    ]
    for victim in victims:
        victim.parent.mkdir(parents=True, exist_ok=True)
        victim.write_text("a thesis")
    facts = json.loads(known.read_text())
    file.write_text(file.read_text("cp1252") + "\n", "cp1252")
    for name in (
        "../victim",
        str(tmp_path / "absolute"),
        "csv/mine.csv",
        "parquet/x/other.parquet",
        "csv/../../victim",
        facts["outputs"][0] + "\n",
    ):
        known.write_text(json.dumps(facts | {"outputs": [name]}))
        with pytest.raises(
            SourceError, match=rf"out/runs/{known.name}: is not what `ogp-analysis clean` leaves"
        ) as said:
            clean_files([file], kind, out)
        assert len(str(said.value).splitlines()) == 1
    assert [victim.read_text() for victim in victims] == ["a thesis"] * 4


@pytest.mark.parametrize("text", ["", "{", "{}", "5", "[]", "null", "NaN", "[" * 100_000, "\udcff"])
def test_what_is_not_what_a_cleaning_leaves_is_one_sentence(cleaned, text):
    cleaned[3].write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SourceError, match="is not what `ogp-analysis clean` leaves") as said:
        again(cleaned)
    assert len(str(said.value).splitlines()) == 1 and "Remove it" in str(said.value)


def test_another_file_beside_it_is_held_against_the_same(cleaned):
    (cleaned[2] / "runs" / "other.json").write_text("5")
    with pytest.raises(SourceError, match=r"out/runs/other\.json: is not what"):
        again(cleaned)


def nodes(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from nodes(inner, (*path, key))


def replaced(value, path, new):
    if not path:
        return new
    value = copy.deepcopy(value)
    place = value
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = new
    return value


def test_whatever_stands_in_any_place_it_is_refused_or_read_without_a_crash(cleaned):
    """Every value of what is known of a cleaning in turn becomes something else."""
    _, _, out, known = cleaned
    facts = json.loads(known.read_text())
    refused = taken = 0
    for path in nodes(facts):
        for new in (5, -1, None, [], {}, "../x", [5], {"a": [5]}, 1e400, "x" * 10**5):
            known.write_text(json.dumps(replaced(facts, path, new)))
            try:
                every = cleaning_facts.every(out)
            except SourceError:
                refused += 1
                continue
            taken += 1
            assert all(name.count("/") == 2 and name.startswith(("parquet/", "csv/")) for name in every[0]["outputs"])
            cleaning_facts.is_current(out, every[0], facts["basis"])
            if len(json.dumps(every)) < 10**4:
                with suppress(SourceError):  # no words for it
                    cleaning_run.write_page(out, every, [], "en")
    assert refused > 500 and taken > 40


@pytest.mark.parametrize("place", ["runs", "parquet", "csv", "parquet/record"])
def test_a_folder_that_is_a_link_is_not_written_through(cleaned, tmp_path, place):
    out = cleaned[2]
    if not (out / place).exists():
        (out / place).mkdir()
    (out / place).rename(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / ".x.part").write_text("a thesis")
    (out / place).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SourceError, match=rf"out/{place}: is a link"):
        again(cleaned)
    assert (tmp_path / "elsewhere" / ".x.part").exists()


def test_a_link_in_the_place_of_a_file_is_replaced_not_followed(cleaned, tmp_path):
    _, _, out, known = cleaned
    (tmp_path / "victim").write_text("a thesis")
    [table] = (out / "parquet" / "record").glob("*.parquet")
    whole = table.read_bytes()
    for file in (table, out / "summary.html", out / ".summary.html.new", out / "runs" / f".{known.name}.new"):
        file.unlink(missing_ok=True)
        file.symlink_to(tmp_path / "victim")
    assert again(cleaned)[0].what == "cleaned", "a link is not what a cleaning left"
    assert table.read_bytes() == whole and not table.is_symlink()
    assert (tmp_path / "victim").read_text() == "a thesis"
    known.rename(tmp_path / "known")
    known.symlink_to(tmp_path / "known")
    with pytest.raises(SourceError, match="it is a link"):
        again(cleaned)


def full(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_page_for_which_there_is_no_room_leaves_the_one_before(cleaned, monkeypatch):
    page = cleaned[2] / "summary.html"
    before = page.read_bytes()
    for name in ("write", "fsync"):
        with monkeypatch.context() as disk:
            if name == "fsync":
                disk.setattr(os, "fsync", full)
            else:
                disk.setattr(cleaning_run.kept, "put", full)
            with pytest.raises(SourceError, match=r"out/summary\.html: cannot be written \(No space left on device\)"):
                again(cleaned)
        assert page.read_bytes() == before
        assert not list(cleaned[2].glob(".summary*"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_page_on_a_disk_that_fills_is_never_half_there(cleaned, monkeypatch):
    """By writing, not by a stand-in: what is written goes to a device that is always full."""
    page = cleaned[2] / "summary.html"
    page.unlink()
    usual = type(page).open

    def onto_a_full_disk(self, mode="r", *args, **more):
        target = type(page)("/dev/full") if "summary.html" in self.name and "r" not in mode else self
        return usual(target, mode.replace("x", "w"), *args, **more)

    monkeypatch.setattr(type(page), "open", onto_a_full_disk)
    with pytest.raises(SourceError, match="No space left on device"):
        again(cleaned)
    assert not page.exists()


def test_tables_for_which_there_is_no_room_leave_nothing_half_written(cleaned, monkeypatch, tmp_path):
    kind, file, _, _ = cleaned
    with monkeypatch.context() as disk:
        disk.setattr(growing.kept, "settle", full)
        (outcome,) = clean_files([file], kind, tmp_path / "new")
    assert outcome.what == "failed" and "No space left on device" in outcome.fault
    left = [p.name for p in (tmp_path / "new").rglob("*") if p.is_file() and p.name not in (".lock", "summary.html")]
    assert left == []


def test_every_file_a_cleaning_leaves_is_on_the_disk_before_it_has_its_name(cleaned, monkeypatch, tmp_path):
    kind, file, _, _ = cleaned
    synced, sync = set(), os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (synced.add(os.fstat(handle).st_ino), sync(handle)))
    clean_files([file], kind, tmp_path / "new")
    files = [p for p in (tmp_path / "new").rglob("*") if p.is_file() and p.name != ".lock"]
    assert len(files) > 4 and {p.stat().st_ino for p in files} <= synced


def changed_description(project, change) -> None:
    file = shelf.folder(project, "embedded", EVENTS) / shelf.PACKAGE
    told = json.loads(file.read_text())
    change(told)
    file.write_text(json.dumps(told))


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p["resources"][0].update(path="../../../../secret.parquet"),
        lambda p: p["resources"][0].update(path="/etc/passwd"),
        lambda p: p["resources"][0].update(path="events.parquet\n"),
        lambda p: p["record"].update(path="events.parquet"),
        lambda p: p["resources"][0].update(rows="many"),
        lambda p: p["resources"][0].update(hash="md5:" + "0" * 32),
        lambda p: p["resources"][0]["schema"]["fields"][0].update(type="category"),
        lambda p: p["resources"][0].update(fields=p["resources"][0].pop("schema")["fields"]),
        lambda p: p.pop("$schema"),
        lambda p: p["balance"][0].update(file=5),
        lambda p: p.update(sources=5),
        lambda p: p.update(more="x"),
        lambda p: p.update(name="vdem"),
        lambda p: p.update(edition="full"),
        lambda p: p["built_from"].pop("code"),
    ],
)
def test_a_description_that_is_none_in_any_part_is_not_used(project, change):
    build([EVENTS])
    built = hand_out.load(EVENTS, "events")
    changed_description(project, change)
    assert shelf.package(project, "embedded", EVENTS) is None
    assert hand_out.load(EVENTS, "events").equals(built), "it is built again"


@pytest.mark.parametrize("what", ["description", "table", "folder"])
def test_the_shelf_follows_no_link(project, tmp_path, what):
    build([EVENTS])
    built = hand_out.load(EVENTS, "events")
    folder = shelf.folder(project, "embedded", EVENTS)
    file = folder if what == "folder" else folder / (shelf.PACKAGE if what == "description" else "events.parquet")
    file.rename(tmp_path / "aside")
    file.symlink_to(tmp_path / "aside")
    assert hand_out.load(EVENTS, "events").equals(built)
    assert not file.is_symlink() and (tmp_path / "aside").exists()


@pytest.mark.parametrize(
    "text",
    [
        *("files = 5", "files = [5]", '[[files]]\nnam = "x"', '[[files]]\nname = "../../x"', "dataset = 5"),
        *("x = " + "[" * 9999, "balance = 5\nfiles = []"),
    ],
)
def test_a_sidecar_that_is_none_is_one_sentence(project, text):
    (project.raw / EVENTS / "compiled-extract" / "source.toml").write_text(text)
    with pytest.raises(SourceError, match=r"^ogp_status_events/compiled-extract/source\.toml[:,]"):
        shelf.places(project, EVENTS, "embedded")


@pytest.mark.parametrize("harm", ["rubbish", "link", "columns"])
def test_tables_that_are_not_what_a_cleaning_writes_are_one_sentence(tmp_path, harm):
    (tmp_path / "some.jsonl").write_text(json.dumps(RELEASE) + "\n", "utf-8")
    clean_files([tmp_path / "some.jsonl"], "ocds", tmp_path / "out")
    file = tmp_path / "out" / "parquet" / "tenders" / "ocds.parquet"
    if harm == "rubbish":
        file.write_bytes(b"PAR1 rubbish PAR1")
    elif harm == "columns":
        file.write_bytes((tmp_path / "out" / "parquet" / "record" / "ocds.parquet").read_bytes())
    else:
        file.rename(tmp_path / "aside")
        file.symlink_to(tmp_path / "aside")
    with pytest.raises(SourceError, match=r"out/parquet/tenders/ocds\.parquet: ") as said:
        list(batches(tmp_path / "out", "tenders", ["status"]))
    assert len(str(said.value).splitlines()) == 1
