"""A record of a run, made by hand."""

from __future__ import annotations

from ogp_analysis.publishing.runs import run_record

LOG = {"finished": "2026-01-02T03:04:05+00:00", "seconds": 1.5, "engine": "cold", "commit": None, "modified": []}
LOG |= {"system": "S", "machine": "m", "python": "3.11.9", "versions": {"pandas": "1"}}
ABOUT = {
    spoken: {"title": "T", "question": "Q?", "findings": {"answer": "F"}, "limits": {}, "language": spoken}
    | {"edition": "embedded", "last_year": 2023}
    for spoken in ("en", "es")
}


def record(files: dict[str, bytes], **changes) -> dict:
    """Return the record of a run of a notebook ``events`` with these files, and a page in both languages."""
    parameters = {"country": "MEX"}
    rests_on = {"words": {}, "parameters": parameters, "lock": "absent", "versions": {}, "modified": []}
    rests_on |= {"tables": {"embedded/a/b": "0" * 64}}
    rests_on |= dict.fromkeys(("notebook", "package", "citation", "sources"), "0" * 64)
    found = {"format": run_record.FORMAT, "notebook": "events", "slug": "MEX-00000000", "parameters": parameters}
    found |= {"id": "0123456789ab", "rests_on": rests_on, "about": ABOUT, "log": LOG, "files": run_record.files(files)}
    return found | changes
