"""The reports of the notebooks on civic space on the published files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ..reports import BOTH, ROOT, Site

#: Sources whose published files are laid beside the sidecars; all others are left out.
SOURCES = (
    *("vdem", "ert", "wgi_voice_accountability", "freedom_in_the_world", "freedom_on_the_net", "civicus_monitor"),
    *("rsf_press_freedom", "wjp_rule_of_law", "digital_society_survey", "idea_gsod", "ngo_legal_barriers"),
    *("feldstein_digital_repression", "carnegie_spyware_inventory", "spyware_operator_countries", "ogp_membership"),
    *("ogp_status_events", "ogp_action_plans", "ogp_commitments", "ogp_commitment_descriptions"),
)
FULL = {"edition": "full"}
CHOICES = (
    ("country_profile", {**FULL, **BOTH, "country": "MEX"}),
    ("civic_space_overview", {**FULL, **BOTH}),
    ("civic_space_overview", {**FULL, "second_measure": "wjp_3"}),
    ("which_measure", {**FULL, **BOTH}),
    ("which_measure", {**FULL, **BOTH, "country": "MEX"}),
    ("shock_case_study", {**FULL, **BOTH}),
)


@pytest.fixture(scope="session")
def full_site(mirror, tmp_path_factory) -> Site:
    """A project on the published files, linked from the mirror, with reports."""
    home = tmp_path_factory.mktemp("published") / "home"
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    shutil.copy(ROOT / "CITATION.cff", home)
    for source in SOURCES:
        shutil.copytree(ROOT / "data" / "raw" / source, home / "data" / "raw" / source)
        for inside in sorted((home / "data" / "raw" / source).glob("*")):
            _link(mirror / source / inside.name, inside)
    site = Site(home)
    done = site.run_all(CHOICES)
    assert done.returncode == 0, done.stdout + done.stderr
    return site


def _link(published: Path, inside: Path) -> None:
    for file in published.rglob("*"):
        place = inside / file.relative_to(published)
        if file.is_file() and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(file)
