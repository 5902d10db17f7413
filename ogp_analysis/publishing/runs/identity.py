"""Who an output is: its id, its notebook and parameters, and the software that made it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ogp_analysis.base.errors import ReportError
from ogp_analysis.base.paths import Project
from ogp_analysis.publishing.citation import Identity
from ogp_analysis.publishing.runs.manifest import Run


def identity_of(here: Project, run: Run, identifier: str) -> Identity:
    """Return the identity of one output; year, version and DOI come from ``CITATION.cff`` alone."""
    software = citation_file(here.citation)
    authors = tuple(
        a.get("name") or f"{a.get('family-names', '')}, {a.get('given-names', '')}" for a in software["authors"]
    )
    return Identity(
        notebook=run.notebook,
        slug=run.slug,
        id=identifier,
        parameters=run.parameters,
        edition=run.parameters.get("edition", "embedded"),
        language=run.parameters.get("language", "en"),
        software_title=software["title"],
        software_version=str(software["version"]),
        authors=authors,
        released=str(software["date-released"]) if software.get("date-released") else None,
        url=software.get("url") or software.get("repository-code"),
    )


@cache
def citation_file(file: Path) -> dict:
    """Return the citation file of the software.

    Raises
    ------
    ReportError
        If it is missing or lacks title, version or authors.
    """
    import yaml

    try:
        software = yaml.safe_load(file.read_text(encoding="utf-8"))
        software["title"], software["version"], [author.get("name") for author in software["authors"]]
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ReportError(file.name, f"cannot be read ({error})", "Restore it from the repository") from error
    return software
