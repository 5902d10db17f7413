"""The pages in a browser: wide and narrow, light and dark, on paper, with and without scripts."""

from __future__ import annotations

import io
import re
import zlib

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.civic_space.figures.overview import side_by_side
from ogp_analysis.display.figure import FIGURE_MIME
from ogp_analysis.display.map import MapChart, MapClass
from ogp_analysis.display.palette import DARK, PALETTE
from ogp_analysis.publishing.pages.drawing import Drawing
from ogp_analysis.publishing.pages.render import render
from ogp_analysis.publishing.pages.site import site

SCREENS = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
#: Every text against the nearest ground that is not transparent, by WCAG 2.2: at least 4.5 to 1.
FAINT = """() => {
  const parts = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = (c) => parts(c).slice(0, 3).map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const found = getComputedStyle(e).backgroundColor;
      if (!(parts(found)[3] === 0)) { return found; }
    }
    return "rgb(255, 255, 255)";
  };
  const faint = [];
  for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.getClientRects().length) { continue; }
    const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) { faint.push(e.outerHTML.slice(0, 90)); }
  }
  return faint;
}"""


@pytest.fixture
def report(make, tmp_path):
    """The page of a report with all its files beside it."""
    nb = make.full()
    wide = make.tabled(name="wide", caption="A caption that is longer than a telephone is wide, by far. " * 2)
    table = wide["data"]["application/vnd.ogp-analysis.table+json"]
    table["columns"] = [{**c, "name": f"{c['name']}{i}"} for i in range(6) for c in table["columns"]]
    table["rows"] = [row * 6 for row in table["rows"]]
    long = make.code(
        "x = '" + "long " * 60 + "'", wide, make.printed("word " * 80), make.printed("a_b/" * 60, "stderr")
    )
    nb["cells"].insert(-3, long)
    nb["cells"].insert(-3, make.prose("A " + "very" * 60 + " long word, and `code_" + "x" * 90 + "`."))
    for name, content in render(nb, make.identity()).files.items():
        file = tmp_path / "country_profile" / "MEX" / "en" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return tmp_path / "country_profile" / "MEX" / "en" / "index.html"


@pytest.fixture
def index(tmp_path):
    """A list of three reports."""
    titles = [("Civic space in Côte d’Ivoire", "en", "embedded"), ("El espacio cívico en México", "es", "full")]
    titles += [("How the index fell " + "everywhere " * 20, "en", "embedded")]
    entries = [
        {
            "notebook": "country_profile" if number < 2 else "global_overview",
            "slug": f"s{number}",
            "title": title,
            "language": language,
            "edition": edition,
            "parameters": {"country": "KEN" if number == 1 else "ABC"},
            "id": f"{number:012x}",
            "path": f"country_profile/s{number}/index.html",
            "last_year": 2024,
            "question": "" if number else "How open is it?",
        }
        for number, (title, language, edition) in enumerate(titles)
    ]
    (tmp_path / "index.html").write_bytes(site(entries, {}))
    return tmp_path / "index.html"


def overflow(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_a_report_on_a_screen(open_page, report, width, scheme):
    page = open_page(report, width, scheme)
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    assert page.complaints == []
    assert overflow(page) <= 0
    assert page.locator("h1").count() == 1
    images = page.evaluate("[...document.images].map((i) => [i.complete && i.naturalWidth > 0, i.alt])")
    assert images == [[True, "A line falls."]]
    assert page.evaluate(FAINT) == []
    paper = {"light": "rgb(252, 251, 248)", "dark": "rgb(22, 25, 28)"}
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper[scheme]
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor") == "rgb(255, 255, 255)"


def test_a_wide_table_scrolls_in_its_own_box_and_its_caption_stays_readable(open_page, report):
    page = open_page(report, 390)
    box = page.locator("#table-wide .scroll")
    assert box.evaluate("(e) => e.scrollWidth > e.clientWidth")
    assert box.evaluate("(e) => e.querySelector('caption').getBoundingClientRect().right <= innerWidth")
    box.evaluate("(e) => { e.scrollLeft = 200; }")
    assert box.evaluate("(e) => e.querySelector('caption').getBoundingClientRect().left >= 0")


def test_a_report_by_keyboard(open_page, report):
    page = open_page(report)
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("(e) => e === document.activeElement && e.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_a_report_on_paper(open_page, report):
    page = open_page(report, scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    for hidden in (".bar", ".skip", "details.code", ".downloads"):
        assert page.locator(hidden).first.is_hidden(), hidden
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(FAINT) == []
    assert "3f9c0a7be1d2" in page.locator("footer").inner_text()
    paper = page.pdf(prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")
    box = [float(v) for v in re.search(rb"/MediaBox \[([^\]]*)\]", paper)[1].split()]
    assert box[2:] == pytest.approx([595, 842], abs=1)  # A4 in points
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) >= 2


def test_an_injected_script_does_not_run(open_page, report):
    text = report.read_text(encoding="utf-8")
    report.write_text(text.replace("<h1>", "<script>document.title = 'ran'</script><h1>"), encoding="utf-8")
    page = open_page(report)
    assert page.title() == "Civic space in Mexico is narrowed"
    assert any("Content Security Policy" in complaint for complaint in page.complaints)


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_the_list_on_a_screen(open_page, index, width, scheme):
    page = open_page(index, width, scheme)
    assert page.complaints == []
    assert overflow(page) <= 0
    assert page.locator("h1").count() == 1
    assert page.evaluate(FAINT) == []
    assert page.locator("#count").inner_text() == "Reports shown: 2 of 3"


def found(page) -> list[str]:
    return page.locator("#found li:visible a").all_inner_texts()


def test_the_search_has_no_regard_to_accents_and_little_to_spelling(open_page, index):
    page = open_page(index)
    for text, number in (
        ("cote", 1),
        ("MEXICO civico", 1),
        ("méxcio", 1),
        ("espacio 000000000001", 1),
        ("civ", 2),
        ("kenia", 1),
        ("contrataciones", 0),
    ):
        page.fill("#search", text)
        assert len(found(page)) == number, text
        assert page.locator("#count").inner_text().startswith(f"Reports found: {number}")
    page.fill("#search", "nowhere")
    assert page.locator("#nothing").is_visible()
    assert page.locator(".group:visible").count() == 0
    page.fill("#search", "")
    assert page.locator("#reports li:visible").count() == 2 and page.complaints == []


def test_a_search_is_kept_in_the_address_and_the_way_back_leads_to_it(open_page, index):
    page = open_page(index, locale="es-MX")
    page.type("#search", "everywhere fell")
    assert page.evaluate("location.hash") == "#q=everywhere+fell"
    assert found(page) == ["How the index fell " + "everywhere " * 19 + "everywhere"], "in the language that says it"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('#found') !== null")
    page.fill("#search", "méxico")
    for before in ("everywhere fell", ""):
        page.go_back()
        page.wait_for_function("(text) => document.getElementById('search').value === text", arg=before)
        assert len(found(page)) == bool(before)
    page = open_page(index, fragment="#q=m%C3%A9xico%20100%25&country=KEN")
    assert found(page) == ["El espacio cívico en México"] and page.locator("#of strong").inner_text() == "Kenya"
    assert page.locator("#found mark").all_inner_texts() == [] and page.complaints == []


def test_what_a_report_prints_is_text_in_the_search(open_page, tmp_path):
    """Markup in a finding neither ends the data nor becomes an element of a result."""
    evil = "</script><img src=x onerror=alert(1)> of Zyx & \u202eabc"
    entry = {"notebook": "own", "slug": "s", "title": "T", "language": "en", "edition": "full", "id": "0" * 12,
             "parameters": {}, "path": "own/s/en/index.html", "last_year": None,
             "printed": {"lead": [evil], "said": [], "more": [],
                         "rows": [["Tech <b>Bull</b>", "Constructor Azul"]]}}  # fmt: skip
    (tmp_path / "index.html").write_bytes(site([entry], {}))
    page = open_page(tmp_path / "index.html", fragment="#q=zyx")
    assert page.locator("#found .snippet").inner_text().startswith("</script><img src=x onerror=alert(1)> of Zyx")
    assert page.locator("#found mark").all_inner_texts() == ["Zyx"]
    page.fill("#search", "bull")
    assert page.locator("#found .snippet").inner_text() == "In its tables: Tech <b>Bull</b>"
    page.fill("#search", "constructor")
    assert page.locator("#found .snippet").inner_text() == "In its tables: Constructor Azul", "a word of scripts"
    assert page.locator("img").count() == 0 and page.complaints == []


def test_a_title_weighs_most_then_a_finding_then_a_heading_then_the_word_alone(open_page, tmp_path):
    places = ("more", "said", "lead", "title")
    entries = [
        {"notebook": name, "slug": "s", "title": "Of vigilance" if name == "title" else f"Of {name}", "language": "en",
         "edition": "full", "id": "0" * 12, "parameters": {}, "path": f"{name}/s/en/index.html", "last_year": None,
         "printed": {"lead": [], "said": [], "more": [], "rows": [], name: ["a vigilance"]}}
        for name in places
    ]  # fmt: skip
    (tmp_path / "index.html").write_bytes(site(entries, {}))
    page = open_page(tmp_path / "index.html", fragment="#q=vigilance")
    assert found(page) == ["Of vigilance", "Of lead", "Of said", "Of more"]


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_what_is_found_on_a_screen(open_page, index, width, scheme):
    page = open_page(index, width, scheme, fragment="#q=everywhere")
    assert len(found(page)) == 1 and page.evaluate(FAINT) == [] and overflow(page) <= 0


def test_the_list_is_filtered(open_page, index):
    page = open_page(index)
    page.select_option("#language", "es")
    assert page.locator("#reports li:visible bdi").first.inner_text() == "El espacio cívico en México"
    assert page.locator("#count").inner_text() == "Reports shown: 1 of 3"
    page.select_option("#edition", "embedded")
    assert page.locator("#reports li:visible").count() == 0
    page.select_option("#language", "")
    page.select_option("#notebook", "country_profile")
    assert page.locator("#reports li:visible").count() == 1
    assert page.locator(".group:visible").count() == 1


def test_the_list_speaks_one_language_at_a_time(open_page, index):
    page = open_page(index, locale="es-MX")
    assert page.evaluate("document.documentElement.lang") == "es"
    assert page.locator("h1").inner_text().startswith("Espacio cívico, promesas en la AGA y quién compra")
    page.select_option("#language", "")
    headings = page.locator(".group h3").all_inner_texts()
    assert [text.strip() for text in headings] == ["How open is it?", "global_overview"]
    page.click("#switch")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator("h1").inner_text() == "Civic space, promises in OGP, and who buys surveillance technology"
    assert page.locator("#language").input_value() == "en"
    assert page.locator("#edition option").all_inner_texts() == ["All", "embedded", "full"]
    assert page.complaints == []


def test_the_list_without_scripts(open_page, index):
    page = open_page(index, java_script_enabled=False)
    assert page.locator("#reports li:visible").count() == 3
    assert page.locator("form").is_hidden()
    assert page.locator("#switch").is_hidden()
    assert page.locator("h1 > span:visible").count() == 2
    assert page.locator(".intro > span:visible").count() == 2


def test_a_report_leads_back_to_the_list(open_page, report, index):
    page = open_page(report)
    page.click(".bar a")
    assert page.locator("h1").inner_text() == "Civic space, promises in OGP, and who buys surveillance technology"


def test_the_front_page_leads_to_a_report_that_is_named_or_says_how_to_make_it(open_page, report, index):
    assert open_page(index, fragment="#x;%20curl%20y%20|%20sh/s/en").locator("#unmade").is_hidden(), "not a command"
    page = open_page(index, fragment="#country_profile/MEX-2000-5e6f7a8b/en")
    assert page.locator("#unmade").inner_text().endswith("ogp-analysis run country_profile")
    made = {"notebook": "country_profile", "slug": "MEX-2000-5e6f7a8b", "title": "T", "language": "en",
            "edition": "full", "parameters": {}, "id": "0" * 12, "path": "country_profile/MEX/en/index.html",
            "last_year": None}  # fmt: skip
    index.write_bytes(site([made], {}))
    page.reload()
    page.wait_for_url("**/country_profile/MEX/en/index.html")


def test_the_front_page_leads_to_its_parts_and_to_the_explorer_in_its_language(open_page, index):
    entry = {"notebook": "country_profile", "slug": "s", "title": "T", "language": "es", "edition": "full",
             "id": "0" * 12, "parameters": {"country": "KEN"}, "path": "country_profile/s/index.html",
             "last_year": None, "findings": {"answer": "Bajó."}}  # fmt: skip
    index.write_bytes(site([entry], {}, {"country_profile": ["answer"]}, explored=True))
    page = open_page(index, locale="es-MX")
    assert page.locator(".jump a").all_inner_texts() == ["Hallazgos", "Países", "Buscar en todos los informes"]
    for link in page.locator(".jump a").all():
        link.click()
        assert page.locator(link.get_attribute("href")).evaluate("(part) => part.getBoundingClientRect().top") < 900
        assert page.locator("#reports li:visible").count() == 1
    explorer = page.locator("#explore")
    assert explorer.get_attribute("href") == "explore.html#l=es"
    page.click("#switch")
    assert explorer.get_attribute("href") == "explore.html#l=en" and page.complaints == []


@pytest.mark.parametrize("locale", ["en-GB", "es-MX"])
def test_the_front_page_begins_with_a_picture_and_folds_what_is_long(open_page, index, locale):
    spoken, names = locale[:2], ["KEN", "MEX", "PER", "CHL", "BRA", "GTM", "GHA"]
    entries = [
        {"notebook": "country_profile", "slug": one, "title": one, "language": language, "edition": "full",
         "id": "0" * 12, "parameters": {"country": one}, "last_year": None,
         "path": f"country_profile/{one}/{language}/index.html", "findings": {"answer": "It fell."}}
        for one in names for language in ("en", "es")
    ]  # fmt: skip
    told = {"value": "0.7", "year": "2023", "change": "−0.1", "years": "10", "step": "", "standing": "member",
            "measure": "Index", "scale": "0 to 1."}  # fmt: skip
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="1080" height="600"/>'
    more = {"pictures": {"country_profile": "a"}, "drawn": lambda *_: Drawing("a", "C", "A", drawing, 1080, 600)}
    rows = {one["path"]: told for one in entries}
    index.write_bytes(site(entries, {}, {"country_profile": ["answer"]}, True, rows=rows, **more))
    for width, most in ((1280, 700), (390, 900)):
        page = open_page(index, width, locale=locale)
        picture = page.locator("img:visible").first
        assert picture.evaluate("(e) => e.getBoundingClientRect().top") < most
        assert picture.evaluate("(e) => e.clientWidth") > 0.85 * min(width, 1080)
        assert overflow(page) <= 0 and page.complaints == []
        table = page.locator(f"[data-spoken={spoken}] [data-name]")
        assert table.locator("visible=true").count() == (len(names) if width > 640 else 0)
        page.fill(".find:visible input", "mex")
        assert table.locator("visible=true").count() == 1
        listed = page.locator("#reports li[data-notebook]:visible")
        assert listed.count() == 0
        page.fill("#search", "per")
        assert listed.count() == 1
        page.fill("#search", "")
        assert listed.count() == 0


def pixels(png: bytes, *colours: str) -> list[bool]:
    """Return of each colour whether a picture has it."""
    image = pytest.importorskip("PIL.Image")
    found = {f"#{r:02x}{g:02x}{b:02x}" for _, (r, g, b) in
             image.open(io.BytesIO(png)).convert("RGB").getcolors(1 << 24)}  # fmt: skip
    return [colour in found for colour in colours]


def page_with(figure, make, file):
    """Write the page of a report that has one figure."""
    data, nb = figure.outputs()[0][0], make.full()
    for cell in nb["cells"]:
        for output in cell.get("outputs", []):
            output["data"] = data if FIGURE_MIME in output.get("data", {}) else output.get("data", {})
    file.write_bytes(render(nb, make.identity()).files["index.html"])
    return file


def test_a_country_on_a_map_is_a_link_with_its_value_by_pointer_and_by_keyboard(open_page, make, tmp_path):
    moved = {"MEX": -0.071, "BRA": -0.001, "MLT": -0.004}
    chart = MapChart([MapClass("fell", "own", frozenset(moved))], None, values=moved)
    texts = dict.fromkeys(("title", "about", "source", "caption", "alt"), ogp.say("Moved"))
    file = page_with(ogp.figure(lambda: chart, name="trend", texts=texts), make, tmp_path / "index.html")
    page = open_page(file)
    mexico, malta = (page.locator(f'svg a[href$="index.html#country={code}"]') for code in ("MEX", "MLT"))
    for place, text in ((mexico, "Mexico: −0.071"), (malta, "Malta: −0.004")):
        words = place.locator("text")
        assert place.get_attribute("aria-label") == text and words.is_hidden()
        place.locator("path, circle").last.hover()
        assert words.is_visible() and words.text_content() == text
        page.mouse.move(0, 0)
        place.focus()
        assert words.is_visible()
    skip = page.locator(".past")
    assert skip.get_attribute("href") == "#after-trend" and page.locator("#after-trend").count() == 1
    seen = page.evaluate("[...document.querySelectorAll('.placed svg, .placed img')].map((e) => e.clientWidth)")
    assert seen[0] == seen[1] and not page.complaints
    assert open_page(file, 390).locator("svg.places").is_hidden()


def test_a_figure_follows_the_screen_and_is_light_on_paper(open_page, make, tmp_path):
    path = pd.DataFrame({"year": [2000, 2001], "value": [0.4, 0.6], "segment": 0})
    lines = side_by_side({"KEN": path, "MEX": path.assign(value=[0.2, 0.8])}, name="trend", id="v2xcs_ccsi")
    file = page_with(lines, make, tmp_path / "index.html")
    sides = PALETTE["region"], DARK["region"]
    for width in (1280, 390):
        for scheme, seen in (("light", [True, False]), ("dark", [False, True])):
            page = open_page(file, width=width, scheme=scheme)
            shown = page.locator("#figure-trend img")
            shown.scroll_into_view_if_needed()
            assert pixels(shown.screenshot(), *sides) == seen, (width, scheme)
            assert not page.complaints and overflow(page) <= 0
        assert shown.evaluate("(e) => e.currentSrc === e.src") is (width > 640)
    page = open_page(file, scheme="dark")
    paints = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG)\b")
    streams = [zlib.decompress(one) for one in re.findall(rb"/FlateDecode[^>]*>>\s*stream\r?\n(.*?)\r?\nendstream",
                                                          page.pdf(print_background=True), re.DOTALL)]  # fmt: skip
    painted = {tuple(round(float(part) * 255) for part in found) for one in streams for found in paints.findall(one)}
    light, dark = (tuple(bytes.fromhex(colour[1:])) for colour in sides)
    assert light in painted and dark not in painted
