"""Questions about one country's history in OGP, on the tables of the repository."""

from __future__ import annotations

import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.words.catalogue import entry
from ogp_analysis.civic_space.figures.country import _segments
from ogp_analysis.open_government.timeline import SAID


def test_status_takes_any_spelling_and_keeps_confidence():
    found = ogp.open_government.status("México", "2018-01-01")
    assert (found.iso3, found.status, found.verified_to) == ("MEX", "participating", "2024-04")
    assert found.confidence == "high"


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
    assert len(found) == 27
    assert all(entry(f"ogp.status_note.{note}", language) for note in set(noted) for language in ("en", "es"))


def test_what_is_no_date_is_refused_in_words():
    with pytest.raises(ParameterError, match="YYYY-MM-DD"):
        ogp.open_government.status("Mexico", "1/1/2018")


def test_plan_in_force_says_which_and_nothing_where_none_was_seen():
    assert ogp.open_government.status("Mexico", "2020-05-01").plan.number == 4
    assert ogp.open_government.status("China", "2020-05-01").plan is None


def test_a_country_that_never_joined_has_no_spells():
    history = ogp.open_government.timeline("CHN")
    assert (history.ever, history.status, history.case, len(history.spells)) == (False, "never_member", "never", 0)


@pytest.mark.parametrize(
    ("iso3", "status", "note", "standing", "spanish"),
    [
        ("MEX", "participating", "under_review", "under review as of April 2024", "bajo revisión en abril de 2024"),
        ("GBR", "participating", "contrary_to_process", "member as of 25 March 2026", "miembro al 25 de marzo de 2026"),
        ("ALB", "participating", None, "member as of April 2023", "miembro en abril de 2023"),
        ("AFG", "participating", "later_status_not_verified", "member as of 2020", "miembro en 2020"),
        ("ZMB", "participating", "news_only", "member as of 6 April 2024 (confidence low)",
         "miembro al 6 de abril de 2024 (confianza baja)"),
        ("TUR", "left", None, "removed (21 September 2017)", "dado de baja (21 de septiembre de 2017)"),
        ("HUN", "left", None, "withdrew (6 December 2016)", "se retiró (6 de diciembre de 2016)"),
        ("ISR", "left", None, "decided to leave (1 February 2026)", "decidió salir (1 de febrero de 2026)"),
        ("GEO", "suspended", None, "suspended (14 October 2024)", "suspendido (14 de octubre de 2024)"),
        ("CHN", "never_member", None, "never a member", "nunca fue miembro"),
    ],
)  # fmt: skip
def test_a_standing_bears_the_date_of_which_it_is_known(iso3, status, note, standing, spanish):
    history = ogp.open_government.timeline(iso3)
    assert (history.status, history.note, history.standing) == (status, note, standing)
    ogp.use_language("es")
    found = ogp.open_government.timeline(iso3).standing
    ogp.use_language("en")
    assert found == spanish


def test_every_note_of_the_record_has_its_words_and_27_members_carry_one():
    countries = ogp.load("ogp_membership", "countries")
    notes = countries["status_note"].dropna()
    words = {language: entry("ogp.status_note", language) for language in ("en", "es")}
    assert set(words["en"]) == set(words["es"]) == set(notes) - {"member"}
    assert (notes != "member").sum() == 27 and (notes == "under_review").sum() == 5


def test_events_are_numbered_dated_as_known_and_say_how_sure_they_are():
    history = ogp.open_government.timeline("Mexico")
    made = history.table()
    assert made.frame["number"].tolist() == list(range(1, len(history.events) + 1))
    assert {"2017-05-23", "2023-01"} <= set(made.frame["date_text"].tolist())
    assert any("(action plan 4" in event for event in made.frame["event"].tolist())
    assert made.frame["date_text"].tolist() == sorted(
        made.frame["date_text"].tolist(), key=lambda d: (d + "-01-01")[:10]
    )
    sources = made.frame["source_url"].tolist()
    assert sum(address.startswith("https://www.opengovpartnership.org/") for address in sources) > 5
    assert "no page to link: publisher not on record; row ogp_status_events (MEX, 2011-09-20, joined)" in sources


def test_a_country_without_events_has_no_table_and_says_so():
    history = ogp.open_government.timeline("China")
    assert history.table() == () and "Events listed with date and source: 0." in str(history.text())
    assert history.text()[1].numbers()["ogp.history.events.n"]["value"] == 0


@pytest.fixture(scope="module", params=["en", "es"])
def pages(request):
    """What the pages of all 87 countries say of their standing, in one language."""
    ogp.use_language(request.param)
    try:
        histories = {
            iso3: ogp.open_government.timeline(iso3) for iso3 in ogp.load("ogp_membership", "countries")["iso3"]
        }
        said = {iso3: (one.meanwhile(2013).plain(), " ".join(part.plain() for part in one.text()))
                for iso3, one in histories.items()}  # fmt: skip
        yield request.param, histories, said
    finally:
        ogp.use_language("en")


QUIET = {"en": "No change of standing", "es": "No consta ningún cambio"}
MEMBER = {"en": "Member as of", "es": "Miembro "}
JOINED = {
    "en": ("joined OGP", "founders of OGP"),
    "es": ("ingresó a la AGA", "ingresaron a la AGA", "países fundadores"),
}
TOLD = {"joined", "letter_of_intent", "joining_announced"}


def test_no_page_contradicts_itself_on_joining(pages):
    language, histories, said = pages
    assert len(histories) == 87
    for iso3, history in histories.items():
        facts, (line, text) = history.facts, said[iso3]
        assert sum(line.count(words) for words in JOINED[language]) == 1, (iso3, line)
        letter = facts["joined_letter"]
        if isinstance(letter, str):
            assert letter[:4] in line and letter[:4] in text, iso3
            # A dated joining is that date, a finer one, the formal entry, or one that the text gives as another's.
            formal, others = facts["joined_formal"], facts["joined_otherwise"]
            known = [letter, *([formal] if isinstance(formal, str) else []), *(str(others).split(" | "))]
            for date in history.events.loc[history.events["event_code"].isin(TOLD), "date_text"]:
                assert any(date.startswith(one) or one.startswith(date) for one in known), (iso3, date)
        else:
            for end in ("joined_earliest", "joined_latest"):
                assert facts[end][:4] in line and facts[end][:4] in text, iso3
            assert QUIET[language] not in line, iso3
            assert history.strip["earliest"].notna().iloc[0] and history.spells["start_bound"].iloc[0] == "by"
        # What is counted is what the table lists.
        made = history.table()
        assert f": {len(made.frame) if made else 0}." in text, iso3


def test_no_page_contradicts_itself_on_how_the_membership_stands(pages):
    language, histories, said = pages
    out = set()
    for iso3, history in histories.items():
        facts, (line, text) = history.facts, said[iso3]
        last = history.strip.iloc[-1]["standing"]
        if history.exit:
            out.add(iso3)
            assert last == (history.exit if history.status == "left" else history.status), iso3
            assert MEMBER[language] not in text and QUIET[language] not in line, (iso3, text)
            assert facts["left"][:4] in line and facts["left"][:4] in text, iso3
        else:
            assert last == history.status and history.status != "left", iso3
        if QUIET[language] in line:
            turned = history.events[history.events["event_code"].isin(SAID) & (history.events["date_text"] >= "2013")]
            assert turned.empty and len(history.spells) == 1, iso3
        # The newest turn on record is in the line, whatever the last year of an index.
        newest = [
            *history.spells["start_text"].iloc[1:],
            *history.events.loc[history.events["event_code"].isin(SAID), "date_text"],
        ]
        if newest and max(newest) >= "2013":
            assert max(newest)[:4] in line, iso3
        if history.read["standing_basis"] == "nothing_newer" and not history.exit:
            assert history.now == "nothing_newer", iso3
    assert out == {"AZE", "HUN", "ISR", "LKA", "LUX", "PAK", "RUS", "SLV", "TTO", "TUR", "TZA", "USA"}


def test_removed_is_not_withdrew(pages):
    language, histories, said = pages
    withdrew = {"en": ("government withdrew", "cabinet decided"), "es": ("gobierno se retiró", "gabinete decidió")}[
        language
    ]
    for iso3, history in histories.items():
        told = any(word in said[iso3][0] for word in withdrew)
        assert told == (history.exit in ("withdrew", "decided")), iso3


def test_no_member_is_counted_in_the_present_where_nothing_newer_was_read(pages):
    language, _, said = pages
    for line, text in said.values():
        for present in {"en": (" counts Hungary", "is a member", "is inactive"), "es": ("es miembro", "está inactivo")}[
            language
        ]:
            assert present not in line + text


def test_a_strip_says_how_a_membership_ended_and_marks_the_span_of_an_undated_joining():
    ogp.use_language("en")

    def words(place):
        return [text for *_, text in _segments(ogp.open_government.timeline(place).strip, (2000, 2023), None)]

    assert words("Zambia") == ["Not in OGP", "Joined between March 2023 and April 2024"]
    assert words("Benin") == ["Not in OGP"]
    assert words("Hungary")[-1] == "Withdrew in December 2016" and words("El Salvador")[-1] == "Removed in March 2023"
    assert words("Malta")[1:] == [
        "Member since August 2011",
        "Inactive since March 2022",
        "Member again by December 2023",
    ]
