"""Tables: a frame with its headings, units and caption, shown in a notebook and carried in it for the report."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import pandas as pd

from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import DisclosureError, MessageError, listed
from ogp_analysis.base.indicators import indicator, indicators
from ogp_analysis.base.media_types import TABLE_MIME
from ogp_analysis.base.spreadsheet import lines
from ogp_analysis.base.words.catalogue import language, word
from ogp_analysis.base.words.numbers import Measure, day, rounded, written
from ogp_analysis.base.words.sentence import Sentence, flat
from ogp_analysis.display import links

#: How a cell without a value is shown, by why it has none.
MISSING = {
    reason: f"tables.missing.{reason}"
    for reason in (
        "no_data", "not_applicable", "not_reviewed", "not_published", "no_bounds", "not_written", "drawn_only",
        "not_comparable", "no_change_coded", "same_value", "no_width",
    )
}  # fmt: skip
#: How what is missing, and a truth value, are shown.
_SAID = MISSING | {"true": "tables.truth.yes", "false": "tables.truth.no"}
#: What parts a name in the data, and the same with a place where a line may break.
_PART, _WITH_BREAK = re.compile(r"([_/])(?=\w)"), r"\1<wbr>"
#: A text of more characters is given room on a telephone, where a table may be wider than the screen.
LONG = 45
#: Units of whole numbers. A column of them that lacks some is one of floats in a frame.
WHOLE = ("count", "rank", "year", "years")


@dataclass(frozen=True)
class Heading:
    """How one column of a table is headed and written.

    Unit ``"link"`` is a source: an address that :mod:`ogp_analysis.display.links` lets through, or words that name
    publisher, date and row. A page shows the host of an address as a link, with a number, so that two pages of one host
    can be told apart by ear and on paper: an address has one number in a table, under which it stands below the table
    on paper; a CSV file has the whole address. Unit ``"code"`` is a name in the data, the same in every language.

    Attributes
    ----------
    key : str
        Key of its text, below ``tables.column``; a key with a dot is one of its own.
    unit, decimals, signed
        As in the register of numbers; an empty unit is text.
    """

    key: str
    unit: str = ""
    decimals: int = 0
    signed: bool = False


@dataclass(frozen=True)
class Table:
    """A table of a report.

    Attributes
    ----------
    name : str
        Its file name in the report, without suffix.
    caption : str
        What it shows, with its denominators, in the language of the run.
    frame : pandas.DataFrame
        The values, unrounded. A missing value is a missing value, or one of the keys of
        :data:`MISSING` where the reason is known.
    headings : dict of str to Heading
        One for each column of `frame`, in order.
    language : str
        Language of caption and headings.
    stated : dict of str to float
        The numbers that the caption states, by the name of their field.
    data : tuple of str
        What its values are of: names of datasets, and ids of indicators; those of its headings need not be named.
    """

    name: str
    caption: str
    frame: pd.DataFrame
    headings: dict[str, Heading]
    language: str
    stated: dict[str, float] = field(default_factory=dict)
    data: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if isinstance(self.frame, Withheld):
            raise self.frame.fault(f"may be drawn, but not tabled, as table {self.name!r} would")
        heads = [h.key.split(".")[1] for h in self.headings.values() if h.unit and h.key.startswith("indicators.")]
        if closed := [id for id in heads if not indicator(id).redistribute]:
            what = f"has a column of values of {closed[0]}, which may be drawn only"
            raise DisclosureError(f"table {self.name!r}", what, "Leave the column out, and draw it")
        if list(self.frame.columns) != list(self.headings):
            odd = sorted(set(self.frame.columns) ^ set(self.headings)) or list(self.frame.columns)
            raise MessageError(
                f"table {self.name!r}",
                f"columns and headings differ, first in {odd[0]!r}",
                "Give every column one heading, in the same order",
            )
        _check_links(self.name, self.frame, self.headings)

    def payload(self) -> dict:
        """Return the table as JSON, the form in which a notebook carries it."""
        columns = [
            {"name": n, "label": self.label(n), "unit": h.unit, "decimals": h.decimals, "signed": h.signed}
            for n, h in self.headings.items()
        ]
        units = [h.unit for h in self.headings.values()]
        frame = self.frame.itertuples(index=False, name=None)
        rows = [[_value(v, unit) for v, unit in zip(row, units, strict=True)] for row in frame]
        about = {"name": self.name, "caption": self.caption, "language": self.language}
        return {**about, "stated": self.stated, "data": self._data(), "columns": columns, "rows": rows}

    def _data(self) -> list[str]:
        """Return what its values are of: datasets, those of indicators with their version."""
        heads = (h.key.split(".")[1] for h in self.headings.values() if h.unit and h.key.startswith("indicators."))
        own = {one.id: one for one in indicators()}
        named = [own.get(name, name) for name in (*self.data, *heads)]
        said = (one if isinstance(one, str) else f"{one.dataset} {one.source_version}" for one in named)
        return sorted(set(said))

    def to_csv(self) -> str:
        """Return the values, unrounded, as CSV under the names of the columns; no text in it is a formula."""
        return lines([list(self.headings), *self.payload()["rows"]]).decode()

    def to_latex(self) -> str:
        r"""Return the table as LaTeX, numbers as the page writes them, for the packages ``booktabs`` and ``array``.

        Examples
        --------
        >>> print(ogp.open_government.response_policy().table().to_latex().splitlines()[0])
        \begin{table}
        """
        from ogp_analysis.display.latex_table import as_latex

        return as_latex(self.payload())

    def label(self, column: str) -> str:
        """Return the heading of `column` in the table's language."""
        key = self.headings[column].key
        return word(key if "." in key else f"tables.column.{key}", self.language)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        payload = self.payload()
        html = as_html(payload)
        for cell in ("<td>", '<th scope="row">', '<th scope="col">'):  # JupyterLab aligns all cells to the right
            html = html.replace(cell, cell[:-1] + ' style="text-align: left">')
        return {"text/plain": as_text(payload), "text/html": html, TABLE_MIME: payload}


def _check_links(name: str, frame: pd.DataFrame, headings: dict[str, Heading]) -> None:
    """Raise if a column of sources holds an address that may not be linked, or any cell one that names a person."""
    odd = set()
    for column, heading in headings.items():
        texts = [text for text in frame[column] if isinstance(text, str) and "://" in text]
        odd |= {links.host(text) or text for text in texts if heading.unit == "link" and not links.may_be_printed(text)}
        odd |= {links.host(one) for text in texts for one in links.addresses(text) if links.names_a_person(one)}
    if odd:
        raise MessageError(
            f"table {name!r}",
            f"has {len(odd)} hosts of addresses that may not be printed, {listed(sorted(odd))}",
            "Name the source with links.source, which prints no front page and no person's name, or review the host "
            "and add it to display/links.toml",
        )


def table(
    name: str, caption: Sentence | str, frame: pd.DataFrame, headings: dict[str, Heading], data: Iterable[str] = ()
) -> Table:
    """Return a table in the language in force; columns without a heading are left out.

    The numbers of a caption that is a sentence are carried with the table, so that a report is held against them.

    Raises
    ------
    DisclosureError
        If the values, or those of a column, may be drawn but not written.
    MessageError
        If a heading has no column.
    """
    if isinstance(frame, Withheld):
        raise frame.fault(f"may be drawn, but not tabled, as table {name!r} would")
    stated: dict[str, float] = {}
    if isinstance(caption, Sentence):
        values = {field: getattr(value, "value", value) for field, value in caption.values.items()}
        stated = {field: value for field, value in values.items() if isinstance(value, int | float)}
        caption = caption.plain()
    return Table(name, caption, frame[list(headings)], headings, language(), stated, tuple(data))


def addresses(payload: dict, most: int | None = None) -> list[str]:
    """Return the addresses that a carried table links, in the order of their numbers; those of its first rows."""
    at = [number for number, column in enumerate(payload["columns"]) if column["unit"] == "link"]
    cells = (row[number] for row in payload["rows"][:most] for number in at)
    return list(dict.fromkeys(cell for cell in cells if isinstance(cell, str) and links.may_be_linked(cell)))


def numbered(payload: dict, most: int | None = None) -> list[str]:
    """Return the addresses that a carried table links as they stand below it on paper, each behind its number."""
    return [f"[{number}] {address}" for number, address in enumerate(addresses(payload, most), 1)]


def with_numbers(payload: dict) -> list[dict]:
    """Return the columns of a carried table, those of sources with the ``numbers`` of addresses, for :func:`shown`."""
    numbers = {address: number for number, address in enumerate(addresses(payload), 1)}
    return [{**c, "numbers": numbers} if c["unit"] == "link" else c for c in payload["columns"]]


def lines_of(value, column: dict, spoken: str) -> list[str]:
    """Return the text of a cell as it is shown, a line at a time."""
    parts = value.split("\n") if isinstance(value, str) else [value]
    return [shown(part, column, spoken) for part in parts]


def as_html(payload: dict) -> str:
    """Return a carried table as an HTML table with caption and notes, column headings and aligned numbers."""
    columns, spoken = with_numbers(payload), payload["language"]
    head = "".join(f'<th scope="col"{_align(c)}>{html.escape(c["label"])}</th>' for c in columns)
    body = "".join(
        "<tr>"
        + "".join(_cell(value, c, spoken, first=i == 0) for i, (value, c) in enumerate(zip(row, columns, strict=True)))
        + "</tr>\n"
        for row in payload["rows"]
    )
    return (
        f"<table>\n<caption>{html.escape(captioned(payload))}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}</tbody>\n</table>"
    )


def as_text(payload: dict) -> str:
    """Return a carried table as lines of text, a tab between cells, and the addresses that it links."""
    lines = [[c["label"] for c in payload["columns"]], *as_shown(payload)]
    return "\n".join([captioned(payload), *("\t".join(line) for line in lines), *numbered(payload)])


def as_shown(payload: dict, most: int | None = None) -> list[list[str]]:
    """Return the rows of a carried table as the reader sees them; the first ones, if `most` says how many."""
    columns, spoken = with_numbers(payload), payload["language"]
    return [[shown(v, c, spoken) for v, c in zip(row, columns, strict=True)] for row in payload["rows"][:most]]


def captioned(payload: dict) -> str:
    """Return the caption of a carried table with its notes."""
    return " ".join([payload["caption"], *payload.get("notes", [])])


def shown(value, column: dict, spoken: str) -> str:
    """Return one carried value as the reader sees it."""
    if value is None:
        return word(MISSING["no_data"], spoken)
    if isinstance(value, str):
        if known := _SAID.get(value):
            return word(known, spoken)
        if column["unit"] == "link" and (host := links.host(value)):
            number = column.get("numbers", {}).get(value)
            return flat(f"{host} [{number}]" if number else host)
        return flat(day(dt.date.fromisoformat(value), spoken) if column["unit"] == "date" else value)
    return written(value, _measure(column["unit"] or "index", column["decimals"], column["signed"]), spoken)


@lru_cache(maxsize=256, typed=True)
def _measure(unit: str, decimals: int, signed: bool) -> Measure:
    """Return what a column measures; made once, because a table asks for it in every cell."""
    return Measure(unit, decimals, signed=signed)


def _cell(value, column: dict, spoken: str, first: bool) -> str:
    text = html.escape(shown(value, column, spoken))
    if column["unit"] == "link" and isinstance(value, str) and links.may_be_linked(value):
        text = f'<a href="{html.escape(value)}" rel="noopener">{text}</a>'
    if column["unit"] == "code" and isinstance(value, str) and value not in MISSING:
        # A long name may go on below after each of its parts.
        text = f"<code>{_PART.sub(_WITH_BREAK, text)}</code>"
    look = ' class="long"' if column["unit"] == "" and len(text) > LONG else _align(column)
    return f'<th scope="row">{text}</th>' if first else f"<td{look}>{text}</td>"


def aligned_right(column: dict) -> bool:
    """Return whether a column holds numbers."""
    return column["unit"] not in ("", "code", "date", "link")


def _align(column: dict) -> str:
    return ' class="number"' if aligned_right(column) else ""


def _value(value, unit: str):
    """Return one value of a frame as JSON has it."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp | dt.date):
        return value.strftime("%Y-%m-%d")
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and unit in WHOLE and value.is_integer():
        return int(value)
    return rounded(value) if isinstance(value, float) else value
