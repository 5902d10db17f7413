"""What the real reports say on the data of the repository, in both languages."""

from __future__ import annotations

import csv
import html
import json
import re
import sys
from pathlib import Path

import pytest

from ogp_analysis.base.words.catalogue import entry
from ogp_analysis.base import links

from ..reports import ROOT

#: An address, as far as the marks that end one in the files of a report.
ADDRESS = re.compile(r"https?://[^\s\"'|,;)<>\]\\]+")

LIMIT = "None of the V-Dem indices used here asks about covert surveillance"
CAUSES = ("because of", "caused by", "led to", "due to", "debido a", "provocó", "causó", "a causa de")
#: Common words of one language that are none in the other, and no part of a name.
STOP_WORDS = {
    language: frozenset(
        word
        for line in (Path(__file__).parents[1] / "data" / f"stop_words_{language}.txt").read_text("utf-8").splitlines()
        if not line.startswith("#")
        for word in line.split()
    )
    for language in ("en", "es")
}


def text(page: str) -> str:
    """Return what a reader reads: no code or command, and not the part of names of files, sources and parameters."""
    body = page.partition("<main")[2].partition('<dl class="list">')[0]
    body = re.sub(r'<p class="cite">.*?</p>|<dl class="take">.*?</dl>|<details class="code">.*?</details>', " ", body, flags=re.S)
    body = re.sub(r"ogp-analysis fetch \w+", " ", body)
    body = re.sub(r"<(style|script|pre|code|samp|kbd)\b.*?</\1>", " ", body, flags=re.S)
    alts = " ".join(re.findall(r'\balt="([^"]*)"', body))
    return html.unescape(re.sub(r"<[^>]+>", " ", body) + " " + alts)


def drawn(svg: str) -> str:
    return " ".join(re.findall(r"<!-- (.*?) -->", svg))


def words(said: str) -> set[str]:
    """Names of tables, datasets and web sites, and addresses, are the same in every language."""
    said = ADDRESS.sub(" ", said)
    said = re.sub(r"\w*_\w*|\b\w+(?:\.\w+)+\b", " ", said)
    return set(re.findall(r"[a-záéíóúñü]+", said.lower()))


def test_the_lists_of_stop_words_are_long_and_have_no_word_in_common():
    assert min(len(words) for words in STOP_WORDS.values()) >= 150
    assert not STOP_WORDS["en"] & STOP_WORDS["es"]


ALL = [
    ("country_profile", {"country": "MEX"}),
    ("civic_space_overview", {}),
    ("ogp_process", {}),
    ("ogp_membership_effect", {}),
    ("commitments", {"country": None}),
    ("compare", {}),
    ("shock_case_study", {}),
]


def quoted() -> list[str]:
    """Return the words of plans by which commitments were found, as tables quote them in the language of the plan."""
    file = Path(__file__).parents[2] / "data" / "raw" / "ogp_commitments" / "2016-extract" / "theme_readings.csv"
    with file.open(encoding="utf-8") as handle:
        return sorted({row["words"] for row in csv.DictReader(handle)}, key=len, reverse=True)


@pytest.mark.parametrize(("notebook", "wanted"), ALL)
@pytest.mark.parametrize(("language", "other"), [("es", "en"), ("en", "es")])
def test_a_page_is_in_one_language_figures_included(site, notebook, wanted, language, other):
    report = site.report(notebook, language=language, **wanted)
    # The folder of a version is called alike in both languages.
    page = text(report.page).replace("16-38-countries", "")
    if notebook == "commitments":
        for one in quoted():
            page = page.replace(one, " ")
    found = words(page) | words(" ".join(map(drawn, report.drawings)))
    assert sorted(found & STOP_WORDS[other]) == []
    assert len(found & STOP_WORDS[language]) > 40, "the words of the page were not read"
    assert f'lang="{language}"' in report.page
    assert len(found) > 100


def test_mexicos_profile_says_how_far_it_fell_over_fixed_years_and_names_no_cause(site):
    report = site.report("country_profile", country="MEX", language="en")
    said = text(report.page)
    with (report.folder / "tables" / "values.csv").open(encoding="utf-8") as handle:
        values = {row["year"]: row["v2xcs_ccsi"] for row in csv.DictReader(handle)}
    assert {y: values[y] for y in ("2016", "2017", "2019", "2023")} == {
        "2016": "0.772", "2017": "0.801", "2019": "0.879", "2023": "0.701"}  # fmt: skip
    assert "rose before it fell" not in said
    numbers = {name: one["value"] for name, one in report.numbers.items()}
    for name, expected in {
        "change_10": (-0.071, 53, 0, 175), "change_5": (-0.136, 16, 0, 175), "peak": (-0.178, 32, 2, 175),
    }.items():  # fmt: skip
        rank = "rank" if name == "peak" else "rank_fall"
        assert tuple(numbers[f"{name}.{field}"] for field in ("difference", rank, "tied", "n")) == expected
    assert "0.879, first reached in 2019" in said and "No probability is given" in said
    assert "No interval is published for this index" in said
    assert not [cause for cause in CAUSES if cause in said.lower()]


@pytest.mark.parametrize("country", ["MEX", "TUR", "CHN", "AND", "HUN"])
def test_every_profile_says_what_it_cannot_show(site, country):
    report = site.report("country_profile", country=country, language="en")
    assert LIMIT in text(report.page)
    glance = [n for n, one in report.numbers.items() if n.startswith("latest.")]
    assert glance or country == "AND"


def test_standing_in_ogp_is_told_with_how_far_it_is_verified(site):
    mexico = text(site.report("country_profile", country="MEX", language="en").page)
    assert "Under review as of April 2024; we have read nothing newer." in mexico
    assert "has never joined OGP" in text(site.report("country_profile", country="CHN").page)
    turkey = text(site.report("country_profile", country="TUR").page)
    assert "OGP ended its membership on 21 September 2017 (" in turkey and "This is its standing as of" in turkey


def test_a_report_and_its_entry_in_the_list_say_the_last_year_covered(site):
    report = site.report("country_profile", country="MEX", language="en")
    assert report.record["about"]["en"]["last_year"] == 2023 and "V-Dem 14, to 2023" in text(report.page)


def test_the_figure_of_the_readme_is_that_of_the_report(site):
    report = site.report("country_profile", country="MEX", event_date="2017-05-23", language="en")
    files = report.folder / "figures" / "core_index.svg", ROOT / "docs" / "images" / "mexico.svg"
    # The output that a drawing names is another with every change of the code.
    drawn, copied = (re.sub(r"ogp_analysis:[0-9a-f]{12}", "", file.read_text(encoding="utf-8")) for file in files)
    assert copied == drawn, "copy it: the drawing has changed"


def test_a_country_without_values_says_so(site):
    assert "no value of the core civil society index for Andorra" in text(site.report("country_profile", country="AND").page)


CLAIMS = {
    "en": re.compile(r"\b(?:has|have|had|uses|used|owns|bought) (?:the )?(?:spyware|pegasus)|has spyware", re.I),
    "es": re.compile(
        r"\b(?:tiene|tienen|tuvo|usa|usó|posee|compró) (?:el )?(?:spyware|software espía|programas? espía|pegasus)", re.I
    ),
}


@pytest.mark.parametrize(("notebook", "wanted"), ALL[:2])
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_page_says_that_a_government_has_spyware(site, notebook, wanted, language):
    said = text(site.report(notebook, language=language, **wanted).page)
    assert "spyware" in said or "software espía" in said
    assert CLAIMS[language].findall(said) == []
    same = {"en": "not the same as no use", "es": "no equivale a que no"}[language]
    assert same in said


def test_kinds_of_technology_and_standards_of_evidence_are_kept_apart(site):
    report = site.report("country_profile", country="MEX", language="en")
    numbers, said = report.numbers, text(report.page)
    assert [numbers[f"others.inventory.spyware.{n}"]["value"] for n in ("n", "cases", "countries")] == [4, 130, 68]
    assert numbers["others.inventory.forensics.cases"]["value"] == 62
    assert "lists the government of Mexico as a customer or suspected operator of commercial spyware in 4 cases" in re.sub(r"\s+", " ", said)
    assert "documents the government of" not in said
    with (report.folder / "tables" / "documented.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    [server] = [row["status"] for row in rows if row["vendor"] == "FinFisher" and row["list_of"] == "2013"]
    assert server == "server located; by itself not evidence of a government customer"
    assert {row["kind"] for row in rows} == {"Spyware", "Network interception"}
    assert sum(row["list"].startswith("Feldstein and Kot") for row in rows) == 4
    named = [row["source"] for row in rows if not row["source"].startswith("https://")]
    assert all(re.search(r"^no page to link: .*; row \w+ \(", source) for source in named)
    assert len(named) == 3, "read on copies"


@pytest.mark.parametrize("notebook", ["surveillance_contracting", "commitment_tracker", "spyware_and_civic_space", "ogp_process"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_file_of_a_report_holds_an_address_that_names_a_person_or_links_a_front_page(site, notebook, language):
    """Nor does a table: what it links is a page, with a number, and the number leads to the address on paper."""
    report = site.report(notebook, language=language)
    files = [file for file in sorted(report.folder.rglob("*")) if file.suffix in (".html", ".csv", ".json", ".tex", ".ipynb", ".svg")]
    told = {address for file in files for address in ADDRESS.findall(file.read_text(encoding="utf-8"))}
    assert told and not [address for address in told if links.names_a_person(address)]
    linked = re.findall(r'<a href="(https?://[^"]+)" rel="noopener">([^<]+)</a>', report.page)
    assert all(re.search(r" \[\d+\]$", shown) for _, shown in linked)
    assert not [address for address, _ in linked if links.is_home_page(html.unescape(address))]
    below = re.findall(r'<p class="addresses">(.*?)</p>', report.page, flags=re.S)
    assert {address for address, _ in linked} == set(re.findall(r"^\[\d+\] (.+)$", "\n".join(below), flags=re.M))


def test_a_country_on_no_list_is_not_documented_and_nothing_more_is_said(site):
    said = text(site.report("country_profile", country="AND").page)
    assert "does not list the government of Andorra as a customer or operator of commercial spyware, which is not" in said
    assert "do not name Andorra, which is not the same as no use" in said


def test_what_is_absent_is_named_with_how_to_have_it(site):
    for notebook, wanted in ALL[:2]:
        report = site.report(notebook, language="en", **wanted)
        with (report.folder / "tables" / "absent_measures.csv").open(encoding="utf-8") as handle:
            rows = {row["measure"]: row["fetch"] for row in csv.DictReader(handle)}
        number = report.numbers["others.scope.absent.n"]["value"]
        assert number == len(rows) and str(number) in text(report.page)
        for name, command in (("Freedom in the World, total (Freedom House)", "freedom_in_the_world"),
                              ("Rating of civic space (CIVICUS Monitor)", "civicus_monitor"),
                              ("World Press Freedom Index (Reporters Without Borders)", "rsf_press_freedom"),
                              ("Freedom on the Net, total (Freedom House)", "freedom_on_the_net"),
                              ("Civil society participation (International IDEA)", "idea_gsod")):  # fmt: skip
            assert rows[name] == f"ogp-analysis fetch {command}"
        assert report.folder.joinpath("figures", "measures_bounds.svg").is_file()


def test_a_page_without_measures_of_surveillance_leads_to_the_table_that_names_them_and_shows_none(site):
    for notebook, wanted in ALL[:2]:
        report = site.report(notebook, language="en", **wanted)
        assert "No measure that asks about surveillance or privacy is in this edition; the" in text(report.page)
        assert '<a href="#table-absent_measures">table of absent measures</a>' in report.page
        assert report.page.count('id="table-absent_measures"') == 1
        absent = (report.folder / "tables" / "absent_measures.csv").read_text(encoding="utf-8")
        for name in ("Speaking without fear of surveillance (Freedom in the World, D4)", "WJP Rule of Law Index, 4.6",
                     "Freedom from government monitoring of social media"):  # fmt: skip
            assert name in absent
        assert not report.folder.joinpath("figures", "surveillance.svg").exists()


def test_the_other_measures_of_mexico_stand_in_a_table_with_bounds_places_and_no_verdict_where_none_is_published(site):
    report = site.report("country_profile", country="MEX", language="en")
    with (report.folder / "tables" / "other_measures.csv").open(encoding="utf-8") as handle:
        rows = {row["measure"]: row for row in csv.DictReader(handle)}
    democracy, regime = rows["Electoral democracy (v15)"], rows["Regime type (ERT)"]
    assert (democracy["year"], democracy["value"], democracy["low"], democracy["high"]) == (
        "2023", "0.549", "0.49", "0.613")  # fmt: skip
    assert (democracy["rank"], democracy["n"], regime["value"]) == ("80", "175", "electoral democracy")
    with (report.folder / "tables" / "other_changes.csv").open(encoding="utf-8") as handle:
        rows = {row["measure"]: row for row in csv.DictReader(handle)}
    democracy, regime = rows["Electoral democracy (v15)"], rows["Regime type (ERT)"]
    assert (democracy["change_5"], democracy["change_10"]) == ("-0.126", "-0.074")
    assert float(democracy["probability"]) == pytest.approx(0.8026, abs=5e-5)
    assert regime["probability"] == "not_published"
    assert regime["change_10"] == "unchanged"
    with (report.folder / "tables" / "regime_episodes.csv").open(encoding="utf-8") as handle:
        assert [tuple(row.values()) for row in csv.DictReader(handle)] == [
            ("Democratisation", "1988", "2004", "democratic transition"),
            ("Autocratisation", "2020", "2024", "ongoing when the data end"),
        ]


def test_the_probability_of_a_sign_leads_with_independent_errors_and_the_others_stand_beside_it(site):
    for language in ("en", "es"):
        report = site.report("country_profile", country="MEX", language=language)
        with (report.folder / "tables" / "bounded_changes.csv").open(encoding="utf-8") as handle:
            [row] = [row for row in csv.DictReader(handle) if row["first_value"] == "0.623"]
        assert list(row) == ["term", "first_value", "last_value", "difference", "probability"]
        with (report.folder / "tables" / "correlated_errors.csv").open(encoding="utf-8") as handle:
            [more] = [line for line in csv.DictReader(handle) if line["difference"] == row["difference"]]
        assert row["probability"] == more["probability"] < more["probability_50"] < more["probability_90"]
        page = report.page
        section, others = ("How sure", "nor identified by the data") if language == "en" else (
            "Qué tan firme es la evidencia", "ni se puede saber con los datos")  # fmt: skip
        assert page.index(others) > page.rindex(section)
        assert report.numbers["bounded.lowest"]["value"] == pytest.approx(0.8026, abs=5e-5)
        assert not re.search(r"z, (correlated|independent|errores)|68 ?% intervals touch", page)


@pytest.mark.parametrize("notebook", ["country_profile", "civic_space_overview"])
def test_cohorts_of_members_sum_to_the_87_members(site, notebook):
    wanted = {"country": "MEX"} if notebook == "country_profile" else {}
    report = site.report(notebook, language="en", **wanted)
    with (report.folder / "tables" / "cohorts.csv").open(encoding="utf-8") as handle:
        last = {row["cohort"]: int(row["n"]) for row in csv.DictReader(handle) if row["year"] == "2023"}
    never = last.pop("never joined")
    assert sum(last.values()) == 87 and last["joined, letter not dated"] == 2
    assert never == {"country_profile": 87, "civic_space_overview": 88}[notebook]
    assert f"every year shown: {87 + never}, of which ever joined OGP: 87" in text(report.page)


def test_numbers_of_the_page_are_named_with_unit(site):
    numbers = site.report("country_profile", country="MEX", language="en").numbers
    share = numbers["change_10.as_much_share"]
    assert share["unit"] == "share" and 0 < share["value"] < 1
    assert share["low"] is share["high"] is share["level"] is None, "the other countries are counted, not drawn"
    assert numbers["latest.value"]["value"] == 0.701


def test_every_number_of_a_report_stands_on_its_page(site):
    absent = {}
    for file in sorted(site.home.glob("reports/[a-z]*/*/*/numbers.json")):
        page = html.unescape(re.sub(r"<[^>]+>", "", (file.parent / "index.html").read_text("utf-8")))
        page = page.replace("\u00a0", " ")
        numbers = json.loads(file.read_text("utf-8"))
        for name in (name for name, number in numbers.items() if number["written"] not in page):
            # One case of a sentence may keep silent on a number of another, such as a p value: not all of them.
            said = entry(numbers[name]["sentence"], "en")
            stated = re.compile(rf"{{{name.rpartition('.')[2]}[:}}]")
            stating = [bool(stated.search(case)) for case in (said.values() if isinstance(said, dict) else [said])]
            if all(stating) or not any(stating):
                absent[f"{file.parent.name} {name}"] = numbers[name]["written"]
    assert absent == {}


def test_commitments_and_plans_say_their_numbers(site):
    numbers = site.report("commitments", country=None, language="en").numbers
    assert numbers["commitments.years.rows"]["value"] == 1927
    assert site.report("commitments", country="MEX").numbers["commitments.scope.sample.rows"]["value"] == 63
    with (site.report("commitments", country=None, language="en").folder / "tables" / "stars.csv").open() as handle:
        first = next(csv.DictReader(handle))
    assert (first["verdicts"], first["starred"], first["derived"]) == ("792", "183", "183")
    steps = site.report("ogp_process", language="en").numbers
    assert steps["process.glance.steps.plans"]["value"] == 116
    assert steps["process.glance.steps.countries"]["value"] == 61


def test_commitments_on_state_surveillance_are_two_and_named_one_by_one(site):
    folder = site.report("commitments", country=None, language="en").folder
    with (folder / "tables" / "commitments_state_surveillance.csv").open(encoding="utf-8") as handle:
        assert [row["place"] for row in csv.DictReader(handle)] == ["Georgia", "United States"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["country_profile", "-p", "country", "XYZ"], "XYZ"),
        (["country_profile", "-p", "contry", "MEX"], "Did you mean 'country'?"),
        (["country_profile", "-p", "first_year", "abc"], "is not a whole number"),
        (["country_profile", "-p", "country", "../../etc/passwd"], "etc/passwd"),
        (["country_profile", "-p", "first_year", "2020", "-p", "last_year", "2010"], "lies after"),
        (["../country_profile"], "is not in notebooks/"),
    ],
)
def test_a_wrong_parameter_gets_one_sentence_and_nothing_is_run(site, monkeypatch, capsys, arguments, message):
    before = sorted(site.home.glob("reports/**/run.json"))
    said = site.refusal(monkeypatch, capsys, "run", *arguments)
    assert message in said and len(said.strip().splitlines()) == 1
    assert sorted(site.home.glob("reports/**/run.json")) == before


def test_a_second_run_notices_that_nothing_changed(site):
    done = site.run("run", "ogp_process")
    assert done.returncode == 0 and "Nothing changed" in done.stdout


def test_the_list_of_members_that_are_run_is_that_of_the_membership_table():
    import tomllib

    import ogp_analysis as ogp

    runs = tomllib.loads((ROOT / "notebooks" / "runs.toml").read_text(encoding="utf-8"))["run"]
    listed = [run["parameters"]["country"] for run in runs if run["notebook"] == "country_profile"]
    named = [c for one in listed for c in (one if isinstance(one, list) else [one])]
    assert sorted(named) == sorted(ogp.load("ogp_membership", "countries")["iso3"])


CLAIM = re.compile(
    r'<div lang="(?P<language>..)" data-spoken="..">\s*<h3>[^<]*</h3>\s*<p>(?P<said>.*?)</p>\s*<p><a href="(?P<path>[^"]+)"'
)


def test_the_front_page_makes_the_same_claims_in_both_languages(site):
    """Notebook, parameters and every number: what a Mexican reader is told is what a British one is told."""
    page = (site.home / "reports" / "index.html").read_text(encoding="utf-8")
    claims: dict[str, list[tuple]] = {"en": [], "es": []}
    for found in CLAIM.finditer(page):
        folder = (site.home / "reports" / found["path"]).parent
        assert folder.name == found["language"]
        record = json.loads((folder.parent / "run.json").read_text("utf-8"))
        numbers = re.findall(r"\d+(?:[.,]\d+)*", html.unescape(found["said"]))
        claims[found["language"]].append((record["notebook"], record["parameters"], sorted(numbers)))
    assert claims["en"] == claims["es"] != []
    named = [notebook for notebook, *_ in claims["en"]]
    assert len(named) == len(set(named)) >= 7
    membership = dict((notebook, asked) for notebook, asked, _ in claims["en"])["ogp_membership_effect"]
    assert membership["outcome"] == "v2xcs_ccsi"


@pytest.mark.parametrize("notebook", ["country_profile", "spyware_and_civic_space", "surveillance_contracting"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_references_have_the_years_and_names_of_publishers(site, notebook, language):
    """Not the first year that a source covers, no author called others, no version said twice, our name translated."""
    asked = {"country": "MEX"} if notebook == "country_profile" else {}
    folder = site.report(notebook, **asked, language=language).folder
    items = {one["id"]: one for one in json.loads((folder / "cite.json").read_text(encoding="utf-8"))}
    tex, ris = ((folder / f"cite.{kind}").read_text(encoding="utf-8") for kind in ("bib", "ris"))
    data = {key: one for key, one in items.items() if one["type"] == "dataset"}
    own = {"en": "The ogp_analysis authors", "es": "Equipo de ogp_analysis"}[language]
    other = {"es": "The ogp_analysis authors", "en": "Equipo de ogp_analysis"}[language]
    ours = [one for one in data.values() if one["author"] == [{"literal": own}]]
    assert ours and all(one["issued"] == {"date-parts": [[2026]]} for one in ours)
    if notebook != "surveillance_contracting":  # which does not read the inventory
        assert data["carnegie_spyware_inventory_10"]["issued"] == {"date-parts": [[2023]]}
    assert not [one for one in data.values() if {"literal": "others"} in one["author"]] and "et al.\n" not in ris
    assert not [one for one in data.values() if re.search(r"\d", one["medium"])] and "\n  version = " not in tex
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert other not in "".join([page, tex, ris, json.dumps(items, ensure_ascii=False)]).replace("\\_", "_")


#: What pages said and took back, by notebook: ranks of gaps without the fit, a mean of a rise and a fall, dates without
#: names or base rates, one interval of 54, use of spyware without a source, measures by number.
WITHDRAWN = {
    "shock_case_study": re.compile(
        r"(?:is|are) extreme|with no event at all|few moved as much|lies (?:above|below) its synthetic control\b(?! cannot)"
        r"|on average from|break dates|Schwarz|nothing of the kind|first year after the event"
        r"|extremos?\b|sin ningún hecho|pocos se movieron tanto|en promedio a partir|quiebre de la media"
        r"|no les ocurrió nada así|primer año posterior\.", re.I
    ),
    "ogp_membership_effect": re.compile(r"p = 0\.046|joiners changed by"),
    "which_measure": re.compile(r"is documented for Mexico|está documentado para México|was documented|se documentó su uso"),
    "civic_space_overview": re.compile(r"the second measure|la segunda medida|left out for lack|fuera por falta", re.I),
    "country_profile": re.compile(r"the date asked for|la fecha que se pidió", re.I),
}  # fmt: skip


@pytest.mark.parametrize("notebook", WITHDRAWN)
def test_what_was_withdrawn_is_on_no_page_and_not_on_the_front_page(site, notebook):
    pages = [site.home / "reports" / "index.html", *sorted(site.home.glob(f"reports/{notebook}/*/*/index.html"))]
    assert len(pages) > 2
    for page in pages:
        assert WITHDRAWN[notebook].findall(text(page.read_text(encoding="utf-8"))) == [], page.parent.name


def test_a_case_study_names_its_event_prints_the_fit_and_refuses_a_date_without_later_values(site):
    for language, event in (("en", "“Gobierno Espía” (19 June 2017)"), ("es", "«Gobierno Espía» (19 de junio de 2017)")):
        report = site.report("shock_case_study", language=language)
        said = text(report.page)
        assert said.count(event) >= 2 and event in report.record["about"][language]["title"]
        assert report.numbers["path.v1"]["value"] == 0.879 and report.numbers["path.y1"]["value"] == 2019
        gaps = [row for row in report.rows("ranks") if row["fit"] != "not_applicable"]
        assert [round(float(row["fit"]), 3) for row in gaps] == [0.003, 0.003, 0.013]
        assert "breaks" not in report.rows("dates")[0]
    assert any("for a year after that of 2023-12-31" in line for line in site.failed)


def test_units_that_are_no_country_of_the_panel_and_territories_are_named_for_what_they_are(site):
    for language, said in (
        ("en", ("territories with a code of their own, such as Hong Kong", "PSE is the West Bank alone")),
        ("es", ("territorios con código propio, como Hong Kong", "PSE es solo Cisjordania")),
    ):
        page = text(site.report("civic_space_overview", language=language).page)
        assert all(one in page for one in said)
