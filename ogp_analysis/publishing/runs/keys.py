"""What a run rests on, in components, so that a stale run can say why it is stale.

The key covers what can change a number or a drawing: code of the notebook, parameters, tables,
the package modules that the notebook's names lead to, the versions of the distributions these
import, words that are drawn, Python's minor version and the number of BLAS threads. It does not
cover commits, clocks, comments or prose. Prose has a key of its own: when only that differs, a
report is rendered again from the executed notebook, not run again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from ogp_analysis.base import fingerprint
from ogp_analysis.base.errors import ParameterError, near
from ogp_analysis.base.front_door import modules_of, public_names
from ogp_analysis.base.words import catalogue
from ogp_analysis.publishing.runs import notebook
from ogp_analysis.store import shelf

#: BLAS threads of every run: the last digits of a fit depend on them.
BLAS_THREADS = 1
#: Code behind the tables. It reaches a result only through their contents, which are in the key.
_BEHIND_TABLES = ("ogp_analysis.store.build", "ogp_analysis.store.making", "ogp_analysis.store.state")
#: Stands for the hash of a table that is not there.
ABSENT = "absent"
_NOTHING = {"resources": [], "sources": [], "balance": []}
RENDERING = (
    "ogp_analysis.publishing.pages.render",
    "ogp_analysis.publishing.citation",
    "ogp_analysis.publishing.runs.finish",
)


def modules(document: dict, name: str) -> list[str]:
    """Return the modules behind the ``ogp.`` names a notebook uses.

    Raises
    ------
    ParameterError
        If the notebook uses a name that the front door does not have.
    """
    behind = {used: modules_of(used) for used in sorted(notebook.used_names(document) - {"__version__"})}
    unknown = [used for used, found in behind.items() if not found]
    if unknown:
        what = f"uses ogp.{unknown[0]}, which does not exist"
        raise ParameterError(f"notebook {name!r}", what, near(unknown[0], public_names(), "dir(ogp)"))
    return sorted({module for found in behind.values() for module in found})


def of_notebook(document: dict, name: str) -> dict:
    """Return the components that all runs of a notebook share, whatever their parameters and data."""
    imported = notebook.imported_modules(document)
    inside = {m for m in imported if m.split(".")[0] == fingerprint.PACKAGE}
    code = fingerprint.closure([*modules(document, name), *sorted(inside)], _BEHIND_TABLES)
    used = fingerprint.first_words(code) | notebook.first_words(document)
    said = fingerprint.said(code) | notebook.said(document)
    cells = []
    for text in notebook.code_cells(document):
        try:
            cells.append(fingerprint.of_python(text))
        except SyntaxError:
            cells.append(fingerprint.of_bytes(text.encode()))
    return {
        "notebook": fingerprint.of_value(cells),
        "modules": code,
        "distributions": fingerprint.distributions(code, imported - inside),
        "words": {language: catalogue.drawn_words(language, used, said) for language in catalogue.LANGUAGES},
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "blas_threads": BLAS_THREADS,
    }


def before_run(shared: dict, parameters: dict) -> dict:
    """Return the components of a run's key that are known before it begins: all but what it is handed.

    They are taken before the code is imported, so that a later change is noticed.

    Parameters
    ----------
    shared : dict
        From :func:`of_notebook`.
    parameters : dict
        Canonical parameters.
    """
    words = shared["words"][parameters.get("language", "en")]
    return {**shared, "parameters": parameters, "words": words}


def of_payload(payload: dict) -> dict:
    """Return the components of a run's key for what it was handed.

    Parameters
    ----------
    payload : dict
        What a notebook's provenance carries, or :func:`on_the_shelf`.

    Returns
    -------
    dict
        ``tables``: content hash by ``edition/dataset/table``; ``sources``: hash of what is said of
        their sources and of the balance of their cleaning, because the report shows it. Of a run under an edition that
        chooses among versions also ``data``: what it chose. A run of another edition has the key it always had.
    """
    tables = {f"{t['edition']}/{t['dataset']}/{t['table']}": t["sha256"] for t in payload["tables"]}
    return {
        "tables": dict(sorted(tables.items())),
        "sources": fingerprint.of_value([payload["sources"], payload["balance"]]),
        **({"data": payload["chosen"]} if payload.get("chosen") else {}),
    }


def on_the_shelf(tables: Iterable[str], package: Callable[[str, str], dict | None]) -> dict:
    """Return what provenance would carry now for these tables.

    Parameters
    ----------
    tables : iterable of str
        ``edition/dataset/table``.
    package : callable
        Returns the description of a dataset on the shelf, by edition and dataset; None without one.
    """
    names = sorted(tuple(table.split("/")) for table in tables)
    there = {(e, d): package(e, d) or _NOTHING for e, d, _ in names}
    # By dataset, of each table, of the record of its cleaning and of its account.
    hashes = {
        place: {r["name"]: shelf.sha256(r) for r in found["resources"]}
        | {name: shelf.sha256(found[name]) for name in (shelf.RECORD, shelf.ACCOUNT) if name in found}
        for place, found in there.items()
    }
    sources, balance = shelf.behind(names, there)
    return {
        "tables": [
            {"edition": e, "dataset": d, "table": t, "sha256": hashes[e, d].get(t, ABSENT)} for e, d, t in names
        ],
        "sources": sources,
        "balance": balance,
    }


def of_prose(document: dict, language: str, citation: Path, site_url: str, modified: Iterable[str] = ()) -> dict:
    """Return what a rendering rests on beside the executed notebook.

    Parameters
    ----------
    document : dict
        The notebook.
    language : {"en", "es"}
    citation : pathlib.Path
        The citation file of the software.
    site_url : str
        Where the reports are published; empty if that is not known.
    modified : iterable of str
        Files that differ from the commit, which the page names.
    """
    cells = [notebook.source(c) for c in document["cells"] if c["cell_type"] == "markdown"]
    present = [module for module in RENDERING if fingerprint.module_file(module)]
    code = fingerprint.closure(present)
    return {
        "text": fingerprint.of_value(cells),
        "messages": catalogue.prose(language),
        "modified": fingerprint.of_value(list(modified)),
        "citation": fingerprint.of_value([fingerprint.of_file(citation), site_url]) if citation.is_file() else ABSENT,
        "rendering": fingerprint.of_value(code),
        "distributions": fingerprint.distributions(code),
    }


def identifier(key: dict) -> str:
    """Return the id of an output: 12 digits of the hash of its whole key."""
    return fingerprint.of_value(key)[:12]


def changed(old: Mapping, new: Mapping) -> Iterator[tuple]:
    """Yield every name under which two mappings differ, sorted, with its old and its new value; None if it has none."""
    for name in sorted({*old, *new}):
        was, now = old.get(name), new.get(name)
        if was != now:
            yield name, was, now


def differences(recorded: dict, current: dict) -> list[str]:
    """Return, in words, every component in which two keys differ."""
    found = []
    for name, old, new in changed(recorded, current):
        if not isinstance(old, dict) or not isinstance(new, dict):
            found.append(_WORDS.get(name, f"{name} changed"))
            continue
        for part, was, now in changed(old, new):
            if name == "distributions":
                found.append(f"{part} is {now or 'not used any more'}, was {was or 'not used'}")
            elif name == "parameters":
                found.append(f"parameter {part} is {now!r}, was {was!r}")
            elif name == "data":
                _, dataset, table, _ = part.split("/")
                read = f"{dataset} is read from {now or 'nothing'} now, was from {was or 'nothing'}"
                found.append(f"{read} (asked for as {table})")
            elif name == "tables":
                found.append(f"table {part} {'is not there' if now == ABSENT else 'changed'}")
            else:
                found.append(f"{part} {'changed' if was and now else 'is no longer used' if was else 'is new'}")
    return found


_WORDS = {
    "sources": "the description of its sources changed",
    "notebook": "the code of the notebook changed",
    "words": "words drawn into its figures and tables changed",
    "text": "the prose of the notebook changed",
    "messages": "messages changed",
    "modified": "other files differ from the commit",
    "citation": "CITATION.cff or site_url changed",
    "rendering": "the code that renders reports changed",
}
