"""Notebooks as files: their cells, their parameters cell, the names they use. Light: JSON and syntax trees only."""

from __future__ import annotations

import ast
import difflib
import io
import json
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from ogp_analysis.base.errors import ParameterError, UnknownName
from ogp_analysis.base.front_door import public_names
from ogp_analysis.base.paths import Project

_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}\Z")
#: What a parameter without an annotation may have as its default.
_PLAIN = (str, int, float, bool, list, type(None))
#: The cell that says what a notebook was handed, for one that has none.
LAST = "import ogp_analysis\n\nogp_analysis.provenance()"
_Text = str | list[str]


# Of a notebook's format, what this package relies on. Other fields are free: the format lets tools add their own.
class _CellMetadata(Struct):
    tags: list[str] | UnsetType = UNSET
    papermill: dict | UnsetType = UNSET


class _Stream(Struct, tag="stream", tag_field="output_type"):
    name: str
    text: _Text


class _Display(Struct, tag="display_data", tag_field="output_type"):
    data: dict


class _Result(_Display, tag="execute_result"): ...


class _Error(Struct, tag="error", tag_field="output_type"):
    ename: str
    evalue: str
    traceback: list[str]


class _Cell(Struct, tag_field="cell_type", kw_only=True):
    source: _Text
    metadata: _CellMetadata
    id: str | UnsetType = UNSET


class _Code(_Cell, tag="code", kw_only=True):
    outputs: list[_Stream | _Display | _Result | _Error]
    execution_count: int | None = None


class _Markdown(_Cell, tag="markdown"): ...


class _Raw(_Cell, tag="raw"): ...


class _Kernel(Struct):
    name: str
    language: str | UnsetType = UNSET


class _Language(Struct):
    name: str | UnsetType = UNSET
    version: str | UnsetType = UNSET


class _Metadata(Struct):
    kernelspec: _Kernel | UnsetType = UNSET
    language_info: _Language | UnsetType = UNSET
    papermill: dict | UnsetType = UNSET


class _Notebook(Struct):
    nbformat: Literal[4]
    metadata: _Metadata
    cells: list[_Code | _Markdown | _Raw]
    nbformat_minor: Annotated[int, Meta(ge=0)] = 0


@dataclass(frozen=True)
class Declared:
    """One parameter as its cell declares it.

    Attributes
    ----------
    name : str
    annotation : str
        The annotation as written; empty where there is none.
    default : object
    help : str
        The comment on its line.
    """

    name: str
    annotation: str
    default: object
    help: str


def names(project: Project) -> list[str]:
    """Return the names of the notebooks that can be run, those of the user among them, sorted."""
    folders = (project.notebooks, project.lab)
    return sorted({file.stem for folder in folders for file in folder.glob("*.ipynb") if _NAME.match(file.stem)})


def path(project: Project, name: str) -> Path:
    """Return the file of a notebook: of the project, else one that its user saved under a name of its own in ``lab``.

    Raises
    ------
    UnknownName
        If there is no notebook of that name; a name is never taken as a path.
    """
    if _NAME.match(name):
        for folder in (project.notebooks, project.lab):
            if (folder / f"{name}.ipynb").is_file():
                return folder / f"{name}.ipynb"
    there = names(project)
    close = difflib.get_close_matches(name[:60], there, n=3)
    action = f"Did you mean {' or '.join(close)}?" if close else f"Use one of {', '.join(there)}"
    raise UnknownName(f"notebook {name[:60]!r}", "is not in notebooks/", action)


def called(project: Project, written: str) -> str:
    """Return the name of a notebook that may be written as its file: ``notebooks/compare.ipynb`` is ``compare``."""
    file = Path(written)
    if file.suffix != ".ipynb" or not _NAME.match(file.stem):
        return written
    known = path(project, file.stem)
    # A copy elsewhere is another notebook, which is run under a name of its own.
    return file.stem if written == file.name or file.resolve() == known.resolve() else written


def read(file: Path) -> dict:
    """Return a notebook as JSON.

    Raises
    ------
    ParameterError
        If the file cannot be read or is not a notebook of format 4.
    """
    try:
        notebook = json.loads(Path(file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ParameterError(str(file), "there is no such file", "Check the name") from None
    except OSError as error:
        raise ParameterError(str(file), f"cannot be read ({error.strerror})", "Check what it is") from error
    except (ValueError, RecursionError) as error:
        raise _no_notebook(file, str(error)) from error
    if fault := odd(notebook):
        raise _no_notebook(file, fault)
    return notebook


def _no_notebook(file: Path, fault: str) -> ParameterError:
    return ParameterError(str(file), f"is not a notebook ({fault})", "Give a file that Jupyter can open")


def odd(notebook) -> str:
    """Return where a JSON value is not laid out as a notebook of format 4, or an empty text."""
    try:
        msgspec.convert(notebook, _Notebook)
    except (msgspec.ValidationError, RecursionError) as error:
        return str(error) if isinstance(error, msgspec.ValidationError) else "it is nested too deeply"
    return ""


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
        If it has not exactly one cell tagged ``parameters``, or a line of that cell is not the assignment of a plain
        value to one name.
    """
    where, cells = f"notebook {name!r}", tagged(notebook, "parameters")
    if len(cells) != 1:
        raise ParameterError(where, f"has {len(cells)} cells tagged 'parameters'", "Tag exactly one cell")
    text = source(cells[0])
    try:
        body, tokens = ast.parse(text).body, tokenize.generate_tokens(io.StringIO(text).readline)
        helps = {t.start[0]: t.string.lstrip("# ").rstrip() for t in tokens if t.type == tokenize.COMMENT}
    except (SyntaxError, ValueError, tokenize.TokenError) as error:
        raise ParameterError(where, f"its parameters cell is not plain Python ({error})", "Correct the cell") from error
    found = {}
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            continue
        try:
            default = ast.literal_eval(node.value)
            [target] = node.targets if isinstance(node, ast.Assign) else [node.target]
            annotation = ast.unparse(node.annotation) if isinstance(node, ast.AnnAssign) else ""
            if not annotation and not isinstance(default, _PLAIN):
                raise TypeError
            parameter = Declared(target.id, annotation, default, helps.get(node.end_lineno, ""))
        except (AttributeError, ValueError, TypeError) as error:
            what = f"its parameters cell holds {ast.unparse(node)!r}"
            raise ParameterError(where, what, "Write each parameter as `name: type = value  # what it is`") from error
        if parameter.name in found:
            raise ParameterError(where, f"declares {parameter.name!r} twice", "Leave one of the two lines out")
        found[parameter.name] = parameter
    return found


def assigned(cell: dict, name: str) -> dict:
    """Return the values that a cell assigns to names, as papermill injects them.

    Raises
    ------
    ParameterError
        If a line is anything but the assignment of a plain value to a name.
    """
    try:
        body = ast.parse(source(cell)).body
        return {node.targets[0].id: ast.literal_eval(node.value) for node in body}
    except (SyntaxError, AttributeError, ValueError, TypeError) as error:
        what = "its injected parameters are not plain values"
        raise ParameterError(f"notebook {name!r}", what, "Run it again with papermill") from error


def code_cells(notebook: dict) -> list[str]:
    """Return the code that is run: without the parameters cell and what papermill injects after it."""
    apart = {"parameters", "injected-parameters"}
    return [source(c) for c in notebook["cells"] if c["cell_type"] == "code" and not apart & set(tags(c))]


def says_what_it_was_handed(notebook: dict) -> bool:
    """Return whether a cell of a notebook calls ``ogp.provenance()``."""
    return any("provenance(" in code for code in code_cells(notebook))


def modules(notebook: dict) -> list[str]:
    """Return the modules behind the names ``ogp.…`` in a notebook, to be imported once for all of its runs."""
    text = "\n".join(code_cells(notebook))
    known, used = public_names(), re.findall(r"\bogp\.([a-z]\w*)(\.[a-z]\w*)?", text)
    return sorted({known[name] for first, then in used for name in (first, first + then) if name in known})
