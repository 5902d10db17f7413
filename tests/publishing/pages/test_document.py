"""A report on paper."""

from __future__ import annotations

import io

import pandas as pd
from pypdf import PdfReader

from ogp_analysis.display.table import Heading, table
from ogp_analysis.publishing.pages.document import MOST_ROWS, tree
from ogp_analysis.publishing.pages.render import render


def paper(make, nb: dict | None = None, **identity) -> PdfReader:
    return PdfReader(io.BytesIO(render(nb or make.full(), make.identity(**identity)).files["report.pdf"]))


def words_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def outline(reader: PdfReader) -> list:
    def plain(entries):
        return [plain(one) if isinstance(one, list) else one.title for one in entries]

    return plain(reader.outline)


def test_it_is_an_archive_and_readable_aloud_with_the_notebook_inside(make):
    files = render(make.full(), make.identity()).files
    reader = PdfReader(io.BytesIO(files["report.pdf"]))
    about = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in about and "<pdfaid:conformance>B</pdfaid:conformance>" in about
    assert "<pdfuaid:part>1</pdfuaid:part>" in about
    assert reader.trailer["/Root"]["/Lang"] == "en" and reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.attachments == {"notebook.ipynb": [files["notebook.ipynb"]]}
    assert reader.metadata.title == "Civic space in Mexico is narrowed"
    assert reader.metadata.author == "The ogp_analysis authors"
    assert reader.metadata.keywords == "ogp_analysis:3f9c0a7be1d2"
    assert "<xmp:CreateDate>2026-05-04" in about


def test_the_answer_comes_first_and_the_provenance_last(make):
    text = words_of(paper(make))
    order = [
        "How open is it?", "Civic space in Mexico is narrowed", "In 2024 the index of Mexico was 0.64 (0.58 to 0.70).",
        "That is rank 86 of 177.", "What this cannot show.", "None of this says why.", "The index is from 0 to 1.",
        "The sample holds 4,187 country-years.", "Figure 1 The index", "Caution None of this", "Table 1 Peers",
        "How to cite this output", "Output 3f9c0a7be1d2 of ogp_analysis, version 0.1.0.", "Appendix", "Data sources",
        "Country-Year Dataset", "From raw rows to clean tables", "Tables used", "9f2b9f2b9f2b",
    ]  # fmt: skip
    places = [text.index(piece) for piece in order]
    assert places == sorted(places)
    assert "Output 3f9c0a7be1d2 · ogp_analysis, version 0.1.0 · data edition: embedded 1 / " in text


def test_it_has_bookmarks_links_and_fonts_of_its_own(make):
    reader = paper(make)
    assert outline(reader)[0] == "Civic space in Mexico is narrowed"
    assert "How to cite this output" in str(outline(reader)) and "Data sources" in str(outline(reader))
    links = {a.get_object()["/A"]["/URI"] for page in reader.pages for a in page.get("/Annots", [])}
    assert links == {"https://doi.org/10.23696/vdemds25"}
    fonts = {font["/BaseFont"].partition("+")[2] for page in reader.pages
             for font in (one.get_object() for one in page["/Resources"].get("/Font", {}).values())}  # fmt: skip
    assert fonts and all(name.startswith("DejaVu") for name in fonts)


def tags(reader: PdfReader) -> list[str]:
    found = []

    def walk(node) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict):
            found.extend([node["/S"]] if "/S" in node else [])
            walk(node.get("/K", []))

    walk(reader.trailer["/Root"]["/StructTreeRoot"])
    return found


def test_tables_are_tables_and_figures_have_their_text_alternative(make):
    reader = paper(make)
    counted = tags(reader)
    assert counted.count("/TH") == 3 + 7 + 3 and counted.count("/Figure") == 1 and "/H1" in counted
    assert "/Caption" in counted and "/Link" in counted
    drawn = [page["/Resources"].get("/XObject", {}) for page in reader.pages]
    assert not any(one.get_object()["/Subtype"] == "/Image" for many in drawn for one in many.values())


def test_a_balance_that_a_table_prints_whole_is_printed_once(make):
    def printed(rows: int) -> str:
        counts = {"rows_in": 4, "kept": 3, "set_aside": 1, "merged": 0, "changed_values": 0}
        balance = [{"dataset": "vdem", "file": f"core{n}.csv", **counts} for n in range(rows)]
        headings = {"dataset": Heading("dataset"), "file": Heading("file"), **{n: Heading(n, "count") for n in counts}}
        shown = make.shown(table("balance", "What became of the rows.", pd.DataFrame(balance), headings))
        last = make.code("ogp.provenance()", shown, make.provenance(balance=balance))
        return words_of(paper(make, make.only(make.code("a", make.headline()), last)))

    assert printed(MOST_ROWS).count("core0.csv") == 1
    assert "Nothing is dropped silently" not in printed(MOST_ROWS)
    assert "Nothing is dropped silently" in printed(MOST_ROWS + 1), "of which the table prints the first rows"


def test_a_heading_stands_on_the_page_of_what_it_heads(make):
    headed = {"From raw rows to clean tables": "Nothing is dropped silently", "Tables used": "The first 12 digits"}
    for lines in range(16, 40):
        pages = [page.extract_text() for page in paper(make, make.notebook(make.prose("A line.\n\n" * lines))).pages]
        for heading, below in headed.items():
            [page] = [one for one in pages if heading in one]
            assert below in page


def test_a_letter_that_no_font_has_is_marked_and_stops_nothing(make):
    text = words_of(paper(make, make.notebook(make.code("a", make.now(country="日本\ue000 \U0001f600 Türkiye Ωж")))))
    assert "\N{REPLACEMENT CHARACTER}" in text and "Türkiye Ωж" in text and "日" not in text


def test_prose_becomes_a_tree_in_which_no_level_of_heading_is_left_out():
    assert tree("<p>a <strong>b</strong> <a href='https://x.example'>c</a></p>\n<p>d</p>") == [
        ["p", None, ["a ", ["strong", None, ["b"]], " ", ["a", "https://x.example", ["c"]]]], ["p", None, ["d"]],
    ]  # fmt: skip
    assert tree("<h3>a</h3><h4>b</h4>", 3) == [["heading", 3, ["a"]], ["p", None, [["strong", None, ["b"]]]]]
    assert tree("<ul>\n<li>a</li>\n</ul>") == [["ul", None, [["li", None, ["a"]]]]]
    assert tree("<a href='#x'>a</a><hr>b<br>c") == [["a", None, ["a"]], ["hr", None, []], "b", ["br", None, []], "c"]
    assert tree("<pre><code>a\n  b</code></pre>") == [["pre", None, [["code", None, ["a\n  b"]]]]]


def test_every_kind_of_output_and_prose_can_be_printed(make, png):
    import base64

    prose = "## Evidence\n\n- a\n- b\n\n1. c\n\n> d\n\n---\n\n#### e\n\n| x | y |\n|---|--:|\n| 1 | 2 |\n\n```\nf\n```"
    nb = make.notebook(
        make.prose(prose),
        make.code(
            "a", make.printed("g\th\n"), make.data(png=base64.b64encode(png).decode(), plain="i"), make.data(html="<b>")
        ),
        make.code("b", make.now("finding"), make.now("finding", name="again"), *[make.placed() for _ in range(1)]),
    )
    text = words_of(paper(make, nb))
    for piece in ("• a", "1. c", "d", "e", "1 2", "f", "g h", "(text/html)"):
        assert piece in text
