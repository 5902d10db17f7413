"""Print the processor time that the files for papers and archives add to a report, in milliseconds, part by part.

``python benchmarks/paper_files.py reports/country_profile/*-en-*`` takes folders of reports that ``ogp-analysis run``
has made, and prints means over them. All are rendered in one process, in turn, in each round: typst remembers what it
has laid out in its last documents, so that a report made twice in a row costs less than one that is new. The first
round, which loads fonts and compiler, does not count. Other work on the machine shows least in the ratios to the page
and to a loop of fixed length, which run in the same rounds.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from ogp_analysis.base import collector
from ogp_analysis.base.paths import project
from ogp_analysis.publishing.citation import Identity, Reference, bibtex, csl, identity_of, references, ris
from ogp_analysis.publishing.pages import carried, document, drawing, manuscript, page, render
from ogp_analysis.publishing.runs.manifest import Run

ROUNDS = 9
LOOP = 1_000_000


def main() -> None:
    """Measure the reports whose folders are named on the command line."""
    reports = [opened(Path(folder)) for folder in sys.argv[1:]]
    rounds: list[list[dict[str, float]]] = [[] for _ in reports]
    with collector.off():
        for _ in range(ROUNDS + 1):
            for report, own in zip(reports, rounds, strict=True):
                own.append(parts(*report))
    found = [
        {part: statistics.median(one[part] for one in measured[1:]) for part in measured[0]} for measured in rounds
    ]
    taken = {part: statistics.mean(one[part] for one in found) for part in found[0]}
    page_alone, fixed = taken.pop("page"), taken.pop("loop")
    for part, milliseconds in taken.items():
        print(f"{part:44} {milliseconds:6.1f}")
    together = sum(taken.values())
    print(f"{'together':44} {together:6.1f}")
    print(f"{'beside them, reading the notebook and the page':44} {page_alone:6.1f}, ratio {together / page_alone:.1f}")
    print(f"{f'beside them, {LOOP:,} squares added up':44} {fixed:6.1f}, ratio {together / fixed:.1f}")
    sums = sorted(sum(one.values()) - one["page"] - one["loop"] for one in found)
    print(f"{len(found)} reports: lowest {sums[0]:.1f}, median {statistics.median(sums):.1f}, highest {sums[-1]:.1f}")


def opened(folder: Path) -> tuple[dict, Identity, dict[str, bytes]]:
    """Return the notebook of a report, what identifies the report, and its files."""
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    notebook = json.loads((folder / "en" / "notebook.ipynb").read_text(encoding="utf-8"))
    identity = identity_of(project(), Run(record["notebook"], tuple(record["parameters"].items())), record["id"], "en")
    return (
        notebook,
        identity,
        {name.removeprefix("en/"): (folder / name).read_bytes() for name in record["files"] if name.startswith("en/")},
    )


def credited(read: carried.Carried, identity: Identity) -> list[Reference]:
    """Return what is cited with a report."""
    made = read.provenance
    return references(identity, made["sources"], read.headline.plain(), made["tables"], render._text(read))


def parts(notebook: dict, identity: Identity, files: dict[str, bytes]) -> dict[str, float]:
    """Make page and files, and return how much processor time each part took, and the loop after them."""
    taken, started = {}, time.process_time()

    def done(part: str) -> None:
        nonlocal started
        now = time.process_time()
        taken[part], started = (now - started) * 1000, now

    read = carried.read(notebook, identity.language)
    sections = page.Layout(read.language).laid_out(read)
    page.page(read, identity, credited(read, identity), sections)
    done("page")
    cited = credited(read, identity)
    bibtex(cited), csl(cited), ris(cited)
    done("references (BibTeX, CSL, RIS)")
    manuscript.numbers(read, identity)
    manuscript.tables(read, identity)
    done("numbers and tables (TeX, HTML)")
    for figure in read.figures.values():
        page.svg(figure, identity)
    page.head(read, identity, cited, "")
    render.dumped(render.descriptor(read, identity, cited, files))
    done("metadata and data package")
    for figure in read.figures.values():
        drawing.pdf(figure, identity)
    done("figures as PDF")
    document.pdf(read, identity, cited, files["notebook.ipynb"], sections)
    done("the report as PDF")
    sum(number * number for number in range(LOOP))
    done("loop")
    return taken


if __name__ == "__main__":
    main()
