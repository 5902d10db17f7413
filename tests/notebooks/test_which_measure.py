"""What the notebook on the measures says of the published files."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from ogp_analysis.base import paths
from ogp_analysis.base.indicators import indicators
from ogp_analysis.civic_space.panel import join

#: Pooled rank correlation with the core index since 1990, known before this code was: first year, last year, rho.
KNOWN = {
    "Associational rights (FH)": [(2005, 2023, 0.85)],
    "Voice and accountability (WGI)": [(1996, 2023, 0.85)],
    "Press freedom (RSF)": [(2013, 2021, 0.82), (2022, 2023, 0.81)],
    "Privacy (WJP)": [(2013, 2023, 0.67)],
}


@pytest.fixture(scope="module")
def folders(full_site) -> dict[str | None, Path]:
    """The English page by country."""
    found = full_site.home.glob("reports/which_measure/*/run.json")
    return {json.loads(one.read_text("utf-8"))["parameters"]["country"]: one.parent / "en" for one in found}


def table(folder: Path, name: str) -> list[dict]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_correlations_are_those_known_and_none_is_joined_over_a_change_of_method(folders):
    rows = table(folders[None], "core")
    found = {y: [(int(r["first"]), int(r["last"]), round(float(r["rho"]), 2)) for r in rows if r["y"] == y] for y in KNOWN}
    assert found == KNOWN
    [privacy] = [row for row in rows if row["y"] == "Privacy (WJP)"]
    assert (privacy["n"], privacy["countries"], privacy["n_last"]) == ("1136", "134", "134")
    assert float(privacy["high"]) - float(privacy["low"]) > 2 * 1.96 * (1 - 0.67**2) / 1136**0.5


def test_published_categories_are_compared_as_printed_or_on_three_levels(folders):
    rows = {(row["x"], row["y"]): row for row in table(folders[None], "categories")}
    assert len(rows) == 14
    status = rows["CIVICUS rating", "Freedom in the World status"]
    assert [status[name] for name in ("n", "same", "categories", "shared")] == ["193", "147", "3 levels", "true"]
    assert float(status["lowest"]) <= float(status["quadratic"]) <= float(status["highest"])
    press = rows["CIVICUS rating", "RSF classes"]
    assert press["categories"] == "5, as published" and press["lowest"] == "not_applicable"


def test_no_value_that_may_not_be_passed_on_is_in_a_file(folders, full_site, monkeypatch):
    """Published values of Mexico with three decimals or more, which nothing else could have by chance."""
    monkeypatch.setenv(paths.HOME_VARIABLE, str(full_site.home))
    closed = [one.id for one in indicators() if not one.redistribute]
    own = join(closed, 1990, 2100, "full").frame.query("iso3 == 'MEX'")
    values = {f"{v:.10g}" for id in closed for v in own[id].dropna() if round(v, 2) != v}
    assert len(values) > 60
    for folder in folders.values():
        files = [*folder.glob("tables/*"), folder / "numbers.json"]
        cells = {cell for file in files for cell in re.findall(r"-?\d+\.\d+", file.read_text(encoding="utf-8"))}
        assert not values & cells
        assert "v2xcs_ccsi" in table(folder, "mexico_values")[0]
        assert not set(table(folder, "mexico_values")[0]) & set(closed)


def test_figures_that_show_closed_series_say_that_they_are_drawn_only(folders):
    page = (folders["MEX"] / "index.html").read_text(encoding="utf-8")
    assert page.count("Drawn only") + page.count("drawn only") >= 2
