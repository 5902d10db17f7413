"""Text of others in Markdown: nothing in it is read as markup, so that a page shows what the schema says."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ogp_analysis.base.schema import Column

_MARKUP = re.compile(r"[\\`*\[\]<>|~$&]|(?<![^\W_])_|_(?![^\W_])")
#: What would begin a heading, a list, a quotation or a rule at the start of a line.
_AT_START = re.compile(r"^(\d+)([.)])(?=\s|$)|^([#+=-])")
_ROLE = re.compile(r"(?::\w+:)?`+~?([^`]+)`+")


class Markdown(str):
    """Text that is Markdown already."""


def text(value: object) -> Markdown:
    """Return a value as Markdown that shows it as it is, on one line."""
    if isinstance(value, Markdown):
        return value
    line = _MARKUP.sub(lambda match: "\\" + match[0], " ".join(str(value).split()))
    return Markdown(_AT_START.sub(lambda match: f"{match[1] or ''}\\{match[2] or match[3]}", line))


def code(value: object) -> Markdown:
    """Return a name as code; a stroke in it is masked, for it may stand in a table."""
    plain = " ".join(str(value).split())
    fence = "`" * (max((len(run) for run in re.findall("`+", plain)), default=0) + 1)
    blank = " " if "`" in plain[:1] + plain[-1:] else ""
    return Markdown(fence + blank + plain.replace("|", "\\|") + blank + fence) if plain else Markdown()


def address(url: str) -> Markdown:
    """Return an address as a link that shows itself."""
    return Markdown("<" + re.sub(r"[\s<>|`\\]", lambda match: f"%{ord(match[0]):02X}", url) + ">")


def docstring(prose: str) -> list[Markdown]:
    """Return the paragraphs of a docstring, its names as code and its headings left out."""
    found = []
    for block in re.split(r"\n\s*\n", prose.strip()):
        lines = [line.strip() for line in block.splitlines()]
        if len(lines) > 1 and set(lines[1]) == {"-"}:
            lines = [lines[0] + ":", *lines[2:]]
        written = ""
        for at, part in enumerate(_ROLE.split(" ".join(lines))):
            # The blanks around a part stay.
            before, after = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
            written += code(part) if at % 2 else f"{before}{text(part)}{after}" if part.strip() else part
        found.append(Markdown(written))
    return found


def page(template: str, **facts) -> str:
    """Return a page; whatever a template does not mark as code or address is shown as it is.

    Parameters
    ----------
    template : str
        Name of its file, which stands beside this module.
    **facts
        What the template names.
    """
    return _environment().get_template(template).render(**facts)


@cache  # a template is compiled once for all the pages made of it
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).resolve().parent),
        finalize=text,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    made.filters |= {"code": code, "codes": codes, "address": address, "values": values}
    return made


def codes(values) -> Markdown:
    """Return names as code, with commas between them."""
    return Markdown(", ".join(code(value) for value in values))


def number(value: float) -> Markdown:
    """Return a bound with the fewest digits that say it."""
    return Markdown(f"{value:.10g}")


def values(column: Column) -> Markdown:
    """Return the values a column may take: its categories, or its bounds."""
    if column.categories:
        return codes(column.categories)
    low, high = ("" if end is None else number(end) for end in (column.minimum, column.maximum))
    if low and high:
        return Markdown(f"{low} to {high}")
    return Markdown(f"from {low}" if low else f"to {high}" if high else "")
