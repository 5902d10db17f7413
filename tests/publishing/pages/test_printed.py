"""What is handed to the typesetter, part by part; how it comes out on paper is in ``test_document``."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pandas as pd
import pytest
from pypdf import PdfReader

from ogp_analysis.publishing.citation import Reference
from ogp_analysis.publishing.pages import carried, document
from ogp_analysis.publishing.pages.ruled import ruled

ARTICLE = Reference("gomez2020", "article", (("Gómez", "Ana"),), "On x", date="2020", journal="J", doi="10.1234/x")
OUTPUT = Reference("output", "output", (("A", ""),), "T", doi="10.1234/output")

#: The heading above how to ask for a correction.
ASKED = "Is something here wrong, or unfair?"


def printed(make, nb: dict | None = None, credited=(), **identity) -> dict:
    """Return the document of a notebook."""
    about = make.identity(**identity)
    return document._document(carried.read(nb or make.full(), about.language), about, list(credited))


def headings(made: dict) -> list[tuple[int, object]]:
    return [(one["level"], one["title"]) for one in made["sections"] if one["title"]]


def blocks(made: dict, kind: str) -> list:
    return [content for one in made["sections"] for k, content in one["blocks"] if k == kind]


def test_title_byline_and_footer(make):
    made = printed(make)
    assert made["title"] == "Civic space in Mexico is narrowed" and made["headline"] == [made["title"]]
    assert made["question"] == "How open is it?" and made["authors"] == ["The ogp_analysis authors"]
    assert made["date"] == [2026, 5, 4] and made["label"] == "ogp_analysis:3f9c0a7be1d2" and made["language"] == "en"
    assert made["byline"] == "The ogp_analysis authors · 2026-05-04 · Data edition: embedded"
    assert made["footer"] == "Output 3f9c0a7be1d2 · ogp_analysis, version 0.1.0 · data edition: embedded"
    assert made["abstract"] == "In 2024 the index of Mexico was 0.64 (0.58 to 0.70)."
    assert made["words"] == {
        "limit": "What this cannot show.",
        "warning": "Caution",
        "notebook": made["words"]["notebook"],
    }
    assert list(made["drawings"]) == ["trend"] and made["drawings"]["trend"].startswith("<")


@pytest.mark.parametrize(
    ("released", "date"),
    [(None, None), ("2026", None), ("2026-05", None), ("2026-05-04", [2026, 5, 4])],
)
def test_only_a_whole_day_is_a_date(make, released, date):
    made = printed(make, released=released)
    assert made["date"] == date and f" · {released or 'n.d.'} · " in made["byline"]


def test_without_a_finding_the_question_is_the_abstract_and_without_both_the_title(make):
    asked = make.only(make.prose("# Why?"), make.code("a", make.headline()), make.code("b", make.provenance()))
    assert printed(make, asked)["abstract"] == "Why?"
    assert (
        printed(make, make.notebook(make.code("a", make.covered("scope"))))["abstract"]
        == "Civic space in Mexico is narrowed"
    )
    assert printed(make, make.notebook(make.code("a", make.covered("scope"))))["scope"] == [
        ["The sample holds 4,187 country-years."]
    ]


def test_the_appendix_comes_after_how_to_cite_and_its_headings_are_one_level_below(make):
    made = printed(make)
    assert [title for level, title in headings(made) if level == 2] == [
        ["How to cite this output"],
        [ASKED],
        ["Appendix"],
    ]
    assert {level for level, _ in headings(made)} == {2, 3}
    [cited] = [
        content
        for one in made["sections"]
        if one["title"] == ["How to cite this output"]
        for _, content in one["blocks"]
    ]
    assert "Output 3f9c0a7be1d2 of ogp_analysis, version 0.1.0." in cited[0][2][0] and made["title"] in cited[0][2][0]
    bare = printed(make, make.only(make.code("a", make.headline()), make.code("b", make.provenance())))
    assert headings(bare)[1:] == [(2, [ASKED]), (2, ["Appendix"]), (3, ["Data, citation and provenance"])]


def test_a_figure_is_numbered_and_one_that_may_not_be_passed_on_says_so(make):
    nb = make.full()
    [figure] = blocks(printed(make, nb), "figure")
    assert figure == {"drawing": "trend", "alt": "A line falls.", "label": "Figure 1", "caption": "The index"}
    for cell in nb["cells"]:
        for output in cell.get("outputs", []):
            for payload in output["data"].values():
                if isinstance(payload, dict) and payload.get("name") == "trend":
                    payload["redistribute"] = False
    [closed] = blocks(printed(make, nb), "figure")
    assert closed["caption"].startswith("The index ") and len(closed["caption"]) > len("The index ")


def test_a_table_has_its_heads_their_sides_and_its_cells_as_the_page_shows_them(make):
    table = blocks(printed(make), "table")[0]
    assert (table["label"], table["caption"], table["rest"], table["size"]) == ("Table 1", "Peers", "", 7.4)
    assert table["heads"] == [["Country", "left"], ["Year", "right"], ["Index", "right"]]
    assert table["rows"] == [["México", "2024", "0.64"], ["Côte d’Ivoire", table["rows"][1][1], "0.50"]]


@pytest.mark.parametrize("more", [0, 1])
def test_of_a_table_forty_rows_are_printed_and_the_rest_is_named(make, more):
    frame = pd.DataFrame({"country": [f"Place {n}" for n in range(40 + more)]})
    table = blocks(printed(make, make.notebook(make.code("a", make.tabled(frame=frame)))), "table")[0]
    assert [row[0] for row in table["rows"]] == [f"Place {n}" for n in range(40)]
    assert table["rest"] == ("Rows printed: 40 of 41; all of them in tables/peers.csv." if more else "")


@pytest.mark.parametrize(("columns", "size"), [(5, 7.4), (6, 6.6), (8, 6.6), (9, 6)])
def test_a_table_of_many_columns_is_set_smaller(columns, size):
    heads = [(f"h{n}", "left") for n in range(columns)]
    assert ruled("", "", heads, [["x"] * columns])["size"] == size


def test_columns_of_a_wide_table_share_the_line_by_what_they_need():
    """The side of a column counts: numbers never break, words do."""
    long = "several words that may well break " * 4
    shares = ruled("", "", [("a", "left"), ("b", "right")], [[long, "1,234,567"]])["widths"]
    assert len(shares) == 2 and shares[0] > shares[1] > 0
    assert ruled("", "", [("a", "left"), ("b", "right")], [["x", "1"]])["widths"] != shares


def test_data_and_balance_are_listed_as_on_the_page(make):
    made = printed(make, credited=[OUTPUT, ARTICLE])
    items = str(blocks(made, "prose"))
    assert "Notebook: country_profile" in items and "country = MEX, event = not set, first_year = 2000" in items
    sources, papers = blocks(made, "references")
    assert sources == [[
        ["strong", None, ["Country-Year Dataset"]],
        " (V-Dem Institute, version 15). Coppedge et al. 2025. Dataset v15. "
        "Licence: CC BY-SA 4.0. Accessed: 3 February 2026. ",
        ["a", "https://doi.org/10.23696/vdemds25", ["10.23696/vdemds25"]],
    ]]  # fmt: skip
    assert papers[0][2] == ["a", "https://doi.org/10.1234/x", ["10.1234/x"]] and "Gómez, Ana" in papers[0][0]
    assert len(papers) == 1, "what is no paper is listed elsewhere"
    balance, tables = blocks(made, "table")[-2:]
    assert balance["rows"] == [["vdem", "core.csv", "27,913", "6,789", "21,124", "0", "3"]]
    assert [side for _, side in balance["heads"]] == ["left", "left", *["right"] * 5]
    assert tables["rows"] == [["vdem.country_year", "6,789", "9f2b9f2b9f2b"]]
    assert [side for _, side in tables["heads"]] == ["left", "right", "left"]


def test_without_sources_papers_balance_and_tables_their_headings_are_left_out(make):
    nb = make.only(make.code("a", make.headline()), make.code("b", make.provenance(sources=[], tables=[], balance=[])))
    made = printed(make, nb, parameters={})
    assert not blocks(made, "references") and not blocks(made, "table")
    assert len(blocks(made, "aside")) == 1, "that there are no sources is said"
    [first, about, second] = blocks(made, "prose")
    assert (first, second) == ([["heading", 4, ["This output"]]], [["heading", 4, ["Data sources"]]])
    assert about[0][2][1] == ["li", None, ["Parameters: none"]]


def test_a_source_of_which_little_is_known(make):
    bare = {"source": "s", "version": "", "title": "", "redistribute": True}
    made = printed(make, make.only(make.code("a", make.headline()), make.code("b", make.provenance(sources=[bare]))))
    assert blocks(made, "references") == [[[["strong", None, ["s"]], ".  "]]]


def test_every_other_kind_of_block(make):
    nb = make.notebook(
        make.code("a", make.printed("g\th\ni\n"), make.data(html="<b>")),
        make.code("b", make.data(png="iVBORw0KGgo=")),
        make.code("c", make.now("finding"), make.placed(), make.said("limit", "limit"), make.said("limit", "warning")),
    )
    made = printed(make, nb)
    assert ["g       h", "i"] in blocks(made, "plain")
    assert any("text/html" in one for one in blocks(made, "aside"))
    [picture] = blocks(made, "picture")
    assert bytes(picture["png"]).startswith(b"\x89PNG") and picture["alt"]
    assert len(blocks(made, "finding")) == len(blocks(made, "number")) == 1
    assert blocks(made, "warning") == blocks(made, "limit") == [["None of this says why."]]


def test_headings_of_prose_stand_below_that_of_their_section(make):
    cells = [make.prose("## Appendix\n\n### Two\n\nmore\n\n#### Three"), make.code("b", make.provenance())]
    made = printed(make, make.only(make.code("a", make.headline()), *cells))
    assert headings(made) == [(2, ["How to cite this output"]), (2, [ASKED]), (2, ["Appendix"]), (3, ["Two"])]
    assert blocks(made, "prose")[:2] == [[["p", None, ["more"]]], [["p", None, [["strong", None, ["Three"]]]]]]
    assert blocks(made, "prose")[2] == [["heading", 4, ["This output"]]]


def test_a_tree_keeps_text_and_drops_the_layout_of_the_html():
    assert document.tree("<p>a\n  b</p>") == [["p", None, ["a b"]]]
    assert document.tree("<p> a <em> b</em></p>") == [["p", None, [" a ", ["em", None, [" b"]]]]]
    assert document.tree("<table>\n<tr><th>x</th><td>y</td></tr>\n</table>") == [
        ["table", None, [["p", None, [["th", None, [" ", "x"]], ["td", None, [" ", "y"]]]]]]
    ]
    assert document.tree("<tr>\n<td>y</td>\n</tr>") == [["p", None, [["td", None, [" ", "y"]]]]]
    for tag in ("ul", "ol", "table", "thead", "tbody", "blockquote", "div"):
        assert document.tree(f"<{tag}>\n<p>a</p>\n</{tag}>") == [[tag, None, [["p", None, ["a"]]]]], tag
    assert document.tree("<h3>a</h3>") == [["heading", 4, ["a"]]]
    assert document.tree("<h2>a</h2>")[0][0] == "p"
    assert document.tree("<p>a <b>b</b> <i>c</i></p>")[0][2][2] == " ", "a blank between words stays"
    assert document.tree("<p>a</b></p>") == [["p", None, ["a"]]], "an end of nothing ends nothing"


def test_letters_that_steer_or_that_no_font_has_are_replaced_everywhere_in_a_document():
    made = document._printable({"a": ["x\ty", ("日", 3)], "b": None, "c": "Ωж\n", "d": "a\u202eb", "e": "plain"})
    assert json.loads(made) == {
        "a": ["x y", ["\N{REPLACEMENT CHARACTER}", 3]],
        "b": None,
        "c": "Ωж\n",
        "d": "ab",
        "e": "plain",
    }


@pytest.mark.parametrize(
    "text", ["a\tb", "a\x01b", "a\x7fb", "a\u2028b", "a\u202eb", "日", "\ud800", "Ωж\n", 'a\\u0041"b', "\\t"]
)
def test_a_letter_is_replaced_wherever_it_stands_alone_and_a_plain_text_is_as_it_was(text):
    made = json.loads(document._printable({"a": [text]}))
    assert made == document._mended({"a": [text]})
    assert (made["a"] == [text]) == (text in ("Ωж\n", 'a\\u0041"b', "\\t"))


def test_what_is_typeset_is_an_archive_of_no_clock_with_the_notebook_inside(make):
    made = printed(make, make.only(make.code("a", make.headline()), make.code("b", make.provenance())))
    content = document.typeset(made, notebook="{}")
    assert content == document.typeset(json.loads(json.dumps(made)), notebook="{}")
    reader = PdfReader(io.BytesIO(content))
    assert reader.attachments == {"notebook.ipynb": [b"{}"]}
    about = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in about and "<pdfuaid:part>1</pdfuaid:part>" in about
    undated = PdfReader(io.BytesIO(document.typeset({**made, "date": None}, notebook="{}")))
    assert undated.metadata.creation_date.timestamp() == 0


def test_rows_whose_lines_are_counted_are_as_high_as_typst_finds_them(make):
    made = printed(make, make.only(make.code("a", make.headline()), make.code("b", make.provenance())))
    rows = [["a", "word " * 60, "1"], ["b", "one line", "2"], ["c", "some more words " * 12, "3"]]
    table = ruled("", "", [("a", "left"), ("A head of words " * 9, "left"), ("number", "right")], rows)
    assert min(table["lines"][:2]) > 1 and table["lines"][2] == 1

    def places(lines: list[int]) -> dict[str, tuple[float, float]]:
        made["sections"] = [{"title": None, "level": 2, "blocks": [("table", {**table, "lines": lines})]}]
        found = {}
        reader = PdfReader(io.BytesIO(document.typeset(made)))
        reader.pages[0].extract_text(
            visitor_text=lambda text, cm, tm, *_: found.update({text: (tm[4] + cm[4], tm[5] * cm[3] + cm[5])})
        )
        return found

    counted, looked_for = places(table["lines"]), places([0] * 4)
    assert len(counted) > 8 and list(counted) == list(looked_for)
    assert all(place == pytest.approx(looked_for[text], abs=0.2) for text, place in counted.items())


def test_the_whole_way_is_taken(make, monkeypatch):
    handed = {}
    monkeypatch.setattr(document, "typeset", lambda made, **attached: handed.update(made, **attached) or b"%PDF")
    about = make.identity()
    read = carried.read(make.full(), about.language)
    assert document.pdf(replace(read), about, [OUTPUT], b'{"a": 1}') == b"%PDF"
    assert handed["notebook"] == '{"a": 1}' and handed["title"] == read.headline.plain()
