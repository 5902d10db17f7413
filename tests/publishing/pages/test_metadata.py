"""What the files of a report say of the output they belong to."""

from __future__ import annotations

import io
import json
import re
from xml.etree import ElementTree

import pytest
from lxml import html as parser
from PIL import Image
from pypdf import PdfReader

from ogp_analysis.display.figure import FIGURE_MIME
from ogp_analysis.publishing.pages.render import render

ID = "ogp_analysis:3f9c0a7be1d2"
SITE = "https://reports.example/ogp/country_profile/MEX-2000-1a2b3c4d/"
EVIL = "</script><script>alert(1)</script>"


def files_of(make, nb=None, **identity) -> dict[str, bytes]:
    return render(nb or make.full(), make.identity(**identity)).files


def tags(page: bytes) -> list[tuple[str, str]]:
    found = parser.fromstring(page.decode()).xpath("//head/meta[@name or @property]")
    return [(one.get("name") or one.get("property"), one.get("content")) for one in found]


def linked(page: bytes) -> list[dict]:
    [text] = parser.fromstring(page.decode()).xpath("//script/text()")
    return json.loads(text)["@graph"]


def test_one_id_names_the_output_in_every_file_that_can_say_it(make):
    files = files_of(make)
    silent = {name for name, content in files.items() if b"3f9c0a7be1d2" not in content}
    # Data and the executed notebook are the same in every output that comes to them.
    assert silent == {"columns.csv", "notebook.ipynb", "numbers.json", "tables/peers.csv"}
    short = {name for name, content in files.items() if re.search(rb"3f9c0a7b(?!e1d2)", content)}
    assert short == set()


def test_figures_carry_caption_authors_and_output(make):
    files = files_of(make, address=SITE)
    core = ElementTree.fromstring(files["figures/trend.svg"])
    said = [(e.tag.rpartition("}")[2], e.text) for e in core.iter() if e.tag.startswith("{http://purl.org/dc/")]
    assert said == [
        ("title", "The index"),
        ("creator", "The ogp_analysis authors"),
        ("identifier", ID),
        ("source", SITE),
    ]
    picture = Image.open(io.BytesIO(files["figures/trend.png"]))
    picture.load()
    assert picture.text == {
        "Title": "The index", "Author": "The ogp_analysis authors", "Description": "A line falls.",
        "Source": f"{ID} {SITE}", "Software": "ogp_analysis 0.1.0",
    }  # fmt: skip
    about = PdfReader(io.BytesIO(files["figures/trend.pdf"])).metadata
    assert (about.title, about.author, about.keywords) == ("The index", "The ogp_analysis authors", ID)


def test_no_address_is_made_up(make):
    files = files_of(make)
    assert b"<dc:source>" not in files["figures/trend.svg"]
    names = [name for name, _ in tags(files["index.html"])]
    assert not [name for name in names if name.startswith("og:") or name.endswith("_url")]
    assert all("url" not in one for one in linked(files["index.html"]))


def test_a_figure_is_embedded_with_its_caption_its_words_for_the_blind_and_the_line_that_cites_it(make):
    nb = make.full()
    [data] = [
        output["data"] for cell in nb["cells"] for output in cell.get("outputs", []) if FIGURE_MIME in output["data"]
    ]
    data[FIGURE_MIME] |= {"caption": EVIL, "alt": f'"{EVIL}'}
    page = files_of(make, nb, address=SITE)["index.html"]
    [snippet] = parser.fromstring(page.decode()).xpath("//figure[@id='figure-trend']//details//code/text()")
    figure = parser.fromstring(snippet)
    assert figure.xpath("a/@href") == [f"{SITE}#figure-trend"] and figure.xpath("//img/@alt") == [f'"{EVIL}']
    assert figure.xpath("//img/@src") == [f"{SITE}figures/trend.png"] and not figure.xpath("//script")
    caption = figure.xpath("string(figcaption)")
    assert caption.startswith(EVIL) and f"Output {ID.rpartition(':')[2]}" in caption
    assert b"<code>&lt;figure" not in files_of(make)["index.html"]


def test_the_address_stands_in_the_page_and_in_the_citation(make):
    files = files_of(make, address=SITE)
    named = tags(files["index.html"])
    assert ("citation_public_url", SITE) in named and ("citation_pdf_url", SITE + "report.pdf") in named
    assert ("DC.identifier", SITE) in named
    assert ("og:image", f"{SITE}figures/trend.png") in named
    assert ("og:url", SITE) in named and ("twitter:card", "summary_large_image") in named
    said = dict(named)
    assert (said["og:title"], said["og:description"]) == (said["DC.title"], said["DC.description"])
    assert f'<link rel="canonical" href="{SITE}">' in files["index.html"].decode()
    assert linked(files["index.html"])[0]["url"] == SITE
    assert f"url = {{{SITE}}}" in files["cite.bib"].decode() and f"UR  - {SITE}" in files["cite.ris"].decode()
    assert f"version 0.1.0. {SITE}</p>" in files["index.html"].decode()


def test_a_reference_manager_reads_the_page(make):
    named = tags(files_of(make, authors=("Pérez, Ana", "A Body"))["index.html"])
    for pair in (
        ("citation_title", "Civic space in Mexico is narrowed"), ("citation_author", "Pérez, Ana"),
        ("citation_author", "A Body"), ("citation_publication_date", "2026/05/04"), ("citation_language", "en"),
        ("citation_technical_report_number", "3f9c0a7be1d2"), ("DC.title", "Civic space in Mexico is narrowed"),
        ("DC.creator", "Pérez, Ana"), ("DC.date", "2026-05-04"), ("DC.language", "en"), ("DC.type", "Text"),
        ("DC.identifier", ID), ("DC.source", "https://doi.org/10.23696/vdemds25"),
        ("DC.description", "In 2024 the index of Mexico was 0.64 (0.58 to 0.70)."),
    ):  # fmt: skip
        assert pair in named


def test_what_stands_behind_a_report_is_its_data_alone_with_what_each_says_of_itself(make):
    """Not the software, nor the papers of its methods; by DOI, else as its publisher asks, else by its title."""
    of = make.provenance()["data"]["application/vnd.ogp-analysis.provenance+json"]["sources"][0]
    others = [
        {**of, "source": "a", "title": "By DOI", "doi": "10.1234/x", "authors": ["García, Ñandú", "others"]},
        {**of, "source": "b", "title": "By citation", "doi": "", "citation": "Ñandú 2025.", "authors": []},
        {**of, "source": "c", "title": "By title", "doi": "", "citation": "", "authors": []},
    ]
    nb = make.only(make.prose("The test of Mann–Kendall."), make.code("a", make.headline("T")),
                   make.code("p", make.provenance(sources=others)))  # fmt: skip
    files = files_of(make, nb)
    assert b"Mann" in files["cite.bib"], "a paper is credited"
    named = tags(files["index.html"])
    says = [content for name, content in named if name == "DC.source"]
    assert says == ["https://doi.org/10.1234/x", "Ñandú 2025.", "By title"]
    article = linked(files["index.html"])[0]
    assert [one["name"] for one in article["isBasedOn"]] == ["By DOI", "By citation", "By title"]
    person = {"@type": "Person", "familyName": "García", "givenName": "Ñandú", "name": "Ñandú García"}
    assert article["isBasedOn"][0]["author"] == [person], "who else there was is not a body"
    assert article["headline"] == article["name"] == "Civic space in T is narrowed"
    assert "Ñandú" in files["index.html"].decode().partition("ld+json")[2].partition("</script>")[0], "as it is written"


@pytest.mark.parametrize("where", ["title", "author", "source"])
def test_what_data_say_ends_no_script(make, where):
    source = {**make.provenance()["data"]["application/vnd.ogp-analysis.provenance+json"]["sources"][0]}
    nb = make.only(
        make.code("a", make.headline(EVIL if where == "title" else "Mexico")),
        make.code("p", make.provenance(sources=[{**source, "title": EVIL if where == "source" else "T"}])),
    )
    page = files_of(make, nb, authors=(EVIL if where == "author" else "A",))["index.html"]
    [script] = parser.fromstring(page.decode()).xpath("//script")
    assert script.get("type") == "application/ld+json" and EVIL in json.dumps(json.loads(script.text))
