"""The change of joiners beside never-members: what is said follows the data, a null result with what it could see."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.words.catalogue import use_language
from ogp_analysis.civic_space.joiners import COVARIATES, METHODS, Joiners
from ogp_analysis.civic_space.membership_effect import BOUNDS, MembershipEffect, membership_effect
from ogp_analysis.statistics.models import POWER


@pytest.fixture(scope="module")
def effect() -> MembershipEffect:
    return membership_effect("v2xcs_ccsi")


@pytest.fixture(scope="module")
def bounded() -> MembershipEffect:
    return membership_effect("v2x_polyarchy_v15")


@cache
def made(jump: float, *, trend: float = 0.0, late: int = 3, sizes: tuple[int, int] = (12, 8)) -> MembershipEffect:
    """Return a result on countries made up, which move by `jump` when they join and by `trend` a year before that."""
    rng, rows = np.random.default_rng(3), []
    groups = [("joined", 2011, sizes[0]), ("joined", 2013, sizes[1]), ("values_check", 2018, late), ("never", None, 20)]
    number = 0
    for group, cohort, n in groups:
        for _ in range(n):
            code, number, level = f"C{number:02}", number + 1, rng.uniform(0.4, 0.8)
            for year in range(2003, 2024):
                value = level + rng.normal(0, 0.03) + trend * (year - 2010) * (group == "joined")
                value += jump * (cohort is not None and year >= cohort)
                rows.append((code, year, value, group, cohort, "participating" if cohort else "never_member"))
    frame = pd.DataFrame(rows, columns=["iso3", "year", "v2xcs_ccsi", "group", "cohort", "status"])
    base = frame[frame["year"] == 2010].set_index("iso3")["v2xcs_ccsi"]
    frame["level"] = frame["openness"] = frame["iso3"].map(base)
    frame = frame.assign(income=np.nan, supported=True, cohort=frame["cohort"].astype("Int64"))
    sample = Joiners("v2xcs_ccsi", "embedded", frame, pd.DataFrame({"iso3": [], "reason": []}))
    return MembershipEffect(sample, "common_support", "none", 0, sample.fitted("common_support", "none", draws=99))


def said(parts) -> dict[str, str]:
    return {one.key: one.plain() for one in parts}


def test_the_answer_has_one_finding_three_numbers_and_one_limit(effect):
    roles = [one.role for one in effect.text()]
    assert sorted(roles) == sorted(["headline", "scope", "finding", "number", "number", "number", "limit"])
    found = said(effect.text())
    assert found["joiners.headline"] == "Core civil society: countries that joined OGP and countries that never did"
    assert "14 of them were inactive, suspended or gone" in found["joiners.scope"]
    assert (
        found["joiners.finding"]
        == "We cannot establish that joining OGP made a difference. On the measure “Core civil society index (V-Dem "
        "v14)”, compared with never-members that looked similar in 2010, the mean change of joiners from joining on is "
        "+0.026 (95% interval 0.0005 to 0.051; 76 joiners, 42 controls; adjusted for the outcome of 2010), but the "
        "intervals of 35 of 54 ways to compute it include 0."
    )
    assert found["joiners.with_and_without"].startswith(
        "+0.009 (−0.019 to 0.037) compared with all never-members without adjustment"
    )
    assert found["joiners.carried"].startswith("49 of 76 joiners joined in 2011 and supply 70% of the country-years")
    assert (
        "One cohort carries most of the weight of the mean. Without the joiners of 2011, the mean change is +0.028"
        in found["joiners.carried"]
    )
    assert found["joiners.specifications"].startswith("The estimates of 54 specifications")
    assert "; 19 have an interval that excludes 0" in found["joiners.specifications"]
    assert "by 0.10 times their largest divergence before, the interval includes 0" in found["joiners.limit"]


def test_other_data_have_another_answer():
    up, none = made(0.1), made(0.0)
    assert up.fit["ATT"].estimate == pytest.approx(0.1, abs=0.02)
    found, nothing = said(up.text()), said(none.text())
    assert (
        "cannot" not in found["joiners.finding"]
        and "of all 36 ways to compute it exclude 0" in found["joiners.finding"]
    )
    assert nothing["joiners.finding"].startswith("We cannot establish that joining OGP made a difference. On the ")
    assert "): not distinguishable from 0, as in" in nothing["joiners.finding"]
    assert "; 36 have an interval that excludes 0" in found["joiners.specifications"]
    assert int(nothing["joiners.finding"].split(" of 36 ways")[0].split()[-1]) > 24, "as chance has it"
    assert "even if trends are parallel" in nothing["joiners.limit"]
    assert "includes 0" in found["joiners.limit"] or "excludes 0" in found["joiners.limit"]
    assert up.plot().figure.texts[0].get_text().startswith("Taken together, 13 of the 13 years")
    assert none.plot().figure.texts[0].get_text().startswith("Taken together, none of the 13 years")
    assert found["joiners.headline"].endswith("countries that joined OGP and countries that never did")


def test_a_null_result_says_the_smallest_change_it_would_have_told(effect):
    none = made(0.0)
    error = none.fit["ATT"].std_error
    expected = (1.959964 + 0.841621) * error
    sentence = next(one for one in none.text() if one.role == "finding")
    assert sentence.numbers()["joiners.finding.smallest"]["value"] == pytest.approx(expected, rel=1e-5) and POWER == 0.8
    for table in (effect.table(), effect.cohorts(), effect.specifications.table()):
        assert table.frame["smallest"].notna().all()


def test_the_weight_of_a_cohort_is_its_share_of_country_years():
    even = made(0.05, sizes=(10, 10))
    assert even.carrier == (2011, 10, pytest.approx(13 / 24))
    less = made(0.05, sizes=(8, 12))
    assert less.carrier == (2013, 12, pytest.approx(12 * 11 / (12 * 11 + 8 * 13)))


def test_trends_that_part_before_are_said():
    parted = said(made(0.0, trend=0.01).trends())
    assert parted["joiners.trends"].startswith("Trends diverged before joining: 7 pre-joining effects")
    alike = said(made(0.1).trends())
    assert (
        "do not differ jointly from 0" in alike["joiners.trends"]
        and "not proof of parallel trends" in alike["joiners.trends"]
    )
    few = said(made(0.1, sizes=(3, 2)).trends())
    assert few["joiners.untested"].startswith("Trends before joining cannot be tested")


def test_bounds_are_those_of_the_sensitivity(effect):
    frame = effect.bounds().frame
    direct = effect.fit.sensitivity(bounds=frame["bound"].tolist()).frame
    assert frame["low"].tolist() == direct["low"].tolist() and frame["bound"].tolist() == list(BOUNDS)
    assert frame["high"].is_monotonic_increasing and frame["low"].is_monotonic_decreasing
    found = said(effect.trends())
    assert "With 7 years before joining and 13 years from joining on" in found["joiners.breakdown"]
    assert "in a single year, a difference of 0.054 would have been detected" in found["joiners.trends"]


def test_those_that_joined_by_the_values_check_are_apart(effect):
    assert "2017" not in effect.fit.cohorts["cohort"].astype(str).tolist()
    assert said(effect.apart())["joiners.apart"].startswith("Reported separately: 9 countries that joined from 2017 on")
    assert "not an effect of joining" in said(effect.apart())["joiners.apart"]
    alone = said(made(0.1, late=0).apart())
    assert alone["joiners.apart_unestimated"].startswith("Reported separately: 0 countries")


def test_specifications_are_all_that_can_be_given(effect):
    frame = effect.specifications.frame
    expected = sum(len(controls) for controls in METHODS.values()) * len(COVARIATES) * 2
    assert len(frame) + effect.specifications.failed == expected == 54
    assert not frame.duplicated(["controls", "covariates", "method", "anticipation"]).any()
    assert frame["estimate"].is_monotonic_increasing
    main = frame.set_index(["controls", "covariates", "method", "anticipation"]).loc[effect.specifications.main]
    assert main["estimate"] == effect.fit["ATT"].estimate and (main["joiners"], main["others"]) == (76, 42)
    with_income = frame[frame["covariates"] == "level_and_income"]
    assert with_income["others"].max() == 84, "three never-members have no GDP per capita"
    assert effect.specifications.excludes_zero.sum() == ((frame["low"] > 0) | (frame["high"] < 0)).sum() == 19
    shown = effect.specifications.with_and_without().frame
    assert shown["controls"].tolist() == ["similar in 2010"] * 2 + ["all never-members"] * 2
    assert shown["covariates"].tolist() == ["outcome", "nothing"] * 2


def test_a_specification_that_cannot_be_estimated_is_counted():
    found = made(0.1).specifications
    assert (len(found.frame), found.failed) == (36, 18), "GDP per capita is missing for all of these countries"
    assert found.main == ("common_support", "none", "callaway_santanna", 0)


def test_without_published_bounds_no_error_is_made_up(effect):
    [refused] = effect.measurement_error()
    assert refused.plain().startswith(
        "V-Dem publishes no bounds for this measure in the file used here. No error is assumed"
    )


def test_measurement_error_widens_the_interval_and_is_drawn_into_the_level_too(bounded):
    first, verdict = bounded.measurement_error(draws=10)
    numbers = {name.rpartition(".")[2]: one["value"] for name, one in first.numbers().items()}
    assert numbers["published"] == pytest.approx(bounded.fit["ATT"].estimate)
    own = bounded.fit["ATT"]
    assert numbers["high"] - numbers["low"] > own.high - own.low and 0 < numbers["share"] < 1
    assert verdict.key == "models.measurement"
    seen = []
    fitted = bounded.sample.fitted

    class Noted(Joiners):
        def fitted(self, *args, values=None, **more):
            seen.append(values)
            return fitted(*args, values=values, **more)

    noted = Noted(bounded.sample.outcome, "embedded", bounded.sample.frame, bounded.sample.left_out)
    replace(bounded, sample=noted).measurement_error(draws=2)
    drawn = seen[-1]
    base = drawn[drawn["year"] == 2010].set_index("iso3")["v2x_polyarchy_v15"]
    assert (drawn["level"] == drawn["iso3"].map(base)).all()
    assert not np.allclose(drawn["level"], bounded.sample.frame["level"])


def test_two_way_weights_add_up(effect):
    [sentence] = effect.comparisons()
    weights = [one["value"] for one in sentence.numbers().values()]
    assert len(weights) == 3 and sum(weights) == pytest.approx(1)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (
            {"controls": "matched"},
            "controls: 'matched' is not a choice. Choices are 'common_support', 'never', 'not_yet'",
        ),
        ({"covariates": "all"}, "covariates: 'all' is not a choice. Choices are 'level', 'none', 'level_and_income'"),
        (
            {"anticipation": 4},
            "anticipation: 4 is not a number of years that can be used. Give a whole number from 0 to 3",
        ),
        ({"anticipation": -1}, "anticipation: -1 is not a number"),
        ({"anticipation": True}, "anticipation: True is not a number"),
        ({"anticipation": 1.5}, "anticipation: 1.5 is not a number"),
    ],
)
def test_a_wrong_choice_is_answered_in_a_sentence(choice, said):
    with pytest.raises(ParameterError) as fault:
        membership_effect(**choice)
    assert str(fault.value).startswith(said)


def test_the_longest_anticipation_can_be_used():
    found = membership_effect("v2xcs_ccsi", "never", "none", 3)
    assert found.fit.pretrends().effects == 4 and found.fit.control == "never"
    assert "With 4 years before joining" in said(found.trends())["joiners.breakdown"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_text_of_the_drawings_meets_another(effect, language):
    use_language(language)
    try:
        for one in (effect, made(0.1), made(0.0)):
            assert one.plot().faults() == one.specifications.plot().faults() == []
    finally:
        use_language("en")
