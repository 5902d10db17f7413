"""Questions about one country's history in OGP, on the tables of the repository."""

from __future__ import annotations

import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import ParameterError, UnknownName
from ogp_analysis.base.words.catalogue import entry


def test_status_takes_any_spelling_and_keeps_confidence():
    found = ogp.open_government.status("México", "2018-01-01")
    assert (found.iso3, found.status, found.verified_to) == ("MEX", "participating", "2024-04")
    assert found.confidence == "high"


@pytest.mark.parametrize(
    ("place", "date", "status"),
    [
        ("Türkiye", "2017-09-20", "inactive"),
        ("Turkey", "2017-09-21", "left"),
        ("Hungary", "2016-12-06", "participating"),
        ("Azerbaijan", "2016-05-04", "inactive"),
        ("China", "2019-01-01", "never_member"),
        ("Mexico", "2011-01-01", "not_yet_member"),
    ],
)
def test_status_changes_on_its_day(place, date, status):
    assert ogp.open_government.status(place, date).status == status


@pytest.mark.parametrize(
    ("place", "date", "note"),
    [
        ("Mexico", "2012-01-01", None),
        ("Mexico", "2024-03-31", None),
        ("Mexico", "2024-04-01", "under_review"),
        ("Mexico", "2026-11-01", "under_review"),
        # A second review of one kind does not end the first.
        ("Papua New Guinea", "2022-08-31", None),
        ("Papua New Guinea", "2022-09-01", "eligibility_review"),
        # What is noted without a date holds from the date to which the status is verified.
        ("Kosovo", "2025-12-01", None),
        ("Kosovo", "2025-12-02", "non_voting"),
        ("Chile", "2026-11-01", None),
        ("Türkiye", "2026-11-01", None),
        ("China", "2026-11-01", None),
    ],
)
def test_status_carries_its_note_from_the_day_it_is_known_of(place, date, note):
    assert ogp.open_government.status(place, date).note == note


def test_the_note_of_a_present_status_is_that_of_the_membership_table():
    noted = ogp.load("ogp_membership", "countries").set_index("iso3")["status_note"].replace("member", None).dropna()
    found = {iso3: ogp.open_government.status(iso3, "2026-11-26").note for iso3 in noted.index}
    assert found == noted.to_dict()
    assert len(found) > 20
    assert all(entry(f"ogp.status_note.{note}", language) for note in set(noted) for language in ("en", "es"))


def test_unknown_places_and_dates_are_refused_in_words():
    with pytest.raises(UnknownName, match="Mexiko2"):
        ogp.open_government.status("Mexiko2", "2018-01-01")
    with pytest.raises(ParameterError, match="YYYY-MM-DD"):
        ogp.open_government.status("Mexico", "1/1/2018")


def test_plan_in_force_says_which_and_nothing_where_none_was_seen():
    assert ogp.open_government.status("Mexico", "2020-05-01").plan.number == 4
    assert ogp.open_government.status("China", "2020-05-01").plan is None


def test_the_timeline_of_mexico_runs_to_the_end():
    history = ogp.open_government.timeline("MEX")
    dates = dict(zip(history.events["event_code"], history.events["date_text"], strict=True))
    assert dates["core_group_left"] == "2017-05-23"
    assert dates["response_policy_closed"] == "2019-12-12"
    assert dates["resumed"] == "2019-03-05"
    assert dates["core_group_suspends"] == "2022-10-25"
    assert (dates["rapid_response_protocol"], dates["contrary_to_process"], dates["under_review"]) == (
        "2023-01",
        "2023-02",
        "2024-04",
    )


def test_a_country_that_never_joined_has_no_spells():
    history = ogp.open_government.timeline("CHN")
    assert (history.ever, history.status, history.case, len(history.spells)) == (False, "never_member", "never", 0)


@pytest.mark.parametrize(
    ("iso3", "status", "note", "standing"),
    [
        ("MEX", "participating", "under_review",
         "participating; last procedure on record: placed under review (Procedural Review)"),
        ("GBR", "participating", "contrary_to_process",
         "participating; last procedure on record: letter that the country acted contrary to OGP's process"),
        ("XKX", "participating", "non_voting", "participating; without a vote"),
        ("KEN", "participating", None, "participating"),
        ("TUR", "left", None, "left"),
        ("CHN", "never_member", None, "never a member"),
    ],
)  # fmt: skip
def test_a_standing_says_what_the_record_notes_beside_it(iso3, status, note, standing):
    history = ogp.open_government.timeline(iso3)
    assert (history.status, history.note, history.standing) == (status, note, standing)
    if history.ever:
        assert history.values["status"] == standing


def test_every_note_of_the_record_has_its_words_and_28_members_carry_one():
    countries = ogp.load("ogp_membership", "countries")
    notes = countries["status_note"].dropna()
    words = {language: entry("ogp.status_note", language) for language in ("en", "es")}
    assert set(words["en"]) == set(words["es"]) == set(notes) - {"member"}
    assert (notes != "member").sum() == 28 and (notes == "under_review").sum() == 5
    ogp.use_language("es")
    spanish = ogp.open_government.timeline("MEX").standing
    ogp.use_language("en")
    assert spanish.startswith("participa; ") and "bajo revisión" in spanish


def test_events_are_numbered_dated_as_known_and_say_how_sure_they_are():
    history = ogp.open_government.timeline("Mexico")
    made = history.table()
    assert made.frame["number"].tolist() == list(range(1, len(history.events) + 1))
    assert {"2017-05-23", "2023-01"} <= set(made.frame["date_text"].tolist())
    assert any("(action plan 4)" in event for event in made.frame["event"].tolist())
    assert made.frame["date_text"].tolist() == sorted(
        made.frame["date_text"].tolist(), key=lambda d: (d + "-01-01")[:10]
    )
    sources = made.frame["source_url"].tolist()
    assert sum(address.startswith("https://www.opengovpartnership.org/") for address in sources) > 5
    assert (
        "no page to link: publisher not on record, 2011-09-20; row ogp_status_events (MEX, 2011-09-20, joined)"
        in sources
    )


def test_a_country_without_events_has_no_table_and_says_so():
    history = ogp.open_government.timeline("China")
    assert history.table() == () and "Dated events on record: 0." in str(history.text())
    assert history.text()[1].numbers()["profile.ogp.events.n"]["value"] == 0


@pytest.mark.parametrize(
    ("place", "years", "said"),
    [
        ("Afghanistan", (2013, 2023), "becomes a member (2017)."),
        ("Afghanistan", (2018, 2023), "no change of standing"),
        ("Luxembourg", (2013, 2023), "becomes a member (2016); government withdraws from OGP (2022)."),
        # An event of its own says the same.
        ("Tunisia", (2013, 2023), "In OGP, meanwhile: letter of intent (2014)."),
        ("Kosovo", (2013, 2023), "letter of intent (2023); becomes a member (2023)."),
        ("Mexico", (2013, 2023), "In OGP, meanwhile: civil-society core group leaves"),
        # Known only to lie between two dates.
        ("Zambia", (2013, 2023), "no change of standing"),
        ("China", (2013, 2023), "never joined OGP"),
    ],
)
def test_what_happened_meanwhile_begins_with_joining(place, years, said):
    assert said in ogp.open_government.timeline(place).meanwhile(*years).plain()


def test_dates_known_to_the_day_the_month_and_the_year_read_well_in_spanish():
    ogp.use_language("es")
    try:
        standing = {place: ogp.open_government.timeline(place).text()[0].plain() for place in ("AZE", "BIH", "BEN")}
    finally:
        ogp.use_language("en")
    assert "con fecha de 2011" in standing["AZE"] and "Última verificación: 17 de agosto de 2023;" in standing["AZE"]
    assert "su ingreso formal tiene fecha de 24 de septiembre de 2014." in standing["BIH"]
    assert "Ingreso a la AGA: 13 de noviembre de 2024 como muy pronto, 29 de abril de 2025" in standing["BEN"]
