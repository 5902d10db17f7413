"""The folder of a report and its page."""

from __future__ import annotations

import base64
import copy
import hashlib
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from ogp_analysis.base.errors import ReportError
from ogp_analysis.base.words import catalogue
from ogp_analysis.display.figure import FIGURE_MIME, NARROW_MIME, Figure
from ogp_analysis.display.figure import drawing as drawn
from ogp_analysis.display.palette import DARK, PALETTE
from ogp_analysis.display.sheet import Panel, Sheet
from ogp_analysis.publishing.pages import drawing
from ogp_analysis.publishing.pages.carried import read
from ogp_analysis.publishing.pages.render import render


class Seen(HTMLParser):
    """Tags and attributes of a page, its text, and what stands open."""

    VOID = {"meta", "link", "img", "br", "hr", "input", "source"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.text, self.open = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def values(self, tag: str, name: str) -> list:
        return [v for t, n, v in self.attributes if (t, n) == (tag, name)]


#: The pages beside a page, and above it.
ABOVE = ("../es/index.html", "../../../index.html", "../../../corrections.html")


def page_of(make, nb: dict, **identity) -> str:
    return render(nb, make.identity(**identity)).files["index.html"].decode()


def words_of(html: str) -> str:
    body = html[html.index("<body") :]
    return " ".join(" ".join(Seen(body[: body.rindex("</html>")]).text).split())


def test_the_folder_and_what_the_list_says_of_it(make):
    nb = make.full()
    before = copy.deepcopy(nb)
    files, about = render(nb, make.identity())
    assert nb == before
    assert list(files) == [
        "cite.bib", "cite.json", "cite.ris", "columns.csv", "datapackage.json", "figures/trend.pdf",
        "figures/trend.png", "figures/trend.svg", "index.html", "notebook.ipynb", "numbers.json", "numbers.tex",
        "report.pdf",
        "tables/peers.csv", "tables/peers.html", "tables/peers.tex",
    ]  # fmt: skip
    assert about == {
        "title": "Civic space in Mexico is narrowed",
        "question": "How open is it?",
        "findings": {"sample.now": "In 2024 the index of Mexico was 0.64 (0.58 to 0.70)."},
        "limits": {"sample.limit": "None of this says why."},
        "language": "en",
        "edition": "embedded",
        "last_year": 2024,
    }


def test_the_page_is_whole_and_allows_only_itself(make):
    html = page_of(make, make.full())
    seen = Seen(html)
    assert seen.open == []
    assert seen.tags.count("h1") == 1
    assert seen.tags.count("script") == 1 and seen.values("script", "type") == ["application/ld+json"]
    assert not [a for a in seen.attributes if a[1] == "style" or a[1].startswith("on")]
    style = re.search(r"<style>(.*?)</style>", html, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = seen.values("meta", "content")[0]
    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert all(source.startswith("data:image/") for source in seen.values("img", "src"))
    assert all(seen.values("img", "alt"))


def test_ids_are_unique_and_references_lead_somewhere(make):
    files = render(make.full(), make.identity()).files
    seen = Seen(files["index.html"].decode())
    ids = [v for _, name, v in seen.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    named = [v for _, name, v in seen.attributes if name == "aria-labelledby"]
    links = seen.values("a", "href")
    assert {v.removeprefix("#") for v in links if v.startswith("#")} | set(named) <= set(ids)
    inside = {v for v in links if not v.startswith(("#", "https://", *ABOVE))}
    assert inside == set(files) - {"index.html"}


def test_order_of_the_page(make):
    text = words_of(page_of(make, make.full()))
    order = [
        "How open is it?", "Civic space in Mexico is narrowed", "In 2024 the index of Mexico was",
        "That is rank", "What this cannot show.", "None of this says why.", "The index is from 0 to 1.",
        "The sample holds 4,187 country-years.", "Figure 1", "Caution", "Table 1", "Take it with you",
        "How to cite this output", "Output id", "Appendix", "Data sources", "From raw rows", "Tables used",
    ]  # fmt: skip
    main = text[text.index("How open") :]
    places = [main.index(piece) for piece in order]
    assert places == sorted(places)
    assert main.count("Civic space in Mexico is narrowed") == 2  # the title, and the line to cite


def test_an_answer_is_finding_picture_numbers_limit_and_then_all_else(make):
    """In whatever order its cells show them; the code of all its cells is one fold."""
    cells = [make.prose("# Is it so?\n\n## Answer"), make.code("a", make.said("limit", "limit"), make.placed()),
             make.code("b", make.covered(), make.drawn("one"), make.drawn("two")),
             make.code("c", make.now())]  # fmt: skip
    html = page_of(make, make.notebook(*cells))
    [answer] = re.findall(r'<section[^>]*class="lead">.*?</section>', html, re.S)
    order = ['class="finding"', 'id="figure-one"', 'class="numbers"', 'class="limit"', "The sample holds",
             'id="figure-two"', "<details"]  # fmt: skip
    places = [answer.index(piece) for piece in order]
    assert places == sorted(places) and answer.count("<details") == 1
    assert html.index("In 2024 the index") < html.index("<h2")


def test_tables_of_the_evidence_are_folded_behind_a_picture_or_if_they_are_long(make):
    long = pd.DataFrame({"country": [f"C{n}" for n in range(3)]})
    cells = [
        make.prose("# Is it so?\n\n## Evidence\n\n### Drawn"),
        make.code("a", make.drawn(), make.tabled("drawn")),
        make.prose("### Short"),
        make.code("b", make.tabled("short", frame=long[:2])),
        make.prose("### Long"),
        make.code("c", make.tabled("long", caption="Long & wide", frame=long)),
    ]
    html = page_of(make, make.notebook(*cells))
    folded = re.findall(r'<details class="table" id="table-(\w+)">', html)
    assert folded == ["drawn", "long"] and '<div class="table" id="table-short">' in html
    summary = '<summary><span class="label">Table 3</span> Long &amp; wide</summary>'
    assert (
        summary in html
        and '<caption class="hidden"><span class="label">Table 3</span> Long &amp; wide</caption>' in html
    )


def test_a_page_leads_to_its_other_language_and_to_all_about_its_country(make):
    links = Seen(page_of(make, make.full())).values("a", "href")
    assert "../es/index.html" in links and "../../../index.html#country=MEX" in links
    html = page_of(make, make.full(), parameters={"country": None})
    assert "index.html#" not in html


def test_answer_and_evidence_have_no_heading_of_their_own(make):
    cells = [make.prose("# Is it so?"), make.prose("## Answer"), make.code("a", make.now()),
             make.prose("## Evidence\n\n### How far did it fall?"), make.code("b", make.drawn())]  # fmt: skip
    html = page_of(make, make.notebook(*cells))
    assert re.findall(r"<h2[^>]*>([^<]+)</h2>", html)[:1] == ["How far did it fall?"]


def test_what_belongs_to_the_appendix_is_folded_after_what_can_be_taken_along(make):
    cells = [make.prose("# Is it so?"), make.code("a", make.now()),
             make.prose("## Appendix\n\n### The sample"), make.code("b", make.tabled())]  # fmt: skip
    html = page_of(make, make.notebook(*cells))
    assert html.index('id="take"') < html.index(">Appendix</h2>") < html.index("<summary>The sample</summary>")
    [folded] = re.findall(r'<details id="the-sample">.*?</table>', html, re.S)
    assert "Table 1" in folded


def test_provenance_without_a_heading_gets_one(make):
    nb = make.notebook(make.prose("## Evidence"), make.code("a", make.drawn()))
    assert '<details id="provenance"' in page_of(make, nb)
    assert '<details id="provenance"' not in page_of(make, make.full())


def test_code_is_folded_and_parameters_are_a_list(make):
    html = page_of(make, make.full())
    folded = " ".join(re.findall(r"<details.*?</details>", html, re.S))
    assert "country_years" in folded
    assert "hidden default" not in html
    assert "<li><code>country</code> = <bdi>MEX</bdi></li>" in html
    assert "<li><code>event</code> = <bdi>not set</bdi></li>" in html


def test_what_was_written_to_the_error_stream_is_folded_with_the_code(make):
    nb = make.notebook(make.code("x", make.printed("UserWarning: odd", "stderr"), make.printed("said aloud")))
    html = page_of(make, nb)
    fold = re.search(r"<details.*?</details>", html[html.index("said aloud") :], re.S)[0]
    assert "UserWarning: odd" in fold
    assert '<pre class="output" tabindex="0">said aloud</pre>' in html


def test_a_corrected_sentence_needs_no_new_run(make, monkeypatch):
    nb = make.full()
    tree = catalogue.tree

    def corrected(area: str, language: str) -> dict:
        found = tree(area, language)
        return {**found, "coverage": "We looked at {n} country-years."} if area == "sample" else found

    monkeypatch.setattr(catalogue, "tree", corrected)
    files = render(nb, make.identity()).files
    assert "We looked at 4,187 country-years." in files["index.html"].decode()
    assert "We looked at 4,187 country-years." in files["notebook.ipynb"].decode()
    assert "The sample holds" not in files["index.html"].decode()


def sheet() -> Figure:
    """Return a figure drawn on sheets, one for a page and one for a telephone."""

    @drawn
    def draw():
        sheets = []
        for narrow in (False, True):
            made = Sheet.framed(120, "The finding", "What is drawn", "Source: a publisher", narrow)
            panel = Panel(made, (40, made.top, 300, made.bottom), (0, 1), (0, 1))
            panel.line([0, 1], [0.2, 0.8], PALETTE["own"])
            sheets.append(made)
        return "trend", "A caption", "An alternative", tuple(sheets)

    return draw()


def test_a_figure_on_sheets_comes_twice_and_follows_the_page(make):
    data = sheet().outputs()[0][0]
    output = {"output_type": "display_data", "metadata": {}, "data": data}
    nb = make.full()
    cell = next(c for c in nb["cells"] for o in c.get("outputs", []) if FIGURE_MIME in o.get("data", {}))
    cell["outputs"] = [output if FIGURE_MIME in o.get("data", {}) else o for o in cell["outputs"]]
    files = render(nb, make.identity()).files
    page = files["index.html"].decode()
    addresses = re.findall(r'(?:srcset|src)="data:image/svg\+xml;base64,([^"]+)"', page)
    narrow, wide = (base64.b64decode(one).decode() for one in addresses)
    assert '<source media="(max-width: 640px)"' in page and ' width="358"' in narrow and ' width="1080"' in wide
    for one in (narrow, wide):
        assert f'[stroke="{PALETTE["own"]}"]{{stroke:{DARK["own"]}!important}}' in one
        assert "@media screen and (prefers-color-scheme:dark)" in one and "#paper{display:none}" in one
        ElementTree.fromstring(one)
    kept = files["figures/trend.svg"].decode()
    assert "prefers-color-scheme" not in kept and 'id="paper"' in kept, "a file has its own ground and no dark side"


def test_of_figures_that_are_views_of_one_a_page_shows_the_one_that_is_opened(make):
    data = sheet().outputs()[0][0]
    data[FIGURE_MIME] = {**data[FIGURE_MIME], "view": "Asia <b>"}
    del data[NARROW_MIME]
    output = {"output_type": "display_data", "metadata": {}, "data": data}
    nb = make.full()
    cell = next(c for c in nb["cells"] for o in c.get("outputs", []) if FIGURE_MIME in o.get("data", {}))
    cell["outputs"] = [output if FIGURE_MIME in o.get("data", {}) else o for o in cell["outputs"]]
    page = render(nb, make.identity()).files["index.html"].decode()
    folded = re.search(
        r'<details class="view" name="views">\s*<summary>Asia &lt;b&gt;</summary>(.*?)</details>', page, re.S
    )
    assert folded and '<figure id="figure-trend">' in folded[1] and "card" not in folded[1]
    [address] = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', folded[1])
    assert "prefers-color-scheme:dark" in base64.b64decode(address).decode()


def test_what_is_drawn_for_a_telephone_is_held_to_the_same_list(make):
    data = sheet().outputs()[0][0]
    data[NARROW_MIME] = data[NARROW_MIME].replace("</svg>", "<script>alert(1)</script></svg>")
    output = {"output_type": "display_data", "metadata": {}, "data": data}
    with pytest.raises(ReportError, match="its SVG holds <script>"):
        read(make.notebook(make.code("a", output)))


def test_every_colour_of_a_sheet_has_a_dark_one_of_its_own():
    assert set(PALETTE) == set(DARK) and len(set(PALETTE.values())) == len(PALETTE)
    svg = "<svg >" + "".join(f'<path style="fill: {colour}"/>' for colour in PALETTE.values()) + "</svg>"
    for name, colour in PALETTE.items():
        rule = f'[style*="fill: {colour}"],[fill="{colour}"]{{fill:{DARK[name]}!important}}'
        lined = f'<svg ><pattern><rect fill="{colour}"/></pattern></svg>'
        assert rule in drawing.on_screen(svg) and rule in drawing.on_screen(lined)


SCRIPT = """
import hashlib, importlib.util, sys
import pytest
spec = importlib.util.spec_from_file_location("sample", sys.argv[1])
sample = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sample)
with pytest.MonkeyPatch.context() as patch:
    sample.speak(patch)
    make = sample.Maker("es")
    from ogp_analysis.publishing.pages.render import render
    files = render(make.full(), make.identity()).files
for name, content in files.items():
    print(name, hashlib.sha256(content).hexdigest())
"""


@pytest.mark.parametrize("zone", ["Asia/Kolkata"])
def test_the_same_bytes_in_every_process(spanish, zone):
    """In this one, and in one with other hashes, another time zone and another locale."""
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"}
    command = [sys.executable, "-c", SCRIPT, str(Path(__file__).with_name("conftest.py"))]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    here = render(spanish.full(), spanish.identity()).files
    assert told.splitlines() == [f"{name} {hashlib.sha256(content).hexdigest()}" for name, content in here.items()]
