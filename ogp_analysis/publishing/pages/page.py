"""The page of a report: what a notebook carries, laid out in sections, in one file that loads nothing."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from itertools import groupby

from ogp_analysis.base.words.catalogue import word
from ogp_analysis.publishing.citation import Identity, cite_line
from ogp_analysis.publishing.pages import prose
from ogp_analysis.publishing.pages.carried import Carried, Cell
from ogp_analysis.publishing.pages.drawing import Drawing
from ogp_analysis.publishing.pages.origin import edition_name, origin
from ogp_analysis.publishing.pages.outputs import CarriedTable, Origin, Picture, Plain, Unshown
from ogp_analysis.publishing.pages.prose import environment, style

RESOURCES = ("page.html.j2", "base.css", "page.css")
_POLICY = "default-src 'none'; img-src data:; style-src '{style}'; base-uri 'none'; form-action 'none'"
#: Anchors of the page itself.
_OWN_ANCHORS = ("top", "content", "contents", "provenance")


@dataclass
class Block:
    """One piece of a section: its kind, which names a macro of the template, and what that macro is given."""

    kind: str
    content: object = None


@dataclass
class Section:
    """What stands under one heading; the first section of a page has none."""

    id: str = ""
    title: prose.Title | None = None
    blocks: list[Block] = field(default_factory=list)

    @property
    def boxed(self) -> bool:
        """Whether it is the answer at a glance."""
        return bool(self.blocks) and self.blocks[0].kind == "glance"

    @property
    def only_prose(self) -> bool:
        """Whether nothing but prose stands in it so far."""
        return self.title is not None and all(b.kind == "prose" for b in self.blocks)


def warm_up() -> None:
    """Read the template, and what turns prose and code into HTML, once for all pages of a process."""
    environment().get_template(RESOURCES[0])
    prose.blocks("*prose*")
    prose.code("code")


def page(carried: Carried, identity: Identity) -> str:
    """Return the page of a report as HTML.

    Parameters
    ----------
    carried : Carried
    identity : Identity
    """
    css = style("base.css", "page.css")
    title = carried.headline.plain()
    sections = Layout(carried.language).laid_out(carried)
    glance = " ".join(s.plain() for s in carried.sentences if s.role == "glance")
    return (
        environment()
        .get_template(RESOURCES[0])
        .render(
            say=lambda key, **values: word(f"report.{key}", carried.language).format(**values),
            policy=_POLICY.format(style=css.digest),
            css=css.text,
            language=carried.language,
            title=title,
            headline=prose.inline(carried.headline),
            question=question(carried),
            sections=sections,
            # What search engines and link previews show.
            description=glance or question(carried) or title,
            edition=edition_name(carried.edition, carried.language),
            last_year=carried.last_year,
            identity=identity,
            origin=origin(carried, identity),
            cite_line=cite_line(identity, carried.language, title),
            tables=sorted(carried.tables),
            figures=sorted(carried.figures),
        )
    )


def question(carried: Carried) -> str:
    """Return the question a notebook asks: the first heading of the highest level in its prose."""
    return next(filter(None, (prose.title(c.source) for c in carried.cells if c.kind == "prose")), "")


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
        return [s for s in self.sections if s.title or s.blocks]

    def _prose(self, text: str) -> None:
        for block in prose.blocks(text):
            if not isinstance(block, prose.Title):
                self._add("prose", block)
            elif block.level == 1 and not self._asked:
                self._asked = True
            else:
                self._open(block)

    def _cell(self, cell: Cell) -> None:
        """Lay out what a cell shows, then its code, folded; code that shows nothing waits for the next that does."""
        self._code += [prose.code(cell.source)] if cell.source.strip() else []
        self._asides += [p.text for p in cell.shown if isinstance(p, Plain) and p.aside]
        visible = [s for s in cell.shown if not (isinstance(s, Plain) and s.aside)]
        visible = [s for s in visible if getattr(s, "role", "") != "headline"]
        for kind, things in groupby(visible, key=lambda thing: getattr(thing, "role", type(thing))):
            self._show(kind, list(things))
        if visible:
            self._fold()

    def _fold(self) -> None:
        if self._code or self._asides:
            self._add("code", {"cells": self._code, "asides": self._asides})
        self._code, self._asides = [], []

    def _open(self, title: prose.Title, name: str = "") -> None:
        self.sections.append(Section(name or prose.anchor(title.text, self._anchors), title))

    def _own(self, key: str, name: str = "") -> None:
        """Open a section the notebook has no heading for."""
        text = word(f"report.{key}", self.language)
        self._open(prose.Title(2, text, text), name)

    def _add(self, kind: str, content=None) -> None:
        self.sections[-1].blocks.append(Block(kind, content))

    def _show(self, kind: str | type, things: list) -> None:
        """Add what is of one kind, and stands together: sentences by their role, all else by its type."""
        if kind == "text":
            self._add("said", [prose.inline(sentence) for sentence in things])
        elif kind == "glance":
            self._glance([prose.inline(sentence) for sentence in things])
        elif kind is Plain:
            text = "".join(t.text if t.text.endswith("\n") else t.text + "\n" for t in things)
            if text.strip():
                self._add("plain", text.rstrip())
        elif kind is Origin:
            if not self.sections[-1].only_prose:
                self._own("provenance.heading", "provenance")
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
            return "picture", {"address": _address("png", thing.png), "alt": thing.alt}
        self._count[kind] += 1
        if kind is Drawing:
            address = _address("svg+xml", thing.svg.encode())
            return "figure", {"number": self._count[kind], "address": address, "figure": thing}
        label = word("report.page.table", self.language).format(number=self._count[kind])
        html = thing.html.replace("<caption>", f'<caption><span class="label">{label}</span> ', 1)
        return "table", {"label": label, "name": thing.name, "html": html}

    def _glance(self, said: list[str]) -> None:
        """Add to the box, across the fold of the cell before, so that the answer stays in one piece."""
        blocks = self.sections[-1].blocks
        if [b.kind for b in blocks[-2:]] == ["glance", "code"]:
            fold = blocks.pop().content
            self._code, self._asides = fold["cells"] + self._code, fold["asides"] + self._asides
        if blocks and blocks[-1].kind == "glance":
            blocks[-1].content.extend(said)
            return
        if self.sections[-1].title is None:
            self._own("page.glance")
        self._add("glance", said)


def _address(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
