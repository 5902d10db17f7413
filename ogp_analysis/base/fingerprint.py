"""Content hashes: of files, of values, and of the code that a result rests on.

Nothing here looks at clocks, paths or commits, so the same content has the same hash everywhere.
"""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

from ogp_analysis.base import source_code

PACKAGE = "ogp_analysis"
_FOLDER = Path(__file__).resolve().parents[1]
#: Import names whose distribution is called otherwise.
_DISTRIBUTIONS = {"PIL": "pillow", "python_calamine": "python-calamine", "stdnum": "python-stdnum", "yaml": "pyyaml"}


def of_bytes(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def of_file(path: Path) -> str:
    """Return the SHA-256 of a file, read in blocks."""
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def of_value(value) -> str:
    """Return the SHA-256 of a JSON value written in its canonical form."""
    return of_bytes(json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode())


def of_python(source: str) -> str:
    """Return a hash of what Python code does: comments, blank lines and layout do not count."""
    return source_code.meaning(ast.parse(source))


@cache
def module_file(module: str) -> Path | None:
    """Return the file of a module of this package, or None if there is no such module."""
    parts = module.split(".")[1:]
    folder = _FOLDER.joinpath(*parts)
    file = folder.with_suffix(".py") if parts else _FOLDER / "__init__.py"
    if parts and file.is_file():
        return file
    return folder / "__init__.py" if (folder / "__init__.py").is_file() else None


@cache
def _read(module: str) -> tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the hash of a module with its resources, and the modules, distributions, words and keys it names."""
    file = module_file(module)
    code = source_code.read(file.read_text(encoding="utf-8"))
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    names = set(imported(code.imports, package))
    inside = {name for name in names if name.split(".")[0] == PACKAGE}
    parts = [code.meaning] + [of_file(file.parent / name) for name in code.resources]
    return of_value(parts), tuple(sorted(inside)), tuple(sorted(names - inside)), code.words, code.said


def imported(imports: Iterable[source_code.Import], package: str = "") -> Iterator[str]:
    """Yield the dotted name of every module that code imports.

    Parameters
    ----------
    imports : iterable of ogp_analysis.base.source_code.Import
        Of the code.
    package : str
        The package it lies in, which relative imports start from.
    """
    for one in imports:
        above = package.split(".")[: len(package.split(".")) + 1 - one.level] if one.level else []
        base = ".".join([*above, *([one.module] if one.module else [])])
        if not one.names:
            yield base
        for name in one.names:
            member = f"{base}.{name}"
            yield member if base.split(".")[0] == PACKAGE and module_file(member) else base


def closure(modules: Iterable[str], behind: Collection[str] = ()) -> dict[str, str]:
    """Return the hash of each module of this package that `modules` import, directly or not.

    Read off the import statements, those inside functions included, without importing anything.
    A module's hash covers the data files it names in a literal ``RESOURCES``. The packages a
    module lies in count; the front door does not, because nothing inside imports it.

    Parameters
    ----------
    modules : iterable of str
        Dotted names of modules of this package.
    behind : collection of str
        Modules that are left out, with all that only they import.

    Returns
    -------
    dict of str to str
        Sorted by module name.
    """
    found, waiting = {}, list(modules)
    while waiting:
        module = waiting.pop()
        if module in found or module in behind or module == PACKAGE or module_file(module) is None:
            continue
        found[module], inside, *_ = _read(module)
        waiting += [*inside, module.rpartition(".")[0]]
    return dict(sorted(found.items()))


def distributions(modules: Iterable[str], further: Iterable[str] = ()) -> dict[str, str]:
    """Return the installed version of each distribution that `modules` of this package import.

    Parameters
    ----------
    modules : iterable of str
        Dotted names, for example the keys of :func:`closure`.
    further : iterable of str
        Modules of other packages that are imported beside.
    """
    outside = {name.split(".")[0] for module in modules for name in _read(module)[2]}
    outside |= {name.split(".")[0] for name in further}
    names = sorted(_DISTRIBUTIONS.get(top, top) for top in outside - set(sys.stdlib_module_names) - {""})
    return {name: version(name) for name in names}


@cache
def version(distribution: str) -> str:
    """Return the installed version of a distribution, or ``"not installed"``."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "not installed"


def first_words(modules) -> set[str]:
    """Return what stands before the first dot of every text with a dot in the code of `modules`.

    Keys of messages look like this; so a caller can tell which areas a module speaks of.
    """
    return {word for module in modules for word in _read(module)[3]}


def said(modules: Iterable[str]) -> set[str]:
    """Return the keys of the sentences that the code of `modules` says; those put together, up to their first value."""
    return {key for module in modules for key in _read(module)[4]}


def forget() -> None:
    """Drop what was read, so that a changed file is read again (a long session, a test)."""
    module_file.cache_clear()
    _read.cache_clear()
    version.cache_clear()
