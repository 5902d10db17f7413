"""An executed notebook and who it is → every file of its report folder. Pure: no clock, no disk, no commit."""

from __future__ import annotations

from typing import NamedTuple

from ogp_analysis.publishing.citation import Identity, bibtex, csl, references, ris
from ogp_analysis.publishing.pages import export, invariants
from ogp_analysis.publishing.pages.carried import Carried, read
from ogp_analysis.publishing.pages.drawing import pngs
from ogp_analysis.publishing.pages.page import page, question


class Rendered(NamedTuple):
    """A report.

    Attributes
    ----------
    files : dict of str to bytes
        Contents by path inside the folder, with ``/``, sorted.
    about : dict
        ``title, question, language, edition, last_year``: what the list of reports says of it.
    """

    files: dict[str, bytes]
    about: dict


def render(nb: dict, identity: Identity) -> Rendered:
    """Return the files of a report.

    Sentences are said again with today's messages from the values the notebook carries, so a
    corrected text needs no new run.

    Parameters
    ----------
    nb : dict
        The executed notebook as JSON; it is not changed.
    identity : Identity
        The output and the software that made it.

    Raises
    ------
    ReportError, MessageError
        If what it prints contradicts itself (:mod:`ogp_analysis.publishing.pages.invariants`), and as in
        :func:`ogp_analysis.publishing.pages.carried.read`.
    """
    carried = read(nb, identity.parameters)
    invariants.check(carried)
    files = _files(nb, carried, identity)
    drawn = pngs([figure.svg for figure in carried.figures.values()])
    files |= {f"figures/{name}.png": png for name, png in zip(carried.figures, drawn, strict=True)}
    about = {
        "title": carried.headline.plain(),
        "question": question(carried),
        "language": carried.language,
        "edition": carried.edition,
        "last_year": carried.last_year,
    }
    return Rendered(dict(sorted(files.items())), about)


def _files(nb: dict, carried: Carried, identity: Identity) -> dict[str, bytes]:
    """Return all files but the PNGs, which take longer than all others together."""
    credited = references(identity, carried.provenance["sources"], carried.headline.plain())
    files = {
        "index.html": page(carried, identity).encode(),
        "notebook.ipynb": export.notebook(nb),
        "numbers.json": export.numbers(carried.numbers),
        "cite.bib": bibtex(credited).encode(),
        "cite.json": csl(credited).encode(),
        "cite.ris": ris(credited).encode(),
    }
    files |= {f"figures/{name}.svg": figure.svg.encode() for name, figure in carried.figures.items()}
    files |= {f"tables/{name}.csv": export.table(payload) for name, payload in carried.tables.items()}
    return files
