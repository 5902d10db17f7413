"""The terms of the data, for people: ``data/raw/LICENCES.md``, written from the sidecars.

``python -m ogp_analysis.data.sources.licences`` writes the file; a test holds it against the sidecars.
"""

from __future__ import annotations

from collections.abc import Iterable

from ogp_analysis.base import kept, paths
from ogp_analysis.data.sources.sidecar import Source, sources

NAME = "LICENCES.md"

_HEAD = """\
# Terms of the data

Written from the sidecars by `python -m ogp_analysis.data.sources.licences`; change a sidecar, not this page.

The code of this project is under the MIT licence (`LICENSE`). The data are not. Each table keeps the terms of its
publisher, and so does what is derived from it: a table derived from a source under a share-alike licence (CC BY-SA)
goes out under that licence. The terms stand here in the words of the sidecars; they are not legal advice.
"""
_EMBEDDED = """\
## In the repository

Extracts of facts and figures in this project's own schema.
"""
_APART = """\
## Not in the repository

Read only from files that you fetch or hold. "Values may be published" tells whether values of the source may stand
in tables, number files and exports that this project writes; where they may not, they are only drawn.
"""


def rendered(described: Iterable[Source]) -> str:
    """Return the text of ``LICENCES.md``.

    Parameters
    ----------
    described : iterable of Source
        Every source that has a sidecar; the order does not matter.

    Returns
    -------
    str
        Markdown with two tables, one row per version: what lies in the repository, and what does not.
    """
    ordered = sorted(described, key=lambda source: (source.id, source.version))
    embedded = [source for source in ordered if source.dataset]
    apart = [source for source in ordered if not source.dataset]
    return "\n".join([_HEAD, _EMBEDDED, _table(embedded), _APART, _table(apart)])


def _table(listed: list[Source]) -> str:
    head = "| source | version | publisher | terms | values may be published | reference |"
    lines = [head, "|---" * 6 + "|"]
    for source in listed:
        reference = source.citation + (f" DOI {source.doi}." if source.doi else "")
        cells = [source.id, source.version, source.publisher, terms_of(source), published(source), reference]
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def terms_of(source: Source) -> str:
    """Return the terms of a version, and those of the files and columns where they differ."""
    of_files = [f"{file.name}: {file.licence}" for file in source.files if file.licence != source.licence]
    of_columns = [f"column {column.name}: {column.licence}" for column in source.columns if column.licence]
    return "; ".join([source.licence, *of_files, *of_columns])


def published(source: Source) -> str:
    """Return whether values of a version may be published, with the exceptions."""
    apart = [column.name for column in source.columns if column.redistribute != source.redistribute]
    apart += [file.name for file in source.files if file.redistribute != source.redistribute]
    said = "yes" if source.redistribute else "no"
    return f"{said}, except {', '.join(apart)}" if apart else said


def main() -> None:
    """Write ``data/raw/LICENCES.md`` of the project."""
    here = paths.checkout()
    kept.replace(here.raw / NAME, rendered(sources(here.raw)).encode())


if __name__ == "__main__":
    main()
