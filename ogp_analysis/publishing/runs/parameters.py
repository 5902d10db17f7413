"""Parameters are strict: unknown, mistyped or impossible ones are refused before anything runs."""

from __future__ import annotations

import ast
import datetime as dt
import difflib
import json
import math
import re
import shlex
import typing
from contextlib import suppress
from pathlib import Path

from ogp_analysis.base.errors import OgpAnalysisError, ParameterError
from ogp_analysis.base.paths import OWN, is_own, is_there
from ogp_analysis.base.types import annotated, joined, read, shortened
from ogp_analysis.publishing.runs.notebook import Declared

#: No parameter of a notebook is longer than this; the path of a folder may be, since its name is what is kept.
LONGEST, LONGEST_PATH = 200, 4096
#: Items of a list: more than there are countries.
MOST_ITEMS = 500
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def checked(declared: dict[str, Declared], given: dict, notebook: str) -> dict:
    """Return the canonical parameters of a run: every declared one, typed, sorted by name.

    Parameters
    ----------
    declared : dict of str to Declared
        From :func:`ogp_analysis.publishing.runs.notebook.declared`.
    given : dict
        Values by name; text from a command line is read as the declared type.
    notebook : str
        Name of the notebook, for the error.

    Raises
    ------
    ParameterError
        Naming the parameter, the value and what is allowed.
    """
    for name in given:
        where = f"{notebook}: parameter {shortened(name)}"
        if name == "language" and name not in declared:
            what = "both pages are made, the English and the Spanish"
            raise ParameterError(where, what, "Leave it out, and open en/ or es/ of the report")
        if name not in declared:
            close = difflib.get_close_matches(str(name), declared, n=1)
            hint, known = f"Did you mean {close[0]!r}? " if close else "", ", ".join(sorted(declared))
            raise ParameterError(where, "the notebook has no such parameter", f"{hint}It has {known}")
    values = {name: _value(one, given.get(name, one.default), notebook) for name, one in sorted(declared.items())}
    if isinstance(event := values.get("event"), str) and event.startswith(OWN):
        values |= _of_own(event, {name: values[name] for name in given if name in values}, notebook)
    if str(values.get("edition")).startswith("latest"):
        values |= _newest({name: one for name, one in values.items() if name not in given}, values, declared)
    first, last = values.get("first_year"), values.get("last_year")
    if isinstance(first, int) and isinstance(last, int) and first > last:
        where = f"{notebook}: parameters first_year and last_year"
        raise ParameterError(where, f"{first} lies after {last}", "Swap them")
    return values


def _of_own(event: str, given: dict, notebook: str) -> dict:
    """Return country and day of an event of a list that the user added; what was given is to be the same."""
    from ogp_analysis.data.store.own_list import named_event

    row = named_event(event)
    found = {"country": row["iso3"], "event_date": row["date"]}
    for name, value in found.items():
        if given.get(name, value) != value:
            what = f"{given[name]} is not that of {event}, which is {value}"
            raise ParameterError(f"{notebook}: parameter {name!r}", what, "Leave it out")
    return found


def _newest(free: dict, values: dict, declared: dict[str, Declared]) -> dict:
    """Return the vintage and the last year, of those that were not asked for, that the edition ``latest`` holds.

    It is the last year in which every indicator that the run names has values.
    """
    from ogp_analysis.base.indicators import as_stated
    from ogp_analysis.civic_space.panel import as_read
    from ogp_analysis.data.store.hand_out import unremembered
    from ogp_analysis.open_government.promises import newest_vintage

    edition, found = values["edition"], {}
    named = [values[name] for name, one in declared.items() if "Indicator" in one.annotation and values[name]]
    years = [name for name in ("year", "end_year", "last_year") if free.get(name) and named]
    ids = {id for one in named for id in ([one] if isinstance(one, str) else one)}
    with unremembered(), suppress(OgpAnalysisError):  # where it does not hold them, the notebook says so
        if "vintage" in free:
            found["vintage"] = newest_vintage(edition)
        if years:
            found = dict.fromkeys(years, min(as_read(id, edition).last_year for id in ids))
    as_stated()
    return found


def takes_list(parameter: Declared) -> bool:
    """Return whether the values of a parameter are lists, by its type or, where it has none, by its default."""
    kinds = _types(parameter, f"parameter {parameter.name!r}") or (type(parameter.default),)
    return any(list in (one, typing.get_origin(one)) for one in kinds)


def _types(parameter: Declared, where: str) -> tuple:
    return annotated(parameter.annotation, where) if parameter.annotation else ()


def _value(parameter: Declared, value, notebook: str):
    where = f"{notebook}: parameter {parameter.name!r}"
    kinds = _types(parameter, where)
    if value in (None, "None", "") and type(None) in kinds:
        return None
    if takes_list(parameter):
        if isinstance(value, str):
            with suppress(ValueError, RecursionError):
                value = json.loads(value)
        if not isinstance(value, list | tuple):
            raise ParameterError(where, f"{shortened(value)} is not a list", 'Write it in JSON, as in ["MEX", "KEN"]')
        items = [joined(item) for one in kinds if typing.get_origin(one) is list for item in typing.get_args(one)]
        if len(value) > MOST_ITEMS:
            raise ParameterError(where, f"the list has {len(value):,} items", f"Use at most {MOST_ITEMS}")
        return [_checked(items[0] if items else (), one, f"{where}, item {n}") for n, one in enumerate(value, 1)]
    if not kinds and isinstance(value, str) and not isinstance(parameter.default, str):
        # As papermill infers it: a number, a truth or None, else text.
        with suppress(ValueError, SyntaxError, RecursionError, MemoryError):
            found = ast.literal_eval(value)
            value = found if isinstance(found, int | float | type(None)) else value
    try:
        return _checked(kinds, value, where)
    except ParameterError as error:
        several = [one.strip() for one in value.split(",")] if isinstance(value, str) else []
        try:
            apart = len(several) > 1 and [_checked(kinds, one, where) for one in several]
        except ParameterError:
            apart = False
        if not apart:
            raise
        each = " ".join(shlex.join(["-p", parameter.name, one]) for one in several[:3]) + " …" * (len(several) > 3)
        raise ParameterError(where, error.what, f"For a run of each: {each}") from None


def _checked(kinds: tuple, value, where: str):
    """Return a value that is no list, checked and as its type writes it."""
    if isinstance(value, str) and len(value) > LONGEST_PATH:  # no number has so many digits
        raise ParameterError(where, f"the text is {len(value):,} characters long", f"Use at most {LONGEST}")
    return _canonical(*read(kinds, value, where), where)


def _canonical(value, tag: str, where: str):
    """Return a value of a tagged type as it is written in this package, after a look at what there is of it."""
    most = LONGEST_PATH if tag in ("contracts", "table") else LONGEST
    if isinstance(value, str) and len(value) > most:
        raise ParameterError(where, f"the text is {len(value):,} characters long", f"Use at most {most}")
    # It stands in a notebook, a name of a folder and a page as it is.
    if isinstance(value, str) and not value.isprintable():
        raise ParameterError(where, f"{shortened(value)} holds marks that cannot be printed", "Leave them out")
    if isinstance(value, float) and not math.isfinite(value):
        raise ParameterError(where, f"{value} is not finite", "Give a finite number")
    # What names a thing is imported when it is asked for: some of it takes a while.
    try:
        if tag == "country":
            from ogp_analysis.base.countries import country

            return country(value).iso3
        if tag == "indicator":
            from ogp_analysis.base.indicators import indicator

            return indicator(value).id
        if tag == "region":
            from ogp_analysis.base.countries import region

            return region(value)
        if tag == "edition":
            from ogp_analysis.data.store.editions import canonical

            return canonical(value)
        if tag == "contracts":
            from ogp_analysis.procurement.publications import PUBLICATIONS

            if value in PUBLICATIONS:
                return value
            from ogp_analysis.procurement.own_files.shelved import publication_name

            return publication_name(value)
        if tag in ("events", "purchases"):
            from ogp_analysis.data.store.own_list import own_list

            return own_list(tag, value).id
        if tag == "table":
            from ogp_analysis.data.cleaning.catalog import TABLES, dataset, named

            name, _, table = value.partition(".")
            if name not in TABLES and (is_own(name) or (is_there(Path(value)) and Path(value).is_dir())):
                from ogp_analysis.procurement.own_files.shelved import table_name

                return table_name(value)
            name = named(name)
            return f"{name}.{table if table in TABLES[name] else dataset(name).schema(table).name}"
    except OgpAnalysisError as error:
        raise ParameterError(where, f"{error.where} {error.what}", error.action) from None
    if tag == "year" and not 1789 <= value <= 2100:
        what = f"{value} is not a year that any source here covers"
        raise ParameterError(where, what, "Use a year from 1789 to 2100")
    if tag == "date":
        try:
            # Weeks and dates without dashes are ISO dates too, but not what a reader of a report would type.
            return dt.date.fromisoformat(value if _DATE.fullmatch(value) else "").isoformat()
        except ValueError:
            action = "Write it YYYY-MM-DD, for example 2017-06-19"
            raise ParameterError(where, f"{shortened(value)} is not a date", action) from None
    return value
