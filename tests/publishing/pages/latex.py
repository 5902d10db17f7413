"""What can be said of LaTeX without an engine, and an engine where there is one."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

#: What the exports may use; anything else came from data.
COMMANDS = set(
    r"""\_ \& \% \$ \# \, \\ \textbackslash \textbraceleft \textbraceright \textasciitilde \textasciicircum \textless
    \textgreater \symbol \ensuremath \leq \geq \approx \rightarrow \leftarrow \begin \end \centering \footnotesize
    \scriptsize \small \setlength \tabcolsep \caption \label \toprule \midrule \bottomrule \raggedright \raggedleft
    \arraybackslash \linewidth \dimexpr \relax \hspace \allowbreak \par \smallskip \endfirsthead
    \endhead \ogp""".split()
)


def faults(text: str) -> list[str]:
    """Return in what LaTeX of an export is not well formed: a brace, an environment, a cell or a mark of its own."""
    text = "\n".join(line for line in text.splitlines() if not line.startswith("% "))
    found, open_ = [], []
    if odd := sorted(set(re.findall(r"\\(?:[A-Za-z]+|.)", text)) - COMMANDS):
        found.append(f"commands {odd}")
    bare = re.sub(r"\\(?:[A-Za-z]+|[^A-Za-z])", lambda m: " " if m[0] not in (r"\begin", r"\end") else m[0], text)
    depth = 0
    for mark in bare:
        depth += {"{": 1, "}": -1}.get(mark, 0)
        if depth < 0:
            break
    if depth:
        found.append(f"braces {depth}")
    if marks := sorted(set(re.findall(r'[$#%^~_"](?!\})', bare.replace("tab:", "")))):
        found.append(f"marks {marks}")
    for what, name in re.findall(r"\\(begin|end)\{(\w+)\}", bare):
        if what == "begin":
            open_.append(name)
        elif not open_ or open_.pop() != name:
            found.append(f"end of {name}")
    widths = {len(re.findall(r"(?<!\\)&", line)) for line in text.splitlines() if line.endswith(r"\\") and "&" in line}
    if len(widths) > 1:
        found.append(f"cells {widths}")
    return found + [f"{name} is open" for name in open_]


def overfull(folder: Path) -> list[str]:
    """Return the boxes of the document that was typeset last which run over by more than 2 points."""
    log = (folder / "document.log").read_text(encoding="latin-1")
    return [f"{by} pt {where}" for by, where in re.findall(r"^Overfull \\hbox \(([\d.]+)pt too wide\) (.*)$", log, re.M)
            if float(by) > 2]  # fmt: skip


def typeset(folder: Path, preamble: str, body: str) -> str:
    """Return the first error of pdfLaTeX in a document, or an empty text; skip where there is none."""
    engine = shutil.which("pdflatex")
    if engine is None:
        pytest.skip("no LaTeX on this machine")
    head = (
        r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}"
        r"\usepackage{booktabs,array,longtable,rotating,pdflscape}"
    )
    (folder / "document.tex").write_text(f"{head}\n{preamble}\n\\begin{{document}}\n{body}\n\\end{{document}}\n")
    told = subprocess.run(
        [engine, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "document.tex"],
        cwd=folder,
        capture_output=True,
        timeout=60,
    )
    lines = told.stdout.decode("latin-1").splitlines()
    error = next((line for line in lines if line.startswith("!")), "")
    assert bool(told.returncode) == bool(error), lines[-20:]
    return error
