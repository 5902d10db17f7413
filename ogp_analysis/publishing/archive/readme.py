"""The README of an archive, section by section as the template of the Social Science Data Editors (v1.1) names them.

Before it is written, the outputs are rebuilt from scratch in an empty folder: whether they match, and what it took.
Everything in it is read off the outputs, the sidecars, the lock file, the citation file and a measurement. The sections
stand in ``readme.md.j2``, and their sentences among the words; the PDF is set from the Markdown.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from ogp_analysis.base import fingerprint, kept
from ogp_analysis.base.errors import ArchiveError
from ogp_analysis.base.paths import HOME_VARIABLE, Project
from ogp_analysis.base.words.catalogue import word
from ogp_analysis.base.words.sentence import day, decimal
from ogp_analysis.data.cleaning.codebook import Markdown, address, code, text
from ogp_analysis.publishing import citation
from ogp_analysis.publishing.archive import contents
from ogp_analysis.publishing.archive.outputs import DataFile, Output, command
from ogp_analysis.publishing.pages import document, prose
from ogp_analysis.publishing.pages.ruled import ruled
from ogp_analysis.publishing.runs import run_record

#: Where a measurement is kept, below the reports: an archive made again says the same.
NAME = ".measured.json"
_Line = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f-\x9f]{0,200}\Z")]
_Amount = Annotated[float, Meta(ge=0)]


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """One command: seconds that passed, seconds of processor, and MiB of its largest process at the most."""

    command: _Line
    seconds: _Amount
    processor: _Amount
    memory: _Amount


class Measurement(Struct, frozen=True, forbid_unknown_fields=True):
    """What it took to make outputs again.

    Attributes
    ----------
    outputs : tuple of str
        Their ids, sorted.
    system, python : str
    processors : int
    memory : float
        MiB that the machine has.
    steps : tuple of Step
    storage : dict of str to float
        MiB of ``archive`` (unpacked, without the published outputs), ``tables``, ``reports`` and, if the archive
        was run in its own environment, ``environment``.
    """

    outputs: tuple[_Line, ...]
    system: _Line
    python: _Line
    processors: Annotated[int, Meta(ge=1)]
    memory: _Amount
    steps: tuple[Step, ...]
    storage: dict[_Line, _Amount]


def stored(project: Project, outputs: list[Output]) -> Measurement | None:
    """Return the measurement that is kept of these very outputs, or None."""
    try:
        found = msgspec.convert(kept.loaded(project.reports, NAME, Measurement), Measurement)
    except (OSError, kept.NotKept):
        return None
    return found if found.outputs == ids(outputs) else None


def ids(outputs: list[Output]) -> tuple[str, ...]:
    """Return the ids of outputs, sorted."""
    return tuple(sorted(output.record["id"] for output in outputs))


def measure(project: Project, folder: Path, outputs: list[Output], progress) -> Measurement:
    """Make the outputs again in an unpacked archive, in the environment that is installed here, and keep what it took.

    Parameters
    ----------
    project : Project
    folder : pathlib.Path
        The unpacked archive; tables and reports are made in it.
    outputs : list of Output
    progress : callable
        Called with each command as it begins.

    Raises
    ------
    ArchiveError
        If a command fails, or a file differs from the one that was published.
    """
    unpacked = _mebibytes(folder)
    steps = []
    for words in (("build", "--jobs", "1"), ("run", "--all", "--jobs", "1")):
        progress(" ".join(words))
        # What a command takes in the unpacked archive.
        variables = {**os.environ, "PYTHONPATH": str(folder)}
        variables.pop(HOME_VARIABLE, None)  # the unpacked archive is the project
        begun = time.perf_counter()
        with (folder / ".log").open("w+b") as log:
            command = [sys.executable, "-m", "ogp_analysis", *words]
            process = subprocess.Popen(command, cwd=folder, env=variables, stdout=log, stderr=log)
            try:
                _, status, used = os.wait4(process.pid, 0)
            except BaseException:
                process.terminate()
                process.wait()
                raise
            seconds = time.perf_counter() - begun
            process.returncode = os.waitstatus_to_exitcode(status)
            log.seek(0)
            said = log.read().decode("utf-8", "replace").strip().splitlines()
        (folder / ".log").unlink()
        if process.returncode:
            what = f"failed in the unpacked archive: {said[-1] if said else process.returncode}"
            raise ArchiveError(f"ogp-analysis {' '.join(words)}", what, "Correct that, then make the archive again")
        # The largest process counts, not their sum: Linux says KiB, macOS bytes.
        memory = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
        steps.append(Step(" ".join(words), round(seconds, 1), round(used.ru_utime + used.ru_stime, 1), round(memory)))
    for output in outputs:
        for name, file in output.record["files"].items():
            try:
                same = kept.sha256(folder / "reports" / output.place, name) == file["sha256"]
            except (OSError, kept.NotKept):
                same = False
            if not same:
                what = f"{name} comes out differently in an empty folder"
                raise ArchiveError(f"output {output.record['id']}", what, "See why: ogp-analysis verify")
    places = {"tables": folder / "data" / "processed", "reports": folder / "reports"}
    places |= {"environment": Path(sys.prefix)} if sys.prefix != sys.base_prefix else {}
    found = Measurement(
        ids(outputs),
        platform.platform(),
        platform.python_version(),
        os.cpu_count() or 1,
        round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20),
        tuple(steps),
        {"archive": unpacked, **{name: _mebibytes(place) for name, place in places.items()}},
    )
    kept.replace(project.reports / NAME, msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    return found


def _mebibytes(folder: Path) -> float:
    """Return the sizes of the files below a folder, links not followed."""
    files = (Path(above) / name for above, _, names in os.walk(folder) for name in names)
    return round(sum(file.lstat().st_size for file in files) / 2**20, 1)


#: Outputs that are listed one by one; of more, there is a line a notebook, and all are in ``outputs.csv``.
MOST = 40
_DRAWS = re.compile(r"default_rng\(|\brandom\.seed\(|\bseed: int = \d|^[A-Z, ]*\bSEED\b[^=]*=")
#: What a project consists of, by the words that say what it is.
_PLACES = {
    "makefile": "Makefile",
    "runs": "notebooks/runs.toml",
    "datasets": "ogp_analysis/data/datasets/",
    "statistics": "ogp_analysis/statistics/",
    "publishing": "ogp_analysis/publishing/",
    "lock": contents.LOCK,
    "list": contents.LIST,
    "hashes": contents.HASHES,
}

_STORED = ("archive", "tables", "reports", "environment")


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
    readme = _Readme(project, outputs, data, language, with_reports)
    values = readme.of_sources() | readme.of_outputs(measured) | readme.of_programs()
    template = prose.environment().overlay(autoescape=False).get_template("readme.md.j2")
    tools = {"say": readme.say, "number": readme.number, "table": readme.table, "text": text, "code": code}
    written = template.render(it=readme, contents=contents, measured=measured, **tools, **values)
    files = {
        "README.md": written.encode(),
        "README.pdf": document.typeset(_printed(written, readme)),
        "references.bib": citation.bibtex(readme.credited).encode(),
    }
    if measured:
        files["measured.json"] = msgspec.json.format(msgspec.json.encode(measured), indent=1) + b"\n"
    return files


def _printed(markdown: str, readme: _Readme) -> dict:
    """Return Markdown as ``report.typ`` takes it."""
    sections: list[dict] = []
    for token in prose.parsed(markdown):
        if token["type"] == "heading":
            title = [prose.plain(prose.rendered(token["children"]))]
            sections.append({"title": title, "level": token["attrs"]["level"], "blocks": []})
        elif token["type"] == "table":
            head, body = (part["children"] for part in token["children"])
            heads, *rows = (
                [prose.plain(prose.rendered(cell["children"])) for cell in row]
                for row in (head, *(row["children"] for row in body))
            )
            sides = [cell["attrs"]["align"] or "left" for cell in head]
            sections[-1]["blocks"].append(("table", ruled("", "", list(zip(heads, sides, strict=True)), rows)))
        elif token["type"] == "block_code":
            sections[-1]["blocks"].append(("plain", token["raw"].splitlines()))
        elif html := prose.rendered([token]):
            sections[-1]["blocks"].append(("prose", document.tree(html)))
    [title], software = sections.pop(0)["title"], readme.software
    about = f"{software['title']} {software['version']}"
    released, byline = str(software.get("date-released") or ""), ", ".join(readme.authors)
    return document.printed(title, readme.authors, about, readme.language, released, byline, sections, whole=4)


class _Readme:
    """What the template names: sentences, tables, and the facts in them."""

    def __init__(
        self, project: Project, outputs: list[Output], data: list[DataFile], language: str, with_reports: bool
    ) -> None:
        self.project, self.outputs, self.data, self.language = project, outputs, data, language
        self.with_reports = with_reports
        self.software = citation.citation_file(project.citation)
        first = citation.identity_of(project, outputs[0].run, outputs[0].record["id"], language)
        self.authors, self.read = list(first.authors), [one for one in data if one.read_by]
        used = {s["folder"]: s for output in outputs for s in output.provenance["sources"]}
        cited = {key for output in outputs for key in output.cited}
        credited = citation.references(first, list(used.values()))[1:]
        self.credited = [*credited, *(paper for _, paper in citation.papers() if paper.key in cited)]
        self.named = {"software": self.software["title"], "version": self.software["version"]}
        self.title = str(self.say("name", **self.named))
        self.logs = [output.record[run_record.CLOCK] for output in outputs]
        self.notebooks: dict[str, list[Output]] = defaultdict(list)
        for output in outputs:
            self.notebooks[output.run.notebook].append(output)

    def say(self, key: str, **values) -> Markdown:
        return Markdown(word(f"archive.{key}", self.language).format(**values))

    def number(self, value: float, decimals: int = 0) -> str:
        return decimal(value, decimals, self.language)

    def table(self, heads: Iterable[str], rows: Iterable[Iterable[object]], *numbers: int) -> str:
        """Return rows of plain texts or Markdown as a table; `numbers` says which columns hold numbers."""
        titles = [self.say(f"head.{head}") for head in heads]
        rules = [Markdown("---:" if number in numbers else "---") for number in range(len(titles))]
        return "\n".join(f"| {' | '.join(map(text, row))} |" for row in (titles, rules, *rows))

    def path(self, notebook: str) -> Markdown:
        own = (self.project.notebooks / f"{notebook}.ipynb").is_file()
        return code(f"{'notebooks' if own else 'lab'}/{notebook}.ipynb")

    def of_sources(self) -> dict:
        """Return the data that outputs read, what extracts were cut from, and other data."""
        read, origins = self.read, [one for one in self.data if one.origin]
        sources = list({one.source.folder: one.source for one in read}.values())
        said = {is_so: self.say("yes" if is_so else "no") for is_so in (True, False)}
        held = []
        for one in (*read, *origins):
            what = self.say("datasets.origin" if one.origin else "datasets.read")
            size = self.say("datasets.size", rows=self.number(one.file.rows), bytes=self.number(one.file.bytes))
            fault = "" if one.permitted else " " + self.say("datasets.not_permitted")
            held.append((code(one.path), one.source.title, f"{what}. {size}.{fault}", said[one.provided]))
        passed_on = [said[s.redistribute and all(column.redistribute for column in s.columns)] for s in sources]
        return {
            "read": read,
            "origins": origins,
            "others": [one for one in self.data if not one.read_by and not one.origin],
            "provided": sum(one.provided for one in read),
            "sources": sources,
            "terms": [(s.title, s.release, s.licence, on) for s, on in zip(sources, passed_on, strict=True)],
            "held": held,
        }

    def details(self, source) -> Iterator[str]:
        """Yield what is said of a source, and how to get what the archive does not hold of it."""
        files = [one for one in self.read if one.source is source]
        origins = {
            one.source.folder: one.source
            for one in self.data
            if one.origin and (one.source.id, one.source.release) == (source.id, source.release)
        }
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
        yield from (f"{self.say(f'details.{name}')}: {value}" for name, value in facts.items() if value)
        if source.dataset:
            yield self.say("details.extract")
        fetched = list(origins.values()) or ([] if all(one.provided for one in files) else [source])
        if fetched and source.publisher in self.authors:
            yield self.say("details.own")
        elif fetched:
            yield f"{self.say('details.get')}: {', '.join(code(command(one)) for one in fetched)}"
            if any(file.compiled for one in fetched for file in one.files):
                yield self.say("details.compiled")

    def of_outputs(self, measured: Measurement | None) -> dict:
        """Return what the outputs show, what they were made with, and what that took."""
        grouped: dict[tuple, list[str]] = defaultdict(list)
        for output in self.outputs:
            for one in output.shown:
                place = (output.run.notebook, one.cell, one.kind, one.name, one.file)
                grouped[place].append(f"reports/{output.place}/{one.file}")
        # Of a notebook with several outputs a line for each figure and table, whatever their number.
        shown = []
        for (program, cell, kind, name, file), places in grouped.items():
            where = places[0] if len(places) == 1 else f"reports/{program}/*/{file}"
            shown.append((f"{self.say(kind)} {name}", self.path(program), cell, code(where), len(places)))
        used = {pair for output in self.outputs for pair in contents.versions(output).items()}
        modified = {name for log in self.logs for name in log["modified"]}.union(run_record.modified(self.project))
        exact = sorted({log["python"] for log in self.logs})
        values = {
            "kinds": [one.kind for output in self.outputs for one in output.shown],
            "seconds": sum(step.seconds for step in measured.steps) if measured else _seconds(self.outputs),
            "modified": sorted(modified),
            "shown": shown,
            "exact": exact,
            "minors": sorted({_minor(version) for version in exact}),
            "systems": sorted({log["system"] for log in self.logs}),
            "used": sorted(used, key=lambda pair: (pair[0].lower(), pair[1])),
            "took": [
                (self.path(name), self.number(len(of)), self.number(_seconds(of), 1))
                for name, of in self.notebooks.items()
            ],
        }
        if measured:
            taken = [(one.command, one.seconds, one.processor, one.memory) for one in measured.steps]
            values["steps"] = [
                (code(f"ogp-analysis {command}"), *map(self.number, amounts, (1, 1, 0))) for command, *amounts in taken
            ]
            room = {name: size for name, size in measured.storage.items() if name in _STORED}
            values["room"] = [(self.say(f"storage.{name}"), self.number(size, 1)) for name, size in room.items()]
        return values

    def of_programs(self) -> dict:
        """Return the code, what is to be typed, and who is to be credited."""
        minor = _minor(self.logs[0]["python"])
        lacking = {one.source.folder: one.source for one in self.read if not one.provided}
        steps = [
            "unpack",
            *(["fetch"] if lacking else []),
            "make",
            "sums",
            *(["verify"] if self.with_reports else []),
        ]
        typed = [f"make install PYTHON=python{minor}", *map(command, lacking.values())] if lacking else []
        typed += [f"make report PYTHON=python{minor}", f"sha256sum --check --quiet {contents.HASHES}"]
        if self.with_reports:
            typed.append(f".venv/bin/python -m ogp_analysis verify {contents.PUBLISHED}/*/*")
        asked = {name: of[0].record["about"][self.language]["question"] for name, of in self.notebooks.items()}
        made = [(code(f"reports/{o.place}"), f"{o.record['id']}: {contents.parameters(o)}") for o in self.outputs]
        return {
            "pinned": len(contents.locked((self.project.root / contents.LOCK).read_text(encoding="utf-8"))),
            "places": [(code(place), self.say(f"programs.{key}")) for key, place in _PLACES.items()],
            "asked": [(self.path(name), asked[name], self.number(len(of))) for name, of in self.notebooks.items()],
            "made": made if len(made) <= MOST else [],
            "instructions": [self.say(f"instructions.{step}", python=minor) for step in steps],
            "typed": typed,
            "lacking": lacking,
        }

    def draws(self) -> Iterator[tuple]:
        """Yield every line of the package that draws at random or sets a seed."""
        for file in (file for file in fingerprint.files().values() if file.suffix == ".py"):
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                if _DRAWS.search(line):
                    yield code(self.project.shown(file)), number, code(line.strip())

    def references(self) -> Iterator[str]:
        for one in self.credited:
            if one.kind in citation.PAPERS:
                said = citation.paper_line(one, self.language)
            elif one.kind == "software":
                said = f"{'; '.join(self.authors)} ({one.date[:4]}). {one.title}. {one.medium}."
            else:
                said = one.citation or f"{one.publisher}. {one.title}. {one.version}."
            found = f"https://doi.org/{one.doi}" if one.doi else one.url
            yield text(said) + (f" {address(found)}" if found else "")


def _seconds(outputs: Iterable[Output]) -> float:
    return sum(output.record[run_record.CLOCK]["seconds"] for output in outputs)


def _minor(python: str) -> str:
    return ".".join(python.split(".")[:2])
