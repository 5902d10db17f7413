"""Tables: a frame with its headings, units and caption, shown in a notebook and carried in it for the report."""

from __future__ import annotations

import datetime as dt
import html
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from ogp_analysis.base import links
from ogp_analysis.base.countries import Country
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import DisclosureError, MessageError, few, listed
from ogp_analysis.base.indicators import Indicator, indicator, indicators
from ogp_analysis.base.latex import escaped
from ogp_analysis.base.spreadsheet import lines
from ogp_analysis.base.words.catalogue import LANGUAGES, TABLE_MIME, Displayed, Term, anew, language, spoken, word
from ogp_analysis.base.words.sentence import Measure, Sentence, day, flat, rounded, written

#: How a cell without a value is shown, by why it has none.
_REASONS = (
    "no_data not_applicable not_reviewed not_published no_bounds not_written drawn_only not_comparable no_change_coded "
    "same_value no_width"
)
MISSING = {reason: f"tables.missing.{reason}" for reason in _REASONS.split()}
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

    Unit ``"link"`` is a source: an address that :mod:`ogp_analysis.base.links` lets through, or words that name
    publisher, date and row. A page shows the host of an address as a link, with a number, so that two pages of one host
    can be told apart by ear and on paper: an address has one number in a table, under which it stands below the table
    on paper; a CSV file has the whole address. Unit ``"code"`` is a name in the data, the same in every language.

    Attributes
    ----------
    key : str
        Key of its text, below ``tables.column``; a key with a dot is one of its own.
    unit, decimals, signed
        As in the register of numbers; an empty unit is text.
    label : mapping of str to str
        Its text in each language, of a table of a notebook; the key is empty then.
    """

    key: str = ""
    unit: str = ""
    decimals: int = 0
    signed: bool = False
    label: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, repr=False)
class Table(Displayed):
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
        >>> print(ogp.open_government.timeline("Hungary").table().to_latex().splitlines()[0])
        \begin{table}
        """
        return as_latex(self.payload())

    def label(self, column: str) -> str:
        """Return the heading of `column` in the table's language."""
        heading = self.headings[column]
        if heading.label:
            return heading.label[self.language]
        return word(heading.key if "." in heading.key else f"tables.column.{heading.key}", self.language)

    def outputs(self) -> list[tuple[dict, dict]]:
        """Return the output of a cell: data by media type, and metadata.

        Examples
        --------
        >>> [(data, _)] = ogp.open_government.timeline("Hungary").table().outputs()
        >>> data["text/html"].startswith("<table>")
        True
        """
        payload = self.payload()
        html = as_html(payload)
        for cell in ("<td>", '<th scope="row">', '<th scope="col">'):  # JupyterLab aligns all cells to the right
            html = html.replace(cell, cell[:-1] + ' style="text-align: left">')
        return [({"text/plain": as_text(payload), "text/html": html, TABLE_MIME: payload}, {})]


def columns(area: str = "", /, **units: str | tuple) -> dict[str, Heading]:
    """Return headings by column: its unit, or unit, decimals and whether it is signed; their words are those of `area`.

    Examples
    --------
    >>> columns("models.breaks", n="count", value=("index", 1, True))["value"]
    Heading(key='models.breaks.value', unit='index', decimals=1, signed=True, label={})
    """
    facts = {name: (unit,) if isinstance(unit, str) else unit for name, unit in units.items()}
    return {name: Heading(f"{area}.{name}".lstrip("."), *given) for name, given in facts.items()}


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
            "and add it to base/links.toml",
        )


@spoken
def table(
    name: str,
    caption: Sentence | str,
    frame: pd.DataFrame,
    headings: Mapping[str, Heading | Mapping],
    data: Iterable[str] = (),
) -> Table:
    """Return a table in the language in force; columns without a heading are left out.

    The numbers of a caption that is a sentence are carried with the table, so that a report is held against them.

    Parameters
    ----------
    name : str
        Its file name in the report.
    caption : Sentence or str
        What it shows, of which countries and years; it stands above the table.
    frame : pandas.DataFrame
        Its values. A cell can be a text in each language, ``{"en": ..., "es": ...}``, a sentence, what has a name in
        each, such as a country, or a function without arguments that returns one of these: it is written in the
        language of the table. A text of :data:`MISSING` says why there is no value.
    headings : mapping
        Of each column that is shown, in order, what a notebook knows of it: ``label`` in each language, and ``unit``,
        ``decimals`` and ``signed`` where it holds numbers, as ``words.columns`` gives them.
    data : iterable of str
        What its values are of, beside the indicators of its headings: datasets, and ids of indicators.

    Returns
    -------
    Table
        Shown in the last line of a cell, in either language.

    Raises
    ------
    DisclosureError
        If the values, or those of a column, may be drawn but not written.
    MessageError
        If a heading has no column.

    Examples
    --------
    >>> import pandas as pd
    >>> gaps = pd.DataFrame({"place": [ogp.country("MEX")], "gap": [0.25]})
    >>> headings = {"place": {"label": {"en": "Country", "es": "País"}},
    ...             "gap": {"label": {"en": "Gap", "es": "Distancia"}, "unit": "index", "decimals": 2}}
    >>> print(ogp.table("gaps", "Gaps.", gaps, headings).to_csv())
    place,gap
    Mexico,0.25
    <BLANKLINE>
    """
    if isinstance(frame, Withheld):
        raise frame.fault(f"may be drawn, but not tabled, as table {name!r} would")
    headings = {key: one if isinstance(one, Heading) else _heading(name, key, one) for key, one in headings.items()}
    if absent := [key for key in headings if key not in frame.columns]:
        what = f"has a heading without a column, {listed(absent)}"
        raise MessageError(f"table {name!r}", what, f"Its columns are {few(list(frame.columns), 20)}")
    frame, caption = in_words(f"table {name!r}", frame[list(headings)]), anew(caption)
    values = caption.values if isinstance(caption, Sentence) else {}
    numbers = {field: getattr(value, "value", value) for field, value in values.items()}
    stated = {field: value for field, value in numbers.items() if isinstance(value, int | float)}
    return Table(name, in_language(f"table {name!r}", caption), frame, headings, language(), stated, tuple(data))


def _heading(name: str, column: str, given: Mapping) -> Heading:
    """Return a heading that a notebook gave as a mapping, with a label in each language."""
    where, known = f"table {name!r}, heading {column!r}", [one.name for one in fields(Heading)]
    if not isinstance(given, Mapping) or set(given) - set(known):
        raise MessageError(where, f"{few([str(given)[:60]], 1)} is not a heading", f"Give {few(known, 20)}")
    label = given.get("label", {})
    if not given.get("key") and not (isinstance(label, Mapping) and set(LANGUAGES) <= set(label)):
        raise MessageError(where, "has no label in each language", f"Give {' and '.join(LANGUAGES)}")
    return Heading(**given)


def in_words(where: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame in which cells with a text in each language hold that of the language in force.

    Parameters
    ----------
    where : str
        What the frame is of, for a fault.
    frame : pandas.DataFrame
        Cells as :func:`in_language` takes them.
    """
    texts = frame.columns[(frame.dtypes == "object").to_numpy()]
    made = {name: [in_language(where, cell) for cell in frame[name]] for name in texts}
    return frame.assign(**{name: pd.Series(cells, frame.index, object) for name, cells in made.items()})


def in_language(where: str, cell):
    """Return a text in the language in force; what has no words is returned as it is.

    Parameters
    ----------
    where : str
        What it is of, for a fault.
    cell : object
        A text by language, a sentence, what has a name in each language, or a function that returns one of these.

    Raises
    ------
    MessageError
        If there is none in the language in force.
    """
    cell = cell() if callable(cell) else cell
    if isinstance(cell, Mapping):
        if language() not in cell:
            raise MessageError(where, f"a cell has no text in {language()!r}", "Give both languages")
        return cell[language()]
    if isinstance(cell, Sentence):
        return anew(cell).plain()
    if isinstance(cell, Country | Term):
        return cell.name
    return cell.in_text if isinstance(cell, Indicator) else cell


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
    return [shown(part, column, spoken) for part in (value.split("\n") if isinstance(value, str) else [value])]


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


# Tables of a report as LaTeX, no wider than the line of a manuscript.


class _Size(NamedTuple):
    """How a table is set: the command, the points that an em takes, and those at each side of a column.

    Small sizes of Computer Modern are cut wider: an em of 7 points takes as much room as 8 points would of the size of
    10.
    """

    command: str
    em: float
    gap: float


#: A table that has room as it is; and smaller, the first in which no word is wider than its column.
_AS_IS = _Size(r"\small", 9.25, 6.0)
_SMALLER = (
    _Size(r"\footnotesize\setlength{\tabcolsep}{3pt}", 8.5, 3.0),
    _Size(r"\scriptsize\setlength{\tabcolsep}{2pt}", 7.98, 2.0),
)
#: A table of so many columns that it does not fit otherwise.
_TIGHT = _Size(r"\scriptsize\setlength{\tabcolsep}{1pt}", 7.98, 1.0)
#: Points of a line of LaTeX's class `article`, and of a page of it on its side.
_LINE, _SIDE = 345.0, 550.0
#: More lines than these do not fit on a page, and on a page on its side.
PAGE_LINES, SIDE_LINES = 40, 22
#: Ems after which text in a cell breaks.
_TEXT = 16.0
#: Letters that hyphens leave together, in the languages of the reports.
_HYPHENATED = 8
#: Where a line may break: between words, but for a sign of per cent; inside names in the data, addresses, ranges.
_BREAKS = re.compile(r"(?<=[_/–-])(?=\w)|(?<=\.)(?=[a-z])| +(?!%)")
#: The same inside a word, as it stands in LaTeX.
_AFTER = re.compile(r"(\\_|[/–])(?=\w)|\.(?=[a-z])")
#: Ems that a letter takes, on average over a word, what one of the wide ones takes beside, and a blank less. Widths are
#: estimated, generously: no font is at hand, and a column that is a little wider than its text does no harm.
_LETTER, _MORE, _LESS, _WIDE = 0.52, 0.25, 0.18, re.compile(r"[^\W\d_a-ln-vx-z]|[%—→…+<=>≤≥≈−±×&@]")
#: Ems by which an estimate of a short word may be wrong.
_SLACK = 0.15


def as_latex(payload: dict, note: str = "", *, turned: bool = True) -> str:
    r"""Return a carried table as LaTeX, numbers as the page writes them, for the packages ``booktabs`` and ``array``.

    A table wider than the line breaks the text of its cells, and is set smaller if that is not enough; then it
    hyphenates long words. A table that is too wide even so stands on its side on a page of its own, for the package
    ``rotating``; in the class ``article`` and on longer lines no cell runs over. A table longer than a page runs over
    pages, for the package ``longtable``, and ``pdflscape`` if on its side. Lines of one cell stand below one another,
    as a standard error below its estimate.

    Parameters
    ----------
    payload : dict
        As :meth:`Table.payload` makes it.
    note : str
        Stands below the table, behind its own notes and before the addresses that it links.
    turned : bool
        Whether a table may stand on its side; if not, cells of the widest tables run over.
    """
    columns, spoken = with_numbers(payload), payload["language"]
    rows = [[lines_of(v, c, spoken) for v, c in zip(row, columns, strict=True)] for row in payload["rows"]]
    labels = [c["label"] for c in columns]
    texts = [[label, *(max(row[i], key=len) for row in rows)] for i, label in enumerate(labels)]
    size, spec, height = _AS_IS, "".join("r" if aligned_right(c) else "l" for c in columns), len(rows)
    write, side = escaped, False
    ems = [[_ems(text) for text in column] for column in texts]
    if sum(max(column) * size.em + 2 * size.gap for column in ems) > _LINE:
        write, (size, side, shares, height) = _breakable, _fitted(texts, ems, turned)
        spec = "".join(
            rf">{{\ragged{'left' if aligned_right(c) else 'right'}\arraybackslash\hspace{{0pt}}}}"
            rf"p{{\dimexpr{share:.4f}\linewidth-2\tabcolsep\relax}}"
            for c, share in zip(columns, shares, strict=True)
        )
    body = []
    for number, row in enumerate(rows, 1):
        for depth in range(max(map(len, row), default=1)):
            body.append(" & ".join(write(c[depth]) if depth < len(c) else "" for c in row) + r" \\")
        if number == payload.get("terms") and number < len(rows):
            body.append(r"\midrule")
    caption = rf"\caption{{{escaped(payload['caption'])}}}\label{{tab:{payload['name']}}}"
    head = [r"\toprule", " & ".join(write(label) for label in labels) + r" \\", r"\midrule"]
    notes = escaped(" ".join(filter(None, [*payload.get("notes", []), note])))
    notes = " ".join(filter(None, [notes, *map(_breakable, numbered(payload))]))
    notes = [rf"\par\smallskip{{\footnotesize\raggedright {notes}\par}}"] if notes else []
    if height > (SIDE_LINES if side else PAGE_LINES):
        begin = [rf"{{{size.command}", rf"\begin{{longtable}}{{{spec}}}", caption + r" \\"]
        begin += [*head, r"\endfirsthead", *head, r"\endhead"]
        end = [r"\bottomrule", r"\end{longtable}", *notes, "}", ""]
        if side:
            begin, end = [r"\begin{landscape}", *begin], [*end[:-1], r"\end{landscape}", ""]
    else:
        kind = "sidewaystable" if side else "table"
        begin = [rf"\begin{{{kind}}}", r"\centering", size.command, caption, rf"\begin{{tabular}}{{{spec}}}", *head]
        end = [r"\bottomrule", r"\end{tabular}", *notes, rf"\end{{{kind}}}", ""]
    return "\n".join([*begin, *body, *end])


def _fitted(texts: list[list[str]], ems: list[list[float]], turned: bool) -> tuple[_Size, bool, list[float], int]:
    """Return size, whether on its side, shares of the line and lines of a table, given by column, the heading first.

    Each column has room for its longest word; what is left goes to those whose text would break.
    """
    whole, cut = [], []
    for column in texts:
        longest, widest = 0.0, 0.0
        for text in dict.fromkeys(column):
            for part in filter(None, _BREAKS.split(text)):
                longest = max(longest, em := _ems(part))
                # No piece of a word is wider than the word with a hyphen. Names in the data have no hyphens of the
                # language around them.
                if em > widest:
                    if part.strip("(),;:").isalpha() and not re.search("[_/]", text) and len(part) > _HYPHENATED:
                        ends = range(_HYPHENATED, len(part) + 1)
                        em = max(_ems(part[end - _HYPHENATED : end] + "-") for end in ends)
                    widest = max(widest, em)
        whole.append(longest + _SLACK)
        cut.append(widest + _SLACK)
    lines = (_LINE, _SIDE) if turned else (_LINE,)
    ways = [(line, least, size) for line in lines for least in (whole, cut) for size in _SMALLER]
    ways.append((lines[-1], cut, _TIGHT))
    fitting = (way for way in ways if sum(way[1]) * way[2].em + 2 * way[2].gap * len(texts) <= way[0])
    line, least, size = next(fitting, ways[-1])
    room = (line - 2 * size.gap * len(texts)) / size.em
    longest = [max(column[1:], default=0.0) + _SLACK for column in ems]  # a heading may break
    wanted = [max(word, min(cell, _TEXT + cell / 4)) for word, cell in zip(least, longest, strict=True)]
    free = min(1.0, max(0.0, room - sum(least)) / max(1.0, sum(wanted) - sum(least)))
    given = [word + free * (want - word) for word, want in zip(least, wanted, strict=True)]
    given = [one * min(1.0, room / sum(given)) for one in given]
    height = sum(
        max(math.ceil(em / width) for em, width in zip(row, given, strict=True)) for row in zip(*ems, strict=True)
    )
    return size, line == _SIDE, [(one * size.em + 2 * size.gap) / line for one in given], height


def _ems(text: str) -> float:
    return _LETTER * len(text) + _MORE * len(_WIDE.findall(text)) - _LESS * text.count(" ")


@lru_cache(maxsize=4096)
def _breakable(text: str) -> str:
    r"""Return a cell as LaTeX, with places where a long name may break."""
    return _AFTER.sub(r"\g<0>\\allowbreak{}", escaped(text))
