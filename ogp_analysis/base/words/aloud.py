"""Say at once; for the notebooks whose results do not show themselves yet."""

from __future__ import annotations

from ogp_analysis.base.words.sentence import sentence


def show(thing) -> None:
    """Display a sentence, figure or table where it stands in the cell."""
    from IPython.display import display

    display(thing)


def say(key: str, *, case: str = "", name: str = "", role: str = "text", **values) -> None:
    """Show a sentence with its values, and carry its numbers into the report."""
    show(sentence(key, case=case, name=name, role=role, **values))
