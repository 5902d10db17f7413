"""Public contracts: how long cleaning takes beside merely reading the same file, and how much memory.

``OGP_ANALYSIS_MIRROR=… python benchmarks/procurement.py`` prints each part below and writes its section of
``docs/benchmarks.md``; ``--only compranet`` runs one part, ``--rounds`` makes it shorter or longer. A part is a
module beside this one with ``section(rounds)``, which returns the section as Markdown.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
#: Name of a part, which marks its section on the page, and its module.
PARTS = {"compranet": "procurement_compranet", "ocds": "procurement_ocds"}


def main() -> None:
    """Run the parts and write their sections."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", choices=PARTS)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    for name in [given.only] if given.only else PARTS:
        told = import_module(PARTS[name]).section(given.rounds)
        print(told, flush=True)
        put(name, told)


def put(name: str, told: str) -> None:
    """Write a section over the one of that name, or at the end of the page."""
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    page = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else "# Benchmarks\n\n"
    before, _, rest = page.partition(start)
    _, found, after = rest.partition(end)
    if not found:
        before, after = before.rstrip("\n") + "\n\n", ""
    PAGE.write_text(before + start + told + end + after, encoding="utf-8")


if __name__ == "__main__":
    main()
