"""The README of an archive, section by section as the template of the Social Science Data Editors (v1.1) names them.

Everything in it is read off the outputs, the sidecars, the lock file, the citation file and a measurement.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass

import msgspec

from ogp_analysis.base import fingerprint
from ogp_analysis.base.paths import Project
from ogp_analysis.base.words.catalogue import word
from ogp_analysis.base.words.numbers import day, decimal
from ogp_analysis.data.cleaning.codebook import Markdown, address, code, text
from ogp_analysis.publishing import citation
from ogp_analysis.publishing.archive import contents
from ogp_analysis.publishing.archive.data import DataFile, command
from ogp_analysis.publishing.archive.measuring import Measurement
from ogp_analysis.publishing.archive.outputs import Output
from ogp_analysis.publishing.pages import document, prose
from ogp_analysis.publishing.pages.ruled import ruled
from ogp_analysis.publishing.runs import run_record

#: Outputs that are listed one by one; of more, there is a line a notebook, and all are in ``outputs.csv``.
MOST = 40
_DRAWS = re.compile(r"default_rng\(|\brandom\.seed\(|\bseed: int = \d|^[A-Z, ]*\bSEED\b[^=]*=")


def _minor(python: str) -> str:
    return ".".join(python.split(".")[:2])


@dataclass(frozen=True)
class Heading:
    """The title of a section; level 1 is that of the whole."""

    level: int
    text: str


@dataclass(frozen=True)
class Table:
    """Rows of cells: plain text, or Markdown. ``numbers`` says which columns hold numbers."""

    heads: list[str]
    rows: list[list[str]]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Typed:
    """Lines to be typed."""

    lines: list[str]


def about(
    project: Project,
    outputs: list[Output],
    data: list[DataFile],
    measured: Measurement | None,
    language: str,
    with_reports: bool,
) -> dict[str, bytes]:
    """Return the files that say what an archive is: README.md, README.pdf, references.bib, measured.json.

    Parameters
    ----------
    project : Project
    outputs : list of Output
    data : list of DataFile
    measured : Measurement or None
        What it took to make these outputs again, if that was measured.
    language : {"en", "es"}
    with_reports : bool
        Whether the archive holds the outputs as they were published.
    """
    readme = _Readme(project, outputs, data, measured, language, with_reports)
    blocks = readme.blocks()
    title, *rest = blocks
    # The same as ``report.typ`` takes it.
    sections = []
    for block in rest:
        if isinstance(block, Heading):
            sections.append({"title": [block.text], "level": block.level, "blocks": []})
            continue
        if isinstance(block, Table):
            rows = [[prose.plain("".join(prose.blocks(cell))) if isinstance(cell, Markdown) else cell for cell in row]
                    for row in block.rows]  # fmt: skip
            heads = [(head, "right" if n in block.numbers else "left") for n, head in enumerate(block.heads)]
            made = [("table", ruled("", "", heads, rows))]
        elif isinstance(block, Typed):
            made = [("plain", block.lines)]
        else:
            made = [("prose", document.tree("".join(prose.blocks(block))))]
        sections[-1]["blocks"] += made
    software = readme.software
    released = str(software.get("date-released") or "")
    printed = {
        "title": title.text, "authors": readme.authors, "abstract": title.text, "language": readme.language,
        "label": f"{software['title']} {software['version']}", "question": "", "headline": [title.text],
        "date": [int(part) for part in released.split("-")] if released else None, "byline": ", ".join(readme.authors),
        "scope": [], "sections": sections, "drawings": {}, "words": {}, "footer": title.text, "whole": 4,
    }  # fmt: skip
    files = {
        "README.md": markdown(blocks).encode(),
        "README.pdf": document.typeset(printed),
        "references.bib": citation.bibtex(readme.credited).encode(),
    }
    if measured:
        files["measured.json"] = msgspec.json.format(msgspec.json.encode(measured), indent=1) + b"\n"
    return files


def markdown(blocks: list) -> str:
    """Return blocks as Markdown, the texts of others escaped."""
    parts = []
    for block in blocks:
        if isinstance(block, Heading):
            parts.append(f"{'#' * block.level} {text(block.text)}")
        elif isinstance(block, Table):
            rules = ["---:" if number in block.numbers else "---" for number in range(len(block.heads))]
            rows = [block.heads, rules, *block.rows]
            parts.append(
                "\n".join(f"| {' | '.join(c if c in ('---', '---:') else text(c) for c in r)} |" for r in rows)
            )
        elif isinstance(block, Typed):
            parts.append("```sh\n" + "\n".join(block.lines) + "\n```")
        else:
            parts.append(block)
    return "\n\n".join(parts) + "\n"


class _Readme:
    """What is known, said section by section."""

    def __init__(self, project, outputs, data, measured, language, with_reports) -> None:
        self.project, self.outputs, self.measured, self.language = project, outputs, measured, language
        self.with_reports = with_reports
        self.software = citation.citation_file(project.citation)
        first = citation.identity_of(project, outputs[0].run, outputs[0].record["id"], language)
        self.authors = list(first.authors)
        self.read = [one for one in data if one.read_by]
        self.origins = [one for one in data if one.origin]
        self.others = [one for one in data if not one.read_by and not one.origin]
        used = {s["folder"]: s for output in outputs for s in output.provenance["sources"]}
        cited = frozenset[str]().union(*(output.cited for output in outputs))
        credited = citation.references(first, list(used.values()))[1:]
        self.credited = [*credited, *(paper for _, paper in citation.papers() if paper.key in cited)]
        self.notebooks: dict[str, list[Output]] = defaultdict(list)
        for output in outputs:
            self.notebooks[output.run.notebook].append(output)

    def say(self, key: str, **values) -> Markdown:
        return Markdown(word(f"archive.{key}", self.language).format(**values))

    def title(self, level: int, key: str) -> Heading:
        return Heading(level, self.say(f"title.{key}"))

    def heads(self, *keys: str) -> list[str]:
        return [self.say(f"head.{key}") for key in keys]

    def number(self, value: float, decimals: int = 0) -> str:
        return decimal(value, decimals, self.language)

    def ticked(self, key: str, is_so: bool, **values) -> str:
        return f"- [{'x' if is_so else ' '}] {self.say(key, **values)}"

    def yes(self, is_so: bool) -> Markdown:
        return self.say("yes" if is_so else "no")

    def path(self, notebook: str) -> Markdown:
        own = (self.project.notebooks / f"{notebook}.ipynb").is_file()
        return code(f"{'notebooks' if own else 'lab'}/{notebook}.ipynb")

    def blocks(self) -> list:
        name = self.say("name", software=self.software["title"], version=self.software["version"])
        return [
            Heading(1, str(name)),
            self.title(2, "overview"), *self.overview(),
            self.title(2, "availability"), *self.availability(),
            self.title(2, "datasets"), *self.datasets(),
            self.title(2, "requirements"), *self.requirements(),
            self.title(2, "programs"), *self.programs(),
            self.title(2, "instructions"), *self.instructions(),
            self.title(2, "list"), *self.shown(),
            self.title(2, "references"), *self.references(),
        ]  # fmt: skip

    def overview(self) -> list:
        shown = [one for output in self.outputs for one in output.shown]
        said = [self.say(
            "overview.what", software=self.software["title"], version=self.software["version"],
            outputs=self.number(len(self.outputs)), notebooks=self.number(len(self.notebooks)),
            figures=self.number(sum(one.kind == "figure" for one in shown)),
            tables=self.number(sum(one.kind == "table" for one in shown)),
        )]  # fmt: skip
        if self.measured:
            runtime, seconds = "overview.measured", [step.seconds for step in self.measured.steps]
        else:
            runtime = "overview.recorded"
            seconds = [output.record[run_record.CLOCK]["seconds"] for output in self.outputs]
        said += [self.say("overview.how"), self.say(runtime, minutes=self.number(sum(seconds) / 60, 1))]
        modified = sorted({*run_record.modified(self.project)}.union(
            *(output.record[run_record.CLOCK]["modified"] for output in self.outputs)))  # fmt: skip
        told = [self.say("overview.modified", files=text(", ".join(modified)))] if modified else []
        return [
            *told,
            " ".join(said),
            self.say("overview.published" if self.with_reports else "overview.not_published"),
        ]

    def availability(self) -> list:
        sources = {one.source.folder: one.source for one in self.read}
        provided = sum(one.provided for one in self.read)
        held = "all" if provided == len(self.read) else "some" if provided else "none"
        unstated = [s.title for s in sources.values() if s.open_licence != "yes"]
        named = text("; ".join(unstated)) if unstated else self.say("none")
        kept_back = [one for one in self.read if not one.permitted]
        rights = [self.ticked(f"rights.{name}", name == "permitted") for name in ("permitted", "access", "publish")]
        terms = [
            [s.title, s.release, s.licence, self.yes(s.redistribute and all(c.redistribute for c in s.columns))]
            for s in sources.values()
        ]
        heads = self.heads("source", "version", "licence", "passed_on")
        summary = [self.ticked(f"summary.{name}", name == held) for name in ("all", "some", "none")]
        counts = self.say("summary.files", read=self.number(len(self.read)), provided=self.number(provided),
                          withheld=self.number(len(kept_back)))  # fmt: skip
        behind = self.say("summary.origins", origins=self.number(len(self.origins)),
                          provided=self.number(sum(one.provided for one in self.origins)))  # fmt: skip
        return [
            self.title(3, "rights"), self.say("rights.read"), "\n".join(rights),
            self.say("rights.unstated", sources=named),
            self.title(3, "licence"), self.say("licence.each"), Table(heads, terms),
            self.title(3, "summary"), "\n".join(summary), counts, *([behind] if self.origins else []),
            self.title(3, "details"),
            *(block for source in sources.values() for block in self.source(source)),
        ]  # fmt: skip

    def source(self, source) -> list:
        files = [one for one in self.read if one.source is source]
        origins = {one.source.folder: one.source for one in self.origins
                   if (one.source.id, one.source.release) == (source.id, source.release)}  # fmt: skip
        accessed = next((s.accessed for s in (source, *origins.values()) if s.accessed), None)
        facts = {
            "citation": text(source.citation),
            "doi": address(f"https://doi.org/{source.doi}") if source.doi else "",
            "version": text(source.release),
            "publisher": text(source.publisher),
            "accessed": day(accessed, self.language) if isinstance(accessed, dt.date) else self.say("unknown"),
            "licence": text(source.licence),
            "where": ", ".join(map(address, source.urls)),
            "files": ", ".join(code(one.path) for one in files),
            "read_by": ", ".join(self.path(name) for name in files[0].read_by),
        }
        lines = [f"- {self.say(f'details.{name}')}: {value}" for name, value in facts.items() if value]
        if source.dataset:
            lines.append(f"- {self.say('details.extract')}")
        fetched = list(origins.values()) or ([] if all(one.provided for one in files) else [source])
        if fetched and source.publisher in self.authors:
            lines.append(f"- {self.say('details.own')}")
        elif fetched:
            lines.append(f"- {self.say('details.get')}: {', '.join(code(command(one)) for one in fetched)}")
            if any(file.compiled for one in fetched for file in one.files):
                lines.append(f"- {self.say('details.compiled')}")
        return [Heading(4, source.title), "\n".join(lines)]

    def datasets(self) -> list:
        heads = self.heads("file", "source", "note", "provided")
        rows = []
        for one in (*self.read, *self.origins):
            said = self.say("datasets.origin" if one.origin else "datasets.read")
            size = self.say("datasets.size", rows=self.number(one.file.rows), bytes=self.number(one.file.bytes))
            fault = "" if one.permitted else " " + self.say("datasets.not_permitted")
            rows.append([code(one.path), one.source.title, f"{said}. {size}.{fault}", self.yes(one.provided)])
        return [
            self.say("datasets.where"),
            Table(heads, rows),
            *([self.say("datasets.others", files=self.number(len(self.others)))] if self.others else []),
        ]

    def requirements(self) -> list:
        records = [output.record for output in self.outputs]
        exact = sorted({record[run_record.CLOCK]["python"] for record in records})
        minors = sorted({_minor(version) for version in exact})
        systems = sorted({record[run_record.CLOCK]["system"] for record in records})
        used = sorted({pair for output in self.outputs for pair in contents.versions(output).items()},
                      key=lambda pair: (pair[0].lower(), pair[1]))  # fmt: skip
        pinned = contents.locked((self.project.root / contents.LOCK).read_text(encoding="utf-8"))
        software = [
            "- " + self.say("software.python", python=", ".join(minors), exact=", ".join(exact)),
            "- " + self.say("software.tools"),
            "- " + self.say("software.system", systems=text("; ".join(systems))),
            "- " + self.say("software.locked", packages=self.number(len(pinned)), lock=contents.LOCK),
        ]
        heads = self.heads("package", "version")
        return [
            self.title(3, "software"), "\n".join(software), Table(heads, [list(pair) for pair in used]),
            self.title(3, "randomness"), *self.randomness(),
            self.title(3, "resources"), *self.resources(),
        ]  # fmt: skip

    def randomness(self) -> list:
        rows = []
        for file in (file for file in fingerprint.files().values() if file.suffix == ".py"):
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                if _DRAWS.search(line):
                    rows.append([code(self.project.shown(file)), str(number), code(line.strip())])
        heads = self.heads("file", "line", "code")
        return [self.say("randomness.how"), self.say("randomness.where"), Table(heads, rows, (1,))]

    def resources(self) -> list:
        blocks, measured = [], self.measured
        if measured:
            machine = {"system": text(measured.system), "python": measured.python,
                       "processors": self.number(measured.processors),
                       "memory": self.number(measured.memory / 1024, 1)}  # fmt: skip
            heads = self.heads("command", "seconds", "processor", "memory")
            rows = [[code(f"ogp-analysis {s.command}"), self.number(s.seconds, 1), self.number(s.processor, 1),
                     self.number(s.memory)] for s in measured.steps]  # fmt: skip
            room = [[self.say(f"storage.{name}"), self.number(size, 1)] for name, size in measured.storage.items()
                    if name in ("archive", "tables", "reports", "environment")]  # fmt: skip
            blocks += [self.say("resources.measured", **machine), Table(heads, rows, (1, 2, 3)),
                       Table(self.heads("what", "room"), room, (1,))]  # fmt: skip
        else:
            blocks.append(self.say("resources.not_measured"))
        heads = self.heads("program", "outputs", "seconds")
        rows = []
        for name, of in self.notebooks.items():
            seconds = sum(output.record[run_record.CLOCK]["seconds"] for output in of)
            rows.append([self.path(name), self.number(len(of)), self.number(seconds, 1)])
        return [
            self.title(4, "resources_summary"), *blocks,
            self.title(4, "resources_details"), self.say("resources.recorded"), Table(heads, rows, (1, 2)),
        ]  # fmt: skip

    def programs(self) -> list:
        places = {
            "makefile": "Makefile", "runs": "notebooks/runs.toml", "datasets": "ogp_analysis/data/datasets/",
            "statistics": "ogp_analysis/statistics/", "publishing": "ogp_analysis/publishing/",
            "lock": contents.LOCK, "list": contents.LIST, "hashes": contents.HASHES,
        }  # fmt: skip
        folders = [[code(place), self.say(f"programs.{key}")] for key, place in places.items()]
        asked = [[self.path(name), self.question(name), self.number(len(of))] for name, of in self.notebooks.items()]
        blocks = [
            Table(self.heads("file", "what"), folders),
            Table(self.heads("program", "question", "outputs"), asked, (2,)),
        ]
        if len(self.outputs) <= MOST:
            made = {one.place: f"{one.record['id']}: {contents.parameters(one)}" for one in self.outputs}
            rows = [[code(f"reports/{place}"), said] for place, said in made.items()]
            blocks.append(Table(self.heads("folder", "output"), rows))
        else:
            blocks.append(self.say("programs.many", list=contents.LIST))
        licence = self.say("programs.licence", licence=text(self.software.get("license") or self.say("unknown")))
        return [*blocks, self.title(3, "code_licence"), licence]

    def question(self, name: str) -> str:
        """Return what a notebook asks, in the language of the README."""
        return self.notebooks[name][0].record["about"][self.language]["question"]

    def instructions(self) -> list:
        minor = _minor(self.outputs[0].record[run_record.CLOCK]["python"])
        lacking = {one.source.folder: one.source for one in self.read if not one.provided}
        steps = [self.say("instructions.unpack"), *([self.say("instructions.fetch")] if lacking else []),
                 self.say("instructions.make", python=minor), self.say("instructions.compare")]  # fmt: skip
        lines = ["make install PYTHON=python" + minor, *map(command, lacking.values())] if lacking else []
        lines += [f"make report PYTHON=python{minor}", f"sha256sum --check --quiet {contents.HASHES}"]
        if self.with_reports:
            steps.append(self.say("instructions.verify"))
            lines.append(f".venv/bin/python -m ogp_analysis verify {contents.PUBLISHED}/*/*")
        blocks = ["\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1)), Typed(lines)]
        if lacking:
            blocks.append(self.say("instructions.folder"))
        return [*blocks, self.title(3, "details_of"), self.say("instructions.details")]

    def shown(self) -> list:
        """Return a line for each figure and table of a notebook, whatever the number of its outputs."""
        grouped: dict[tuple, list[str]] = defaultdict(list)
        for output in self.outputs:
            for one in output.shown:
                place = (output.run.notebook, one.cell, one.kind, one.name, one.file)
                grouped[place].append(f"reports/{output.place}/{one.file}")
        rows = []
        for (program, cell, kind, name, file), places in grouped.items():
            where = places[0] if len(places) == 1 else f"reports/{program}/*/{file}"
            rows.append([f"{self.say(kind)} {name}", self.path(program), str(cell), code(where), str(len(places))])
        heads = self.heads("shown", "program", "cell", "file", "outputs")
        return [self.say("list.what", list=contents.LIST), Table(heads, rows, (2, 4))]

    def references(self) -> list:
        lines = []
        for one in self.credited:
            if one.kind in citation.PAPERS:
                said = citation.paper_line(one, self.language)
            elif one.kind == "software":
                names = "; ".join(self.authors)
                said = f"{names} ({one.date[:4]}). {one.title}. {one.medium}."
            else:
                said = one.citation or f"{one.publisher}. {one.title}. {one.version}."
            found = f"https://doi.org/{one.doi}" if one.doi else one.url
            lines.append(f"- {text(said)}" + (f" {address(found)}" if found else ""))
        return [self.say("references.what"), "\n".join(lines)]
