"""Links from a page to a file of the repository that stands outside docs.

A page of prose (a Markdown file) is shown by a page of this site that includes it; a link to it leads there. Any other
file, or folder, has no page: the link becomes its path, as a reader with a clone can open it. The links themselves stay
as they are, so that they work where the repository is browsed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

#: File of the repository, and the page that includes it.
SHOWN = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "repository/contributing.md",
    "CORRECTIONS.md": "repository/corrections.md",
    "CHANGELOG.md": "repository/changelog.md",
    "benchmarks/README.md": "repository/benchmarks.md",
    "paper/README.md": "repository/paper.md",
    "data/raw/README.md": "repository/raw-data.md",
    "data/raw/LICENCES.md": "repository/licences.md",
}
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)")


def inside(text: str, folder: Path, docs: Path, page_folder: Path) -> str:
    """Return Markdown whose links all lead to pages of the site.

    Parameters
    ----------
    text : str
        Markdown of a file in `folder`.
    folder : pathlib.Path
        Where its links start from.
    docs : pathlib.Path
        The folder of the site.
    page_folder : pathlib.Path
        Folder of the page that shows the text.
    """

    def changed(link: re.Match) -> str:
        words, target, anchor = link[1], link[2], link[3] or ""
        file = (folder / target).resolve()
        relative = file.relative_to(docs.parent).as_posix()
        if relative in SHOWN:
            file = docs / SHOWN[relative]
        elif not file.is_relative_to(docs):
            return words if relative in words else f"{words} (`{relative}`)"
        elif file.is_dir():
            file = file / "README.md"
        return f"[{words}]({Path(os.path.relpath(file, page_folder)).as_posix()}{anchor})"

    return _LINK.sub(changed, text)


def _read(app, page: str, source: list[str]) -> None:
    docs = Path(app.srcdir)
    file = docs / f"{page}.md"
    if not file.is_file():
        return
    origin = next(
        (docs.parent / name for name, shown in SHOWN.items() if shown == f"{page}.md" and page != "index"), None
    )
    text = origin.read_text(encoding="utf-8") if origin else source[0]
    source[0] = inside(text, (origin or file).parent, docs, file.parent)


def setup(app) -> dict:
    """Register the change of links."""
    app.connect("source-read", _read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
