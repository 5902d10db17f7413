"""Markdown to HTML."""

from __future__ import annotations

import re

import pytest

from ogp_analysis.base.words.sentence import Sentence, count, rank
from ogp_analysis.publishing.pages import prose


def html(text: str) -> str:
    return "".join(b if isinstance(b, str) else f"[{b.level}:{b.html}]" for b in prose.blocks(text))


def test_headings_of_three_levels_are_handed_out_and_others_stay():
    blocks = prose.blocks("# One *a*\n\ntext\n\nTwo &amp; b\n---\n\n### Three\n\n#### Four\n")
    assert blocks[0] == prose.Title(1, "One <em>a</em>", "One a")
    assert blocks[1:] == ["<p>text</p>\n", prose.Title(2, "Two &amp; b", "Two & b"),
                          prose.Title(3, "Three", "Three"), "<h4>Four</h4>\n"]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "<div onclick='x'>\n\nb\n</div>",
        "&lt;script&gt;",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](data:text/html,<script>alert(1)</script>)",
        "[a](&#106;avascript:alert(1))",
        "![a](https://evil.example/x.png)",
        '!["><script>](x)',
        '[a](https://x.example/"onclick=alert(1))',
        "<https://x.example/?a=<b>>",
        '```html"><script>\nx\n```',
        "| a |\n|---|\n| <b onclick=x> |",
    ],
)
def test_nothing_in_prose_becomes_active(text):
    found = html(text)
    for tag in ("<script", "<img", "<div onclick", "<b ", 'href="java', 'href="data', 'href="&'):
        assert tag not in found.lower()
    assert '" onclick' not in found
    assert '"onclick' not in found


def test_links_to_the_web_are_kept_and_others_are_their_text():
    assert html("[a](https://x.example/?b=1&c)") == '<p><a href="https://x.example/?b=1&amp;c">a</a></p>\n'
    assert html("[a](../secret.html)") == "<p>a</p>\n"
    assert html("[a](#scope)") == '<p><a href="#scope">a</a></p>\n'


def test_a_table_is_aligned_by_class_because_a_style_would_be_blocked():
    found = html("| a | b |\n|---|--:|\n| x | 1 |\n")
    assert '<th scope="col" class="number">b</th>' in found
    assert '<td class="number">1</td>' in found
    assert "style=" not in found


def test_a_sentence_is_one_line_whatever_it_begins_with():
    assert (
        prose.inline(Sentence("sample.rank", {"rank": rank(1), "n": count(3)}))
        == "That is rank <strong>1</strong> of 3."
    )
    said = Sentence("sample.headline", {"country": "<b>&lt; 1. *x* [a](b)", "level": "# `y`"})
    assert prose.inline(said) == "Civic space in &lt;b&gt;&amp;lt; 1. *x* [a](b) is # `y`"


def test_no_line_breaks_before_a_per_cent_sign(make):
    said = Sentence("sample.headline", {"country": "A 6 % B", "level": "C % D"})
    assert prose.inline(said) == "Civic space in A 6\u00a0% B is C % D"


def test_an_anchor_is_plain_and_never_given_twice():
    taken = {"content"}
    names = [prose.anchor(t, taken) for t in ("Qué muestra, y qué no", "Content", "content", "Ωμέγα", "x" * 99)]
    assert names == ["que-muestra-y-que-no", "content-2", "content-3", "section", "x" * 60]


def test_code_is_escaped_and_marked_by_class():
    found = prose.code("x = '<b>'  # a & b\n")
    assert "&lt;b&gt;" in found
    assert "<b>" not in found
    assert 'class="c1"' in found
    assert "style=" not in found
    marked = re.findall(r'class="(\w+)"', prose.code("def f(x):\n    return 3 + x\n"))
    assert marked == ["k", "nf", "k", "mi"], "what page.css gives a look of its own, and nothing else"
