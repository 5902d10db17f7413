"""Write docs/glossary.md, the terms of the Spanish texts, from docs/glossary.toml: ``python tools/glossary.py``."""

from __future__ import annotations

import tomllib
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
TERMS, PAGE = DOCS / "glossary.toml", DOCS / "glossary.md"
INTRO = """# Glossary of the Spanish texts

What a term is called in the Spanish pages: as Mexican civil society, the statutes of Mexico and the Open Government
Partnership write it. A test holds every Spanish text to it, and to the form of numbers (1,234.5; 5 %), dates (17 de
junio de 2017) and quotations («…»). The pages address the reader as *tú*. A new term is added to `docs/glossary.toml`;
`python tools/glossary.py` writes this page again.
"""


def page() -> str:
    """Return the page: terms, institutions by date, and turns of phrase that are not used."""
    known = tomllib.loads(TERMS.read_text(encoding="utf-8"))
    terms = [[one["en"], one["es"], _cell(one.get("note")), _cell(one.get("source"))] for one in known["term"]]
    names = [
        [one["short"], one["name"], _years(one), one.get("then", ""), _cell(one.get("note")), _cell(one.get("source"))]
        for one in known["institution"]
    ]
    said = [[f"`{one['pattern'].replace('|', chr(92) + '|')}`", one["say"]] for one in known["never"]]
    parts = [
        INTRO,
        _table(["English", "Spanish", "note", "source"], sorted(terms, key=lambda row: row[0].casefold())),
        "## Institutions, by their name at the date\n",
        "DOF: Diario Oficial de la Federación; APF: Administración Pública Federal.\n",
        _table(["short", "name", "years", "afterwards", "note", "source"], names),
        "## Not said\n\nPatterns that the test finds, and what to say.\n",
        _table(["pattern", "say"], said),
    ]
    return "\n".join(parts)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _cell(text: str | None) -> str:
    return f"<{text}>" if (text or "").startswith("https:") else text or ""


def _years(one: dict) -> str:
    return f"{one.get('from', '')}–{one.get('to', '')}".strip("–") if {"from", "to"} & one.keys() else ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
