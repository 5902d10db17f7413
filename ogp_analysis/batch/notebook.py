"""Notebooks as files: their cells, their parameters cell, the names they use. Light: JSON and syntax trees only."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path

from ogp_analysis.errors import ParameterError, UnknownName
from ogp_analysis.paths import Project

_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}\Z")


@dataclass(frozen=True)
class Declared:
    """One parameter as its cell declares it.

    Attributes
    ----------
    name : str
    annotation : str
        The annotation as written.
    default : object
    help : str
        The comment on its line.
    """

    name: str
    annotation: str
    default: object
    help: str


def names(project: Project) -> list[str]:
    """Return the names of the notebooks, sorted."""
    return sorted(path.stem for path in project.notebooks.glob("*.ipynb"))


def path(project: Project, name: str) -> Path:
    """Return the file of a notebook.

    Raises
    ------
    UnknownName
        If there is no notebook of that name; a name is never taken as a path.
    """
    if not _NAME.match(name) or not (project.notebooks / f"{name}.ipynb").is_file():
        raise UnknownName(f"notebook {name[:60]!r}", "is not in notebooks/", "Use one of " + ", ".join(names(project)))
    return project.notebooks / f"{name}.ipynb"


def read(file: Path) -> dict:
    """Return a notebook as JSON.

    Raises
    ------
    ParameterError
        If the file is not a notebook.
    """
    try:
        notebook = json.loads(Path(file).read_text(encoding="utf-8"))
        notebook["cells"]
    except FileNotFoundError:
        raise ParameterError(str(file), "there is no such file", "Check the name") from None
    except (ValueError, KeyError, TypeError) as error:
        raise ParameterError(str(file), f"is not a notebook ({error})", "Give a file that Jupyter can open") from error
    return notebook


def source(cell: dict) -> str:
    """Return the text of a cell."""
    return "".join(cell["source"])


def tags(cell: dict) -> list[str]:
    """Return the tags of a cell."""
    return cell.get("metadata", {}).get("tags", [])


def tagged(notebook: dict, tag: str) -> list[dict]:
    """Return the cells with a tag."""
    return [cell for cell in notebook["cells"] if tag in tags(cell)]


def declared(notebook: dict, name: str) -> dict[str, Declared]:
    """Return the parameters that a notebook declares, by name.

    Raises
    ------
    ParameterError
        If it has not exactly one cell tagged ``parameters``, or a line of that cell is not an
        annotated assignment of a plain value.
    """
    cells = tagged(notebook, "parameters")
    if len(cells) != 1:
        raise ParameterError(
            f"notebook {name!r}", f"has {len(cells)} cells tagged 'parameters'", "Tag exactly one cell"
        )
    text = source(cells[0])
    helps = _comments(text)
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            continue
        parameter = _declared(node, helps, name)
        found[parameter.name] = parameter
    return found


def _declared(node: ast.stmt, helps: dict[int, str], notebook: str) -> Declared:
    try:
        return Declared(
            node.target.id, ast.unparse(node.annotation), ast.literal_eval(node.value), helps.get(node.lineno, "")
        )
    except (AttributeError, ValueError, TypeError) as error:
        raise ParameterError(
            f"notebook {notebook!r}",
            f"its parameters cell holds {ast.unparse(node)!r}",
            "Write each parameter as `name: type = value  # what it is`",
        ) from error


def _comments(text: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {t.start[0]: t.string.lstrip("# ").rstrip() for t in tokens if t.type == tokenize.COMMENT}


def code_cells(notebook: dict) -> list[str]:
    """Return the code that is run: without the parameters cell and what papermill injects after it."""
    apart = {"parameters", "injected-parameters"}
    return [source(c) for c in notebook["cells"] if c["cell_type"] == "code" and not apart & set(tags(c))]


def used_names(notebook: dict) -> set[str]:
    """Return the names of the front door that the code uses, as in ``ogp.panel``."""
    found = set()
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            found |= _used(source(cell))
    return found


def _used(text: str) -> set[str]:
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except SyntaxError:
        return set(re.findall(r"\bogp\.(\w+)", text))
    return {n.attr for n in nodes if isinstance(n, ast.Attribute) and getattr(n.value, "id", "") == "ogp"}
