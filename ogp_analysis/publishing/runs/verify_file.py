"""Verify one file that was taken out of a report: its own bytes, and then the report that it comes from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ogp_analysis.base import fingerprint, kept
from ogp_analysis.base.errors import ReportError, UnknownName, printable
from ogp_analysis.base.paths import Project
from ogp_analysis.publishing.runs import run_record
from ogp_analysis.publishing.runs.runner import Options
from ogp_analysis.publishing.runs.verify import Verdict, first_difference, verify


def verify_file(project: Project, file: Path, options: Options) -> Verdict:
    """Hold a file against the record that lists it, then run the output of that record again.

    Parameters
    ----------
    project : Project
        The checkout in whose ``reports`` the file is looked up, unless it lies in a report folder.
    file : pathlib.Path
        A file of a report, in its folder or taken out of it and perhaps renamed.
    options : Options
        How to run.

    Returns
    -------
    Verdict
        That of the output, if a record lists the very bytes of the file; else *different*, with the first difference
        from the file of the output whose label it bears.

    Raises
    ------
    UnknownName
        If no record lists its bytes and it bears the label of no output that is published.
    ReportError
        If it is a link, not a regular file, or cannot be read.
    """
    if folder := run_record.folder_of(file):
        return verify(project, folder, options)
    try:
        content = kept.content(file.parent, file.name)
    except (OSError, kept.NotKept) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise ReportError(printable(str(file)), f"cannot be verified ({why})", "Name a file of a report") from None
    sha256 = fingerprint.of_bytes(content)
    for place, record in run_record.published(project).items():
        name = next((name for name, about in record["files"].items() if about["sha256"] == sha256), None)
        if name:
            verdict = verify(project, project.reports.joinpath(*place), options)
            return replace(verdict, text=f"{verdict.text}; the file is {name} of {'/'.join(place)}")
    label = run_record.label_in(content)
    if label is None:
        what = "belongs to no output in reports/: no record lists its bytes, and it carries the label of none"
        raise UnknownName(f"file {printable(file.name)[:60]!r}", what, "Name the folder of its report")
    folder = run_record.located(project, label)
    return Verdict("neither", f"different from what output {label} published: {_difference(folder, file, content)}")


def _difference(folder: Path, file: Path, content: bytes) -> str:
    """Return where a file first differs from the file of a report that it is said to be."""
    listed = run_record.taken(folder)["files"]
    alike = [name for name in listed if name.rpartition("/")[2] == file.name]
    same_kind = [name for name in listed if name.endswith(file.suffix or "\0")]
    if len(alike or same_kind) != 1:
        return f"none of its {len(listed)} files has these bytes"
    [name] = alike or same_kind
    return f"{name}: {first_difference(name, kept.content(folder, name), content)}"
