r"""An executed notebook for Jupyter's own tools: what keeps captions, text alternatives and labels in nbconvert.

nbconvert shows an SVG without its text alternative, and tables as plain text in LaTeX. Each function here is a
preprocessor for it: ``--Exporter.preprocessors=ogp_analysis.publishing.pages.jupyter.portable`` on its command line.
"""

from __future__ import annotations

from html import escape

from ogp_analysis.base.latex import escaped as tex
from ogp_analysis.base.words.catalogue import CAPTION_MIME, FIGURE_MIME, TABLE_MIME
from ogp_analysis.base.words.sentence import escaped as markdown
from ogp_analysis.base.words.sentence import flat
from ogp_analysis.display.table import as_html, as_latex, as_shown, captioned, numbered
from ogp_analysis.publishing.pages.drawing import Drawing, pdf
from ogp_analysis.publishing.pages.outputs import CarriedTable, read_output
from ogp_analysis.publishing.pages.prose import picture


def portable(nb, resources):
    """Return a notebook whose figures and tables have caption, text alternative and label in HTML, LaTeX or Markdown.

    Parameters
    ----------
    nb : nbformat.NotebookNode
        Executed by this package.
    resources : dict
        Of nbconvert; drawings are added to the files that it writes.

    Raises
    ------
    ReportError
        If an output is not what its MIME type promises.
    MissingExtra
        For LaTeX, if the extra ``pdf`` is not installed: drawings become PDF.
    """
    kind = resources.get("output_extension")
    writers = {".html": (_html_figure, _html_table), ".tex": (_tex_figure, _tex_table)}
    return _rewritten(nb, resources, *writers.get(kind, (_markdown_figure, _html_table)))


def myst(nb, resources):
    """Return a notebook that nbconvert writes as MyST Markdown: each figure and table a directive with a label.

    Parameters and faults are those of :func:`portable`.
    """
    return _rewritten(nb, resources, _myst_figure, _myst_table)


def _rewritten(nb, resources, figure, table):
    for number, cell in enumerate(nb.cells, 1):
        outputs = []
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if CAPTION_MIME in data:
                continue  # it stands at the figure
            if FIGURE_MIME in data or TABLE_MIME in data:
                [found] = read_output(output, f"cell {number}")
                output["data"] = figure(found, resources) if isinstance(found, Drawing) else table(found)
                output["metadata"] = {}
            outputs.append(output)
        if "outputs" in cell:
            cell["outputs"] = outputs
    return nb, resources


def _file(figure: Drawing, resources, suffix: str, content: bytes) -> str:
    """Add a drawing to the files that are written, and return its path."""
    path = f"{resources.get('output_files_dir', 'figures')}/{figure.name}.{suffix}"
    resources.setdefault("outputs", {})[path] = content
    return path


def _html_figure(figure: Drawing, resources) -> dict:
    image = f'<img alt="{escape(figure.alt)}" src="{picture("svg+xml", figure.svg.encode())}">'
    caption = f"<figcaption>{escape(figure.caption)}</figcaption>"
    return {"text/html": f'<figure id="fig-{figure.name}">{image}{caption}</figure>'}


def _html_table(table: CarriedTable) -> dict:
    return {"text/html": as_html(table.payload).replace("<table>", f'<table id="tbl-{table.name}">', 1)}


def _tex_figure(figure: Drawing, resources) -> dict:
    path = _file(figure, resources, "pdf", pdf(figure))
    drawn = rf"\includegraphics[width=\linewidth,alt={{{tex(figure.alt)}}}]{{{path}}}"
    named = rf"\caption{{{tex(figure.caption)}}}\label{{fig:{figure.name}}}"
    return {"text/latex": f"\\begin{{figure}}\n\\centering\n{drawn}\n{named}\n\\end{{figure}}"}


def _tex_table(table: CarriedTable) -> dict:
    return {"text/latex": as_latex(table.payload, turned=False)}


def _markdown_figure(figure: Drawing, resources) -> dict:
    path = _file(figure, resources, "svg", figure.svg.encode())
    anchor = f'<a id="fig-{figure.name}"></a>'
    return {"text/markdown": f"{anchor}\n\n![{markdown(figure.alt)}]({path})\n\n*{markdown(figure.caption)}*"}


def _myst_figure(figure: Drawing, resources) -> dict:
    path = _file(figure, resources, "svg", figure.svg.encode())
    options = f":label: fig-{figure.name}\n:alt: {flat(figure.alt)}"
    return {"text/markdown": f":::{{figure}} {path}\n{options}\n\n{markdown(figure.caption)}\n:::"}


def _myst_table(table: CarriedTable) -> dict:
    columns = table.payload["columns"]
    rows = [[c["label"] for c in columns], ["---"] * len(columns), *as_shown(table.payload)]
    lines = [f"| {' | '.join(cell if cell == '---' else markdown(cell) for cell in row)} |" for row in rows]
    body, caption = "\n".join(lines), markdown(captioned(table.payload))
    below = "".join(f"\n\n{markdown(address)}" for address in numbered(table.payload))
    return {"text/markdown": f":::{{table}} {caption}\n:label: tbl-{table.name}\n\n{body}\n:::{below}"}
