"""What the user adds changes the key of no run that does not ask for it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd

from ogp_analysis.base import paths
from ogp_analysis.data.store import adding, hand_out
from ogp_analysis.data.store.editions import build
from ogp_analysis.publishing.runs import keys, manifest
from ogp_analysis.publishing.runs.plan import Planner

ROOT = Path(__file__).resolve().parents[3]
CORE = "country_name,country_text_id,year,v2xcs_ccsi,v2x_polyarchy\nMexico,MEX,2025,0.4,0.469\n"


def test_the_keys_of_all_runs_stay_as_they_were_after_a_version_is_added(tmp_path, monkeypatch):
    home = tmp_path / "home"
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    for name in ("vdem", "ogp_membership"):
        for file in (ROOT / "data" / "raw" / name).glob("*/*"):
            if file.name == "source.toml" or file.parent.name.endswith("-extract"):
                (home / file.parent.relative_to(ROOT)).mkdir(parents=True, exist_ok=True)
                shutil.copy(file, home / file.relative_to(ROOT))
    monkeypatch.setenv(paths.HOME_VARIABLE, str(home))
    project = paths.project()
    build(["vdem", "ogp_membership"])
    tables = ["embedded/vdem/v14", "embedded/vdem/v15", "embedded/ogp_membership/countries", "full/vdem/v14"]

    def everything() -> dict:
        planner = Planner(project)
        handed = keys.of_payload(keys.on_the_shelf(tables, planner._package))
        return {run.name: {**planner.rests_on(run), **handed} for run in manifest.everything(project)}

    before = everything()
    file = tmp_path / "V-Dem-CY-Core-v16.csv"
    file.write_text(CORE)
    adding.add("vdem", [file])
    assert everything() == before and len(before) > 20
    for edition, given, last in (("latest", {}, 2025), ("latest", {"last_year": ["2010"]}, 2010), (None, {}, 2023)):
        [run] = manifest.matrix(project, "country_profile", {"country": ["MEX"], **given}, edition)
        assert run.parameters["last_year"] == last
    assert manifest.matrix(project, "shock_case_study", {"event": [None]})[0].parameters["event"] is None
    latest = manifest.everything(project, "latest")
    assert {run.edition for run in latest} == {"latest"}
    pinned = manifest.matrix(project, "country_profile", {"country": ["MEX"]}, "vdem=16, ert=15")
    assert [run.edition for run in pinned] == ["embedded,ert=15,vdem=16"]
    given = {"edition": "latest", "tables": [], "sources": [], "balance": []}
    chosen = {"latest/vdem/v14/v2xcs_ccsi": "version-16/v16"}
    assert keys.of_payload(given | {"chosen": chosen})["data"] == chosen and "data" not in keys.of_payload(given)
    planner = Planner(project)
    assert planner._chosen(chosen) == {"chosen": chosen}
    adding.remove("vdem", "16")
    now = keys.of_payload(given | Planner(project)._chosen(chosen))
    both = [{**of, "latest/vdem/v14/v2x_polyarchy": one} for of in (chosen, now["data"]) for one in of.values()]
    [said] = keys.differences({"data": both[0]}, {"data": both[1]})
    assert said == "vdem is read from embedded/v14 now, was from version-16/v16 (asked for as v14)"


def test_of_the_vintages_that_latest_holds_the_newest_is_taken_unless_one_is_asked_for(monkeypatch):
    project, held = paths.project(), pd.DataFrame({"vintage": ["2016", "2026", "2024_parliament"]})
    monkeypatch.setattr(hand_out, "load", lambda *_, **__: held)
    for edition, given, expected in (
        ("latest", {}, "2026"),
        ("latest", {"vintage": ["2016"]}, "2016"),
        (None, {}, "2016"),
    ):
        [run] = manifest.matrix(project, "commitments", given, edition)
        assert run.parameters["vintage"] == expected
