"""Print how many milliseconds the parts of rendering one report take, as JSON.

``python benchmarks/rendering.py reports/country_profile/…`` takes the folder of a report that
``ogp-analysis run`` has made; ``benchmarks/batch.py`` calls it. Each time is that of a fork which
has imported what a run has and rendered nothing before: what a process remembers of its last report is no help.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import statistics
import sys
import time
from pathlib import Path

from ogp_analysis.base import collector
from ogp_analysis.base.paths import project
from ogp_analysis.publishing.citation import identity_of, references
from ogp_analysis.publishing.pages import carried, drawing, page, pixels, render
from ogp_analysis.publishing.runs.manifest import Run
from ogp_analysis.publishing.runs.runner import MODULES


def main() -> None:
    """Measure the report whose folder is named on the command line."""
    folder = Path(sys.argv[1])
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    notebook = json.loads((folder / "en" / "notebook.ipynb").read_text(encoding="utf-8"))
    for module in MODULES:
        importlib.import_module(module)
    gc.freeze()
    times = [in_fork(record, notebook) for _ in range(20)]
    print(json.dumps({part: statistics.median(one[part] for one in times) for part in times[0]}))


def in_fork(record: dict, notebook: dict) -> dict[str, float]:
    """Return the milliseconds of each part in a fork of this process."""
    there, here = os.pipe()
    if (pid := os.fork()) == 0:
        try:
            os.write(here, json.dumps(parts(record, notebook)).encode())
        except Exception as error:
            os.write(here, json.dumps({"failed": repr(error)}).encode())
        finally:
            os._exit(0)
    os.close(here)
    with os.fdopen(there) as stream:
        told = json.loads(stream.read())
    os.waitpid(pid, 0)
    if "failed" in told:
        raise SystemExit(f"a report could not be rendered: {told['failed']}")
    return told


def parts(record: dict, notebook: dict) -> dict[str, float]:
    """Render a report and return how long each part took."""
    taken, started = {}, 0.0

    def done(part: str) -> None:
        nonlocal started
        now = time.perf_counter()
        taken[part], started = (now - started) * 1000, now

    with collector.off():
        started = time.perf_counter()
        run = Run(record["notebook"], tuple(record["parameters"].items()))
        identity = identity_of(project(), run, record["id"], "en")
        read = carried.read(notebook, identity.language)
        done("reading the notebook, figures (SVG) checked")
        made = read.provenance
        page.page(read, identity, references(identity, made["sources"], "", made["tables"]))
        done("page")
        render.notebook(notebook)
        render.numbers(read.numbers)
        for table in read.tables.values():
            render.table(table)
        done("notebook, numbers and tables")
        alone = [drawing.pdf(figure, identity) for figure in read.figures.values()]
        done(f"the {len(read.figures)} figures as PDF as well")
        pixels.pngs(alone)
        done(f"the {len(read.figures)} figures as PNG as well")
    return taken


if __name__ == "__main__":
    main()
