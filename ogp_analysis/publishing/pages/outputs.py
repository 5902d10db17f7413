"""What a cell displayed, as far as it can be shown safely.

Only what comes under this package's own MIME types is taken as markup. Of anything else its plain
text is shown, or a PNG; HTML, scripts and drawings from elsewhere are not.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ogp_analysis.base.errors import ReportError
from ogp_analysis.base.words.catalogue import CAPTION_MIME, FIGURE_MIME, NARROW_MIME, TABLE_MIME
from ogp_analysis.base.words.sentence import PROVENANCE_MIME, SENTENCE_MIME, Sentence, flat
from ogp_analysis.display.table import as_html
from ogp_analysis.publishing.pages.drawing import Drawing, drawing
from ogp_analysis.publishing.pages.prose import without_marks

#: A name of a figure or table, which becomes the name of a file.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}\Z")
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")


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
    """A table as a notebook carries it: the payload of :class:`ogp_analysis.display.table.Table`, and its HTML."""

    name: str
    payload: dict
    html: str


@dataclass(frozen=True)
class Origin:
    """The provenance, where the notebook shows it."""

    payload: dict


def read_output(output: dict, where: str) -> Iterator:
    """Return what an output of a cell is: one of the types above, a :class:`Sentence` or a :class:`Drawing`.

    Parameters
    ----------
    output : dict
        As in the notebook; not an error.
    where : str
        The cell, for an error.

    Raises
    ------
    ReportError
        If it is not what its MIME type promises.
    MessageError
        If a sentence does not fit today's messages.
    """
    if output["output_type"] == "stream":
        yield Plain(clean(joined(output["text"])), aside=output.get("name") == "stderr")
        return
    data = output.get("data", {})
    if CAPTION_MIME in data:
        return
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
    stated = {str(name): value for name, value in payload.get("stated", {}).items() if isinstance(value, int | float)}
    data = [one for one in payload.get("data", []) if isinstance(one, str)]
    payload = {**payload, "caption": flat(payload["caption"]), "columns": columns, "stated": stated, "data": data}
    return CarriedTable(_name(payload["name"]), payload, as_html(payload))


def _figure(payload: dict, data: dict) -> Drawing:
    narrow = joined(data[NARROW_MIME]) if NARROW_MIME in data else ""
    return drawing({**payload, "name": _name(payload["name"])}, joined(data["image/svg+xml"]), narrow)


def _origin(payload: dict, data: dict) -> Origin:
    payload["edition"], payload["tables"], payload["sources"], payload["balance"]
    return Origin(payload)


_READERS = {SENTENCE_MIME: _sentence, TABLE_MIME: _table, FIGURE_MIME: _figure, PROVENANCE_MIME: _origin}


def _foreign(data: dict):
    """Return an output of somebody else's: its picture if that is a PNG, else its plain text."""
    text = clean(joined(data["text/plain"])) if "text/plain" in data else ""
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


def joined(text) -> str:
    """Return the text of a notebook's field, which may be a list of lines."""
    return "".join(text) if isinstance(text, list) else str(text)


def payload_of(value) -> dict:
    """Return a JSON output, which some tools write as text."""
    return json.loads(joined(value)) if isinstance(value, str | list) else value


def clean(text: str) -> str:
    """Return text of a cell without terminal codes, control and direction marks; lines and tabs stay."""
    return without_marks(_ESCAPES.sub("", text.replace("\r\n", "\n")))
