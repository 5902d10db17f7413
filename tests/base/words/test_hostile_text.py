"""Text from data, however it is made, is shown as it is: on one line, without marks of layout, and never as markup."""

from __future__ import annotations

import datetime as dt
import html
import json
import re

import mistune
import pytest

from ogp_analysis.base.words import Sentence, own, sentence, use_language
from ogp_analysis.base.words.sentence import Number, count, escaped, flat, index, probability, year
from ogp_analysis.publishing.pages import prose

TEXTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp; &#60;i&#62;",
    "**bold** _it_ `code` ~~gone~~ ==mark==",
    "[link](https://example.org) ![picture](https://example.org/x.png)",
    "[link][1]\n\n[1]: javascript:alert(1)",
    "https://example.org and www.example.org and a@example.org",
    "# heading\n## other\n===\n---",
    "1. one\n- two\n+ three\n* four",
    "> quoted",
    "| a | b |\n|---|---|\n| c | d |",
    "a\\*b\\\\ $x^2$ {{ x }} {% x %} {place}",
    "    four blanks\n\ttab",
    "```html\n<b>x</b>\n```",
    "line\u2028paragraph\u2029next\x85last\r\nend",
    "\u202eevil\u202c \u2066isolated\u2069 \u200fmark\u200e \u061carabic",
    "bell\x07 null\x00 escape\x1b[31m delete\x7f zero\u200bwidth \ufeffmark",
    "half \ud83d of a pair",
    "Côte d’Ivoire, Türkiye, Кыргызстан, مصر, 中国, São Tomé",
]
INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def said(text: str) -> Sentence:
    return own.say("Not in this edition: {names}.", names=f"a{text}z")


@pytest.mark.parametrize("text", TEXTS)
def test_a_reader_sees_the_text_and_no_markup(text):
    """Through the very renderer of the reports, and through one that allows HTML, tables and bare addresses."""
    plugins = ["table", "strikethrough", "url", "math", "footnotes", "task_lists", "mark"]
    generous = mistune.create_markdown(escape=False, plugins=plugins)
    for shown in (prose.inline(said(text)), generous(said(text).markdown())):
        assert set(re.findall(r"<(\w+)", shown)) <= {"p"}
        seen = html.unescape(re.sub(r"</?p>", "", shown)).strip()
        assert " ".join(seen.split()) == " ".join(said(text).plain().split())


@pytest.mark.parametrize("text", TEXTS)
def test_plain_text_is_one_line_that_every_file_can_hold(text):
    plain = said(text).plain()
    assert not INVISIBLE.search(plain) and plain.encode("utf-8")
    assert flat(flat(text)) == flat(text)


@pytest.mark.parametrize("text", TEXTS)
def test_a_notebook_carries_the_text_unchanged(text):
    carried = json.loads(json.dumps(said(text).payload()))
    assert Sentence.unpacked(carried) == said(text)


def test_letters_of_every_script_and_the_joiners_they_need_are_kept():
    for text in ("Türkiye", "नेपाल", "می‌خواهم", "中国", "O’Higgins"):
        assert flat(text) == text and escaped(text).replace("\\", "") == text


def test_stars_of_the_data_stay_and_stars_of_the_template_go():
    one = sentence("panel.change", case="unchanged", window=Number(5, "years"), first=year(2018), last=year(2023),
                   first_value=index(0.5), n=count(3), tied=count(0))  # fmt: skip
    assert "**" not in one.plain()
    assert "a**b**z" in said("**b**").plain()
    assert own.say("**{n}**", n=3).markdown() == "**3**"


def test_a_small_probability_is_less_than_what_can_be_shown_and_no_markup():
    found = own.say("from {lowest} to {highest}", lowest=probability(0.00007), highest=probability(0.99993))
    assert found.plain() == "from <0.001 to >0.999"
    assert "&lt;0.001" in found.markdown() and "<" not in found.markdown()
    assert found.numbers()["said.lowest"]["value"] == 0.00007


def test_a_time_is_said_and_carried_as_its_day():
    when = dt.datetime(2017, 5, 23, 14, 30)
    one = own.say("On {date}.", date=when)
    assert "23 May 2017" in one.plain()
    assert Sentence.unpacked(json.loads(json.dumps(one.payload()))) == one


@pytest.fixture(autouse=True)
def in_english():
    use_language("en")
    yield
    use_language("en")
