"""The public names, read off the stubs that the front door and its wings are made of, without importing anything."""

from __future__ import annotations

import ast
from functools import cache

from ogp_analysis.base.fingerprint import PACKAGE, module_file

#: The packages whose names are public as ``ogp.<wing>.<name>``.
WINGS = ("civic_space", "open_government", "procurement", "quality", "statistics", "surveillance")


@cache
def public_names(package: str = PACKAGE) -> dict[str, str]:
    """Return every public name of a package and its wings, and the module that it lives in.

    Returns
    -------
    dict of str to str
        By name as it is written after ``ogp.``, such as ``"civic_space.panel"``; a wing has its own package.
    """
    file = module_file(package)
    stub = file.with_suffix(".pyi") if file else None
    if stub is None or not stub.is_file():
        return {}
    found = {}
    for node in ast.parse(stub.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.ImportFrom):
            continue
        for alias in node.names:
            if node.module:
                found[alias.name] = f"{package}.{node.module}"
                continue
            wing = found[alias.name] = f"{package}.{alias.name}"
            found |= {f"{alias.name}.{name}": module for name, module in public_names(wing).items()}
    return found


def modules_of(name: str) -> list[str]:
    """Return the modules behind a name as code writes it after ``ogp.``; a wing by itself leads to all of its modules.

    Parameters
    ----------
    name : str
        With whatever follows it, for example ``"civic_space.panel.plot"``.

    Returns
    -------
    list of str
        Empty if there is no such name.
    """
    known = public_names()
    parts = name.split(".")
    if ".".join(parts[:2]) in known:
        return [known[".".join(parts[:2])]]
    if parts[0] not in known or (len(parts) > 1 and any(k.startswith(parts[0] + ".") for k in known)):
        return []
    return sorted({known[parts[0]], *(m for k, m in known.items() if k.startswith(parts[0] + "."))})
