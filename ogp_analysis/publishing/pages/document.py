"""A report on paper: what its page lays out, set by typst as PDF/A-3b and PDF/UA-1 with the notebook inside."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from ogp_analysis.base import beside
from ogp_analysis.base.errors import needs
from ogp_analysis.base.words.catalogue import word
from ogp_analysis.base.words.sentence import decimal
from ogp_analysis.display.table import addresses, aligned_right, as_shown, captioned
from ogp_analysis.publishing.citation import PAPERS, Identity, Reference, address, cite_line, label, paper_line
from ogp_analysis.publishing.pages import drawing, prose
from ogp_analysis.publishing.pages.carried import Carried
from ogp_analysis.publishing.pages.origin import COUNTS, edition_name, origin
from ogp_analysis.publishing.pages.page import FOLDED, Section
from ogp_analysis.publishing.pages.ruled import ruled

#: Rows of a table that are printed; the whole table lies beside the report.
MOST_ROWS = 40
_STANDARDS = ["a-3b", "ua-1"]


def pdf(
    carried: Carried, identity: Identity, credited: list[Reference], notebook: bytes, sections: list[Section]
) -> bytes:
    """Return a report as PDF: real tables, figures in vectors, bookmarks, links, and the executed notebook attached.

    The same bytes for the same report: neither a clock nor a random number is in it. A letter that none of the fonts
    has is printed as U+FFFD.

    Parameters
    ----------
    carried : Carried
    identity : Identity
    credited : list of Reference
        The output first.
    notebook : bytes
        The executed notebook, as it lies beside the report.
    sections : list of Section
        As for :func:`ogp_analysis.publishing.pages.page.page`.

    Raises
    ------
    MissingExtra
        If the extra ``pdf`` is not installed.
    """
    needs("pdf")
    return typeset(_document(carried, identity, credited, sections), notebook=notebook.decode())


def typeset(document: dict, **attached: str) -> bytes:
    """Return what ``report.typ`` prints of a document, and attaches to it, as PDF."""
    source = beside.text(__file__, "report.typ").encode()
    return drawing.typeset(source, {"report": _printable(document), **attached}, pdf_standards=_STANDARDS)


def _document(carried: Carried, identity: Identity, credited: list[Reference], sections: list[Section]) -> dict:
    spoken, title = carried.language, carried.headline.plain()

    def say(key: str, **values) -> str:
        return word(f"report.{key}", spoken).format(**values)

    folded = [s for s in sections if s.part in FOLDED]
    printer = _Printed(carried, identity, credited, say)
    drawn = [printer.section(s, 2) for s in sections if s.part not in FOLDED]
    cite = ("said", [["p", None, [cite_line(identity, spoken, title)]]])
    drawn.append({"title": [say("provenance.cite")], "level": 2, "blocks": [cite]})
    found = address(identity.url)
    reached = say("corrections.to_repository", url=found) if found else say("corrections.to_publisher")
    ask = ("said", [["p", None, [f"{say('corrections.ask')} {reached} {say('corrections.beside')}"]]])
    drawn.append({"title": [say("corrections.heading")], "level": 2, "blocks": [ask]})
    if folded:
        drawn.append({"title": [say("page.appendix")], "level": 2, "blocks": []})
        drawn += [printer.section(s, 3) for s in folded]
    byline = [*identity.authors, identity.released or word("report.cite.undated", spoken)]
    byline.append(f"{say('page.edition')}: {edition_name(carried.edition, spoken)}")
    byline += [say("page.modified", **identity.shown_modified)] if identity.modified else []
    about = {
        "abstract": carried.abstract,
        "question": carried.question,
        "headline": tree(prose.inline(carried.headline)),
        "scope": [tree(prose.inline(s)) for s in carried.said("scope")],
        "drawings": {name: figure.svg for name, figure in carried.figures.items()},
        "words": {name: say(f"page.{name}") for name in ("limit", "warning")},
        "footer": say("page.print_line", id=identity.id, edition=edition_name(carried.edition, spoken),
                      software=identity.software_title, version=identity.software_version),
    }  # fmt: skip
    about["words"]["notebook"] = say("provenance.file_notebook")
    own = label(identity), spoken, identity.released or "", " · ".join(byline)
    return printed(title, identity.authors, *own, drawn, **about)


def printed(
    title: str, authors: Sequence[str], about: str, language: str, released: str, byline: str, sections: list, **more
) -> dict:
    """Return a document as ``report.typ`` takes it; parts not given in `more` are left empty, or take the title."""
    date = [int(part) for part in released.split("-") if part.isdecimal()]
    own = {"title": title, "authors": [*authors], "label": about, "language": language, "byline": byline}
    rest = {"abstract": title, "headline": [title], "footer": title, "question": "", "scope": [], "drawings": {}}
    return {**own, **rest, "words": {}, "sections": sections, "date": date if len(date) == 3 else None, **more}


class _Printed:
    """Turns sections of a page into what the template prints."""

    def __init__(self, carried: Carried, identity: Identity, credited: list[Reference], say) -> None:
        self.carried, self.identity, self.credited, self.say = carried, identity, credited, say

    def section(self, section: Section, level: int) -> dict:
        """Return a section with its heading at a level, the headings of its prose one below."""
        named = section.named and section.title
        below = level + 1 if named else level
        blocks = [b for block in section.blocks for b in self._block(block.kind, block.content, below)]
        return {"title": tree(section.title.html) if named else None, "level": level, "blocks": blocks}

    def _block(self, kind: str, content, level: int) -> list[tuple[str, object]]:
        if kind == "prose":
            return [("prose", tree(content, level))]
        if kind == "said":
            return [("said", tree(" ".join(content)))]
        if kind in ("finding", "number"):
            return [(kind, [tree(line) for line in content])]
        if kind in ("limit", "warning"):
            return [(kind, tree(content if isinstance(content, str) else " ".join(content)))]
        if kind == "figure":
            figure = content["figure"]
            caption = figure.caption if figure.redistribute else f"{figure.caption} {self.say('page.drawn_only')}"
            numbered = self.say("page.figure", number=content["number"])
            return [(kind, {"drawing": figure.name, "alt": figure.alt, "label": numbered, "caption": caption})]
        if kind == "picture":
            png = list(base64.b64decode(content["address"].partition(",")[2]))
            return [(kind, {"png": png, "alt": content["alt"] or self.say("page.picture")})]
        if kind == "table":
            return [(kind, self._table(content["label"], self.carried.tables[content["name"]]))]
        if kind == "plain":
            return [(kind, content.expandtabs().splitlines())]
        if kind == "unshown":
            return [("aside", self.say("page.not_shown", kinds=content))]
        return self._provenance(level) if kind == "provenance" else []

    def _table(self, label: str, payload: dict) -> dict:
        heads = [(c["label"], "right" if aligned_right(c) else "left") for c in payload["columns"]]
        cells, n = as_shown(payload, MOST_ROWS), len(payload["rows"])
        more = {"shown": MOST_ROWS, "rows": decimal(n, 0, payload["language"]), "file": f"tables/{payload['name']}.csv"}
        rest = self.say("document.rest", **more) if n > MOST_ROWS else ""
        linked = addresses(payload, MOST_ROWS)
        return {**ruled(label, captioned(payload), heads, cells, rest), "addresses": linked}

    def _provenance(self, level: int) -> list[tuple[str, object]]:
        """Return data, methods and balance, as the page lists them; a balance that a table prints whole, only there."""
        say, found, spoken = self.say, origin(self.carried, self.identity), self.carried.language
        parameters = ", ".join(f"{name} = {value}" for name, value in found["parameters"])
        about = [
            ["li", None, [f"{say('provenance.notebook')}: {self.identity.notebook}"]],
            ["li", None, [f"{say('provenance.parameters')}: {parameters or say('provenance.no_parameters')}"]],
            ["li", None, [say("document.attached")]],
        ]

        def heading(key: str) -> tuple[str, list]:
            return "prose", [["heading", level, [say(f"provenance.{key}")]]]

        blocks = [heading("output"), ("prose", [["ul", None, about]]), heading("sources")]
        blocks.append(("references", [_source(s, say) for s in found["sources"]]) if found["sources"]
                      else ("aside", say("provenance.no_sources")))  # fmt: skip
        if papers := [one for one in self.credited if one.kind in PAPERS]:
            entries = [[paper_line(one, spoken), " ", *_doi(one.doi)] for one in papers]
            blocks += [heading("papers"), ("references", entries)]
        printed = [
            table
            for table in self.carried.tables.values()
            if [one["name"] for one in table["columns"]] == ["dataset", "file", *COUNTS]
            and len(table["rows"]) == len(self.carried.provenance["balance"]) <= MOST_ROWS
        ]
        if found["balance"] and not printed:
            heads = [(say("provenance.dataset"), "left"), (say("provenance.file"), "left")]
            heads += [(say(f"provenance.{name}"), "right") for name in COUNTS]
            rows = [[dataset, file, *counts] for dataset, file, counts in found["balance"]]
            blocks += [heading("balance"), ("table", ruled("", say("provenance.balance_help"), heads, rows))]
        if found["tables"]:
            sides = {"table": "left", "rows": "right", "hash": "left"}
            heads = [(say(f"provenance.{name}"), side) for name, side in sides.items()]
            rows = [list(row) for row in found["tables"]]
            blocks += [heading("tables"), ("table", ruled("", say("provenance.tables_help"), heads, rows))]
        return blocks


def _source(source: dict, say) -> list:
    version = say("provenance.version", version=source["version"]) if source["version"] else ""
    named = ", ".join(filter(None, [source["publisher"], version]))
    said = [f"{source[name]}." if name != "licence" else f"{say('provenance.licence')}: {source[name]}."
            for name in ("citation", "licence") if source[name]]  # fmt: skip
    said += [f"{say('provenance.accessed')}: {source['accessed']}."] if source["accessed"] else []
    said = " ".join(said).replace("..", ".")
    return [
        ["strong", None, [source["title"]]],
        f" ({named}). {said} " if named else f". {said} ",
        *_doi(source["doi"]),
    ]


def _doi(found: str) -> list:
    return [["a", f"https://doi.org/{found}", [found]]] if found else []


def tree(html: str, level: int = 4) -> list:
    """Return HTML that was made here as a tree: a text, or tag, address or level of a heading, and what is inside.

    Parameters
    ----------
    html : str
    level : int
        Of the first headings in it. Headings of a lower rank are paragraphs in bold, so that no level is left out.
    """
    reader = _Tree(level)
    reader.feed(html)
    reader.close()
    return reader.top


#: Elements in which only blocks stand, and no text.
_BLOCKS = ("", "ul", "ol", "table", "thead", "tbody", "blockquote", "div", "tr")


class _Tree(HTMLParser):
    def __init__(self, level: int) -> None:
        super().__init__()
        self.level, self.top = level, []
        self.open = [("", self.top)]

    def handle_starttag(self, tag: str, attrs: list) -> None:
        inside: list = []
        to = dict(attrs).get("href") if tag == "a" else None
        node = [tag, to if to and not to.startswith("#") else None, inside]
        if tag == "h3":
            node = ["heading", self.level, inside]
        elif tag in ("h2", "h4", "h5", "h6", "tr"):
            node = ["p", None, [["strong", None, inside]] if tag != "tr" else inside]
        elif tag in ("th", "td"):
            inside.append(" ")
        self.open[-1][1].append(node)
        if tag not in ("br", "hr"):
            self.open.append((tag, inside))

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1][0] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        inside = {tag for tag, _ in self.open}
        # Line breaks between blocks are layout of the HTML.
        if data.strip() or self.open[-1][0] not in _BLOCKS:
            self.open[-1][1].append(data if "pre" in inside else " ".join(f".{data}.".split())[1:-1])


@cache
def _letters() -> frozenset[str]:
    """Return the letters that the fonts have, and the line break."""
    import matplotlib
    from matplotlib.ft2font import FT2Font

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return frozenset("\n") | {chr(point) for point in FT2Font(folder / "DejaVuSans.ttf").get_charmap()}


def _printable(document: dict) -> str:
    """Return a document as JSON, its texts free of marks that steer the layout, and of letters that no font has."""
    return json.dumps(_mended(document))


def _mended(value):
    if isinstance(value, dict):
        return {name: _mended(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_mended(part) for part in value]
    if not isinstance(value, str):
        return value
    text = prose.without_marks(value).replace("\t", " ")
    lacking = () if text.isascii() else set(text) - _letters()
    return text.translate(dict.fromkeys(map(ord, lacking), "\N{REPLACEMENT CHARACTER}")) if lacking else text
