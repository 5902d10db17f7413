"""``reports/index.html``: the list of what is published, written when what it says would be different."""

from __future__ import annotations

import json
from pathlib import Path

from ogp_analysis.base import fingerprint, kept
from ogp_analysis.base.paths import Project
from ogp_analysis.base.words import catalogue
from ogp_analysis.publishing.runs import publish, run_record

_NAME = "index.html"
#: What the list was written from, so that it can be told whether it is current without rendering it.
_STATE = ".index.json"


def current(project: Project, published: dict[tuple[str, str], dict]) -> bool:
    """Return whether the list on the disk is the one that would be written now."""
    try:
        state = kept.loaded(project.reports, _STATE, dict)
        return state == _state(published, kept.sha256(project.reports, _NAME))
    except (OSError, ValueError):
        return False


def write(project: Project) -> Path:
    """Write the list from the records of what is published, and return its path.

    To be called under the lock of the reports.

    Raises
    ------
    ReportError
        If it cannot be written.
    """
    published = run_record.published(project)
    if not current(project, published):
        from ogp_analysis.publishing.pages.site import site

        [(name, content)] = site([_entry(r) for r in published.values() if r["about"]]).items()
        state = _state(published, fingerprint.of_bytes(content))
        try:
            kept.replace(project.reports / name, content)
            kept.replace(project.reports / _STATE, json.dumps(state, sort_keys=True).encode())
        except OSError as error:
            raise publish.unwritable(project.reports, error) from error
    return path(project)


def path(project: Project) -> Path:
    """Return where the list is."""
    return project.reports / _NAME


def _state(published: dict[tuple[str, str], dict], page: str) -> dict:
    return {
        "entries": fingerprint.of_value([_entry(r) for r in published.values() if r["about"]]),
        "code": fingerprint.of_value(fingerprint.closure(["ogp_analysis.publishing.pages.site"])),
        "messages": [catalogue.prose(language) for language in catalogue.LANGUAGES],
        "page": page,
    }


def _entry(record: dict) -> dict:
    return {
        **record["about"],
        "notebook": record["notebook"],
        "slug": record["slug"],
        "id": record["id"],
        "parameters": record["parameters"],
        "path": f"{record['notebook']}/{record['slug']}/index.html",
    }
