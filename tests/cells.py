"""The cells of a notebook, run one after the other in the process of a test."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import MappingProxyType

from ogp_analysis.publishing.runs import notebook

from .reports import ROOT


def run(name: str, changed: Mapping[str, str] = MappingProxyType({}), **parameters) -> tuple[dict, list]:
    """Return what the cells of a notebook name and what they show, as IPython would: a result whole, not its parts.

    Parameters
    ----------
    name : str
    changed : mapping of str to str
        Lines of its cells by what a reader writes in their place.
    **parameters
        Those that do not have their default.
    """
    document, shown = notebook.read(ROOT / "notebooks" / f"{name}.ipynb"), []
    names: dict = {"display": lambda *things: shown.extend(things)}
    for cell in (one for one in document["cells"] if one["cell_type"] == "code"):
        text = notebook.source(cell)
        for line, other in changed.items():
            text = text.replace(line, other)
        tree = ast.parse(text)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), names)
        if "parameters" in cell["metadata"].get("tags", ()):
            names |= parameters
        if last and (result := eval(compile(ast.Expression(last.value), name, "eval"), names)) is not None:
            shown.append(result)
    return names, [part for one in shown for part in (one if isinstance(one, tuple) else (one,))]
