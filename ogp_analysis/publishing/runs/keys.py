"""What a run rests on, in components, so that a stale run can say why it is stale.

Code is one hash: of the tree of the package. So a changed comment in it is a reason to run again, and nothing is parsed
to find that out. What was made has an id of its own, which does not depend on any of this:
:mod:`ogp_analysis.publishing.runs.made`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from ogp_analysis.base import fingerprint
from ogp_analysis.base.paths import Project
from ogp_analysis.data.store import shelf
from ogp_analysis.publishing.citation import site_url
from ogp_analysis.publishing.runs import notebook, run_record

LOCK = "requirements.lock"
#: Stands for the hash of a table or a file that is not there.
ABSENT = "absent"
_NOTHING = {"resources": [], "sources": [], "balance": []}


def of_project(project: Project) -> dict:
    """Return the components that all runs share.

    Returns
    -------
    dict
        ``package``: hash of the tree of the package; ``lock``: of the lock of the checkout; ``versions``: of an
        installed package, which has none, what is installed of what it asks for; ``citation``: of the citation file and
        the address of the site; ``modified``: files that differ from the commit, which a page names.
    """
    lock = _of_file(project.root / LOCK)
    return {
        "package": fingerprint.of_tree(),
        "lock": lock,
        "versions": fingerprint.versions() if lock == ABSENT else {},
        "citation": fingerprint.of_value([_of_file(project.citation), site_url(project)]),
        "modified": list(run_record.modified(project)),
    }


def of_notebook(document: dict, words: Iterable[Path]) -> dict:
    """Return the components that all runs of a notebook share.

    Parameters
    ----------
    document : dict
        The notebook.
    words : iterable of pathlib.Path
        The files that its pages take texts from.

    Returns
    -------
    dict
        ``notebook``: hash of the text and the tags of its cells, whatever their outputs and ids; ``words``: hash by
        file.
    """
    cells = [[cell["cell_type"], notebook.source(cell), sorted(notebook.tags(cell))] for cell in document["cells"]]
    return {"notebook": fingerprint.of_value(cells), "words": {one.name: fingerprint.of_file(one) for one in words}}


def _of_file(file: Path) -> str:
    return fingerprint.of_file(file) if file.is_file() else ABSENT


def of_payload(payload: dict) -> dict:
    """Return the components of what a run was handed.

    Parameters
    ----------
    payload : dict
        What a notebook's provenance carries, or :func:`on_the_shelf`.

    Returns
    -------
    dict
        ``tables``: content hash by ``edition/dataset/table``; ``sources``: hash of what is said of
        their sources and of the balance of their cleaning, because the report shows it. Of a run under an edition that
        chooses among versions also ``data``: what it chose.
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
    hashes = {}
    for place, found in there.items():
        hashes[place] = {r["name"]: shelf.sha256(r) for r in found["resources"]}
        hashes[place] |= {name: shelf.sha256(found[name]) for name in (shelf.RECORD, shelf.ACCOUNT) if name in found}
    held = [{"edition": e, "dataset": d, "table": t, "sha256": hashes[e, d].get(t, ABSENT)} for e, d, t in names]
    sources, balance = shelf.behind(names, there)
    return {"tables": held, "sources": sources, "balance": balance}


def changed(old: Mapping, new: Mapping) -> Iterator[tuple]:
    """Yield every name under which two mappings differ, sorted, with its old and its new value; None if it has none."""
    for name in sorted({*old, *new}):
        was, now = old.get(name), new.get(name)
        if was != now:
            yield name, was, now


def differences(recorded: dict, current: dict) -> list[str]:
    """Return, in words, every component in which what two runs rest on differs."""
    found = []
    for name, old, new in changed(recorded, current):
        if not isinstance(old, dict) or not isinstance(new, dict):
            found.append(_WORDS.get(name, f"{name} changed"))
            continue
        for part, was, now in changed(old, new):
            if name == "versions":
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
                found.append(f"{name}/{part} {'changed' if was and now else 'is gone' if was else 'is new'}")
    return list(dict.fromkeys(found))  # of a table that several columns chose it is said once


_WORDS = {
    "citation": "CITATION.cff or site_url changed",
    "lock": f"{LOCK} changed",
    "modified": "other files differ from the commit",
    "notebook": "the notebook changed",
    "package": "the code or the words of the package changed",
    "sources": "the description of its sources changed",
}
