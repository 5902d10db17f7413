"""Measures beside the core index: which they are, where a country stands, and which are never shown alone."""

from __future__ import annotations

import pytest

import ogp_analysis as ogp
from ogp_analysis.base.indicators import indicator, indicators
from ogp_analysis.civic_space.views import NEWER_RELEASE, OTHER_MEASURES


@pytest.fixture(scope="module")
def panel():
    return ogp.panel(["v2xcs_ccsi", *OTHER_MEASURES], 2000, 2023)


def test_every_measure_is_on_a_page_but_controls_and_versions_14_and_16_of_v_dem():
    left = {one.id for one in indicators()} - set(OTHER_MEASURES)
    assert {indicator(id).dataset for id in left} == {"vdem", "world_bank_controls"}
    assert {indicator(id).table for id in left if indicator(id).dataset == "vdem"} == {"v14", "v16_five"}
    assert set(NEWER_RELEASE) == {id for id in left if indicator(id).table == "v16_five"}


def rows(made) -> list[dict]:
    payload = made.payload()
    names = [column["name"] for column in payload["columns"]]
    return [dict(zip(names, row, strict=True)) for row in payload["rows"]]


def test_what_is_absent_is_named_with_the_command_that_fetches_it():
    panel = ogp.panel(["v2xcs_ccsi", "fiw_e2"], 2020, 2023)
    said, made = panel.absences(with_barriers=True)
    first, second, _ = rows(made)
    numbers = {name: one["value"] for name, one in said.numbers().items()}
    assert numbers == {"others.scope.absent.asked": 4, "others.scope.absent.n": 3}
    assert first["measure"].startswith("Freedom of civil society") and first["fetch"] == (
        "ogp-analysis fetch freedom_in_the_world")  # fmt: skip
    assert second == {"measure": "Legal barriers to NGOs", "fetch": "ogp-analysis fetch ngo_legal_barriers"}


def test_every_measure_says_what_it_asks_its_scale_and_whether_it_is_written():
    ids = [*OTHER_MEASURES, "ngo_barriers", "digital_repression"]
    [made] = ogp.panel("va_est", 2020, 2023).asks(ids)
    assert len(ogp.panel("va_est", 2020, 2023).asks("va_est")[0].frame) == 1, "a text is no list of letters"
    found = rows(made)
    assert len(found) == len(ids) and all(row["construct"] and "higher" in row["scale"] for row in found)
    assert sum(row["values"] == "drawn only" for row in found) == sum(not i.redistribute for i in indicators()) + 2
