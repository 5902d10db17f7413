"""What an executed notebook carries, and what is refused."""

from __future__ import annotations

import base64
import copy
from xml.etree import ElementTree

import pytest

from ogp_analysis.base.errors import ReportError
from ogp_analysis.base.words.sentence import PROVENANCE_MIME, SENTENCE_MIME
from ogp_analysis.display.figure import FIGURE_MIME
from ogp_analysis.display.table import TABLE_MIME
from ogp_analysis.publishing.pages.carried import read
from ogp_analysis.publishing.pages.outputs import Picture, Plain, Unshown


def test_everything_is_read_in_order_and_nothing_is_changed(make):
    nb = make.full()
    before = copy.deepcopy(nb)
    carried = read(nb, "en")
    assert nb == before
    assert carried.headline.plain() == "Civic space in Mexico is narrowed"
    assert [s.key for s in carried.sentences] == [
        "sample.headline", "sample.now", "sample.rank", "sample.limit", "sample.coverage", "sample.limit"
    ]  # fmt: skip
    assert list(carried.figures) == ["trend"]
    assert list(carried.tables) == ["peers"]
    assert (carried.language, carried.edition, carried.last_year) == ("en", "embedded", 2024)
    assert carried.numbers["sample.now.value"] == {
        "value": 0.6441, "unit": "index", "decimals": 2, "signed": False, "low": 0.58, "high": 0.7, "level": 0.68,
        "written": "0.64",
        "sentence": "sample.now",
    }  # fmt: skip
    assert list(carried.numbers) == sorted(carried.numbers)


def test_the_year_covered_is_the_one_the_provenance_states(make):
    cells = make.code("a", make.headline(), make.now()), make.code("b", make.provenance(last_year=2023))
    assert read(make.only(*cells)).last_year == 2023


def test_no_year_is_made_up(make):
    assert read(make.notebook(make.code("a", make.now(role="text")))).last_year is None


def test_a_notebook_that_was_not_executed(make):
    nb = make.notebook()
    for cell in nb["cells"]:
        cell.update(execution_count=None, outputs=[])
    with pytest.raises(ReportError, match="was not executed"):
        read(nb)


def test_a_notebook_that_stopped_half_way(make):
    nb = make.notebook(make.code("ran"), make.code("did_not"))
    nb["cells"][2].update(execution_count=None)
    with pytest.raises(ReportError, match="notebook cell 3: was not executed"):
        read(nb)


def test_a_failed_cell_is_named_with_its_error(make):
    fault = {"output_type": "error", "ename": "JoinError", "evalue": "\x1b[31m3 rows too many\x1b[0m", "traceback": []}
    with pytest.raises(ReportError, match=r"notebook cell 2 \(In \[2\]\): failed with JoinError: 3 rows too many\."):
        read(make.only(make.code("a", make.headline()), make.code("b", fault)))


def test_a_report_has_one_headline_or_the_title_of_its_notebook(make):
    end = make.code("p", make.provenance())
    with pytest.raises(ReportError, match="has neither a headline nor a title"):
        read(make.only(make.code("a", make.now()), end))
    own = read(make.only(make.prose("Before\n\n# What I *did*"), make.code("a", make.now()), end))
    assert own.headline.plain() == "What I did" and own.headline.role == "headline"
    with pytest.raises(ReportError, match="has 2 headlines"):
        read(make.only(make.code("a", make.headline(), make.headline("Kenya")), end))


def test_a_report_needs_exactly_one_provenance(make):
    with pytest.raises(ReportError, match="does not say what it rests on"):
        read(make.only(make.code("a", make.headline())))
    with pytest.raises(ReportError, match="provenance twice"):
        read(make.notebook(make.code("p", make.provenance())))


@pytest.mark.parametrize("kind", ["drawn", "tabled"])
def test_two_of_one_name_would_be_one_file(make, kind):
    shown = getattr(make, kind)
    with pytest.raises(ReportError, match="is shown twice"):
        read(make.notebook(make.code("a", shown(name="trend"), shown(name="Trend"))))


def test_one_number_has_one_value(make):
    with pytest.raises(ReportError, match=r"'sample.now.value': is said twice with different values, 0.6 and 0.7"):
        read(make.notebook(make.code("a", make.now(value=0.6), make.now(value=0.7))))
    same = read(make.notebook(make.code("a", make.now(value=0.6), make.now(value=0.6, role="text"))))
    apart = read(make.notebook(make.code("a", make.now(value=0.6), make.now(value=0.7, name="other"))))
    assert same.numbers["sample.now.value"]["value"] == 0.6
    assert apart.numbers["other.value"]["value"] == 0.7


def test_a_sentence_in_another_language_than_the_report(make):
    with pytest.raises(ReportError, match=r"another language than the report's, 'es'"):
        read(make.notebook(), "es")


@pytest.mark.parametrize("name", ["../x", "a/b", "", "x.svg", "-x", "a" * 81, "año", "trend\n", "a" * 80 + "\n"])
def test_a_name_that_is_no_file_name_is_refused(make, name):
    with pytest.raises(ReportError, match="cannot name a file"):
        read(make.notebook(make.code("a", make.tabled(name=name))))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table: table["rows"][1].pop(), "a row of 2 cells under 3 headings"),
        (lambda table: table["rows"][1].__setitem__(0, {"html": "<b>"}), "notebook cell 2"),
        (lambda table: table["columns"][0].update(unit="date"), "Invalid isoformat"),
    ],
)
def test_a_table_that_is_none_is_refused(make, change, said):
    output = make.tabled()
    change(output["data"][TABLE_MIME])
    with pytest.raises(ReportError, match=said):
        read(make.notebook(make.code("a", output)))


@pytest.mark.parametrize("mime", [SENTENCE_MIME, TABLE_MIME, FIGURE_MIME, PROVENANCE_MIME])
def test_a_payload_that_is_not_what_its_type_promises(make, mime):
    output = {"output_type": "display_data", "metadata": {}, "data": {mime: {"odd": 1}, "image/svg+xml": "<svg/>"}}
    with pytest.raises(ReportError, match="cannot be read"):
        read(make.notebook(make.code("a", output)))


HOSTILE = {
    "script": "<script>alert(1)</script>",
    "handler": '<g onload="alert(1)"/>',
    "foreign": "<foreignObject><b xmlns='http://www.w3.org/1999/xhtml'>x</b></foreignObject>",
    "link": '<a href="https://evil.example"><path d=""/></a>',
    "image": '<image href="https://evil.example/x.png"/>',
    "use": '<use xlink:href="https://evil.example/x.svg#a"/>',
    "style": "<style>@import 'https://evil.example/x.css';</style>",
    "spelt style": r"<style>@\69mport 'https://evil.example/x.css';</style>",
    "fill": '<path fill="url(https://evil.example/x#a)"/>',
    "style around a child": "<style><title/>@import 'https://evil.example/x.css';</style>",
    "word around a child": "<style>@im<title/>port 'https://evil.example/x.css';</style>",
    "set in a style": "<style>svg { background-image: image-set('https://evil.example/x.png' 1x) }</style>",
    "set in an attribute": """<path style="background-image: image-set('https://evil.example/x.png' 1x)"/>""",
    "mask": """<path mask="-webkit-image-set('https://evil.example/x.png' 1x)"/>""",
    "loud fill": '<path fill="URL(https://evil.example/x#a)"/>',
    "fill by entity": '<path fill="&#117;rl(https://evil.example/x#a)"/>',
    "spelt fill": r'<path fill="ur\6c(https://evil.example/x#a)"/>',
    "turn": '<path transform="rotate(1) url(https://evil.example/x#a)"/>',
    "script in a value": '<path fill="JavaScript:alert(1)"/>',
    "rule in a value": """<path style="@import 'https://evil.example/x.css'"/>""",
    "unknown attribute": '<path data-x="1"/>',
    "unknown property": '<path style="behavior: x"/>',
    "text between": "<g>words</g>",
    "text behind": "<g><path/>words</g>",
    "tail of a sheet": "<style>*{fill: red} @page{}</style>",
    "metadata with a script": "<g><metadata/><script/></g>",
    "picture of another kind": '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
    "another name space": '<x:script xmlns:x="https://evil.example">1</x:script>',
    "number with a call": '<rect width="calc(1px)"/>',
    "animation": '<animate attributeName="href" values="javascript:alert(1)"/>',
}


def drawn(make, change=lambda svg: svg, **about):
    """Read the figure of a notebook whose SVG was changed, or what is said of it."""
    output = make.drawn()
    output["data"][FIGURE_MIME].update(about)
    output["data"]["image/svg+xml"] = change(output["data"]["image/svg+xml"])
    return read(make.notebook(make.code("a", output))).figures["trend"]


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_a_drawing_that_holds_more_than_a_drawing(make, kind):
    with pytest.raises(ReportError, match="its SVG holds"):
        drawn(make, lambda svg: svg.replace("</svg>", HOSTILE[kind] + "</svg>"))


def test_a_drawing_without_a_size_has_that_of_its_view_box_whatever_stands_around_it(make):
    def sizeless(svg: str) -> str:
        root = ElementTree.fromstring(svg)
        root.set("viewBox", f"0 0 {root.attrib.pop('width')} {root.attrib.pop('height')}")
        return ElementTree.tostring(root, encoding="unicode")

    found = drawn(make, sizeless)
    assert found == drawn(make, lambda svg: f"<!-- {'>' * 500}<svg width='1' \"'> -->{sizeless(svg)}")
    assert ElementTree.fromstring(found.svg).get("width") == ElementTree.fromstring(drawn(make).svg).get("width")


def test_a_place_of_a_drawing_is_a_country_that_has_a_shape_in_it(make):
    shape = '<g id="MEX"><path d="M 1.5 2 L 3 4 z"/></g><g id="KEN"/></svg>'
    place = drawn(make, lambda svg: svg.replace("</svg>", shape), places={"MEX": "Mexico: <2>\u202e"}).places[0]
    assert place == ("MEX", "Mexico: <2>", ["M 1.5 2 L 3 4 z"], [], ("1.5", "2"))
    for odd in ({"BRA": "Brazil"}, {"KEN": "Kenya"}, {'M"X': "x"}, {"MEX": 2}, ["MEX"]):
        with pytest.raises(ReportError, match="carries figure"):
            drawn(make, lambda svg: svg.replace("</svg>", shape), places=odd)


def test_entities_are_refused(make):
    with pytest.raises(ReportError, match="its SVG holds an entity"):
        drawn(make, lambda svg: "<!DOCTYPE svg [<!ENTITY a 'b'>]>" + svg[svg.index("<svg") :])


@pytest.mark.parametrize(
    "head",
    [
        "<?xml-stylesheet href='https://evil.example/x.xsl'?>",
        "<!-- <script>alert(1)</script> -->",
        "<!DOCTYPE svg SYSTEM 'https://evil.example/x.dtd'>",
        # What is a comment in UTF-8 need be none in GBK.
        "<?xml version='1.0' encoding='gbk'?>",
    ],
)
def test_what_stands_around_a_drawing_is_not_copied(make, head):
    copied = drawn(make, lambda svg: head + svg[svg.index("<svg") :]).svg
    assert copied == drawn(make).svg and copied.startswith("<svg ") and "evil" not in copied


@pytest.mark.parametrize("text", ["> <script>alert(1)</script> ", "a --!> b", "!> x", "\n a \t b "])
def test_a_comment_in_a_drawing_cannot_end_early(make, text):
    copied = drawn(make, lambda svg: svg.replace("</svg>", f"<!--{text.replace('--', '- -')}--></svg>")).svg
    last = copied[copied.rindex("<!--") :].removesuffix("</svg>")
    assert last.startswith("<!-- ") and last.endswith(" -->") and "--" not in last[4:-3]


def test_what_a_drawing_says_of_itself_is_not_copied(make):
    assert "<metadata>" in make.drawn()["data"]["image/svg+xml"] and "metadata" not in drawn(make).svg


def test_a_drawing_may_refer_to_itself_and_turn(make):
    turned = "rotate(-90) scale(2 -.1), matrix(1e-3,0 0 1 2.5 0)"
    inside = f'<path style="fill: url(\'#a\')" clip-path="url(#a)" transform="{turned}"/></svg>'
    assert drawn(make, lambda svg: svg.replace("</svg>", inside)).width == 288


@pytest.mark.parametrize("width", ['width="0pt"', 'width="100%"', 'width="99999pt"', ""])
def test_a_drawing_without_a_size(make, width):
    assert 'width="216pt"' in make.drawn()["data"]["image/svg+xml"]
    with pytest.raises(ReportError, match="wide or high"):
        drawn(make, lambda svg: svg.replace('width="216pt"', width))


def test_a_figure_without_a_text_alternative(make):
    output = make.drawn()
    output["data"][FIGURE_MIME]["alt"] = " "
    with pytest.raises(ReportError, match="no text alternative"):
        read(make.notebook(make.code("a", output)))


def test_outputs_of_others_come_as_plain_text_or_picture(make, png):
    encoded = base64.b64encode(png).decode()
    cell = make.code(
        "x",
        make.data(plain="a table", html="<script>alert(1)</script>"),
        make.data(html="<b>only</b>"),
        make.data(plain="<Figure size 1x1>", png=encoded[:20] + "\n" + encoded[20:]),
        make.data(plain="not one", png=base64.b64encode(b"<svg onload=alert(1)>").decode()),
        make.data(plain="foreign drawing", svg="<svg onload='alert(1)'/>"),
        make.printed("\x1b[1mbold\x1b[0m \u202etext\r\nline\tend"),
        make.printed("UserWarning: x", "stderr"),
    )
    shown = read(make.notebook(cell)).cells[1].shown
    assert shown == (
        Plain("a table"),
        Unshown(("text/html",)),
        Picture(png, ""),
        Plain("not one"),
        Plain("foreign drawing"),
        Plain("bold text\nline\tend"),
        Plain("UserWarning: x", aside=True),
    )
