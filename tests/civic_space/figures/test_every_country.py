"""Every figure of every country's page, in both languages, wide and narrow: no text meets another or hides a point.

What is drawn is what a page shows; what is measured is the drawing, not a picture of it. The panel is read once.
"""

from __future__ import annotations

import pytest

import ogp_analysis as ogp
from ogp_analysis.display.figure import Figure

YEARS = (2000, 2023)


@pytest.fixture(scope="module")
def panel():
    return ogp.civic_space.panel([*ogp.civic_space.CORE_INDICES, *ogp.civic_space.OTHER_MEASURES], *YEARS)


def figures(panel, code: str, event_date: str | None = None) -> list[Figure]:
    """Return what the page of a country draws."""
    profile = panel.profile(code, event_date=event_date)
    others = panel.measures_of(code, ogp.civic_space.OTHER_MEASURES)
    found = [profile.plot(), panel.change("v2xcs_ccsi", profile.end - 10, profile.end).plot(highlight=code)]
    found += [profile.other_indices(), *others.plot(), *others.surveillance()]
    return [one for one in found if isinstance(one, Figure)]


def faults(panel, codes, language: str, **more) -> list[str]:
    ogp.use_language(language)
    try:
        drawn = [(code, one) for code in codes for one in figures(panel, code, **more)]
        assert all(len(one.sheets) == 2 for _, one in drawn), "each is drawn for a page and for a telephone"
        return [f"{code} {language} {one.name}: {fault}" for code, one in drawn for fault in one.faults()]
    finally:
        ogp.use_language("en")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("part", range(4))
def test_no_text_meets_another_on_the_page_of_any_member(panel, part, language):
    codes = sorted(panel.members)
    assert len(codes) == 87
    assert faults(panel, codes[part::4], language) == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("date", ["2000-01-03", "2017-05-23", "2023-12-30"])
def test_the_date_asked_for_stands_above_the_panel_wherever_it_lies(panel, date, language):
    assert faults(panel, ["MEX", "AZE", "NOR"], language, event_date=date) == []


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("years", [(2011, 2023), (2022, 2023), (2023, 2023), (1975, 2023)])
def test_no_text_meets_another_whatever_the_years(years, language):
    shown = ogp.civic_space.panel([*ogp.civic_space.CORE_INDICES, *ogp.civic_space.OTHER_MEASURES], *years)
    assert faults(shown, sorted(shown.members), language) == []
