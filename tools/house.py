"""Measure the structure of the package: how much code, in how many rooms, how they hang together.

``python tools/house.py`` prints a table; ``--write`` puts it into docs/house.md. ``--normal`` measures a copy that the
formatter laid out, so that no layout by hand looks smaller, and what stands beside the package. ``--budget`` holds each
room to its lines in ``budget.toml``. ``--since COMMIT`` counts the lines of code that stood at a commit, and those of
all definitions that keep at least one of them.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from ogp_analysis.base.front_door import public_names

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ogp_analysis"
PAGE = ROOT / "docs" / "house.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
BUDGET = Path(__file__).with_name("budget.toml")
LINE_LENGTH = 120
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
#: What lets a line be laid out by hand, or be as long as it likes.
_BY_HAND = re.compile(r"(?: *# (?:fmt: skip|noqa[^#\"'\n]*))+$", re.MULTILINE)
#: Python beside the package, and what is not Python in it; a package that shrinks may not move there.
_BESIDE = ("notebooks", "tools", "benchmarks", "tests")
_NO_PYTHON = ("toml", "j2", "js", "typ")


def modules(package: Path = PACKAGE) -> dict[str, ast.Module]:
    """Return the syntax tree of every module, by dotted name; a package by its own name."""
    trees = {}
    for file in sorted(package.rglob("*.py")):
        parts = file.relative_to(package.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        trees[name] = ast.parse(file.read_text(encoding="utf-8"))
    return trees


def lines_of_code(source: str, tree: ast.Module | None = None) -> int:
    """Return how many lines hold code: no blank line, comment, docstring or import."""
    return len(_code(source, tree or ast.parse(source)))


def _code(source: str, tree: ast.Module) -> set[int]:
    other: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            other |= set(range(node.lineno, node.end_lineno + 1))
        elif isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False):
            other |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    lines = enumerate(map(str.strip, source.split("\n")), 1)
    return {number for number, line in lines if line and not line.startswith("#")} - other


@dataclass(frozen=True)
class Size:
    """Lines of code and nodes of the syntax tree, of one module."""

    lines: int
    nodes: int


def normal(folder: Path) -> dict[Path, Size]:
    """Return the size of every module below a folder, by its path there, once the formatter has laid it out."""
    sizes = {}
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary, folder.name)
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__", "vendor", "*.ipynb"))
        files = sorted(copy.rglob("*.py"))
        for file in files:
            file.write_text(_BY_HAND.sub("", file.read_text(encoding="utf-8")), encoding="utf-8")
        ruff = (sys.executable, "-m", "ruff", "format", "--quiet", "--isolated", "--line-length", str(LINE_LENGTH))
        subprocess.run([*ruff, str(copy)], check=True)
        for file in files:
            source = file.read_text(encoding="utf-8")
            tree = ast.parse(source)
            sizes[file.relative_to(copy)] = Size(lines_of_code(source, tree), sum(1 for _ in ast.walk(tree)))
    return sizes


def lines_by_room(sizes: dict[Path, Size]) -> Counter[str]:
    """Return the lines of each room: a folder of the package, or a module that stands at its root."""
    rooms: Counter[str] = Counter()
    for file, size in sizes.items():
        rooms[file.parts[0].removesuffix(".py")] += size.lines
    return rooms


def beside(root: Path) -> dict[str, int]:
    """Return the lines of a checkout that stand beside the code of the package, by what they are."""
    package = root / PACKAGE.name
    files = [file for file in package.rglob("*.*") if file.suffix[1:] in _NO_PYTHON and "vendor" not in file.parts]
    found = Counter(
        f"{file.suffix[1:]}{' in words/' if 'words' in file.parts else ''} in {package.name}"
        for file in files
        for _ in file.read_text(encoding="utf-8").splitlines()
    )
    cells = (
        "".join(cell["source"])
        for file in sorted((root / "notebooks").glob("*.ipynb"))
        for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    )
    found["code cells of notebooks"] = sum(
        bool(line.strip()) and not line.strip().startswith("#") for cell in cells for line in cell.splitlines()
    )
    for name in _BESIDE:
        if (root / name).is_dir():
            found[f"Python in {name}"] = sum(size.lines for size in normal(root / name).values())
    return dict(sorted(found.items()))


def over_budget(rooms: dict[str, int], budget: dict[str, int]) -> list[str]:
    """Return in words which rooms have more lines than they may, and which stand on one side alone."""
    said = [
        f"{room} has {rooms[room]:,} lines, {rooms[room] - budget[room]:,} more than its {budget[room]:,}"
        for room in sorted({*rooms} & {*budget})
        if rooms[room] > budget[room]
    ]
    said += [f"{room} has {rooms[room]:,} lines and no budget" for room in sorted({*rooms} - {*budget})]
    return said + [f"{room} has a budget and no lines" for room in sorted({*budget} - {*rooms})]


def older(commit: str) -> tuple[int, int]:
    """Return how many lines of code stood at a commit, and how many the definitions have that keep at least one.

    A definition is a function, a class without its methods, or a statement of a module. Lines are followed through
    files that were moved or copied; one that was written again counts as new.
    """
    commits = set(_git("rev-list", commit).split())

    def count(file: Path) -> tuple[int, int]:
        source = file.read_text(encoding="utf-8")
        tree = ast.parse(source)
        code = _code(source, tree)
        porcelain = _git("blame", "-w", "-M", "-C", "-C", "--line-porcelain", str(file)).split("\n")
        # Each line of the file begins with a tab and has its commit at the head of the lines before it.
        origins, origin = [""], ""
        for line in porcelain:
            if line.startswith("\t"):
                origins.append(origin)
            elif len(head := line.partition(" ")[0]) == 40:
                origin = head
        old = {number for number in code if origins[number] in commits}
        kept = (definition & code for definition in _definitions(tree.body))
        return len(old), sum(len(lines) for lines in kept if lines & old)

    with ThreadPoolExecutor(2) as threads:
        counts = list(threads.map(count, sorted(PACKAGE.rglob("*.py"))))
    return sum(lines for lines, _ in counts), sum(lines for _, lines in counts)


def _definitions(body: list[ast.stmt]) -> Iterator[set[int]]:
    for node in body:
        lines = set(range(node.lineno, node.end_lineno + 1))
        if isinstance(node, ast.ClassDef):
            methods = list(_definitions([one for one in node.body if isinstance(one, ast.FunctionDef)]))
            yield from methods
            lines = lines.difference(*methods)
        lines |= {decorator.lineno for decorator in getattr(node, "decorator_list", [])}
        yield lines


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def arrows(trees: dict[str, ast.Module]) -> set[tuple[str, str]]:
    """Return which room of the package imports which other room, imports inside functions included."""
    found = set()
    for name, tree in trees.items():
        for target in _imported(tree, trees):
            one, other = _room(name), _room(target)
            if one and other and one != other:
                found.add((one, other))
    return found


def _imported(tree: ast.Module, trees: dict[str, ast.Module]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            members = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (member if member in trees else node.module for member in members)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _room(module: str) -> str:
    package, _, rest = module.partition(".")
    return rest.partition(".")[0] if package == PACKAGE.name else ""


def circle(trees: dict[str, ast.Module]) -> list[str]:
    """Return modules of which each is imported by the next and the last is the first; imports put off count."""
    imported = {name: {*_imported(tree, trees)} & trees.keys() - {name, PACKAGE.name} for name, tree in trees.items()}
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def private_functions(trees: dict[str, ast.Module]) -> Counter[int]:
    """Return how many private functions of modules are used how often in the module that defines them."""
    uses: Counter[int] = Counter()
    for tree in trees.values():
        private = {n.name for n in tree.body if isinstance(n, ast.FunctionDef) and n.name.startswith("_")}
        named = Counter(n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id in private)
        uses.update(named[name] for name in private)
    return uses


def measured() -> dict[str, str]:
    """Return what is measured, by what it is; of the run that is traced, what ``tools/trace.py`` says."""
    trees = modules()
    uses = private_functions(trees)
    sources = (file.read_text(encoding="utf-8") for file in sorted(PACKAGE.rglob("*.py")))  # in the order of the trees
    lines = sum(lines_of_code(source, tree) for source, tree in zip(sources, trees.values(), strict=True))
    sizes = normal(PACKAGE)
    # In a process of its own: here modules are loaded, and elsewhere answers kept, that would not be met again.
    trace = subprocess.run([sys.executable, ROOT / "tools" / "trace.py"], capture_output=True, text=True, check=True)
    ways = dict(line.split(": ", 1) for line in trace.stdout.splitlines())
    return {
        "lines of code (no blank, comment, docstring, import)": f"{lines:,}",
        "the same as the formatter lays them out (`--normal`)": f"{sum(size.lines for size in sizes.values()):,}",
        "nodes of the syntax tree": f"{sum(size.nodes for size in sizes.values()):,}",
        "modules": f"{len(sizes):,}",
        "lines of the largest module": f"{max(size.lines for size in sizes.values()):,}",
        "rooms at the package's root": str(len({_room(name) for name in trees} - {""})),
        "arrows between them": str(len(arrows(trees))),
        "public names of `ogp` and its wings": str(len(public_names())),
        "private functions used once": f"{uses[1] / uses.total():.0%} of {uses.total():,}",
        # How often the work moves between them follows from the machine too, by a few in a hundred.
        **{f"{way} (`tools/trace.py`)": entered.partition(";")[0] for way, entered in ways.items()},
    }


def table() -> str:
    """Return the table as it stands in the page."""
    rows = [f"| {name} | {value} |" for name, value in measured().items()]
    return "\n".join(["| measured by `python tools/house.py` | |", "|---|---|", *rows])


def page(text: str) -> str:
    """Return the page with the table as it is measured now."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


def main(arguments: list[str]) -> int:
    """Print or write the table, or one of the other measures; 1 if a room is above its budget."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the table into docs/house.md")
    parser.add_argument("--normal", metavar="ROOT", nargs="?", const=ROOT, type=Path, help="of a checkout; of this one")
    parser.add_argument("--budget", action="store_true", help="hold the rooms to tools/budget.toml")
    parser.add_argument("--since", metavar="COMMIT", help="count what stood at this commit")
    given = parser.parse_args(arguments)
    if given.normal:
        sizes = normal(given.normal / PACKAGE.name)
        lines, nodes = (sum(getattr(size, what) for size in sizes.values()) for what in ("lines", "nodes"))
        largest = max(sizes, key=lambda file: sizes[file].lines)
        print(f"{PACKAGE.name}: {lines:,} lines of code, {nodes:,} nodes, {len(sizes):,} modules,")
        print(f"  the largest {largest.as_posix()} with {sizes[largest].lines:,} lines")
        print(*(f"  {room} {count:,}" for room, count in sorted(lines_by_room(sizes).items())), sep="\n")
        print("beside:", *(f"  {what} {count:,}" for what, count in beside(given.normal).items()), sep="\n")
    elif given.budget:
        budget = tomllib.loads(BUDGET.read_text(encoding="utf-8"))["rooms"]
        above = over_budget(lines_by_room(normal(PACKAGE)), budget)
        if above:
            print(*above, f"Make it smaller. {BUDGET.name} says for what a room may rise.", sep="\n")
        return int(bool(above))
    elif given.since:
        lines, definitions = older(given.since)
        print(f"{lines:,} lines of code stood at {given.since}; the definitions that keep one have {definitions:,}")
    elif given.write:
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print(table())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
