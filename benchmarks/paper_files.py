"""Print the processor time that the files for papers and archives add to a report, in milliseconds, part by part.

``python benchmarks/paper_files.py reports/country_profile/…`` takes the folder of a report that ``ogp-analysis run``
has made. Everything is rendered in one process; the first time, which loads fonts and compiler, does not count. Other
work on the machine shows least in the ratios to the page and to a loop of fixed length, which run in the same rounds.
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
from ogp_analysis.publishing.pages import carried, datapackage, document, drawing, manuscript, metadata, page, render
from ogp_analysis.publishing.runs.manifest import Run

ROUNDS = 9
LOOP = 1_000_000


def main() -> None:
    """Measure the report whose folder is named on the command line."""
    folder = Path(sys.argv[1])
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    notebook = json.loads((folder / "notebook.ipynb").read_text(encoding="utf-8"))
    identity = identity_of(project(), Run(record["notebook"], tuple(record["parameters"].items())), record["id"])
    files = {name: (folder / name).read_bytes() for name in record["files"]}
    rounds, beside, loop = [], [], []
    with collector.off():
        for _ in range(ROUNDS + 1):
            started = time.process_time()
            read = carried.read(notebook, identity.parameters)
            page.page(read, identity, credited(read, identity))
            beside.append((time.process_time() - started) * 1000)
            rounds.append(parts(read, identity, files))
            started = time.process_time()
            sum(number * number for number in range(LOOP))
            loop.append((time.process_time() - started) * 1000)
    taken = {part: statistics.median(one[part] for one in rounds[1:]) for part in rounds[0]}
    for part, milliseconds in taken.items():
        print(f"{part:44} {milliseconds:6.1f}")
    together, page_alone = sum(taken.values()), statistics.median(beside[1:])
    fixed = statistics.median(loop[1:])
    print(f"{'together':44} {together:6.1f}")
    print(f"{'beside them, reading the notebook and the page':44} {page_alone:6.1f}, ratio {together / page_alone:.1f}")
    print(f"{f'beside them, {LOOP:,} squares added up':44} {fixed:6.1f}, ratio {together / fixed:.1f}")


def credited(read: carried.Carried, identity: Identity) -> list[Reference]:
    """Return what is cited with a report."""
    made = read.provenance
    return references(identity, made["sources"], read.headline.plain(), made["tables"], render._text(read))


def parts(read: carried.Carried, identity: Identity, files: dict[str, bytes]) -> dict[str, float]:
    """Make the files, and return how much processor time each part took."""
    taken, started = {}, time.process_time()

    def done(part: str) -> None:
        nonlocal started
        now = time.process_time()
        taken[part], started = (now - started) * 1000, now

    cited = credited(read, identity)
    bibtex(cited), csl(cited), ris(cited)
    done("references (BibTeX, CSL, RIS)")
    manuscript.numbers(read, identity)
    manuscript.tables(read, identity)
    done("numbers and tables (TeX, HTML)")
    for figure in read.figures.values():
        metadata.svg(figure, identity)
    metadata.head(read, identity, cited, "")
    render.dumped(datapackage.descriptor(read, identity, cited, files))
    done("metadata and data package")
    for figure in read.figures.values():
        drawing.pdf(figure, identity)
    done(f"{len(read.figures)} figures as PDF")
    document.pdf(read, identity, cited, files["notebook.ipynb"])
    done("the report as PDF")
    return taken


if __name__ == "__main__":
    main()
