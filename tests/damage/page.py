"""The page about damages: what comes of each in every layout, as the code says it now."""

from __future__ import annotations

import subprocess
from collections import Counter

from tests.damage.damages import DAMAGES, UNSEEN
from tests.damage.layouts import extracts, user_layouts
from tests.damage.outcomes import REFUSED, Outcome, cases, of_case
from tests.damage.published import WHOLE, published

NAME = "damages.md"
#: Columns of the table, and how the names of their layouts begin.
EMBEDDED, PUBLISHED = "embedded tables", "published files"
GROUPS = {
    "CompraNet, text": "compranet {} text", "CompraNet, workbook": "compranet {} workbook",
    "CompraNet, zip": "compranet {} zip", "CompraNet, gz": "compranet {} gz", "OCDS, package": "ocds package",
    "OCDS, records": "ocds records", "OCDS, list": "ocds list", "OCDS, lines": "ocds lines",
}  # fmt: skip


def group_of(layout: str) -> str:
    """Return the column of a layout."""
    if ": " in layout:
        return PUBLISHED
    kind, *rest = layout.split(" ")
    for group, pattern in GROUPS.items():
        if layout == pattern or (kind, rest[-1:]) == (pattern.split(" ")[0], pattern.split(" ")[2:]):
            return group
    return EMBEDDED


def table(outcomes: dict[tuple[str, str], Outcome]) -> list[str]:
    """Return the table of damages and layouts as Markdown."""
    groups = [*GROUPS, EMBEDDED, PUBLISHED]
    found = [f"| damage | {' | '.join(groups)} |", "|---" * (len(groups) + 1) + "|"]
    for name in DAMAGES:
        cells = []
        for group in groups:
            told = Counter(one.what for (layout, damage), one in outcomes.items()
                           if damage == name and group_of(layout) == group)  # fmt: skip
            alone = len(told) == 1 and group not in (EMBEDDED, PUBLISHED)
            cells.append(next(iter(told)) if alone else ", ".join(f"{w} {n}" for w, n in sorted(told.items())) or "–")
        found.append(f"| {name} | {' | '.join(cells)} |")
    return found


def text(outcomes: dict[tuple[str, str], Outcome], commit: str) -> str:
    """Return the whole page."""
    sentences = {}
    for (_, damage), one in outcomes.items():
        if one.what == REFUSED:
            sentences.setdefault(damage, _cut(one.sentence).replace("|", "\\|"))
    return "\n".join([
        "# What comes of damaged files",
        "",
        f"`python -m tests.damage` writes this page. It was written at commit {commit}, from {len(outcomes):,}",
        f"damaged files: {len(DAMAGES)} damages of {len(user_layouts())} layouts that `ogp-analysis clean` reads,",
        f"of the {len(extracts())} tables that the repository embeds, and of {len(published())} layouts in which the",
        "files of the full edition are published. The tests hold a sample of it, `make audit` all.",
        "",
        "*refused*: the file fails alone, in a sentence. *on the record*: it is read, and the record, the page or the",
        "second count says what was wrong. *same tables*: the damage changes nothing. *not seen*: the tables are",
        "others, and nothing says so. A number is that of the layouts or tables where it comes to this; – stands",
        "where a damage does not go with the form of file.",
        "",
        "Embedded tables and published files are damaged as if they had been so before their sidecars described them.",
        "One that is damaged later is refused whatever the damage, because it has another SHA-256 than its sidecar",
        "states. Of published files the first rows are read from the mirror, as many as the cleaner of the dataset",
        f"needs. Where it wants whole files ({', '.join(WHOLE)}), each damage meets one of them, in turn.",
        "",
        *table(outcomes),
        "",
        "## What is bounded, and what is counted twice",
        "",
        "What a zip, a gz or a part of a workbook unpacks to is bounded, by 200 times its size or 64 MiB. Of an xlsx,",
        "xlsb or ods it is known how far its cells reach before room is asked for them, repeated cells included; a",
        "sheet of more than 2,000,000 cells is read only if one cell in 50 is written. An xls cannot hold more than",
        "65,536 rows of 256 columns a sheet. Parquet is written here and never read from elsewhere.",
        "",
        "Rows are counted a second time in texts (lines outside of quotation marks), JSON of releases and records",
        "(brackets), other JSON (members), YAML (lines that begin a pair), Stata (what its head states), xlsx",
        "and ods (rows of their XML) and xlsb (records of rows and cells). There is no second count of an xls, nor of",
        "text in UTF-16 or UTF-32.",
        "",
        "## What no reader can detect",
        "",
        *(f"- {name}: {why}." for name, why in UNSEEN.items()),
        "",
        "## What is said",
        "",
        *(f"- {name}: {sentence}" for name, sentence in sentences.items()),
        "",
    ])  # fmt: skip


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= 400 else f"{sentence[:300]} … {sentence[-100:]}"


def all_outcomes() -> dict[tuple[str, str], Outcome]:
    """Return what comes of every damage in every layout; takes some minutes."""
    found = {case: of_case(*case) for case in cases()}
    return {case: outcome for case, outcome in found.items() if outcome is not None}


def commit() -> str:
    """Return the commit that is checked out."""
    return subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
