"""The named rules of a cleaner, read off its code and its data, so that the codebook cannot forget one.

A rule is a name handed to a function that has a parameter called ``rule``: written there, a constant
of the module, or one of a table of constants. What it does stands in the comment above the constant.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from ogp_analysis.base import fingerprint
from ogp_analysis.tidy.catalog import DATASETS

#: What cleaning is.
_SHARED = re.compile(r"ogp_analysis\.tidy\.(?!catalog$|dataset$)")
#: What happens to a row or value, by the function of :mod:`ogp_analysis.tidy.record` that is called.
_ACTIONS = {"set_aside": "set aside", "merged": "merged"}


@dataclass(frozen=True)
class Rule:
    """One rule of the code.

    Attributes
    ----------
    name : str
        As the record of the cleaning calls it; ``…`` stands for the name of a field.
    action : str
        ``"changed"``, ``"set aside"`` or ``"merged"``.
    why : str
        The comment above its constant; empty if there is none.
    """

    name: str
    action: str
    why: str


def rules(dataset: str) -> list[Rule]:
    """Return the rules in the code of a cleaner, sorted by name."""
    read = {name: _module(text) for name, text in sorted(_texts_of(DATASETS[dataset]).items())}
    places = {name: at for one in read.values() for name, at in one.takers()}
    found: dict[tuple[str, str], str] = {}
    for one in read.values():
        for name, action, why in one.given(places, read):
            found[name, action] = found.get((name, action)) or why
    named = {name for name, action in found if action != "changed"}
    return [Rule(n, a, why) for (n, a), why in sorted(found.items()) if a != "changed" or n not in named]


@cache
def _imports(text: str) -> tuple[str, ...]:
    """Return the dotted names that code may import modules by."""
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom) and node.module]
    return tuple(name for n in nodes for name in (n.module, *(f"{n.module}.{alias.name}" for alias in n.names)))


def _texts_of(cleaner: str) -> dict[str, str]:
    """Return the code of a cleaner, by module: its own, and what it imports from its room and of what cleaning is."""
    files = {f"ogp_analysis/{name}"[:-3].replace("/", "."): file for name, file in fingerprint.files().items()}
    found, waiting = {}, [cleaner]
    for name in waiting:  # which grows meanwhile
        if name in files and name not in found:
            found[name] = files[name].read_text(encoding="utf-8")
            waiting += _imports(found[name])
    return {name: text for name, text in found.items() if _SHARED.match(name) or ".datasets." in name}


class _Module:
    """The constants, the comments, the calls, the functions and the loops of one module."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        tree = ast.parse("\n".join(self.lines))
        # Walking through the tree is what takes long: once for all that is looked for.
        nodes = list(ast.walk(tree))
        self.calls = [node for node in nodes if isinstance(node, ast.Call)]
        self.functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
        self.loops = [node for node in nodes if isinstance(node, ast.For | ast.comprehension)]
        self.constants = {
            target.id: node
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }

    def takers(self) -> Iterator[tuple[str, int]]:
        """Yield the name of each function with a parameter called ``rule``, and its place among the arguments."""
        for node in self.functions:
            names = [a.arg for a in node.args.args if a.arg != "self"]
            if "rule" in names:
                yield node.name, names.index("rule")

    def given(self, places: dict[str, int], others: dict[str, _Module]) -> Iterator[tuple[str, str, str]]:
        """Yield name, action and comment of each rule that is handed to one of the functions."""
        for call in self.calls:
            name = getattr(call.func, "id", None) or getattr(call.func, "attr", "")
            if name in places:
                argument = {word.arg: word.value for word in call.keywords}.get("rule")
                argument = argument or (call.args[places[name]] if len(call.args) > places[name] else None)
                for rule, why in self._names(argument, others):
                    yield rule, _ACTIONS.get(name, "changed"), why

    def _names(self, node: ast.expr | None, others: dict[str, _Module]) -> Iterator[tuple[str, str]]:
        """Yield each name that an expression can stand for, as far as the code says, with its comment."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, ""
        elif isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values), ""
        elif isinstance(node, ast.IfExp):
            yield from (*self._names(node.body, others), *self._names(node.orelse, others))
        elif isinstance(node, ast.Attribute | ast.Name):
            name = node.attr if isinstance(node, ast.Attribute) else node.id
            holder = next((one for one in (self, *others.values()) if name in one.constants), None)
            if holder:
                yield from ((rule, holder.comment(name)) for rule in _texts(holder.constants[name].value))
            else:
                yield from ((rule, "") for rule in self._of_loop(name))
        elif isinstance(node, ast.Subscript):
            yield from self._names(node.value, others)

    def _of_loop(self, name: str) -> Iterator[str]:
        """Yield the names that a variable of a loop takes, if it runs over constants."""
        for node in self.loops:
            if isinstance(node.target, ast.Tuple):
                targets = [getattr(target, "id", "") for target in node.target.elts]
                if name in targets:
                    yield from self._walked(node.iter, targets.index(name))

    def _walked(self, over: ast.expr, at: int) -> Iterator[str]:
        if isinstance(over, ast.Call) and getattr(over.func, "attr", "") == "items":
            over = over.func.value
        if isinstance(over, ast.Name) and over.id in self.constants:
            over = self.constants[over.id].value
        if isinstance(over, ast.Dict):
            yield from (text for part in (over.keys, over.values)[min(at, 1)] for text in _texts(part))
        elif isinstance(over, ast.Tuple | ast.List):
            rows = (row.elts[at] for row in over.elts if isinstance(row, ast.Tuple) and len(row.elts) > at)
            yield from (text for part in rows for text in _texts(part))

    def comment(self, name: str) -> str:
        """Return the comment that stands directly above a constant, without its marks."""
        line, found = self.constants[name].lineno - 2, []
        while line >= 0 and self.lines[line].startswith("#:"):
            found.insert(0, self.lines[line].removeprefix("#:").strip())
            line -= 1
        return " ".join(found)


#: Modules that many cleaners share are read once; of equal text is an equal module.
_module = lru_cache(maxsize=32)(_Module)


def _texts(node: ast.expr) -> Iterator[str]:
    """Yield the texts of a constant, or of a table of constants."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Dict):
        yield from (text for value in node.values for text in _texts(value))
