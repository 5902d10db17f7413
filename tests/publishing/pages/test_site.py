"""The list of reports."""

from __future__ import annotations

import base64
import hashlib
import re

from ogp_analysis.publishing.pages.site import site


def entry(number: int = 0, **changes) -> dict:
    return {
        "notebook": "country_profile",
        "slug": f"MEX-{number:08x}",
        "title": "Civic space in Mexico",
        "question": "How open is it?",
        "language": "en",
        "edition": "embedded",
        "parameters": {"country": "MEX", "first_year": 2000, "edition": "embedded", "event": None},
        "id": f"{number:012x}",
        "path": f"country_profile/MEX-{number:08x}/index.html",
        "last_year": 2024,
        **changes,
    }


#: The notebooks in their order, with words by which their reports are found.
WORDS = {
    "country_profile": {"en": "surveillance", "es": "vigilancia"}, "surveillance_contracting": {"en": "Pegasus"},
    "commitment_tracker": {},
}  # fmt: skip
#: By notebook, the sentences that come first.
FINDINGS = {"country_profile": ["answer"], "surveillance_contracting": ["headline", "limit"]}


def html(*entries: dict) -> str:
    return site(list(entries), WORDS, FINDINGS).decode()


def test_its_policy_allows_its_own_script_and_style_only():
    page = html(entry())
    for kind in ("script", "style"):
        found = re.findall(rf"<{kind}>(.*?)</{kind}>", page, re.S)
        assert len(found) == 1
        digest = base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in page.replace("&#39;", "'")
    assert "default-src 'none'" in page.replace("&#39;", "'")
    assert not re.search(r"<[^>]*\son[a-z]+=", page)
    assert not re.search(r"<[^>]*\sstyle=", page)


def test_hostile_titles_and_paths_stay_text():
    evil = "\"><script>alert(1)</script>\u202e' onload=x {{ 7*7 }}"
    page = html(
        entry(1, title=evil, question=evil, parameters={"country": evil}, path='x/"onclick=y?#<b>/index.html'),
        entry(2, title="\u200fالفضاء المدني", notebook=evil),
    )
    assert page.count("<script>") == 1
    assert "\u202e" not in page
    assert "49" not in page
    assert 'href="x/%22onclick%3Dy%3F%23%3Cb%3E/index.html"' in page
    assert "&lt;script&gt;alert(1)" in page


def test_no_reports_yet():
    page = html()
    assert "No report has been published yet." in page
    assert "Todavía no se ha publicado ningún informe." in page
    assert "<form" not in page


def test_it_says_the_findings_that_are_named_and_no_others():
    mexico = {"country": "MEX", "event_date": None}
    dated = mexico | {"event_date": "2017-05-23"}
    limit = {"limit": "No proof."}
    entries = [
        entry(1, findings={"answer": "It fell."}, parameters=mexico, place=7),
        entry(2, findings={"answer": "It fell after.", "asked": "In May."}, parameters=dated, place=2),
        entry(3, title="They bought.", limits=limit, notebook="surveillance_contracting", parameters={}),
        entry(4, findings={"answer": "It was promised."}, notebook="commitment_tracker", parameters={}),
        entry(6, findings={"answer": "Cayó."}, language="es", parameters=mexico, place=8),
        entry(7, findings={"answer": "Cayó después."}, language="es", parameters=dated, place=3),
    ]
    page = html(*entries)
    part = page[page.index('id="findings"') : page.index('id="countries"')]
    assert re.findall(r"<p(?: class=\"finding\")?>([^<]+)</p>", part) == [
        "It fell after.", "Cayó después.", "They bought.", "No proof.",
    ]  # fmt: skip
    assert re.findall(r"<bdi>([^<]+)</bdi>", part) == ["Civic space in Mexico"] * 2 + ["How open is it?"]
    assert "In May." not in page[: page.index('id="index"')] and 'id="findings"' not in html(entry(1))


def test_a_claim_is_of_one_run_in_both_languages():
    """The order of the list of runs decides, and neither the alphabet of a title nor that of a language."""
    runs = [("core", 0, "Zebra", "Cebra"), ("polyarchy", 2, "Aardvark", "Árbol")]
    entries = [
        entry(
            number, language=language, title=title, findings={"answer": f"{outcome} {language}."},
            parameters={"outcome": outcome}, place=place,
        )
        for number, (outcome, place, language, title) in enumerate(
            (outcome, place, language, title)
            for outcome, place, *titles in runs for language, title in zip(("en", "es"), titles, strict=True)
        )
    ]  # fmt: skip

    def claims(*made: dict) -> list[str]:
        return re.findall(r'<p class="finding">((?:core|polyarchy) e[ns]\.)</p>', html(*made))

    assert claims(*entries) == claims(*reversed(entries)) == ["core en.", "core es."]
    assert claims(*entries[1:]) == ["polyarchy en.", "polyarchy es."], "the first is there in one language only"
    assert claims(entries[0]) == ["core en."]
