"""What the real reports say on the data of the repository, in both languages."""

from __future__ import annotations

import csv
import html
import json
import re
import sys
import tomllib
from pathlib import Path

import pytest

from ogp_analysis.base.words.catalogue import entry
from ogp_analysis.base import links

from ..reports import ROOT

#: An address, as far as the marks that end one in the files of a report.
ADDRESS = re.compile(r"https?://[^\s\"'|,;)<>\]\\]+")


def text(page: str) -> str:
    """Return what a reader reads: no code or command, and not the part of names of files, sources and parameters."""
    body = page.partition("<main")[2].partition('<dl class="list">')[0]
    body = re.sub(
        r'<p class="cite">.*?</p>|<dl class="take">.*?</dl>|<details class="code">.*?</details>', " ", body, flags=re.S
    )
    body = re.sub(r"ogp-analysis fetch \w+", " ", body)
    body = re.sub(r"<(style|script|pre|code|samp|kbd)\b.*?</\1>", " ", body, flags=re.S)
    alts = " ".join(re.findall(r'\balt="([^"]*)"', body))
    return html.unescape(re.sub(r"<[^>]+>", " ", body) + " " + alts)


ALL = [("country_profile", {"country": "MEX"}), ("civic_space_overview", {})]


def test_the_figure_of_the_readme_is_that_of_the_report(site):
    report = site.report("country_profile", country="MEX", event_date="2017-05-23", language="en")
    files = report.folder / "figures" / "core_index.svg", ROOT / "docs" / "images" / "mexico.svg"
    # The output that a drawing names is another with every change of the code.
    drawn, copied = (re.sub(r"ogp_analysis:[0-9a-f]{12}", "", file.read_text(encoding="utf-8")) for file in files)
    assert copied == drawn, "copy it: the drawing has changed"


CLAIMS = {
    "en": re.compile(r"\b(?:has|have|had|uses|used|owns|bought) (?:the )?(?:spyware|pegasus)|has spyware", re.I),
    "es": re.compile(
        r"\b(?:tiene|tienen|tuvo|usa|usó|posee|compró) (?:el )?(?:spyware|software espía|programas? espía|pegasus)",
        re.I,
    ),
}


@pytest.mark.parametrize(("notebook", "wanted"), ALL)
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
    assert (
        "lists the government of Mexico as a customer or suspected operator of commercial spyware in 4 cases"
        in re.sub(r"\s+", " ", said)
    )
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


@pytest.mark.parametrize(
    "notebook",
    [
        *("surveillance_contracting", "commitment_tracker", "spyware_and_civic_space", "ogp_process"),
        *("promises_on_surveillance", "safeguards"),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_file_of_a_report_holds_an_address_that_names_a_person_or_links_a_front_page(site, notebook, language):
    """Nor does a table: what it links is a page, with a number, and the number leads to the address on paper."""
    report = site.report(notebook, language=language)
    files = [
        file
        for file in sorted(report.folder.rglob("*"))
        if file.suffix in (".html", ".csv", ".json", ".tex", ".ipynb", ".svg")
    ]
    told = {address for file in files for address in ADDRESS.findall(file.read_text(encoding="utf-8"))}
    assert told and not [address for address in told if links.names_a_person(address)]
    linked = re.findall(r'<a href="(https?://[^"]+)" rel="noopener">([^<]+)</a>', report.page)
    assert all(re.search(r" \[\d+\]$", shown) for _, shown in linked)
    assert not [address for address, _ in linked if links.is_home_page(html.unescape(address))]
    below = re.findall(r'<p class="addresses">(.*?)</p>', report.page, flags=re.S)
    assert {address for address, _ in linked} == set(re.findall(r"^\[\d+\] (.+)$", "\n".join(below), flags=re.M))


def test_what_is_absent_is_named_with_how_to_have_it(site):
    for notebook, wanted in ALL:
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


def test_the_list_of_members_that_are_run_is_that_of_the_membership_table():
    import ogp_analysis as ogp

    runs = tomllib.loads((ROOT / "notebooks" / "runs.toml").read_text(encoding="utf-8"))["run"]
    listed = [run["parameters"]["country"] for run in runs if run["notebook"] == "country_profile"]
    named = [c for one in listed for c in (one if isinstance(one, list) else [one])]
    assert sorted(named) == sorted(ogp.load("ogp_membership", "countries")["iso3"])


CLAIM = re.compile(
    r'(?P<said><p class="finding">[^<]*</p>\s*(?:<p>[^<]*</p>\s*)*)<p class="to"><a href="(?P<path>[^"]+)"'
)
#: The figure that says a claim of the front page, in its title or its text.
FIGURES = {"civic_space_overview": "map", "country_profile": "core_index"}
#: Days and months of reading, which caveats name and no report registers as numbers.
DAY = re.compile(r"(?:\d+ (?:de )?)?\b(?:December|July|diciembre|julio) (?:de )?20\d\d")


def test_the_front_page_makes_five_claims_and_those_of_their_reports(site):
    """Each sentence is its report's own; its numbers are registered, the same in both languages and on the figure."""
    page = (site.home / "reports" / "index.html").read_text(encoding="utf-8")
    front = tomllib.loads((ROOT / "notebooks" / "runs.toml").read_text(encoding="utf-8"))["front"]
    named = front["findings"]
    claims: dict[str, list[tuple]] = {"en": [], "es": []}
    for found in CLAIM.finditer(page):
        folder = (site.home / "reports" / found["path"]).parent
        record = json.loads((folder.parent / "run.json").read_text("utf-8"))
        report = "".join(text((folder / "index.html").read_text("utf-8")).split())
        said = [" ".join(html.unescape(one).split()) for one in re.findall(r"<p[^>]*>([^<]*)</p>", found["said"])]
        assert len(said) == len(named[record["notebook"]]) and all("".join(one.split()) in report for one in said)
        assert record["about"][folder.name]["limits"].keys() & {*named[record["notebook"]]}, "a claim without a caveat"
        registered = json.loads((folder / "numbers.json").read_text("utf-8"))
        of = {name: one for name, one in registered.items() if one["sentence"] in named[record["notebook"]]}
        left = DAY.sub("", " ".join(said))
        for one in sorted(of.values(), key=lambda one: -len(one["written"])):
            assert one["written"] in " ".join(said).replace("\u00a0", " ")
            left = left.replace(one["written"].replace(" ", "\u00a0"), "").replace(one["written"], "")
        assert not re.search(r"\d", re.sub(r"[vV]14", "", left)), left
        numbers = {name: one["value"] for name, one in of.items()}
        claims[folder.name].append((record["notebook"], record["parameters"], numbers))
        if figure := FIGURES.get(record["notebook"]):
            drawing = (folder / "figures" / f"{figure}.svg").read_text("utf-8")
            words = html.unescape(re.sub(r"<[^>]+>", " ", drawing.partition("</title>")[0]))
            first = [one for one in of.values() if one["sentence"] == named[record["notebook"]][0]]
            counted = [one["written"] for one in first if one["unit"] in ("count", "index", "year")]
            assert counted and [one for one in counted if one not in words.replace("\u00a0", " ")] == []
    assert claims["en"] == claims["es"] and sorted(notebook for notebook, *_ in claims["en"]) == sorted(named)
    assert len(named) == 5 and page.count('<img src="data:') == 2 * len(named), "each with its picture"


def test_the_table_of_countries_says_what_the_answers_of_profiles_print(site):
    """Value, year and change to the digit, and the date of a standing, stand on the page that the row leads to."""
    page = (site.home / "reports" / "index.html").read_text(encoding="utf-8")
    row = tomllib.loads((ROOT / "notebooks" / "runs.toml").read_text(encoding="utf-8"))["front"]["row"]
    assert len({row[name].partition(".")[0] for name in ("change", "years", "step")}) == 1, "of one span of years"
    rows = re.findall(r'<tr data-country.*?<a href="([^"]+)">.*?</th>(.*?)</tr>', page, re.S)
    told = {path: re.findall(r"<td[^>]*>([^<]+)</td>", cells) for path, cells in rows}
    told = {path: cells for path, cells in told.items() if cells}
    assert len(told) > 10 and {path.split("/")[-2] for path in told} == {"en", "es"}
    for path, (value, change, standing) in told.items():
        shown = text((site.home / "reports" / path).read_text("utf-8"))
        assert value in shown and change in shown, path
        dates = re.findall(r"\d[\w ]*20\d\d|20\d\d", standing)  # none of a country that never joined
        assert all(date in shown for date in dates), (path, standing)


#: Searches of which no share with a judge's order is formed, and, where they stand, what the office says of them.
SEARCHES, DENIED = (
    re.compile(r"13[,.]?890\b"),
    re.compile(r"all of its searches were|todas sus (?:consultas|búsquedas)"),
)


def test_searches_stand_beside_what_the_office_says_of_them_and_in_no_summary(site):
    own = {"surveillance_contracting", "commitment_tracker"}
    for file in [*site.home.glob("reports/*.html"), *site.home.glob("reports/**/index.html")]:
        head, _, body = file.read_text(encoding="utf-8").partition("<main")
        assert not SEARCHES.search(head), file
        assert not SEARCHES.search(body) or (own & {*file.parts} and DENIED.search(body)), file


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
