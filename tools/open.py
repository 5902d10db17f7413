"""What the package does for one notebook alone: ``python tools/open.py [--write]``.

Runs every notebook with its defaults, in this process and in a project of its own, and notes which functions of the
package its cells enter: straight, not by way of other functions. A function that the cells of one notebook alone enter
may hold what that notebook should show; those of the tutorial count for none. Publishing is searched for the names of
notebooks, and for the first parts of the names of their numbers: it should know none.

All of it stands in ``open.toml``, each with the reason. Ends with 1 if something is found that is not listed, or listed
and not found: the list only shrinks. ``--write`` takes out what is no longer found.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import json
import os
import shutil
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import ogp_analysis
from ogp_analysis.base.paths import HOME_VARIABLE, Project
from ogp_analysis.base.words.sentence import SENTENCE_MIME, Sentence

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path(ogp_analysis.__file__).parent
LIST = Path(__file__).with_suffix(".toml")
#: Shows how the package is used; what it calls is called by the others.
TUTORIAL = "00_start_here"
Found = dict[str, dict[str, set[str]]]


def entered(frame) -> str:
    """Return the function of the package that a frame is of, behind its decorators; else an empty text."""
    code = frame.f_code
    file = Path(code.co_filename)
    if not file.is_relative_to(PACKAGE) or code.co_name in ("<module>", "__getattr__"):
        return ""
    module, name = file, code.co_qualname
    if "<locals>" in name:
        inner = [frame.f_locals.get(free) for free in code.co_freevars]
        wrapped = next((inspect.unwrap(one) for one in inner if inspect.isfunction(one)), None)
        if wrapped is None:
            return ""
        module, name = Path(wrapped.__code__.co_filename), wrapped.__qualname__
    if not module.is_relative_to(PACKAGE):
        return ""  # a function of the cell itself
    return f"{module.relative_to(PACKAGE).with_suffix('').as_posix().replace('/', '.')}:{name}"


def run(shell: InteractiveShell, notebook: Path) -> tuple[set[str], set[str]]:
    """Return the functions that the cells of a notebook enter, and the first parts of the names of its numbers."""
    functions, keys = set(), set()

    def note(frame, event: str, _) -> None:
        if event == "call" and frame.f_back is not None and frame.f_back.f_globals is shell.user_ns:
            functions.add(entered(frame))

    shell.reset()
    document = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in (one for one in document["cells"] if one["cell_type"] == "code"):
        with capture_output() as captured:
            sys.setprofile(note)
            try:
                outcome = shell.run_cell("".join(cell["source"]))
            finally:
                sys.setprofile(None)
        outcome.raise_error()
        said = [output.data[SENTENCE_MIME] for output in captured.outputs if SENTENCE_MIME in output.data]
        keys |= {name.partition(".")[0] for one in said for name in Sentence.unpacked(one).numbers()}
    return functions - {""}, keys


@contextmanager
def project() -> Iterator[Project]:
    """Make a project of its own, with the notebooks and the embedded files."""
    before = os.environ.get(HOME_VARIABLE)
    with tempfile.TemporaryDirectory() as temporary:
        home = Project(Path(temporary))
        shutil.copytree(ROOT / "notebooks", home.notebooks)
        shutil.copytree(ROOT / "data" / "raw", home.raw, copy_function=os.symlink)
        os.environ[HOME_VARIABLE] = temporary
        try:
            yield home
        finally:
            os.environ.pop(HOME_VARIABLE) if before is None else os.environ.update({HOME_VARIABLE: before})


def of_one_alone(called: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return, by notebook, what no other notebook has."""
    bearers = defaultdict(set)
    for notebook, things in called.items():
        for thing in things:
            bearers[thing].add(notebook)
    return {notebook: {one for one in things if bearers[one] == {notebook}} for notebook, things in called.items()}


def texts(file: Path) -> set[str]:
    """Return the texts in a file of code, or the keys and texts in one of data."""
    if file.suffix == ".py":
        nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    found, trees = set(), [tomllib.loads(file.read_text(encoding="utf-8"))]
    while trees:
        tree = trees.pop()
        branches = list(tree.values()) if isinstance(tree, dict) else tree
        found |= set(tree) if isinstance(tree, dict) else set()
        trees += [one for one in branches if isinstance(one, dict | list)]
        found |= {one for one in branches if isinstance(one, str)}
    return found


def known(notebooks: dict[str, set[str]]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return, by notebook, the files of publishing that name it, and those that name a number of it alone."""
    files = [one for kind in ("*.py", "*.toml") for one in (PACKAGE / "publishing").rglob(kind)]
    said = {file.relative_to(PACKAGE).as_posix(): texts(file) for file in files}
    names = {one: {file for file, those in said.items() if one in those} for one in notebooks}
    keys = {
        one: {file for file, those in said.items() for text in those for key in own if text.startswith(f"{key}.")}
        for one, own in of_one_alone(notebooks).items()
    }
    return names, keys


def measured(names: list[str] | None = None) -> Found:
    """Return what the package does for one notebook alone: functions, and files that know its name or numbers."""
    shell, called, keys = InteractiveShell.instance(), {}, {}
    with project() as home:
        for file in sorted(home.notebooks.glob("*.ipynb")):
            if file.stem != TUTORIAL and (names is None or file.stem in names):
                called[file.stem], keys[file.stem] = run(shell, file)
    in_names, in_keys = known(keys)
    return {"functions": of_one_alone(called), "names": in_names, "keys": in_keys}


def differences(found: Found, listed: dict) -> list[str]:
    """Return what is found and not listed, and what is listed and not found."""
    faults = []
    for kind, by_notebook in found.items():
        for notebook in sorted({*by_notebook, *listed.get(kind, {})}):
            here, there = by_notebook.get(notebook, set()), set(listed.get(kind, {}).get(notebook, {}))
            faults += [f"{kind} of {notebook}: {one} is not listed" for one in sorted(here - there)]
            faults += [f"{kind} of {notebook}: {one} is listed, and no longer found" for one in sorted(there - here)]
    return faults


def without(listed: dict, found: Found) -> str:
    """Return the list without what is no longer found."""
    lines = [line for line in LIST.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    for kind, by_notebook in listed.items():
        for notebook, things in by_notebook.items():
            kept = {one: why for one, why in things.items() if one in found[kind].get(notebook, set())}
            if kept:
                rows = (f"{json.dumps(one)} = {json.dumps(why, ensure_ascii=False)}" for one, why in kept.items())
                lines += ["", f"[{kind}.{notebook}]", *rows]
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Hold what is found to the list; 1 if they differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="take out of the list what is no longer found")
    given = parser.parse_args(arguments)
    found, listed = measured(), tomllib.loads(LIST.read_text(encoding="utf-8"))
    if given.write:
        LIST.write_text(without(listed, found), encoding="utf-8")
        listed = tomllib.loads(LIST.read_text(encoding="utf-8"))
    faults = differences(found, listed)
    print(*faults, sep="\n")
    for kind, by_notebook in found.items():
        print(f"{kind}: {sum(map(len, by_notebook.values()))}")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
