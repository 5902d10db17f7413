"""A rehearsal makes what the pages on countries share, and no page shows that there was one."""

from __future__ import annotations

import sys
from functools import partial

import pytest
from pandas.testing import assert_frame_equal

import ogp_analysis as ogp
from ogp_analysis.base import rehearsed
from ogp_analysis.base.errors import BusyError
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.display import shapes
from ogp_analysis.display.result import parts
from ogp_analysis.publishing.runs import beforehand, rehearsal
from ogp_analysis.store import hand_out, shelf
from ogp_analysis.store.build import build

#: What a run on the effect of membership is known by besides its language.
EFFECT = {"outcome": "v2xcs_ccsi", "controls": "never", "covariates": "none", "anticipation": 0, "edition": "embedded"}
#: What a run on a change after an event is known by; without outcomes it is about those shown by default.
SHOCK = {"country": "MEX", "event_date": "2017-06-19", "outcomes": None, "donor_rule": "near", "edition": "embedded"}
GIVEN = {"first_year": 2010, "last_year": 2023, "edition": "embedded", "language": "es"}


@pytest.fixture(scope="module", autouse=True)
def _tables():
    """A rehearsal builds none."""
    build()


@pytest.fixture(autouse=True)
def _nothing_kept():
    rehearsed.forget()
    yield
    rehearsed.forget()
    beforehand._asked.clear()
    beforehand._made.clear()


def page() -> list[dict]:
    """Return what a page on Kenya shows of its panel, and what it was handed."""
    ids = [*ogp.civic_space.CORE_INDICES, *ogp.civic_space.OTHER_MEASURES]
    with hand_out.off_the_record():
        hand_out._handed.clear()
        panel = ogp.civic_space.panel(ids, GIVEN["first_year"], GIVEN["last_year"])
        profile = panel.profile("KEN")
        change = panel.change("v2xcs_ccsi", profile.end - 10, profile.end)
        shown = parts(profile, profile.other_indices(), profile.tables(), profile.in_full(), profile.scope(),
                      change.plot(highlight="KEN"), panel.measures_of("KEN", ids).plot())  # fmt: skip
        return [one._repr_mimebundle_() for one in [*shown, hand_out.provenance()]]


def test_a_page_after_a_rehearsal_is_the_page_without_one(monkeypatch):
    before, ogp_language = page(), language()
    handed = dict(hand_out._handed)
    rehearsal.country_profile({**GIVEN, "language": ogp_language})
    assert hand_out._handed == handed and language() == ogp_language and rehearsed._kept
    monkeypatch.setattr(
        sys.modules["ogp_analysis.civic_space.panel"], "join", lambda *_: pytest.fail("the panel was joined again")
    )
    assert page() == before


def test_a_rehearsal_in_one_language_leaves_the_other_as_it_is():
    before = page()
    rehearsal.country_profile(GIVEN)
    assert language() == "en" and page() == before


def test_the_estimates_of_an_effect_are_made_once_for_both_languages(monkeypatch):
    module = sys.modules["ogp_analysis.civic_space.specifications"]
    monkeypatch.setattr(module, "METHODS", {"two_way": ("common_support",)})
    effect = partial(ogp.civic_space.membership_effect, *EFFECT.values())
    before = effect().specifications
    rehearsal.ogp_membership_effect({**EFFECT, "language": "es"})
    monkeypatch.setattr(module, "estimated", lambda _: pytest.fail("a specification was estimated again"))
    after = effect().specifications
    assert_frame_equal(after.frame, before.frame)
    assert after.failed == before.failed and after.table()._repr_mimebundle_() == before.table()._repr_mimebundle_()


def test_two_runs_of_an_effect_are_enough_to_rehearse_it(monkeypatch):
    made = []
    monkeypatch.setattr(rehearsal, "ogp_membership_effect", made.append)
    english, spanish = EFFECT | {"language": "en"}, EFFECT | {"language": "es"}
    assert beforehand.kind("ogp_membership_effect", english) == beforehand.kind("ogp_membership_effect", spanish)
    assert not beforehand.rehearse("ogp_membership_effect", english, 1)
    assert beforehand.rehearse("ogp_membership_effect", spanish, 1) and made == [spanish]
    assert not beforehand.rehearse("ogp_membership_effect", english, 2)


def test_a_table_that_was_built_again_is_read_again(monkeypatch):
    with rehearsed.rehearsal():
        hand_out.load("ogp_membership", "countries")
    read, take = [], shelf.take
    monkeypatch.setattr(shelf, "take", lambda file, columns=None: read.append(file) or take(file, columns))
    hand_out.load("ogp_membership", "countries")
    assert not read
    file = shelf.folder(hand_out.this_project(), "embedded", "ogp_membership") / "countries.parquet"
    monkeypatch.setattr(hand_out, "_named", lambda *_: (file, "another hash"))
    hand_out.load("ogp_membership", "countries")
    assert len(read) == 1


def test_the_third_run_of_a_kind_rehearses_it(monkeypatch):
    made = []
    monkeypatch.setattr(rehearsal, "country_profile", made.append)
    kinds = [GIVEN | {"country": country, "language": language} for country in ("MEX", "KEN", "GBR", "PER")
             for language in ("en", "es")]  # fmt: skip
    told = [beforehand.rehearse("country_profile", kind) for kind in kinds]
    assert told == [False] * 4 + [True] * 2 + [False] * 2 and made == kinds[4:6]
    assert not any(beforehand.rehearse("compare", GIVEN) for _ in range(5))
    assert not any(beforehand.rehearse("country_profile", {"country": "MEX"}) for _ in range(5))


def test_the_first_run_of_a_kind_rehearses_it_when_a_batch_has_a_few_and_no_other_does(monkeypatch):
    made = []
    monkeypatch.setattr(rehearsal, "country_profile", made.append)
    few, many = GIVEN | {"language": "en"}, GIVEN
    told = [beforehand.rehearse("country_profile", kind, alike) for kind, alike in [(many, 3), (few, 2)] * 4]
    assert told == [True, False, False, False, False, True, False, False] and made == [many, few]


def test_a_rehearsal_that_fails_is_left_to_the_run(monkeypatch):
    wrong = GIVEN | {"edition": "none"}
    assert [beforehand.rehearse("country_profile", wrong) for _ in range(4)] == [False, False, True, False]
    assert language() == "en"


def test_a_rehearsal_builds_no_table(monkeypatch):
    """A build leaves a thread behind, and a process with threads cannot be forked."""
    monkeypatch.setattr(hand_out, "current", lambda *_: False)
    monkeypatch.setattr(hand_out, "build", lambda *_: pytest.fail("a table was built"))
    with pytest.raises(BusyError, match=r"^dataset .*: has to be built first\. Run ogp-analysis build"):
        rehearsal.country_profile(GIVEN)
    assert not rehearsed._kept and hand_out._builds


def test_a_rehearsal_leaves_a_damaged_table_to_the_run(monkeypatch):
    monkeypatch.setattr(hand_out.contents, "sha256", lambda file: "0" * 64)
    with pytest.raises(BusyError, match="has to be built first"):
        rehearsal.country_profile(GIVEN)
    assert shelf.package(hand_out.this_project(), "embedded", "vdem") is not None


def test_measures_are_compared_once_for_all_countries_and_languages(monkeypatch):
    before = ogp.civic_space.measures().agreement().frame
    rehearsal.which_measure({"language": "es", "edition": "embedded"})
    compared = sys.modules["ogp_analysis.statistics.agreement"]
    monkeypatch.setattr(compared, "spearmanr", lambda *_: pytest.fail("measures were compared again"))
    assert_frame_equal(ogp.civic_space.measures().agreement().frame, before)


def test_land_is_laid_out_once_for_every_map_of_a_page(monkeypatch):
    rehearsal.civic_space_overview({"region": "world"})
    monkeypatch.setattr(shapes, "_without_small_bends", lambda *_: pytest.fail("land was laid out again"))
    change = ogp.civic_space.panel("v2xcs_ccsi", 2013, 2023).change("v2xcs_ccsi", 2013, 2023)
    assert len(parts(change.map(), change.regions())) == 8


def test_what_a_change_is_held_against_is_made_once_for_both_languages(monkeypatch):
    def page():
        after = ogp.civic_space.shock(**SHOCK | {"outcomes": "v2xcs_ccsi"})
        shown = parts(after, after.text(), after.plot(), after.table(), after.dates(), after.detectable(),
                      after.donors(), after.nominal(), after.rules(), after.starts())  # fmt: skip
        return [one._repr_mimebundle_() for one in shown]

    before = page()
    rehearsal.shock_case_study({**SHOCK, "outcomes": "v2xcs_ccsi", "language": "es"})
    assert language() == "en"
    ranks, fits = sys.modules["ogp_analysis.statistics.placebos"], sys.modules["ogp_analysis.statistics.synthetic"]
    monkeypatch.setattr(ranks, "_ranked", lambda *_, **__: pytest.fail("placebos were ranked again"))
    monkeypatch.setattr(fits, "_control", lambda *_: pytest.fail("a control was fitted again"))
    assert page() == before


def test_runs_without_outcomes_share_those_shown_by_default(monkeypatch):
    made = []
    monkeypatch.setattr(rehearsal, "shock_case_study", made.append)
    runs = [SHOCK | {"language": language} for language in ("en", "es")]
    assert [beforehand.rehearse("shock_case_study", run, 1) for run in runs] == [False, True] and made == runs[1:]
    other = SHOCK | {"outcomes": "v2xcs_ccsi", "language": "en"}
    assert not beforehand.rehearse("shock_case_study", other, 1) and made == runs[1:]


def test_what_is_kept_does_not_grow_with_the_number_of_events(monkeypatch):
    made = []
    monkeypatch.setattr(rehearsal, "shock_case_study", made.append)
    monkeypatch.setattr(rehearsal, "country_profile", made.append)
    runs = [SHOCK | {"event_date": f"{year}-06-19", "language": "en"} for year in range(2000, 2012)]
    assert [beforehand.rehearse("shock_case_study", run, 2) for run in runs] == [True] * 8 + [False] * 4
    assert made == runs[:8] and beforehand.rehearse("country_profile", GIVEN, 3)
