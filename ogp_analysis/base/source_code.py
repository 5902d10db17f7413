"""What Python source says that a hash or a plan rests on, read once for each content.

Parsing the package's modules takes a quarter of a second, every time a command looks whether something is stale. So
what was read is kept beside Python's own byte code, by content: a changed file is read anew, whatever its date.
"""

from __future__ import annotations

import ast
import atexit
import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from msgspec import Struct, convert

from ogp_analysis.base import kept

#: Where it is kept, as Python keeps its byte code: one file for each version of Python, since trees differ.
KEPT = Path(__file__).parent / "__pycache__" / f"source_code.{sys.implementation.cache_tag}.json"
#: Raised when what is kept, or the way in which it is read off, changes.
_FORM = 2
#: With more than these, only those that this process needed are kept.
_MANY = 2_000


class Import(NamedTuple):
    """One import: how many packages up it starts, the module, and what is taken from it; nothing if it is itself."""

    level: int
    module: str
    names: tuple[str, ...]


class Code(NamedTuple):
    """What a source says.

    Attributes
    ----------
    meaning : str
        Hash of what it does: comments, blank lines and layout do not count.
    imports : tuple of Import
        Wherever they stand in it.
    resources : tuple of str
        Data files that it names in a literal ``RESOURCES``.
    words : tuple of str
        What stands before the first dot of every text with a dot, if it is a name.
    said : tuple of str
        Keys of the sentences that it says: texts in the first argument of ``say``, the beginning of a text with values.
    """

    meaning: str
    imports: tuple[Import, ...]
    resources: tuple[str, ...]
    words: tuple[str, ...]
    said: tuple[str, ...]


class _Kept(Struct, forbid_unknown_fields=True):
    """What is kept, by content."""

    form: Literal[_FORM]
    known: dict[str, Code]


def read(source: str) -> Code:
    """Return what a source says, from what is kept if it has been read before."""
    content = hashlib.sha256(source.encode()).hexdigest()
    found = _KEEPER.known().get(content)
    if found is None:
        found = _KEEPER.learn(content, of_tree(ast.parse(source)))
    _KEEPER.needed.add(content)
    return found


def of_tree(tree: ast.AST) -> Code:
    """Return what a tree says."""
    resources: tuple[str, ...] = ()
    for node in getattr(tree, "body", ()):
        if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "RESOURCES" for t in node.targets):
            resources = tuple(sorted(ast.literal_eval(node.value)))
            break
    return Code(meaning(tree), tuple(imports(tree)), resources, tuple(sorted(words(tree))), said(tree))


def meaning(tree: ast.AST) -> str:
    """Return a hash of what a tree does."""
    return hashlib.sha256(ast.dump(tree).encode("utf-8", "surrogatepass")).hexdigest()


def imports(tree: ast.AST, deep: bool = True) -> Iterator[Import]:
    """Yield every import of a tree, or if not `deep`, those outside of functions, conditions and other blocks."""
    for node in _statements(tree) if deep else tree.body:
        if isinstance(node, ast.Import):
            yield from (Import(0, alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield Import(node.level, node.module or "", tuple(alias.name for alias in node.names))


def words(tree: ast.AST) -> set[str]:
    """Return what stands before the first dot of every text with a dot in a tree, if it is a name."""
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {word for word, dot, _ in (text.partition(".") for text in texts) if dot and word.isidentifier()}


def said(tree: ast.AST) -> tuple[str, ...]:
    """Return the texts in the first argument of every call of ``say`` in a tree, sorted."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args)
    says = (call.args[0] for call in calls if "say" in (getattr(call.func, "attr", ""), getattr(call.func, "id", "")))
    texts = (n.value for first in says for n in ast.walk(first) if isinstance(n, ast.Constant))
    return tuple(sorted({text for text in texts if isinstance(text, str)}))


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield every statement below a node but those for type checkers; expressions, which hold none, are passed by."""
    if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
        return
    for part in ("body", "orelse", "finalbody", "handlers", "cases"):
        below = getattr(node, part, ())
        for one in below if isinstance(below, list) else ():
            yield one
            yield from _statements(one)


class _Keeper:
    """What is kept, read when it is first asked for and written when the process ends."""

    def __init__(self) -> None:
        self._known: dict[str, Code] | None = None
        self.needed: set[str] = set()
        self._new = False

    def known(self) -> dict[str, Code]:
        if self._known is None:
            try:
                self._known = convert(kept.loaded(KEPT.parent, KEPT.name, _Kept), _Kept).known
            except (OSError, kept.NotKept):
                self._known = {}
        return self._known

    def learn(self, content: str, code: Code) -> Code:
        if not self._new and not sys.dont_write_bytecode:
            self._new = True
            atexit.register(self.write)
        return self.known().setdefault(content, code)

    def write(self) -> None:
        """Write what is known; where that cannot be done, it is read off again next time."""
        known = self.known()
        if len(known) > _MANY:
            known = {content: known[content] for content in self.needed}
        part = KEPT.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):
            KEPT.parent.mkdir(exist_ok=True)
            part.unlink(missing_ok=True)
            kept.put(part, json.dumps({"form": _FORM, "known": known}).encode())
            part.replace(KEPT)


_KEEPER = _Keeper()
