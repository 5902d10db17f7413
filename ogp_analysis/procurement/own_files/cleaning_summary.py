"""One page that says what a cleaning did to a user's files, in the language asked for."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from ogp_analysis.base import beside, kept
from ogp_analysis.base.errors import MessageError, SourceError
from ogp_analysis.base.words import word
from ogp_analysis.base.words.catalogue import entry
from ogp_analysis.base.words.numbers import count, decimal
from ogp_analysis.base.words.sentence import Sentence, flat
from ogp_analysis.procurement.linking import Links
from ogp_analysis.procurement.own_files.cleaning_facts import COUNTS

PAGE = "summary.html"
AREA = "cleaning"
_ACTIONS = ("set_aside", "merged", "changed")
#: Rules on whole columns, which the page names by themselves.
_APART = {"unused": "column_not_used", "absent": "column_absent"}
#: Kinds of files of which every rule and layout has its words.
_WORDED = ("compranet", "ocds", "table")
#: What a record says in place of a value or about a row, and the message that says it in each language.
_SAID = {
    "natural_person": r"\(natural person\)",
    "as_published": r"\(as published\)",
    "tidied": r"\(tidied\)",
    "text_names_person": r"\(text names a natural person\)",
    "text_names_official": r"\(text names an official\)",
    "withheld": r"\(withheld\)",
    "values": r"\((\d+) values\)",
    "same": r"the same as line (\d+)",
    "cells": r"line (\d+): (\d+) cells instead of (\d+)",
    "cells_of_lines": r"lines (\d+) to (\d+): (\d+) cells instead of (\d+)",
}


def write(out: Path, facts: list[dict], done: list, language: str, links: Links | None = None) -> Path:
    """Write ``summary.html`` from what is known of each table, and return its path.

    Whatever comes from the files is escaped and freed of marks of direction; the page runs no script
    and loads nothing.

    Parameters
    ----------
    out : pathlib.Path
        Folder of the page.
    facts : list of dict
        What was done to each table.
    done : list of Outcome
        What became of each table this time; those that failed or were passed over are named.
    language : str
        One of ``messages.LANGUAGES``.
    links : Links or None
        How contracts are joined to procedures, where there are files of procedures.

    Raises
    ------
    SourceError
        If it cannot be written, or the facts name what no message is about; a page that was there before stays.
    """
    files = sorted(facts, key=lambda f: (f["file"], f["basis"]["sha256"]))
    page = out / PAGE
    try:
        kept.replace(page, _page(files, done, language, links).encode())
    except MessageError as error:
        what = f"names a rule or layout that this version has no words for ({error.where})"
        raise SourceError(f"{out.name}/runs", what, "Clean into an empty folder") from error
    except OSError as error:
        what = f"cannot be written ({error.strerror}); the tables that were cleaned are whole"
        raise SourceError(f"{out.name}/{PAGE}", what, "Make room, then run the same command again") from error
    return page


def _page(files: list[dict], done: list, language: str, links: Links | None) -> str:
    style = flat(
        beside.text(__file__, "cleaning_summary.css")
    )  # as the template writes it: the policy names its digest
    total = {name: count(sum(file["balance"][name] for file in files)) for name in (*COUNTS, "changed")}
    doubts = [(one.label, {"read": count(one.rows_in), "counted": count(one.counted)}) for one in done if one.in_doubt]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return _template(language).render(
        language=language,
        policy=f"default-src 'none'; style-src 'sha256-{digest}'",
        style=style,
        total=Sentence(f"{AREA}.total", total, language=language).plain(),
        counts=COUNTS,
        links=links and Sentence("procurement.links.text", links.counts, language=language).plain(),
        files=[_ordered(file) for file in files],
        failed=[one for one in done if one.what == "failed"],
        passed_over=[one for one in done if one.what == "passed over"],
        in_doubt=[(of, Sentence(f"{AREA}.in_doubt", doubt, language=language).plain()) for of, doubt in doubts],
    )


def _ordered(file: dict) -> dict:
    """Return what is known of a table: rules on rows, then on values, and unused and absent columns by themselves."""
    rules = sorted(file["rules"], key=lambda rule: (_ACTIONS.index(rule["action"]), rule["rule"], rule["column"]))
    apart = {name: [rule for rule in rules if rule["rule"] == code] for name, code in _APART.items()}
    return file | {"rules": [rule for rule in rules if rule["rule"] not in _APART.values()], **apart}


def said(text: str, language: str) -> str:
    """Return what a record says in place of a value or about a row in `language`; any other text as it is."""
    for name, pattern in _SAID.items():
        if found := re.fullmatch(pattern, text):
            return word(f"{AREA}.value.{name}", language).format(*found.groups())
    return text


@cache  # to compile it takes longer than to clean a small file
def _template(language: str):
    import jinja2

    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: type(value)(flat(value)) if isinstance(value, str) else value,
    )
    environment.filters["number"] = lambda value: decimal(value, 0, language)
    environment.filters["said"] = lambda text: said(text, language)
    environment.globals["say"] = lambda key, **values: word(f"{AREA}.{key}", language).format(**values)

    def named(group: str, name: str, kind: str) -> str:
        """Return the words for a table or rule; those of other datasets of the catalogue have their codes only."""
        coded = kind not in _WORDED and name not in entry(f"{AREA}.{group}", language)
        return name.replace("_", " ") if coded else word(f"{AREA}.{group}.{name}", language)

    environment.globals |= {"named": named, "kinds": _WORDED}
    return environment.from_string(beside.text(__file__, "cleaning_summary.html.j2"))
