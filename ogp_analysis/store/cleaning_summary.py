"""One page that says what a cleaning did to a user's files."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

RESOURCES = ("cleaning_summary.html.j2",)
PAGE = "summary.html"


def write(out: Path, facts: list[Path], failed: list) -> Path:
    """Write ``summary.html`` from what is known of each file, and return its path.

    Whatever comes from the files is escaped; the page runs no script and loads nothing.

    Parameters
    ----------
    out : pathlib.Path
        Folder of the page.
    facts : list of pathlib.Path
        What was done to each file, in JSON.
    failed : list of Outcome
        Files that could not be cleaned.
    """
    files = sorted((json.loads(path.read_bytes()) for path in facts), key=lambda f: (f["file"], f["basis"]["sha256"]))
    total = {
        name: sum(f["balance"][name] for f in files) for name in ("rows_in", "kept", "set_aside", "merged", "changed")
    }
    page = out / PAGE
    page.write_text(_template().render(files=files, total=total, failed=failed), encoding="utf-8")
    return page


def _template():
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["number"] = lambda value: f"{value:,}"
    return environment.from_string(resources.files(__package__).joinpath(RESOURCES[0]).read_text(encoding="utf-8"))
