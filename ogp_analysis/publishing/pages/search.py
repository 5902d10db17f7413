"""What the search of the front page looks through: words that the reports print, and nothing that they do not.

A report is found by its title, its findings and limits, its headings and captions, and the texts in the cells of its
tables. Of the many reports of one notebook only what sets one apart from the others is kept. Every text stands once.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import chain, groupby

import msgspec
from msgspec import Struct, field

from ogp_analysis.base.countries import country
from ogp_analysis.base.words.catalogue import FIGURE_MIME, LANGUAGES, TABLE_MIME
from ogp_analysis.base.words.sentence import SENTENCE_MIME, flat

#: Roles of the sentences that a report begins with.
_LEAD = ("finding", "limit")
#: A notebook with more reports than this in a language says most things in all of them.
_FEW = 3
#: Characters of a caption, and of a cell that is a name. Of the rest, of cells that are longer or begin as no name
#: does, and of sentences that are no finding, words alone are kept: a fact stands with what is said of it.
_SHOWN = 80
#: How many times a page says a word that it says often.
_OFTEN = 12
_WORD = re.compile(r"[^\W\d_]\w{2,}")
#: What a cell holds that has no value, or a code that is shown in words.
_CODE = re.compile(r"(true|false|[a-z]+(_[a-z]+)+)\Z")


class _Data(Struct):
    text: str | list[str] = field(name="text/plain", default="")
    sentence: dict | None = field(name=SENTENCE_MIME, default=None)
    table: dict | None = field(name=TABLE_MIME, default=None)
    figure: dict | None = field(name=FIGURE_MIME, default=None)


class _Output(Struct):
    data: _Data = field(default_factory=_Data)


class _Cell(Struct):
    cell_type: str
    source: str | list[str] = ""
    outputs: list[_Output] = []


class _Executed(Struct):
    cells: list[_Cell]


def printed(notebook: bytes) -> dict[str, list]:
    """Return what a page prints of its executed notebook.

    Returns
    -------
    dict
        ``lead``: findings and limits; ``said``: headings, captions; ``more``: other sentences; ``rows``: the texts in
        each row of its tables. Numbers, dates, addresses and the balance of the sources are left out.
    """
    lead, said, more, rows = [], [], [], []
    for cell in msgspec.json.decode(notebook, type=_Executed).cells:
        if cell.cell_type == "markdown":
            # Those of the second level are the same in every report.
            headings = re.findall(r"^(?:#|###+) +(.+)", "".join(cell.source), re.MULTILINE)
            said += map(flat, headings)
        for data in (output.data for output in cell.outputs):
            if data.sentence and data.sentence["role"] != "headline":
                (lead if data.sentence["role"] in _LEAD else more).append(flat("".join(data.text)))
            elif data.figure:
                said.append(flat(data.figure["caption"]))
            elif data.table and not data.table["name"].startswith("balance"):
                said.append(flat(data.table["caption"]))
                rows += _rows(data.table)
    return {"lead": lead, "said": said, "more": more, "rows": rows}


def _rows(table: dict) -> list[list[str]]:
    there = [number for number, column in enumerate(table["columns"]) if column["unit"] in ("", "code")]
    rows = [[flat(row[number]) for number in there if isinstance(row[number], str)] for row in table["rows"]]
    return [[cell for cell in row if _words(cell) and not _CODE.match(cell) and "://" not in cell] for row in rows]


def index(pages: list[dict], words: dict[str, dict[str, str]]) -> str:
    """Return the data of the search, as JSON that can stand in a page.

    Parameters
    ----------
    pages : list of dict
        ``notebook, slug, language, title`` of each page; its ``country``, if it is about one alone; all ``countries``
        that it is listed under; and what it ``printed``.
    words : dict of str to dict
        By notebook and language, words by which its reports are found.
    """
    texts: dict[str, int] = {}
    made: dict[str, dict[str, dict[str, dict]]] = {}
    pages = [{**page, "counts": _counts(page["printed"])} for page in pages]
    groups = [list(same) for _, same in groupby(sorted(pages, key=_kind), key=_kind)]
    spread = {spoken: _share([same[0] for same in groups if same[0]["language"] == spoken]) for spoken in LANGUAGES}
    for same in groups:
        common = {word for word, share in _share(same).items() if len(same) > _FEW and share > 0.5}
        for page in same:
            run = made.setdefault(page["notebook"], {}).setdefault(page["slug"], {})
            run[page["language"]] = _page(page, common, spread[page["language"]], texts)
    known = {iso3: country(iso3) for iso3 in sorted({iso3 for page in pages for iso3 in page["countries"]})}
    names = {iso3: {spoken: getattr(one, f"name_{spoken}") for spoken in LANGUAGES} for iso3, one in known.items()}
    data = {"texts": list(texts), "pages": made, "words": words, "names": names}
    # "<" is written so that no text of the data can end the element it stands in.
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _kind(page: dict) -> tuple[str, str]:
    return page["notebook"], page["language"]


def _words(*texts: str) -> list[str]:
    return _WORD.findall(" ".join(texts).lower())


def _counts(printed: dict[str, list]) -> Counter:
    return Counter(_words(*printed["lead"], *printed["said"], *printed["more"], *chain.from_iterable(printed["rows"])))


def _share(pages: list[dict]) -> dict[str, float]:
    """Return the share of pages that say a word."""
    return {word: number / len(pages) for word, number in Counter(w for p in pages for w in p["counts"]).items()}


def _page(page: dict, common: set[str], spread: dict[str, float], texts: dict[str, int]) -> dict:
    """Return a page by the numbers of its texts.

    Left out is what says nothing but ``common`` words of its likes and those of its title. ``often`` is how often the
    page says a word that few other notebooks say, by the share of those that do (``spread``).
    """
    held, dull = page["printed"], common | {*_words(page["title"])}
    rows = [row for row in held["rows"] if not common or not dull.issuperset(_words(*row))]
    cells = dict.fromkeys(chain.from_iterable(rows))
    said, spoken = ([] if common else held[name] for name in ("said", "more"))
    names = [cell for cell in cells if len(cell) <= _SHOWN and next(filter(str.isalnum, cell)).isupper()]
    parts = {"lead": held["lead"][: 1 if common else None], "said": map(_cut, said), "cells": names}
    kept = {name: list(dict.fromkeys(part)) for name, part in parts.items()}
    numbers = {name: [texts.setdefault(text, len(texts)) for text in part] for name, part in kept.items()}
    often = {w: n for w, n in page["counts"].items() if n >= _OFTEN and spread.get(w, 0) <= 0.5 and w not in common}
    more = {*_words(*said, *spoken, *cells)} - {*_words(*chain.from_iterable(kept.values()))} - dull - {*often}
    place = page["country"].iso3 if page["country"] else ""
    return {**numbers, "often": dict(sorted(often.items())), "more": " ".join(sorted(more)), "of": place}


def _cut(text: str) -> str:
    """Return a text as far as it is kept."""
    begin = text[:_SHOWN].rpartition(" ")[0]
    return f"{begin} …" if begin and len(text) > _SHOWN else text
