"""What the notebook on published alarms says, of the scores that the repository holds and of the files themselves."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from ogp_analysis.base import paths

from .. import cells

SCORES = ("scores", "fifths", "every_fifth", "rounds", "compared", "retested")


@pytest.fixture(scope="module")
def computed(full_site):
    return full_site.report("forecast_scores", language="en", edition="full")


def test_the_scores_in_the_repository_are_those_of_the_files(site, computed):
    embedded = site.report("forecast_scores", language="en")
    for name in SCORES:
        assert embedded.rows(name) == computed.rows(name), name
    same = {key: value for key, value in computed.numbers.items() if not key.startswith("mexico_ranks")}
    assert {key: embedded.numbers[key]["value"] for key in same} == {key: one["value"] for key, one in same.items()}


def test_the_publisher_counted_the_same_falls_pairs_and_hits(computed, mirror):
    """``acc-v9`` and ``acc-v10`` score the two rounds on the V-Dem that first covered them, as this page does."""
    spaces = {"Associational": "Core civil society", "Informational": "Expression and information"}
    for name in ("v9", "v10"):
        known = pd.read_csv(mirror / "demspaces" / "as-issued" / "scores" / f"acc-{name}.csv").query("direction == 'down'")
        for space, index in spaces.items():
            own = known.set_index("Space").loc[space]
            of = {"indicator": index, "definition": "one year", "truth": "first V-Dem", "round": name, "forecast": "as issued"}
            found = [float(computed.cell("scores", column, **of)) for column in ("events", "hits_42", "auc")]
            assert found == pytest.approx(own[["Cases", "In_top42", "AUC-ROC"]].tolist(), abs=1e-9)


def test_the_definition_of_a_fall_is_that_of_the_publisher_on_the_last_window_of_each_version(full_site, mirror, monkeypatch):
    """Of windows whose last year is the last of the version: nothing is known of the year after, there and here."""
    monkeypatch.setenv(paths.HOME_VARIABLE, str(full_site.home))
    names, _ = cells.run("forecast_scores", edition="full")
    for file, version, definition in (("10", "10", "one_year"), ("12", "12", "one_year"), ("12.1", "12", "two_years"),
                                      ("14", "14", "two_years")):  # fmt: skip
        published = pd.read_csv(mirror / "demspaces" / "vintages" / f"outcomes_v{file}.csv.gz")
        for id in names["outcomes"]:
            held = names["values"][id, version]
            year = held.columns.max() - 2
            own = names["fell"](held, year, definition)
            theirs = published[published["year"] == year].set_index("gwcode")[f"dv_{id}_down_next2"]
            assert own.tolist() == theirs[own.index].tolist() and len(own) == 169


def test_no_risk_of_a_country_is_in_a_file(computed, mirror):
    raw = pd.concat(
        pd.read_csv(mirror / "demspaces" / "as-issued" / f"fcasts-rf-{name}.csv").query("gwcode == 70")
        for name in ("v9", "v10", "v11", "v12", "v12.1", "v13")
    )
    last = raw[raw["from_year"] >= 2018]["p_down"]
    secret = {f"{value:.10g}" for value in last if round(value, 3) != value}
    files = [*computed.folder.glob("tables/*"), computed.folder / "numbers.json"]
    cells_of = {cell for file in files for cell in re.findall(r"\d+\.\d+", file.read_text(encoding="utf-8"))}
    assert len(secret) > 20 and not secret & cells_of
    assert "drawn only" in computed.page.lower()


def test_better_is_said_only_where_the_interval_excludes_0():
    names, shown = cells.run("forecast_scores")
    for low, high, said in ((0.01, 0.2, "better"), (-0.01, 0.2, "no_better"), (-0.2, -0.01, "worse")):
        assert names["verdict"]({"x_low": low, "x_high": high}, "x") == said
    text = " ".join(str(one) for one in shown)
    assert "No better than giving every country" in text.replace("*", "") and "That is better than asking only" in text
