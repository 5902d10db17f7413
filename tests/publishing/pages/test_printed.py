"""What is handed to the typesetter, part by part; how it comes out on paper is in ``test_document``."""

from __future__ import annotations

import json

import pytest

from ogp_analysis.publishing.pages import carried, document
from ogp_analysis.publishing.pages.page import Layout

#: The heading above how to ask for a correction.
ASKED = "Is something here wrong, or unfair?"


def printed(make, nb: dict | None = None, credited=(), **identity) -> dict:
    """Return the document of a notebook."""
    about = make.identity(**identity)
    read = carried.read(nb or make.full(), about.language)
    return document._document(read, about, list(credited), Layout(about.language).laid_out(read))


def headings(made: dict) -> list[tuple[int, object]]:
    return [(one["level"], one["title"]) for one in made["sections"] if one["title"]]


def blocks(made: dict, kind: str) -> list:
    return [content for one in made["sections"] for k, content in one["blocks"] if k == kind]


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


def test_numbers_stand_among_the_findings_line_by_line(make):
    made = printed(make)
    assert [len(lines) for lines in blocks(made, "finding")] == [len(lines) for lines in blocks(made, "number")] == [1]
    assert "86" in str(blocks(made, "number"))


def test_below_the_title_stands_the_date_of_the_release_or_that_there_is_none(make):
    made = [printed(make, released=released) for released in ("2026-05-04", "")]
    assert [one["byline"].split(" · ")[1] for one in made] == ["2026-05-04", "n.d."]
    assert [one["date"] for one in made] == [[2026, 5, 4], None]


def test_without_sources_papers_balance_and_tables_their_headings_are_left_out(make):
    nb = make.only(make.code("a", make.headline()), make.code("b", make.provenance(sources=[], tables=[], balance=[])))
    made = printed(make, nb, parameters={})
    assert not blocks(made, "references") and not blocks(made, "table")
    assert len(blocks(made, "aside")) == 1, "that there are no sources is said"
    [first, about, second] = blocks(made, "prose")
    assert (first, second) == ([["heading", 4, ["This output"]]], [["heading", 4, ["Data sources"]]])
    assert about[0][2][1] == ["li", None, ["Parameters: none"]]


def test_headings_of_prose_stand_below_that_of_their_section(make):
    cells = [make.prose("## Appendix\n\n### Two\n\nmore\n\n#### Three"), make.code("b", make.provenance())]
    made = printed(make, make.only(make.code("a", make.headline()), *cells))
    assert headings(made) == [(2, ["How to cite this output"]), (2, [ASKED]), (2, ["Appendix"]), (3, ["Two"])]
    assert blocks(made, "prose")[:2] == [[["p", None, ["more"]]], [["p", None, [["strong", None, ["Three"]]]]]]
    assert blocks(made, "prose")[2] == [["heading", 4, ["This output"]]]


@pytest.mark.parametrize(
    "text", ["a\tb", "a\x01b", "a\x7fb", "a\u2028b", "a\u202eb", "日", "\ud800", "Ωж\n", 'a\\u0041"b', "\\t"]
)
def test_a_letter_is_replaced_wherever_it_stands_alone_and_a_plain_text_is_as_it_was(text):
    made = json.loads(document._printable({"a": [text]}))
    assert made == document._mended({"a": [text]})
    assert (made["a"] == [text]) == (text in ("Ωж\n", 'a\\u0041"b', "\\t"))
