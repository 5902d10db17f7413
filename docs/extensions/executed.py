"""Pages whose code is run when they are built: what a cell returns stands below it.

``<!-- notebook: NAME -->`` stands for the cells of a notebook. On a page that says ``<!-- run -->`` every block of
Python is a cell; all cells of a page share their names.
"""

from __future__ import annotations

import ast
import base64
import html
import json
import os
import re
import tempfile
from contextlib import chdir
from pathlib import Path

NOTEBOOK, RUN = re.compile(r"<!-- notebook: (\w+) -->"), "<!-- run -->"
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: By media type, how an output is written in Markdown: the first that an output has.
_WRITTEN = {
    "image/svg+xml": lambda text, alt: _raw(
        f'<img alt="{html.escape(alt)}" src="data:image/svg+xml;base64,{base64.b64encode(text.encode()).decode()}">'
    ),
    "text/html": lambda text, _: _raw(f'<div class="pst-scrollable-table-container">{text}</div>'),
    "text/markdown": lambda text, _: text,
    "text/plain": lambda text, _: f"```text\n{text}\n```",
}


def _raw(text: str) -> str:
    return f"```{{raw}} html\n{text}\n```"


def results(code: str, names: dict) -> list:
    """Run a cell and return what it shows: what it hands to ``display``, and its last line if that is an expression."""
    found: list = []
    body = ast.parse(code).body
    last = [ast.Expression(body.pop().value)] if body and isinstance(body[-1], ast.Expr) else []
    names["display"] = lambda *things: found.extend(things)
    exec(compile(ast.Module(body, []), "cell", "exec"), names)
    found += [eval(compile(one, "cell", "eval"), names) for one in last]
    return [one for one in found if one is not None]


def written(thing) -> str:
    """Return what a cell shows as Markdown."""
    from ogp_analysis.display.result import Parts, Shown

    if isinstance(thing, Shown | Parts):
        return "\n\n".join(map(written, thing.parts() if isinstance(thing, Shown) else thing))
    outputs = thing.outputs() if hasattr(thing, "outputs") else [({"text/plain": repr(thing)}, {})]
    if hasattr(thing, "_repr_html_"):
        outputs = [({"text/html": thing._repr_html_()}, {})]
    shown = []
    for data, metadata in outputs:
        kind = next(one for one in _WRITTEN if one in data)
        shown.append(_WRITTEN[kind](data[kind], metadata.get(kind, {}).get("alt", "")))
    return "\n\n".join(shown)


def cell(code: str, names: dict) -> str:
    """Return a cell and what it shows as Markdown."""
    return "\n\n".join([f"```python\n{code.strip()}\n```", *map(written, results(code, names))])


def notebook(file: Path) -> str:
    """Return the cells of a notebook with what they show as Markdown."""
    names: dict = {}
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    texts = [(one["cell_type"], "".join(one["source"])) for one in cells]
    return "\n\n".join(cell(text, names) if kind == "code" else text for kind, text in texts)


def page(text: str, notebooks: Path) -> str:
    """Return the Markdown of a page with what its cells show; what they save goes with a folder of their own."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        if RUN in text:
            names: dict = {}
            text = _BLOCK.sub(lambda found: cell(found[1], names), text)
        return NOTEBOOK.sub(lambda found: notebook(notebooks / f"{found[1]}.ipynb"), text)


def setup(app) -> dict:
    """Run the cells of a page when it is read, which is at every build: they show what the package does now."""

    root = Path(app.srcdir).resolve().parent
    os.environ.setdefault("OGP_ANALYSIS_HOME", str(root))

    def read(app, name: str, source: list[str]) -> None:
        source[0] = page(source[0], root / "notebooks")

    def again(app, env, *_) -> list[str]:
        marked = (RUN, "<!-- notebook: ")
        return [name for name in env.found_docs if any(m in env.doc2path(name).read_text("utf-8") for m in marked)]

    app.connect("source-read", read)
    app.connect("env-get-outdated", again)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
