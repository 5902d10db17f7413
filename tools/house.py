"""Measure the structure of the package: how much code, in how many rooms, how they hang together.

``python tools/house.py`` prints a table; ``--write`` puts it into docs/house.md. ``--since COMMIT`` counts the lines of
code that stood at a commit, and those of all definitions that keep at least one of them.
"""

from __future__ import annotations

import argparse
import ast
import io
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from ogp_analysis.base.front_door import public_names

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ogp_analysis"
PAGE = ROOT / "docs" / "house.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
_NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}
_NO_CODE |= {tokenize.ENDMARKER}


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
        elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                other |= set(range(first.lineno, first.end_lineno + 1))
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NO_CODE:
            code |= set(range(token.start[0], token.end[0] + 1))
    return code - other


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


def private_functions(trees: dict[str, ast.Module]) -> Counter[int]:
    """Return how many private functions of modules are used how often in the module that defines them."""
    uses: Counter[int] = Counter()
    for tree in trees.values():
        private = {n.name for n in tree.body if isinstance(n, ast.FunctionDef) and n.name.startswith("_")}
        named = Counter(n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id in private)
        uses.update(named[name] for name in private)
    return uses


def measured(package: Path = PACKAGE) -> dict[str, str]:
    """Return what is measured, by what it is."""
    trees = modules(package)
    uses = private_functions(trees)
    rooms = {_room(name) for name in trees} - {""}
    sources = (file.read_text(encoding="utf-8") for file in sorted(package.rglob("*.py")))  # in the order of the trees
    lines = sum(lines_of_code(source, tree) for source, tree in zip(sources, trees.values(), strict=True))
    return {
        "lines of code (no blank, comment, docstring, import)": f"{lines:,}",
        "modules": f"{len(trees):,}",
        "rooms at the package's root": str(len(rooms)),
        "arrows between them": str(len(arrows(trees))),
        "public names of `ogp` and its wings": str(len(public_names())),
        "private functions used once": f"{uses[1] / uses.total():.0%} of {uses.total():,}",
    }


def table() -> str:
    """Return the table as it stands in the page."""
    rows = [f"| {name} | {value} |" for name, value in measured().items()]
    return "\n".join(["| measured by `python tools/house.py` | |", "|---|---|", *rows])


def main(arguments: list[str]) -> int:
    """Print the table, or write it into the page; or print how much of the code is older than a commit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the table into docs/house.md")
    parser.add_argument("--since", metavar="COMMIT", help="count what stood at this commit")
    given = parser.parse_args(arguments)
    if given.since:
        lines, definitions = older(given.since)
        print(f"{lines:,} lines of code stood at {given.since}; the definitions that keep one have {definitions:,}")
        return 0
    if not given.write:
        print(table())
        return 0
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
