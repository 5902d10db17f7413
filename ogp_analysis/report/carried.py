"""What an executed notebook carries: sentences, tables, figures and provenance, in the order they were shown.

Only what comes under this package's own MIME types is taken as markup. Of anything else its plain
text is shown, or a PNG; HTML, scripts and drawings from elsewhere are not.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, field

from ogp_analysis.errors import ReportError
from ogp_analysis.figures.figure import FIGURE_MIME
from ogp_analysis.messages.sentence import PROVENANCE_MIME, SENTENCE_MIME, Sentence, flat
from ogp_analysis.report.drawing import Drawing, drawing
from ogp_analysis.tables.table import TABLE_MIME

#: A name of a figure or table, which becomes the name of a file.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}\Z")
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_PARAMETERS = {"parameters", "injected-parameters"}


@dataclass(frozen=True)
class Plain:
    """Text a cell printed or returned; `aside` if it was written to the error stream."""

    text: str
    aside: bool = False


@dataclass(frozen=True)
class Picture:
    """A PNG that is not one of the package's figures."""

    png: bytes
    alt: str


@dataclass(frozen=True)
class Unshown:
    """An output that has no form in which it can be shown safely, by its MIME types."""

    kinds: tuple[str, ...]


@dataclass(frozen=True)
class CarriedTable:
    """A table as a notebook carries it; `payload` is that of :class:`ogp_analysis.tables.Table`."""

    name: str
    payload: dict


@dataclass(frozen=True)
class Origin:
    """The provenance, where the notebook shows it."""

    payload: dict


@dataclass(frozen=True)
class Cell:
    """One cell that a report shows.

    Attributes
    ----------
    kind : {"prose", "code"}
    source : str
        Its text; empty for the parameters, which are listed instead.
    shown : tuple
        What it displayed, in order: :class:`Sentence`, :class:`CarriedTable`, :class:`Drawing`,
        :class:`Origin`, :class:`Plain`, :class:`Picture` or :class:`Unshown`.
    """

    kind: str
    source: str
    shown: tuple = ()


@dataclass(frozen=True)
class Carried:
    """Everything a report is made from.

    Attributes
    ----------
    cells : tuple of Cell
        In order, in the language of the run.
    headline : Sentence
        The title.
    sentences : tuple of Sentence
        All of them, the headline too.
    tables : dict of str to dict
        Payloads by name.
    figures : dict of str to Drawing
    numbers : dict of str to dict
        The named numbers of all sentences, sorted by name.
    provenance : dict
        ``edition``, ``tables``, ``sources``, ``balance``.
    language, edition : str
    last_year : int or None
        Last year the data cover: as the provenance states it, else as the answer at a glance does.
    """

    cells: tuple[Cell, ...]
    headline: Sentence
    sentences: tuple[Sentence, ...]
    tables: dict[str, dict]
    figures: dict[str, Drawing]
    numbers: dict[str, dict]
    provenance: dict
    language: str
    edition: str
    last_year: int | None = field(default=None)


def read(nb: dict, parameters: dict) -> Carried:
    """Read what an executed notebook carries.

    Parameters
    ----------
    nb : dict
        The notebook as JSON.
    parameters : dict
        Its canonical parameters; ``language`` decides which prose is shown, English by default.

    Raises
    ------
    ReportError
        If the notebook was not run to its end without an error, has no headline or provenance,
        shows two figures or tables of one name, says a number twice with different values, or
        carries something that is not what its MIME type promises.
    MessageError
        If a sentence does not fit today's messages.
    """
    language = parameters.get("language", "en")
    _check_executed(nb)
    cells = tuple(_cells(nb, language))
    shown = [thing for cell in cells for thing in cell.shown]
    sentences = tuple(thing for thing in shown if isinstance(thing, Sentence))
    provenance = _provenance(shown)
    return Carried(
        cells=cells,
        headline=_headline(sentences, language),
        sentences=sentences,
        tables={t.name: t.payload for t in _unique(shown, CarriedTable, "table")},
        figures={f.name: f for f in _unique(shown, Drawing, "figure")},
        numbers=_numbers(sentences),
        provenance=provenance,
        language=language,
        edition=provenance["edition"],
        last_year=_last_year(provenance, sentences),
    )


def joined(text) -> str:
    """Return the text of a notebook's field, which may be a list of lines."""
    return "".join(text) if isinstance(text, list) else str(text)


def payload_of(value) -> dict:
    """Return a JSON output, which some tools write as text."""
    return json.loads(joined(value)) if isinstance(value, str | list) else value


def _check_executed(nb: dict) -> None:
    code = [(n, c) for n, c in enumerate(nb["cells"], 1) if c["cell_type"] == "code" and joined(c["source"]).strip()]
    for number, cell in code:
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                fault = f"{flat(str(output.get('ename')))}: {_clean(str(output.get('evalue')))[:200]}"
                raise ReportError(_where(number, cell), f"failed with {fault}", "Correct it and run the notebook again")
    idle = [(n, c) for n, c in code if c.get("execution_count") is None and not c.get("outputs")]
    if len(idle) == len(code):
        raise ReportError("notebook", "was not executed", "Run it first, then render what the run has saved")
    counted = any(c.get("execution_count") is not None for _, c in code)
    if idle and counted:
        raise ReportError(
            _where(*idle[0]), f"was not executed, nor {len(idle) - 1} more", "Run the notebook to its end"
        )


def _cells(nb: dict, language: str):
    for number, cell in enumerate(nb["cells"], 1):
        tags = cell.get("metadata", {}).get("tags", [])
        source = joined(cell["source"])
        if cell["cell_type"] == "markdown":
            spoken = [tag for tag in tags if tag.startswith("lang-")]
            if not spoken or f"lang-{language}" in spoken:
                yield Cell("prose", source)
        elif cell["cell_type"] == "code":
            where = _where(number, cell)
            shown = tuple(s for o in cell.get("outputs", []) for s in _shown(o, where))
            yield Cell("code", "" if _PARAMETERS & set(tags) else source, shown)


def _shown(output: dict, where: str):
    if output["output_type"] == "stream":
        yield Plain(_clean(joined(output["text"])), aside=output.get("name") == "stderr")
        return
    data = output.get("data", {})
    for mime, reader in _READERS.items():
        if mime in data:
            try:
                yield reader(payload_of(data[mime]), data)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                fault = f"carries {mime.split('.')[-1]} that cannot be read ({type(error).__name__}: {error})"
                raise ReportError(where, fault, "Run the notebook again with this version") from error
            return
    yield _foreign(data)


def _sentence(payload: dict, data: dict) -> Sentence:
    return Sentence.unpacked(payload)


def _table(payload: dict, data: dict) -> CarriedTable:
    columns = [{k: c[k] for k in ("name", "label", "unit", "decimals", "signed")} for c in payload["columns"]]
    for row in payload["rows"]:
        odd = [v for v in row if not isinstance(v, str | int | float | None)]
        if odd or len(row) != len(columns):
            raise ValueError(f"a row of {len(row)} cells under {len(columns)} headings" if not odd else repr(odd[0]))
    return CarriedTable(_name(payload["name"]), {**payload, "caption": flat(payload["caption"]), "columns": columns})


def _figure(payload: dict, data: dict) -> Drawing:
    return drawing({**payload, "name": _name(payload["name"])}, joined(data["image/svg+xml"]))


def _origin(payload: dict, data: dict) -> Origin:
    payload["edition"], payload["tables"], payload["sources"], payload["balance"]
    return Origin(payload)


_READERS = {SENTENCE_MIME: _sentence, TABLE_MIME: _table, FIGURE_MIME: _figure, PROVENANCE_MIME: _origin}


def _foreign(data: dict):
    """Return an output of somebody else's: its picture if that is a PNG, else its plain text."""
    text = _clean(joined(data["text/plain"])) if "text/plain" in data else ""
    if "image/png" in data:
        try:
            png = base64.b64decode("".join(joined(data["image/png"]).split()), validate=True)
            if png.startswith(b"\x89PNG\r\n\x1a\n"):
                return Picture(png, "" if text.startswith("<") else flat(text).strip())
        except binascii.Error:
            pass
    return Plain(text) if text.strip() else Unshown(tuple(sorted(flat(kind) for kind in data)))


def _name(name: str) -> str:
    if not _NAME.match(name):
        raise ValueError(f"{name[:40]!r} cannot name a file: use letters, digits, _ and -")
    return name


def _unique(shown: list, kind: type, called: str) -> list:
    found, names = [thing for thing in shown if isinstance(thing, kind)], set()
    for thing in found:
        if thing.name.casefold() in names:
            raise ReportError(f"{called} {thing.name!r}", "is shown twice", f"Give each {called} a name of its own")
        names.add(thing.name.casefold())
    return found


def _headline(sentences: tuple[Sentence, ...], language: str) -> Sentence:
    headlines = [s for s in sentences if s.role == "headline"]
    if len(headlines) != 1:
        raise ReportError(
            "notebook",
            f"has {len(headlines) or 'no'} headline{'s' * (len(headlines) > 1)}",
            'Say exactly one sentence with role="headline"; it is the title of the report',
        )
    other = [s.key for s in sentences if s.language != language]
    if other:
        raise ReportError(
            f"message {other[0]!r}",
            f"was said in another language than the report's, {language!r}, and {len(other) - 1} more",
            "Set the language with ogp.use_language(language) before anything is said",
        )
    return headlines[0]


def _provenance(shown: list) -> dict:
    found = [thing.payload for thing in shown if isinstance(thing, Origin)]
    if not found:
        raise ReportError("notebook", "does not say what it rests on", "End it with a cell `ogp.provenance()`")
    if len(found) > 1:
        raise ReportError("notebook", "shows its provenance twice", "Show it once, in the last code cell")
    return found[0]


def _numbers(sentences: tuple[Sentence, ...]) -> dict[str, dict]:
    found: dict[str, dict] = {}
    for sentence in sentences:
        for name, number in sentence.numbers().items():
            number = {**number, "sentence": sentence.key}
            if found.setdefault(name, number) != number:
                raise ReportError(
                    f"number {name!r}",
                    f"is said twice with different values, {found[name]['value']!r} and {number['value']!r}",
                    "Give one of the two sentences a name of its own: say(..., name=...)",
                )
    return dict(sorted(found.items()))


def _last_year(provenance: dict, sentences: tuple[Sentence, ...]) -> int | None:
    stated = [provenance.get("last_year")] + [s.values.get("last_year") for s in sentences if s.role == "glance"]
    years = [int(year) for year in stated if isinstance(year, int | float)]
    return years[0] if years else None


def _clean(text: str) -> str:
    """Return text of a cell without terminal codes, control and direction marks; lines and tabs stay."""
    return _CONTROL.sub("", _ESCAPES.sub("", text.replace("\r\n", "\n")))


def _where(number: int, cell: dict) -> str:
    count = cell.get("execution_count")
    return f"notebook cell {number}" + (f" (In [{count}])" if count is not None else "")
