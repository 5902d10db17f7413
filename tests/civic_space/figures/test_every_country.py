"""Every figure of every country's page, in both languages, wide and narrow: no text meets another or hides a point.

What is drawn is what a page shows; what is measured is the drawing, not a picture of it. The panel is read once.
"""

from __future__ import annotations

from functools import cache

import pytest

import ogp_analysis as ogp
from ogp_analysis.base.words import speaking
from ogp_analysis.civic_space.panel import panel as panel_of
from ogp_analysis.display.figure import Figure

from ... import cells

YEARS, LANGUAGES = (2000, 2023), ("en", "es")


def members(panel) -> list[str]:
    return sorted(panel.frame.loc[panel.frame["ogp_ever"], "iso3"].unique())


@pytest.fixture(scope="module")
def panel():
    return ogp.panel([*ogp.civic_space.CORE_INDICES, *ogp.civic_space.OTHER_MEASURES], *YEARS)


@pytest.fixture
def faults(monkeypatch):
    """Return a function that gives the faults of the figures of countries, with the panel of some years read once."""

    def once(ids, first: int, last: int, edition: str = "embedded"):
        return made(ids if isinstance(ids, str) else tuple(ids), first, last, edition)

    monkeypatch.setattr(ogp, "panel", once)
    return of_countries


made = cache(panel_of)


def of_countries(codes, language: str, **parameters) -> list[str]:
    with speaking(language):
        drawn = [
            (code, one)
            for code in codes
            for one in cells.run("country_profile", country=code, **parameters)[1]
            if isinstance(one, Figure) and one.name != "coverage"
        ]
        assert all(len(one.sheets) == 2 for _, one in drawn), "each is drawn for a page and for a telephone"
        return [f"{code} {language} {one.name}: {fault}" for code, one in drawn for fault in one.faults()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.audit)])
def test_no_text_meets_another_on_the_page_of_any_member(panel, faults, step, language):
    """Every fourth member, others in the other language; make audit draws each in both."""
    codes = members(panel)[2 * LANGUAGES.index(language) % step :: step]
    assert len(codes) > 70 / step and faults(codes, language) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("date", ["2000-01-03", "2017-05-23", "2022-12-30"])
def test_the_date_asked_for_stands_above_the_panel_wherever_it_lies(faults, date, language):
    assert faults(["MEX", "AZE", "NOR"], language, event_date=date) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("step", [pytest.param(8, marks=pytest.mark.slow), pytest.param(1, marks=pytest.mark.audit)])
def test_no_text_meets_another_whatever_the_years(panel, faults, step, place, language):
    """Every eighth member, others for other years and in the other language; make audit draws all."""
    codes = members(panel)[(2 * place + LANGUAGES.index(language)) % step :: step]
    first, last = ((2011, 2023), (2022, 2023), (2023, 2023), (1975, 2023))[place]
    assert len(codes) > 70 / step and faults(codes, language, first_year=first, last_year=last) == []
