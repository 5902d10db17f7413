"""The page that every report links: how to ask for a correction, and what was corrected and withdrawn."""

from __future__ import annotations

from ogp_analysis.base.words.catalogue import LANGUAGES, word
from ogp_analysis.publishing.pages import prose

NAME = "corrections.html"
FILES = ("corrections.html.j2", "base.css", "corrections.css")


def corrections(text: str) -> bytes:
    """Return the page, in both languages.

    Parameters
    ----------
    text : str
        ``CORRECTIONS.md``: a heading of the second level begins each language, English first. If it is empty, the page
        says how to ask, and that it holds no list.
    """
    parts: list[list[str]] = []
    for block in prose.blocks(text):
        if not isinstance(block, prose.Title):
            if parts:
                parts[-1].append(block)
        elif block.level == 2:
            parts.append([])
        elif parts:
            parts[-1].append(f"<h3>{block.html}</h3>\n")
    told = dict(zip(LANGUAGES, parts, strict=False))
    asked = {
        spoken: "".join(f"<p>{word(f'report.corrections.{key}', spoken)}</p>\n" for key in ("ask", "absent"))
        for spoken in LANGUAGES
    }
    sections = [(spoken, "".join(told.get(spoken) or [asked[spoken]])) for spoken in LANGUAGES]
    return prose.filled(FILES, word=lambda key, spoken: word(f"report.{key}", spoken), sections=sections).encode()
