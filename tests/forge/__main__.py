"""``python -m tests.forge``: forge a report in every way that is known, and say which forgeries `verify` lets pass.

A small checkout publishes one report with every kind of file. Each forgery starts from a copy of it, in a folder or as
a file that was taken out; hashes and ids are made to fit, as a forger would. ``ogp-analysis verify`` judges it, in a
process of its own. A forgery passes if the exit code is 0 and the verdict names no modified file. The exit code here is
0 if none passes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from ogp_analysis.base.words.catalogue import LANGUAGES
from ogp_analysis.publishing.runs import run_record
from ogp_analysis.publishing.runs.made import identifier
from ogp_analysis.publishing.runs.manifest import Run
from tests.publishing.conftest import EVENTS, PARAMETERS, ROOT, Checkout, document

#: Says a number, draws, lists: every kind of file that a report has.
CELLS = [
    ("parameters", PARAMETERS.format(imports="", more="")),
    *EVENTS[1:3],
    ("", "ogp.open_government.timeline('MEX', edition).table()"),
    EVENTS[3],
]
FORGERIES: dict[str, Callable[[Place], Path]] = {}


class Place:
    """Where one forgery is made.

    Attributes
    ----------
    folder : pathlib.Path
        A copy of the report.
    checkout : Checkout
        That which published it, not to be changed.
    scratch : pathlib.Path
        An empty folder.
    """

    def __init__(self, checkout: Checkout, scratch: Path) -> None:
        self.checkout, self.scratch = checkout, scratch
        self.published = checkout.folder("all_kinds/KEN-embedded")
        self.folder = Path(shutil.copytree(self.published, scratch / "received"))

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text in a file that holds it."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        (self.folder / name).write_text(text.replace(old, new), encoding="utf-8")

    def fit(self, **changes) -> Path:
        """Make the record fit the files that are there, and itself."""
        record = json.loads((self.folder / "run.json").read_text(encoding="utf-8"))
        for path, value in changes.items():
            *above, last = path.split("__")
            part = record
            for name in above:
                part = part[name]
            part[last] = value
        files = {p.relative_to(self.folder).as_posix(): p.read_bytes() for p in self.folder.rglob("*") if p.is_file()}
        record["files"] = run_record.files({name: held for name, held in files.items() if name != "run.json"})
        if "id" not in changes:
            notebooks = {one: json.loads(files[f"{one}/notebook.ipynb"]) for one in LANGUAGES}
            record["id"] = identifier(Run.of(record["notebook"], record["parameters"]), notebooks)
        (self.folder / "run.json").write_bytes(run_record.dumps(record))
        return self.folder

    def rendered(self, **changes) -> Path:
        """Make every file again from the forged notebooks, as a batch does; then claim what is given."""
        code = "import sys; from tests.publishing.conftest import rendered; rendered(*sys.argv[1:])"
        words = [sys.executable, "-c", code, str(self.checkout.root), str(self.folder)]
        environment = self.checkout.environment(LANG="C.UTF-8", path=str(ROOT))
        told = subprocess.run(words, env=environment, cwd=self.scratch, capture_output=True, text=True)
        assert told.returncode == 0, told.stderr
        return self.fit(**changes)

    def taken(self, name: str) -> Path:
        """Take a file out of the report."""
        return Path(shutil.copy(self.published / name, self.scratch))


def forgery(work: Callable[[Place], Path]) -> Callable[[Place], Path]:
    FORGERIES[work.__name__] = work
    return work


def _edits() -> None:
    """Each text file changed in one place, its hashes made to fit."""
    edits = {
        "numbers.json": ('"value": 2000', '"value": 1999'),
        "numbers.tex": ("2000", "1999"),
        "index.html": ("2000", "1999"),
        "notebook.ipynb": ('"value": 2000', '"value": 1999'),
        "cite.bib": ("@", "@ "),
        "cite.json": ('"title": "', '"title": "Not '),
        "cite.ris": ("TY  - ", "TY  -  "),
        "columns.csv": (",", ";"),
        "datapackage.json": ('"name": "', '"name": "x'),
        "tables/events.csv": ("2018", "2016"),
        "tables/events.tex": ("2018", "2016"),
        "tables/events.html": ("2018", "2016"),
        "figures/coverage.svg": (">2000<", ">1999<"),
    }
    for name, (old, new) in ((f"{one}/{name}", edit) for one in LANGUAGES for name, edit in edits.items()):

        def work(place: Place, name=name, old=old, new=new) -> Path:
            place.edit(name, old, new)
            return place.fit()

        FORGERIES[f"edited {name}"] = work


def _taken() -> None:
    """Files taken out of the report, changed, and given by themselves."""
    edits = {
        "tables/events.tex": ("2018", "2016"),
        "tables/events.csv": ("2018", "2016"),
        "tables/events.html": ("2018", "2016"),
        "figures/coverage.svg": (">2000<", ">1999<"),
        "index.html": ("2000", "1999"),
        "numbers.json": ("2000", "1999"),
    }
    for name, (old, new) in ((f"{one}/{name}", edit) for one in LANGUAGES for name, edit in edits.items()):

        def work(place: Place, name=name, old=old, new=new) -> Path:
            file = place.taken(name)
            text = file.read_text(encoding="utf-8")
            assert old in text, f"{name} does not hold {old!r}"
            file.write_text(text.replace(old, new), encoding="utf-8")
            return file

        FORGERIES[f"taken out and changed: {name}"] = work


@forgery
def a_false_pdf_with_a_true_label(place: Place) -> Path:
    file = place.scratch / "report.pdf"
    label = run_record.taken(place.published)["id"].encode()
    file.write_bytes(b"%PDF-1.7\nogp_analysis:" + label + b"\n0.101\n%%EOF\n")
    return file


@forgery
def a_table_that_nobody_published(place: Place) -> Path:
    (place.scratch / "table.csv").write_text("country,value\nKEN,0.999\n", encoding="utf-8")
    return place.scratch / "table.csv"


@forgery
def a_link_to_a_published_file(place: Place) -> Path:
    (place.scratch / "report.pdf").symlink_to(place.published / "en" / "report.pdf")
    return place.scratch / "report.pdf"


def _redrawn(place: Place, pattern: str, new) -> None:
    """Change the drawing that a notebook carries."""
    file = place.folder / "es" / "notebook.ipynb"
    notebook, changed = json.loads(file.read_text(encoding="utf-8")), 0
    for output in (output for cell in notebook["cells"] for output in cell.get("outputs", [])):
        if svg := "".join(output.get("data", {}).get("image/svg+xml", [])):
            made, count = re.subn(pattern, new, svg, count=1)
            output["data"]["image/svg+xml"], changed = made.splitlines(keepends=True), changed + count
    assert changed, pattern
    file.write_text(json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


def _claims() -> None:
    """What the notebook draws or says forged, everything made from it again, another environment claimed."""
    drawn = {
        "a line moved": (r' d="M([0-9.]+)', lambda found: f' d="M{float(found[1]) + 6:g}'),
        "another colour": ("fill: #a3123a", "fill: #a33c2f"),
        "another word": (">2000</text>", ">2010</text>"),
        "a part hidden": ("fill: #a3123a", "opacity: 0; fill: #a3123a"),
    }
    claims = {
        "a version": {"log__versions__matplotlib": "1.0"},
        "a machine": {"log__machine": "aarch64"},
        "code": {"rests_on__package": "0" * 64},
    }
    for claim, changes in claims.items():
        for what, (pattern, new) in drawn.items():

            def work(place: Place, pattern=pattern, new=new, changes=changes) -> Path:
                _redrawn(place, pattern, new)
                return place.rendered(**changes)

            FORGERIES[f"{what}, claiming {claim}"] = work

        def said(place: Place, changes=changes) -> Path:
            for one in LANGUAGES:
                place.edit(f"{one}/notebook.ipynb", '"value": 2000', '"value": 1999')
            return place.rendered(**changes)

        FORGERIES[f"a number, claiming {claim}"] = said


def _typeset() -> None:
    """What typst and PDFium made replaced, another version or machine claimed."""
    claims = {"typst": {"log__versions__typst": "0.1"}, "a machine": {"log__machine": "aarch64"}}
    for claim, changes in claims.items():
        for name in ("es/report.pdf", "es/figures/coverage.pdf", "en/figures/coverage.png"):
            for how in ("rubbish", "another"):

                def work(place: Place, name=name, how=how, changes=changes) -> Path:
                    file = place.folder / name
                    if how == "rubbish":
                        file.write_bytes(b"%PDF-1.7\nnone\n")
                    elif name.endswith(".png"):
                        with Image.open(file) as picture:
                            made = picture.convert("RGB")
                        made.paste("black", (40, 40, 60, 60))
                        made.save(file, "png")
                    else:
                        other = "es/figures/coverage.pdf" if name == "es/report.pdf" else "es/report.pdf"
                        file.write_bytes((place.published / other).read_bytes())
                    return place.fit(**changes)

                FORGERIES[f"{name} replaced by {how}, claiming {claim}"] = work


@forgery
def the_figures_of_another_country(place: Place) -> Path:
    for one in LANGUAGES:
        place.edit(f"{one}/notebook.ipynb", "KEN", "GHA")
    return place.rendered(rests_on__package="0" * 64)


@forgery
def a_file_left_out(place: Place) -> Path:
    (place.folder / "es" / "cite.bib").unlink()
    return place.fit()


@forgery
def a_file_added(place: Place) -> Path:
    (place.folder / "es" / "tables" / "more.csv").write_text("a\n1\n", encoding="utf-8")
    return place.fit()


@forgery
def a_file_that_no_record_lists(place: Place) -> Path:
    (place.folder / "more.csv").write_text("a\n1\n", encoding="utf-8")
    return place.folder


@forgery
def a_signature_of_rubbish(place: Place) -> Path:
    (place.folder / "run.json.sig").write_bytes(b"x" * 32768)
    return place.folder


@forgery
def a_link_in_the_place_of_a_file(place: Place) -> Path:
    (place.folder / "en" / "numbers.json").unlink()
    (place.folder / "en" / "numbers.json").symlink_to(place.published / "en" / "numbers.json")
    return place.folder


@forgery
def other_parameters(place: Place) -> Path:
    return place.fit(parameters__country="MEX", rests_on__parameters__country="MEX")


@forgery
def another_language(place: Place) -> Path:
    return place.fit(parameters__language="es", rests_on__parameters__language="es")


@forgery
def the_pages_exchanged(place: Place) -> Path:
    (place.folder / "en").rename(place.scratch / "en")
    (place.folder / "es").rename(place.folder / "en")
    (place.scratch / "en").rename(place.folder / "es")
    return place.fit()


@forgery
def the_english_page_in_the_place_of_both(place: Place) -> Path:
    shutil.rmtree(place.folder / "es")
    shutil.copytree(place.folder / "en", place.folder / "es")
    return place.fit()


@forgery
def another_id(place: Place) -> Path:
    return place.fit(id="0" * 12)


@forgery
def another_id_claiming_other_code(place: Place) -> Path:
    return place.fit(id="0" * 12, rests_on__package="0" * 64)


@forgery
def another_slug(place: Place) -> Path:
    return place.fit(slug="MEX-embedded-00000000")


@forgery
def another_title_in_the_list(place: Place) -> Path:
    return place.fit(about__es__title="Another")


@forgery
def the_record_of_another_run(place: Place) -> Path:
    shutil.copy(place.checkout.folder("events/KEN-embedded") / "run.json", place.folder)
    return place.folder


@forgery
def a_record_with_a_name_twice(place: Place) -> Path:
    place.edit("run.json", '"format": ', '"format": 5,\n "format": ')
    return place.folder


@forgery
def a_name_that_leads_out(place: Place) -> Path:
    record = json.loads((place.folder / "run.json").read_text(encoding="utf-8"))
    record["files"]["../x"] = record["files"]["en/cite.bib"]
    (place.folder / "run.json").write_bytes(run_record.dumps(record))
    return place.folder


@forgery
def a_clean_table_changed_with_its_hash(place: Place) -> Path:
    """A report made from it is what the table gives; the table is not what its raw files give."""
    forger = place.checkout.without_package(place.scratch / "forger")
    [file] = forger.processed.glob("embedded/ogp_status_events/events.parquet")
    table = pq.read_table(file)
    at = table.schema.get_field_index("iso3")
    values = ["KEN"] * 9 + table["iso3"].to_pylist()[9:]
    pq.write_table(table.set_column(at, table.field("iso3"), pa.array(values, table.field("iso3").type)), file)
    about = file.with_name("datapackage.json")
    package = json.loads(about.read_text(encoding="utf-8"))
    for one in package["resources"]:
        if one["path"] == file.name:
            one["hash"] = "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()
    about.write_text(json.dumps(package), encoding="utf-8")
    told = forger.ogp("run", "all_kinds", "-p", "country", "KEN", "--force", LANG="C.UTF-8")
    assert told.returncode == 0, told.stderr
    place.checkout = forger
    return forger.folder("all_kinds/KEN-embedded")


@forgery
def an_extract_changed_with_its_sidecar(place: Place) -> Path:
    """In a clone: the verdict has to name the files that differ from the commit."""
    forger = place.checkout.without_package(place.scratch / "forger")
    (forger.root / ".gitignore").write_text("reports/\ndata/processed/\n", encoding="utf-8")
    author = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    for words in (("init", "-q"), ("add", "-A"), (*author, "commit", "-q", "-m", "All")):
        subprocess.run(["git", *words], cwd=forger.root, check=True)
    file = forger.raw / "ogp_status_events" / "compiled-extract" / "events.csv"
    old = file.read_bytes()
    file.write_bytes(old.replace(b"MEX", b"KEN", 1))
    hashes = [hashlib.sha256(held).hexdigest() for held in (old, file.read_bytes())]
    forger.edit(str(file.with_name("source.toml").relative_to(forger.root)), *hashes)
    told = forger.ogp("run", "all_kinds", "-p", "country", "KEN", "--force", LANG="C.UTF-8")
    assert told.returncode == 0, told.stderr
    place.checkout = forger
    return forger.folder("all_kinds/KEN-embedded")


_edits()
_taken()
_claims()
_typeset()


def judged(checkout: Checkout, name: str, above: Path) -> tuple[str, bool, str]:
    """Make a forgery, and return its name, whether it passed, and what was said of it."""
    scratch = above / re.sub(r"\W+", "_", name)
    scratch.mkdir()
    place = Place(checkout, scratch)
    given = FORGERIES[name](place)
    told = place.checkout.ogp("verify", str(given), LANG="C.UTF-8")
    said = (told.stdout + told.stderr).strip()
    assert told.returncode in (0, 1, 2), said
    passed = told.returncode == 0 and "modified files: " not in said
    shutil.rmtree(scratch)
    return name, passed, said


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="forge-") as above:
        whole = Checkout.make(Path(above) / "whole")
        whole.write("all_kinds", document(CELLS))
        for words in (("events", "-p", "country", "KEN"), ("all_kinds", "-p", "country", "KEN")):
            told = whole.ogp("run", *words)
            assert told.returncode == 0, told.stderr
        checkout = whole.without_package(Path(above) / "checkout")
        honest = checkout.ogp("verify", str(checkout.folder("all_kinds/KEN-embedded")), LANG="C.UTF-8")
        assert honest.returncode == 0 and ": same bytes: " in honest.stdout, honest.stdout + honest.stderr
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            verdicts = list(pool.map(lambda name: judged(checkout, name, Path(above)), FORGERIES))
    passed = [(name, said) for name, through, said in verdicts if through]
    for name, said in passed:
        print(f"passed: {name}: {said}", file=sys.stderr)
    print(f"{len(verdicts)} forgeries, of which verify lets pass: {len(passed) or 'none'}")
    return int(bool(passed))


if __name__ == "__main__":
    raise SystemExit(main())
