"""The example paper: nothing in it is typed that a run computes, and it can be printed as it is typeset."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest
from pypdf import PdfReader

from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.base.paths import Project
from tests.tools import tool as of_tools

from .reports import project

ROOT = Path(__file__).resolve().parents[1]
tool = of_tools("paper")

TEXT = (ROOT / "paper" / "paper.tex").read_text(encoding="utf-8")
RUNS = tomllib.loads((ROOT / "paper" / "runs.toml").read_text(encoding="utf-8"))
#: The title, and what stands between it and the references.
BODY = re.search(r"\\title\{(.*)\}", TEXT)[1] + re.search(r"\\maketitle(.*)\\bibliographystyle", TEXT, re.DOTALL)[1]
NUMBER = re.compile(r"\\ogpnum(?:\[\w+\])?\{(\w+)/([\w.]+)\}")
#: What may hold a digit: a number of a run, a reference, a file, a measure of the page; and a year, alone or in a date.
NOT_PROSE = re.compile(
    r"(?m)(?<!\\)%.*$|\\ogpnum(?:\[\w+\])?\{[^}]*\}|\\(?:citep?|citet|ref|label|input|bibliography)\{[^}]*\}"
    r"|\\includegraphics\[[^]]*\]\{[^}]*\}|ARTICLE~19|\bR3D\b"
    r"|(?:\d\d? (?:June|May|de junio de|de mayo de) )?\b(?:19|20)\d\d\b"
)
WORDS = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|half|twice|percent"
    r"|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|docenas?|cien|cientos?|mil|mitad)\b",
    re.IGNORECASE,
)


def typed(text: str) -> list[str]:
    """Return the numbers that are typed in the prose of a text, as digits or as words."""
    prose = NOT_PROSE.sub(" ", text)
    return re.findall(r"\S*\d\S*", prose) + WORDS.findall(prose)


def test_no_number_is_typed():
    assert typed(BODY) == []


@pytest.mark.parametrize(
    "text", ["fell by 0.07", "of 175 countries", r"68\% of them", "three series", "dos series", "in 20170", "by .5"]
)
def test_a_typed_number_would_be_found(text):
    assert typed(text)


def test_each_language_takes_its_numbers_from_runs_in_it():
    languages = {name: run["page"] for name, run in RUNS.items()}
    spanish = re.search(r"\\begin\{otherlanguage\}\{spanish\}(.*?)\\end\{otherlanguage\}", BODY, re.DOTALL)[1]
    english = BODY.replace(spanish, "")
    assert {languages[run] for run, _ in NUMBER.findall(spanish)} == {"es"}
    assert {languages[run] for run, _ in NUMBER.findall(english)} == {"en"}
    assert [name for _, name in NUMBER.findall(spanish)] == [
        name for _, name in NUMBER.findall(re.search(r"Abstract\.\}(.*?)\\end", BODY, re.DOTALL)[1])
    ]


def test_without_latex_a_sentence_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(tool.shutil, "which", lambda name: None)
    with pytest.raises(OgpAnalysisError, match=r"^make paper: needs pdflatex and bibtex .* apt-get install texlive"):
        tool.typeset(tmp_path)


@pytest.fixture(scope="module")
def gathered(tmp_path_factory) -> Path:
    """What the paper is typeset from, of runs in a project of its own."""
    folder = tmp_path_factory.mktemp("paper")
    tool.gather(Project(project(folder / "home").home), folder / "build")
    return folder / "build"


@pytest.fixture(scope="module")
def printed(gathered) -> Path:
    """The paper as PDF."""
    if not (shutil.which("pdflatex") and shutil.which("bibtex")):
        pytest.skip("no LaTeX on this machine")
    return tool.typeset(gathered)


@pytest.mark.slow
def test_every_number_is_one_of_its_run_and_every_reference_is_there(gathered):
    made = {
        (run, name)
        for run in RUNS
        for name in re.findall(r"^\\ogp@set\{([^{}]*)\}\{written\}", (gathered / run / "numbers.tex").read_text(), re.M)
    }
    used = NUMBER.findall(BODY)
    assert len(set(used)) > 35 and set(used) <= made
    keys = re.findall(r"^@\w+\{(\w+),", (gathered / "references.bib").read_text(encoding="utf-8"), re.MULTILINE)
    cited = {key for keys in re.findall(r"\\cite[pt]\{([\w,]+)\}", BODY) for key in keys.split(",")}
    assert len(keys) == len(set(keys)) and cited <= set(keys)
    own = re.findall(r"^@\w+\{(\w+),", (ROOT / "paper" / "literature.bib").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(own) <= cited


@pytest.mark.slow
def test_what_did_not_change_is_not_written_again(gathered):
    text = gathered / "paper.tex"
    before = text.stat().st_mtime_ns
    (gathered / "shock" / "numbers.tex").write_text("changed")
    tool.gather(Project(gathered.parent / "home"), gathered)
    assert text.stat().st_mtime_ns == before
    assert r"\ogp@set" in (gathered / "shock" / "numbers.tex").read_text()


@pytest.mark.slow
def test_it_has_four_pages_with_all_fonts_and_nothing_undefined_or_over_the_line(printed):
    reader = PdfReader(printed)
    assert len(reader.pages) == 4
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert "??" not in text and "Resumen" in text
    log = printed.with_suffix(".log").read_text(encoding="latin-1")
    assert re.findall(r"undefined|multiply defined|Label\(s\) may have changed", log) == []
    assert [line for line in log.splitlines() if line.startswith("Missing character")] == []
    assert [float(over) for over in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log) if float(over) > 2] == []
    fonts = list(fonts_of(reader))
    assert len(fonts) > 5 and all(embedded for _, embedded in fonts), fonts


def fonts_of(reader: PdfReader):
    """Yield each font of a file, of its pages and of the drawings in them, and whether it is embedded."""
    open_ = [page["/Resources"] for page in reader.pages]
    while open_:
        resources = open_.pop().get_object()
        for font in (resources.get("/Font") or {}).values():
            font = font.get_object()
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            about = inner["/FontDescriptor"].get_object() if "/FontDescriptor" in inner else {}
            yield font["/BaseFont"], any(file in about for file in ("/FontFile", "/FontFile2", "/FontFile3"))
        drawings = [drawing.get_object() for drawing in (resources.get("/XObject") or {}).values()]
        open_ += [drawing["/Resources"] for drawing in drawings if "/Resources" in drawing]


@pytest.mark.slow
def test_the_same_inputs_give_the_same_bytes(printed, tmp_path):
    elsewhere = tmp_path / "a folder"
    shutil.copytree(printed.parent, elsewhere, ignore=shutil.ignore_patterns("paper.[!t]*"))
    assert tool.typeset(elsewhere).read_bytes() == printed.read_bytes()
