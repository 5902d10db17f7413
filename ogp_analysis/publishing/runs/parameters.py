"""Parameters are strict: unknown, mistyped or impossible ones are refused before anything runs."""

from __future__ import annotations

import ast
import datetime as dt
import difflib
import math
import re
import types
import typing

from ogp_analysis.base import parameter_types
from ogp_analysis.base.errors import OgpAnalysisError, ParameterError
from ogp_analysis.publishing.runs.notebook import Declared

#: No parameter of a notebook is longer than this; the path of a folder may be, since its name is what is kept.
LONGEST, LONGEST_PATH = 200, 4096
_PLAIN = {"str": str, "int": int, "float": float, "bool": bool}
#: What a value must be, in words, by its type.
_WANTED = {
    int: "a whole number, such as 2005",
    float: "a number, such as 0.5",
    bool: "true or false",
    str: "text",
}
#: How numbers and truth are typed: what Python takes beyond that may be a slip (``+2005``, ``2_005``).
_FORMS = {
    int: re.compile(r"-?(0|[1-9][0-9]*)"),
    float: re.compile(r"-?([0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?|nan|inf)"),
    bool: re.compile(r"[tT]rue|[fF]alse"),
}
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
        if name == "language" and name not in declared:
            what = "both pages are made, the English and the Spanish"
            raise ParameterError(
                f"{notebook}: parameter 'language'", what, "Leave it out, and open en/ or es/ of the report"
            )
        if name not in declared:
            close = difflib.get_close_matches(str(name), declared, n=1)
            hint = f"Did you mean {close[0]!r}? " if close else ""
            where, known = f"{notebook}: parameter {shortened(name)}", ", ".join(sorted(declared))
            raise ParameterError(where, "the notebook has no such parameter", f"{hint}It has {known}")
    values = {name: _value(one, given.get(name, one.default), notebook) for name, one in sorted(declared.items())}
    first, last = values.get("first_year"), values.get("last_year")
    if isinstance(first, int) and isinstance(last, int) and first > last:
        where = f"{notebook}: parameters first_year and last_year"
        raise ParameterError(where, f"{first} lies after {last}", "Swap them")
    return values


def shortened(value) -> str:
    """Return a value for an error message: at most 40 characters, nothing unprintable."""
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return text if len(text) <= 42 else text[:40] + "…'"


def _value(parameter: Declared, value, notebook: str):
    where = f"{notebook}: parameter {parameter.name!r}"
    try:
        kind = _kind(ast.parse(parameter.annotation, mode="eval").body)
    except (KeyError, AttributeError, ValueError, TypeError) as error:
        what = f"its annotation {parameter.annotation!r} is not known"
        raise ParameterError(where, what, "Use a type of ogp_analysis.base.parameter_types") from error
    options = typing.get_args(kind) if typing.get_origin(kind) in (typing.Union, types.UnionType) else (kind,)
    tag = next((one.__metadata__[0] for one in options if hasattr(one, "__metadata__")), "")
    most = LONGEST_PATH if tag == "contracts" else LONGEST
    if isinstance(value, str) and len(value) > most:
        raise ParameterError(where, f"the text is {len(value):,} characters long", f"Use at most {most}")
    value = None if value in ("None", "") and type(None) in options else _typed(options, value, where)
    # It stands in a notebook, a name of a folder and a page as it is.
    if isinstance(value, str) and not value.isprintable():
        raise ParameterError(where, f"{shortened(value)} holds marks that cannot be printed", "Leave them out")
    if isinstance(value, float) and not math.isfinite(value):
        raise ParameterError(where, f"{value} is not finite", "Give a finite number")
    return value if value is None or not tag else _canonical(tag, value, where)


def _kind(node: ast.expr):
    """Return the type an annotation stands for, read as a tree: a notebook's code is not run to check a value."""
    if isinstance(node, ast.Constant):
        return {None: None}[node.value]
    if isinstance(node, ast.Name):
        return _PLAIN[node.id] if node.id in _PLAIN else getattr(parameter_types, node.id)
    if isinstance(node, ast.Attribute):
        return getattr(parameter_types, {"ogp": node.attr}[node.value.id])
    if isinstance(node, ast.BinOp):
        return typing.Union[_kind(node.left), _kind(node.right)]  # noqa: UP007 the operands are values here
    return typing.Literal[ast.literal_eval(node.slice)] if node.value.id == "Literal" else _kind(node.value)


def _typed(options: tuple, value, where: str):
    """Return a value as one of the types that it may have; text from a command line as it is typed there."""
    if typing.get_origin(options[0]) is typing.Literal:
        allowed = typing.get_args(options[0])
        for one in allowed:
            if one == value and isinstance(one, bool) == isinstance(value, bool):
                return one
        said = [repr(one) for one in allowed]
        action = f"Use {', '.join(said[:-1])} or {said[-1]}" if said[1:] else f"Use {said[0]}"
        raise ParameterError(where, f"{shortened(value)} is not allowed", action)
    known = [getattr(one, "__origin__", one) for one in options]
    if type(value) in known:
        return value
    kind = next((one for one in known if one in _WANTED), str)
    if kind is float and type(value) is int:
        return float(value)
    if isinstance(value, str) and kind in _FORMS and _FORMS[kind].fullmatch(value):
        return value in ("true", "True") if kind is bool else kind(value)
    wanted = _WANTED[kind]
    raise ParameterError(where, f"{shortened(value)} is not {wanted.partition(',')[0]}", f"Give {wanted}")


def _canonical(tag: str, value, where: str):
    """Return a value of a tagged type as it is written in this package, after a look at what there is of it."""
    # What names a thing is imported when it is asked for: some of it takes a while.
    try:
        if tag == "country":
            from ogp_analysis.base.countries import country

            return country(value).iso3
        if tag == "indicator":
            from ogp_analysis.base.indicators import indicator

            return indicator(value).id
        if tag in ("countries", "indicators"):
            from ogp_analysis.base.lists import listed

            return ",".join(listed(tag, value))
        if tag == "region":
            from ogp_analysis.base.countries import region

            return region(value)
        if tag == "edition":
            from ogp_analysis.data.store.editions import BASES, canonical

            return value if value in BASES else canonical(value)
        if tag == "contracts":
            from ogp_analysis.procurement.publications import PUBLICATIONS

            if value in PUBLICATIONS:
                return value
            from ogp_analysis.procurement.own_files.shelved import publication_name

            return publication_name(value)
        if tag == "table":
            from ogp_analysis.data.cleaning.catalog import TABLES, dataset

            name, _, table = value.partition(".")
            return value if table in TABLES.get(name, ()) else f"{name}.{dataset(name).schema(table).name}"
    except OgpAnalysisError as error:
        action = "Use its usual name or its ISO 3166 code, for example MEX" if tag == "country" else error.action
        raise ParameterError(where, f"{error.where} {error.what}", action) from None
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
