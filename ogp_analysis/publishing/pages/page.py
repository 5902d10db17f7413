"""The page of a report: what a notebook carries, laid out in sections, in one file that loads nothing; and
what its files say of the output they belong to, for reference managers, search engines and archives.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from typing import NamedTuple

from ogp_analysis.base.words.catalogue import word
from ogp_analysis.base.words.sentence import flat
from ogp_analysis.display.table import numbered
from ogp_analysis.publishing.citation import OTHERS, PAPERS, Identity, Reference, address, cite_line, label, paper_line
from ogp_analysis.publishing.pages import prose
from ogp_analysis.publishing.pages.carried import Carried, Cell
from ogp_analysis.publishing.pages.drawing import Drawing, on_screen, with_first
from ogp_analysis.publishing.pages.origin import country_of, edition_name, origin
from ogp_analysis.publishing.pages.outputs import CarriedTable, Origin, Picture, Plain, Unshown

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"
#: The files that hold a whole report.
_WHOLE = {"report.pdf": "application/pdf", "notebook.ipynb": "application/x-ipynb+json"}


def svg(figure: Drawing, identity: Identity) -> bytes:
    """Return the SVG file of a figure with caption, authors and output in Dublin Core."""
    says = [
        ("title", figure.caption),
        *(("creator", name) for name in identity.authors),
        ("identifier", label(identity)),
    ]
    says += [("source", identity.address)] if identity.address else []
    core = "".join(f"<dc:{name}>{escape(flat(text))}</dc:{name}>" for name, text in says)
    described = f'<rdf:RDF xmlns:rdf="{_RDF}" xmlns:dc="{_DC}"><rdf:Description>{core}</rdf:Description></rdf:RDF>'
    return with_first(figure.svg, f"<metadata>{described}</metadata>").encode()


def png(content: bytes, figure: Drawing, identity: Identity) -> bytes:
    """Return a PNG with caption, text alternative, authors and output in the text chunks that its standard names."""
    says = {
        "Title": figure.caption,
        "Author": "; ".join(identity.authors),
        "Description": figure.alt,
        "Source": " ".join(filter(None, [label(identity), identity.address])),
        "Software": f"{identity.software_title} {identity.software_version}",
    }
    chunks = b""
    for name, text in says.items():
        said = f"{name}\0\0\0\0\0{flat(text)}".encode()
        chunks += struct.pack(">I", len(said)) + b"iTXt" + said + struct.pack(">I", zlib.crc32(b"iTXt" + said))
    first = 8 + 25  # the signature, and the header, which has to come first
    return content[:first] + chunks + content[first:]


class Head(NamedTuple):
    """What the head of a page says of it: pairs of name and content for ``<meta>``, and JSON-LD."""

    named: list[tuple[str, str]]
    linked: str


def head(carried: Carried, identity: Identity, credited: list[Reference]) -> Head:
    """Return what the head of a page says of it: Highwire Press tags, Dublin Core, Open Graph and JSON-LD.

    Parameters
    ----------
    carried : Carried
    identity : Identity
    credited : list of Reference
        The output first, as :func:`ogp_analysis.publishing.citation.references` returns them.
    """
    output, sources = credited[0], [one for one in credited if one.kind == "data"]
    shown = next(iter(carried.figures.values()), None) if identity.address else None
    card = [  # what a message or a post shows of a link, which needs addresses
        *(("og:type", "article"), ("og:url", identity.address), ("og:title", output.title)),
        ("og:description", carried.abstract),
        ("og:image", f"{identity.address}figures/{shown.name}.png" if shown else ""),
        ("og:image:alt", shown.alt if shown else ""),
        ("twitter:card", "summary_large_image" if shown else "summary"),
    ]
    named = [
        *(card if identity.address else []),
        ("citation_title", output.title),
        *(("citation_author", ", ".join(filter(None, name))) for name in output.authors),
        ("citation_publication_date", output.date.replace("-", "/")),
        ("citation_language", identity.language),
        ("citation_technical_report_institution", identity.software_title),
        ("citation_technical_report_number", identity.id),
        ("citation_public_url", identity.address),
        ("citation_pdf_url", f"{identity.address}report.pdf" if identity.address else ""),
        ("DC.title", output.title),
        *(("DC.creator", ", ".join(filter(None, name))) for name in output.authors),
        *(("DC.date", output.date), ("DC.language", identity.language), ("DC.type", "Text")),
        *(("DC.identifier", label(identity)), ("DC.identifier", identity.address)),
        ("DC.description", carried.abstract),
        *(("DC.source", f"https://doi.org/{one.doi}" if one.doi else one.citation or one.title) for one in sources),
    ]
    about = {
        "name": output.title,
        "author": _authors(output),
        "datePublished": output.date,
        "inLanguage": identity.language,
        "identifier": label(identity),
        "url": identity.address,
        "description": carried.abstract,
    }
    article = {
        "@type": "ScholarlyArticle",
        "@id": label(identity),
        "headline": output.title,
        **about,
        "isBasedOn": [_dataset(one) for one in sources],
        "encoding": [_download(path, kind) for path, kind in _WHOLE.items()],
    }
    tables = [_download(f"tables/{name}.csv", "text/csv") for name in sorted(carried.tables)]
    dataset = {
        "@type": "Dataset",
        "@id": f"{label(identity)}#data",
        **about,
        "isPartOf": {"@id": label(identity)},
        "distribution": [_download("numbers.json", "application/json"), *tables],
    }
    graph = {"@context": "https://schema.org", "@graph": [_said(article), _said(dataset)]}
    # Inside <script>, "<" could end it.
    linked = json.dumps(graph, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Head([(name, content) for name, content in named if content], linked)


def _dataset(source: Reference) -> dict:
    about = {"@type": "Dataset", "@id": f"https://doi.org/{source.doi}" if source.doi else "", "name": source.title}
    about["author"] = _authors(source)
    about["publisher"] = {"@type": "Organization", "name": source.publisher} if source.publisher else None
    about |= {"version": source.version, "datePublished": source.date, "license": source.licence}
    return _said({**about, "creditText": source.citation, "url": source.url})


def _authors(reference: Reference) -> list[dict]:
    return [_agent(*name) for name in reference.authors if name[0] != OTHERS]


def _agent(family: str, given: str) -> dict:
    person = {"@type": "Person", "familyName": family, "givenName": given, "name": f"{given} {family}"}
    return person if given else {"@type": "Organization", "name": family}


def _download(path: str, kind: str) -> dict:
    return {"@type": "DataDownload", "contentUrl": path, "encodingFormat": kind}


def _said(thing: dict) -> dict:
    return {name: value for name, value in thing.items() if value}


FILES = ("page.html.j2", "base.css", "page.css")
#: Anchors of the page itself.
_OWN_ANCHORS = ("top", "content", "take", "appendix", "provenance")
#: The parts of a page that a heading of the second level begins.
PARTS = ("answer", "evidence", "method", "appendix")
FOLDED = ("method", "appendix")
#: Rows of a table that is folded though no picture shows the same.
LONG = 2


@dataclass
class Block:
    """One piece of a section: its kind, which names a macro of the template, and what that macro is given."""

    kind: str
    content: object = None


@dataclass
class Section:
    """What stands under one heading; the first section of a page has none.

    Attributes
    ----------
    part : str
        The part of the page, one of :data:`PARTS`, or empty. Answer and evidence have no heading of their own; the
        method and the appendix come last, folded.
    """

    id: str = ""
    title: prose.Title | None = None
    blocks: list[Block] = field(default_factory=list)
    part: str = ""

    @property
    def level(self) -> int:
        """Level of its heading in the notebook."""
        return self.title.level if self.title else 1

    @property
    def named(self) -> bool:
        """Whether its heading says more than which part of the page begins."""
        return self.title is not None and (self.level > 2 or self.part not in ("answer", "evidence", "appendix"))

    @property
    def only_prose(self) -> bool:
        """Whether nothing but prose stands in it so far."""
        return self.title is not None and all(b.kind == "prose" for b in self.blocks)

    def answer_first(self) -> None:
        """Bring an answer into its order: finding, picture, numbers, limit, all else, and the code in one fold."""
        order = {"finding": 0, "figure": 1, "number": 2, "limit": 3, "code": 5}
        pictures = [b for b in self.blocks if b.kind == "figure"]
        ranks = {id(b): 4 if b in pictures[1:] else order.get(b.kind, 4) for b in self.blocks}
        merged: list[Block] = []
        for block in sorted(self.blocks, key=lambda b: ranks[id(b)]):
            if merged and merged[-1].kind == block.kind and block.kind in ("finding", "number", "limit"):
                merged[-1].content.extend(block.content)
            elif merged and merged[-1].kind == block.kind == "code":
                merged[-1].content = {name: merged[-1].content[name] + block.content[name] for name in block.content}
            else:
                merged.append(block)
        self.blocks = merged

    def fold_tables(self) -> None:
        """Fold the tables of the evidence that stand behind a picture or are long, and all of the appendix."""
        drawn = any(b.kind == "figure" for b in self.blocks)
        for block in self.blocks:
            if block.kind == "table":
                long = drawn or block.content["rows"] > LONG
                block.content["folded"] = self.level <= 2 if self.part == "appendix" else long


def page(carried: Carried, identity: Identity, credited: list[Reference], sections: list[Section]) -> str:
    """Return the page of a report as HTML.

    Parameters
    ----------
    carried : Carried
    identity : Identity
    credited : list of Reference
        The output first.
    sections : list of Section
        As :meth:`Layout.laid_out` gives them.
    """
    title, spoken = carried.headline.plain(), carried.language
    return prose.filled(
        FILES,
        word=word,
        carried=carried,
        identity=identity,
        language=spoken,
        title=title,
        country=country_of(identity.parameters),
        seen=_seen,
        say=lambda key, **values: word(f"report.{key}", spoken).format(**values),
        headline=prose.inline(carried.headline),
        scope=[prose.inline(s) for s in carried.said("scope")],
        shown=[s for s in sections if s.part not in FOLDED],
        folded=[s for s in sections if s.part in FOLDED],
        # What search engines and link previews show.
        head=head(carried, identity, credited),
        papers=[(paper_line(one, spoken), one.doi) for one in credited if one.kind in PAPERS],
        edition=edition_name(carried.edition, spoken),
        repository=address(identity.url),
        origin=origin(carried, identity),
        cite_line=cite_line(identity, spoken, title),
    )


class Layout:
    """Lays cells out in sections.

    Parameters
    ----------
    language : {"en", "es"}
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.sections = [Section()]
        self._anchors = set(_OWN_ANCHORS)
        self._asked = False
        self._code: list[str] = []
        self._asides: list[str] = []
        self._count = {Drawing: 0, CarriedTable: 0}

    def laid_out(self, carried: Carried) -> list[Section]:
        """Return the sections that hold something."""
        for cell in carried.cells:
            if cell.kind == "prose":
                self._prose(cell.source)
            else:
                self._cell(cell)
        self._fold()
        for section in self.sections:
            section.fold_tables()
            if section.part == "answer":
                section.answer_first()
        return [s for s in self.sections if s.blocks or s.named]

    def _prose(self, text: str) -> None:
        for block in prose.blocks(text):
            if not isinstance(block, prose.Title):
                self._add("prose", block)
            elif block.level == 1 and not self._asked:
                self._asked = True
            elif block.level <= 2 or self.sections[-1].part in ("evidence", "appendix"):
                self._open(block)
            else:
                self._add("prose", f"<h3>{block.html}</h3>\n")

    def _cell(self, cell: Cell) -> None:
        """Lay out what a cell shows, then its code, folded; code that shows nothing waits for the next that does."""
        self._code += [prose.code(cell.source)] if cell.source.strip() else []
        self._asides += [p.text for p in cell.shown if isinstance(p, Plain) and p.aside]
        visible = [s for s in cell.shown if not (isinstance(s, Plain) and s.aside)]
        visible = [s for s in visible if getattr(s, "role", "") not in ("headline", "scope")]
        for kind, things in groupby(visible, key=lambda thing: getattr(thing, "role", type(thing))):
            self._show(kind, list(things))
        if visible:
            self._fold()

    def _fold(self) -> None:
        if self._code or self._asides:
            self._add("code", {"cells": self._code, "asides": self._asides})
        self._code, self._asides = [], []

    def _open(self, title: prose.Title, name: str = "", part: str = "") -> None:
        names = {word(f"report.page.{part}", self.language): part for part in PARTS}
        part = part or (names.get(title.text, "") if title.level <= 2 else self.sections[-1].part)
        self.sections.append(Section(name or prose.anchor(title.text, self._anchors), title, part=part))

    def _own(self, key: str, name: str, part: str, level: int) -> None:
        """Open a section the notebook has no heading for."""
        text = word(f"report.{key}", self.language)
        self._open(prose.Title(level, text, text), name, part)

    def _add(self, kind: str, content=None) -> None:
        self.sections[-1].blocks.append(Block(kind, content))

    def _show(self, kind: str | type, things: list) -> None:
        """Add what is of one kind, and stands together: sentences by their role, all else by its type."""
        if kind == "text":
            self._add("said", [prose.inline(sentence) for sentence in things])
        elif kind in ("finding", "number", "limit"):
            if self.sections[-1].title is None:
                self._own("page.answer", "answer", "answer", 2)
            self._add(kind, [prose.inline(sentence) for sentence in things])
        elif kind is Plain:
            text = "".join(t.text if t.text.endswith("\n") else t.text + "\n" for t in things)
            if text.strip():
                self._add("plain", text.rstrip())
        elif kind is Origin:
            last = self.sections[-1]
            if not (last.only_prose or (last.part == "appendix" and last.level > 2)):
                self._own("provenance.heading", "provenance", "appendix", 3)
            self._add("provenance")
        else:
            for thing in things:
                self._add(*self._single(kind, thing))

    def _single(self, kind: str | type, thing) -> tuple[str, object]:
        """Return the block of what stands by itself."""
        if kind == "warning":
            return "warning", prose.inline(thing)
        if kind is Unshown:
            return "unshown", ", ".join(thing.kinds)
        if kind is Picture:
            return "picture", {"address": prose.picture("png", thing.png), "alt": thing.alt}
        self._count[kind] += 1
        if kind is Drawing:
            return "figure", {"number": self._count[kind], "figure": thing}
        caption, _, rest = thing.html.partition("</caption>")
        before, _, caption = caption.partition("<caption>")
        label = word("report.page.table", self.language).format(number=self._count[kind])
        parts = {"label": label, "name": thing.name, "caption": caption, "before": before, "rest": rest}
        return "table", {**parts, "rows": thing.html.count("<tr") - 1, "addresses": numbered(thing.payload)}


def _seen(figure: Drawing) -> tuple[str, str]:
    """Return the addresses of a figure on a page: as it is, and for a telephone, empty if it is drawn once."""
    if figure.narrow:
        return tuple(prose.picture("svg+xml", on_screen(one).encode()) for one in (figure.svg, figure.narrow))
    return prose.picture("svg+xml", (on_screen(figure.svg) if figure.view else figure.svg).encode()), ""
