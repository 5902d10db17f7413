"""The example paper: ``make paper`` runs what ``paper/runs.toml`` names, gathers what the text takes, and typesets it.

``python tools/paper.py --gather`` and ``python tools/paper.py --typeset`` are its two steps. Nothing that the first one
gathers is written where it is the same already, so that make typesets the paper only when one of its inputs changed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.base.paths import HOME_VARIABLE, Project, project
from ogp_analysis.publishing.runs import manifest

PAPER = Path(__file__).resolve().parents[1] / "paper"
BUILD = Path("build") / "paper"
#: What every run gives; figures and tables are those that the text names.
ALWAYS = ("numbers.tex", "cite.bib")
NO_LATEX = (
    "Install a TeX distribution, on Debian and Ubuntu by apt-get install texlive-latex-recommended "
    "texlive-fonts-recommended texlive-lang-spanish"
)
#: Rounds of LaTeX behind the one of BibTeX: one reads the references, one numbers them.
ROUNDS = 2


class PaperError(OgpAnalysisError):
    """The paper cannot be made of what there is."""


def gather(home: Project, folder: Path) -> None:
    """Run what is stale, and lay the text, the references and what the text takes from each run into a folder."""
    runs = tomllib.loads((PAPER / "runs.toml").read_text(encoding="utf-8"))
    text = (PAPER / "paper.tex").read_text(encoding="utf-8")
    taken = {"paper.tex": text.encode()}
    entries = {}
    for name, wanted in runs.items():
        parameters = wanted["parameters"]
        line = [part for key, value in parameters.items() for part in ("-p", key, str(value))]
        command = [sys.executable, "-m", "ogp_analysis", "run", wanted["notebook"], *line]
        environment = {**os.environ, HOME_VARIABLE: str(home.root)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise PaperError(f"run {name!r} of paper/runs.toml", f"failed: {done.stderr.strip()}", "See its message")
        (run,) = manifest.matrix(home, wanted["notebook"], {key: [value] for key, value in parameters.items()})
        report = home.reports / run.place / wanted["page"]
        for file in (*ALWAYS, *re.findall(rf"\{{{name}/((?:tables|figures)/[\w./]+)\}}", text)):
            if not (report / file).is_file():
                raise PaperError("paper/paper.tex", f"names {name}/{file}, which the run does not make", "Correct it")
            taken[f"{name}/{file}"] = (report / file).read_bytes()
        found = taken.pop(f"{name}/cite.bib").decode()
        entries = {entry.partition(",")[0]: entry for entry in re.split(r"\n(?=@)", found)} | entries
    # Runs share sources and methods, and BibTeX refuses an entry that comes twice.
    literature = (PAPER / "literature.bib").read_text(encoding="utf-8")
    taken["references.bib"] = "\n".join([literature, *(entries[key] for key in sorted(entries))]).encode()
    for name, content in taken.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.is_file() or place.read_bytes() != content:
            place.write_bytes(content)


def typeset(folder: Path) -> Path:
    """Return the PDF of a paper that was gathered; the same inputs and the same TeX give the same bytes."""
    if not (shutil.which("pdflatex") and shutil.which("bibtex")):
        raise PaperError("make paper", "needs pdflatex and bibtex to typeset what was gathered", NO_LATEX)
    for left in ("aux", "bbl", "blg", "log", "out", "pdf"):
        (folder / f"paper.{left}").unlink(missing_ok=True)
    latex = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1", "max_print_line": "1000"}
    for command in (latex, ["bibtex", "paper"], *[latex] * ROUNDS):
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
        if done.returncode:
            (folder / "paper.pdf").unlink(missing_ok=True)
            lines = done.stdout.decode("latin-1").splitlines()
            fault = next((line for line in lines if line.startswith("!") or "error message" in line), lines[-1])
            raise PaperError(f"{command[0]} of the paper", f"stopped: {fault}", f"See {folder / 'paper.log'}")
    return folder / "paper.pdf"


def main() -> None:
    """Do one of the two steps, in ``build/paper``."""
    try:
        if "--gather" in sys.argv[1:]:
            gather(project(), BUILD)
        else:
            typeset(BUILD)
    except OgpAnalysisError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
