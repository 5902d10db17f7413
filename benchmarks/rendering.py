"""Print how many milliseconds the parts of rendering one report take in a warm process, as JSON.

``python benchmarks/rendering.py reports/country_profile/…`` takes the folder of a report that
``ogp-analysis run`` has made; ``benchmarks/batch.py`` calls it.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from ogp_analysis.batch.identity import identity_of
from ogp_analysis.batch.manifest import Run
from ogp_analysis.paths import project
from ogp_analysis.report import carried, drawing, export, page


def main() -> None:
    """Measure the report whose folder is named on the command line."""
    folder = Path(sys.argv[1])
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    notebook = json.loads((folder / "notebook.ipynb").read_text(encoding="utf-8"))
    identity = identity_of(project(), Run(record["notebook"], tuple(record["parameters"].items())), record["id"])
    read = carried.read(notebook, identity.parameters)
    svgs = [figure.svg for figure in read.figures.values()]
    parts = {
        "reading the notebook, figures (SVG) checked": lambda: carried.read(notebook, identity.parameters),
        "page": lambda: page.page(read, identity),
        "notebook, numbers and tables": lambda: (
            export.notebook(notebook),
            export.numbers(read.numbers),
            [export.table(table) for table in read.tables.values()],
        ),
        f"the {len(svgs)} figures as PNG as well": lambda: drawing.pngs(svgs),
    }
    print(json.dumps({name: milliseconds(part) for name, part in parts.items()}))


def milliseconds(part, times: int = 20) -> float:
    """Return the median time of a call that has been made before."""
    part()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        part()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1000


if __name__ == "__main__":
    main()
