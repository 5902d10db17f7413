"""The public names, read off the stubs that the front door and its wings are made of, without importing anything."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

PACKAGE = "ogp_analysis"
_ROOT = Path(__file__).resolve().parents[2]


@cache
def public_names(package: str = PACKAGE) -> dict[str, str]:
    """Return every public name of a package and its wings, and the module that it lives in.

    Returns
    -------
    dict of str to str
        By name as it is written after ``ogp.``, such as ``"civic_space.event"``; a wing has its own package.
    """
    stub = _ROOT.joinpath(*package.split("."), "__init__.pyi")
    if not stub.is_file():
        return {}
    found = {}
    for node in ast.parse(stub.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.ImportFrom):
            continue
        for alias in node.names:
            above = f"{package}.{node.module}" if node.module else package
            wing = public_names(f"{above}.{alias.name}")
            module = _ROOT.joinpath(*above.split("."), f"{alias.name}.py").is_file()
            found[alias.name] = f"{above}.{alias.name}" if wing or module else above
            found |= {f"{alias.name}.{name}": module for name, module in wing.items()}
    return found
