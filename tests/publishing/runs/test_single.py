"""One notebook at a time: rendered, normalised, cited, verified."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import pytest

from ogp_analysis.base.paths import Project
from ogp_analysis.publishing.runs import languages, run_record, runner
from ogp_analysis.publishing.runs.manifest import Run
from ogp_analysis.publishing.runs.normalise import normalise, written


@pytest.fixture(scope="session")
def executed(made, tmp_path_factory) -> dict:
    """The events notebook as plain papermill leaves it, with one parameter of three given, and its record."""
    file = tmp_path_factory.mktemp("papermill") / "out.ipynb"
    words = ["papermill", str(made.notebook("events")), str(file), "-p", "country", "KEN", "--no-progress-bar"]
    told = subprocess.run(
        [sys.executable, "-m", *words], capture_output=True, text=True, env=made.environment(), cwd=file.parent
    )
    assert told.returncode == 0, told.stderr
    return json.loads(file.read_text())


@pytest.fixture
def file(executed, tmp_path):
    (tmp_path / "out.ipynb").write_text(json.dumps(executed))
    return tmp_path / "out.ipynb"


def test_a_plain_papermill_output_becomes_the_report_that_the_batch_makes(checkout, file):
    before = checkout.published()
    assert any("duration" in c["metadata"].get("papermill", {}) for c in json.loads(file.read_text())["cells"])
    folder = checkout.folder("events/KEN-embedded")
    shutil.rmtree(folder)
    told = checkout.ogp("render", str(file))
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == str(folder / "en" / "index.html")
    assert checkout.published() == before
    assert checkout.plan()["events KEN embedded"] == "current"
    log = json.loads((folder / "run.json").read_text())["log"]
    assert log["engine"] == "papermill or Jupyter"


def test_a_notebook_run_in_jupyter_with_its_parameters_changed_in_their_cell_is_the_same_run(made, file):
    document = json.loads(file.read_text())
    injected = [c for c in document["cells"] if "injected-parameters" in c["metadata"]["tags"]]
    document["cells"] = [c for c in document["cells"] if c not in injected]
    count = 0
    for cell in document["cells"]:
        if cell["cell_type"] == "code":
            count += 1
            cell["execution_count"] = count
        if "parameters" in cell["metadata"]["tags"]:
            cell["source"] = "".join(cell["source"]).replace('"MEX"', '"Kenya"')
    del document["metadata"]["papermill"]
    project = Project(made.root)
    run = runner.run_of(project, document, file)
    assert run.name == "events KEN embedded"
    runner.check_order(document, file)
    current = json.loads(made.notebook("events").read_text())
    again = runner.as_batch(document, current, run)
    theirs = runner.as_batch(json.loads(file.read_text()), current, run)
    assert [_joined(c["source"]) for c in again["cells"]] == [_joined(c["source"]) for c in theirs["cells"]]
    assert [c.get("execution_count") for c in again["cells"]] == [c.get("execution_count") for c in theirs["cells"]]


def _joined(text) -> str:
    return text if isinstance(text, str) else "".join(text)


def changed(file, change) -> None:
    document = json.loads(file.read_text())
    change(document)
    file.write_text(json.dumps(document))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["cells"][-1].update(source="1 + 1"), "its code is not that of any notebook of this checkout"),
        (
            lambda d: d["cells"][-1].update(execution_count=99),
            "was not run once from top to bottom: code cell 5 is In [99]",
        ),
        (lambda d: d["cells"][-1].update(execution_count=None, outputs=[]), "was not executed to its end: code cell 5"),
        (lambda d: d["cells"][2].update(source="country = open('/etc/passwd').read()"), "are not plain values"),
        (lambda d: d["cells"][2].update(source="country = '../../x'"), "is not a known name or code"),
        (lambda d: d["cells"][2].update(source="contry = 'MEX'"), "has no such parameter"),
        (lambda d: d["cells"][-1].update(outputs=[]), "does not say which tables it was handed"),
        (
            lambda d: d["cells"][3]["outputs"].append(
                {"output_type": "error", "ename": "ValueError", "evalue": "wrong", "traceback": []}
            ),
            "failed with ValueError: wrong",
        ),
        (
            lambda d: d["cells"][-1]["outputs"][0]["data"].update(
                {"application/vnd.ogp-analysis.provenance+json": {"tables": 5}}
            ),
            "what it says of its tables cannot be read",
        ),
        (
            lambda d: d["cells"][3]["outputs"].append(
                {"output_type": "display_data", "data": {"application/json": float("nan")}, "metadata": {}}
            ),
            "holds what JSON cannot write",
        ),
    ],
)
def test_what_cannot_be_rendered_is_said_and_nothing_is_published(made, file, change, said):
    changed(file, change)
    before = made.published()
    told = made.here("render", str(file))
    assert told.returncode in (1, 2) and said in told.stderr and len(told.stderr.strip().splitlines()) == 1
    assert made.published() == before
    assert not (made.reports / ".staging").exists()


def nodes(value, path=()):
    """Yield the path of every value in a notebook; of a text in lines, of the first line only."""
    yield path
    lines = isinstance(value, list) and all(isinstance(line, str) for line in value)
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value[: 1 if lines else None] if isinstance(value, list) else ())
    )
    for key, inner in items:
        yield from nodes(inner, (*path, key))


def test_whatever_stands_in_any_place_of_a_notebook_is_refused_or_rendered_without_a_crash(made, executed, tmp_path):
    """Every value of an executed notebook in turn is something else, or is not there, up to the rendering itself."""
    from ogp_analysis.base.errors import OgpAnalysisError
    from ogp_analysis.publishing.runs import finish, notebook

    project, gone, refused, taken = Project(made.root), object(), 0, 0
    current = json.loads(made.notebook("events").read_text())
    whole, file = json.dumps(executed), tmp_path / "x.ipynb"
    for path in nodes(executed):
        for new in (5, None, [], {"a": [5]}, gone):
            document = json.loads(whole)
            place = document
            for key in path[:-1]:
                place = place[key]
            if not path:
                document = None if new is gone else new
            elif new is gone:
                del place[path[-1]]
            else:
                place[path[-1]] = new
            file.write_text(json.dumps(document))
            try:
                document = notebook.read(file)
                run = runner.run_of(project, document, file)
                runner.check_order(document, file)
                written(runner.as_batch(document, current, run), str(file), "")
                found = normalise(notebook.read(file))
                finish.handed(found, run.name)
                written(found, run.name, "")
            except OgpAnalysisError as fault:
                assert len(str(fault).splitlines()) == 1
                refused += 1
            else:
                taken += 1
    assert refused > 200 and taken > 200


@pytest.mark.slow
def test_normalise_leaves_the_notebook_of_the_batch(checkout, tmp_path):
    told = checkout.ogp("run", "events", "-p", "country", "KEN", "--only", "notebook", "--force")
    assert told.returncode == 0
    record = json.loads((checkout.folder("events/KEN-embedded") / "run.json").read_text())
    given = [word for name, value in record["parameters"].items() for word in ("-p", name, value)]
    plain = tmp_path / "elsewhere" / "plain.ipynb"
    plain.parent.mkdir()
    words = ["papermill", str(checkout.notebook("events")), str(plain), *given, "--no-progress-bar"]
    subprocess.run([sys.executable, "-m", *words], check=True, env=checkout.environment(), capture_output=True)
    first = plain.read_bytes()
    told = checkout.ogp("normalise", str(plain), "-o", str(tmp_path / "made.ipynb"))
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")
    assert plain.read_bytes() == first
    project, normalised = Project(checkout.root), (tmp_path / "made.ipynb").read_bytes()
    translated = languages.translations(project, checkout.notebook("events"))
    for spoken in ("en", "es"):
        page = languages.in_language(json.loads(normalised), spoken, translated)
        batch = (checkout.folder("events/KEN-embedded") / spoken / "notebook.ipynb").read_bytes()
        assert written(normalise(page), "", "") == batch, spoken
    assert checkout.ogp("normalise", str(plain)).returncode == 0
    assert plain.read_bytes() == normalised and len(list(plain.parent.iterdir())) == 1


def test_normalise_says_where_it_cannot_write(made, file, tmp_path):
    told = made.here("normalise", str(file), "-o", str(tmp_path / "no" / "x.ipynb"))
    assert told.returncode == 1
    assert "cannot be written (No such file or directory). Name another place" in told.stderr


@pytest.mark.parametrize(("style", "file"), [("bibtex", "cite.bib"), ("csl", "cite.json"), ("ris", "cite.ris")])
def test_cite_knows_an_output_by_what_a_reader_has_of_it(made, tmp_path, monkeypatch, style, file):
    """The id or its first digits, the folder's name or path, a file in it, and a figure that was taken out of it."""
    folder = made.folder("events/KEN-embedded")
    id = json.loads((folder / "run.json").read_text())["id"]
    received = shutil.copytree(folder, tmp_path / "from someone")
    files = ["figures/coverage.svg", "figures/coverage.png", "figures/coverage.pdf", "numbers.tex"]
    alone = [shutil.copy(folder / "es" / name, tmp_path / f"alone.{name[-3:]}") for name in files]
    names = [id, id[:4], folder.name, f"events/{folder.name}/", str(folder), *map(str, alone)]
    pages = [str(received / "es" / name) for name in ("", "index.html", *files)]
    written = {spoken: (folder / spoken / file).read_text() for spoken in ("en", "es")}
    assert id in written["en"] and id in written["es"] and written["en"] != written["es"]
    for name, spoken in [*((name, "en") for name in names), *((name, "es") for name in pages)]:
        assert made.here("cite", name, "--style", style).stdout == written[spoken], name
    monkeypatch.setenv("OGP_LANGUAGE", "es")
    assert made.here("cite", id, "--style", style).stdout == written["es"]


@pytest.mark.parametrize(
    ("style", "key"), [("bibtex", r"^@\w+\{(.+),$"), ("csl", r'^  "id": "(.+)"'), ("ris", "^ID  - (.+)$")]
)
def test_several_outputs_have_one_bibliography_in_which_each_key_stands_once(made, style, key):
    folders = [str(made.folder(f"events/{country}-embedded")) for country in ("KEN", "MEX", "KEN")]
    alone = [re.findall(key, made.here("cite", folder, "--style", style).stdout, re.MULTILINE) for folder in folders]
    together = re.findall(key, made.here("cite", *folders, "--style", style).stdout, re.MULTILINE)
    assert len(together) == len(set(together)) == len(alone[0]) + 1 and set(together) == set(alone[0]) | set(alone[1])
    pages = [f"{folders[0]}/{spoken}" for spoken in ("es", "en")]
    first = made.here("cite", pages[0], "--style", style).stdout
    assert made.here("cite", *pages, "--style", style).stdout == first, "as the first has it"


def test_cite_refuses_what_is_too_short_or_no_output(made, tmp_path):
    folder = made.folder("events/KEN-embedded")
    id = json.loads((folder / "run.json").read_text())["id"]
    for name in (id[:3], folder.name[-8:], "\x1b[31m", str(tmp_path)):
        told = made.here("cite", name)
        assert told.returncode == 2 or (name == str(tmp_path) and told.returncode == 1)
        assert told.stdout == "" and "\x1b" not in told.stderr
    assert "Name a report folder" in told.stderr


@pytest.fixture
def received(made, tmp_path):
    """A report received from someone."""
    return shutil.copytree(made.folder("events/KEN-embedded"), tmp_path / "received")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: r.update(id="0" * 11), "is missing or is not a record"),
        (lambda r: r["parameters"].update(country="USA"), "is missing or is not a record"),
        (lambda r: r["files"].update({"../../x": r["files"]["en/index.html"]}), "is missing or is not a record"),
        (lambda r: _renamed(r, notebook="unheard"), "notebook 'unheard': is not in notebooks/"),
        (lambda r: _renamed(r, country="../../x"), "is not a known name or code"),
        (lambda r: _renamed(r, more="x"), "has no such parameter"),
    ],
)
def test_a_record_is_believed_no_further_than_it_can_be_checked(made, received, change, said):
    record = json.loads((received / "run.json").read_text())
    change(record)
    (received / "run.json").write_bytes(run_record.dumps(record))
    told = made.here("verify", str(received))
    assert told.returncode in (1, 2) and said in told.stderr
    assert told.stdout == "" and len(told.stderr.strip().splitlines()) == 1


def _renamed(record: dict, notebook: str | None = None, **parameters: str) -> None:
    """Change a record as someone would who knows its form."""
    record["notebook"] = notebook or record["notebook"]
    record["parameters"].update(parameters)
    record["rests_on"]["parameters"].update(parameters)


def test_a_run_is_known_by_its_code_not_by_its_name(made, file):
    run = runner.run_of(Project(made.root), json.loads(file.read_text()), file.with_name("members.ipynb"))
    assert isinstance(run, Run) and run.notebook == "events"
