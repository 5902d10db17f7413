"""The list of all red flags, read off their registry and their words, where a page says ``<!-- flags -->``."""

from __future__ import annotations

MARK = "<!-- flags -->"


def listed() -> str:
    """Return a Markdown table: code with its page, title, unit, why it is a signal, what to look at."""
    from ogp_analysis.base.words import word
    from ogp_analysis.procurement.flags.registry import FLAGS

    rows = ["| flag | what it is | unit | why it is a signal | what to look at |", "|---|---|---|---|---|"]
    for code in dict.fromkeys(flag.code for flag in FLAGS):
        units = ", ".join(word(f"flags.unit.{flag.unit}", "en") for flag in FLAGS if flag.code == code)
        title, signal, look = (word(f"flags.{code}.{part}", "en") for part in ("title", "signal", "look"))
        rows.append(f"| [{code}](flags/{code}.md) | {title} | {units} | {signal} | {look} |")
    return "\n".join(rows)


def setup(app) -> dict:
    """Register the list."""

    def read(app, page: str, source: list[str]) -> None:
        if MARK in source[0]:
            source[0] = source[0].replace(MARK, listed())

    app.connect("source-read", read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
