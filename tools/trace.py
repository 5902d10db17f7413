"""Which modules of the package a row enters on its way to a sentence: ``python tools/trace.py [NOTEBOOK] [--modules]``.

Runs the cells of a notebook up to the one that prints its first sentence, in this process, in a project of its own:
once so that all is loaded, then with each call counted, from the clean tables and again from the embedded extracts. A
comprehension counts as part of its function, as newer versions of Python have it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import ogp_analysis
from ogp_analysis.base.paths import HOME_VARIABLE, Project
from ogp_analysis.base.words.sentence import SENTENCE_MIME

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = f"{Path(ogp_analysis.__file__).parent}{os.sep}"
#: Not calls of the package's own making: a module that is loaded, and what Python 3.12 no longer calls.
_NO_CALL = {"<module>", "<listcomp>", "<setcomp>", "<dictcomp>"}


@dataclass
class Trace:
    """The calls of functions of the package, counted while it is entered.

    Attributes
    ----------
    calls : collections.Counter
        How often each function was called, by its module and name.
    changes : int
        How often the work moved from one module to another.
    """

    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    changes: int = 0
    _last: str = ""

    def _count(self, frame, event: str, _) -> None:
        code = frame.f_code
        if event != "call" or not code.co_filename.startswith(PACKAGE) or code.co_name in _NO_CALL:
            return
        module = code.co_filename.removeprefix(PACKAGE)
        self.calls[module, code.co_qualname] += 1
        self.changes += module != self._last
        self._last = module

    def __enter__(self) -> Trace:
        sys.setprofile(self._count)
        return self

    def __exit__(self, *_) -> None:
        sys.setprofile(None)

    @property
    def modules(self) -> Counter[str]:
        """How often functions of each module were called."""
        modules: Counter[str] = Counter()
        for (module, _), calls in self.calls.items():
            modules[module] += calls
        return modules

    def __str__(self) -> str:
        return f"{len(self.modules)} modules, {len(self.calls)} functions; {self.changes:,} changes of module"


def run(cells: list[str]) -> int:
    """Run cells up to the first that shows a sentence, and return how many these are."""
    shell = InteractiveShell.instance()
    for number, cell in enumerate(cells, 1):
        with capture_output() as captured:
            shell.run_cell(cell).raise_error()
        if any(SENTENCE_MIME in output.data for output in captured.outputs):
            return number
    return len(cells)


def traced(notebook: Path) -> dict[str, Trace]:
    """Return what is called on the way to the first sentence of a notebook, by where the way begins."""
    document = json.loads(notebook.read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in document["cells"] if cell["cell_type"] == "code"]
    with tempfile.TemporaryDirectory() as temporary:
        home = Project(Path(temporary))
        os.environ[HOME_VARIABLE] = temporary
        shutil.copytree(ROOT / "notebooks", home.notebooks)
        shutil.copytree(ROOT / "data" / "raw", home.raw, copy_function=os.symlink)
        cells = cells[: run(cells)]
        with Trace() as from_clean:
            run(cells)
        if home.processed.exists():  # a notebook that reads no table builds none
            shutil.rmtree(home.processed)
        with Trace() as from_extract:
            run(cells)
    return {"a clean table": from_clean, "an embedded extract": from_extract}


def main(arguments: list[str] | None = None) -> int:
    """Print what a row enters, from a clean table and from an embedded extract, to the first sentence of a notebook."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebook", nargs="?", type=Path, default=ROOT / "notebooks" / "country_profile.ipynb")
    parser.add_argument("--modules", action="store_true", help="list them, with the calls of each")
    given = parser.parse_args(arguments)
    for place, trace in traced(given.notebook).items():
        print(f"a row from {place} to the answer of {given.notebook.stem}: {trace}")
        if given.modules:
            print(*(f"{calls:8} {module}" for module, calls in trace.modules.most_common()), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
