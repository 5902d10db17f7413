"""Markdown to HTML, by our own rules: raw HTML is shown as text, nothing is loaded, every style is a class."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape, unescape
from pathlib import Path
from typing import NamedTuple

import mistune
from mistune.util import safe_entity

from ogp_analysis.base import beside
from ogp_analysis.base.words.sentence import Sentence

_LINK = re.compile(r"(?:https?://|mailto:|#)[!-~]*\Z", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]*>")
_PER_CENT = re.compile(r"(?<=\d) %")
#: Characters that steer the layout of what follows them instead of being read.
_MARKS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Title:
    """A heading of the prose: its level as written (1 is the highest), its HTML and its text."""

    level: int
    html: str
    text: str


class _Html(mistune.HTMLRenderer):
    """HTML without anything a strict Content-Security-Policy would have to block."""

    def text(self, text: str) -> str:
        """Return running text; entities are resolved once, then everything is escaped."""
        return safe_entity(text)

    def heading(self, text: str, level: int, **attrs) -> str:
        """Return a heading inside a list or quotation, one level below where it would stand."""
        return f"<h{min(level + 1, 6)}>{text}</h{min(level + 1, 6)}>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Return a link if it leads to the web, a mailbox or this page; else its text."""
        return f'<a href="{escape(url)}">{text}</a>' if _LINK.match(url) else text

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Return the description of a picture: figures come from code, and nothing is loaded."""
        return self.link(_TAGS.sub("", text), url)

    def table(self, text: str) -> str:
        """Return a table in a box of its own to scroll in."""
        return f'<div class="scroll" tabindex="0"><table>\n{text}</table></div>\n'

    def table_head(self, text: str) -> str:
        """Return the head of a table."""
        return f"<thead><tr>{text}</tr></thead>\n"

    def table_body(self, text: str) -> str:
        """Return the body of a table."""
        return f"<tbody>\n{text}</tbody>\n"

    def table_row(self, text: str) -> str:
        """Return a row of a table."""
        return f"<tr>{text}</tr>\n"

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        """Return a cell of a table, aligned by a class."""
        aligned = ' class="number"' if align == "right" else ""
        return f'<th scope="col"{aligned}>{text}</th>' if head else f"<td{aligned}>{text}</td>"

    def strikethrough(self, text: str) -> str:
        """Return deleted text."""
        return f"<del>{text}</del>"


def parsed(text: str) -> list[dict]:
    """Return Markdown as the tokens of its blocks."""
    return _markdown().parse(without_marks(text))[0]


def rendered(tokens: list[dict]) -> str:
    """Return tokens of Markdown as HTML."""
    return _renderer().render_tokens(tokens, None)


def blocks(text: str) -> list[Title | str]:
    """Return Markdown as its headings of the first three levels and the HTML between them, in order."""
    found: list[Title | str] = []
    for token in parsed(text):
        if token["type"] != "heading":
            found.append(rendered([token]))
            continue
        inside, level = rendered(token["children"]), token["attrs"]["level"]
        found.append(Title(level, inside, plain(inside)) if level <= 3 else f"<h{level}>{inside}</h{level}>\n")
    return [b for b in found if isinstance(b, Title) or b]


def inline(sentence: Sentence) -> str:
    """Return a sentence as HTML without a paragraph around it."""
    return unbroken(rendered(_markdown().inline(sentence.markdown(), {})))


def unbroken(text: str) -> str:
    """Return a text of which no line ends between a number and its per cent sign, which Spanish sets apart."""
    return _PER_CENT.sub("\u00a0%", text)


def title(source: str) -> str:
    """Return the text of the first heading of the highest level in Markdown; empty if there is none."""
    return next((b.text for b in blocks(source) if isinstance(b, Title) and b.level == 1), "")


def without_marks(text: str) -> str:
    """Return text without control and direction marks; tabs and line breaks stay."""
    return _MARKS.sub("", text)


def plain(html: str) -> str:
    """Return the text of HTML made here."""
    return unescape(_TAGS.sub("", html)).strip()


def anchor(text: str, taken: set[str]) -> str:
    """Return a name for a heading that is a valid fragment and not among `taken`, and take it."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:60] or "section"
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    taken.add(name)
    return name


#: A part of a code cell that page.css gives no look of its own, such as a name or an operator.
_PLAIN = re.compile(r'<span class="(?!(?:k|kn|kc|ow|s1|s2|sa|si|sd|c1|ch|mi|mf|nf)")\w+">([^<]*)</span>')


@lru_cache(maxsize=512)
def code(source: str) -> str:
    """Return Python code as HTML with classes for its parts."""
    from pygments import highlight

    return _PLAIN.sub(r"\1", highlight(without_marks(source).strip("\n"), *_pygments()))


@cache
def _pygments():
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexers.python import PythonLexer

    return PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)


@cache
def _markdown() -> mistune.Markdown:
    return mistune.create_markdown(renderer=None, plugins=["table", "strikethrough"])


@cache
def _renderer() -> _Html:
    return _Html(escape=True)


_FOLDER = Path(__file__).resolve().parent


class Inline(NamedTuple):
    """Text that stands in a page, and its digest as a Content-Security-Policy names it."""

    text: str
    digest: str


@cache
def environment():
    """Return the environment of the templates: all text is escaped and freed of marks, an unknown name is an error."""
    import jinja2

    return jinja2.Environment(
        finalize=lambda value: type(value)(without_marks(value)) if isinstance(value, str) else value,
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def filled(names: Sequence[str], **values) -> str:
    """Return a template filled in as a page that loads nothing: its style sheets and scripts stand in it.

    Parameters
    ----------
    names : sequence of str
        The template, and the style sheets and scripts that stand in it.
    **values
        What the template names, beside ``css``, ``js``, and ``policy``, which lets in nothing but these.
    """
    css, js = (style(*(name for name in names if name.endswith(ending))) for ending in (".css", ".js"))
    scripts = f" script-src '{js.digest}';" if js.text.strip() else ""
    own = f"img-src data:; style-src '{css.digest}';{scripts}"
    policy = f"default-src 'none'; {own} base-uri 'none'; form-action 'none'"
    return environment().get_template(names[0]).render(css=css.text, js=js.text, policy=policy, **values)


def picture(kind: str, content: bytes) -> str:
    """Return the address of a picture that stands in the page itself; `kind` is the end of its MIME type."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


@cache
def style(*names: str) -> Inline:
    """Return style sheets, or scripts, joined in the order given."""
    text = "\n" + "\n".join(beside.text(__file__, name).strip() for name in names) + "\n"
    return Inline(text, "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode())
