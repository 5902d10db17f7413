"""A forger's day: what is changed in a report, its hashes made to fit, is noticed."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from ogp_analysis.base.errors import ReportError, UnknownName
from ogp_analysis.base.paths import Project
from ogp_analysis.publishing.runs import run_record, verify
from ogp_analysis.publishing.runs.made import NOTHING, differences, first_difference, identifier
from ogp_analysis.publishing.runs.manifest import Run
from ogp_analysis.publishing.runs.plan import Options

from ..conftest import EVENTS, PARAMETERS, ROOT, Checkout, document, rendered, run_of

#: Says a number, draws, lists: every kind of file that a report has.
ALL_KINDS = [
    ("parameters", PARAMETERS.format(imports="", more="")),
    *EVENTS[1:3],
    ("", "ogp.open_government.timeline('MEX', edition).table()"),
    EVENTS[3],
]


@pytest.fixture(scope="module")
def published(made, tmp_path_factory) -> tuple[Project, Path]:
    """A checkout and a report of every kind of file."""
    checkout: Checkout = made.without_package(tmp_path_factory.mktemp("verify") / "checkout")
    checkout.write("all_kinds", document(ALL_KINDS))
    told = checkout.ogp("run", "all_kinds", "-p", "country", "KEN")
    assert told.returncode == 0, told.stderr
    return Project(checkout.root), checkout.folder("all_kinds/KEN-embedded")


@pytest.fixture(scope="module")
def run_again(published):
    """Return :func:`verify.run_again` for that checkout."""
    project, work = published[0], verify.run_again
    return lambda record, folder, options: work(project, run_of(project, record), folder, options)


@pytest.fixture(scope="module")
def again(published, run_again, tmp_path_factory) -> tuple[dict, Path]:
    """The record and the folder of that report, made again: once, since each forgery is held against the same."""
    place = tmp_path_factory.mktemp("again") / "again"
    return run_again(run_record.taken(published[1]), place, Options()), place


@pytest.fixture
def received(published, tmp_path) -> Path:
    """That report, received from someone."""
    return shutil.copytree(published[1], tmp_path / "received")


@pytest.fixture
def verified(published, again, monkeypatch):
    """Return the verdict on a folder; what is made again has been made before."""

    def run_again(project, run, folder, options):
        folder.symlink_to(again[1])
        return json.loads(json.dumps(again[0]))

    monkeypatch.setattr(verify, "run_again", run_again)
    return lambda folder, **more: verify.verify(published[0], folder, Options(), **more)


@pytest.fixture
def elsewhere(monkeypatch):
    """Make this another machine than the one the report says it was made on."""
    here = run_record.machine()
    monkeypatch.setattr(run_record, "machine", lambda: {**here, "system": "Another-1.0", "python": "3.11.0"})


def own_id(record: dict, files: dict[str, bytes]) -> str:
    """Return the id of what the notebooks show, which a forger can make; if one is no notebook, that on record."""
    try:
        run = Run.of(record["notebook"], record["parameters"])
        return identifier(run, {one: json.loads(files[f"{one}/notebook.ipynb"]) for one in ("en", "es")})
    except (ValueError, KeyError, TypeError, AttributeError):
        return record["id"]


def rehashed(folder: Path, **changes) -> None:
    """Make the record of a folder fit the files that are in it, and itself, as a forger would."""
    record = json.loads((folder / "run.json").read_text()) | changes
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    record["files"] = run_record.files({name: content for name, content in files.items() if name != "run.json"})
    record["id"] = own_id(record, files)
    (folder / "run.json").write_bytes(run_record.dumps(record))


def edited(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def kinds(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_what_was_not_changed_is_the_same(received, verified):
    verdict = verified(received)
    assert verdict.same == "bytes" and verdict.text.startswith("same bytes: ")


@pytest.mark.parametrize("machine", ["here", "elsewhere"])
def test_one_changed_byte_of_any_file_is_noticed(published, received, verified, request, machine):
    """Ten places of every file, one at a time, hashes made to fit; also where another machine is on record."""
    if machine == "elsewhere":
        request.getfixturevalue("elsewhere")
    places = 10 if machine == "here" else 1
    for name in kinds(received):
        if name == "run.json":
            continue
        whole = (received / name).read_bytes()
        for place in sorted({len(whole) * k // places for k in range(places)} | {len(whole) - 1})[-places:]:
            changed = bytearray(whole)
            changed[place] ^= 1
            (received / name).write_bytes(changed)
            rehashed(received)
            verdict = verified(received)
            assert verdict.same == "neither" and verdict.text.startswith("different, first in "), (name, place)
            if machine == "here":
                assert verdict.text.startswith(f"different, first in {name}: "), (name, place, verdict.text)
        (received / name).write_bytes(whole)
        rehashed(received)
        assert verified(received).same == ("bytes")


def leaves(value, path=()):
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [leaf for key, inner in items for leaf in leaves(inner, (*path, key))]
    return found or [path]


def objects(value, path=()):
    if isinstance(value, dict):
        yield path
        for key, inner in value.items():
            yield from objects(inner, (*path, key))


def at(value, path):
    for key in path:
        value = value[key]
    return value


def otherwise(value):
    """Return another value of the same kind."""
    if isinstance(value, str):
        first = "1" if value[:1] != "1" else "2"
        return first + value[1:] if value else first
    return value + 1 if isinstance(value, int) else 2020 if value is None else {}


def test_every_word_of_a_record_but_its_log_is_held_against_what_is_made_again(received, verified):
    first = (received / "run.json").read_text()
    seen = 0
    for path in leaves(json.loads(first)):
        record = json.loads(first)
        if path[0] == "log" or at(record, path) == {}:
            continue
        at(record, path[:-1])[path[-1]] = otherwise(at(record, path))
        (received / "run.json").write_bytes(run_record.dumps(record))
        try:
            verdict = verified(received)
        except ReportError as refused:
            assert "not a record of this version" in str(refused), path
            continue
        finally:
            seen += 1
        # That it rested on other code or versions, and came out the same, nobody can deny; it is said.
        harmless = path[0] == "rests_on" and verdict.same == "numbers" and "environment differs in: " in verdict.text
        assert harmless or verdict.same == "neither", (path, verdict.text)
    assert seen > 30


#: Parts whose names are not given: what stands in one is held against what is made again.
OPEN = [("words",), ("versions",), ("tables",), ("findings",), ("limits",)]


def test_nothing_can_be_added_to_a_record(received, verified):
    first = (received / "run.json").read_text()
    places = [p for p in objects(json.loads(first)) if p[-1:] not in OPEN]
    assert () in places and ("log",) in places and ("files", "es/index.html") in places
    for path in places:
        record = json.loads(first)
        at(record, path)["more"] = "x"
        (received / "run.json").write_bytes(run_record.dumps(record))
        with pytest.raises(ReportError, match="not a record of this version"):
            verified(received)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"format": 6,', '"format":  6,'),
        lambda text: text.replace('"format": 6,', '"format": 5,\n "format": 6,'),
        lambda text: text + "\n",
        lambda text: text.replace('"slug"', '"\\u0073lug"'),
    ],
    ids=["blank", "twice", "more", "escaped"],
)
def test_a_record_that_is_written_otherwise_is_different(received, verified, change):
    (received / "run.json").write_text(change((received / "run.json").read_text()))
    assert verified(received).text == "different, first in run.json: it was not written by this package"


def test_a_link_in_the_place_of_any_file_or_folder_is_noticed(received, tmp_path):
    """Without a run: the same bytes behind a link can be others tomorrow."""
    aside = shutil.copytree(received, tmp_path / "aside")
    for name in [*kinds(received), "en", "es", "en/figures", "es/tables"]:
        shutil.rmtree(received)
        shutil.copytree(aside, received)
        shutil.rmtree(received / name) if (received / name).is_dir() else (received / name).unlink()
        (received / name).symlink_to(aside / name)
        project = Project(tmp_path)
        if name == "run.json":
            with pytest.raises(ReportError, match="it is a link"):
                verify.verify(project, received, Options())
        else:
            told = verify.verify(project, received, Options()).text
            assert told.startswith(f"different, first in {name}") and "is a link or no file" in told


@pytest.mark.parametrize("what", ["file", "folder", "pipe", "link", "deep"])
def test_what_is_not_on_the_record_is_noticed(received, tmp_path, what):
    more = received / ("en/figures/deep/more" if what == "deep" else "more")
    if what == "pipe":
        os.mkfifo(more)
    elif what == "link":
        more.symlink_to(received)
    elif what == "file":
        more.write_text("x")
    else:
        more.mkdir(parents=True)
    verdict = verify.verify(Project(tmp_path), received, Options())
    named = "en/figures/deep" if what == "deep" else "more"
    assert verdict.text == f"different, first in {named}: it is not on the record"


def test_a_cell_of_a_table_is_named_by_row_and_column(received, verified):
    table = received / "es" / "tables" / "events.csv"
    lines = table.read_text().splitlines(keepends=True)
    lines[2] = lines[2].rstrip("\n").rpartition(",")[0] + ",forged\n"
    table.write_text("".join(lines))
    rehashed(received)
    told = verified(received).text
    assert f"{table.name}: row 2.{lines[0].rstrip().rpartition(',')[2]}: " in told and '"forged"' in told


def test_no_other_machine_excuses_what_an_output_is_called_and_what_the_list_says_of_it(received, verified, elsewhere):
    record = json.loads((received / "run.json").read_text())
    about, slug = record["about"], record["slug"]
    parts = (("title", "x"), ("question", "x"), ("findings", {"f": "x"}), ("limits", {"f": "x"}), ("last_year", 1999))
    forged = {f"about.es.{part}": (about | {"es": about["es"] | {part: value}}, slug) for part, value in parts}
    for place, (told, name) in (forged | {"slug": (about, "MEX-embedded-00000000")}).items():
        rehashed(received, about=told, slug=name)
        assert verified(received).text.startswith(f"different, first in run.json: {place}"), place


@pytest.mark.parametrize("name", ["es/tables", "en/cite.bib"])
def test_a_file_that_is_left_out_is_missing(received, verified, elsewhere, name):
    shutil.rmtree(received / name) if (received / name).is_dir() else (received / name).unlink()
    rehashed(received)
    assert verified(received).text.startswith(f"different, first in {name}") and "is missing" in verified(received).text


def claimed(folder: Path, distribution: str = "matplotlib", version: str = "1.0") -> None:
    """Let a record say that it rests on another version."""
    record = json.loads((folder / "run.json").read_text())
    record["log"]["versions"][distribution] = version
    (folder / "run.json").write_bytes(run_record.dumps(record))


def test_a_forgery_that_is_whole_in_itself_is_found_by_its_value(published, received, verified):
    """The notebook itself is forged and everything made from it, and another version is claimed."""
    for one in ("en", "es"):
        edited(received / one / "notebook.ipynb", '"value": 2000', '"value": 1990')
    claimed(received)
    rendered(published[0].root, received)
    assert "1990" in (received / "es/index.html").read_text()
    verdict = verified(received)
    of = "en/notebook.ipynb: sentence panel.table.indicators (cell 4, output 1)"
    place = f"{of}.values.first.number.value: 2000, was 1990"
    assert verdict.same == "neither" and verdict.text.startswith(f"different, first in {place} (")
    assert "matplotlib is " in verdict.text


def moved(text: str, by: float) -> str:
    """Return an SVG in which the first path begins elsewhere, by so many pixels."""
    number = re.compile(r' d="M([0-9.]+)')
    found = number.search(text)
    return text[: found.start(1)] + f"{float(found[1]) + by:g}" + text[found.end(1) :]


def redrawn(folder: Path, by: float) -> None:
    """Move something in the drawing that a notebook carries."""
    notebook = json.loads((folder / "es/notebook.ipynb").read_text())
    for output in (output for cell in notebook["cells"] for output in cell.get("outputs", [])):
        data = output.get("data", {})
        if "image/svg+xml" in data:
            data["image/svg+xml"] = moved("".join(data["image/svg+xml"]), by).splitlines(keepends=True)
    (folder / "es/notebook.ipynb").write_text(
        json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def test_drawings_may_differ_in_bytes_where_another_version_is_on_record(published, received, verified):
    redrawn(received, 0.2)
    rendered(published[0].root, received)
    assert verified(received).text.startswith("different, first in es/notebook.ipynb: ")
    claimed(received)
    rendered(published[0].root, received)
    verdict = verified(received)
    assert verdict.same == "numbers", verdict.text
    assert "same numbers, environment differs in: matplotlib is " in verdict.text
    assert "(drawings differ in bytes, not in what they show: " in verdict.text
    # A drawing that is not the one in the notebook follows from no version.
    files = ("figures/coverage.svg", "index.html", "figures/coverage.png", "figures/coverage.pdf")
    for name in (f"{spoken}/{file}" for spoken in ("en", "es") for file in files):
        whole = (received / name).read_bytes()
        (received / name).write_bytes(whole.replace(b"#a3123a", b"#a3123b", 1) if b"#a3123a" in whole else whole + b"x")
        rehashed(received)
        assert verified(received).text.startswith(f"different, first in {name}: "), name
        (received / name).write_bytes(whole)


@pytest.mark.parametrize("forged", ["moved", "colour", "word", "hidden"])
def test_no_version_on_record_excuses_another_drawing(published, received, verified, forged):
    """Forged in the notebook, everything made from it again, another version claimed: it is not what is drawn here."""
    if forged == "moved":
        redrawn(received, 6)
    elif forged == "colour":
        edited(received / "es/notebook.ipynb", "fill: #a3123a", "fill: #a33c2f")
    elif forged == "word":
        edited(received / "es/notebook.ipynb", ">2000</text>", ">2010</text>")
    else:
        edited(received / "es/notebook.ipynb", "fill: #a3123a", "opacity: 0; fill: #a3123a")
    claimed(received)
    rendered(published[0].root, received)
    verdict = verified(received)
    assert verdict.same == "neither" and "drawing (cell " in verdict.text, verdict.text


DRAWS = ("pillow", "pypdfium2", "typst")


def on_record(folder: Path, draws: str) -> None:
    """Let a record name another version of what draws, and the files that are there."""
    record = json.loads((folder / "run.json").read_text())
    record["log"]["versions"][draws] = "0.1"
    rehashed(folder, log=record["log"])


@pytest.mark.parametrize("draws", DRAWS)
def test_another_version_of_what_draws_explains_other_bytes_of_the_same_drawing(received, verified, draws):
    file = received / "es/figures/coverage.png"
    with Image.open(file) as picture:
        picture.save(file, "png", optimize=True)
    pdf = received / "es/figures/coverage.pdf"
    pdf.write_bytes(pdf.read_bytes() + b"% again\n")
    on_record(received, draws)
    verdict = verified(received)
    assert verdict.same == "numbers" and f"environment differs in: {draws} is " in verdict.text, verdict.text
    edited(received / "es/figures/coverage.svg", "fill: #a3123a", "fill: #a3123b")
    rehashed(received)
    assert verified(received).text.startswith("different, first in es/figures/coverage.svg: ")


@pytest.mark.parametrize("name", ["es/figures/coverage.png", "es/figures/coverage.pdf", "es/report.pdf"])
@pytest.mark.parametrize("forged", ["rubbish", "another"])
def test_another_version_of_what_draws_explains_no_other_drawing(received, verified, name, forged):
    file = received / name
    if forged == "rubbish":
        file.write_bytes(b"%PDF-1.7\nogp_analysis\n")
    elif name.endswith(".png"):
        with Image.open(file) as picture:
            other = picture.convert("RGB")
            other.paste("black", (40, 40, 56, 56))
            other.save(file, "png")
    else:
        other = received / ("es/report.pdf" if name != "es/report.pdf" else "es/figures/coverage.pdf")
        file.write_bytes(other.read_bytes())
    on_record(received, "typst")
    verdict = verified(received)
    assert verdict.same == "neither" and verdict.text.startswith(f"different, first in {name}: "), verdict.text


def test_an_instruction_in_a_drawing_is_not_excused_by_a_version(published, received, verified):
    edited(received / "es/notebook.ipynb", "</svg>", "<script>1</script></svg>")
    claimed(received)
    rehashed(received)
    assert "it is not a drawing (<script>)" in verified(received).text and verified(received).same == "neither"


@pytest.mark.parametrize("named", ["9" * 12, "0" * 12])
def test_a_claimed_hash_of_a_table_changes_no_number(published, received, verified, named):
    """The names of tables may differ where the record says so, but nothing that looks like them."""
    record = json.loads((received / "run.json").read_text())
    table = min(record["rests_on"]["tables"])
    true, claim = record["rests_on"]["tables"][table], named + "a" * 52
    record["rests_on"]["tables"][table] = claim
    (received / "run.json").write_bytes(run_record.dumps(record))
    for executed in (received / one / "notebook.ipynb" for one in ("en", "es")):
        edited(executed, true[:12], claim[:12])
        edited(executed, claim[:12] + true[12:], claim)
    rendered(published[0].root, received)
    assert "same numbers, environment differs in: table " in verified(received).text
    told = re.search(r'"value": 20(?!00)\d\d', (received / "es/notebook.ipynb").read_text(encoding="utf-8"))[0]
    for one in ("en", "es"):
        edited(received / one / "notebook.ipynb", told, f'"value": {int("1" + named)}')
    rendered(published[0].root, received)
    assert verified(received).same == "neither"


def test_an_executed_notebook_alone_is_held_against_the_same(published, run_again, tmp_path, monkeypatch):
    """Also its layout, where another machine is on record."""
    project = published[0]
    folder = tmp_path / "alone"
    members = run_record.taken(Checkout(project.root).folder("members/MEX"))
    record = run_again(members, folder, Options(only_notebook=True))
    here = run_record.machine()
    record["log"] = run_record.log_entry(project, 1.0, "warm")
    (folder / "run.json").write_bytes(run_record.dumps(record))
    known = shutil.copytree(folder, tmp_path / "known")
    monkeypatch.setattr(
        verify, "run_again", lambda *a: shutil.copytree(known, a[2]) and {k: record[k] for k in record if k != "log"}
    )
    assert verify.verify(project, folder, Options()).same == "bytes"
    monkeypatch.setattr(run_record, "machine", lambda: {**here, "system": "Another-1.0"})
    for old, new in (
        ('"cells"', '"cells" '),
        ("panel.table.indicators", "profile.headlime"),
        ('"first": ', '"first": 1'),
    ):
        for name in ("en/notebook.ipynb", "es/notebook.ipynb"):
            whole = (folder / name).read_text()
            edited(folder / name, old, new)
            rehashed(folder)
            assert verify.verify(project, folder, Options()).text.startswith(f"different, first in {name}: "), old
            (folder / name).write_text(whole)


@pytest.fixture
def file_verified(published, verified):
    """Return the verdict on a file that was taken out of a report."""
    return lambda file: verify.verify_file(published[0], file, Options())


@pytest.mark.parametrize("name", ["en/report.pdf", "es/report.pdf", "es/index.html", "es/tables/balance.tex",
                                  "en/tables/balance.csv", "en/figures/coverage.svg", "en/figures/coverage.png",
                                  "en/numbers.json"])  # fmt: skip
def test_a_file_taken_out_of_a_report_is_held_against_the_record(published, file_verified, tmp_path, name):
    file = Path(shutil.copy(published[1] / name, tmp_path / f"taken{Path(name).suffix}"))
    verdict = file_verified(file)
    assert verdict.same == "bytes" and verdict.text.endswith(f"; the file is {name} of all_kinds/{published[1].name}")


@pytest.mark.parametrize(
    "name, old, new",
    [
        ("en/tables/balance.tex", "Rows: 6.", "Rows: 5."),
        ("es/tables/balance.tex", "Filas: 6.", "Filas: 5."),
        ("es/index.html", "2000", "2001"),
        ("en/figures/coverage.svg", ">2000<", ">2001<"),
    ],
)
def test_a_file_taken_out_and_changed_is_different(published, file_verified, tmp_path, name, old, new):
    file = Path(shutil.copy(published[1] / name, tmp_path))
    edited(file, old, new)
    verdict = file_verified(file)
    assert verdict.same == "neither" and f" published: {name}: line " in verdict.text, verdict.text


def test_a_file_that_no_record_lists_is_said_to_be_none(file_verified, tmp_path):
    (tmp_path / "x.csv").write_text("country,value\nKEN,0.999\n")
    with pytest.raises(UnknownName, match="belongs to no output in reports/: no record lists its bytes"):
        file_verified(tmp_path / "x.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "x.csv")
    with pytest.raises(ReportError, match="cannot be verified"):
        file_verified(tmp_path / "link.csv")


@pytest.mark.slow
def test_a_forgery_is_found_by_the_command(published, received):
    """The whole way, with a run, once."""
    for name in ("es/index.html", "es/numbers.json"):
        edited(received / name, "2000", "2010")
    rehashed(received)
    told = Checkout(published[0].root, ROOT).ogp("verify", str(received))
    assert told.returncode == 1
    assert f"{received}: different, first in es/numbers.json: " in told.stdout


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("a.json", b'{"a": 1}', b'{"a": 2}', "a: 2, was 1"),
        ("a.json", b'{"a": 1}', b'{"a":  1}', 'line 1: "{\\"a\\":  1}", was "{\\"a\\": 1}"'),
        ("a.json", b"[" * 9999, b"1", 'line 1: "1", was "[[[[['),
        ("a.json", b'{"a": null}', b"{}", "a: nothing, was null"),
        ("a.csv", b"x,y\n1,2\n", b"x,y\n1,3\n", 'row 1.y: "3", was "2"'),
        ("a.csv", b"x,y\n1,2\n", b"x,z\n1,2\n", 'row 1.y: nothing, was "2"'),
        ("a.csv", b"x\n1\n2\n", b"x\n1\n", 'row 2: nothing, was {"x": "2"}'),
        ("a.csv", b"x\n1\n", b"x\r\n1\n", 'line 1: "x\\r\\n", was "x\\n"'),
        ("a.png", b"\xff\x01", b"\xff\x02", "its bytes differ"),
        ("a.html", b"a\nb", b"a\n" + b"-" * 90 + b"b", 'line 2: "----'),
        ("a.html", b"0123456789" * 3 + b"a", b"0123456789" * 3 + b"b", 'line 1: "01234567890123456789b", was "01234'),
        ("a.html", b"a\n", b"a\nb\n", 'line 2: "b\\n", was ""'),
        ("a.ipynb", b"[]", b"{}", ""),
    ],
)
def test_where_files_differ_is_named_as_closely_as_can_be(name, old, new, said):
    assert first_difference(name, old, new).startswith(said) and first_difference(name, old, new)


@pytest.mark.parametrize(
    ("old", "new", "within", "found"),
    [
        ({"a": 1, "b": [1, {"c": 2}]}, {"a": 2, "b": [1, {"c": 3}]}, (), [(".a", 1, 2), (".b[1].c", 2, 3)]),
        ({"a": None}, {"b": None}, (), [(".a", None, NOTHING), (".b", NOTHING, None)]),
        ([1, 2], [1], (), [("", [1, 2], [1])]),
        ([], {}, (), [("", [], {})]),
        (0.5, 0.6, (), [("", 0.5, 0.6)]),
        (5, 5.0, (), [("", 5, 5.0)]),
        (5, 5.0, (1e-9,), []),
        ([0.5, 1e6, 0.0], [0.5 + 1e-10, 1e6 + 1e-4, 1e-10], (1e-9,), []),
        ([0.5, 1e6], [0.5 + 1e-8, 1e6 + 1e-2], (1e-9,), [("[0]", 0.5, 0.5 + 1e-8), ("[1]", 1e6, 1e6 + 1e-2)]),
        (10**12, 10**12 + 1, (1e-9,), [("", 10**12, 10**12 + 1)]),
        (True, 1.0, (1e-9,), [("", True, 1.0)]),
        ("0.5", 0.5, (1e-9,), [("", "0.5", 0.5)]),
    ],
)
def test_every_difference_is_yielded_numbers_within_what_is_asked(old, new, within, found):
    assert list(differences(old, new, *within)) == found
