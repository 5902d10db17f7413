"""The templates of the pages, and their style and script with the digests a strict policy allows them by."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ogp_analysis.publishing.pages.prose import without_marks

_FOLDER = Path(__file__).resolve().parent


class Inline(NamedTuple):
    """Text that stands in a page, and its digest as a Content-Security-Policy names it."""

    text: str
    digest: str


@cache
def environment():
    """Return the environment of the templates: all text is escaped and freed of marks, an unknown name is an error."""
    import jinja2

    return jinja2.Environment(
        finalize=_readable,
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


@cache
def style(*names: str) -> Inline:
    """Return style sheets, or scripts, joined in the order given."""
    text = "\n" + "\n".join((_FOLDER / name).read_text(encoding="utf-8").strip() for name in names) + "\n"
    return Inline(text, "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode())


def _readable(value):
    return type(value)(without_marks(value)) if isinstance(value, str) else value
