"""Every figure of every country's page, in both languages, wide and narrow: no text meets another or hides a point.

What is drawn is what a page shows; what is measured is the drawing, not a picture of it. The panel is read once.
"""

from __future__ import annotations

from functools import cache

import pytest

import ogp_analysis as ogp
from ogp_analysis.display.figure import Figure

YEARS = (2000, 2023)


@pytest.fixture(scope="module")
def panel():
    return ogp.civic_space.panel([*ogp.civic_space.CORE_INDICES, *ogp.civic_space.OTHER_MEASURES], *YEARS)


@pytest.fixture(scope="module")
def views(panel):
    return of_country(panel)


def of_country(panel):
    """Return a function that gives what the page of a country is drawn from: once, since both languages draw the same.

    None of it is kept in words, but for what a drawing writes itself.
    """

    @cache
    def change(end: int):
        return panel.change("v2xcs_ccsi", end - 10, end)

    @cache
    def of(code: str, event_date: str | None = None) -> tuple:
        profile = panel.profile(code, event_date=event_date)
        return profile, change(profile.end), panel.measures_of(code, ogp.civic_space.OTHER_MEASURES)

    return of


def figures(profile, change, others) -> list[Figure]:
    """Return what the page of a country draws."""
    found = [profile.plot(), change.plot(highlight=profile.country.iso3)]
    found += [profile.other_indices(), *others.plot(), *others.surveillance()]
    return [one for one in found if isinstance(one, Figure)]


def faults(views, codes, language: str, **more) -> list[str]:
    ogp.use_language(language)
    try:
        drawn = [(code, one) for code in codes for one in figures(*views(code, **more))]
        assert all(len(one.sheets) == 2 for _, one in drawn), "each is drawn for a page and for a telephone"
        return [f"{code} {language} {one.name}: {fault}" for code, one in drawn for fault in one.faults()]
    finally:
        ogp.use_language("en")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("part", range(4))
def test_no_text_meets_another_on_the_page_of_any_member(panel, views, part, language):
    codes = sorted(panel.members)
    assert len(codes) == 87
    assert faults(views, codes[part::4], language) == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("date", ["2000-01-03", "2017-05-23", "2022-12-30"])
def test_the_date_asked_for_stands_above_the_panel_wherever_it_lies(views, date, language):
    assert faults(views, ["MEX", "AZE", "NOR"], language, event_date=date) == []


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("years", [(2011, 2023), (2022, 2023), (2023, 2023), (1975, 2023)])
def test_no_text_meets_another_whatever_the_years(years, language):
    shown = ogp.civic_space.panel([*ogp.civic_space.CORE_INDICES, *ogp.civic_space.OTHER_MEASURES], *years)
    assert faults(of_country(shown), sorted(shown.members), language) == []
