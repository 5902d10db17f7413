"""What a moment and a machine leave in a text: clocks, addresses, process numbers, paths, made-up ids."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from ogp_analysis.base import paths
from ogp_analysis.base.errors import ProjectNotFound

_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
_KERNEL_FOLDER = re.compile(r"\bipykernel_\d+")
_TEMPORARY_NAME = re.compile(r"(?<=\$TMP/)tmp[a-z0-9_]{8}\b")
_COLUMN = r"(?:[\s}&]|</?t[hd]>)*"
#: Model summaries of statsmodels stamp the clock into text, HTML and LaTeX.
_SUMMARY_CLOCK = re.compile(
    rf"(?P<label>Date:{_COLUMN})(?P<clock>[A-Z][a-z]{{2}}, \d\d [A-Z][a-z]{{2}} \d{{4}}|\d{{4}}-\d\d-\d\d \d\d:\d\d)"
    rf"|(?P<label2>Time:{_COLUMN})(?P<clock2>\d\d:\d\d:\d\d)"
)
#: The id that pandas makes up for a styled table.
_TABLE_ID = re.compile(r"\bT_(?P<id>[0-9a-f]{5,32})(?=[\"\s_])")
_SVG_DATE = re.compile(r"<dc:date>[^<]+</dc:date>")
_SVG_ID = re.compile(r"(?<=[\"#])[a-z]+(?P<id>[0-9a-f]{10})(?=[\")])")


def cleaner(places: Mapping[str, str]) -> Callable[[str], str]:
    """Return the function that takes the traces out of a text.

    Parameters
    ----------
    places : mapping of str to str
        Absolute path → what to write instead; whole paths only, the longest first.
    """
    replaced = _replacer(places)

    def clean(text: str) -> str:
        text = _ADDRESS.sub("at 0x…", text)
        text = _TEMPORARY_NAME.sub("tmpXXXXXXXX", replaced(_KERNEL_FOLDER.sub("ipykernel", text)))
        return _SUMMARY_CLOCK.sub(_blanked, text) if "No. Observations" in text else text

    return clean


def machine_places() -> dict[str, str]:
    """Return the paths of this machine that outputs may name, and what stands for them."""
    import sysconfig
    import tempfile

    home = str(Path.home())
    found = {
        sysconfig.get_path("stdlib"): "$PYTHON/stdlib",
        sysconfig.get_path("purelib"): "$PYTHON/site-packages",
        tempfile.gettempdir(): "$TMP",
        home: "~",
    }
    if sys.prefix != sys.base_prefix:
        found[sys.prefix] = "$PYTHON"
    with contextlib.suppress(ProjectNotFound):
        project = paths.project()
        found |= {str(project.root): "$PROJECT", str(project.given): "$PROJECT"}
    found |= {os.path.realpath(path): name for path, name in found.items()}
    # IPython writes ~ for the home folder before we see the path.
    found |= {"~" + p.removeprefix(home): n for p, n in found.items() if p.startswith(home + os.sep)}
    return {path: name for path, name in found.items() if len(path.strip(os.sep)) > 1}


def drawing(svg: str) -> str:
    """Drop the date of a drawing and the ids made up with it; one without a date was drawn to be the same."""
    undated, dates = _SVG_DATE.subn("<dc:date/>", svg)
    return _renamed(undated, _SVG_ID, 10) if dates else svg


def styled_table(html: str) -> str:
    """Name the ids of a styled pandas table after its content."""
    return _renamed(html, _TABLE_ID, 12) if '<table id="T_' in html else html


def digest(text: str, length: int) -> str:
    """Return the first `length` hexadecimal digits of a hash of `text`."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def _replacer(places: Mapping[str, str]) -> Callable[[str], str]:
    if not places:
        return lambda text: text
    ordered = "|".join(re.escape(p) for p in sorted(places, key=len, reverse=True))
    # "+" and "/" before a path would be the middle of base64 or of a longer path; // begins a file URL.
    pattern = re.compile(rf"(^|//|\x1b\[[0-9;]*m|[^\w/.~+-])({ordered})(?=$|[^\w.-]|\.(?!\w))", re.MULTILINE)
    return lambda text: pattern.sub(lambda m: m[1] + places[m[2]], text)


def _blanked(match: re.Match) -> str:
    """Return blanks of the same width: summaries are laid out in columns."""
    label, clock = match["label"] or match["label2"], match["clock"] or match["clock2"]
    return label + " " * len(clock)


def _renamed(text: str, ids: re.Pattern, length: int) -> str:
    """Name made-up ids after what they stand in, so that the same content has the same ids."""
    order = {name: i for i, name in enumerate(dict.fromkeys(m["id"] for m in ids.finditer(text)))}
    if not order:
        return text
    blank = ids.sub(lambda m: m[0].replace(m["id"], f"<{order[m['id']]}>"), text)
    return ids.sub(lambda m: m[0].replace(m["id"], digest(f"{order[m['id']]} {blank}", length)), text)
