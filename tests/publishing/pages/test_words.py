"""The fixed words of the pages."""

from __future__ import annotations

import re
from pathlib import Path

from ogp_analysis.base.words import catalogue
from ogp_analysis.publishing.pages import page


def words(language: str) -> dict[str, str]:
    return {key: text for key, text in catalogue.keys(language).items() if key.startswith("report.")}


def test_every_word_is_used():
    folder = Path(page.__file__).parent
    text = "\n".join(f.read_text(encoding="utf-8") for f in [*folder.glob("*.py"), *folder.glob("*.j2")])
    text += (folder.parent / "citation.py").read_text(encoding="utf-8")
    computed = ("report.edition.", "report.edition_help.", "report.language.", "report.explore.",
                "report.crate.")  # fmt: skip
    for key in words("en"):
        last = key.rsplit(".", 1)[1]
        assert key.startswith(computed) or re.search(rf"""["'.]{last}["']""", text), key


def test_each_template_style_sheet_and_script_is_used():
    folder = Path(page.__file__).parent
    there = {file.name for file in folder.iterdir() if file.suffix in (".j2", ".css", ".js")}
    code = "".join(file.read_text(encoding="utf-8") for of in ("*.py", "*.j2") for file in folder.parent.rglob(of))
    assert {name for name in there if f'"{name}"' not in code} == set() != there
