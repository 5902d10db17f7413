"""What the notebook on the measures says: on the data of the repository, and on the published files."""

from __future__ import annotations

import csv
import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ..reports import Site


def pages(site: Site) -> dict[tuple, Path]:
    """Return the published folders by country and language."""
    made = {}
    for file in sorted((site.home / "reports" / "which_measure").glob("*/run.json")):
        parameters = json.loads(file.read_text(encoding="utf-8"))["parameters"]
        made |= {(parameters["country"], language): file.parent / language for language in ("en", "es")}
    return made


@pytest.fixture(scope="module")
def full(full_site) -> dict[tuple, Path]:
    return pages(full_site)


def table(folder: Path, name: str) -> list[dict]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def text(folder: Path) -> str:
    """Return what a reader reads, text alternatives included; no code and no names of files, sources and licences."""
    page = (folder / "index.html").read_text(encoding="utf-8")
    body = page.partition("<main")[2].partition('class="cite"')[0]
    body = re.sub(r"<(style|script|details|pre|code|samp|kbd)\b.*?</\1>", " ", body, flags=re.S)
    alts = " ".join(re.findall(r'\balt="([^"]*)"', body))
    return html.unescape(re.sub(r"<[^>]+>", " ", body) + " " + alts)


def drawn(folder: Path) -> str:
    files = sorted(folder.glob("figures/*.svg"))
    return " ".join(t for file in files for t in re.findall(r">([^<>]+)</text>", file.read_text(encoding="utf-8")))


# --- The repository's own data ------------------------------------------------------------------------


# --- The published files -------------------------------------------------------------------------------


def test_no_value_that_may_not_be_passed_on_is_in_a_file(full):
    """Published values of Mexico with three decimals or more, which nothing else could have by chance."""
    import ogp_analysis as ogp
    from ogp_analysis.base import paths
    from ogp_analysis.base.indicators import indicator

    folder = full["MEX", "en"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(folder.parents[3]))
        found = ogp.civic_space.measures("full")
    closed = [id for id in found.ids if not indicator(id).redistribute]
    rows = [found[id] for id in closed]
    values = {f"{v:.10g}" for r in rows for v in r.loc[r["unit"] == "MEX", "value"] if round(v, 2) != v}
    assert len(values) > 60
    files = [*sorted(folder.glob("tables/*")), folder / "numbers.json"]
    cells = {cell for file in files for cell in re.findall(r"-?\d+\.\d+", file.read_text(encoding="utf-8"))}
    assert not values & cells
    headings = set(table(folder, "mexico_values")[0])
    assert not headings & set(closed) and "v2xcs_ccsi" in headings


def test_figures_that_show_closed_series_say_that_they_are_drawn_only(full):
    page = (full["MEX", "en"] / "index.html").read_text(encoding="utf-8")
    assert page.count("Drawn only") + page.count("drawn only") >= 2
